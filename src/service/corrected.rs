//! A ticket that was corrected while an attempt to send it was under way. Where support's server put that
//! attempt off, the ticket has not left: it leaves corrected, and the follow-up that would only have said
//! the correction is not needed. Where the attempt's fate is unknown, nothing is touched.

use std::collections::BTreeSet;

use anyhow::Result;
use jiff::Timestamp;

use super::desk::{Cause, Desk};
use crate::compose::MailKind;
use crate::incident::State;
use crate::incident::policy::Actor;
use crate::outbox::Delivery;
use crate::store::OutboxRow;

/// Called when support's server has put off `row`, which is tried again at `next_at`.
pub(super) async fn put_off(desk: &mut Desk<'_>, row: &OutboxRow, next_at: Timestamp) -> Result<()> {
    let (MailKind::Ticket, Some(id)) = (row.kind, row.incident) else { return Ok(()) };
    // An earlier attempt may have arrived: only the very same bytes may follow it.
    if row.unknown_at.is_some() || row.state == Delivery::Unknown {
        return Ok(());
    }
    let incident = desk.incident(id).await?.incident;
    if !matches!(incident.state, State::Confirmed { .. }) {
        return Ok(());
    }
    let corrections: BTreeSet<i64> = desk
        .tx
        .history_of(id)
        .await?
        .into_iter()
        .filter(|e| e.event == "corrected" && e.at >= row.created_at)
        .filter_map(|e| e.message.map(|m| m.0))
        .collect();
    let mut said: Vec<OutboxRow> = Vec::new();
    for mail in desk.mails_of(id).await? {
        let only_says_it = matches!(mail.kind, MailKind::FollowUp | MailKind::FollowUpCopy)
            && mail.state == Delivery::Queued
            && mail.attempts == 0;
        let Some(message) = mail.cause.filter(|m| only_says_it && corrections.contains(&m.0)) else { continue };
        // A photo that came with the correction is in no ticket.
        if desk.attached_to(message).await?.is_empty() {
            said.push(mail);
        }
    }
    if said.is_empty() || !desk.tx.withdraw_ticket(id).await? {
        return Ok(());
    }
    for mail in said {
        desk.tx.withdraw_untried(mail.id).await?;
    }
    let cause = Cause { actor: Actor::Passerelle, message: None };
    desk.note(id, "ticket_replaced", "", &cause).await?;
    desk.send_ticket_at(&incident, next_at, &cause).await
}
