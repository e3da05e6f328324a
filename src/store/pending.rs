//! Rows that a transaction has been given and not yet written: several go in one statement, since
//! each statement costs a trip to the database. Nobody can tell: what a transaction reads of them
//! is written first, or completed from here.

use std::collections::HashMap;
use std::sync::OnceLock;

use jiff::Timestamp;
use sqlx::any::AnyArguments;
use sqlx::query::Query;
use tokio::task::{JoinError, JoinHandle};

use super::incidents::bind_facts;
use super::rows::{
    Ended, HistoryEntry, MessageEnd, MessageNumber, MessageRow, NewOutbox, OutboxId, OutboxRow, StoredReport, Version,
    Written,
};
use super::value::{json, ms, opt_text, text};
use super::{Backend, Result, StoreError, Tx};
use crate::address::Address;
use crate::compose::MailKind;
use crate::incident::policy::Actor;
use crate::incident::{Incident, IncidentId, State};

/// A statement for many rows. Its text is made once per number of rows, so that it stays prepared.
pub(super) struct Rows {
    head: &'static str,
    columns: usize,
    tail: &'static str,
    sqlite: [OnceLock<String>; SIZES.len()],
    postgres: [OnceLock<String>; SIZES.len()],
}

/// How many rows one statement may take, largest first; the last is 1.
const SIZES: [usize; 4] = [64, 16, 4, 1];

impl Rows {
    pub(super) const fn new(head: &'static str, columns: usize, tail: &'static str) -> Self {
        let sqlite = [const { OnceLock::new() }; SIZES.len()];
        Self { head, columns, tail, sqlite, postgres: [const { OnceLock::new() }; SIZES.len()] }
    }

    /// The statement that takes most of `waiting` rows (at least one), and how many it takes.
    pub(super) fn for_most_of(&'static self, waiting: usize, backend: Backend) -> (usize, &'static str) {
        let texts = match backend {
            Backend::Sqlite => &self.sqlite,
            Backend::Postgres => &self.postgres,
        };
        let fitting = SIZES.into_iter().zip(texts).find(|(size, _)| *size <= waiting.max(1));
        fitting.map_or((waiting, self.head), |(size, text)| (size, text.get_or_init(|| self.text(size, backend))))
    }

    fn text(&self, rows: usize, backend: Backend) -> String {
        let place = |n: usize| match backend {
            // A place with a name is looked for among all of them, each time that it is filled.
            Backend::Sqlite => "?".to_owned(),
            Backend::Postgres => format!("${n}"),
        };
        let row = |r: usize| {
            let places: Vec<String> = (1..=self.columns).map(|c| place(r * self.columns + c)).collect();
            format!("({})", places.join(", "))
        };
        format!("{} {} {}", self.head, (0..rows).map(row).collect::<Vec<_>>().join(", "), self.tail)
    }
}

static INCIDENTS: Rows = Rows::new(
    "INSERT INTO incident (id, version, state, state_json, facts_json, fired_json, opened_at, last_reported_at, \
     ticket_sent_at, support_reference, support_heard_at, closed_at, merged_into, due_at, school, year, number) VALUES",
    17,
    "",
);
static MAILS: Rows = Rows::new(
    "INSERT INTO outbox (id, school, kind, recipient, envelope_from, own_copy, own_token, reply_token, message_id, \
     subject, size, state, attempts, next_at, created_at, cause, incident, ticket_of) VALUES",
    18,
    "",
);
static SENT: Rows = Rows::new(
    "WITH v (id, at) AS (VALUES",
    2,
    ") UPDATE outbox SET state = 'sent', sent_at = v.at, claim = NULL, last_error = NULL FROM v \
     WHERE outbox.id = v.id AND outbox.state IN ('sending', 'unknown')",
);
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

/// What a panic said.
fn panic_text(broken: JoinError) -> String {
    let Ok(panic) = broken.try_into_panic() else { return "a text was given up".to_owned() };
    let text =
        panic.downcast_ref::<&str>().map(ToString::to_string).or_else(|| panic.downcast_ref::<String>().cloned());
    text.unwrap_or_default()
}

/// Bytes of mails that may wait here.
const BYTES_AT_MOST: usize = 1_000_000;

/// An incident that is in no table yet.
#[derive(Debug)]
struct Opened {
    school: String,
    incident: Incident,
    version: Version,
    due_at: Option<Timestamp>,
}

