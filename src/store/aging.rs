//! What has been kept long enough goes, a little at a time.
//!
//! A message's bytes go once every incident that it tells of is over for long enough; one that tells
//! of none goes with everything but its hash. An incident keeps its facts, its times and its place
//! in the count, and loses whoever is named in it.

use std::collections::BTreeSet;

use jiff::{SignedDuration, Timestamp};
use serde_json::Value;
use sqlx::any::AnyRow;

use super::forgotten::What;
use super::value::{int, json, ms, of_json, opt_int, opt_string, string, text};
use super::{Result, Store, StoreError, Tx};
use crate::address::Address;
use crate::compose::redact;

/// Since when things are old enough to go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of mail go where all that they tell of was over before this.
    pub raw_before: Timestamp,
    /// Incidents that were over before this name nobody any more.
    pub incidents_before: Timestamp,
}

/// What went, or would go.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Aged {
    /// Messages whose bytes went.
    pub messages: u64,
    /// Mails of ours whose bytes went.
    pub mails: u64,
    /// Incidents that name nobody any more.
    pub incidents: u64,
    /// Whatever was looked at, whether it went or not.
    pub looked: u64,
}

impl Aged {
    /// Nothing was old enough.
    pub fn is_nothing(self) -> bool {
        self.messages + self.mails + self.incidents == 0
    }

    /// Both together.
    pub fn and(self, other: Self) -> Self {
        Self {
            messages: self.messages + other.messages,
            mails: self.mails + other.mails,
            incidents: self.incidents + other.incidents,
            looked: self.looked + other.looked,
        }
    }
}

/// A message that tells of something still open is looked at again after so long.
const LOOK_AGAIN: SignedDuration = SignedDuration::from_hours(24);

fn again_at(now: Timestamp) -> i64 {
    ms(now.checked_add(LOOK_AGAIN).unwrap_or(now))
}

impl Store {
    /// Lets go, in one school, of what is old enough: at most `limit` of each kind, so that the cost
    /// is the same however much is kept. `thorough`: what was looked at today as well.
    ///
    /// # Errors
    /// Where the store cannot be used; what went before stays gone.
    pub async fn age(&self, school: &str, limits: Limits, now: Timestamp, thorough: bool, limit: u32) -> Result<Aged> {
        // What this very pass has looked at is not looked at again.
        let look_at = if thorough { again_at(now) - 1 } else { ms(now) };
        let mut done = Aged::default();
        let sql = "SELECT id FROM message WHERE school = $1 AND aged = 0 AND look_at <= $2 AND received_at < $3 \
                   ORDER BY received_at LIMIT $4";
        let raw_before = ms(limits.raw_before);
        let messages = self.keys(sql, school, look_at, raw_before, limit).await?;
        let sql = "SELECT id FROM outbox WHERE school = $1 AND aged = 0 AND created_at < $3 AND created_at <= $2 \
                   AND state IN ('sent', 'failed') ORDER BY created_at LIMIT $4";
        let mut mails = self.keys(sql, school, i64::MAX, raw_before, limit).await?;
        let sql = "SELECT id FROM outbox WHERE school = $1 AND aged = -1 AND state IN ('sent', 'failed') \
                   AND id <= $2 AND id <= $3 ORDER BY id LIMIT $4";
        mails.extend(self.keys(sql, school, i64::MAX, i64::MAX, limit).await?);
        done.looked += (messages.len() + mails.len()) as u64;
        if !messages.is_empty() || !mails.is_empty() {
            let mut tx = self.begin().await?;
            for id in messages {
                done.messages += u64::from(tx.age_message(id, limits, now).await?);
            }
            for id in mails {
                tx.empty_mail(id, None).await?;
                done.mails += 1;
            }
            tx.commit().await?;
        }
        let sql = "SELECT id FROM outbox WHERE school = $1 AND aged = 1 AND incident IS NULL AND created_at < $3 \
                   AND created_at <= $2 ORDER BY created_at LIMIT $4";
        let before = ms(limits.incidents_before);
        let loose = self.keys(sql, school, i64::MAX, before, limit).await?;
        done.looked += loose.len() as u64;
        if !loose.is_empty() {
            let mut tx = self.begin().await?;
            for id in loose {
                tx.unname_mail(id).await?;
            }
            tx.commit().await?;
        }
        let sql = "SELECT id FROM incident WHERE school = $1 AND aged = 0 AND closed_at IS NOT NULL \
                   AND closed_at < $3 AND closed_at <= $2 ORDER BY closed_at LIMIT $4";
        for id in self.keys(sql, school, i64::MAX, before, limit).await? {
            match self.age_incident(id, limits, now).await {
                Ok(went) => {
                    done.incidents += u64::from(went);
                    done.looked += u64::from(went);
                }
                // Somebody is at work on it.
                Err(StoreError::Conflict(_)) => {}
                Err(e) => return Err(e),
            }
        }
        Ok(done)
    }

