//! The crash campaign: the program itself, between Dovecot and Postfix, is killed at every statement
//! and commit of the store and at everything said to or heard from a mail server, while reports,
//! answers and support's mail flow; then it is started again, and the outcome is compared with that
//! of an undisturbed run. `tests/CAMPAIGNS.md` has the figures.
//!
//! `PASSERELLE_CAMPAIGN` says how many failpoints the long form tries per store (`all`: every hit of
//! every failpoint), and as many random moments as a third of that.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::fs::File;
use std::os::unix::process::ExitStatusExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use passerelle::clock::{Clock as _, SystemClock};
use passerelle::outbox::Delivery;
use passerelle::store::Store;

use crate::harness::lab::{Lab, PASSWORD};
use crate::harness::letters::Mail;
use crate::harness::postgres;
use crate::harness::school::{MAILBOX, School, World, address};
use crate::harness::service::boxes;

const PROJECTOR: &str = "Bonjour, le vidéoprojecteur de la salle B204 ne s'allume plus depuis ce matin. Merci";
const COMPUTER: &str = "Bonjour, l'ordinateur de la salle C12 ne démarre plus. Merci";
/// A trial that takes longer has lost something.
const TOO_LONG: Duration = Duration::from_secs(150);

/// How the program dies in a trial.
#[derive(Debug, Clone)]
pub enum Death {
    /// Not at all; every failpoint that it passes is noted.
    None,
    /// At the n-th hit of a failpoint.
    At(String, u32),
    /// By SIGKILL, so many milliseconds after each start.
    Moments(Vec<u64>),
}

impl std::fmt::Display for Death {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::None => write!(f, "undisturbed"),
            Self::At(name, nth) => write!(f, "{name}:{nth}"),
            Self::Moments(all) => write!(f, "killed after {all:?} ms"),
        }
    }
}

/// What everybody has seen at the end.
#[derive(Debug, Default)]
pub struct Outcome {
    /// (recipient, kind, place) -> Message-IDs, one for each copy that arrived.
    mails: BTreeMap<(String, String, String), Vec<String>>,
    /// Place -> state and what else is known, in words.
    incidents: BTreeMap<String, String>,
    /// Places of incidents with a mail that was sent again, by kind.
    sent_again: BTreeSet<(String, String)>,
    /// Sender and end of each message.
    messages: Vec<String>,
    /// How often the program died as planned.
    deaths: u32,
    /// Failpoints passed, by name.
    passed: BTreeMap<String, u32>,
    /// Panics, tickets without consent, and a rest that never came.
    broken: Vec<String>,
}

/// What a trial showed, compared with the undisturbed run.
#[derive(Debug, Default, Clone)]
pub struct Findings {
    lost: Vec<String>,
    twice: Vec<String>,
    /// A mail to support that left twice, and was marked and told as such.
    twice_marked: u32,
    /// A mail that bears no evidence and arrived again, byte for byte, under the same Message-ID.
    again: u32,
    wrongly_confirmed: u32,
    panics: u32,
    other: Vec<String>,
}

impl Findings {
    fn is_clean(&self) -> bool {
        self.lost.is_empty()
            && self.twice.is_empty()
            && self.other.is_empty()
            && self.wrongly_confirmed == 0
            && self.panics == 0
    }
}

const WITH_EVIDENCE: [&str; 4] = ["ticket", "ticket_copy", "follow_up", "follow_up_copy"];

impl Outcome {
    fn compared_with(&self, undisturbed: &Self) -> Findings {
        let mut found = Findings::default();
        for (key, ids) in &undisturbed.mails {
            let have = self.mails.get(key).map_or(0, |ids| ids.iter().collect::<BTreeSet<_>>().len());
            if have < ids.len() {
                found.lost.push(format!("{key:?}: {have} of {}", ids.len()));
            }
        }
        for (key @ (_, kind, place), ids) in &self.mails {
            let wanted = undisturbed.mails.get(key).map_or(0, Vec::len);
            let distinct = ids.iter().collect::<BTreeSet<_>>().len();
            let marked = self.sent_again.contains(&(place.clone(), kind.clone()));
            let alert = kind == "alert" && self.sent_again.contains(&(place.clone(), "ticket".to_owned()));
            if distinct > wanted && !(alert && distinct == wanted + 1) {
                found.twice.push(format!("{key:?}: {distinct} instead of {wanted}"));
            }
            let repeats = u32::try_from(ids.len() - distinct).unwrap();
            if repeats > 0 && WITH_EVIDENCE.contains(&kind.as_str()) {
                if marked {
                    found.twice_marked += repeats;
                } else {
                    found.twice.push(format!("{key:?}: the same again, unmarked"));
                }
            } else {
                found.again += repeats;
            }
        }
        if self.incidents != undisturbed.incidents {
            found.lost.push(format!("states {:?} instead of {:?}", self.incidents, undisturbed.incidents));
        }
        if self.messages != undisturbed.messages {
            found.other.push(format!("messages {:?} instead of {:?}", self.messages, undisturbed.messages));
        }
        for text in &self.broken {
            match text.as_str() {
                t if t.contains("panic") => found.panics += 1,
                t if t.contains("consent") => found.wrongly_confirmed += 1,
                _ => found.lost.push(text.clone()),
            }
        }
        found
    }
}

