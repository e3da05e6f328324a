//! `passerelle demo`: a school's fortnight, played in a folder.

use std::path::PathBuf;

/// Arguments of `demo`.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Folder to play in, new or empty [default: one in the system's temporary folder]
    #[arg(value_name = "FOLDER")]
    pub folder: Option<PathBuf>,
}
