//! The first start: the program dies while it makes its store, and is started again. Nothing half-made
//! may stand in the way, and the mail that was waiting is handled once.

use std::collections::BTreeMap;
use std::os::unix::process::ExitStatusExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use passerelle::clock::{Clock as _, SystemClock};
use passerelle::outbox::Delivery;
use passerelle::store::Store;
use sqlx::{Connection as _, Row as _};

use crate::harness::postgres;
use crate::harness::school::{MAILBOX, School, World};

const PROJECTOR: &str = "Bonjour, le vidéoprojecteur de la salle B204 ne s'allume plus depuis ce matin. Merci";
/// Hits of the failpoint that a store passes while it is made.
const MAKING: usize = 3;

/// How many moments are tried per store: a few, or as many as `PASSERELLE_CAMPAIGN` says.
fn moments() -> u32 {
    std::env::var("PASSERELLE_CAMPAIGN").ok().and_then(|n| n.parse().ok()).unwrap_or(4)
}

/// A place where nothing is yet but a configuration and one mail.
struct Ground {
    folder: tempfile::TempDir,
    postgres: bool,
    url: String,
}

/// What a start left behind.
#[derive(Debug, PartialEq, Eq)]
struct Left {
    schema: Vec<String>,
    messages: Vec<String>,
    incidents: Vec<String>,
    /// Kind and recipient of each mail, and how many of them there are.
    mails: BTreeMap<String, u32>,
}

impl Ground {
    async fn new(postgres: bool) -> Self {
        let folder = tempfile::Builder::new().prefix("passerelle-first-").tempdir().unwrap();
        let url = if postgres {
            tokio::task::spawn_blocking(|| postgres::server().database()).await.unwrap()
        } else {
            format!("sqlite:{}", folder.path().join("passerelle.db").display())
        };
        let inbox = folder.path().join("inbox");
        for part in ["new", "cur", "tmp"] {
            std::fs::create_dir_all(inbox.join(part)).unwrap();
        }
        let draft = World::draft("prof.a", "Panne", PROJECTOR);
        std::fs::write(inbox.join("new/1.first"), draft.bytes("first@poste.test", SystemClock.now(), MAILBOX)).unwrap();
        let (intake, delivery) = ("[school.intake]\nmaildir = \"inbox\"", "[school.delivery]\nmaildir = \"sent\"");
        let ground = Self { folder, postgres, url };
        std::fs::write(ground.config(), School::new().toml(&ground.url, intake, delivery)).unwrap();
        ground
    }

    fn config(&self) -> PathBuf {
        self.folder.path().join("passerelle.toml")
    }

    /// `passerelle once`, which dies at the n-th hit of a failpoint, if one is named.
    fn start(&self, deadly: Option<(&str, u32)>) -> Child {
        let mut command = Command::new(env!("CARGO_BIN_EXE_passerelle"));
        command.arg("-c").arg(self.config()).arg("once");
        command.stdin(Stdio::null()).stdout(Stdio::null());
        command.stderr(std::fs::File::options().create(true).append(true).open(self.log()).unwrap());
        match deadly {
            Some((name, nth)) => command.env("PASSERELLE_FAILPOINT", format!("{name}:{nth}")),
            None => command.env("PASSERELLE_FAILPOINT_TRACE", self.trace()),
        };
        command.spawn().unwrap()
    }

    /// How long the making of the store takes from the start on, and whatever else it does.
    fn timed(&self) -> Duration {
        let begun = Instant::now();
        let mut child = self.start(None);
        let made = |text: String| text.lines().filter(|l| *l == "store.opening").count() >= MAKING;
        while !std::fs::read_to_string(self.trace()).is_ok_and(made) {
            assert!(child.try_wait().unwrap().is_none(), "ended without a store");
            std::thread::sleep(Duration::from_millis(1));
        }
        let took = begun.elapsed();
        assert!(child.wait().unwrap().success());
        took
    }

    fn log(&self) -> PathBuf {
        self.folder.path().join("log")
    }

    fn trace(&self) -> PathBuf {
        self.folder.path().join("trace")
    }

    /// Started once more, undisturbed, it does all that it has to do.
    fn works(&self, after: &str) {
        let status = self.start(None).wait().unwrap();
        let log = std::fs::read_to_string(self.log()).unwrap();
        assert!(status.success() && !log.contains("panicked"), "after {after}: {status}\n{log}");
    }

