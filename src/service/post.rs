//! The mail room: effects -> letters -> outbox rows.

use std::collections::BTreeSet;

use anyhow::Result;
use jiff::{Timestamp, ToSpan};

use super::Office;
use super::desk::{Cause, Desk, Effects, source};
use super::draft::Draft;
use super::process::is_outside;
use crate::address::Address;
use crate::compose::french::capital;
use crate::compose::letter::{
    Change, Content, Enclosure, FollowUpCause, Letter, ReportView, StrangerView, Trouble, Twin, Waits,
};
use crate::compose::{MailKind, mime, photo, redact, view};
use crate::incident::decide::{Asked, BY_THE_REFERENT, Effect, FollowUp, News, Why};
use crate::incident::policy::{Actor, CopyMode};
use crate::incident::{Incident, IncidentId};
use crate::keyed;
use crate::message::{Attachment, parse};
use crate::outbox::Delivery;
use crate::school::Role;
use crate::store::{MessageNumber, NewOutbox, OutboxRow, StoredReport};

/// Bytes of photos that go along at most: some académies refuse mails over 5 MB.
const PHOTO_LIMIT: usize = 3_000_000;
/// How long a follow-up waits behind a ticket that has not left yet.
const AFTER_THE_TICKET: jiff::SignedDuration = jiff::SignedDuration::from_mins(5);
/// Under this name and the address it is noted that the day's limit left out a mail.
pub(super) const CAPPED: &str = "capped ";
/// Under this name it is noted that the day's overall limit left out a mail.
pub(super) const CAPPED_OVERALL: &str = "all capped";
/// Under this name and the incident's reference it is noted that a mail to support left twice perhaps.
pub(super) const TWICE: &str = "sent again ";
/// Follow-ups to support per incident and day.
const FOLLOW_UPS_A_DAY: usize = 2;

/// What effects said to the person who commanded, collected over one message.
#[derive(Debug, Default)]
pub(crate) struct Said {
    /// What was done, one sentence each.
    pub done: Vec<String>,
    /// What was not, and why.
    pub not_done: Vec<String>,
    /// Incidents for which a new proposal leaves: it is the answer.
    pub proposed: BTreeSet<IncidentId>,
}

/// Possible twins of incidents opened in this message, for their proposals.
pub(crate) type Twins = Vec<(IncidentId, Vec<(IncidentId, String)>)>;

/// A letter with what the outbox must know of it.
pub(crate) struct Outgoing {
    pub letter: Letter,
    pub incident: Option<IncidentId>,
    pub shows: Vec<(IncidentId, String)>,
    pub cause: Option<MessageNumber>,
    pub not_before: Option<Timestamp>,
}

impl Outgoing {
    /// A letter to `to` that concerns nothing in particular.
    pub fn new(to: Address, content: Content, cause: &Cause) -> Self {
        let letter = Letter {
            to,
            content,
            concerns: None,
            in_reply_to: None,
            references: Vec::new(),
            reply_subject: None,
            cc: Vec::new(),
            attachments: Vec::new(),
        };
        Self { letter, incident: None, shows: Vec::new(), cause: cause.message, not_before: None }
    }

    /// It concerns one incident, and shows it.
    pub fn about(mut self, incident: &Incident) -> Self {
        self.incident = Some(incident.id);
        self.shows = vec![(incident.id, incident.facts.fingerprint())];
        self
    }

    /// It shows these incidents.
    pub fn showing<'i>(mut self, incidents: impl IntoIterator<Item = &'i Incident>) -> Self {
        self.shows.extend(incidents.into_iter().map(|i| (i.id, i.facts.fingerprint())));
        self
    }

    /// It answers `message_id`, in whose thread it stands.
    pub fn answering(mut self, message_id: Option<&str>, references: &[String], subject: &str) -> Self {
        if let Some(id) = message_id {
            self.letter.in_reply_to = Some(id.to_owned());
            self.letter.references = references.to_vec();
            self.letter.references.retain(|r| r != id);
            self.letter.references.push(id.to_owned());
            self.letter.reply_subject = (!subject.trim().is_empty()).then(|| subject.to_owned());
        }
        self
    }

    /// It goes into the thread of an earlier mail of ours.
    pub fn after(mut self, row: Option<&OutboxRow>) -> Self {
        if let Some(row) = row {
            self.letter.in_reply_to = Some(row.message_id.clone());
            self.letter.references.retain(|r| *r != row.message_id);
            self.letter.references.push(row.message_id.clone());
        }
        self
    }
}

