//! Outbox -> transport; every outcome is fed back to the decisions.

use futures::StreamExt as _;
use jiff::Timestamp;

use super::desk::{Cause, Desk};
use super::process::{delivered, undeliverable};
use super::{Office, corrected};
use crate::address::Address;
use crate::compose::MailKind;
use crate::incident::policy::Actor;
use crate::outbox::{GIVE_UP_AFTER, retry_delay};
use crate::school::Role;
use crate::store::{Claimed, Finish, OutboxRow, StoreError};
use crate::transport::{Envelope, Outcome, Parcel};

/// Mails taken at once, unless the transport takes more together.
const BATCH: u32 = 64;

/// Sends whatever is due. Gives the number of attempts.
///
/// # Errors
/// Only where the store cannot be used; what was being sent then has an unknown fate, and is judged
/// by our own copy.
pub async fn deliver_due(office: &Office) -> Result<usize, StoreError> {
    let (at_once, side_by_side) = (office.transport.at_once().max(1), office.transport.side_by_side());
    let most = u32::try_from(at_once).unwrap_or(BATCH).max(BATCH);
    let mut total = 0;
    loop {
        let now = office.clock.now();
        let claimed = office.store.claim_due(&office.school.uai, now, most).await?;
        if claimed.is_empty() {
            return Ok(total);
        }
        total += claimed.len();
        let (ended, mut outcomes) = tokio::sync::mpsc::unbounded_channel();
        let sending = async move {
            let ended = &ended;
            let attempts = futures::stream::iter(handfuls(claimed, at_once)).map(|some| attempt(office, some));
            // Nobody listens where the store has failed: its error is what is told then.
            let tell = |outcomes| async move { drop(ended.send(outcomes)) };
            attempts.buffer_unordered(side_by_side).for_each(tell).await;
        };
        // While outcomes are written others are sent; a slow server keeps nobody's outcome waiting.
        let recording = async move {
            let mut some = Vec::new();
            while outcomes.recv_many(&mut some, BATCH as usize).await > 0 {
                record(office, some.drain(..).flatten().collect()).await?;
            }
            Ok::<(), StoreError>(())
        };
        let ((), recorded) = tokio::join!(sending, recording);
        recorded?;
    }
}

/// The last door: whatever was queued, and whatever was configured then, only the school's people,
/// support, the correspondents and those whom a referent let in are written to.
async fn may_receive(office: &Office, to: &Address) -> Result<bool, StoreError> {
    match office.school.role_of(to) {
        Role::Referent | Role::Support | Role::Staff => Ok(true),
        Role::Ourselves | Role::Relay => Ok(false),
        Role::Stranger => office.store.is_let_in(&office.school.uai, to).await,
    }
}

/// `claimed` in groups of at most `most`.
fn handfuls(claimed: Vec<Claimed>, most: usize) -> Vec<Vec<Claimed>> {
    let mut rest = claimed.into_iter();
    std::iter::from_fn(|| Some(rest.by_ref().take(most).collect::<Vec<_>>()).filter(|some| !some.is_empty())).collect()
}

async fn attempt(office: &Office, claimed: Vec<Claimed>) -> Vec<(OutboxRow, Outcome)> {
    let mut ended = Vec::with_capacity(claimed.len());
    let (mut rows, mut parcels) = (Vec::with_capacity(claimed.len()), Vec::with_capacity(claimed.len()));
    for Claimed { row, bytes } in claimed {
        match may_receive(office, &row.recipient).await {
            Ok(true) => {
                let own_copy = row.own_copy.then(|| office.school.mailbox.clone());
                let envelope = Envelope { from: row.envelope_from.clone(), to: row.recipient.clone(), own_copy };
                parcels.push(Parcel { envelope, bytes });
                rows.push(row);
            }
            Ok(false) => {
                ended.push((row, Outcome::Failed("belongs to nobody whom this school writes to".to_owned())));
            }
            Err(e) => ended.push((row, Outcome::Retry(e.to_string()))),
        }
    }
    let outcomes = office.transport.send_all(parcels).await;
    ended.extend(rows.into_iter().zip(outcomes));
    ended
}

