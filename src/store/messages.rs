//! Received messages: kept first, ended once, never lost.

use std::collections::HashMap;

use jiff::Timestamp;
use sqlx::AnyConnection;
use sqlx::any::AnyRow;

use super::ids::Table;
use super::pending::Rows;
use super::rows::{Ended, Inserted, MessageEnd, MessageNumber, MessageRow, NewMessage, Standing, Waiting};
use super::value::{bytes, flag, int, ms, number, opt_string, opt_text, opt_time, parsed, string, text, time};
use super::{Result, Store, Tx, reads};
use crate::incident::IncidentId;
use crate::mailbox::{Cursor, MessageKey};

macro_rules! select {
    ($rest:literal) => {
        concat!(
            "SELECT m.id, m.school, m.message_id, m.content_hash, m.sender, m.subject, m.received_at, m.size, \
             m.ended_at, m.outcome, m.reason, m.released FROM message m ",
            $rest
        )
    };
}

reads! {
    settle_nothing, with_end;
    /// One message, without its bytes.
    fn message(id: MessageNumber) -> Option<MessageRow>;
    /// The earliest message of a school with this Message-ID (without `<>`): the message itself, or
    /// the one that it repeats.
    fn message_by_message_id(school: &str, message_id: &str) -> Option<MessageRow>;
}

reads! {
    settle_ignored, with_end;
    /// The earliest message of a school with this content hash that was handled or waits, or that
    /// bears this Message-ID too, whatever became of it. What a forger wrote ahead holds nothing back.
    fn message_by_hash(school: &str, hash: &str, message_id: &str) -> Option<MessageRow>;
}

reads! {
    settle_messages, as_is;
    /// The bytes of a message; `None` where it is not known or its bytes were purged.
    fn raw(id: MessageNumber) -> Option<Vec<u8>>;
    /// Incidents in which a message has a report or left an entry, by key.
    fn incidents_of_message(id: MessageNumber) -> Vec<IncidentId>;
}

reads! {
    settle, as_is;
    /// What waits in one school, or in all.
    fn standing(school: Option<&str>) -> Standing;
}

impl Store {
    /// Keeps messages, all or none, durably. A key that is known already is left as it is.
    pub async fn insert_messages(&self, messages: &[NewMessage]) -> Result<Vec<Inserted>> {
        let mut tx = self.begin().await?;
        let inserted = tx.insert_messages(messages).await?;
        tx.commit().await?;
        Ok(inserted)
    }

    /// What is stored of a mailbox.
    pub async fn cursor(&self, mailbox: &str) -> Result<Cursor> {
        let mut conn = self.reader().await?;
        cursor(&mut conn, mailbox).await.map_err(|e| e.at(self.place()))
    }

    /// Ended messages of a mailbox that are still to be moved on the server, oldest first.
    pub async fn needs_done(&self, mailbox: &str, limit: u32) -> Result<Vec<(MessageNumber, MessageKey)>> {
        let mut conn = self.reader().await?;
        needs_done(&mut conn, mailbox, limit).await.map_err(|e| e.at(self.place()))
    }

    /// Notes that messages were moved on the server.
    pub async fn mark_moved(&self, ids: &[MessageNumber]) -> Result<()> {
        let mut tx = self.begin().await?;
        for id in ids {
            tx.run(sqlx::query("UPDATE message SET to_move = 0 WHERE id = $1").bind(id.0)).await?;
        }
        tx.commit().await
    }

    /// Messages of a school that have not ended, oldest first: at most `limit`, and of no more than
    /// about 32 MB together (but always one).
    pub async fn waiting(&self, school: &str, limit: u32) -> Result<Vec<Waiting>> {
        let mut conn = self.reader().await?;
        waiting(&mut conn, school, limit).await.map_err(|e| e.at(self.place()))
    }

    /// All messages of one school, or of all, oldest first.
    pub async fn list_messages(&self, school: Option<&str>) -> Result<Vec<MessageRow>> {
        let mut conn = self.reader().await?;
        let sql = select!("WHERE ($1 IS NULL OR m.school = $1) ORDER BY m.id");
        let rows = sqlx::query(sql).bind(opt_text(school)).fetch_all(&mut *conn).await.map_err(|e| self.err(e))?;
        rows.iter().map(message_of).collect()
    }

