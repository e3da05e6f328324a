//! The known incidents of one school, found by place, equipment, sender, label: no step looks at all
//! of them.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use jiff::Timestamp;

use super::compare::seats;
use super::words::{Names, Rarity, Stems, Verbs, print};
use super::{Known, REMEMBER_OVER, things};
use crate::address::Address;
use crate::incident::IncidentId;
use crate::message::Message;
use crate::report::place::LearnedPlaces;
use crate::report::{Equipment, Place};

/// Incidents that a bucket without an own key (all open ones of an equipment) shows at most, newest
/// first: bounds the work where hundreds are open.
pub(super) const SHOWN: usize = 64;

/// What comparing needs of an incident, made once when it is put.
#[derive(Debug, Clone, Default)]
pub(super) struct Derived {
    /// Which of several like things is meant (see [`things`]).
    pub(super) marks: BTreeSet<String>,
    /// Seat numbers.
    pub(super) seats: BTreeSet<String>,
    /// The nouns by which any of its spans names things.
    pub(super) names: Names,
    /// What each span says.
    pub(super) told: Vec<Arc<Told>>,
}

/// What comparing needs of a span, made once.
#[derive(Debug, Default)]
pub(super) struct Told {
    /// Its stems.
    pub(super) stems: Stems,
    /// What it says, for telling that it is said again.
    pub(super) print: Option<u64>,
    names: Names,
    /// What it says and denies.
    pub(super) verbs: Verbs,
    marks: BTreeSet<String>,
    teacher_seat: bool,
}

impl Told {
    fn by(span: &str, equipment: Equipment) -> Self {
        Self {
            stems: Stems::of(span),
            print: print(span),
            names: Names::of(span),
            verbs: Verbs::of(span),
            marks: things::marks(equipment, span),
            teacher_seat: things::teacher_seat(span),
        }
    }
}

/// Keys of a thread's mail that are remembered in a dry run.
type Thread = Vec<IncidentId>;

/// The incidents of one school that a report may belong to: open ones, and those over for no
/// longer than [`REMEMBER_OVER`]. Judging costs no more when the closed ones grow.
#[derive(Debug, Clone, Default)]
pub struct Index {
    known: BTreeMap<IncidentId, Known>,
    by_spot: HashMap<(Option<Place>, Equipment), BTreeSet<IncidentId>>,
    by_place: HashMap<Place, BTreeSet<IncidentId>>,
    by_sender: HashMap<Address, BTreeSet<IncidentId>>,
    by_tag: HashMap<String, IncidentId>,
    open: HashMap<Equipment, BTreeSet<(Timestamp, IncidentId)>>,
    over: BTreeSet<(Timestamp, IncidentId)>,
    derived: HashMap<IncidentId, Derived>,
    hints: HashMap<IncidentId, BTreeSet<String>>,
    threads: HashMap<String, Thread>,
    subjects: HashMap<String, Thread>,
    pub(super) merged: BTreeMap<IncidentId, IncidentId>,
    pub(super) rarity: Rarity,
    /// What the mailbox taught of places.
    pub learned: LearnedPlaces,
}

impl Index {
    /// Adds an incident, or replaces what was known of it.
    pub fn put(&mut self, known: Known) {
        let id = known.id;
        let old = self.known.remove(&id);
        let is_new = old.is_none();
        let told = self.told(&known, old.as_ref());
        if let Some(old) = old {
            self.unlink(&old);
        }
        if is_new {
            for told in &told {
                self.rarity.learn(&told.stems);
            }
        }
        let facts = &known.facts;
        let place = facts.place.clone();
        self.by_spot.entry((place.clone(), facts.equipment)).or_default().insert(id);
        if let Some(place) = place {
            self.by_place.entry(place).or_default().insert(id);
        }
        for address in &known.reporters {
            self.by_sender.entry(address.clone()).or_default().insert(id);
        }
        for tag in tags(&known) {
            self.by_tag.insert(tag, id);
        }
        match known.over_at {
            None => {
                self.open.entry(facts.equipment).or_default().insert((known.last_reported_at, id));
            }
            Some(at) => {
                self.over.insert((at, id));
            }
        }
        let mut marks = self.hints.get(&id).cloned().unwrap_or_default();
        marks.extend(told.iter().flat_map(|t| t.marks.iter().cloned()));
        let seats = seats(&facts.machines, told.iter().any(|t| t.teacher_seat));
        let names = Names::of_all(told.iter().map(|t| &t.names));
        self.derived.insert(id, Derived { marks, seats, names, told });
        self.known.insert(id, known);
    }

