//! `passerelle incidents`: the list.

/// Arguments of `incidents`.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Only this school's
    #[arg(long, value_name = "UAI")]
    pub school: Option<String>,
    /// Only those in this state, as `awaiting_confirmation` or `ticketed`
    #[arg(long, value_name = "STATE")]
    pub state: Option<String>,
    /// One JSON array instead of a table
    #[arg(long)]
    pub json: bool,
}