    /// How much is old enough in one school.
    ///
    /// # Errors
    /// Where the store cannot be read.
    pub async fn would_age(&self, school: &str, limits: Limits) -> Result<Aged> {
        let mut conn = self.reader().await?;
        let sql = "SELECT \
             (SELECT COUNT(*) FROM message m WHERE m.school = $1 AND m.aged = 0 AND m.received_at < $2 \
              AND m.outcome IS NOT NULL AND NOT EXISTS (SELECT i.id FROM incident i WHERE i.id IN \
               (SELECT r.incident FROM report r WHERE r.message = m.id \
                UNION SELECT h.incident FROM history h WHERE h.message = m.id) \
               AND (i.closed_at IS NULL OR i.closed_at >= $2))), \
             (SELECT COUNT(*) FROM outbox o WHERE o.school = $1 AND o.aged IN (0, -1) AND o.created_at < $2 \
              AND o.state IN ('sent', 'failed')), \
             (SELECT COUNT(*) FROM incident i WHERE i.school = $1 AND i.aged = 0 AND i.closed_at IS NOT NULL \
              AND i.closed_at < $3)";
        let query = sqlx::query(sql).bind(text(school)).bind(ms(limits.raw_before)).bind(ms(limits.incidents_before));
        let row = query.fetch_one(&mut *conn).await.map_err(|e| self.err(e))?;
        let count = |i: usize| super::value::number::<u64>(&row, i);
        Ok(Aged { messages: count(0)?, mails: count(1)?, incidents: count(2)?, looked: 0 })
    }

    async fn keys(&self, sql: &'static str, school: &str, upto: i64, before: i64, limit: u32) -> Result<Vec<i64>> {
        let mut conn = self.reader().await?;
        let query = sqlx::query(sql).bind(text(school)).bind(upto).bind(before).bind(i64::from(limit));
        let rows = query.fetch_all(&mut *conn).await.map_err(|e| self.err(e))?;
        rows.iter().map(|r| int(r, 0)).collect()
    }

    async fn age_incident(&self, id: i64, limits: Limits, now: Timestamp) -> Result<bool> {
        let mut tx = self.begin().await?;
        tx.next_epoch().await?;
        let sql = "UPDATE incident SET aged = 1, version = version + 1 \
                   WHERE id = $1 AND aged = 0 AND closed_at IS NOT NULL AND closed_at < $2";
        let query = sqlx::query(sql).bind(id).bind(ms(limits.incidents_before));
        if tx.run(query).await? == 0 {
            tx.rollback().await?;
            return Ok(false);
        }
        tx.unname_incident(id, now).await?;
        tx.commit().await?;
        Ok(true)
    }
}

