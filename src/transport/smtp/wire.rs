//! What lettre reads from and writes to: TCP at first, TLS from STARTTLS on, and the server's lines
//! made such that lettre can read them.
//!
//! lettre 0.11 waits for ever for the end of a line that ends with a bare LF, calls a connection
//! broken at a reply without text, with a letter that is not UTF-8 or with a code such as 571, panics
//! at a line of EHLO that holds spaces only, keeps what was said before TLS for after it, and waits
//! for an answer to QUIT. So every line passes here first.

use std::io::{self, ErrorKind};
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, ready};

use lettre::transport::smtp::client::AsyncTokioStream;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

use crate::failpoint;
use crate::net::BoxStream;

/// Bytes of one reply at most. EHLO's, the longest, has some hundreds.
const LONGEST_REPLY: usize = 16 * 1024;

/// One end of a connection; clones are the same end.
#[derive(Debug, Clone)]
pub(super) struct Wire(Arc<Mutex<Inner>>);

#[derive(Debug)]
struct Inner {
    /// `None` while TLS is agreed on.
    stream: Option<BoxStream>,
    /// Read, and no whole line yet.
    raw: Vec<u8>,
    /// Lines that wait for lettre.
    lines: Vec<u8>,
    /// Every line read since the last command.
    heard: Vec<String>,
    /// Their bytes.
    read: usize,
    /// QUIT was said: nobody waits for its answer.
    leaving: bool,
}

impl Wire {
    pub fn new(stream: BoxStream) -> Self {
        let (raw, lines, heard) = Default::default();
        Self(Arc::new(Mutex::new(Inner { stream: Some(stream), raw, lines, heard, read: 0, leaving: false })))
    }

    fn inner(&self) -> MutexGuard<'_, Inner> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What the last EHLO's answer offers, in upper case. lettre keeps four extensions of it, SIZE
    /// not among them.
    pub fn extensions(&self) -> Vec<String> {
        self.inner().heard.iter().skip(1).filter_map(|l| l.get(4..)).map(str::to_ascii_uppercase).collect()
    }

    /// The bare stream after STARTTLS was granted.
    ///
    /// # Errors
    /// Where more than the one reply was sent ahead of TLS: somebody in between tries to speak for
    /// the server (the injection that CVE-2011-0411 names).
    pub fn bare(&self) -> Result<BoxStream, String> {
        let mut inner = self.inner();
        let ends = inner.heard.iter().filter(|l| l.as_bytes().get(3) != Some(&b'-')).count();
        if ends != 1 || !inner.raw.is_empty() || !inner.lines.is_empty() {
            return Err("something was said between STARTTLS and TLS; the connection is not to be trusted".to_owned());
        }
        inner.stream.take().ok_or_else(|| "the connection is gone".to_owned())
    }

    /// Goes on over `stream`.
    pub fn put(&self, stream: BoxStream) {
        self.inner().stream = Some(stream);
    }
}

impl Inner {
    fn stream(&mut self) -> io::Result<Pin<&mut BoxStream>> {
        self.stream.as_mut().map(Pin::new).ok_or_else(|| ErrorKind::NotConnected.into())
    }

    fn hear(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.read += bytes.len();
        if self.read > LONGEST_REPLY {
            return Err(io::Error::new(ErrorKind::InvalidData, "the server's reply has no end"));
        }
        self.raw.extend_from_slice(bytes);
        while let Some(at) = self.raw.iter().position(|b| *b == b'\n') {
            let line: Vec<u8> = self.raw.drain(..=at).collect();
            let line = readable(&line);
            self.lines.extend_from_slice(line.as_bytes());
            self.lines.extend_from_slice(b"\r\n");
            self.heard.push(line);
        }
        Ok(())
    }
}

/// A reply's line as lettre can read it, without its end: in ASCII, no white space at the end, never
/// without text, and its code one of RFC 5321's classes (x50 for 571, which then leads the text). A
/// line that is none of SMTP stays such.
fn readable(line: &[u8]) -> String {
    let letter = |b: &u8| if b.is_ascii() && !b.is_ascii_control() { char::from(*b) } else { '?' };
    let line: String = line.trim_ascii_end().iter().map(letter).collect();
    let Some((code, rest)) = line.split_at_checked(3) else { return line };
    let (mark, text) = match rest.split_at_checked(1) {
        None => (" ", ""),
        Some((mark @ (" " | "-"), text)) => (mark, text.trim_start()),
        Some(_) => return line,
    };
    let text = if text.is_empty() { "-" } else { text };
    match code.as_bytes() {
        [class @ b'2'..=b'5', b'6'..=b'9', b'0'..=b'9'] => format!("{}50{mark}({code}) {text}", char::from(*class)),
        _ => format!("{code}{mark}{text}"),
    }
}

impl AsyncTokioStream for Wire {
    /// Nothing asks for it.
    fn peer_addr(&self) -> io::Result<std::net::SocketAddr> {
        Err(ErrorKind::Unsupported.into())
    }
}

impl AsyncRead for Wire {
    fn poll_read(self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let mut inner = self.inner();
        while inner.lines.is_empty() && !inner.leaving {
            let mut bytes = [0; 2048];
            let mut bytes = ReadBuf::new(&mut bytes);
            ready!(inner.stream()?.poll_read(cx, &mut bytes))?;
            if bytes.filled().is_empty() {
                return Poll::Ready(Err(io::Error::new(ErrorKind::UnexpectedEof, "the server closed it")));
            }
            inner.hear(bytes.filled())?;
        }
        let some = inner.lines.len().min(buf.remaining());
        let lines: Vec<u8> = inner.lines.drain(..some).collect();
        buf.put_slice(&lines);
        Poll::Ready(Ok(()))
    }
}

impl AsyncWrite for Wire {
    fn poll_write(self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let mut inner = self.inner();
        inner.heard.clear();
        inner.read = 0;
        inner.leaving = bytes == b"QUIT\r\n";
        inner.stream()?.poll_write(cx, bytes)
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        ready!(self.inner().stream()?.poll_flush(cx))?;
        failpoint::hit(failpoint::SMTP_SAID);
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.inner().stream()?.poll_shutdown(cx)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_reply_is_made_readable_and_rubbish_stays_rubbish() {
        for (said, read) in [
            (b"250-SIZE 10\r\n" as &[u8], "250-SIZE 10"),
            (b"250 ok\n", "250 ok"),
            (b"354\r\n", "354 -"),
            (b"250-   \r\n", "250--"),
            (b"550 refus\xe9\r\n", "550 refus?"),
            (b"571-not here\r\n", "550-(571) not here"),
            (b"HTTP/1.1 400\r\n", "HTTP/1.1 400"),
            (b"2\r\n", "2"),
            (b"\r\n", ""),
        ] {
            assert_eq!(readable(said), read);
        }
    }

    #[tokio::test]
    async fn nothing_may_be_said_between_starttls_and_tls() {
        use tokio::io::{AsyncReadExt, AsyncWriteExt};
        for (said, trusted) in [
            ("220 go\r\n", true),
            ("220-go\r\n220 on\r\n", true),
            ("220 go\r\n250 AUTH PLAIN\r\n", false),
            ("220 go\r\n250", false),
        ] {
            let (ours, mut theirs) = tokio::io::duplex(1000);
            let mut wire = Wire::new(Box::new(ours));
            theirs.write_all(said.as_bytes()).await.unwrap();
            let mut read = [0; 1000];
            assert!(wire.read(&mut read).await.unwrap() > 0);
            assert_eq!(wire.bare().is_ok(), trusted, "{said}");
        }
    }
}
