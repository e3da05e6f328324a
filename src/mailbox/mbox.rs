//! SOURCE of a dry run: a folder of .eml, an mbox file, a Maildir; one message in memory at a time.

use std::cmp::Ordering;
use std::fs::File;
use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};

/// More of one message than this (bytes) is left out: text comes first, and memory stays bounded.
const MAX_MESSAGE: usize = 64 << 20;
/// A line longer than this (bytes) is taken in pieces.
const MAX_LINE: usize = 1 << 20;

/// One message of a SOURCE.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mail {
    /// File name (`001.eml`), unique name in a Maildir, or `NAME#0001` in an mbox.
    pub file: String,
    /// Its bytes.
    pub raw: Vec<u8>,
}

/// Why a SOURCE cannot be read. Each says which path.
#[derive(Debug, thiserror::Error)]
pub enum SourceError {
    /// The system refused.
    #[error("{path}")]
    Io {
        /// Which file or folder.
        path: String,
        /// Why.
        source: std::io::Error,
    },
    /// A folder without messages.
    #[error("{path}: neither a Maildir (no `cur` and `new` in it) nor a folder of .eml files{hint}")]
    NoMessages {
        /// Which folder.
        path: String,
        /// What to try, or nothing.
        hint: String,
    },
    /// A file that is neither an mbox nor a mail.
    #[error("{path}: no mbox (it does not begin with a `From ` line); give a folder of .eml, an mbox or a Maildir")]
    NoMbox {
        /// Which file.
        path: String,
    },
}

/// An opened SOURCE: yields its messages in order of arrival.
#[derive(Debug)]
pub struct Source {
    kind: SourceKind,
    files: usize,
}

#[derive(Debug)]
enum SourceKind {
    Files(std::vec::IntoIter<(String, PathBuf)>),
    Mbox(Box<Mbox<BufReader<File>>>),
}

impl Source {
    /// Opens `path`: a Maildir (`cur` and `new`), a folder with .eml in it (ordered by name, numbers
    /// by value), an mbox file, or a single .eml.
    ///
    /// # Errors
    /// [`SourceError`] where it is none of these or cannot be read.
    pub fn open(path: &Path) -> Result<Self, SourceError> {
        let shown = path.display().to_string();
        let io = |source| SourceError::Io { path: shown.clone(), source };
        let meta = std::fs::metadata(path).map_err(io)?;
        if meta.is_dir() {
            let files =
                if path.join("cur").is_dir() && path.join("new").is_dir() { maildir(path)? } else { folder(path)? };
            return Ok(Self { files: files.len(), kind: SourceKind::Files(files.into_iter()) });
        }
        let name = path.file_name().map_or_else(|| shown.clone(), |n| n.to_string_lossy().into_owned());
        let mut reader = BufReader::with_capacity(1 << 16, File::open(path).map_err(io)?);
        let is_mbox = begins_like_mbox(&mut reader).map_err(io)?;
        if is_mbox {
            return Ok(Self { files: 0, kind: SourceKind::Mbox(Box::new(Mbox::new(reader, name, shown))) });
        }
        if has_eml_suffix(&name) {
            let one = vec![(name, path.to_path_buf())];
            return Ok(Self { files: 1, kind: SourceKind::Files(one.into_iter()) });
        }
        Err(SourceError::NoMbox { path: shown })
    }

    /// Number of messages where it is known beforehand (not for an mbox).
    pub fn known_len(&self) -> Option<usize> {
        match self.kind {
            SourceKind::Files(_) => Some(self.files),
            SourceKind::Mbox(_) => None,
        }
    }
}

impl Iterator for Source {
    type Item = Result<Mail, SourceError>;

    fn next(&mut self) -> Option<Self::Item> {
        match &mut self.kind {
            SourceKind::Mbox(mbox) => mbox.next(),
            SourceKind::Files(files) => {
                let (file, path) = files.next()?;
                let read = || -> std::io::Result<Vec<u8>> {
                    let mut raw = Vec::new();
                    File::open(&path)?.take(MAX_MESSAGE as u64).read_to_end(&mut raw)?;
                    Ok(raw)
                };
                Some(match read() {
                    Ok(raw) => Ok(Mail { file, raw }),
                    Err(source) => Err(SourceError::Io { path: path.display().to_string(), source }),
                })
            }
        }
    }
}

