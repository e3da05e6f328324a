//! (incident, event, rules, now) -> (incident, history, effects). Pure.
//!
//! The one place where an incident's state changes. Whatever asks for a change is an [`Event`];
//! whatever follows from it is an [`Effect`], carried out in the transaction that writes the new
//! state. An event that does not fit the state changes nothing and says so ([`Effect::NotDone`]).

mod deadline;
mod referent;
mod repair;
mod reporter;
mod support;

#[cfg(test)]
mod lives;
#[cfg(test)]
mod tests;

use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};

pub use deadline::{Deadline, next_deadline};

use super::answer::{Changes, SupportAnswer};
use super::policy::{Confirm, Delay, Policy};
use super::{Facts, Incident, IncidentId, State};
use crate::address::Address;
use crate::report::{Place, Report, Responsible};

/// Characters of a person's words that a sentence to the referent quotes.
const QUOTED: usize = 300;

/// What the history says of an incident that the referent opens again or closes.
pub(crate) const BY_THE_REFERENT: &str = "par le référent";

/// What decisions depend on beside the incident.
#[derive(Debug, Clone, Copy)]
pub struct Rules<'a> {
    /// The school's policy.
    pub policy: &'a Policy,
    /// The school's zone.
    pub zone: &'a TimeZone,
    /// The contract's delay for a repair.
    pub contract: Delay,
    /// The contract's delay where lessons cannot take place.
    pub contract_urgent: Delay,
    /// The ticket has not left yet and can still be taken back.
    pub ticket_cancellable: bool,
}

/// Something that happens to an incident.
#[derive(Debug, Clone)]
pub enum Event {
    /// It has just been opened by a first report.
    Opened {
        /// Possible twins were found, or the reading was not sure.
        unsure: bool,
    },
    /// Somebody tells of it (again).
    Reported {
        /// What is told.
        report: Box<Report>,
        /// By whom; `None`: a relay whose author is unknown.
        reporter: Option<Address>,
        /// The first word of this person on it.
        first_word: bool,
        /// The message bears photos.
        photos: bool,
    },
    /// A general outage takes in what was a local fault: the facts become wider.
    Widened {
        /// The wider facts.
        facts: Box<Facts>,
    },
    /// A person says that it works again, unasked.
    SaidOver {
        /// Who.
        by: Option<Address>,
        /// Is it a referent, whose word counts whoever reported?
        by_referent: bool,
        /// In these words, cut to a bearable length; may be empty.
        words: String,
    },
    /// A reporter answers "est-ce réparé ?".
    Repaired {
        /// Who.
        by: Address,
        /// OUI or NON.
        yes: bool,
        /// In the reporter's words, for a follow-up.
        words: String,
    },
    /// A reporter adds something that is no fresh report: the room, a serial number, an answer to
    /// support's question.
    Detail {
        /// Who.
        by: Address,
        /// What changes.
        changes: Changes,
        /// The words, to be carried to support where it had asked.
        words: String,
        /// The message bears photos.
        photos: bool,
    },
    /// The referent lets it go.
    Confirmed {
        /// Which referent.
        by: Address,
        /// Fingerprint of the facts that the answered mail showed; `None`: it showed none of them.
        shown: Option<String>,
        /// The answered mail was a reminder about support, whose OK sends a follow-up.
        to_reminder: bool,
    },
    /// The referent corrects.
    Corrected {
        /// Which referent.
        by: Address,
        /// What.
        changes: Changes,
        /// And lets it go.
        confirms: bool,
        /// As in [`Event::Confirmed`].
        shown: Option<String>,
    },
    /// The referent refuses.
    Rejected {
        /// Which referent.
        by: Address,
        /// Why; may be empty.
        reason: String,
    },
    /// The referent says whose it is.
    Redirected {
        /// Which referent.
        by: Address,
        /// Whose.
        to: Responsible,
    },
    /// It is part of another incident.
    MergedInto {
        /// Who said so; `None`: the general outage that swallowed it.
        by: Option<Address>,
        /// Which.
        into: IncidentId,
        /// Its reference, for the history.
        reference: String,
    },
    /// It was part of another incident, and is one of its own again.
    Parted {
        /// That incident's reference, for the history.
        from: String,
        /// When its ticket left, if it ever did.
        ticket_sent_at: Option<Timestamp>,
    },
    /// The referent opens it again.
    ReopenedBy {
        /// Which referent.
        by: Address,
    },
    /// The referent closes it.
    ClosedBy {
        /// Which referent.
        by: Address,
    },
    /// The referent has support reminded (or a failed ticket sent again).
    Chased {
        /// Which referent.
        by: Address,
    },
    /// Support's server accepted the ticket.
    TicketAccepted,
    /// The ticket was refused for good, given up, or came back.
    TicketFailed {
        /// The server's words.
        why: String,
    },
    /// Support wrote.
    Support {
        /// From which address.
        from: Address,
        /// What.
        answer: SupportAnswer,
        /// A machine of support's wrote it.
        automatic: bool,
    },
    /// A deadline has passed.
    Due(Deadline),
}

