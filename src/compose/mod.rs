//! Effect -> outgoing mail, by template. Pure: randomness (ids, boundary) and `now` are arguments.
//!
//! * [`letter`]: what each kind of mail says, as data
//! * [`view`]: how an incident is shown to people (French)
//! * [`templates`]: the texts, embedded, replaceable by the operator
//! * [`mime`]: text + attachments -> exact bytes (RFC 5322)
//! * [`photo`]: which attachments go along, shrunk and stripped of EXIF

pub mod letter;
pub mod mime;
pub mod photo;
pub mod templates;
pub mod view;

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