    /// Messages in quarantine of one school, or of all, oldest first in each school.
    pub async fn quarantined(&self, school: Option<&str>) -> Result<Vec<MessageRow>> {
        let mut conn = self.reader().await?;
        let sql = select!("WHERE m.outcome = 'quarantined' AND ($1 IS NULL OR m.school = $1) ORDER BY m.school, m.id");
        let rows = sqlx::query(sql).bind(opt_text(school)).fetch_all(&mut *conn).await.map_err(|e| self.err(e))?;
        rows.iter().map(message_of).collect()
    }

    /// How many messages of a school came into quarantine since a moment, and are there still.
    pub async fn quarantined_since(&self, school: &str, since: Timestamp) -> Result<u64> {
        let sql = "SELECT COUNT(*) FROM message WHERE outcome = 'quarantined' AND school = $1 AND ended_at >= $2";
        self.count_since(sql, school, since).await
    }

    /// How many messages of a school have waited since before a moment to be processed, and mails
    /// since before it to be tried.
    pub async fn overdue_since(&self, school: &str, since: Timestamp) -> Result<u64> {
        let sql = "SELECT (SELECT COUNT(*) FROM message WHERE outcome IS NULL AND school = $1 AND received_at < $2) \
                   + (SELECT COUNT(*) FROM outbox WHERE state = 'queued' AND school = $1 AND next_at < $2)";
        self.count_since(sql, school, since).await
    }

    async fn count_since(&self, sql: &'static str, school: &str, since: Timestamp) -> Result<u64> {
        let mut conn = self.reader().await?;
        let query = sqlx::query(sql).bind(text(school)).bind(ms(since));
        let row = query.fetch_one(&mut *conn).await.map_err(|e| self.err(e))?;
        number(&row, 0)
    }

    /// Lets a message out of quarantine: it waits again. `false`: it is not in quarantine, or its bytes are gone.
    pub async fn release(&self, id: MessageNumber) -> Result<bool> {
        let mut tx = self.begin().await?;
        let released = tx.release(id).await?;
        tx.commit().await?;
        Ok(released)
    }

    /// Ends a message in quarantine as ignored. `false`: it is not in quarantine.
    pub async fn drop_quarantined(&self, id: MessageNumber, reason: &str, at: Timestamp) -> Result<bool> {
        let mut tx = self.begin().await?;
        let done = tx.drop_quarantined(id, reason, at).await?;
        tx.commit().await?;
        Ok(done)
    }
}

impl Tx {
    /// Keeps messages. A key that is known already is left as it is.
    pub async fn insert_messages(&mut self, messages: &[NewMessage]) -> Result<Vec<Inserted>> {
        let mut mailboxes: HashMap<&str, i64> = HashMap::new();
        for (name, (validity, last_uid)) in highest(messages) {
            let id = self.note_mailbox(name, validity, last_uid).await?;
            mailboxes.insert(name, id);
        }
        let mut inserted = Vec::with_capacity(messages.len());
        let mut rest = messages;
        while !rest.is_empty() {
            let (many, sql) = MESSAGES.for_most_of(rest.len(), self.store.backend);
            let (now, later) = rest.split_at(many.min(rest.len()));
            self.insert_some(sql, now, &mailboxes, &mut inserted).await?;
            rest = later;
        }
        Ok(inserted)
    }

    async fn note_mailbox(&mut self, name: &str, validity: i64, last_uid: i64) -> Result<i64> {
        let id = self.store.ids.next(Table::Mailbox);
        let sql = "INSERT INTO mailbox (id, name, validity, last_uid) VALUES ($1, $2, $3, $4) \
             ON CONFLICT (name) DO UPDATE SET validity = excluded.validity, \
             last_uid = CASE WHEN mailbox.validity = excluded.validity AND mailbox.last_uid > excluded.last_uid \
             THEN mailbox.last_uid ELSE excluded.last_uid END RETURNING id";
        let query = sqlx::query(sql).bind(id).bind(text(name)).bind(validity).bind(last_uid);
        let row = query.fetch_one(self.conn()).await.map_err(|e| self.err(e))?;
        int(&row, 0)
    }

