//! What a referent notes, lists and withdraws by mail: the technician's visits, the school's own
//! spending; and the classeur that he asks for.
//!
//! A statement that begins with its command ("VISITE 12/10 matin") counts wherever it stands. One in
//! free words ("le technicien est passé jeudi") counts only where every word of it is understood
//! and the mail says nothing else that waits for an answer: a fault report that mentions a visit
//! or a price stays a report, and what answers a question of ours stays an answer.

mod binder;
mod day;
mod expense;
mod manage;
mod money;
mod statement;
mod visit;

use jiff::civil::{Date, Weekday};

use super::reader::Reader;
use super::{AnswerContext, Verb, orders};
use crate::incident::Reference;
use crate::incident::ledger::{EntryKind, EntryName};
use crate::incident::state::Half;
use crate::report::Place;
pub use money::MOST_CENTS;
use statement::Statement;

/// A visit as told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VisitTold {
    /// The day.
    pub on: Date,
    /// Which half of it.
    pub half: Option<Half>,
    /// The whole day was said, not only no half of it.
    pub whole: bool,
    /// How long.
    pub minutes: Option<u32>,
    /// Who came, a company or a service; empty where none was named.
    pub by: String,
    /// A word in its place that may be a person's name, which is not kept.
    pub left_out: Option<String>,
    /// Incidents that it was for.
    pub refs: Vec<Reference>,
    /// It replaces the one noted for this day.
    pub instead_of: Option<Date>,
}

/// An expense as told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExpenseTold {
    /// The day; the day of writing where none was named.
    pub on: Date,
    /// Euro cents, above zero.
    pub cents: i64,
    /// What was bought, in the referent's words; may be empty.
    pub what: String,
    /// For where.
    pub place: Option<Place>,
    /// Incidents that it was for.
    pub refs: Vec<Reference>,
}

/// What an entry is changed to; `None` and empty mean unchanged.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Correction {
    /// The right day.
    pub on: Option<Date>,
    /// The right half; `Some(None)`: the whole day.
    pub half: Option<Option<Half>>,
    /// The right length of a visit.
    pub minutes: Option<u32>,
    /// Who came.
    pub by: String,
    /// The right amount.
    pub cents: Option<i64>,
    /// What was bought.
    pub what: String,
    /// The right place.
    pub place: Option<Place>,
    /// The incident.
    pub incident: Option<Reference>,
}

/// Which entry is meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Which {
    /// The one noted last.
    Last,
    /// The visit or expense noted last.
    LastOf(EntryKind),
    /// `V3`.
    Named(EntryName),
    /// The visit or expense of a day.
    Of(EntryKind, Date),
}

/// Why a statement cannot be noted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Unusable {
    /// No day is named.
    NoDay,
    /// "du 12 au 14": one visit is one day.
    SeveralDays,
    /// "31/02", as written.
    NoSuchDay(String),
    /// Ahead.
    Future(Date),
    /// More than a year ago.
    TooOld(Date),
    /// "jeudi 12/10" where that is a Monday.
    OtherWeekday {
        /// The day.
        date: Date,
        /// The weekday that was said.
        said: Weekday,
    },
    /// Longer than a day's work.
    TooLong,
    /// No amount is named.
    NoAmount,
    /// Two, and no telling which.
    SeveralAmounts,
    /// Below zero.
    Negative,
    /// Nothing.
    Zero,
    /// More than a school pays out of hand.
    TooMuch,
    /// "1,234".
    UnclearAmount,
    /// It seems not to have happened ("VISITE 12/10 annulée", "à prévoir").
    NotDone,
    /// No period can be read.
    NoPeriod,
    /// `CORRIGER` without anything to change.
    NothingToChange,
}

/// One thing that a referent wants of the ledger.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LedgerOrder {
    /// Note a visit.
    Visit(VisitTold),
    /// Note an expense.
    Expense(ExpenseTold),
    /// Withdraw an entry.
    Undo(Which),
    /// Change an entry.
    Correct(EntryName, Correction),
    /// Show what is noted.
    List {
        /// Visits.
        visits: bool,
        /// Expenses.
        expenses: bool,
    },
    /// Send the classeur of these days.
    Binder {
        /// First day.
        from: Date,
        /// Last day.
        to: Date,
    },
    /// Plainly meant for the ledger, and not to be noted as it stands.
    Unusable {
        /// The words.
        words: String,
        /// Why.
        why: Unusable,
    },
}

