//! `passerelle classeur`: the binder of evidence, as a file.

use std::ffi::OsString;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail};
use jiff::civil::Date;

use super::{Done, Global, out, site};
use crate::classeur::csv::{self, Choice, Separator};
use crate::classeur::{Annex, Classeur, Period, assemble, html, pdf, tables, xlsx};
use crate::clock::{Clock as _, SystemClock};
use crate::config::{Config, SchoolConfig, Texts};

/// Arguments of `classeur`.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// First day, as 2026-10-01 or 01/10/2026
    #[arg(long, value_name = "DAY", value_parser = day)]
    pub from: Date,
    /// Last day, included
    #[arg(long, value_name = "DAY", value_parser = day)]
    pub to: Date,
    /// What to write [default: by the file's extension]
    #[arg(long, value_enum)]
    pub format: Option<Format>,
    /// The file to write; one that is there is replaced. Beside a PDF, the draft of the council's
    /// motion goes to FILE-motion.txt, which is never replaced
    #[arg(short, long, value_name = "FILE")]
    pub output: PathBuf,
    /// Of which school, where several are configured
    #[arg(long, value_name = "UAI")]
    pub school: Option<String>,
    /// Leave the annex out (one line per incident)
    #[arg(long)]
    pub no_annex: bool,
    /// CSV: which table (its key), or `all`, one below the other [default: the annex]
    #[arg(long, value_name = "KEY")]
    pub table: Option<String>,
    /// Leave out of the annex what people wrote (reasons of refusal)
    #[arg(long, conflicts_with = "no_annex")]
    pub no_quotes: bool,
    /// CSV: what parts the cells [default: comma; French Excel wants semicolon]
    #[arg(long, value_enum)]
    pub separator: Option<SeparatorName>,
}

/// The formats.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Format {
    /// A workbook with charts
    Xlsx,
    /// To print and hand out
    Pdf,
    /// One page for a browser
    Html,
    /// One table for a spreadsheet
    Csv,
}

/// The separators of CSV.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum SeparatorName {
    /// `;`, decimals with a comma
    #[value(alias = ";")]
    Semicolon,
    /// `,`, decimals with a point
    #[value(alias = ",")]
    Comma,
    /// A tab, decimals with a point
    Tab,
}

/// A day as people write it: `2026-10-01`, `01/10/2026`, `1.10.2026`.
fn day(text: &str) -> Result<Date, String> {
    let refuse = || format!("`{text}` is not a day: write 2026-10-01 or 01/10/2026");
    let t = text.trim();
    if let Ok(date) = Date::strptime("%Y-%m-%d", t) {
        return Ok(date);
    }
    let parts: Vec<&str> = t.split(['/', '.']).collect();
    let [day, month, year] = parts.as_slice() else { return Err(refuse()) };
    let digits = |t: &str| t.bytes().all(|b| b.is_ascii_digit());
    if year.len() != 4 || ![day, month, year].iter().all(|t| digits(t)) {
        return Err(refuse());
    }
    let number = |t: &str| t.parse::<i8>().map_err(|_| refuse());
    Date::new(year.parse().map_err(|_| refuse())?, number(month)?, number(day)?).map_err(|_| refuse())
}

impl Args {
    /// The format named, else the one that the file's extension names.
    fn format(&self) -> anyhow::Result<Format> {
        if let Some(format) = self.format {
            return Ok(format);
        }
        let extension = self.output.extension().and_then(|e| e.to_str()).unwrap_or_default().to_ascii_lowercase();
        Ok(match extension.as_str() {
            "xlsx" => Format::Xlsx,
            "pdf" => Format::Pdf,
            "html" | "htm" => Format::Html,
            "csv" => Format::Csv,
            _ => bail!(
                "{}: the name does not tell the format; give --format xlsx, pdf, html or csv",
                self.output.display()
            ),
        })
    }

