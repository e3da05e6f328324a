//! Dossier x period -> figures. Pure.
//!
//! # What is counted, and when
//!
//! * **Seen from the end.** Every figure is what could be said on the evening of the period's last
//!   day (or of today, where the period is not over): [`Figures::as_of`]. A classeur of October
//!   gives the same figures whenever it is asked for, and two periods are judged alike.
//! * **An incident belongs to the period in which its first report came**, in the school's zone.
//!   [`Counts`] are of those; its parts sum: reported = sent + refused + redirected + settled +
//!   waiting, and sent = repaired + out of scope + open.
//! * **A merged incident is no incident of its own**: it is counted as [`Figures::merged`] and
//!   nowhere else; its reports are those of the incident that took it in.
//! * **[`Flow`]** follows what is open over both ends of the period, whenever it was reported: open
//!   before + reported + reopened = open at the end + ended + merged.
//! * **[`Delays`]** are of tickets in hand during the period, whenever they were sent: those whose
//!   wait came to an end in it, with their delay, and those that still wait, with their age. Working
//!   days of the school: the first day is not counted, the last is.
//! * **A repair that was denied is none**: the delay runs on from the ticket. A fault that comes back
//!   after it was closed begins a new wait; the first counts as a repair that held until then.

use jiff::Timestamp;
use jiff::civil::Date;

use super::Period;
use super::dossier::UnsentReason;
use super::life::Standing;
use crate::incident::Reference;
use crate::report::{Equipment, Place, Responsible};

/// Half days of work: medians of whole days lie on halves, and stay exact.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct HalfDays(pub u64);

impl HalfDays {
    /// As days with a decimal: exact.
    #[allow(clippy::cast_precision_loss, reason = "delays are far below 2^52")]
    pub fn days(self) -> f64 {
        self.0 as f64 / 2.0
    }
}

/// A distribution of delays in working days.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Delays {
    /// How many waits came to an end in the period and are counted with their delay.
    pub done: u64,
    /// How many last still and are counted with their age.
    pub open: u64,
    /// Median of all, open ones by their age; `None` where there is none.
    pub median: Option<HalfDays>,
    /// Lower and upper quartile (medians of the two halves, the middle one left out); `None` below
    /// four.
    pub quartiles: Option<(HalfDays, HalfDays)>,
    /// How many of all took or have taken longer than the contract allows; `None` where it promises
    /// nothing.
    pub late: Option<u64>,
}

/// One line of a count by something.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Counts {
    /// Reported.
    pub reported: u64,
    /// Sent as a ticket.
    pub sent: u64,
    /// Refused by the referent.
    pub refused: u64,
    /// Redirected.
    pub redirected: u64,
    /// Closed without having been sent (said repaired before).
    pub settled: u64,
    /// Waiting for the referent, or for support's server.
    pub waiting: u64,
    /// Of the sent ones: said repaired or closed.
    pub repaired: u64,
    /// Of the sent ones: refused by support.
    pub out_of_scope: u64,
    /// Of the sent ones: still open.
    pub open: u64,
}

/// What moved over the period, whenever it was reported. `before + reported + reopened = open +
/// ended + merged`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Flow {
    /// Open (waiting, or with support) when the period began.
    pub before: u64,
    /// Reported in it, merged ones left out.
    pub reported: u64,
    /// How often one that was over was opened again.
    pub reopened: u64,
    /// How often one came to an end: said repaired, closed, refused or redirected.
    pub ended: u64,
    /// Open ones of before that turned out to be part of another.
    pub merged: u64,
    /// Open at the end.
    pub open: u64,
}

/// A wait by urgency, and of all.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Waits {
    /// Where lessons cannot take place.
    pub urgent: Delays,
    /// The others.
    pub normal: Delays,
    /// Both.
    pub all: Delays,
}

/// Faults that came back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct CameBack {
    /// How often a repair was announced and denied.
    pub denied: u64,
    /// How often a closed one came back.
    pub returned: u64,
    /// How many incidents these were.
    pub incidents: u64,
    /// Of how many that were said repaired or closed at some time in the period, or came back in it.
    pub of: u64,
}

/// Rooms hit, of those known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct RoomsHit {
    /// Known rooms in which something was reported.
    pub hit: u64,
    /// Known rooms; zero: no share can be given.
    pub known: u64,
    /// Other places named.
    pub elsewhere: u64,
}

