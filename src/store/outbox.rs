//! Mails of ours: queued with their cause, claimed before they are tried, finished once.

use std::collections::HashMap;

use jiff::Timestamp;
use sqlx::AnyConnection;
use sqlx::any::AnyRow;
use tokio::task::JoinHandle;

use super::ids::Table;
use super::rows::{Claimed, Finish, MessageNumber, NewOutbox, OutboxId, OutboxRow, Written};
use super::value::{
    address, bytes, flag, int, ms, number, opt_int, opt_string, opt_text, opt_time, parsed, string, text, time,
};
use super::{Result, Store, StoreError, Tx, reads};
use crate::address::Address;
use crate::compose::MailKind;
use crate::incident::IncidentId;
use crate::outbox::Delivery;

macro_rules! select {
    ($rest:literal) => {
        concat!(
            "SELECT o.id, o.school, o.kind, o.recipient, o.envelope_from, o.own_copy, o.own_token, o.reply_token, \
             o.message_id, o.subject, o.size, o.state, o.attempts, o.next_at, o.created_at, o.first_try_at, \
             o.sent_at, o.unknown_at, o.last_error, o.bounced_at, o.bounce, o.cause, o.incident, o.failed_at",
            $rest
        )
    };
}

reads! {
    settle_mails, with_shows;
    /// One mail of ours.
    fn outbox_row(id: OutboxId) -> Option<OutboxRow>;
    /// The mail of ours that bears the first of these Message-IDs (without `<>`) that any bears.
    fn outbox_by_message_ids(ids: &[&str]) -> Option<OutboxRow>;
    /// The mail of ours whose reply address bears this token.
    fn outbox_by_reply_token(token: &str) -> Option<OutboxRow>;
    /// The mail of ours whose own copy bears this token.
    fn outbox_by_own_token(token: &str) -> Option<OutboxRow>;
    /// The one ticket of an incident, whatever became of it; not one that was superseded.
    fn ticket_of(id: IncidentId) -> Option<OutboxRow>;
}

reads! {
    settle_bytes, as_is;
    /// Its exact bytes; `None` where it is not known or its bytes were purged.
    fn outbox_bytes(id: OutboxId) -> Option<Vec<u8>>;
}

// Lists do not say what each mail shows.
reads! {
    settle_mails, as_is;
    /// Mails about one incident, oldest first.
    fn mails_of_incident(id: IncidentId) -> Vec<OutboxRow>;
    /// How many mails of these kinds a school has queued for one address since a moment.
    fn mails_to_since(school: &str, recipient: &Address, since: Timestamp, kinds: &[MailKind]) -> u32;
    /// How many mails of one kind were queued about one incident since a moment.
    fn mails_about_since(id: IncidentId, kind: MailKind, since: Timestamp) -> u32;
    /// Mails of a school whose fate is unknown, oldest first.
    fn unknown_rows(school: &str) -> Vec<OutboxRow>;
    /// Mails of a school that were given up, or bounced, since a moment, oldest first.
    fn undelivered_since(school: &str, since: Timestamp) -> Vec<OutboxRow>;
    /// When the next queued mail of a school is due.
    fn next_due_at(school: &str) -> Option<Timestamp>;
    /// Mails of one school, or of all, that have not left: queued, under way, unknown, failed. A ticket
    /// that gave way to another one, or to a decision, is settled and not among them.
    fn unsent(school: Option<&str>) -> Vec<OutboxRow>;
    /// Every mail of one school, or of all, in the order in which it was queued.
    fn all_mails(school: Option<&str>) -> Vec<OutboxRow>;
}

impl Store {
    /// Takes mails of a school that are due, to send them now: at most `limit`, and about 16 MB of
    /// bytes (but always one). The attempt is counted, durably, before this returns.
    pub async fn claim_due(&self, school: &str, now: Timestamp, limit: u32) -> Result<Vec<Claimed>> {
        let mut tx = self.begin().await?;
        let claimed = tx.claim_due(school, now, limit).await?;
        tx.commit().await?;
        Ok(claimed)
    }

