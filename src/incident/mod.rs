//! The heart: which reports are one incident, what an answer means, what follows. Pure.
//!
//! * [`matching`]: reports x known incidents -> same, unsure, new, with reasons
//! * [`answer`]: new text of a reply -> intent
//! * [`state`]: an incident's states and what each carries
//! * [`policy`]: rules and delays of a school, working days
//! * [`ledger`]: what the entries of the referent's ledger are called
//! * [`decide`]: (incident, event, now, policy) -> (state, effects)

pub mod answer;
pub mod calendar;
pub mod decide;
pub mod ledger;
pub mod matching;
pub mod policy;
pub mod state;

use std::fmt;
use std::str::FromStr;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::address::Address;
use crate::report::{Equipment, Place, Report, Responsible};
pub use state::State;

/// The store's key of an incident; in a dry run, a counter.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct IncidentId(pub i64);

/// The reference that people see: `2026-0042`, numbered per school and calendar year.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Reference {
    /// Calendar year in the school's zone.
    pub year: i16,
    /// From 1.
    pub number: u32,
}

impl fmt::Display for Reference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:04}", self.year, self.number)
    }
}

/// A text that is not a reference.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not a reference: expected something like `2026-0042`")]
pub struct NotAReference(pub String);

impl FromStr for Reference {
    type Err = NotAReference;
    /// Reads `2026-0042`, `2026-42`, `SIG-2026-0042` and `[SIG-2026-0042]`.
    fn from_str(text: &str) -> Result<Self, NotAReference> {
        let refuse = || NotAReference(text.chars().take(40).collect());
        let t = text.trim().trim_start_matches('[').trim_end_matches(']');
        let t = t.strip_prefix("SIG-").or_else(|| t.strip_prefix("sig-")).unwrap_or(t);
        let (year, number) = t.split_once('-').ok_or_else(refuse)?;
        if year.len() != 4 || number.is_empty() || number.len() > 6 {
            return Err(refuse());
        }
        if !year.bytes().chain(number.bytes()).all(|b| b.is_ascii_digit()) {
            return Err(refuse());
        }
        let (year, number) = (year.parse().map_err(|_| refuse())?, number.parse().map_err(|_| refuse())?);
        if number == 0 {
            return Err(refuse());
        }
        Ok(Self { year, number })
    }
}

/// What is known of the fault itself: what a ticket says. Grows with reports and corrections.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Facts {
    /// Where; `None` where nobody has said it.
    pub place: Option<Place>,
    /// What.
    pub equipment: Equipment,
    /// Who is to repair it.
    pub responsible: Responsible,
    /// Key of the vocabulary's symptom.
    pub symptom: Option<String>,
    /// Number of machines.
    pub count: u32,
    /// Seat numbers named.
    pub machines: Vec<String>,
    /// Asset labels read.
    pub labels: Vec<String>,
    /// Serial numbers read.
    pub serials: Vec<String>,
    /// Since when, in a teacher's words.
    pub since: Option<String>,
    /// Effect on lessons, in a teacher's words.
    pub effect: Option<String>,
    /// What was tried already, in words of ours (French).
    #[serde(default)]
    pub tried: Vec<String>,
    /// Lessons cannot take place.
    pub urgent: bool,
    /// Several rooms are hit.
    pub general: bool,
    /// What was not sure, in French.
    pub doubts: Vec<String>,
    /// The first reporter's words (a report's span).
    pub words: String,
}

impl Facts {
    /// The facts that a first report gives.
    pub fn of(report: &Report) -> Self {
        Self {
            place: report.place.clone(),
            equipment: report.equipment,
            responsible: report.responsible,
            symptom: report.symptom.clone(),
            count: report.count.max(1),
            machines: report.machines.clone(),
            labels: report.labels.clone(),
            serials: report.serials.clone(),
            since: report.since.clone(),
            effect: report.effect.clone(),
            tried: report.tried.clone(),
            urgent: report.urgent,
            general: report.general,
            doubts: report.doubts.clone(),
            words: report.span.clone(),
        }
    }

    /// What a confirmation is bound to: "an older proposal still confirms unless place, equipment,
    /// responsible, count or symptom changed since". Equal fingerprints mean nothing of it changed.
    pub fn fingerprint(&self) -> String {
        format!(
            "{}|{}|{}|{}|{}",
            self.place.as_ref().map_or("", |p| p.as_str()),
            self.equipment,
            self.responsible,
            self.count,
            self.symptom.as_deref().unwrap_or("")
        )
    }
}

/// One incident with everything that decisions need.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Incident {
    /// Key in the store.
    pub id: IncidentId,
    /// What people call it.
    pub reference: Reference,
    /// Where it stands.
    pub state: State,
    /// What is broken.
    pub facts: Facts,
    /// When the first report came.
    pub opened_at: Timestamp,
    /// When the last fresh report came.
    pub last_reported_at: Timestamp,
    /// When support's server accepted the ticket, if ever.
    pub ticket_sent_at: Option<Timestamp>,
    /// Support's own number, once learnt.
    pub support_reference: Option<String>,
    /// When somebody last heard from support about it.
    pub support_heard_at: Option<Timestamp>,
    /// When it was closed or otherwise ended.
    pub closed_at: Option<Timestamp>,
    /// Everybody who reported it, in order, each once.
    pub reporters: Vec<Address>,
    /// Deadlines that have fired since the state was entered (see [`decide`]).
    pub fired: Vec<String>,
}
