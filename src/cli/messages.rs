//! `passerelle messages`: every message received, its end and why.

use serde_json::{Value, json};

use super::incidents::{checked_school, rfc3339};
use super::{Done, Global, out, site};
use crate::config::Config;
use crate::store::{MessageRow, Store};

/// Arguments of `messages`.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Only this school's
    #[arg(long, value_name = "UAI")]
    pub school: Option<String>,
    /// One JSON array instead of a table
    #[arg(long)]
    pub json: bool,
}

/// Lists messages.
///
/// # Errors
/// An unknown school, or a store that cannot be read.
pub async fn run(global: &Global, args: &Args) -> anyhow::Result<Done> {
    let config = global.load_config()?;
    let school = checked_school(&config, args.school.as_deref())?;
    let store = site::open_store(&config).await?;
    let rows = store.list_messages(school).await?;
    show(&config, &store, &rows, args.json).await
}

/// Prints messages, as JSON or one a line.
///
/// # Errors
/// A store that cannot be read, or standard output that cannot be written.
pub(super) async fn show(config: &Config, store: &Store, rows: &[MessageRow], json: bool) -> anyhow::Result<Done> {
    let mut values: Vec<Value> = Vec::with_capacity(rows.len());
    for row in rows {
        let zone = config.school(&row.school).map_or(jiff::tz::TimeZone::UTC, |s| s.school.timezone.clone());
        let mut incidents = Vec::new();
        for id in store.incidents_of_message(row.id).await? {
            incidents.extend(store.incident(id).await?.map(|r| r.incident.reference.to_string()));
        }
        values.push(json!({
            "id": row.id.0,
            "school": row.school,
            "message_id": row.message_id,
            "from": row.from,
            "subject": row.subject,
            "received_at": rfc3339(row.received_at, &zone),
            "end": row.ended.as_ref().map(|e| e.end.as_str()),
            "reason": row.ended.as_ref().map(|e| e.reason.as_str()),
            "incidents": incidents,
        }));
    }
    if json {
        out::json(&values)?;
        return Ok(Done::Well);
    }
    if values.is_empty() {
        out::line("No message.")?;
    }
    for v in &values {
        let text = |key: &str| v.get(key).and_then(Value::as_str).unwrap_or("-").to_owned();
        let id = v.get("id").and_then(Value::as_i64).unwrap_or_default();
        out::line(format_args!(
            "{id:>6}  {}  {:<11}  {:<36}  {}  ({})",
            text("received_at"),
            text("end"),
            text("from"),
            text("subject"),
            text("reason")
        ))?;
    }
    Ok(Done::Well)
}
