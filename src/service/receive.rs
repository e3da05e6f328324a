//! Mailbox -> store: the raw bytes are kept before anything else happens.

use std::collections::HashMap;
use std::sync::Mutex;
use std::time::Duration;

use anyhow::Context as _;
use tokio::sync::Notify;

use super::Office;
use crate::mailbox::{Cursor, Fetched, Mailbox, MailboxError, MessageKey};
use crate::message::{Message, parse};
use crate::store::{NewMessage, StoreError};

/// Messages, and bytes, that are kept in one transaction at most.
const BATCH: usize = 128;
const BATCH_BYTES: usize = 8_000_000;

/// Why receiving stopped.
#[derive(Debug, thiserror::Error)]
pub enum ReceiveError {
    /// The mailbox: open it anew.
    #[error(transparent)]
    Mailbox(#[from] MailboxError),
    /// The store: what cannot be kept is not fetched.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// The cursor of a mailbox, from the store.
///
/// # Errors
/// Where the store cannot be read.
pub async fn cursor(office: &Office, mailbox: &str) -> anyhow::Result<Cursor> {
    office.store.cursor(mailbox).await.with_context(|| format!("the cursor of {mailbox}"))
}

/// Keeps every message that the store lacks. Gives their number.
///
/// # Errors
/// [`ReceiveError`]; what was kept before stays kept, the rest is found again.
pub async fn receive(office: &Office, mailbox: &mut dyn Mailbox, moves: bool) -> Result<usize, ReceiveError> {
    let mut total = 0;
    loop {
        let mut batch: Vec<NewMessage> = Vec::new();
        let mut bytes = 0;
        let mut more = true;
        while batch.len() < BATCH && bytes < BATCH_BYTES {
            let Some(fetched) = mailbox.next().await? else {
                more = false;
                break;
            };
            let new = new_message(office, fetched, moves);
            bytes += new.raw.len();
            batch.push(new);
        }
        if !batch.is_empty() {
            let inserted = office.store.insert_messages(&batch).await?;
            office.health.intake_seen(office.clock.now());
            total += inserted.iter().filter(|i| i.fresh).count();
            for (_, new) in inserted.iter().zip(&batch).filter(|(i, _)| i.refused) {
                office.parsed.take(&new.key);
            }
            let keys: Vec<&MessageKey> = batch.iter().map(|new| &new.key).collect();
            mailbox.all_stored(&keys).await?;
            office.to_process.notify_one();
            office.parsed.wait_for_room().await;
        }
        if !more {
            office.health.intake_well(office.clock.now());
            return Ok(total);
        }
    }
}

fn new_message(office: &Office, fetched: Fetched, moves: bool) -> NewMessage {
    let (key, raw, size) = match fetched {
        Fetched::Whole { key, raw } => {
            let size = raw.len() as u64;
            (key, raw, size)
        }
        Fetched::TooLarge { key, size, head } => (key, head, size),
    };
    let parsed = parse::parse(&raw);
    let from = parsed.from.as_ref().map_or_else(String::new, |p| match &p.address {
        Some(a) => a.to_string(),
        None => p.name.clone(),
    });
    let new = NewMessage {
        school: office.school.uai.clone(),
        key,
        message_id: parsed.message_id.clone(),
        content_hash: parsed.content_hash.clone(),
        from,
        subject: parsed.subject.clone(),
        received_at: office.clock.now(),
        raw,
        size,
        to_move: moves,
    };
    // Parsed once: processing, which follows at once, finds it here.
    office.parsed.keep(&new.key, parsed);
    new
}

/// Moves messages that have ended to the `done_folder`.
///
/// # Errors
/// [`ReceiveError`]; what was not moved is tried again.
pub async fn settle(office: &Office, mailbox: &mut dyn Mailbox, name: &str) -> Result<usize, ReceiveError> {
    let mut moved = 0;
    loop {
        let ended = office.store.needs_done(name, 100).await?;
        if ended.is_empty() {
            return Ok(moved);
        }
        for (_, key) in &ended {
            mailbox.done(key).await?;
        }
        moved += ended.len();
        let ids: Vec<_> = ended.iter().map(|(id, _)| *id).collect();
        office.store.mark_moved(&ids).await?;
    }
}

/// Messages parsed at their arrival, until they are processed: at most a few hundred.
#[derive(Default)]
pub struct Parsed {
    messages: Mutex<HashMap<MessageKey, Message>>,
    taken: Notify,
}

/// Messages that are kept parsed.
const PARSED: usize = 2 * BATCH;
/// How long intake lets processing catch up. Should processing stand still, intake goes on.
const CATCH_UP: Duration = Duration::from_millis(200);

impl Parsed {
    fn keep(&self, key: &MessageKey, message: Message) {
        let size: usize = message.attachments.iter().map(|a| a.data.len()).sum();
        if let Ok(mut map) = self.messages.lock()
            && map.len() < PARSED
            && size < 1_000_000
        {
            map.insert(key.clone(), message);
        }
    }

    /// Takes a message out, if it is there.
    pub fn take(&self, key: &MessageKey) -> Option<Message> {
        let found = self.messages.lock().ok()?.remove(key);
        self.taken.notify_one();
        found
    }

    /// Waits until there is room for a batch, but not for ever: a message that finds none is parsed
    /// twice, no more.
    async fn wait_for_room(&self) {
        let room = async {
            while self.messages.lock().is_ok_and(|map| map.len() + BATCH > PARSED) {
                self.taken.notified().await;
            }
        };
        // Either way intake goes on.
        let _ = tokio::time::timeout(CATCH_UP, room).await;
    }
}
