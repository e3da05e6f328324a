//! A throw-away mail world: a real Dovecot and a real Postfix on loopback, in one temporary folder,
//! for one test. Nothing leaves the machine: Postfix has no transport but Dovecot's LMTP.
//!
//! A watchdog process holds the other end of a pipe and stops both servers, by pid, when the [`Lab`]
//! is dropped or the test process ends, however it ends.

mod conf;
mod policy;
mod proxy;

use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::os::unix::fs::{MetadataExt, PermissionsExt, chown};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU16, Ordering};
use std::time::{Duration, Instant};
use std::{fs, process, thread};

use passerelle::mailbox::imap::{ImapConfig, ImapLimits, ImapTls};
use passerelle::transport::smtp::{SmtpConfig, SmtpLimits, SmtpTls};

pub use self::policy::Policy;
pub use self::proxy::{Action, Fault, Proxy, Way};

/// Everybody's password.
pub const PASSWORD: &str = "mot-de-passe";
/// The school's fixed address.
pub const FIXED: &str = "panne-info@lycee.test";
/// The school's referent.
pub const REFERENT: &str = "referent@lycee.test";
/// A colleague.
pub const PROF: &str = "prof@ac-creteil.test";
/// The union's correspondent.
pub const CORRESPONDENT: &str = "s1@snes.test";
/// The region's desk.
pub const CESAME: &str = "cesame@region.test";

/// Users who exist; the others of the foreign domains land with `courrier@domain`, except
/// `nobody@`, which bounces. Unknown users of lycee.test bounce too.
const USERS: [&str; 9] = [
    FIXED,
    REFERENT,
    "direction@lycee.test",
    PROF,
    "courrier@ac-creteil.test",
    CORRESPONDENT,
    "courrier@snes.test",
    CESAME,
    "courrier@region.test",
];
const DOMAINS: [&str; 5] = ["lycee.test", "ac-creteil.test", "region.test", "snes.test", "scc.test"];
const CATCH_ALL: [(&str, &str); 4] = [
    ("ac-creteil.test", "courrier@ac-creteil.test"),
    ("region.test", "courrier@region.test"),
    ("snes.test", "courrier@snes.test"),
    ("scc.test", "courrier@region.test"),
];
/// In seconds; far above what a server needs to come up on a busy machine.
const START_WITHIN: u64 = 30;

/// Ports of one lab.
#[derive(Debug, Clone, Copy)]
pub struct Ports {
    /// IMAP, STARTTLS offered, plain log-in allowed.
    pub imap: u16,
    /// IMAP over TLS.
    pub imaps: u16,
    /// MX: no log-in, lab domains only.
    pub mx: u16,
    /// Submission: log-in, STARTTLS.
    pub submission: u16,
    /// Submission over TLS.
    pub smtps: u16,
}

/// What a lab may lack.
#[derive(Debug, Clone, Copy, Default)]
pub struct LabOptions {
    /// The capabilities that Dovecot tells after log-in, instead of its own.
    pub imap_capability: Option<&'static str>,
    /// Submission offers no STARTTLS.
    pub no_starttls: bool,
    /// The certificate has expired.
    pub expired: bool,
}

/// Running servers; dropped, they end.
pub struct Lab {
    base: PathBuf,
    /// Where everything listens.
    pub ports: Ports,
    /// Who is refused.
    pub policy: Policy,
    uid: u32,
    watchdog: Child,
}

impl Lab {
    /// Starts everything and waits until it answers.
    pub async fn start() -> Self {
        Self::start_with(LabOptions::default()).await
    }

    /// The same, with something missing.
    pub async fn start_with(options: LabOptions) -> Self {
        tokio::task::spawn_blocking(move || Self::launch(options)).await.unwrap()
    }

