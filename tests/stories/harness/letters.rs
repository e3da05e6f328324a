//! Mails as people write them, and as they read them.

use std::fmt::Write as _;

use base64::Engine as _;
use jiff::Timestamp;
use mail_parser::{MessageParser, MimeHeaders as _};

/// A mail that somebody received from the school's address.
#[derive(Debug, Clone)]
pub struct Mail {
    /// Whose mailbox it came into.
    pub to: String,
    /// `X-Passerelle-Kind`.
    pub kind: String,
    /// `X-Passerelle-Incident`.
    pub incident: Option<String>,
    /// Subject.
    pub subject: String,
    /// The text, unwrapped: runs of blanks are one blank, as the eye reads it.
    pub text: String,
    /// The text as it stands.
    pub plain: String,
    /// Message-ID without `<>`.
    pub message_id: String,
    /// In-Reply-To without `<>`.
    pub in_reply_to: Option<String>,
    /// References without `<>`.
    pub references: Vec<String>,
    /// Reply-To, or else From.
    pub reply_to: String,
    /// Cc.
    pub cc: Vec<String>,
    /// Auto-Submitted.
    pub auto_submitted: Option<String>,
    /// Name and bytes.
    pub attachments: Vec<(String, Vec<u8>)>,
    /// All of it.
    pub raw: Vec<u8>,
}

impl Mail {
    /// Reads what came into the mailbox of `owner`.
    pub fn read(owner: &str, raw: Vec<u8>) -> Self {
        let parsed = MessageParser::new().parse(&raw).expect("our mail is a mail");
        let header = |name: &str| parsed.header_raw(name).map(|v| v.trim().to_owned());
        let addresses = |list: Option<&mail_parser::Address<'_>>| -> Vec<String> {
            list.into_iter().flat_map(|l| l.iter()).filter_map(|a| a.address().map(str::to_lowercase)).collect()
        };
        let ids = |name: &str| -> Vec<String> {
            let text = header(name).unwrap_or_default();
            text.split(['<', '>']).skip(1).step_by(2).map(str::to_owned).collect()
        };
        let plain = parsed.body_text(0).unwrap_or_default().into_owned();
        let reply_to = addresses(parsed.reply_to()).pop().or_else(|| addresses(parsed.from()).pop());
        Self {
            to: owner.to_owned(),
            kind: header("X-Passerelle-Kind").unwrap_or_default(),
            incident: header("X-Passerelle-Incident"),
            subject: parsed.subject().unwrap_or_default().to_owned(),
            text: plain.split_whitespace().collect::<Vec<_>>().join(" "),
            plain,
            message_id: parsed.message_id().unwrap_or_default().to_owned(),
            in_reply_to: ids("In-Reply-To").pop(),
            references: ids("References"),
            reply_to: reply_to.expect("our mail has a From"),
            cc: addresses(parsed.cc()),
            auto_submitted: header("Auto-Submitted"),
            attachments: parsed
                .attachments()
                .map(|a| (a.attachment_name().unwrap_or_default().to_owned(), a.contents().to_vec()))
                .collect(),
            raw,
        }
    }

    /// The reference of its incident.
    #[track_caller]
    pub fn reference(&self) -> &str {
        self.incident.as_deref().unwrap_or_else(|| panic!("it concerns no single incident: {self}"))
    }

    /// Fails, showing the mail, unless its text holds all of `words`.
    #[track_caller]
    pub fn says(&self, words: &[&str]) {
        // Non-breaking spaces and curly apostrophes are how French is set; a test need not type them.
        let plain = |s: &str| s.replace(['\u{a0}', '\u{202f}'], " ").replace('’', "'");
        let text = plain(&format!("{} {}", self.subject, self.text));
        for w in words {
            assert!(text.contains(w), "lacks « {w} »:\n{self}");
        }
    }

    /// Fails, showing the mail, if any byte of it holds one of `words`.
    #[track_caller]
    pub fn hides(&self, words: &[&str]) {
        let everything = format!("{}\n{}\n{}", self.subject, self.text, String::from_utf8_lossy(&self.raw));
        for w in words {
            assert!(!everything.to_lowercase().contains(&w.to_lowercase()), "holds « {w} »:\n{self}");
        }
    }
}

impl std::fmt::Display for Mail {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        writeln!(f, "--- {} to {}: {}", self.kind, self.to, self.subject)?;
        for line in self.plain.lines() {
            writeln!(f, "    {line}")?;
        }
        Ok(())
    }
}

/// A mail that somebody is about to send.
#[derive(Debug, Clone)]
pub struct Draft {
    from: String,
    name: String,
    subject: String,
    text: String,
    headers: Vec<(String, String)>,
    to: Option<String>,
    parts: Vec<(String, String, Vec<u8>)>,
    date: Option<Timestamp>,
    id: Option<String>,
}

