//! What is known of one school's incidents, in memory: read once, kept in step with the store.

use std::collections::{HashMap, HashSet};

use jiff::{SignedDuration, Timestamp};

use super::Office;
use crate::address::Address;
use crate::incident::matching::{Index, Known, REMEMBER_OVER};
use crate::incident::policy::Delay;
use crate::incident::{Incident, IncidentId, State};
use crate::report::place::Places;
use crate::store::{IncidentRow, Result};

/// One school's books.
#[derive(Default)]
pub(crate) struct Books {
    /// Incidents read so far: all that may still be reported, and any other that was asked for.
    pub incidents: HashMap<IncidentId, IncidentRow>,
    /// The same as matching sees them.
    pub index: Index,
    /// Rooms, with what the mailbox taught.
    pub places: Places,
    /// What was learned has changed and is to be saved.
    pub learned_changed: bool,
    /// Senders whom a referent let in.
    pub let_in: HashSet<Address>,
    /// When incidents that are over for good were last left out.
    pub pruned_at: Timestamp,
}

/// `reopen_within` as clock time.
pub(crate) fn reopen_within(office: &Office) -> SignedDuration {
    match office.school.policy.reopen_within {
        Delay::Seconds(s) => SignedDuration::from_secs(s),
        Delay::WorkingDays(n) => SignedDuration::from_secs(i64::from(n).saturating_mul(86_400 * 7) / 5),
    }
}

/// How long an incident that is over stays in the books: a late "merci, ça marche" may speak of it.
fn remembered(office: &Office) -> SignedDuration {
    reopen_within(office).max(REMEMBER_OVER)
}

impl Books {
    /// Reads the books of `office` from the store.
    pub async fn read(office: &Office, now: Timestamp) -> Result<Self> {
        let uai = &office.school.uai;
        let store = &office.store;
        let since = now.checked_sub(remembered(office)).unwrap_or(Timestamp::MIN);
        let mut places = Places::new(&office.school.rooms, &office.school.room_aliases);
        if let Some(json) = store.learned(uai).await?
            && let Ok(learned) = serde_json::from_str(&json)
        {
            places = places.with_learned(learned);
        }
        let let_in = store.let_in(uai).await?.into_iter().map(|(a, _)| a).collect();
        let mut books = Self { places, let_in, pruned_at: now, ..Self::default() };
        for found in store.matchable_incidents(uai, since).await? {
            books.note(found.row, Some(found.spans));
        }
        Ok(books)
    }

    /// Takes in what an incident is now. `spans`: its reports' words; `None`: as known before.
    pub fn note(&mut self, row: IncidentRow, spans: Option<Vec<String>>) {
        let id = row.incident.id;
        match known(&row.incident) {
            Some(mut known) => {
                known.spans = spans.unwrap_or_else(|| self.index.get(id).map(|k| k.spans.clone()).unwrap_or_default());
                self.index.put(known);
            }
            None => self.index.remove(id),
        }
        self.incidents.insert(id, row);
    }

    /// Adds the words of a further report.
    pub fn add_span(&mut self, id: IncidentId, span: &str) {
        if let Some(known) = self.index.get(id) {
            let mut known = known.clone();
            known.spans.push(span.to_owned());
            if known.spans.len() > 10 {
                known.spans.remove(0);
            }
            self.index.put(known);
        }
    }

    /// Leaves out what can no longer be reported again, so that the books do not grow for ever.
    pub fn prune(&mut self, office: &Office, now: Timestamp) {
        if self.pruned_at.duration_until(now) < SignedDuration::from_hours(1) {
            return;
        }
        self.pruned_at = now;
        let keep = remembered(office);
        let over: Vec<IncidentId> = self
            .incidents
            .values()
            .filter(|r| r.incident.closed_at.is_some_and(|t| t.duration_until(now) > keep))
            .filter(|r| !matches!(r.incident.state, State::Redirected { .. }))
            .map(|r| r.incident.id)
            .collect();
        for id in over {
            self.incidents.remove(&id);
            self.index.remove(id);
        }
    }
}

/// An incident as matching sees it; `None` where no report may join it any more.
fn known(incident: &Incident) -> Option<Known> {
    let over_at = match incident.state {
        State::Merged { .. } => return None,
        State::Resolved { at } | State::Closed { at } => Some(at),
        _ => None,
    };
    Some(Known {
        id: incident.id,
        reference: Some(incident.reference),
        facts: incident.facts.clone(),
        opened_at: incident.opened_at,
        last_reported_at: incident.last_reported_at,
        over_at,
        refused: matches!(incident.state, State::Refused { .. }),
        reporters: incident.reporters.clone(),
        spans: Vec::new(),
    })
}