/// What was reported at one place, of one machine or of one sort of thing there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Spot {
    /// Where; `None`: a machine known by its label, reported without a place.
    pub place: Option<Place>,
    /// What, where it is one sort of thing.
    pub equipment: Option<Equipment>,
    /// Which machine: its label, or its seat.
    pub machine: Option<Machine>,
    /// Incidents reported.
    pub reported: u64,
    /// Of these, still open.
    pub open: u64,
    /// Of these, with an effect on lessons.
    pub lessons: u64,
    /// Working days waited for its tickets' repairs, summed.
    pub waited: u64,
}

/// How a machine is known.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Machine {
    /// By its asset label.
    Label(String),
    /// By its seat in a room.
    Seat(String),
}

/// Visits of one month, or of the period.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Held {
    /// How many visits were noted.
    pub visits: u64,
    /// Half days held.
    pub halves: u64,
    /// Working days of the school.
    pub working_days: u64,
    /// Ten-thousandths of a day of visit owed; `None`: the number of PCs is not known.
    pub owed: Option<u64>,
}

/// What was paid in one month, or for one kind of thing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Paid {
    /// How many purchases.
    pub purchases: u64,
    /// Euro cents.
    pub cents: i64,
}

/// The referent's work of one month, or of the period.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Load {
    /// Messages of referents that were work.
    pub messages: u64,
    /// Of these, with a confirmation.
    pub confirmations: u64,
    /// How often support was reminded.
    pub chased: u64,
}

/// A calendar month, for counts by month.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Month {
    /// Year.
    pub year: i16,
    /// 1 to 12.
    pub month: i8,
}

/// One incident in the annex.
#[derive(Debug, Clone, PartialEq)]
pub struct Line {
    /// What people call it.
    pub reference: Reference,
    /// Where.
    pub place: Option<Place>,
    /// What.
    pub equipment: Equipment,
    /// Key of the symptom.
    pub symptom: Option<String>,
    /// Whose it is.
    pub responsible: Responsible,
    /// Number of machines.
    pub count: u32,
    /// Lessons cannot take place.
    pub urgent: bool,
    /// Lessons were affected.
    pub lessons: bool,
    /// Reports so far.
    pub reports: u64,
    /// Support's number.
    pub support_reference: Option<String>,
    /// Why it was refused.
    pub refusal: Option<String>,
    /// Where it stands.
    pub standing: Standing,
    /// First report.
    pub opened_on: Date,
    /// Every other date.
    pub days: Dates,
    /// Which one it is part of.
    pub merged_into: Option<Reference>,
    /// Working days from ticket to repair, or so far.
    pub waited: Option<u64>,
    /// That is longer than the contract allows.
    pub late: bool,
}

/// The dates of an incident's life, in the school's zone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Dates {
    /// Let go.
    pub confirmed_on: Option<Date>,
    /// The ticket was accepted.
    pub sent_on: Option<Date>,
    /// Support first wrote.
    pub acknowledged_on: Option<Date>,
    /// The visit announced last.
    pub planned_for: Option<Date>,
    /// The first visit.
    pub visited_on: Option<Date>,
    /// Said repaired.
    pub repaired_on: Option<Date>,
    /// Over.
    pub ended_on: Option<Date>,
}

impl Dates {
    /// Those of a standing, by the days of a zone.
    pub fn of(s: &Standing, day: impl Fn(Timestamp) -> Date) -> Self {
        Self {
            confirmed_on: s.confirmed_at.map(&day),
            sent_on: s.sent_at.map(&day),
            acknowledged_on: s.acknowledged_at.map(&day),
            planned_for: s.planned_for,
            visited_on: s.visited_on,
            repaired_on: s.repaired_at.map(&day),
            ended_on: s.ended_at.map(&day),
        }
    }
}

impl Counts {
    /// Adds another's.
    pub fn add(&mut self, other: &Self) {
        self.reported += other.reported;
        self.sent += other.sent;
        self.refused += other.refused;
        self.redirected += other.redirected;
        self.settled += other.settled;
        self.waiting += other.waiting;
        self.repaired += other.repaired;
        self.out_of_scope += other.out_of_scope;
        self.open += other.open;
    }
}

impl Held {
    /// Adds another month's.
    pub fn add(&mut self, other: &Self) {
        self.visits += other.visits;
        self.halves += other.halves;
        self.working_days += other.working_days;
        if let Some(owed) = other.owed {
            self.owed = Some(self.owed.unwrap_or(0).saturating_add(owed));
        }
    }

