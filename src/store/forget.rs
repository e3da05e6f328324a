//! One person is taken out of everything that is kept; the incidents' facts stay.

use std::collections::{BTreeSet, HashSet};

use jiff::Timestamp;
use serde_json::Value;
use sqlx::any::AnyRow;

use super::forgotten::What;
use super::rows::MessageNumber;
use super::value::{bytes, int, json, ms, number, of_json, opt_string, string, text};
use super::{Backend, Result, Store, StoreError, Tx};
use crate::address::Address;
use crate::compose::person::{Person, find_bytes};
use crate::incident::Reference;
use crate::mailbox::MessageKey;
use crate::message::{Message, parse};

/// Why a message ended that is forgotten.
pub(super) const REASON: &str = "forgotten: its sender asked for it";

/// Rows read at once where all of a table is looked through.
const PAGE: i64 = 100;

/// What forgetting somebody came to.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Forgotten {
    /// Messages of theirs of which nothing but a hash is left.
    pub messages: u64,
    /// Mails of other people, and of ours, whose bytes went because they quoted or named them.
    pub quoting: u64,
    /// Reports that are kept without a name.
    pub reports: u64,
    /// Mails to them that had not left, and will not.
    pub unsent: u64,
    /// Mails of ours to others that name them and must still leave; their bytes go then.
    pub to_leave: u64,
    /// Entries, facts and other lines in which they were named.
    pub lines: u64,
    /// Incidents of theirs that are still followed: school and reference.
    pub open: Vec<(String, Reference)>,
    /// Messages of other people that name them and still wait for a person, in quarantine.
    pub held: Vec<MessageNumber>,
}

impl Forgotten {
    /// Nothing of theirs was there.
    pub fn is_nothing(&self) -> bool {
        *self == Self::default()
    }
}

/// A message of somebody's as it lies on a server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OnServer {
    /// UAI of the school whose mailbox it is in.
    pub school: String,
    /// Where it was found.
    pub key: MessageKey,
    /// Message-ID without `<>`.
    pub message_id: Option<String>,
}

impl Store {
    /// Messages from this address that were received, by mailbox.
    ///
    /// # Errors
    /// Where the store cannot be read.
    pub async fn messages_of(&self, who: &Address) -> Result<Vec<OnServer>> {
        let mut conn = self.reader().await?;
        let sql = "SELECT m.school, b.name, m.validity, m.uid, m.message_id FROM message m \
                   JOIN mailbox b ON b.id = m.mailbox WHERE m.sender = $1 ORDER BY m.id";
        let query = sqlx::query(sql).bind(text(who.as_str()));
        let rows = query.fetch_all(&mut *conn).await.map_err(|e| self.err(e))?;
        let one = |row: &AnyRow| -> Result<_> {
            let key = MessageKey { mailbox: string(row, 1)?, validity: number(row, 2)?, uid: string(row, 3)? };
            Ok(OnServer { school: string(row, 0)?, key, message_id: opt_string(row, 4)? })
        };
        rows.iter().map(one).collect()
    }

    /// Takes a person out of everything, in one transaction; a running instance goes on with what is
    /// left. Only hashes stay, of the address and of what was written.
    ///
    /// # Errors
    /// Where the store cannot be used; then nothing was forgotten.
    pub async fn forget(&self, who: &Address, now: Timestamp) -> Result<Forgotten> {
        let mut attempt = 0;
        loop {
            attempt += 1;
            match self.try_forget(who, now).await {
                Ok(done) => {
                    self.write_forgotten().await?;
                    self.wipe().await;
                    return Ok(done);
                }
                // Somebody else wrote the same rows: theirs came first.
                Err(StoreError::Conflict(_)) if attempt < 5 => {}
                Err(e) => return Err(e),
            }
        }
    }

