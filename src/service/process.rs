//! Stored messages -> what they cause: one transaction, several messages at a time.
//!
//! A message that cannot be processed spoils nobody else's: the batch is undone and its messages
//! are taken one by one; the one that fails alone goes into quarantine with the reason.

mod correspondent;
mod door;
mod ledger;
mod referent;
mod reporter;
mod support;

pub(crate) use correspondent::is_outside;
pub(crate) use referent::open_incidents;

use std::panic::AssertUnwindSafe;

use anyhow::Result;
use futures::FutureExt as _;
use jiff::{SignedDuration, Timestamp};

use super::Office;
use super::desk::{Cause, Desk};
use crate::address::Address;
use crate::compose::MailKind;
use crate::compose::letter::Trouble;
use crate::incident::decide::Event;
use crate::incident::policy::Actor;
use crate::keyed;
use crate::message::authenticated::{Authenticated, authenticated};
use crate::message::automatic;
use crate::message::{Message, parse};
use crate::outbox::Delivery;
use crate::school::Role;
use crate::store::{Finish, MessageEnd, OutboxRow, StoreError, Waiting};
use crate::triage::{self, Route};

/// Messages that share one transaction at most.
const BATCH: u32 = 128;
/// A message older than this at its arrival counts as new: its clock cannot be believed.
const OLDEST: SignedDuration = SignedDuration::from_hours(400 * 24);

/// How a message ended, and why.
#[derive(Debug)]
pub(crate) struct Ending {
    pub end: MessageEnd,
    pub reason: String,
}

impl Ending {
    fn handled(reason: impl Into<String>) -> Self {
        Self { end: MessageEnd::Handled, reason: reason.into() }
    }

    pub(crate) fn ignored(reason: impl Into<String>) -> Self {
        Self { end: MessageEnd::Ignored, reason: reason.into() }
    }

    fn quarantined(reason: impl Into<String>) -> Self {
        Self { end: MessageEnd::Quarantined, reason: reason.into() }
    }
}

/// Processes whatever waits, until nothing does. Gives the number of messages.
///
/// # Errors
/// Only where the store cannot be used: nothing is lost, the messages wait.
pub async fn process_waiting(office: &Office) -> Result<usize, StoreError> {
    // Two tasks that take the same messages would undo each other's work.
    let _alone = office.processing.lock().await;
    let mut total = 0;
    loop {
        let waiting = office.store.waiting(&office.school.uai, BATCH).await?;
        if waiting.is_empty() {
            return Ok(total);
        }
        total += waiting.len();
        let parsed = parse_all(office, waiting).await?;
        match process_batch(office, &parsed).await {
            Ok(()) => {}
            Err(Trip::Store(e)) if !matches!(e, StoreError::Conflict(_) | StoreError::Other(_)) => return Err(e),
            Err(_) if parsed.len() > 1 => {
                for one in &parsed {
                    process_alone(office, one).await?;
                }
            }
            Err(trip) => {
                if let Some(one) = parsed.first() {
                    give_up(office, one, &trip).await?;
                }
            }
        }
    }
}

/// A message that waits, parsed.
pub(crate) struct Opened {
    pub waiting: Waiting,
    pub message: Message,
}

/// Most messages were parsed at their arrival; the rest is read and parsed by all cores.
async fn parse_all(office: &Office, waiting: Vec<Waiting>) -> Result<Vec<Opened>, StoreError> {
    let mut opened: Vec<Opened> = Vec::with_capacity(waiting.len());
    let mut rest: Vec<(Waiting, Vec<u8>)> = Vec::new();
    for w in waiting {
        match office.parsed.take(&w.key) {
            Some(message) => opened.push(Opened { message, waiting: w }),
            None => {
                // What has lost its bytes meanwhile does not wait any more.
                let raw = office.store.raw(w.id).await?;
                rest.extend(raw.map(|raw| (w, raw)));
            }
        }
    }
    let parse = |some: Vec<(Waiting, Vec<u8>)>| -> Vec<Opened> {
        some.into_iter().map(|(w, raw)| Opened { message: parse::parse(&raw), waiting: w }).collect()
    };
    if rest.len() < 8 {
        opened.extend(parse(rest));
    } else {
        let second = rest.split_off(rest.len() / 2);
        let other = tokio::task::spawn_blocking(move || parse(second));
        opened.extend(parse(rest));
        // The parser does not panic; should it, the messages stay waiting and are tried again.
        opened.extend(other.await.unwrap_or_default());
    }
    opened.sort_by_key(|o| o.waiting.id);
    Ok(opened)
}