impl Tx {
    /// Lets go of a message's bytes if all that it tells of is over for long; `false`: not yet.
    async fn age_message(&mut self, id: i64, limits: Limits, now: Timestamp) -> Result<bool> {
        let sql = "SELECT m.content_hash, m.outcome, COUNT(i.id), \
                   SUM(CASE WHEN i.id IS NOT NULL AND i.closed_at IS NULL THEN 1 ELSE 0 END), \
                   CAST(MAX(i.closed_at) AS BIGINT) FROM message m \
                   LEFT JOIN incident i ON i.id IN (SELECT r.incident FROM report r WHERE r.message = m.id \
                     UNION SELECT h.incident FROM history h WHERE h.message = m.id) \
                   WHERE m.id = $1 GROUP BY m.content_hash, m.outcome";
        let row = sqlx::query(sql).bind(id).fetch_optional(self.conn()).await.map_err(|e| self.err(e))?;
        let Some(row) = row else { return Ok(false) };
        let (hash, outcome) = (string(&row, 0)?, opt_string(&row, 1)?);
        let (all, open, over_at) = (int(&row, 2)?, int(&row, 3)?, opt_int(&row, 4)?);
        let raw_before = ms(limits.raw_before);
        if outcome.is_none() || open > 0 || over_at.is_some_and(|at| at >= raw_before) {
            let sql = "UPDATE message SET look_at = $2 WHERE id = $1";
            self.run(sqlx::query(sql).bind(id).bind(again_at(now))).await?;
            return Ok(false);
        }
        if all == 0 {
            // It tells of nothing that is kept: not even who wrote it has to stay.
            self.empty_message(id, &hash, What::Aged, "", now).await?;
            let sql = "UPDATE message SET outcome = CASE WHEN outcome = 'quarantined' THEN 'ignored' ELSE outcome END, \
                       reason = CASE WHEN outcome = 'quarantined' THEN 'never let in; removed because of its age' \
                       ELSE reason END WHERE id = $1";
            self.run(sqlx::query(sql).bind(id)).await?;
            return Ok(true);
        }
        let key = self.store.content_key(&hash);
        self.note_hash(What::Aged.as_str(), &key, now).await?;
        self.run(sqlx::query("DELETE FROM message_raw WHERE message = $1").bind(id)).await?;
        self.run(sqlx::query("UPDATE message SET aged = 1 WHERE id = $1").bind(id)).await?;
        Ok(true)
    }

