//! Reports x known incidents -> same, unsure, new, with reasons that a person can read (French).
//!
//! * [`places`]: which place lies in which
//! * [`things`]: which of several like things is meant (seat numbers, "la 3D", a product's name)
//! * [`words`]: how alike two tellings are
//! * [`index`]: the known incidents, found by place, equipment, sender, label
//! * [`compare`]: one fresh report against one incident
//! * [`mention`]: which incident a reminder, a detail or a "c'est réparé" speaks of
//! * [`judge`]: a whole message; its kind
//! * [`apply`]: what a judgement changes

mod apply;
mod compare;
mod index;
mod judge;
mod mention;
mod places;
mod things;
mod words;

#[cfg(test)]
mod tests;

use jiff::{SignedDuration, Timestamp};

use super::{Facts, IncidentId, Reference};
use crate::address::Address;
use crate::message::Message;
use crate::report::{Equipment, Kind, Report};

pub use apply::absorb;
pub use index::Index;
pub use judge::is_partial;
pub use places::contains;

/// How long an incident that is over is still worth [`Index::put`]: a late "merci, ça marche" may
/// speak of it. Fresh reports join only within [`Context::reopen_within`].
pub const REMEMBER_OVER: SignedDuration = SignedDuration::from_hours(60 * 24);

/// Spans kept of one incident.
const SPANS_KEPT: usize = 10;

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

/// What is known of the message beside what was extracted from it.
#[derive(Debug, Clone, Copy)]
pub struct Context<'a> {
    /// The message itself: its subject and text tell apart what a span alone does not.
    pub message: Option<&'a Message>,
    /// The message's own Date (in a dry run) or its arrival.
    pub at: Timestamp,
    /// Its author.
    pub sender: Option<&'a Address>,
    /// Incidents tied to the message by its thread, nearest first.
    pub thread: &'a [IncidentId],
    /// How long after its end a fault is the same one.
    pub reopen_within: SignedDuration,
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
    /// It is this incident. Its place may be wider than what the incident had (an outage announced
    /// after a local report): [`absorb`] widens it.
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
    /// Its reports. May be fewer than were told (a "c'est réparé" about nothing known is no report)
    /// or more ("des nouvelles ?" in a thread about three faults speaks of three).
    pub matched: Vec<Matched>,
}

impl Known {
    /// May a fresh report or reminder at `at` still belong to it: open, or over for no longer than
    /// `reopen_within`?
    fn is_live(&self, at: Timestamp, reopen_within: SignedDuration) -> bool {
        self.over_at.is_none_or(|over| at.duration_since(over) <= reopen_within)
    }

    /// Is it open at `at`? A telling dated before its end found it open.
    fn is_open(&self, at: Timestamp) -> bool {
        self.over_at.is_none_or(|over| at < over)
    }

    /// Did `sender` report it?
    fn reported_by(&self, sender: Option<&Address>) -> bool {
        sender.is_some_and(|s| self.reporters.contains(s))
    }
}

/// The equipment with "même", as a reason says it.
fn same_equipment(equipment: Equipment) -> &'static str {
    match equipment {
        Equipment::Ordinateur => "même ordinateur",
        Equipment::Portable => "même portable",
        Equipment::Tablette => "même tablette",
        Equipment::Ecran => "même écran",
        Equipment::Videoprojecteur => "même vidéoprojecteur",
        Equipment::TableauInteractif => "même tableau interactif",
        Equipment::Imprimante => "même imprimante",
        Equipment::Peripherique => "même périphérique",
        Equipment::Son => "même installation sonore",
        Equipment::Reseau => "même réseau",
        Equipment::Wifi => "même wifi",
        Equipment::Serveur => "même serveur",
        Equipment::Compte => "même compte",
        Equipment::Logiciel => "même logiciel",
        Equipment::Ent => "même ENT",
        Equipment::Messagerie => "même messagerie",
        Equipment::ApplicationAcademique => "même application académique",
        Equipment::Telephonie => "même téléphone",
        Equipment::Autre => "même matériel",
    }
}

/// "signalé hier", "signalé il y a 3 jours".
fn reported_when(known: &Known, at: Timestamp) -> String {
    match day_distance(known.last_reported_at, at) {
        ..=0 => "signalé le même jour".to_owned(),
        1 => "signalé la veille".to_owned(),
        days => format!("signalé {days} jours plus tôt"),
    }
}

/// Days of the calendar from `from` to `to`, in UTC: near enough where nobody writes at midnight.
fn day_distance(from: Timestamp, to: Timestamp) -> i64 {
    to.as_second().div_euclid(86_400) - from.as_second().div_euclid(86_400)
}