/// Why a batch was undone.
#[derive(Debug)]
enum Trip {
    /// The store.
    Store(StoreError),
    /// Anything else: an error or a panic in one message.
    Message(String),
}

impl From<StoreError> for Trip {
    fn from(e: StoreError) -> Self {
        Self::Store(e)
    }
}

impl From<anyhow::Error> for Trip {
    fn from(e: anyhow::Error) -> Self {
        match e.downcast::<StoreError>() {
            Ok(store) => Self::Store(store),
            Err(e) => Self::Message(format!("{e:#}")),
        }
    }
}

async fn process_batch(office: &Office, batch: &[Opened]) -> Result<(), Trip> {
    let mut desk = Desk::open(office).await?;
    for one in batch {
        desk.take_in_hand(&one.waiting);
        if one.message.attachments.is_empty() {
            desk.without_photo(one.waiting.id);
        }
        let step = AssertUnwindSafe(Box::pin(handle(&mut desk, one))).catch_unwind().await;
        let ending = match step {
            Ok(result) => result?,
            Err(panic) => return Err(Trip::Message(panic_text(panic.as_ref()))),
        };
        let now = desk.now;
        desk.tx.end_message(one.waiting.id, ending.end, &ending.reason, now);
        tracing::info!(message = one.waiting.id.0, end = ending.end.as_str(), reason = %ending.reason, "message");
    }
    desk.commit().await?;
    Ok(())
}

async fn process_alone(office: &Office, one: &Opened) -> Result<(), StoreError> {
    match process_batch(office, std::slice::from_ref(one)).await {
        Ok(()) => Ok(()),
        Err(Trip::Store(e)) if !matches!(e, StoreError::Conflict(_) | StoreError::Other(_)) => Err(e),
        Err(trip) => give_up(office, one, &trip).await,
    }
}

/// What broke is kept, shown, and can be replayed after a fix.
async fn give_up(office: &Office, one: &Opened, trip: &Trip) -> Result<(), StoreError> {
    let why = match trip {
        Trip::Store(e) => e.to_string(),
        Trip::Message(text) => text.clone(),
    };
    // Why may quote the message: the quarantine tells it, the log does not.
    tracing::error!(message = one.waiting.id.0, "a message could not be processed; see `passerelle quarantine show`");
    let mut desk = Desk::open(office).await?;
    let now = desk.now;
    let reason = format!("could not be processed: {why}");
    desk.tx.end_message(one.waiting.id, MessageEnd::Quarantined, &reason, now);
    desk.commit().await
}

fn panic_text(panic: &(dyn std::any::Any + Send)) -> String {
    let text =
        panic.downcast_ref::<&str>().map(ToString::to_string).or_else(|| panic.downcast_ref::<String>().cloned());
    format!("defect of the program: {}", text.unwrap_or_default())
}

/// One message: whose it is, which way it goes, how it ends.
async fn handle(desk: &mut Desk<'_>, one: &Opened) -> Result<Ending> {
    let (w, m) = (&one.waiting, &one.message);
    let origin = automatic::origin(m);
    let role = role_of(desk, m.from_address());
    let route = triage::route(m, origin, role);
    if route == Route::Ours {
        return own_mail(desk, one).await;
    }
    // Asked of the store only where it said that there is something to find.
    let (uai, id) = (desk.office.school.uai.clone(), m.message_id.as_deref().unwrap_or_default());
    if w.repeats
        && let Some(first) = desk.tx.message_by_hash(&uai, &w.content_hash, id).await?
        && first.id.0 < w.id.0
        && !w.released
    {
        return Ok(Ending::ignored(format!("copy of message {}", first.id.0)));
    }
    if w.is_cut() && !w.released {
        return door::too_large(desk, one).await;
    }
    match route {
        Route::Ours => own_mail(desk, one).await,
        Route::Bounce => bounce(desk, one).await,
        Route::Ignore(reason) => Ok(Ending::ignored(reason)),
        Route::Stranger if w.released => reporter::report(desk, one, None).await,
        Route::Stranger => door::stranger(desk, one).await,
        Route::Support { automatic } => support::support(desk, one, automatic).await,
        Route::Referent => {
            if !authentic(desk, m) && !w.released {
                return door::unauthenticated(desk, one).await;
            }
            Box::pin(referent::referent(desk, one)).await
        }
        Route::Staff => match Box::pin(ledger::from_staff(desk, one)).await? {
            Some(ending) => Ok(ending),
            None if correspondent::is_one(desk, one) => Box::pin(correspondent::correspondent(desk, one)).await,
            None => Box::pin(reporter::staff(desk, one)).await,
        },
        Route::Relay => reporter::report(desk, one, None).await,
    }
}

