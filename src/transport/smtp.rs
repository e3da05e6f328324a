//! Mail over SMTP submission (RFC 6409).
//!
//! Every attempt ends in one of four outcomes, and which one depends on how far it came: before the
//! content left, a broken connection means that nothing was delivered; after that, nobody knows.
//!
//! lettre's `AsyncSmtpConnection` speaks; what it does unsafely is put right around it (`wire`). What
//! remains: it does not pipeline, and LOGIN's questions must be the usual `Username:`, `Password:`.

mod connection;
mod content;
mod reply;
mod wire;

use std::path::PathBuf;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use lettre::transport::smtp::commands::{Data, Mail, Noop, Rcpt, Rset};
use lettre::transport::smtp::extension::{MailBodyParameter, MailParameter};
use tokio::sync::Semaphore;
use tokio::time::Instant;

use self::connection::Connection;
use self::reply::Reply;
use super::{Envelope, Outcome, Transport};
use crate::address::Address;
use crate::net::Endpoint;

/// Connections at the same time.
const CONNECTIONS: usize = 4;
/// A connection that rested longer is asked whether it is still there.
const ASK_AFTER: Duration = Duration::from_secs(10);
/// A connection that rested longer is given up: servers close theirs after five minutes.
const FORGET_AFTER: Duration = Duration::from_secs(100);
/// Some servers take a limited number of mails over one connection; a new one costs little.
const TRANSACTIONS: u32 = 100;
/// Content is expected to leave at this rate at least, in bytes per second.
const SLOWEST: u64 = 16 * 1024;

/// How the connection is protected.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SmtpTls {
    /// TLS from the first byte (`smtps://`).
    Implicit,
    /// STARTTLS, or no mail.
    StartTlsRequired,
    /// STARTTLS where it is offered and works; a password is never sent without.
    StartTlsOpportunistic,
    /// None; a password is sent to this very machine only.
    None,
}

/// Time limits.
#[derive(Debug, Clone, Copy)]
pub struct SmtpLimits {
    /// Each step of connecting, each command.
    pub step: Duration,
    /// The server's word after the content: it may check the mail meanwhile, and giving up early
    /// makes an unknown fate of a mail that was taken (RFC 5321, 4.5.3.2.6). The content's own
    /// transmission has longer, by its size.
    pub verdict: Duration,
}

impl Default for SmtpLimits {
    fn default() -> Self {
        Self { step: Duration::from_secs(60), verdict: Duration::from_secs(5 * 60) }
    }
}

/// Where and how to send mail.
#[derive(Clone)]
pub struct SmtpConfig {
    /// Host name or address, as in the certificate.
    pub host: String,
    /// TCP port.
    pub port: u16,
    /// How the connection is protected.
    pub tls: SmtpTls,
    /// User; `None`: no log-in.
    pub user: Option<String>,
    /// Password; appears in no log and no error.
    pub password: Option<String>,
    /// PEM file of a private authority, trusted besides the public ones.
    pub ca_file: Option<PathBuf>,
    /// Our name in EHLO: a domain, or an address literal such as `[127.0.0.1]`.
    pub hello_name: String,
    /// Time limits.
    pub limits: SmtpLimits,
}

impl std::fmt::Debug for SmtpConfig {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SmtpConfig")
            .field("server", &self.endpoint())
            .field("tls", &self.tls)
            .field("user", &self.user)
            .finish_non_exhaustive()
    }
}

impl SmtpConfig {
    fn endpoint(&self) -> Endpoint {
        Endpoint { host: self.host.clone(), port: self.port }
    }
}

/// Sends over a few connections that are kept open between mails.
#[derive(Debug)]
pub struct SmtpTransport {
    config: SmtpConfig,
    resting: Mutex<Vec<Connection>>,
    slots: Semaphore,
}

/// How a transaction ended, and whether its connection may be used again.
enum End {
    /// The connection is in order.
    Reusable(Outcome),
    /// The connection is to be dropped.
    Broken(Outcome),
    /// The connection was closed before the server answered anything: worth a fresh one at once.
    Stale(String),
}

