//! Where mail leaves: SMTP, or Maildirs as the embedded alternative.

pub mod maildir;
pub mod smtp;

use crate::address::Address;

/// The envelope of one outbox row (RFC 5321): one recipient, and our own mailbox beside it where
/// the row carries its own evidence.
#[derive(Debug, Clone)]
pub struct Envelope {
    /// MAIL FROM.
    pub from: Address,
    /// RCPT TO.
    pub to: Address,
    /// Our own mailbox in the same transaction; left out if refused.
    pub own_copy: Option<Address>,
}

/// One mail that is to leave: its envelope and its exact bytes.
#[derive(Debug, Clone)]
pub struct Parcel {
    /// From whom to whom.
    pub envelope: Envelope,
    /// What.
    pub bytes: Vec<u8>,
}

/// How an attempt ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// Accepted for the recipient.
    Sent,
    /// A temporary refusal, or no connection: nothing was delivered.
    Retry(String),
    /// Refused for good: nothing was delivered.
    Failed(String),
    /// Interrupted after the data began: delivered or not.
    Unknown(String),
}

/// Sends exact bytes. Never panics, never blocks for ever: every step has a time limit.
#[async_trait::async_trait]
pub trait Transport: Send + Sync {
    /// One attempt, one SMTP transaction.
    async fn send(&self, envelope: &Envelope, bytes: &[u8]) -> Outcome;

    /// Attempts for several mails, at most [`Transport::at_once`]; the outcomes in their order.
    async fn send_all(&self, parcels: Vec<Parcel>) -> Vec<Outcome> {
        let mut outcomes = Vec::with_capacity(parcels.len());
        for parcel in &parcels {
            outcomes.push(self.send(&parcel.envelope, &parcel.bytes).await);
        }
        outcomes
    }

    /// How many mails are best handed over together: more than one only where they share a cost.
    fn at_once(&self) -> usize {
        1
    }

    /// How many attempts may go on side by side. Some mail hosts allow an account three or four
    /// connections.
    fn side_by_side(&self) -> usize {
        4
    }

    /// Connects, logs in, says what works; the error says what to do.
    async fn check(&self) -> Result<String, String>;
}
