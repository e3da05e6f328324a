//! Lines with their quote depth, and a folded copy for comparing.

use super::attribution;
use crate::message::text::{MARK_SIGNATURE, MARK_SIGNATURE_END, fold};

/// One line of a body.
#[derive(Debug)]
pub(super) struct Line<'a> {
    /// As it stands.
    pub(super) raw: &'a str,
    /// Without its quote marks.
    pub(super) content: &'a str,
    /// How many quote marks (`>`) it had.
    pub(super) depth: usize,
    /// The content, trimmed, in lower case, without accents, with plain apostrophes.
    pub(super) fold: String,
}

impl Line<'_> {
    /// Whether nothing stands in it.
    pub(super) fn is_blank(&self) -> bool {
        self.fold.is_empty()
    }

    /// Whether it is one of the private marks of [`crate::message::html`].
    pub(super) fn is_mark(&self) -> bool {
        self.opens_signature() || self.closes_signature()
    }

    /// Whether a client declares that its signature begins here.
    pub(super) fn opens_signature(&self) -> bool {
        self.content.starts_with(MARK_SIGNATURE)
    }

    /// Whether a client declares that its signature ends here.
    pub(super) fn closes_signature(&self) -> bool {
        self.content.starts_with(MARK_SIGNATURE_END)
    }
}

/// Cuts a text into lines. An attribution that shares its line with the words before it gets one of its own.
pub(super) fn read(text: &str) -> Vec<Line<'_>> {
    let mut lines = Vec::new();
    for raw in text.split('\n') {
        let (depth, content) = unquote(raw);
        let cut = if depth == 0 { attribution::inside(raw) } else { None };
        match cut.and_then(|at| raw.split_at_checked(at)) {
            Some((own, rest)) => lines.extend([own, rest].map(|part| line(part, part, 0))),
            None => lines.push(line(raw, content, depth)),
        }
    }
    lines
}

fn line<'a>(raw: &'a str, content: &'a str, depth: usize) -> Line<'a> {
    Line { raw, content, depth, fold: fold(content.trim()) }
}

/// Counts and removes quote marks: `>`, `> >`, `>>`, one space before or between them.
fn unquote(raw: &str) -> (usize, &str) {
    let mut rest = raw;
    let mut depth = 0;
    loop {
        let next = rest.strip_prefix(' ').unwrap_or(rest);
        match next.strip_prefix('>') {
            Some(after) => {
                depth += 1;
                rest = after;
            }
            None => break,
        }
    }
    if depth > 0 {
        rest = rest.strip_prefix(' ').unwrap_or(rest);
    }
    (depth, rest)
}
