//! What the store takes and gives: one type per kind of row.

use jiff::Timestamp;

use crate::address::Address;
use crate::compose::MailKind;
use crate::incident::policy::Actor;
use crate::incident::{Incident, IncidentId};
use crate::mailbox::MessageKey;
use crate::outbox::Delivery;
use crate::report::Report;

/// The number of a message in the store, as the quarantine shows it to people.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct MessageNumber(pub i64);

/// The number of a mail of ours in the outbox.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct OutboxId(pub i64);

/// How often an incident has been written: an update names the version that it was decided on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Version(pub i64);

crate::report::names! {
    /// How a message ended.
    MessageEnd {
        /// It had its effect.
        Handled = "handled",
        /// It needed none.
        Ignored = "ignored",
        /// A person must look at it.
        Quarantined = "quarantined",
    }
}

/// A message to keep, as it was fetched.
#[derive(Debug, Clone)]
pub struct NewMessage {
    /// UAI of the school whose mailbox it is.
    pub school: String,
    /// Its identity for ever: a second insertion of the same key changes nothing.
    pub key: MessageKey,
    /// Message-ID without `<>`.
    pub message_id: Option<String>,
    /// SHA-256 (hex) of what makes two deliveries the same mail.
    pub content_hash: String,
    /// From, as shown to people; empty where there is none.
    pub from: String,
    /// Subject, decoded, one line.
    pub subject: String,
    /// When it was fetched.
    pub received_at: Timestamp,
    /// Its bytes; only its head where it was too large.
    pub raw: Vec<u8>,
    /// Its size on the server in bytes; more than `raw` holds means that it was cut.
    pub size: u64,
    /// Is it to be moved on the server once it has ended (`done_folder`)?
    pub to_move: bool,
}

/// What became of one inserted message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Inserted {
    /// Its number: the old one where the key was known already.
    pub id: MessageNumber,
    /// It was not known before.
    pub fresh: bool,
    /// Its content was forgotten or has aged: nothing of it was kept, and it has ended.
    pub refused: bool,
}

/// A message that has not ended yet.
#[derive(Debug, Clone)]
pub struct Waiting {
    /// Its number.
    pub id: MessageNumber,
    /// Where it lies on the server.
    pub key: MessageKey,
    /// When it was fetched.
    pub received_at: Timestamp,
    /// SHA-256 (hex), as given at insertion.
    pub content_hash: String,
    /// How many of its bytes are kept.
    pub kept: u64,
    /// Its size on the server.
    pub size: u64,
    /// A person released it from quarantine: what held it back holds no more.
    pub released: bool,
    /// An earlier message of the school has the same content, whatever became of it.
    pub repeats: bool,
}

impl Waiting {
    /// Only its head is kept.
    pub fn is_cut(&self) -> bool {
        self.size > self.kept
    }
}

/// A message as lists show it, without its bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MessageRow {
    /// Its number.
    pub id: MessageNumber,
    /// UAI of its school.
    pub school: String,
    /// Message-ID without `<>`.
    pub message_id: Option<String>,
    /// SHA-256 (hex), as given at insertion.
    pub content_hash: String,
    /// From, as shown to people.
    pub from: String,
    /// Subject.
    pub subject: String,
    /// When it was fetched.
    pub received_at: Timestamp,
    /// Its size on the server in bytes.
    pub size: u64,
    /// How it ended; `None`: it waits.
    pub ended: Option<Ended>,
    /// A person released it from quarantine.
    pub released: bool,
}

/// The end of a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ended {
    /// When.
    pub at: Timestamp,
    /// How.
    pub end: MessageEnd,
    /// Why.
    pub reason: String,
}

/// A report to keep, or kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredReport {
    /// The message that told it.
    pub message: MessageNumber,
    /// The incident that it belongs to.
    pub incident: IncidentId,
    /// Which problem of the message, from 0.
    pub position: u32,
    /// Who told it.
    pub reporter: Address,
    /// His or her display name; empty where there is none.
    pub reporter_name: String,
    /// When.
    pub at: Timestamp,
    /// What was told.
    pub report: Report,
    /// A fresh telling of the fault, not a reminder or a detail.
    pub fresh: bool,
}

/// An incident to be opened: the store gives its key.
#[derive(Debug, Clone)]
pub struct NewIncident<'a> {
    /// UAI.
    pub school: &'a str,
    /// Everything; its `id` is ignored, its `reporters` are those of its reports.
    pub incident: &'a Incident,
    /// Its next deadline.
    pub due_at: Option<Timestamp>,
}

/// An incident as stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IncidentRow {
    /// UAI.
    pub school: String,
    /// The incident; `reporters` are read from its reports.
    pub incident: Incident,
    /// To be named by the next update.
    pub version: Version,
    /// Its next deadline.
    pub due_at: Option<Timestamp>,
}

/// An incident with the words of its reports, for matching.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Matchable {
    /// The incident.
    pub row: IncidentRow,
    /// Spans of its last ten reports, newest last.
    pub spans: Vec<String>,
}

