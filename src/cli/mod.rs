//! The command line: one file per verb.
//!
//! A verb has an `Args` struct, read by clap, and a function that ends in [`Done`] or an error.
//! Results go to standard output through [`out`], errors and logs to standard error. To add a
//! verb: its file, its line in [`Verb`], its arm in [`dispatch`].

pub mod backup;
pub mod check;
pub mod classeur;
pub mod demo;
pub mod dry_run;
pub mod explain;
pub mod forget;
pub mod incident;
pub mod incidents;
pub mod init;
pub mod log;
pub mod messages;
pub mod once;
pub mod out;
pub mod outbox;
pub mod purge;
pub mod quarantine;
pub mod run;
pub mod site;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::{Parser, Subcommand};

use crate::config::Config;

/// Where the configuration is looked for when `-c` is not given, in this order.
const CONFIG_PATHS: [&str; 2] = ["passerelle.toml", "/etc/passerelle/passerelle.toml"];

/// Email ticket bridge for schools: colleagues write freely to one address, the referent confirms
/// by replying, exactly one ticket per fault reaches support.
#[derive(Debug, Parser)]
#[command(name = "passerelle", version, arg_required_else_help = true, disable_help_subcommand = true)]
#[command(after_help = "Exit codes: 0 done; 1 (once, check) something needs a person; 2 wrong use or configuration.")]
pub struct Cli {
    /// What applies to every verb.
    #[command(flatten)]
    pub global: Global,
    /// What is to be done.
    #[command(subcommand)]
    pub verb: Verb,
}

/// Options that stand before or after any verb.
#[derive(Debug, clap::Args)]
pub struct Global {
    /// Configuration file [default: passerelle.toml, then /etc/passerelle/passerelle.toml]
    #[arg(short, long, global = true, value_name = "FILE")]
    pub config: Option<PathBuf>,
}

/// The verbs.
#[derive(Debug, Subcommand)]
pub enum Verb {
    /// Play a school's fortnight in a folder: no configuration, no network
    Demo(demo::Args),
    /// Print a commented configuration to start from
    Init,
    /// Check configuration, store, templates, IMAP and SMTP: each line ok, or what to do
    Check,
    /// Play a folder, an mbox or a Maildir: which tickets would leave; stores and sends nothing
    DryRun(dry_run::Args),
    /// Say what is understood of a message
    Explain(explain::Args),
    /// Run the service until SIGTERM
    Run,
    /// Handle what waits, send what is due, stop (for cron)
    Once,
    /// List incidents
    Incidents(incidents::Args),
    /// Show one incident with its history
    Incident(incident::Args),
    /// List every message received, its end and why
    Messages(messages::Args),
    /// Write the classeur of a period: incidents, delays, visits, spending, with figures and an annex
    Classeur(classeur::Args),
    /// Messages that a person must look at
    Quarantine(quarantine::Args),
    /// Mails that are to leave
    Outbox(outbox::Args),
    /// Take a person out of everything that is kept
    Forget(forget::Args),
    /// Let go of what is older than a duration
    Purge(purge::Args),
    /// Copy the store into a new file, while the service runs
    Backup(backup::Args),
}

/// How a verb ended that did its work.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Done {
    /// All is well.
    Well,
    /// Something needs a person (`once` and `check` only).
    NeedsPerson,
}

impl Global {
    /// The configuration's file: the one named, else the first of the usual ones that is there.
    ///
    /// # Errors
    /// A sentence that says what to do where there is none.
    pub fn config_path(&self) -> anyhow::Result<PathBuf> {
        if let Some(path) = &self.config {
            return Ok(path.clone());
        }
        let found = CONFIG_PATHS.iter().map(Path::new).find(|p| p.is_file());
        found.map(Path::to_owned).ok_or_else(|| {
            let [here, etc] = CONFIG_PATHS;
            anyhow::anyhow!(
                "no configuration: neither {here} (in this folder) nor {etc} is there; \
                 print one with `passerelle init > {here}` and fill it in, or name yours with `-c FILE`"
            )
        })
    }