impl Draft {
    /// Something new, from an address with a display name.
    pub fn new(from: &str, name: &str, subject: &str, text: &str) -> Self {
        Self {
            from: from.to_owned(),
            name: name.to_owned(),
            subject: subject.to_owned(),
            text: text.to_owned(),
            headers: Vec::new(),
            to: None,
            parts: Vec::new(),
            date: None,
            id: None,
        }
    }

    /// With one more header.
    pub fn header(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    /// To another address than the school's.
    pub fn to(mut self, address: &str) -> Self {
        self.to = Some(address.to_owned());
        self
    }

    /// Under another subject.
    pub fn subject(mut self, subject: &str) -> Self {
        self.subject = subject.to_owned();
        self
    }

    /// With a file.
    pub fn attach(mut self, name: &str, mime: &str, bytes: &[u8]) -> Self {
        self.parts.push((name.to_owned(), mime.to_owned(), bytes.to_vec()));
        self
    }

    /// In answer to a mail, in its thread.
    pub fn answering(self, mail: &Mail) -> Self {
        let mut chain: Vec<String> = mail.references.iter().map(|r| format!("<{r}>")).collect();
        chain.push(format!("<{}>", mail.message_id));
        self.header("In-Reply-To", &format!("<{}>", mail.message_id)).header("References", &chain.join(" "))
    }

    /// A reply as a mail program makes it: Re:, In-Reply-To, References, the quoted mail below, to
    /// Reply-To.
    pub fn reply(from: &str, name: &str, mail: &Mail, text: &str) -> Self {
        let mut quoted = format!("{text}\n\nLe 15 sept. 2026 à 10:12, Panne info <{}> a écrit :\n", mail.reply_to);
        for line in mail.plain.lines() {
            let _ = writeln!(quoted, "> {line}");
        }
        let subject =
            if mail.subject.starts_with("Re:") { mail.subject.clone() } else { format!("Re: {}", mail.subject) };
        Self::new(from, name, &subject, &quoted).answering(mail).to(&mail.reply_to)
    }

    /// Does a machine write it?
    pub fn is_automatic(&self) -> bool {
        self.headers.iter().any(|(name, _)| name == "Auto-Submitted")
    }

    /// Whose address it bears.
    pub fn from(&self) -> &str {
        &self.from
    }

    /// The bytes; `id` and `date` where it has none of its own.
    pub fn bytes(&self, id: &str, date: Timestamp, mailbox: &str) -> Vec<u8> {
        let date = self.date.unwrap_or(date).strftime("%a, %d %b %Y %H:%M:%S +0000");
        let id = self.id.as_deref().unwrap_or(id);
        let word = |s: &str| {
            if s.is_ascii() {
                s.to_owned()
            } else {
                format!("=?utf-8?B?{}?=", base64::engine::general_purpose::STANDARD.encode(s))
            }
        };
        let mut out = String::new();
        for (name, value) in self.headers.iter().filter(|(n, _)| n == "Authentication-Results" || n == "Return-Path") {
            let _ = write!(out, "{name}: {value}\r\n");
        }
        let _ = write!(out, "From: {} <{}>\r\n", word(&self.name), self.from);
        let _ = write!(out, "To: {}\r\n", self.to.as_deref().unwrap_or(mailbox));
        let _ = write!(out, "Subject: {}\r\nDate: {date}\r\nMessage-ID: <{id}>\r\n", word(&self.subject));
        for (name, value) in self.headers.iter().filter(|(n, _)| n != "Authentication-Results" && n != "Return-Path") {
            let _ = write!(out, "{name}: {value}\r\n");
        }
        let text = self.text.replace('\n', "\r\n");
        let plain = "Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n";
        out.push_str("MIME-Version: 1.0\r\n");
        if self.parts.is_empty() {
            let _ = write!(out, "{plain}{text}\r\n");
            return out.into_bytes();
        }
        let _ = write!(out, "Content-Type: multipart/mixed; boundary=\"b1\"\r\n\r\n--b1\r\n{plain}{text}\r\n");
        for (name, mime, data) in &self.parts {
            let _ = write!(
                out,
                "--b1\r\nContent-Type: {mime}; name=\"{name}\"\r\nContent-Transfer-Encoding: base64\r\n\
                 Content-Disposition: attachment; filename=\"{name}\"\r\n\r\n"
            );
            for line in base64::engine::general_purpose::STANDARD.encode(data).as_bytes().chunks(76) {
                let _ = write!(out, "{}\r\n", String::from_utf8_lossy(line));
            }
        }
        out.push_str("--b1--\r\n");
        out.into_bytes()
    }

    /// Written at this moment, whatever the clock says.
    pub fn dated(mut self, at: Timestamp) -> Self {
        self.date = Some(at);
        self
    }

    /// With this Message-ID.
    pub fn identified(mut self, id: &str) -> Self {
        self.id = Some(id.to_owned());
        self
    }
}
