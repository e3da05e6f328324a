//! Rows that a transaction has been given and not yet written: several go in one statement, since
//! each statement costs a trip to the database. Nobody can tell: what a transaction reads of them
//! is written first, or completed from here.

use std::sync::OnceLock;

use jiff::Timestamp;
use sqlx::any::AnyArguments;
use sqlx::query::Query;

use super::rows::{Ended, HistoryEntry, MessageEnd, MessageNumber, MessageRow, OutboxId, OutboxRow, StoredReport};
use super::value::{json, ms, opt_text, text};
use super::{Result, StoreError, Tx};
use crate::incident::IncidentId;
use crate::incident::policy::Actor;

/// A statement for many rows. Its text is made once per number of rows, so that it stays prepared.
pub(super) struct Rows {
    head: &'static str,
    columns: usize,
    tail: &'static str,
    texts: [OnceLock<String>; SIZES.len()],
}

/// How many rows one statement may take, largest first; the last is 1.
const SIZES: [usize; 3] = [16, 4, 1];

impl Rows {
    pub(super) const fn new(head: &'static str, columns: usize, tail: &'static str) -> Self {
        Self { head, columns, tail, texts: [const { OnceLock::new() }; SIZES.len()] }
    }

    /// The statement that takes most of `waiting` rows (at least one), and how many it takes.
    pub(super) fn for_most_of(&'static self, waiting: usize) -> (usize, &'static str) {
        let fitting = SIZES.into_iter().zip(&self.texts).find(|(size, _)| *size <= waiting.max(1));
        fitting.map_or((waiting, self.head), |(size, text)| (size, text.get_or_init(|| self.text(size))))
    }

    fn text(&self, rows: usize) -> String {
        let row = |r: usize| {
            let places: Vec<String> = (1..=self.columns).map(|c| format!("${}", r * self.columns + c)).collect();
            format!("({})", places.join(", "))
        };
        format!("{} {} {}", self.head, (0..rows).map(row).collect::<Vec<_>>().join(", "), self.tail)
    }
}

static REPORTS: Rows = Rows::new(
    "INSERT INTO report (id, message, incident, position, reporter, reporter_name, at, facts_json, fresh) VALUES",
    9,
    "",
);
static HISTORY: Rows =
    Rows::new("INSERT INTO history (id, incident, at, actor_kind, actor, event, detail, message) VALUES", 8, "");
static BYTES: Rows = Rows::new("INSERT INTO outbox_bytes (outbox, bytes) VALUES", 2, "");
static SHOWS: Rows = Rows::new("INSERT INTO outbox_shows (outbox, position, incident, fingerprint) VALUES", 4, "");
static ENDS: Rows = Rows::new(
    "WITH v (id, outcome, reason, at) AS (VALUES",
    4,
    ") UPDATE message SET outcome = v.outcome, reason = v.reason, ended_at = v.at FROM v \
     WHERE message.id = v.id AND message.outcome IS NULL",
);

/// Bytes of mails that may wait here.
const BYTES_AT_MOST: usize = 1_000_000;

#[derive(Debug, Default)]
pub(super) struct Pending {
    reports: Vec<(i64, StoredReport)>,
    history: Vec<(i64, HistoryEntry)>,
    bytes: Vec<(i64, Vec<u8>)>,
    shows: Vec<(i64, i64, IncidentId, String)>,
    ends: Vec<(MessageNumber, Ended)>,
}

type AnyQuery = Query<'static, sqlx::Any, AnyArguments>;

impl Tx {
    pub(super) fn add_report(&mut self, id: i64, report: &StoredReport) {
        self.pending.reports.push((id, report.clone()));
    }

    pub(super) fn add_history(&mut self, id: i64, entry: &HistoryEntry) {
        self.pending.history.push((id, entry.clone()));
    }

    pub(super) fn add_end(&mut self, id: MessageNumber, end: MessageEnd, reason: &str, at: Timestamp) {
        self.pending.ends.push((id, Ended { at, end, reason: reason.to_owned() }));
    }

    /// A mail's bytes and what it shows.
    pub(super) async fn add_mail(&mut self, id: OutboxId, bytes: &[u8], shows: &[(IncidentId, String)]) -> Result<()> {
        let shows = (0_i64..).zip(shows).map(|(place, (incident, print))| (id.0, place, *incident, print.clone()));
        self.pending.shows.extend(shows);
        self.pending.bytes.push((id.0, bytes.to_vec()));
        if self.pending.bytes.iter().map(|(_, b)| b.len()).sum::<usize>() > BYTES_AT_MOST {
            self.settle_bytes().await?;
        }
        Ok(())
    }

    /// Writes everything that waits.
    pub(super) async fn settle(&mut self) -> Result<()> {
        self.settle_messages().await?;
        self.settle_bytes().await?;
        self.settle_shows().await
    }

