//! TOML and environment -> checked configuration. Everything is parsed once, here.
//!
//! * `read`: tables with line numbers; all mistakes of a file are collected and told at once
//! * `value`: durations, sizes, school codes, digest times, server URLs
//! * `school`, `policy`, `servers`, `secret`: the sections
//! * `texts`: the profile and mail texts, with the operator's files in place of ours

mod policy;
mod read;
mod school;
mod secret;
mod servers;
#[cfg(test)]
mod tests;
mod texts;
mod value;

use std::fmt;
use std::path::{Path, PathBuf};

use toml::de::DeTable;

pub use secret::Secret;
pub use servers::{Delivery, ImapSettings, Intake, Security, SmtpSettings};
pub use texts::Texts;

use crate::profile::BUILTIN;
use crate::school::School;
use read::{At, Findings, Section};
use servers::Context;

/// The whole configuration of one service.
#[derive(Debug, Clone)]
pub struct Config {
    /// The file it came from.
    pub path: PathBuf,
    /// Where the store is.
    pub store_url: StoreUrl,
    /// Folder of the operator's own templates, which replace ours one by one.
    pub templates: Option<PathBuf>,
    /// The schools; never empty, each with its own UAI, mailbox and intake.
    pub schools: Vec<SchoolConfig>,
    /// What is odd, but works: for `check` and the log.
    pub warnings: Vec<Problem>,
}

/// One school with its ways in and out.
#[derive(Debug, Clone)]
pub struct SchoolConfig {
    /// Who is who, and the rules.
    pub school: School,
    /// Where its mail is read.
    pub intake: Intake,
    /// Where its mail leaves.
    pub delivery: Delivery,
}

/// URL of the store: `sqlite:…` with an absolute path, or `postgres://…`. Shown without its password.
#[derive(Clone, PartialEq, Eq)]
pub struct StoreUrl(String);

/// Something wrong, or odd, in a configuration file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// Line in the file, from 1.
    pub line: usize,
    /// Key with its tables, as `school.policy.copy`; empty where the whole file is meant.
    pub key: String,
    /// What is wrong and what to do.
    pub what: String,
}

/// Why a configuration cannot be used: every mistake found, in the order of the file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConfigError {
    /// The file as the user named it.
    pub file: String,
    /// At least one.
    pub problems: Vec<Problem>,
}

/// What a configuration is read for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Purpose {
    /// To run: intake and delivery are needed, password files are read.
    Service,
    /// To judge messages only (`dry-run`, `explain`): intake and delivery may be absent.
    Reading,
}

impl Config {
    /// Reads and checks the file at `path`. Relative paths in it count from its folder.
    ///
    /// # Errors
    /// [`ConfigError`] with every mistake; a file that cannot be read is one too.
    pub fn load(path: &Path) -> Result<Self, ConfigError> {
        let text = read_file(path)?;
        Self::from_text(&text, path)
    }

    /// As [`Config::load`], from a text that is taken as the content of `path`.
    ///
    /// # Errors
    /// [`ConfigError`] with every mistake.
    pub fn from_text(text: &str, path: &Path) -> Result<Self, ConfigError> {
        parse(text, path, Purpose::Service, |root, f, cx| {
            let mut root = root;
            let store_url = store(&mut root, f, cx);
            let templates = root.text(f, "templates", "/etc/passerelle/templates");
            let templates = templates.map(|t| {
                let dir = cx.base.join(t.value);
                if !dir.is_dir() {
                    f.wrong(&t.at, format!("{} is not a folder; create it, or leave the line out", dir.display()));
                }
                dir
            });
            let blocks = blocks(&mut root, f, cx);
            root.finish(f);
            refuse_twins(&blocks, f);
            for b in &blocks {
                known_profile(b, templates.as_deref(), f);
            }
            let schools = blocks
                .into_iter()
                .filter_map(|b| Some(SchoolConfig { school: b.school, intake: b.intake?, delivery: b.delivery? }))
                .collect();
            let warnings = std::mem::take(&mut f.warnings);
            Some(Self { path: path.to_owned(), store_url: store_url?, templates, schools, warnings })
        })
    }

    /// The school of this UAI, in any case.
    pub fn school(&self, uai: &str) -> Option<&SchoolConfig> {
        self.schools.iter().find(|s| s.school.uai.eq_ignore_ascii_case(uai.trim()))
    }

