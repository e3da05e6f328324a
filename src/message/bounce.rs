//! Delivery status notifications (RFC 3464) and their non-standard kin.

use super::headers::{Headers, message_id, parties};
use super::mime::Parts;
use super::text::fold;
use super::{Bounce, Message};
use crate::address::Address;

/// Reads the delivery report that `message` is, if it is one.
pub(super) fn read(message: &Message, parts: &Parts<'_>, text: &str) -> Option<Bounce> {
    let mut bounce = standard(message, parts).or_else(|| wording(message, parts, text))?;
    if bounce.original_message_id.is_none() {
        bounce.original_message_id = original(parts).or_else(|| id_in(text));
    }
    // Some hosts name nobody in the machine-readable part.
    if bounce.recipient.is_none() {
        bounce.recipient = failed_recipients(parts).or_else(|| address_in(message, text));
    }
    if bounce.status.is_none() {
        bounce.status = status_in(text);
    }
    Some(bounce)
}

/// `message/delivery-status` (RFC 3464): the first failed recipient, else the first.
fn standard(message: &Message, parts: &Parts<'_>) -> Option<Bounce> {
    let part = parts
        .list
        .iter()
        .find(|p| matches!(p.media.mime.as_str(), "message/delivery-status" | "message/global-delivery-status"));
    let Some(part) = part else {
        let says = message.marks.content_type == "multipart/report"
            && message.marks.report_type.as_deref() == Some("delivery-status");
        return says.then(|| Bounce { action: Some("failed".to_owned()), ..Bounce::default() });
    };
    let bytes = parts.bytes(part);
    let status = String::from_utf8_lossy(bytes.get(..bytes.len().min(1 << 16)).unwrap_or_default()).replace('\r', "");
    let mut best: Option<Bounce> = None;
    for group in status.split("\n\n").take(200) {
        let (fields, _) = Headers::read(group.as_bytes(), &mut Vec::new());
        // "rfc822; someone@example.org": the type first (RFC 3464, 2.3).
        let address = |name: &str| {
            let value = fields.first(name)?;
            let value = value.split_once(';').map_or(value, |(_, address)| address);
            Address::parse(value.trim().trim_matches(['<', '>'])).ok()
        };
        let recipient = address("original-recipient").or_else(|| address("final-recipient"));
        let word = |name: &str| {
            let value = fields.first(name)?.split([' ', '(', ';']).next().unwrap_or_default().to_lowercase();
            (!value.is_empty() && value.len() < 30).then_some(value)
        };
        let found = Bounce { recipient, status: word("status"), action: word("action"), original_message_id: None };
        if found.recipient.is_none() && found.action.is_none() {
            continue;
        }
        let failed = found.action.as_deref() == Some("failed");
        if failed {
            return Some(found);
        }
        best = best.or(Some(found));
    }
    best.or_else(|| Some(Bounce::default()))
}

/// Bounces of hosts that know no RFC 3464: told by who writes and how.
fn wording(message: &Message, parts: &Parts<'_>, text: &str) -> Option<Bounce> {
    const SUBJECTS: [&str; 30] = [
        "undeliver",
        "undelivered mail",
        "mail delivery fail",
        "delivery status notification",
        "failure notice",
        "returned mail",
        "mail delivery system",
        "delivery failure",
        "delivery has failed",
        "mail system error",
        "non remis",
        "non-remis",
        "message non distribue",
        "message non delivre",
        "echec de la remise",
        "echec de la distribution",
        "echec de remise",
        "echec d'envoi",
        "echec de livraison",
        "echec de l'envoi",
        "notification d'echec",
        "avis de non-remise",
        "avis de non remise",
        "courrier non distribue",
        "courrier non remis",
        "mail non distribue",
        "delivery delayed",
        "delayed mail",
        "remise differee",
        "retard de remise",
    ];
    const TEXTS: [&str; 18] = [
        "could not be delivered",
        "couldn't be delivered",
        "unable to deliver",
        "wasn't able to deliver",
        "delivery to the following recipient",
        "did not reach the following recipient",
        "user unknown",
        "unknown user",
        "mailbox full",
        "address rejected",
        "n'a pas pu etre remis",
        "n'a pas pu etre distribue",
        "n'a pas pu etre delivre",
        "n'a pas ete remis",
        "impossible de remettre",
        "n'a pu etre remis",
        "boite aux lettres du destinataire",
        "a echoue definitivement",
    ];
    let local = message.from_address().map(|a| a.local().to_owned()).unwrap_or_default();
    let daemon = ["mailer-daemon", "mailerdaemon", "postmaster", "mail-daemon", "maildelivery", "microsoftexchange"]
        .iter()
        .any(|d| local.starts_with(d));
    let null = matches!(message.return_path, Some(None));
    let failed = failed_recipients(parts);
    if !daemon && !null && failed.is_none() {
        return None;
    }
    let subject = fold(&message.subject);
    let head: String = fold(&text.chars().take(4_000).collect::<String>().replace('\n', " "));
    let by_subject = SUBJECTS.iter().any(|s| subject.contains(s));
    let by_text = TEXTS.iter().any(|s| head.contains(s));
    if !(by_subject && (daemon || by_text) || daemon && by_text || failed.is_some() && (by_subject || by_text)) {
        return None;
    }
    let delayed = ["delay", "differee", "retard", "will be retried", "nouvelle tentative"]
        .iter()
        .any(|d| subject.contains(d) || head.contains(d) && !by_text);
    let action = if delayed { "delayed" } else { "failed" };
    Some(Bounce { recipient: failed, action: Some(action.to_owned()), ..Bounce::default() })
}