    async fn try_forget(&self, who: &Address, now: Timestamp) -> Result<Forgotten> {
        let person = self.person(who).await?;
        // The long looking through comes before the transaction, so that nobody waits for it.
        let (mut quoting, upto) = self.quoting_messages(who, &person, 0, i64::MAX).await?;
        let (mut mails, mails_upto) = self.quoting_mails(who, &person, 0, i64::MAX).await?;
        let mut tx = self.begin().await?;
        tx.next_epoch().await?;
        quoting.extend(self.quoting_messages(who, &person, upto, i64::MAX).await?.0);
        mails.extend(self.quoting_mails(who, &person, mails_upto, i64::MAX).await?.0);
        let mut one = One { tx, who, person, now, done: Forgotten::default() };
        one.open_incidents().await?;
        one.own_messages().await?;
        one.other_messages(&quoting).await?;
        one.mails_to_them().await?;
        one.other_mails(&mails).await?;
        one.incidents_and_reports().await?;
        one.history().await?;
        one.what_was_learnt().await?;
        let One { mut tx, done, .. } = one;
        if !done.is_nothing() {
            let hash = self.0.address_hash(who.as_str());
            tx.note_hash(What::Address.as_str(), &hash, now).await?;
        }
        tx.commit().await?;
        Ok(done)
    }

    /// How this person is named: as signed in what he or she has written.
    async fn person(&self, who: &Address) -> Result<Person> {
        let mut names: BTreeSet<String> = BTreeSet::new();
        let mut conn = self.reader().await?;
        let sql = "SELECT DISTINCT reporter_name FROM report WHERE reporter = $1 AND reporter_name <> ''";
        let rows = sqlx::query(sql).bind(text(who.as_str())).fetch_all(&mut *conn).await;
        for row in &rows.map_err(|e| self.err(e))? {
            names.insert(string(row, 0)?);
        }
        let sql = "SELECT r.raw FROM message m JOIN message_raw r ON r.message = m.id WHERE m.sender = $1 \
                   ORDER BY m.id DESC LIMIT 20";
        let rows = sqlx::query(sql).bind(text(who.as_str())).fetch_all(&mut *conn).await;
        for row in &rows.map_err(|e| self.err(e))? {
            let from = parse::parse(&bytes(row, 0)?).from;
            names.extend(from.map(|p| p.name).filter(|n| !n.is_empty()));
        }
        Ok(Person::new(who, &names.into_iter().collect::<Vec<_>>()))
    }

    /// Messages of others, after a key, that name this person; and the last key looked at.
    async fn quoting_messages(&self, who: &Address, person: &Person, after: i64, to: i64) -> Result<(Vec<i64>, i64)> {
        let sql = "SELECT m.id, r.raw FROM message m JOIN message_raw r ON r.message = m.id \
                   WHERE m.id > $1 AND m.id <= $2 AND m.sender <> $3 ORDER BY m.id LIMIT $4";
        self.naming(sql, who, person, after, to).await
    }

    /// The same for mails of ours to others.
    async fn quoting_mails(&self, who: &Address, person: &Person, after: i64, to: i64) -> Result<(Vec<i64>, i64)> {
        let sql = "SELECT o.id, b.bytes FROM outbox o JOIN outbox_bytes b ON b.outbox = o.id \
                   WHERE o.id > $1 AND o.id <= $2 AND o.recipient <> $3 ORDER BY o.id LIMIT $4";
        self.naming(sql, who, person, after, to).await
    }

    async fn naming(
        &self,
        sql: &'static str,
        who: &Address,
        person: &Person,
        mut after: i64,
        to: i64,
    ) -> Result<(Vec<i64>, i64)> {
        let mut found = Vec::new();
        loop {
            let mut conn = self.reader().await?;
            let query = sqlx::query(sql).bind(after).bind(to).bind(text(who.as_str())).bind(PAGE);
            let rows = query.fetch_all(&mut *conn).await.map_err(|e| self.err(e))?;
            for row in &rows {
                after = int(row, 0)?;
                let raw = bytes(row, 1)?;
                if find_bytes(&raw, who.as_str().as_bytes()).is_some() || names(person, &parse::parse(&raw)) {
                    found.push(after);
                }
            }
            if rows.len() < usize::try_from(PAGE).unwrap_or(1) {
                return Ok((found, after));
            }
        }
    }

    /// Lets nothing of what was deleted lie about in the database's files, as far as that can be had
    /// while others use them. What cannot be done now the database does by and by.
    pub async fn wipe(&self) {
        let sql: &[&'static str] = match self.backend() {
            Backend::Sqlite => &["PRAGMA wal_checkpoint(TRUNCATE)"],
            Backend::Postgres => &[
                "VACUUM message, message_raw",
                "VACUUM incident, report, history",
                "VACUUM outbox, outbox_bytes, sender, learned",
            ],
        };
        let Ok(mut conn) = self.0.writer.acquire().await else { return };
        for statement in sql {
            // It is an attempt: readers, or another owner of the tables, may stand in its way.
            let _ = sqlx::raw_sql(*statement).execute(&mut *conn).await;
        }
    }
}