/// What follows from an event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Effect {
    /// Ask every referent; `changed`: why the earlier proposal is void (French).
    Propose {
        /// See above.
        changed: Option<String>,
    },
    /// The ticket to support, with its copies.
    SendTicket,
    /// Take back the ticket that has not left.
    CancelTicket,
    /// The ticket that failed, once more.
    ResendTicket,
    /// A follow-up to support, with its copies.
    FollowUp {
        /// Why.
        cause: FollowUp,
        /// Words of a person, not yet redacted; may be empty.
        words: String,
    },
    /// One sentence to every reporter.
    TellReporters(News),
    /// "Est-ce réparé ?" to reporters.
    AskRepaired {
        /// Not to this one, who has just said so.
        but: Option<Address>,
        /// To which of the others.
        of: Asked,
    },
    /// The outcome, to every correspondent.
    TellCorrespondents,
    /// A reminder to every referent.
    Remind(Why),
    /// The ticket could not be delivered: alert.
    AlertUndeliverable {
        /// The server's words.
        why: String,
    },
    /// To the person who commanded: what was done (French).
    Done(String),
    /// To the person who commanded: what was not done, and why (French).
    NotDone(String),
    /// To every referent (not the one who acted): what has happened (French).
    TellReferents(String),
    /// To every referent: the visit that is planned, before which no digest tells of it.
    TellReferentsOfVisit,
}

/// Which reporters are asked whether it is repaired.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Asked {
    /// All.
    Everybody,
    /// Those who have answered before that it was not; everybody, where none of them is left.
    WhoDenied,
}

/// Why a follow-up leaves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FollowUp {
    /// Said repaired, is not.
    NotRepaired,
    /// Back after it was closed.
    Back,
    /// Wider than the ticket said.
    Wider,
    /// Still there, in the words of whoever reported it.
    Persists,
    /// More is known.
    Detail,
    /// Support is silent or late.
    Overdue,
    /// The answer to support's question.
    Reply,
}

/// News for reporters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum News {
    /// Support registered it.
    Acknowledged,
    /// A visit is dated.
    Planned,
    /// Support asks.
    Question(String),
    /// Support refused.
    RefusedBySupport(String),
    /// The referent refused.
    Refused(String),
    /// The referent redirected.
    Redirected,
    /// The referent closed it.
    Closed,
}

/// What a reminder is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Why {
    /// A proposal waits.
    Proposal,
    /// Support has not answered.
    Support,
    /// The contract's delay has passed.
    Contract,
    /// The planned day has passed.
    Planned,
    /// Support wrote something that was not understood: its words.
    SupportUnclear(String),
    /// Reporters contradict each other: who has just said what.
    Contradiction(String),
    /// A reporter says that it is still broken, long after it was closed: who, and what.
    StillBroken(String),
    /// Said to be repaired once more, after colleagues have denied it several times.
    RepairedAgain,
}

/// One entry of an incident's history. `event` is a stable name, `detail` whatever a person who
/// reads it wants to know (French).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// `opened`, `reported`, `confirmed`, `ticket_sent` …
    pub event: String,
    /// In French; may be empty.
    pub detail: String,
}

/// What was decided.
#[derive(Debug, Clone)]
pub struct Decision {
    /// The incident as it is now.
    pub incident: Incident,
    /// What to write into its history, in order.
    pub history: Vec<Entry>,
    /// What to do, in order.
    pub effects: Vec<Effect>,
}