    /// What was being sent when the program ended, or when the store last failed, has an unknown
    /// fate: of all schools at start, under the instance lock; of one whose sender has stopped.
    /// Gives the number of such mails.
    pub async fn claim_stuck_sending(&self, school: Option<&str>, now: Timestamp) -> Result<u64> {
        let mut tx = self.begin().await?;
        let sql = "UPDATE outbox SET state = 'unknown', unknown_at = $1, claim = NULL \
                   WHERE state = 'sending' AND ($2 IS NULL OR school = $2)";
        let stuck = tx.run(sqlx::query(sql).bind(ms(now)).bind(opt_text(school))).await?;
        tx.commit().await?;
        Ok(stuck)
    }

    /// Notes the outcomes of several attempts that change no incident, in one transaction.
    pub async fn finish_batch(&self, outcomes: &[(OutboxId, Finish)]) -> Result<()> {
        if outcomes.is_empty() {
            return Ok(());
        }
        let mut tx = self.begin().await?;
        for (id, finish) in outcomes {
            tx.finish(*id, finish).await?;
        }
        tx.commit().await
    }

    /// Puts right what a clock that ran ahead has dated into the future, now that it was set back:
    /// mails wait no longer than they were meant to. Gives the number of mails.
    pub async fn after_clock_was_set_back(&self, school: &str, now: Timestamp) -> Result<u64> {
        let mut tx = self.begin().await?;
        let mut moved = 0;
        for sql in [
            "UPDATE outbox SET next_at = $1 + (next_at - created_at), created_at = $1, first_try_at = NULL \
             WHERE school = $2 AND state = 'queued' AND created_at > $1",
            "UPDATE outbox SET next_at = $1, first_try_at = $1 \
             WHERE school = $2 AND state = 'queued' AND first_try_at > $1",
            "UPDATE outbox SET unknown_at = $1 WHERE school = $2 AND state = 'unknown' AND unknown_at > $1",
        ] {
            moved += tx.run(sqlx::query(sql).bind(ms(now)).bind(text(school))).await?;
        }
        tx.commit().await?;
        Ok(moved)
    }

    /// Lets a mail that was given up or came back, or one that waits, be tried at once. `false`: there
    /// is none such, or its bytes are gone. A ticket that gave way to another one stays where it is.
    pub async fn retry(&self, id: OutboxId, now: Timestamp) -> Result<bool> {
        let mut tx = self.begin().await?;
        let sql = "UPDATE outbox SET state = 'queued', next_at = $1, attempts = 0, first_try_at = NULL, \
                   sent_at = NULL, bounced_at = NULL, bounce = NULL \
                   WHERE id = $2 AND (kind <> 'ticket' OR ticket_of IS NOT NULL) \
                   AND (state IN ('queued', 'failed') OR (state = 'sent' AND bounced_at IS NOT NULL)) \
                   AND EXISTS (SELECT b.outbox FROM outbox_bytes b WHERE b.outbox = outbox.id)";
        let done = tx.run(sqlx::query(sql).bind(ms(now)).bind(id.0)).await?;
        tx.commit().await?;
        Ok(done == 1)
    }

    /// Takes a mail that was given up, or came back, out of the outbox for good. `false`: there is none
    /// such, or it is an incident's one ticket, which only a decision on the incident ends.
    pub async fn drop_undeliverable(&self, id: OutboxId) -> Result<bool> {
        let mut tx = self.begin().await?;
        let sql = "SELECT id FROM outbox WHERE id = $1 AND (kind <> 'ticket' OR ticket_of IS NULL) \
                   AND (state = 'failed' OR (state = 'sent' AND bounced_at IS NOT NULL))";
        let found = sqlx::query(sql).bind(id.0).fetch_optional(tx.conn()).await.map_err(|e| tx.err(e))?.is_some();
        if found {
            tx.delete_mail(id.0).await?;
        }
        tx.commit().await?;
        Ok(found)
    }

