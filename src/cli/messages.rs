//! `passerelle messages`: every message received, its end and why.

/// Arguments of `messages`.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Only this school's
    #[arg(long, value_name = "UAI")]
    pub school: Option<String>,
    /// One JSON array instead of a table
    #[arg(long)]
    pub json: bool,
}
