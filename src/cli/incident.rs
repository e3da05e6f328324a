//! `passerelle incident REF`: one incident with its history.

use anyhow::bail;
use serde_json::{Value, json};

use super::incidents::{checked_school, rfc3339, value};
use super::{Done, Global, out, site};
use crate::incident::Reference;
use crate::incident::policy::Actor;
use crate::store::IncidentRow;

/// Arguments of `incident`.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Its reference, as `2026-0042`
    #[arg(value_name = "REF")]
    pub reference: String,
    /// Whose, where several schools have such a reference
    #[arg(long, value_name = "UAI")]
    pub school: Option<String>,
    /// One JSON object instead of text
    #[arg(long)]
    pub json: bool,
}

/// Shows one incident with its history.
///
/// # Errors
/// A reference that is none, is unknown, or belongs to several schools.
pub async fn run(global: &Global, args: &Args) -> anyhow::Result<Done> {
    let reference: Reference = args.reference.parse()?;
    let config = global.load_config()?;
    let wanted = checked_school(&config, args.school.as_deref())?;
    let store = site::open_store(&config).await?;
    let mut found: Vec<IncidentRow> = Vec::new();
    for it in &config.schools {
        if wanted.is_none_or(|w| w == it.school.uai) {
            found.extend(store.incident_by_reference(&it.school.uai, reference).await?);
        }
    }
    let row = match found.as_slice() {
        [] => bail!("no incident {reference}; see `passerelle incidents`"),
        [one] => one,
        many => {
            let schools: Vec<&str> = many.iter().map(|r| r.school.as_str()).collect();
            bail!("several schools have an incident {reference}: add --school with one of {}", schools.join(", "))
        }
    };
    let zone = config.school(&row.school).map_or(jiff::tz::TimeZone::UTC, |s| s.school.timezone.clone());
    let mut shown = value(&config, &store, row).await?;
    let entries = store.history_of(row.incident.id).await?;
    let history: Vec<Value> = entries
        .iter()
        .map(|e| {
            json!({
                "at": rfc3339(e.at, &zone),
                "by": actor(&e.actor),
                "event": e.event,
                "detail": e.detail,
                "message": e.message.map(|m| m.0),
            })
        })
        .collect();
    if args.json {
        if let Some(object) = shown.as_object_mut() {
            object.insert("history".to_owned(), Value::Array(history));
        }
        out::json(&shown)?;
        return Ok(Done::Well);
    }
    let text = |v: &Value| match v {
        Value::Null => "-".to_owned(),
        Value::String(s) => s.clone(),
        Value::Array(all) => all.iter().filter_map(Value::as_str).collect::<Vec<_>>().join(", "),
        other => other.to_string(),
    };
    for (key, v) in shown.as_object().into_iter().flatten() {
        out::line(format_args!("{key:<18} {}", text(v)))?;
    }
    out::line("history")?;
    for (entry, shown) in entries.iter().zip(&history) {
        let at = shown.get("at").and_then(Value::as_str).unwrap_or_default();
        let detail = entry.detail.as_str().unwrap_or_default();
        let message = entry.message.map(|m| format!(" (message {})", m.0)).unwrap_or_default();
        out::line(format_args!("  {at}  {:<18} {:<30} {detail}{message}", entry.event, actor(&entry.actor)))?;
    }
    Ok(Done::Well)
}

fn actor(actor: &Actor) -> String {
    match actor {
        Actor::Person(a) => a.to_string(),
        Actor::Support(a) => format!("support {a}"),
        Actor::Passerelle => "passerelle".to_owned(),
        Actor::Operator => "operator".to_owned(),
    }
}