    /// The schools that `--school UAI` names (in any case); all where it is not given.
    ///
    /// # Errors
    /// No school has this UAI: a sentence that lists those there are.
    pub fn chosen(&self, uai: Option<&str>) -> anyhow::Result<Vec<&SchoolConfig>> {
        let Some(uai) = uai.map(str::trim) else { return Ok(self.schools.iter().collect()) };
        let found: Vec<&SchoolConfig> =
            self.schools.iter().filter(|s| s.school.uai.eq_ignore_ascii_case(uai)).collect();
        if found.is_empty() {
            let known: Vec<String> =
                self.schools.iter().map(|s| format!("{} ({})", s.school.uai, s.school.name)).collect();
            anyhow::bail!("no school has the UAI {}; the configuration has {}", value::shown(uai), known.join(", "));
        }
        Ok(found)
    }
}

/// Reads a `school.toml`: one `[[school]]` block without its heading, where `intake` and
/// `delivery` may be absent. A whole configuration with one school will do as well.
///
/// # Errors
/// [`ConfigError`] with every mistake.
pub fn load_school_file(path: &Path) -> Result<School, ConfigError> {
    school_from_text(&read_file(path)?, path)
}

/// A duration as the configuration writes it: `30s`, `5m`, `48h`, `3d`, `2wd`, `3y`.
///
/// # Errors
/// A sentence that names the text and says what to write instead.
pub fn duration(text: &str) -> Result<crate::incident::policy::Delay, String> {
    value::delay(text)
}

/// As [`load_school_file`], from a text that is taken as the content of `path`.
///
/// # Errors
/// [`ConfigError`] with every mistake.
pub fn school_from_text(text: &str, path: &Path) -> Result<School, ConfigError> {
    parse(text, path, Purpose::Reading, |root, f, cx| {
        let mut root = root;
        if !root.has("school") {
            return school::read(root, f, cx).map(|b| b.school);
        }
        let _ = (store(&mut root, f, cx), root.text(f, "templates", "templates"));
        let mut all = blocks(&mut root, f, cx);
        root.finish(f);
        if all.len() > 1 {
            f.wrong(
                &At { line: 1, key: "school".to_owned() },
                "holds several schools; give a file with the one that is meant",
            );
        }
        all.pop().map(|b| b.school)
    })
}

fn blocks(root: &mut Section<'_>, f: &mut Findings<'_>, cx: Context<'_>) -> Vec<school::Block> {
    let sections = root.sections(f, "school");
    if sections.is_empty() && !root.has("school") {
        let what = "is missing; add a block headed `[[school]]` (`passerelle init` prints one to fill in)";
        f.wrong(&At { line: 1, key: "school".to_owned() }, what);
    }
    sections.into_iter().filter_map(|s| school::read(s, f, cx)).collect()
}

fn store(root: &mut Section<'_>, f: &mut Findings<'_>, cx: Context<'_>) -> Option<StoreUrl> {
    let mut section = root.section(f, "store").unwrap_or_else(|| Section::absent("store", 1));
    let written = section.has("url");
    let url = section.parsed(f, "url", "sqlite:passerelle.db", |t| StoreUrl::parse(t, cx.base));
    section.finish(f);
    match url {
        Some(found) => Some(found.value),
        None if written => None,
        None => StoreUrl::parse("sqlite:passerelle.db", cx.base).ok(),
    }
}

/// A profile is built in, or a folder of the operator's.
fn known_profile(b: &school::Block, templates: Option<&Path>, f: &mut Findings<'_>) {
    let name = &b.school.profile;
    let own = templates.is_some_and(|dir| dir.join(name).join("profile.toml").is_file());
    if !own && !BUILTIN.contains(&name.as_str()) {
        let at = At { line: b.at.line, key: "school.profile".to_owned() };
        let known = BUILTIN.join(", ");
        f.wrong(&at, format!("there is no profile `{name}`; {known} come with the program, others are folders of `templates` with a `profile.toml`"));
    }
}

/// Two schools must not share what tells them apart.
fn refuse_twins(blocks: &[school::Block], f: &mut Findings<'_>) {
    for (n, b) in blocks.iter().enumerate() {
        for earlier in blocks.iter().take(n) {
            let mut twin = |key: &str, what: String| {
                f.wrong(
                    &At { line: b.at.line, key: format!("school.{key}") },
                    format!("{what} is that of the school at line {} too; each school has its own", earlier.at.line),
                );
            };
            if b.school.uai == earlier.school.uai {
                twin("uai", format!("`{}`", b.school.uai));
            }
            if b.school.mailbox == earlier.school.mailbox {
                twin("mailbox", format!("`{}`", b.school.mailbox));
            }
            let same_intake = match (&b.intake, &earlier.intake) {
                (Some(Intake::Imap(x)), Some(Intake::Imap(y))) => {
                    (&x.host, x.port, &x.user, &x.folder) == (&y.host, y.port, &y.user, &y.folder)
                }
                (Some(Intake::Maildir { path: x, .. }), Some(Intake::Maildir { path: y, .. })) => x == y,
                _ => false,
            };
            if same_intake {
                twin("intake", "this mailbox".to_owned());
            }
        }
    }
}

