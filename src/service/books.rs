//! What is known of one school's incidents, in memory: read once, kept in step with the store.

use std::collections::{BTreeSet, HashMap, HashSet, VecDeque};
use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};

use super::Office;
use crate::address::Address;
use crate::compose::MailKind;
use crate::compose::redact::{names_of, whole_names};
use crate::incident::matching::{Index, Known, REMEMBER_OVER};
use crate::incident::{Incident, IncidentId, State};
use crate::report::place::Places;
use crate::store::{IncidentRow, Result};

/// One school's books.
#[derive(Default)]
pub(crate) struct Books {
    /// Incidents read so far: all that may still be reported, and any other that was asked for.
    pub incidents: HashMap<IncidentId, IncidentRow>,
    /// The same as matching sees them, but for those that are stale.
    index: Index,
    /// Incidents that the index is still to be told of: several changes by one message cost one.
    stale: BTreeSet<IncidentId>,
    /// Spans of the last reports of each incident that matching knows, newest last.
    spans: HashMap<IncidentId, VecDeque<String>>,
    /// Rooms, with what the mailbox taught. Shared, so that reading a message copies nothing.
    pub places: Arc<Places>,
    /// What was learned has changed and is to be saved.
    pub learned_changed: bool,
    /// Senders whom a referent let in.
    pub let_in: HashSet<Address>,
    /// Whole names of whoever reported or is known, as `redact::whole_names` gives them: nobody outside the
    /// school is to read them.
    pub people: BTreeSet<String>,
    /// Mails queued for an address since midnight, by kind; only of addresses that were asked for.
    pub mails_today: HashMap<Address, HashMap<MailKind, u32>>,
    /// Mails queued for anybody since midnight that count against the day's overall limit, once it was asked.
    pub all_today: Option<u32>,
    /// The midnight since which they are counted.
    pub counted_since: Timestamp,
    /// When incidents that are over for good were last left out.
    pub pruned_at: Timestamp,
    /// The store's count of changes from outside these books, when they were read.
    pub epoch: i64,
    /// The store was restored from a backup: mails may have left that it knows nothing of.
    pub in_doubt: bool,
}

/// Spans kept of an incident, as many as the store gives of it.
const SPANS: usize = 10;

/// `reopen_within` as clock time.
pub(crate) fn reopen_within(office: &Office) -> SignedDuration {
    office.school.policy.reopen_within.as_clock()
}

/// How long an incident that is over stays in the books: a late "merci, ça marche" may speak of it.
fn remembered(office: &Office) -> SignedDuration {
    reopen_within(office).max(REMEMBER_OVER)
}

impl Books {
    /// Reads the books of `office` from the store.
    pub async fn read(office: &Office, now: Timestamp, epoch: i64) -> Result<Self> {
        let uai = &office.school.uai;
        let store = &office.store;
        let since = now.checked_sub(remembered(office)).unwrap_or(Timestamp::MIN);
        let mut places = Places::new(&office.school.rooms, &office.school.room_aliases);
        if let Some(json) = store.learned(uai).await?
            && let Ok(learned) = serde_json::from_str(&json)
        {
            places = places.with_learned(learned);
        }
        let in_doubt = store.is_in_doubt(now).await?;
        let let_in = store.let_in(uai).await?.into_iter().map(|(a, _)| a).collect();
        let mut books = Self { places: Arc::new(places), let_in, pruned_at: now, epoch, in_doubt, ..Self::default() };
        for (name, address) in store.people(uai).await? {
            books.meet(&name, address.as_ref());
        }
        let school = &office.school;
        let named = school.referents.iter().chain(&school.known_senders).chain(&school.correspondents);
        let let_in: Vec<Address> = books.let_in.iter().cloned().collect();
        for address in named.chain(&let_in) {
            books.meet("", Some(address));
        }
        for found in store.matchable_incidents(uai, since).await? {
            books.spans.insert(found.row.incident.id, found.spans.into());
            books.note(found.row);
        }
        Ok(books)
    }

    /// Notes how somebody is called, by the name that a mail shows and by the address.
    pub fn meet(&mut self, name: &str, address: Option<&Address>) {
        self.people.extend(whole_names(name));
        if let Some(address) = address {
            self.people.extend(whole_names(&names_of(address).join(" ")));
        }
    }

    /// Takes in what an incident is now.
    pub fn note(&mut self, row: IncidentRow) {
        let id = row.incident.id;
        let seen_alike = self.incidents.get(&id).is_some_and(|old| alike(&old.incident, &row.incident));
        if !seen_alike {
            self.stale.insert(id);
        }
        self.incidents.insert(id, row);
    }

    /// Adds the words of a further report.
    pub fn add_span(&mut self, id: IncidentId, span: &str) {
        let spans = self.spans.entry(id).or_default();
        if spans.len() == SPANS {
            spans.pop_front();
        }
        spans.push_back(span.to_owned());
        self.stale.insert(id);
    }

    /// The incidents as matching sees them.
    pub fn index(&mut self) -> &mut Index {
        for id in std::mem::take(&mut self.stale) {
            let Some(row) = self.incidents.get(&id) else { continue };
            match known(&row.incident) {
                Some(mut known) => {
                    known.spans = self.spans.get(&id).into_iter().flatten().cloned().collect();
                    self.index.put(known);
                }
                None => self.index.remove(id),
            }
        }
        &mut self.index
    }

    /// The places, to be taught.
    pub fn places_mut(&mut self) -> &mut Places {
        Arc::make_mut(&mut self.places)
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
            self.spans.remove(&id);
            self.stale.remove(&id);
            self.index.remove(id);
        }
    }
}

/// Does matching see the same in both?
fn alike(old: &Incident, new: &Incident) -> bool {
    let over = |i: &Incident| match i.state {
        State::Resolved { at } | State::Closed { at } => Some(at),
        _ => None,
    };
    let ended = |i: &Incident| matches!(i.state, State::Merged { .. } | State::Refused { .. }).then(|| i.state.name());
    over(old) == over(new)
        && ended(old) == ended(new)
        && old.last_reported_at == new.last_reported_at
        && old.opened_at == new.opened_at
        && old.reporters == new.reporters
        && old.facts == new.facts
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
