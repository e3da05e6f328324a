//! A folder on an IMAP server.
//!
//! The cursor is UIDVALIDITY and UID, never \Seen nor dates: a person may read, flag or answer in
//! the same mailbox. Messages are fetched one at a time with BODY.PEEK[], so memory holds one of
//! them and nothing on the server changes. Any error ends the session; the caller opens a new one.

mod check;
mod config;
mod exchange;
mod names;
mod session;
mod visits;

use std::collections::{HashMap, HashSet, VecDeque};
use std::time::Duration;

use async_trait::async_trait;

pub use self::config::{ImapConfig, ImapLimits, ImapTls};
use self::exchange::{Answer, ExchangeError};
use self::session::Session;
use self::visits::open_folder;
use super::{Cursor, Fetched, Mailbox, MailboxError, MessageKey};

/// The beginning of a message that is too large: headers and first text, in bytes.
const HEAD: u32 = 64 * 1024;
/// How many messages' sizes are asked for at once.
const SIZES_AT_ONCE: usize = 200;
/// How many UIDs one command names at most: servers take at least 8,000 bytes a line (RFC 7162, 4).
const UIDS_PER_COMMAND: usize = 400;
/// A message's bytes are expected to arrive at this rate at least, in bytes per second.
const SLOWEST: u64 = 16 * 1024;

/// An open folder. See [`Mailbox`].
#[derive(Debug)]
pub struct ImapMailbox {
    config: ImapConfig,
    name: String,
    session: Session,
    validity: u32,
    /// UIDs that the store has.
    known: HashSet<u32>,
    /// UIDs handed out and not yet stored.
    in_hand: HashSet<u32>,
    /// Highest UID listed.
    listed: u32,
    pending: VecDeque<u32>,
    sizes: HashMap<u32, u64>,
    /// Messages were announced since the last listing began.
    news: bool,
    idles: bool,
    /// Another folder than our own is, or may be, selected.
    elsewhere: bool,
}

impl ImapMailbox {
    /// Connects, logs in and selects the folder.
    ///
    /// A UIDVALIDITY other than the cursor's means that its UIDs say nothing any more: reading starts
    /// from the first message again, and the store tells by content what it has.
    ///
    /// # Errors
    /// [`MailboxError::LogIn`], [`MailboxError::Folder`], [`MailboxError::Connection`].
    pub async fn connect(config: ImapConfig, cursor: Cursor) -> Result<Self, MailboxError> {
        let session = Session::open(&config, |_, _| {}).await?;
        Self::select(session, config, cursor).await
    }

    async fn select(mut session: Session, config: ImapConfig, cursor: Cursor) -> Result<Self, MailboxError> {
        let validity = open_folder(&mut session, &config, "SELECT", &config.folder).await?;
        let (known, listed) = if validity == cursor.validity {
            (cursor.known.iter().filter_map(|uid| uid.parse().ok()).collect(), cursor.last_uid)
        } else {
            if cursor.validity != 0 {
                tracing::warn!(mailbox = config.name(), "UIDVALIDITY changed; the whole folder is read again");
            }
            (HashSet::new(), 0)
        };
        Ok(Self {
            name: config.name(),
            idles: session.has("IDLE"),
            config,
            session,
            validity,
            known,
            in_hand: HashSet::new(),
            listed,
            pending: VecDeque::new(),
            sizes: HashMap::new(),
            news: true,
            elsewhere: false,
        })
    }

    /// Tries each step of reading this mailbox: DNS, TCP, TLS, log-in, folder. The first that fails
    /// is the last told; its error says what to do.
    pub async fn check(config: &ImapConfig) -> Vec<(String, Result<String, String>)> {
        check::check(config).await
    }

    /// UIDVALIDITY of the folder.
    pub fn validity(&self) -> u32 {
        self.validity
    }

    fn key(&self, uid: u32) -> MessageKey {
        MessageKey { mailbox: self.name.clone(), validity: self.validity, uid: uid.to_string() }
    }

    /// The key's UID, if it still means something.
    fn uid_of(&self, key: &MessageKey) -> Option<u32> {
        if key.validity == self.validity && key.mailbox == self.name { key.uid.parse().ok() } else { None }
    }

