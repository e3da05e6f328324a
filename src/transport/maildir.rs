//! Mail into Maildirs: the embedded alternative to SMTP, for the demo, for tries, and for schools
//! whose mail server reads the same disk.
//!
//! A file's name is made from the recipient and the bytes, so a mail that is delivered again after a
//! crash finds itself there already: exactly once, without asking anybody.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use async_trait::async_trait;
use sha2::{Digest, Sha256};

use super::{Envelope, Outcome, Transport};
use crate::address::Address;

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
}

impl MaildirTransport {
    /// Delivers into `dir/<address>/`; what is missing is made. Each mail is on the disk before it
    /// counts as sent.
    pub fn new(dir: PathBuf) -> Self {
        Self { dir: dir.into(), durability: Durability::Synced }
    }

    /// The same without waiting for the disk, where a power cut may lose mail: the demo, tests.
    pub fn lazy(dir: PathBuf) -> Self {
        Self { dir: dir.into(), durability: Durability::Lazy }
    }

    /// The Maildir of `address`.
    pub fn maildir_of(&self, address: &Address) -> PathBuf {
        self.dir.join(folder_name(address))
    }

    fn deliver(&self, from: &Address, to: &Address, bytes: &[u8]) -> io::Result<()> {
        let maildir = self.maildir_of(to);
        let name = file_name(to, bytes);
        if maildir.join("new").join(&name).exists() || is_in_cur(&maildir, &name) {
            return Ok(());
        }
        match self.write(&maildir, &name, from, to, bytes) {
            // The Maildir is made when the first mail comes, not looked for at each.
            Err(e) if e.kind() == io::ErrorKind::NotFound => {
                for sub in ["tmp", "new", "cur"] {
                    fs::create_dir_all(maildir.join(sub))?;
                }
                self.sync(&self.dir)?;
                self.sync(&maildir)?;
                self.write(&maildir, &name, from, to, bytes)
            }
            other => other,
        }
    }

    fn write(&self, maildir: &Path, name: &str, from: &Address, to: &Address, bytes: &[u8]) -> io::Result<()> {
        let tmp = maildir.join("tmp").join(name);
        let new = maildir.join("new");
        let mut file = File::create(&tmp)?;
        // As a delivery agent does (RFC 5321, 4.4); in one write with the mail.
        let head = format!("Return-Path: <{from}>\r\nDelivered-To: {to}\r\n");
        file.write_all(&[head.as_bytes(), bytes].concat())?;
        if self.durability == Durability::Synced {
            file.sync_data()?;
        }
        drop(file);
        fs::rename(&tmp, new.join(name))?;
        self.sync(&new)
    }

    fn sync(&self, folder: &Path) -> io::Result<()> {
        match self.durability {
            Durability::Synced => File::open(folder)?.sync_all(),
            Durability::Lazy => Ok(()),
        }
    }
}

/// Whether a mail program has moved the file to cur/, under whatever flags.
fn is_in_cur(maildir: &Path, name: &str) -> bool {
    let cur = maildir.join("cur");
    // The usual names first: reading a large cur/ for each mail would cost more than the delivery.
    if ["", ":2,", ":2,S"].iter().any(|flags| cur.join(format!("{name}{flags}")).exists()) {
        return true;
    }
    let Ok(entries) = fs::read_dir(cur) else { return false };
    entries.flatten().any(|e| e.file_name().to_string_lossy().split(':').next() == Some(name))
}

/// An address as the name of a folder: nothing in it leads elsewhere or hides.
fn folder_name(address: &Address) -> String {
    let safe: String =
        address.as_str().chars().map(|c| if matches!(c, '/' | '\\' | ':' | '\0') { '_' } else { c }).collect();
    if safe.starts_with('.') { format!("_{safe}") } else { safe }
}

/// The same mail to the same recipient has the same name.
fn file_name(to: &Address, bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    let mut hash = Sha256::new();
    hash.update(to.as_str().as_bytes());
    hash.update(b"\0");
    hash.update(bytes);
    let mut name = String::with_capacity(48);
    for byte in hash.finalize().iter().take(20) {
        // Writing to a String does not fail.
        let _ = write!(name, "{byte:02x}");
    }
    name.push_str(".passerelle");
    name
}

#[async_trait]
impl Transport for MaildirTransport {
    async fn send(&self, envelope: &Envelope, bytes: &[u8]) -> Outcome {
        let this = self.clone();
        let envelope = envelope.clone();
        let bytes = bytes.to_vec();
        let delivered = tokio::task::spawn_blocking(move || {
            // The own copy first: where it stands, the recipient's follows or is delivered again.
            if let Some(own) = envelope.own_copy.as_ref().filter(|own| **own != envelope.to) {
                this.deliver(&envelope.from, own, &bytes)?;
            }
            this.deliver(&envelope.from, &envelope.to, &bytes)
        })
        .await;
        match delivered {
            Ok(Ok(())) => Outcome::Sent,
            // Delivered again it would only find itself there: no fate is unknown here.
            Ok(Err(e)) => Outcome::Retry(format!("{}: {e}", self.dir.display())),
            Err(e) => Outcome::Retry(format!("{}: {e}", self.dir.display())),
        }
    }

    async fn check(&self) -> Result<String, String> {
        let dir = Arc::clone(&self.dir);
        let tried = tokio::task::spawn_blocking(move || {
            fs::create_dir_all(&dir)?;
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