    async fn insert_some(
        &mut self,
        sql: &'static str,
        some: &[NewMessage],
        mailboxes: &HashMap<&str, i64>,
        inserted: &mut Vec<Inserted>,
    ) -> Result<()> {
        let mailbox = |new: &NewMessage| mailboxes.get(new.key.mailbox.as_str()).copied().unwrap_or_default();
        let keyed: Vec<String> = some.iter().map(|new| self.store.content_key(&new.content_hash)).collect();
        let refused = self.refused(&keyed).await?;
        let refused: Vec<bool> = keyed.iter().map(|hash| refused.contains(hash)).collect();
        let ids: Vec<i64> = some.iter().map(|_| self.store.ids.next(Table::Message)).collect();
        let mut query = sqlx::query(sql);
        for ((id, new), refused) in ids.iter().zip(some).zip(&refused) {
            // Of what was forgotten only its place on the server is noted.
            let unless_refused = |text: &str| if *refused { String::new() } else { crate::store::value::text(text) };
            let message_id = new.message_id.as_deref().filter(|_| !refused);
            query = query
                .bind(*id)
                .bind(text(&new.school))
                .bind(mailbox(new))
                .bind(i64::from(new.key.validity))
                .bind(text(&new.key.uid))
                .bind(opt_text(message_id))
                .bind(unless_refused(&new.content_hash))
                .bind(unless_refused(&new.from))
                .bind(unless_refused(&new.subject))
                .bind(ms(new.received_at))
                .bind(i64::try_from(new.size).unwrap_or(i64::MAX))
                .bind(i64::from(new.to_move))
                .bind(0_i64)
                .bind(refused.then(|| ms(new.received_at)))
                .bind(refused.then(|| MessageEnd::Ignored.as_str()))
                .bind(refused.then_some(REFUSED))
                .bind(if *refused { 2_i64 } else { 0 });
        }
        let rows = query.fetch_all(self.conn()).await.map_err(|e| self.err(e))?;
        let written = rows.iter().map(|r| int(r, 0)).collect::<Result<Vec<_>>>()?;
        let fresh: Vec<(i64, &NewMessage)> = (ids.iter().copied().zip(some).zip(&refused))
            .filter(|((id, _), refused)| written.contains(id) && !**refused)
            .map(|(kept, _)| kept)
            .collect();
        // Binding copies the bytes: large messages go one by one.
        let together =
            if fresh.iter().map(|(_, m)| m.raw.len()).sum::<usize>() > RAW_AT_ONCE { 1 } else { fresh.len() };
        for rows in fresh.chunks(together.max(1)) {
            self.write(&RAWS, rows, |query, (id, new)| Ok(query.bind(*id).bind(new.raw.as_slice()))).await?;
        }
        for ((id, new), refused) in ids.into_iter().zip(some).zip(refused) {
            let fresh = written.contains(&id);
            let id = if fresh { id } else { self.known_as(mailbox(new), &new.key).await? };
            inserted.push(Inserted { id: MessageNumber(id), fresh, refused });
        }
        Ok(())
    }

    async fn known_as(&mut self, mailbox: i64, key: &MessageKey) -> Result<i64> {
        let sql = "SELECT id FROM message WHERE mailbox = $1 AND validity = $2 AND uid = $3";
        let query = sqlx::query(sql).bind(mailbox).bind(i64::from(key.validity)).bind(text(&key.uid));
        let row = query.fetch_one(self.conn()).await.map_err(|e| self.err(e))?;
        int(&row, 0)
    }

    /// Ends a message that waits. Where it had ended already (somebody else handled it), `commit`
    /// or a read of it says so by [`super::StoreError::Conflict`].
    pub fn end_message(&mut self, id: MessageNumber, end: MessageEnd, reason: &str, at: Timestamp) {
        self.add_end(id, end, reason, at);
    }

    /// Ends a message in quarantine as ignored. `false`: it is not in quarantine.
    pub async fn drop_quarantined(&mut self, id: MessageNumber, reason: &str, at: Timestamp) -> Result<bool> {
        let sql = "UPDATE message SET outcome = 'ignored', reason = $1, ended_at = $2 \
                   WHERE id = $3 AND outcome = 'quarantined'";
        Ok(self.run(sqlx::query(sql).bind(text(reason)).bind(ms(at)).bind(id.0)).await? == 1)
    }

    /// Lets a message out of quarantine: it waits again. `false`: it is not in quarantine, or its bytes are gone.
    pub async fn release(&mut self, id: MessageNumber) -> Result<bool> {
        self.settle_messages().await?;
        let sql = "UPDATE message SET outcome = NULL, reason = NULL, ended_at = NULL, released = 1 \
                   WHERE id = $1 AND outcome = 'quarantined' \
                   AND EXISTS (SELECT r.message FROM message_raw r WHERE r.message = message.id)";
        Ok(self.run(sqlx::query(sql).bind(id.0)).await? == 1)
    }
}

