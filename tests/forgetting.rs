//! Every column that can hold a text is known to whoever wrote `forget`: a new one fails here until
//! somebody has said what becomes of a person in it.

#![allow(clippy::unwrap_used, clippy::expect_used, missing_docs)]

use std::collections::BTreeSet;
use std::path::Path;

/// Columns that hold no person: codes, hashes, names of the program, days.
const NOBODY: &[&str] = &[
    "binder_request.from_day",
    "binder_request.school",
    "binder_request.to_day",
    "forgotten.hash",
    "forgotten.kind",
    "history.actor_kind",
    "history.event",
    "incident.fired_json",
    "incident.school",
    "incident.state",
    "incident.support_reference",
    "key_floor.name",
    "learned.school",
    "ledger.day",
    "ledger.half",
    "ledger.kind",
    "ledger.school",
    // The school's own mailbox, from the configuration.
    "mailbox.name",
    "message.outcome",
    "message.school",
    "message.uid",
    "meta.name",
    "meta.value",
    // The school's own address.
    "outbox.envelope_from",
    "outbox.kind",
    "outbox.message_id",
    "outbox.own_token",
    "outbox.reply_token",
    "outbox.school",
    "outbox.state",
    "outbox_shows.fingerprint",
    "reference_counter.school",
    "schedule.school",
    "schedule.what",
    "sender.school",
];

/// Columns out of which `forget` takes a person; `tests/stories/privacy_forget.rs` looks.
const CLEANED: &[&str] = &[
    "binder_request.recipient",
    "history.actor",
    "history.detail",
    "incident.facts_json",
    "incident.state_json",
    "learned.value",
    "ledger.place",
    "ledger.words",
    "message.content_hash",
    "message.message_id",
    "message.reason",
    "message.sender",
    "message.subject",
    "message_raw.raw",
    "outbox.bounce",
    "outbox.last_error",
    "outbox.recipient",
    "outbox.subject",
    "outbox_bytes.bytes",
    "report.facts_json",
    "report.reporter",
    "report.reporter_name",
    "sender.address",
];

/// `table.column` of every text and every run of bytes in the schema.
fn columns() -> BTreeSet<String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("migrations");
    let mut found = BTreeSet::new();
    for file in std::fs::read_dir(folder).unwrap().flatten() {
        let text = std::fs::read_to_string(file.path()).unwrap();
        let mut table = String::new();
        for line in text.lines().map(str::trim).filter(|l| !l.starts_with("--")) {
            let words: Vec<&str> = line.split_whitespace().collect();
            match words.as_slice() {
                ["CREATE", "TABLE", name, ..] => table = (*name).trim_end_matches('(').to_owned(),
                ["ALTER", "TABLE", name, "ADD", "COLUMN", column, kind, ..] if holds_text(kind) => {
                    found.insert(format!("{name}.{column}"));
                }
                [column, kind, ..] if holds_text(kind) && !table.is_empty() => {
                    found.insert(format!("{table}.{column}"));
                }
                [");", ..] => table.clear(),
                _ => {}
            }
        }
    }
    found
}

fn holds_text(kind: &str) -> bool {
    matches!(kind.trim_end_matches(','), "TEXT" | "BYTEA")
}

#[test]
fn every_column_that_may_name_somebody_is_known_to_forget() {
    let columns = columns();
    assert!(columns.len() > 40 && columns.contains("message_raw.raw"), "the schema was not read: {columns:?}");
    let known: BTreeSet<String> = NOBODY.iter().chain(CLEANED).map(|c| (*c).to_owned()).collect();
    let unknown: Vec<&String> = columns.difference(&known).collect();
    assert!(unknown.is_empty(), "what does `forget` do with {unknown:?}? See src/store/forget.rs");
}

#[test]
fn no_column_counts_or_sorts_people_by_what_they_belong_to() {
    for column in columns() {
        for word in ["union", "syndic", "member", "adher", "profile"] {
            assert!(!column.contains(word), "{column}");
        }
    }
}
