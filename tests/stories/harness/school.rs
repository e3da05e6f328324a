//! A school and its people. Stories speak to it in users' words and see what users see.

use std::collections::HashSet;
use std::path::PathBuf;
use std::process::Command;

use jiff::Timestamp;
use jiff::tz::TimeZone;
use passerelle::clock::{Clock as _, ManualClock, SystemClock};
use passerelle::config::Config;
use passerelle::incident::calendar;
use passerelle::incident::policy::Delay;
use passerelle::store::{MessageEnd, Store};
use serde_json::Value;

use super::inside::{Inside, Wire};
use super::lab::{Lab, LabOptions, PASSWORD, Proxy};
use super::letters::{Draft, Mail};
use super::postgres;
use super::service::Service;

/// The school's fixed address.
pub const MAILBOX: &str = "panne-info@lycee.test";

/// Everybody: the name a story uses, the display name, the address.
const PEOPLE: [(&str, &str, &str); 12] = [
    ("referent", "Paul Petit", "referent@lycee.test"),
    ("second", "Rose Adjointe", "direction@lycee.test"),
    ("prof.a", "Alice Aubert", "alice.aubert@ac-creteil.test"),
    ("prof.b", "Bruno Besnard", "bruno.besnard@ac-creteil.test"),
    ("prof.c", "Chloé Carlier", "prof@ac-creteil.test"),
    ("correspondent", "S1 Lycée", "s1@snes.test"),
    ("cesame", "CESAME", "cesame@region.test"),
    ("technician", "Technicien SCC", "technicien@scc.test"),
    ("stranger", "Zoé Zimmer", "zoe.zimmer@snes.test"),
    ("copier", "Copieur", "copieur@lycee.test"),
    ("pupil", "Un élève", "eleve@etu.lycee.test"),
    ("list", "Liste", "info@lettre.test"),
];

/// Where the story plays.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Setting {
    /// In this process, on SQLite and Maildirs.
    Sqlite,
    /// In this process, on PostgreSQL and Maildirs.
    Postgres,
    /// The program itself between Dovecot and Postfix.
    Real,
}

/// What is particular about a story's school.
#[derive(Debug, Clone, Default)]
pub struct School {
    keys: Vec<String>,
    policy: Vec<String>,
    two_referents: bool,
    two_correspondents: bool,
    small_disk: bool,
    proxied: bool,
    expired: bool,
}

impl School {
    /// An ordinary one.
    pub fn new() -> Self {
        Self::default()
    }

    /// A line of `[[school]]`.
    pub fn key(mut self, line: &str) -> Self {
        self.keys.push(line.to_owned());
        self
    }

    /// A line of `[school.policy]`.
    pub fn policy(mut self, line: &str) -> Self {
        self.policy.push(line.to_owned());
        self
    }

    /// With a second referent.
    pub fn two_referents(mut self) -> Self {
        self.two_referents = true;
        self
    }

    /// With a second correspondent, `fsu@snes.test`.
    pub fn two_correspondents(mut self) -> Self {
        self.two_correspondents = true;
        self
    }

    /// Whose store is on a small disk of its own ([`Disk`]); between real servers.
    pub fn on_a_small_disk(mut self) -> Self {
        self.small_disk = true;
        self
    }

    /// Whose servers are reached through [`World::proxies`]; between real servers.
    pub fn through_proxies(mut self) -> Self {
        self.proxied = true;
        self
    }

    /// Whose servers show an expired certificate; between real servers.
    pub fn with_an_expired_certificate(mut self) -> Self {
        self.expired = true;
        self
    }

