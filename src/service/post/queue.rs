//! A letter -> an outbox row: whom we may write to, how often a day, under which Message-ID.

use anyhow::Result;
use jiff::Timestamp;

use super::{CAPPED, CAPPED_OVERALL, Outgoing};
use crate::address::Address;
use crate::compose::{MailKind, mime};
use crate::incident::IncidentId;
use crate::keyed;
use crate::school::Role;
use crate::service::desk::{Desk, source};
use crate::service::draft::Draft;
use crate::store::{NewOutbox, StoredReport};

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
}