/// 128 random bits in hexadecimal: not to be guessed.
pub(crate) fn token() -> Result<String> {
    let mut bytes = [0_u8; 16];
    getrandom::fill(&mut bytes).map_err(|e| anyhow::anyhow!("no random numbers to be had: {e}"))?;
    Ok(bytes.iter().map(|b| format!("{b:02x}")).collect())
}

impl Desk<'_> {
    /// Queues one letter. `false`: the recipient has had too many today, and it is left out.
    pub async fn post(&mut self, out: Outgoing) -> Result<bool> {
        let kind = out.letter.content.kind();
        if !self.may_write_to(&out.letter.to) {
            tracing::warn!(kind = kind.as_str(), "a mail to somebody outside the school was not queued");
            return Ok(false);
        }
        if kind.is_capped() && self.over_cap(&out.letter.to).await? {
            tracing::warn!(kind = kind.as_str(), "the day's limit for one address is reached; a mail is left out");
            let uai = self.office.school.uai.clone();
            self.tx.note_sent(&uai, &format!("{CAPPED}{}", out.letter.to), self.now).await?;
            return Ok(false);
        }
        if kind.is_capped() && self.all_mails_today().await? >= self.office.school.policy.max_mails_per_day_overall {
            tracing::warn!(kind = kind.as_str(), "the day's overall limit is reached; a mail is left out");
            let uai = self.office.school.uai.clone();
            self.tx.note_sent(&uai, CAPPED_OVERALL, self.now).await?;
            return Ok(false);
        }
        self.enqueue(out).await?;
        Ok(true)
    }

    /// Recipients are only ever the school's people, support, correspondents and those let in.
    fn may_write_to(&mut self, to: &Address) -> bool {
        match self.office.school.role_of(to) {
            Role::Referent | Role::Support | Role::Staff => true,
            Role::Ourselves | Role::Relay => false,
            Role::Stranger => self.books_mut().let_in.contains(to),
        }
    }

    async fn over_cap(&mut self, to: &Address) -> Result<bool> {
        Ok(self.capped_today(to).await? >= self.office.school.policy.max_mails_per_day)
    }

    /// The day's limit, where the next mail to this address reaches it.
    async fn last_of_day(&mut self, to: &Address) -> Result<Option<u32>> {
        let limit = self.office.school.policy.max_mails_per_day;
        Ok((self.capped_today(to).await?.saturating_add(1) == limit).then_some(limit))
    }

    async fn capped_today(&mut self, to: &Address) -> Result<u32> {
        let capped: Vec<MailKind> = MailKind::ALL.iter().copied().filter(|k| k.is_capped()).collect();
        Ok(self.mails_today(to, &capped).await?)
    }

    /// Midnight of today in the school's zone.
    pub fn day_start(&self) -> Timestamp {
        let zone = &self.office.school.timezone;
        let today = self.now.to_zoned(zone.clone()).date();
        today.to_zoned(zone.clone()).map_or(self.now, |z| z.timestamp())
    }

    async fn enqueue(&mut self, out: Outgoing) -> Result<()> {
        let office = self.office;
        let school = &office.school;
        let kind = out.letter.content.kind();
        let names = self.names_to_hide(kind, out.incident).await?;
        let own_token = match out.incident {
            Some(id) if kind.has_own_copy() => Some(self.own_token(kind, id).await?),
            _ if kind.has_own_copy() => Some(token()?),
            _ => None,
        };
        let (message_id, reply_token) = self.identity(&out).await?;
        let message_id = format!("{message_id}@{}", school.mailbox.domain());
        let reply_token = school.policy.subaddressing.then_some(reply_token);
        let ids = mime::Ids {
            boundary_seed: message_id.clone(),
            message_id: message_id.clone(),
            date: self.now,
            own_token: own_token.clone(),
            reply_token: reply_token.clone(),
        };
        let mut row = NewOutbox {
            school: school.uai.clone(),
            kind,
            recipient: out.letter.to.clone(),
            envelope_from: school.mailbox.clone(),
            own_copy: kind.has_own_copy(),
            own_token,
            reply_token,
            message_id,
            subject: String::new(),
            bytes: Vec::new(),
            created_at: self.now,
            next_at: out.not_before.unwrap_or(self.now),
            cause: out.cause,
            incident: out.incident,
            shows: out.shows,
        };
        let cc = out.letter.cc.clone();
        let last = if kind.is_capped() { self.last_of_day(&row.recipient).await? } else { None };
        let draft = Draft::new(office, out.letter, ids, names, self.now).last_of_day(last);
        let queued = if draft.can_wait() {
            self.tx.queue_unwritten(&row, tokio::task::spawn_blocking(move || draft.write())).await?
        } else {
            (row.subject, row.bytes) = draft.write().map_err(anyhow::Error::msg)?;
            self.tx.queue(&row).await?
        };
        if row.own_copy && self.books_mut().in_doubt {
            self.tx.doubt(queued, self.now).await?;
        }
        self.note_mail(&row.recipient, row.kind, row.incident);
        // The same bytes, one row per recipient: one refused correspondent holds nobody back.
        if !cc.is_empty() {
            row.kind = if kind == MailKind::FollowUp { MailKind::FollowUpCopy } else { MailKind::TicketCopy };
            row.own_copy = false;
            row.own_token = None;
            row.reply_token = None;
            row.shows.clear();
            for cc in cc {
                row.recipient = cc;
                self.tx.queue(&row).await?;
                self.note_mail(&row.recipient, row.kind, row.incident);
            }
        }
        self.queued = true;
        Ok(())
    }

    /// The Message-ID (without domain) and the reply token of a letter. What a message caused is named
    /// after that message's place on the server, the recipient, and what it shows of which
    /// incident, under the store's secret: nobody else can make such a name, and a store that was
    /// restored from a backup, and reads the same message again, gives the same one, so that
    /// answers to the first letter find the second.
    async fn identity(&mut self, out: &Outgoing) -> Result<(String, String)> {
        let Some((source, let_in)) = self.source_of(out.cause) else { return Ok((token()?, token()?)) };
        let (kind, to) = (out.letter.content.kind().as_str(), out.letter.to.as_str().to_owned());
        let mut shown = String::new();
        for (id, fingerprint) in &out.shows {
            let reference = self.incident(*id).await?.incident.reference;
            shown.push_str(&format!("{reference} {fingerprint}\n"));
        }
        let about = match out.incident {
            Some(id) => self.incident(id).await?.incident.reference.to_string(),
            None => String::new(),
        };
        let (secret, uai) = (self.office.store.secret().as_bytes(), self.office.school.uai.as_str());
        // Two alike by one message differ in their number.
        for n in 0_u32.. {
            let n = n.to_string();
            let make = |purpose| {
                let parts = [purpose, uai, kind, &to, &source, &about, &shown, &n];
                keyed::hex(&keyed::tag(secret, &parts)[..16])
            };
            let id = make("message-id");
            let full = format!("{id}@{}", self.office.school.mailbox.domain());
            let before = let_in && self.tx.outbox_by_message_ids(&[&full]).await?.is_some();
            if !before && self.given.insert(id.clone()) {
                return Ok((id, make("reply")));
            }
        }
        Ok((token()?, token()?))
    }

    /// The token of our own copy of a mail to support: named after the incident's first report, so
    /// that a store that was restored from a backup recognises what has left already.
    async fn own_token(&mut self, kind: MailKind, id: IncidentId) -> Result<String> {
        let first = self.reports_of(id).await?.into_iter().next();
        let key = match &first {
            Some(report) => self.tx.message_key(report.message).await?,
            None => None,
        };
        let (Some(first), Some(key)) = (first, key) else { return token() };
        let (source, position) = (source(&key), first.position.to_string());
        let uai = self.office.school.uai.as_str();
        let mut n = self.mails_of(id).await?.iter().filter(|m| m.kind == kind && m.own_copy).count();
        loop {
            let parts = ["own", uai, kind.as_str(), &source, &position, &n.to_string()];
            let token = keyed::hex(&keyed::tag(self.office.store.secret().as_bytes(), &parts)[..16]);
            // An incident that was merged may have used it before.
            if self.tx.outbox_by_own_token(&token).await?.is_none() {
                return Ok(token);
            }
            n += 1;
        }
    }

    /// Display names of the reporters, which nobody outside the school is to read.
    async fn names_to_hide(&mut self, kind: MailKind, incident: Option<IncidentId>) -> Result<Vec<String>> {
        let leaves_the_school = kind.has_own_copy() || kind == MailKind::OutcomeCopy;
        let (true, Some(id)) = (leaves_the_school, incident) else { return Ok(Vec::new()) };
        let stored = self.reports_of(id).await?;
        let of = |r: StoredReport| [Some(r.reporter_name), r.report.told_by].into_iter().flatten();
        let mut names: Vec<String> = stored.into_iter().flat_map(of).filter(|n| !n.is_empty()).collect();
        names.dedup();
        Ok(names)
    }

    /// Carries out effects: every mail is queued in this transaction.
    pub async fn carry_out(&mut self, effects: Effects, twins: &Twins, cause: &Cause, said: &mut Said) -> Result<()> {
        let mut proposals: Vec<(IncidentId, Vec<String>)> = Vec::new();
        for (id, effect) in effects {
            match effect {
                // Several changes in one message make one proposal.
                Effect::Propose { changed } => match proposals.iter_mut().find(|(i, _)| *i == id) {
                    Some((_, all)) => all.extend(changed),
                    None => proposals.push((id, changed.into_iter().collect())),
                },
                other => self.carry_out_one(id, other, cause, said).await?,
            }
        }
        for (id, changed) in proposals {
            let of = twins.iter().find(|(i, _)| *i == id).map_or(&[][..], |(_, t)| t.as_slice());
            let changed = (!changed.is_empty()).then(|| changed.join(" ; "));
            self.propose(id, changed, of, cause).await?;
            said.proposed.insert(id);
        }
        Ok(())
    }

    async fn carry_out_one(&mut self, id: IncidentId, effect: Effect, cause: &Cause, said: &mut Said) -> Result<()> {
        let incident = self.incident(id).await?.incident;
        let reference = incident.reference;
        match effect {
            Effect::Propose { .. } => {}
            Effect::SendTicket => {
                // One that failed or came back before an end and a reopening is no ticket any more.
                if !self.is_fresh(id) {
                    self.tx.supersede_ticket(id).await?;
                }
                self.send_ticket(&incident, cause).await?;
            }
            Effect::CancelTicket => {
                // One that came back stays in the outbox, but is nobody's ticket any more.
                if !self.tx.withdraw_ticket(id).await? {
                    self.tx.supersede_ticket(id).await?;
                }
            }
            Effect::ResendTicket => {
                // Tried again from the command line meanwhile, it is on its way already.
                if self.tx.supersede_ticket(id).await? {
                    self.send_ticket(&incident, cause).await?;
                }
            }
            Effect::FollowUp { cause: why, words } => Box::pin(self.follow_up(&incident, why, &words, cause)).await?,
            Effect::TellReporters(news) => {
                // Who closed it knows; his command is answered.
                let by = (news == News::Closed).then(|| cause.actor.clone());
                let change = change(news);
                for to in self.human_reporters(&incident) {
                    if by == Some(Actor::Person(to.clone())) {
                        continue;
                    }
                    let content = Content::Progress { incident: incident.clone(), change: change.clone() };
                    self.post_to_reporter(to, content, &incident, cause).await?;
                }
            }
            Effect::AskRepaired { but, of } => Box::pin(self.ask_repaired(&incident, but.as_ref(), of, cause)).await?,
            Effect::TellCorrespondents => {
                for to in self.office.school.correspondents.clone() {
                    let mails = self.mails_of(id).await?;
                    let content = Content::OutcomeCopy { incident: self.shielded(&incident) };
                    let out = Outgoing::new(to.clone(), content, cause).about(&incident).after(last_to(&mails, &to));
                    self.post(out).await?;
                }
            }
            Effect::Remind(why) => Box::pin(self.remind(&incident, why, cause)).await?,
            Effect::AlertUndeliverable { why } => {
                let recipient = self.office.school.support.clone();
                let trouble = Trouble::Undeliverable {
                    incident: Some(Box::new(incident.clone())),
                    kind: MailKind::Ticket,
                    recipient,
                    why,
                };
                self.alert(trouble, Some(&incident), cause).await?;
            }
            Effect::Done(what) => said.done.push(format!("{reference} : {what}.")),
            Effect::NotDone(why) => said.not_done.push(format!("{reference} : {why}.")),
            Effect::TellReferents(what) => {
                self.tell_referents(format!("{reference} : {what}."), &incident, cause).await?
            }
            Effect::TellReferentsOfVisit => {
                if let Some(what) = visit_announced(self.office, &incident, self.now) {
                    self.tell_referents(format!("{reference} : {what}"), &incident, cause).await?;
                }
            }
        }
        Ok(())
    }

    /// One sentence to every referent.
    async fn tell_referents(&mut self, line: String, incident: &Incident, cause: &Cause) -> Result<()> {
        let content = Content::News { lines: vec![line], about: Some(Box::new(incident.clone())), open: Vec::new() };
        self.post_to_referents(content, incident, None, cause).await
    }

    /// One mail to every referent (but one) about an incident.
    pub async fn post_to_referents(
        &mut self,
        content: Content,
        incident: &Incident,
        but: Option<&Address>,
        cause: &Cause,
    ) -> Result<()> {
        let mails = self.mails_of(incident.id).await?;
        for to in self.office.school.referents.clone() {
            if Some(&to) == but {
                continue;
            }
            let mut out = Outgoing::new(to.clone(), content.clone(), cause).about(incident).after(last_to(&mails, &to));
            if matches!(content, Content::News { .. }) {
                // It tells of the ticket without showing it: nothing that it could confirm.
                out.shows.clear();
            }
            self.post(out).await?;
        }
        Ok(())
    }

    async fn propose(
        &mut self,
        id: IncidentId,
        changed: Option<String>,
        twins: &[(IncidentId, String)],
        cause: &Cause,
    ) -> Result<()> {
        let mut recipients = Vec::new();
        for to in self.office.school.referents.clone() {
            let today = self.mails_today(&to, &[MailKind::Proposal]).await?;
            if today < self.office.school.policy.max_mails_per_day {
                recipients.push(to);
            } else {
                // It waits, and the day's digest shows it, so that an answer to that confirms it.
                tracing::info!("the day's limit of proposals is reached; the next digest shows the rest");
            }
        }
        if recipients.is_empty() {
            return Ok(());
        }
        let incident = self.incident(id).await?.incident;
        let stored = self.reports_of(id).await?;
        let photos = photo::count(&self.attachments(id, &stored).await?);
        let reports: Vec<ReportView> = stored.iter().map(report_view).collect();
        let mut others = Vec::new();
        for (twin, reason) in twins {
            others.push(Twin { incident: self.standing(*twin).await?.incident, reason: reason.clone() });
        }
        let mails = self.mails_of(id).await?;
        for to in recipients {
            let own_report = stored.last().is_some_and(|r| r.reporter == to) && changed.is_none();
            let content = Content::Proposal {
                incident: incident.clone(),
                reports: reports.clone(),
                twins: others.clone(),
                changed: changed.clone(),
                own_report,
                photos,
            };
            let out = Outgoing::new(to.clone(), content, cause).about(&incident).after(last_to(&mails, &to));
            self.post(out).await?;
        }
        Ok(())
    }

    /// Photos of an incident's reports that may go along, and how many may not.
    async fn photos(&mut self, id: IncidentId, stored: &[StoredReport]) -> Result<(Vec<Enclosure>, usize)> {
        Ok(photo::choose(&self.attachments(id, stored).await?, PHOTO_LIMIT))
    }

    /// What is attached to the messages that told of an incident, or added to it, where it may be a
    /// photo.
    async fn attachments(&mut self, id: IncidentId, stored: &[StoredReport]) -> Result<Vec<Attachment>> {
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
    pub(super) async fn attached_to(&mut self, message: MessageNumber) -> Result<Vec<Attachment>> {
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

    async fn send_ticket(&mut self, incident: &Incident, cause: &Cause) -> Result<()> {
        let now = self.now;
        self.send_ticket_at(incident, now, cause).await
    }

    /// The ticket, to leave at this moment.
    pub(super) async fn send_ticket_at(&mut self, incident: &Incident, at: Timestamp, cause: &Cause) -> Result<()> {
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

    async fn follow_up(&mut self, incident: &Incident, why: FollowUp, words: &str, cause: &Cause) -> Result<()> {
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

    /// Reporters who are people: machines that report are never answered.
    pub fn human_reporters(&self, incident: &Incident) -> Vec<Address> {
        let school = &self.office.school;
        incident
            .reporters
            .iter()
            .filter(|a| !matches!(school.role_of(a), Role::Relay | Role::Ourselves | Role::Support))
            .filter(|a| !a.is_forgotten() && !is_outside(school, a))
            .cloned()
            .collect()
    }

    async fn ask_repaired(
        &mut self,
        incident: &Incident,
        but: Option<&Address>,
        of: Asked,
        cause: &Cause,
    ) -> Result<()> {
        let mut asked: Vec<Address> = self.human_reporters(incident).into_iter().filter(|a| Some(a) != but).collect();
        if of == Asked::WhoDenied {
            let denied: Vec<Address> = self.denials_of(incident.id).await?.into_iter().map(|(who, _)| who).collect();
            if asked.iter().any(|a| denied.contains(a)) {
                asked.retain(|a| denied.contains(a));
            }
        }
        if asked.is_empty() && but.is_none() {
            // A machine reported it for somebody: the referent can look.
            asked = self.office.school.referents.clone();
        }
        for to in asked {
            let content = Content::ResolutionCheck { incident: incident.clone(), by_colleague: but.is_some() };
            self.post_to_reporter(to, content, incident, cause).await?;
        }
        Ok(())
    }

    /// Who has said of an incident that it was not repaired, and how; oldest first.
    async fn denials_of(&mut self, id: IncidentId) -> Result<Vec<(Address, String)>> {
        let history = self.tx.history_of(id).await?;
        let denials = history.into_iter().filter(|e| match e.event.as_str() {
            "said_broken" => true,
            "reopened" => e.detail.as_str() != Some(BY_THE_REFERENT),
            _ => false,
        });
        Ok(denials
            .filter_map(|e| match e.actor {
                Actor::Person(who) => Some((who, e.detail.as_str().unwrap_or_default().to_owned())),
                _ => None,
            })
            .collect())
    }

    /// Into the thread that the reporter knows: our last mail to him about it, or his own report.
    pub async fn post_to_reporter(
        &mut self,
        to: Address,
        content: Content,
        incident: &Incident,
        cause: &Cause,
    ) -> Result<()> {
        let mails = self.mails_of(incident.id).await?;
        let mut out = Outgoing::new(to.clone(), content, cause).about(incident);
        let ours = mails
            .iter()
            .rev()
            .find(|m| m.recipient == to && matches!(m.kind, MailKind::Progress | MailKind::ResolutionCheck));
        if let Some(row) = ours {
            out = out.after(Some(row));
        } else {
            let stored = self.reports_of(incident.id).await?;
            if let Some(report) = stored.iter().rev().find(|r| r.reporter == to)
                && let Some(message) = self.tx.message(report.message).await?
            {
                out = out.answering(message.message_id.as_deref(), &[], "");
            }
        }
        self.post(out).await?;
        Ok(())
    }

    /// A reminder to every referent.
    pub async fn remind(&mut self, incident: &Incident, why: Why, cause: &Cause) -> Result<()> {
        let (waits, words) = match why {
            Why::Proposal => (Waits::Proposal, String::new()),
            Why::Support => (Waits::Support, String::new()),
            Why::Contract => (Waits::Contract, String::new()),
            Why::Planned => (Waits::Planned, String::new()),
            Why::SupportUnclear(words) => (Waits::SupportUnclear, words),
            Why::Contradiction(told) => (Waits::Contradiction, told),
            Why::StillBroken(told) => (Waits::StillBroken, told),
            Why::RepairedAgain => {
                let last = self.denials_of(incident.id).await?.pop();
                let told = last.filter(|(_, words)| !words.is_empty()).map(|(who, words)| format!("{who} : {words}"));
                (Waits::RepairedAgain, told.unwrap_or_default())
            }
        };
        let since = match waits {
            Waits::SupportUnclear | Waits::Contradiction => self.now,
            Waits::Support | Waits::Contract => incident.ticket_sent_at.unwrap_or(incident.opened_at),
            _ => incident.state.since(),
        };
        let content = Content::Reminder { incident: incident.clone(), waits, since, words };
        self.post_to_referents(content, incident, None, cause).await
    }

    /// An alert to every referent: at most one a day about the same address, or about ourselves.
    pub async fn alert(&mut self, trouble: Trouble, incident: Option<&Incident>, cause: &Cause) -> Result<()> {
        let about = match &trouble {
            Trouble::Undeliverable { recipient, .. } => format!("alert {recipient}"),
            Trouble::PerhapsTwice { .. } => format!("alert twice {}", self.office.school.support),
            Trouble::Intake { .. } => "alert intake".to_owned(),
            Trouble::DeliveryStalled { .. } => "alert delivery".to_owned(),
        };
        let uai = self.office.school.uai.clone();
        if self.tx.last_sent(&uai, &about).await?.is_some_and(|t| t >= self.day_start()) {
            return Ok(());
        }
        for to in self.office.school.referents.clone() {
            let mut out = Outgoing::new(to, Content::Alert { trouble: trouble.clone() }, cause);
            if let Some(incident) = incident {
                out = out.about(incident);
            }
            self.post(out).await?;
        }
        self.tx.note_sent(&uai, &about, self.now).await?;
        Ok(())
    }

    /// Shows a stranger's mail to every referent.
    pub async fn show_stranger(&mut self, stranger: StrangerView, text: String, cause: &Cause) -> Result<()> {
        for to in self.office.school.referents.clone() {
            let today = self.mails_today(&to, &[MailKind::Stranger]).await?;
            if today >= self.office.school.policy.max_mails_per_day {
                // The quarantine and the digest still show it.
                continue;
            }
            let content = Content::Stranger { stranger: stranger.clone(), text: text.clone() };
            self.post(Outgoing::new(to, content, cause)).await?;
        }
        Ok(())
    }
}

/// Our last mail to `to` about an incident, into whose thread the next one goes.
pub(crate) fn last_to<'m>(mails: &'m [OutboxRow], to: &Address) -> Option<&'m OutboxRow> {
    mails.iter().rev().find(|m| m.recipient == *to && m.kind != MailKind::Alert)
}

/// The visit that is planned, as the referent reads of it, who receives the technician (French);
/// `None`: none is.
pub(crate) fn visit_announced(office: &Office, incident: &Incident, now: Timestamp) -> Option<String> {
    let view = view::without_words(incident, &office.school, &office.profile, now);
    let on = view.planned_on?;
    let words = view.planned_words.map_or_else(|| ".".to_owned(), |words| format!(" : « {words} »"));
    let desk = office.profile.support_label();
    Some(format!("{} prévoit une intervention {on} pour « {} »{words}", capital(desk), view.title))
}

/// A report as the referent reads it.
pub(crate) fn report_view(stored: &StoredReport) -> ReportView {
    let who = if stored.reporter_name.is_empty() { stored.reporter.to_string() } else { stored.reporter_name.clone() };
    let who = match &stored.report.told_by {
        Some(author) => format!("{author}, transmis par {who}"),
        None => who,
    };
    ReportView { who, at: stored.at, words: stored.report.span.clone() }
}

fn change(news: News) -> Change {
    match news {
        News::Acknowledged => Change::Acknowledged,
        News::Planned => Change::Planned,
        News::Question(words) => Change::Question { words },
        News::RefusedBySupport(words) => Change::RefusedBySupport { words },
        News::Refused(reason) => Change::Refused { reason },
        News::Redirected => Change::Redirected,
        News::Closed => Change::Closed,
    }
}

/// Who a history entry names, for people.
pub(crate) fn actor_name(actor: &Actor) -> String {
    match actor {
        Actor::Person(a) => a.to_string(),
        Actor::Support(a) => format!("support ({a})"),
        Actor::Passerelle => "passerelle".to_owned(),
        Actor::Operator => "exploitant".to_owned(),
    }
}