fn role_of(desk: &mut Desk<'_>, from: Option<&Address>) -> Role {
    let Some(from) = from else { return Role::Stranger };
    match desk.office.school.role_of(from) {
        Role::Stranger if desk.books_mut().let_in.contains(from) => Role::Staff,
        role => role,
    }
}

/// Where a trusted mail host judges mail, only what passed counts.
fn authentic(desk: &Desk<'_>, message: &Message) -> bool {
    let Some(trusted) = desk.office.school.policy.trusted_authserv.as_deref() else { return true };
    authenticated(&message.authentication_results, Some(trusted)) == Authenticated::Pass
}

/// When a message was written, as far as its Date can be believed: never later than its arrival.
pub(crate) fn told_at(one: &Opened) -> Timestamp {
    let arrived = one.waiting.received_at;
    match one.message.date {
        Some(date) if date <= arrived && date.duration_until(arrived) <= OLDEST => date,
        _ => arrived,
    }
}

/// Our own mail: our copy of a ticket proves that its transaction went through.
async fn own_mail(desk: &mut Desk<'_>, one: &Opened) -> Result<Ending> {
    let Some(token) = one.message.marks.passerelle_own.as_deref() else {
        return Ok(Ending::ignored("our own mail"));
    };
    let Some(row) = desk.tx.outbox_by_own_token(token).await? else {
        return Ok(Ending::ignored("bears our mark, but is no mail of ours"));
    };
    let secret = desk.office.store.secret().as_bytes();
    let same = |known: &str, claimed: Option<&str>| claimed.is_some_and(|c| keyed::same(secret, known, c));
    // Whoever received the ticket can send it back with its header: the bytes must be ours too.
    if !row.own_token.as_deref().is_some_and(|known| same(known, Some(token)))
        || !same(&row.message_id, one.message.message_id.as_deref())
    {
        return Ok(Ending::ignored("bears our mark, but is no mail of ours"));
    }
    if matches!(row.state, Delivery::Sending | Delivery::Unknown) {
        let at = desk.now;
        desk.tx.finish(row.id, &Finish::Sent { at }).await?;
        let cause = Cause { actor: Actor::Passerelle, message: Some(one.waiting.id) };
        delivered(desk, &row, &cause).await?;
    }
    // The store was put back to an earlier state, has read the confirmation anew and queued the mail
    // again, under the same name: it has left already, in the life that the store does not know.
    if row.state == Delivery::Queued && row.attempts == 0 {
        desk.tx.has_left_already(row.id, desk.now).await?;
        tracing::warn!(mail = row.id.0, kind = row.kind.as_str(), "its own copy is here already: it is not sent again");
        let cause = Cause { actor: Actor::Passerelle, message: Some(one.waiting.id) };
        if let Some(id) = row.incident {
            desk.note(id, "sent_before", row.kind.as_str(), &cause).await?;
        }
        delivered(desk, &row, &cause).await?;
        return Ok(Ending::ignored("our own copy, of a mail that had left before the store was restored"));
    }
    Ok(Ending::ignored("our own copy"))
}

/// A mail of ours was accepted: a ticket begins its life with support.
pub(crate) async fn delivered(desk: &mut Desk<'_>, row: &OutboxRow, cause: &Cause) -> Result<()> {
    if row.kind != MailKind::Ticket {
        return Ok(());
    }
    let Some(id) = row.incident else { return Ok(()) };
    let effects = desk.feed(id, Event::TicketAccepted, cause).await?;
    let mut said = super::post::Said::default();
    desk.carry_out(effects, &Vec::new(), cause, &mut said).await?;
    if desk.office.school.policy.copy == crate::incident::policy::CopyMode::Separate {
        let incident = desk.incident(id).await?.incident;
        desk.send_copies(&incident, cause).await?;
    }
    Ok(())
}

