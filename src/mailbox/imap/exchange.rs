//! One command and its answer, checked. async-imap parses; what an answer means is judged here,
//! because its own commands take NO, BAD and a closed connection for success.

use std::future::Future;
use std::time::Duration;

use async_imap::Client;
use imap_proto::{AttributeValue, Capability, MailboxDatum, Outcome, Response, ResponseCode, Status};
use tokio::io::AsyncWriteExt;
use tokio::time::{Instant, timeout, timeout_at};

use crate::failpoint;
use crate::net::BoxStream;

/// What a server says besides the end of a command; only what Passerelle uses.
#[derive(Debug)]
pub(super) enum Untagged {
    Exists,
    Search(Vec<u32>),
    Fetch(Fetch),
    Capabilities(Vec<String>),
    UidValidity(u32),
}

/// One FETCH answer.
#[derive(Debug, Default)]
pub(super) struct Fetch {
    pub uid: Option<u32>,
    pub size: Option<u64>,
    pub body: Option<Vec<u8>>,
}

/// How a command failed.
#[derive(Debug, thiserror::Error)]
pub(super) enum ExchangeError {
    /// The server said NO or BAD. The session is in order.
    #[error("{text}")]
    Refused { text: String, try_create: bool },
    /// Connection lost, time limit, or an answer that cannot be understood. The session is over.
    #[error("{0}")]
    Lost(String),
}

/// The end of a command that went well.
#[derive(Debug, Default)]
pub(super) struct Answer {
    pub untagged: Vec<Untagged>,
}

impl Answer {
    /// All numbers of the SEARCH answers, sorted, each once.
    pub fn found(&self) -> Vec<u32> {
        let mut all: Vec<u32> = self
            .untagged
            .iter()
            .filter_map(|u| if let Untagged::Search(found) = u { Some(found.as_slice()) } else { None })
            .flatten()
            .copied()
            .collect();
        all.sort_unstable();
        all.dedup();
        all
    }

    /// The FETCH answers.
    pub fn fetched(self) -> impl Iterator<Item = Fetch> {
        self.untagged.into_iter().filter_map(|u| if let Untagged::Fetch(f) = u { Some(f) } else { None })
    }

    /// Whether messages were announced.
    pub fn announces(&self) -> bool {
        self.untagged.iter().any(|u| matches!(u, Untagged::Exists))
    }

    /// The UIDVALIDITY told.
    pub fn validity(&self) -> Option<u32> {
        self.untagged.iter().rev().find_map(|u| if let Untagged::UidValidity(v) = u { Some(*v) } else { None })
    }

    /// The capabilities told, in upper case.
    pub fn capabilities(&self) -> Vec<String> {
        self.untagged
            .iter()
            .filter_map(|u| if let Untagged::Capabilities(c) = u { Some(c.clone()) } else { None })
            .flatten()
            .collect()
    }
}

/// A connection to an IMAP server, before or after log-in.
#[derive(Debug)]
pub(super) struct Wire {
    client: Client<BoxStream>,
    commands: u32,
}

/// One answer line, as far as the exchange must tell them apart.
enum Line {
    Untagged(Option<Untagged>),
    Continue,
    Done { tag: String, result: Result<(), ExchangeError> },
}

impl Wire {
    pub fn new(stream: BoxStream) -> Self {
        Self { client: Client::new(stream), commands: 0 }
    }

    /// The greeting: whether the session is already logged in (PREAUTH).
    pub async fn greeting(&mut self) -> Result<bool, ExchangeError> {
        let Some(response) = self.client.read_response().await.map_err(lost)? else {
            return Err(closed());
        };
        match response.parsed() {
            Response::Data { status: Status::Ok, .. } => Ok(false),
            Response::Data { status: Status::PreAuth, .. } => Ok(true),
            Response::Data { outcome, .. } => Err(ExchangeError::Lost(format!("the server says: {}", text(outcome)))),
            _ => Err(ExchangeError::Lost("this is no IMAP server".to_owned())),
        }
    }

    /// Sends `line`, answers each `+` with the next of `continuations` (a literal's bytes, a SASL
    /// response), and collects what comes until the tagged line of this very command.
    pub async fn exchange(&mut self, line: &str, continuations: &[Vec<u8>]) -> Result<Answer, ExchangeError> {
        let tag = self.send(line).await?;
        failpoint::hit(failpoint::IMAP_SAID);
        let mut rest = continuations.iter();
        let mut answer = Answer::default();
        loop {
            match self.line().await? {
                Line::Untagged(untagged) => answer.untagged.extend(untagged),
                Line::Continue => {
                    let Some(next) = rest.next() else {
                        return Err(ExchangeError::Lost("the server waits for more than was asked".to_owned()));
                    };
                    self.write(&[next.as_slice(), b"\r\n"].concat()).await?;
                }
                Line::Done { tag: t, result } if t == tag => {
                    result?;
                    failpoint::hit(failpoint::IMAP_HEARD);
                    return Ok(answer);
                }
                Line::Done { .. } => return Err(stray()),
            }
        }
    }