/// Servers for many trials, one after another.
pub struct Bench {
    lab: Lab,
    postgres: bool,
    folder: tempfile::TempDir,
    trials: u32,
}

impl Bench {
    async fn open(postgres: bool) -> Self {
        let folder = tempfile::Builder::new().prefix("passerelle-campaign-").tempdir().unwrap();
        Self { lab: Lab::start().await, postgres, folder, trials: 0 }
    }

    /// One school, from the first report to the last answer.
    async fn play(&mut self, death: &Death) -> Outcome {
        self.trials += 1;
        self.lab.wipe();
        let folder = self.folder.path().join(self.trials.to_string());
        std::fs::create_dir(&folder).unwrap();
        let url = if self.postgres {
            tokio::task::spawn_blocking(|| postgres::server().database()).await.unwrap()
        } else {
            format!("sqlite:{}", folder.join("passerelle.db").display())
        };
        let (user, ca) = (MAILBOX, self.lab.ca());
        let login = format!("user = {user:?}\npassword = {PASSWORD:?}\nca_file = {ca:?}");
        let intake =
            format!("[school.intake.imap]\nurl = {:?}\ndone_folder = \"Archives\"\n{login}", self.lab.imap_url());
        let delivery = format!("[school.delivery.smtp]\nurl = {:?}\n{login}", self.lab.smtp_url());
        let school = School::new().policy("own_copy_wait = \"4s\"");
        let config = folder.join("passerelle.toml");
        std::fs::write(&config, school.toml(&url, &intake, &delivery)).unwrap();
        let store = Store::open(&url).await.unwrap();
        let mut trial = Trial {
            lab: &self.lab,
            store,
            life: Life::new(&config, death),
            outcome: Outcome::default(),
            answered: BTreeSet::new(),
            seen: 0,
            sent: 0,
        };
        trial.play().await;
        let Trial { life, mut outcome, store, .. } = trial;
        outcome.deaths = life.deaths;
        outcome.broken.extend(life.strange);
        drop(life.child.map(|mut child| child.kill().and_then(|()| child.wait().map(drop))));
        let log = std::fs::read_to_string(config.with_extension("log")).unwrap_or_default();
        outcome.broken.extend(log.lines().filter(|l| l.contains("panicked at")).map(|l| format!("panic: {l}")));
        for name in std::fs::read_to_string(config.with_extension("trace")).unwrap_or_default().lines() {
            *outcome.passed.entry(name.to_owned()).or_default() += 1;
        }
        store.close().await;
        if outcome.broken.is_empty() {
            let _ = std::fs::remove_dir_all(folder);
        } else {
            eprintln!("{death}: {:?}\n{}", outcome.broken, tail(&log, 60));
        }
        outcome
    }
}

fn tail(text: &str, lines: usize) -> String {
    let all: Vec<&str> = text.lines().collect();
    all[all.len().saturating_sub(lines)..].join("\n")
}

/// The program's lives.
struct Life {
    config: PathBuf,
    child: Option<Child>,
    death: Death,
    moments: VecDeque<u64>,
    begun: Instant,
    deaths: u32,
    strange: Vec<String>,
}

impl Life {
    fn new(config: &Path, death: &Death) -> Self {
        let moments = if let Death::Moments(all) = death { all.iter().copied().collect() } else { VecDeque::new() };
        let mut life = Self {
            config: config.to_owned(),
            child: None,
            death: death.clone(),
            moments,
            begun: Instant::now(),
            deaths: 0,
            strange: Vec::new(),
        };
        life.start();
        life
    }