    async fn left(&self) -> Left {
        let store = Store::open(&self.url).await.unwrap();
        assert_eq!(store.secret().len(), 64);
        let messages = store.list_messages(None).await.unwrap();
        let messages = messages.iter().map(|m| format!("{} {:?}", m.from, m.ended.as_ref().map(|e| e.end))).collect();
        let incidents = store.list_incidents(None, None).await.unwrap();
        let incidents =
            incidents.iter().map(|i| format!("{} {}", i.incident.reference, i.incident.state.name())).collect();
        let mut mails: BTreeMap<String, u32> = BTreeMap::new();
        for mail in store.all_mails(None).await.unwrap() {
            assert_eq!(mail.state, Delivery::Sent, "{mail:?}");
            *mails.entry(format!("{} to {}", mail.kind, mail.recipient)).or_default() += 1;
        }
        store.close().await;
        Left { schema: self.schema().await, messages, incidents, mails }
    }

    /// Every table, index and trigger, and how far the schema was brought.
    async fn schema(&self) -> Vec<String> {
        const COLUMNS: &str = "SELECT table_name || ' ' || column_name || ' ' || data_type || ' ' || is_nullable \
            FROM information_schema.columns WHERE table_schema = 'public' ORDER BY 1; \
            SELECT indexdef FROM pg_indexes WHERE schemaname = 'public' ORDER BY 1; \
            SELECT version || ' ' || success FROM _sqlx_migrations ORDER BY version";
        if self.postgres {
            let database = self.url.rsplit('/').find_map(|p| p.split_once("?host=")).unwrap().0.to_owned();
            let said = tokio::task::spawn_blocking(move || postgres::server().sql(&database, COLUMNS)).await.unwrap();
            return said.unwrap().lines().map(str::to_owned).collect();
        }
        let mut conn = sqlx::AnyConnection::connect(&self.url).await.unwrap();
        let sql = "SELECT type || ' ' || name || ' ' || coalesce(sql, '') FROM sqlite_master UNION ALL \
            SELECT 'applied ' || version || ' ' || success FROM _sqlx_migrations ORDER BY 1";
        let rows = sqlx::raw_sql(sql).fetch_all(&mut conn).await.unwrap();
        conn.close().await.unwrap();
        let check = rows.iter().map(|r| r.get::<String, _>(0)).collect();
        assert_private(&self.folder.path().join("passerelle.db"));
        check
    }
}

fn assert_private(file: &Path) {
    use std::os::unix::fs::PermissionsExt as _;
    assert_eq!(std::fs::metadata(file).unwrap().permissions().mode() & 0o777, 0o600);
}

#[allow(clippy::print_stdout, reason = "its summary is what a campaign is for")]
async fn campaign(postgres: bool) {
    let undisturbed = Ground::new(postgres).await;
    let took = undisturbed.timed();
    let wanted = undisturbed.left().await;
    assert_eq!(wanted.mails.len(), 2, "{wanted:?}");
    let mut passed: BTreeMap<String, u32> = BTreeMap::new();
    for name in std::fs::read_to_string(undisturbed.trace()).unwrap().lines() {
        *passed.entry(name.to_owned()).or_default() += 1;
    }
    let (mut trials, mut deaths) = (0, 0);
    // Every hit while the store is made, and the first of everything else.
    let making = |name: &str| name == "store.opening";
    let deadly = passed.iter().flat_map(|(name, n)| (1..=if making(name) { *n } else { 1 }).map(move |i| (name, i)));
    for (name, nth) in deadly {
        let ground = Ground::new(postgres).await;
        let status = ground.start(Some((name, nth))).wait().unwrap();
        assert_eq!(status.signal(), Some(6), "{name}:{nth} was not reached");
        (trials, deaths) = (trials + 1, deaths + 1);
        ground.works(&format!("{name}:{nth}"));
        assert_eq!(ground.left().await, wanted, "after {name}:{nth}");
    }
    // The statements of a migration are not ours to count: moments, spread over all of it, three deaths each.
    for moment in 1..=moments() {
        let ground = Ground::new(postgres).await;
        let wait = took * moment / moments();
        for wait in [wait, wait / 2, wait] {
            let mut child = ground.start(None);
            std::thread::sleep(wait.max(Duration::from_millis(1)));
            child.kill().unwrap();
            deaths += u32::from(child.wait().unwrap().signal() == Some(9));
        }
        trials += 1;
        ground.works(&format!("three deaths at {wait:?}"));
        assert_eq!(ground.left().await, wanted, "after three deaths at {wait:?}");
    }
    let store = if postgres { "PostgreSQL" } else { "SQLite" };
    println!(
        "campaign first start, {store}: trials {trials}, deaths {deaths}, each left what the undisturbed start left"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn killed_while_it_makes_its_store_the_program_starts_again_on_sqlite() {
    campaign(false).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn killed_while_it_makes_its_store_the_program_starts_again_on_postgresql() {
    campaign(true).await;
}
