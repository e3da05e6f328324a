//! What each kind of mail says, as data. Texts are in the templates, never here.

use jiff::Timestamp;
use serde::Serialize;

use super::MailKind;
use crate::address::Address;
use crate::incident::{Incident, Reference};

/// A letter before it has words: to whom, about what, in which thread, saying what.
#[derive(Debug, Clone)]
pub struct Letter {
    /// The one recipient.
    pub to: Address,
    /// What it says.
    pub content: Content,
    /// The one incident that it concerns, where its content names none: what was done by a command.
    pub concerns: Option<Reference>,
    /// Message-ID that it answers, without `<>`.
    pub in_reply_to: Option<String>,
    /// References, oldest first, without `<>`.
    pub references: Vec<String>,
    /// Subject of the mail that it answers, to keep a thread together in clients that go by
    /// subject; `None`: the template's own subject.
    pub reply_subject: Option<String>,
    /// Further addresses in the Cc header (`copy = "cc"`); each has an outbox row of its own.
    pub cc: Vec<Address>,
    /// Files that go along.
    pub attachments: Vec<Enclosure>,
}

/// A file that goes along.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Enclosure {
    /// `photo-1.jpg`: never a name from a mail.
    pub name: String,
    /// MIME type.
    pub mime: String,
    /// Bytes, already stripped and shrunk.
    pub data: Vec<u8>,
}

/// What a letter says, by kind. Incidents are given whole; [`super::view`] makes them readable.
#[derive(Debug, Clone)]
pub enum Content {
    /// To a reporter: what was understood of one message.
    Acknowledgement {
        /// One per problem, in the order of the text.
        items: Vec<AckItem>,
    },
    /// To a referent.
    Proposal {
        /// The ticket as it would go out.
        incident: Incident,
        /// Who said what, when (the referent may know the names).
        reports: Vec<ReportView>,
        /// Possible twins: reference, title, why.
        twins: Vec<Twin>,
        /// An earlier proposal is void: what changed, French; `None` at first.
        changed: Option<String>,
        /// The referent reported it himself: this is his acknowledgement too.
        own_report: bool,
        /// Number of photos that would go along, and a word where some are left out.
        photos: usize,
    },
    /// To support.
    Ticket {
        /// The incident.
        incident: Incident,
        /// Photos left out because of the limit.
        photos_left_out: usize,
    },
    /// To a correspondent: the ticket without names or own words.
    TicketCopy {
        /// The incident.
        incident: Incident,
    },
    /// To support, in the ticket's thread.
    FollowUp {
        /// The incident.
        incident: Incident,
        /// Why.
        cause: FollowUpCause,
        /// More, in words that may be shown to support (already free of names); may be empty.
        words: String,
    },
    /// To a correspondent.
    FollowUpCopy {
        /// The incident.
        incident: Incident,
        /// Why.
        cause: FollowUpCause,
        /// As in the follow-up, only where it holds no free text of a person; else empty.
        words: String,
    },
    /// To a correspondent: refused, redirected, closed (the incident's state says which).
    OutcomeCopy {
        /// The incident.
        incident: Incident,
    },
    /// To a reporter.
    Progress {
        /// The incident.
        incident: Incident,
        /// What changed.
        change: Change,
    },
    /// To a reporter.
    ResolutionCheck {
        /// The incident.
        incident: Incident,
        /// A colleague says so; support has not (yet).
        by_colleague: bool,
    },
    /// To a referent.
    Reminder {
        /// The incident.
        incident: Incident,
        /// What waits.
        waits: Waits,
        /// Since when.
        since: Timestamp,
        /// Support's or a reporter's words, for [`Waits::SupportUnclear`], [`Waits::Contradiction`],
        /// [`Waits::StillBroken`] and [`Waits::RepairedAgain`]; empty otherwise.
        words: String,
    },
    /// To a referent, on schedule.
    Digest {
        /// Proposals that wait.
        proposals: Vec<Incident>,
        /// With support, oldest first.
        with_support: Vec<Incident>,
        /// Closed, refused or redirected since the last digest.
        ended: Vec<Incident>,
        /// Waiting at the door: number, sender, subject.
        strangers: Vec<StrangerView>,
        /// Mails that could not be delivered: address and why.
        undelivered: Vec<(String, String)>,
        /// Messages in quarantine for other reasons: number and why.
        quarantined: Vec<(i64, String)>,
        /// What else is worth knowing, one French sentence each: a limit that was reached, a mail
        /// that left twice perhaps.
        noted: Vec<String>,
    },
    /// To a referent or correspondent: the classeur of a month, or of the days asked for.
    Binder {
        /// "octobre 2026", "du 1er au 15 octobre 2026".
        month: String,
        /// The sentences that matter.
        sentences: Vec<String>,
        /// What goes along, and what had to stay behind, in French; may be empty.
        notes: Vec<String>,
    },
    /// To a referent: what a command did.
    Answer {
        /// What was done, one French sentence each; may be empty.
        done: Vec<String>,
        /// What was not understood or cannot be done, and why; may be empty.
        not_done: Vec<String>,
        /// `LISTE`: the open incidents.
        list: Option<Vec<Incident>>,
        /// `2026-0012`: the incident and its history.
        history: Option<(Box<Incident>, Vec<HistoryLine>)>,
        /// The question again: the ticket that still waits for a plain answer.
        question: Option<Box<Incident>>,
    },
    /// To a referent, who commanded nothing: what has happened. Of the kind of an answer.
    News {
        /// One French sentence each.
        lines: Vec<String>,
        /// The incident that it is about.
        about: Option<Box<Incident>>,
        /// Incidents among which the referent may choose.
        open: Vec<Incident>,
    },
    /// To a referent: what is noted in the ledger, and what the commands beside it did.
    Register {
        /// As in [`Self::Answer`].
        done: Vec<String>,
        /// As in [`Self::Answer`].
        not_done: Vec<String>,
        /// `VISITES`, `DEPENSES`: a heading and a line per entry, in order.
        lines: Vec<String>,
    },
    /// To a referent: mail from outside.
    Stranger {
        /// Who and what.
        stranger: StrangerView,
        /// The text, at most some 2,000 characters.
        text: String,
    },
    /// To whoever asked.
    Help {
        /// The line that was not understood, if that is why.
        not_understood: Option<String>,
        /// Referents see their commands, colleagues how to report.
        for_referent: bool,
    },
    /// To a referent.
    Alert {
        /// What is wrong.
        trouble: Trouble,
    },
}