    fn launch(options: LabOptions) -> Self {
        for file in ["/usr/sbin/dovecot", "/usr/lib/dovecot/imap", "/usr/lib/dovecot/lmtp", conf::POSTFIX_MASTER] {
            assert!(
                Path::new(file).exists(),
                "{file} is missing: run the tests by `tests/run`, which installs what they need"
            );
        }
        // The servers' masters change users; the queue belongs to Postfix.
        assert_eq!(
            fs::metadata("/proc/self").unwrap().uid(),
            0,
            "the mail lab needs root: run the tests by `tests/run`"
        );
        let base = tempfile::Builder::new().prefix("passerelle-lab-").tempdir().unwrap().keep();
        fs::set_permissions(&base, fs::Permissions::from_mode(0o755)).unwrap();
        let ports = Ports {
            imap: free_port(),
            imaps: free_port(),
            mx: free_port(),
            submission: free_port(),
            smtps: free_port(),
        };
        // A user id of its own: the kernel's limit of inotify instances is per user.
        let uid = u32::from(ports.imap);
        let policy = Policy::start();
        let watchdog = watchdog(&base);
        let lab = Self { base, ports, policy, uid, watchdog };
        lab.write_configuration(options);
        lab.daemon(&["/usr/sbin/dovecot", "-c", &lab.path("dovecot/dovecot.conf")], "dovecot/dovecot.log");
        lab.daemon(&[conf::POSTFIX_MASTER, "-c", &lab.path("postfix/etc"), "-w"], "postfix/mail.log");
        for port in [ports.imap, ports.imaps, ports.mx, ports.submission, ports.smtps] {
            let end = Instant::now() + Duration::from_secs(START_WITHIN);
            while TcpStream::connect(("127.0.0.1", port)).is_err() {
                assert!(Instant::now() < end, "port {port} does not answer\n{}", lab.logs());
                thread::sleep(Duration::from_millis(10));
            }
        }
        lab
    }

    fn path(&self, relative: &str) -> String {
        self.base.join(relative).display().to_string()
    }

    fn write_configuration(&self, options: LabOptions) {
        fs::create_dir_all(self.base.join("tls")).unwrap();
        self.put_certificate(if options.expired { "expired" } else { "server" });
        let postfix_uid = user_id("postfix");
        let postdrop_gid = group_id("postdrop");
        for dir in ["dovecot/run", "dovecot/state", "postfix/etc", "mail"] {
            fs::create_dir_all(self.base.join(dir)).unwrap();
        }
        chown(self.base.join("mail"), Some(self.uid), Some(self.uid)).unwrap();
        let queue = self.base.join("postfix/queue");
        for dir in [
            "active", "bounce", "corrupt", "defer", "deferred", "flush", "hold", "incoming", "private", "saved",
            "trace",
        ] {
            let dir = queue.join(dir);
            fs::create_dir_all(&dir).unwrap();
            chown(&dir, Some(postfix_uid), None).unwrap();
            fs::set_permissions(&dir, fs::Permissions::from_mode(0o700)).unwrap();
        }
        for (dir, mode) in [("maildrop", 0o1730), ("public", 0o2710)] {
            let dir = queue.join(dir);
            fs::create_dir_all(&dir).unwrap();
            chown(&dir, Some(postfix_uid), Some(postdrop_gid)).unwrap();
            fs::set_permissions(&dir, fs::Permissions::from_mode(mode)).unwrap();
        }
        fs::create_dir_all(queue.join("pid")).unwrap();
        let data = self.base.join("postfix/data");
        fs::create_dir_all(&data).unwrap();
        chown(&data, Some(postfix_uid), None).unwrap();

        let base = self.base.display().to_string();
        let users: String =
            USERS.iter().map(|u| format!("{u}:{{PLAIN}}{PASSWORD}:{0}:{0}::{base}/mail/{u}::\n", self.uid)).collect();
        let catch_all: String = CATCH_ALL
            .iter()
            .map(|(d, u)| format!("@{d}::{0}:{0}::{base}/mail/{u}::userdb_user={u}\n", self.uid))
            .collect();
        for (file, text) in [
            ("dovecot/users", users),
            ("dovecot/catchall", catch_all),
            ("dovecot/dovecot.conf", conf::dovecot(&base, self.ports, self.uid, options)),
            ("postfix/etc/main.cf", conf::main_cf(&base, &DOMAINS, self.policy.port(), options)),
            ("postfix/etc/master.cf", conf::master_cf(self.ports)),
            ("postfix/etc/transport", "/^nobody(\\+[^@]*)?@/ error:5.1.1 user unknown\n".to_owned()),
        ] {
            fs::write(self.base.join(file), text).unwrap();
        }
        // Postfix waits for two seconds where its configuration is younger than that.
        let old = fs::FileTimes::new().set_modified(std::time::UNIX_EPOCH + Duration::from_secs(1_000_000_000));
        for file in ["main.cf", "master.cf"] {
            fs::File::options()
                .write(true)
                .open(self.base.join("postfix/etc").join(file))
                .unwrap()
                .set_times(old)
                .unwrap();
        }
    }