    /// Addresses a mail that may be tried again to somebody else, in its envelope and in its `To`.
    /// `false`: there is none such, or its bytes were purged.
    pub async fn readdress(&self, id: OutboxId, to: &Address) -> Result<bool> {
        let mut tx = self.begin().await?;
        let Some(raw) = tx.outbox_bytes(id).await? else { return Ok(false) };
        let raw = crate::outbox::readdressed(&raw, to);
        let size = i64::try_from(raw.len()).unwrap_or(i64::MAX);
        let sql = "UPDATE outbox SET recipient = $1, size = $2 \
                   WHERE id = $3 AND (kind <> 'ticket' OR ticket_of IS NOT NULL) \
                   AND (state IN ('queued', 'failed') OR (state = 'sent' AND bounced_at IS NOT NULL))";
        let done = tx.run(sqlx::query(sql).bind(text(to.as_str())).bind(size).bind(id.0)).await?;
        if done == 1 {
            let sql = "UPDATE outbox_bytes SET bytes = $1 WHERE outbox = $2";
            tx.run(sqlx::query(sql).bind(raw).bind(id.0)).await?;
        }
        tx.commit().await?;
        Ok(done == 1)
    }
}

impl Tx {
    /// Queues a mail.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] where it is the second ticket of its incident; the transaction can
    /// only be rolled back then.
    pub async fn queue(&mut self, new: &NewOutbox) -> Result<OutboxId> {
        let id = OutboxId(self.store.ids.next(Table::Outbox));
        self.add_mail(id, new).await?;
        Ok(id)
    }

    /// Queues a mail whose subject and bytes, empty in `new`, another thread is still making: whatever
    /// writes or reads it waits for them.
    ///
    /// # Errors
    /// As [`Tx::queue`]; whatever waits for the text, `commit` at the latest, says so by
    /// [`StoreError::Other`] where it could not be made.
    pub async fn queue_unwritten(&mut self, new: &NewOutbox, text: JoinHandle<Written>) -> Result<OutboxId> {
        let id = OutboxId(self.store.ids.next(Table::Outbox));
        self.add_unwritten(id, new, text).await?;
        Ok(id)
    }

    /// Makes room for a second ticket where the first one bounced or was refused: it stays in the
    /// outbox, but is no longer the incident's one ticket. `false`: there was none, or it is still
    /// on its way.
    pub async fn supersede_ticket(&mut self, incident: IncidentId) -> Result<bool> {
        self.settle_mails().await?;
        let sql = "UPDATE outbox SET ticket_of = NULL WHERE ticket_of = $1 \
                   AND (state = 'failed' OR bounced_at IS NOT NULL)";
        Ok(self.run(sqlx::query(sql).bind(incident.0)).await? == 1)
    }

    /// How many mails of each kind a school has queued for one address since a moment, this
    /// transaction's included. Writes nothing.
    pub async fn mails_by_kind_since(
        &mut self,
        school: &str,
        recipient: &Address,
        since: Timestamp,
    ) -> Result<HashMap<MailKind, u32>> {
        let sql = "SELECT kind, COUNT(*) FROM outbox WHERE recipient = $1 AND created_at >= $2 AND school = $3 \
                   GROUP BY kind";
        let query = sqlx::query(sql).bind(text(recipient.as_str())).bind(ms(since)).bind(text(school));
        let rows = query.fetch_all(self.conn()).await.map_err(|e| self.err(e))?;
        self.by_kind(&rows, school, Some(recipient))
    }

    /// How many mails of each kind were queued for anybody since `since`.
    pub async fn all_mails_by_kind_since(&mut self, school: &str, since: Timestamp) -> Result<HashMap<MailKind, u32>> {
        // Mails of today have not aged; saying so lets the index by age serve.
        let sql = "SELECT kind, COUNT(*) FROM outbox WHERE school = $1 AND created_at >= $2 AND aged = 0 GROUP BY kind";
        let query = sqlx::query(sql).bind(text(school)).bind(ms(since));
        let rows = query.fetch_all(self.conn()).await.map_err(|e| self.err(e))?;
        self.by_kind(&rows, school, None)
    }