    /// Loads the configuration; what is odd in it goes to the log.
    ///
    /// # Errors
    /// As [`Self::config_path`] and [`Config::load`].
    pub fn load_config(&self) -> anyhow::Result<Config> {
        let path = self.config_path()?;
        let config = Config::load(&path)?;
        for w in &config.warnings {
            tracing::warn!("{}", w.in_file(&path.display().to_string()));
        }
        Ok(config)
    }
}

/// The whole program: arguments in, exit code out.
pub fn main() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(e) => {
            // Printing fails only where nobody reads any more.
            let _ = e.print();
            return ExitCode::from(u8::try_from(e.exit_code()).unwrap_or(2));
        }
    };
    let service = matches!(cli.verb, Verb::Run | Verb::Once);
    log::start(service);
    match dispatch(&cli) {
        Ok(Done::Well) => ExitCode::SUCCESS,
        Ok(Done::NeedsPerson) => ExitCode::from(1),
        Err(e) if out::is_closed(&e) => ExitCode::SUCCESS,
        Err(e) => {
            // A service's standard error is a log.
            if service {
                out::masked_error(&e)
            } else {
                out::error(&e)
            }
            ExitCode::from(2)
        }
    }
}

/// Runs one verb to its end.
///
/// # Errors
/// Whatever kept the verb from doing its work, as sentences for the operator.
pub fn dispatch(cli: &Cli) -> anyhow::Result<Done> {
    match &cli.verb {
        Verb::Init => init::run(),
        Verb::Check => on_runtime(check::run(&cli.global)),
        Verb::Demo(args) => on_runtime(demo::run(args)),
        Verb::DryRun(args) => dry_run::run(args),
        Verb::Explain(args) => explain::run(args),
        Verb::Run => on_runtime(run::run(&cli.global)),
        Verb::Once => on_runtime(once::run(&cli.global)),
        Verb::Incidents(args) => on_runtime(incidents::run(&cli.global, args)),
        Verb::Incident(args) => on_runtime(incident::run(&cli.global, args)),
        Verb::Messages(args) => on_runtime(messages::run(&cli.global, args)),
        Verb::Classeur(args) => on_runtime(classeur::run(&cli.global, args)),
        Verb::Quarantine(args) => on_runtime(quarantine::run(&cli.global, args)),
        Verb::Outbox(args) => on_runtime(outbox::run(&cli.global, args)),
        Verb::Forget(args) => on_runtime(forget::run(&cli.global, args)),
        Verb::Purge(args) => on_runtime(purge::run(&cli.global, args)),
        Verb::Backup(args) => on_runtime(backup::run(&cli.global, args)),
    }
}

/// Bytes of a thread's stack: what follows from a mail is many calls deep, which a debug build feels.
const STACK: usize = 8 << 20;

/// Drives a verb that does network or store work.
fn on_runtime<T>(work: impl Future<Output = anyhow::Result<T>>) -> anyhow::Result<T> {
    use anyhow::Context as _;
    let mut runtime = tokio::runtime::Builder::new_multi_thread();
    let runtime = runtime.enable_all().thread_stack_size(STACK).build();
    runtime.context("the system gives no threads to work with")?.block_on(work)
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    #[test]
    fn the_command_line_is_well_formed() {
        Cli::command().debug_assert();
    }

    #[test]
    fn the_configuration_is_named_before_or_after_the_verb() {
        for words in [["passerelle", "-c", "x.toml", "check"], ["passerelle", "check", "-c", "x.toml"]] {
            let cli = Cli::try_parse_from(words).unwrap();
            assert_eq!(cli.global.config_path().unwrap(), Path::new("x.toml"));
        }
    }

    #[test]
    fn wrong_use_ends_with_two() {
        for words in [&["passerelle"][..], &["passerelle", "frobnicate"], &["passerelle", "incident"]] {
            assert_eq!(Cli::try_parse_from(words).unwrap_err().exit_code(), 2, "{words:?}");
        }
        assert_eq!(Cli::try_parse_from(["passerelle", "--help"]).unwrap_err().exit_code(), 0);
    }
}
