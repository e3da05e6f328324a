//! Standard output and standard error: the one place that writes them.
//!
//! `println!` panics when the reader has gone (`passerelle incidents | head -1`); these give an
//! error instead, which [`super::main`] takes for a quiet end.

use std::fmt::Display;
use std::io::{self, Write};

use anyhow::Context as _;

const WHERE: &str = "cannot write to standard output";

/// Writes one line to standard output.
///
/// # Errors
/// The output cannot be written; [`is_closed`] tells whether the reader merely left.
pub fn line(text: impl Display) -> anyhow::Result<()> {
    writeln!(io::stdout().lock(), "{text}").context(WHERE)
}

/// Writes `text` as it is to standard output.
///
/// # Errors
/// As [`line()`].
pub fn text(text: &str) -> anyhow::Result<()> {
    let mut out = io::stdout().lock();
    out.write_all(text.as_bytes()).and_then(|()| out.flush()).context(WHERE)
}

/// Writes `value` as one line of JSON to standard output.
///
/// # Errors
/// As [`line()`].
pub fn json(value: &impl serde::Serialize) -> anyhow::Result<()> {
    line(serde_json::to_string(value)?)
}

/// Writes an error and its causes to standard error, as one paragraph: `error: what: why`.
pub fn error(e: &anyhow::Error) {
    let _ = writeln!(io::stderr().lock(), "error: {e:#}");
}

/// The same without anybody's address, where standard error is a log.
pub fn masked_error(e: &anyhow::Error) {
    let text = super::log::without_people(&format!("{e:#}"));
    let _ = writeln!(io::stderr().lock(), "error: {text}");
}

/// Did writing fail because nobody reads any more?
pub fn is_closed(e: &anyhow::Error) -> bool {
    let closed = Some(io::ErrorKind::BrokenPipe);
    e.chain().any(|cause| {
        cause.downcast_ref::<io::Error>().map(io::Error::kind) == closed
            || cause.downcast_ref::<serde_json::Error>().and_then(serde_json::Error::io_error_kind) == closed
    })
}