/// Does a mail name this person, to whoever reads it?
fn names(person: &Person, m: &Message) -> bool {
    let parties = m.from.iter().chain(&m.to).chain(&m.cc);
    let in_party = |p: &crate::message::Party| {
        person.is_named_in(&p.name) || p.address.as_ref().is_some_and(|a| person.is_named_in(a.as_str()))
    };
    let body = [&m.subject, &m.body.new_text, &m.body.quoted_text, &m.body.signature];
    let forwarded = m.body.forwarded.iter().flat_map(|f| [&f.from.name, &f.to, &f.cc, &f.subject, &f.text]);
    parties.into_iter().any(in_party) || body.into_iter().chain(forwarded).any(|text| person.is_named_in(text))
}

/// One forgetting under way.
struct One<'a> {
    tx: Tx,
    who: &'a Address,
    person: Person,
    now: Timestamp,
    done: Forgotten,
}

impl One<'_> {
    fn pseudonym(&self) -> String {
        self.tx.store.pseudonym(self.who.as_str())
    }

    async fn rows(&mut self, sql: &'static str) -> Result<Vec<AnyRow>> {
        sqlx::query(sql).bind(text(self.who.as_str())).fetch_all(self.tx.conn()).await.map_err(|e| self.tx.err(e))
    }

    async fn page(&mut self, sql: &'static str, after: i64) -> Result<Vec<AnyRow>> {
        sqlx::query(sql).bind(after).bind(PAGE).fetch_all(self.tx.conn()).await.map_err(|e| self.tx.err(e))
    }

    /// What is still followed although nobody of theirs is asked any more.
    async fn open_incidents(&mut self) -> Result<()> {
        let sql = "SELECT DISTINCT i.school, i.year, i.number FROM report r JOIN incident i ON i.id = r.incident \
                   WHERE r.reporter = $1 AND i.closed_at IS NULL ORDER BY i.school, i.year, i.number";
        for row in &self.rows(sql).await? {
            let reference = Reference { year: number(row, 1)?, number: number(row, 2)? };
            self.done.open.push((string(row, 0)?, reference));
        }
        Ok(())
    }

    /// Of what they wrote a hash stays, whatever had become of it.
    async fn own_messages(&mut self) -> Result<()> {
        for row in &self.rows("SELECT id, content_hash FROM message WHERE sender = $1").await? {
            let (id, hash) = (int(row, 0)?, string(row, 1)?);
            let pseudonym = self.pseudonym();
            self.tx.empty_message(id, &hash, What::Content, &pseudonym, self.now).await?;
            let sql = "UPDATE message SET reason = $2, outcome = CASE WHEN outcome = 'handled' THEN outcome \
                       ELSE 'ignored' END, ended_at = COALESCE(ended_at, $3) WHERE id = $1";
            self.tx.run(sqlx::query(sql).bind(id).bind(REASON).bind(ms(self.now))).await?;
            self.done.messages += 1;
        }
        Ok(())
    }

    /// Mails of others that quote them: what they said has had its effect.
    async fn other_messages(&mut self, quoting: &[i64]) -> Result<()> {
        for id in quoting {
            let sql = "SELECT content_hash, outcome, subject FROM message WHERE id = $1 AND sender <> $2";
            let query = sqlx::query(sql).bind(*id).bind(text(self.who.as_str()));
            let row = query.fetch_optional(self.tx.conn()).await.map_err(|e| self.tx.err(e))?;
            let Some(row) = row else { continue };
            if !matches!(opt_string(&row, 1)?.as_deref(), Some("handled" | "ignored")) {
                self.done.held.push(MessageNumber(*id));
                continue;
            }
            let key = self.tx.store.content_key(&string(&row, 0)?);
            self.tx.note_hash(What::Content.as_str(), &key, self.now).await?;
            self.tx.run(sqlx::query("DELETE FROM message_raw WHERE message = $1").bind(*id)).await?;
            let subject = self.person.taken_out_of(&string(&row, 2)?);
            let sql = "UPDATE message SET subject = $2, aged = CASE WHEN aged = 0 THEN 1 ELSE aged END WHERE id = $1";
            self.tx.run(sqlx::query(sql).bind(*id).bind(text(&subject))).await?;
            self.done.quoting += 1;
        }
        let mut after = 0;
        loop {
            let sql = "SELECT id, subject, reason, sender FROM message WHERE id > $1 ORDER BY id LIMIT $2";
            let rows = self.page(sql, after).await?;
            for row in &rows {
                after = int(row, 0)?;
                let held = self.done.held.contains(&MessageNumber(after));
                let (subject, reason, sender) = (string(row, 1)?, opt_string(row, 2)?, string(row, 3)?);
                let new = self.person.taken_out_of(&subject);
                let new_reason = reason.as_deref().map(|r| self.person.taken_out_of(r));
                let new_sender = self.person.taken_out_of(&sender);
                if held || (new == subject && new_reason == reason && new_sender == sender) {
                    continue;
                }
                let sql = "UPDATE message SET subject = $2, reason = $3, sender = $4 WHERE id = $1";
                let query = sqlx::query(sql).bind(after).bind(text(&new));
                self.tx.run(query.bind(new_reason.as_deref().map(text)).bind(text(&new_sender))).await?;
                self.done.lines += 1;
            }
            if rows.len() < usize::try_from(PAGE).unwrap_or(1) {
                return Ok(());
            }
        }
    }

    /// Mails to them: what has not left does not leave, of the rest only what it caused is kept.
    async fn mails_to_them(&mut self) -> Result<()> {
        for row in &self.rows("SELECT id, state FROM outbox WHERE recipient = $1").await? {
            let (id, state) = (int(row, 0)?, string(row, 1)?);
            if state == "sent" {
                let pseudonym = self.pseudonym();
                self.tx.empty_mail(id, Some(&pseudonym)).await?;
                self.done.lines += 1;
            } else {
                self.tx.delete_mail(id).await?;
                self.done.unsent += 1;
            }
        }
        Ok(())
    }

    /// Mails to others that name them.
    async fn other_mails(&mut self, quoting: &[i64]) -> Result<()> {
        for id in quoting {
            let sql = "SELECT state FROM outbox WHERE id = $1";
            let row = sqlx::query(sql).bind(*id).fetch_optional(self.tx.conn()).await;
            let Some(row) = row.map_err(|e| self.tx.err(e))? else { continue };
            if matches!(string(&row, 0)?.as_str(), "sent" | "failed") {
                self.tx.empty_mail(*id, None).await?;
                self.done.quoting += 1;
            } else {
                self.tx.run(sqlx::query("UPDATE outbox SET aged = -1 WHERE id = $1").bind(*id)).await?;
                self.done.to_leave += 1;
            }
        }
        let mut after = 0;
        loop {
            let sql = "SELECT id, subject, last_error, bounce FROM outbox WHERE id > $1 ORDER BY id LIMIT $2";
            let rows = self.page(sql, after).await?;
            for row in &rows {
                after = int(row, 0)?;
                let old = (Some(string(row, 1)?), opt_string(row, 2)?, opt_string(row, 3)?);
                let out = |text: &Option<String>| text.as_deref().map(|t| self.person.taken_out_of(t));
                let new = (out(&old.0), out(&old.1), out(&old.2));
                if new == old {
                    continue;
                }
                let sql = "UPDATE outbox SET subject = $2, last_error = $3, bounce = $4 WHERE id = $1";
                let query = sqlx::query(sql).bind(after).bind(new.0.unwrap_or_default()).bind(new.1).bind(new.2);
                self.tx.run(query).await?;
                self.done.lines += 1;
            }
            if rows.len() < usize::try_from(PAGE).unwrap_or(1) {
                return Ok(());
            }
        }
    }

    /// The facts stay; the words lose whoever is named in them.
    async fn incidents_and_reports(&mut self) -> Result<()> {
        let own: HashSet<i64> = {
            let rows = self.rows("SELECT DISTINCT incident FROM report WHERE reporter = $1").await?;
            rows.iter().map(|r| int(r, 0)).collect::<Result<_>>()?
        };
        let mut after = 0;
        loop {
            let sql = "SELECT id, facts_json, state_json FROM incident WHERE id > $1 ORDER BY id LIMIT $2";
            let rows = self.page(sql, after).await?;
            for row in &rows {
                after = int(row, 0)?;
                let facts = self.cleaned(&string(row, 1)?, own.contains(&after))?;
                let state = self.cleaned(&string(row, 2)?, own.contains(&after))?;
                if facts.is_none() && state.is_none() {
                    continue;
                }
                let sql = "UPDATE incident SET facts_json = COALESCE($2, facts_json), \
                           state_json = COALESCE($3, state_json), version = version + 1 WHERE id = $1";
                self.tx.run(sqlx::query(sql).bind(after).bind(facts).bind(state)).await?;
                self.done.lines += 1;
            }
            if rows.len() < usize::try_from(PAGE).unwrap_or(1) {
                break;
            }
        }
        let pseudonym = self.pseudonym();
        let mut after = 0;
        loop {
            let sql = "SELECT id, reporter, reporter_name, facts_json FROM report WHERE id > $1 ORDER BY id LIMIT $2";
            let rows = self.page(sql, after).await?;
            for row in &rows {
                after = int(row, 0)?;
                let theirs = string(row, 1)? == self.who.as_str();
                let facts = self.cleaned(&string(row, 3)?, theirs)?;
                if theirs {
                    let sql = "UPDATE report SET reporter = $2, reporter_name = '', \
                               facts_json = COALESCE($3, facts_json) WHERE id = $1";
                    self.tx.run(sqlx::query(sql).bind(after).bind(text(&pseudonym)).bind(facts)).await?;
                    self.done.reports += 1;
                } else if let Some(facts) = facts {
                    let sql = "UPDATE report SET facts_json = $2 WHERE id = $1";
                    self.tx.run(sqlx::query(sql).bind(after).bind(facts)).await?;
                    self.done.lines += 1;
                }
            }
            if rows.len() < usize::try_from(PAGE).unwrap_or(1) {
                return Ok(());
            }
        }
    }

    /// A stored value without this person; `None`: it is so already.
    fn cleaned(&self, stored: &str, own: bool) -> Result<Option<String>> {
        if !own && !self.person.is_named_in(stored) {
            return Ok(None);
        }
        let old: Value = of_json("a stored value", stored)?;
        let mut value = old.clone();
        let pseudonym = self.pseudonym();
        replace_address(&mut value, self.who.as_str(), &pseudonym);
        self.person.taken_out_of_value(&mut value, own);
        if value == old { Ok(None) } else { json(&value).map(Some) }
    }

    async fn history(&mut self) -> Result<()> {
        let pseudonym = self.pseudonym();
        let mut after = 0;
        loop {
            let sql = "SELECT id, actor, detail FROM history WHERE id > $1 ORDER BY id LIMIT $2";
            let rows = self.page(sql, after).await?;
            for row in &rows {
                after = int(row, 0)?;
                let theirs = opt_string(row, 1)?.as_deref() == Some(self.who.as_str());
                let stored = string(row, 2)?;
                let mut detail: Value = of_json("an entry of the history", &stored)?;
                if theirs && let Value::String(words) = &mut detail {
                    *words = self.person.redacted(words);
                }
                self.person.taken_out_of_value(&mut detail, theirs);
                let detail = json(&detail)?;
                if !theirs && detail == stored {
                    continue;
                }
                let sql = "UPDATE history SET detail = $2, actor = CASE WHEN actor = $3 THEN $4 ELSE actor END \
                           WHERE id = $1";
                let query = sqlx::query(sql).bind(after).bind(detail).bind(text(self.who.as_str()));
                self.tx.run(query.bind(text(&pseudonym))).await?;
                self.done.lines += 1;
            }
            if rows.len() < usize::try_from(PAGE).unwrap_or(1) {
                return Ok(());
            }
        }
    }

    /// Senders let in, what the referent noted, and places that are named after people.
    async fn what_was_learnt(&mut self) -> Result<()> {
        for sql in ["DELETE FROM sender WHERE address = $1", "DELETE FROM binder_request WHERE recipient = $1"] {
            self.done.lines += self.tx.run(sqlx::query(sql).bind(text(self.who.as_str()))).await?;
        }
        let mut after = 0;
        loop {
            let sql = "SELECT id, words, place FROM ledger WHERE id > $1 ORDER BY id LIMIT $2";
            let rows = self.page(sql, after).await?;
            for row in &rows {
                after = int(row, 0)?;
                let (words, place) = (string(row, 1)?, opt_string(row, 2)?);
                let new = self.person.taken_out_of(&words);
                let new_place = place.as_deref().map(|p| self.person.taken_out_of(p));
                if new == words && new_place == place {
                    continue;
                }
                let sql = "UPDATE ledger SET words = $2, place = $3 WHERE id = $1";
                let query = sqlx::query(sql).bind(after).bind(text(&new)).bind(new_place);
                self.tx.run(query).await?;
                self.done.lines += 1;
            }
            if rows.len() < usize::try_from(PAGE).unwrap_or(1) {
                break;
            }
        }
        let rows = sqlx::query("SELECT school, value FROM learned").fetch_all(self.tx.conn()).await;
        for row in &rows.map_err(|e| self.tx.err(e))? {
            let (school, stored) = (string(row, 0)?, string(row, 1)?);
            if !self.person.is_named_in(&stored) {
                continue;
            }
            let mut value: Value = of_json("what was learnt", &stored)?;
            leave_out(&mut value, &|text| self.person.is_named_in(text));
            self.tx.save_learned(&school, &json(&value)?).await?;
            self.done.lines += 1;
        }
        Ok(())
    }
}

