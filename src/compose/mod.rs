//! Effect -> outgoing mail, by template. Pure: randomness (ids, boundary) and `now` are arguments.
//!
//! * [`letter`]: what each kind of mail says, as data
//! * [`render`]: letter + texts -> subject and text
//! * [`view`]: how an incident is shown to people (French)
//! * [`templates`]: the texts, embedded, replaceable by the operator
//! * [`mime`]: text + attachments -> exact bytes (RFC 5322)
//! * [`photo`]: which attachments go along, shrunk and stripped of EXIF

mod audience;
mod data;
pub mod french;
pub mod labels;
pub mod letter;
pub mod mime;
mod parts;
pub mod person;
pub mod photo;
pub mod place;
pub mod redact;
mod sample_school;
mod samples;
mod status;
pub mod templates;
pub mod view;
mod wrap;

use jiff::Timestamp;

pub use redact::redact;
pub use templates::{TemplateError, Templates};

use crate::profile::Profile;
use crate::school::School;
use letter::Letter;

crate::report::names! {
    /// The kinds of mail, as in `X-Passerelle-Kind`.
    MailKind {
        /// A report was received.
        Acknowledgement = "acknowledgement",
        /// A ticket waits for the referent.
        Proposal = "proposal",
        /// The one ticket of an incident.
        Ticket = "ticket",
        /// Its copy for a correspondent.
        TicketCopy = "ticket_copy",
        /// More for support, in the ticket's thread.
        FollowUp = "follow_up",
        /// Its copy for a correspondent.
        FollowUpCopy = "follow_up_copy",
        /// Refused, redirected, closed: for a correspondent.
        OutcomeCopy = "outcome_copy",
        /// One sentence of news for a reporter.
        Progress = "progress",
        /// "Est-ce réparé ?"
        ResolutionCheck = "resolution_check",
        /// Something waits for the referent, or for support.
        Reminder = "reminder",
        /// What waits, on schedule.
        Digest = "digest",
        /// The classeur of the month.
        Binder = "binder",
        /// What a command did.
        Answer = "answer",
        /// Mail from outside.
        Stranger = "stranger",
        /// The commands.
        Help = "help",
        /// Something is wrong now.
        Alert = "alert",
    }
}

/// What rendering needs beside the letter.
#[derive(Debug, Clone, Copy)]
pub struct Ctx<'a> {
    /// Whose mail it is.
    pub school: &'a School,
    /// Its vocabulary.
    pub profile: &'a Profile,
    /// The texts.
    pub templates: &'a Templates,
    /// Dates are told as of this moment.
    pub now: Timestamp,
    /// Display names of the people concerned, as far as they are known: they are taken out of what
    /// goes to support and correspondents, beside the names that the reporters' addresses tell.
    pub names: &'a [String],
}

/// A letter in words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rendered {
    /// One line.
    pub subject: String,
    /// Lines of at most 72 columns (but for longer words), `\n` between them.
    pub text: String,
}

/// Puts `letter` into words. A subject given by [`Letter::reply_subject`] wins over the text's own,
/// with the reference added in front, so that every client keeps the thread together.
///
/// # Errors
/// Only where an embedded text fails, which the tests exclude; an operator's text that fails gives
/// way to the embedded one.
pub fn render(letter: &Letter, ctx: &Ctx<'_>) -> Result<Rendered, TemplateError> {
    let data =
        data::of(letter, &data::Scene { school: ctx.school, profile: ctx.profile, now: ctx.now, names: ctx.names });
    let mut rendered = ctx.templates.render(letter.content.kind(), data)?;
    if let Some(subject) = letter.reply_subject.as_deref().filter(|s| !s.trim().is_empty()) {
        rendered.subject = data::reply_subject(subject, letter);
    }
    Ok(rendered)
}

impl MailKind {
    /// Tickets and follow-ups are the referent's own words; all other mail is marked automatic.
    pub fn is_auto_submitted(self) -> bool {
        !matches!(self, Self::Ticket | Self::FollowUp)
    }

    /// Counted against `max_mails_per_day`.
    pub fn is_capped(self) -> bool {
        matches!(self, Self::Acknowledgement | Self::Progress | Self::ResolutionCheck | Self::Answer | Self::Help)
    }

    /// Carries our own mailbox in its envelope, as evidence.
    pub fn has_own_copy(self) -> bool {
        matches!(self, Self::Ticket | Self::FollowUp | Self::TicketCopy | Self::FollowUpCopy)
    }
}

#[cfg(test)]
#[path = "render_tests.rs"]
mod tests;
