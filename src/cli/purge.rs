//! `passerelle purge`: what is older than this goes now.

use jiff::Timestamp;

use super::{Done, Global, out, site};
use crate::clock::{Clock as _, SystemClock};
use crate::config;
use crate::store::{Aged, Limits};

/// Arguments of `purge`.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// How long ago it was over: 3y, 180d …
    #[arg(long, value_name = "DURATION")]
    pub older_than: String,
    /// Only say how much it is
    #[arg(long)]
    pub dry_run: bool,
}

/// Things of each kind that one transaction lets go, so that a running service need not wait long.
const BATCH: u32 = 200;

/// Lets go of what was over for longer than this, whatever `keep_raw` and `keep_incidents` say.
///
/// # Errors
/// A duration that is none, or a store that cannot be used.
pub async fn run(global: &Global, args: &Args) -> anyhow::Result<Done> {
    let span = config::duration(&args.older_than).map_err(|e| anyhow::anyhow!("--older-than: {e}"))?;
    if let Some(unit) = too_short(&args.older_than) {
        anyhow::bail!(
            "--older-than: `{}` is counted in {unit}, which would let go of nearly everything; write days or years, \
             as in `90d` or `3y`",
            args.older_than
        );
    }
    let config = global.load_config()?;
    let store = site::open_store(&config).await?;
    let now = SystemClock.now();
    let before = now.checked_sub(span.as_clock()).unwrap_or(Timestamp::MIN);
    let limits = Limits { raw_before: before, incidents_before: before };
    let mut all = Aged::default();
    for it in &config.schools {
        let uai = &it.school.uai;
        if args.dry_run {
            all = all.and(store.would_age(uai, limits).await?);
            continue;
        }
        loop {
            let went = store.age(uai, limits, now, true, BATCH).await?;
            all = all.and(went);
            if went.looked == 0 {
                break;
            }
        }
    }
    if !args.dry_run && !all.is_nothing() {
        store.wipe().await;
    }
    store.close().await;
    if all.is_nothing() {
        out::line("Nothing is as old as that.")?;
        return Ok(Done::Well);
    }
    let (of, nobody) =
        if args.dry_run { ("would go", "would name nobody any more") } else { ("went", "name nobody any more") };
    out::line(format_args!("{:>6}  messages whose bytes {of}", all.messages))?;
    out::line(format_args!("{:>6}  mails of ours whose bytes {of}", all.mails))?;
    out::line(format_args!("{:>6}  incidents that {nobody}; their facts and times stay", all.incidents))?;
    Ok(Done::Well)
}

/// A unit that nobody means where mail is kept for months: "3m" for three months is three minutes.
fn too_short(duration: &str) -> Option<&'static str> {
    match duration.trim().trim_start_matches(|c: char| c.is_ascii_digit()).trim() {
        "s" => Some("seconds"),
        "m" => Some("minutes"),
        "h" => Some("hours"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::too_short;

    #[test]
    fn minutes_are_not_months() {
        assert_eq!(too_short("3m"), Some("minutes"));
        assert_eq!(too_short(" 12 h "), Some("hours"));
        assert_eq!(too_short("45s"), Some("seconds"));
        assert!(["90d", "3y", "2wd"].iter().all(|d| too_short(d).is_none()));
    }
}
