//! Text and attachments -> exact bytes (RFC 5322, 2045, 2047). The same input gives the same bytes,
//! for ever: an interrupted sending is repeated with them.
//!
//! Written here rather than with a builder: builders draw Date, Message-ID and boundaries by
//! themselves, and panic or abort on what a hostile name may hold.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use jiff::Timestamp;
use sha2::{Digest, Sha256};

use super::french::one_line;
use super::letter::{Enclosure, Letter};
use super::{MailKind, Rendered};
use crate::address::Address;
use crate::school::School;

/// Longest line of a header or of an encoded body, without CRLF (RFC 2045, 6.7; RFC 5322, 2.1.1).
const LINE: usize = 76;
/// References kept: the first and the newest ones.
const MAX_REFERENCES: usize = 20;
/// A subject is cut behind this many characters.
const MAX_SUBJECT: usize = 240;

/// Everything about a mail that is drawn or read from a clock before it is written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ids {
    /// Message-ID without `<>`, not to be guessed.
    pub message_id: String,
    /// Any text of its own; the boundary is derived from it.
    pub boundary_seed: String,
    /// Date header.
    pub date: Timestamp,
    /// `X-Passerelle-Own`: by which our own copy of a ticket is recognised.
    pub own_token: Option<String>,
    /// Reply-To `user+token@domain`, where the host delivers such addresses.
    pub reply_token: Option<String>,
}

/// The mail's exact bytes, CRLF line ends, ASCII headers, every line at most 76 bytes but for
/// single words longer than that.
///
/// Addresses that cannot stand in an ASCII header are left out of it; the envelope has them.
pub fn assemble(letter: &Letter, rendered: &Rendered, ids: &Ids, school: &School) -> Vec<u8> {
    let kind = letter.content.kind();
    let mut head = Headers::default();
    head.raw("Date", &date(ids.date, school));
    let from = header_address(&school.mailbox).unwrap_or_default();
    head.tokens("From", &[encode_phrase(&display_name(school)), format!("<{from}>")].join(" "));
    head.addresses("To", std::slice::from_ref(&letter.to));
    if letter.cc.iter().any(|a| header_address(a).is_some()) {
        head.addresses("Cc", &letter.cc);
    }
    if let Some(reply_to) = ids.reply_token.as_deref().and_then(|t| with_detail(&school.mailbox, t)) {
        head.raw("Reply-To", &format!("<{reply_to}>"));
    }
    head.text("Subject", &rendered.subject);
    if let Some(id) = message_id(&ids.message_id) {
        head.raw("Message-ID", &id);
    }
    threading(&mut head, letter);
    head.raw("X-Passerelle-Kind", kind.as_str());
    if let Some(reference) = super::data::sole_reference(letter) {
        head.raw("X-Passerelle-Incident", &reference.to_string());
    }
    if let Some(token) = ids.own_token.as_deref().filter(|_| kind.has_own_copy()).and_then(plain_token) {
        head.raw("X-Passerelle-Own", token);
    }
    if kind.is_auto_submitted() {
        // RFC 3834, 5: what answers a message is auto-replied, what comes by itself auto-generated.
        let replied = matches!(kind, MailKind::Acknowledgement | MailKind::Answer | MailKind::Help);
        head.raw("Auto-Submitted", if replied { "auto-replied" } else { "auto-generated" });
        // Exchange answers even automatic mail unless told not to.
        head.raw("X-Auto-Response-Suppress", "OOF, AutoReply");
    }
    head.raw("Content-Language", "fr");
    head.raw("MIME-Version", "1.0");
    let mut out = head.out;
    body(&mut out, rendered, &letter.attachments, &ids.boundary_seed);
    out
}

