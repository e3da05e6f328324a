//! A copy of the store as it is at one moment, while others go on using it: itself a SQLite store.

use std::path::Path;

use futures::TryStreamExt as _;
use sqlx::any::AnyRow;
use sqlx::{AnyConnection, AssertSqlSafe, Connection as _, Row as _};

use super::value::string;
use super::{Backend, Result, Store, StoreError};

impl Store {
    /// Writes a consistent copy into a new file, which is itself a store: both databases have one
    /// schema. Nobody has to stop for it. Gives its size in bytes.
    ///
    /// # Errors
    /// Where the file exists or cannot be written, or the store cannot be read.
    pub async fn backup(&self, file: &Path) -> Result<u64> {
        let refuse = |e: &std::io::Error| {
            let why = match e.kind() {
                std::io::ErrorKind::AlreadyExists => "it exists already; name a new file".to_owned(),
                std::io::ErrorKind::NotFound => "its folder does not exist; make it, or name another".to_owned(),
                _ => format!("{e}; check owner and permissions of the folder"),
            };
            StoreError::Unavailable(format!("{}: {why}", file.display()))
        };
        // Made first, so that it is nobody else's from its first byte; SQLite fills an empty file.
        super::open::private().create_new(true).open(file).map_err(|e| refuse(&e))?;
        let copied = match self.backend() {
            Backend::Sqlite => self.copy_into(file).await,
            Backend::Postgres => self.export_into(file).await,
        };
        let written = match copied {
            Ok(()) => std::fs::File::open(file).and_then(|f| f.sync_all().and_then(|()| f.metadata())),
            Err(e) => {
                // What is half a copy must not be taken for one.
                let _ = std::fs::remove_file(file);
                return Err(e);
            }
        };
        written.map(|m| m.len()).map_err(|e| refuse(&e))
    }

    async fn copy_into(&self, file: &Path) -> Result<()> {
        let mut conn = self.reader().await?;
        let path = path_of(file)?.to_owned();
        sqlx::query("VACUUM INTO $1").bind(path).execute(&mut *conn).await.map_err(|e| self.err(e))?;
        drop(conn);
        let mut copy = super::open::connect(&super::open::sqlite_url(file)?).await?;
        super::restored::mark_copy(&mut copy).await?;
        Ok(copy.close().await?)
    }

    /// From PostgreSQL, row by row, as one transaction sees it.
    async fn export_into(&self, file: &Path) -> Result<()> {
        // An empty store of this program's schema.
        Self::open(&format!("sqlite:{}", path_of(file)?)).await?.close().await;
        let mut copy = super::open::connect(&super::open::sqlite_url(file)?).await?;
        sqlx::raw_sql("PRAGMA foreign_keys = OFF; PRAGMA journal_mode = DELETE; BEGIN").execute(&mut copy).await?;
        let snapshot = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY";
        let mut source = self.0.writer.begin_with(snapshot).await.map_err(|e| self.err(e))?;
        let tables = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' \
                      AND name <> '_sqlx_migrations'";
        let tables = sqlx::query(tables).fetch_all(&mut copy).await?;
        for table in tables.iter().map(|r| string(r, 0)).collect::<Result<Vec<_>>>()? {
            copy_table(&mut source, &mut copy, &table).await.map_err(|e| e.at(self.place()))?;
        }
        source.rollback().await.map_err(|e| self.err(e))?;
        super::restored::mark_copy(&mut copy).await?;
        sqlx::raw_sql("COMMIT").execute(&mut copy).await?;
        copy.close().await?;
        // Left by making the store: nobody is at work on the copy.
        let _ = std::fs::remove_file(super::lock::lock_path(file));
        Ok(())
    }
}

fn path_of(file: &Path) -> Result<&str> {
    file.to_str().ok_or_else(|| StoreError::Other(format!("the path {} is not UTF-8", file.display())))
}

/// A column, as the schema declares it.
enum Column {
    Text,
    Bytes,
    Float,
    Number,
}

/// Copies one table. Its name and its columns come from our own schema.
async fn copy_table(source: &mut AnyConnection, copy: &mut AnyConnection, table: &str) -> Result<()> {
    let sql = "SELECT name, type FROM pragma_table_info($1) ORDER BY cid";
    let columns = sqlx::query(sql).bind(table.to_owned()).fetch_all(&mut *copy).await?;
    let names = columns.iter().map(|r| string(r, 0)).collect::<Result<Vec<_>>>()?;
    let kind = |row: &AnyRow| -> Result<Column> {
        Ok(match string(row, 1)?.as_str() {
            "TEXT" => Column::Text,
            "BYTEA" => Column::Bytes,
            "DOUBLE PRECISION" => Column::Float,
            _ => Column::Number,
        })
    };
    let kinds = columns.iter().map(kind).collect::<Result<Vec<_>>>()?;
    sqlx::query(AssertSqlSafe(format!("DELETE FROM {table}"))).execute(&mut *copy).await?;
    let places: Vec<String> = (1..=names.len()).map(|n| format!("${n}")).collect();
    let (names, places) = (names.join(", "), places.join(", "));
    let insert = format!("INSERT INTO {table} ({names}) VALUES ({places})");
    let mut rows = sqlx::query(AssertSqlSafe(format!("SELECT {names} FROM {table}"))).fetch(source);
    while let Some(row) = rows.try_next().await? {
        let mut query = sqlx::query(AssertSqlSafe(insert.clone()));
        for (place, kind) in kinds.iter().enumerate() {
            query = match kind {
                Column::Text => query.bind(row.try_get::<Option<String>, _>(place)?),
                Column::Bytes => query.bind(row.try_get::<Option<Vec<u8>>, _>(place)?),
                Column::Float => query.bind(row.try_get::<Option<f64>, _>(place)?),
                Column::Number => query.bind(row.try_get::<Option<i64>, _>(place)?),
            };
        }
        query.execute(&mut *copy).await?;
    }
    Ok(())
}
