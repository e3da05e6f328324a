//! From nothing to a connection that takes mail: TCP and TLS by our own hand, with its time limits
//! and without Nagle's delay; greeting, EHLO, STARTTLS and log-in by lettre over it.

use std::fmt::Display;
use std::future::Future;
use std::time::Duration;

use lettre::transport::smtp::authentication::{Credentials, Mechanism};
use lettre::transport::smtp::client::AsyncSmtpConnection;
use lettre::transport::smtp::commands::{Auth, Ehlo, Quit, Starttls};
use lettre::transport::smtp::extension::ClientId;
use tokio::time::{Instant, timeout};

use super::content::content;
use super::reply::Reply;
use super::wire::Wire;
use super::{SmtpConfig, SmtpTls};
use crate::{failpoint, net};

/// A connection that is ready for a transaction.
pub(super) struct Connection {
    smtp: AsyncSmtpConnection,
    /// What the server can do, in upper case.
    extensions: Vec<String>,
    /// How it is protected and who is logged in, for `check`.
    pub how: String,
    /// When it was last used.
    pub used: Instant,
    /// Transactions made over it.
    pub transactions: u32,
}

impl std::fmt::Debug for Connection {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Connection")
            .field("how", &self.how)
            .field("transactions", &self.transactions)
            .finish_non_exhaustive()
    }
}

impl Connection {
    /// Connects. The error says what is wrong and what to do; it is always worth another attempt,
    /// since no fault of the configuration or of the server may cost a ticket.
    pub async fn open(config: &SmtpConfig) -> Result<Self, String> {
        match config.tls {
            SmtpTls::StartTlsOpportunistic => match Self::open_with(config, true).await {
                Err(Failed::NoTls(why)) => {
                    tracing::warn!(server = %config.endpoint(), why, "no TLS; going on without, as configured");
                    Self::open_with(config, false).await.map_err(Failed::text)
                }
                other => other.map_err(Failed::text),
            },
            SmtpTls::None => Self::open_with(config, false).await.map_err(Failed::text),
            SmtpTls::Implicit | SmtpTls::StartTlsRequired => Self::open_with(config, true).await.map_err(Failed::text),
        }
    }

    async fn open_with(config: &SmtpConfig, encrypted: bool) -> Result<Self, Failed> {
        let limit = config.limits.step;
        let server = config.endpoint();
        let other = |e: net::NetError| Failed::Other(e.to_string());
        let addresses = server.resolve(limit).await.map_err(other)?;
        let tcp = server.connect(&addresses, limit).await.map_err(other)?;
        let loopback = net::is_loopback(&tcp);

        let implicit = encrypted && config.tls == SmtpTls::Implicit;
        let stream: net::BoxStream = if implicit {
            let tls = net::tls_config(config.ca_file.as_deref()).map_err(other)?;
            server.tls(tcp, tls, limit).await.map_err(other)?
        } else {
            Box::new(tcp)
        };
        let wire = Wire::new(stream);
        let hello = ClientId::Domain(config.hello_name.clone());
        let smtp = within(limit, async {
            AsyncSmtpConnection::connect_with_transport(Box::new(wire.clone()), &hello)
                .await
                .map_err(|e| Reply::of(Err(e)).map_or_else(|words| words, |refusal| refusal.to_string()))
        })
        .await
        .map_err(|e| Failed::Other(format!("{server}: greeting: {e}")))?;
        let (extensions, used) = (wire.extensions(), Instant::now());
        let mut how = if implicit { "TLS" } else { "no TLS" }.to_owned();
        let mut connection = Self { smtp, extensions, how: String::new(), used, transactions: 0 };
        if encrypted && !implicit {
            connection.start_tls(config, &wire, hello).await?;
            "STARTTLS".clone_into(&mut how);
        }
        if let Some(user) = &config.user {
            if !encrypted && !loopback {
                return Err(Failed::Other(format!(
                    "{server}: a password is not sent without TLS; set starttls = \"required\" or use smtps://"
                )));
            }
            let password = config.password.clone().unwrap_or_default();
            connection
                .log_in(Credentials::new(user.clone(), password), limit)
                .await
                .map_err(|e| Failed::Other(format!("{server}: {e}")))?;
            how = format!("{how}, logged in as {user}");
        }
        Ok(Self { how, ..connection })
    }

