//! Lines with their quote depth, and a folded copy for comparing.

use crate::message::text::{MARK_SIGNATURE, MARK_SIGNATURE_END};

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

/// Cuts a text into lines.
pub(super) fn read(text: &str) -> Vec<Line<'_>> {
    text.split('\n')
        .map(|raw| {
            let (depth, content) = unquote(raw);
            Line { raw, content, depth, fold: fold(content.trim()) }
        })
        .collect()
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

/// Lower case, no accents, plain apostrophes and dashes, single spaces: for comparing only.
pub(super) fn fold(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            'a'..='z' | '0'..='9' => out.push(c),
            'A'..='Z' => out.push(c.to_ascii_lowercase()),
            ' ' | '\t' => {
                if !out.ends_with(' ') {
                    out.push(' ');
                }
            }
            'à' | 'â' | 'ä' | 'á' | 'ã' | 'å' | 'À' | 'Â' | 'Ä' | 'Á' | 'Ã' | 'Å' => out.push('a'),
            'é' | 'è' | 'ê' | 'ë' | 'É' | 'È' | 'Ê' | 'Ë' => out.push('e'),
            'î' | 'ï' | 'í' | 'ì' | 'Î' | 'Ï' | 'Í' | 'Ì' => out.push('i'),
            'ô' | 'ö' | 'ó' | 'ò' | 'õ' | 'Ô' | 'Ö' | 'Ó' | 'Ò' | 'Õ' => out.push('o'),
            'ù' | 'û' | 'ü' | 'ú' | 'Ù' | 'Û' | 'Ü' | 'Ú' => out.push('u'),
            'ç' | 'Ç' => out.push('c'),
            'ñ' | 'Ñ' => out.push('n'),
            'ÿ' | 'Ÿ' => out.push('y'),
            'œ' | 'Œ' => out.push_str("oe"),
            'æ' | 'Æ' => out.push_str("ae"),
            '’' | '‘' | '´' | '`' => out.push('\''),
            '–' | '—' | '‐' | '‑' | '−' => out.push('-'),
            _ if c.is_ascii() => out.push(c),
            _ => out.extend(c.to_lowercase()),
        }
    }
    out
}
