//! Incidents, their reports and their history.

use std::collections::HashMap;

use jiff::Timestamp;
use sqlx::AnyConnection;
use sqlx::any::{AnyArguments, AnyRow};
use sqlx::query::Query;

use super::ids::Table;
use super::rows::{HistoryEntry, IncidentRow, Matchable, MessageNumber, NewIncident, StoredReport, Version};
use super::value::{
    address, flag, int, json, ms, number, of_json, opt_int, opt_ms, opt_string, opt_text, opt_time, string, text, time,
};
use super::{Result, Store, StoreError, Tx, reads};
use crate::address::Address;
use crate::incident::policy::Actor;
use crate::incident::{Incident, IncidentId, Reference, State};

// Reporters are read from the reports, so that moving reports moves them too. An address holds no
// white space, so a space can part them.
macro_rules! select {
    ($rest:literal) => {
        concat!(
            "SELECT i.id, i.school, i.year, i.number, i.state_json, i.facts_json, i.fired_json, i.opened_at, \
             i.last_reported_at, i.ticket_sent_at, i.support_reference, i.support_heard_at, i.closed_at, i.due_at, \
             i.version, (SELECT string_agg(r.reporter, ' ' ORDER BY r.id) FROM report r WHERE r.incident = i.id) \
             FROM incident i ",
            $rest
        )
    };
}

reads! {
    settle_reports, as_is;
    /// One incident.
    fn incident(id: IncidentId) -> Option<IncidentRow>;
    /// One incident by what people call it.
    fn incident_by_reference(school: &str, reference: Reference) -> Option<IncidentRow>;
    /// The latest incident of a school to which support gave this number, compared as written.
    fn incident_by_support_reference(school: &str, number: &str) -> Option<IncidentRow>;
    /// Incidents of a school to which a report may belong: those not closed, refused or merged, and
    /// those closed or refused since `over_since`.
    fn matchable_incidents(school: &str, over_since: Timestamp) -> Vec<Matchable>;
    /// Incidents of a school in one of these states (names), by reference.
    fn incidents_in_states(school: &str, states: &[&str]) -> Vec<IncidentRow>;
    /// Incidents of a school whose deadline has come, the longest due first.
    fn due_incidents(school: &str, now: Timestamp, limit: u32) -> Vec<IncidentRow>;
    /// The next deadline of any incident of a school.
    fn next_deadline(school: &str) -> Option<Timestamp>;
    /// Reports of an incident, oldest first.
    fn reports_of(id: IncidentId) -> Vec<StoredReport>;
    /// Reports that one message told, in the order of its text.
    fn reports_of_message(id: MessageNumber) -> Vec<StoredReport>;
    /// Whoever reported to a school: the name that his mail showed, and his address, each pair once.
    fn people(school: &str) -> Vec<(String, Option<Address>)>;
    /// Incidents by reference, of one school or all, in one state (name) or all.
    fn list_incidents(school: Option<&str>, state: Option<&str>) -> Vec<IncidentRow>;
}

reads! {
    settle, as_is;
    /// The latest incident of a school that ever learnt this number of support's, whatever number it
    /// bears now.
    fn incident_by_past_number(school: &str, number: &str) -> Option<IncidentRow>;
}

reads! {
    settle_history, as_is;
    /// The history of an incident, oldest first.
    fn history_of(id: IncidentId) -> Vec<HistoryEntry>;
}

impl Tx {
    /// The next number of the school's year, from 1. Given back if the transaction is undone.
    pub async fn next_reference(&mut self, school: &str, year: i16) -> Result<u32> {
        if let Some(number) = self.following_reference(school, year) {
            return Ok(number);
        }
        let sql = "INSERT INTO reference_counter (school, year, last) VALUES ($1, $2, 1) \
             ON CONFLICT (school, year) DO UPDATE SET last = reference_counter.last + 1 RETURNING last";
        let query = sqlx::query(sql).bind(text(school)).bind(i64::from(year));
        let row = query.fetch_one(self.conn()).await.map_err(|e| self.err(e))?;
        let first = number(&row, 0)?;
        self.first_reference(school, year, first);
        Ok(first)
    }

    /// Opens an incident; gives its key. Its version is 1.
    ///
    /// # Errors
    /// None here: a key that another program has given as well is a [`StoreError::Conflict`] of
    /// whatever writes it, `commit` at the latest.
    pub async fn insert_incident(&mut self, new: &NewIncident<'_>) -> Result<IncidentId> {
        let id = IncidentId(self.store.ids.next(Table::Incident));
        self.add_incident(new.school, Incident { id, ..new.incident.clone() }, new.due_at);
        Ok(id)
    }

