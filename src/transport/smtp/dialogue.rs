//! SMTP's dialogue (RFC 5321): commands and replies over any stream, nothing judged.
//!
//! Our own, small as it is, because what matters here is known only at this level: whether the
//! content had begun to leave when a connection broke, which of two recipients was refused, and that
//! nothing said before STARTTLS counts after it.

use std::borrow::Cow;

use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};

/// Bytes of one reply at most.
const LONGEST_REPLY: usize = 64 * 1024;

/// A reply.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Reply {
    /// Three digits.
    pub code: u16,
    /// The text lines, without codes.
    pub lines: Vec<String>,
}

impl Reply {
    /// 2xx.
    pub fn is_ok(&self) -> bool {
        self.code / 100 == 2
    }

    /// 4xx.
    pub fn is_transient(&self) -> bool {
        self.code / 100 == 4
    }
}

impl std::fmt::Display for Reply {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let text: String = self.lines.join(" ").chars().filter(|c| !c.is_control()).take(400).collect();
        write!(f, "{} {text}", self.code)
    }
}

/// One end of the dialogue.
#[derive(Debug)]
pub(super) struct Dialogue<S> {
    stream: S,
    /// Read and not yet used.
    buffer: Vec<u8>,
}

impl<S: AsyncRead + AsyncWrite + Unpin> Dialogue<S> {
    pub fn new(stream: S) -> Self {
        Self { stream, buffer: Vec::new() }
    }

    /// The bare stream, for TLS.
    ///
    /// # Errors
    /// Where bytes were sent ahead of TLS: somebody in between tries to speak for the server
    /// (the injection that CVE-2011-0411 names).
    pub fn into_inner(self) -> Result<S, String> {
        if self.buffer.is_empty() {
            Ok(self.stream)
        } else {
            Err("something was said between STARTTLS and TLS; the connection is not to be trusted".to_owned())
        }
    }

    /// Sends one command, returns its reply.
    pub async fn command(&mut self, line: &str) -> Result<Reply, String> {
        self.write(format!("{line}\r\n").as_bytes()).await?;
        self.reply().await
    }

    /// Sends bytes as they are.
    pub async fn write(&mut self, bytes: &[u8]) -> Result<(), String> {
        self.stream.write_all(bytes).await.map_err(broken)?;
        self.stream.flush().await.map_err(broken)
    }

    /// The next reply, all its lines.
    pub async fn reply(&mut self) -> Result<Reply, String> {
        let mut lines = Vec::new();
        let mut read = 0;
        loop {
            let line = self.line().await?;
            read += line.len();
            if read > LONGEST_REPLY {
                return Err("the server's reply has no end".to_owned());
            }
            let (code, rest) = parse(&line).ok_or_else(|| "this is no SMTP server".to_owned())?;
            lines.push(rest.1);
            if !rest.0 {
                return Ok(Reply { code, lines });
            }
        }
    }

    async fn line(&mut self) -> Result<Vec<u8>, String> {
        let mut searched = 0;
        loop {
            if let Some(at) = self.buffer.iter().skip(searched).position(|b| *b == b'\n') {
                let mut line: Vec<u8> = self.buffer.drain(..=searched + at).collect();
                while line.last().is_some_and(|b| matches!(b, b'\r' | b'\n')) {
                    line.pop();
                }
                return Ok(line);
            }
            searched = self.buffer.len();
            if searched > LONGEST_REPLY {
                return Err("the server's reply has no end".to_owned());
            }
            if self.stream.read_buf(&mut self.buffer).await.map_err(broken)? == 0 {
                return Err("the server closed the connection".to_owned());
            }
        }
    }
}

fn broken(error: std::io::Error) -> String {
    format!("connection lost: {error}")
}

/// Code, whether more lines follow, text. The text may be in any charset.
fn parse(line: &[u8]) -> Option<(u16, (bool, String))> {
    let (digits, rest) = line.split_at_checked(3)?;
    let code: u16 = std::str::from_utf8(digits).ok()?.parse().ok()?;
    if !(200..600).contains(&code) {
        return None;
    }
    let (more, text) = match rest.split_first() {
        None => (false, rest),
        Some((b'-', text)) => (true, text),
        Some((b' ', text)) => (false, text),
        Some(_) => return None,
    };
    Some((code, (more, String::from_utf8_lossy(text).into_owned())))
}

/// `bytes` as they go over the wire: CRLF line ends (a bare CR or LF would let content end the
/// message for one server and not for the next), leading dots doubled (RFC 5321, 4.5.2), the final
/// dot. A line's length is left as it is: the bytes are fixed, and a signature may cover them.
pub(super) fn content(bytes: &[u8]) -> Cow<'_, [u8]> {
    let mut out = Vec::with_capacity(bytes.len() + bytes.len() / 64 + 5);
    let mut rest = bytes;
    while !rest.is_empty() {
        let end = rest.iter().position(|b| matches!(b, b'\r' | b'\n'));
        let (line, after) = rest.split_at(end.unwrap_or(rest.len()));
        if line.first() == Some(&b'.') {
            out.push(b'.');
        }
        out.extend_from_slice(line);
        out.extend_from_slice(b"\r\n");
        rest = match after {
            [b'\r', b'\n', rest @ ..] | [_, rest @ ..] => rest,
            [] => after,
        };
    }
    out.extend_from_slice(b".\r\n");
    Cow::Owned(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn content_is_dotted_and_its_line_ends_are_made_whole() {
        let wire = |b: &[u8]| String::from_utf8(content(b).into_owned()).unwrap();
        assert_eq!(wire(b"a\r\n.b\r\n"), "a\r\n..b\r\n.\r\n");
        assert_eq!(wire(b"a\n.\nb"), "a\r\n..\r\nb\r\n.\r\n");
        assert_eq!(wire(b"a\r.\rb\r\n"), "a\r\n..\r\nb\r\n.\r\n");
        assert_eq!(wire(b""), ".\r\n");
        assert_eq!(wire(b"a\r\n\r\n\r\n"), "a\r\n\r\n\r\n.\r\n");
    }

    proptest::proptest! {
        #[test]
        fn no_content_ends_the_message_early(bytes in proptest::collection::vec(proptest::sample::select(b"a.\r\n".to_vec()), 0..60)) {
            let wire = content(&bytes).into_owned();
            let text = String::from_utf8(wire).unwrap();
            let lines: Vec<&str> = text.split("\r\n").collect();
            let (end, body) = lines.split_last().unwrap();
            let (dot, body) = body.split_last().unwrap();
            proptest::prop_assert_eq!((*end, *dot), ("", "."));
            proptest::prop_assert!(body.iter().all(|l| *l != "." && !l.contains(['\r', '\n'])));
        }
    }

    #[test]
    fn replies_of_any_charset_and_several_lines_are_read() {
        assert_eq!(parse(b"250-SIZE 10"), Some((250, (true, "SIZE 10".to_owned()))));
        assert_eq!(parse(b"354"), Some((354, (false, String::new()))));
        assert_eq!(parse(b"550 refus\xe9"), Some((550, (false, "refus\u{fffd}".to_owned()))));
        assert_eq!(parse(b"HTTP/1.1 400"), None);
        assert_eq!(parse(b"2"), None);
    }
}