impl Tx {
    /// Leaves of a message its place on the server, its end and its times.
    pub(super) async fn empty_message(
        &mut self,
        id: i64,
        content_hash: &str,
        what: What,
        sender: &str,
        at: Timestamp,
    ) -> Result<()> {
        if !content_hash.is_empty() {
            let key = self.store.content_key(content_hash);
            self.note_hash(what.as_str(), &key, at).await?;
        }
        self.run(sqlx::query("DELETE FROM message_raw WHERE message = $1").bind(id)).await?;
        let sql = "UPDATE message SET sender = $2, subject = '', message_id = NULL, content_hash = '', aged = 2 \
                   WHERE id = $1";
        self.run(sqlx::query(sql).bind(id).bind(text(sender))).await?;
        Ok(())
    }

    /// Leaves of a mail of ours what it caused; `recipient`: whoever stands there instead.
    pub(super) async fn empty_mail(&mut self, id: i64, recipient: Option<&str>) -> Result<()> {
        self.run(sqlx::query("DELETE FROM outbox_bytes WHERE outbox = $1").bind(id)).await?;
        let sql = "UPDATE outbox SET subject = '', aged = 1, recipient = COALESCE($2, recipient), \
                   last_error = NULL, bounce = CASE WHEN bounce IS NULL THEN NULL ELSE '' END WHERE id = $1";
        self.run(sqlx::query(sql).bind(id).bind(recipient.map(text))).await?;
        Ok(())
    }