static MESSAGES: Rows = Rows::new(
    "INSERT INTO message (id, school, mailbox, validity, uid, message_id, content_hash, sender, subject, \
     received_at, size, to_move, released, ended_at, outcome, reason, aged) VALUES",
    17,
    "ON CONFLICT (mailbox, validity, uid) DO NOTHING RETURNING id",
);
/// Why a message ended whose bytes were not kept.
const REFUSED: &str = "its content was forgotten or has aged: nothing of it is kept";

static RAWS: Rows = Rows::new("INSERT INTO message_raw (message, raw) VALUES", 2, "");

/// Bytes of messages that one statement may carry.
const RAW_AT_ONCE: usize = 1_000_000;

/// The newest validity and the highest UID under it, per mailbox of a batch. A batch comes from
/// the server in order, so its last message bears the newest validity.
fn highest(messages: &[NewMessage]) -> HashMap<&str, (i64, i64)> {
    let mut found: HashMap<&str, (i64, i64)> = HashMap::new();
    for key in messages.iter().map(|m| &m.key) {
        let (validity, uid) = (i64::from(key.validity), key.uid.parse::<u32>().map_or(0, i64::from));
        let seen = found.entry(key.mailbox.as_str()).or_insert((validity, uid));
        *seen = if seen.0 == validity { (validity, seen.1.max(uid)) } else { (validity, uid) };
    }
    found
}

async fn cursor(conn: &mut AnyConnection, mailbox: &str) -> Result<Cursor> {
    let sql = "SELECT id, validity, last_uid FROM mailbox WHERE name = $1";
    let Some(row) = sqlx::query(sql).bind(text(mailbox)).fetch_optional(&mut *conn).await? else {
        return Ok(Cursor::default());
    };
    let (id, validity) = (int(&row, 0)?, int(&row, 1)?);
    let sql = "SELECT uid FROM message WHERE mailbox = $1 AND validity = $2";
    let rows = sqlx::query(sql).bind(id).bind(validity).fetch_all(conn).await?;
    let known = rows.iter().map(|r| string(r, 0)).collect::<Result<_>>()?;
    Ok(Cursor { validity: number(&row, 1)?, last_uid: number(&row, 2)?, known })
}

async fn needs_done(conn: &mut AnyConnection, mailbox: &str, limit: u32) -> Result<Vec<(MessageNumber, MessageKey)>> {
    let sql = "SELECT m.id, m.validity, m.uid FROM message m \
         WHERE m.mailbox = (SELECT b.id FROM mailbox b WHERE b.name = $1) AND m.to_move = 1 \
         AND m.outcome IS NOT NULL ORDER BY m.id LIMIT $2";
    let rows = sqlx::query(sql).bind(text(mailbox)).bind(i64::from(limit)).fetch_all(conn).await?;
    let key = |row: &AnyRow| -> Result<_> {
        let key = MessageKey { mailbox: mailbox.to_owned(), validity: number(row, 1)?, uid: string(row, 2)? };
        Ok((MessageNumber(int(row, 0)?), key))
    };
    rows.iter().map(key).collect()
}

/// Bytes of waiting messages that are taken at once.
const BUDGET: i64 = 32_000_000;

async fn waiting(conn: &mut AnyConnection, school: &str, limit: u32) -> Result<Vec<Waiting>> {
    // `size` is what the server said; a message that was cut counts too much, which does no harm.
    let sql = "SELECT w.id, b.name, w.validity, w.uid, w.received_at, w.content_hash, CAST(LENGTH(r.raw) AS BIGINT), w.size, w.released, \
         CASE WHEN EXISTS (SELECT e.id FROM message e \
           WHERE e.content_hash = w.content_hash AND e.id < w.id AND e.school = $1) THEN 1 ELSE 0 END \
         FROM (SELECT i.*, SUM(i.size) OVER (ORDER BY i.id) AS upto FROM \
           (SELECT m.id, m.mailbox, m.validity, m.uid, m.received_at, m.content_hash, m.size, m.released \
            FROM message m WHERE m.school = $1 AND m.outcome IS NULL ORDER BY m.id LIMIT $2) i) w \
         JOIN mailbox b ON b.id = w.mailbox JOIN message_raw r ON r.message = w.id \
         WHERE w.upto - w.size < $3 ORDER BY w.id";
    let query = sqlx::query(sql).bind(text(school)).bind(i64::from(limit)).bind(BUDGET);
    let rows = query.fetch_all(conn).await?;
    let one = |row: &AnyRow| -> Result<_> {
        Ok(Waiting {
            id: MessageNumber(int(row, 0)?),
            key: MessageKey { mailbox: string(row, 1)?, validity: number(row, 2)?, uid: string(row, 3)? },
            received_at: time(row, 4)?,
            content_hash: string(row, 5)?,
            kept: number(row, 6)?,
            size: number(row, 7)?,
            released: flag(row, 8)?,
            repeats: flag(row, 9)?,
        })
    };
    rows.iter().map(one).collect()
}