    /// IDLE (RFC 2177) until messages are announced, `at_most` has passed, or `stop` is ready; then
    /// DONE, and the tagged line within `limit`. Returns whether messages were announced; also those
    /// announced before the `+` count.
    pub async fn idle(
        &mut self,
        at_most: Duration,
        limit: Duration,
        stop: impl Future<Output = ()>,
    ) -> Result<bool, ExchangeError> {
        let tag = self.send("IDLE").await?;
        failpoint::hit(failpoint::IMAP_SAID);
        let mut news = false;
        let begun = Instant::now() + limit;
        loop {
            match timeout_at(begun, self.line()).await.map_err(|_| late(limit))?? {
                Line::Untagged(u) => news |= matches!(u, Some(Untagged::Exists)),
                Line::Continue => break,
                Line::Done { tag: t, result } if t == tag => {
                    result?;
                    return Ok(news);
                }
                Line::Done { .. } => return Err(stray()),
            }
        }
        // The deadline is our own: every line, keep-alives too, would restart the library's.
        let end = Instant::now() + at_most;
        tokio::pin!(stop);
        while !news {
            tokio::select! {
                line = self.line() => match line? {
                    Line::Untagged(u) => news |= matches!(u, Some(Untagged::Exists)),
                    Line::Continue => {}
                    Line::Done { tag: t, result } if t == tag => {
                        result?;
                        return Ok(news);
                    }
                    Line::Done { .. } => return Err(stray()),
                },
                () = tokio::time::sleep_until(end) => break,
                () = &mut stop => break,
            }
        }
        let done = async {
            self.write(b"DONE\r\n").await?;
            loop {
                match self.line().await? {
                    Line::Untagged(u) => news |= matches!(u, Some(Untagged::Exists)),
                    Line::Continue => {}
                    Line::Done { tag: t, result } if t == tag => return result,
                    Line::Done { .. } => return Err(stray()),
                }
            }
        };
        timeout(limit, done).await.map_err(|_| late(limit))??;
        Ok(news)
    }

    /// Writes a tagged command in one piece. It does not go through the library, whose log would
    /// show passwords and whose four small writes a command cost four packets.
    async fn send(&mut self, line: &str) -> Result<String, ExchangeError> {
        self.commands = self.commands.wrapping_add(1);
        let tag = format!("P{}", self.commands);
        self.write(format!("{tag} {line}\r\n").as_bytes()).await?;
        Ok(tag)
    }

    async fn write(&mut self, bytes: &[u8]) -> Result<(), ExchangeError> {
        let stream = self.client.get_mut();
        stream.write_all(bytes).await.map_err(lost)?;
        stream.flush().await.map_err(lost)
    }

    async fn line(&mut self) -> Result<Line, ExchangeError> {
        let Some(response) = self.client.read_response().await.map_err(lost)? else {
            return Err(closed());
        };
        Ok(match response.parsed() {
            Response::Continue(_) => Line::Continue,
            Response::Done { tag, status, outcome } => {
                let result = match status {
                    Status::Ok => Ok(()),
                    _ => Err(ExchangeError::Refused {
                        text: text(outcome),
                        try_create: matches!(outcome.code, Some(ResponseCode::TryCreate)),
                    }),
                };
                Line::Done { tag: tag.0.clone(), result }
            }
            Response::Data { status: Status::Bye, outcome } => {
                return Err(ExchangeError::Lost(format!("the server ends the session: {}", text(outcome))));
            }
            other => Line::Untagged(untagged(other)),
        })
    }
}

fn untagged(response: &Response<'_>) -> Option<Untagged> {
    match response {
        Response::MailboxData(MailboxDatum::Exists(_)) => Some(Untagged::Exists),
        Response::MailboxData(MailboxDatum::Search(found)) => Some(Untagged::Search(found.clone())),
        Response::Data { outcome: Outcome { code: Some(ResponseCode::UidValidity(v)), .. }, .. } => {
            Some(Untagged::UidValidity(*v))
        }
        Response::Capabilities(all) => Some(Untagged::Capabilities(
            all.iter()
                .map(|c| match c {
                    Capability::Imap4rev1 => "IMAP4REV1".to_owned(),
                    Capability::Auth(mechanism) => format!("AUTH={}", mechanism.to_ascii_uppercase()),
                    Capability::Atom(atom) => atom.to_ascii_uppercase(),
                })
                .collect(),
        )),
        Response::Fetch(_, attributes) => {
            let mut fetch = Fetch::default();
            for attribute in attributes {
                match attribute {
                    AttributeValue::Uid(uid) => fetch.uid = Some(*uid),
                    AttributeValue::Rfc822Size(size) => fetch.size = Some(u64::from(*size)),
                    AttributeValue::BodySection { data: Some(data), .. } => fetch.body = Some(data.to_vec()),
                    _ => {}
                }
            }
            Some(Untagged::Fetch(fetch))
        }
        _ => None,
    }
}

fn text(outcome: &Outcome<'_>) -> String {
    let text = outcome.information.as_deref().unwrap_or("no reason given");
    text.chars().filter(|c| !c.is_control()).take(300).collect()
}

fn lost(error: std::io::Error) -> ExchangeError {
    ExchangeError::Lost(match error.kind() {
        // The library's parse errors quote their whole input, which may be people's mail.
        std::io::ErrorKind::Other => "the server's answer cannot be understood".to_owned(),
        _ => format!("connection lost: {error}"),
    })
}

fn closed() -> ExchangeError {
    ExchangeError::Lost("connection lost: the server closed it".to_owned())
}

fn stray() -> ExchangeError {
    ExchangeError::Lost("the server answers a command that was not given".to_owned())
}

pub(super) fn late(limit: Duration) -> ExchangeError {
    ExchangeError::Lost(format!("no answer within {} s", limit.as_secs_f32()))
}