    fn csv_options(&self) -> csv::Options<'_> {
        let separator = match self.separator {
            None | Some(SeparatorName::Comma) => Separator::Comma,
            Some(SeparatorName::Semicolon) => Separator::Semicolon,
            Some(SeparatorName::Tab) => Separator::Tab,
        };
        let table = match self.table.as_deref() {
            None => Choice::Annex,
            Some("all") => Choice::All,
            Some(key) => Choice::One(key),
        };
        csv::Options { separator, table }
    }
}

/// Makes the classeur of a period and writes it. Nothing is written where anything is wrong.
///
/// # Errors
/// A period that cannot be, an unknown school, a file that cannot be written, a store that cannot be
/// read: sentences that say what to do.
pub async fn run(global: &Global, args: &Args) -> anyhow::Result<Done> {
    let format = args.format()?;
    if format != Format::Csv && (args.table.is_some() || args.separator.is_some()) {
        bail!("--table and --separator are for CSV only: all other formats hold every table");
    }
    let config = global.load_config()?;
    let site = one_school(&config, args.school.as_deref())?;
    let school = &site.school;
    let today = school.timezone.to_datetime(SystemClock.now()).date();
    let period = Period::new(args.from, args.to, today)?;
    let target = Target::at(&args.output)?;
    let texts = Texts::load(config.templates.as_deref(), school)?;
    let store = site::open_store(&config).await?;
    let dossier = store.dossier(school, &texts.profile, period).await?;
    store.close().await;
    let mut classeur = assemble(&dossier, period, today, &texts.profile);
    drop(dossier);
    if args.no_annex {
        classeur.tables.retain(|t| t.key != tables::ANNEX);
    }
    if args.no_quotes {
        classeur.without_quotes();
    }
    let bytes = render(&classeur, format, args)?;
    let motion = if format == Format::Pdf { Some(Motion::beside(&target.path)?) } else { None };
    target.write(&bytes)?;
    out::line(format_args!("{}", target.path.display()))?;
    if let Some(motion) = motion {
        motion.write(&classeur.motion)?;
    }
    Ok(Done::Well)
}

/// The file's bytes.
fn render(classeur: &Classeur, format: Format, args: &Args) -> anyhow::Result<Vec<u8>> {
    match format {
        Format::Csv => Ok(csv::render(classeur, &args.csv_options())?),
        Format::Xlsx => Ok(xlsx::render(classeur)?),
        Format::Pdf => Ok(pdf::render(classeur, Annex::With)?),
        Format::Html => Ok(html::render(classeur)?.into_bytes()),
    }
}

/// The school that is meant: the one named, or the only one.
fn one_school<'c>(config: &'c Config, uai: Option<&str>) -> anyhow::Result<&'c SchoolConfig> {
    match config.chosen(uai)?.as_slice() {
        [one] => Ok(one),
        several => {
            let known: Vec<String> = several.iter().map(|s| format!("{} ({})", s.school.uai, s.school.name)).collect();
            bail!(
                "several schools are configured, a classeur is of one: give --school with one of {}",
                known.join(", ")
            )
        }
    }
}

/// The draft of the motion beside the PDF. One that is there has perhaps been edited: it stays.
enum Motion {
    New(Target),
    Stays(PathBuf),
}

impl Motion {
    /// Checks what can be checked before anything is written.
    fn beside(document: &Path) -> anyhow::Result<Self> {
        let mut name = document.file_stem().map_or_else(OsString::new, OsString::from);
        name.push("-motion.txt");
        let path = document.with_file_name(name);
        if path.is_file() { Ok(Self::Stays(path)) } else { Ok(Self::New(Target::at(&path)?)) }
    }

    fn write(&self, draft: &str) -> anyhow::Result<()> {
        match self {
            Self::Stays(path) => out::line(format_args!("{}: is there already and stays as it is", path.display())),
            Self::New(target) => {
                // A plain editor on Windows takes a text without the mark for one of the old code page.
                target.write(format!("\u{feff}{draft}").as_bytes())?;
                out::line(format_args!("{}", target.path.display()))
            }
        }
    }
}