fn has_eml_suffix(name: &str) -> bool {
    name.len() > 4 && name.to_ascii_lowercase().ends_with(".eml")
}

/// Regular files of a folder as (name, path); hidden ones are left out.
fn files_of(path: &Path) -> Result<Vec<(String, PathBuf)>, SourceError> {
    let io = |source| SourceError::Io { path: path.display().to_string(), source };
    let mut found = Vec::new();
    for entry in std::fs::read_dir(path).map_err(io)? {
        let entry = entry.map_err(io)?;
        let name = entry.file_name().to_string_lossy().into_owned();
        if !name.starts_with('.') && !entry.path().is_dir() {
            found.push((name, entry.path()));
        }
    }
    Ok(found)
}

fn folder(path: &Path) -> Result<Vec<(String, PathBuf)>, SourceError> {
    let mut files = files_of(path)?;
    files.retain(|(name, _)| has_eml_suffix(name));
    if files.is_empty() {
        let inner = path.join("messages");
        let hint = if inner.is_dir() { format!("; did you mean {}?", inner.display()) } else { String::new() };
        return Err(SourceError::NoMessages { path: path.display().to_string(), hint });
    }
    files.sort_by(|a, b| by_name(&a.0, &b.0));
    Ok(files)
}

fn maildir(path: &Path) -> Result<Vec<(String, PathBuf)>, SourceError> {
    let mut files = Vec::new();
    for part in ["cur", "new"] {
        files.extend(files_of(&path.join(part))?);
    }
    for (name, _) in &mut files {
        if let Some((unique, _flags)) = name.split_once(":2,") {
            *name = unique.to_owned();
        }
    }
    files.sort_by(|a, b| delivered(&a.0).cmp(&delivered(&b.0)).then_with(|| a.0.cmp(&b.0)));
    Ok(files)
}

/// Delivery time of a Maildir's unique name: seconds, then the microseconds of an `M` field.
/// Names that bear no time come last.
fn delivered(unique: &str) -> (u64, u64) {
    let mut parts = unique.split('.');
    let seconds = parts.next().and_then(|p| p.parse().ok()).unwrap_or(u64::MAX);
    let micros = parts.next().and_then(|p| p.split_once('M')).map_or(0, |(_, rest)| {
        let digits: String = rest.chars().take_while(char::is_ascii_digit).collect();
        digits.parse().unwrap_or(0)
    });
    (seconds, micros)
}

/// By name, runs of digits by their value: `2.eml` before `10.eml`.
fn by_name(a: &str, b: &str) -> Ordering {
    let (mut x, mut y) = (a, b);
    loop {
        match (x.chars().next(), y.chars().next()) {
            (None, None) => return a.cmp(b),
            (None, _) => return Ordering::Less,
            (_, None) => return Ordering::Greater,
            (Some(c), Some(d)) if c.is_ascii_digit() && d.is_ascii_digit() => {
                let (m, rest_x) = digits(x);
                let (n, rest_y) = digits(y);
                match m.len().cmp(&n.len()).then_with(|| m.cmp(n)) {
                    Ordering::Equal => (x, y) = (rest_x, rest_y),
                    unequal => return unequal,
                }
            }
            (Some(c), Some(d)) if c == d => (x, y) = (&x[c.len_utf8()..], &y[d.len_utf8()..]),
            (Some(c), Some(d)) => return c.cmp(&d),
        }
    }
}

/// The leading digits without zeros before, and what follows.
fn digits(text: &str) -> (&str, &str) {
    let end = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    let (run, rest) = text.split_at(end);
    (run.trim_start_matches('0'), rest)
}