    fn start(&mut self) {
        let log = File::options().create(true).append(true).open(self.config.with_extension("log")).unwrap();
        let mut command = Command::new(env!("CARGO_BIN_EXE_passerelle"));
        command.arg("-c").arg(&self.config).arg("run");
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(log);
        match &self.death {
            Death::None => {
                command.env("PASSERELLE_FAILPOINT_TRACE", self.config.with_extension("trace"));
            }
            Death::At(name, nth) if self.deaths == 0 => {
                command.env("PASSERELLE_FAILPOINT", format!("{name}:{nth}"));
            }
            _ => {}
        }
        self.child = Some(command.spawn().unwrap());
        self.begun = Instant::now();
    }

    /// Kills where it is time, and starts again what has died.
    fn look(&mut self) {
        let Some(child) = self.child.as_mut() else { return };
        if let Some(moment) = self.moments.front()
            && self.begun.elapsed() >= Duration::from_millis(*moment)
        {
            self.moments.pop_front();
            child.kill().unwrap();
            child.wait().unwrap();
            self.deaths += 1;
            return self.start();
        }
        if let Some(status) = child.try_wait().unwrap() {
            if status.signal() == Some(6) {
                self.deaths += 1;
            } else {
                self.strange.push(format!("the program ended by itself: {status}"));
            }
            if self.strange.len() < 3 {
                self.start();
            }
        }
    }
}

/// One trial under way.
struct Trial<'l> {
    lab: &'l Lab,
    store: Store,
    life: Life,
    outcome: Outcome,
    /// (who answers, kind, place): nobody answers twice.
    answered: BTreeSet<(String, String, String)>,
    /// Mails read so far.
    seen: usize,
    /// Mails written to the school.
    sent: usize,
}

/// Everything that people write after the two reports.
const ANSWERS: usize = 5;

