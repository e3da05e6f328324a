//! Maildir -> incidents and outbox in SQLite -> Maildirs, with every commit and every mail on the
//! disk before it counts: messages a second, peak memory, and what a message costs as the store grows.
//!
//! `cargo bench --bench intake [-- WHAT…]`, WHAT being `once`, `service`, `phases`, `growth`,
//! `uncapped`, `dry-run`; a number sets how many messages (2,000). Without `--bench`, as under
//! `cargo test`, a few messages show that it works. Times differ from machine to machine: nothing
//! is asserted of them but that cost does not grow with the store.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::print_stdout, missing_docs)]

#[path = "mails/mod.rs"]
mod mails;
#[path = "school.rs"]
mod school;
#[path = "site.rs"]
mod site;

use std::time::{Duration, Instant};

use passerelle::cli::dry_run;
use passerelle::incident::policy::Policy;
use passerelle::incident::{Facts, Incident, IncidentId, Reference, State};
use passerelle::mailbox::MessageKey;
use passerelle::report::{Equipment, Report};
use passerelle::service::{deliver, process, receive, run};
use passerelle::store::{MessageEnd, NewIncident, NewMessage, Store, StoredReport};

use mails::Mails;
use school::address;
use site::Site;

fn main() {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let is_bench = args.iter().any(|a| a == "--bench");
    let count = args.iter().find_map(|a| a.parse().ok()).unwrap_or(if is_bench { 2_000 } else { 40 });
    let chosen: Vec<&str> = args.iter().map(String::as_str).filter(|a| !a.starts_with('-')).collect();
    let wanted = |what: &str| chosen.iter().all(|a| a.parse::<usize>().is_ok()) || chosen.contains(&what);
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    if wanted("once") {
        runtime.block_on(whole("once", count, Policy::default(), false));
    }
    if wanted("service") {
        runtime.block_on(whole("service", count, Policy::default(), true));
    }
    if wanted("uncapped") {
        let policy = Policy { max_mails_per_day: 1_000_000, max_mails_per_day_overall: 1_000_000, ..Policy::default() };
        runtime.block_on(whole("uncapped", count, policy, false));
    }
    if wanted("phases") {
        runtime.block_on(phases(count));
    }
    if wanted("dry-run") {
        dry_runs(count);
    }
    if wanted("growth") {
        let (few, many) = if is_bench { (2_000, 20_000) } else { (2, 20) };
        runtime.block_on(growth(count.min(1_000), few, many, is_bench));
    }
}

fn tell(what: &str, count: usize, took: Duration, more: &str) {
    let each = took.as_secs_f64() / count as f64;
    println!("{what:<22} {count:>6} messages  {:>8.0} /s  {:>7.3} ms each  {more}", 1.0 / each, each * 1e3);
}

/// Peak memory in MB since the last [`forget_peak`].
fn peak() -> f64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|l| l.strip_prefix("VmHWM:")).unwrap_or("0 kB");
    line.trim().trim_end_matches(" kB").parse::<f64>().unwrap_or(0.0) / 1024.0
}

fn forget_peak() {
    let _ = std::fs::write("/proc/self/clear_refs", "5");
}

async fn standing(store: &Store) -> String {
    let incidents: u64 = store.incidents_by_state(None).await.unwrap().iter().map(|(_, n)| n).sum();
    let mails = store.all_mails(None).await.unwrap().len();
    format!("{incidents} incidents, {mails} mails sent")
}

/// From a full Maildir to everything sent, as `passerelle once` or `passerelle run` does it.
async fn whole(what: &str, count: usize, policy: Policy, service: bool) {
    let mut site = Site::new();
    site.deliver(Mails::new(1).take(count));
    let (store, post) = site.open(policy).await;
    forget_peak();
    let begun = Instant::now();
    if service {
        let (stop, stopped) = tokio::sync::watch::channel(false);
        let running = tokio::spawn(run::run(vec![post], stopped));
        loop {
            tokio::time::sleep(Duration::from_millis(5)).await;
            let now = store.standing(None).await.unwrap();
            if now.waiting + now.leaving == 0 && store.list_messages(None).await.unwrap().len() == count {
                break;
            }
        }
        let took = begun.elapsed();
        let _ = stop.send(true);
        running.await.unwrap().unwrap();
        tell(what, count, took, &format!("peak {:.1} MB; {}", peak(), standing(&store).await));
    } else {
        run::once(&post).await.unwrap();
        let took = begun.elapsed();
        tell(what, count, took, &format!("peak {:.1} MB; {}", peak(), standing(&store).await));
    }
    let left = store.standing(None).await.unwrap();
    assert_eq!((left.waiting, left.leaving, left.failed), (0, 0, 0), "something was left over");
    assert_eq!(store.list_messages(None).await.unwrap().len(), count);
    store.close().await;
}

