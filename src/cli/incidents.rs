//! `passerelle incidents`: the list.

use anyhow::{Context as _, bail};
use jiff::Timestamp;
use serde_json::{Value, json};

use super::{Done, Global, out, site};
use crate::clock::{Clock as _, SystemClock};
use crate::compose::view;
use crate::config::{Config, Texts};
use crate::incident::State;
use crate::store::{IncidentRow, Store};

/// Arguments of `incidents`.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Only this school's
    #[arg(long, value_name = "UAI")]
    pub school: Option<String>,
    /// Only those in this state, as `awaiting_confirmation` or `ticketed`
    #[arg(long, value_name = "STATE")]
    pub state: Option<String>,
    /// One JSON array instead of a table
    #[arg(long)]
    pub json: bool,
}

/// Lists incidents.
///
/// # Errors
/// An unknown school or state, or a store that cannot be read.
pub async fn run(global: &Global, args: &Args) -> anyhow::Result<Done> {
    if let Some(state) = &args.state
        && !State::NAMES.contains(&state.as_str())
    {
        bail!("--state {state}: no such state; the states are {}", State::NAMES.join(", "));
    }
    let config = global.load_config()?;
    let school = checked_school(&config, args.school.as_deref())?;
    let store = site::open_store(&config).await?;
    let rows = store.list_incidents(school, args.state.as_deref()).await?;
    let mut values = Vec::with_capacity(rows.len());
    for row in &rows {
        values.push(value(&config, &store, row).await?);
    }
    if args.json {
        out::json(&values)?;
        return Ok(Done::Well);
    }
    if values.is_empty() {
        out::line("No incident.")?;
    }
    let several = config.schools.len() > 1;
    for v in &values {
        let text = |key: &str| v.get(key).and_then(Value::as_str).unwrap_or("-").to_owned();
        let school = if several { format!("{}  ", text("school")) } else { String::new() };
        out::line(format_args!("{}  {school}{:<21}  {}", text("ref"), text("state"), text("title")))?;
    }
    Ok(Done::Well)
}

/// The UAI of the school named, if it is configured.
///
/// # Errors
/// A sentence that names the configured ones.
pub(super) fn checked_school<'c>(config: &'c Config, uai: Option<&str>) -> anyhow::Result<Option<&'c str>> {
    if uai.is_none() {
        return Ok(None);
    }
    Ok(config.chosen(uai)?.first().map(|s| s.school.uai.as_str()))
}

/// One incident as `--json` shows it.
///
/// # Errors
/// A store that cannot be read.
pub(super) async fn value(config: &Config, store: &Store, row: &IncidentRow) -> anyhow::Result<Value> {
    let i = &row.incident;
    let site = config.school(&row.school);
    let zone = site.map_or(jiff::tz::TimeZone::UTC, |s| s.school.timezone.clone());
    let time = |t: Option<Timestamp>| t.map(|t| rfc3339(t, &zone));
    let title = match site {
        Some(s) => {
            let texts = Texts::load(config.templates.as_deref(), &s.school)
                .with_context(|| format!("school {}", row.school))?;
            view::incident(i, &s.school, &texts.profile, SystemClock.now()).title
        }
        None => i.facts.equipment.to_string(),
    };
    let planned_for = match &i.state {
        State::Planned { date, .. } => Some(date.to_string()),
        _ => None,
    };
    let merged_into = match i.state {
        State::Merged { into, .. } => store.incident(into).await?.map(|r| r.incident.reference.to_string()),
        _ => None,
    };
    let reports = store.reports_of(i.id).await?.len();
    Ok(json!({
        "ref": i.reference.to_string(),
        "school": row.school,
        "state": i.state.name(),
        "place": i.facts.place,
        "equipment": i.facts.equipment,
        "responsible": i.facts.responsible,
        "count": i.facts.count,
        "title": title,
        "reports": reports,
        "reporters": i.reporters,
        "opened_at": rfc3339(i.opened_at, &zone),
        "ticket_sent_at": time(i.ticket_sent_at),
        "support_reference": i.support_reference,
        "planned_for": planned_for,
        "closed_at": time(i.closed_at),
        "merged_into": merged_into,
    }))
}

/// A time with the zone's offset, whole seconds (RFC 3339).
pub(super) fn rfc3339(at: Timestamp, zone: &jiff::tz::TimeZone) -> String {
    at.to_zoned(zone.clone()).strftime("%Y-%m-%dT%H:%M:%S%:z").to_string()
}
