//! Mail into Maildirs: the embedded alternative to SMTP, for the demo, for tries, and for schools
//! whose mail server reads the same disk.
//!
//! A file's name is made from the recipient and the bytes, so a mail that is delivered again after a
//! crash finds itself there already: exactly once, without asking anybody.

use std::collections::{HashMap, HashSet};
use std::fs::{self, DirBuilder, File};
use std::io::{self, Write};
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use async_trait::async_trait;
use sha2::{Digest, Sha256};

use super::{Envelope, Outcome, Transport};
use crate::address::Address;
use crate::failpoint;

/// How the names of our files end.
const SUFFIX: &str = ".passerelle";

/// Whether a delivery outlives a power cut.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Durability {
    /// File and folder are synced before it counts as sent.
    Synced,
    /// The system writes when it likes.
    Lazy,
}

/// One Maildir per recipient, in one folder.
#[derive(Debug, Clone)]
pub struct MaildirTransport {
    dir: Arc<Path>,
    durability: Durability,
    /// What each Maildir holds of ours, as far as it was looked into.
    delivered: Arc<Mutex<HashMap<PathBuf, HashSet<u128>>>>,
}

impl MaildirTransport {
    /// Delivers into `dir/<address>/`; what is missing is made. Each mail is on the disk before it
    /// counts as sent.
    pub fn new(dir: PathBuf) -> Self {
        Self { dir: dir.into(), durability: Durability::Synced, delivered: Arc::default() }
    }

    /// The same without waiting for the disk, where a power cut may lose mail: the demo, tests.
    pub fn lazy(dir: PathBuf) -> Self {
        Self { dir: dir.into(), durability: Durability::Lazy, delivered: Arc::default() }
    }

    /// The Maildir of `address`.
    pub fn maildir_of(&self, address: &Address) -> PathBuf {
        self.dir.join(folder_name(address))
    }

    fn deliver(&self, from: &Address, to: &Address, bytes: &[u8]) -> io::Result<()> {
        let maildir = self.maildir_of(to);
        let identity = identity(to, bytes);
        let name = format!("{identity:032x}{SUFFIX}");
        {
            // What an earlier run of the program delivered is read once for each Maildir; looking
            // into a large one at each mail would cost more than the delivery.
            let mut delivered = self.delivered.lock().unwrap_or_else(PoisonError::into_inner);
            let here = delivered.entry(maildir.clone()).or_insert_with(|| ours_in(&maildir));
            if here.contains(&identity) {
                return Ok(());
            }
        }
        self.write_somehow(&maildir, &name, from, to, bytes)?;
        let mut delivered = self.delivered.lock().unwrap_or_else(PoisonError::into_inner);
        delivered.entry(maildir).or_default().insert(identity);
        Ok(())
    }

    fn write_somehow(&self, maildir: &Path, name: &str, from: &Address, to: &Address, bytes: &[u8]) -> io::Result<()> {
        match self.write(maildir, name, from, to, bytes) {
            // The Maildir is made when the first mail comes, not looked for at each.
            Err(e) if e.kind() == io::ErrorKind::NotFound => {
                for sub in ["tmp", "new", "cur"] {
                    private_folder(&maildir.join(sub))?;
                }
                self.sync(&self.dir)?;
                self.sync(maildir)?;
                self.write(maildir, name, from, to, bytes)
            }
            other => other,
        }
    }

    fn write(&self, maildir: &Path, name: &str, from: &Address, to: &Address, bytes: &[u8]) -> io::Result<()> {
        let tmp = maildir.join("tmp").join(name);
        let new = maildir.join("new");
        failpoint::hit(failpoint::FILE_WRITE);
        let mut file = File::options().write(true).create(true).truncate(true).mode(0o600).open(&tmp)?;
        // As a delivery agent does (RFC 5321, 4.4); in one write with the mail.
        let head = format!("Return-Path: <{from}>\r\nDelivered-To: {to}\r\n");
        file.write_all(&[head.as_bytes(), bytes].concat())?;
        if self.durability == Durability::Synced {
            file.sync_data()?;
        }
        drop(file);
        fs::rename(&tmp, new.join(name))?;
        failpoint::hit(failpoint::FILE_NAMED);
        self.sync(&new)
    }