    /// What the spans of `known` say, read anew only where `old`, which it replaces, had not the same.
    fn told(&self, known: &Known, old: Option<&Known>) -> Vec<Arc<Told>> {
        let equipment = known.facts.equipment;
        let old = old.filter(|o| o.facts.equipment == equipment);
        let before = old.and_then(|o| Some((&o.spans, &self.derived.get(&o.id)?.told)));
        let again = |span: &String| {
            let (spans, told) = before?;
            spans.iter().zip(told).find(|(s, _)| *s == span).map(|(_, t)| Arc::clone(t))
        };
        known.spans.iter().map(|s| again(s).unwrap_or_else(|| Arc::new(Told::by(s, equipment)))).collect()
    }

    /// Forgets an incident (closed for long, merged).
    pub fn remove(&mut self, id: IncidentId) {
        if let Some(old) = self.known.remove(&id) {
            self.unlink(&old);
            self.hints.remove(&id);
            self.derived.remove(&id);
        }
    }

    fn unlink(&mut self, old: &Known) {
        let id = old.id;
        let spot = (old.facts.place.clone(), old.facts.equipment);
        drop_from(&mut self.by_spot, &spot, &id);
        if let Some(place) = &old.facts.place {
            drop_from(&mut self.by_place, place, &id);
        }
        for address in &old.reporters {
            drop_from(&mut self.by_sender, address, &id);
        }
        for tag in tags(old) {
            if self.by_tag.get(&tag) == Some(&id) {
                self.by_tag.remove(&tag);
            }
        }
        if let Some(open) = self.open.get_mut(&old.facts.equipment) {
            open.remove(&(old.last_reported_at, id));
        }
        if let Some(at) = old.over_at {
            self.over.remove(&(at, id));
        }
    }

    /// Forgets what has been over for longer than [`REMEMBER_OVER`] at `now`.
    pub fn forget_old(&mut self, now: Timestamp) {
        while let Some((at, id)) = self.over.first().copied() {
            if now.duration_since(at) <= REMEMBER_OVER {
                break;
            }
            self.remove(id);
            self.over.remove(&(at, id));
        }
    }

    /// What is known of one.
    pub fn get(&self, id: IncidentId) -> Option<&Known> {
        self.known.get(&id)
    }

    /// All of them, by key.
    pub fn iter(&self) -> impl Iterator<Item = &Known> {
        self.known.values()
    }

    /// Where a swallowed incident went; `id` itself where it was not swallowed.
    pub fn survivor(&self, id: IncidentId) -> IncidentId {
        let mut id = id;
        // Each step goes to another incident; the bound is for merges put in by hand in a circle.
        for _ in 0..100 {
            match self.merged.get(&id) {
                Some(next) => id = *next,
                None => break,
            }
        }
        id
    }

    /// Remembers which incidents a message spoke of, so that answers to it find them (dry run).
    pub fn remember(&mut self, message: &Message, ids: &[IncidentId]) {
        if ids.is_empty() {
            return;
        }
        if let Some(id) = &message.message_id {
            self.threads.insert(id.clone(), ids.to_vec());
        }
        if let (Some(subject), Some(from)) = (bare_subject(&message.subject), message.from_address()) {
            self.subjects.insert(format!("{from} {subject}"), ids.to_vec());
        }
    }

