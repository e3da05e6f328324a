//! One running instance per store. A killed instance's lock is free at once: the system, or the
//! database server, releases it with the process.

use std::fs::{File, TryLockError};
use std::path::{Path, PathBuf};
use std::time::Duration;

use sqlx::{AnyConnection, Connection};
use tokio::time::sleep;

use super::value::int;
use super::{Backend, Result, Store, StoreError};

/// How often a waiting instance looks.
const LOOK_EVERY: Duration = Duration::from_millis(250);

/// The right to be the one instance that processes and sends. Released when dropped.
#[derive(Debug)]
pub struct InstanceLock(Held);

#[derive(Debug)]
enum Held {
    File { _file: File },
    Session(Box<AnyConnection>),
}

impl InstanceLock {
    /// Is it still ours? A database server that restarted has forgotten it: then stop and lock anew.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] where it is lost.
    pub async fn check(&mut self) -> Result<()> {
        match &mut self.0 {
            Held::File { .. } => Ok(()),
            Held::Session(conn) => conn
                .ping()
                .await
                .map_err(|e| StoreError::Unavailable(format!("the instance lock was lost with its connection: {e}"))),
        }
    }
}

impl Store {
    /// Becomes the one instance. With `wait` it waits for as long as another one runs (may be
    /// cancelled); otherwise it says at once that there is one.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] where another instance runs and `wait` is not set.
    pub async fn lock(&self, wait: bool) -> Result<InstanceLock> {
        loop {
            if let Some(held) = self.try_lock().await? {
                // Whoever held it may have added rows since we last looked.
                self.0.ids.forget();
                return Ok(InstanceLock(held));
            }
            if !wait {
                return Err(StoreError::Conflict(format!(
                    "store {}: another instance of passerelle is at work on it; stop that one first",
                    self.place()
                )));
            }
            sleep(LOOK_EVERY).await;
        }
    }

    async fn try_lock(&self) -> Result<Option<Held>> {
        match (self.backend(), &self.0.file) {
            (Backend::Sqlite, Some(path)) => {
                let file = try_lock_file(&lock_path(path)).map_err(|e| e.at(self.place()))?;
                Ok(file.map(|file| Held::File { _file: file }))
            }
            _ => self.try_lock_session().await,
        }
    }

    /// An advisory lock of a session of its own, for this database and schema.
    async fn try_lock_session(&self) -> Result<Option<Held>> {
        let mut conn = super::open::connect(&self.0.url).await.map_err(|e| e.at(self.place()))?;
        let sql = "SELECT CASE WHEN pg_try_advisory_lock($1, hashtext(CAST(current_schema() AS TEXT))) \
                   THEN 1 ELSE 0 END";
        let row = sqlx::query(sql).bind(KEY).fetch_one(&mut conn).await.map_err(|e| self.err(e))?;
        if int(&row, 0)? == 1 {
            return Ok(Some(Held::Session(Box::new(conn))));
        }
        conn.close().await.map_err(|e| self.err(e))?;
        Ok(None)
    }
}

/// The first of the two numbers of our advisory lock: "pass" in ASCII.
const KEY: i32 = 0x7061_7373;

/// Where the lock of a SQLite store lies.
pub(super) fn lock_path(store: &Path) -> PathBuf {
    let mut path = store.as_os_str().to_owned();
    path.push(".lock");
    PathBuf::from(path)
}

/// Locks a file, without waiting. The file stays when the lock goes: removing it would let two
/// instances lock two files of one name.
pub(super) fn try_lock_file(path: &Path) -> Result<Option<File>> {
    let fail = |e: std::io::Error| StoreError::Unavailable(format!("lock file {}: {e}", path.display()));
    let file = super::open::private().truncate(false).open(path).map_err(fail)?;
    match file.try_lock() {
        Ok(()) => Ok(Some(file)),
        Err(TryLockError::WouldBlock) => Ok(None),
        Err(TryLockError::Error(e)) => Err(fail(e)),
    }
}
