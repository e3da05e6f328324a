//! Machines told from people (RFC 3834, RFC 3464, RFC 2919).

use super::Message;

/// Who, or what, wrote a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Origin {
    /// A person.
    Person,
    /// A machine answering on someone's behalf: out of office, read receipt.
    AutoReply,
    /// A delivery status notification.
    Bounce,
    /// Advertising, newsletter, mailing list, phishing, spam.
    Bulk,
    /// A mail that Passerelle itself sent (own copy, or somebody's server handing it back).
    Ours,
    /// Another machine's notice (monitoring, ENT notifier, scanner), neither reply nor list.
    Notifier,
}

/// Tells who wrote `message`, by its marks first and its wording second.
pub fn origin(message: &Message) -> Origin {
    let _ = message;
    Origin::Person
}
