//! What the classeur is made from, read in a few passes whatever the number of incidents.
//!
//! An incident's history comes as one text per incident, put together by the database: a tenth of the
//! rows, and no word that a person wrote leaves the store but reasons of refusal, which must pass
//! redaction.

use std::collections::{HashMap, HashSet};

use futures::TryStreamExt as _;
use jiff::civil::Date;
use jiff::{Timestamp, ToSpan};
use serde::Deserialize;
use serde::de::IgnoredAny;
use sqlx::AnyConnection;
use sqlx::any::AnyRow;

use super::value::{int, ms, number, of_json, opt_int, opt_string, opt_time, string, text, time};
use super::{Backend, Result, Store, StoreError};
use crate::address::Address;
use crate::classeur::dossier::{Dossier, Life, ReferentAct, SchoolCard, Step, Unsent, UnsentReason, What};
use crate::classeur::{Period, privacy::Names};
use crate::incident::{IncidentId, Reference, State};
use crate::profile::Profile;
use crate::report::{Equipment, Place, Responsible};
use crate::school::School;

/// The moments between which something can matter to a classeur.
#[derive(Debug, Clone, Copy)]
struct Span {
    /// The first day of the period, of the one before, or of the same of the year before.
    first: Date,
    /// The last day.
    last: Date,
    from: Timestamp,
    until: Timestamp,
}

impl Span {
    fn of(period: Period, school: &School) -> Self {
        let others = [period.previous(), period.year_before()];
        let first = others.iter().flatten().map(|p| p.from()).fold(period.from(), Date::min);
        let midnight = |day: Date| school.timezone.to_timestamp(day.at(0, 0, 0, 0)).unwrap_or(Timestamp::MAX);
        let last = period.to();
        let until = last.checked_add(1.day()).map_or(Timestamp::MAX, midnight);
        Self { first, last, from: midnight(first), until }
    }
}

impl Store {
    /// What is known of `school` for a classeur of `period`, and for the periods beside which it is
    /// put. Everything is of one moment, however long the reading takes.
    ///
    /// # Errors
    /// Where the store cannot be read.
    pub async fn dossier(&self, school: &School, profile: &Profile, period: Period) -> Result<Dossier> {
        let span = Span::of(period, school);
        let begin = match self.backend() {
            Backend::Sqlite => "BEGIN",
            Backend::Postgres => "BEGIN ISOLATION LEVEL REPEATABLE READ, READ ONLY",
        };
        let mut tx = self.0.readers.begin_with(begin).await.map_err(|e| self.err(e))?;
        let read = read(&mut tx, school, profile, span).await.map_err(|e| e.at(self.place()));
        tx.rollback().await.map_err(|e| self.err(e))?;
        read
    }
}

async fn read(conn: &mut AnyConnection, school: &School, profile: &Profile, span: Span) -> Result<Dossier> {
    let uai = school.uai.as_str();
    let (mut lives, refusals) = incidents(conn, uai, span).await?;
    let place_of: HashMap<i64, usize> = lives.iter().enumerate().map(|(n, life)| (life.id.0, n)).collect();
    told(conn, uai, span, &mut lives, &place_of).await?;
    steps(conn, uai, span, &mut lives, &place_of).await?;
    // Without a list of the school's own none is made up: rooms learnt from faults are all rooms hit.
    let rooms = school.rooms.iter().map(|room| Place::from_normalised(room)).collect();
    let (visits, expenses, work) = super::ledger::ledger(conn, uai, span.first, span.last).await?;
    let mut dossier = Dossier {
        school: SchoolCard::of(school, profile.delays(), rooms),
        since: since(conn, uai).await?.map(|at| school.timezone.to_datetime(at).date()),
        lives,
        visits,
        expenses,
        work,
        unsent: unsent(conn, uai, span).await?,
        acts: acts(conn, school, span).await?,
    };
    if !refusals.is_empty() || !dossier.visits.is_empty() || !dossier.expenses.is_empty() {
        let names = names(conn, school).await?;
        for (n, reason) in refusals {
            if let Some(life) = dossier.lives.get_mut(n) {
                life.refusal = names.quotable(&reason);
            }
        }
        dossier.without_names(&names);
    }
    Ok(dossier)
}

/// Of [`crate::incident::Facts`], what a classeur shows; whatever a person wrote is passed over.
#[derive(Deserialize)]
struct Told {
    place: Option<Place>,
    equipment: Equipment,
    responsible: Responsible,
    symptom: Option<String>,
    count: u32,
    machines: Vec<String>,
    labels: Vec<String>,
    effect: Option<IgnoredAny>,
    urgent: bool,
}

// Incidents reported before the end, and not over for good before the beginning.
macro_rules! concerned {
    () => {
        "i.school = $1 AND i.opened_at < $2 AND (i.closed_at IS NULL OR i.closed_at >= $3)"
    };
}

