//! The school's loops in this process: Maildirs, a clock of our own, a network that fails on demand.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use passerelle::cli::site::MaildirIntake;
use passerelle::clock::{Clock, ManualClock};
use passerelle::config::{Config, Texts};
use passerelle::mailbox::{Cursor, Mailbox, MailboxError};
use passerelle::service::Office;
use passerelle::service::run::{self, Intake, Post};
use passerelle::store::Store;
use passerelle::transport::maildir::MaildirTransport;
use passerelle::transport::{Envelope, Outcome, Transport};

/// What goes wrong for one recipient.
#[derive(Debug, Clone)]
pub enum Wire {
    /// Refused for good, in the server's words.
    Refused(String),
    /// Not now.
    Busy(String),
    /// Not now, said after this long on a real clock.
    BusyAfter(std::time::Duration, String),
    /// Delivered, but the server's word got lost.
    CutAfter,
    /// Not delivered, and nobody knows.
    CutBefore,
}

/// Maildirs behind a network that may fail.
pub struct Wires {
    inner: MaildirTransport,
    rules: Mutex<HashMap<String, Wire>>,
    /// As Outlook's servers do it.
    replaces_ids: AtomicBool,
    replaced: AtomicU32,
}

impl Wires {
    /// From now on every mail gets another Message-ID on its way, as Outlook's servers do it.
    pub fn replace_ids(&self) {
        self.replaces_ids.store(true, Ordering::SeqCst);
    }

    /// The bytes as they arrive.
    fn on_the_way(&self, bytes: &[u8]) -> Vec<u8> {
        if !self.replaces_ids.load(Ordering::SeqCst) {
            return bytes.to_vec();
        }
        let text = String::from_utf8(bytes.to_vec()).unwrap();
        let at = text.find("Message-ID: <").expect("our mail has a Message-ID");
        let end = at + text[at..].find('>').unwrap();
        let n = self.replaced.fetch_add(1, Ordering::SeqCst);
        format!("{}Message-ID: <exchange{n}@outlook.test{}", &text[..at], &text[end..]).into_bytes()
    }

    /// From now on, for this recipient; `*`: for all, and the server does not answer either.
    pub fn set(&self, recipient: &str, wire: Option<Wire>) {
        let mut rules = self.rules.lock().unwrap();
        match wire {
            Some(wire) => rules.insert(recipient.to_owned(), wire),
            None => rules.remove(recipient),
        };
    }
}

#[async_trait]
impl Transport for Wires {
    async fn send(&self, envelope: &Envelope, bytes: &[u8]) -> Outcome {
        let rule = {
            let rules = self.rules.lock().unwrap();
            rules.get("*").or_else(|| rules.get(envelope.to.as_str())).cloned()
        };
        let bytes = &self.on_the_way(bytes);
        match rule {
            None => self.inner.send(envelope, bytes).await,
            Some(Wire::Refused(words)) => Outcome::Failed(words),
            Some(Wire::Busy(words)) => Outcome::Retry(words),
            Some(Wire::BusyAfter(wait, words)) => {
                tokio::time::sleep(wait).await;
                Outcome::Retry(words)
            }
            Some(Wire::CutBefore) => Outcome::Unknown("connection lost".to_owned()),
            Some(Wire::CutAfter) => {
                self.inner.send(envelope, bytes).await;
                Outcome::Unknown("connection lost".to_owned())
            }
        }
    }

    async fn check(&self) -> Result<String, String> {
        if self.rules.lock().unwrap().contains_key("*") {
            return Err("smtp.lycee.test:587: connection refused".to_owned());
        }
        self.inner.check().await
    }
}

/// The school's mailbox, which may be out of reach.
pub struct Door {
    inner: MaildirIntake,
    shut: AtomicBool,
}

#[async_trait]
impl Intake for Door {
    fn name(&self) -> String {
        self.inner.name()
    }

    fn moves(&self) -> bool {
        self.inner.moves()
    }

    async fn open(&self, cursor: Cursor) -> Result<Box<dyn Mailbox>, MailboxError> {
        if self.shut.load(Ordering::Relaxed) {
            return Err(MailboxError::Connection("connection refused".to_owned()));
        }
        self.inner.open(cursor).await
    }
}

/// The loops, driven by hand.
pub struct Inside {
    post: Post,
    door: Arc<Door>,
    /// The network.
    pub wires: Arc<Wires>,
    /// The clock.
    pub clock: ManualClock,
    /// One Maildir per recipient, the school's own among them.
    pub mail: PathBuf,
}

