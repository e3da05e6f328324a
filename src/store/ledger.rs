//! The ledger: visits, expenses and the referent's time, noted, read, withdrawn; and the classeurs asked for by mail.

use jiff::Timestamp;
use jiff::civil::Date;
use sqlx::AnyConnection;
use sqlx::any::AnyRow;

use super::rows::MessageNumber;
use super::value::{address, int, ms, number, opt_int, opt_string, opt_text, parsed, string, text, time};
use super::{Result, StoreError, Tx, reads};
use crate::address::Address;
use crate::classeur::dossier::{Expense, Visit, Work};
use crate::classeur::ledger::{Entry, EntryKind, EntryName, Noted};
use crate::incident::IncidentId;
use crate::incident::state::Half;
use crate::report::Place;

macro_rules! select {
    ($rest:literal) => {
        concat!(
            "SELECT kind, number, day, half, minutes, cents, words, place, incident, noted_at, message FROM ledger ",
            $rest
        )
    };
}

reads! {
    settle_nothing, as_is;
    /// What is noted for the days from `from` to `to`, both included: visits, expenses, the referent's time, each by
    /// day and in the order of noting. Withdrawn entries are left out.
    fn ledger(school: &str, from: Date, to: Date) -> (Vec<Visit>, Vec<Expense>, Vec<Work>);
    /// The same with the entries' names, in one list.
    fn ledger_entries(school: &str, from: Date, to: Date) -> Vec<Noted>;
    /// One entry that stands; `None`: there is none of this name, or it was withdrawn.
    fn ledger_entry(school: &str, name: EntryName) -> Option<Noted>;
    /// The entry that was noted last and stands.
    fn last_ledger_entry(school: &str) -> Option<Noted>;
    /// Visits noted for an incident, by day.
    fn visits_of_incident(id: IncidentId) -> Vec<Visit>;
    /// Did this message note anything, withdrawn or not?
    fn message_noted(id: MessageNumber) -> bool;
    /// Classeurs that were asked for and have not been sent, oldest first.
    fn binder_requests(school: &str) -> Vec<BinderRequest>;
}

impl Tx {
    /// Notes an entry, caused by `message`; gives its name.
    pub async fn note_entry(
        &mut self,
        school: &str,
        entry: &Entry,
        message: Option<MessageNumber>,
    ) -> Result<EntryName> {
        // The incident may be one of this transaction.
        self.settle_history().await?;
        let kind = entry.kind();
        let next = "SELECT CAST(COALESCE(MAX(id), 0) + 1 AS BIGINT), \
                    CAST(COALESCE(MAX(CASE WHEN school = $1 AND kind = $2 THEN number ELSE 0 END), 0) + 1 AS BIGINT) \
                    FROM ledger";
        let row = sqlx::query(next).bind(text(school)).bind(kind.as_str()).fetch_one(self.conn()).await?;
        let (id, name) = (int(&row, 0)?, EntryName { kind, number: number(&row, 1)? });
        let (half, minutes, cents, words, place) = match entry {
            Entry::Visit(v) => (v.half.map(half_name), v.minutes.map(i64::from), None, v.by.as_str(), None),
            Entry::Expense(e) => (None, None, Some(e.cents), e.what.as_str(), e.place.as_ref()),
            Entry::Time(w) => (None, Some(i64::from(w.minutes)), None, "", None),
        };
        let sql = "INSERT INTO ledger (id, school, kind, number, day, half, minutes, cents, words, place, incident, \
                   noted_at, message, withdrawn_at) \
                   VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, NULL)";
        let query = sqlx::query(sql)
            .bind(id)
            .bind(text(school))
            .bind(kind.as_str())
            .bind(i64::from(name.number))
            .bind(entry.on().to_string())
            .bind(half)
            .bind(minutes)
            .bind(cents)
            .bind(text(words))
            .bind(opt_text(place.map(Place::as_str)))
            .bind(entry.incident().map(|i| i.0))
            .bind(ms(entry.noted_at()))
            .bind(message.map(|m| m.0));
        self.run(query).await?;
        Ok(name)
    }

    /// Withdraws an entry. `false`: none of this name stands.
    pub async fn withdraw_entry(&mut self, school: &str, name: EntryName, at: Timestamp) -> Result<bool> {
        let sql = "UPDATE ledger SET withdrawn_at = $4 \
                   WHERE school = $1 AND kind = $2 AND number = $3 AND withdrawn_at IS NULL";
        let query =
            sqlx::query(sql).bind(text(school)).bind(name.kind.as_str()).bind(i64::from(name.number)).bind(ms(at));
        Ok(self.run(query).await? == 1)
    }
}

/// A classeur that somebody asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BinderRequest {
    /// Its key.
    pub id: i64,
    /// Who asked, and receives it.
    pub recipient: Address,
    /// First day.
    pub from: Date,
    /// Last day.
    pub to: Date,
    /// The mail that asked.
    pub message: Option<MessageNumber>,
}

impl Tx {
    /// Notes that `recipient` wants the classeur of these days.
    pub async fn ask_for_binder(
        &mut self,
        school: &str,
        recipient: &Address,
        days: (Date, Date),
        message: MessageNumber,
        at: Timestamp,
    ) -> Result<()> {
        let next = "SELECT CAST(COALESCE(MAX(id), 0) + 1 AS BIGINT) FROM binder_request";
        let row = sqlx::query(next).fetch_one(self.conn()).await?;
        let id = int(&row, 0)?;
        let sql = "INSERT INTO binder_request (id, school, recipient, from_day, to_day, asked_at, message) \
                   VALUES ($1, $2, $3, $4, $5, $6, $7)";
        let query = sqlx::query(sql)
            .bind(id)
            .bind(text(school))
            .bind(text(recipient.as_str()))
            .bind(days.0.to_string())
            .bind(days.1.to_string())
            .bind(ms(at))
            .bind(message.0);
        self.run(query).await?;
        Ok(())
    }

