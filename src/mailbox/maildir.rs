//! A Maildir: `new/` and `cur/`; what is being written in `tmp/` is not looked at.
//!
//! A message is known by its unique name, the part before `:`. Once stored it moves from `new/` to
//! `cur/` without the flag S: people who read the same Maildir see it as unread still.

mod files;
mod watch;

use std::collections::{HashSet, VecDeque};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;

use self::files::{Files, Found, Read};
use self::watch::Watch;
use super::{Cursor, Fetched, Mailbox, MailboxError, MessageKey};

/// How often the folder is looked at where the system does not tell of changes.
const POLL: Duration = Duration::from_secs(2);
/// How often it is looked at in any case: network file systems tell of nothing.
const LOOK: Duration = Duration::from_secs(60);
/// Read ahead at most so many messages …
const AHEAD: usize = 32;
/// … and so many bytes, so that memory does not grow with the mailbox.
const AHEAD_BYTES: usize = 1024 * 1024;

/// An open Maildir. See [`Mailbox`].
#[derive(Debug)]
pub struct MaildirMailbox {
    name: String,
    files: Arc<Files>,
    watch: Option<Watch>,
    known: HashSet<String>,
    in_hand: HashSet<String>,
    pending: VecDeque<Found>,
    ahead: VecDeque<Read>,
    /// cur/ has not been listed yet, or the watch may have missed something there.
    cur_unread: bool,
}

impl MaildirMailbox {
    /// Opens the Maildir at `path`; makes it where it is missing. `done_folder` is a Maildir++
    /// sub-folder, `Traités` for `.Traités`. Larger messages than `max_message_size` bytes are not
    /// read whole.
    ///
    /// # Errors
    /// [`MailboxError::Io`] where the folders can be neither found nor made.
    pub async fn open(
        path: PathBuf,
        done_folder: Option<String>,
        max_message_size: u64,
        cursor: Cursor,
    ) -> Result<Self, MailboxError> {
        let name = path.display().to_string();
        let files = Arc::new(Files::new(path.clone(), done_folder, max_message_size));
        let made = Arc::clone(&files);
        blocking(&path, move || made.make()).await?;
        // Before the first look, so that nothing falls between.
        let watch = Watch::new(&path);
        if watch.is_none() {
            tracing::warn!(maildir = name, "the system tells of no changes here; the Maildir is polled");
        }
        Ok(Self {
            name,
            files,
            watch,
            known: cursor.known,
            in_hand: HashSet::new(),
            pending: VecDeque::new(),
            ahead: VecDeque::new(),
            cur_unread: true,
        })
    }

    /// Whether the Maildir at `path` can be read and written; the error says what to do.
    ///
    /// # Errors
    /// What is wrong with it.
    pub async fn check(path: &Path) -> Result<String, String> {
        let files = Files::new(path.to_owned(), None, 0);
        let shown = path.display().to_string();
        blocking(path, move || {
            files.make()?;
            let probe = files.path().join("tmp").join("passerelle-check");
            std::fs::write(&probe, b"")?;
            std::fs::remove_file(&probe)?;
            Ok(files.list(false, Vec::new())?.len())
        })
        .await
        .map(|waiting| format!("{shown}: {waiting} new"))
        .map_err(|e| format!("{e}; the program must be allowed to read and write there"))
    }

    fn key(&self, unique: &str) -> MessageKey {
        MessageKey { mailbox: self.name.clone(), validity: 0, uid: unique.to_owned() }
    }

    /// Lists what the store does not have: new/ always; cur/ at first, and then as the watch tells.
    async fn list(&mut self) -> Result<(), MailboxError> {
        let mut extra = Vec::new();
        let mut cur = self.cur_unread;
        match &self.watch {
            Some(watch) => match watch.arrived_in_cur() {
                Some(paths) => extra = paths,
                None => cur = true,
            },
            None => cur = true,
        }
        // What the watch told is used up: if the caller gives up waiting, all is looked at next time.
        self.cur_unread = true;
        let files = Arc::clone(&self.files);
        let mut found = blocking(self.files.path(), move || files.list(cur, extra)).await?;
        self.cur_unread = false;
        let mut settle = Vec::new();
        found.retain(|f| {
            let known = self.known.contains(&f.unique);
            if known && f.is_new {
                settle.push(f.unique.clone());
            }
            !known && !self.in_hand.contains(&f.unique)
        });
        // Stored, but the program ended before the file was moved.
        for unique in settle {
            self.settle(unique).await?;
        }
        self.pending = found.into();
        Ok(())
    }

