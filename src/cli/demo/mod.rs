//! `passerelle demo`: a school's fortnight, played in a folder.
//!
//! Nothing is mocked: people's mails are put into our Maildir as files, the service's own steps read
//! them, decide, and deliver; people then read their Maildirs and answer what they find there. Only
//! the clock is set by hand.

mod account;
mod letter;
mod people;
mod photo;
mod script;
mod stage;

use std::fs::{self, DirBuilder};
use std::io::ErrorKind;
use std::os::unix::fs::DirBuilderExt as _;
use std::path::{Path, PathBuf};
use std::time::Instant;

use anyhow::{Context as _, bail};

use self::account::{Account, Ink, Written, fit};
use self::script::Play;
use self::stage::Stage;
use super::{Done, out, site};
use crate::classeur::{Period, assemble, bundle};
use crate::compose::view;
use crate::config::Config;

/// The school of the play.
const CONFIG: &str = include_str!("../../../templates/demo/passerelle.toml");
/// Subject of the mail that `explain` is recommended for.
const WORTH_EXPLAINING: &str = "Trois soucis ce matin";

/// Arguments of `demo`.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Folder to play in, new or empty [default: one in the system's temporary folder]
    #[arg(value_name = "FOLDER")]
    pub folder: Option<PathBuf>,
}

/// Plays the fortnight, and tells of it.
///
/// # Errors
/// A folder that is not empty or cannot be written; or a play that did not come out as it should.
pub async fn run(args: &Args) -> anyhow::Result<Done> {
    let started = Instant::now();
    let folder = match &args.folder {
        Some(folder) => given(folder)?,
        None => temporary()?,
    };
    let config_path = folder.join("passerelle.toml");
    fs::write(&config_path, CONFIG).with_context(|| format!("{}", config_path.display()))?;
    let config = Config::load(&config_path)?;
    let play = Play::read()?;
    let mut account = Account::new(&play);
    introduce(&config, &folder)?;

    let store = site::open_store(&config).await?;
    let lock = store.lock(true).await?;
    let start = play.scene.first().context("the play is empty")?.at;
    let mut stage = Stage::open(&config, &store, start).await?;
    for scene in &play.scene {
        while let Some((at, moment)) = stage.pass(scene.at).await? {
            account.clock(&at, &moment)?;
        }
        let author = play.person(&scene.who)?;
        let (subject, text, moment) = stage.play(scene, author).await?;
        let at = scene.at.to_zoned(stage.office().school.timezone.clone())?;
        account.scene(&at, scene, author, &Written { subject: &subject, text: &text }, &moment)?;
    }
    while let Some((at, moment)) = stage.pass(play.end).await? {
        account.clock(&at, &moment)?;
    }
    conclude(&stage, &account, &play).await?;
    let files = binder(&stage, &folder).await?;
    out::line(format_args!("\nTwelve days in {:.1} s.", started.elapsed().as_secs_f64()))?;
    look_further(&stage, &account, &folder, &files)?;
    drop(lock);
    store.close().await;
    Ok(Done::Well)
}

/// A folder that the user names: made where it is missing, refused where something is in it.
fn given(folder: &Path) -> anyhow::Result<PathBuf> {
    match fs::read_dir(folder) {
        Ok(mut entries) => {
            if entries.next().is_some() {
                bail!("{} is not empty: name a new folder, or none for one in the temporary folder", folder.display());
            }
        }
        Err(e) if e.kind() == ErrorKind::NotFound => {
            DirBuilder::new()
                .recursive(true)
                .mode(0o700)
                .create(folder)
                .with_context(|| format!("{}", folder.display()))?;
        }
        Err(e) => return Err(e).with_context(|| format!("{}", folder.display())),
    }
    Ok(folder.to_owned())
}

/// A new folder, of this user alone, in the system's temporary folder.
fn temporary() -> anyhow::Result<PathBuf> {
    let parent = std::env::temp_dir();
    for n in 1_u32.. {
        let name = if n == 1 { "passerelle-demo".to_owned() } else { format!("passerelle-demo-{n}") };
        let folder = parent.join(name);
        match DirBuilder::new().mode(0o700).create(&folder) {
            Ok(()) => return Ok(folder),
            Err(e) if e.kind() == ErrorKind::AlreadyExists => {}
            Err(e) => return Err(e).with_context(|| format!("{}; name a folder of your own", folder.display())),
        }
    }
    bail!("{}: no name is left for a new folder", parent.display())
}

