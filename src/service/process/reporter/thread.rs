//! Which mail of ours a message answers, and of which incidents its thread speaks.

use anyhow::Result;

use crate::address::Address;
use crate::compose::MailKind;
use crate::incident::{IncidentId, Reference};
use crate::keyed;
use crate::message::Message;
use crate::service::desk::Desk;
use crate::store::OutboxRow;

/// How long the reply address of a mail of ours ties an answer to it: a school year and its summer. One
/// that leaked is worth nothing afterwards. (It is looked up by index; how long that takes is not to be
/// seen by mail, and it ties a mail to an incident, but confirms nothing from anybody but its recipient.)
const TOKEN_VALID: jiff::SignedDuration = jiff::SignedDuration::from_hours(400 * 24);
/// Reply addresses looked at in one message.
const TOKENS: usize = 5;

/// The incidents that a mail of ours shows. An acknowledgement is about the sender's own report,
/// wherever that has been moved since.
pub(super) async fn shown_by(desk: &mut Desk<'_>, row: &OutboxRow) -> Result<Vec<IncidentId>> {
    if let (MailKind::Acknowledgement, Some(message)) = (row.kind, row.cause) {
        let mut standing: Vec<IncidentId> = Vec::new();
        for report in desk.tx.reports_of_message(message).await? {
            if !standing.contains(&report.incident) {
                standing.push(report.incident);
            }
        }
        if !standing.is_empty() {
            return Ok(standing);
        }
    }
    Ok(row.shows.iter().map(|(id, _)| *id).collect())
}

/// The mail of ours that a message answers: the one that it names, the one whose token stands in the
/// address, the latest of its thread. A thread comes last: where a server replaces Message-IDs, an
/// earlier mail of ours may be the only one that its References still know.
pub(in crate::service::process) async fn answered_mail(
    desk: &mut Desk<'_>,
    message: &Message,
) -> Result<Option<OutboxRow>> {
    let named: Vec<&str> = message.in_reply_to.iter().map(String::as_str).collect();
    if let Some(row) = ours(desk, &named).await? {
        return Ok(Some(row));
    }
    if desk.office.school.policy.subaddressing
        && let Some(row) = by_token(desk, message).await?
    {
        return Ok(Some(row));
    }
    ours(desk, &message.answers_to()).await
}

/// The mail of this school's that bears the first of these Message-IDs that any bears.
pub(super) async fn ours(desk: &mut Desk<'_>, ids: &[&str]) -> Result<Option<OutboxRow>> {
    if ids.is_empty() {
        return Ok(None);
    }
    let found = desk.tx.outbox_by_message_ids(ids).await?;
    Ok(found.filter(|row| row.school == desk.office.school.uai))
}

/// The mail of ours whose reply address a message was sent to, unless that address is too old.
async fn by_token(desk: &mut Desk<'_>, message: &Message) -> Result<Option<OutboxRow>> {
    let to = message.to.iter().chain(&message.cc).filter_map(|p| p.address.as_ref());
    let tokens: Vec<String> = message
        .delivered_to
        .iter()
        .chain(to)
        .filter(|a| a.without_detail() == desk.office.school.mailbox)
        .filter_map(|a| a.detail().map(str::to_owned))
        .take(TOKENS)
        .collect();
    let secret = desk.office.store.secret().as_bytes();
    for token in tokens {
        if let Some(row) = desk.tx.outbox_by_reply_token(&token).await?
            && row.school == desk.office.school.uai
            && row.reply_token.as_deref().is_some_and(|known| keyed::same(secret, known, &token))
            && desk.now.duration_since(row.created_at) <= TOKEN_VALID
        {
            return Ok(Some(row));
        }
    }
    Ok(None)
}

/// Our reference in a subject: `[SIG-2026-0042]`.
pub(in crate::service::process) fn subject_reference(subject: &str) -> Option<Reference> {
    let at = subject.find("SIG-")?;
    let rest = subject.get(at + 4..)?;
    let end = rest.find(|c: char| !c.is_ascii_digit() && c != '-').unwrap_or(rest.len());
    rest.get(..end)?.parse().ok()
}

/// Incidents that a message's thread speaks of, nearest first: through our mails, through earlier
/// messages, and by our reference in the subject where the sender has a part in it.
pub(super) async fn thread(
    desk: &mut Desk<'_>,
    message: &Message,
    sender: Option<&Address>,
) -> Result<Vec<IncidentId>> {
    let mut found: Vec<IncidentId> = Vec::new();
    if let Some(row) = answered_mail(desk, message).await? {
        found.extend(shown_by(desk, &row).await?);
        found.extend(row.incident);
    }
    let uai = desk.office.school.uai.clone();
    for id in message.answers_to().into_iter().take(5) {
        if let Some(earlier) = desk.tx.message_by_message_id(&uai, id).await? {
            found.extend(desk.tx.incidents_of_message(earlier.id).await?);
        }
    }
    if let Some(reference) = subject_reference(&message.subject)
        && let Some(row) = desk.by_reference(reference).await?
        && sender.is_some_and(|s| row.incident.reporters.contains(s))
    {
        found.push(row.incident.id);
    }
    let mut standing: Vec<IncidentId> = Vec::new();
    for id in found {
        let id = desk.standing(id).await?.incident.id;
        if !standing.contains(&id) {
            standing.push(id);
        }
    }
    Ok(standing)
}

#[cfg(test)]
mod tests {
    use super::subject_reference;

    #[test]
    fn our_reference_is_found_in_a_subject() {
        let r = subject_reference("RE: [SIG-2026-0042] Vidéoprojecteur").unwrap();
        assert_eq!((r.year, r.number), (2026, 42));
        assert_eq!(subject_reference("SIG-"), None);
        assert_eq!(subject_reference("rien"), None);
    }
}
