//! What is done in a folder besides reading it: moving, searching a header, deleting, and the visits
//! to `done_folder`.

use super::exchange::ExchangeError;
use super::session::Session;
use super::{ImapConfig, ImapMailbox, UIDS_PER_COMMAND, names};
use crate::mailbox::MailboxError;

/// How many of the last messages are looked through for our own copy where the server's search
/// finds nothing.
const LAST_LOOKED_THROUGH: u32 = 300;

impl ImapMailbox {
    /// Runs a command that puts messages into `done_folder`; makes the folder where it is missing.
    pub(super) async fn move_to_done_folder(&mut self, line: String, folder: &str) -> Result<(), MailboxError> {
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
    pub(super) async fn header_here(&mut self, header: &str, value: &str) -> Result<Vec<u32>, MailboxError> {
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
    pub(super) async fn enter_done_folder(&mut self, command: &str) -> Result<bool, MailboxError> {
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
    pub(super) async fn back(&mut self) -> Result<(), MailboxError> {
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
    pub(super) async fn home(&mut self) -> Result<(), MailboxError> {
        if self.elsewhere { self.back().await } else { Ok(()) }
    }

    /// Deletes for good in the selected folder; how many there were.
    pub(super) async fn delete_here(&mut self, uids: &[u32]) -> Result<usize, MailboxError> {
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

/// Opens a folder; its UIDVALIDITY.
pub(super) async fn open_folder(
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
