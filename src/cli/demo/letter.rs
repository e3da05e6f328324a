//! The mails that people of the play write, as their clients would.

use anyhow::Context as _;
use jiff::Zoned;
use jiff::civil::Weekday;
use lettre::message::header::{ContentType, HeaderName, HeaderValue};
use lettre::message::{Attachment, Mailbox, MultiPart, SinglePart};

use super::people::Mail;
use super::script::{Client, Forwarded, Person, Scene};

/// Everything that a person's mail is made of.
pub(super) struct Draft<'a> {
    pub(super) scene: &'a Scene,
    pub(super) author: &'a Person,
    /// What is written, with its placeholders filled in.
    pub(super) text: &'a str,
    /// The mail that is answered.
    pub(super) answered: Option<&'a Mail>,
    /// Our address.
    pub(super) to: &'a str,
    /// A JPEG that is attached.
    pub(super) photo: Option<Vec<u8>>,
    pub(super) at: &'a Zoned,
}

impl Draft<'_> {
    /// As its recipient sees it.
    pub(super) fn subject(&self) -> String {
        let Some(mail) = self.answered else { return self.scene.subject.clone() };
        let prefix = match (&self.scene.reply_prefix, self.author.client) {
            (Some(prefix), _) => prefix.as_str(),
            (None, Client::Outlook) => "RE: ",
            (None, _) => "Re: ",
        };
        format!("{prefix}{}", mail.message.subject)
    }

    /// The bytes.
    pub(super) fn bytes(&self) -> anyhow::Result<Vec<u8>> {
        let domain = self.author.address.rsplit('@').next().unwrap_or_default();
        let mut mail = lettre::Message::builder()
            .from(mailbox(&self.author.name, &self.author.address)?)
            .to(mailbox("Panne info", self.to)?)
            .subject(self.subject())
            .date(self.at.timestamp().into())
            .message_id(Some(format!("<{}@{domain}>", self.at.strftime("demo.%Y%m%d%H%M"))));
        if let Some(id) = self.answered.and_then(|m| m.message.message_id.as_deref()) {
            mail = mail.in_reply_to(format!("<{id}>")).references(format!("<{id}>"));
        }
        for (name, value) in &self.scene.headers {
            let name = HeaderName::new_from_ascii(name.clone()).context("a header of the play")?;
            mail = mail.raw_header(HeaderValue::new(name, value.clone()));
        }
        let body = SinglePart::plain(self.body());
        let built = match &self.photo {
            None => mail.singlepart(body),
            Some(photo) => {
                let jpeg = ContentType::parse("image/jpeg").context("a content type")?;
                let photo = Attachment::new("IMG_2231.jpg".to_owned()).body(photo.clone(), jpeg);
                mail.multipart(MultiPart::mixed().singlepart(body).singlepart(photo))
            }
        };
        Ok(built.context("a mail of the play")?.formatted())
    }

    fn body(&self) -> String {
        let mut body = self.text.trim().to_owned();
        if matches!(self.author.client, Client::Iphone) {
            body.push_str("\n\nEnvoyé de mon iPhone");
        }
        if let Some(forwarded) = &self.scene.forwards {
            body.push_str("\n\n");
            body.push_str(&forward(forwarded));
        }
        if let Some(mail) = self.answered.filter(|_| self.scene.reply_prefix.is_none()) {
            body.push_str("\n\n");
            body.push_str(&quote(self.author, mail, self.to, self.at));
        }
        body.push('\n');
        body
    }
}

fn mailbox(name: &str, address: &str) -> anyhow::Result<Mailbox> {
    let address = address.parse().with_context(|| format!("address {address}"))?;
    Ok(Mailbox::new(Some(name.to_owned()), address))
}

/// A forward by Outlook.
fn forward(f: &Forwarded) -> String {
    format!(
        "________________________________\nDe : {}\nEnvoyé : {}\nÀ : {}\nObjet : {}\n\n{}",
        f.from,
        f.date,
        f.to,
        f.subject,
        f.text.trim()
    )
}