    fn by_kind(&self, rows: &[AnyRow], school: &str, recipient: Option<&Address>) -> Result<HashMap<MailKind, u32>> {
        let mut found: HashMap<MailKind, u32> = HashMap::new();
        for row in rows {
            found.insert(parsed("a kind of mail", &string(row, 0)?)?, number(row, 1)?);
        }
        for kind in self.waiting_mails(school, recipient) {
            *found.entry(kind).or_default() += 1;
        }
        Ok(found)
    }

    /// Takes back the ticket of an incident that has certainly not left: it waits for its first or
    /// next attempt and was never interrupted, or it was given up. `false`: there is none such.
    pub async fn withdraw_ticket(&mut self, incident: IncidentId) -> Result<bool> {
        self.settle().await?;
        let sql = "SELECT id FROM outbox WHERE ticket_of = $1 \
                   AND ((state = 'queued' AND unknown_at IS NULL) OR state = 'failed')";
        let found = sqlx::query(sql).bind(incident.0).fetch_optional(self.conn()).await;
        let Some(row) = found.map_err(|e| self.err(e))? else { return Ok(false) };
        self.delete_mail(int(&row, 0)?).await?;
        Ok(true)
    }

    /// Takes back a mail that was never tried. `false`: it has been.
    pub async fn withdraw_untried(&mut self, mail: OutboxId) -> Result<bool> {
        self.settle().await?;
        let sql = "SELECT id FROM outbox WHERE id = $1 AND state = 'queued' AND attempts = 0 AND unknown_at IS NULL";
        let found = sqlx::query(sql).bind(mail.0).fetch_optional(self.conn()).await;
        if found.map_err(|e| self.err(e))?.is_none() {
            return Ok(false);
        }
        self.delete_mail(mail.0).await?;
        Ok(true)
    }

    /// Notes how an attempt ended, or how a doubt was resolved.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] where the mail is neither being sent nor of unknown fate.
    pub async fn finish(&mut self, id: OutboxId, how: &Finish) -> Result<()> {
        let query = match how {
            Finish::Sent { at } => sqlx::query(
                "UPDATE outbox SET state = 'sent', sent_at = $2, claim = NULL, last_error = NULL \
                 WHERE id = $1 AND state IN ('sending', 'unknown')",
            )
            .bind(id.0)
            .bind(ms(*at)),
            Finish::Retry { next_at, error } => sqlx::query(
                "UPDATE outbox SET state = 'queued', next_at = $2, last_error = $3, claim = NULL \
                 WHERE id = $1 AND state IN ('sending', 'unknown')",
            )
            .bind(id.0)
            .bind(ms(*next_at))
            .bind(text(error)),
            Finish::Failed { at, error } => sqlx::query(
                "UPDATE outbox SET state = 'failed', failed_at = $2, last_error = $3, claim = NULL \
                 WHERE id = $1 AND state IN ('sending', 'unknown')",
            )
            .bind(id.0)
            .bind(ms(*at))
            .bind(text(error)),
            Finish::Unknown { at, error } => sqlx::query(
                "UPDATE outbox SET state = 'unknown', unknown_at = $2, last_error = $3, claim = NULL \
                 WHERE id = $1 AND state IN ('sending', 'unknown')",
            )
            .bind(id.0)
            .bind(ms(*at))
            .bind(text(error)),
            Finish::Again { next_at } => sqlx::query(
                "UPDATE outbox SET state = 'queued', next_at = $2, claim = NULL, \
                 attempts = CASE WHEN attempts > 0 THEN attempts - 1 ELSE 0 END \
                 WHERE id = $1 AND state IN ('sending', 'unknown')",
            )
            .bind(id.0)
            .bind(ms(*next_at)),
        };
        match self.run(query).await? {
            1 => Ok(()),
            _ => {
                Err(StoreError::Conflict(format!("mail {} of the outbox is not under way", id.0)).at(&self.store.place))
            }
        }
    }