    /// Writes an incident as it is now; `reporters` are not written, they follow from its reports.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] where it is not at version `expected` any more.
    pub async fn update_incident(
        &mut self,
        incident: &Incident,
        expected: Version,
        due_at: Option<Timestamp>,
    ) -> Result<Version> {
        if let Some(version) = self.change_waiting(incident, expected, due_at).await? {
            return Ok(version);
        }
        let sql = "UPDATE incident SET version = $2, state = $3, state_json = $4, facts_json = $5, fired_json = $6, \
             opened_at = $7, last_reported_at = $8, ticket_sent_at = $9, support_reference = $10, \
             support_heard_at = $11, closed_at = $12, merged_into = $13, due_at = $14, \
             aged = CASE WHEN $12 IS NULL THEN 0 ELSE aged END WHERE id = $1 AND version = $15";
        let next = expected.0 + 1;
        let query = sqlx::query(sql).bind(incident.id.0).bind(next);
        let query = bind_facts(query, incident, due_at)?.bind(expected.0);
        match self.run(query).await? {
            1 => Ok(Version(next)),
            _ => Err(StoreError::Conflict(format!("incident {} was changed meanwhile", incident.reference))
                .at(&self.store.place)),
        }
    }

    /// Keeps a report.
    pub fn insert_report(&mut self, new: &StoredReport) {
        let id = self.store.ids.next(Table::Report);
        self.add_report(id, new);
    }

    /// Moves all reports of one incident to another (merge). Gives their number.
    pub async fn move_reports(&mut self, from: IncidentId, to: IncidentId) -> Result<u64> {
        self.settle_reports().await?;
        let sql = "UPDATE report SET incident = $1 WHERE incident = $2";
        self.run(sqlx::query(sql).bind(to.0).bind(from.0)).await
    }

    /// Moves one report, named by its message and position, to another incident (split).
    pub async fn move_report(&mut self, message: MessageNumber, position: u32, to: IncidentId) -> Result<bool> {
        self.settle_reports().await?;
        let sql = "UPDATE report SET incident = $1 WHERE message = $2 AND position = $3";
        let query = sqlx::query(sql).bind(to.0).bind(message.0).bind(i64::from(position));
        Ok(self.run(query).await? == 1)
    }

    /// Adds an entry to an incident's history.
    pub fn append_history(&mut self, entry: &HistoryEntry) {
        let id = self.store.ids.next(Table::History);
        self.add_history(id, entry);
    }
}

/// Binds state, facts and times in the order of both statements above ($3 to $14).
pub(super) fn bind_facts<'q>(
    query: Query<'q, sqlx::Any, AnyArguments>,
    incident: &Incident,
    due_at: Option<Timestamp>,
) -> Result<Query<'q, sqlx::Any, AnyArguments>> {
    let merged_into = match &incident.state {
        State::Merged { into, .. } => Some(into.0),
        _ => None,
    };
    Ok(query
        .bind(incident.state.name())
        .bind(json(&incident.state)?)
        .bind(json(&incident.facts)?)
        .bind(json(&incident.fired)?)
        .bind(ms(incident.opened_at))
        .bind(ms(incident.last_reported_at))
        .bind(opt_ms(incident.ticket_sent_at))
        .bind(opt_text(incident.support_reference.as_deref()))
        .bind(opt_ms(incident.support_heard_at))
        .bind(opt_ms(incident.closed_at))
        .bind(merged_into)
        .bind(opt_ms(due_at)))
}

async fn incident(conn: &mut AnyConnection, id: IncidentId) -> Result<Option<IncidentRow>> {
    let sql = select!("WHERE i.id = $1");
    sqlx::query(sql).bind(id.0).fetch_optional(conn).await?.as_ref().map(incident_of).transpose()
}

async fn incident_by_reference(
    conn: &mut AnyConnection,
    school: &str,
    reference: Reference,
) -> Result<Option<IncidentRow>> {
    let sql = select!("WHERE i.school = $1 AND i.year = $2 AND i.number = $3");
    let (year, number) = (i64::from(reference.year), i64::from(reference.number));
    let query = sqlx::query(sql).bind(text(school)).bind(year).bind(number);
    query.fetch_optional(conn).await?.as_ref().map(incident_of).transpose()
}

async fn incident_by_support_reference(
    conn: &mut AnyConnection,
    school: &str,
    number: &str,
) -> Result<Option<IncidentRow>> {
    let sql = select!("WHERE i.support_reference = $1 AND i.school = $2 ORDER BY i.id DESC");
    let query = sqlx::query(sql).bind(text(number)).bind(text(school));
    query.fetch_optional(conn).await?.as_ref().map(incident_of).transpose()
}

