//! Bytes and characters: transfer encodings, character sets, and the one form of text that the rest
//! of the program reads.

use std::borrow::Cow;

use mail_parser::decoders::charsets::map::charset_decoder;
use unicode_normalization::UnicodeNormalization;

/// Private-use characters by which [`super::html`] tells [`super::trim`] what the markup said.
/// [`clean`] removes them from what comes from outside, so nobody can forge one.
pub(super) const MARK_SIGNATURE: char = '\u{E000}';
/// The end of what [`MARK_SIGNATURE`] began.
pub(super) const MARK_SIGNATURE_END: char = '\u{E001}';

/// Decodes quoted-printable (RFC 2045, 6.7) leniently: what is no valid escape stays as it stands.
pub(super) fn quoted_printable(input: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(input.len());
    let mut i = 0;
    while let Some(&b) = input.get(i) {
        if b != b'=' {
            out.push(b);
            i += 1;
            continue;
        }
        let rest = input.get(i + 1..).unwrap_or_default();
        match (rest.first().copied().and_then(hex), rest.get(1).copied().and_then(hex)) {
            (Some(high), Some(low)) => {
                out.push(high << 4 | low);
                i += 3;
            }
            _ => {
                // A soft line break, possibly with transport padding before the line end.
                let blanks = rest.iter().take_while(|b| **b == b' ' || **b == b'\t').count();
                match rest.get(blanks) {
                    Some(b'\n') => i += blanks + 2,
                    Some(b'\r') if rest.get(blanks + 1) == Some(&b'\n') => i += blanks + 3,
                    None => i += blanks + 1,
                    _ => {
                        out.push(b'=');
                        i += 1;
                    }
                }
            }
        }
    }
    out
}

fn hex(b: u8) -> Option<u8> {
    match b {
        b'0'..=b'9' => Some(b - b'0'),
        b'A'..=b'F' => Some(b - b'A' + 10),
        b'a'..=b'f' => Some(b - b'a' + 10),
        _ => None,
    }
}

/// Decodes base64 (RFC 2045, 6.8) leniently: foreign characters are skipped, padding ends a group,
/// and pieces set one after another are joined.
pub(super) fn base64(input: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(input.len() / 4 * 3);
    let (mut bits, mut count) = (0u32, 0u32);
    let mut rest = input;
    while let Some((&b, after)) = rest.split_first() {
        // Four letters in a row are three bytes, which most of any input is.
        if count == 0
            && let Some((four, after)) = rest.split_first_chunk::<4>()
            && let [a, b, c, d] = four.map(sixth)
            && (a | b | c | d) < 64
        {
            let all = u32::from(a) << 18 | u32::from(b) << 12 | u32::from(c) << 6 | u32::from(d);
            out.extend([(all >> 16) as u8, (all >> 8) as u8, all as u8]);
            rest = after;
            continue;
        }
        rest = after;
        if b == b'=' {
            (bits, count) = (0, 0);
        }
        let six = sixth(b);
        if six >= 64 {
            continue;
        }
        bits = bits << 6 | u32::from(six);
        count += 6;
        if count >= 8 {
            count -= 8;
            out.push((bits >> count) as u8);
            bits &= (1 << count) - 1;
        }
    }
    out
}

/// The six bits that a letter of base64 stands for; 64 for any other byte.
fn sixth(letter: u8) -> u8 {
    const OF: [u8; 256] = {
        let mut of = [64; 256];
        let mut letter = 0;
        while letter < 256 {
            of[letter] = match letter as u8 {
                b @ b'A'..=b'Z' => b - b'A',
                b @ b'a'..=b'z' => b - b'a' + 26,
                b @ b'0'..=b'9' => b - b'0' + 52,
                b'+' | b'-' => 62,
                b'/' | b'_' => 63,
                _ => 64,
            };
            letter += 1;
        }
        of
    };
    OF[usize::from(letter)]
}

/// Bytes -> text by `charset`, mistrusting it: what is labelled otherwise but is well-formed
/// multi-byte UTF-8 is UTF-8, and what claims to be UTF-8 (or says nothing) but is not is Windows-1252,
/// which is what French clients without a label send. The flag says that the label was wrong or missing.
pub(super) fn decode<'a>(bytes: &'a [u8], charset: Option<&str>) -> (Cow<'a, str>, bool) {
    let label = charset.unwrap_or_default().trim().trim_matches(['"', '\'']).to_ascii_lowercase();
    let wide = label.starts_with("utf-16") || label.starts_with("utf-7") || label.starts_with("iso-2022");
    if !wide {
        if let Ok(text) = std::str::from_utf8(bytes) {
            let honest = text.is_ascii() || label.starts_with("utf") || label.is_empty();
            return (Cow::Borrowed(text), !honest);
        }
        if label.is_empty() || label == "utf-8" || label == "utf8" || label.contains("ascii") {
            return (Cow::Owned(windows_1252(bytes)), true);
        }
    }
    match charset_decoder(label.as_bytes()) {
        Some(decoder) if !label.is_empty() => (Cow::Owned(decoder(bytes)), false),
        _ => (Cow::Owned(windows_1252(bytes)), true),
    }
}

/// Windows-1252, the superset of ISO-8859-1 that mail without a label is written in.
pub(super) fn windows_1252(bytes: &[u8]) -> String {
    charset_decoder(b"windows-1252")
        .map_or_else(|| bytes.iter().map(|b| char::from(*b)).collect(), |decoder| decoder(bytes))
}