    /// Notes that a mail which waits for its first attempt had left before: its own copy says so.
    pub async fn has_left_already(&mut self, id: OutboxId, at: Timestamp) -> Result<()> {
        self.settle_mails().await?;
        let sql = "UPDATE outbox SET state = 'sent', sent_at = $2 WHERE id = $1 AND state = 'queued' AND attempts = 0";
        match self.run(sqlx::query(sql).bind(id.0).bind(ms(at))).await? {
            1 => Ok(()),
            _ => Err(StoreError::Conflict(format!("mail {} of the outbox is under way", id.0)).at(&self.store.place)),
        }
    }

    /// Notes a bounce. The first one stays.
    pub async fn note_bounce(&mut self, id: OutboxId, at: Timestamp, words: &str) -> Result<()> {
        let sql = "UPDATE outbox SET bounced_at = $2, bounce = $3 WHERE id = $1 AND bounced_at IS NULL";
        self.run(sqlx::query(sql).bind(id.0).bind(ms(at)).bind(text(words))).await?;
        Ok(())
    }

    async fn claim_due(&mut self, school: &str, now: Timestamp, limit: u32) -> Result<Vec<Claimed>> {
        let claim = self.store.ids.next(Table::Claim);
        let sql = "UPDATE outbox SET state = 'sending', attempts = attempts + 1, claim = $1, \
             first_try_at = COALESCE(first_try_at, $3) \
             WHERE state = 'queued' AND id IN (SELECT d.id FROM \
               (SELECT q.id, q.size, SUM(q.size) OVER (ORDER BY q.next_at, q.id) AS upto FROM \
                 (SELECT id, size, next_at FROM outbox WHERE school = $2 AND state = 'queued' AND next_at <= $3 \
                  ORDER BY next_at, id LIMIT $4) q) d \
               WHERE d.upto - d.size < $5)";
        let query = sqlx::query(sql).bind(claim).bind(text(school)).bind(ms(now)).bind(i64::from(limit)).bind(BUDGET);
        if self.run(query).await? == 0 {
            return Ok(Vec::new());
        }
        let sql = select!(
            ", b.bytes FROM outbox o JOIN outbox_bytes b ON b.outbox = o.id \
             WHERE o.state = 'sending' AND o.school = $1 AND o.claim = $2 ORDER BY o.next_at, o.id"
        );
        let query = sqlx::query(sql).bind(text(school)).bind(claim);
        let rows = query.fetch_all(self.conn()).await.map_err(|e| self.err(e))?;
        rows.iter().map(|r| Ok(Claimed { row: row_of(r)?, bytes: bytes(r, 24)? })).collect()
    }
}

/// Bytes of mails that are claimed at once.
const BUDGET: i64 = 16_000_000;

async fn outbox_row(conn: &mut AnyConnection, id: OutboxId) -> Result<Option<OutboxRow>> {
    let row = sqlx::query(select!(" FROM outbox o WHERE o.id = $1")).bind(id.0).fetch_optional(&mut *conn).await?;
    with_shows(conn, row).await
}

async fn outbox_bytes(conn: &mut AnyConnection, id: OutboxId) -> Result<Option<Vec<u8>>> {
    let sql = "SELECT bytes FROM outbox_bytes WHERE outbox = $1";
    sqlx::query(sql).bind(id.0).fetch_optional(conn).await?.as_ref().map(|r| bytes(r, 0)).transpose()
}

async fn outbox_by_message_ids(conn: &mut AnyConnection, ids: &[&str]) -> Result<Option<OutboxRow>> {
    // No LIMIT: with one, PostgreSQL may walk all mails in the order of their keys.
    let sql = select!(" FROM outbox o WHERE o.message_id = $1 ORDER BY o.id");
    for id in ids {
        let row = sqlx::query(sql).bind(text(id)).fetch_optional(&mut *conn).await?;
        if row.is_some() {
            return with_shows(conn, row).await;
        }
    }
    Ok(None)
}