fn read_file(path: &Path) -> Result<String, ConfigError> {
    let fail = |what: String| ConfigError {
        file: path.display().to_string(),
        problems: vec![Problem { line: 0, key: String::new(), what }],
    };
    let bytes = std::fs::read(path)
        .map_err(|e| fail(format!("cannot be read: {e}; `passerelle init` prints a configuration to start from")))?;
    String::from_utf8(bytes).map_err(|e| {
        let line = e.as_bytes().iter().take(e.utf8_error().valid_up_to()).filter(|b| **b == b'\n').count() + 1;
        fail(format!("line {line} is not UTF-8; save the file with that encoding"))
    })
}

/// Parses `text`, lets `build` read it, and gives its result or every mistake.
fn parse<T>(
    text: &str,
    path: &Path,
    purpose: Purpose,
    build: impl FnOnce(Section<'_>, &mut Findings<'_>, Context<'_>) -> Option<T>,
) -> Result<T, ConfigError> {
    let file = path.display().to_string();
    let mut f = Findings::new(text);
    let (table, errors) = DeTable::parse_recoverable(text);
    if !errors.is_empty() {
        for e in errors.iter().take(20) {
            let line = f.line(e.span().map_or(0, |s| s.start));
            f.wrong(&At { line, key: String::new() }, format!("is not TOML here: {}", e.message().replace('\n', ", ")));
        }
        return Err(ConfigError { file, problems: f.problems });
    }
    let parent = path.parent().unwrap_or(Path::new(""));
    let base = std::path::absolute(if parent.as_os_str().is_empty() { Path::new(".") } else { parent })
        .unwrap_or_else(|_| parent.to_owned());
    let root = Section::new("", 1, table.get_ref(), &f);
    let built = build(root, &mut f, Context { base: &base, purpose });
    let mut problems = f.problems;
    problems.sort_by_key(|p| p.line);
    match built {
        Some(value) if problems.is_empty() => Ok(value),
        _ => {
            if problems.is_empty() {
                problems.push(Problem {
                    line: 1,
                    key: String::new(),
                    what: "holds no usable configuration".to_owned(),
                });
            }
            Err(ConfigError { file, problems })
        }
    }
}

impl StoreUrl {
    /// Checks a store's URL; a relative SQLite path counts from `base`.
    ///
    /// # Errors
    /// A sentence that says what to write.
    pub fn parse(text: &str, base: &Path) -> Result<Self, String> {
        let t = text.trim();
        if t.starts_with("postgres://") || t.starts_with("postgresql://") {
            return Ok(Self(t.to_owned()));
        }
        let Some(rest) = t.strip_prefix("sqlite:") else {
            let scheme = t.split_once(':').map_or(t, |(s, _)| s);
            return Err(format!(
                "{} is no store that we know; write \"sqlite:passerelle.db\" or \"postgres://user@host/database\"",
                value::shown(scheme)
            ));
        };
        let rest = rest.strip_prefix("//").unwrap_or(rest);
        if rest.is_empty() || rest == ":memory:" {
            return Err("a store in memory would forget everything; write \"sqlite:passerelle.db\"".to_owned());
        }
        if rest.contains('?') {
            return Err(
                "a file's name stands after `sqlite:`, without parameters; write \"sqlite:passerelle.db\"".to_owned()
            );
        }
        let url = format!("sqlite:{}", base.join(rest).display());
        Ok(Self(url))
    }

    /// The URL itself, password included: for the connection only.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for StoreUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let plain = self.0.split_once("://").and_then(|(scheme, rest)| {
            let (login, host) = rest.split_once('@')?;
            Some(format!("{scheme}://{}@{host}", login.split(':').next().unwrap_or_default()))
        });
        f.write_str(plain.as_deref().unwrap_or(&self.0))
    }
}

impl fmt::Debug for StoreUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "StoreUrl({self})")
    }
}

impl Problem {
    /// `file:line: key: what is wrong; what to do`.
    pub fn in_file(&self, file: &str) -> String {
        let mut line = file.to_owned();
        if self.line > 0 {
            line.push_str(&format!(":{}", self.line));
        }
        line.push_str(": ");
        if !self.key.is_empty() {
            line.push_str(&format!("{}: ", self.key));
        }
        line + &self.what
    }
}

impl fmt::Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let lines: Vec<String> = self.problems.iter().map(|p| p.in_file(&self.file)).collect();
        match lines.as_slice() {
            [one] => f.write_str(one),
            many => write!(f, "{} mistakes in the configuration:\n  {}", many.len(), many.join("\n  ")),
        }
    }
}

impl std::error::Error for ConfigError {}