impl Decision {
    fn new(incident: Incident) -> Self {
        Self { incident, history: Vec::new(), effects: Vec::new() }
    }

    fn note(&mut self, event: &str, detail: impl Into<String>) {
        self.history.push(Entry { event: event.to_owned(), detail: detail.into() });
    }

    fn effect(&mut self, effect: Effect) {
        self.effects.push(effect);
    }

    /// Enters `state`: deadlines start afresh, an end is dated or undone.
    fn enter(&mut self, state: State) {
        let ended = matches!(
            state,
            State::Closed { .. } | State::Refused { .. } | State::Merged { .. } | State::Redirected { .. }
        );
        self.incident.closed_at = ended.then(|| state.since());
        self.incident.fired.retain(|f| repair::lasts(f));
        self.incident.state = state;
    }

    fn fire(&mut self, name: &str) {
        if !self.has_fired(name) {
            self.incident.fired.push(name.to_owned());
        }
    }

    fn has_fired(&self, name: &str) -> bool {
        self.incident.fired.iter().any(|f| f == name)
    }
}

/// Decides what `event` does to `incident`.
pub fn decide(incident: &Incident, event: Event, rules: &Rules<'_>, now: Timestamp) -> Decision {
    let mut d = Decision::new(incident.clone());
    match event {
        Event::Opened { unsure } => opened(&mut d, unsure, rules, now),
        Event::Reported { report, reporter, first_word, photos } => {
            let told = reporter::Telling { report: &report, reporter: reporter.as_ref(), first_word, photos };
            reporter::reported(&mut d, &told, now);
        }
        Event::Widened { facts } => reporter::widened(&mut d, *facts),
        Event::SaidOver { by, by_referent, words } => {
            reporter::said_over(&mut d, reporter::Over { by, by_referent, words }, rules, now);
        }
        Event::Repaired { by, yes, words } => reporter::repaired(&mut d, by, yes, words, rules, now),
        Event::Detail { by, changes, words, photos } => {
            reporter::detail(&mut d, &by, reporter::Addition { changes, words, photos });
        }
        Event::Confirmed { by, shown, to_reminder } => {
            referent::confirmed(&mut d, by, shown.as_deref(), to_reminder, now);
        }
        Event::Corrected { by, changes, confirms, shown } => {
            let correction = referent::Correction { by, changes, confirms, shown };
            referent::corrected(&mut d, correction, rules, now);
        }
        Event::Rejected { by, reason } => referent::rejected(&mut d, &by, reason, rules, now),
        Event::Redirected { by, to } => referent::redirected(&mut d, &by, to, rules, now),
        Event::MergedInto { by, into, reference } => {
            referent::merged(&mut d, by.as_ref(), into, &reference, rules, now)
        }
        Event::Parted { from, ticket_sent_at } => referent::parted(&mut d, &from, ticket_sent_at, now),
        Event::ReopenedBy { by } => referent::reopened(&mut d, &by, now),
        Event::ClosedBy { by } => referent::closed(&mut d, &by, rules, now),
        Event::Chased { by } => referent::chased(&mut d, &by),
        Event::TicketAccepted => ticket_accepted(&mut d, now),
        Event::TicketFailed { why } => ticket_failed(&mut d, why, now),
        Event::Support { from, answer, automatic } => support::support(&mut d, &from, answer, automatic, rules, now),
        Event::Due(deadline) => deadline::due(&mut d, deadline, now),
    }
    d
}

fn opened(d: &mut Decision, unsure: bool, rules: &Rules<'_>, now: Timestamp) {
    d.note("opened", "");
    let sure = !unsure && d.incident.facts.place.is_some() && d.incident.facts.doubts.is_empty();
    let regional = d.incident.facts.responsible == Responsible::Region;
    let ask = match rules.policy.confirm {
        Confirm::Always => true,
        Confirm::Unsure => !(sure && regional),
        Confirm::Never => !regional,
    };
    if ask {
        d.enter(State::AwaitingConfirmation { since: now });
        d.effect(Effect::Propose { changed: None });
    } else {
        d.note("confirmed", "sans demander, selon les règles du lycée");
        d.enter(State::Confirmed { at: now, by: None });
        d.effect(Effect::SendTicket);
    }
}

