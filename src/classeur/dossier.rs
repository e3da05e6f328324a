//! What the figures are made from: facts without anybody's name. Pure.

use std::collections::HashMap;

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;

use crate::incident::state::Half;
use crate::incident::{IncidentId, Reference};
use crate::profile::Delays;
use crate::report::{Equipment, Place, Responsible};
use crate::school::School;

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
    /// The school's own list of rooms. Empty: no share of rooms can be given, since rooms learnt from
    /// reported faults would all be rooms hit.
    pub rooms: Vec<Place>,
    /// Number of PCs; `None`: the visits owed cannot be told.
    pub pcs: Option<u32>,
    /// Thousandths of a day of visit owed per fortnight of school time and started slice of 100 PCs.
    pub visit_thousandths: u32,
    /// The contract's delays in working days.
    pub delays: Delays,
}

/// One incident: what is known of the fault, and its whole life step by step, so that any day's
/// standing can be told from it ([`super::life`]).
#[derive(Debug, Clone, PartialEq)]
pub struct Life {
    /// Its key.
    pub id: IncidentId,
    /// What people call it.
    pub reference: Reference,
    /// Where.
    pub place: Option<Place>,
    /// What.
    pub equipment: Equipment,
    /// Key of the vocabulary's symptom; never a person's own words.
    pub symptom: Option<String>,
    /// Whose it is.
    pub responsible: Responsible,
    /// Number of machines.
    pub count: u32,
    /// Seat numbers named, as written ("7").
    pub seats: Vec<String>,
    /// Asset labels read: each is one machine, wherever it stands.
    pub labels: Vec<String>,
    /// Lessons cannot take place.
    pub urgent: bool,
    /// Somebody told of an effect on lessons, or it is urgent.
    pub lessons_affected: bool,
    /// When each report came, reminders not counted; the first is [`Life::opened_at`]'s.
    pub told: Vec<Timestamp>,
    /// First report.
    pub opened_at: Timestamp,
    /// Support's number.
    pub support_reference: Option<String>,
    /// Why it was refused, where it was and where the words passed redaction.
    pub refusal: Option<String>,
    /// What happened to it, in the order in which it happened.
    pub steps: Vec<Step>,
}

/// Something that happened to an incident, as its history has it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Step {
    /// When.
    pub at: Timestamp,
    /// What.
    pub what: What,
}

/// What happened. Whether it changed anything depends on what had happened before: [`super::life`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum What {
    /// A referent, or the policy, let the ticket go.
    Confirmed,
    /// Support's server accepted the ticket.
    Sent,
    /// The ticket could not be delivered, or came back.
    Failed,
    /// Support wrote something about it, its number or a question perhaps.
    Heard,
    /// Support announced a visit for this day.
    Planned(Date),
    /// Support said that it is repaired.
    SaidRepaired,
    /// A colleague said that it works again.
    SaidOver,
    /// It is not repaired, or it came back, or the referent thought better of it.
    Reopened,
    /// Over.
    Closed,
    /// Refused by the referent.
    Refused,
    /// Refused by support, as out of scope.
    RefusedBySupport,
    /// Somebody else's.
    Redirected,
    /// Part of this other incident from now on.
    Merged(IncidentId),
    /// The referent had support reminded.
    Chased,
}

impl What {
    /// An entry of the history as a step; `None` where it changes nothing. `actor` is its kind
    /// (`person`, `support` …), `detail` is looked at where the program wrote it: a day, an intent.
    /// `into`: which incident it was merged into, if it was.
    pub fn of(actor: &str, event: &str, detail: &str, into: Option<IncidentId>) -> Option<Self> {
        let support = actor == "support";
        let detail = detail.trim_matches('"');
        Some(match event {
            "confirmed" => Self::Confirmed,
            "ticket_sent" => Self::Sent,
            "ticket_failed" => Self::Failed,
            "planned" => detail.parse().map_or(Self::Heard, Self::Planned),
            "support_said" if matches!(detail, "resolved" | "closed") => Self::SaidRepaired,
            "said_over" => Self::SaidOver,
            "reopened" => Self::Reopened,
            "closed" => Self::Closed,
            "refused" if support => Self::RefusedBySupport,
            "refused" => Self::Refused,
            "redirected" => Self::Redirected,
            "merged" => Self::Merged(into?),
            "chased" => Self::Chased,
            _ if support => Self::Heard,
            _ => return None,
        })
    }
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

impl SchoolCard {
    /// What the classeur needs of a configured school; `rooms` are those known.
    pub fn of(school: &School, delays: Delays, rooms: Vec<Place>) -> Self {
        Self {
            name: school.name.clone(),
            uai: school.uai.clone(),
            city: school.city.clone(),
            zone: school.timezone.clone(),
            closings: school.policy.holidays.clone(),
            rooms,
            pcs: school.pcs,
            visit_thousandths: school.visit_thousandths,
            delays,
        }
    }
}

/// What the entries of one visit have in common.
type Held<'a> = (Date, Option<bool>, Option<u32>, &'a str, Timestamp);

