//! `passerelle dry-run`: which tickets would leave for a mailbox. Stores nothing, sends nothing.

mod page;
mod play;
mod text;

use std::io::{IsTerminal, Write};
use std::path::PathBuf;

use anyhow::Context as _;
use serde::Serialize;

use super::{Done, out};
use crate::mailbox::mbox::Source;
use crate::report::{Equipment, Kind, Place, Responsible};

pub use play::{Line, Played, Player, Summary, Told};
pub(in crate::cli) use text::{kind_label as shown_kind, plain as one_line};

/// Messages from which a progress bar is worth its place.
const MANY: usize = 200;

/// Arguments of `dry-run`.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The school's file: one `[[school]]` block without its heading
    #[arg(long, value_name = "S.toml")]
    pub school: PathBuf,
    /// A folder of .eml files, an mbox file or a Maildir
    #[arg(value_name = "SOURCE")]
    pub source: PathBuf,
    /// One JSON object per message instead of text
    #[arg(long)]
    pub json: bool,
    /// Also write a page that the referent can judge at a glance
    #[arg(long, value_name = "FILE")]
    pub html: Option<PathBuf>,
}

/// One line of `--json`.
#[derive(Debug, Serialize)]
struct JsonLine<'a> {
    file: &'a str,
    kind: Kind,
    reports: Vec<JsonReport<'a>>,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    stranger: bool,
}

/// One report of a message, by its incident as known once all was read.
#[derive(Debug, Serialize)]
pub(super) struct JsonReport<'a> {
    incident: String,
    place: Option<&'a Place>,
    equipment: Equipment,
    responsible: Responsible,
    count: u32,
    span: &'a str,
}

/// Plays SOURCE and tells what would happen.
///
/// # Errors
/// The school's file or SOURCE cannot be read, or the output cannot be written.
pub fn run(args: &Args) -> anyhow::Result<Done> {
    let school = crate::config::load_school_file(&args.school)?;
    let source = Source::open(&args.source).context("cannot read SOURCE")?;
    let played = play(&school, source)?;
    if let Some(path) = &args.html {
        let page = page::page(&school, &played);
        std::fs::write(path, page).with_context(|| format!("cannot write {}", path.display()))?;
    }
    if args.json {
        write_json(&played, &mut std::io::stdout().lock())?;
    } else {
        out::text(&text::text(&school, &played))?;
    }
    Ok(Done::Well)
}

/// Reads all of `source`, one message at a time.
///
/// # Errors
/// The first message that cannot be read from disk.
pub fn play(school: &crate::school::School, source: Source) -> anyhow::Result<Played> {
    let mut player = Player::new(school)?;
    let bar = match source.known_len() {
        Some(n) if n >= MANY && std::io::stderr().is_terminal() => indicatif::ProgressBar::new(n as u64),
        None if std::io::stderr().is_terminal() => indicatif::ProgressBar::new_spinner(),
        _ => indicatif::ProgressBar::hidden(),
    };
    for mail in source {
        let mail = mail?;
        player.take(mail.file, &mail.raw);
        bar.inc(1);
    }
    bar.finish_and_clear();
    Ok(player.finish())
}

/// One JSON object per message, in order.
///
/// # Errors
/// `out` cannot be written.
pub fn write_json(played: &Played, out: &mut dyn Write) -> anyhow::Result<()> {
    for line in &played.lines {
        let reports = line.told.iter().filter_map(|t| json_report(played, t)).collect();
        let object = JsonLine { file: &line.file, kind: line.kind, reports, stranger: line.stranger };
        serde_json::to_writer(&mut *out, &object)?;
        out.write_all(b"\n")?;
    }
    Ok(())
}

fn json_report<'a>(played: &'a Played, told: &'a Told) -> Option<JsonReport<'a>> {
    let (id, summary) = played.incident(told.id)?;
    Some(JsonReport {
        incident: play::name(id),
        place: summary.facts.place.as_ref(),
        equipment: summary.facts.equipment,
        responsible: summary.facts.responsible,
        count: told.count,
        span: &told.span,
    })
}