fn ticket_accepted(d: &mut Decision, now: Timestamp) {
    if let State::Confirmed { .. } = d.incident.state {
        d.incident.ticket_sent_at.get_or_insert(now);
        d.note("ticket_sent", "");
        d.enter(State::Ticketed { at: now });
    }
}

fn ticket_failed(d: &mut Decision, why: String, now: Timestamp) {
    d.note("ticket_failed", why.clone());
    let by = match &d.incident.state {
        State::Confirmed { by, .. } => by.clone(),
        _ => None,
    };
    if matches!(d.incident.state, State::Confirmed { .. }) || d.incident.state.is_with_support() {
        d.enter(State::Confirmed { at: now, by });
        d.fire("failed");
        // Support, which never had it, was not silent.
        d.incident.fired.retain(|f| f != Deadline::RemindSupport.name());
        // A ticket that came back was never sent, whatever the first server said.
        d.incident.ticket_sent_at = None;
    } else if matches!(d.incident.state, State::Closed { .. } | State::Refused { .. } | State::Redirected { .. }) {
        d.incident.ticket_sent_at = None;
    }
    d.effect(Effect::AlertUndeliverable { why });
}

/// The ticket exists already: it left, or waits in the outbox.
fn has_ticket(incident: &Incident) -> bool {
    incident.ticket_sent_at.is_some() || matches!(incident.state, State::Confirmed { .. })
}

/// Applies corrections; says in French what changed, one phrase each.
fn apply(facts: &mut Facts, changes: &Changes) -> Vec<String> {
    let mut said = Vec::new();
    if let Some(place) = &changes.place
        && facts.place.as_ref() != Some(place)
    {
        said.push(format!("lieu : {}", in_words(place)));
        // The first words still name the other room: whoever reads both must know which one counts.
        if facts.place.is_some() && !facts.words.is_empty() {
            let told = facts.words.split(" [lieu rectifié").next().unwrap_or_default();
            facts.words = format!("{told} [lieu rectifié : {}]", in_words(place));
        }
        facts.place = Some(place.clone());
        settle_doubts(facts);
    }
    if let Some(equipment) = changes.equipment
        && facts.equipment != equipment
    {
        said.push(format!("matériel : {}", equipment.as_str().replace('_', " ")));
        facts.equipment = equipment;
    }
    if let Some(count) = changes.count
        && facts.count != count
    {
        said.push(format!("nombre : {count}"));
        facts.count = count;
    }
    if let Some(serial) = &changes.serial
        && !facts.serials.contains(serial)
    {
        said.push(format!("numéro de série : {serial}"));
        facts.serials.push(serial.clone());
    }
    if let Some(label) = &changes.label
        && !facts.labels.contains(label)
    {
        said.push(format!("étiquette : {label}"));
        facts.labels.push(label.clone());
    }
    said
}

/// "Lieu non précisé" is no doubt any more where the place is known.
fn settle_doubts(facts: &mut Facts) {
    if facts.place.is_some() {
        facts.doubts.retain(|d| !d.starts_with("lieu non précisé"));
    }
}

/// A person's words between guillemets, behind a space; empty where there are none.
fn quoted(words: &str) -> String {
    let words = words.trim();
    if words.is_empty() {
        return String::new();
    }
    let line = words.split_whitespace().collect::<Vec<_>>().join(" ");
    let mut cut: String = line.chars().take(QUOTED).collect();
    if cut.len() < line.len() {
        cut.push('…');
    }
    format!(" : « {cut} »")
}

/// A place as a sentence names it: `BATIMENT C` is "bâtiment C", a room's code stays as it is.
fn in_words(place: &Place) -> String {
    let word = |w: &str| match w {
        "BATIMENT" => "bâtiment".to_owned(),
        "ETAGE" => "étage".to_owned(),
        "ETABLISSEMENT" => "tout l'établissement".to_owned(),
        "CDI" => w.to_owned(),
        _ if w.chars().count() == 1 || w.chars().any(|c| c.is_ascii_digit()) => w.to_owned(),
        _ => w.to_lowercase(),
    };
    place.as_str().split(' ').map(word).collect::<Vec<_>>().join(" ")
}
