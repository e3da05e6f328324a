//! Rules and delays of a school. Pure.

use jiff::civil::{Date, Time};

use crate::address::Address;

/// A delay: clock time, or working days of the school.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Delay {
    /// Seconds of clock time.
    Seconds(i64),
    /// Working days: neither week-end, public holiday nor the school's closings.
    WorkingDays(u16),
}

impl Delay {
    /// As clock time, for spans that look back: five working days are a week.
    pub fn as_clock(self) -> jiff::SignedDuration {
        match self {
            Self::Seconds(s) => jiff::SignedDuration::from_secs(s),
            Self::WorkingDays(n) => jiff::SignedDuration::from_secs(i64::from(n).saturating_mul(86_400 * 7) / 5),
        }
    }
}

/// When the referent confirms.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Confirm {
    /// Every ticket.
    Always,
    /// Only where the program is unsure.
    Unsure,
    /// No proposal, except for what is plainly not the region's.
    Never,
}

/// How correspondents get their copy.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CopyMode {
    /// A separate mail without names.
    Separate,
    /// In the ticket's Cc.
    Cc,
}

/// When the digest is sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Digest {
    /// Monday to Friday at this time.
    Weekdays(Time),
    /// Every week, on this day at this time.
    Weekly(jiff::civil::Weekday, Time),
    /// Never.
    Never,
}

/// Is the classeur of the month sent?
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Binder {
    /// On the first working day of the next month, at the digest's time.
    Monthly,
    /// Only to whoever asks.
    Never,
}

/// All of `[school.policy]`, checked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Policy {
    /// See [`Confirm`].
    pub confirm: Confirm,
    /// Send a waiting ticket unconfirmed after this.
    pub send_unconfirmed_after: Option<Delay>,
    /// See [`CopyMode`].
    pub copy: CopyMode,
    /// The mail host delivers user+token@ to user@.
    pub subaddressing: bool,
    /// The host whose Authentication-Results are believed.
    pub trusted_authserv: Option<String>,
    /// One reminder for a proposal that waits, a support that is silent.
    pub remind_after: Delay,
    /// See [`Digest`].
    pub digest: Digest,
    /// See [`Binder`].
    pub binder: Binder,
    /// The school's closings, both ends included.
    pub holidays: Vec<(Date, Date)>,
    /// A resolved incident closes by itself after this.
    pub close_after: Delay,
    /// A fault reported again within this goes back to support.
    pub reopen_within: Delay,
    /// Cap per address and day of acknowledgement, progress, resolution_check, answer and help.
    pub max_mails_per_day: u32,
    /// The same cap on all addresses together: what keeps a loop over many addresses, or a flood from made-up
    /// ones, from using up what the mail host lets a mailbox send.
    pub max_mails_per_day_overall: u32,
    /// Bytes; larger mails are quarantined with their head.
    pub max_message_size: u64,
    /// How long our own copy is awaited before an interrupted sending is repeated.
    pub own_copy_wait: Delay,
    /// Do copies to correspondents bear photos?
    pub copy_photos: bool,
    /// Raw mail is kept this long after closing.
    pub keep_raw: Delay,
    /// Incidents are pseudonymised after this.
    pub keep_incidents: Delay,
}

impl Default for Policy {
    fn default() -> Self {
        const DAY: i64 = 86_400;
        Self {
            confirm: Confirm::Always,
            send_unconfirmed_after: None,
            copy: CopyMode::Separate,
            subaddressing: false,
            trusted_authserv: None,
            remind_after: Delay::WorkingDays(2),
            digest: Digest::Weekdays(jiff::civil::time(7, 30, 0, 0)),
            binder: Binder::Monthly,
            holidays: Vec::new(),
            close_after: Delay::WorkingDays(5),
            reopen_within: Delay::Seconds(7 * DAY),
            max_mails_per_day: 30,
            max_mails_per_day_overall: 2_000,
            max_message_size: 25_000_000,
            own_copy_wait: Delay::Seconds(120),
            copy_photos: false,
            keep_raw: Delay::Seconds(180 * DAY),
            keep_incidents: Delay::Seconds(3 * 365 * DAY),
        }
    }
}

/// Whoever caused an entry in an incident's history.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Actor {
    /// A person by mail.
    Person(Address),
    /// Support by mail.
    Support(Address),
    /// A deadline or another rule of the program.
    Passerelle,
    /// Somebody at the command line.
    Operator,
}