fn body(out: &mut Vec<u8>, rendered: &Rendered, attachments: &[Enclosure], seed: &str) {
    const TEXT: &str = "Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n";
    if attachments.is_empty() {
        out.extend(TEXT.as_bytes());
        quoted_printable(out, &rendered.text);
        return;
    }
    // "=_" can occur neither in quoted-printable nor in base64 (RFC 2045, 6.7).
    let digest = Sha256::digest(seed.as_bytes());
    let boundary = digest.iter().take(16).fold(String::from("=_"), |b, x| b + &format!("{x:02x}"));
    out.extend(format!("Content-Type: multipart/mixed;\r\n boundary=\"{boundary}\"\r\n\r\n").as_bytes());
    out.extend(format!("--{boundary}\r\n{TEXT}").as_bytes());
    quoted_printable(out, &rendered.text);
    for file in attachments {
        // The CRLF before a boundary is the boundary's (RFC 2046, 5.1.1).
        let name: String = file
            .name
            .chars()
            .map(|c| if c.is_ascii_alphanumeric() || ".-_".contains(c) { c } else { '_' })
            .take(60)
            .collect();
        let mime = if is_mime(&file.mime) { file.mime.as_str() } else { "application/octet-stream" };
        out.extend(format!("\r\n--{boundary}\r\nContent-Type: {mime};\r\n name=\"{name}\"\r\n").as_bytes());
        out.extend(b"Content-Transfer-Encoding: base64\r\n");
        out.extend(format!("Content-Disposition: attachment;\r\n filename=\"{name}\"\r\n\r\n").as_bytes());
        for line in STANDARD.encode(&file.data).as_bytes().chunks(LINE) {
            out.extend(line);
            out.extend(b"\r\n");
        }
    }
    out.extend(format!("\r\n--{boundary}--\r\n").as_bytes());
}

/// A type and a subtype of at most 127 characters each (RFC 6838, 4.2): a workbook's has 52.
fn is_mime(text: &str) -> bool {
    let token = |t: &str| {
        !t.is_empty()
            && t.len() < 128
            && t.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'.' | b'+'))
    };
    text.split_once('/').is_some_and(|(a, b)| token(a) && token(b))
}

/// "Signalements – Lycée Jacques-Prévert".
fn display_name(school: &School) -> String {
    one_line(&format!("Signalements – {}", school.name), 80)
}

fn date(at: Timestamp, school: &School) -> String {
    // RFC 5322, 3.3; the fallback can only be a year beyond 9999.
    jiff::fmt::rfc2822::to_string(&at.to_zoned(school.timezone.clone()))
        .unwrap_or_else(|_| "Thu, 1 Jan 1970 00:00:00 +0000".into())
}

fn threading(head: &mut Headers, letter: &Letter) {
    let answered = letter.in_reply_to.as_deref().and_then(message_id);
    let mut references: Vec<String> = Vec::new();
    for id in letter.references.iter().filter_map(|r| message_id(r)).chain(answered.clone()) {
        references.retain(|r| *r != id);
        references.push(id);
    }
    if references.len() > MAX_REFERENCES {
        let cut = references.len() - (MAX_REFERENCES - 1);
        references.drain(1..cut);
    }
    if let Some(id) = answered {
        head.raw("In-Reply-To", &id);
    }
    if !references.is_empty() {
        head.tokens("References", &references.join(" "));
    }
}

/// `<id>`, where it can stand in a header: foreign ids are hostile input.
fn message_id(id: &str) -> Option<String> {
    let id = id.trim().trim_start_matches('<').trim_end_matches('>');
    let fits = !id.is_empty() && id.len() <= 250 && id.bytes().all(|b| b.is_ascii_graphic() && b != b'<' && b != b'>');
    fits.then(|| format!("<{id}>"))
}

fn plain_token(token: &str) -> Option<&str> {
    let fits = !token.is_empty()
        && token.len() <= 100
        && token.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.' | b'='));
    fits.then_some(token)
}

fn with_detail(address: &Address, token: &str) -> Option<String> {
    let token = plain_token(token)?;
    let plain = address.without_detail();
    header_address(&Address::parse(&format!("{}+{token}@{}", plain.local(), plain.domain())).ok()?)
}

/// The address as a header bears it (RFC 5322, 3.4.1), quoted where it must be; `None` where it
/// has no ASCII form.
fn header_address(address: &Address) -> Option<String> {
    let (local, domain) = (address.local(), address.domain());
    if !domain.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'-' | b'_')) {
        return None;
    }
    if !local.bytes().all(|b| b.is_ascii_graphic()) {
        return None;
    }
    let atom = |b: u8| b.is_ascii_alphanumeric() || b"!#$%&'*+-/=?^_`{|}~.".contains(&b);
    let dots = local.starts_with('.') || local.ends_with('.') || local.contains("..");
    Some(if local.bytes().all(atom) && !dots { format!("{local}@{domain}") } else { format!("\"{local}\"@{domain}") })
}

/// Header lines under construction.
#[derive(Default)]
struct Headers {
    out: Vec<u8>,
}

impl Headers {
    /// A value that is ASCII and short by construction.
    fn raw(&mut self, name: &str, value: &str) {
        let value: String = value.chars().filter(|c| (' '..='~').contains(c)).collect();
        self.out.extend(format!("{name}: {value}\r\n").as_bytes());
    }