    /// The servers' certificate: `server` or `expired`. Clients trust the authorities of both.
    fn put_certificate(&self, name: &str) {
        let fixtures = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/tls");
        let tls = self.base.join("tls");
        let both = ["ca.pem", "expired-ca.pem"].map(|f| fs::read(fixtures.join(f)).unwrap()).concat();
        fs::write(tls.join("ca.pem"), both).unwrap();
        for end in ["pem", "key"] {
            fs::copy(fixtures.join(format!("{name}.{end}")), tls.join(format!("server.{end}"))).unwrap();
        }
        fs::set_permissions(tls.join("server.key"), fs::Permissions::from_mode(0o600)).unwrap();
    }

    /// The mail host's people put in a certificate that is valid.
    pub fn renew_certificate(&self) {
        self.put_certificate("server");
        for pid in ["dovecot/run/master.pid", "postfix/queue/pid/master.pid"] {
            let pid = fs::read_to_string(self.base.join(pid)).unwrap();
            assert!(Command::new("kill").args(["-HUP", pid.trim()]).status().unwrap().success());
        }
    }

    /// Somebody at work in the mailboxes, by another program.
    pub fn doveadm(&self, words: &[&str]) -> String {
        let done =
            Command::new("doveadm").args(["-c", &self.path("dovecot/dovecot.conf")]).args(words).output().unwrap();
        assert!(done.status.success(), "{words:?}: {}", String::from_utf8_lossy(&done.stderr));
        String::from_utf8_lossy(&done.stdout).into_owned()
    }

    fn daemon(&self, command: &[&str], log: &str) {
        let out = fs::File::create(self.base.join("start.out")).unwrap();
        let status = Command::new("/bin/sh")
            // Some daemons close every possible descriptor one by one: keep them few.
            .args(["-c", "ulimit -n 4096; exec \"$@\"", "sh"])
            .args(command)
            .env_clear()
            .env("PATH", "/usr/sbin:/usr/bin:/sbin:/bin")
            .current_dir("/")
            .stdin(Stdio::null())
            .stdout(out.try_clone().unwrap())
            .stderr(out)
            .status()
            .unwrap();
        assert!(
            status.success(),
            "{}: {status}\n{}\n{}",
            command[0],
            fs::read_to_string(self.base.join("start.out")).unwrap_or_default(),
            tail(&self.base.join(log))
        );
    }

    /// The ends of both servers' logs.
    pub fn logs(&self) -> String {
        format!("{}\n{}", tail(&self.base.join("dovecot/dovecot.log")), tail(&self.base.join("postfix/mail.log")))
    }

    /// The private authority's certificate.
    pub fn ca(&self) -> PathBuf {
        self.base.join("tls/ca.pem")
    }

    /// For a configuration file.
    #[allow(dead_code, reason = "for the stories of the whole loop")]
    pub fn imap_url(&self) -> String {
        format!("imaps://127.0.0.1:{}", self.ports.imaps)
    }

    /// For a configuration file: submission, STARTTLS, log-in.
    #[allow(dead_code, reason = "for the stories of the whole loop")]
    pub fn smtp_url(&self) -> String {
        format!("smtp://127.0.0.1:{}", self.ports.submission)
    }

    /// How `user`'s INBOX is read: over TLS.
    pub fn imap(&self, user: &str) -> ImapConfig {
        ImapConfig {
            host: "127.0.0.1".to_owned(),
            port: self.ports.imaps,
            tls: ImapTls::Implicit,
            user: user.to_owned(),
            password: PASSWORD.to_owned(),
            folder: "INBOX".to_owned(),
            done_folder: None,
            ca_file: Some(self.ca()),
            max_message_size: 1_000_000,
            limits: ImapLimits { step: Duration::from_secs(20), ..ImapLimits::default() },
        }
    }

    /// The same on the plain port, or on a proxy before it.
    pub fn imap_plain(&self, user: &str, port: u16) -> ImapConfig {
        ImapConfig { port, tls: ImapTls::Plain, ..self.imap(user) }
    }

    /// How mail is sent: submission as the fixed address, STARTTLS.
    pub fn smtp(&self) -> SmtpConfig {
        SmtpConfig {
            host: "127.0.0.1".to_owned(),
            port: self.ports.submission,
            tls: SmtpTls::StartTlsRequired,
            user: Some(FIXED.to_owned()),
            password: Some(PASSWORD.to_owned()),
            ca_file: Some(self.ca()),
            hello_name: "passerelle.lycee.test".to_owned(),
            limits: SmtpLimits { step: Duration::from_secs(20), verdict: Duration::from_secs(20) },
        }
    }

