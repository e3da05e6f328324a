//! What the figures are made from: facts without anybody's name. Pure.

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;

use crate::incident::state::Half;
use crate::incident::{IncidentId, Reference};
use crate::profile::Delays;
use crate::report::{Equipment, Place, Responsible};

/// A school as the classeur needs it.
#[derive(Debug, Clone)]
pub struct SchoolCard {
    /// Its name.
    pub name: String,
    /// National code.
    pub uai: String,
    /// Its city.
    pub city: String,
    /// Zone of all dates.
    pub zone: TimeZone,
    /// Its closings, both ends included.
    pub closings: Vec<(Date, Date)>,
    /// Rooms known: configured, else learnt. Empty: no share of rooms can be given.
    pub rooms: Vec<String>,
    /// Number of PCs; `None`: the visits owed cannot be told.
    pub pcs: Option<u32>,
    /// Days of visit owed per fortnight of school time and started slice of 100 PCs.
    pub visit_days_owed: f64,
    /// The contract's delays in working days.
    pub delays: Delays,
}

/// One incident's whole life.
#[derive(Debug, Clone, PartialEq)]
pub struct Life {
    /// Its key.
    pub id: IncidentId,
    /// What people call it.
    pub reference: Reference,
    /// Name of its state today ([`crate::incident::State::name`]).
    pub state: &'static str,
    /// Where.
    pub place: Option<Place>,
    /// What.
    pub equipment: Equipment,
    /// The symptom in French words, if known; never a person's own words.
    pub symptom: Option<String>,
    /// Whose it is.
    pub responsible: Responsible,
    /// Number of machines.
    pub count: u32,
    /// Seat numbers and labels named ("poste 7").
    pub machines: Vec<String>,
    /// Lessons cannot take place.
    pub urgent: bool,
    /// A teacher told of an effect on lessons.
    pub lessons_affected: bool,
    /// How many reports it holds, reminders not counted.
    pub reports: u32,
    /// First report.
    pub opened_at: Timestamp,
    /// Confirmed, by a referent or the policy; the last time.
    pub confirmed_at: Option<Timestamp>,
    /// Support's server accepted the ticket.
    pub sent_at: Option<Timestamp>,
    /// Support first answered, or its number was learnt.
    pub acknowledged_at: Option<Timestamp>,
    /// Support's number.
    pub support_reference: Option<String>,
    /// The visit planned, the last one told.
    pub planned_for: Option<Date>,
    /// The first visit noted in the ledger for it, else the day that was planned and not moved.
    pub visited_on: Option<Date>,
    /// Said repaired (by support, or by a reporter), the last time; `None` again after a reopening.
    pub repaired_at: Option<Timestamp>,
    /// Closed, refused or redirected: the end of the matter as far as it goes here.
    pub ended_at: Option<Timestamp>,
    /// Each time that the fault came back after it had been said repaired.
    pub came_back: Vec<Timestamp>,
    /// By support (out of scope) rather than by the referent; of refused ones.
    pub refused_by_support: bool,
    /// Why it was refused, as far as it passed redaction.
    pub refusal: Option<String>,
    /// Which incident it was merged into.
    pub merged_into: Option<IncidentId>,
}

/// A technician's visit, noted by the referent.
#[derive(Debug, Clone, PartialEq)]
pub struct Visit {
    /// The day.
    pub on: Date,
    /// Which half of it; `None`: the whole day.
    pub half: Option<Half>,
    /// Hours, where they were told: one hour or more counts as half a day, five or more as a day.
    pub minutes: Option<u32>,
    /// Who came ("SCC"), never a person's name; may be empty.
    pub by: String,
    /// The incident that it was for, if one was named.
    pub incident: Option<IncidentId>,
    /// When it was noted.
    pub noted_at: Timestamp,
}

/// What the school paid itself.
#[derive(Debug, Clone, PartialEq)]
pub struct Expense {
    /// The day.
    pub on: Date,
    /// Euro cents, above zero.
    pub cents: i64,
    /// What was bought ("lampe").
    pub what: String,
    /// For where.
    pub place: Option<Place>,
    /// The incident that it was for, if one was named.
    pub incident: Option<IncidentId>,
    /// When it was noted.
    pub noted_at: Timestamp,
}

/// A message that reported something and never became a ticket, other than by a refused or
/// redirected incident.
#[derive(Debug, Clone, PartialEq)]
pub struct Unsent {
    /// When it came.
    pub at: Timestamp,
    /// Why, in French ("expéditeur inconnu, écarté").
    pub reason: String,
}

/// A mail of a referent that was work: a decision, a command, an answer.
#[derive(Debug, Clone, PartialEq)]
pub struct ReferentAct {
    /// When.
    pub at: Timestamp,
    /// It confirmed at least one ticket.
    pub confirmed: bool,
}

/// Everything.
#[derive(Debug, Clone)]
pub struct Dossier {
    /// The school.
    pub school: SchoolCard,
    /// Every incident that touches the period, the one before, or the same of the year before.
    pub lives: Vec<Life>,
    /// Visits held.
    pub visits: Vec<Visit>,
    /// Own spending.
    pub expenses: Vec<Expense>,
    /// Reports never sent on.
    pub unsent: Vec<Unsent>,
    /// The referent's load.
    pub acts: Vec<ReferentAct>,
}
