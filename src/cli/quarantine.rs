//! `passerelle quarantine`: messages that a person must look at.

use std::fs::OpenOptions;
use std::io::Write as _;
#[cfg(unix)]
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail};
use clap::Subcommand;

use super::incidents::checked_school;
use super::{Done, Global, messages, out, site};
use crate::clock::{Clock as _, SystemClock};
use crate::message::parse;
use crate::store::{MessageNumber, MessageRow, Store};

/// Arguments of `quarantine`.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// What to do.
    #[command(subcommand)]
    pub action: Action,
}

/// What to do with the quarantine.
#[derive(Debug, Subcommand)]
pub enum Action {
    /// List what waits there, and why
    List {
        /// Only this school's
        #[arg(long, value_name = "UAI")]
        school: Option<String>,
        /// One JSON array instead of a table
        #[arg(long)]
        json: bool,
    },
    /// Show one message
    Show {
        /// Its id, from the list
        id: String,
        /// Write its very bytes into this new file instead, to be looked at elsewhere
        #[arg(long, value_name = "FILE")]
        export: Option<PathBuf>,
    },
    /// Let a message in, as if it had just come
    Release {
        /// Its id, from the list
        id: String,
    },
    /// Leave a message for good; it stays in the store, marked as ignored
    Drop {
        /// Its id, from the list
        id: String,
    },
}

/// Does what is asked with the quarantine.
///
/// # Errors
/// A number that is none or is not in quarantine, or a store that cannot be used.
pub async fn run(global: &Global, args: &Args) -> anyhow::Result<Done> {
    let config = global.load_config()?;
    let store = site::open_store(&config).await?;
    match &args.action {
        Action::List { school, json } => {
            let school = checked_school(&config, school.as_deref())?;
            let rows = store.quarantined(school).await?;
            if rows.is_empty() && !json {
                out::line("Nothing in quarantine.")?;
                return Ok(Done::Well);
            }
            messages::show(&config, &store, &rows, *json).await
        }
        Action::Show { id, export: None } => show(&store, &held(&store, id).await?).await,
        Action::Show { id, export: Some(file) } => export(&store, &held(&store, id).await?, file).await,
        Action::Release { id } => {
            let row = held(&store, id).await?;
            if !store.release(row.id).await? {
                bail!("message {} cannot be let in: its bytes are no longer kept", row.id.0);
            }
            out::line(format_args!("message {} is let in: `run` takes it at once, `once` the next time", row.id.0))?;
            Ok(Done::Well)
        }
        Action::Drop { id } => {
            let row = held(&store, id).await?;
            store.drop_quarantined(row.id, "dropped by the operator", SystemClock.now()).await?;
            out::line(format_args!("message {} is left; its bytes stay in the store", row.id.0))?;
            Ok(Done::Well)
        }
    }
}

/// The message of that number, if it is in quarantine.
async fn held(store: &Store, id: &str) -> anyhow::Result<MessageRow> {
    let number: i64 =
        id.parse().with_context(|| format!("`{id}` is not a message's number; see `passerelle quarantine list`"))?;
    let row = store.message(MessageNumber(number)).await?;
    let Some(row) = row else { bail!("there is no message {number}; see `passerelle quarantine list`") };
    match row.ended.as_ref().map(|e| e.end) {
        Some(crate::store::MessageEnd::Quarantined) => Ok(row),
        Some(end) => bail!("message {number} is not in quarantine: it was {end}"),
        None => bail!("message {number} is not in quarantine: it waits to be processed"),
    }
}

/// Writes the message as it came. Never over a file that exists: the name may be a slip.
async fn export(store: &Store, row: &MessageRow, file: &Path) -> anyhow::Result<Done> {
    let Some(raw) = store.raw(row.id).await? else { bail!("its bytes are no longer kept") };
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    // Mail is its reader's alone, whatever the umask.
    #[cfg(unix)]
    options.mode(0o600);
    let written = options.open(file).and_then(|mut f| f.write_all(&raw).and_then(|()| f.sync_all()));
    written.with_context(|| format!("cannot write {}", file.display()))?;
    out::line(format_args!("message {}, {} bytes, is in {}", row.id.0, raw.len(), file.display()))?;
    Ok(Done::Well)
}

async fn show(store: &Store, row: &MessageRow) -> anyhow::Result<Done> {
    let reason = row.ended.as_ref().map_or("", |e| e.reason.as_str());
    out::line(format_args!("Message {}, {} bytes: {reason}", row.id.0, row.size))?;
    let Some(raw) = store.raw(row.id).await? else { bail!("its bytes are no longer kept") };
    let message = parse::parse(&raw);
    out::line(format_args!("From: {}\nSubject: {}\n", row.from, row.subject))?;
    out::text(&message.body.new_text)?;
    for forwarded in &message.body.forwarded {
        out::line(format_args!("\n--- {} ---", forwarded.subject))?;
        out::text(&forwarded.text)?;
    }
    for defect in &message.defects {
        out::line(format_args!("defect: {defect}"))?;
    }
    Ok(Done::Well)
}