/// The Message-ID of the mail that came back, from the copy or the headers attached.
fn original(parts: &Parts<'_>) -> Option<String> {
    parts.list.iter().skip(1).find_map(|part| {
        let copy = matches!(
            part.media.mime.as_str(),
            "message/rfc822"
                | "message/global"
                | "text/rfc822-headers"
                | "message/rfc822-headers"
                | "message/global-headers"
        );
        if !copy {
            return None;
        }
        let bytes = parts.bytes(part);
        let start = bytes.iter().position(|b| !b.is_ascii_whitespace()).unwrap_or(0);
        let (headers, _) = Headers::read(bytes.get(start..).unwrap_or_default(), &mut Vec::new());
        headers.first("message-id").and_then(message_id)
    })
}

/// A Message-ID field inside the text: the copy that qmail and others paste below their notice.
fn id_in(text: &str) -> Option<String> {
    text.lines().find_map(|line| {
        let line = line.trim_start_matches(['>', ' ', '\t']);
        let head = line.get(..11)?;
        head.eq_ignore_ascii_case("message-id:").then(|| message_id(line.get(11..).unwrap_or_default())).flatten()
    })
}

/// X-Failed-Recipients (Exim, Gmail).
fn failed_recipients(parts: &Parts<'_>) -> Option<Address> {
    let value = parts.list.first()?.headers.first("x-failed-recipients")?;
    parties(value).into_iter().find_map(|p| p.address)
}

/// The first address in the text that is neither the notifier's nor ours to whom it came.
fn address_in(message: &Message, text: &str) -> Option<Address> {
    let head: String = text.chars().take(6_000).collect();
    head.split(|c: char| c.is_whitespace() || "<>()[],;\"'".contains(c))
        .filter(|w| w.contains('@'))
        .filter_map(|w| Address::parse(w.trim_end_matches(['.', ':'])).ok())
        .find(|a| {
            !a.local().starts_with("postmaster")
                && !a.local().starts_with("mailer-daemon")
                && Some(a) != message.from_address()
                && !message.to.iter().any(|p| p.address.as_ref() == Some(a))
                && !message.delivered_to.contains(a)
        })
}

/// An enhanced status code (RFC 3463) in the text, or the class of a bare SMTP reply.
fn status_in(text: &str) -> Option<String> {
    let head: String = text.chars().take(6_000).collect();
    let words = || head.split(|c: char| !(c.is_ascii_digit() || c == '.'));
    let enhanced = words().map(|w| w.trim_matches('.')).find(|w| {
        let mut fields = w.split('.');
        matches!(fields.next(), Some("4" | "5"))
            && fields.clone().count() == 2
            && fields.all(|f| (1..=3).contains(&f.len()) && f.bytes().all(|b| b.is_ascii_digit()))
    });
    enhanced.map(str::to_owned).or_else(|| {
        let bare = words().find(|w| w.len() == 3 && (w.starts_with("55") || w.starts_with("45") || *w == "421"))?;
        Some(format!("{}.0.0", bare.get(..1)?))
    })
}