/// The incidents by key, and the reasons of refused ones with their place in the list.
async fn incidents(conn: &mut AnyConnection, school: &str, span: Span) -> Result<(Vec<Life>, Vec<(usize, String)>)> {
    let sql = concat!(
        "SELECT i.id, i.year, i.number, i.facts_json, i.opened_at, i.support_reference, i.merged_into, \
         CASE WHEN i.state = 'refused' THEN i.state_json ELSE NULL END FROM incident i WHERE ",
        concerned!(),
        " ORDER BY i.id"
    );
    let query = sqlx::query(sql).bind(text(school)).bind(ms(span.until)).bind(ms(span.from));
    let mut rows = query.fetch(conn);
    let (mut lives, mut refusals) = (Vec::new(), Vec::new());
    while let Some(row) = rows.try_next().await? {
        if let Some(state) = opt_string(&row, 7)?
            && let State::Refused { reason, .. } = of_json("a state", &state)?
        {
            refusals.push((lives.len(), reason));
        }
        lives.push(life(&row)?);
    }
    Ok((lives, refusals))
}

fn life(row: &AnyRow) -> Result<Life> {
    let facts: Told = of_json("an incident", &string(row, 3)?)?;
    let opened_at = time(row, 4)?;
    // Kept here until the history says when: a merge is the last thing that happens.
    let merged = opt_int(row, 6)?.map(|id| Step { at: opened_at, what: What::Merged(IncidentId(id)) });
    Ok(Life {
        id: IncidentId(int(row, 0)?),
        reference: Reference { year: number(row, 1)?, number: number(row, 2)? },
        place: facts.place,
        equipment: facts.equipment,
        symptom: facts.symptom,
        responsible: facts.responsible,
        count: facts.count,
        seats: facts.machines,
        labels: facts.labels,
        urgent: facts.urgent,
        lessons_affected: facts.effect.is_some() || facts.urgent,
        told: Vec::new(),
        opened_at,
        support_reference: opt_string(row, 5)?,
        refusal: None,
        steps: merged.into_iter().collect(),
    })
}

/// When each incident was told of.
async fn told(
    conn: &mut AnyConnection,
    school: &str,
    span: Span,
    lives: &mut [Life],
    place_of: &HashMap<i64, usize>,
) -> Result<()> {
    let sql = concat!(
        "SELECT r.incident, string_agg(CAST(r.at AS TEXT), ' ' ORDER BY r.id) FROM incident i \
         JOIN report r ON r.incident = i.id WHERE ",
        concerned!(),
        " AND r.fresh = 1 GROUP BY r.incident"
    );
    let query = sqlx::query(sql).bind(text(school)).bind(ms(span.until)).bind(ms(span.from));
    let mut rows = query.fetch(conn);
    while let Some(row) = rows.try_next().await? {
        let Some(life) = place_of.get(&int(&row, 0)?).and_then(|n| lives.get_mut(*n)) else { continue };
        life.told = string(&row, 1)?.split(' ').map(moment).collect::<Result<_>>()?;
    }
    for life in lives.iter_mut() {
        let merged = life.steps.iter().any(|step| matches!(step.what, What::Merged(_)));
        if life.told.is_empty() && !merged {
            life.told.push(life.opened_at);
        }
    }
    Ok(())
}

fn moment(written: &str) -> Result<Timestamp> {
    let ms: i64 = written.parse().map_err(|e| StoreError::damaged("a time", e))?;
    Timestamp::from_millisecond(ms).map_err(|e| StoreError::damaged("a time", e))
}

/// What happened to each incident. A detail is read where the program wrote it, never a person.
async fn steps(
    conn: &mut AnyConnection,
    school: &str,
    span: Span,
    lives: &mut [Life],
    place_of: &HashMap<i64, usize>,
) -> Result<()> {
    let sql = concat!(
        "SELECT h.incident, string_agg(CAST(h.at AS TEXT) || ' ' || h.actor_kind || ' ' || h.event || ' ' || \
         CASE WHEN h.event = 'planned' OR h.event = 'support_said' AND h.detail IN ('\"resolved\"', '\"closed\"') \
         THEN h.detail ELSE '-' END, ';' ORDER BY h.id) \
         FROM incident i JOIN history h ON h.incident = i.id WHERE ",
        concerned!(),
        " AND (h.actor_kind = 'support' OR h.event IN ('confirmed', 'ticket_sent', 'ticket_failed', 'said_over', \
         'reopened', 'closed', 'refused', 'redirected', 'merged', 'chased')) GROUP BY h.incident"
    );
    let query = sqlx::query(sql).bind(text(school)).bind(ms(span.until)).bind(ms(span.from));
    let mut rows = query.fetch(conn);
    while let Some(row) = rows.try_next().await? {
        let Some(life) = place_of.get(&int(&row, 0)?).and_then(|n| lives.get_mut(*n)) else { continue };
        let into = life.steps.iter().find_map(|step| match step.what {
            What::Merged(into) => Some(into),
            _ => None,
        });
        life.steps.clear();
        for entry in string(&row, 1)?.split(';') {
            let mut parts = entry.split(' ');
            let at = moment(parts.next().unwrap_or_default())?;
            let (actor, event) = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
            if let Some(what) = What::of(actor, event, parts.next().unwrap_or_default(), into) {
                life.steps.push(Step { at, what });
            }
        }
        life.steps.shrink_to_fit();
    }
    Ok(())
}

