//! A folder on an IMAP server.
//!
//! The cursor is UIDVALIDITY and UID, never \Seen nor dates: a person may read, flag or answer in
//! the same mailbox. Messages are fetched one at a time with BODY.PEEK[], so memory holds one of
//! them and nothing on the server changes. Any error ends the session; the caller opens a new one.

mod check;
mod exchange;
mod names;
mod session;

use std::collections::{HashMap, HashSet, VecDeque};
use std::path::PathBuf;
use std::time::Duration;

use async_trait::async_trait;

use self::exchange::{Answer, ExchangeError};
use self::session::Session;
use super::{Cursor, Fetched, Mailbox, MailboxError, MessageKey};
use crate::net::Endpoint;

/// The beginning of a message that is too large: headers and first text, in bytes.
const HEAD: u32 = 64 * 1024;
/// How many messages' sizes are asked for at once.
const SIZES_AT_ONCE: usize = 200;
/// How many UIDs one command names at most: servers take at least 8,000 bytes a line (RFC 7162, 4).
const UIDS_PER_COMMAND: usize = 400;
/// How many of the last messages are looked through for our own copy where the server's search
/// finds nothing.
const LAST_LOOKED_THROUGH: u32 = 300;
/// A message's bytes are expected to arrive at this rate at least, in bytes per second.
const SLOWEST: u64 = 16 * 1024;

/// How the connection is protected.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ImapTls {
    /// TLS from the first byte (`imaps://`).
    Implicit,
    /// STARTTLS, required.
    StartTls,
    /// None; refused unless the server is on this very machine.
    Plain,
}

/// Time limits.
#[derive(Debug, Clone, Copy)]
pub struct ImapLimits {
    /// Each step of connecting, each command. A large message has longer, by its size.
    pub step: Duration,
    /// How long one IDLE lasts before it is renewed: well under the 29 minutes of RFC 2177, and
    /// short enough that mail which a server forgot to announce is found.
    pub idle: Duration,
    /// How often a server without IDLE is asked.
    pub poll: Duration,
}

impl Default for ImapLimits {
    fn default() -> Self {
        Self { step: Duration::from_secs(60), idle: Duration::from_secs(4 * 60), poll: Duration::from_secs(15) }
    }
}

/// Where and how to read mail.
#[derive(Clone)]
pub struct ImapConfig {
    /// Host name or address, as in the certificate.
    pub host: String,
    /// TCP port.
    pub port: u16,
    /// How the connection is protected.
    pub tls: ImapTls,
    /// User.
    pub user: String,
    /// Password; appears in no log and no error.
    pub password: String,
    /// Folder to read, `INBOX` mostly; in plain Unicode.
    pub folder: String,
    /// Where handled messages are moved, made if missing; in plain Unicode.
    pub done_folder: Option<String>,
    /// PEM file of a private authority, trusted besides the public ones.
    pub ca_file: Option<PathBuf>,
    /// Larger messages are not read whole, in bytes.
    pub max_message_size: u64,
    /// Time limits.
    pub limits: ImapLimits,
}

impl std::fmt::Debug for ImapConfig {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ImapConfig").field("mailbox", &self.name()).field("tls", &self.tls).finish_non_exhaustive()
    }
}

impl ImapConfig {
    /// The mailbox's stable name: URL with user and folder, without password.
    pub fn name(&self) -> String {
        let scheme = if self.tls == ImapTls::Implicit { "imaps" } else { "imap" };
        format!("{scheme}://{}@{}/{}", self.user, self.endpoint(), self.folder)
    }

