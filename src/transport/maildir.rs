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

use super::{Envelope, Outcome, Parcel, Transport};
use crate::address::Address;
use crate::failpoint;

/// How the names of our files end.
const SUFFIX: &str = ".passerelle";
/// Mails that are delivered together.
const AT_ONCE: usize = 256;
/// Files, or folders, that the disk is asked to keep at a time.
const SIDE_BY_SIDE: usize = 16;

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

    /// Delivers `mails` and gives how each ended, by its identity. Each step is taken for all of
    /// them before the next, so that the disk is waited for once and not at each mail; the order of
    /// one mail's steps stays: its bytes are on the disk before it gets its name, and it counts as
    /// delivered when its name is there too.
    async fn deliver(&self, mails: Vec<Delivery>) -> HashMap<u128, Result<(), String>> {
        let mut ended: HashMap<u128, Result<(), String>> = HashMap::new();
        let mut fresh = Vec::new();
        let this = self.clone();
        for (is_there, mail) in one_by_one(mails, move |mail: Delivery| (this.has(&mail), mail)).await {
            let so_far = match &is_there {
                Ok(true) => Ok(()),
                Ok(false) => Err("it was left out".to_owned()),
                Err(e) => Err(e.to_string()),
            };
            // What is asked for twice at once is one file.
            if ended.insert(mail.identity, so_far).is_none() && matches!(is_there, Ok(false)) {
                fresh.push(mail);
            }
        }
        let this = self.clone();
        let write = move |mail: Delivery| (this.within(&mail.maildir, || this.write(&mail)), mail);
        let written = side_by_side(fresh, write).await;
        // All names before the first folder is kept: keeping one keeps the others on most disks.
        let this = self.clone();
        let name = move |(written, mail): (io::Result<()>, Delivery)| (written.and_then(|()| this.name(&mail)), mail);
        let mut named: HashMap<PathBuf, Vec<u128>> = HashMap::new();
        for (done, mail) in one_by_one(written, name).await {
            match done {
                Ok(()) => named.entry(mail.maildir).or_default().push(mail.identity),
                Err(e) => drop(ended.insert(mail.identity, Err(e.to_string()))),
            }
        }
        let this = self.clone();
        let keep = move |(maildir, new): (PathBuf, Vec<u128>)| (this.sync(&maildir.join("new")), maildir, new);
        let kept = side_by_side(named.into_iter().collect(), keep).await;
        let mut delivered = self.delivered.lock().unwrap_or_else(PoisonError::into_inner);
        for (done, maildir, new) in kept {
            let done = done.map_err(|e| e.to_string());
            ended.extend(new.iter().map(|identity| (*identity, done.clone())));
            if done.is_ok() {
                delivered.entry(maildir).or_default().extend(new);
            } else {
                // They have their names, on the disk or not: that is to be looked at again.
                delivered.remove(&maildir);
            }
        }
        ended
    }

    /// Has it been delivered already? What an earlier run of the program delivered is read once for
    /// each Maildir; looking into a large one at each mail would cost more than the delivery.
    fn has(&self, mail: &Delivery) -> io::Result<bool> {
        let mut delivered = self.delivered.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(here) = delivered.get(&mail.maildir) {
            return Ok(here.contains(&mail.identity));
        }
        let here = ours_in(&mail.maildir);
        if !here.is_empty() {
            // That run may have ended before the disk had the names.
            self.sync(&mail.maildir.join("new"))?;
        }
        let is_there = here.contains(&mail.identity);
        delivered.insert(mail.maildir.clone(), here);
        Ok(is_there)
    }

    fn copy_for(&self, to: &Address, parcel: &Arc<Parcel>) -> Delivery {
        let identity = identity(to, &parcel.bytes);
        let name = format!("{identity:032x}{SUFFIX}");
        Delivery { identity, name, maildir: self.maildir_of(to), to: to.clone(), parcel: Arc::clone(parcel) }
    }

    /// Makes what a Maildir lacks.
    fn make(&self, maildir: &Path) -> io::Result<()> {
        for sub in ["tmp", "new", "cur"] {
            private_folder(&maildir.join(sub))?;
        }
        self.sync(&self.dir)?;
        self.sync(maildir)
    }

    /// `work` in a Maildir, which is made when the first mail comes, not looked for at each.
    fn within(&self, maildir: &Path, work: impl Fn() -> io::Result<()>) -> io::Result<()> {
        match work() {
            Err(e) if e.kind() == io::ErrorKind::NotFound => self.make(maildir).and_then(|()| work()),
            other => other,
        }
    }

    /// Writes a mail where nobody reads it yet.
    fn write(&self, mail: &Delivery) -> io::Result<()> {
        failpoint::hit(failpoint::FILE_WRITE);
        let mut file = File::options().write(true).create(true).truncate(true).mode(0o600).open(mail.path_in("tmp"))?;
        // As a delivery agent does (RFC 5321, 4.4); in one write with the mail.
        let Envelope { from, .. } = &mail.parcel.envelope;
        let head = format!("Return-Path: <{from}>\r\nDelivered-To: {}\r\n", mail.to);
        file.write_all(&[head.as_bytes(), &mail.parcel.bytes].concat())?;
        match self.durability {
            Durability::Synced => file.sync_data(),
            Durability::Lazy => Ok(()),
        }
    }

    /// Shows a mail that was written to whoever reads the Maildir.
    fn name(&self, mail: &Delivery) -> io::Result<()> {
        self.within(&mail.maildir, || fs::rename(mail.path_in("tmp"), mail.path_in("new")))?;
        failpoint::hit(failpoint::FILE_NAMED);
        Ok(())
    }

    fn sync(&self, folder: &Path) -> io::Result<()> {
        match self.durability {
            Durability::Synced => File::open(folder)?.sync_all(),
            Durability::Lazy => Ok(()),
        }
    }
}

