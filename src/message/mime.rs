//! MIME structure (RFC 2045, RFC 2046): bytes -> parts, in one pass and with bounds.

use std::borrow::Cow;
use std::ops::Range;

use super::headers::{Headers, Media};
use super::text;

/// Parts read of one message; the rest stays in the raw bytes only.
pub(super) const MAX_PARTS: usize = 10_000;
/// How deep multiparts may nest.
pub(super) const MAX_DEPTH: usize = 20;

/// One part: a leaf with its bytes, or a multipart with its children.
#[derive(Debug)]
pub(super) struct Part {
    /// Its own headers.
    pub(super) headers: Headers,
    /// Content-Type.
    pub(super) media: Media,
    /// Index of the multipart that holds it; 0 for the root itself.
    pub(super) parent: usize,
    /// Where its body stands in the raw bytes; for a multipart, the preamble.
    body: Range<usize>,
    /// Whether children follow.
    pub(super) multipart: bool,
}

/// The parts of a message in order; the first is the root.
#[derive(Debug)]
pub(super) struct Parts<'a> {
    raw: &'a [u8],
    /// The parts, a parent always before its children.
    pub(super) list: Vec<Part>,
}

impl<'a> Parts<'a> {
    /// Splits `raw` (headers and body). Total, linear, bounded by [`MAX_PARTS`] and [`MAX_DEPTH`].
    pub(super) fn read(raw: &'a [u8], defects: &mut Vec<String>) -> Self {
        let mut list: Vec<Part> = Vec::new();
        // Open multiparts, outermost first: index of the part and its boundary.
        let mut open: Vec<(usize, Vec<u8>)> = Vec::new();
        let mut at = read_part(raw, 0, 0, &mut list, &mut open, defects);
        let mut seen_boundary = false;
        let mut full = false;
        while at < raw.len() && !open.is_empty() {
            let rest = raw.get(at..).unwrap_or_default();
            let length = memchr(b'\n', rest).map_or(rest.len(), |n| n + 1);
            let line = rest.get(..length).unwrap_or_default();
            let hit = line.strip_prefix(b"--").and_then(|l| delimiter(l, &open));
            let Some((depth, last)) = hit else {
                at += length;
                continue;
            };
            seen_boundary = true;
            close(&mut list, raw, at);
            open.truncate(depth + 1);
            at += length;
            if last {
                open.pop();
                // What follows is epilogue until the parent's next delimiter; it belongs to no part.
                if let Some(part) = list.last_mut()
                    && part.body.end == usize::MAX
                {
                    part.body.end = at;
                }
                continue;
            }
            if list.len() >= MAX_PARTS {
                full = true;
                break;
            }
            let parent = open.last().map_or(0, |(index, _)| *index);
            at = read_part(raw, at, parent, &mut list, &mut open, defects);
        }
        close(&mut list, raw, raw.len());
        if full {
            defects.push(format!("more than {MAX_PARTS} MIME parts: the rest was not read"));
        }
        if let Some(root) = list.first_mut()
            && root.multipart
            && !seen_boundary
        {
            root.multipart = false;
            defects.push("multipart without any of its parts".to_owned());
        }
        Self { raw, list }
    }

    /// The decoded bytes of a leaf.
    pub(super) fn bytes(&self, part: &Part) -> Cow<'a, [u8]> {
        let body = self.raw.get(part.body.clone()).unwrap_or_default();
        let encoding = part.headers.first("content-transfer-encoding").unwrap_or_default().to_ascii_lowercase();
        let encoding = encoding.split([' ', ';', '\t']).next().unwrap_or_default();
        match encoding.trim_matches('"') {
            "base64" => Cow::Owned(text::base64(body)),
            "quoted-printable" => Cow::Owned(text::quoted_printable(body)),
            _ => Cow::Borrowed(body),
        }
    }
}