impl Content {
    /// The kind of mail this is.
    pub fn kind(&self) -> MailKind {
        match self {
            Self::Acknowledgement { .. } => MailKind::Acknowledgement,
            Self::Proposal { .. } => MailKind::Proposal,
            Self::Ticket { .. } => MailKind::Ticket,
            Self::TicketCopy { .. } => MailKind::TicketCopy,
            Self::FollowUp { .. } => MailKind::FollowUp,
            Self::FollowUpCopy { .. } => MailKind::FollowUpCopy,
            Self::OutcomeCopy { .. } => MailKind::OutcomeCopy,
            Self::Progress { .. } => MailKind::Progress,
            Self::ResolutionCheck { .. } => MailKind::ResolutionCheck,
            Self::Reminder { .. } => MailKind::Reminder,
            Self::Digest { .. } => MailKind::Digest,
            Self::Binder { .. } => MailKind::Binder,
            Self::Answer { .. } | Self::News { .. } | Self::Register { .. } => MailKind::Answer,
            Self::Stranger { .. } => MailKind::Stranger,
            Self::Help { .. } => MailKind::Help,
            Self::Alert { .. } => MailKind::Alert,
        }
    }

    /// The incidents that it is about, not those it only mentions (possible twins).
    pub fn incidents(&self) -> Vec<&Incident> {
        match self {
            Self::Acknowledgement { items } => items.iter().map(|i| &i.incident).collect(),
            Self::Proposal { incident, .. }
            | Self::Ticket { incident, .. }
            | Self::TicketCopy { incident }
            | Self::FollowUp { incident, .. }
            | Self::FollowUpCopy { incident, .. }
            | Self::OutcomeCopy { incident }
            | Self::Progress { incident, .. }
            | Self::ResolutionCheck { incident, .. }
            | Self::Reminder { incident, .. } => vec![incident],
            Self::Digest { proposals, with_support, ended, .. } => {
                proposals.iter().chain(with_support).chain(ended).collect()
            }
            Self::Answer { list, history, question, .. } => list
                .iter()
                .flatten()
                .chain(history.iter().map(|(i, _)| i.as_ref()))
                .chain(question.iter().map(AsRef::as_ref))
                .collect(),
            Self::News { about, open, .. } => about.iter().map(AsRef::as_ref).chain(open).collect(),
            Self::Alert { trouble } => match trouble {
                Trouble::Undeliverable { incident, .. } => incident.iter().map(AsRef::as_ref).collect(),
                Trouble::PerhapsTwice { incident, .. } => vec![incident.as_ref()],
                Trouble::Intake { .. } | Trouble::DeliveryStalled { .. } => Vec::new(),
            },
            Self::Binder { .. } | Self::Register { .. } | Self::Stranger { .. } | Self::Help { .. } => Vec::new(),
        }
    }
}

