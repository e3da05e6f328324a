//! From nothing to a connection that takes mail: TCP, TLS, EHLO, log-in.

use std::future::Future;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use tokio::time::{Instant, timeout};

use super::dialogue::{Dialogue, Reply};
use super::{SmtpConfig, SmtpTls};
use crate::net::{self, BoxStream};

/// A connection that is ready for a transaction.
#[derive(Debug)]
pub(super) struct Connection {
    pub dialogue: Dialogue<BoxStream>,
    /// What the server can do, in upper case.
    extensions: Vec<String>,
    /// How it is protected and who is logged in, for `check`.
    pub how: String,
    /// When it was last used.
    pub used: Instant,
    /// Transactions made over it.
    pub transactions: u32,
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
        let say = |what: &str, e: String| Failed::Other(format!("{server}: {what}: {e}"));

        let (mut dialogue, extensions, mut how) = if !encrypted {
            let mut dialogue = Dialogue::new(Box::new(tcp) as BoxStream);
            greeting(&mut dialogue, limit).await.map_err(|e| say("greeting", e))?;
            let extensions = ehlo(&mut dialogue, config).await.map_err(|e| say("EHLO", e))?;
            (dialogue, extensions, "no TLS".to_owned())
        } else if config.tls == SmtpTls::Implicit {
            let tls = net::tls_config(config.ca_file.as_deref()).map_err(other)?;
            let mut dialogue = Dialogue::new(server.tls(tcp, tls, limit).await.map_err(other)?);
            greeting(&mut dialogue, limit).await.map_err(|e| say("greeting", e))?;
            let extensions = ehlo(&mut dialogue, config).await.map_err(|e| say("EHLO", e))?;
            (dialogue, extensions, "TLS".to_owned())
        } else {
            let tls = net::tls_config(config.ca_file.as_deref()).map_err(other)?;
            let mut plain = Dialogue::new(tcp);
            greeting(&mut plain, limit).await.map_err(|e| say("greeting", e))?;
            let offered = ehlo(&mut plain, config).await.map_err(|e| say("EHLO", e))?;
            if !offered.iter().any(|e| e == "STARTTLS") {
                return Err(Failed::NoTls(format!(
                    "{server}: no STARTTLS is offered; use smtps:// if this is a TLS port, or ask the mail host"
                )));
            }
            let reply = within(limit, plain.command("STARTTLS")).await.map_err(|e| say("STARTTLS", e))?;
            if !reply.is_ok() {
                return Err(Failed::NoTls(format!("{server}: STARTTLS refused: {reply}")));
            }
            let tcp = plain.into_inner().map_err(|e| say("STARTTLS", e))?;
            let stream = server.tls(tcp, tls, limit).await.map_err(|e| Failed::NoTls(e.to_string()))?;
            let mut dialogue = Dialogue::new(stream);
            let extensions = ehlo(&mut dialogue, config).await.map_err(|e| say("EHLO", e))?;
            (dialogue, extensions, "STARTTLS".to_owned())
        };
        if let Some(user) = &config.user {
            if !encrypted && !loopback {
                return Err(Failed::Other(format!(
                    "{server}: a password is not sent without TLS; set starttls = \"required\" or use smtps://"
                )));
            }
            let password = config.password.as_deref().unwrap_or_default();
            log_in(&mut dialogue, &extensions, user, password, limit)
                .await
                .map_err(|e| Failed::Other(format!("{server}: {e}")))?;
            how = format!("{how}, logged in as {user}");
        }
        Ok(Self { dialogue, extensions, how, used: Instant::now(), transactions: 0 })
    }

    /// Whether the server has an extension (in upper case, without parameters).
    pub fn has(&self, extension: &str) -> bool {
        self.extensions.iter().any(|e| e.split(' ').next() == Some(extension))
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

pub(super) async fn within<T>(limit: Duration, step: impl Future<Output = Result<T, String>>) -> Result<T, String> {
    timeout(limit, step).await.unwrap_or_else(|_| Err(format!("no answer within {} s", limit.as_secs_f32())))
}

async fn greeting<S>(dialogue: &mut Dialogue<S>, limit: Duration) -> Result<(), String>
where
    S: tokio::io::AsyncRead + tokio::io::AsyncWrite + Unpin,
{
    let reply = within(limit, dialogue.reply()).await?;
    if reply.is_ok() { Ok(()) } else { Err(reply.to_string()) }
}

async fn ehlo<S>(dialogue: &mut Dialogue<S>, config: &SmtpConfig) -> Result<Vec<String>, String>
where
    S: tokio::io::AsyncRead + tokio::io::AsyncWrite + Unpin,
{
    let reply = within(config.limits.step, dialogue.command(&format!("EHLO {}", config.hello_name))).await?;
    if !reply.is_ok() {
        return Err(reply.to_string());
    }
    Ok(reply.lines.iter().skip(1).map(|l| l.trim().to_ascii_uppercase()).collect())
}

async fn log_in(
    dialogue: &mut Dialogue<BoxStream>,
    extensions: &[String],
    user: &str,
    password: &str,
    limit: Duration,
) -> Result<(), String> {
    // "AUTH=" is how old Exchange servers write it.
    let mechanisms: Vec<&str> = extensions
        .iter()
        .filter_map(|e| e.strip_prefix("AUTH ").or_else(|| e.strip_prefix("AUTH=")))
        .flat_map(str::split_ascii_whitespace)
        .collect();
    let judge = |reply: Reply| match reply {
        r if r.is_ok() => Ok(()),
        r if r.is_transient() => Err(format!("log-in: {r}")),
        r => Err(format!("log-in refused: {r}; check user and password")),
    };
    if mechanisms.contains(&"PLAIN") {
        let secret = STANDARD.encode(["", user, password].join("\0"));
        judge(within(limit, dialogue.command(&format!("AUTH PLAIN {secret}"))).await?)
    } else if mechanisms.contains(&"LOGIN") {
        for line in ["AUTH LOGIN".to_owned(), STANDARD.encode(user)] {
            let reply = within(limit, dialogue.command(&line)).await?;
            if reply.code != 334 {
                return judge(reply).and(Err("log-in: the server ended it early".to_owned()));
            }
        }
        judge(within(limit, dialogue.command(&STANDARD.encode(password))).await?)
    } else if mechanisms.is_empty() {
        Err("the server offers no log-in here; check the port (587 or 465), or leave out user".to_owned())
    } else {
        Err(format!("the server offers no way to log in that is known here ({})", mechanisms.join(", ")))
    }
}
