//! Whether the service does its work, for whoever watches it: systemd, a monitor, a person.

use std::collections::HashSet;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};

use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use super::Office;
use crate::address::Address;
use crate::store::{Finish, Standing, StoreError};

/// What stands still for so long is told to the referents, and to whoever watches.
pub(crate) const STALLED: SignedDuration = SignedDuration::from_mins(15);
/// Deadlines are looked at every second: without that for so long, the loop hangs.
const NO_TICK: SignedDuration = SignedDuration::from_mins(2);
/// A quarantine that grows by so many messages in a day is no longer an exception.
const GROWTH: u64 = 10;
const DAY: SignedDuration = SignedDuration::from_hours(24);
/// Time between two looks at the server while delivery stands still.
const LOOK_AGAIN: SignedDuration = SignedDuration::from_mins(5);

/// Since when something does not work, and why.
type Trouble = Mutex<Option<(Timestamp, String)>>;

/// When intake, delivery and the deadlines were last seen to work.
#[derive(Default)]
pub struct Health {
    /// The mailbox has been read since the start.
    read: AtomicBool,
    /// When it was last read to its end.
    read_at: Mutex<Option<Timestamp>>,
    last_tick: Mutex<Option<Timestamp>>,
    intake_trouble: Trouble,
    delivery_trouble: Mutex<Option<Stuck>>,
    /// Milliseconds since the epoch; 0: not begun.
    intake_seen: AtomicI64,
    tick_seen: AtomicI64,
}

/// Attempts to send that ended in "not now", none since in "sent".
#[derive(Debug, Clone)]
pub(crate) struct Stuck {
    pub since: Timestamp,
    pub why: String,
    pub recipients: HashSet<Address>,
    looked_into: Option<Timestamp>,
}

impl Stuck {
    fn new(since: Timestamp) -> Self {
        Self { since, why: String::new(), recipients: HashSet::new(), looked_into: None }
    }
}

impl Health {
    /// Was the clock set back since this was last asked? At first nobody knows: yes.
    pub(super) fn clock_was_set_back(&self, now: Timestamp) -> bool {
        let Ok(mut last) = self.last_tick.lock() else { return true };
        last.replace(now).is_none_or(|last| now < last)
    }

    /// The mailbox has been read to its end.
    pub fn intake_well(&self, now: Timestamp) {
        self.intake_seen(now);
        if let Ok(mut read_at) = self.read_at.lock() {
            *read_at = Some(now);
        }
        if let Ok(mut trouble) = self.intake_trouble.lock() {
            *trouble = None;
        }
    }

    /// Intake does something.
    pub(crate) fn intake_seen(&self, now: Timestamp) {
        self.intake_seen.store(now.as_millisecond(), Ordering::Relaxed);
    }

    /// Intake does not work, and why; gives since when.
    pub(crate) fn intake_ill(&self, now: Timestamp, why: &str) -> Timestamp {
        self.intake_seen(now);
        match self.intake_trouble.lock() {
            Ok(mut trouble) => trouble.get_or_insert_with(|| (now, why.to_owned())).0,
            Err(_) => now,
        }
    }

    /// When the mailbox was last read to its end; `None`: not since the start.
    pub fn read_at(&self) -> Option<Timestamp> {
        self.read_at.lock().map_or(None, |at| *at)
    }

    /// How an attempt to send to `recipient` ended.
    pub fn delivery(&self, recipient: &Address, finish: &Finish, now: Timestamp) {
        if let Ok(mut trouble) = self.delivery_trouble.lock() {
            match finish {
                Finish::Sent { .. } => *trouble = None,
                Finish::Retry { error, .. } => {
                    let stuck = trouble.get_or_insert_with(|| Stuck::new(now));
                    stuck.why.clone_from(error);
                    stuck.recipients.insert(recipient.clone());
                }
                _ => {}
            }
        }
    }

    /// Delivery that nothing has left by for long, unless it was looked into a moment ago.
    pub(crate) fn stuck(&self, now: Timestamp) -> Option<Stuck> {
        let mut trouble = self.delivery_trouble.lock().ok()?;
        let stuck = trouble.as_mut().filter(|t| t.since.duration_until(now) >= STALLED)?;
        if stuck.looked_into.is_some_and(|t| t.duration_until(now) < LOOK_AGAIN) {
            return None;
        }
        stuck.looked_into = Some(now);
        Some(stuck.clone())
    }

    /// The deadlines were looked at.
    pub(crate) fn ticked(&self, now: Timestamp) {
        self.tick_seen.store(now.as_millisecond(), Ordering::Relaxed);
    }

    /// The mailbox has been read once.
    pub(crate) fn has_read(&self) {
        self.read.store(true, Ordering::Relaxed);
    }

    /// Has the mailbox been read since the start?
    pub(crate) fn read(&self) -> bool {
        self.read.load(Ordering::Relaxed)
    }

    /// Neither intake, delivery nor the deadlines have stood still for long.
    pub fn is_well(&self, now: Timestamp) -> bool {
        self.stalls(now).is_empty()
    }