    /// Incidents that the messages answered by `message` spoke of, nearest first (dry run). Where a
    /// client kept no ids: those of the sender's own mail with this subject, if "Re:" stands before.
    pub fn thread_of(&self, message: &Message) -> Vec<IncidentId> {
        let mut found = Vec::new();
        for id in message.answers_to() {
            for incident in self.threads.get(id).into_iter().flatten() {
                let incident = self.survivor(*incident);
                if !found.contains(&incident) && self.known.contains_key(&incident) {
                    found.push(incident);
                }
            }
        }
        let is_reply = super::words::fold(message.subject.trim_start()).starts_with("re");
        if found.is_empty()
            && is_reply
            && let (Some(subject), Some(from)) = (bare_subject(&message.subject), message.from_address())
        {
            for incident in self.subjects.get(&format!("{from} {subject}")).into_iter().flatten() {
                let incident = self.survivor(*incident);
                if !found.contains(&incident) && self.known.contains_key(&incident) {
                    found.push(incident);
                }
            }
        }
        found
    }

    pub(super) fn at_spot(&self, place: Option<&Place>, equipment: Equipment) -> impl Iterator<Item = &Known> {
        self.by_spot
            .get(&(place.cloned(), equipment))
            .into_iter()
            .flat_map(|ids| ids.iter().rev().take(SHOWN))
            .filter_map(|id| self.known.get(id))
    }

    pub(super) fn at_place(&self, place: &Place) -> impl Iterator<Item = &Known> {
        let ids = self.by_place.get(place).into_iter();
        ids.flat_map(|ids| ids.iter().rev().take(SHOWN)).filter_map(|id| self.known.get(id))
    }

    /// Did `sender` report the incident `id`?
    pub(super) fn is_of_sender(&self, id: IncidentId, sender: &Address) -> bool {
        self.by_sender.get(sender).is_some_and(|ids| ids.contains(&id))
    }

    pub(super) fn of_sender(&self, sender: &Address) -> impl Iterator<Item = &Known> {
        let ids = self.by_sender.get(sender).into_iter();
        ids.flat_map(|ids| ids.iter().rev().take(SHOWN)).filter_map(|id| self.known.get(id))
    }

    /// The open incidents of an equipment, last reported first.
    pub(super) fn open_of(&self, equipment: Equipment) -> impl Iterator<Item = &Known> {
        let open = self.open.get(&equipment).into_iter();
        open.flat_map(|o| o.iter().rev().take(SHOWN)).filter_map(|(_, id)| self.known.get(id))
    }

    /// The incident that bears this label or serial number.
    pub(super) fn tagged(&self, tag: &str) -> Option<&Known> {
        self.by_tag.get(&tag_key(tag)).and_then(|id| self.known.get(id))
    }

    /// What comparing needs of an incident that was put.
    pub(super) fn derived(&self, id: IncidentId) -> Option<&Derived> {
        self.derived.get(&id)
    }

    pub(super) fn add_marks(&mut self, id: IncidentId, marks: BTreeSet<String>) {
        if let Some(derived) = self.derived.get_mut(&id)
            && !marks.is_empty()
        {
            derived.marks.extend(marks.iter().cloned());
            self.hints.entry(id).or_default().extend(marks);
        }
    }
}

fn drop_from<K: std::hash::Hash + Eq>(map: &mut HashMap<K, BTreeSet<IncidentId>>, key: &K, id: &IncidentId) {
    if let Some(ids) = map.get_mut(key) {
        ids.remove(id);
        if ids.is_empty() {
            map.remove(key);
        }
    }
}

fn tags(known: &Known) -> impl Iterator<Item = String> {
    known.facts.labels.iter().chain(&known.facts.serials).map(|t| tag_key(t)).filter(|t| t.len() >= 3)
}

/// Labels are written with and without dashes and spaces.
fn tag_key(tag: &str) -> String {
    tag.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_uppercase).collect()
}

/// The subject without "Re:", "TR:" and brackets before it, folded; `None` where nothing is left.
fn bare_subject(subject: &str) -> Option<String> {
    let folded = super::words::fold(subject);
    let mut rest = folded.trim();
    loop {
        let stripped = ["re", "tr", "fw", "fwd"].iter().find_map(|mark| {
            let after = rest.strip_prefix(mark)?;
            after.strip_prefix([':', ' ', '\u{a0}'])
        });
        match stripped {
            Some(after) => rest = after.trim_start_matches([':', ' ', '\u{a0}']),
            None => break,
        }
    }
    (rest.chars().filter(|c| c.is_alphanumeric()).count() >= 3).then(|| rest.to_owned())
}