impl Inside {
    /// The school of `config`, whose intake and delivery are in the folder `mail`.
    pub async fn start(config: &Config, store: Store, clock: ManualClock, mail: &Path) -> Self {
        let school = config.schools[0].school.clone();
        let texts = Texts::load(None, &school).unwrap();
        let wires = Arc::new(Wires {
            inner: MaildirTransport::lazy(mail.to_owned()),
            rules: Mutex::default(),
            replaces_ids: AtomicBool::default(),
            replaced: AtomicU32::default(),
        });
        let own = mail.join(school.mailbox.as_str());
        for sub in ["tmp", "new", "cur"] {
            std::fs::create_dir_all(own.join(sub)).unwrap();
        }
        let limit = school.policy.max_message_size;
        let told: Arc<dyn Clock> = Arc::new(clock.clone());
        let office = Office::new(school, texts.profile, texts.templates, store, told, wires.clone());
        let inner = MaildirIntake { path: own, done_folder: None, limit };
        let door = Arc::new(Door { inner, shut: AtomicBool::new(false) });
        Self { post: Post { office, intake: door.clone() }, door, wires, clock, mail: mail.to_owned() }
    }

    /// The loops' own office and mailbox, to be run otherwise than by hand.
    pub fn post(&self) -> &Post {
        &self.post
    }

    /// Puts a mail into the school's mailbox.
    pub fn arrive(&self, raw: &[u8], number: u32) {
        let own = self.mail.join(self.post.office.school.mailbox.as_str());
        let name = format!("arrived.{number:05}");
        std::fs::write(own.join("tmp").join(&name), raw).unwrap();
        std::fs::rename(own.join("tmp").join(&name), own.join("new").join(&name)).unwrap();
    }

    /// The school's mailbox is out of reach, or is reached again.
    pub fn shut(&self, shut: bool) {
        self.door.shut.store(shut, Ordering::Relaxed);
    }

    /// Until nothing moves at this moment of the clock.
    pub async fn settle(&self) {
        if self.door.shut.load(Ordering::Relaxed) {
            assert!(run::once(&self.post).await.is_err(), "the mailbox is out of reach");
            return;
        }
        let office = &self.post.office;
        let new = self.mail.join(office.school.mailbox.as_str()).join("new");
        for _ in 0..20 {
            run::once(&self.post).await.unwrap();
            let due = office.store.next_due_at(&office.school.uai).await.unwrap();
            let unread = std::fs::read_dir(&new).unwrap().next().is_some();
            if !unread && due.is_none_or(|at| at > self.clock.now()) {
                return;
            }
        }
        panic!("the school's mail never comes to rest");
    }

    /// What everybody but the school itself received since they last looked; it then counts as read.
    pub fn look(&self) -> Vec<(String, Vec<u8>)> {
        let mut found = Vec::new();
        for person in std::fs::read_dir(&self.mail).unwrap().flatten() {
            let owner = person.file_name().to_string_lossy().into_owned();
            if owner == self.post.office.school.mailbox.as_str() {
                continue;
            }
            for mail in std::fs::read_dir(person.path().join("new")).into_iter().flatten().flatten() {
                found.push((mail.metadata().unwrap().modified().unwrap(), owner.clone(), mail.path()));
            }
        }
        found.sort();
        let read = |(_, owner, path): (_, String, PathBuf)| {
            let raw = std::fs::read(&path).unwrap();
            std::fs::remove_file(path).unwrap();
            (owner, raw)
        };
        found.into_iter().map(read).collect()
    }

    /// Everything that everybody but the school itself received.
    pub fn boxes(&self) -> Vec<(String, Vec<u8>)> {
        let mut found = Vec::new();
        for person in std::fs::read_dir(&self.mail).unwrap().flatten() {
            let owner = person.file_name().to_string_lossy().into_owned();
            if owner == self.post.office.school.mailbox.as_str() {
                continue;
            }
            for mail in std::fs::read_dir(person.path().join("new")).into_iter().flatten().flatten() {
                let written = mail.metadata().unwrap().modified().unwrap();
                found.push((written, owner.clone(), std::fs::read(mail.path()).unwrap()));
            }
        }
        found.sort();
        found.into_iter().map(|(_, owner, raw)| (owner, raw)).collect()
    }
}