#[derive(Debug, Default)]
pub(super) struct Pending {
    /// The last reference given, per school and year.
    references: HashMap<(String, i16), u32>,
    incidents: Vec<Opened>,
    mails: Vec<(i64, NewOutbox)>,
    reports: Vec<(i64, StoredReport)>,
    history: Vec<(i64, HistoryEntry)>,
    bytes: Vec<(i64, Vec<u8>)>,
    /// Mails whose subject and bytes are still being made.
    unwritten: Vec<(i64, JoinHandle<Written>)>,
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

    /// An incident, with its key.
    pub(super) fn add_incident(&mut self, school: &str, incident: Incident, due_at: Option<Timestamp>) {
        self.pending.incidents.push(Opened { school: school.to_owned(), incident, version: Version(1), due_at });
    }

    /// Changes an incident that waits here; `None`: it does not, its row is to be changed.
    pub(super) async fn change_waiting(
        &mut self,
        incident: &Incident,
        expected: Version,
        due_at: Option<Timestamp>,
    ) -> Result<Option<Version>> {
        if self.pending.incidents.is_empty() {
            return Ok(None);
        }
        if matches!(incident.state, State::Merged { .. }) {
            // It refers to another incident, which must be in the table first.
            self.settle_incidents().await?;
            return Ok(None);
        }
        let Some(waiting) = self.pending.incidents.iter_mut().rev().find(|w| w.incident.id == incident.id) else {
            return Ok(None);
        };
        if waiting.version != expected {
            return Ok(None);
        }
        waiting.version = Version(expected.0 + 1);
        waiting.incident.clone_from(incident);
        waiting.due_at = due_at;
        Ok(Some(waiting.version))
    }

    /// The number after the last that this transaction gave; `None`: it gave none yet.
    pub(super) fn following_reference(&mut self, school: &str, year: i16) -> Option<u32> {
        let last = self.pending.references.iter_mut().find(|((s, y), _)| s == school && *y == year)?.1;
        *last += 1;
        Some(*last)
    }

    /// Notes the first number given.
    pub(super) fn first_reference(&mut self, school: &str, year: i16, first: u32) {
        self.pending.references.insert((school.to_owned(), year), first);
    }

