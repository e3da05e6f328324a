//! `passerelle quarantine`: messages that a person must look at.

use clap::Subcommand;

/// Arguments of `quarantine`.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// What to do.
    #[command(subcommand)]
    pub action: Action,
}

/// What to do with the quarantine.
#[derive(Debug, Subcommand)]
pub enum Action {
    /// List what waits there, and why
    List {
        /// Only this school's
        #[arg(long, value_name = "UAI")]
        school: Option<String>,
        /// One JSON array instead of a table
        #[arg(long)]
        json: bool,
    },
    /// Show one message
    Show {
        /// Its id, from the list
        id: String,
    },
    /// Let a message in, as if it had just come
    Release {
        /// Its id, from the list
        id: String,
    },
    /// Leave a message for good; it stays in the store, marked as ignored
    Drop {
        /// Its id, from the list
        id: String,
    },
}
