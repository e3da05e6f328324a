//! URL -> a store that is there, writable and of this program's schema.

use std::fs::OpenOptions;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::sync::Arc;
use std::time::Duration;

use sqlx::any::{AnyConnectOptions, AnyPoolOptions};
use sqlx::migrate::{MigrateError, Migrator};
use sqlx::{AnyConnection, Connection};
use tokio::time::{sleep, timeout};

use super::value::{int, string};
use super::{Backend, Inner, Result, Store, StoreError, ids, lock};
use crate::failpoint;

static MIGRATIONS: Migrator = sqlx::migrate!("./migrations");

/// How long a connection may take, and how long another instance's migration is waited for.
const PATIENCE: Duration = Duration::from_secs(10);

/// How long a transaction waits for the one before it.
const TURN: Duration = Duration::from_secs(60);

impl Store {
    /// Opens a store and brings its schema up to date. `sqlite:PATH` (the file is made, readable by
    /// its owner alone) or `postgres://…` (the database must be there).
    ///
    /// # Errors
    /// With a text that says what is wrong where, and what to do; without any password.
    pub async fn open(url: &str) -> Result<Self> {
        sqlx::any::install_default_drivers();
        if let Some(path) = url.strip_prefix("sqlite:") {
            let path = PathBuf::from(path.strip_prefix("//").unwrap_or(path));
            let place = format!("sqlite:{}", path.display());
            return open_sqlite(&path, &place).await.map_err(|e| e.at(&place));
        }
        if url.starts_with("postgres://") || url.starts_with("postgresql://") {
            let place = without_password(url);
            return open_postgres(url, &place).await.map_err(|e| e.at(&place));
        }
        let shown = without_password(url);
        Err(StoreError::Other(format!(
            "[store] url `{shown}`: expected `sqlite:PATH` or `postgres://USER@HOST/DATABASE`"
        )))
    }
}

async fn open_sqlite(path: &Path, place: &str) -> Result<Store> {
    create_file(path)?;
    failpoint::hit(failpoint::STORE_OPENING);
    let url = sqlite_url(path)?;
    migrate_sqlite(&url, path).await?;
    failpoint::hit(failpoint::STORE_OPENING);
    let pool = || {
        AnyPoolOptions::new()
            .acquire_timeout(TURN)
            .test_before_acquire(false)
            // SQLite undoes a transaction by itself where the disk is full. The ROLLBACK that follows
            // is refused, and sqlx 0.9 then believes for ever that one is open: a new connection.
            .before_acquire(|conn, _| Box::pin(async move { Ok(!conn.is_in_transaction()) }))
            .after_connect(|conn, _| Box::pin(async move { sqlx::raw_sql(PRAGMAS).execute(conn).await.map(|_| ()) }))
    };
    let forever = pool().idle_timeout(None).max_lifetime(None);
    let writer = forever.max_connections(1).connect_with(options(&url)?).await?;
    let readers = pool().max_connections(3).idle_timeout(Duration::from_secs(60)).connect_lazy_with(options(&url)?);
    finish(Inner {
        backend: Backend::Sqlite,
        place: place.to_owned(),
        file: Some(path.to_owned()),
        url,
        secret: String::new(),
        writer,
        readers,
        ids: ids::Ids::default(),
    })
    .await
}

/// A commit is on the disk when it returns (FULL); readers do not wait for the writer (WAL); what is
/// deleted is overwritten.
const PRAGMAS: &str = "PRAGMA busy_timeout = 10000; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; \
    PRAGMA foreign_keys = ON; PRAGMA secure_delete = ON; PRAGMA journal_size_limit = 16777216; PRAGMA temp_store = MEMORY;";

/// Options for a file that only its owner may read.
pub(super) fn private() -> OpenOptions {
    let mut options = OpenOptions::new();
    options.read(true).write(true).create(true).mode(0o600);
    options
}