async fn incident_by_past_number(conn: &mut AnyConnection, school: &str, number: &str) -> Result<Option<IncidentRow>> {
    let sql = select!(
        "WHERE i.school = $2 AND i.id IN \
         (SELECT h.incident FROM history h WHERE h.event = 'support_reference' AND h.detail = $1) ORDER BY i.id DESC"
    );
    let detail = serde_json::Value::String(number.to_owned()).to_string();
    let query = sqlx::query(sql).bind(detail).bind(text(school));
    query.fetch_optional(conn).await?.as_ref().map(incident_of).transpose()
}

/// Spans kept per incident for matching.
const SPANS: usize = 10;

async fn matchable_incidents(conn: &mut AnyConnection, school: &str, over_since: Timestamp) -> Result<Vec<Matchable>> {
    // The same condition twice: incidents, then the words of their reports. Two halves, so that the
    // many incidents that were closed long ago are not looked at.
    macro_rules! matchable {
        () => {
            "i.id IN (SELECT id FROM incident WHERE school = $1 AND state IN ('awaiting_confirmation', 'confirmed', \
             'ticketed', 'acknowledged', 'planned', 'resolved', 'redirected') \
             UNION ALL SELECT id FROM incident WHERE school = $1 AND state IN ('closed', 'refused') \
             AND closed_at >= $2)"
        };
    }
    let sql = concat!(select!("WHERE "), matchable!(), " ORDER BY i.id");
    let rows = sqlx::query(sql).bind(text(school)).bind(ms(over_since)).fetch_all(&mut *conn).await?;
    let sql = concat!(
        "SELECT r.incident, r.facts_json FROM incident i JOIN report r ON r.incident = i.id WHERE ",
        matchable!(),
        " ORDER BY r.id"
    );
    let told = sqlx::query(sql).bind(text(school)).bind(ms(over_since)).fetch_all(conn).await?;
    let mut spans: HashMap<i64, Vec<String>> = HashMap::new();
    for row in &told {
        let of_one = spans.entry(int(row, 0)?).or_default();
        if of_one.len() == SPANS {
            of_one.remove(0);
        }
        of_one.push(of_json::<SpanOnly>("a report", &string(row, 1)?)?.span);
    }
    let matchable = |row: &AnyRow| -> Result<Matchable> {
        let row = incident_of(row)?;
        let spans = spans.remove(&row.incident.id.0).unwrap_or_default();
        Ok(Matchable { row, spans })
    };
    rows.iter().map(matchable).collect()
}

/// The one field of a stored report that matching needs.
#[derive(serde::Deserialize)]
struct SpanOnly {
    span: String,
}

async fn incidents_in_states(conn: &mut AnyConnection, school: &str, states: &[&str]) -> Result<Vec<IncidentRow>> {
    let sql = select!("WHERE i.school = $1 AND i.state = $2 ORDER BY i.year, i.number");
    let mut found = Vec::new();
    for state in states {
        let rows = sqlx::query(sql).bind(text(school)).bind(text(state)).fetch_all(&mut *conn).await?;
        for row in &rows {
            found.push(incident_of(row)?);
        }
    }
    found.sort_by_key(|row| row.incident.reference);
    Ok(found)
}

async fn due_incidents(conn: &mut AnyConnection, school: &str, now: Timestamp, limit: u32) -> Result<Vec<IncidentRow>> {
    let sql =
        select!("WHERE i.school = $1 AND i.due_at IS NOT NULL AND i.due_at <= $2 ORDER BY i.due_at, i.id LIMIT $3");
    let query = sqlx::query(sql).bind(text(school)).bind(ms(now)).bind(i64::from(limit));
    query.fetch_all(conn).await?.iter().map(incident_of).collect()
}

async fn next_deadline(conn: &mut AnyConnection, school: &str) -> Result<Option<Timestamp>> {
    let sql = "SELECT MIN(due_at) FROM incident WHERE school = $1 AND due_at IS NOT NULL";
    let row = sqlx::query(sql).bind(text(school)).fetch_one(conn).await?;
    opt_time(&row, 0)
}

macro_rules! select_report {
    ($rest:literal) => {
        concat!(
            "SELECT message, incident, position, reporter, reporter_name, at, facts_json, fresh FROM report ",
            $rest
        )
    };
}

async fn people(conn: &mut AnyConnection, school: &str) -> Result<Vec<(String, Option<Address>)>> {
    let sql = "SELECT DISTINCT r.reporter_name, r.reporter FROM report r JOIN incident i ON i.id = r.incident \
               WHERE i.school = $1";
    let rows = sqlx::query(sql).bind(text(school)).fetch_all(conn).await?;
    rows.iter().map(|row| Ok((string(row, 0)?, Address::parse(&string(row, 1)?).ok()))).collect()
}

