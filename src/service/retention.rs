//! What the school keeps no longer than it said: `keep_raw`, `keep_incidents`.
//!
//! A little at each look, so that a school of ten years costs no more than a new one.

use std::sync::Mutex;

use anyhow::Result;
use jiff::{SignedDuration, Timestamp};

use super::Office;
use crate::school::School;
use crate::store::{Backend, Limits};

/// Things of each kind that one look lets go.
const BATCH: u32 = 50;
/// Time between two looks where nothing is left to do.
const PAUSE: SignedDuration = SignedDuration::from_mins(1);

/// When the next look is due.
#[derive(Debug, Default)]
pub struct Retention(Mutex<Option<Timestamp>>);

/// Since when things are old enough to go, by the school's policy.
pub fn limits(school: &School, now: Timestamp) -> Limits {
    let before = |delay: crate::incident::policy::Delay| now.checked_sub(delay.as_clock()).unwrap_or(Timestamp::MIN);
    Limits { raw_before: before(school.policy.keep_raw), incidents_before: before(school.policy.keep_incidents) }
}

/// Lets go of what is old enough, if it is time to look.
///
/// # Errors
/// Where the store cannot be used; it is tried again.
pub(crate) async fn retain(office: &Office) -> Result<()> {
    let now = office.clock.now();
    let due = |next: Option<Timestamp>| next.is_none_or(|at| at <= now);
    if !office.retention.0.lock().is_ok_and(|next| due(*next)) {
        return Ok(());
    }
    let went = office.store.age(&office.school.uai, limits(&office.school, now), now, false, BATCH).await?;
    let next = if went.looked >= u64::from(BATCH) { now } else { now.checked_add(PAUSE).unwrap_or(now) };
    if let Ok(mut at) = office.retention.0.lock() {
        *at = Some(next);
    }
    if !went.is_nothing() {
        // PostgreSQL cleans up by itself; SQLite's journal would hold what went for a long time.
        if next > now && office.store.backend() == Backend::Sqlite {
            office.store.wipe().await;
        }
        let (messages, mails, incidents) = (went.messages, went.mails, went.incidents);
        tracing::info!(messages, mails, incidents, "kept long enough: their bytes, or the names in them, went");
    }
    Ok(())
}