    /// Whoever is named in an incident is named no more.
    async fn unname_incident(&mut self, id: i64, now: Timestamp) -> Result<()> {
        let sql = "SELECT id, reporter, reporter_name, facts_json FROM report WHERE incident = $1";
        let reports = self.all(sql, id).await?;
        let mut names: BTreeSet<String> = BTreeSet::new();
        for row in &reports {
            names.insert(string(row, 2)?);
            names.extend(Address::parse(&string(row, 1)?).iter().flat_map(redact::names_of));
            let told: Value = of_json("a report", &string(row, 3)?)?;
            names.extend(told.get("told_by").and_then(Value::as_str).map(str::to_owned));
        }
        let names: Vec<&str> = names.iter().map(String::as_str).filter(|n| !n.is_empty()).collect();
        for row in &reports {
            let facts = unnamed(&string(row, 3)?, &names)?;
            let reporter = self.store.pseudonym(&string(row, 1)?);
            let sql = "UPDATE report SET reporter = $2, reporter_name = '', facts_json = $3 WHERE id = $1";
            self.run(sqlx::query(sql).bind(int(row, 0)?).bind(text(&reporter)).bind(facts)).await?;
        }
        for row in &self.all("SELECT facts_json, state_json FROM incident WHERE id = $1", id).await? {
            let (facts, state) = (unnamed(&string(row, 0)?, &names)?, string(row, 1)?);
            let mut state: Value = of_json("a state", &state)?;
            if let Some(Value::String(by)) = state.get_mut("by") {
                *by = self.store.pseudonym(by);
            }
            for field in ["reason", "said"] {
                if let Some(Value::String(words)) = state.get_mut(field) {
                    *words = redact::redact(words, &names);
                }
            }
            let sql = "UPDATE incident SET facts_json = $2, state_json = $3 WHERE id = $1";
            self.run(sqlx::query(sql).bind(id).bind(facts).bind(json(&state)?)).await?;
        }
        for row in &self.all("SELECT id, actor, detail FROM history WHERE incident = $1", id).await? {
            let actor = opt_string(row, 1)?.map(|a| self.store.pseudonym(&a));
            let mut detail: Value = of_json("an entry of the history", &string(row, 2)?)?;
            redact_all(&mut detail, &names);
            let sql = "UPDATE history SET actor = $2, detail = $3 WHERE id = $1";
            self.run(sqlx::query(sql).bind(int(row, 0)?).bind(actor).bind(json(&detail)?)).await?;
        }
        for row in &self.all("SELECT id FROM outbox WHERE incident = $1 AND state IN ('sent', 'failed')", id).await? {
            self.unname_mail(int(row, 0)?).await?;
        }
        self.run(sqlx::query("DELETE FROM outbox_shows WHERE incident = $1").bind(id)).await?;
        // A message that tells of another incident too waits for that one.
        let sql = "SELECT m.id, m.content_hash, m.sender FROM message m WHERE m.id IN \
                     (SELECT r.message FROM report r WHERE r.incident = $1 \
                      UNION SELECT h.message FROM history h WHERE h.incident = $1) \
                   AND m.outcome IS NOT NULL AND m.aged < 2 AND NOT EXISTS \
                     (SELECT i.id FROM incident i WHERE i.aged = 0 AND i.id IN \
                       (SELECT r.incident FROM report r WHERE r.message = m.id \
                        UNION SELECT h.incident FROM history h WHERE h.message = m.id))";
        for row in &self.all(sql, id).await? {
            let sender = string(row, 2)?;
            let sender = Address::parse(&sender).map_or(String::new(), |a| self.store.pseudonym(a.as_str()));
            self.empty_message(int(row, 0)?, &string(row, 1)?, What::Aged, &sender, now).await?;
        }
        Ok(())
    }

    /// Leaves of a mail of ours when it was sent, of which kind, and what for.
    async fn unname_mail(&mut self, id: i64) -> Result<()> {
        let sql = "SELECT recipient FROM outbox WHERE id = $1";
        for row in &self.all(sql, id).await? {
            let recipient = self.store.pseudonym(&string(row, 0)?);
            self.empty_mail(id, Some(&recipient)).await?;
            let sql = "UPDATE outbox SET aged = 2, message_id = $2, own_token = NULL, reply_token = NULL WHERE id = $1";
            self.run(sqlx::query(sql).bind(id).bind(format!("aged-{id}"))).await?;
        }
        Ok(())
    }

    async fn all(&mut self, sql: &'static str, id: i64) -> Result<Vec<AnyRow>> {
        sqlx::query(sql).bind(id).fetch_all(self.conn()).await.map_err(|e| self.err(e))
    }
}

/// Facts without people in their words.
fn unnamed(stored: &str, names: &[&str]) -> Result<String> {
    let mut value: Value = of_json("stored facts", stored)?;
    for field in ["words", "span", "since", "effect", "doubts"] {
        if let Some(words) = value.get_mut(field) {
            redact_all(words, names);
        }
    }
    if let Some(author) = value.get_mut("told_by") {
        *author = Value::Null;
    }
    json(&value)
}

fn redact_all(value: &mut Value, names: &[&str]) {
    match value {
        Value::String(text) => *text = redact::redact(text, names),
        Value::Array(items) => items.iter_mut().for_each(|item| redact_all(item, names)),
        Value::Object(fields) => fields.iter_mut().for_each(|(_, field)| redact_all(field, names)),
        _ => {}
    }
}
