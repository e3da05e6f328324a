//! `passerelle check`: each line ok, or what to do.

use super::{Done, Global, out};

/// Checks everything that the service will need, and tells it line by line.
///
/// # Errors
/// The configuration cannot be used, or standard output cannot be written.
pub async fn run(global: &Global) -> anyhow::Result<Done> {
    let path = global.config_path()?;
    let config = crate::config::Config::load(&path)?;
    let file = path.display().to_string();
    out::line(format_args!("ok    configuration: {file}, {} school(s)", config.schools.len()))?;
    for w in &config.warnings {
        out::line(format_args!("note  {}", w.in_file(&file)))?;
    }
    Ok(Done::Well)
}
