//! Header fields: unfolding, encoded words, addresses, Message-IDs.

use jiff::Timestamp;
use mail_parser::HeaderValue;
use mail_parser::parsers::MessageStream;

use super::text::{base64, decode, one_line, quoted_printable};
use super::{Marks, Party};
use crate::address::{Address, is_unseen};

/// Fields kept of one header block; what follows is trace or an attack.
const MAX_FIELDS: usize = 2_000;
/// Bytes of one field that are looked at.
const MAX_FIELD: usize = 16 << 20;
/// Bytes of an unstructured field (subject) that are decoded.
const MAX_TEXT_FIELD: usize = 1 << 14;
/// Bytes of one encoded word; the standard allows 75, clients write more.
const MAX_WORD: usize = 4_000;
/// Bytes of a structured field (addresses, types) that are handed to its parser.
const MAX_STRUCTURED: usize = 1 << 16;
/// References kept: the newest hundred are enough to find any thread.
const MAX_REFERENCES: usize = 100;
/// Longest Message-ID that is believed (RFC 5322 allows a line of 998).
const MAX_ID: usize = 998;

/// One header block: names in lower case, values unfolded but not decoded.
#[derive(Debug, Default)]
pub(super) struct Headers {
    fields: Vec<(String, String)>,
}

impl Headers {
    /// Reads a header block; returns it and where the body begins. A block that does not look like
    /// headers at all is body. Lines that are no header inside the block are skipped.
    pub(super) fn read(raw: &[u8], defects: &mut Vec<String>) -> (Self, usize) {
        let mut fields: Vec<(String, Vec<u8>)> = Vec::new();
        let mut at = 0;
        let (mut broken, mut unlabelled) = (false, false);
        while at < raw.len() {
            let rest = raw.get(at..).unwrap_or_default();
            let (line, next) = match memchr_newline(rest) {
                Some(n) => (rest.get(..n).unwrap_or_default(), at + n + 1),
                None => (rest, raw.len()),
            };
            let line = line.strip_suffix(b"\r").unwrap_or(line);
            if line.is_empty() {
                at = next;
                break;
            }
            if matches!(line.first(), Some(b' ' | b'\t'))
                && let Some((_, value)) = fields.last_mut()
            {
                if value.len() + line.len() <= MAX_FIELD {
                    value.extend_from_slice(line);
                }
                at = next;
                continue;
            }
            match field_name(line) {
                Some((name, value)) => {
                    if fields.len() < MAX_FIELDS {
                        fields.push((name, value.get(..value.len().min(MAX_FIELD)).unwrap_or_default().to_vec()));
                    } else {
                        broken = true;
                    }
                }
                None if line.starts_with(b"From ") || line.starts_with(b">From ") => {}
                // The blank line is missing, or the block is none: the body begins here, unless
                // headers plainly go on below.
                None if !headers_go_on(raw.get(next..).unwrap_or_default()) => {
                    broken = true;
                    break;
                }
                None => broken = true,
            }
            at = next;
        }
        if broken {
            defects.push("header block is malformed".to_owned());
        }
        let fields = fields
            .into_iter()
            .map(|(name, value)| {
                let text = match String::from_utf8(value) {
                    Ok(text) => text,
                    Err(e) => {
                        unlabelled = true;
                        decode(e.as_bytes(), None).0.into_owned()
                    }
                };
                (name, text)
            })
            .collect();
        if unlabelled {
            defects.push("header holds unlabelled 8-bit text, read as Windows-1252".to_owned());
        }
        (Self { fields }, at)
    }