/// Looks past blank lines without consuming anything but them.
fn begins_like_mbox(reader: &mut impl BufRead) -> std::io::Result<bool> {
    loop {
        let buffer = reader.fill_buf()?;
        let blank = buffer.iter().take_while(|b| matches!(b, b'\r' | b'\n')).count();
        if buffer.is_empty() {
            return Ok(true);
        }
        if blank < buffer.len() {
            reader.consume(blank);
            let rest = reader.fill_buf()?;
            return Ok(rest.starts_with(b"From "));
        }
        reader.consume(blank);
    }
}

/// Messages of an mbox file (RFC 4155; quoting as mboxrd, of which mboxo is the usual case).
#[derive(Debug)]
struct Mbox<R> {
    reader: R,
    name: String,
    path: String,
    number: usize,
    line: Vec<u8>,
    ahead: Vec<u8>,
    done: bool,
}

impl<R: BufRead> Mbox<R> {
    fn new(reader: R, name: String, path: String) -> Self {
        Self { reader, name, path, number: 0, line: Vec::new(), ahead: Vec::new(), done: false }
    }

    /// Moves one line forward: `line` is the current one, `ahead` the one after it.
    fn step(&mut self) -> std::io::Result<()> {
        std::mem::swap(&mut self.line, &mut self.ahead);
        self.ahead.clear();
        self.reader.by_ref().take(MAX_LINE as u64).read_until(b'\n', &mut self.ahead)?;
        Ok(())
    }

    fn read(&mut self) -> std::io::Result<Option<Vec<u8>>> {
        if self.number == 0 {
            self.step()?;
            self.step()?;
        }
        if self.line.is_empty() {
            return Ok(None);
        }
        // The current line is the separator that ended the message before, or begins the file.
        self.step()?;
        let mut raw = Vec::new();
        let mut after_blank = false;
        while !self.line.is_empty() {
            if after_blank && self.line.starts_with(b"From ") && is_header(&self.ahead) {
                break;
            }
            after_blank = matches!(self.line.as_slice(), b"\n" | b"\r\n");
            let line = unquoted(&self.line);
            if raw.len() + line.len() <= MAX_MESSAGE {
                raw.extend_from_slice(line);
            }
            self.step()?;
        }
        // The blank line before the next separator belongs to the mbox, not to the message.
        for end in [b"\r\n\r\n".as_slice(), b"\n\n"] {
            if after_blank && raw.ends_with(end) {
                raw.truncate(raw.len() - end.len() / 2);
                break;
            }
        }
        Ok(Some(raw))
    }
}

impl<R: BufRead> Iterator for Mbox<R> {
    type Item = Result<Mail, SourceError>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.done {
            return None;
        }
        match self.read() {
            Ok(Some(raw)) => {
                self.number += 1;
                Some(Ok(Mail { file: format!("{}#{:04}", self.name, self.number), raw }))
            }
            Ok(None) => {
                self.done = true;
                None
            }
            Err(source) => {
                self.done = true;
                Some(Err(SourceError::Io { path: self.path.clone(), source }))
            }
        }
    }
}

/// Does a line look like `Name: value`? Tells a separator from a paragraph that begins with "From ",
/// which some writers of mbox files leave unquoted.
fn is_header(line: &[u8]) -> bool {
    let name = line.iter().take_while(|b| b.is_ascii_graphic() && **b != b':').count();
    (name > 0 && line.get(name) == Some(&b':')) || line.starts_with(b">From ")
}

