//! Places at which the crash campaign kills the program. A release build has none of it.
//!
//! Whatever a crash may tear lies between two effects on the outside: a statement or a commit of the
//! store, something said to a mail server or heard from it, a file written. Each of these calls
//! [`hit`] with the name of its kind; a run is killed at the n-th hit of one name.
//!
//! In debug builds only, the environment decides:
//!
//! * `PASSERELLE_FAILPOINT=name:n` aborts the process at the n-th hit of `name`: no destructor runs,
//!   nothing is flushed, as with SIGKILL.
//! * `PASSERELLE_FAILPOINT_TRACE=file` notes every hit, one name a line, so that a campaign knows how
//!   many there are.

/// A store is being opened: its file is there, its schema is up to date, its secret is made.
pub const STORE_OPENING: &str = "store.opening";
/// A statement is about to be run by the store.
pub const STORE_STATEMENT: &str = "store.statement";
/// A transaction is about to be committed.
pub const STORE_COMMIT: &str = "store.commit";
/// A transaction has been committed.
pub const STORE_COMMITTED: &str = "store.committed";
/// A command, or a mail's content, has been handed to the SMTP server.
pub const SMTP_SAID: &str = "smtp.said";
/// The SMTP server's reply has been read.
pub const SMTP_HEARD: &str = "smtp.heard";
/// A command has been handed to the IMAP server.
pub const IMAP_SAID: &str = "imap.said";
/// The IMAP server has ended a command well.
pub const IMAP_HEARD: &str = "imap.heard";
/// A file of a Maildir is about to be written.
pub const FILE_WRITE: &str = "file.write";
/// A file of a Maildir has got its name.
pub const FILE_NAMED: &str = "file.named";

/// Passes a point at which the campaign may kill the program. Does nothing in a release build.
#[inline]
pub fn hit(name: &'static str) {
    #[cfg(debug_assertions)]
    armed::hit(name);
    #[cfg(not(debug_assertions))]
    let _ = name;
}

#[cfg(debug_assertions)]
mod armed {
    use std::fs::{File, OpenOptions};
    use std::io::Write as _;
    use std::sync::OnceLock;
    use std::sync::atomic::{AtomicU32, Ordering};

    struct Plan {
        deadly: Option<(String, u32)>,
        passed: AtomicU32,
        trace: Option<File>,
    }

    static PLAN: OnceLock<Plan> = OnceLock::new();

    fn plan() -> Plan {
        let deadly = std::env::var("PASSERELLE_FAILPOINT").ok();
        let deadly = deadly.and_then(|text| {
            let (name, nth) = text.rsplit_once(':')?;
            Some((name.to_owned(), nth.parse().ok()?))
        });
        let trace = std::env::var_os("PASSERELLE_FAILPOINT_TRACE");
        let trace = trace.and_then(|path| OpenOptions::new().create(true).append(true).open(path).ok());
        Plan { deadly, passed: AtomicU32::new(0), trace }
    }

    pub fn hit(name: &'static str) {
        let plan = PLAN.get_or_init(plan);
        if let Some(mut file) = plan.trace.as_ref() {
            // A trace that cannot be written makes the campaign notice that hits are missing.
            let _ = file.write_all(format!("{name}\n").as_bytes());
        }
        if let Some((deadly, nth)) = &plan.deadly
            && deadly == name
            && plan.passed.fetch_add(1, Ordering::SeqCst) + 1 == *nth
        {
            std::process::abort();
        }
    }
}