/// A mail of ours will never arrive.
pub(crate) async fn undeliverable(desk: &mut Desk<'_>, row: &OutboxRow, why: &str, cause: &Cause) -> Result<()> {
    let incident = match row.incident {
        Some(id) => Some(desk.incident(id).await?.incident),
        None => None,
    };
    match (row.kind, incident) {
        (MailKind::Ticket, Some(incident)) => {
            let current = desk.tx.ticket_of(incident.id).await?.is_some_and(|t| t.id == row.id);
            if current {
                let event = Event::TicketFailed { why: why.to_owned() };
                let effects = desk.feed(incident.id, event, cause).await?;
                let mut said = super::post::Said::default();
                desk.carry_out(effects, &Vec::new(), cause, &mut said).await?;
            }
        }
        (
            MailKind::FollowUp | MailKind::TicketCopy | MailKind::FollowUpCopy | MailKind::OutcomeCopy,
            Some(incident),
        ) => {
            desk.note(incident.id, "undeliverable", &format!("{} : {why}", row.kind), cause).await?;
            let trouble = Trouble::Undeliverable {
                incident: Some(Box::new(incident.clone())),
                kind: row.kind,
                recipient: row.recipient.clone(),
                why: why.to_owned(),
            };
            desk.alert(trouble, Some(&incident), cause).await?;
        }
        // A colleague's full mailbox is noted; the digest tells of it.
        (kind, Some(incident)) => {
            desk.note(incident.id, "undeliverable", &format!("{kind} : {why}"), cause).await?;
        }
        (_, None) => {}
    }
    Ok(())
}

/// A bounce counts only for a mail and a recipient that are ours.
async fn bounce(desk: &mut Desk<'_>, one: &Opened) -> Result<Ending> {
    let Some(bounce) = &one.message.bounce else {
        return Ok(Ending::ignored("a bounce that does not say of which mail"));
    };
    let ids: Vec<&str> = match bounce.original_message_id.as_deref() {
        Some(id) => vec![id],
        None => one.message.answers_to(),
    };
    let Some(row) = desk.tx.outbox_by_message_ids(&ids).await? else {
        return Ok(Ending::ignored("a bounce of a mail that is not ours"));
    };
    if let Some(recipient) = &bounce.recipient
        && *recipient != row.recipient
    {
        return Ok(Ending::ignored("a bounce that names another recipient than our mail's"));
    }
    if bounce.action.as_deref().is_some_and(|a| a != "failed") {
        return Ok(Ending::handled("delivery is delayed, not failed"));
    }
    if row.bounced_at.is_some() {
        return Ok(Ending::ignored("this mail has bounced already"));
    }
    if row.state == Delivery::Queued {
        return Ok(Ending::ignored("a bounce of a mail that has not left"));
    }
    let words = bounce.status.as_deref().map_or_else(|| "sans précision".to_owned(), status_words);
    let why = format!("revenu non distribué ({words})");
    let cause = Cause { actor: Actor::Passerelle, message: Some(one.waiting.id) };
    if matches!(row.state, Delivery::Sending | Delivery::Unknown) {
        // It was accepted, or it could not have come back.
        let at = desk.now;
        desk.tx.finish(row.id, &Finish::Sent { at }).await?;
        delivered(desk, &row, &cause).await?;
    }
    let now = desk.now;
    desk.tx.note_bounce(row.id, now, &why).await?;
    undeliverable(desk, &row, &why, &cause).await?;
    Ok(Ending::handled(format!("bounce of our mail of kind {}", row.kind)))
}

/// A status as people understand it (RFC 3463, 3.1 to 3.8), with its number for whoever knows more.
fn status_words(status: &str) -> String {
    let words = match status.split_once('.').map(|(_, detail)| detail) {
        Some("1.1" | "1.0" | "1.10") => "adresse inconnue",
        Some("1.2" | "4.4") => "domaine introuvable",
        Some("2.1") => "boîte aux lettres désactivée",
        Some("2.2") => "boîte aux lettres pleine",
        Some("2.3" | "3.4") => "message trop volumineux",
        Some(other) if other.starts_with("7.") => "refusé par le serveur",
        _ => return status.to_owned(),
    };
    format!("{words}, {status}")
}

#[cfg(test)]
mod tests {
    use super::status_words;

    #[test]
    fn a_status_is_said_in_words_where_it_has_any() {
        assert_eq!(status_words("5.2.2"), "boîte aux lettres pleine, 5.2.2");
        assert_eq!(status_words("5.7.26"), "refusé par le serveur, 5.7.26");
        assert_eq!(status_words("5.0.0"), "5.0.0");
    }
}