impl SmtpTransport {
    /// A transport that connects when the first mail is to leave.
    pub fn new(mut config: SmtpConfig) -> Self {
        // What cannot stand in a command is left out, so that it cannot become one.
        config.hello_name.retain(|c| c.is_ascii_graphic());
        if config.hello_name.is_empty() {
            config.hello_name.push_str("[127.0.0.1]");
        }
        Self { config, resting: Mutex::default(), slots: Semaphore::new(CONNECTIONS) }
    }

    /// A rested connection that is still there.
    async fn rested(&self) -> Option<Connection> {
        loop {
            // The lock is not held while the server is asked.
            let mut connection = self.resting.lock().unwrap_or_else(PoisonError::into_inner).pop()?;
            let rest = connection.used.elapsed();
            if rest < ASK_AFTER {
                return Some(connection);
            }
            let limit = self.config.limits.step.min(Duration::from_secs(5));
            if rest < FORGET_AFTER && connection.command(limit, Noop).await.is_ok_and(|r| r.is_ok()) {
                return Some(connection);
            }
        }
    }

    fn rest(&self, mut connection: Connection) {
        connection.used = Instant::now();
        connection.transactions += 1;
        if connection.transactions < TRANSACTIONS {
            self.resting.lock().unwrap_or_else(PoisonError::into_inner).push(connection);
        }
    }

    async fn attempt(&self, connection: &mut Connection, envelope: &Envelope, bytes: &[u8]) -> End {
        let step = self.config.limits.step;
        let server = self.config.endpoint();
        let own = envelope.own_copy.as_ref().filter(|own| **own != envelope.to);
        let lost = |e: String| End::Broken(Outcome::Retry(format!("{server}: {e}")));

        let mut parameters = Vec::new();
        if connection.has("SIZE") {
            parameters.push(MailParameter::Size(bytes.len()));
        }
        if !bytes.is_ascii() && connection.has("8BITMIME") {
            parameters.push(MailParameter::Body(MailBodyParameter::EightBitMime));
        }
        match connection.command(step, Mail::new(Some(plain(&envelope.from)), parameters)).await {
            Ok(reply) if reply.is_ok() => {}
            Ok(reply) if reply.code == 421 => return End::Stale(reply.to_string()),
            Ok(reply) => return reset(connection, step, judge_sender(&reply)).await,
            Err(e) => return End::Stale(e),
        }
        match connection.command(step, Rcpt::new(plain(&envelope.to), Vec::new())).await {
            Ok(reply) if reply.is_ok() => {}
            Ok(reply) if reply.code == 421 => return lost(reply.to_string()),
            Ok(reply) => return reset(connection, step, judge(&reply)).await,
            Err(e) => return lost(e),
        }
        if let Some(own) = own {
            match connection.command(step, Rcpt::new(plain(own), Vec::new())).await {
                Ok(reply) if reply.is_ok() => {}
                Ok(reply) if reply.code == 421 => return lost(reply.to_string()),
                Ok(refusal) => {
                    tracing::warn!(%server, domain = own.domain(), reply = %refusal, "our own copy is refused; the mail leaves without");
                }
                Err(e) => return lost(e),
            }
        }
        match connection.command(step, Data).await {
            Ok(reply) if reply.code == 354 => {}
            Ok(reply) if reply.is_ok() => return lost(format!("DATA: unexpected {reply}")),
            Ok(reply) => return End::Broken(judge(&reply)),
            Err(e) => return lost(e),
        }
        // From here on only the server's word tells whether the mail was taken.
        let unknown = |e: String| End::Broken(Outcome::Unknown(format!("{server}: after DATA: {e}")));
        let slack = Duration::from_secs(u64::try_from(bytes.len()).unwrap_or(u64::MAX) / SLOWEST);
        let limit = step.saturating_add(slack).saturating_add(self.config.limits.verdict);
        match connection.message(limit, bytes).await {
            Ok(reply) if reply.is_ok() => End::Reusable(Outcome::Sent),
            Ok(reply) if reply.code == 421 => End::Broken(judge(&reply)),
            // Postfix keeps the envelope of a content that it refused.
            Ok(reply) if reply.code >= 400 => reset(connection, step, judge(&reply)).await,
            Ok(reply) => unknown(format!("unexpected {reply}")),
            Err(e) => unknown(e),
        }
    }
}