fn create_file(path: &Path) -> Result<()> {
    if path.as_os_str().is_empty() || path.as_os_str() == ":memory:" {
        return Err(StoreError::Other("[store] url names no file: expected `sqlite:PATH`".to_owned()));
    }
    let folder = match path.parent() {
        Some(p) if !p.as_os_str().is_empty() => p,
        _ => Path::new("."),
    };
    if !folder.is_dir() {
        return Err(StoreError::Unavailable(format!(
            "folder {} does not exist: make it, or correct [store] url",
            folder.display()
        )));
    }
    private().truncate(false).open(path).map(|_| ()).map_err(|e| {
        StoreError::Unavailable(format!(
            "{} cannot be opened for writing: {e}; check owner and permissions of the file and of its folder",
            path.display()
        ))
    })
}

/// The URL as the driver reads it: a `?`, `#`, `%` in the path is not one of the URL's own.
pub(super) fn sqlite_url(path: &Path) -> Result<String> {
    let path = std::path::absolute(path).map_err(|e| StoreError::Other(e.to_string()))?;
    let Some(path) = path.to_str() else {
        return Err(StoreError::Other(format!("the path {} is not UTF-8", path.display())));
    };
    let mut url = String::from("sqlite://");
    for byte in path.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'/' | b'-' | b'_' | b'.' => url.push(char::from(byte)),
            _ => url.push_str(&format!("%{byte:02X}")),
        }
    }
    url.push_str("?mode=rw");
    Ok(url)
}

/// Migrates under the instance lock: never beneath a running instance, never two at once.
async fn migrate_sqlite(url: &str, path: &Path) -> Result<()> {
    let mut conn = connect(url).await?;
    sqlx::raw_sql(PRAGMAS).execute(&mut conn).await?;
    let mut waited = Duration::ZERO;
    while !is_current(&mut conn).await? {
        if let Some(_lock) = lock::try_lock_file(&lock::lock_path(path))? {
            return migrate(&mut conn).await;
        }
        if waited >= PATIENCE {
            return Err(StoreError::Conflict(
                "it is of an older version and in use: stop the passerelle that is at work on it, then start again"
                    .to_owned(),
            ));
        }
        sleep(Duration::from_millis(100)).await;
        waited += Duration::from_millis(100);
    }
    Ok(conn.close().await?)
}

async fn open_postgres(url: &str, place: &str) -> Result<Store> {
    let mut conn = connect(url).await?;
    failpoint::hit(failpoint::STORE_OPENING);
    if !is_current(&mut conn).await? {
        migrate(&mut conn).await?;
    }
    failpoint::hit(failpoint::STORE_OPENING);
    conn.close().await?;
    let pool = AnyPoolOptions::new().acquire_timeout(TURN).max_connections(6).connect_lazy_with(options(url)?);
    finish(Inner {
        backend: Backend::Postgres,
        place: place.to_owned(),
        file: None,
        url: url.to_owned(),
        secret: String::new(),
        writer: pool.clone(),
        readers: pool,
        ids: ids::Ids::default(),
    })
    .await
}

fn options(url: &str) -> Result<AnyConnectOptions> {
    AnyConnectOptions::from_str(url).map_err(|e| StoreError::Other(format!("[store] url: {e}")))
}

/// One connection outside the pools. A server that does not answer is an error, not a wait.
pub(super) async fn connect(url: &str) -> Result<AnyConnection> {
    let options = options(url)?;
    match timeout(PATIENCE, AnyConnection::connect_with(&options)).await {
        Ok(conn) => conn.map_err(|e| match e {
            sqlx::Error::Io(e) => StoreError::Unavailable(format!("no connection: {e}; does the server run?")),
            other => StoreError::from(other),
        }),
        Err(_) => Err(StoreError::Unavailable("no answer within 10 s; does the server run?".to_owned())),
    }
}

const APPLIED: &str = "SELECT version FROM _sqlx_migrations WHERE success ORDER BY version";

