//! SQL: row <-> type. SQLite and PostgreSQL through one set of portable statements.
//!
//! [`Store`] reads and makes transactions; [`Tx`] writes, and reads what it wrote. What belongs
//! together (reports, incident, history, outbox rows, the message's end) goes through one [`Tx`].
//!
//! * [`open`]: URL -> migrated store; [`lock`]: one running instance
//! * [`messages`], [`incidents`], [`outbox`], [`senders`], [`ledger`]: one module per family of tables
//! * [`rows`]: what the store takes and gives
//! * [`forget`], [`forgotten`]: a person is taken out, and stays out
//! * [`aging`]: what has been kept long enough goes; [`backup`], [`restored`]: a copy while others work, and
//!   what follows where it takes their place
//!
//! SQLite has one writing connection (`BEGIN IMMEDIATE`, so that a transaction never fails half-way
//! for a lock) and a few reading ones. Statement texts are static: they stay prepared.

mod aging;
mod backup;
mod classeur;
mod error;
mod forget;
mod forgotten;
mod ids;
mod incidents;
mod ledger;
mod lock;
mod messages;
mod open;
mod outbox;
mod pending;
mod restored;
mod rows;
mod senders;
mod value;

use std::sync::Arc;

use sqlx::any::AnyArguments;
use sqlx::pool::PoolConnection;
use sqlx::query::Query;
use sqlx::{Any, AnyConnection, AnyPool, Transaction};

use crate::failpoint;

pub use aging::{Aged, Limits};
pub use error::{Result, StoreError};
pub use forget::{Forgotten, OnServer};
pub use ledger::BinderRequest;
pub use lock::InstanceLock;
pub use rows::*;

/// Which database it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Backend {
    /// A file beside the program.
    Sqlite,
    /// A server.
    Postgres,
}

/// The store. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Store(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    backend: Backend,
    /// The URL without its password, for messages.
    place: String,
    /// Only with SQLite: the file.
    file: Option<std::path::PathBuf>,
    /// With its password, for connections beside the pools.
    url: String,
    secret: String,
    writer: AnyPool,
    readers: AnyPool,
    ids: ids::Ids,
}

/// A transaction: everything or nothing. Dropping it rolls back.
#[derive(Debug)]
pub struct Tx {
    conn: Transaction<'static, Any>,
    pending: pending::Pending,
    store: Arc<Inner>,
}

impl Store {
    /// Which database it is.
    pub fn backend(&self) -> Backend {
        self.0.backend
    }

    /// Where it is, without any password.
    pub fn place(&self) -> &str {
        &self.0.place
    }

    /// 64 hexadecimal digits made at random when the store was made: the key of our tokens.
    pub fn secret(&self) -> &str {
        &self.0.secret
    }

    /// Begins a transaction that may write. With SQLite there is one at a time; others wait.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] where no connection can be had.
    pub async fn begin(&self) -> Result<Tx> {
        let inner = &self.0;
        let begin = match inner.backend {
            Backend::Sqlite => "BEGIN IMMEDIATE",
            Backend::Postgres => "BEGIN",
        };
        let conn = inner.writer.begin_with(begin).await.map_err(|e| self.err(e))?;
        let mut tx = Tx { conn, pending: pending::Pending::default(), store: Arc::clone(inner) };
        let ids = inner.ids.ensure_loaded(&mut tx.conn).await;
        ids.map_err(|e| e.at(&inner.place))?;
        Ok(tx)
    }

    /// Closes all connections; SQLite folds its journal into the file.
    pub async fn close(&self) {
        self.0.readers.close().await;
        self.0.writer.close().await;
    }

    async fn reader(&self) -> Result<PoolConnection<Any>> {
        self.0.readers.acquire().await.map_err(|e| self.err(e))
    }

    fn err(&self, error: sqlx::Error) -> StoreError {
        StoreError::from(error).at(&self.0.place)
    }
}

impl Tx {
    /// Makes everything durable.
    ///
    /// # Errors
    /// Where it could not: then nothing of it happened. [`StoreError::Conflict`] where a message had
    /// ended already, or a key had been given by another program: begin anew.
    pub async fn commit(mut self) -> Result<()> {
        self.settle().await?;
        failpoint::hit(failpoint::STORE_COMMIT);
        self.conn.commit().await.map_err(|e| StoreError::from(e).at(&self.store.place))?;
        failpoint::hit(failpoint::STORE_COMMITTED);
        Ok(())
    }

    /// Undoes everything.
    ///
    /// # Errors
    /// Where the connection is lost; then too nothing of it happened.
    pub async fn rollback(self) -> Result<()> {
        self.conn.rollback().await.map_err(|e| StoreError::from(e).at(&self.store.place))
    }

    /// Runs one writing statement; gives the number of rows that it touched.
    async fn run(&mut self, query: Query<'_, Any, AnyArguments>) -> Result<u64> {
        failpoint::hit(failpoint::STORE_STATEMENT);
        match query.execute(&mut *self.conn).await {
            Ok(done) => Ok(done.rows_affected()),
            Err(e) => Err(self.err(e)),
        }
    }

    fn conn(&mut self) -> &mut AnyConnection {
        &mut self.conn
    }

    fn err(&self, error: sqlx::Error) -> StoreError {
        let error = StoreError::from(error);
        if matches!(error, StoreError::Conflict(_)) {
            // Another program may have given out the keys that we believed to be free.
            self.store.ids.forget();
        }
        error.at(&self.store.place)
    }
}

/// Declares reads that both [`Store`] (any committed state) and [`Tx`] (its own writes too) offer,
/// each from a function of the same name in the calling module. The two names say what a [`Tx`]
/// does before and after, so that it sees what it has not written yet.
macro_rules! reads {
    ($before:ident, $after:ident; $( $(#[$doc:meta])* fn $name:ident ( $($arg:ident : $ty:ty),* ) -> $out:ty; )+) => {
        impl $crate::store::Store { $(
            $(#[$doc])*
            pub async fn $name(&self, $($arg: $ty),*) -> $crate::store::Result<$out> {
                let mut conn = self.reader().await?;
                $name(&mut conn, $($arg),*).await.map_err(|e| e.at(self.place()))
            }
        )+ }
        impl $crate::store::Tx { $(
            $(#[$doc])*
            pub async fn $name(&mut self, $($arg: $ty),*) -> $crate::store::Result<$out> {
                self.$before().await?;
                let found = $name(&mut self.conn, $($arg),*).await.map_err(|e| e.at(&self.store.place))?;
                Ok(self.$after(found))
            }
        )+ }
    };
}
use reads;