/// Reads the headers at `at`, adds the part, and says where its body begins.
fn read_part(
    raw: &[u8],
    at: usize,
    parent: usize,
    list: &mut Vec<Part>,
    open: &mut Vec<(usize, Vec<u8>)>,
    defects: &mut Vec<String>,
) -> usize {
    let rest = raw.get(at..).unwrap_or_default();
    // Headers end where the enclosing multipart goes on, whatever their block looks like.
    let (headers, length) = if open.is_empty() {
        Headers::read(rest, defects)
    } else {
        let mut own = Vec::new();
        Headers::read(rest.get(..headers_end(rest, open)).unwrap_or_default(), &mut own)
    };
    let media = headers.media("content-type");
    let body = at + length;
    let index = list.len();
    let boundary = media.get("boundary").filter(|b| media.mime.starts_with("multipart/") && !b.is_empty());
    let multipart = match boundary {
        Some(boundary) if open.len() < MAX_DEPTH => {
            open.push((index, boundary.trim_end().as_bytes().to_vec()));
            true
        }
        Some(_) => {
            let told = "multiparts nested too deep: read as one part";
            if !defects.iter().any(|d| d == told) {
                defects.push(told.to_owned());
            }
            false
        }
        None => false,
    };
    list.push(Part { headers, media, parent, body: body..usize::MAX, multipart });
    body
}

/// How far headers may reach: up to a blank line or a delimiter of an open multipart.
fn headers_end(rest: &[u8], open: &[(usize, Vec<u8>)]) -> usize {
    let mut at = 0;
    while at < rest.len() {
        let from = rest.get(at..).unwrap_or_default();
        let length = memchr(b'\n', from).map_or(from.len(), |n| n + 1);
        let line = from.get(..length).unwrap_or_default();
        if line.strip_prefix(b"--").is_some_and(|l| delimiter(l, open).is_some()) {
            return at;
        }
        at += length;
        if line == b"\n" || line == b"\r\n" {
            return at;
        }
    }
    at
}

/// Which open multipart the line (behind its `--`) delimits, and whether it ends it.
fn delimiter(line: &[u8], open: &[(usize, Vec<u8>)]) -> Option<(usize, bool)> {
    let line = line.trim_ascii_end();
    for (depth, (_, boundary)) in open.iter().enumerate().rev() {
        match line.strip_prefix(boundary.as_slice()) {
            Some(b"") => return Some((depth, false)),
            Some(b"--") => return Some((depth, true)),
            _ => {}
        }
    }
    None
}

/// Ends the part under way at `at`, without the line end that belongs to the delimiter.
fn close(list: &mut [Part], raw: &[u8], at: usize) {
    if let Some(part) = list.last_mut()
        && part.body.end == usize::MAX
    {
        let mut end = at.max(part.body.start);
        if at < raw.len() {
            for wanted in [b'\n', b'\r'] {
                if end > part.body.start && raw.get(end - 1) == Some(&wanted) {
                    end -= 1;
                }
            }
        }
        part.body.end = end;
    }
}

fn memchr(needle: u8, hay: &[u8]) -> Option<usize> {
    hay.iter().position(|b| *b == needle)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_missing_end_and_a_missing_inner_end_lose_nothing() {
        let raw = b"Content-Type: multipart/mixed; boundary=a\n\npre\n--a\nContent-Type: multipart/alternative; boundary=b\n\n--b\n\nun\n--a\nContent-Type: text/x\n\ndeux";
        let parts = Parts::read(raw, &mut Vec::new());
        let bodies: Vec<_> = parts.list.iter().map(|p| parts.bytes(p).into_owned()).collect();
        assert_eq!(bodies[2], b"un");
        assert_eq!(bodies[3], b"deux");
        assert_eq!(parts.list[3].parent, 0);
    }

    #[test]
    fn ten_thousand_nested_multiparts_stay_bounded() {
        let mut raw = String::new();
        for i in 0..20_000 {
            raw.push_str(&format!("Content-Type: multipart/mixed; boundary=b{i}\n\n--b{i}\n"));
        }
        let mut defects = Vec::new();
        let parts = Parts::read(raw.as_bytes(), &mut defects);
        assert!(parts.list.len() <= MAX_PARTS);
        assert!(!defects.is_empty());
    }
}