async fn outbox_by_reply_token(conn: &mut AnyConnection, token: &str) -> Result<Option<OutboxRow>> {
    let sql = select!(" FROM outbox o WHERE o.reply_token = $1");
    let row = sqlx::query(sql).bind(text(token)).fetch_optional(&mut *conn).await?;
    with_shows(conn, row).await
}

async fn outbox_by_own_token(conn: &mut AnyConnection, token: &str) -> Result<Option<OutboxRow>> {
    let sql = select!(" FROM outbox o WHERE o.own_token = $1");
    let row = sqlx::query(sql).bind(text(token)).fetch_optional(&mut *conn).await?;
    with_shows(conn, row).await
}

async fn mails_of_incident(conn: &mut AnyConnection, id: IncidentId) -> Result<Vec<OutboxRow>> {
    let sql = select!(" FROM outbox o WHERE o.incident = $1 ORDER BY o.id");
    sqlx::query(sql).bind(id.0).fetch_all(conn).await?.iter().map(row_of).collect()
}

async fn ticket_of(conn: &mut AnyConnection, id: IncidentId) -> Result<Option<OutboxRow>> {
    let sql = select!(" FROM outbox o WHERE o.ticket_of = $1");
    let row = sqlx::query(sql).bind(id.0).fetch_optional(&mut *conn).await?;
    with_shows(conn, row).await
}

async fn mails_to_since(
    conn: &mut AnyConnection,
    school: &str,
    recipient: &Address,
    since: Timestamp,
    kinds: &[MailKind],
) -> Result<u32> {
    let sql = "SELECT kind, COUNT(*) FROM outbox WHERE recipient = $1 AND created_at >= $2 AND school = $3 \
               GROUP BY kind";
    let query = sqlx::query(sql).bind(text(recipient.as_str())).bind(ms(since)).bind(text(school));
    let mut total = 0;
    for row in &query.fetch_all(conn).await? {
        let kind = string(row, 0)?;
        if kinds.iter().any(|k| k.as_str() == kind) {
            total += number::<u32>(row, 1)?;
        }
    }
    Ok(total)
}

async fn mails_about_since(conn: &mut AnyConnection, id: IncidentId, kind: MailKind, since: Timestamp) -> Result<u32> {
    let sql = "SELECT COUNT(*) FROM outbox WHERE incident = $1 AND kind = $2 AND created_at >= $3";
    let row = sqlx::query(sql).bind(id.0).bind(kind.as_str()).bind(ms(since)).fetch_one(conn).await?;
    number(&row, 0)
}

async fn unknown_rows(conn: &mut AnyConnection, school: &str) -> Result<Vec<OutboxRow>> {
    let sql = select!(" FROM outbox o WHERE o.state = 'unknown' AND o.school = $1 ORDER BY o.id");
    sqlx::query(sql).bind(text(school)).fetch_all(conn).await?.iter().map(row_of).collect()
}

async fn undelivered_since(conn: &mut AnyConnection, school: &str, since: Timestamp) -> Result<Vec<OutboxRow>> {
    // Two statements, each with an index of its own.
    let sql = select!(" FROM outbox o WHERE o.state = 'failed' AND o.school = $1 AND o.failed_at >= $2");
    let mut rows = sqlx::query(sql).bind(text(school)).bind(ms(since)).fetch_all(&mut *conn).await?;
    let sql = select!(
        " FROM outbox o WHERE o.bounced_at IS NOT NULL AND o.state <> 'failed' AND o.school = $1 \
         AND o.bounced_at >= $2"
    );
    rows.extend(sqlx::query(sql).bind(text(school)).bind(ms(since)).fetch_all(conn).await?);
    let mut found = rows.iter().map(row_of).collect::<Result<Vec<_>>>()?;
    found.sort_by_key(|row| row.id);
    Ok(found)
}

