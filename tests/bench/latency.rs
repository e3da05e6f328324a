//! From the moment in which IDLE wakes the program to the ticket handed to SMTP, with a real Dovecot
//! and Postfix on loopback: `cargo bench --bench latency`. Dovecot itself waits up to half a second
//! before it wakes a client; that is not counted, but told.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::print_stdout, missing_docs, dead_code)]

#[path = "../stories/harness/mod.rs"]
mod harness;
#[path = "mails/mod.rs"]
mod mails;
#[path = "school.rs"]
mod school;

use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use async_trait::async_trait;
use passerelle::clock::SystemClock;
use passerelle::incident::policy::{Confirm, Policy};
use passerelle::mailbox::imap::{ImapConfig, ImapMailbox};
use passerelle::mailbox::{Cursor, Fetched, Mailbox, MailboxError, MessageKey};
use passerelle::school::{School, SenderPattern};
use passerelle::service::Office;
use passerelle::service::run::{self, Intake, Post};
use passerelle::store::Store;
use passerelle::transport::smtp::SmtpTransport;
use passerelle::transport::{Envelope, Outcome, Transport};

use harness::lab::{CESAME, FIXED, Lab, PROF, REFERENT};

/// What happened when.
#[derive(Clone, Default)]
struct Watch(Arc<Mutex<Seen>>);

#[derive(Default)]
struct Seen {
    woken: Option<Instant>,
    handed: Option<Instant>,
    accepted: Option<Instant>,
}

struct Watched(ImapMailbox, Watch);

#[async_trait]
impl Mailbox for Watched {
    async fn next(&mut self) -> Result<Option<Fetched>, MailboxError> {
        self.0.next().await
    }
    async fn stored(&mut self, key: &MessageKey) -> Result<(), MailboxError> {
        self.0.stored(key).await
    }
    async fn done(&mut self, key: &MessageKey) -> Result<(), MailboxError> {
        self.0.done(key).await
    }
    async fn wait(&mut self, at_most: Duration) -> Result<(), MailboxError> {
        let waited = self.0.wait(at_most).await;
        self.1.0.lock().unwrap().woken.get_or_insert_with(Instant::now);
        waited
    }
    async fn reconcile(&mut self) -> Result<usize, MailboxError> {
        self.0.reconcile().await
    }
    async fn has_own_copy(&mut self, token: &str) -> Result<bool, MailboxError> {
        self.0.has_own_copy(token).await
    }
    async fn delete(&mut self, keys: &[MessageKey]) -> Result<usize, MailboxError> {
        self.0.delete(keys).await
    }
    async fn delete_message_ids(&mut self, ids: &[String]) -> Result<usize, MailboxError> {
        self.0.delete_message_ids(ids).await
    }
}

struct WatchedIntake(ImapConfig, Watch);

#[async_trait]
impl Intake for WatchedIntake {
    fn name(&self) -> String {
        self.0.name()
    }
    fn moves(&self) -> bool {
        false
    }
    async fn open(&self, cursor: Cursor) -> Result<Box<dyn Mailbox>, MailboxError> {
        Ok(Box::new(Watched(ImapMailbox::connect(self.0.clone(), cursor).await?, self.1.clone())))
    }
}

struct WatchedTransport(SmtpTransport, Watch);

#[async_trait]
impl Transport for WatchedTransport {
    async fn send(&self, envelope: &Envelope, bytes: &[u8]) -> Outcome {
        let is_ticket = envelope.to.as_str() == CESAME;
        if is_ticket {
            self.1.0.lock().unwrap().handed = Some(Instant::now());
        }
        let outcome = self.0.send(envelope, bytes).await;
        if is_ticket {
            self.1.0.lock().unwrap().accepted = Some(Instant::now());
        }
        outcome
    }
    async fn check(&self) -> Result<String, String> {
        self.0.check().await
    }
}

fn main() {
    let is_bench = std::env::args().any(|a| a == "--bench");
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    runtime.block_on(measure(if is_bench { 40 } else { 1 }));
}

async fn measure(count: usize) {
    let lab = Lab::start().await;
    let watch = Watch::default();
    let folder = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).unwrap();
    let store = Store::open(&format!("sqlite:{}", folder.path().join("passerelle.db").display())).await.unwrap();
    let (profile, templates) = school::texts();
    let school = School {
        mailbox: school::address(FIXED),
        staff_domains: vec!["lycee.test".into(), "ac-creteil.test".into()],
        referents: vec![school::address(REFERENT)],
        correspondents: Vec::new(),
        support: school::address(CESAME),
        support_from: vec![SenderPattern::Domain("region.test".into())],
        ..school::school(Policy { confirm: Confirm::Never, ..Policy::default() })
    };
    let transport = Arc::new(WatchedTransport(SmtpTransport::new(lab.smtp()), watch.clone()));
    let office = Office::new(school, profile, templates, store.clone(), Arc::new(SystemClock), transport);
    let intake = Arc::new(WatchedIntake(lab.imap(FIXED), watch.clone()));
    let (stop, stopped) = tokio::sync::watch::channel(false);
    let running = tokio::spawn(run::run(vec![Post { office, intake }], stopped));
    tokio::time::sleep(Duration::from_secs(2)).await;
    println!("at rest, with the bench around it: {:.1} MB", resident());
    let (mut ours, mut whole) = (Vec::new(), Vec::new());
    for n in 0..count {
        *watch.0.lock().unwrap() = Seen::default();
        let begun = Instant::now();
        lab.drop_into(FIXED, &report(n));
        let seen = loop {
            tokio::time::sleep(Duration::from_millis(2)).await;
            assert!(begun.elapsed() < Duration::from_secs(30), "no ticket; {}", lab.logs());
            let seen = watch.0.lock().unwrap();
            if let (Some(woken), Some(handed), Some(accepted)) = (seen.woken, seen.handed, seen.accepted) {
                break (woken, handed, accepted);
            }
        };
        ours.push(seen.1.saturating_duration_since(seen.0));
        whole.push(seen.2.saturating_duration_since(begun));
        // Let everything else that the message caused leave, our own copy included.
        tokio::time::sleep(Duration::from_millis(1_500)).await;
    }
    for (what, times) in [("IDLE's wake-up to SMTP", &mut ours), ("arrival to accepted", &mut whole)] {
        times.sort_unstable();
        let at = |percent: usize| times[(times.len() - 1) * percent / 100];
        println!("{what:<24} median {:>7.1?}  90 % {:>7.1?}  worst {:>7.1?}", at(50), at(90), at(100));
    }
    println!("at the end: {:.1} MB", resident());
    let _ = stop.send(true);
    running.await.unwrap().unwrap();
    store.close().await;
}

fn report(n: usize) -> Vec<u8> {
    format!(
        "From: Prof <{PROF}>\r\nTo: {FIXED}\r\nSubject: Panne\r\nMessage-ID: <latence{n}@ac-creteil.test>\r\n\
         MIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n\
         Bonjour,\r\n\r\nLe vidéoprojecteur de la salle B{}{:02} ne s'allume plus.\r\n\r\nMerci\r\n",
        n / 20 % 4,
        n % 20 + 1
    )
    .into_bytes()
}

/// Resident memory in MB.
fn resident() -> f64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|l| l.strip_prefix("VmRSS:")).unwrap_or("0 kB");
    line.trim().trim_end_matches(" kB").parse::<f64>().unwrap_or(0.0) / 1024.0
}