/// Has every migration of this program been applied? One that we do not know is an error.
async fn is_current(conn: &mut AnyConnection) -> Result<bool> {
    let applied = match sqlx::raw_sql(APPLIED).fetch_all(&mut *conn).await {
        Ok(rows) => rows.iter().map(|r| int(r, 0)).collect::<Result<Vec<_>>>()?,
        // A new store has no such table; anything else shows itself in the migration.
        Err(sqlx::Error::Database(e)) if e.code().as_deref() != Some("26") => return Ok(false),
        Err(e) => return Err(e.into()),
    };
    if applied.iter().any(|v| !MIGRATIONS.version_exists(*v)) {
        return Err(newer());
    }
    Ok(MIGRATIONS.iter().all(|m| applied.contains(&m.version)))
}

fn newer() -> StoreError {
    StoreError::Other(
        "it was made by a newer version of passerelle: install that version, or restore the backup made before it"
            .to_owned(),
    )
}

async fn migrate(conn: &mut AnyConnection) -> Result<()> {
    // `run` takes any `Acquire`, which makes the future of everything above it impossible to spawn.
    match MIGRATIONS.run_direct(None, conn, false).await {
        Ok(()) => Ok(()),
        Err(MigrateError::Execute(e) | MigrateError::ExecuteMigration(e, _)) => Err(e.into()),
        Err(MigrateError::VersionMissing(_)) => Err(newer()),
        Err(e) => Err(StoreError::Other(format!("its schema cannot be brought up to date: {e}"))),
    }
}

/// Reads the secret, made when the store was.
async fn finish(mut inner: Inner) -> Result<Store> {
    let mut random = [0_u8; 32];
    getrandom::fill(&mut random).map_err(|e| StoreError::Other(format!("no randomness: {e}")))?;
    let fresh: String = random.iter().map(|b| format!("{b:02x}")).collect();
    let mut conn = inner.writer.acquire().await?;
    let sql = "SELECT value FROM meta WHERE name = $1";
    let mut row = sqlx::query(sql).bind("secret").fetch_optional(&mut *conn).await?;
    if row.is_none() {
        let insert = "INSERT INTO meta (name, value) VALUES ($1, $2) ON CONFLICT (name) DO NOTHING";
        sqlx::query(insert).bind("secret").bind(fresh).execute(&mut *conn).await?;
        failpoint::hit(failpoint::STORE_OPENING);
        row = sqlx::query(sql).bind("secret").fetch_optional(&mut *conn).await?;
    }
    let row = row.ok_or_else(|| StoreError::Other("its secret is gone; restore a backup".to_owned()))?;
    inner.secret = string(&row, 0)?;
    drop(conn);
    Ok(Store(Arc::new(inner)))
}

/// A URL for messages: without its password, in either place where one may stand.
fn without_password(url: &str) -> String {
    let (scheme, rest) = url.split_once("://").unwrap_or(("", url));
    let (main, query) = rest.split_once('?').map_or((rest, None), |(m, q)| (m, Some(q)));
    // A password may hold an unescaped `@` or `/`: the last `@` ends it.
    let main = match main.rsplit_once('@') {
        Some((user, host)) => format!("{}@{host}", user.split(':').next().unwrap_or_default()),
        None => main.to_owned(),
    };
    let query: Vec<&str> =
        query.into_iter().flat_map(|q| q.split('&')).filter(|p| !p.starts_with("password")).collect();
    let query = if query.is_empty() { String::new() } else { format!("?{}", query.join("&")) };
    if scheme.is_empty() { format!("{main}{query}") } else { format!("{scheme}://{main}{query}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_password_is_ever_shown() {
        for (url, shown) in [
            ("postgres://karim:s3cret@db/p", "postgres://karim@db/p"),
            ("postgres://karim:a@b/c@db:5432/p", "postgres://karim@db:5432/p"),
            ("postgres://db/p?user=k&password=s3cret&sslmode=require", "postgres://db/p?user=k&sslmode=require"),
            ("postgres://db/p", "postgres://db/p"),
            ("mysql://u:pw@h/d", "mysql://u@h/d"),
        ] {
            assert_eq!(without_password(url), shown);
        }
    }

    #[test]
    fn a_path_is_not_read_as_a_url() {
        assert_eq!(sqlite_url(Path::new("/a b/c?d#e%.db")).unwrap(), "sqlite:///a%20b/c%3Fd%23e%25.db?mode=rw");
    }
}
