//! Where mail is read: IMAP, a Maildir; mbox files and folders of .eml for dry runs.

pub mod imap;
pub mod maildir;
pub mod mbox;

use std::time::Duration;

/// Identity of a message in its mailbox, for ever: (mailbox, UIDVALIDITY, UID) on IMAP (RFC 9051,
/// 2.3.1.1), (mailbox, 0, unique name) in a Maildir.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct MessageKey {
    /// Stable name of the mailbox: URL without password, with folder; or the Maildir's path.
    pub mailbox: String,
    /// UIDVALIDITY; 0 in a Maildir.
    pub validity: u32,
    /// UID in decimal; or a Maildir's unique name (without the `:2,FLAGS` part).
    pub uid: String,
}

/// A message found in a mailbox.
#[derive(Debug, Clone)]
pub enum Fetched {
    /// The whole of it.
    Whole {
        /// Which.
        key: MessageKey,
        /// Its bytes.
        raw: Vec<u8>,
    },
    /// Larger than allowed: only its beginning.
    TooLarge {
        /// Which.
        key: MessageKey,
        /// Its size in bytes.
        size: u64,
        /// Headers and first text (at most 64 KiB).
        head: Vec<u8>,
    },
}

/// What the store already has of a mailbox, given at opening.
#[derive(Debug, Clone, Default)]
pub struct Cursor {
    /// UIDVALIDITY of the last message stored; 0: nothing yet.
    pub validity: u32,
    /// Highest UID stored under it.
    pub last_uid: u32,
    /// Names of all messages stored (Maildir), or all UIDs under `validity` in decimal (for
    /// reconciliation); hashes would do, names are kept for honesty.
    pub known: std::collections::HashSet<String>,
}

/// What went wrong with a mailbox. Any of them means: drop it and open it anew.
#[derive(Debug, thiserror::Error)]
pub enum MailboxError {
    /// The server refused the log-in: a person must act.
    #[error("log-in refused by {server}: {text}; check user and password")]
    LogIn {
        /// host:port
        server: String,
        /// The server's words.
        text: String,
    },
    /// The folder does not exist or may not be opened.
    #[error("folder `{folder}`: {text}; check the name in the configuration, or create it on the server")]
    Folder {
        /// Which.
        folder: String,
        /// The server's or system's words.
        text: String,
    },
    /// Connection lost, time limit, protocol error: tried again by itself.
    #[error("{0}")]
    Connection(String),
    /// File trouble.
    #[error("{path}: {source}")]
    Io {
        /// Which file or folder.
        path: String,
        /// Why.
        source: std::io::Error,
    },
}

/// One open mailbox. Messages come one at a time, so memory does not grow with the mailbox.
#[async_trait::async_trait]
pub trait Mailbox: Send {
    /// The next message that the store does not have, oldest first; `None`: none left for now.
    async fn next(&mut self) -> Result<Option<Fetched>, MailboxError>;

    /// The store has it (durably). The cursor moves on. Never deletes; does not set \Seen.
    async fn stored(&mut self, key: &MessageKey) -> Result<(), MailboxError>;

    /// The same for several, at once where that is cheaper.
    async fn all_stored(&mut self, keys: &[&MessageKey]) -> Result<(), MailboxError> {
        for key in keys {
            self.stored(key).await?;
        }
        Ok(())
    }

    /// It has been handled: move it to `done_folder` if that is set. Idempotent; a message that a
    /// person moved or deleted meanwhile is no error.
    async fn done(&mut self, key: &MessageKey) -> Result<(), MailboxError>;

    /// Waits until something may have come (IDLE, file notification) or `at_most` has passed.
    async fn wait(&mut self, at_most: Duration) -> Result<(), MailboxError>;

    /// Looks again at the whole folder for messages below the cursor that the store lacks
    /// (`known`); they come out of `next`. Returns how many there are.
    async fn reconcile(&mut self) -> Result<usize, MailboxError>;

    /// Is there a message with the header `X-Passerelle-Own: token`, in the folder or `done_folder`?
    async fn has_own_copy(&mut self, token: &str) -> Result<bool, MailboxError>;

    /// Deletes messages for good (`forget --server`). Returns how many were there. On IMAP a message
    /// that was moved has another UID: see [`Mailbox::delete_message_ids`].
    async fn delete(&mut self, keys: &[MessageKey]) -> Result<usize, MailboxError>;

    /// Deletes for good what bears one of these Message-IDs (without `<>`), in the folder and in
    /// `done_folder`. Returns how many there were.
    async fn delete_message_ids(&mut self, ids: &[String]) -> Result<usize, MailboxError>;
}