impl Trial<'_> {
    async fn play(&mut self) {
        let begun = Instant::now();
        self.write(&World::draft("prof.a", "Panne", PROJECTOR), "prof.a").await;
        self.write(&World::draft("prof.b", "Panne", COMPUTER), "prof.b").await;
        let mut quiet = 0;
        while quiet < 3 {
            self.life.look();
            self.answer().await;
            if begun.elapsed() > TOO_LONG {
                let waiting = self.account().await;
                self.outcome.broken.push(format!("no rest after {TOO_LONG:?}: {waiting}"));
                break;
            }
            quiet = if self.is_at_rest().await { quiet + 1 } else { 0 };
            tokio::time::sleep(Duration::from_millis(if quiet > 0 { 60 } else { 25 })).await;
        }
        self.conclude().await;
    }

    async fn write(&mut self, draft: &crate::harness::letters::Draft, who: &str) {
        self.sent += 1;
        let id = format!("c{}.{:p}@poste.test", self.sent, &raw const *self);
        let raw = draft.bytes(&id, SystemClock.now(), MAILBOX);
        let reply = self.lab.send(address(who), MAILBOX, &raw).await;
        assert!(reply.starts_with("250"), "Postfix said {reply}");
    }

    /// Everybody answers what has come in: the referent, support, the reporter.
    async fn answer(&mut self) {
        let all: Vec<Mail> = boxes(self.lab).into_iter().map(|(owner, raw)| Mail::read(&owner, raw)).collect();
        if all.len() == self.seen {
            return;
        }
        self.seen = all.len();
        for mail in &all {
            let place = place_of(&mail.text);
            let consent = self.answered.contains(&(REFERENT.to_owned(), "proposal".to_owned(), place.clone()));
            if mail.kind == "ticket" && !(consent && place == "B204") {
                self.outcome.broken.push(format!("a ticket without consent: {}", mail.subject));
            }
            let (who, words) = match (mail.kind.as_str(), place.as_str()) {
                ("proposal", "B204") => (REFERENT, "OK"),
                ("proposal", "C12") => (REFERENT, "NON c'est débranché"),
                ("ticket", "B204") => {
                    (SUPPORT, "Bonjour,\nVotre demande a bien été enregistrée sous le numéro 4471932.\nCESAME")
                }
                ("progress", "B204") => (SUPPORT, "Bonjour, le dossier 4471932 est résolu."),
                ("resolution_check", "B204") => ("prof.a", "OUI"),
                _ => continue,
            };
            if !self.answered.insert((who.to_owned(), mail.kind.clone(), place.clone())) {
                continue;
            }
            // Support's second mail is in the thread of the ticket, which it alone has.
            let answered = if who == SUPPORT { all.iter().find(|m| m.kind == "ticket") } else { Some(mail) };
            if let Some(answered) = answered {
                self.write(&World::reply(who, answered, words), who).await;
            }
        }
    }

    async fn is_at_rest(&self) -> bool {
        if self.answered.len() < ANSWERS || self.lab.has_queued_mail() {
            return false;
        }
        let messages = self.store.list_messages(None).await.unwrap();
        let mails = self.store.all_mails(None).await.unwrap();
        let sent = |own: bool| mails.iter().filter(|m| m.state == Delivery::Sent && (m.own_copy || !own)).count();
        messages.len() >= self.sent + sent(true)
            && messages.iter().all(|m| m.ended.is_some())
            && mails.iter().all(|m| matches!(m.state, Delivery::Sent | Delivery::Failed))
            && self.seen >= sent(false)
    }

    async fn account(&self) -> String {
        let (queued, sent, seen) = (self.lab.has_queued_mail(), self.sent, self.seen);
        let mut text = format!("{:?}, sent {sent}, seen {seen}, in Postfix's queue: {queued}", self.answered);
        for m in self.store.list_messages(None).await.unwrap() {
            let end = m.ended.map(|e| format!("{}: {}", e.end.as_str(), e.reason)).unwrap_or_default();
            text.push_str(&format!("\n{} « {} » {end}", m.from, m.subject));
        }
        for m in self.store.all_mails(None).await.unwrap() {
            text.push_str(&format!("\n{} to {}: {:?} {:?}", m.kind, m.recipient, m.state, m.last_error));
        }
        text
    }

    async fn conclude(&mut self) {
        let out = &mut self.outcome;
        let mut places = BTreeMap::new();
        for row in self.store.list_incidents(None, None).await.unwrap() {
            let i = &row.incident;
            let place = i.facts.place.as_ref().map(|p| p.as_str().to_owned()).unwrap_or_default();
            places.insert(i.reference.to_string(), place.clone());
            let history = self.store.history_of(i.id).await.unwrap();
            let mut events: Vec<String> = Vec::new();
            for e in &history {
                if e.event == "sent_again" {
                    out.sent_again.insert((place.clone(), e.detail.as_str().unwrap_or_default().to_owned()));
                } else {
                    events.push(e.event.clone());
                }
            }
            events.sort();
            let reports = self.store.reports_of(i.id).await.unwrap().len();
            let told = format!("{} {reports} {:?} {:?} {events:?}", i.state.name(), i.reporters, i.support_reference);
            if let Some(other) = out.incidents.insert(place.clone(), told) {
                out.broken.push(format!("two incidents for {place}: {other}"));
            }
        }
        for (owner, raw) in boxes(self.lab) {
            let mail = Mail::read(&owner, raw);
            // An answer to a referent names the incident in its text alone.
            let of = places.iter().find(|(r, _)| mail.incident.as_ref() == Some(r) || mail.text.contains(*r));
            let place = of.map(|(_, place)| place.clone()).unwrap_or_default();
            out.mails.entry((mail.to, mail.kind, place)).or_default().push(mail.message_id);
        }
        for m in self.store.list_messages(None).await.unwrap() {
            let end = m.ended.map_or("", |e| if e.reason == "our own copy" { "own" } else { e.end.as_str() });
            if end != "own" {
                out.messages.push(format!("{} {end}", m.from));
            }
        }
        out.messages.sort();
    }
}

const REFERENT: &str = "referent";
const SUPPORT: &str = "cesame";

fn place_of(text: &str) -> String {
    ["B204", "C12"].into_iter().find(|p| text.contains(p)).unwrap_or_default().to_owned()
}

/// Which deaths: every hit of every failpoint, or so many of them, spread evenly over the run. The
/// seed shifts them, so that short forms see others each time.
fn deaths(passed: &BTreeMap<String, u32>, at_most: usize, seed: u64) -> Vec<Death> {
    let total: usize = passed.values().map(|n| *n as usize).sum();
    let all = passed.iter().flat_map(|(name, n)| (1..=*n).map(|nth| Death::At(name.clone(), nth)));
    if at_most >= total {
        return all.collect();
    }
    // The same share of each name, at least one; where there are fewer trials than names, some of them.
    let names = passed.len().max(1);
    let share = (at_most / names).max(1) as u64;
    passed
        .iter()
        .cycle()
        .skip(seed as usize % names)
        .take(names.min(at_most))
        .flat_map(|(name, n)| {
            let n = u64::from(*n);
            let share = share.min(n);
            (0..share).map(move |k| Death::At(name.clone(), ((k * n + seed % n) / share % n + 1) as u32))
        })
        .collect()
}

