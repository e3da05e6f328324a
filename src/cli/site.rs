//! Configuration -> what the verbs work with: the store, and one office per school.

use std::path::PathBuf;
use std::sync::Arc;

use anyhow::Context as _;

use crate::clock::Clock;
use crate::config::{Config, Delivery, Intake, SchoolConfig, Texts};
use crate::mailbox::imap::{ImapConfig, ImapMailbox};
use crate::mailbox::maildir::MaildirMailbox;
use crate::mailbox::{Cursor, Mailbox, MailboxError};
use crate::service::Office;
use crate::service::run::{self, Post};
use crate::store::Store;
use crate::transport::Transport;
use crate::transport::maildir::MaildirTransport;
use crate::transport::smtp::SmtpTransport;

/// Opens the store of `config`; makes it where it is missing.
///
/// # Errors
/// As [`Store::open`].
pub async fn open_store(config: &Config) -> anyhow::Result<Store> {
    Ok(Store::open(config.store_url.as_str()).await?)
}

/// The offices of all schools, with their mailboxes.
///
/// # Errors
/// A template, a profile or a word that cannot be used.
pub fn posts(config: &Config, store: &Store, clock: &Arc<dyn Clock>) -> anyhow::Result<Vec<Post>> {
    config.schools.iter().map(|school| post(config, school, store, clock, transport(school))).collect()
}

fn transport(it: &SchoolConfig) -> Arc<dyn Transport> {
    match &it.delivery {
        Delivery::Smtp(smtp) => Arc::new(SmtpTransport::new(smtp.connection(it.school.mailbox.domain()))),
        Delivery::Maildir(dir) => Arc::new(MaildirTransport::new(dir.clone())),
    }
}

/// One school's office and mailbox, whose mail leaves by `transport`.
///
/// # Errors
/// As [`posts`].
pub fn post(
    config: &Config,
    it: &SchoolConfig,
    store: &Store,
    clock: &Arc<dyn Clock>,
    transport: Arc<dyn Transport>,
) -> anyhow::Result<Post> {
    let texts =
        Texts::load(config.templates.as_deref(), &it.school).with_context(|| format!("school {}", it.school.uai))?;
    let limit = it.school.policy.max_message_size;
    let intake: Arc<dyn run::Intake> = match &it.intake {
        Intake::Imap(imap) => Arc::new(ImapIntake(imap.connection(limit))),
        Intake::Maildir { path, done_folder } => {
            Arc::new(MaildirIntake { path: path.clone(), done_folder: done_folder.clone(), limit })
        }
    };
    let office =
        Office::new(it.school.clone(), texts.profile, texts.templates, store.clone(), clock.clone(), transport);
    Ok(Post { office, intake })
}

struct ImapIntake(ImapConfig);

#[async_trait::async_trait]
impl run::Intake for ImapIntake {
    fn name(&self) -> String {
        self.0.name()
    }

    fn moves(&self) -> bool {
        self.0.done_folder.is_some()
    }

    async fn open(&self, cursor: Cursor) -> Result<Box<dyn Mailbox>, MailboxError> {
        Ok(Box::new(ImapMailbox::connect(self.0.clone(), cursor).await?))
    }
}

/// A Maildir as intake.
pub struct MaildirIntake {
    /// Where.
    pub path: PathBuf,
    /// Where handled messages are moved.
    pub done_folder: Option<String>,
    /// `max_message_size`.
    pub limit: u64,
}

#[async_trait::async_trait]
impl run::Intake for MaildirIntake {
    fn name(&self) -> String {
        self.path.display().to_string()
    }

    fn moves(&self) -> bool {
        self.done_folder.is_some()
    }

    async fn open(&self, cursor: Cursor) -> Result<Box<dyn Mailbox>, MailboxError> {
        let (path, done) = (self.path.clone(), self.done_folder.clone());
        Ok(Box::new(MaildirMailbox::open(path, done, self.limit, cursor).await?))
    }
}