    /// The configuration's text.
    pub fn toml(&self, store: &str, intake: &str, delivery: &str) -> String {
        let referents = if self.two_referents {
            r#"["referent@lycee.test", "direction@lycee.test"]"#
        } else {
            r#""referent@lycee.test""#
        };
        let correspondents =
            if self.two_correspondents { r#"["s1@snes.test", "fsu@snes.test"]"# } else { r#"["s1@snes.test"]"# };
        let mut policy = self.policy.join("\n");
        if !policy.contains("digest") {
            policy.push_str("\ndigest = \"never\"");
        }
        if !policy.contains("binder") {
            policy.push_str("\nbinder = \"never\"");
        }
        format!(
            "[store]\nurl = {store:?}\n[[school]]\nname = \"Lycée Jean-Moulin\"\nuai = \"0941234F\"\ncity = \"Torcy\"\n\
             mailbox = {MAILBOX:?}\nstaff_domains = [\"lycee.test\", \"ac-creteil.test\"]\nreferent = {referents}\n\
             correspondents = {correspondents}\nsupport = \"cesame@region.test\"\n\
             support_from = [\"@region.test\", \"@scc.test\"]\nprofile = \"ile-de-france\"\n\
             contact = \"M. Petit, 01 02 03 04 05\"\naccess_hours = \"8 h - 18 h\"\n\
             relay_senders = [\"copieur@lycee.test\"]\n{}\n{intake}\n{delivery}\n[school.policy]\n{policy}\n",
            self.keys.join("\n")
        )
    }
}

#[allow(clippy::large_enum_variant, reason = "there is one of it")]
enum Engine {
    Inside(Inside),
    Service(Service),
}

/// A file system of a few megabytes.
pub struct Disk(PathBuf);

impl Disk {
    fn mount(path: PathBuf) -> Self {
        std::fs::create_dir(&path).unwrap();
        let disk = Self(path);
        disk.run("mount", &["-t", "tmpfs", "-o", "size=6m", "none"]);
        disk
    }

    fn run(&self, program: &str, words: &[&str]) {
        let done = Command::new(program).args(words).arg(&self.0).status().unwrap();
        assert!(done.success(), "{program} {words:?}: the stories with real servers are run by root");
    }

    /// Nothing more fits on it.
    pub fn fill(&self) {
        let mut ballast = std::fs::File::create(self.0.join("ballast")).unwrap();
        for size in [65_536, 4_096, 1] {
            while std::io::Write::write_all(&mut ballast, &vec![b'x'; size]).is_ok() {}
        }
    }

    /// There is room again.
    pub fn clear(&self) {
        std::fs::remove_file(self.0.join("ballast")).unwrap();
    }

    /// Nothing may be written.
    pub fn read_only(&self) {
        self.run("mount", &["-o", "remount,ro"]);
    }

    /// It may again.
    pub fn writable(&self) {
        self.run("mount", &["-o", "remount,rw"]);
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        // Lazily: the program may still have the store open.
        let _ = Command::new("umount").arg("-l").arg(&self.0).status();
    }
}

/// The school at work.
pub struct World {
    engine: Engine,
    /// The disk of the store, where it is a small one.
    pub disk: Option<Disk>,
    /// Before IMAP and before SMTP, where the school asked for them.
    pub proxies: Option<(Proxy, Proxy)>,
    /// Its store.
    pub store: Store,
    config: PathBuf,
    _folder: tempfile::TempDir,
    taken: HashSet<(String, String)>,
    sent: u32,
    restless: bool,
}

/// An incident as `incidents --json` or the store shows it.
#[derive(Debug, Clone)]
pub struct Seen(pub Value);

impl Seen {
    /// A text field; empty where it is null.
    #[track_caller]
    pub fn text(&self, key: &str) -> &str {
        self.0.get(key).unwrap_or_else(|| panic!("no field {key} in {}", self.0)).as_str().unwrap_or_default()
    }

    /// `state`.
    pub fn state(&self) -> &str {
        self.text("state")
    }

