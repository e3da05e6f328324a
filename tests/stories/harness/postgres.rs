//! A throw-away PostgreSQL, reached through a socket in its own folder, shared by all tests.

use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

/// The server stops when its standard input closes: however the tests end, even by SIGKILL, no
/// server and no folder stay behind. `initdb` refuses to run as root, so all of it runs as the
/// system's user `postgres` then.
const KEEPER: &str = r#"
trap '' INT TERM HUP
dir=$(mktemp -d /tmp/passerelle-pg.XXXXXX) || exit 1
cd "$dir" || exit 1
if ! "$0/initdb" -D data -U passerelle -A trust -E UTF8 --locale=C --no-sync >log 2>&1; then
    cat log >&2; rm -rf "$dir"; exit 1
fi
"$0/postgres" -D data -k "$dir" -c listen_addresses= -c fsync=off -c max_connections=200 -c shared_buffers=16MB >>log 2>&1 &
pid=$!
echo "$dir"
read -r _
kill -INT $pid
wait $pid
rm -rf "$dir"
"#;

/// A running server.
pub struct Server {
    bin: PathBuf,
    folder: PathBuf,
    databases: AtomicU32,
    _keeper: Child,
}

/// The server, started by the first test that needs it.
pub fn server() -> &'static Server {
    static SERVER: OnceLock<Server> = OnceLock::new();
    SERVER.get_or_init(Server::start)
}

impl Server {
    fn start() -> Self {
        let bin = newest().expect("no PostgreSQL under /usr/lib/postgresql/*/bin: run tests/run, which installs it");
        let root = std::fs::metadata("/proc/self").map(|m| std::os::unix::fs::MetadataExt::uid(&m)).unwrap_or(0) == 0;
        let mut command = Command::new(if root { "runuser" } else { "sh" });
        if root {
            command.args(["-u", "postgres", "--", "sh"]);
        }
        let mut keeper = command
            .arg("-c")
            .arg(KEEPER)
            .arg(&bin)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("PostgreSQL cannot be started: run tests/run, which installs what the stories need");
        let mut folder = String::new();
        BufReader::new(keeper.stdout.take().unwrap()).read_line(&mut folder).unwrap();
        assert!(!folder.trim().is_empty(), "PostgreSQL did not start; what it said is above");
        Self { bin, folder: PathBuf::from(folder.trim()), databases: AtomicU32::new(0), _keeper: keeper }
    }

    /// A database of its own for one test; gives its URL.
    pub fn database(&self) -> String {
        let name = format!("story_{}", self.databases.fetch_add(1, Ordering::SeqCst));
        let until = Instant::now() + Duration::from_secs(30);
        // At first the server is still starting up.
        while let Err(why) = self.sql("postgres", &format!("CREATE DATABASE {name}")) {
            assert!(Instant::now() < until, "PostgreSQL does not answer: {why}");
            std::thread::sleep(Duration::from_millis(50));
        }
        format!("postgres://passerelle@localhost/{name}?host={}", self.folder.display())
    }

    /// Runs SQL beside the program, as an operator would; gives what it printed.
    pub fn sql(&self, database: &str, sql: &str) -> Result<String, String> {
        let mut psql = Command::new(self.bin.join("psql"))
            .args(["-X", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-U", "passerelle", "-h"])
            .arg(&self.folder)
            .arg(database)
            .current_dir("/")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .map_err(|e| e.to_string())?;
        // A server that is not there yet makes psql leave before it has read.
        let _ = psql.stdin.take().unwrap().write_all(sql.as_bytes());
        let out = psql.wait_with_output().map_err(|e| e.to_string())?;
        match out.status.success() {
            true => Ok(String::from_utf8_lossy(&out.stdout).trim().to_owned()),
            false => Err(String::from_utf8_lossy(&out.stderr).trim().to_owned()),
        }
    }
}

/// The newest installed version's programs (Debian's layout).
fn newest() -> Option<PathBuf> {
    let installed = std::fs::read_dir("/usr/lib/postgresql").ok()?.flatten();
    let version = |p: &Path| p.file_name()?.to_str()?.parse::<u32>().ok();
    let bin = installed.map(|e| e.path()).max_by_key(|p| version(p))?.join("bin");
    bin.join("postgres").exists().then_some(bin)
}