    /// Takes a mail of ours out of the outbox; its key is never given again.
    pub(super) async fn delete_mail(&mut self, id: i64) -> Result<()> {
        let sql = "INSERT INTO key_floor (name, last) VALUES ('outbox', $1) ON CONFLICT (name) \
                   DO UPDATE SET last = CASE WHEN key_floor.last < excluded.last THEN excluded.last \
                   ELSE key_floor.last END";
        self.run(sqlx::query(sql).bind(id)).await?;
        for sql in [
            "DELETE FROM outbox_shows WHERE outbox = $1",
            "DELETE FROM outbox_bytes WHERE outbox = $1",
            "DELETE FROM outbox WHERE id = $1",
        ] {
            self.run(sqlx::query(sql).bind(id)).await?;
        }
        Ok(())
    }
}

/// Where a value is the address itself, another one stands there: it must stay an address.
fn replace_address(value: &mut Value, old: &str, new: &str) {
    match value {
        Value::String(text) if text == old => new.clone_into(text),
        Value::Array(items) => items.iter_mut().for_each(|item| replace_address(item, old, new)),
        Value::Object(fields) => fields.iter_mut().for_each(|(_, field)| replace_address(field, old, new)),
        _ => {}
    }
}

/// Leaves out fields whose name or text is meant.
fn leave_out(value: &mut Value, meant: &dyn Fn(&str) -> bool) {
    match value {
        Value::Object(fields) => {
            fields.retain(|name, field| !meant(name) && !field.as_str().is_some_and(meant));
            fields.iter_mut().for_each(|(_, field)| leave_out(field, meant));
        }
        Value::Array(items) => {
            items.retain(|item| !item.as_str().is_some_and(meant));
            items.iter_mut().for_each(|item| leave_out(item, meant));
        }
        _ => {}
    }
}