    /// A number.
    #[track_caller]
    pub fn number(&self, key: &str) -> u64 {
        self.0[key].as_u64().unwrap_or_else(|| panic!("{key} is no number in {}", self.0))
    }
}

/// A person's address by the name that stories use, or the address itself.
pub fn address(who: &str) -> &str {
    PEOPLE.iter().find(|(key, ..)| *key == who).map_or(who, |(.., a)| a)
}

fn name(who: &str) -> &str {
    PEOPLE.iter().find(|(key, ..)| *key == who).map_or("", |(_, n, _)| n)
}

impl World {
    /// Opens the school.
    pub async fn open(setting: Setting, school: School) -> Self {
        let folder = tempfile::Builder::new().prefix("passerelle-story-").tempdir().unwrap();
        let config_path = folder.path().join("passerelle.toml");
        let mail = folder.path().join("mail");
        let disk = school.small_disk.then(|| Disk::mount(folder.path().join("disk")));
        let url = match setting {
            _ if disk.is_some() => format!("sqlite:{}", folder.path().join("disk/passerelle.db").display()),
            Setting::Postgres => tokio::task::spawn_blocking(|| postgres::server().database()).await.unwrap(),
            _ => format!("sqlite:{}", folder.path().join("passerelle.db").display()),
        };
        let options = LabOptions { expired: school.expired, ..LabOptions::default() };
        let lab = if setting == Setting::Real { Some(Lab::start_with(options).await) } else { None };
        let proxies = lab
            .as_ref()
            .filter(|_| school.proxied)
            .map(|lab| (lab.proxy(lab.ports.imap), lab.proxy(lab.ports.submission)));
        let (intake, delivery) = match &lab {
            None => (
                format!("[school.intake]\nmaildir = {:?}", mail.join(MAILBOX)),
                format!("[school.delivery]\nmaildir = {mail:?}"),
            ),
            Some(lab) => {
                let ca = lab.ca();
                let login = format!("user = {MAILBOX:?}\npassword = {PASSWORD:?}\nca_file = {ca:?}");
                let (imap, smtp, tls) = match &proxies {
                    None => (lab.imap_url(), lab.smtp_url(), ""),
                    Some((imap, smtp)) => (
                        format!("imap://127.0.0.1:{}", imap.port()),
                        format!("smtp://127.0.0.1:{}", smtp.port()),
                        "starttls = \"none\"\n",
                    ),
                };
                (
                    format!("[school.intake.imap]\nurl = {imap:?}\ndone_folder = \"Archives\"\n{login}"),
                    format!("[school.delivery.smtp]\nurl = {smtp:?}\n{tls}{login}"),
                )
            }
        };
        let text = school.toml(&url, &intake, &delivery);
        std::fs::write(&config_path, &text).unwrap();
        let config = Config::load(&config_path).unwrap();
        let store = Store::open(&url).await.unwrap();
        let engine = match lab {
            Some(lab) => Engine::Service(Service::start(lab, &config_path)),
            None => {
                // A Tuesday of September, nine o'clock in Paris.
                let clock = ManualClock::at("2026-09-15T07:00:00Z".parse().unwrap());
                Engine::Inside(Inside::start(&config, store.clone(), clock, &mail).await)
            }
        };
        Self {
            engine,
            disk,
            proxies,
            store,
            config: config_path,
            _folder: folder,
            taken: HashSet::new(),
            sent: 0,
            restless: true,
        }
    }

    /// Somebody writes to the school's address.
    pub async fn writes(&mut self, who: &str, subject: &str, text: &str) -> String {
        self.send(Self::draft(who, subject, text)).await
    }

    /// A mail in somebody's hands, to be made particular before it is sent.
    pub fn draft(who: &str, subject: &str, text: &str) -> Draft {
        Draft::new(address(who), name(who), subject, text)
    }

    /// Somebody replies to a mail, as a mail program does it.
    pub async fn replies(&mut self, who: &str, mail: &Mail, text: &str) -> String {
        self.send(Self::reply(who, mail, text)).await
    }

    /// A reply in somebody's hands.
    pub fn reply(who: &str, mail: &Mail, text: &str) -> Draft {
        Draft::reply(address(who), name(who), mail, text)
    }

    /// Sends it; gives its Message-ID.
    pub async fn send(&mut self, draft: Draft) -> String {
        let id = format!("m{}.{:p}@poste.test", self.sent + 1, &raw const *self);
        let raw = draft.bytes(&id, self.now(), MAILBOX);
        self.arrives(draft.from(), &raw).await;
        id
    }