    async fn settle(&self, unique: String) -> Result<(), MailboxError> {
        let files = Arc::clone(&self.files);
        blocking(self.files.path(), move || files.settle(&unique)).await
    }
}

/// File work off the runtime's threads.
async fn blocking<T: Send + 'static>(
    path: &Path,
    work: impl FnOnce() -> io::Result<T> + Send + 'static,
) -> Result<T, MailboxError> {
    let trouble = |source| MailboxError::Io { path: path.display().to_string(), source };
    tokio::task::spawn_blocking(work).await.map_err(|e| trouble(io::Error::other(e)))?.map_err(trouble)
}

#[async_trait]
impl Mailbox for MaildirMailbox {
    async fn next(&mut self) -> Result<Option<Fetched>, MailboxError> {
        loop {
            if let Some(read) = self.ahead.pop_front() {
                self.in_hand.insert(read.unique.clone());
                let key = self.key(&read.unique);
                return Ok(Some(match read.too_large {
                    None => Fetched::Whole { key, raw: read.bytes },
                    Some(size) => Fetched::TooLarge { key, size, head: read.bytes },
                }));
            }
            if self.pending.is_empty() {
                self.list().await?;
            }
            if self.pending.is_empty() {
                return Ok(None);
            }
            let batch: Vec<Found> = self.pending.iter().take(AHEAD).cloned().collect();
            let files = Arc::clone(&self.files);
            let (taken, read) = blocking(self.files.path(), move || Ok(files.read(&batch, AHEAD_BYTES))).await?;
            self.pending.drain(..taken.min(self.pending.len()));
            self.ahead.extend(read);
        }
    }

    async fn stored(&mut self, key: &MessageKey) -> Result<(), MailboxError> {
        self.in_hand.remove(&key.uid);
        self.known.insert(key.uid.clone());
        self.settle(key.uid.clone()).await
    }

    async fn all_stored(&mut self, keys: &[&MessageKey]) -> Result<(), MailboxError> {
        let unique: Vec<String> = keys.iter().map(|k| k.uid.clone()).collect();
        for uid in &unique {
            self.in_hand.remove(uid);
            self.known.insert(uid.clone());
        }
        let files = Arc::clone(&self.files);
        blocking(self.files.path(), move || unique.iter().try_for_each(|u| files.settle(u))).await
    }

    async fn done(&mut self, key: &MessageKey) -> Result<(), MailboxError> {
        if self.files.done_folder().is_none() {
            return Ok(());
        }
        let files = Arc::clone(&self.files);
        let unique = key.uid.clone();
        blocking(self.files.path(), move || files.done(&unique)).await
    }

    async fn wait(&mut self, at_most: Duration) -> Result<(), MailboxError> {
        if !self.ahead.is_empty() || !self.pending.is_empty() {
            return Ok(());
        }
        match &self.watch {
            None => tokio::time::sleep(at_most.min(POLL)).await,
            Some(watch) => {
                let _ = tokio::time::timeout(at_most.min(LOOK), watch.changed()).await;
            }
        }
        Ok(())
    }

    async fn reconcile(&mut self) -> Result<usize, MailboxError> {
        self.cur_unread = true;
        self.ahead.clear();
        self.list().await?;
        Ok(self.pending.len())
    }

    async fn has_own_copy(&mut self, token: &str) -> Result<bool, MailboxError> {
        let files = Arc::clone(&self.files);
        let token = token.to_owned();
        blocking(self.files.path(), move || {
            files.find_header("x-passerelle-own", &[token], true).map(|f| !f.is_empty())
        })
        .await
    }

    async fn delete(&mut self, keys: &[MessageKey]) -> Result<usize, MailboxError> {
        let files = Arc::clone(&self.files);
        let unique: HashSet<String> = keys.iter().filter(|k| k.mailbox == self.name).map(|k| k.uid.clone()).collect();
        blocking(self.files.path(), move || files.delete(&unique)).await
    }

    async fn delete_message_ids(&mut self, ids: &[String]) -> Result<usize, MailboxError> {
        let files = Arc::clone(&self.files);
        let values: Vec<String> = ids.iter().map(|id| format!("<{id}>")).collect();
        blocking(self.files.path(), move || {
            let found = files.find_header("message-id", &values, false)?;
            for path in &found {
                files::gone_is_fine(std::fs::remove_file(path))?;
            }
            Ok(found.len())
        })
        .await
    }
}
