//! Bytes -> [`Message`].

use sha2::{Digest, Sha256};

use super::headers::{Headers, message_id};
use super::mime::{Part, Parts};
use super::text::{clean, decode, one_line, unflow};
use super::trim::{self, Context};
use super::{Attachment, Body, Forwarded, Message, bounce, html};

/// Bytes of a message that are read; the raw mail is kept elsewhere in any case.
const MAX_RAW: usize = 50 << 20;
/// Bytes of decoded text that are taken apart; nobody writes a fault in more.
const MAX_TEXT: usize = 256 << 10;
/// Bytes of HTML that are turned into text.
const MAX_HTML: usize = 2 << 20;
/// How deep attached messages are opened.
const MAX_MESSAGE_DEPTH: usize = 4;
/// Attached messages opened on one level.
const MAX_ATTACHED: usize = 20;
/// Attachments kept.
const MAX_ATTACHMENTS: usize = 1_000;

/// Reads any bytes as a mail (RFC 5322, MIME). Never fails: what is wrong is said in `defects`.
///
/// Time and memory are linear in the size of `raw`, and `raw` is read up to 50 MB.
pub fn parse(raw: &[u8]) -> Message {
    let mut message = read(raw, 0);
    message.defects.sort();
    message.defects.dedup();
    message.defects.truncate(50);
    message
}

fn read(raw: &[u8], depth: usize) -> Message {
    let mut defects = Vec::new();
    if raw.len() > MAX_RAW {
        defects.push(format!("message larger than {MAX_RAW} bytes: the rest was not read"));
    }
    let raw = raw.get(..raw.len().min(MAX_RAW)).unwrap_or_default();
    let unix_lines;
    let raw = if raw.contains(&b'\r') && !raw.contains(&b'\n') {
        defects.push("lines end in CR alone".to_owned());
        unix_lines = raw.iter().map(|b| if *b == b'\r' { b'\n' } else { *b }).collect::<Vec<u8>>();
        unix_lines.as_slice()
    } else {
        raw
    };
    let parts = Parts::read(raw, &mut defects);
    let mut message = Message::default();
    if let Some(root) = parts.list.first() {
        read_headers(&root.headers, &mut message, &mut defects);
    }
    if raw.iter().all(u8::is_ascii_whitespace) {
        defects.push("message is empty".to_owned());
    }
    let content = Content::read(&parts, &mut defects);
    message.bounce = bounce::read(&message, &parts, &content.text);
    message.content_hash = content_hash(&message, &content.text);
    message.body = take_apart(&message, &content.text, &mut defects);
    message.attachments = content.attachments;
    for bytes in content.attached {
        if depth >= MAX_MESSAGE_DEPTH || message.bounce.is_some() {
            break;
        }
        let inner = read(&bytes, depth + 1);
        attach_message(&mut message, inner);
    }
    message.defects = defects;
    message
}

fn read_headers(headers: &Headers, message: &mut Message, defects: &mut Vec<String>) {
    if headers.is_empty() {
        defects.push("no header at all".to_owned());
    }
    message.message_id = headers.first("message-id").and_then(message_id);
    message.in_reply_to = headers.ids("in-reply-to");
    message.references = headers.ids("references");
    if headers.all("from").count() > 1 {
        defects.push("more than one From".to_owned());
    }
    message.from = headers.parties("from").into_iter().next();
    match &message.from {
        None => defects.push("no readable From".to_owned()),
        Some(party) if party.address.is_none() => defects.push("From holds no address".to_owned()),
        Some(_) => {}
    }
    message.sender = headers.parties("sender").into_iter().find_map(|p| p.address);
    if message.sender.as_ref() == message.from_address() {
        message.sender = None;
    }
    message.return_path = headers.return_path();
    message.reply_to = headers.parties("reply-to").into_iter().find_map(|p| p.address);
    message.to = headers.parties("to");
    message.cc = headers.parties("cc");
    for name in ["delivered-to", "x-original-to", "envelope-to", "x-envelope-to"] {
        headers.addresses(name, &mut message.delivered_to);
    }
    message.date = headers.date();
    if message.date.is_none() {
        defects.push("no readable Date".to_owned());
    }
    if message.message_id.is_none() {
        defects.push("no readable Message-ID".to_owned());
    }
    message.subject = headers.text("subject", 1_000);
    message.marks = headers.marks();
    message.authentication_results =
        headers.all("authentication-results").take(50).map(|v| one_line(v, 8_000)).collect();
}

/// What stands in the parts, sorted.
#[derive(Default)]
struct Content {
    text: String,
    attachments: Vec<Attachment>,
    /// Raw bytes of attached messages.
    attached: Vec<Vec<u8>>,
}