    async fn run(&mut self, line: String) -> Result<Answer, ExchangeError> {
        self.run_within(line, self.config.limits.step).await
    }

    async fn run_within(&mut self, line: String, limit: Duration) -> Result<Answer, ExchangeError> {
        let answer = self.session.exchange(line, limit).await?;
        self.news |= answer.announces();
        if !self.elsewhere && answer.validity().is_some_and(|v| v != self.validity) {
            return Err(ExchangeError::Lost("UIDVALIDITY changed".to_owned()));
        }
        Ok(answer)
    }

    fn error(&self, what: &str, error: &ExchangeError) -> MailboxError {
        MailboxError::Connection(format!("{}: {what}: {error}", self.name))
    }

    /// A search that sees all that was announced before. What is announced during it may or may not
    /// be in its answer, so that counts as news; so does everything if the caller gives up waiting.
    async fn search(&mut self, what: String) -> Result<Answer, MailboxError> {
        self.news = true;
        let answer = self.run(format!("UID SEARCH {what}")).await.map_err(|e| self.error("search", &e))?;
        self.news = answer.announces();
        Ok(answer)
    }

    /// Lists what came above the highest UID listed.
    async fn list(&mut self) -> Result<(), MailboxError> {
        let Some(from) = self.listed.checked_add(1) else { return Ok(()) };
        let answer = self.search(format!("UID {from}:*")).await?;
        // `*` is the last message even where its UID is below `from` (RFC 9051, 9: seq-range).
        for uid in answer.found().into_iter().filter(|uid| *uid >= from) {
            self.listed = uid;
            if !self.known.contains(&uid) {
                self.pending.push_back(uid);
            }
        }
        Ok(())
    }

    async fn size(&mut self, uid: u32) -> Result<Option<u64>, MailboxError> {
        if !self.sizes.contains_key(&uid) {
            let mut ask: Vec<u32> = self.pending.iter().copied().take(SIZES_AT_ONCE).collect();
            ask.sort_unstable();
            self.sizes.clear();
            for set in names::uid_sets(&ask, UIDS_PER_COMMAND) {
                let line = format!("UID FETCH {set} (UID RFC822.SIZE)");
                let answer = self.run(line).await.map_err(|e| self.error("sizes", &e))?;
                self.sizes.extend(answer.fetched().filter_map(|f| Some((f.uid?, f.size?))));
            }
        }
        Ok(self.sizes.get(&uid).copied())
    }

    /// The bytes of one message, or its first `HEAD`. `None`: it is not there any more, or the
    /// server refuses to hand it out; the next reconciliation asks again.
    async fn bytes(&mut self, uid: u32, size: u64, whole: bool) -> Result<Option<Vec<u8>>, MailboxError> {
        let section = if whole { "BODY.PEEK[]".to_owned() } else { format!("BODY.PEEK[]<0.{HEAD}>") };
        let limit = self.config.limits.step + Duration::from_secs(if whole { size / SLOWEST } else { 0 });
        match self.run_within(format!("UID FETCH {uid} (UID {section})"), limit).await {
            Ok(answer) => Ok(answer.fetched().find(|f| f.uid == Some(uid)).map(|f| f.body.unwrap_or_default())),
            Err(ExchangeError::Refused { text, .. }) => {
                tracing::warn!(mailbox = self.name, uid, text, "the server refuses to hand out a message");
                Ok(None)
            }
            Err(e) => Err(self.error("fetch", &e)),
        }
    }
}

#[async_trait]
impl Mailbox for ImapMailbox {
    async fn next(&mut self) -> Result<Option<Fetched>, MailboxError> {
        self.home().await?;
        loop {
            if self.pending.is_empty() {
                self.list().await?;
            }
            // It leaves the queue only when it is here: the caller may give up waiting.
            let Some(uid) = self.pending.front().copied() else { return Ok(None) };
            let size = self.size(uid).await?;
            let whole = size.is_some_and(|size| size <= self.config.max_message_size);
            let bytes = match size {
                Some(size) => self.bytes(uid, size, whole).await?,
                // Somebody removed the message since it was listed.
                None => None,
            };
            self.pending.pop_front();
            self.sizes.remove(&uid);
            let (Some(size), Some(bytes)) = (size, bytes) else { continue };
            self.in_hand.insert(uid);
            let key = self.key(uid);
            return Ok(Some(if whole {
                Fetched::Whole { key, raw: bytes }
            } else {
                Fetched::TooLarge { key, size, head: bytes }
            }));
        }
    }

