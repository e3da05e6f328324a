//! What goes to support and the correspondents: the ticket, its copies, follow-ups, photos.

use std::collections::BTreeSet;

use anyhow::Result;
use jiff::{Timestamp, ToSpan};

use super::{Outgoing, last_to};
use crate::compose::letter::{Content, Enclosure, FollowUpCause};
use crate::compose::{MailKind, photo, redact};
use crate::incident::decide::FollowUp;
use crate::incident::policy::{Actor, CopyMode};
use crate::incident::{Incident, IncidentId};
use crate::message::{Attachment, parse};
use crate::outbox::Delivery;
use crate::service::desk::{Cause, Desk};
use crate::store::{MessageNumber, OutboxRow, StoredReport};

/// Bytes of photos that go along at most: some académies refuse mails over 5 MB.
const PHOTO_LIMIT: usize = 3_000_000;
/// How long a follow-up waits behind a ticket that has not left yet.
const AFTER_THE_TICKET: jiff::SignedDuration = jiff::SignedDuration::from_mins(5);
/// Follow-ups to support per incident and day.
const FOLLOW_UPS_A_DAY: usize = 2;

impl Desk<'_> {
    /// Photos of an incident's reports that may go along, and how many may not.
    async fn photos(&mut self, id: IncidentId, stored: &[StoredReport]) -> Result<(Vec<Enclosure>, usize)> {
        Ok(photo::choose(&self.attachments(id, stored).await?, PHOTO_LIMIT))
    }

    /// What is attached to the messages that told of an incident, or added to it, where it may be a
    /// photo.
    pub(super) async fn attachments(&mut self, id: IncidentId, stored: &[StoredReport]) -> Result<Vec<Attachment>> {
        let mut messages: Vec<MessageNumber> = stored.iter().map(|r| r.message).take(20).collect();
        messages.extend(self.details_of(id).await?.into_iter().take(20));
        let mut attachments = Vec::new();
        let mut seen = BTreeSet::new();
        for message in messages {
            if seen.insert(message.0) {
                attachments.extend(self.attached_to(message).await?);
            }
        }
        Ok(attachments)
    }

    /// What is attached to one message, where it may be a photo.
    pub(in crate::service) async fn attached_to(&mut self, message: MessageNumber) -> Result<Vec<Attachment>> {
        if !self.may_bear_photos(message) {
            return Ok(Vec::new());
        }
        let Some(raw) = self.tx.raw(message).await? else { return Ok(Vec::new()) };
        // Most mails have none; what could hold one says so in its bytes.
        if !raw.windows(6).any(|w| w.eq_ignore_ascii_case(b"image/")) {
            return Ok(Vec::new());
        }
        Ok(parse::parse(&raw).attachments)
    }

    pub(super) async fn send_ticket(&mut self, incident: &Incident, cause: &Cause) -> Result<()> {
        let now = self.now;
        self.send_ticket_at(incident, now, cause).await
    }

    /// The ticket, to leave at this moment.
    pub(in crate::service) async fn send_ticket_at(
        &mut self,
        incident: &Incident,
        at: Timestamp,
        cause: &Cause,
    ) -> Result<()> {
        let stored = self.reports_of(incident.id).await?;
        let (attachments, photos_left_out) = self.photos(incident.id, &stored).await?;
        let content = Content::Ticket { incident: self.shielded(incident), photos_left_out };
        let mut out = Outgoing::new(self.office.school.support.clone(), content, cause).about(incident);
        out.letter.attachments = attachments;
        out.not_before = Some(at);
        if self.office.school.policy.copy == CopyMode::Cc {
            out.letter.cc = self.office.school.correspondents.clone();
        }
        self.post(out).await?;
        Ok(())
    }

    /// The copies of a ticket that support's server accepted. Once, even if it was sent again.
    pub async fn send_copies(&mut self, incident: &Incident, cause: &Cause) -> Result<()> {
        let mails = self.mails_of(incident.id).await?;
        if mails.iter().any(|m| m.kind == MailKind::TicketCopy) {
            return Ok(());
        }
        let attachments = if self.office.school.policy.copy_photos {
            let stored = self.reports_of(incident.id).await?;
            self.photos(incident.id, &stored).await?.0
        } else {
            Vec::new()
        };
        for to in self.office.school.correspondents.clone() {
            let content = Content::TicketCopy { incident: self.shielded(incident) };
            let mut out = Outgoing::new(to, content, cause).about(incident);
            out.letter.attachments = attachments.clone();
            self.post(out).await?;
        }
        Ok(())
    }

    pub(super) async fn follow_up(
        &mut self,
        incident: &Incident,
        why: FollowUp,
        words: &str,
        cause: &Cause,
    ) -> Result<()> {
        let mails = self.mails_of(incident.id).await?;
        let stored = self.reports_of(incident.id).await?;
        let names: Vec<&str> = stored
            .iter()
            .flat_map(|r| [Some(r.reporter_name.as_str()), r.report.told_by.as_deref()])
            .flatten()
            .filter(|n| !n.is_empty())
            .collect();
        let words = self.without_people(&redact::said(words));
        let words = redact::without_gaps(&redact::redact(&words, &names));
        let shielded = self.shielded(incident);
        let why = match why {
            FollowUp::NotRepaired => FollowUpCause::NotRepaired,
            FollowUp::Back => FollowUpCause::Back,
            FollowUp::Wider => FollowUpCause::Wider,
            FollowUp::Persists => FollowUpCause::Persists,
            FollowUp::Detail => FollowUpCause::Detail,
            FollowUp::Overdue => FollowUpCause::Overdue,
            FollowUp::Reply => FollowUpCause::Reply,
        };
        let content = Content::FollowUp { incident: shielded.clone(), cause: why, words: words.clone() };
        let support = self.office.school.support.clone();
        let mut out = Outgoing::new(support, content, cause).about(incident);
        let thread: Vec<&OutboxRow> =
            mails.iter().filter(|m| matches!(m.kind, MailKind::Ticket | MailKind::FollowUp)).collect();
        out.letter.references = thread.iter().map(|m| m.message_id.clone()).collect();
        out.letter.in_reply_to = thread.last().map(|m| m.message_id.clone());
        out.letter.reply_subject = thread.first().map(|m| m.subject.clone());
        out.not_before = Some(match incident.ticket_sent_at {
            Some(_) => self.follow_up_slot(&mails),
            // The ticket is on its way: it is to arrive first.
            None => self.now.checked_add(AFTER_THE_TICKET).unwrap_or(self.now),
        });
        let not_before = out.not_before;
        // What a person adds with a photo goes along; a chase adds nothing.
        if why != FollowUpCause::Overdue
            && let (Actor::Person(_), Some(message)) = (&cause.actor, cause.message)
        {
            out.letter.attachments = photo::choose(&self.attached_to(message).await?, PHOTO_LIMIT).0;
        }
        let photos = out.letter.attachments.clone();
        let cc_mode = self.office.school.policy.copy == CopyMode::Cc;
        if cc_mode {
            out.letter.cc = self.office.school.correspondents.clone();
        }
        self.post(out).await?;
        self.note(incident.id, "follow_up", &words, cause).await?;
        if cc_mode {
            return Ok(());
        }
        // What a reporter wrote stays out of the copy; what we put together ourselves may go in.
        let ours = matches!(why, FollowUpCause::Detail | FollowUpCause::Wider);
        for to in self.office.school.correspondents.clone() {
            let content = Content::FollowUpCopy {
                incident: shielded.clone(),
                cause: why,
                words: if ours { words.clone() } else { String::new() },
            };
            let mut out = Outgoing::new(to.clone(), content, cause).about(incident).after(last_to(&mails, &to));
            out.not_before = not_before;
            if self.office.school.policy.copy_photos {
                out.letter.attachments.clone_from(&photos);
            }
            self.post(out).await?;
        }
        Ok(())
    }

    /// When the next follow-up of an incident may leave: at most two a day.
    fn follow_up_slot(&self, mails: &[OutboxRow]) -> Timestamp {
        let zone = &self.office.school.timezone;
        let day_of = |t: Timestamp| t.to_zoned(zone.clone()).date();
        let used = |day| {
            mails
                .iter()
                .filter(|m| m.kind == MailKind::FollowUp && m.state != Delivery::Failed)
                .filter(|m| day_of(m.sent_at.unwrap_or(m.next_at)) == day)
                .count()
        };
        let today = day_of(self.now);
        let mut day = today;
        while used(day) >= FOLLOW_UPS_A_DAY {
            match day.checked_add(1.day()) {
                Ok(next) => day = next,
                Err(_) => break,
            }
        }
        if day == today {
            return self.now;
        }
        day.at(7, 0, 0, 0).to_zoned(zone.clone()).map_or(self.now, |z| z.timestamp())
    }
}