impl Content {
    fn read(parts: &Parts<'_>, defects: &mut Vec<String>) -> Self {
        let mut children: Vec<Vec<usize>> = vec![Vec::new(); parts.list.len()];
        for (index, part) in parts.list.iter().enumerate().skip(1) {
            if let Some(list) = children.get_mut(part.parent) {
                list.push(index);
            }
        }
        let mut content = Self { text: body_text(parts, &children, 0, defects), ..Self::default() };
        for part in parts.list.iter().filter(|p| !p.multipart) {
            if is_body(parts, part) {
                continue;
            }
            match part.media.mime.as_str() {
                "message/rfc822" | "message/global" if content.attached.len() < MAX_ATTACHED => {
                    content.attached.push(parts.bytes(part).into_owned());
                }
                "message/rfc822" | "message/global" => defects.push("more attached messages than are read".to_owned()),
                "message/delivery-status" | "message/disposition-notification" | "text/rfc822-headers" => {}
                _ if content.attachments.len() >= MAX_ATTACHMENTS => {
                    defects.push("more attachments than are kept".to_owned());
                    break;
                }
                _ => content.attachments.push(attachment(parts, part)),
            }
        }
        content
    }
}

/// Whether a leaf is (a form of) the letter itself rather than a file that came along.
fn is_body(parts: &Parts<'_>, part: &Part) -> bool {
    let readable = matches!(part.media.mime.as_str(), "" | "text" | "text/plain" | "text/html");
    let disposition = part.headers.media("content-disposition");
    let alternative =
        parts.list.get(part.parent).is_some_and(|p| p.multipart && p.media.mime == "multipart/alternative");
    let named = part.media.get("name").is_some() || disposition.get("filename").is_some();
    readable && disposition.mime != "attachment" && (alternative || !named)
}

fn is_html(part: &Part) -> bool {
    part.media.mime == "text/html"
}

/// The letter's text: of alternatives the plain one unless it is worthless, of mixed parts all.
/// The recursion is bounded by [`super::mime::MAX_DEPTH`].
fn body_text(parts: &Parts<'_>, children: &[Vec<usize>], index: usize, defects: &mut Vec<String>) -> String {
    let Some(part) = parts.list.get(index) else { return String::new() };
    if !part.multipart {
        return if is_body(parts, part) { leaf_text(parts, part, defects) } else { String::new() };
    }
    let kids = children.get(index).map(Vec::as_slice).unwrap_or_default();
    if part.media.mime == "multipart/alternative" {
        let mut spare = String::new();
        let (rich, plain): (Vec<usize>, Vec<usize>) =
            kids.iter().copied().partition(|k| parts.list.get(*k).is_some_and(|p| p.multipart || is_html(p)));
        for kid in plain {
            let text = body_text(parts, children, kid, defects);
            if !is_worthless(&text) {
                return text;
            }
            if spare.is_empty() {
                spare = text;
            }
        }
        // The last alternative is the richest (RFC 2046, 5.1.4).
        for kid in rich.into_iter().rev() {
            let text = body_text(parts, children, kid, defects);
            if !text.trim().is_empty() {
                return text;
            }
        }
        return spare;
    }
    let mut text = String::new();
    for kid in kids {
        if text.len() > MAX_TEXT {
            break;
        }
        let more = body_text(parts, children, *kid, defects);
        if !text.is_empty() && !text.ends_with('\n') && !more.is_empty() {
            text.push('\n');
        }
        text.push_str(&more);
    }
    text
}

/// A plain alternative that says only that there is another one.
fn is_worthless(text: &str) -> bool {
    let words = text.trim();
    if words.is_empty() {
        return true;
    }
    if words.len() > 400 {
        return false;
    }
    let low = words.to_lowercase();
    let about_html = low.contains("html");
    let refuses = ["support", "afficher", "affiche", "prend pas en charge", "display", "view", "lire ce", "visualis"];
    about_html && refuses.iter().any(|r| low.contains(r))
}

fn leaf_text(parts: &Parts<'_>, part: &Part, defects: &mut Vec<String>) -> String {
    let bytes = parts.bytes(part);
    let html = is_html(part);
    let limit = if html { MAX_HTML } else { MAX_TEXT * 4 };
    if bytes.len() > limit {
        defects.push("text larger than is read".to_owned());
    }
    let bytes = bytes.get(..bytes.len().min(limit)).unwrap_or_default();
    let (text, mislabelled) = decode(bytes, part.media.get("charset"));
    if mislabelled && !text.is_ascii() {
        defects.push("character set is missing or wrong".to_owned());
    }
    if html || looks_like_html(&text) {
        return html::to_text(&text);
    }
    let text = clean(&text);
    if part.media.get("format").is_some_and(|f| f.eq_ignore_ascii_case("flowed")) {
        let del_sp = part.media.get("delsp").is_some_and(|d| d.eq_ignore_ascii_case("yes"));
        return unflow(&text, del_sp);
    }
    text
}