/// The same, one part after the other: where the time goes.
async fn phases(count: usize) {
    let mut site = Site::new();
    site.deliver(Mails::new(1).take(count));
    let (store, post) = site.open(Policy::default()).await;
    let office = post.office.as_ref();
    let mut mailbox = post.intake.open(receive::cursor(office, &post.intake.name()).await.unwrap()).await.unwrap();
    let begun = Instant::now();
    receive::receive(office, mailbox.as_mut(), false).await.unwrap();
    tell("  receive", count, begun.elapsed(), "");
    let begun = Instant::now();
    process::process_waiting(office).await.unwrap();
    tell("  process", count, begun.elapsed(), "");
    let begun = Instant::now();
    let sent = deliver::deliver_due(office).await.unwrap();
    tell("  deliver", count, begun.elapsed(), &format!("{sent} mails"));
    store.close().await;
}

/// What a message costs where many incidents are closed already, against few.
async fn growth(count: usize, few: usize, many: usize, assert: bool) {
    let mut each = Vec::new();
    for closed in [few, many] {
        let mut site = Site::new();
        let (store, post) = site.open(Policy::default()).await;
        seed(&store, closed).await;
        // The books are read once for each start of the program.
        site.deliver(Mails::new(3).take(1));
        run::once(&post).await.unwrap();
        site.deliver(Mails::new(2).take(count));
        let begun = Instant::now();
        run::once(&post).await.unwrap();
        tell(&format!("{closed} closed before"), count, begun.elapsed(), "");
        each.push(begun.elapsed().as_secs_f64());
        store.close().await;
    }
    let ratio = each[1] / each[0];
    println!("cost of a message with {many} closed incidents, against {few}: {ratio:.2}");
    // Far above what a busy machine does to two runs, far below what ten times the work would be.
    assert!(!assert || ratio < 2.0, "cost grows with the store");
}

/// Incidents that were closed long ago, each with its message, report, and history.
async fn seed(store: &Store, closed: usize) {
    let long_ago = mails::now().checked_sub(jiff::SignedDuration::from_hours(24 * 100)).unwrap();
    let mut mails = Mails::new(9);
    for first in (0..closed).step_by(500) {
        let mut tx = store.begin().await.unwrap();
        for n in first..(first + 500).min(closed) {
            let new = NewMessage {
                school: "0941234F".into(),
                key: MessageKey { mailbox: "earlier".into(), validity: 0, uid: format!("{n}") },
                message_id: Some(format!("{n}@earlier.test")),
                content_hash: format!("{n:064x}"),
                from: "agnes.aubrac@ac-creteil.test".into(),
                subject: "Panne".into(),
                received_at: long_ago,
                raw: mails.next().unwrap(),
                size: 2_000,
                to_move: false,
            };
            let message = tx.insert_messages(&[new]).await.unwrap()[0].id;
            let report = Report { equipment: Equipment::Imprimante, span: format!("panne {n}"), ..Report::default() };
            let number = tx.next_reference("0941234F", 2026).await.unwrap();
            let incident = Incident {
                id: IncidentId(0),
                reference: Reference { year: 2026, number },
                state: State::Closed { at: long_ago },
                facts: Facts::of(&report),
                opened_at: long_ago,
                last_reported_at: long_ago,
                ticket_sent_at: Some(long_ago),
                support_reference: None,
                support_heard_at: None,
                closed_at: Some(long_ago),
                reporters: Vec::new(),
                fired: Vec::new(),
            };
            let new = NewIncident { school: "0941234F", incident: &incident, due_at: None };
            let incident = tx.insert_incident(&new).await.unwrap();
            tx.insert_report(&StoredReport {
                message,
                incident,
                position: 0,
                reporter: address("agnes.aubrac@ac-creteil.test"),
                reporter_name: "Agnès Aubrac".into(),
                at: long_ago,
                report,
                fresh: true,
            });
            tx.end_message(message, MessageEnd::Handled, "report", long_ago);
        }
        tx.commit().await.unwrap();
    }
}

/// `dry-run` of an mbox, and of one five times as long: the same speed, the same memory but for lines.
fn dry_runs(count: usize) {
    for count in [count, 5 * count] {
        let file = tempfile::NamedTempFile::new_in(env!("CARGO_TARGET_TMPDIR")).unwrap();
        {
            let mut out = std::io::BufWriter::new(file.as_file());
            for mail in Mails::new(1).take(count) {
                std::io::Write::write_all(&mut out, b"From x@y.test Mon Nov 23 17:00:00 2026\n").unwrap();
                std::io::Write::write_all(&mut out, &mail).unwrap();
                std::io::Write::write_all(&mut out, b"\n").unwrap();
            }
        }
        let school = school::school(Policy::default());
        forget_peak();
        let begun = Instant::now();
        let source = passerelle::mailbox::mbox::Source::open(file.path()).unwrap();
        let played = dry_run::play(&school, source).unwrap();
        tell(
            "dry-run",
            played.lines.len(),
            begun.elapsed(),
            &format!("peak {:.1} MB, {} incidents", peak(), played.incidents().count()),
        );
    }
}