    /// What stands still, since when, and why.
    fn stalls(&self, now: Timestamp) -> Vec<Stall> {
        let mut found = Vec::new();
        // A lock is only ever poisoned by a defect: that is no health.
        let poisoned = || Some((Timestamp::UNIX_EPOCH, "unknown".to_owned()));
        let intake = self.intake_trouble.lock().map_or_else(|_| poisoned(), |t| t.clone());
        let delivery = self.delivery_trouble.lock();
        let delivery = delivery.map_or_else(|_| poisoned(), |t| t.as_ref().map(|s| (s.since, s.why.clone())));
        for (what, since) in [("intake", intake), ("delivery", delivery)] {
            if let Some((since, why)) = since.filter(|(since, _)| since.duration_until(now) >= STALLED) {
                found.push(Stall { what, since, why });
            }
        }
        for (what, seen, limit) in [("intake", &self.intake_seen, STALLED), ("deadlines", &self.tick_seen, NO_TICK)] {
            let seen = seen.load(Ordering::Relaxed);
            if let Ok(since) = Timestamp::from_millisecond(seen)
                && seen != 0
                && since.duration_until(now) >= limit
            {
                found.push(Stall { what, since, why: "nothing was heard of it since".to_owned() });
            }
        }
        found
    }
}

/// Something that stands still.
struct Stall {
    what: &'static str,
    since: Timestamp,
    why: String,
}

/// How the service stands, all schools together.
#[derive(Debug, Clone, PartialEq)]
pub struct State {
    /// Nothing needs a person.
    pub well: bool,
    /// What does, in one line.
    pub summary: String,
    /// All of it, as the health file shows it.
    pub json: Value,
}

/// How the schools stand now.
///
/// # Errors
/// Where the store cannot be read; that too is no health.
pub async fn state(offices: &[std::sync::Arc<Office>]) -> Result<State, StoreError> {
    let mut schools = Vec::new();
    let mut troubles: Vec<String> = Vec::new();
    let mut now = Timestamp::UNIX_EPOCH;
    for office in offices {
        now = office.clock.now();
        let uai = &office.school.uai;
        let standing = office.store.standing(Some(uai)).await?;
        let lately = now.checked_sub(DAY).unwrap_or(Timestamp::MIN);
        let grown = office.store.quarantined_since(uai, lately).await?;
        let overdue = now.checked_sub(STALLED).unwrap_or(Timestamp::MIN);
        let overdue = office.store.overdue_since(uai, overdue).await?;
        let mut here: Vec<String> = Vec::new();
        for stall in office.health.stalls(now) {
            here.push(format!("{} stands still since {}: {}", stall.what, stall.since, stall.why));
        }
        if overdue > 0 {
            here.push(format!("{overdue} messages or mails wait for longer than a quarter of an hour"));
        }
        if grown >= GROWTH {
            here.push(format!("{grown} messages came into quarantine within a day"));
        }
        schools.push(school_json(uai, &here, &standing, grown));
        troubles.extend(here.into_iter().map(|t| format!("{uai}: {t}")));
    }
    let well = troubles.is_empty();
    let summary = if well { "at work".to_owned() } else { troubles.join("; ") };
    let json = json!({"well": well, "at": now.to_string(), "schools": schools});
    Ok(State { well, summary, json })
}

fn school_json(uai: &str, troubles: &[String], standing: &Standing, grown: u64) -> Value {
    json!({
        "school": uai,
        "well": troubles.is_empty(),
        "troubles": troubles,
        "waiting": standing.waiting,
        "leaving": standing.leaving,
        "failed": standing.failed,
        "quarantined": standing.quarantined,
        "quarantined_within_a_day": grown,
    })
}

/// Writes the health file: whole or not at all, so that a monitor never reads half of one.
///
/// # Errors
/// Where it cannot be written.
pub fn write(file: &Path, text: &str) -> std::io::Result<()> {
    let new = file.with_extension("new");
    std::fs::write(&new, text)?;
    // It names nobody, and monitors run as somebody else.
    std::fs::set_permissions(&new, std::fs::Permissions::from_mode(0o644))?;
    std::fs::rename(&new, file)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(minutes: i64) -> Timestamp {
        Timestamp::from_second(1_790_000_000 + minutes * 60).unwrap()
    }

    fn desk() -> Address {
        Address::parse("cesame@region.test").unwrap()
    }

    fn retry() -> Finish {
        Finish::Retry { next_at: at(0), error: "421".to_owned() }
    }

    #[test]
    fn trouble_is_red_after_a_quarter_of_an_hour_and_green_at_the_first_success() {
        let health = Health::default();
        assert!(health.is_well(at(0)));
        health.intake_ill(at(0), "connection refused");
        assert!(health.is_well(at(14)));
        assert!(!health.is_well(at(15)));
        health.intake_well(at(16));
        assert!(health.is_well(at(16)));
        health.delivery(&desk(), &retry(), at(20));
        health.delivery(&desk(), &retry(), at(30));
        assert!(!health.is_well(at(35)), "since the first refusal");
        health.delivery(&desk(), &Finish::Sent { at: at(36) }, at(36));
        health.intake_well(at(36));
        assert!(health.is_well(at(36)));
    }

    #[test]
    fn a_loop_that_hangs_without_a_word_is_red() {
        let health = Health::default();
        health.intake_seen(at(0));
        health.ticked(at(0));
        assert!(health.is_well(at(1)));
        assert!(!health.is_well(at(2)), "deadlines are looked at every second");
        health.ticked(at(14));
        assert!(health.is_well(at(14)));
        health.ticked(at(15));
        assert!(!health.is_well(at(15)));
    }
}