    /// STARTTLS, and all that was heard before it forgotten. lettre's own way would keep it, and its
    /// TLS would stand between [`Wire`] and the server's words.
    async fn start_tls(&mut self, config: &SmtpConfig, wire: &Wire, hello: ClientId) -> Result<(), Failed> {
        let limit = config.limits.step;
        let server = config.endpoint();
        let say = |what: &str, e: String| Failed::Other(format!("{server}: {what}: {e}"));
        if !self.has("STARTTLS") {
            return Err(Failed::NoTls(format!(
                "{server}: no STARTTLS is offered; use smtps:// if this is a TLS port, or ask the mail host"
            )));
        }
        let reply = self.command(limit, Starttls).await.map_err(|e| say("STARTTLS", e))?;
        if !reply.is_ok() {
            return Err(Failed::NoTls(format!("{server}: STARTTLS refused: {reply}")));
        }
        let tls = net::tls_config(config.ca_file.as_deref()).map_err(|e| Failed::Other(e.to_string()))?;
        let plain = wire.bare().map_err(|e| say("STARTTLS", e))?;
        wire.put(server.tls(plain, tls, limit).await.map_err(|e| Failed::NoTls(e.to_string()))?);
        let reply = self.command(limit, Ehlo::new(hello)).await.map_err(|e| say("EHLO", e))?;
        if !reply.is_ok() {
            return Err(say("EHLO", reply.to_string()));
        }
        self.extensions = wire.extensions();
        Ok(())
    }

    async fn log_in(&mut self, credentials: Credentials, limit: Duration) -> Result<(), String> {
        // "AUTH=" is how old Exchange servers write it.
        let offered: Vec<&str> = self
            .extensions
            .iter()
            .filter_map(|e| e.strip_prefix("AUTH ").or_else(|| e.strip_prefix("AUTH=")))
            .flat_map(str::split_ascii_whitespace)
            .collect();
        let mechanism = if offered.contains(&"PLAIN") {
            Mechanism::Plain
        } else if offered.contains(&"LOGIN") {
            Mechanism::Login
        } else if offered.is_empty() {
            return Err("the server offers no log-in here; check the port (587 or 465), or leave out user".to_owned());
        } else {
            return Err(format!("the server offers no way to log in that is known here ({})", offered.join(", ")));
        };
        let answered = within(limit, async {
            let mut said = match Auth::new(mechanism, credentials.clone(), None) {
                Ok(auth) => self.smtp.command(auth).await,
                Err(e) => Err(e),
            };
            // User, then password: a server that asks for more is not answered.
            for _ in 0..2 {
                let Some(challenge) = said.as_ref().ok().filter(|r| r.has_code(334)) else { break };
                said = match Auth::new_from_response(mechanism, credentials.clone(), challenge) {
                    Ok(auth) => self.smtp.command(auth).await,
                    Err(e) => Err(e),
                };
            }
            Reply::of(said)
        })
        .await;
        match answered.map_err(|e| format!("log-in: {e}"))? {
            r if r.is_ok() => Ok(()),
            r if r.is_transient() => Err(format!("log-in: {r}")),
            r => Err(format!("log-in refused: {r}; check user and password")),
        }
    }

    /// Whether the server has an extension (in upper case, without parameters).
    pub fn has(&self, extension: &str) -> bool {
        self.extensions.iter().any(|e| e.split(' ').next() == Some(extension))
    }

    /// Says `command`, returns the reply to it, be it a refusal. After an error the connection is
    /// of no use any more.
    pub async fn command<C: Display>(&mut self, limit: Duration, command: C) -> Result<Reply, String> {
        let reply = within(limit, async { Reply::of(self.smtp.command(command).await) }).await;
        failpoint::hit(failpoint::SMTP_HEARD);
        reply
    }

    /// The content after DATA, and the server's word on it.
    pub async fn message(&mut self, limit: Duration, bytes: &[u8]) -> Result<Reply, String> {
        let bytes = content(bytes);
        let reply = within(limit, async { Reply::of(self.smtp.message(&bytes).await) }).await;
        failpoint::hit(failpoint::SMTP_HEARD);
        reply
    }

    /// Polite; nobody waits for the answer.
    pub async fn quit(mut self) {
        let _ = self.command(Duration::from_secs(2), Quit).await;
    }
}

enum Failed {
    /// TLS is not to be had; opportunistic goes on without.
    NoTls(String),
    Other(String),
}

impl Failed {
    fn text(self) -> String {
        match self {
            Self::NoTls(text) | Self::Other(text) => text,
        }
    }
}

async fn within<T>(limit: Duration, step: impl Future<Output = Result<T, String>>) -> Result<T, String> {
    timeout(limit, step).await.unwrap_or_else(|_| Err(format!("no answer within {} s", limit.as_secs_f32())))
}
