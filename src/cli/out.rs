//! Standard output and standard error: the one place that writes them.
//!
//! `println!` panics when the reader has gone (`passerelle incidents | head -1`); these give an
//! error instead, which [`super::main`] takes for a quiet end.
//!
//! Much of what is shown was written by strangers: whatever could move a cursor, hide words or turn
//! their direction is taken out here, so that no verb has to think of it.

use std::borrow::Cow;
use std::fmt::{Display, Write as _};
use std::io::{self, Write};

use anyhow::Context as _;

const WHERE: &str = "cannot write to standard output";

/// Writes one line to standard output.
///
/// # Errors
/// The output cannot be written; [`is_closed`] tells whether the reader merely left.
pub fn line(text: impl Display) -> anyhow::Result<()> {
    writeln!(io::stdout().lock(), "{}", harmless(&text.to_string())).context(WHERE)
}

/// Writes one line of the program's own making, colours and all.
///
/// # Errors
/// As [`line()`].
pub fn coloured(text: impl Display) -> anyhow::Result<()> {
    writeln!(io::stdout().lock(), "{text}").context(WHERE)
}

/// Writes `text` to standard output.
///
/// # Errors
/// As [`line()`].
pub fn text(text: &str) -> anyhow::Result<()> {
    let mut out = io::stdout().lock();
    out.write_all(harmless(text).as_bytes()).and_then(|()| out.flush()).context(WHERE)
}

/// Writes `value` as one line of JSON to standard output.
///
/// # Errors
/// As [`line()`].
pub fn json(value: &impl serde::Serialize) -> anyhow::Result<()> {
    line(escaped(&serde_json::to_string(value)?))
}

/// Does a character do more to a terminal than appear: controls (C0 and C1), zero-width characters,
/// those that turn the writing direction?
pub fn is_unseen(c: char) -> bool {
    (c.is_control() && c != '\n' && c != '\t')
        || matches!(c, '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{61c}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
}

/// `text` with a dot in place of each character that [`is_unseen`]; CR LF stays a line end.
fn harmless(text: &str) -> Cow<'_, str> {
    if !text.contains(is_unseen) {
        return Cow::Borrowed(text);
    }
    let mut chars = text.chars().peekable();
    let mut out = String::with_capacity(text.len());
    while let Some(c) = chars.next() {
        let line_end = c == '\r' && chars.peek() == Some(&'\n');
        out.push(if is_unseen(c) && !line_end { '·' } else { c });
    }
    Cow::Owned(out)
}

/// JSON text that says the same without any such character: within a string each is escaped
/// (RFC 8259, 7), and elsewhere there is none.
fn escaped(json: &str) -> Cow<'_, str> {
    if !json.contains(is_unseen) {
        return Cow::Borrowed(json);
    }
    let mut out = String::with_capacity(json.len() + 16);
    for c in json.chars() {
        if is_unseen(c) {
            // All of them lie in the basic plane.
            let _ = write!(out, "\\u{:04x}", u32::from(c));
        } else {
            out.push(c);
        }
    }
    Cow::Owned(out)
}

/// Writes an error and its causes to standard error, as one paragraph: `error: what: why`.
pub fn error(e: &anyhow::Error) {
    let _ = writeln!(io::stderr().lock(), "error: {}", harmless(&format!("{e:#}")));
}

/// The same without anybody's address, where standard error is a log.
pub fn masked_error(e: &anyhow::Error) {
    let text = super::log::without_people(&format!("{e:#}"));
    let _ = writeln!(io::stderr().lock(), "error: {}", harmless(&text));
}

/// Did writing fail because nobody reads any more?
pub fn is_closed(e: &anyhow::Error) -> bool {
    let closed = Some(io::ErrorKind::BrokenPipe);
    e.chain().any(|cause| {
        cause.downcast_ref::<io::Error>().map(io::Error::kind) == closed
            || cause.downcast_ref::<serde_json::Error>().and_then(serde_json::Error::io_error_kind) == closed
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_escape_sequence_reaches_a_terminal() {
        let hostile = "a\u{1b}[2J\u{9b}31m\u{202e}b\u{200b}\0\r\u{8}";
        assert_eq!(harmless(hostile), "a·[2J·31m·b····");
        assert_eq!(harmless("é\tb\r\n\u{a0}« x »\n"), "é\tb\r\n\u{a0}« x »\n");
    }

    #[test]
    fn escaped_json_says_the_same() {
        let value = serde_json::json!({"subject": "a\u{1b}[2J\u{9b}31m\u{202e}\\b\u{7f}\"", "n": [1, "é\n"]});
        let text = serde_json::to_string(&value).unwrap();
        let shown = escaped(&text);
        assert!(!shown.contains(is_unseen), "{shown}");
        assert_eq!(serde_json::from_str::<serde_json::Value>(&shown).unwrap(), value);
    }
}
