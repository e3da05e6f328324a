//! What lies in people's Maildirs: they read it there, and answer what they find.

use std::collections::{BTreeMap, HashSet};
use std::ffi::OsString;
use std::path::{Path, PathBuf};

use anyhow::Context as _;

use crate::message::{Message, parse};

/// A mail of ours in somebody's Maildir.
#[derive(Debug)]
pub(super) struct Mail {
    /// Whose Maildir.
    pub(super) to: String,
    /// Where.
    pub(super) path: PathBuf,
    /// What kind it says it is.
    pub(super) kind: String,
    /// As its reader sees it.
    pub(super) message: Message,
}

impl Mail {
    /// The reference of the incident that it is about.
    pub(super) fn reference(&self) -> Option<&str> {
        self.message.marks.passerelle_incident.as_deref()
    }
}

/// Everybody's Maildir but our own.
pub(super) struct People {
    dir: PathBuf,
    /// Folder of our own mailbox.
    own: OsString,
    seen: HashSet<PathBuf>,
    /// In the order in which they arrived.
    mails: Vec<Mail>,
}

impl People {
    pub(super) fn new(dir: PathBuf, own: &str) -> Self {
        Self { dir, own: own.into(), seen: HashSet::new(), mails: Vec::new() }
    }

    /// Looks for mail that has arrived since the last look; several at once in the order of their
    /// kinds and readers, since they were sent side by side.
    pub(super) fn look(&mut self) -> anyhow::Result<&[Mail]> {
        let before = self.mails.len();
        for folder in entries(&self.dir)? {
            if folder.file_name() == Some(&self.own) {
                continue;
            }
            for path in entries(&folder.join("new"))? {
                if !self.seen.contains(&path) {
                    self.mails.push(read(&folder, &path)?);
                    self.seen.insert(path);
                }
            }
        }
        let fresh = self.mails.get_mut(before..).unwrap_or_default();
        fresh.sort_by_key(|m| (rank(&m.kind), m.message.subject.clone(), m.to.clone()));
        Ok(fresh)
    }

    /// The newest mail of `kind` in the Maildir of `who` whose subject holds `about`, in any case.
    pub(super) fn newest(&self, who: &str, kind: &str, about: &str) -> Option<&Mail> {
        self.mails.iter().rev().find(|m| m.to == who && m.kind == kind && holds(&m.message.subject, about))
    }

    /// The reference that somebody finds in the newest mail whose subject holds `about`.
    pub(super) fn reference(&self, who: &str, about: &str) -> Option<&str> {
        let mut mails = self.mails.iter().rev().filter(|m| m.to == who && holds(&m.message.subject, about));
        mails.find_map(Mail::reference)
    }

    /// Takes a mail away: it bounced, so it never arrived.
    pub(super) fn take_away(&mut self, path: &Path) -> anyhow::Result<()> {
        self.mails.retain(|m| m.path != path);
        std::fs::remove_file(path).with_context(|| format!("{}", path.display()))
    }

    /// Mails by reader, and of each kind how many.
    pub(super) fn counts(&self) -> BTreeMap<&str, BTreeMap<&str, usize>> {
        let mut all: BTreeMap<&str, BTreeMap<&str, usize>> = BTreeMap::new();
        for mail in &self.mails {
            *all.entry(&mail.to).or_default().entry(&mail.kind).or_default() += 1;
        }
        all
    }
}

fn holds(subject: &str, about: &str) -> bool {
    subject.to_lowercase().contains(&about.to_lowercase())
}

/// What is told first of mails that leave together: first to whom it may concern most.
fn rank(kind: &str) -> usize {
    const ORDER: [&str; 12] = [
        "acknowledgement",
        "stranger",
        "answer",
        "ticket",
        "follow_up",
        "progress",
        "resolution_check",
        "proposal",
        "reminder",
        "alert",
        "digest",
        "ticket_copy",
    ];
    ORDER.iter().position(|k| *k == kind).unwrap_or(ORDER.len())
}

fn read(folder: &Path, path: &Path) -> anyhow::Result<Mail> {
    let raw = std::fs::read(path).with_context(|| format!("{}", path.display()))?;
    let message = parse::parse(&raw);
    let to = folder.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let kind = message.marks.passerelle_kind.clone().unwrap_or_default();
    Ok(Mail { to, path: path.to_owned(), kind, message })
}

/// What is in a folder; nothing where there is none yet.
pub(super) fn entries(folder: &Path) -> anyhow::Result<Vec<PathBuf>> {
    let read = match std::fs::read_dir(folder) {
        Ok(read) => read,
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(e) => return Err(e).with_context(|| format!("{}", folder.display())),
    };
    let mut found = Vec::new();
    for entry in read {
        found.push(entry.with_context(|| format!("{}", folder.display()))?.path());
    }
    found.sort();
    Ok(found)
}