async fn message(conn: &mut AnyConnection, id: MessageNumber) -> Result<Option<MessageRow>> {
    let sql = select!("WHERE m.id = $1");
    sqlx::query(sql).bind(id.0).fetch_optional(conn).await?.as_ref().map(message_of).transpose()
}

async fn raw(conn: &mut AnyConnection, id: MessageNumber) -> Result<Option<Vec<u8>>> {
    let sql = "SELECT raw FROM message_raw WHERE message = $1";
    sqlx::query(sql).bind(id.0).fetch_optional(conn).await?.as_ref().map(|r| bytes(r, 0)).transpose()
}

async fn message_by_message_id(conn: &mut AnyConnection, school: &str, id: &str) -> Result<Option<MessageRow>> {
    let sql = select!("WHERE m.message_id = $1 AND m.school = $2 ORDER BY m.id LIMIT 1");
    let query = sqlx::query(sql).bind(text(id)).bind(text(school));
    query.fetch_optional(conn).await?.as_ref().map(message_of).transpose()
}

async fn message_by_hash(
    conn: &mut AnyConnection,
    school: &str,
    hash: &str,
    message_id: &str,
) -> Result<Option<MessageRow>> {
    let sql = select!(
        "WHERE m.content_hash = $1 AND m.school = $2 \
         AND (m.outcome IS NULL OR m.outcome = 'handled' OR m.message_id = $3) ORDER BY m.id LIMIT 1"
    );
    let query = sqlx::query(sql).bind(text(hash)).bind(text(school)).bind(text(message_id));
    query.fetch_optional(conn).await?.as_ref().map(message_of).transpose()
}

async fn incidents_of_message(conn: &mut AnyConnection, id: MessageNumber) -> Result<Vec<IncidentId>> {
    let sql = "SELECT incident FROM report WHERE message = $1 \
               UNION SELECT incident FROM history WHERE message = $1 ORDER BY 1";
    let rows = sqlx::query(sql).bind(id.0).fetch_all(conn).await?;
    rows.iter().map(|r| Ok(IncidentId(int(r, 0)?))).collect()
}

async fn standing(conn: &mut AnyConnection, school: Option<&str>) -> Result<Standing> {
    let sql = "SELECT \
         (SELECT COUNT(*) FROM message WHERE outcome IS NULL AND ($1 IS NULL OR school = $1)), \
         (SELECT COUNT(*) FROM message WHERE outcome = 'quarantined' AND ($1 IS NULL OR school = $1)), \
         (SELECT COUNT(*) FROM outbox WHERE state = 'queued' AND ($1 IS NULL OR school = $1)), \
         (SELECT COUNT(*) FROM outbox WHERE state = 'sending' AND ($1 IS NULL OR school = $1)), \
         (SELECT COUNT(*) FROM outbox WHERE state = 'unknown' AND ($1 IS NULL OR school = $1)), \
         (SELECT COUNT(*) FROM outbox WHERE state = 'failed' AND ($1 IS NULL OR school = $1) \
          AND (kind <> 'ticket' OR ticket_of IS NOT NULL))";
    let row = sqlx::query(sql).bind(opt_text(school)).fetch_one(conn).await?;
    let n = |i: usize| number::<u64>(&row, i);
    Ok(Standing { waiting: n(0)?, quarantined: n(1)?, leaving: n(2)? + n(3)? + n(4)?, failed: n(5)? })
}

fn message_of(row: &AnyRow) -> Result<MessageRow> {
    let ended = match (opt_time(row, 8)?, opt_string(row, 9)?, opt_string(row, 10)?) {
        (Some(at), Some(end), Some(reason)) => Some(Ended { at, end: parsed("an end", &end)?, reason }),
        _ => None,
    };
    Ok(MessageRow {
        id: MessageNumber(int(row, 0)?),
        school: string(row, 1)?,
        message_id: opt_string(row, 2)?,
        content_hash: string(row, 3)?,
        from: string(row, 4)?,
        subject: string(row, 5)?,
        received_at: time(row, 6)?,
        size: number(row, 7)?,
        ended,
        released: flag(row, 11)?,
    })
}