    fn sync(&self, folder: &Path) -> io::Result<()> {
        match self.durability {
            Durability::Synced => File::open(folder)?.sync_all(),
            Durability::Lazy => Ok(()),
        }
    }
}

/// The mails of ours that are in a Maildir, wherever a mail program has put them within it.
fn ours_in(maildir: &Path) -> HashSet<u128> {
    ["new", "cur"]
        .iter()
        .filter_map(|sub| fs::read_dir(maildir.join(sub)).ok())
        .flat_map(|entries| entries.flatten())
        .filter_map(|entry| {
            let name = entry.file_name();
            let unique = name.to_str()?.split(':').next()?;
            u128::from_str_radix(unique.strip_suffix(SUFFIX)?, 16).ok()
        })
        .collect()
}

/// Mail is its reader's alone, whatever the umask.
fn private_folder(path: &Path) -> io::Result<()> {
    DirBuilder::new().recursive(true).mode(0o700).create(path)
}

/// An address as the name of a folder: nothing in it leads elsewhere or hides.
fn folder_name(address: &Address) -> String {
    let safe: String =
        address.as_str().chars().map(|c| if matches!(c, '/' | '\\' | ':' | '\0') { '_' } else { c }).collect();
    if safe.starts_with('.') { format!("_{safe}") } else { safe }
}

/// The same mail to the same recipient has the same number, which becomes its file's name.
fn identity(to: &Address, bytes: &[u8]) -> u128 {
    let mut hash = Sha256::new();
    hash.update(to.as_str().as_bytes());
    hash.update(b"\0");
    hash.update(bytes);
    hash.finalize().iter().take(16).fold(0, |n, byte| n << 8 | u128::from(*byte))
}

#[async_trait]
impl Transport for MaildirTransport {
    async fn send(&self, envelope: &Envelope, bytes: &[u8]) -> Outcome {
        let this = self.clone();
        let envelope = envelope.clone();
        let bytes = bytes.to_vec();
        let delivered = tokio::task::spawn_blocking(move || {
            // Our own copy last: where it stands, the recipient's stands too. The other way round a
            // crash in between would leave evidence of a mail that nobody got.
            this.deliver(&envelope.from, &envelope.to, &bytes)?;
            match envelope.own_copy.as_ref().filter(|own| **own != envelope.to) {
                Some(own) => this.deliver(&envelope.from, own, &bytes),
                None => Ok(()),
            }
        })
        .await;
        match delivered {
            Ok(Ok(())) => Outcome::Sent,
            // Delivered again it would only find itself there: no fate is unknown here.
            Ok(Err(e)) => Outcome::Retry(format!("{}: {e}", self.dir.display())),
            Err(e) => Outcome::Retry(format!("{}: {e}", self.dir.display())),
        }
    }

    /// The disk writes what many wait for at once.
    fn side_by_side(&self) -> usize {
        16
    }

    async fn check(&self) -> Result<String, String> {
        let dir = Arc::clone(&self.dir);
        let tried = tokio::task::spawn_blocking(move || {
            private_folder(&dir)?;
            let probe = dir.join(".passerelle-check");
            fs::write(&probe, b"")?;
            fs::remove_file(&probe)
        })
        .await;
        match tried {
            Ok(Ok(())) => Ok(format!("Maildirs in {}", self.dir.display())),
            Ok(Err(e)) => Err(format!("{}: {e}; the program must be allowed to write there", self.dir.display())),
            Err(e) => Err(format!("{}: {e}", self.dir.display())),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_names_one_folder_and_no_other_place() {
        let name = |a: &str| folder_name(&Address::parse(a).unwrap());
        assert_eq!(name("Cesame@Region.test"), "cesame@region.test");
        assert_eq!(name("../../x@y.test"), "_.._.._x@y.test");
        assert_eq!(name("a/b@y.test"), "a_b@y.test");
    }

    #[test]
    fn a_mail_to_another_or_with_other_bytes_is_another_mail() {
        let a = Address::parse("a@x.test").unwrap();
        let b = Address::parse("b@x.test").unwrap();
        assert_eq!(identity(&a, b"m"), identity(&a, b"m"));
        assert_ne!(identity(&a, b"m"), identity(&b, b"m"));
        assert_ne!(identity(&a, b"m"), identity(&a, b"n"));
    }
}