    /// The same on the MX port, or on a proxy before it: no TLS, no log-in.
    pub fn smtp_plain(&self, port: u16) -> SmtpConfig {
        SmtpConfig { port, tls: SmtpTls::None, user: None, password: None, ..self.smtp() }
    }

    /// A proxy before one of the ports, which can cut or hang.
    pub fn proxy(&self, port: u16) -> Proxy {
        Proxy::start(port)
    }

    /// Sends by SMTP to the MX port, as any server of the world would. Returns the last reply.
    pub async fn send(&self, from: &str, to: &str, raw: &[u8]) -> String {
        let (port, from, to, raw) = (self.ports.mx, from.to_owned(), to.to_owned(), raw.to_vec());
        tokio::task::spawn_blocking(move || submit(port, &from, &to, &raw)).await.unwrap()
    }

    /// Puts a message straight into a user's Maildir, faster than any server.
    pub fn drop_into(&self, user: &str, raw: &[u8]) {
        static COUNT: AtomicU16 = AtomicU16::new(0);
        let maildir = self.maildir(user);
        for sub in ["tmp", "new", "cur"] {
            let dir = maildir.join(sub);
            fs::create_dir_all(&dir).unwrap();
            for d in [dir.as_path(), maildir.as_path(), maildir.parent().unwrap()] {
                chown(d, Some(self.uid), Some(self.uid)).unwrap();
            }
        }
        let name = format!("1700000000.{:05}.lab", COUNT.fetch_add(1, Ordering::Relaxed));
        let tmp = maildir.join("tmp").join(&name);
        fs::write(&tmp, raw).unwrap();
        chown(&tmp, Some(self.uid), Some(self.uid)).unwrap();
        fs::rename(tmp, maildir.join("new").join(name)).unwrap();
    }

    fn maildir(&self, user: &str) -> PathBuf {
        self.base.join("mail").join(user).join("Maildir")
    }

    /// All of a user's INBOX, oldest first.
    pub fn inbox(&self, user: &str) -> Vec<Vec<u8>> {
        self.folder(user, None)
    }

    /// All of a folder of a user, by its name on the disk (modified UTF-7); `None`: INBOX.
    pub fn folder(&self, user: &str, name: Option<&str>) -> Vec<Vec<u8>> {
        let mut dir = self.maildir(user);
        if let Some(name) = name {
            dir = dir.join(format!(".{name}"));
        }
        let mut files: Vec<PathBuf> = ["new", "cur"]
            .iter()
            .filter_map(|sub| fs::read_dir(dir.join(sub)).ok())
            .flat_map(|entries| entries.flatten().map(|e| e.path()))
            .collect();
        files.sort_by(|a, b| a.file_name().cmp(&b.file_name()));
        // A file may be renamed between listing and reading; the caller looks again.
        files.iter().filter_map(|path| fs::read(path).ok()).collect()
    }