/// When the store first knew anything of a school.
async fn since(conn: &mut AnyConnection, school: &str) -> Result<Option<Timestamp>> {
    // A mail's own date may lie before that; what the program did itself does not.
    let sql = "SELECT MIN(t.at) FROM (SELECT MIN(received_at) AS at FROM message WHERE school = $1 \
               UNION ALL SELECT MIN(h.at) FROM history h WHERE h.incident = \
               (SELECT MIN(i.id) FROM incident i WHERE i.school = $1)) t";
    let row = sqlx::query(sql).bind(text(school)).fetch_one(conn).await?;
    opt_time(&row, 0)
}

/// Messages that stayed outside.
async fn unsent(conn: &mut AnyConnection, school: &str, span: Span) -> Result<Vec<Unsent>> {
    let sql = "SELECT received_at, outcome, reason FROM message \
               WHERE school = $1 AND received_at >= $2 AND received_at < $3 AND (outcome = 'quarantined' \
               OR outcome = 'ignored' AND reason IN ('refused by the referent', 'dropped by the operator')) ORDER BY id";
    let query = sqlx::query(sql).bind(text(school)).bind(ms(span.from)).bind(ms(span.until));
    let mut rows = query.fetch(conn);
    let mut found = Vec::new();
    while let Some(row) = rows.try_next().await? {
        let why = string(&row, 2)?;
        let reason = match string(&row, 1)?.as_str() {
            "ignored" => UnsentReason::Dropped,
            _ if why.starts_with("sender from outside") => UnsentReason::Stranger,
            _ if why.contains("did not authenticate") => UnsentReason::Unauthenticated,
            _ if why.starts_with("larger than") => UnsentReason::TooLarge,
            // Support's own mail is no report.
            _ if why.starts_with("support's mail") => continue,
            _ => UnsentReason::Other,
        };
        found.push(Unsent { at: time(&row, 0)?, reason });
    }
    Ok(found)
}

/// The referents' mails that were work.
async fn acts(conn: &mut AnyConnection, school: &School, span: Span) -> Result<Vec<ReferentAct>> {
    let sql = "SELECT m.received_at, CASE WHEN EXISTS (SELECT 1 FROM history h WHERE h.message = m.id \
               AND h.event = 'confirmed') THEN 1 ELSE 0 END FROM message m \
               WHERE m.school = $1 AND m.sender = $2 AND m.received_at >= $3 AND m.received_at < $4 \
               AND m.outcome = 'handled' AND (m.reason LIKE 'referent:%' OR m.reason = 'asked for help') ORDER BY m.id";
    let mut found = Vec::new();
    for referent in &school.referents {
        let query = sqlx::query(sql).bind(text(&school.uai)).bind(text(referent.as_str()));
        let mut rows = query.bind(ms(span.from)).bind(ms(span.until)).fetch(&mut *conn);
        while let Some(row) = rows.try_next().await? {
            found.push(ReferentAct { at: time(&row, 0)?, confirmed: int(&row, 1)? != 0 });
        }
    }
    Ok(found)
}

/// Everybody whose name must not be read in a classeur.
async fn names(conn: &mut AnyConnection, school: &School) -> Result<Names> {
    let sql = "SELECT DISTINCT r.reporter, r.reporter_name FROM report r JOIN incident i ON i.id = r.incident \
               WHERE i.school = $1";
    let mut names = Names::default();
    let mut seen: HashSet<String> = HashSet::new();
    let mut rows = sqlx::query(sql).bind(text(&school.uai)).fetch(conn);
    while let Some(row) = rows.try_next().await? {
        let (address, name) = (string(&row, 0)?, string(&row, 1)?);
        names.add_name(&name);
        if let Ok(address) = Address::parse(&address)
            && seen.insert(address.as_str().to_owned())
        {
            names.add_address(&address);
        }
    }
    for address in school.referents.iter().chain(&school.correspondents).chain(&school.known_senders) {
        names.add_address(address);
    }
    names.add_name(school.contact.as_deref().unwrap_or_default());
    Ok(names)
}
