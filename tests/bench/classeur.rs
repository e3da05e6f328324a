//! What a classeur of 100,000 incidents costs: `cargo bench --bench classeur`. Says the memory too.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::print_stdout, missing_docs)]

#[path = "school.rs"]
mod school;

use std::hint::black_box;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use jiff::civil::{Date, date};
use jiff::{SignedDuration, Timestamp};
use passerelle::classeur::csv;
use passerelle::classeur::{Figures, Period, assemble};
use passerelle::incident::policy::{Actor, Policy};
use passerelle::incident::{Facts, Incident, IncidentId, Reference, State};
use passerelle::mailbox::MessageKey;
use passerelle::report::{Equipment, Place, Report, Stance};
use passerelle::store::{HistoryEntry, NewIncident, NewMessage, Store, StoredReport};

const INCIDENTS: u32 = 100_000;
/// Incidents of one transaction.
const BATCH: u32 = 2_000;

fn begun() -> Timestamp {
    "2025-09-01T06:00:00Z".parse().unwrap()
}

fn today() -> Date {
    date(2027, 8, 31)
}

fn year() -> Period {
    Period::new(date(2026, 9, 1), date(2027, 8, 31), today()).unwrap()
}

/// Two years of a very unlucky school: three quarters are sent, most of these repaired.
async fn fill(store: &Store, uai: &str) {
    let mut n = 0;
    while n < INCIDENTS {
        let mut tx = store.begin().await.unwrap();
        let messages: Vec<NewMessage> = (n..n + BATCH).map(|k| message(k, uai)).collect();
        let kept = tx.insert_messages(&messages).await.unwrap();
        for (k, message) in (n..).zip(kept) {
            let at = begun() + SignedDuration::from_mins(i64::from(k) * 10);
            let incident = incident(k, at);
            let id = tx.insert_incident(&NewIncident { school: uai, incident: &incident, due_at: None }).await.unwrap();
            tx.insert_report(&StoredReport {
                message: message.id,
                incident: id,
                position: 0,
                reporter: school::address(&format!("prof.numero{}@ac-creteil.test", k % 200)),
                reporter_name: String::new(),
                at,
                report: Report { span: incident.facts.words.clone(), ..Report::default() },
                fresh: true,
            });
            for (hours, actor, event, detail) in history(k) {
                tx.append_history(&HistoryEntry {
                    incident: id,
                    at: at + SignedDuration::from_hours(hours),
                    actor,
                    event: event.to_owned(),
                    detail: serde_json::Value::String(detail.to_owned()),
                    message: None,
                });
            }
        }
        tx.commit().await.unwrap();
        n += BATCH;
    }
}

fn message(k: u32, uai: &str) -> NewMessage {
    NewMessage {
        school: uai.to_owned(),
        key: MessageKey { mailbox: "bench".to_owned(), validity: 1, uid: k.to_string() },
        message_id: Some(format!("{k}@ac-creteil.test")),
        content_hash: format!("{k:064x}"),
        from: "prof@ac-creteil.test".to_owned(),
        subject: "Panne".to_owned(),
        received_at: begun() + SignedDuration::from_mins(i64::from(k) * 10),
        raw: b"Subject: Panne\r\n\r\nPanne".to_vec(),
        size: 24,
        to_move: false,
    }
}

fn incident(k: u32, at: Timestamp) -> Incident {
    let span = "Bonjour, le vidéoprojecteur de la salle B204 ne s'allume plus depuis ce matin.".to_owned();
    let equipment = Equipment::ALL[k as usize % Equipment::ALL.len()];
    let place = Some(Place::from_normalised(&format!("{}{:03}", ["A", "B", "C"][k as usize % 3], k % 97)));
    let report =
        Report { place, equipment, span, urgent: k.is_multiple_of(5), stance: Stance::Broken, ..Report::default() };
    let sent = !k.is_multiple_of(4);
    let over = !k.is_multiple_of(10);
    let state = if over { State::Closed { at } } else { State::AwaitingConfirmation { since: at } };
    Incident {
        id: IncidentId(0),
        reference: Reference { year: 2026, number: k + 1 },
        state,
        facts: Facts::of(&report),
        opened_at: at,
        last_reported_at: at,
        ticket_sent_at: sent.then_some(at),
        support_reference: sent.then(|| format!("44{k:05}")),
        support_heard_at: None,
        closed_at: over.then(|| at + SignedDuration::from_hours(200)),
        reporters: Vec::new(),
        fired: Vec::new(),
    }
}

fn history(k: u32) -> Vec<(i64, Actor, &'static str, &'static str)> {
    let desk = || Actor::Support(school::address("cesame@region.test"));
    let person = || Actor::Person(school::address("referent@lycee-prevert.test"));
    let mut all = vec![(0, person(), "opened", ""), (0, person(), "reported", "le vidéoprojecteur ne s'allume plus")];
    if !k.is_multiple_of(4) {
        all.extend([
            (5, person(), "confirmed", ""),
            (5, Actor::Passerelle, "ticket_sent", ""),
            (30, desk(), "support_reference", "4471932"),
            (30, desk(), "support_said", "acknowledged"),
            (60, desk(), "planned", "2027-01-12"),
        ]);
    }
    if !k.is_multiple_of(10) {
        all.extend([(150, desk(), "support_said", "resolved"), (200, person(), "closed", "")]);
    }
    all
}

fn classeur(c: &mut Criterion) {
    let folder = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).unwrap();
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let school = school::school(Policy::default());
    let (profile, _) = school::texts();
    let store = runtime.block_on(async {
        let store = Store::open(&format!("sqlite:{}", folder.path().join("bench.db").display())).await.unwrap();
        fill(&store, &school.uai).await;
        store
    });
    // The highest mark of what follows, not of the filling.
    let _ = std::fs::write("/proc/self/clear_refs", "5");
    let before = memory("VmRSS");
    let dossier = runtime.block_on(store.dossier(&school, &profile, year())).unwrap();
    assert_eq!(dossier.lives.len(), INCIDENTS as usize);
    let made = assemble(&dossier, year(), today(), &profile);
    let csv = csv::render(&made, &csv::Options::default()).unwrap();
    println!(
        "{} incidents read, {} lines in the annex, {} bytes of CSV; memory: {before} before, {} at the highest",
        dossier.lives.len(),
        made.figures.lines.len(),
        csv.len(),
        memory("VmHWM")
    );
    let mut group = c.benchmark_group("of 100,000 incidents");
    group.throughput(Throughput::Elements(u64::from(INCIDENTS)));
    group.sample_size(10);
    group.bench_function("read", |b| {
        b.iter(|| black_box(runtime.block_on(store.dossier(&school, &profile, year())).unwrap()));
    });
    group.bench_function("count", |b| b.iter(|| black_box(Figures::of(&dossier, year(), today()))));
    group.bench_function("count and put into tables and words", |b| {
        b.iter(|| black_box(assemble(&dossier, year(), today(), &profile)));
    });
    group.bench_function("write as CSV", |b| b.iter(|| black_box(csv::render(&made, &csv::Options::default()))));
    group.finish();
}

/// A line of `/proc/self/status`, as it stands there.
fn memory(name: &str) -> String {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|l| l.strip_prefix(name)?.strip_prefix(':'));
    line.map_or_else(|| "unknown".to_owned(), |l| l.trim().to_owned())
}

criterion_group!(benches, classeur);
criterion_main!(benches);