/// The one form of text: `\n` line ends, ordinary spaces for the non-breaking ones, composed
/// accents (NFC), no control, zero-width or byte-order characters, no private mark of ours.
pub(super) fn clean(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut combining = false;
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '\n' | '\t' | ' '..='~' => out.push(c),
            '\r' => {
                if chars.peek() != Some(&'\n') {
                    out.push('\n');
                }
            }
            '\u{85}' | '\u{2028}' | '\u{2029}' | '\u{0B}' | '\u{0C}' => out.push('\n'),
            '\u{A0}' | '\u{1680}' | '\u{2000}'..='\u{200A}' | '\u{202F}' | '\u{205F}' | '\u{3000}' => out.push(' '),
            // Zero-width joiner and variation selectors hold an emoji together.
            '\u{200D}' | '\u{FE0F}' => out.push(c),
            '\u{AD}'
            | '\u{61C}'
            | '\u{200B}'..='\u{200F}'
            | '\u{202A}'..='\u{202E}'
            | '\u{2060}'..='\u{206F}'
            | '\u{FEFF}' => {}
            MARK_SIGNATURE | MARK_SIGNATURE_END => {}
            c if c.is_control() => {}
            c => {
                combining |= ('\u{300}'..='\u{36F}').contains(&c);
                out.push(c);
            }
        }
    }
    if combining { out.nfc().collect() } else { out }
}

/// One line: [`clean`], with every run of white space made one space, at most `limit` characters.
pub(super) fn one_line(text: &str, limit: usize) -> String {
    let clean = clean(text);
    let mut out = String::with_capacity(clean.len().min(limit));
    let mut length = 0;
    for word in clean.split_whitespace() {
        if length > 0 {
            out.push(' ');
            length += 1;
        }
        for c in word.chars() {
            if length >= limit {
                return out;
            }
            out.push(c);
            length += 1;
        }
    }
    out
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

/// Undoes the line folding of `format=flowed` (RFC 3676): a line that ends in a space goes on in the
/// next one of the same quote depth; `-- ` stands alone; `del_sp` drops that very space.
pub(super) fn unflow(text: &str, del_sp: bool) -> String {
    let mut out = String::with_capacity(text.len());
    // Quote depth of the paragraph under way, while it goes on.
    let mut open: Option<usize> = None;
    for line in text.split('\n') {
        let depth = line.bytes().take_while(|b| *b == b'>').count();
        let content = line.get(depth..).unwrap_or_default();
        // Space-stuffing: one space before a line that would look quoted, or behind the quote marks.
        let content = content.strip_prefix(' ').unwrap_or(content);
        let signature = content == "-- ";
        if open == Some(depth) && !signature {
            out.push_str(content);
        } else {
            if !out.is_empty() {
                out.push('\n');
            }
            out.extend(std::iter::repeat_n('>', depth));
            if depth > 0 && !content.is_empty() {
                out.push(' ');
            }
            out.push_str(content);
        }
        let flows = content.ends_with(' ') && !signature;
        if flows && del_sp {
            out.pop();
        }
        open = (flows && !content.trim().is_empty()).then_some(depth);
        if out.is_empty() {
            // Keeps a leading empty line from vanishing: the next line must not glue to nothing.
            out.push('\n');
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn broken_escapes_stay_as_written() {
        assert_eq!(quoted_printable(b"caf=E9 =ZZ a=\r\nb= \nc="), b"caf\xE9 =ZZ abc");
        assert_eq!(base64(b"Qm9u\r\nam91cg==Qm9u"), b"BonjourBon");
    }

    #[test]
    fn base64_may_be_broken_anywhere() {
        let whole = b"TGEgc2FsbGUgQjIwNCBuJ2EgcGx1cyBkZSB3aWZpIGRlcHVpcyBjZSBtYXRpbi4=";
        let decoded = base64(whole);
        assert_eq!(decoded, b"La salle B204 n'a plus de wifi depuis ce matin.");
        for at in 0..=whole.len() {
            let (before, after) = whole.split_at(at);
            for between in [&b"\r\n"[..], b" ", b"!\x80"] {
                assert_eq!(base64(&[before, between, after].concat()), decoded, "broken at {at}");
            }
        }
        assert_eq!(base64(b"QUJDR"), b"ABC", "six bits are no byte");
    }

    #[test]
    fn a_wrong_label_does_not_spoil_the_accents() {
        assert_eq!(decode("été".as_bytes(), Some("iso-8859-1")).0, "été");
        assert_eq!(decode(b"\xE9t\xE9", Some("utf-8")).0, "été");
        assert_eq!(decode(b"\xE9t\xE9 \x80", None).0, "été €");
        assert_eq!(decode(b"\xE9t\xE9 \xA4", Some("ISO-8859-15")).0, "été €");
        assert!(!decode(b"\xE9", Some("iso-8859-1")).1);
    }

    #[test]
    fn decomposed_accents_and_hard_spaces_become_ordinary() {
        assert_eq!(clean("e\u{301}cran\u{A0}:\r\nnoir\u{200B}\u{E000}\u{7}"), "écran :\nnoir");
    }

    #[test]
    fn flowed_lines_are_joined_within_their_depth_only() {
        let text = "un deux \ntrois\n> quatre \n> cinq\n-- \nMoi \nprof";
        assert_eq!(unflow(text, false), "un deux trois\n> quatre cinq\n-- \nMoi prof");
        assert_eq!(unflow("vidéo \nprojecteur", true), "vidéoprojecteur");
    }
}
