//! `passerelle incident REF`: one incident with its history.

/// Arguments of `incident`.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Its reference, as `2026-0042`
    #[arg(value_name = "REF")]
    pub reference: String,
    /// Whose, where several schools have such a reference
    #[arg(long, value_name = "UAI")]
    pub school: Option<String>,
    /// One JSON object instead of text
    #[arg(long)]
    pub json: bool,
}