    /// A value of tokens, folded between them.
    fn tokens(&mut self, name: &str, value: &str) {
        let mut line = format!("{name}:");
        for token in value.split(' ').filter(|t| !t.is_empty()) {
            if line.len() + 1 + token.len() > LINE && line.len() > name.len() + 1 {
                self.out.extend(format!("{line}\r\n").as_bytes());
                line.clear();
            }
            line.push(' ');
            line.push_str(token);
        }
        self.out.extend(format!("{line}\r\n").as_bytes());
    }

    fn addresses(&mut self, name: &str, addresses: &[Address]) {
        let known: Vec<String> = addresses.iter().filter_map(header_address).collect();
        if known.is_empty() {
            // RFC 5322, 3.4: a group without members, for a recipient that ASCII cannot name.
            self.raw(name, "undisclosed-recipients:;");
        } else {
            self.tokens(name, &known.join(", "));
        }
    }

    /// Free text (RFC 2047): ASCII words up to the first that needs encoding, then encoded words.
    fn text(&mut self, name: &str, value: &str) {
        self.tokens(name, &encode_text(&one_line(value, MAX_SUBJECT)));
    }
}

/// Can `word` stand as it is in an unstructured header?
fn is_plain(word: &str) -> bool {
    word.len() <= 60 && word.bytes().all(|b| b.is_ascii_graphic()) && !word.contains("=?")
}

/// Free text as ASCII: what leads stays readable, the rest is encoded in one run, since white
/// space between encoded words is not part of the text (RFC 2047, 6.2).
fn encode_text(value: &str) -> String {
    let words: Vec<&str> = value.split(' ').collect();
    let plain = words.iter().take_while(|w| is_plain(w)).count();
    let (head, tail) = words.split_at(plain);
    let mut out: Vec<String> = head.iter().map(|w| (*w).to_owned()).collect();
    if !tail.is_empty() {
        out.push(encoded_words(&tail.join(" ")));
    }
    out.join(" ")
}

/// A display name: an atom sequence, a quoted string or encoded words.
fn encode_phrase(name: &str) -> String {
    if name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b' ' || b == b'-') {
        return name.to_owned();
    }
    // One word where it fits: some clients show the seam of two (RFC 2047, 2: 75 characters at most).
    let whole = format!("=?utf-8?b?{}?=", STANDARD.encode(name));
    if whole.len() <= 75 { whole } else { encoded_words(name) }
}

/// Q encoding in words of at most 75 characters, none of which splits a character (RFC 2047, 2, 5).
fn encoded_words(text: &str) -> String {
    const START: &str = "=?utf-8?q?";
    // The first one follows the header's name on its line.
    const ROOM: usize = 60 - START.len() - 2;
    let mut words: Vec<String> = Vec::new();
    let mut word = String::new();
    for c in text.chars() {
        let mut piece = String::new();
        if c == ' ' {
            piece.push('_');
        } else if c.is_ascii_alphanumeric() || matches!(c, '!' | '*' | '+' | '-' | '/') {
            piece.push(c);
        } else {
            let mut bytes = [0; 4];
            for b in c.encode_utf8(&mut bytes).bytes() {
                piece.push_str(&format!("={b:02X}"));
            }
        }
        if word.len() + piece.len() > ROOM {
            words.push(format!("{START}{word}?="));
            word.clear();
        }
        word.push_str(&piece);
    }
    words.push(format!("{START}{word}?="));
    words.join(" ")
}

/// Quoted-printable (RFC 2045, 6.7) of a text, its line ends as CRLF.
fn quoted_printable(out: &mut Vec<u8>, text: &str) {
    for line in text.lines() {
        let bytes = line.as_bytes();
        let mut width = 0;
        for (i, &b) in bytes.iter().enumerate() {
            let last = i + 1 == bytes.len();
            // A lone dot and "From " at a line's start are changed by careless servers.
            let fragile = i == 0 && (b == b'.' || bytes.starts_with(b"From "));
            let plain = (b.is_ascii_graphic() && b != b'=' && !fragile) || (matches!(b, b' ' | b'\t') && !last);
            let size = if plain { 1 } else { 3 };
            if width + size > LINE - usize::from(!last) {
                out.extend(b"=\r\n");
                width = 0;
            }
            if plain {
                out.push(b)
            } else {
                out.extend(format!("={b:02X}").as_bytes())
            }
            width += size;
        }
        out.extend(b"\r\n");
    }
}

#[cfg(test)]
#[path = "mime_tests.rs"]
mod tests;