    /// These bytes arrive.
    pub async fn arrives(&mut self, from: &str, raw: &[u8]) {
        self.sent += 1;
        self.restless = true;
        match &self.engine {
            Engine::Inside(inside) => {
                inside.arrive(raw, self.sent);
                inside.clock.set(inside.clock.now() + jiff::SignedDuration::from_secs(60));
            }
            Engine::Service(service) => {
                let reply = service.lab.send(from, MAILBOX, raw).await;
                assert!(reply.starts_with("250"), "Postfix said {reply}");
            }
        }
    }

    /// What the clock shows.
    pub fn now(&self) -> Timestamp {
        match &self.engine {
            Engine::Inside(inside) => inside.clock.now(),
            Engine::Service(_) => SystemClock.now(),
        }
    }

    /// Until nothing moves.
    pub async fn settle(&mut self) {
        match &self.engine {
            Engine::Inside(inside) => inside.settle().await,
            Engine::Service(service) => service.settle(&self.store, self.sent as usize).await,
        }
        self.restless = false;
    }

    /// Time passes: `3h`, `2d`, `5wd`, and one second more.
    pub async fn later(&mut self, delay: &str) {
        self.settle().await;
        self.clock_forward(delay);
        self.settle().await;
    }

    /// Time passes while the program stands still.
    pub fn clock_forward(&mut self, delay: &str) {
        let Engine::Inside(inside) = &self.engine else { panic!("a real clock cannot be set") };
        let digits = delay.find(|c: char| !c.is_ascii_digit()).unwrap();
        let n: i64 = delay[..digits].parse().unwrap();
        let delay = match &delay[digits..] {
            "m" => Delay::Seconds(n * 60),
            "h" => Delay::Seconds(n * 3600),
            "d" => Delay::Seconds(n * 86_400),
            "wd" => Delay::WorkingDays(u16::try_from(n).unwrap()),
            other => panic!("no unit {other}"),
        };
        let zone = TimeZone::get("Europe/Paris").unwrap();
        let then = calendar::after(inside.clock.now(), delay, &zone, &[]);
        inside.clock.set(then + jiff::SignedDuration::from_secs(1));
        self.restless = true;
    }

    /// Somebody sets the clock back by so many seconds, or forward by as many below zero.
    pub fn clock_back(&mut self, seconds: i64) {
        let Engine::Inside(inside) = &self.engine else { panic!("a real clock cannot be set") };
        inside.clock.set(inside.clock.now() - jiff::SignedDuration::from_secs(seconds));
        self.restless = true;
    }

    /// The loops in this process.
    pub fn inside(&self) -> &Inside {
        match &self.engine {
            Engine::Inside(inside) => inside,
            Engine::Service(_) => panic!("this story plays between real servers"),
        }
    }

    /// The configuration's file.
    pub fn config(&self) -> &std::path::Path {
        &self.config
    }

    /// The first unread mail of this kind that somebody has received.
    pub async fn mail_to(&mut self, who: &str, kind: &str) -> Mail {
        self.rest().await;
        let to = address(who).to_owned();
        let unread = self.unread();
        let Some(found) = unread.iter().find(|m| m.to == to && m.kind == kind) else {
            let all: String = unread.iter().map(ToString::to_string).collect();
            panic!("{who} received no {kind}; unread:\n{all}\n{}", self.account().await);
        };
        self.taken.insert((found.to.clone(), found.message_id.clone()));
        found.clone()
    }

    /// All unread mails of this kind that somebody has received.
    pub async fn mails_to(&mut self, who: &str, kind: &str) -> Vec<Mail> {
        self.rest().await;
        let to = address(who);
        let found: Vec<Mail> = self.unread().into_iter().filter(|m| m.to == to && m.kind == kind).collect();
        self.taken.extend(found.iter().map(|m| (m.to.clone(), m.message_id.clone())));
        found
    }

    /// Fails where anybody has received something that the story has not taken.
    pub async fn nothing_else(&mut self) {
        self.rest().await;
        let unread = self.unread();
        let all: String = unread.iter().map(ToString::to_string).collect();
        assert!(unread.is_empty(), "unexpected mail:\n{all}\n{}", self.account().await);
    }