    async fn stored(&mut self, key: &MessageKey) -> Result<(), MailboxError> {
        if let Some(uid) = self.uid_of(key) {
            self.in_hand.remove(&uid);
            self.known.insert(uid);
        }
        Ok(())
    }

    async fn done(&mut self, key: &MessageKey) -> Result<(), MailboxError> {
        let (Some(uid), Some(folder)) = (self.uid_of(key), self.config.done_folder.clone()) else { return Ok(()) };
        self.home().await?;
        let target = names::folder(&folder);
        if self.session.has("MOVE") {
            return self.move_to_done_folder(format!("UID MOVE {uid} {target}"), &folder).await;
        }
        let there = self.run(format!("UID SEARCH UID {uid} UNDELETED")).await.map_err(|e| self.error("search", &e))?;
        if there.found() != [uid] {
            return Ok(());
        }
        self.move_to_done_folder(format!("UID COPY {uid} {target}"), &folder).await?;
        let mark = format!("UID STORE {uid} +FLAGS.SILENT (\\Deleted)");
        self.run(mark).await.map_err(|e| self.error("store", &e))?;
        // Without UIDPLUS the message stays, marked: a plain EXPUNGE would remove what others marked.
        if self.session.has("UIDPLUS") {
            self.run(format!("UID EXPUNGE {uid}")).await.map_err(|e| self.error("expunge", &e))?;
        }
        Ok(())
    }

    async fn wait(&mut self, at_most: Duration) -> Result<(), MailboxError> {
        self.home().await?;
        if self.news || !self.pending.is_empty() {
            return Ok(());
        }
        let limits = self.config.limits;
        if self.idles {
            match self.session.idle(at_most.min(limits.idle), limits.step).await {
                Ok(news) => {
                    self.news |= news;
                    return Ok(());
                }
                Err(ExchangeError::Refused { text, .. }) => {
                    tracing::warn!(mailbox = self.name, text, "the server refuses IDLE; it is polled instead");
                    self.idles = false;
                }
                Err(e) => return Err(self.error("IDLE", &e)),
            }
        }
        tokio::time::sleep(at_most.min(limits.poll)).await;
        Ok(())
    }

    async fn reconcile(&mut self) -> Result<usize, MailboxError> {
        self.home().await?;
        let all = self.search("ALL".to_owned()).await?.found();
        if let Some(last) = all.last() {
            self.listed = self.listed.max(*last);
        }
        self.pending = all.into_iter().filter(|uid| !self.known.contains(uid) && !self.in_hand.contains(uid)).collect();
        Ok(self.pending.len())
    }

    async fn has_own_copy(&mut self, token: &str) -> Result<bool, MailboxError> {
        const HEADER: &str = "X-Passerelle-Own";
        self.home().await?;
        if !self.header_here(HEADER, token).await?.is_empty() {
            return Ok(true);
        }
        if self.config.done_folder.is_none() {
            return Ok(false);
        }
        let found = self.enter_done_folder("EXAMINE").await? && !self.header_here(HEADER, token).await?.is_empty();
        self.back().await?;
        Ok(found)
    }

    async fn delete(&mut self, keys: &[MessageKey]) -> Result<usize, MailboxError> {
        self.home().await?;
        let uids: Vec<u32> = keys.iter().filter_map(|key| self.uid_of(key)).collect();
        self.delete_here(&uids).await
    }

    async fn delete_message_ids(&mut self, ids: &[String]) -> Result<usize, MailboxError> {
        const HEADER: &str = "Message-ID";
        self.home().await?;
        let mut deleted = 0;
        for id in ids {
            let found = self.header_here(HEADER, &format!("<{id}>")).await?;
            deleted += self.delete_here(&found).await?;
        }
        if self.config.done_folder.is_some() {
            if self.enter_done_folder("SELECT").await? {
                for id in ids {
                    let found = self.header_here(HEADER, &format!("<{id}>")).await?;
                    deleted += self.delete_here(&found).await?;
                }
            }
            self.back().await?;
        }
        Ok(deleted)
    }
}
