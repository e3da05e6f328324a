//! The program itself, between a real Dovecot and a real Postfix.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use passerelle::clock::{Clock as _, SystemClock};
use passerelle::outbox::Delivery;
use passerelle::store::Store;

use super::lab::Lab;

/// Far above what anything takes; a story that waits so long has failed.
const LONG: Duration = Duration::from_secs(60);

/// `passerelle run`, and its servers.
pub struct Service {
    /// The servers.
    pub lab: Lab,
    /// Added to its environment when it is next started.
    pub env: Vec<(String, String)>,
    config: PathBuf,
    log: PathBuf,
    child: Option<Child>,
}

impl Service {
    /// Starts it on a configuration file.
    pub fn start(lab: Lab, config: &Path) -> Self {
        let log = config.with_extension("log");
        let mut service = Self { lab, env: Vec::new(), config: config.to_owned(), log, child: None };
        service.run();
        service
    }

    /// Starts the program (again).
    pub fn run(&mut self) {
        let log = File::options().create(true).append(true).open(&self.log).unwrap();
        let child = Command::new(env!("CARGO_BIN_EXE_passerelle"))
            .arg("-c")
            .arg(&self.config)
            .arg("run")
            .envs(self.env.iter().cloned())
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(log)
            .spawn()
            .unwrap();
        self.child = Some(child);
    }

    /// SIGKILL.
    pub fn kill(&mut self) {
        if let Some(mut child) = self.child.take() {
            let _ = child.kill();
            let _ = child.wait();
        }
    }

    /// SIGTERM; gives the exit code and how long the end took.
    pub fn terminate(&mut self) -> (Option<i32>, Duration) {
        let mut child = self.child.take().unwrap();
        let begun = Instant::now();
        let pid = child.id().to_string();
        assert!(Command::new("kill").args(["-TERM", &pid]).status().unwrap().success());
        loop {
            if let Some(status) = child.try_wait().unwrap() {
                return (status.code(), begun.elapsed());
            }
            assert!(begun.elapsed() < LONG, "SIGTERM is not obeyed\n{}", self.logs());
            std::thread::sleep(Duration::from_millis(10));
        }
    }

    /// All that the program has logged since the story began.
    pub fn log(&self) -> String {
        std::fs::read_to_string(&self.log).unwrap_or_default()
    }

    /// The program's log, and the servers'.
    pub fn logs(&self) -> String {
        let own = std::fs::read_to_string(&self.log).unwrap_or_default();
        let lines: Vec<&str> = own.lines().collect();
        format!("{}\n{}", lines[lines.len().saturating_sub(40)..].join("\n"), self.lab.logs())
    }

    /// Until nothing moves: all that arrived has ended, all that is due has left and arrived.
    /// `written`: how many mails people have written to the school so far.
    pub async fn settle(&self, store: &Store, written: usize) {
        let end = Instant::now() + LONG;
        let mut quiet = 0;
        while quiet < 2 {
            assert!(Instant::now() < end, "the service does not come to rest\n{}", self.logs());
            let messages = store.list_messages(None).await.unwrap();
            let mails = store.all_mails(None).await.unwrap();
            let pending = mails.iter().any(|m| {
                matches!(m.state, Delivery::Sending | Delivery::Unknown)
                    || m.state == Delivery::Queued && m.next_at.as_second() <= since_epoch() + 1
            });
            let sent = mails.iter().filter(|m| m.state == Delivery::Sent).count();
            let own_copies = mails.iter().filter(|m| m.state == Delivery::Sent && m.own_copy).count();
            let rest = messages.len() >= written + own_copies
                && messages.iter().all(|m| m.ended.is_some())
                && !pending
                && self.boxes().len() >= sent;
            quiet = if rest { quiet + 1 } else { 0 };
            tokio::time::sleep(Duration::from_millis(60)).await;
        }
    }

    /// Everything that everybody but the school itself received.
    pub fn boxes(&self) -> Vec<(String, Vec<u8>)> {
        boxes(&self.lab)
    }
}

/// Everything of ours that everybody but the school itself received, with whose it is.
pub fn boxes(lab: &Lab) -> Vec<(String, Vec<u8>)> {
    let boxes = [
        "referent@lycee.test",
        "direction@lycee.test",
        "prof@ac-creteil.test",
        "courrier@ac-creteil.test",
        "s1@snes.test",
        "courrier@snes.test",
        "cesame@region.test",
        "courrier@region.test",
    ];
    let mut found = Vec::new();
    for owner in boxes {
        for raw in lab.inbox(owner) {
            let text = String::from_utf8_lossy(&raw);
            // People without a mailbox of their own share their domain's.
            let to = text.lines().find_map(|l| l.strip_prefix("To: ")).unwrap_or(owner);
            let to = to.trim().trim_start_matches('<').trim_end_matches('>').to_owned();
            if text.contains("X-Passerelle-Kind: ") {
                found.push((if owner.starts_with("courrier@") { to } else { owner.to_owned() }, raw));
            }
        }
    }
    found
}

fn since_epoch() -> i64 {
    SystemClock.now().as_second()
}

impl Drop for Service {
    fn drop(&mut self) {
        if std::thread::panicking() {
            eprintln!("{}", self.logs());
        }
        self.kill();
    }
}