/// A text read for the ledger.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct LedgerReading {
    /// In the order of the text; empty where it is not about the ledger.
    pub orders: Vec<LedgerOrder>,
    /// What the text says beside; empty where that is courtesy at most. The whole text where there
    /// are no orders.
    pub rest: String,
    /// An order was told in free words.
    pub free: bool,
}

/// What is known when a statement is read.
struct Scene<'a> {
    reader: &'a Reader<'a>,
    companies: &'a [String],
    today: Date,
}

/// One statement as read.
struct Found {
    orders: Vec<LedgerOrder>,
    /// What follows and belongs to no order.
    tail: String,
    free: bool,
}

/// Reads a referent's new text for the ledger; the subject is read where the text is blank.
/// `companies`: names of those who may come, as the school knows them.
pub fn ledger(subject: &str, new_text: &str, companies: &[String], ctx: &AnswerContext<'_>) -> LedgerReading {
    let whole = || LedgerReading { rest: new_text.to_owned(), ..LedgerReading::default() };
    let Some(reader) = Reader::of(ctx) else { return whole() };
    let blank = !new_text.chars().any(char::is_alphanumeric);
    let own = reader.heading(subject).own;
    let source = if blank { own.as_str() } else { new_text };
    // Far cheaper than reading, for mail that hardly ever holds a statement.
    if !statement::may_hold_one(source) {
        return whole();
    }
    let scene = Scene { reader: &reader, companies, today: reader.written_on };
    let folded = reader.fold(source);
    if reader.is_automatic(subject, &folded) {
        return whole();
    }
    // A line that looks like a signature may be an order in capitals.
    let means_nothing = |text: &str| super::referent("", text, ctx).iter().all(|o| o.verb == Verb::Unclear);
    let read = |free: bool| {
        let mut reading = read(&scene, source, free);
        let rest = reading.rest.as_str();
        if !rest.chars().any(char::is_alphanumeric) || says_nothing(&reader, rest) && means_nothing(rest) {
            reading.rest.clear();
        }
        reading
    };
    let with_free = read(true);
    if !with_free.free {
        return if with_free.orders.is_empty() { whole() } else { with_free };
    }
    // Free words are a statement only where nothing else in the mail, and no present meaning of
    // these very words, asks for something.
    let plain =
        |text: &str, subject: &str| super::referent(subject, text, ctx).iter().all(|o| matches!(o.verb, Verb::Unclear));
    let alone = with_free.rest.is_empty() && plain(source, subject);
    let beside_orders = !with_free.rest.is_empty()
        && super::referent(subject, &with_free.rest, ctx)
            .iter()
            .all(|o| !matches!(o.verb, Verb::Unclear | Verb::Question));
    if alone || beside_orders {
        return with_free;
    }
    let strict = read(false);
    if strict.orders.is_empty() { whole() } else { strict }
}

fn read(scene: &Scene<'_>, source: &str, free: bool) -> LedgerReading {
    let mut reading = LedgerReading::default();
    let mut rest: Vec<String> = Vec::new();
    for range in statement::split(source) {
        let words = source.get(range).unwrap_or("");
        let statement = Statement::of(scene.reader, words);
        match one(scene, &statement).filter(|f| free || !f.free) {
            Some(found) => {
                reading.free |= found.free;
                reading.orders.extend(found.orders);
                if !found.tail.trim().is_empty() {
                    rest.push(found.tail);
                }
            }
            None => rest.push(words.to_owned()),
        }
    }
    reading.rest = rest.join("\n");
    reading
}

/// Greetings, thanks and a signature: nothing that waits for an answer.
fn says_nothing(reader: &Reader<'_>, text: &str) -> bool {
    let folded = reader.fold(text);
    folded.sentences().iter().all(|s| {
        let words = folded.original(text, s.range.clone());
        let said = folded.text.get(s.range.clone()).unwrap_or("");
        let left = orders::strip_politeness(reader, said);
        let name = orders::is_signature(words)
            && reader.equipment_in(said).is_empty()
            && !words.chars().any(|c| c.is_ascii_digit());
        left.is_empty() || name
    })
}

fn one(scene: &Scene<'_>, statement: &Statement) -> Option<Found> {
    if statement.asks || statement.said().is_empty() {
        return None;
    }
    let managed = manage::read(scene, statement).or_else(|| binder::read(scene, statement));
    if let Some(orders) = managed {
        return Some(Found { orders, tail: String::new(), free: false });
    }
    visit::read(scene, statement).or_else(|| expense::read(scene, statement))
}

#[cfg(test)]
mod tests;
