//! A session in a task of its own. Requests go in by a channel and are carried out one after the
//! other, so that a caller who gives up waiting leaves nothing half said; and a panic of the parser
//! (imap-proto has some, on odd input) ends the task, not the program.

use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use tokio::sync::{mpsc, oneshot};
use tokio::task::JoinHandle;
use tokio::time::timeout;

use super::ImapConfig;
use super::exchange::{Answer, ExchangeError, Wire, late};
use crate::mailbox::MailboxError;
use crate::mailbox::imap::ImapTls;
use crate::net;

enum Request {
    Exchange { line: String, limit: Duration, reply: oneshot::Sender<Result<Answer, ExchangeError>> },
    Idle { at_most: Duration, limit: Duration, reply: oneshot::Sender<Result<bool, ExchangeError>> },
}

/// The handle of a logged-in session. Dropping it logs out.
#[derive(Debug)]
pub(super) struct Session {
    requests: mpsc::Sender<Request>,
    task: Option<JoinHandle<()>>,
    capabilities: Vec<String>,
}

impl Session {
    /// Connects and logs in, each step within its limit; `told` hears of each step that succeeded.
    pub async fn open(
        config: &ImapConfig,
        told: impl Fn(&str, String) + Send + Sync + 'static,
    ) -> Result<Self, MailboxError> {
        let config = config.clone();
        let opened = tokio::spawn(async move { open(&config, &told).await }).await;
        let (wire, capabilities) = opened.map_err(|e| crashed(&e))??;
        let (requests, inbox) = mpsc::channel(1);
        Ok(Self { requests, task: Some(tokio::spawn(serve(wire, inbox))), capabilities })
    }

    /// Whether the server has `capability` (in upper case).
    pub fn has(&self, capability: &str) -> bool {
        self.capabilities.iter().any(|c| c == capability)
    }

    /// One command.
    pub async fn exchange(&mut self, line: String, limit: Duration) -> Result<Answer, ExchangeError> {
        let (reply, answer) = oneshot::channel();
        if self.requests.send(Request::Exchange { line, limit, reply }).await.is_ok()
            && let Ok(result) = answer.await
        {
            return result;
        }
        Err(self.ended().await)
    }

    /// IDLE; whether messages were announced. A caller that stops waiting ends it in good order.
    pub async fn idle(&mut self, at_most: Duration, limit: Duration) -> Result<bool, ExchangeError> {
        let (reply, answer) = oneshot::channel();
        if self.requests.send(Request::Idle { at_most, limit, reply }).await.is_ok()
            && let Ok(result) = answer.await
        {
            return result;
        }
        Err(self.ended().await)
    }

    async fn ended(&mut self) -> ExchangeError {
        match self.task.take() {
            Some(task) => match task.await {
                Err(e) => ExchangeError::Lost(crashed(&e).to_string()),
                Ok(()) => over(),
            },
            None => over(),
        }
    }
}

fn over() -> ExchangeError {
    ExchangeError::Lost("the session is over".to_owned())
}

fn crashed(error: &tokio::task::JoinError) -> MailboxError {
    MailboxError::Connection(if error.is_panic() {
        "the server's answer broke its parser; the session was given up".to_owned()
    } else {
        "the session was stopped".to_owned()
    })
}

async fn serve(mut wire: Wire, mut inbox: mpsc::Receiver<Request>) {
    while let Some(request) = inbox.recv().await {
        let in_order = match request {
            Request::Exchange { line, limit, reply } => {
                let result = timeout(limit, wire.exchange(&line, &[])).await.unwrap_or_else(|_| Err(late(limit)));
                let in_order = !matches!(result, Err(ExchangeError::Lost(_)));
                // Nobody may be waiting any more: then nobody wants to know.
                let _ = reply.send(result);
                in_order
            }
            Request::Idle { at_most, limit, mut reply } => {
                let result = wire.idle(at_most, limit, reply.closed()).await;
                let in_order = !matches!(result, Err(ExchangeError::Lost(_)));
                let _ = reply.send(result);
                in_order
            }
        };
        if !in_order {
            return;
        }
    }
    // Politeness only; the server notices a closed connection by itself.
    let _ = timeout(Duration::from_secs(2), wire.exchange("LOGOUT", &[])).await;
}

async fn open(config: &ImapConfig, told: &(impl Fn(&str, String) + Sync)) -> Result<(Wire, Vec<String>), MailboxError> {
    let limit = config.limits.step;
    let server = config.endpoint();
    let connection = |e: net::NetError| MailboxError::Connection(e.to_string());
    let step = |what: &'static str| {
        let server = server.to_string();
        move |e: ExchangeError| MailboxError::Connection(format!("{server}: {what}: {e}"))
    };

    let addresses = server.resolve(limit).await.map_err(connection)?;
    told("DNS", addresses.iter().map(|a| a.ip().to_string()).collect::<Vec<_>>().join(", "));
    let tcp = server.connect(&addresses, limit).await.map_err(connection)?;
    told("TCP", server.to_string());

    let (mut wire, logged_in) = match config.tls {
        ImapTls::Implicit => {
            let tls = net::tls_config(config.ca_file.as_deref()).map_err(connection)?;
            let mut wire = Wire::new(server.tls(tcp, tls, limit).await.map_err(connection)?);
            told("TLS", "implicit".to_owned());
            let logged_in = within(limit, wire.greeting()).await.map_err(step("greeting"))?;
            (wire, logged_in)
        }
        ImapTls::StartTls => {
            let tls = net::tls_config(config.ca_file.as_deref()).map_err(connection)?;
            let mut wire = Plain::new(tcp);
            if wire.greeting(limit).await.map_err(step("greeting"))? {
                // RFC 9051, 11.1: a session that is logged in cannot turn to TLS any more.
                return Err(MailboxError::Connection(format!("{server}: logged in before STARTTLS; refused")));
            }
            let tcp = wire.starttls(limit).await.map_err(step("STARTTLS"))?;
            let wire = Wire::new(server.tls(tcp, tls, limit).await.map_err(connection)?);
            told("TLS", "STARTTLS".to_owned());
            (wire, false)
        }
        ImapTls::Plain => {
            if !net::is_loopback(&tcp) {
                return Err(MailboxError::Connection(format!(
                    "{server}: a connection without TLS is for this very machine only; use imaps:// or starttls = true"
                )));
            }
            let mut wire = Wire::new(Box::new(tcp));
            told("TLS", "none (this very machine)".to_owned());
            let logged_in = within(limit, wire.greeting()).await.map_err(step("greeting"))?;
            (wire, logged_in)
        }
    };
    if !logged_in {
        log_in(&mut wire, config, limit).await?;
    }
    told("log-in", config.user.clone());
    let answer = within(limit, wire.exchange("CAPABILITY", &[])).await.map_err(step("CAPABILITY"))?;
    Ok((wire, answer.capabilities()))
}