    async fn rest(&mut self) {
        if self.restless {
            self.settle().await;
        }
    }

    /// Everything that everybody received, read or not, as it stands now.
    pub fn all_mail(&self) -> Vec<Mail> {
        let boxes = match &self.engine {
            Engine::Inside(inside) => inside.boxes(),
            Engine::Service(service) => service.boxes(),
        };
        boxes.into_iter().map(|(owner, raw)| Mail::read(&owner, raw)).collect()
    }

    /// What everybody received since they last looked; other ways to read the mail no longer see it.
    pub fn look(&mut self) -> Vec<Mail> {
        let Engine::Inside(inside) = &self.engine else { panic!("mail is looked through in this process only") };
        inside.look().into_iter().map(|(owner, raw)| Mail::read(&owner, raw)).collect()
    }

    /// The clock shows this moment, unless it is past.
    pub fn clock_to(&mut self, at: Timestamp) {
        let Engine::Inside(inside) = &self.engine else { panic!("a real clock cannot be set") };
        if at > inside.clock.now() {
            inside.clock.set(at);
        }
        self.restless = true;
    }

    /// When something is due next: a deadline of an incident's, or a mail that waits.
    pub async fn next_due(&self) -> Option<Timestamp> {
        let open = self.store.next_deadline("0941234F").await.unwrap();
        let mail = self.store.next_due_at("0941234F").await.unwrap();
        open.into_iter().chain(mail).min()
    }

    fn unread(&self) -> Vec<Mail> {
        let all = self.all_mail().into_iter();
        all.filter(|m| !self.taken.contains(&(m.to.clone(), m.message_id.clone()))).collect()
    }

    /// Nobody can read the school's mailbox, or it can be read again.
    pub fn mailbox_out_of_reach(&mut self, shut: bool) {
        let Engine::Inside(inside) = &self.engine else { panic!("the mailbox of a real server stays open") };
        inside.shut(shut);
        self.restless = true;
    }

    /// The operator writes something else into the configuration, and starts the program anew.
    pub async fn reconfigure(&mut self, old: &str, new: &str) {
        let text = std::fs::read_to_string(&self.config).unwrap();
        assert!(text.contains(old), "no {old} in {text}");
        std::fs::write(&self.config, text.replace(old, new)).unwrap();
        self.restart().await;
    }

    /// The program ends, and begins anew on the same store.
    pub async fn restart(&mut self) {
        let Engine::Inside(inside) = &self.engine else { panic!("see Service::run") };
        let config = Config::load(&self.config).unwrap();
        let (clock, mail) = (inside.clock.clone(), inside.mail.clone());
        self.engine = Engine::Inside(Inside::start(&config, self.store.clone(), clock, &mail).await);
        self.restless = true;
    }

    /// The folder in which everything of this story lies.
    pub fn folder(&self) -> &std::path::Path {
        self._folder.path()
    }

    /// The store is replaced by an older copy of it, and the program begins anew on that.
    pub async fn restore(&mut self, copy: &std::path::Path) {
        let place = self.folder().join("passerelle.db");
        self.store.close().await;
        for suffix in ["-wal", "-shm"] {
            let _ = std::fs::remove_file(format!("{}{suffix}", place.display()));
        }
        std::fs::copy(copy, &place).unwrap();
        self.store = Store::open(&format!("sqlite:{}", place.display())).await.unwrap();
        self.restart().await;
    }