    /// The first message of a user's INBOX that satisfies `predicate`; panics, with the servers'
    /// logs, after `timeout`.
    pub async fn wait_for(&self, user: &str, predicate: impl Fn(&[u8]) -> bool, timeout: Duration) -> Vec<u8> {
        let end = Instant::now() + timeout;
        loop {
            if let Some(found) = self.inbox(user).into_iter().find(|m| predicate(m)) {
                return found;
            }
            assert!(Instant::now() < end, "{user} did not get the message within {timeout:?}\n{}", self.logs());
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    /// Gives a user's INBOX another UIDVALIDITY, as a restored or moved mailbox has.
    pub fn change_uidvalidity(&self, user: &str) {
        self.doveadm(&["mailbox", "update", "--uid-validity", "1999999999", "-u", user, "INBOX"]);
    }

    /// Empties every mailbox, as on the first day.
    pub fn wipe(&self) {
        for user in fs::read_dir(self.base.join("mail")).unwrap().flatten() {
            // A server process of a client that is gone may still write its index.
            for _ in 0..20 {
                if fs::remove_dir_all(user.path()).is_ok() || !user.path().exists() {
                    break;
                }
                thread::sleep(Duration::from_millis(10));
            }
        }
    }

    /// Does Postfix still have mail to deliver?
    pub fn has_queued_mail(&self) -> bool {
        let queue = self.base.join("postfix/queue");
        let files = |dir: &str| -> usize {
            let mut folders = vec![queue.join(dir)];
            let mut n = 0;
            while let Some(folder) = folders.pop() {
                for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
                    match entry.file_type() {
                        Ok(t) if t.is_dir() => folders.push(entry.path()),
                        Ok(_) => n += 1,
                        Err(_) => {}
                    }
                }
            }
            n
        };
        ["maildrop", "incoming", "active", "deferred"].iter().any(|dir| files(dir) > 0)
    }

    /// The file names of a user's INBOX, flags and all.
    pub fn file_names(&self, user: &str) -> Vec<String> {
        ["new", "cur"]
            .iter()
            .filter_map(|sub| fs::read_dir(self.maildir(user).join(sub)).ok())
            .flat_map(|entries| entries.flatten().map(|e| e.file_name().to_string_lossy().into_owned()))
            .collect()
    }
}

impl Drop for Lab {
    fn drop(&mut self) {
        if thread::panicking() {
            eprintln!("{}", self.logs());
        }
        // The pipe's end is the watchdog's sign; nobody waits for it, it ends by itself.
        drop(self.watchdog.stdin.take());
    }
}

fn watchdog(base: &Path) -> Child {
    let script = "cat >/dev/null
        pids=$(cat \"$1/dovecot/run/master.pid\" \"$1/postfix/queue/pid/master.pid\" 2>/dev/null)
        kill $pids 2>/dev/null
        n=0
        while kill -0 $pids 2>/dev/null && [ $n -lt 60 ]; do n=$((n+1)); sleep 0.05; done
        kill -9 $pids 2>/dev/null
        rm -rf \"$1\"";
    Command::new("/bin/sh")
        .args(["-c", script, "sh"])
        .arg(base)
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        // Ctrl-C at the terminal must not end it before its work is done.
        .process_group(0)
        .spawn()
        .unwrap()
}

/// A port that nobody listens on, below the range from which the kernel takes outgoing ones.
fn free_port() -> u16 {
    static NEXT: AtomicU16 = AtomicU16::new(0);
    loop {
        let step = NEXT.fetch_add(1, Ordering::Relaxed);
        let port = 20_000 + ((process::id() % 1200) as u16 * 10 + step) % 12_000;
        if TcpListener::bind(("127.0.0.1", port)).is_ok() {
            return port;
        }
    }
}

fn lookup(file: &str, name: &str) -> Vec<String> {
    fs::read_to_string(file)
        .unwrap()
        .lines()
        .map(|l| l.split(':').map(str::to_owned).collect::<Vec<_>>())
        .find(|f| f[0] == name)
        .unwrap_or_else(|| panic!("no `{name}` in {file}: run the tests by `tests/run`, which installs Postfix"))
}

fn user_id(name: &str) -> u32 {
    lookup("/etc/passwd", name)[2].parse().unwrap()
}

fn group_id(name: &str) -> u32 {
    lookup("/etc/group", name)[2].parse().unwrap()
}

fn tail(path: &Path) -> String {
    let text = fs::read_to_string(path).unwrap_or_default();
    let lines: Vec<&str> = text.lines().collect();
    lines[lines.len().saturating_sub(25)..].join("\n")
}

/// The plainest SMTP client there is.
fn submit(port: u16, from: &str, to: &str, raw: &[u8]) -> String {
    let mut stream = TcpStream::connect(("127.0.0.1", port)).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
    let mut reader = BufReader::new(stream.try_clone().unwrap());
    let mut reply = || loop {
        let mut line = String::new();
        reader.read_line(&mut line).unwrap();
        if line.as_bytes().get(3) != Some(&b'-') {
            return line;
        }
    };
    reply();
    let mut last = String::new();
    for line in ["EHLO test".to_owned(), format!("MAIL FROM:<{from}>"), format!("RCPT TO:<{to}>"), "DATA".to_owned()] {
        stream.write_all(format!("{line}\r\n").as_bytes()).unwrap();
        last = reply();
        if !last.starts_with(['2', '3']) {
            return last;
        }
    }
    let text: Vec<u8> = raw
        .split(|b| *b == b'\n')
        .flat_map(|l| {
            let l = l.strip_suffix(b"\r").unwrap_or(l);
            [if l.starts_with(b".") { b".".as_slice() } else { b"" }, l, b"\r\n"].concat()
        })
        .collect();
    stream.write_all(&[&text[..], b".\r\n"].concat()).unwrap();
    if last.starts_with('3') {
        last = reply();
    }
    let _ = stream.write_all(b"QUIT\r\n");
    last
}
