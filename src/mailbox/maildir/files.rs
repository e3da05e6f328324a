//! The files of a Maildir; all of it blocking.

use std::collections::HashSet;
use std::fs::{self, File};
use std::io::{self, Read as _};
use std::os::unix::fs::DirBuilderExt as _;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

/// The beginning of a message that is too large: headers and first text, in bytes.
const HEAD: u64 = 64 * 1024;

/// A message's file.
#[derive(Debug, Clone)]
pub(super) struct Found {
    pub unique: String,
    pub path: PathBuf,
    pub is_new: bool,
    modified: SystemTime,
}

/// A message that was read.
#[derive(Debug)]
pub(super) struct Read {
    pub unique: String,
    pub bytes: Vec<u8>,
    /// Its size, where `bytes` is only its beginning.
    pub too_large: Option<u64>,
}

/// Where the files are.
#[derive(Debug)]
pub(super) struct Files {
    root: PathBuf,
    done: Option<PathBuf>,
    max_size: u64,
}

impl Files {
    pub fn new(root: PathBuf, done_folder: Option<String>, max_size: u64) -> Self {
        // A separator would lead elsewhere; Maildir++ nests with dots.
        let done = done_folder.map(|name| root.join(format!(".{}", name.replace(['/', '\\'], "."))));
        Self { root, done, max_size }
    }

    pub fn path(&self) -> &Path {
        &self.root
    }

    pub fn done_folder(&self) -> Option<&Path> {
        self.done.as_deref()
    }

    /// Makes what is missing.
    pub fn make(&self) -> io::Result<()> {
        make(&self.root)?;
        if let Some(done) = &self.done {
            make(done)?;
            // Tells mail programs and delivery agents that this is a sub-folder (Maildir++).
            File::create(done.join("maildirfolder"))?;
        }
        Ok(())
    }

    /// What is in new/, in cur/ if `cur`, and `extra`, oldest first.
    pub fn list(&self, cur: bool, extra: Vec<PathBuf>) -> io::Result<Vec<Found>> {
        let mut found = Vec::new();
        for entry in fs::read_dir(self.root.join("new"))? {
            found.extend(file(entry?.path(), true));
        }
        if cur {
            for entry in fs::read_dir(self.root.join("cur"))? {
                found.extend(file(entry?.path(), false));
            }
        } else {
            found.extend(extra.into_iter().filter_map(|path| file(path, false)));
        }
        found.sort_by(|a, b| (a.modified, &a.unique).cmp(&(b.modified, &b.unique)));
        let mut seen = HashSet::new();
        found.retain(|f| seen.insert(f.unique.clone()));
        Ok(found)
    }

    /// Reads files until `enough` bytes are read; how many were looked at, and what was in them. A
    /// file that went away, or cannot be read, is left out: the next reconciliation finds it again.
    pub fn read(&self, files: &[Found], enough: usize) -> (usize, Vec<Read>) {
        let mut bytes = 0;
        let mut taken = 0;
        let mut all = Vec::new();
        for found in files {
            if bytes >= enough {
                break;
            }
            taken += 1;
            let read = match self.read_one(&found.path) {
                // A mail program moved it between listing and reading.
                Err(e) if e.kind() == io::ErrorKind::NotFound => match self.locate(&found.unique) {
                    Some(path) => self.read_one(&path),
                    None => continue,
                },
                other => other,
            };
            match read {
                Ok((content, too_large)) => {
                    bytes += content.len();
                    all.push(Read { unique: found.unique.clone(), bytes: content, too_large });
                }
                Err(error) => tracing::warn!(path = %found.path.display(), %error, "a message cannot be read"),
            }
        }
        (taken, all)
    }

    fn read_one(&self, path: &Path) -> io::Result<(Vec<u8>, Option<u64>)> {
        let file = File::open(path)?;
        let size = file.metadata()?.len();
        let whole = size <= self.max_size;
        let length = if whole { size } else { HEAD.min(size) };
        let mut bytes = Vec::with_capacity(usize::try_from(length).unwrap_or(0));
        file.take(length).read_to_end(&mut bytes)?;
        Ok((bytes, (!whole).then_some(size)))
    }

    /// The path of a message in new/ or cur/.
    fn locate(&self, unique: &str) -> Option<PathBuf> {
        if !is_plain(unique) {
            return None;
        }
        let cur = self.root.join("cur");
        [self.root.join("new").join(unique), cur.join(format!("{unique}:2,")), cur.join(format!("{unique}:2,S"))]
            .into_iter()
            .find(|path| path.exists())
            .or_else(|| {
                fs::read_dir(&cur).ok()?.flatten().map(|e| e.path()).find(|p| unique_name(p).as_deref() == Some(unique))
            })
    }

    /// new/ → cur/, unseen. What is not in new/ any more has been moved by somebody.
    pub fn settle(&self, unique: &str) -> io::Result<()> {
        if !is_plain(unique) {
            return Ok(());
        }
        let from = self.root.join("new").join(unique);
        gone_is_fine(fs::rename(from, self.root.join("cur").join(format!("{unique}:2,"))))
    }

