//! Logs: for people on a terminal, JSON for the journal. Always to standard error.

use std::io::IsTerminal;

use tracing_subscriber::EnvFilter;
use tracing_subscriber::filter::LevelFilter;

/// Starts logging. `RUST_LOG` chooses what is shown; without it a `service` tells what it does
/// and other verbs only what is wrong.
pub fn start(service: bool) {
    let level = if service { LevelFilter::INFO } else { LevelFilter::WARN };
    let mut filter = EnvFilter::builder().with_default_directive(level.into()).from_env_lossy();
    // At its trace level async-imap writes the log-in command, password included; others write
    // whole mails. What they say below "warn" never reaches a log, whatever RUST_LOG asks for.
    for quiet in ["async_imap=warn", "imap_proto=warn", "lettre=warn", "sqlx=warn", "rustls=warn"] {
        if let Ok(directive) = quiet.parse() {
            filter = filter.add_directive(directive);
        }
    }
    let journal = !std::io::stderr().is_terminal()
        && (std::env::var_os("JOURNAL_STREAM").is_some() || std::env::var_os("INVOCATION_ID").is_some());
    let builder = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    // A second start (tests) changes nothing.
    let _ = if journal {
        builder.json().flatten_event(true).with_current_span(false).try_init()
    } else {
        builder.with_target(false).with_ansi(std::io::stderr().is_terminal()).try_init()
    };
}
