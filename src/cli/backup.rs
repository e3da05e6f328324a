//! `passerelle backup`: a copy of the store, while the service runs.

use std::path::PathBuf;

use super::{Done, Global, out, site};

/// Arguments of `backup`.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The new file: itself a SQLite store, readable by its owner alone
    #[arg(value_name = "FILE")]
    pub file: PathBuf,
}

/// Copies the store.
///
/// # Errors
/// A file that exists or cannot be written, or a store that cannot be read.
pub async fn run(global: &Global, args: &Args) -> anyhow::Result<Done> {
    let config = global.load_config()?;
    let store = site::open_store(&config).await?;
    let size = store.backup(&args.file).await?;
    store.close().await;
    out::line(format_args!(
        "{} is a copy of the store, {size} bytes. To restore it: stop the service, put it in the place of the store \
         (or name it in [store] url, \"sqlite:{}\"), start.",
        args.file.display(),
        args.file.display()
    ))?;
    Ok(Done::Well)
}