/// A file to be written whole or not at all.
struct Target {
    path: PathBuf,
}

impl Target {
    /// Checks what can be checked before the work.
    fn at(path: &Path) -> anyhow::Result<Self> {
        if path.file_name().is_none() || path.is_dir() {
            bail!("{} is a folder: name the file to write in it", path.display());
        }
        // A link is followed: what it leads to is replaced, not the link.
        let path = match path.canonicalize() {
            Ok(real) if real.is_file() => real,
            Ok(_) => bail!("{} is no ordinary file and is left alone: name another", path.display()),
            Err(_) => path.to_owned(),
        };
        let folder = folder_of(&path);
        if !folder.is_dir() {
            bail!("folder {} does not exist: make it, or name another file", folder.display());
        }
        Ok(Self { path })
    }

    /// Writes a file beside it and renames that one: whoever reads sees the old or the new.
    fn write(&self, bytes: &[u8]) -> anyhow::Result<()> {
        let mut name = OsString::from(".");
        name.push(self.path.file_name().unwrap_or_default());
        name.push(format!(".{}.part", std::process::id()));
        let beside = self.path.with_file_name(name);
        let written = || -> std::io::Result<()> {
            let mut file = std::fs::File::create_new(&beside)?;
            file.write_all(bytes)?;
            file.sync_all()?;
            std::fs::rename(&beside, &self.path)
        };
        written()
            .inspect_err(|_| {
                // What was begun must not stay; that it cannot be removed changes nothing of the error.
                let _ = std::fs::remove_file(&beside);
            })
            .with_context(|| {
                format!(
                    "cannot write {}: check owner, permissions and room of folder {}",
                    self.path.display(),
                    folder_of(&self.path).display()
                )
            })
    }
}

fn folder_of(path: &Path) -> &Path {
    match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn a_motion_that_was_edited_stays() {
        let folder = tempfile::tempdir().unwrap();
        let (beside, draft) = (folder.path().join("octobre.pdf"), folder.path().join("octobre-motion.txt"));
        Motion::beside(&beside).unwrap().write("projet").unwrap();
        assert_eq!(std::fs::read_to_string(&draft).unwrap(), "\u{feff}projet");
        std::fs::write(&draft, "le nôtre").unwrap();
        Motion::beside(&beside).unwrap().write("projet").unwrap();
        assert_eq!(std::fs::read_to_string(&draft).unwrap(), "le nôtre");
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1, "no part is left");
        std::fs::create_dir(folder.path().join("mars-motion.txt")).unwrap();
        assert!(Motion::beside(&folder.path().join("mars.pdf")).is_err(), "found out before anything is written");
    }

    #[test]
    fn a_link_is_followed_and_what_it_leads_to_is_replaced() {
        let folder = tempfile::tempdir().unwrap();
        let (real, link) = (folder.path().join("real.csv"), folder.path().join("link.csv"));
        std::fs::write(&real, "old").unwrap();
        std::os::unix::fs::symlink(&real, &link).unwrap();
        Target::at(&link).unwrap().write(b"new").unwrap();
        assert_eq!(std::fs::read_to_string(&real).unwrap(), "new");
        assert!(link.is_symlink());
    }

    #[test]
    fn days_are_read_as_people_write_them() {
        assert_eq!(day("2026-10-01").unwrap(), date(2026, 10, 1));
        assert_eq!(day("01/10/2026").unwrap(), date(2026, 10, 1));
        assert_eq!(day("1/10/2026").unwrap(), date(2026, 10, 1));
        assert_eq!(day("29.02.2028").unwrap(), date(2028, 2, 29));
        for wrong in ["", "2026", "29/02/2027", "10/2026", "1/10/26", "+1/10/2026", "2026-13-01", "hier", "1/10/2026/3"]
        {
            assert_eq!(day(wrong), Err(format!("`{wrong}` is not a day: write 2026-10-01 or 01/10/2026")));
        }
    }
}