/// Random moments; the seed is printed.
fn moments(seed: u64, trials: usize) -> Vec<Death> {
    let mut state = seed;
    let mut next = |from: u64, to: u64| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        from + (state >> 33) % (to - from)
    };
    (0..trials).map(|_| Death::Moments((0..3).map(|_| next(60, 2_200)).collect())).collect()
}

/// What a campaign came to.
#[derive(Debug, Default)]
struct Tally {
    trials: u32,
    deaths: u32,
    untouched: u32,
    found: Vec<(String, Findings)>,
    again: u32,
    twice_marked: u32,
}

/// Runs the trials on `workers` benches side by side.
#[allow(clippy::print_stdout, reason = "its summary is what a campaign is for")]
async fn campaign(postgres: bool, workers: usize, at_most: usize, random: usize) -> Tally {
    let seed = SystemClock.now().as_nanosecond() as u64;
    let store = if postgres { "PostgreSQL" } else { "SQLite" };
    println!("{store}: seed {seed}");
    let mut first = Bench::open(postgres).await;
    let undisturbed = Arc::new(first.play(&Death::None).await);
    assert!(undisturbed.broken.is_empty(), "undisturbed: {:?}", undisturbed.broken);
    assert_eq!(undisturbed.mails.values().map(Vec::len).max(), Some(1), "{:?}", undisturbed.mails);
    println!("{store}: failpoints passed undisturbed: {:?}", undisturbed.passed);
    let mut all: VecDeque<Death> = deaths(&undisturbed.passed, at_most, seed).into();
    all.extend(moments(seed, random));
    let wanted = Arc::new(Mutex::new(all));
    let tally = Arc::new(Mutex::new(Tally::default()));
    let mut benches = vec![first];
    while benches.len() < workers {
        benches.push(Bench::open(postgres).await);
    }
    let mut tasks = tokio::task::JoinSet::new();
    for mut bench in benches {
        let (wanted, tally, undisturbed) = (wanted.clone(), tally.clone(), undisturbed.clone());
        tasks.spawn(async move {
            loop {
                let Some(death) = wanted.lock().unwrap().pop_front() else { return };
                let outcome = bench.play(&death).await;
                let findings = outcome.compared_with(&undisturbed);
                let mut tally = tally.lock().unwrap();
                tally.trials += 1;
                tally.deaths += outcome.deaths;
                tally.untouched += u32::from(outcome.deaths == 0);
                tally.again += findings.again;
                tally.twice_marked += findings.twice_marked;
                if !findings.is_clean() {
                    println!("{store}, {death}: {findings:?}");
                    tally.found.push((death.to_string(), findings));
                }
            }
        });
    }
    while let Some(done) = tasks.join_next().await {
        done.unwrap();
    }
    let tally = std::mem::take(&mut *tally.lock().unwrap());
    let sum = |of: fn(&Findings) -> usize| tally.found.iter().map(|(_, f)| of(f)).sum::<usize>();
    println!(
        "campaign crash, {store}: trials {}, kills {}, not reached {}, lost {}, twice {}, twice but marked and told {}, \
         repeated byte for byte (kinds without evidence) {}, wrongly confirmed {}, panics {}, other {}",
        tally.trials,
        tally.deaths,
        tally.untouched,
        sum(|f| f.lost.len()),
        sum(|f| f.twice.len()),
        tally.twice_marked,
        tally.again,
        sum(|f| f.wrongly_confirmed as usize),
        sum(|f| f.panics as usize),
        sum(|f| f.other.len()),
    );
    tally
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn killed_at_some_failpoints_nothing_is_lost_and_nothing_is_twice() {
    let (sqlite, postgres) = tokio::join!(campaign(false, 2, 3, 1), campaign(true, 2, 3, 1));
    for tally in [sqlite, postgres] {
        assert!(tally.found.is_empty(), "{:#?}", tally.found);
        assert!(tally.deaths > 0);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
#[ignore = "the long form: hundreds of trials; see tests/CAMPAIGNS.md"]
async fn killed_at_every_failpoint_nothing_is_lost_and_nothing_is_twice() {
    let wanted = std::env::var("PASSERELLE_CAMPAIGN").unwrap_or_else(|_| "210".to_owned());
    let at_most = if wanted == "all" { usize::MAX } else { wanted.parse().expect("a number of trials, or `all`") };
    let random = at_most.min(1_000) / 3;
    let workers = 2;
    let (sqlite, postgres) =
        tokio::join!(campaign(false, workers, at_most, random), campaign(true, workers, at_most, random));
    for tally in [sqlite, postgres] {
        assert!(tally.found.is_empty(), "{:#?}", tally.found);
    }
}