async fn next_due_at(conn: &mut AnyConnection, school: &str) -> Result<Option<Timestamp>> {
    let sql = "SELECT MIN(next_at) FROM outbox WHERE school = $1 AND state = 'queued'";
    let row = sqlx::query(sql).bind(text(school)).fetch_one(conn).await?;
    opt_time(&row, 0)
}

async fn unsent(conn: &mut AnyConnection, school: Option<&str>) -> Result<Vec<OutboxRow>> {
    // One statement for each state, each with an index of its own.
    let mut found = Vec::new();
    for sql in [
        select!(
            " FROM outbox o WHERE o.state = 'queued' AND ($1 IS NULL OR o.school = $1) ORDER BY o.school, o.next_at"
        ),
        select!(
            " FROM outbox o WHERE o.state = 'sending' AND ($1 IS NULL OR o.school = $1) ORDER BY o.school, o.claim"
        ),
        select!(" FROM outbox o WHERE o.state = 'unknown' AND ($1 IS NULL OR o.school = $1) ORDER BY o.school, o.id"),
        select!(
            " FROM outbox o WHERE o.state = 'failed' AND ($1 IS NULL OR o.school = $1) \
             AND (o.kind <> 'ticket' OR o.ticket_of IS NOT NULL) ORDER BY o.school, o.failed_at"
        ),
    ] {
        let rows = sqlx::query(sql).bind(opt_text(school)).fetch_all(&mut *conn).await?;
        found.extend(rows.iter().map(row_of).collect::<Result<Vec<_>>>()?);
    }
    found.sort_by_key(|row| row.id);
    Ok(found)
}

async fn all_mails(conn: &mut AnyConnection, school: Option<&str>) -> Result<Vec<OutboxRow>> {
    let sql = select!(" FROM outbox o WHERE ($1 IS NULL OR o.school = $1) ORDER BY o.id");
    sqlx::query(sql).bind(opt_text(school)).fetch_all(conn).await?.iter().map(row_of).collect()
}

async fn with_shows(conn: &mut AnyConnection, row: Option<AnyRow>) -> Result<Option<OutboxRow>> {
    let Some(row) = row else { return Ok(None) };
    let mut found = row_of(&row)?;
    let sql = "SELECT incident, fingerprint FROM outbox_shows WHERE outbox = $1 ORDER BY position";
    for shown in &sqlx::query(sql).bind(found.id.0).fetch_all(conn).await? {
        found.shows.push((IncidentId(int(shown, 0)?), string(shown, 1)?));
    }
    Ok(Some(found))
}

fn row_of(row: &AnyRow) -> Result<OutboxRow> {
    Ok(OutboxRow {
        id: OutboxId(int(row, 0)?),
        school: string(row, 1)?,
        kind: parsed("a kind of mail", &string(row, 2)?)?,
        recipient: address(&string(row, 3)?)?,
        envelope_from: address(&string(row, 4)?)?,
        own_copy: flag(row, 5)?,
        own_token: opt_string(row, 6)?,
        reply_token: opt_string(row, 7)?,
        message_id: string(row, 8)?,
        subject: string(row, 9)?,
        size: number(row, 10)?,
        state: parsed::<Delivery>("a delivery state", &string(row, 11)?)?,
        attempts: number(row, 12)?,
        next_at: time(row, 13)?,
        created_at: time(row, 14)?,
        first_try_at: opt_time(row, 15)?,
        sent_at: opt_time(row, 16)?,
        unknown_at: opt_time(row, 17)?,
        last_error: opt_string(row, 18)?,
        bounced_at: opt_time(row, 19)?,
        bounce: opt_string(row, 20)?,
        cause: opt_int(row, 21)?.map(MessageNumber),
        incident: opt_int(row, 22)?.map(IncidentId),
        failed_at: opt_time(row, 23)?,
        shows: Vec::new(),
    })
}
