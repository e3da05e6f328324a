//! A store that was restored from a backup meets a mailbox, and people, that went on without it.
//!
//! What it queues for support may have left already, in the life that the backup does not know. Our
//! own copies in the mailbox tell: for as long as that may happen, such mails begin in doubt, and
//! are judged as interrupted ones are.

use jiff::{SignedDuration, Timestamp};

use super::rows::OutboxId;
use super::value::{ms, number, string, text};
use super::{Result, Store, Tx, reads};
use crate::mailbox::MessageKey;

/// How long after a restoration mails begin in doubt: reports that are read anew are confirmed,
/// and deadlines of theirs come, within this.
const IN_DOUBT: SignedDuration = SignedDuration::from_hours(30 * 24);

reads! {
    settle_nothing, as_is;
    /// Where a message lies on its server: the same for every life of a store.
    fn message_key(id: crate::store::MessageNumber) -> Option<MessageKey>;
}

impl Store {
    /// Notes that this store is a backup put back into use; what it had queued for support begins in
    /// doubt. `false`: it is not. To be done under the instance lock.
    ///
    /// # Errors
    /// Where the store cannot be written.
    pub async fn note_restored(&self, now: Timestamp) -> Result<bool> {
        let mut tx = self.begin().await?;
        if tx.run(sqlx::query("DELETE FROM meta WHERE name = 'copied_at'")).await? == 0 {
            tx.rollback().await?;
            return Ok(false);
        }
        let sql = "INSERT INTO meta (name, value) VALUES ('restored_at', $1) \
                   ON CONFLICT (name) DO UPDATE SET value = excluded.value";
        tx.run(sqlx::query(sql).bind(ms(now).to_string())).await?;
        let sql = "UPDATE outbox SET state = 'unknown', unknown_at = $1, claim = NULL \
                   WHERE own_copy = 1 AND state IN ('queued', 'sending')";
        tx.run(sqlx::query(sql).bind(ms(now))).await?;
        tx.commit().await?;
        Ok(true)
    }

    /// May mails have left that this store knows nothing of?
    ///
    /// # Errors
    /// Where the store cannot be read.
    pub async fn is_in_doubt(&self, now: Timestamp) -> Result<bool> {
        let mut conn = self.reader().await?;
        let sql = "SELECT value FROM meta WHERE name = 'restored_at'";
        let row = sqlx::query(sql).fetch_optional(&mut *conn).await.map_err(|e| self.err(e))?;
        let Some(row) = row else { return Ok(false) };
        let at = string(&row, 0)?.parse().ok().and_then(|ms| Timestamp::from_millisecond(ms).ok());
        Ok(at.is_some_and(|at| at.duration_until(now) < IN_DOUBT))
    }
}

impl Tx {
    /// A mail that was just queued may have left already: its fate is looked into first.
    ///
    /// # Errors
    /// Where the store cannot be written.
    pub async fn doubt(&mut self, id: OutboxId, at: Timestamp) -> Result<()> {
        self.settle_mails().await?;
        let sql = "UPDATE outbox SET state = 'unknown', unknown_at = $2 WHERE id = $1 AND state = 'queued'";
        self.run(sqlx::query(sql).bind(id.0).bind(ms(at))).await?;
        Ok(())
    }
}

/// What `Store::note_restored` goes by, written into each copy.
pub(super) async fn mark_copy(conn: &mut sqlx::AnyConnection) -> Result<()> {
    let sql = "INSERT INTO meta (name, value) VALUES ('copied_at', $1) ON CONFLICT (name) DO NOTHING";
    sqlx::query(sql).bind(text("backup")).execute(conn).await?;
    Ok(())
}

async fn message_key(conn: &mut sqlx::AnyConnection, id: crate::store::MessageNumber) -> Result<Option<MessageKey>> {
    let sql = "SELECT b.name, m.validity, m.uid FROM message m JOIN mailbox b ON b.id = m.mailbox WHERE m.id = $1";
    let row = sqlx::query(sql).bind(id.0).fetch_optional(conn).await?;
    row.map(|row| Ok(MessageKey { mailbox: string(&row, 0)?, validity: number(&row, 1)?, uid: string(&row, 2)? }))
        .transpose()
}