fn introduce(config: &Config, folder: &Path) -> anyhow::Result<()> {
    let school = &config.schools.first().context("the play's school")?.school;
    out::line(format_args!("A fortnight at the {} ({}), played in {}", school.name, school.city, folder.display()))?;
    out::line(format_args!(
        "\nColleagues write to {}; the referent confirms by replying;\n\
         CESAME, the region's desk, gets one ticket per fault, and the correspondent a copy without names.\n\
         │ what a person writes    → mail that Passerelle sends: to whom, kind, subject    = what it notes",
        school.mailbox
    ))
}

/// Where everything stands, and how much mail it took.
async fn conclude(stage: &Stage, account: &Account, play: &Play) -> anyhow::Result<()> {
    account.heading("What became of it")?;
    out::line("")?;
    let office = stage.office();
    for (incident, reports) in stage.incidents().await? {
        let title = view::incident(&incident, &office.school, &office.profile, office.clock.now()).title;
        let number = incident.support_reference.as_deref().unwrap_or("-");
        let state = stage.state(incident.reference);
        let told = if reports == 1 { "1 report".to_owned() } else { format!("{reports} reports") };
        out::line(format_args!("{}  {state:<22}  {told:<9}  {number:<10}  {}", incident.reference, fit(&title, 40)))?;
    }
    account.heading("Mail that each received")?;
    out::line("")?;
    let counts = stage.people.counts();
    for person in play.cast.values() {
        let kinds = counts.get(person.address.as_str());
        let total: usize = kinds.map_or(0, |k| k.values().sum());
        let list: Vec<String> = kinds
            .into_iter()
            .flatten()
            .map(|(kind, n)| if *n == 1 { (*kind).to_owned() } else { format!("{n} {kind}") })
            .collect();
        let list = if list.is_empty() { "nothing".to_owned() } else { list.join(", ") };
        out::line(format_args!("{total:>3}  {:<20}  {list}", person.name))?;
    }
    Ok(())
}

/// Writes the classeur of the days played into the folder, in every format, and the draft of the
/// council's motion.
async fn binder(stage: &Stage, folder: &Path) -> anyhow::Result<Vec<PathBuf>> {
    let office = stage.office();
    let today = office.school.timezone.to_datetime(office.clock.now()).date();
    let period = Period::new(today.first_of_month(), today, today)?;
    let dossier = office.store.dossier(&office.school, &office.profile, period).await?;
    let classeur = assemble(&dossier, period, today, &office.profile);
    let mut written = Vec::new();
    let mut write = |name: &str, bytes: &[u8]| -> anyhow::Result<()> {
        let path = folder.join(name);
        fs::write(&path, bytes).with_context(|| format!("{}", path.display()))?;
        written.push(path);
        Ok(())
    };
    for file in bundle::all(&classeur) {
        let bytes = file.drawn.map_err(anyhow::Error::msg).context("the classeur could not be drawn")?;
        write(&format!("classeur.{}", file.ending), &bytes)?;
    }
    write("motion.txt", classeur.motion.as_bytes())?;
    Ok(written)
}

fn look_further(stage: &Stage, account: &Account, folder: &Path, files: &[PathBuf]) -> anyhow::Result<()> {
    let program = std::env::args().next().unwrap_or_else(|| "passerelle".to_owned());
    let config = quoted(&folder.join("passerelle.toml"));
    account.heading("Look further")?;
    out::line("")?;
    let line = |command: String, what: &str| out::line(format_args!("{}\n    {command}", account.ink(Ink::Dim, what)));
    line(format!("{program} -c {config} incidents"), "the incidents")?;
    line(format!("{program} -c {config} incident 2026-0001"), "the history of one")?;
    line(format!("{program} -c {config} messages"), "every message received, how it ended and why")?;
    let files: Vec<String> = files.iter().map(|f| quoted(f)).collect();
    line(files.join("\n    "), "the classeur of the fortnight: what the school's council is shown")?;
    let mail = folder.join("mail");
    if let Some(file) = stage.file_with(&mail, WORTH_EXPLAINING)? {
        line(
            format!("{program} explain --school {config} {}", quoted(&file)),
            "what was understood of the mail with three faults in it",
        )?;
    }
    line(format!("ls {}", quoted(&mail)), "everybody's Maildir, for any mail client (`mutt -f …`)")
}

/// A path as a shell takes it.
fn quoted(path: &Path) -> String {
    let text = path.display().to_string();
    let plain = |c: char| c.is_ascii_alphanumeric() || "/._-@+:,".contains(c);
    if text.chars().all(plain) { text } else { format!("'{}'", text.replace('\'', "'\\''")) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_quoted_where_a_shell_would_split_it() {
        assert_eq!(quoted(Path::new("/tmp/a-b_c/x.toml")), "/tmp/a-b_c/x.toml");
        assert_eq!(quoted(Path::new("/tmp/l'été x")), "'/tmp/l'\\''été x'");
    }
}