    /// Everything that the store holds, as text: bytes of mails as they are and decoded.
    pub async fn everything(&self) -> String {
        let mut all = String::new();
        let mut show = |raw: &[u8]| {
            all.push_str(&String::from_utf8_lossy(raw));
            all.push_str(&format!("{:?}", passerelle::message::parse::parse(raw)));
        };
        for m in self.store.list_messages(None).await.unwrap() {
            show(&self.store.raw(m.id).await.unwrap().unwrap_or_default());
        }
        for m in self.store.all_mails(None).await.unwrap() {
            show(&self.store.outbox_bytes(m.id).await.unwrap().unwrap_or_default());
        }
        if let Some(database) = self.store.place().split("localhost/").nth(1) {
            let database = database.split('?').next().unwrap().to_owned();
            let tables = "SELECT table_name FROM information_schema.tables WHERE table_schema = 'public'";
            let server = postgres::server();
            for table in server.sql(&database, tables).unwrap().lines() {
                all.push_str(&server.sql(&database, &format!("SELECT CAST(t AS TEXT) FROM {table} t")).unwrap());
            }
        } else {
            for suffix in ["", "-wal"] {
                let file = self.folder().join(format!("passerelle.db{suffix}"));
                all.push_str(&String::from_utf8_lossy(&std::fs::read(file).unwrap_or_default()));
            }
        }
        all
    }

    /// The school's mailbox moves to another server, with all that is in it; the program begins anew.
    pub async fn move_mailbox(&mut self) {
        let Engine::Inside(inside) = &self.engine else { panic!("this story plays in this process only") };
        let (config, clock, mail) = (Config::load(&self.config).unwrap(), inside.clock.clone(), inside.mail.clone());
        let moved = mail.with_file_name("moved");
        std::fs::rename(&mail, &moved).unwrap();
        // Another server gives other names.
        for sub in ["new", "cur"] {
            for (n, entry) in std::fs::read_dir(moved.join(MAILBOX).join(sub)).unwrap().flatten().enumerate() {
                let name = if sub == "cur" { format!("moved.{n}:2,") } else { format!("moved.{n}") };
                std::fs::rename(entry.path(), moved.join(MAILBOX).join(sub).join(name)).unwrap();
            }
        }
        self.engine = Engine::Inside(Inside::start(&config, self.store.clone(), clock, &moved).await);
        self.restless = true;
    }

    /// What became of each message: for whoever reads a failed story.
    async fn account(&self) -> String {
        let mut text = String::new();
        for m in self.store.list_messages(None).await.unwrap() {
            let end = m.ended.map(|e| format!("{}: {}", e.end.as_str(), e.reason)).unwrap_or_default();
            text.push_str(&format!("{} « {} » {end}\n", m.from, m.subject));
        }
        for i in self.incidents().await {
            text.push_str(&format!("{}\n", i.0));
        }
        text
    }

    /// All incidents.
    pub async fn incidents(&self) -> Vec<Seen> {
        let mut all = Vec::new();
        for row in self.store.list_incidents(None, None).await.unwrap() {
            let i = &row.incident;
            let planned = match &i.state {
                passerelle::incident::State::Planned { date, .. } => Some(date.to_string()),
                _ => None,
            };
            let merged = match i.state {
                passerelle::incident::State::Merged { into, .. } => {
                    self.store.incident(into).await.unwrap().map(|r| r.incident.reference.to_string())
                }
                _ => None,
            };
            let reports = self.store.reports_of(i.id).await.unwrap().len();
            all.push(Seen(serde_json::json!({
                "ref": i.reference.to_string(),
                "state": i.state.name(),
                "place": i.facts.place.as_ref().map(|p| p.as_str().to_owned()),
                "equipment": i.facts.equipment.as_str(),
                "responsible": i.facts.responsible.as_str(),
                "count": i.facts.count,
                "reports": reports,
                "reporters": i.reporters,
                "support_reference": i.support_reference,
                "planned_for": planned,
                "ticket_sent_at": i.ticket_sent_at.map(|t| t.to_string()),
                "merged_into": merged,
            })));
        }
        all
    }

    /// One incident.
    pub async fn incident(&mut self, reference: &str) -> Seen {
        self.rest().await;
        let all = self.incidents().await;
        let found = all.iter().find(|i| i.text("ref") == reference);
        found.unwrap_or_else(|| panic!("no incident {reference} in {all:?}")).clone()
    }

    /// Fails unless the incident is in this state.
    pub async fn is(&mut self, reference: &str, state: &str) {
        let seen = self.incident(reference).await;
        if seen.state() != state {
            panic!("{reference} is {}, not {state}\n{}", seen.state(), self.account().await);
        }
    }