/// Writes outcomes. What was simply sent, and is no ticket, changes no incident: it needs not wait
/// until nobody else has the books.
async fn record(office: &Office, outcomes: Vec<(OutboxRow, Outcome)>) -> Result<(), StoreError> {
    let (plain, other): (Vec<_>, Vec<_>) =
        outcomes.into_iter().partition(|(row, outcome)| *outcome == Outcome::Sent && row.kind != MailKind::Ticket);
    if !plain.is_empty() {
        let finish = Finish::Sent { at: office.clock.now() };
        let mut tx = office.store.begin().await?;
        let sent: Vec<_> = plain.iter().map(|(row, _)| (row.id, office.clock.now())).collect();
        tx.finish_sent(&sent).await?;
        tx.commit().await?;
        for (row, _) in &plain {
            log(row, &finish);
            office.health.delivery(&row.recipient, &finish, office.clock.now());
        }
    }
    if other.is_empty() {
        return Ok(());
    }
    let mut desk = Desk::open(office).await?;
    for (row, outcome) in other {
        let now = desk.now;
        let finish = finish_of(&row, &outcome, now);
        log(&row, &finish);
        match desk.tx.finish(row.id, &finish).await {
            Ok(()) => {}
            // Our own copy was faster than the server's answer: it is recorded as sent already.
            Err(StoreError::Conflict(_)) => continue,
            Err(e) => return Err(e),
        }
        office.health.delivery(&row.recipient, &finish, now);
        let cause = Cause { actor: Actor::Passerelle, message: None };
        let after = match &finish {
            Finish::Sent { .. } => delivered(&mut desk, &row, &cause).await,
            Finish::Failed { error, .. } => undeliverable(&mut desk, &row, error, &cause).await,
            Finish::Retry { next_at, .. } => corrected::put_off(&mut desk, &row, *next_at).await,
            _ => Ok(()),
        };
        if let Err(e) = after {
            return Err(e.downcast::<StoreError>().unwrap_or_else(|e| StoreError::Other(format!("{e:#}"))));
        }
    }
    desk.commit().await
}

fn finish_of(row: &OutboxRow, outcome: &Outcome, now: Timestamp) -> Finish {
    match outcome {
        Outcome::Sent => Finish::Sent { at: now },
        Outcome::Failed(error) => Finish::Failed { error: error.clone(), at: now },
        Outcome::Unknown(error) => Finish::Unknown { at: now, error: error.clone() },
        Outcome::Retry(error) => {
            let since = row.first_try_at.unwrap_or(now);
            if since.duration_until(now) > GIVE_UP_AFTER {
                return Finish::Failed { error: format!("given up after five days: {error}"), at: now };
            }
            let next_at = now.checked_add(retry_delay(row.attempts)).unwrap_or(now);
            Finish::Retry { next_at, error: error.clone() }
        }
    }
}

fn log(row: &OutboxRow, finish: &Finish) {
    let (mail, kind) = (row.id.0, row.kind.as_str());
    // Servers name the mailbox that they speak of.
    let named = |error: &String| match row.recipient.local() {
        local if local.chars().count() >= 3 => error.to_lowercase().replace(local, "…"),
        _ => error.clone(),
    };
    match finish {
        Finish::Sent { .. } => tracing::info!(mail, kind, "sent"),
        Finish::Retry { error, .. } => {
            tracing::warn!(mail, kind, error = named(error), "not sent yet; it is tried again")
        }
        Finish::Failed { error, .. } => {
            tracing::error!(mail, kind, error = named(error), "not delivered, and given up")
        }
        Finish::Unknown { error, .. } => {
            tracing::warn!(mail, kind, error = named(error), "interrupted: its fate is looked into")
        }
        Finish::Again { .. } => tracing::warn!(mail, kind, "sent again"),
    }
}