impl Visit {
    fn held(&self) -> Held<'_> {
        let morning = self.half.map(|half| half == Half::Morning);
        (self.on, morning, self.minutes, self.by.as_str(), self.noted_at)
    }

    /// Is it the same visit, noted for another incident?
    pub fn is_held_with(&self, other: &Self) -> bool {
        self.incident.is_some() && other.incident.is_some() && self.held() == other.held()
    }

    /// Half days that it counts for: by the hours where they were told (less than one counts for
    /// none), never more than one where a half was named.
    pub fn halves(&self) -> u64 {
        let most = if self.half.is_some() { 1 } else { 2 };
        match self.minutes {
            None => most,
            Some(0..60) => 0,
            Some(60..300) => 1,
            Some(_) => most,
        }
    }
}

/// A visit held, with all the incidents that it was for.
#[derive(Debug, Clone, PartialEq)]
pub struct Passage<'a> {
    /// Its first entry.
    pub visit: &'a Visit,
    /// What it was for.
    pub incidents: Vec<IncidentId>,
}

/// Visits, each once: a mail that names two incidents for one visit leaves an entry for each of them,
/// and the technician came once.
pub fn passages(visits: &[Visit]) -> Vec<Passage<'_>> {
    let mut all: Vec<Passage<'_>> = Vec::new();
    let mut known: HashMap<Held<'_>, usize> = HashMap::new();
    for visit in visits {
        let key = visit.held();
        if let Some(id) = visit.incident {
            let same = known.get(&key).and_then(|at| all.get_mut(*at));
            if let Some(passage) = same.filter(|p| !p.incidents.contains(&id)) {
                passage.incidents.push(id);
                continue;
            }
            known.insert(key, all.len());
        }
        all.push(Passage { visit, incidents: visit.incident.into_iter().collect() });
    }
    all
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

/// Time that the referent spent and noted.
#[derive(Debug, Clone, PartialEq)]
pub struct Work {
    /// The day.
    pub on: Date,
    /// How long, above zero.
    pub minutes: u32,
    /// The incident that it was for, if one was named.
    pub incident: Option<IncidentId>,
    /// When it was noted.
    pub noted_at: Timestamp,
}

/// A message that perhaps reported something and never became an incident.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Unsent {
    /// When it came.
    pub at: Timestamp,
    /// Why.
    pub reason: UnsentReason,
}

/// Why a message stayed outside.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum UnsentReason {
    /// From an address outside the school; nobody has let it in yet.
    Stranger,
    /// It bears a referent's or support's address that the mail host did not authenticate.
    Unauthenticated,
    /// Larger than the school allows.
    TooLarge,
    /// Looked at by a person and dropped.
    Dropped,
    /// In quarantine for another reason.
    Other,
}

/// A mail of a referent that was work: a decision, a command, an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
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
    /// The first day of which the store knows anything of this school: what lies before it is not
    /// zero but unknown. `None`: it knows nothing at all.
    pub since: Option<Date>,
    /// Every incident that touches the period, the one before, or the same of the year before.
    pub lives: Vec<Life>,
    /// Visits held.
    pub visits: Vec<Visit>,
    /// Own spending.
    pub expenses: Vec<Expense>,
    /// The referent's time, as far as it was noted.
    pub work: Vec<Work>,
    /// Reports never sent on.
    pub unsent: Vec<Unsent>,
    /// The referent's load.
    pub acts: Vec<ReferentAct>,
}