    /// The kinds of the mails that wait here for one address, or for any.
    pub(super) fn waiting_mails<'t>(
        &'t self,
        school: &'t str,
        recipient: Option<&'t Address>,
    ) -> impl Iterator<Item = MailKind> + 't {
        let to_it = move |new: &&NewOutbox| new.school == school && recipient.is_none_or(|r| new.recipient == *r);
        self.pending.mails.iter().map(|(_, new)| new).filter(to_it).map(|new| new.kind)
    }

    /// A mail, its bytes and what it shows.
    pub(super) async fn add_mail(&mut self, id: OutboxId, new: &NewOutbox) -> Result<()> {
        self.pending.bytes.push((id.0, new.bytes.clone()));
        self.add_row(id, new).await
    }

    /// The same of a mail whose subject and bytes come later.
    pub(super) async fn add_unwritten(
        &mut self,
        id: OutboxId,
        new: &NewOutbox,
        text: JoinHandle<Written>,
    ) -> Result<()> {
        self.pending.unwritten.push((id.0, text));
        self.add_row(id, new).await
    }

    async fn add_row(&mut self, id: OutboxId, new: &NewOutbox) -> Result<()> {
        let shows = (0_i64..).zip(&new.shows).map(|(place, (incident, print))| (id.0, place, *incident, print.clone()));
        self.pending.shows.extend(shows);
        // The bytes lie beside it.
        let row = NewOutbox {
            bytes: Vec::new(),
            shows: Vec::new(),
            school: new.school.clone(),
            recipient: new.recipient.clone(),
            envelope_from: new.envelope_from.clone(),
            own_token: new.own_token.clone(),
            reply_token: new.reply_token.clone(),
            message_id: new.message_id.clone(),
            subject: new.subject.clone(),
            ..*new
        };
        self.pending.mails.push((id.0, row));
        if new.kind == MailKind::Ticket {
            // Whether it is its incident's only one is to be known at once.
            self.settle_mails().await?;
        }
        if self.pending.bytes.iter().map(|(_, b)| b.len()).sum::<usize>() > BYTES_AT_MOST {
            self.settle_bytes().await?;
        }
        Ok(())
    }

    /// Writes everything that waits.
    pub(super) async fn settle(&mut self) -> Result<()> {
        self.settle_references().await?;
        self.settle_messages().await?;
        self.settle_bytes().await?;
        self.settle_shows().await
    }

    async fn settle_references(&mut self) -> Result<()> {
        let sql = "UPDATE reference_counter SET last = $3 WHERE school = $1 AND year = $2 AND last < $3";
        for ((school, year), last) in std::mem::take(&mut self.pending.references) {
            self.run(sqlx::query(sql).bind(text(&school)).bind(i64::from(year)).bind(i64::from(last))).await?;
        }
        Ok(())
    }

    /// Writes incidents, to which everything else refers.
    async fn settle_incidents(&mut self) -> Result<()> {
        let waiting = std::mem::take(&mut self.pending.incidents);
        self.write(&INCIDENTS, &waiting, |query, new| {
            let query = query.bind(new.incident.id.0).bind(new.version.0);
            Ok(bind_facts(query, &new.incident, new.due_at)?
                .bind(text(&new.school))
                .bind(i64::from(new.incident.reference.year))
                .bind(i64::from(new.incident.reference.number)))
        })
        .await?;
        Ok(())
    }

    /// Waits for subjects and bytes that are being made.
    async fn settle_texts(&mut self) -> Result<()> {
        for (id, text) in std::mem::take(&mut self.pending.unwritten) {
            let written = match text.await {
                Ok(written) => written,
                Err(broken) => Err(format!("defect of the program: {}", panic_text(broken))),
            };
            let (subject, bytes) = written.map_err(StoreError::Other)?;
            if let Ok(at) = self.pending.mails.binary_search_by_key(&id, |(id, _)| *id)
                && let Some((_, new)) = self.pending.mails.get_mut(at)
            {
                new.subject = subject;
            }
            self.pending.bytes.push((id, bytes));
        }
        Ok(())
    }

    /// Writes mails, without their bytes.
    pub(super) async fn settle_mails(&mut self) -> Result<()> {
        self.settle_incidents().await?;
        self.settle_texts().await?;
        let waiting = std::mem::take(&mut self.pending.mails);
        let sizes: HashMap<i64, usize> = self.pending.bytes.iter().map(|(id, bytes)| (*id, bytes.len())).collect();
        self.write(&MAILS, &waiting, |query, (id, new)| {
            let ticket_of = if new.kind == MailKind::Ticket { new.incident } else { None };
            let size = sizes.get(id).copied().unwrap_or_default();
            Ok(query
                .bind(*id)
                .bind(text(&new.school))
                .bind(new.kind.as_str())
                .bind(text(new.recipient.as_str()))
                .bind(text(new.envelope_from.as_str()))
                .bind(i64::from(new.own_copy))
                .bind(opt_text(new.own_token.as_deref()))
                .bind(opt_text(new.reply_token.as_deref()))
                .bind(text(&new.message_id))
                .bind(text(&new.subject))
                .bind(i64::try_from(size).unwrap_or(i64::MAX))
                .bind("queued")
                .bind(0_i64)
                .bind(ms(new.next_at))
                .bind(ms(new.created_at))
                .bind(new.cause.map(|m| m.0))
                .bind(new.incident.map(|i| i.0))
                .bind(ticket_of.map(|i| i.0)))
        })
        .await?;
        Ok(())
    }

    /// Notes that mails were sent, in few statements. Gives how many were under way or of unknown
    /// fate; the others had been finished already.
    pub async fn finish_sent(&mut self, sent: &[(OutboxId, Timestamp)]) -> Result<u64> {
        self.write(&SENT, sent, |query, (id, at)| Ok(query.bind(id.0).bind(ms(*at)))).await
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
        self.settle_incidents().await?;
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
        self.settle_incidents().await?;
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
        self.settle_mails().await?;
        let waiting = std::mem::take(&mut self.pending.bytes);
        self.write(&BYTES, &waiting, |query, (id, bytes)| Ok(query.bind(*id).bind(bytes.as_slice()))).await?;
        Ok(())
    }

    async fn settle_shows(&mut self) -> Result<()> {
        self.settle_mails().await?;
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
            let (many, sql) = statement.for_most_of(rows.len(), self.store.backend);
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
        for backend in [Backend::Sqlite, Backend::Postgres] {
            assert_eq!(R.for_most_of(15, backend).0, 4);
            assert_eq!(R.for_most_of(63, backend).0, 16);
            assert_eq!(R.for_most_of(99, backend).0, 64);
        }
        assert_eq!(R.for_most_of(1, Backend::Postgres), (1, "INSERT INTO t (a, b) VALUES ($1, $2) "));
        assert_eq!(R.for_most_of(1, Backend::Sqlite), (1, "INSERT INTO t (a, b) VALUES (?, ?) "));
        assert!(R.for_most_of(4, Backend::Postgres).1.contains("($7, $8)"));
    }
}
