//! What a reply means. Only new text is given to these functions: quoted text commands nothing.
//! A false yes is worse than ten questions: whatever is not plainly a yes is [`Verb::Unclear`].

mod changes;
pub mod dates;
mod fold;
pub mod json;
pub mod ledger;
mod number;
mod orders;
mod phrases;
mod reader;
mod referent;
mod reporter;
mod shorthand;
mod spot;
mod stranger;
mod support;
#[cfg(test)]
mod tests;

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use serde::Serialize;

use super::Reference;
use super::state::Half;
use crate::profile::Profile;
use crate::report::place::Places;
use crate::report::{Equipment, Place, Responsible};
pub use ledger::ledger;
pub use phrases::{PhraseError, Phrases};
use reader::Reader;

/// What is known when an answer is read.
#[derive(Debug, Clone, Copy)]
pub struct AnswerContext<'a> {
    /// Words and phrases.
    pub profile: &'a Profile,
    /// The school's rooms.
    pub places: &'a Places,
    /// Relative dates count from here.
    pub date: Timestamp,
    /// The school's zone.
    pub zone: &'a TimeZone,
}

/// What one order of the referent applies to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Target {
    /// The incident of the mail that is answered.
    This,
    /// The one named.
    Ref(Reference),
    /// All others shown in the mail that is answered ("l'autre c'est l'ATTE").
    Others,
    /// All shown in the mail that is answered ("ok pour tout").
    All,
}

/// Corrections that the referent makes; `None` and empty mean unchanged.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Changes {
    /// The right place.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub place: Option<Place>,
    /// The right equipment.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub equipment: Option<Equipment>,
    /// The right number.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub count: Option<u32>,
    /// A serial number.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub serial: Option<String>,
    /// An asset label (RIDF).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub label: Option<String>,
}

impl Changes {
    /// Nothing is changed.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// What the referent wants done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verb {
    /// Let it go as it is.
    Confirm,
    /// Change something; `confirms`: and let it go.
    Correct {
        /// What.
        changes: Changes,
        /// Lets it go with the change.
        confirms: bool,
    },
    /// No ticket.
    Reject {
        /// Verbatim; may be empty.
        reason: String,
    },
    /// Somebody else's.
    Redirect {
        /// Whose.
        to: Responsible,
    },
    /// Belongs to another incident, by reference or by place.
    Duplicate {
        /// Reference, where given.
        of: Option<Reference>,
        /// Place, where that is what was given.
        of_place: Option<Place>,
    },
    /// Asks something back before deciding.
    Question,
    /// `AIDE`.
    Help,
    /// `LISTE`.
    List,
    /// `2026-0012` alone: its history.
    History,
    /// `SCINDER`: the reports of the incident become incidents of their own.
    Split,
    /// `FUSIONNER a b …`: the first takes the others in.
    Merge {
        /// At least two, in the order written.
        refs: Vec<Reference>,
    },
    /// `ROUVRIR`.
    Reopen,
    /// `CLORE`.
    Close,
    /// `RELANCER`.
    Chase,
    /// Anything else: not a yes.
    Unclear,
}

/// One order: what, on which incident.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Order {
    /// On which.
    pub target: Target,
    /// What.
    pub verb: Verb,
    /// What a yes or a correction adds and no ticket takes up, verbatim; mostly empty.
    pub left_out: String,
}

impl Order {
    fn new(target: Target, verb: Verb) -> Self {
        Self { target, verb, left_out: String::new() }
    }
}

/// What support says.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SupportAnswer {
    /// The intent.
    pub intent: SupportIntent,
    /// The desk's own number, wherever in the mail it stands.
    pub reference: Option<String>,
    /// Day of a visit or delivery.
    pub date: Option<Date>,
    /// Half of that day.
    pub half: Option<Half>,
    /// Some day of the week of that day ("la semaine du 12"): no nearer one is said.
    pub week: bool,
    /// What is said of the visit beside its day (hours, who is to open), in support's words; may be empty.
    pub visit: String,
    /// What is asked, or why it is refused, in support's words (one or two sentences).
    pub words: String,
    /// Whoever came could not work: closed door, nobody there, not let in.
    pub barred: bool,
}

crate::report::names! {
    /// Support's intents, named as in the corpus.
    #[derive(Default)]
    SupportIntent {
        /// Received, registered.
        Acknowledged = "acknowledged",
        /// A visit or delivery is dated.
        Planned = "planned",
        /// Being worked on.
        InProgress = "in_progress",
        /// Repaired.
        Resolved = "resolved",
        /// File closed.
        Closed = "closed",
        /// Out of scope.
        Refused = "refused",
        /// Asks for something.
        NeedsInfo = "needs_info",
        /// Survey, general notice, not understood.
        #[default]
        Other = "other",
    }
}

/// What a reporter says to a mail of ours.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReporterAnswer {
    /// The intent.
    pub intent: ReporterIntent,
    /// The place named, for [`ReporterIntent::Place`] or as a correction beside another intent.
    pub place: Option<Place>,
}

crate::report::names! {
    /// A reporter's intents, named as in the corpus.
    ReporterIntent {
        /// It is repaired.
        Yes = "yes",
        /// It is not.
        No = "no",
        /// Says which room.
        Place = "place",
        /// Anything else.
        Unclear = "unclear",
    }
}

/// Reads the referent's new text. Never empty: what is not understood is one [`Verb::Unclear`].
pub fn referent(subject: &str, new_text: &str, ctx: &AnswerContext<'_>) -> Vec<Order> {
    referent_shown(subject, new_text, &[], ctx)
}

/// As [`referent()`], where the mail that is answered shows the incidents `shown`: "la 8" is
/// understood where one of them, and one alone, has that number.
pub fn referent_shown(subject: &str, new_text: &str, shown: &[Reference], ctx: &AnswerContext<'_>) -> Vec<Order> {
    match Reader::of(ctx) {
        Some(reader) => referent::read(&reader, subject, new_text, shown),
        None => vec![Order::new(Target::This, Verb::Unclear)],
    }
}

/// Does the referent let somebody from outside in? `None`: the text does not plainly say so.
pub fn lets_in(new_text: &str, ctx: &AnswerContext<'_>) -> Option<bool> {
    Reader::of(ctx).and_then(|reader| stranger::read(&reader, new_text))
}

/// The commands of a text that is nothing else; empty for any other. Far cheaper than [`referent()`],
/// for mail that hardly ever holds one.
pub fn commands(subject: &str, new_text: &str, ctx: &AnswerContext<'_>) -> Vec<Order> {
    Reader::of(ctx).map_or_else(Vec::new, |reader| referent::commands(&reader, subject, new_text))
}

/// Reads support's new text and subject.
pub fn support(subject: &str, new_text: &str, ctx: &AnswerContext<'_>) -> SupportAnswer {
    Reader::of(ctx).map_or_else(SupportAnswer::default, |reader| support::read(&reader, subject, new_text))
}

/// Reads a reporter's new text, as the answer to "est-ce réparé ?" or "dans quelle salle ?".
pub fn reporter(subject: &str, new_text: &str, ctx: &AnswerContext<'_>) -> ReporterAnswer {
    Reader::of(ctx).map_or(ReporterAnswer { intent: ReporterIntent::Unclear, place: None }, |reader| {
        reporter::read(&reader, subject, new_text)
    })
}
