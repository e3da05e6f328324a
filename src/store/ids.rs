//! Keys of new rows, counted in memory: one statement less per row than asking the database.
//!
//! Only the instance that holds the lock adds rows, so it knows the highest keys. Should another
//! program have added some all the same, the primary key refuses the second use, the caller sees
//! [`super::StoreError::Conflict`], and the counters are read again.

use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};

use sqlx::AnyConnection;

use super::Result;
use super::value::int;

/// Tables whose keys are counted here, in the order of the columns of [`HIGHEST`].
#[derive(Debug, Clone, Copy)]
pub(super) enum Table {
    Mailbox,
    Message,
    Incident,
    Report,
    History,
    Outbox,
    Claim,
}

const TABLES: usize = 7;

const HIGHEST: &str = "SELECT t.name, \
    CASE WHEN k.last IS NULL OR k.last < t.last THEN t.last ELSE k.last END AS last \
    FROM (SELECT 0 AS place, 'mailbox' AS name, CAST(COALESCE(MAX(id), 0) AS BIGINT) AS last FROM mailbox \
    UNION ALL SELECT 1, 'message', CAST(COALESCE(MAX(id), 0) AS BIGINT) FROM message \
    UNION ALL SELECT 2, 'incident', CAST(COALESCE(MAX(id), 0) AS BIGINT) FROM incident \
    UNION ALL SELECT 3, 'report', CAST(COALESCE(MAX(id), 0) AS BIGINT) FROM report \
    UNION ALL SELECT 4, 'history', CAST(COALESCE(MAX(id), 0) AS BIGINT) FROM history \
    UNION ALL SELECT 5, 'outbox', CAST(COALESCE(MAX(id), 0) AS BIGINT) FROM outbox \
    UNION ALL SELECT 6, 'claim', CAST(COALESCE(MAX(claim), 0) AS BIGINT) FROM outbox WHERE state = 'sending') t \
    LEFT JOIN key_floor k ON k.name = t.name ORDER BY t.place";

#[derive(Debug, Default)]
pub(super) struct Ids {
    loaded: AtomicBool,
    last: [AtomicI64; TABLES],
}

impl Ids {
    /// Reads the highest keys, unless they are known.
    pub(super) async fn ensure_loaded(&self, conn: &mut AnyConnection) -> Result<()> {
        if self.loaded.load(Ordering::Acquire) {
            return Ok(());
        }
        let rows = sqlx::query(HIGHEST).fetch_all(conn).await?;
        for (place, row) in self.last.iter().zip(&rows) {
            place.fetch_max(int(row, 1)?, Ordering::AcqRel);
        }
        self.loaded.store(true, Ordering::Release);
        Ok(())
    }

    /// Lets the next transaction read the highest keys again.
    pub(super) fn forget(&self) {
        self.loaded.store(false, Ordering::Release);
    }

    /// A key that was never given before.
    pub(super) fn next(&self, table: Table) -> i64 {
        self.last.get(table as usize).map_or(0, |l| l.fetch_add(1, Ordering::AcqRel) + 1)
    }
}