    /// Values of every field of that name (lower case), topmost first.
    pub(super) fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.fields.iter().filter(move |(n, _)| n == name).map(|(_, v)| v.as_str())
    }

    /// The topmost value of that name, trimmed; `None` where absent.
    pub(super) fn first(&self, name: &str) -> Option<&str> {
        self.fields.iter().find(|(n, _)| n == name).map(|(_, v)| v.trim())
    }

    /// Whether any field's name satisfies `test`.
    pub(super) fn any_name(&self, test: impl Fn(&str) -> bool) -> bool {
        self.fields.iter().any(|(n, _)| test(n))
    }

    /// Whether there is no field at all.
    pub(super) fn is_empty(&self) -> bool {
        self.fields.is_empty()
    }

    /// The topmost value as decoded text on one line.
    pub(super) fn text(&self, name: &str, limit: usize) -> String {
        self.first(name).map_or_else(String::new, |v| one_line(&decode_words(&limited(v, MAX_TEXT_FIELD)), limit))
    }

    /// Message-IDs of every field of that name, in order, without `<>`.
    pub(super) fn ids(&self, name: &str) -> Vec<String> {
        let mut ids = Vec::new();
        for value in self.all(name) {
            message_ids(value, &mut ids);
        }
        let surplus = ids.len().saturating_sub(MAX_REFERENCES);
        ids.split_off(surplus)
    }

    /// Authors or recipients of the topmost field of that name.
    pub(super) fn parties(&self, name: &str) -> Vec<Party> {
        self.first(name).map_or_else(Vec::new, parties)
    }

    /// Every address in every field of that name, each once.
    pub(super) fn addresses(&self, name: &str, into: &mut Vec<Address>) {
        for value in self.all(name).take(50) {
            for address in parties(value).into_iter().filter_map(|p| p.address) {
                if !into.contains(&address) {
                    into.push(address);
                }
            }
        }
    }

    /// The Date field.
    pub(super) fn date(&self) -> Option<Timestamp> {
        let value = limited(self.first("date")?, 200);
        let HeaderValue::DateTime(date) = MessageStream::new(value.as_bytes()).parse_date() else { return None };
        // Obsolete two-digit years (RFC 5322, 4.3) are already widened; anything else is no date.
        let plain = (1970..=2200).contains(&date.year) && date.hour < 24 && date.minute < 60;
        let plain = plain && (1..=12).contains(&date.month) && (1..=31).contains(&date.day) && date.tz_hour < 25;
        plain.then(|| Timestamp::from_second(date.to_timestamp()).ok()).flatten()
    }

    /// Return-Path: `None` absent, `Some(None)` the null path.
    pub(super) fn return_path(&self) -> Option<Option<Address>> {
        let value = self.first("return-path")?;
        let inner = value.trim_start_matches('<').trim_end_matches('>').trim();
        Some(Address::parse(inner).ok())
    }

    /// The headers by which machines give themselves away.
    pub(super) fn marks(&self) -> Marks {
        let word = |name: &str| {
            let value = self.first(name)?;
            let end = value.find([';', '(', ' ', '\t']).unwrap_or(value.len());
            let word = value.get(..end).unwrap_or_default().trim().to_lowercase();
            (!word.is_empty()).then(|| limited(&word, 100).trim_end().to_owned())
        };
        let plain = |name: &str| {
            let text = self.text(name, 200);
            (!text.is_empty()).then_some(text)
        };
        let media = self.media("content-type");
        Marks {
            auto_submitted: word("auto-submitted"),
            precedence: word("precedence").or_else(|| word("x-precedence")),
            list: self.any_name(|n| matches!(n, "list-id" | "list-unsubscribe" | "list-post")),
            list_id: self.first("list-id").map(|v| {
                let inner = v.rsplit_once('<').map_or(v, |(_, id)| id);
                limited(inner.trim_end_matches('>').trim(), 300).trim().to_lowercase()
            }),
            // Suppressing others' replies is no reply itself; with the null path it is (Exchange).
            auto_response: self.any_name(|n| {
                matches!(
                    n,
                    "x-autoreply"
                        | "x-autorespond"
                        | "x-autoresponder"
                        | "x-autoreply-from"
                        | "x-mail-autoreply"
                        | "x-vacation"
                )
            }) || self.first("x-auto-response-suppress").is_some() && self.return_path() == Some(None),
            passerelle_kind: plain("x-passerelle-kind"),
            passerelle_incident: plain("x-passerelle-incident"),
            passerelle_own: plain("x-passerelle-own"),
            content_type: media.mime,
            report_type: media.parameters.iter().find(|(n, _)| n == "report-type").map(|(_, v)| v.to_lowercase()),
            mailer: plain("x-mailer").or_else(|| plain("user-agent")),
        }
    }

    /// A Content-Type or Content-Disposition field taken apart.
    pub(super) fn media(&self, name: &str) -> Media {
        let Some(value) = self.first(name) else { return Media::default() };
        let value = limited(value, MAX_STRUCTURED);
        let HeaderValue::ContentType(parsed) = MessageStream::new(value.as_bytes()).parse_content_type() else {
            return Media::default();
        };
        let mime = match parsed.subtype() {
            Some(subtype) => format!("{}/{}", parsed.ctype(), subtype),
            None => parsed.ctype().to_owned(),
        };
        let parameters = parsed.attributes().unwrap_or_default();
        let parameters =
            parameters.iter().take(100).map(|a| (a.name.to_lowercase(), a.value.clone().into_owned())).collect();
        Media { mime: mime.to_lowercase(), parameters }
    }
}

/// A MIME type or disposition and its parameters (RFC 2045, RFC 2183, RFC 2231).
#[derive(Debug, Default)]
pub(super) struct Media {
    /// `text/plain`, `attachment` …, lower case; empty where absent.
    pub(super) mime: String,
    /// Parameters, names in lower case.
    pub(super) parameters: Vec<(String, String)>,
}

