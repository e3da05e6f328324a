//! What one mail is. Pure; the heart of it cannot fail: any bytes give a [`Message`] and its defects.
//!
//! * [`parse`]: bytes -> [`Message`]
//! * [`html`]: HTML -> plain text that keeps lists, paragraphs and quotes apart
//! * [`trim`]: body -> new text, quote, signature, forwards
//! * [`automatic`]: was it written by a machine, is it a bounce, a list, our own?

pub mod authenticated;
pub mod automatic;
mod bounce;
mod headers;
pub mod html;
mod mime;
pub mod parse;
mod text;
pub mod trim;

use jiff::Timestamp;
use serde::Serialize;

use crate::address::Address;

/// One mail as understood from its bytes. Nothing in it is trusted.
#[derive(Debug, Clone, Default)]
pub struct Message {
    /// Message-ID without `<>` (RFC 5322, 3.6.4); `None` where absent or unreadable.
    pub message_id: Option<String>,
    /// Ids named by In-Reply-To, without `<>`.
    pub in_reply_to: Vec<String>,
    /// Ids named by References, oldest first, without `<>`; at most the last 100 are kept.
    pub references: Vec<String>,
    /// The first author. `None` where there is no readable From.
    pub from: Option<Party>,
    /// Sender, where it differs from From.
    pub sender: Option<Address>,
    /// Return-Path as stamped by the last server; `None` where absent, `Some(None)` for `<>`.
    pub return_path: Option<Option<Address>>,
    /// Reply-To, where given.
    pub reply_to: Option<Address>,
    /// To, as written.
    pub to: Vec<Party>,
    /// Cc, as written.
    pub cc: Vec<Party>,
    /// Addresses at which the mail arrived: Delivered-To, X-Original-To, Envelope-To (all of them).
    pub delivered_to: Vec<Address>,
    /// The Date header; `None` where absent or unreadable.
    pub date: Option<Timestamp>,
    /// The decoded subject, one line.
    pub subject: String,
    /// Headers that tell machines from people.
    pub marks: Marks,
    /// `Authentication-Results` values (RFC 8601), topmost first, unfolded.
    pub authentication_results: Vec<String>,
    /// The body taken apart.
    pub body: Body,
    /// Attached files: photos, documents. Inline logos are in it too, marked.
    pub attachments: Vec<Attachment>,
    /// The delivery report that this message is, if it is one (RFC 3464 or a known other form).
    pub bounce: Option<Bounce>,
    /// SHA-256 (hex) of what makes two deliveries "the same mail": from, date, subject, the mail that
    /// is answered or has bounced, and decoded text; without Message-ID, which servers replace, and
    /// the trace headers.
    pub content_hash: String,
    /// What was wrong with the bytes, in English, for logs and `explain`.
    pub defects: Vec<String>,
}

/// A name and an address as they stand in a header. The address may be missing (ENT forwards).
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Party {
    /// Display name, decoded, without control characters; empty where there is none.
    pub name: String,
    /// The address where it could be parsed.
    pub address: Option<Address>,
}

/// Header facts by which machines give themselves away.
#[derive(Debug, Clone, Default)]
pub struct Marks {
    /// Auto-Submitted (RFC 3834), lower case, without parameters: `auto-replied`, `no` …
    pub auto_submitted: Option<String>,
    /// Precedence, lower case.
    pub precedence: Option<String>,
    /// Any List-Id, List-Unsubscribe, List-Post (RFC 2919, 2369).
    pub list: bool,
    /// List-Id without `<>` and description, lower case (RFC 2919).
    pub list_id: Option<String>,
    /// X-Autoreply, X-Autorespond and the like, or X-Auto-Response-Suppress with the null return path.
    pub auto_response: bool,
    /// `X-Passerelle-Kind`: it says that it is ours.
    pub passerelle_kind: Option<String>,
    /// `X-Passerelle-Incident`.
    pub passerelle_incident: Option<String>,
    /// `X-Passerelle-Own`: the header by which our own copy of a ticket is recognised.
    pub passerelle_own: Option<String>,
    /// Content type of the whole, lower case, such as `multipart/report`.
    pub content_type: String,
    /// report-type parameter, lower case (`delivery-status`, `disposition-notification`).
    pub report_type: Option<String>,
    /// Return-Receipt / disposition notification wishes are no sign of a machine and not kept.
    pub mailer: Option<String>,
}

/// The body taken apart. What is cut is kept here, never lost.
#[derive(Debug, Clone, Default)]
pub struct Body {
    /// What the sender wrote in this message: plain text without quotes, signature, client footers.
    pub new_text: String,
    /// Quoted text below or between, with its attribution lines.
    pub quoted_text: String,
    /// Signature block and client footers ("Envoyé de mon iPhone"), disclaimers.
    pub signature: String,
    /// Forwarded messages, outermost first.
    pub forwarded: Vec<Forwarded>,
}

/// One forwarded message inside another.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Forwarded {
    /// Its author.
    pub from: Party,
    /// To, as written.
    pub to: String,
    /// Cc, as written.
    pub cc: String,
    /// Date, as written.
    pub date: String,
    /// Subject, as written.
    pub subject: String,
    /// Its text without signature and quotes.
    pub text: String,
}

/// A part that a person attached, or that the client did.
#[derive(Debug, Clone, Default)]
pub struct Attachment {
    /// File name without any path, controls removed; may be empty.
    pub name: String,
    /// MIME type, lower case.
    pub mime: String,
    /// Inline part (Content-Disposition: inline, or referenced by Content-ID).
    pub inline: bool,
    /// Decoded bytes.
    pub data: Vec<u8>,
}

/// A delivery status notification: what failed, for which mail of ours.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Bounce {
    /// The address that could not be reached.
    pub recipient: Option<Address>,
    /// Enhanced status (RFC 3463), `5.1.1`.
    pub status: Option<String>,
    /// `failed`, `delayed`, `delivered`, `relayed`, `expanded`.
    pub action: Option<String>,
    /// Message-ID of the mail that bounced, without `<>`.
    pub original_message_id: Option<String>,
}

impl Message {
    /// The author's address, where it could be read.
    pub fn from_address(&self) -> Option<&Address> {
        self.from.as_ref().and_then(|p| p.address.as_ref())
    }

    /// Every Message-ID this message says it answers, nearest first, each once.
    pub fn answers_to(&self) -> Vec<&str> {
        let mut ids: Vec<&str> = Vec::new();
        for id in self.in_reply_to.iter().chain(self.references.iter().rev()) {
            if !ids.contains(&id.as_str()) {
                ids.push(id);
            }
        }
        ids
    }
}

#[cfg(test)]
mod tests;