    fn endpoint(&self) -> Endpoint {
        Endpoint { host: self.host.clone(), port: self.port }
    }
}

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

    /// Runs a command that puts messages into `done_folder`; makes the folder where it is missing.
    async fn move_to_done_folder(&mut self, line: String, folder: &str) -> Result<(), MailboxError> {
        match self.run(line.clone()).await {
            Ok(_) => return Ok(()),
            Err(ExchangeError::Refused { .. }) => {}
            Err(e) => return Err(self.error("move", &e)),
        }
        // Not every server says TRYCREATE; CREATE of a folder that exists is a harmless NO.
        let made = self.run(format!("CREATE {}", names::folder(folder))).await;
        if made.is_ok() {
            // Mail programs show subscribed folders only.
            let _ = self.run(format!("SUBSCRIBE {}", names::folder(folder))).await;
        }
        match (self.run(line).await, made) {
            (Ok(_), _) => Ok(()),
            (Err(ExchangeError::Refused { text, .. }), Err(create)) => {
                Err(MailboxError::Folder { folder: folder.to_owned(), text: format!("{text} (CREATE: {create})") })
            }
            (Err(ExchangeError::Refused { text, .. }), _) => {
                Err(MailboxError::Folder { folder: folder.to_owned(), text })
            }
            (Err(e), _) => Err(self.error("move", &e)),
        }
    }

    /// Searches the selected folder for a header; where the search finds nothing, looks through the
    /// last messages too: not every server's search knows every header.
    async fn header_here(&mut self, header: &str, value: &str) -> Result<Vec<u32>, MailboxError> {
        match self.run(format!("UID SEARCH HEADER {header} {}", names::quoted(value))).await {
            Ok(answer) => {
                let found = answer.found();
                if !found.is_empty() {
                    return Ok(found);
                }
            }
            Err(ExchangeError::Refused { .. }) => {}
            Err(e) => return Err(self.error("search", &e)),
        }
        let all = self.run("UID SEARCH ALL".to_owned()).await.map_err(|e| self.error("search", &e))?.found();
        let skip = all.len().saturating_sub(LAST_LOOKED_THROUGH as usize);
        let last: Vec<u32> = all.into_iter().skip(skip).collect();
        let mut found = Vec::new();
        for set in names::uid_sets(&last, UIDS_PER_COMMAND) {
            let line = format!("UID FETCH {set} (UID BODY.PEEK[HEADER.FIELDS ({header})])");
            let answer = self.run(line).await.map_err(|e| self.error("headers", &e))?;
            let bears = |body: &[u8]| String::from_utf8_lossy(body).contains(value);
            found.extend(answer.fetched().filter_map(|f| f.uid.filter(|_| f.body.as_deref().is_some_and(bears))));
        }
        Ok(found)
    }

    /// Selects `done_folder`, if there is one on the server.
    async fn enter_done_folder(&mut self, command: &str) -> Result<bool, MailboxError> {
        let Some(folder) = self.config.done_folder.clone() else { return Ok(false) };
        self.elsewhere = true;
        match self.run(format!("{command} {}", names::folder(&folder))).await {
            Ok(_) => Ok(true),
            Err(ExchangeError::Refused { .. }) => Ok(false),
            Err(e) => Err(self.error("select", &e)),
        }
    }

    /// Back to the folder itself. A failed SELECT leaves none selected (RFC 9051, 6.3.2), so this
    /// runs after every visit elsewhere, successful or not.
    async fn back(&mut self) -> Result<(), MailboxError> {
        let validity = open_folder(&mut self.session, &self.config, "SELECT", &self.config.folder).await?;
        // What arrived while we were elsewhere is announced as the folder's state, not as news.
        self.news = true;
        if validity == self.validity {
            self.elsewhere = false;
            Ok(())
        } else {
            Err(MailboxError::Connection(format!("{}: UIDVALIDITY changed", self.name)))
        }
    }

    /// Where a caller gave up waiting in the middle of a visit elsewhere, UIDs would be another
    /// folder's: back first.
    async fn home(&mut self) -> Result<(), MailboxError> {
        if self.elsewhere { self.back().await } else { Ok(()) }
    }

    /// Deletes for good in the selected folder; how many there were.
    async fn delete_here(&mut self, uids: &[u32]) -> Result<usize, MailboxError> {
        let mut uids = uids.to_vec();
        uids.sort_unstable();
        uids.dedup();
        let mut deleted = 0;
        for set in names::uid_sets(&uids, UIDS_PER_COMMAND) {
            let there = self.run(format!("UID SEARCH UID {set}")).await.map_err(|e| self.error("search", &e))?.found();
            if there.is_empty() {
                continue;
            }
            let expunge = if self.session.has("UIDPLUS") { format!("UID EXPUNGE {set}") } else { "EXPUNGE".to_owned() };
            for line in [format!("UID STORE {set} +FLAGS.SILENT (\\Deleted)"), expunge] {
                self.run(line).await.map_err(|e| self.error("delete", &e))?;
            }
            deleted += there.len();
        }
        Ok(deleted)
    }
}

async fn open_folder(
    session: &mut Session,
    config: &ImapConfig,
    command: &str,
    folder: &str,
) -> Result<u32, MailboxError> {
    let refused = |text: String| MailboxError::Folder { folder: folder.to_owned(), text };
    let line = format!("{command} {}", names::folder(folder));
    let answer = session.exchange(line, config.limits.step).await.map_err(|e| match e {
        ExchangeError::Refused { text, .. } => refused(text),
        ExchangeError::Lost(text) => MailboxError::Connection(format!("{}: {text}", config.name())),
    })?;
    answer.validity().ok_or_else(|| refused("the server gives it no UIDVALIDITY".to_owned()))
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