    /// Ten-thousandths of a day held.
    pub fn held(&self) -> u64 {
        self.halves * 5_000
    }

    /// Ten-thousandths of a day owed and not held.
    pub fn missing(&self) -> Option<u64> {
        self.owed.map(|owed| owed.saturating_sub(self.held()))
    }
}

/// The figures of one period.
#[derive(Debug, Clone, PartialEq)]
pub struct Figures {
    /// Which.
    pub period: Period,
    /// The evening from which everything is seen: its last day, or today.
    pub as_of: Date,
    /// Incidents reported in it.
    pub all: Counts,
    /// Reported in it, and part of another incident.
    pub merged: u64,
    /// Reports that came in it: several people may tell of one incident.
    pub reports: u64,
    /// By place, most reported first; `None`: not said.
    pub by_place: Vec<(Option<Place>, Counts)>,
    /// By equipment, most reported first.
    pub by_equipment: Vec<(Equipment, Counts)>,
    /// By responsible, most reported first.
    pub by_responsible: Vec<(Responsible, Counts)>,
    /// By month of the first report, every month of the period.
    pub by_month: Vec<(Month, Counts)>,
    /// Over both ends.
    pub flow: Flow,
    /// Ticket sent -> support's first answer. The contract promises nothing: never late.
    pub to_acknowledgement: Waits,
    /// Ticket sent -> first visit.
    pub to_visit: Waits,
    /// Ticket sent, or fault come back -> repaired.
    pub to_repair: Waits,
    /// Working days that the oldest open ticket has waited.
    pub oldest: Option<u64>,
    /// Faults that came back.
    pub came_back: CameBack,
    /// Same place, same sort of thing, twice or more.
    pub repeated: Vec<Spot>,
    /// Rooms hit.
    pub rooms: RoomsHit,
    /// The ten rooms with most incidents, two at least.
    pub worst_rooms: Vec<Spot>,
    /// The ten machines with most incidents, two at least.
    pub worst_machines: Vec<Spot>,
    /// Of the incidents reported: with an effect on lessons.
    pub lessons: u64,
    /// Of these: lessons could not take place.
    pub urgent: u64,
    /// Visits held and owed.
    pub visits: Held,
    /// The same by month.
    pub visits_by_month: Vec<(Month, Held)>,
    /// Own spending.
    pub spending: Paid,
    /// The same by month.
    pub spending_by_month: Vec<(Month, Paid)>,
    /// The same by what was bought, dearest first.
    pub spending_by_kind: Vec<(String, Paid)>,
    /// The referent's load.
    pub load: Load,
    /// The same by month.
    pub load_by_month: Vec<(Month, Load)>,
    /// Reports that became no incident, by reason.
    pub unsent: Vec<(UnsentReason, u64)>,
    /// One line per incident reported in the period, or open when it began, by reference. Merged
    /// ones too.
    pub lines: Vec<Line>,
    /// The period before ([`Period::previous`]); `None` where the store does not reach back so far.
    /// Without lines and periods of its own.
    pub previous: Option<Box<Figures>>,
    /// The same period of the year before; as above.
    pub year_before: Option<Box<Figures>>,
}

impl Figures {
    /// Those of a period in which nothing happened.
    pub fn empty(period: Period, as_of: Date) -> Self {
        Self {
            period,
            as_of,
            all: Counts::default(),
            merged: 0,
            reports: 0,
            by_place: Vec::new(),
            by_equipment: Vec::new(),
            by_responsible: Vec::new(),
            by_month: Vec::new(),
            flow: Flow::default(),
            to_acknowledgement: Waits::default(),
            to_visit: Waits::default(),
            to_repair: Waits::default(),
            oldest: None,
            came_back: CameBack::default(),
            repeated: Vec::new(),
            rooms: RoomsHit::default(),
            worst_rooms: Vec::new(),
            worst_machines: Vec::new(),
            lessons: 0,
            urgent: 0,
            visits: Held::default(),
            visits_by_month: Vec::new(),
            spending: Paid::default(),
            spending_by_month: Vec::new(),
            spending_by_kind: Vec::new(),
            load: Load::default(),
            load_by_month: Vec::new(),
            unsent: Vec::new(),
            lines: Vec::new(),
            previous: None,
            year_before: None,
        }
    }
}