impl Media {
    /// The parameter of that name.
    pub(super) fn get(&self, name: &str) -> Option<&str> {
        self.parameters.iter().find(|(n, _)| n == name).map(|(_, v)| v.as_str())
    }
}

fn memchr_newline(bytes: &[u8]) -> Option<usize> {
    bytes.iter().position(|b| *b == b'\n')
}

/// `name: value`, the name lower case; `None` where the line is no header field.
fn field_name(line: &[u8]) -> Option<(String, &[u8])> {
    let colon = line.iter().take(80).position(|b| *b == b':')?;
    let name = line.get(..colon)?;
    let name = name.trim_ascii_end();
    if name.is_empty() || !name.iter().all(|b| b.is_ascii_graphic()) {
        return None;
    }
    Some((String::from_utf8_lossy(name).to_ascii_lowercase(), line.get(colon + 1..)?))
}

/// Whether, before the next blank line, a field follows that every mail has.
fn headers_go_on(rest: &[u8]) -> bool {
    for line in rest.split(|b| *b == b'\n').take(200) {
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        if line.is_empty() {
            return false;
        }
        if let Some((name, _)) = field_name(line) {
            let known = ["from", "to", "subject", "date", "message-id", "content-type", "received", "mime-version"];
            if known.contains(&name.as_str()) {
                return true;
            }
        }
    }
    false
}

/// A prefix of at most `limit` bytes that ends on a character, with the line end that parsers want.
fn limited(value: &str, limit: usize) -> String {
    let mut end = value.len().min(limit);
    while !value.is_char_boundary(end) {
        end -= 1;
    }
    let mut out = String::with_capacity(end + 1);
    out.push_str(value.get(..end).unwrap_or_default());
    out.push('\n');
    out
}

/// Every `<id>` in `value`; where there are no angle brackets, every word with an `@`.
fn message_ids(value: &str, into: &mut Vec<String>) {
    let before = into.len();
    let mut rest = value;
    while let Some(start) = rest.find('<') {
        let inner = rest.get(start + 1..).unwrap_or_default();
        let Some(end) = inner.find('>') else { break };
        // A second "<" before the ">" begins the id anew.
        let id = inner.get(..end).unwrap_or_default();
        let id = id.rsplit('<').next().unwrap_or_default();
        push_id(id, into);
        rest = inner.get(end + 1..).unwrap_or_default();
    }
    if into.len() == before {
        for word in value.split([' ', '\t', ',', ';']).filter(|w| w.contains('@')) {
            push_id(word.trim_matches(['<', '>']), into);
        }
    }
}

fn push_id(id: &str, into: &mut Vec<String>) {
    let id: String = id.chars().filter(|c| !c.is_whitespace() && !c.is_control()).collect();
    if !id.is_empty() && id.len() <= MAX_ID {
        into.push(id);
    }
}

/// The one Message-ID of a value, also where its brackets are missing.
pub(super) fn message_id(value: &str) -> Option<String> {
    let mut ids = Vec::new();
    message_ids(value, &mut ids);
    if ids.is_empty() {
        push_id(value.trim().trim_matches(['<', '>']), &mut ids);
    }
    ids.into_iter().next()
}

/// An address list (RFC 5322, 3.4) as parties; groups are flattened.
pub(super) fn parties(value: &str) -> Vec<Party> {
    let value = limited(value, MAX_STRUCTURED);
    let parsed = MessageStream::new(value.as_bytes()).parse_address();
    let Some(list) = parsed.as_address() else { return Vec::new() };
    list.iter()
        .take(500)
        .filter_map(|a| {
            let address = a.address().and_then(|text| Address::parse(text).ok());
            let name = a.name().unwrap_or_default();
            let name = one_line(&decode_words(name), 200);
            let name = name.trim_matches(['"', '\'', ' ']).to_owned();
            let name = match (&address, a.address()) {
                // What is no address may be the name that Outlook and ENTs put alone.
                // What is hidden in it stays to be seen: it is there to make it look like another address.
                (None, Some(text)) if name.is_empty() => one_line(&decode_words(text).replace(is_unseen, "?"), 200),
                _ => name,
            };
            (address.is_some() || !name.is_empty()).then_some(Party { name, address })
        })
        .collect()
}

