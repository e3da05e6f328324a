//! Where and how an IMAP folder is read.

use std::path::PathBuf;
use std::time::Duration;

use crate::net::Endpoint;

/// How the connection is protected.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ImapTls {
    /// TLS from the first byte (`imaps://`).
    Implicit,
    /// STARTTLS, required.
    StartTls,
    /// None; refused unless the server is on this very machine.
    Plain,
}

/// Time limits.
#[derive(Debug, Clone, Copy)]
pub struct ImapLimits {
    /// Each step of connecting, each command. A large message has longer, by its size.
    pub step: Duration,
    /// How long one IDLE lasts before it is renewed: well under the 29 minutes of RFC 2177, and
    /// short enough that mail which a server forgot to announce is found.
    pub idle: Duration,
    /// How often a server without IDLE is asked.
    pub poll: Duration,
}

impl Default for ImapLimits {
    fn default() -> Self {
        Self { step: Duration::from_secs(60), idle: Duration::from_secs(4 * 60), poll: Duration::from_secs(15) }
    }
}

/// Where and how to read mail.
#[derive(Clone)]
pub struct ImapConfig {
    /// Host name or address, as in the certificate.
    pub host: String,
    /// TCP port.
    pub port: u16,
    /// How the connection is protected.
    pub tls: ImapTls,
    /// User.
    pub user: String,
    /// Password; appears in no log and no error.
    pub password: String,
    /// Folder to read, `INBOX` mostly; in plain Unicode.
    pub folder: String,
    /// Where handled messages are moved, made if missing; in plain Unicode.
    pub done_folder: Option<String>,
    /// PEM file of a private authority, trusted besides the public ones.
    pub ca_file: Option<PathBuf>,
    /// Larger messages are not read whole, in bytes.
    pub max_message_size: u64,
    /// Time limits.
    pub limits: ImapLimits,
}

impl std::fmt::Debug for ImapConfig {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ImapConfig").field("mailbox", &self.name()).field("tls", &self.tls).finish_non_exhaustive()
    }
}

impl ImapConfig {
    /// The mailbox's stable name: URL with user and folder, without password.
    pub fn name(&self) -> String {
        let scheme = if self.tls == ImapTls::Implicit { "imaps" } else { "imap" };
        format!("{scheme}://{}@{}/{}", self.user, self.endpoint(), self.folder)
    }

    pub(super) fn endpoint(&self) -> Endpoint {
        Endpoint { host: self.host.clone(), port: self.port }
    }
}