/// Our address as lettre's, not checked a second time: ours holds nothing that could end a command,
/// and what lettre finds odd (an underscore, two dots) is the server's to judge.
fn plain(address: &Address) -> lettre::Address {
    lettre::Address::new_dangerous(address.local(), address.domain())
}

/// Makes a connection ready for the next mail after a refusal.
async fn reset(connection: &mut Connection, limit: Duration, outcome: Outcome) -> End {
    match connection.command(limit, Rset).await {
        Ok(reply) if reply.is_ok() => End::Reusable(outcome),
        _ => End::Broken(outcome),
    }
}

/// What a refusal of MAIL FROM means: our own address is refused, so all mail is, and that is the
/// operator's matter. Only a size belongs to the one mail (RFC 1870, 6.1).
fn judge_sender(reply: &Reply) -> Outcome {
    match judge(reply) {
        Outcome::Failed(text) if reply.code != 552 => {
            Outcome::Retry(format!("{text}; the server refuses our own address: check `mailbox` and the SMTP user"))
        }
        other => other,
    }
}

/// What a refusal means for the mail.
fn judge(reply: &Reply) -> Outcome {
    match reply.code {
        // Log-in and TLS are the operator's matter (RFC 4954, 6; RFC 3207, 4): once they are put
        // right the mail leaves, so no mail fails for good on them.
        // 503 speaks of the dialogue, or of a log-in that is missing, never of the mail.
        503 | 530 | 534 | 535 | 538 => Outcome::Retry(format!("{reply}; check user, password and TLS")),
        500..=599 => Outcome::Failed(reply.to_string()),
        _ => Outcome::Retry(reply.to_string()),
    }
}

#[async_trait]
impl Transport for SmtpTransport {
    async fn send(&self, envelope: &Envelope, bytes: &[u8]) -> Outcome {
        // SMTPUTF8 is not spoken: no mail host of a school or a desk needs it.
        for address in [Some(&envelope.from), Some(&envelope.to)].into_iter().flatten() {
            if !address.as_str().is_ascii() {
                return Outcome::Failed(format!("`{address}` has letters that SMTP cannot carry"));
            }
        }
        let ascii_own = envelope.own_copy.clone().filter(|own| own.as_str().is_ascii());
        let envelope = Envelope { own_copy: ascii_own, ..envelope.clone() };

        let Ok(_slot) = self.slots.acquire().await else {
            return Outcome::Retry("the program is stopping".to_owned());
        };
        if let Some(mut connection) = self.rested().await {
            match self.attempt(&mut connection, &envelope, bytes).await {
                End::Reusable(outcome) => {
                    self.rest(connection);
                    return outcome;
                }
                End::Broken(outcome) => return outcome,
                // Nothing was said yet; the server may have closed it while it rested.
                End::Stale(_) => {}
            }
        }
        let mut connection = match Connection::open(&self.config).await {
            Ok(connection) => connection,
            Err(e) => return Outcome::Retry(e),
        };
        match self.attempt(&mut connection, &envelope, bytes).await {
            End::Reusable(outcome) => {
                self.rest(connection);
                outcome
            }
            End::Broken(outcome) => outcome,
            End::Stale(e) => Outcome::Retry(format!("{}: {e}", self.config.endpoint())),
        }
    }

    async fn check(&self) -> Result<String, String> {
        let connection = Connection::open(&self.config).await?;
        let how = connection.how.clone();
        connection.quit().await;
        Ok(format!("{}: {how}", self.config.endpoint()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn trouble_with_the_log_in_fails_no_mail_for_good() {
        let judged = |code| judge(&Reply { code, text: "x".to_owned() });
        for code in [503, 530, 534, 535, 538, 450, 421, 451] {
            assert!(matches!(judged(code), Outcome::Retry(_)), "{code}");
        }
        for code in [550, 552, 554, 501] {
            assert!(matches!(judged(code), Outcome::Failed(_)), "{code}");
        }
    }
}