/// A mail for one Maildir.
#[derive(Debug)]
struct Delivery {
    identity: u128,
    /// The file's name.
    name: String,
    maildir: PathBuf,
    to: Address,
    parcel: Arc<Parcel>,
}

impl Delivery {
    fn path_in(&self, sub: &str) -> PathBuf {
        let mut path = self.maildir.join(sub);
        path.push(&self.name);
        path
    }
}

/// Work that waits for the disk, off the runtime's threads and several at a time: the disk keeps at
/// once what many wait for. The results come in any order; what a task that broke had in hand is
/// not among them.
async fn side_by_side<T, R>(items: Vec<T>, work: impl Fn(T) -> R + Clone + Send + 'static) -> Vec<R>
where
    T: Send + 'static,
    R: Send + 'static,
{
    let mut hands: Vec<Vec<T>> = (0..SIDE_BY_SIDE.min(items.len())).map(|_| Vec::new()).collect();
    let count = hands.len().max(1);
    for (nth, item) in items.into_iter().enumerate() {
        if let Some(hand) = hands.get_mut(nth % count) {
            hand.push(item);
        }
    }
    let task = |hand: Vec<T>| {
        let work = work.clone();
        tokio::task::spawn_blocking(move || hand.into_iter().map(work).collect::<Vec<R>>())
    };
    let mut results = Vec::new();
    for task in hands.into_iter().map(task).collect::<Vec<_>>() {
        results.extend(task.await.unwrap_or_default());
    }
    results
}

/// The same for what waits for nothing.
async fn one_by_one<T, R>(items: Vec<T>, work: impl Fn(T) -> R + Send + 'static) -> Vec<R>
where
    T: Send + 'static,
    R: Send + 'static,
{
    let task = tokio::task::spawn_blocking(move || items.into_iter().map(work).collect());
    task.await.unwrap_or_default()
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
        let parcel = Parcel { envelope: envelope.clone(), bytes: bytes.to_vec() };
        let only = self.send_all(vec![parcel]).await.pop();
        only.unwrap_or_else(|| Outcome::Retry("it was left out".to_owned()))
    }

    async fn send_all(&self, parcels: Vec<Parcel>) -> Vec<Outcome> {
        let (mut first, mut second) = (Vec::with_capacity(parcels.len()), Vec::new());
        // Where each parcel goes: the recipient's Maildir, and our own.
        let mut ways: Vec<(u128, Option<u128>)> = Vec::with_capacity(parcels.len());
        for parcel in parcels.into_iter().map(Arc::new) {
            let Envelope { to, own_copy, .. } = &parcel.envelope;
            let mail = self.copy_for(to, &parcel);
            let own = own_copy.as_ref().filter(|own| *own != to).map(|own| self.copy_for(own, &parcel));
            ways.push((mail.identity, own.as_ref().map(|o| o.identity)));
            second.extend(own.map(|own| (mail.identity, own)));
            first.push(mail);
        }
        let mut ended = self.deliver(first).await;
        // Our own copy last: where it stands, the recipient's stands too. The other way round a
        // crash in between would leave evidence of a mail that nobody got.
        second.retain(|(theirs, _)| ended.get(theirs).is_some_and(Result::is_ok));
        if !second.is_empty() {
            ended.extend(self.deliver(second.into_iter().map(|(_, own)| own).collect()).await);
        }
        let outcome = |(theirs, own): (u128, Option<u128>)| {
            for identity in std::iter::once(theirs).chain(own) {
                match ended.get(&identity) {
                    Some(Ok(())) => {}
                    // Delivered again it would only find itself there: no fate is unknown here.
                    Some(Err(e)) => return Outcome::Retry(format!("{}: {e}", self.dir.display())),
                    None => return Outcome::Retry(format!("{}: it was left out", self.dir.display())),
                }
            }
            Outcome::Sent
        };
        ways.into_iter().map(outcome).collect()
    }

    fn at_once(&self) -> usize {
        AT_ONCE
    }

    /// Those that are delivered together share the disk already.
    fn side_by_side(&self) -> usize {
        1
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
