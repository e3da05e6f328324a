//! `passerelle outbox`: mails that are to leave.

use clap::Subcommand;

/// Arguments of `outbox`.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// What to do.
    #[command(subcommand)]
    pub action: Action,
}

/// What to do with the outbox.
#[derive(Debug, Subcommand)]
pub enum Action {
    /// List what has not left, and why
    List {
        /// Those that left, too
        #[arg(long)]
        all: bool,
        /// One JSON array instead of a table
        #[arg(long)]
        json: bool,
    },
    /// Try again now
    Retry {
        /// Ids from the list; none: all that failed
        #[arg(value_name = "ID")]
        ids: Vec<String>,
    },
}