/// Decodes encoded words (RFC 2047). Adjacent words of one character set are joined before they are
/// decoded: some clients cut a character in two.
pub(super) fn decode_words(value: &str) -> String {
    if !value.contains("=?") {
        return value.to_owned();
    }
    let mut out = String::with_capacity(value.len());
    let mut pending: Option<(String, Vec<u8>)> = None;
    let mut rest = value;
    while let Some(start) = rest.find("=?") {
        let (before, from) = rest.split_at(start);
        match encoded_word(from) {
            Some((charset, bytes, length)) => {
                if pending.is_some() && before.trim().is_empty() {
                    // White space between encoded words is not shown.
                } else {
                    flush(&mut pending, &mut out);
                    out.push_str(before);
                }
                match &mut pending {
                    Some((open, data)) if *open == charset => data.extend_from_slice(&bytes),
                    _ => {
                        flush(&mut pending, &mut out);
                        pending = Some((charset, bytes));
                    }
                }
                rest = from.get(length..).unwrap_or_default();
            }
            None => {
                flush(&mut pending, &mut out);
                out.push_str(before);
                out.push_str("=?");
                rest = from.get(2..).unwrap_or_default();
            }
        }
    }
    flush(&mut pending, &mut out);
    out.push_str(rest);
    out
}

fn flush(pending: &mut Option<(String, Vec<u8>)>, out: &mut String) {
    if let Some((charset, bytes)) = pending.take() {
        out.push_str(&decode(&bytes, Some(&charset)).0);
    }
}

/// `=?charset*lang?Q?text?=` at the start of `text`: charset, bytes, length of the whole.
fn encoded_word(text: &str) -> Option<(String, Vec<u8>, usize)> {
    let inner = text.strip_prefix("=?")?;
    let mark = inner.bytes().take(61).position(|b| b == b'?')?;
    let (charset, after) = (inner.get(..mark)?, inner.get(mark + 1..)?);
    if charset.is_empty() || charset.contains(char::is_whitespace) {
        return None;
    }
    let (encoding, after) = (after.get(..1)?, after.get(1..)?.strip_prefix('?')?);
    // A raw "?" inside the text is an error that some clients make: only "?=" ends it.
    let near = after.as_bytes().get(..after.len().min(MAX_WORD))?;
    let end = near.windows(2).position(|w| w == b"?=")?;
    let data = after.get(..end)?;
    let bytes = match encoding {
        "Q" | "q" => quoted_printable(data.replace('_', " ").as_bytes()),
        "B" | "b" => base64(data.as_bytes()),
        _ => return None,
    };
    let charset = charset.split('*').next().unwrap_or_default().to_ascii_lowercase();
    let length = 2 + (inner.len() - after.len()) + end + 2;
    Some((charset, bytes, length))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(text: &str) -> Headers {
        Headers::read(text.as_bytes(), &mut Vec::new()).0
    }

    #[test]
    fn a_character_cut_between_two_words_is_whole_again() {
        let h = headers("Subject: =?UTF-8?Q?Vid=C3?=\r\n =?UTF-8?Q?=A9o?= en panne\r\n\r\n");
        assert_eq!(h.text("subject", 500), "Vidéo en panne");
    }

    #[test]
    fn latin_bytes_without_a_label_are_read() {
        let (h, at) = Headers::read(b"Subject: \xE9cran\n\ncorps", &mut Vec::new());
        assert_eq!(h.text("subject", 500), "écran");
        assert_eq!(at, 16);
    }

    #[test]
    fn ids_are_found_whatever_surrounds_them() {
        let h =
            headers("In-Reply-To: Message de X <a@b> \"y\"\nReferences: <1@x>\n\t<2@\n x><3@x>\nMessage-ID: nu@x\n\n");
        assert_eq!(h.ids("in-reply-to"), ["a@b"]);
        assert_eq!(h.ids("references"), ["1@x", "2@x", "3@x"]);
        assert_eq!(message_id(h.first("message-id").unwrap()).as_deref(), Some("nu@x"));
    }

    #[test]
    fn names_lose_quotes_and_controls_but_keep_their_accents() {
        let p = parties("\"=?utf-8?Q?L=C3=A9a?= MARTIN\" <lea@x.test>, groupe: a@b.test, c@d.test;");
        assert_eq!(p[0].name, "Léa MARTIN");
        assert_eq!(p.len(), 3);
    }

    #[test]
    fn an_address_with_something_hidden_in_it_is_none_and_is_shown_for_what_it_is() {
        let p = parties("<refe\u{ad}rent@ly\u{200b}cee.test>");
        assert_eq!((p[0].name.as_str(), &p[0].address), ("refe?rent@ly?cee.test", &None));
    }

    #[test]
    fn text_without_headers_is_all_body() {
        let raw = "Bonjour, le PC est en panne\nmerci\n";
        assert_eq!(Headers::read(raw.as_bytes(), &mut Vec::new()).1, 0);
    }
}