    /// Events of an incident's history.
    pub async fn history(&mut self, reference: &str) -> Vec<String> {
        self.rest().await;
        let row = self
            .store
            .incident_by_reference("0941234F", reference.parse().unwrap())
            .await
            .unwrap()
            .expect("the incident exists");
        self.store.history_of(row.incident.id).await.unwrap().into_iter().map(|e| e.event).collect()
    }

    /// How the last message ended, and why.
    pub async fn last_end(&mut self) -> (MessageEnd, String) {
        self.rest().await;
        let last = self.store.list_messages(None).await.unwrap();
        let last = last.into_iter().max_by_key(|m| m.id).unwrap().ended.unwrap();
        (last.end, last.reason)
    }

    /// How the messages from this sender ended.
    pub async fn ends_of(&mut self, who: &str) -> Vec<(MessageEnd, String)> {
        self.rest().await;
        let all = self.store.list_messages(None).await.unwrap();
        all.into_iter().filter(|m| m.from == address(who)).filter_map(|m| m.ended).map(|e| (e.end, e.reason)).collect()
    }

    /// The program at the command line, on this school's configuration: exit code and output.
    pub fn cli(&self, words: &[&str]) -> (Option<i32>, String) {
        let done =
            Command::new(env!("CARGO_BIN_EXE_passerelle")).arg("-c").arg(&self.config).args(words).output().unwrap();
        let said = [done.stdout.as_slice(), done.stderr.as_slice()].concat();
        (done.status.code(), String::from_utf8_lossy(&said).into_owned())
    }

    /// What the program prints as JSON.
    pub fn json(&self, words: &[&str]) -> Value {
        let (code, text) = self.cli(words);
        serde_json::from_str(&text).unwrap_or_else(|e| panic!("{words:?} ended with {code:?}, {e}: {text}"))
    }

    /// Mail to this address fails from now on; `None`: works again.
    pub fn wire(&self, who: &str, wire: Option<Wire>) {
        match (&self.engine, wire) {
            (Engine::Inside(inside), wire) => inside.wires.set(address(who), wire),
            (Engine::Service(service), Some(Wire::Refused(words) | Wire::Busy(words))) => {
                service.lab.policy.refuse(address(who), &words);
            }
            (Engine::Service(service), None) => service.lab.policy.clear(),
            (_, Some(other)) => panic!("no real server does {other:?} on demand"),
        }
    }

    /// The real program, where the story plays there.
    pub fn service(&mut self) -> &mut Service {
        match &mut self.engine {
            Engine::Service(service) => service,
            Engine::Inside(_) => panic!("this story plays in this process"),
        }
    }
}

// ---- what most stories begin with

impl World {
    /// A colleague reports, and has an acknowledgement: gives the proposal.
    pub async fn proposal(&mut self, who: &str, text: &str) -> Mail {
        self.writes(who, "Panne", text).await;
        let ack = self.mail_to(who, "acknowledgement").await;
        let proposal = self.mail_to("referent", "proposal").await;
        assert_eq!(ack.incident, proposal.incident, "{ack}\n{proposal}");
        proposal
    }

    /// The same, confirmed: gives the ticket that support received. Its copy and the referent's
    /// answer are taken.
    pub async fn ticket(&mut self, who: &str, text: &str) -> Mail {
        let proposal = self.proposal(who, text).await;
        self.replies("referent", &proposal, "OK").await;
        let ticket = self.mail_to("cesame", "ticket").await;
        assert_eq!(ticket.incident, proposal.incident);
        self.mail_to("correspondent", "ticket_copy").await;
        self.mail_to("referent", "answer").await;
        ticket
    }

    /// The same, registered by support under a number.
    pub async fn acknowledged(&mut self, who: &str, text: &str, number: &str) -> Mail {
        let ticket = self.ticket(who, text).await;
        let words = format!("Bonjour,\nVotre demande a bien été enregistrée sous le numéro {number}.\nCESAME");
        self.replies("cesame", &ticket, &words).await;
        self.mail_to(who, "progress").await;
        self.is(ticket.reference(), "acknowledged").await;
        ticket
    }
}
