//! Logs: for people on a terminal, JSON for the journal. Always to standard error, and without
//! anybody's address.

use std::hash::{BuildHasher as _, RandomState};
use std::io::{self, IsTerminal, Write};
use std::sync::LazyLock;

use tracing::{Level, Metadata};
use tracing_subscriber::filter::{LevelFilter, filter_fn};
use tracing_subscriber::fmt::MakeWriter;
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::util::SubscriberInitExt as _;
use tracing_subscriber::{EnvFilter, Layer as _};

/// Starts logging. `RUST_LOG` chooses what is shown; without it a `service` tells what it does
/// and other verbs only what is wrong.
pub fn start(service: bool) {
    let level = if service { LevelFilter::INFO } else { LevelFilter::WARN };
    let filter = EnvFilter::builder().with_default_directive(level.into()).from_env_lossy();
    let journal = !io::stderr().is_terminal()
        && (std::env::var_os("JOURNAL_STREAM").is_some() || std::env::var_os("INVOCATION_ID").is_some());
    let layer = tracing_subscriber::fmt::layer().with_writer(Masked);
    let layer = if journal {
        layer.json().flatten_event(true).with_current_span(false).boxed()
    } else {
        layer.with_target(false).with_ansi(io::stderr().is_terminal()).boxed()
    };
    // A second start (tests) changes nothing.
    let _ =
        tracing_subscriber::registry().with(layer.with_filter(filter_fn(may_be_said)).with_filter(filter)).try_init();
    if service {
        // What a panic says may be a piece of somebody's mail: a log learns where it was, and the
        // quarantine why.
        std::panic::set_hook(Box::new(|panic| {
            let place = panic.location().map(ToString::to_string).unwrap_or_default();
            tracing::error!(place, "defect of the program");
        }));
    }
}

/// At its trace level async-imap writes the log-in command, password included, and others write
/// whole mails. What anybody but us says below "warn" reaches no log, whatever `RUST_LOG` asks for.
fn may_be_said(what: &Metadata<'_>) -> bool {
    *what.level() <= Level::WARN || what.target() == "passerelle" || what.target().starts_with("passerelle::")
}

/// Another one at each start: what one log tells of an address cannot be looked up in the next.
static SALT: LazyLock<RandomState> = LazyLock::new(RandomState::new);

/// `text` with each address's local part as a short hash, the same throughout one run: enough to
/// see that two lines speak of the same person.
pub fn without_people(text: &str) -> String {
    // By hand: a pattern with all letters of Unicode takes more memory than all that is at rest beside it.
    let of_local = |c: char| c.is_alphanumeric() || ".!#$%&'*+/=?^_`{|}~-".contains(c);
    let of_domain = |c: char| c.is_alphanumeric() || matches!(c, '.' | '-');
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    let mut from = 0;
    while let Some(at) = rest.get(from..).and_then(|more| more.find('@')).map(|found| from + found) {
        let (before, after) = rest.split_at(at);
        let after = after.get(1..).unwrap_or_default();
        let (spared, local) = before.split_at(before.trim_end_matches(of_local).len());
        let (domain, beyond) = after.split_at(after.len() - after.trim_start_matches(of_domain).len());
        if local.is_empty() || !domain.starts_with(char::is_alphanumeric) {
            from = at + 1;
            continue;
        }
        out.push_str(spared);
        let hash = SALT.hash_one(format!("{local}@{domain}").to_lowercase());
        out.push_str(&format!("{:08x}@{domain}", hash as u32));
        (rest, from) = (beyond, 0);
    }
    out + rest
}

/// Standard error without addresses. Each line of the log comes in one write.
struct Masked;

impl Write for Masked {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let text = without_people(&String::from_utf8_lossy(bytes));
        // Escapes that come from outside are spelled out by the formatter; what remains are its own colours.
        let shown: String =
            text.chars().map(|c| if c != '\u{1b}' && super::out::is_unseen(c) { '·' } else { c }).collect();
        io::stderr().lock().write_all(shown.as_bytes())?;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        io::stderr().lock().flush()
    }
}

impl MakeWriter<'_> for Masked {
    type Writer = Self;

    fn make_writer(&self) -> Self {
        Self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_a_hash_and_the_same_one_the_same_hash() {
        let line = "550 <Alice.Aubert@AC-Creteil.test>: unknown; alice.aubert@ac-creteil.test, bob+x@y.test";
        let masked = without_people(line);
        assert!(!masked.to_lowercase().contains("aubert") && !masked.contains("bob"), "{masked}");
        assert!(masked.contains("@AC-Creteil.test>: unknown"), "{masked}");
        let hash = |n: usize| masked.split('@').nth(n).unwrap().rsplit(['<', ' ']).next().unwrap().to_owned();
        assert_eq!(hash(0), hash(1));
        assert_ne!(hash(0), hash(2));
        for none in ["nothing of the kind: B204, 12 @ 3", "", "@", "@@x", "a@-b", "é@", "@x.test"] {
            assert_eq!(without_people(none), none);
        }
        let masked = without_people("-> élodie@y.test@z.test, a@ b@y.test");
        assert!(masked.starts_with("-> ") && !masked.contains("élodie") && !masked.contains(" b@"), "{masked}");
        assert!(masked.ends_with("@y.test") && masked.contains("@y.test@z.test, a@ "), "{masked}");
    }

    #[test]
    fn others_say_nothing_below_a_warning() {
        struct Seen(std::sync::Mutex<Vec<bool>>);
        impl<S: tracing::Subscriber> tracing_subscriber::Layer<S> for &'static Seen {
            fn on_event(&self, e: &tracing::Event<'_>, _: tracing_subscriber::layer::Context<'_, S>) {
                self.0.lock().unwrap().push(may_be_said(e.metadata()));
            }
        }
        static SEEN: Seen = Seen(std::sync::Mutex::new(Vec::new()));
        tracing::subscriber::with_default(tracing_subscriber::registry().with(&SEEN), || {
            tracing::trace!(target: "async_imap::imap_stream", "password");
            tracing::info!(target: "passerelleish", "x");
            tracing::warn!(target: "sqlx::query", "x");
            tracing::trace!("ours");
        });
        assert_eq!(*SEEN.0.lock().unwrap(), [false, false, true, true]);
    }
}