/// HTML sent under the label of plain text.
fn looks_like_html(text: &str) -> bool {
    let start = text.trim_start();
    let head: String = start.chars().take(15).collect::<String>().to_ascii_lowercase();
    head.starts_with("<!doctype html") || head.starts_with("<html")
}

fn attachment(parts: &Parts<'_>, part: &Part) -> Attachment {
    let disposition = part.headers.media("content-disposition");
    let name = disposition.get("filename").or_else(|| part.media.get("name")).unwrap_or_default();
    let name = one_line(&super::headers::decode_words(name), 200);
    let name = name.rsplit(['/', '\\']).next().unwrap_or_default().trim_matches(['.', ' ']).to_owned();
    let mime = if part.media.mime.is_empty() { "application/octet-stream" } else { part.media.mime.as_str() };
    Attachment {
        name,
        mime: mime.to_owned(),
        inline: disposition.mime == "inline" || part.headers.first("content-id").is_some(),
        data: parts.bytes(part).into_owned(),
    }
}

fn take_apart(message: &Message, text: &str, defects: &mut Vec<String>) -> Body {
    let mut end = text.len().min(MAX_TEXT);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    let (near, far) = text.split_at(end);
    let context = Context {
        subject: &message.subject,
        author: message.from.as_ref(),
        answers: !message.in_reply_to.is_empty() || !message.references.is_empty(),
        notice: is_notice(message),
    };
    let mut body = trim::trim(near, &context);
    if !far.trim().is_empty() {
        defects.push(format!("text longer than {MAX_TEXT} bytes: the rest was not taken apart"));
        body.quoted_text.push('\n');
        body.quoted_text.push_str(far);
    }
    body
}

/// Whether the headers say that a machine sent this on its own account.
fn is_notice(message: &Message) -> bool {
    let local: String =
        message.from_address().map(|a| a.local().chars().filter(|c| c.is_alphanumeric()).collect()).unwrap_or_default();
    message.marks.auto_submitted.as_deref() == Some("auto-generated")
        || ["noreply", "nepasrepondre", "donotreply", "notification"].iter().any(|w| local.contains(w))
}

/// A message attached as a whole is a forward: its author's words come behind ours.
fn attach_message(outer: &mut Message, inner: Message) {
    let header = |parties: &[super::Party]| {
        let names = parties.iter().take(20).map(|p| match (&p.address, p.name.is_empty()) {
            (Some(address), true) => address.to_string(),
            (Some(address), false) => format!("{} <{address}>", p.name),
            (None, _) => p.name.clone(),
        });
        names.collect::<Vec<_>>().join(", ")
    };
    outer.body.forwarded.push(Forwarded {
        from: inner.from.clone().unwrap_or_default(),
        to: header(&inner.to),
        cc: header(&inner.cc),
        date: inner.date.map(|d| d.to_string()).unwrap_or_default(),
        subject: inner.subject.clone(),
        text: inner.body.new_text.clone(),
    });
    outer.body.forwarded.extend(inner.body.forwarded);
    outer.attachments.extend(inner.attachments);
    outer.attachments.truncate(MAX_ATTACHMENTS);
}

/// See [`Message::content_hash`]. Lengths are hashed too, so that no field runs into the next.
fn content_hash(message: &Message, text: &str) -> String {
    let from = message.from_address().map(|a| a.as_str()).unwrap_or_default();
    let date = message.date.map(|d| d.as_second().to_string()).unwrap_or_default();
    // Two bounces of one second, or two of support's acknowledgements, may differ in nothing else.
    let answers = message.answers_to().first().copied().unwrap_or_default();
    let bounced = message.bounce.as_ref().and_then(|b| b.original_message_id.as_deref()).unwrap_or_default();
    let mut hash = Sha256::new();
    for field in [from, &date, &message.subject, answers, bounced, text.trim()] {
        hash.update((field.len() as u64).to_be_bytes());
        hash.update(field.as_bytes());
    }
    hash.finalize().iter().fold(String::with_capacity(64), |mut out, byte| {
        for nibble in [byte >> 4, byte & 15] {
            out.extend(char::from_digit(u32::from(nibble), 16));
        }
        out
    })
}
