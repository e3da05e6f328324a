//! `passerelle outbox`: mails that are to leave.

use anyhow::{Context as _, bail};
use clap::Subcommand;
use jiff::Timestamp;
use serde_json::{Value, json};

use super::incidents::rfc3339;
use super::{Done, Global, out, site};
use crate::address::Address;
use crate::clock::{Clock as _, SystemClock};
use crate::compose::MailKind;
use crate::config::Config;
use crate::outbox::Delivery;
use crate::store::{OutboxId, Store};

/// Arguments of `outbox`.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// What to do.
    #[command(subcommand)]
    pub action: Action,
}

/// What to do with the outbox.
#[derive(Debug, Subcommand)]
pub enum Action {
    /// List what has not left, and why
    List {
        /// Those that left, too
        #[arg(long)]
        all: bool,
        /// One JSON array instead of a table
        #[arg(long)]
        json: bool,
    },
    /// Try again now, under the address that the configuration has today
    Retry {
        /// Ids from the list; none: all that failed or came back
        #[arg(value_name = "ID")]
        ids: Vec<String>,
    },
    /// Take mails that failed or came back out of the outbox: they will never leave
    Drop {
        /// Ids from the list
        #[arg(value_name = "ID", required = true)]
        ids: Vec<String>,
    },
}

/// Does what is asked with the outbox.
///
/// # Errors
/// A number that is none, or a store that cannot be used.
pub async fn run(global: &Global, args: &Args) -> anyhow::Result<Done> {
    let config = global.load_config()?;
    let store = site::open_store(&config).await?;
    match &args.action {
        Action::List { all, json } => {
            let rows = if *all { store.all_mails(None).await? } else { store.unsent(None).await? };
            let mut values: Vec<Value> = Vec::with_capacity(rows.len());
            for row in &rows {
                let zone = config.school(&row.school).map_or(jiff::tz::TimeZone::UTC, |s| s.school.timezone.clone());
                let incident = match row.incident {
                    Some(id) => store.incident(id).await?.map(|r| r.incident.reference.to_string()),
                    None => None,
                };
                values.push(json!({
                    "id": row.id.0,
                    "school": row.school,
                    "kind": row.kind,
                    "recipient": row.recipient,
                    "incident": incident,
                    "subject": row.subject,
                    "state": row.state,
                    "attempts": row.attempts,
                    "next_at": (row.state == Delivery::Queued).then(|| rfc3339(row.next_at, &zone)),
                    "created_at": rfc3339(row.created_at, &zone),
                    "sent_at": row.sent_at.map(|t| rfc3339(t, &zone)),
                    "error": row.bounce.as_ref().or(row.last_error.as_ref()),
                    "message_id": row.message_id,
                }));
            }
            if *json {
                out::json(&values)?;
                return Ok(Done::Well);
            }
            if values.is_empty() {
                out::line("Nothing waits in the outbox.")?;
            }
            for v in &values {
                let text = |key: &str| match v.get(key) {
                    Some(Value::String(s)) => s.clone(),
                    Some(Value::Number(n)) => n.to_string(),
                    _ => "-".to_owned(),
                };
                out::line(format_args!(
                    "{:>6}  {:<8}  {:<16}  {:<30}  attempts {}, next {}: {}",
                    text("id"),
                    text("state"),
                    text("kind"),
                    text("recipient"),
                    text("attempts"),
                    text("next_at"),
                    text("error")
                ))?;
            }
            Ok(Done::Well)
        }
        Action::Retry { ids } => {
            let mut wanted: Vec<OutboxId> = ids.iter().map(|id| number(id)).collect::<anyhow::Result<_>>()?;
            if ids.is_empty() {
                for config in &config.schools {
                    let lost = store.undelivered_since(&config.school.uai, Timestamp::UNIX_EPOCH).await?;
                    wanted.extend(lost.iter().map(|r| r.id));
                }
            }
            let now = SystemClock.now();
            let mut tried = 0_usize;
            for id in &wanted {
                // First the address: what is queued may leave at once.
                follow_the_address(&config, &store, *id).await?;
                if store.retry(*id, now).await? {
                    tried += 1;
                } else if !ids.is_empty() {
                    bail!(
                        "mail {} neither waits nor failed, or is a ticket that was replaced or taken back since; see \
                         `passerelle outbox list --all`",
                        id.0
                    );
                }
            }
            match tried {
                0 => out::line("Nothing to try again.")?,
                1 => out::line("1 mail is tried again: `run` takes it at once, `once` the next time")?,
                n => out::line(format_args!(
                    "{n} mails are tried again: `run` takes them at once, `once` the next time"
                ))?,
            }
            Ok(Done::Well)
        }
        Action::Drop { ids } => {
            for id in ids {
                let id = number(id)?;
                if !store.drop_undeliverable(id).await? {
                    bail!(not_dropped(&store, id).await?);
                }
                out::line(format_args!("mail {} is dropped", id.0))?;
            }
            Ok(Done::Well)
        }
    }
}

fn number(id: &str) -> anyhow::Result<OutboxId> {
    let n = id.parse().with_context(|| format!("`{id}` is not a mail's number; see `passerelle outbox list`"))?;
    Ok(OutboxId(n))
}

/// Says why a mail stays where it is.
async fn not_dropped(store: &Store, id: OutboxId) -> anyhow::Result<String> {
    let Some(row) = store.outbox_row(id).await? else { return Ok(format!("there is no mail {}", id.0)) };
    let incident = match row.incident {
        Some(of) => store.incident(of).await?.map(|r| r.incident.reference.to_string()),
        None => None,
    };
    Ok(match (row.kind, incident) {
        (MailKind::Ticket, Some(reference)) if row.state == Delivery::Failed || row.bounced_at.is_some() => format!(
            "mail {} is the ticket of {reference}: try it again (`passerelle outbox retry {}`), or let the referent \
             answer its alert with NON",
            id.0, id.0
        ),
        _ => format!("mail {} has neither failed nor come back: nothing to drop", id.0),
    })
}

/// A mail that failed because of its address leaves for the one that the configuration has today.
async fn follow_the_address(config: &Config, store: &Store, id: OutboxId) -> anyhow::Result<()> {
    let Some(row) = store.outbox_row(id).await? else { return Ok(()) };
    let Some(school) = config.school(&row.school).map(|s| &s.school) else { return Ok(()) };
    let today: Option<&Address> = match row.kind {
        MailKind::Ticket | MailKind::FollowUp => Some(&school.support),
        MailKind::TicketCopy | MailKind::FollowUpCopy | MailKind::OutcomeCopy => match school.correspondents.as_slice()
        {
            all if all.contains(&row.recipient) => None,
            [only] => Some(only),
            _ => bail!(
                "mail {}: {} is no correspondent of {} any more, and which of the others is to have it is not known",
                id.0,
                row.recipient,
                row.school
            ),
        },
        _ => None,
    };
    if let Some(to) = today.filter(|to| **to != row.recipient)
        && store.readdress(id, to).await?
    {
        out::line(format_args!("mail {} leaves for {to} instead of {}", id.0, row.recipient))?;
    }
    Ok(())
}