/// One problem of an acknowledgement.
#[derive(Debug, Clone)]
pub struct AckItem {
    /// The incident it belongs to.
    pub incident: Incident,
    /// The sender's own words, or those that he forwarded (span).
    pub words: String,
    /// Who wrote them, where the sender only forwarded them.
    pub told_by: Option<String>,
    /// Somebody (or the same person) had reported it already.
    pub already_known: bool,
    /// Is the place missing?
    pub ask_place: bool,
}

/// A report as a proposal shows it to the referent.
#[derive(Debug, Clone, Serialize)]
pub struct ReportView {
    /// Name, or address where there is no name.
    pub who: String,
    /// When.
    pub at: Timestamp,
    /// The words.
    pub words: String,
}

/// A possible twin.
#[derive(Debug, Clone)]
pub struct Twin {
    /// The other incident.
    pub incident: Incident,
    /// Why (French).
    pub reason: String,
}

/// Why a follow-up leaves.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum FollowUpCause {
    /// Said repaired, is not.
    NotRepaired,
    /// The fault is back after it was closed.
    Back,
    /// Wider than the ticket said: a general outage.
    Wider,
    /// Still there, in the words of whoever reported it.
    Persists,
    /// A detail: serial number, label, place, count, photo.
    Detail,
    /// Support is silent or late.
    Overdue,
    /// The answer to support's question.
    Reply,
}

/// What changed for a reporter.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "what", rename_all = "snake_case")]
pub enum Change {
    /// Support registered it.
    Acknowledged,
    /// A visit is dated (the incident's state says when).
    Planned,
    /// Support asks something.
    Question {
        /// In its words.
        words: String,
    },
    /// Support refused it.
    RefusedBySupport {
        /// In its words.
        words: String,
    },
    /// The referent refused.
    Refused {
        /// Why.
        reason: String,
    },
    /// The referent closed it.
    Closed,
    /// The referent redirected it (the state says to whom).
    Redirected,
    /// It is part of another incident now, which the letter shows.
    Merged {
        /// The reference under which the reporter knew it.
        was: String,
    },
    /// It was part of another incident and is one of its own now.
    Split {
        /// The reference under which the reporter knew it.
        was: String,
    },
}

/// What a reminder reminds of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Waits {
    /// A proposal waits for the referent.
    Proposal,
    /// Support has not answered; an OK sends a follow-up.
    Support,
    /// The contract's delay has passed; an OK sends a follow-up.
    Contract,
    /// The planned day has passed without news; an OK sends a follow-up.
    Planned,
    /// Support wrote something that was not understood.
    SupportUnclear,
    /// Reporters contradict each other.
    Contradiction,
    /// A reporter says that it is still broken, long after it was closed.
    StillBroken,
    /// Said to be repaired once more, after colleagues have denied it several times.
    RepairedAgain,
}

/// A stranger as shown to the referent.
#[derive(Debug, Clone, Serialize)]
pub struct StrangerView {
    /// Number of the message in the store.
    pub message: i64,
    /// Name and address.
    pub from: String,
    /// Subject.
    pub subject: String,
    /// Why it waits.
    pub held: Held,
}

/// Why a message waits for the referent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Held {
    /// The sender is not known to the school.
    Outside,
    /// It bears a known address that the mail host did not authenticate.
    Unauthenticated,
    /// Larger than allowed: only its head was read.
    TooLarge,
}

/// One line of an incident's history, as people read it.
#[derive(Debug, Clone, Serialize)]
pub struct HistoryLine {
    /// When.
    pub at: Timestamp,
    /// Who or what.
    pub who: String,
    /// What (French).
    pub what: String,
}

/// What an alert tells.
#[derive(Debug, Clone)]
pub enum Trouble {
    /// A mail about an incident could not be delivered.
    Undeliverable {
        /// The incident, if any.
        incident: Option<Box<Incident>>,
        /// The kind of mail.
        kind: MailKind,
        /// To whom.
        recipient: Address,
        /// The server's words.
        why: String,
    },
    /// A mail left twice perhaps: no evidence could be had.
    PerhapsTwice {
        /// The incident.
        incident: Box<Incident>,
        /// The kind of mail.
        kind: MailKind,
    },
    /// Intake stands still.
    Intake {
        /// Why.
        why: String,
        /// Since when.
        since: Timestamp,
    },
    /// Delivery stands still.
    DeliveryStalled {
        /// Why.
        why: String,
        /// Since when.
        since: Timestamp,
    },
}