/// One entry of an incident's history.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HistoryEntry {
    /// Which incident.
    pub incident: IncidentId,
    /// When.
    pub at: Timestamp,
    /// Who or what caused it.
    pub actor: Actor,
    /// What happened: a name of the program.
    pub event: String,
    /// Its circumstances.
    pub detail: serde_json::Value,
    /// The message that caused it.
    pub message: Option<MessageNumber>,
}

/// Subject and bytes of a mail, or why they could not be made.
pub type Written = std::result::Result<(String, Vec<u8>), String>;

/// A mail of ours to be sent: one recipient, exact bytes.
#[derive(Debug, Clone)]
pub struct NewOutbox {
    /// UAI.
    pub school: String,
    /// What it says.
    pub kind: MailKind,
    /// RCPT TO.
    pub recipient: Address,
    /// MAIL FROM; also where our own copy goes.
    pub envelope_from: Address,
    /// Carries our own mailbox in the same transaction.
    pub own_copy: bool,
    /// `X-Passerelle-Own`, unique; `None` where there is no own copy.
    pub own_token: Option<String>,
    /// The token in the reply address, unique; `None` where there is no subaddressing.
    pub reply_token: Option<String>,
    /// Message-ID without `<>`, unique per recipient.
    pub message_id: String,
    /// Subject, decoded.
    pub subject: String,
    /// Exactly what is sent.
    pub bytes: Vec<u8>,
    /// When it is queued.
    pub created_at: Timestamp,
    /// Not to be sent before.
    pub next_at: Timestamp,
    /// The message that caused it; `None`: a deadline or an outcome.
    pub cause: Option<MessageNumber>,
    /// The one incident that it concerns. A second [`MailKind::Ticket`] of one incident is refused.
    pub incident: Option<IncidentId>,
    /// Incidents that it shows, with the fingerprint of what it shows of each.
    pub shows: Vec<(IncidentId, String)>,
}

/// A mail of ours as stored, without its bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OutboxRow {
    /// Its number.
    pub id: OutboxId,
    /// UAI.
    pub school: String,
    /// What it says.
    pub kind: MailKind,
    /// RCPT TO.
    pub recipient: Address,
    /// MAIL FROM.
    pub envelope_from: Address,
    /// Carries our own mailbox in the same transaction.
    pub own_copy: bool,
    /// `X-Passerelle-Own`.
    pub own_token: Option<String>,
    /// The token in the reply address.
    pub reply_token: Option<String>,
    /// Message-ID without `<>`.
    pub message_id: String,
    /// Subject.
    pub subject: String,
    /// Size of its bytes.
    pub size: u64,
    /// Where it stands.
    pub state: Delivery,
    /// Attempts that count for the delay, the one under way included.
    pub attempts: u32,
    /// Next attempt, where it is queued.
    pub next_at: Timestamp,
    /// When it was queued.
    pub created_at: Timestamp,
    /// When it was first tried.
    pub first_try_at: Option<Timestamp>,
    /// When the recipient's server accepted it.
    pub sent_at: Option<Timestamp>,
    /// Since when its fate is unknown, or when it last was.
    pub unknown_at: Option<Timestamp>,
    /// When it was refused for good or given up.
    pub failed_at: Option<Timestamp>,
    /// The last refusal, in the server's words.
    pub last_error: Option<String>,
    /// When a bounce came back for it.
    pub bounced_at: Option<Timestamp>,
    /// What the bounce said.
    pub bounce: Option<String>,
    /// The message that caused it.
    pub cause: Option<MessageNumber>,
    /// The one incident that it concerns.
    pub incident: Option<IncidentId>,
    /// Incidents that it shows, with fingerprints.
    pub shows: Vec<(IncidentId, String)>,
}

/// A mail of ours on its way out.
#[derive(Debug, Clone)]
pub struct Claimed {
    /// Everything about it; `shows` is left empty, sending needs it not.
    pub row: OutboxRow,
    /// Exactly what is sent.
    pub bytes: Vec<u8>,
}

/// How an attempt ended, or how a doubt was resolved.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Finish {
    /// Accepted (or our own copy proves that it was).
    Sent {
        /// When.
        at: Timestamp,
    },
    /// A temporary refusal: again at `next_at`.
    Retry {
        /// When again.
        next_at: Timestamp,
        /// The server's words.
        error: String,
    },
    /// Refused for good, or given up.
    Failed {
        /// When.
        at: Timestamp,
        /// The server's words.
        error: String,
    },
    /// Interrupted after the data began.
    Unknown {
        /// When.
        at: Timestamp,
        /// What was seen.
        error: String,
    },
    /// It did not arrive, or nothing can tell: the same bytes go again at `next_at`; the
    /// interrupted attempt is not counted.
    Again {
        /// When again.
        next_at: Timestamp,
    },
}

/// How much waits, for `once`, the digest and the board.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Standing {
    /// Messages not yet processed.
    pub waiting: u64,
    /// Messages in quarantine.
    pub quarantined: u64,
    /// Mails queued, under way or of unknown fate.
    pub leaving: u64,
    /// Mails given up.
    pub failed: u64,
}
