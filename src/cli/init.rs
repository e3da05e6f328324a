//! `passerelle init`: a commented configuration to start from.

use super::{Done, out};

/// The sample that `deploy/` carries, word for word.
pub const SAMPLE: &str = include_str!("../../deploy/passerelle.sample.toml");

/// Prints the sample.
///
/// # Errors
/// Standard output cannot be written.
pub fn run() -> anyhow::Result<Done> {
    out::text(SAMPLE)?;
    Ok(Done::Well)
}