async fn reports_of(conn: &mut AnyConnection, id: IncidentId) -> Result<Vec<StoredReport>> {
    let sql = select_report!("WHERE incident = $1 ORDER BY id");
    sqlx::query(sql).bind(id.0).fetch_all(conn).await?.iter().map(report_of).collect()
}

async fn reports_of_message(conn: &mut AnyConnection, id: MessageNumber) -> Result<Vec<StoredReport>> {
    let sql = select_report!("WHERE message = $1 ORDER BY position");
    sqlx::query(sql).bind(id.0).fetch_all(conn).await?.iter().map(report_of).collect()
}

fn report_of(row: &AnyRow) -> Result<StoredReport> {
    Ok(StoredReport {
        message: MessageNumber(int(row, 0)?),
        incident: IncidentId(int(row, 1)?),
        position: number(row, 2)?,
        reporter: address(&string(row, 3)?)?,
        reporter_name: string(row, 4)?,
        at: time(row, 5)?,
        report: of_json("a report", &string(row, 6)?)?,
        fresh: flag(row, 7)?,
    })
}

async fn history_of(conn: &mut AnyConnection, id: IncidentId) -> Result<Vec<HistoryEntry>> {
    let sql = "SELECT incident, at, actor_kind, actor, event, detail, message FROM history \
               WHERE incident = $1 ORDER BY id";
    sqlx::query(sql).bind(id.0).fetch_all(conn).await?.iter().map(entry_of).collect()
}

fn entry_of(row: &AnyRow) -> Result<HistoryEntry> {
    let who = || -> Result<Address> { address(&opt_string(row, 3)?.unwrap_or_default()) };
    let actor = match string(row, 2)?.as_str() {
        "person" => Actor::Person(who()?),
        "support" => Actor::Support(who()?),
        "operator" => Actor::Operator,
        _ => Actor::Passerelle,
    };
    Ok(HistoryEntry {
        incident: IncidentId(int(row, 0)?),
        at: time(row, 1)?,
        actor,
        event: string(row, 4)?,
        detail: of_json("an entry of the history", &string(row, 5)?)?,
        message: opt_int(row, 6)?.map(MessageNumber),
    })
}

async fn list_incidents(
    conn: &mut AnyConnection,
    school: Option<&str>,
    state: Option<&str>,
) -> Result<Vec<IncidentRow>> {
    let sql = select!(
        "WHERE ($1 IS NULL OR i.school = $1) AND ($2 IS NULL OR i.state = $2) ORDER BY i.school, i.year, i.number"
    );
    let query = sqlx::query(sql).bind(opt_text(school)).bind(opt_text(state));
    query.fetch_all(conn).await?.iter().map(incident_of).collect()
}

fn incident_of(row: &AnyRow) -> Result<IncidentRow> {
    let mut reporters: Vec<Address> = Vec::new();
    for one in opt_string(row, 15)?.unwrap_or_default().split_whitespace() {
        let one = address(one)?;
        if !reporters.contains(&one) {
            reporters.push(one);
        }
    }
    let incident = Incident {
        id: IncidentId(int(row, 0)?),
        reference: Reference { year: number(row, 2)?, number: number(row, 3)? },
        state: of_json("a state", &string(row, 4)?)?,
        facts: of_json("an incident", &string(row, 5)?)?,
        fired: of_json("an incident", &string(row, 6)?)?,
        opened_at: time(row, 7)?,
        last_reported_at: time(row, 8)?,
        ticket_sent_at: opt_time(row, 9)?,
        support_reference: opt_string(row, 10)?,
        support_heard_at: opt_time(row, 11)?,
        closed_at: opt_time(row, 12)?,
        reporters,
    };
    Ok(IncidentRow { school: string(row, 1)?, incident, due_at: opt_time(row, 13)?, version: Version(int(row, 14)?) })
}

impl Store {
    /// How many incidents there are in each state (name), of one school or of all.
    pub async fn incidents_by_state(&self, school: Option<&str>) -> Result<Vec<(String, u64)>> {
        let mut conn = self.reader().await?;
        let sql = "SELECT state, COUNT(*) FROM incident WHERE ($1 IS NULL OR school = $1) GROUP BY state ORDER BY 1";
        let rows = sqlx::query(sql).bind(opt_text(school)).fetch_all(&mut *conn).await.map_err(|e| self.err(e))?;
        rows.iter().map(|r| Ok((string(r, 0)?, number(r, 1)?))).collect()
    }
}