async fn log_in(wire: &mut Wire, config: &ImapConfig, limit: Duration) -> Result<(), MailboxError> {
    let server = config.endpoint().to_string();
    let refused = |text: String| MailboxError::LogIn { server: server.clone(), text };
    let before = within(limit, wire.exchange("CAPABILITY", &[]))
        .await
        .map_err(|e| MailboxError::Connection(format!("{server}: CAPABILITY: {e}")))?
        .capabilities();
    let has = |name: &str| before.iter().any(|c| c == name);
    if config.user.contains('\0') || config.password.contains('\0') {
        return Err(refused("user or password holds a NUL".to_owned()));
    }
    let (user, password) = (config.user.as_bytes(), config.password.as_bytes());
    // Both ways take any character, accents too (RFC 4616; RFC 3501, 6.2.3 with literals).
    let (line, rest) = if has("AUTH=PLAIN") {
        let secret = [b"\0", user, b"\0", password].concat();
        ("AUTHENTICATE PLAIN".to_owned(), vec![STANDARD.encode(secret).into_bytes()])
    } else if has("LOGINDISABLED") {
        return Err(refused("the server allows no log-in here; use imaps:// or starttls = true".to_owned()));
    } else {
        // A literal follows the line; the next literal's size ends the one before.
        let first = [user, format!(" {{{}}}", password.len()).as_bytes()].concat();
        (format!("LOGIN {{{}}}", user.len()), vec![first, password.to_vec()])
    };
    match within(limit, wire.exchange(&line, &rest)).await {
        Ok(_) => Ok(()),
        // RFC 5530: the server's own trouble, not the password's.
        Err(ExchangeError::Refused { text, .. })
            if ["[UNAVAILABLE]", "[INUSE]", "[LIMIT]", "[SERVERBUG]"].iter().any(|code| text.contains(code)) =>
        {
            Err(MailboxError::Connection(format!("{server}: log-in: {text}")))
        }
        Err(ExchangeError::Refused { text, .. }) => Err(refused(text)),
        Err(e) => Err(MailboxError::Connection(format!("{server}: log-in: {e}"))),
    }
}

async fn within<T>(limit: Duration, step: impl Future<Output = Result<T, ExchangeError>>) -> Result<T, ExchangeError> {
    timeout(limit, step).await.unwrap_or_else(|_| Err(late(limit)))
}

/// The few lines before STARTTLS, read byte by byte so that nothing is buffered beyond them.
struct Plain {
    tcp: tokio::net::TcpStream,
}

impl Plain {
    fn new(tcp: tokio::net::TcpStream) -> Self {
        Self { tcp }
    }

    async fn greeting(&mut self, limit: Duration) -> Result<bool, ExchangeError> {
        let line = within(limit, self.line()).await?;
        match line.to_ascii_uppercase() {
            l if l.starts_with("* OK") => Ok(false),
            l if l.starts_with("* PREAUTH") => Ok(true),
            _ => Err(ExchangeError::Lost(format!("the server says: {line}"))),
        }
    }

    async fn starttls(mut self, limit: Duration) -> Result<tokio::net::TcpStream, ExchangeError> {
        within(limit, async {
            use tokio::io::AsyncWriteExt;
            let broken = |e: std::io::Error| ExchangeError::Lost(format!("connection lost: {e}"));
            self.tcp.write_all(b"S1 STARTTLS\r\n").await.map_err(broken)?;
            loop {
                let line = self.line().await?;
                let Some(rest) = line.strip_prefix("S1 ") else { continue };
                return if rest.to_ascii_uppercase().starts_with("OK") {
                    Ok(())
                } else {
                    Err(ExchangeError::Refused { text: rest.to_owned(), try_create: false })
                };
            }
        })
        .await?;
        Ok(self.tcp)
    }

    async fn line(&mut self) -> Result<String, ExchangeError> {
        use tokio::io::AsyncReadExt;
        let mut line = Vec::new();
        loop {
            match self.tcp.read_u8().await {
                Ok(b'\n') => return Ok(String::from_utf8_lossy(&line).trim_end().to_owned()),
                Ok(byte) if line.len() < 8192 => line.push(byte),
                Ok(_) => return Err(ExchangeError::Lost("this is no IMAP server".to_owned())),
                Err(e) => return Err(ExchangeError::Lost(format!("connection lost: {e}"))),
            }
        }
    }
}
