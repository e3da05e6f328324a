//! What our own copies prove, even to a store that has forgotten them.
//!
//! A store restored from a backup meets a mailbox that went on: the OK is read again, and the ticket
//! would leave a second time. But the copy of the first one lies in the mailbox too. Its token is a
//! random number and a MAC over it, the kind and the incident's reference, by the secret that every
//! backup holds; so a copy can be told from a forgery by a store that does not know it.

use anyhow::Result;
use sha2::{Digest as _, Sha256};

use super::desk::{Cause, Desk};
use super::post::token;
use super::process::{Ending, Opened, delivered};
use crate::compose::MailKind;
use crate::incident::policy::Actor;
use crate::outbox::Delivery;

/// Hexadecimal digits of the random part.
const RANDOM: usize = 32;
/// Bytes that SHA-256 takes at once (FIPS 180-4).
const BLOCK: usize = 64;

/// A token for `X-Passerelle-Own`.
pub(super) fn own_token(secret: &str, kind: MailKind, incident: &str) -> Result<String> {
    let random = token()?;
    let mac = mac(secret, &random, kind.as_str(), incident);
    Ok(format!("{random}{mac}"))
}

/// Did this program, with this store's secret, make `token` for a mail of this kind about this incident?
fn is_ours(secret: &str, token: &str, kind: &str, incident: &str) -> bool {
    let Some((random, given)) = token.split_at_checked(RANDOM) else { return false };
    let made = mac(secret, random, kind, incident);
    // In a time that tells nothing about where they differ.
    let differ = made.bytes().zip(given.bytes()).fold(0, |all, (a, b)| all | (a ^ b));
    differ == 0 && given.len() == made.len()
}

/// HMAC-SHA-256 (RFC 2104) over the three, each with its length; the first 128 bits in hexadecimal.
fn mac(secret: &str, random: &str, kind: &str, incident: &str) -> String {
    let mut key = [0_u8; BLOCK];
    for (to, from) in key.iter_mut().zip(Sha256::digest(secret.as_bytes())) {
        *to = from;
    }
    let mut inner = Sha256::new();
    inner.update(key.map(|b| b ^ 0x36));
    inner.update(b"own copy");
    for part in [random, kind, incident] {
        inner.update((part.len() as u64).to_be_bytes());
        inner.update(part.as_bytes());
    }
    let mut outer = Sha256::new();
    outer.update(key.map(|b| b ^ 0x5c));
    outer.update(inner.finalize());
    outer.finalize().iter().take(16).map(|b| format!("{b:02x}")).collect()
}

/// An own copy that the outbox does not know: where the same mail waits to leave for the first time,
/// it has left already.
pub(super) async fn of_a_forgotten_mail(desk: &mut Desk<'_>, one: &Opened, token: &str) -> Result<Ending> {
    let unknown = Ending::ignored("bears our mark, but is no mail of ours");
    let marks = &one.message.marks;
    let (Some(kind), Some(incident)) = (marks.passerelle_kind.as_deref(), marks.passerelle_incident.as_deref()) else {
        return Ok(unknown);
    };
    if !is_ours(desk.office.store.secret(), token, kind, incident) {
        return Ok(unknown);
    }
    let Ok(reference) = incident.parse() else { return Ok(unknown) };
    let uai = desk.office.school.uai.clone();
    let Some(of) = desk.tx.incident_by_reference(&uai, reference).await? else { return Ok(unknown) };
    let recipients: Vec<_> = one.message.to.iter().filter_map(|p| p.address.as_ref()).collect();
    let mails = desk.tx.mails_of_incident(of.incident.id).await?;
    // References may be given anew after a restoration: the subject tells whether it is the same fault.
    let same = mails.into_iter().find(|m| {
        m.state == Delivery::Queued
            && m.attempts == 0
            && m.kind.as_str() == kind
            && words(&m.subject) == words(&one.message.subject)
            && recipients.contains(&&m.recipient)
    });
    let Some(row) = same else { return Ok(Ending::ignored("our own copy, of a mail that the store has forgotten")) };
    desk.tx.has_left_already(row.id, desk.now).await?;
    tracing::warn!(mail = row.id.0, kind, "its own copy is in the mailbox already: it is not sent again");
    if let Some(id) = row.incident {
        let cause = Cause { actor: Actor::Passerelle, message: Some(one.waiting.id) };
        desk.note(id, "sent_before", kind, &cause).await?;
        delivered(desk, &row, &cause).await?;
    }
    Ok(Ending::ignored("our own copy, of a mail that had left before the store was restored"))
}

/// A subject as its words: what is read back has ordinary spaces where non-breaking ones were written.
fn words(subject: &str) -> Vec<&str> {
    subject.split_whitespace().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_good_for_its_kind_and_incident_and_secret_alone() {
        let good = own_token("s", MailKind::Ticket, "2026-0001").unwrap();
        assert_eq!(good.len(), 64);
        assert!(is_ours("s", &good, "ticket", "2026-0001"));
        assert!(!is_ours("t", &good, "ticket", "2026-0001"));
        assert!(!is_ours("s", &good, "ticket", "2026-0002"));
        assert!(!is_ours("s", &good, "ticket_copy", "2026-0001"));
        let (random, mac) = good.split_at(RANDOM);
        let other = own_token("s", MailKind::Ticket, "2026-0001").unwrap();
        for forged in ["", random, &format!("{}{mac}", &other[..RANDOM]), &good[..63], &format!("{good}0"), "é"] {
            assert!(!is_ours("s", forged, "ticket", "2026-0001"), "{forged}");
        }
    }

    #[test]
    fn the_mac_is_that_of_the_standard() {
        // Computed with another implementation: HMAC-SHA-256, key SHA-256("s"), the parts with their lengths.
        assert_eq!(mac("s", "r", "k", "i"), "c8a992241c2ad37e3a786937600b4ac6");
    }
}