    /// Into the done folder, flags kept.
    pub fn done(&self, unique: &str) -> io::Result<()> {
        let Some(done) = &self.done else { return Ok(()) };
        let Some(from) = self.locate(unique) else { return Ok(()) };
        let name = from.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_else(|| unique.to_owned());
        let name = if name.contains(':') { name } else { format!("{name}:2,") };
        let to = done.join("cur").join(name);
        match fs::rename(&from, &to) {
            Err(e) if e.kind() == io::ErrorKind::NotFound => {
                make(done)?;
                gone_is_fine(fs::rename(&from, &to))
            }
            other => other,
        }
    }

    /// All files of the folder and the done folder, newest first.
    fn everything(&self) -> Vec<Found> {
        let mut all = Vec::new();
        for folder in [Some(&self.root), self.done.as_ref()].into_iter().flatten() {
            for sub in ["new", "cur"] {
                let Ok(entries) = fs::read_dir(folder.join(sub)) else { continue };
                all.extend(entries.flatten().filter_map(|e| file(e.path(), sub == "new")));
            }
        }
        all.sort_by_key(|f| std::cmp::Reverse(f.modified));
        all
    }

    /// The files whose header `name` (lower case) holds one of `values`; only the newest such if
    /// `one` is enough.
    pub fn find_header(&self, name: &str, values: &[String], one: bool) -> io::Result<Vec<PathBuf>> {
        let mut found = Vec::new();
        for f in self.everything() {
            let mut head = Vec::new();
            let Ok(file) = File::open(&f.path) else { continue };
            if file.take(HEAD).read_to_end(&mut head).is_err() {
                continue;
            }
            if header(&head, name).is_some_and(|v| values.iter().any(|value| v.contains(value.as_str()))) {
                found.push(f.path);
                if one {
                    break;
                }
            }
        }
        Ok(found)
    }

    /// Deletes messages for good; how many there were.
    pub fn delete(&self, unique: &HashSet<String>) -> io::Result<usize> {
        let mut deleted = 0;
        for f in self.everything().into_iter().filter(|f| unique.contains(&f.unique)) {
            gone_is_fine(fs::remove_file(&f.path))?;
            deleted += 1;
        }
        Ok(deleted)
    }
}

fn make(maildir: &Path) -> io::Result<()> {
    // Mail is its reader's alone, whatever the umask.
    let folder = |sub: &&str| fs::DirBuilder::new().recursive(true).mode(0o700).create(maildir.join(sub));
    ["tmp", "new", "cur"].iter().try_for_each(folder)
}

/// Whether a name, which may come from a store, names a file of this folder and nothing else.
fn is_plain(unique: &str) -> bool {
    !unique.is_empty() && !unique.starts_with('.') && !unique.contains(['/', '\\', '\0'])
}

/// A message's unique name: the file's, up to the flags. Names that begin with a dot are not messages.
pub(super) fn unique_name(path: &Path) -> Option<String> {
    let name = path.file_name()?.to_string_lossy();
    let unique = name.split(':').next()?;
    is_plain(unique).then(|| unique.to_owned())
}

fn file(path: PathBuf, is_new: bool) -> Option<Found> {
    let unique = unique_name(&path)?;
    let metadata = fs::metadata(&path).ok().filter(fs::Metadata::is_file)?;
    let modified = metadata.modified().unwrap_or(SystemTime::UNIX_EPOCH);
    Some(Found { unique, path, is_new, modified })
}

/// Somebody else was faster: no error.
pub(super) fn gone_is_fine(result: io::Result<()>) -> io::Result<()> {
    match result {
        Err(e) if e.kind() == io::ErrorKind::NotFound => Ok(()),
        other => other,
    }
}

/// The value of a header, unfolded.
fn header(head: &[u8], name: &str) -> Option<String> {
    let mut value: Option<String> = None;
    for line in head.split(|b| *b == b'\n') {
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        if line.is_empty() {
            break;
        }
        let text = String::from_utf8_lossy(line);
        match &mut value {
            Some(value) if text.starts_with([' ', '\t']) => value.push_str(text.trim()),
            Some(_) => break,
            None => {
                if let Some((n, v)) = text.split_once(':')
                    && n.trim_end().eq_ignore_ascii_case(name)
                {
                    value = Some(v.trim().to_owned());
                }
            }
        }
    }
    value
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_header_is_found_in_the_head_only_and_unfolded() {
        let mail = b"From: a@b\r\nx-Passerelle-OWN:\r\n tok\r\nTo: c@d\r\n\r\nMessage-ID: <x@y>\r\n";
        assert_eq!(header(mail, "x-passerelle-own").as_deref(), Some("tok"));
        assert_eq!(header(mail, "message-id"), None);
        assert_eq!(header(b"", "to"), None);
    }

    #[test]
    fn a_name_from_outside_leads_nowhere() {
        for bad in ["", ".", "../x", "a/b", ".hidden"] {
            assert!(!is_plain(bad), "{bad}");
        }
        assert_eq!(unique_name(Path::new("/m/cur/123.a:2,RS")).as_deref(), Some("123.a"));
    }
}
