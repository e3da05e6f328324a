//! Reports x known incidents -> same, unsure, new, with reasons that a person can read (French).

use jiff::Timestamp;

use super::{Facts, IncidentId, Reference};
use crate::address::Address;
use crate::report::Kind;
use crate::report::Report;
use crate::report::extract::Extracted;
use crate::report::place::LearnedPlaces;

/// An incident as matching sees it.
#[derive(Debug, Clone)]
pub struct Known {
    /// Its key.
    pub id: IncidentId,
    /// Its reference, where it has one (none in a dry run).
    pub reference: Option<Reference>,
    /// What is broken.
    pub facts: Facts,
    /// First report.
    pub opened_at: Timestamp,
    /// Last fresh report.
    pub last_reported_at: Timestamp,
    /// `None`: open. `Some(t)`: said to be over at `t`.
    pub over_at: Option<Timestamp>,
    /// Refused: a new report opens a new incident.
    pub refused: bool,
    /// Who reported it.
    pub reporters: Vec<Address>,
    /// Spans of its reports, newest last (at most the last 10).
    pub spans: Vec<String>,
}

/// The incidents of one school that a report may belong to: open ones, and those over for no
/// longer than `reopen_within`. Its cost does not grow with the number of closed incidents.
#[derive(Debug, Clone, Default)]
pub struct Index {
    known: std::collections::BTreeMap<IncidentId, Known>,
    /// What the mailbox taught of places.
    pub learned: LearnedPlaces,
}

/// What is known of the message beside its text.
#[derive(Debug, Clone, Copy)]
pub struct Context<'a> {
    /// The message's own Date (in a dry run) or its arrival.
    pub at: Timestamp,
    /// Its author.
    pub sender: Option<&'a Address>,
    /// Incidents tied to the message by its thread, nearest first.
    pub thread: &'a [IncidentId],
    /// How long after its end a fault is the same one.
    pub reopen_within: jiff::SignedDuration,
}

/// One report and where it belongs.
#[derive(Debug, Clone)]
pub struct Matched {
    /// The report, completed from context (place of the thread …).
    pub report: Report,
    /// Where it belongs.
    pub verdict: Verdict,
    /// Incidents that this general outage swallows (they came first and are merged into it).
    pub swallows: Vec<IncidentId>,
}

/// Where a report belongs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// It is this incident.
    Same {
        /// Which.
        id: IncidentId,
        /// Why (French).
        reasons: Vec<String>,
    },
    /// A new incident; the possible twins are named in its proposal.
    New {
        /// Possible twins with the reason (French), likeliest first; empty where it is plainly new.
        twins: Vec<(IncidentId, String)>,
    },
    /// The same as an earlier report of this very message (index into [`Judgement::matched`]).
    SameAsEarlier(usize),
}

/// What a message means, held against what is known.
#[derive(Debug, Clone)]
pub struct Judgement {
    /// The kind, final.
    pub kind: Kind,
    /// Its reports.
    pub matched: Vec<Matched>,
}

impl Index {
    /// Adds an incident, or replaces what was known of it.
    pub fn put(&mut self, known: Known) {
        self.known.insert(known.id, known);
    }

    /// Forgets an incident (closed for long, merged).
    pub fn remove(&mut self, id: IncidentId) {
        self.known.remove(&id);
    }

    /// What is known of one.
    pub fn get(&self, id: IncidentId) -> Option<&Known> {
        self.known.get(&id)
    }

    /// All of them, by key.
    pub fn iter(&self) -> impl Iterator<Item = &Known> {
        self.known.values()
    }

    /// Holds what a message tells against the known incidents. Changes nothing.
    pub fn judge(&self, told: &Extracted, ctx: &Context<'_>) -> Judgement {
        let _ = ctx;
        Judgement { kind: told.kind, matched: Vec::new() }
    }

    /// Applies one judgement as a dry run does, giving new incidents keys from `next`; the service
    /// applies its own decisions through `put` and `remove` instead. Returns the key of each report.
    pub fn apply(&mut self, judgement: &Judgement, ctx: &Context<'_>, next: &mut i64) -> Vec<IncidentId> {
        let _ = (judgement, ctx, next);
        Vec::new()
    }
}