    /// Strikes a request off. `false`: it was not there any more.
    pub async fn binder_answered(&mut self, request: i64) -> Result<bool> {
        let sql = "DELETE FROM binder_request WHERE id = $1";
        Ok(self.run(sqlx::query(sql).bind(request)).await? == 1)
    }
}

fn half_name(half: Half) -> &'static str {
    match half {
        Half::Morning => "morning",
        Half::Afternoon => "afternoon",
    }
}

fn noted(row: &AnyRow) -> Result<Noted> {
    let kind: EntryKind = parsed("a ledger entry's kind", &string(row, 0)?)?;
    let on: Date = parsed("a ledger entry's day", &string(row, 2)?)?;
    let incident = opt_int(row, 8)?.map(IncidentId);
    let noted_at = time(row, 9)?;
    let entry = match kind {
        EntryKind::Visit => Entry::Visit(Visit {
            on,
            half: match opt_string(row, 3)?.as_deref() {
                None => None,
                Some("morning") => Some(Half::Morning),
                Some("afternoon") => Some(Half::Afternoon),
                Some(other) => return Err(StoreError::damaged("half a day", other)),
            },
            minutes: opt_int(row, 4)?.and_then(|m| u32::try_from(m).ok()),
            by: string(row, 6)?,
            incident,
            noted_at,
        }),
        EntryKind::Expense => Entry::Expense(Expense {
            on,
            cents: int(row, 5)?,
            what: string(row, 6)?,
            place: opt_string(row, 7)?.map(|p| Place::from_normalised(&p)),
            incident,
            noted_at,
        }),
        EntryKind::Time => Entry::Time(Work { on, minutes: number(row, 4)?, incident, noted_at }),
    };
    Ok(Noted { name: EntryName { kind, number: number(row, 1)? }, entry })
}

pub(super) async fn ledger(
    conn: &mut AnyConnection,
    school: &str,
    from: Date,
    to: Date,
) -> Result<(Vec<Visit>, Vec<Expense>, Vec<Work>)> {
    let (mut visits, mut expenses, mut work) = (Vec::new(), Vec::new(), Vec::new());
    for noted in ledger_entries(conn, school, from, to).await? {
        match noted.entry {
            Entry::Visit(visit) => visits.push(visit),
            Entry::Expense(expense) => expenses.push(expense),
            Entry::Time(time) => work.push(time),
        }
    }
    Ok((visits, expenses, work))
}

async fn ledger_entries(conn: &mut AnyConnection, school: &str, from: Date, to: Date) -> Result<Vec<Noted>> {
    let sql = select!("WHERE school = $1 AND day >= $2 AND day <= $3 AND withdrawn_at IS NULL ORDER BY day, id");
    let query = sqlx::query(sql).bind(text(school)).bind(from.to_string()).bind(to.to_string());
    query.fetch_all(conn).await?.iter().map(noted).collect()
}

async fn ledger_entry(conn: &mut AnyConnection, school: &str, name: EntryName) -> Result<Option<Noted>> {
    let sql = select!("WHERE school = $1 AND kind = $2 AND number = $3 AND withdrawn_at IS NULL");
    let query = sqlx::query(sql).bind(text(school)).bind(name.kind.as_str()).bind(i64::from(name.number));
    query.fetch_optional(conn).await?.as_ref().map(noted).transpose()
}

async fn last_ledger_entry(conn: &mut AnyConnection, school: &str) -> Result<Option<Noted>> {
    let sql = select!("WHERE school = $1 AND withdrawn_at IS NULL ORDER BY id DESC LIMIT 1");
    sqlx::query(sql).bind(text(school)).fetch_optional(conn).await?.as_ref().map(noted).transpose()
}

async fn visits_of_incident(conn: &mut AnyConnection, id: IncidentId) -> Result<Vec<Visit>> {
    let sql = select!("WHERE incident = $1 AND kind = 'visit' AND withdrawn_at IS NULL ORDER BY day, id");
    let rows = sqlx::query(sql).bind(id.0).fetch_all(conn).await?;
    let mut visits = Vec::new();
    for row in &rows {
        if let Entry::Visit(visit) = noted(row)?.entry {
            visits.push(visit);
        }
    }
    Ok(visits)
}

async fn message_noted(conn: &mut AnyConnection, id: MessageNumber) -> Result<bool> {
    let sql = "SELECT id FROM ledger WHERE message = $1 LIMIT 1";
    Ok(sqlx::query(sql).bind(id.0).fetch_optional(conn).await?.is_some())
}

async fn binder_requests(conn: &mut AnyConnection, school: &str) -> Result<Vec<BinderRequest>> {
    let sql =
        "SELECT id, recipient, from_day, to_day, message FROM binder_request WHERE school = $1 ORDER BY id LIMIT 100";
    let rows = sqlx::query(sql).bind(text(school)).fetch_all(conn).await?;
    rows.iter()
        .map(|r| {
            Ok(BinderRequest {
                id: int(r, 0)?,
                recipient: address(&string(r, 1)?)?,
                from: parsed("a day", &string(r, 2)?)?,
                to: parsed("a day", &string(r, 3)?)?,
                message: opt_int(r, 4)?.map(MessageNumber),
            })
        })
        .collect()
}