/// A body line without the `>` that protects a "From " at its beginning.
fn unquoted(line: &[u8]) -> &[u8] {
    let marks = line.iter().take_while(|b| **b == b'>').count();
    match line.get(marks..) {
        Some(rest) if marks > 0 && rest.starts_with(b"From ") => &line[1..],
        _ => line,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mails(path: &Path) -> Vec<(String, String)> {
        Source::open(path)
            .unwrap()
            .map(|m| m.unwrap())
            .map(|m| (m.file, String::from_utf8_lossy(&m.raw).into_owned()))
            .collect()
    }

    fn mbox(text: &str) -> Vec<(String, String)> {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("box");
        std::fs::write(&path, text).unwrap();
        mails(&path)
    }

    #[test]
    fn an_mbox_gives_its_messages_unquoted_and_in_order() {
        let found = mbox(
            "From a@b Mon Nov  3 08:00:00 2025\nSubject: one\n\n>From here on\n>>From there\nend\n\n\
             From c@d Mon Nov  3 09:00:00 2025\nSubject: two\n\nbody\n",
        );
        let labels: Vec<&str> = found.iter().map(|m| m.0.as_str()).collect();
        assert_eq!(labels, ["box#0001", "box#0002"]);
        assert_eq!(found[0].1, "Subject: one\n\nFrom here on\n>From there\nend\n");
        assert_eq!(found[1].1, "Subject: two\n\nbody\n");
    }

    #[test]
    fn a_paragraph_that_begins_with_from_does_not_cut_its_message() {
        let found = mbox("From a Mon Nov  3 08:00:00 2025\nSubject: one\n\nHello\n\nFrom my window I see\nthe court\n");
        assert_eq!(found.len(), 1, "{found:?}");
        assert!(found[0].1.contains("From my window"));
    }

    #[test]
    fn line_ends_of_both_kinds_are_kept() {
        let found = mbox("From a b\r\nSubject: one\r\n\r\nx\r\n\r\nFrom c d\r\nSubject: two\r\n\r\ny\r\n");
        assert_eq!(found.len(), 2);
        assert_eq!(found[0].1, "Subject: one\r\n\r\nx\r\n");
    }

    #[test]
    fn an_empty_mbox_holds_no_message() {
        assert!(mbox("").is_empty());
        assert!(mbox("\n\n").is_empty());
    }

    #[test]
    fn a_folder_is_read_by_name_and_only_its_eml() {
        let dir = tempfile::tempdir().unwrap();
        for name in ["10.eml", "2.eml", "1.EML", "notes.txt", ".3.eml"] {
            std::fs::write(dir.path().join(name), name).unwrap();
        }
        let names: Vec<String> = mails(dir.path()).into_iter().map(|m| m.0).collect();
        assert_eq!(names, ["1.EML", "2.eml", "10.eml"]);
        assert_eq!(Source::open(dir.path()).unwrap().known_len(), Some(3));
    }

    #[test]
    fn a_maildir_is_read_by_delivery_time_without_flags_in_the_labels() {
        let dir = tempfile::tempdir().unwrap();
        for part in ["cur", "new", "tmp"] {
            std::fs::create_dir(dir.path().join(part)).unwrap();
        }
        for (part, name) in [
            ("new", "1700000009.M1.host"),
            ("cur", "1700000010.M5.host:2,S"),
            ("cur", "999999999.M1.host:2,RS"),
            ("new", "1700000010.M40.host"),
            ("tmp", "1.M1.host"),
        ] {
            std::fs::write(dir.path().join(part).join(name), "x").unwrap();
        }
        let names: Vec<String> = mails(dir.path()).into_iter().map(|m| m.0).collect();
        assert_eq!(names, ["999999999.M1.host", "1700000009.M1.host", "1700000010.M5.host", "1700000010.M40.host"]);
    }

    #[test]
    fn what_is_no_source_is_refused_with_its_path() {
        let dir = tempfile::tempdir().unwrap();
        let none = Source::open(&dir.path().join("absent")).unwrap_err().to_string();
        assert!(none.contains("absent"), "{none}");
        std::fs::create_dir(dir.path().join("messages")).unwrap();
        let empty = Source::open(dir.path()).unwrap_err().to_string();
        assert!(empty.contains("did you mean") && empty.contains("messages"), "{empty}");
        let file = dir.path().join("a.txt");
        std::fs::write(&file, "hello").unwrap();
        assert!(Source::open(&file).unwrap_err().to_string().contains("a.txt"));
    }

    #[test]
    fn names_are_ordered_by_the_value_of_their_numbers() {
        let mut names = ["b2", "b10", "a", "b02", "é1", "b"];
        names.sort_by(|a, b| by_name(a, b));
        assert_eq!(names, ["a", "b", "b02", "b2", "b10", "é1"]);
    }
}