/// The mail that is answered, below the answer, as the author's client sets it.
fn quote(author: &Person, mail: &Mail, us: &str, at: &Zoned) -> String {
    let m = &mail.message;
    let name = m.from.as_ref().map_or("", |f| f.name.as_str());
    let written = m.date.map_or_else(|| at.clone(), |d| d.to_zoned(at.time_zone().clone()));
    let text = m.body.new_text.trim();
    let quoted: String =
        text.lines().map(|l| if l.is_empty() { ">\n".to_owned() } else { format!("> {l}\n") }).collect();
    let (day, hour) = (french_day(&written), written.strftime("%H:%M"));
    match author.client {
        Client::Thunderbird => format!("Le {} à {hour}, {name} a écrit :\n{quoted}", written.strftime("%d/%m/%Y")),
        Client::Gmail => format!("Le {day} à {hour}, {name} <{us}> a écrit :\n\n{quoted}"),
        Client::Iphone => format!("> Le {day} à {hour}, {name} <{us}> a écrit :\n> \n{quoted}"),
        Client::Outlook => format!(
            "________________________________\nDe : {name} <{us}>\nEnvoyé : {day} {hour}\nÀ : {}\nObjet : {}\n\n{text}",
            author.name, m.subject
        ),
    }
}

/// "lun. 9 nov. 2026".
fn french_day(at: &Zoned) -> String {
    const MONTHS: [&str; 12] =
        ["janv.", "févr.", "mars", "avr.", "mai", "juin", "juil.", "août", "sept.", "oct.", "nov.", "déc."];
    let day = match at.weekday() {
        Weekday::Monday => "lun.",
        Weekday::Tuesday => "mar.",
        Weekday::Wednesday => "mer.",
        Weekday::Thursday => "jeu.",
        Weekday::Friday => "ven.",
        Weekday::Saturday => "sam.",
        Weekday::Sunday => "dim.",
    };
    let month = usize::try_from(at.month() - 1).ok().and_then(|m| MONTHS.get(m)).copied().unwrap_or_default();
    format!("{day} {} {month} {}", at.day(), at.year())
}

/// The delivery report with which a full mailbox sends `mail` back (RFC 3464).
pub(super) fn bounce(mail: &Mail, us: &str, at: &Zoned) -> Vec<u8> {
    let domain = mail.to.rsplit('@').next().unwrap_or_default();
    let date = jiff::fmt::rfc2822::to_string(at).unwrap_or_default();
    let id = mail.message.message_id.as_deref().unwrap_or_default();
    let (to, stamp) = (&mail.to, at.strftime("demo.%Y%m%d%H%M"));
    let text = format!(
        "From: Mail Delivery System <mailer-daemon@{domain}>\n\
         To: {us}\n\
         Subject: Undelivered Mail Returned to Sender\n\
         Date: {date}\n\
         Message-ID: <{stamp}@{domain}>\n\
         Auto-Submitted: auto-replied\n\
         MIME-Version: 1.0\n\
         Content-Type: multipart/report; report-type=delivery-status; boundary=\"=_demo\"\n\
         \n\
         --=_demo\n\
         Content-Type: text/plain; charset=us-ascii\n\
         \n\
         Your message could not be delivered to <{to}>: mailbox full.\n\
         \n\
         --=_demo\n\
         Content-Type: message/delivery-status\n\
         \n\
         Reporting-MTA: dns; mx.{domain}\n\
         \n\
         Final-Recipient: rfc822; {to}\n\
         Action: failed\n\
         Status: 5.2.2\n\
         Diagnostic-Code: smtp; 552 5.2.2 Mailbox full\n\
         \n\
         --=_demo\n\
         Content-Type: text/rfc822-headers\n\
         \n\
         From: {us}\n\
         To: {to}\n\
         Message-ID: <{id}>\n\
         \n\
         --=_demo--\n"
    );
    text.replace('\n', "\r\n").into_bytes()
}
