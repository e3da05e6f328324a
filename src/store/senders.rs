//! What a school's mail and its referent taught: senders let in, places, schedules.

use jiff::Timestamp;
use sqlx::AnyConnection;

use super::value::{int, ms, opt_time, string, text, time};
use super::{Result, Tx, reads};
use crate::address::Address;

reads! {
    settle_nothing, as_is;
    /// Did a referent let this sender in?
    fn is_let_in(school: &str, address: &Address) -> bool;
    /// Senders let in, with since when, in the order of their addresses.
    fn let_in(school: &str) -> Vec<(Address, Timestamp)>;
    /// What the school's mail taught, as the JSON given to `save_learned`.
    fn learned(school: &str) -> Option<String>;
    /// When `what` (`digest`, `binder`) was last sent.
    fn last_sent(school: &str, what: &str) -> Option<Timestamp>;
    /// What was noted by `note_sent` since a moment under names that begin with `prefix`: the rest of
    /// each name, and when, in the order of the names.
    fn noted_since(school: &str, prefix: &str, since: Timestamp) -> Vec<(String, Timestamp)>;
}

impl Tx {
    /// Lets a sender in for good. Twice changes nothing.
    pub async fn let_in_sender(&mut self, school: &str, address: &Address, at: Timestamp) -> Result<()> {
        let sql = "INSERT INTO sender (school, address, since) VALUES ($1, $2, $3) \
                   ON CONFLICT (school, address) DO NOTHING";
        self.run(sqlx::query(sql).bind(text(school)).bind(text(address.as_str())).bind(ms(at))).await?;
        Ok(())
    }

    /// Replaces what the school's mail taught (JSON).
    pub async fn save_learned(&mut self, school: &str, json: &str) -> Result<()> {
        let sql = "INSERT INTO learned (school, value) VALUES ($1, $2) \
                   ON CONFLICT (school) DO UPDATE SET value = excluded.value";
        self.run(sqlx::query(sql).bind(text(school)).bind(text(json))).await?;
        Ok(())
    }

    /// Notes that `what` (`digest`, `binder`) was sent, or was not needed, at `at`.
    pub async fn note_sent(&mut self, school: &str, what: &str, at: Timestamp) -> Result<()> {
        let sql = "INSERT INTO schedule (school, what, at) VALUES ($1, $2, $3) \
                   ON CONFLICT (school, what) DO UPDATE SET at = excluded.at";
        self.run(sqlx::query(sql).bind(text(school)).bind(text(what)).bind(ms(at))).await?;
        Ok(())
    }
}

async fn is_let_in(conn: &mut AnyConnection, school: &str, address: &Address) -> Result<bool> {
    let sql = "SELECT since FROM sender WHERE school = $1 AND address = $2";
    let query = sqlx::query(sql).bind(text(school)).bind(text(address.as_str()));
    let row = query.fetch_optional(conn).await?;
    row.as_ref().map(|r| int(r, 0)).transpose().map(|found| found.is_some())
}

async fn let_in(conn: &mut AnyConnection, school: &str) -> Result<Vec<(Address, Timestamp)>> {
    let sql = "SELECT address, since FROM sender WHERE school = $1 ORDER BY address";
    let rows = sqlx::query(sql).bind(text(school)).fetch_all(conn).await?;
    rows.iter().map(|r| Ok((super::value::address(&string(r, 0)?)?, time(r, 1)?))).collect()
}

async fn learned(conn: &mut AnyConnection, school: &str) -> Result<Option<String>> {
    let sql = "SELECT value FROM learned WHERE school = $1";
    sqlx::query(sql).bind(text(school)).fetch_optional(conn).await?.as_ref().map(|r| string(r, 0)).transpose()
}

async fn last_sent(conn: &mut AnyConnection, school: &str, what: &str) -> Result<Option<Timestamp>> {
    let sql = "SELECT MAX(at) FROM schedule WHERE school = $1 AND what = $2";
    let row = sqlx::query(sql).bind(text(school)).bind(text(what)).fetch_one(conn).await?;
    opt_time(&row, 0)
}

async fn noted_since(
    conn: &mut AnyConnection,
    school: &str,
    prefix: &str,
    since: Timestamp,
) -> Result<Vec<(String, Timestamp)>> {
    let sql = "SELECT what, at FROM schedule WHERE school = $1 AND at >= $2 ORDER BY what";
    let rows = sqlx::query(sql).bind(text(school)).bind(ms(since)).fetch_all(conn).await?;
    let mut found = Vec::new();
    for row in &rows {
        if let Some(rest) = string(row, 0)?.strip_prefix(prefix) {
            found.push((rest.to_owned(), time(row, 1)?));
        }
    }
    Ok(found)
}