    /// Writes what reads of messages go by.
    pub(super) async fn settle_messages(&mut self) -> Result<()> {
        self.settle_reports().await?;
        self.settle_history().await?;
        let waiting = std::mem::take(&mut self.pending.ends);
        let written = self
            .write(&ENDS, &waiting, |query, (id, ended)| {
                Ok(query.bind(id.0).bind(ended.end.as_str()).bind(text(&ended.reason)).bind(ms(ended.at)))
            })
            .await?;
        if written == waiting.len() as u64 {
            return Ok(());
        }
        Err(StoreError::Conflict("a message has ended already".to_owned()).at(&self.store.place))
    }

    /// Writes what reads of incidents go by: who reported them.
    pub(super) async fn settle_reports(&mut self) -> Result<()> {
        let waiting = std::mem::take(&mut self.pending.reports);
        self.write(&REPORTS, &waiting, |query, (id, new)| {
            Ok(query
                .bind(*id)
                .bind(new.message.0)
                .bind(new.incident.0)
                .bind(i64::from(new.position))
                .bind(text(new.reporter.as_str()))
                .bind(text(&new.reporter_name))
                .bind(ms(new.at))
                .bind(json(&new.report)?)
                .bind(i64::from(new.fresh)))
        })
        .await?;
        Ok(())
    }

    pub(super) async fn settle_history(&mut self) -> Result<()> {
        let waiting = std::mem::take(&mut self.pending.history);
        self.write(&HISTORY, &waiting, |query, (id, entry)| {
            let (kind, actor) = match &entry.actor {
                Actor::Person(a) => ("person", Some(a.as_str())),
                Actor::Support(a) => ("support", Some(a.as_str())),
                Actor::Passerelle => ("passerelle", None),
                Actor::Operator => ("operator", None),
            };
            Ok(query
                .bind(*id)
                .bind(entry.incident.0)
                .bind(ms(entry.at))
                .bind(kind)
                .bind(opt_text(actor))
                .bind(text(&entry.event))
                .bind(json(&entry.detail)?)
                .bind(entry.message.map(|m| m.0)))
        })
        .await?;
        Ok(())
    }

    pub(super) async fn settle_bytes(&mut self) -> Result<()> {
        let waiting = std::mem::take(&mut self.pending.bytes);
        self.write(&BYTES, &waiting, |query, (id, bytes)| Ok(query.bind(*id).bind(bytes.as_slice()))).await?;
        Ok(())
    }

    async fn settle_shows(&mut self) -> Result<()> {
        let waiting = std::mem::take(&mut self.pending.shows);
        self.write(&SHOWS, &waiting, |query, (id, position, incident, print)| {
            Ok(query.bind(*id).bind(*position).bind(incident.0).bind(text(print)))
        })
        .await?;
        Ok(())
    }

    /// For reads that go by nothing that waits.
    pub(super) async fn settle_nothing(&mut self) -> Result<()> {
        Ok(())
    }

    /// For reads that nothing which waits could complete.
    pub(super) fn as_is<T>(&self, found: T) -> T {
        found
    }

    /// Completes a message that was read.
    pub(super) fn with_end(&self, found: Option<MessageRow>) -> Option<MessageRow> {
        found.map(|mut row| {
            if let Some((_, ended)) = self.pending.ends.iter().find(|(id, _)| *id == row.id) {
                row.ended = Some(ended.clone());
            }
            row
        })
    }

    /// Completes a mail of ours that was read.
    pub(super) fn with_shows(&self, found: Option<OutboxRow>) -> Option<OutboxRow> {
        found.map(|mut row| {
            let of_it = self.pending.shows.iter().filter(|(id, ..)| *id == row.id.0);
            row.shows.extend(of_it.map(|(_, _, incident, print)| (*incident, print.clone())));
            row
        })
    }

    /// Before a read that tells messages that had an effect, or will have one, from others.
    pub(super) async fn settle_ignored(&mut self) -> Result<()> {
        if self.pending.ends.iter().any(|(_, ended)| ended.end != MessageEnd::Handled) {
            self.settle_messages().await?;
        }
        Ok(())
    }

    /// Writes rows, as many as possible at once. Gives the number of rows touched.
    pub(super) async fn write<T>(
        &mut self,
        statement: &'static Rows,
        mut rows: &[T],
        bind: impl Fn(AnyQuery, &T) -> Result<AnyQuery>,
    ) -> Result<u64> {
        let mut touched = 0;
        while !rows.is_empty() {
            let (many, sql) = statement.for_most_of(rows.len());
            let (now, later) = rows.split_at(many.min(rows.len()));
            let mut query = sqlx::query(sql);
            for row in now {
                query = bind(query, row)?;
            }
            touched += self.run(query).await?;
            rows = later;
        }
        Ok(touched)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_statement_takes_as_many_rows_as_it_can() {
        static R: Rows = Rows::new("INSERT INTO t (a, b) VALUES", 2, "");
        assert_eq!(R.for_most_of(1), (1, "INSERT INTO t (a, b) VALUES ($1, $2) "));
        assert_eq!(R.for_most_of(15).0, 4);
        assert_eq!(R.for_most_of(99).0, 16);
        assert!(R.for_most_of(4).1.contains("($7, $8)"));
    }
}
