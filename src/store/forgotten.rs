//! What must not come back: keyed hashes of addresses and contents, in the store and beside it.
//!
//! A store that was restored from a backup knows nothing of what was forgotten since. So the hashes
//! also lie in a file beside a SQLite store (`passerelle.db.forgotten`): whatever it holds that the
//! store does not know is forgotten again before anything else is done. The hashes are keyed with
//! the store's secret, which its backups share: the file tells nobody anything.

use std::collections::HashSet;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use sqlx::any::AnyRow;

use super::pending::Rows;
use super::value::{int, ms, string, text};
use super::{Backend, Inner, Result, Store, StoreError, Tx};
use crate::address::Address;
use crate::keyed;

/// What a hash is of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum What {
    /// Somebody's address.
    Address,
    /// A message of somebody who was forgotten.
    Content,
    /// A message that was removed because of its age.
    Aged,
}

impl What {
    pub(super) fn as_str(self) -> &'static str {
        match self {
            Self::Address => "address",
            Self::Content => "content",
            Self::Aged => "aged",
        }
    }
}

impl Inner {
    /// The keyed hash of an address.
    pub(super) fn address_hash(&self, address: &str) -> String {
        keyed::hex_tag(self.secret.as_bytes(), &["address", address])
    }

    /// The keyed hash of a content hash.
    pub(super) fn content_key(&self, content_hash: &str) -> String {
        keyed::hex_tag(self.secret.as_bytes(), &["content", content_hash])
    }

    /// What stands for an address in what is kept: the same for the same person.
    pub(super) fn pseudonym(&self, address: &str) -> String {
        if address.ends_with(Address::NOBODY) {
            return address.to_owned();
        }
        let hash = self.address_hash(address);
        format!("{}@{}", hash.get(..16).unwrap_or(&hash), Address::NOBODY)
    }
}

impl Store {
    /// What stands for an address once it is forgotten, or has aged.
    pub fn pseudonym(&self, address: &Address) -> String {
        self.0.pseudonym(address.as_str())
    }

    /// The hash by which a store that was restored from an older backup is told whom to forget.
    pub fn address_hash(&self, address: &Address) -> String {
        self.0.address_hash(address.as_str())
    }

    /// Where the hashes lie beside the store; `None` with PostgreSQL.
    pub fn forgotten_file(&self) -> Option<PathBuf> {
        self.file_beside("forgotten")
    }

    /// A file beside a SQLite store, named after it: `passerelle.db.ENDING`.
    pub fn file_beside(&self, ending: &str) -> Option<PathBuf> {
        let mut path = self.0.file.as_deref()?.as_os_str().to_owned();
        path.push(".");
        path.push(ending);
        Some(PathBuf::from(path))
    }

    /// Forgets again what a restored backup does not know to be forgotten, and writes the file beside
    /// the store anew where it lacks something. To be done under the instance lock, before anything
    /// else. Gives how many people it concerned.
    ///
    /// # Errors
    /// Where the store or the file cannot be used.
    pub async fn keep_forgotten(&self, now: Timestamp) -> Result<u64> {
        let Some(path) = self.forgotten_file() else { return Ok(0) };
        let beside = read_file(&path).map_err(|e| e.at(self.place()))?;
        let known = self.hashes_for_good().await?;
        let missing: Vec<&(String, String)> = beside.iter().filter(|line| !known.contains(*line)).collect();
        let mut again = 0;
        if !missing.is_empty() {
            let of = |kind: What| {
                let hashes = missing.iter().filter(move |(k, _)| k == kind.as_str());
                hashes.map(|(_, hash)| hash.clone()).collect::<HashSet<String>>()
            };
            again = self.forget_hashes(&of(What::Address), now).await?;
            let mut tx = self.begin().await?;
            for (kind, hash) in &missing {
                tx.note_hash(kind, hash, now).await?;
            }
            tx.commit().await?;
        }
        self.write_forgotten().await?;
        Ok(again)
    }

    /// Forgets everybody whose address has one of these hashes.
    pub(super) async fn forget_hashes(&self, hashes: &HashSet<String>, now: Timestamp) -> Result<u64> {
        let mut again = 0;
        if hashes.is_empty() {
            return Ok(again);
        }
        for address in self.addresses().await? {
            if hashes.contains(&self.0.address_hash(address.as_str())) {
                self.forget(&address, now).await?;
                again += 1;
            }
        }
        Ok(again)
    }

    /// Every address of a person that the store holds.
    async fn addresses(&self) -> Result<Vec<Address>> {
        let mut conn = self.reader().await?;
        let sql = "SELECT reporter FROM report UNION SELECT sender FROM message UNION SELECT recipient FROM outbox \
                   UNION SELECT address FROM sender UNION SELECT actor FROM history WHERE actor IS NOT NULL";
        let rows = sqlx::query(sql).fetch_all(&mut *conn).await.map_err(|e| self.err(e))?;
        let all = rows.iter().map(|r| string(r, 0)).collect::<Result<Vec<_>>>()?;
        Ok(all.iter().filter_map(|a| Address::parse(a).ok()).filter(|a| !a.is_forgotten()).collect())
    }

    /// Whom a hash is of that a person has noted: the first address of the store that has it.
    ///
    /// # Errors
    /// Where the store cannot be read.
    pub async fn address_of_hash(&self, hash: &str) -> Result<Option<Address>> {
        Ok(self.addresses().await?.into_iter().find(|a| self.0.address_hash(a.as_str()) == hash))
    }

    async fn hashes_for_good(&self) -> Result<HashSet<(String, String)>> {
        let mut conn = self.reader().await?;
        let sql = "SELECT kind, hash FROM forgotten WHERE kind <> 'aged'";
        let rows = sqlx::query(sql).fetch_all(&mut *conn).await.map_err(|e| self.err(e))?;
        rows.iter().map(|r: &AnyRow| Ok((string(r, 0)?, string(r, 1)?))).collect()
    }

    /// Writes the file beside the store, unless it holds everything already.
    pub(super) async fn write_forgotten(&self) -> Result<()> {
        let Some(path) = self.forgotten_file() else { return Ok(()) };
        let mut all = self.hashes_for_good().await?;
        let beside = read_file(&path).map_err(|e| e.at(self.place()))?;
        if all.is_subset(&beside) {
            return Ok(());
        }
        all.extend(beside);
        write_file(&path, all).map_err(|e| e.at(self.place()))
    }
}

impl Tx {
    /// Notes a hash. Twice changes nothing, but that what was forgotten is never merely aged.
    pub(super) async fn note_hash(&mut self, kind: &str, hash: &str, at: Timestamp) -> Result<()> {
        let sql = "INSERT INTO forgotten (hash, kind, at) VALUES ($1, $2, $3) ON CONFLICT (hash) DO UPDATE \
                   SET kind = CASE WHEN forgotten.kind = 'aged' THEN excluded.kind ELSE forgotten.kind END";
        self.run(sqlx::query(sql).bind(text(hash)).bind(text(kind)).bind(ms(at))).await?;
        Ok(())
    }

    /// Which of these contents (keyed) must not be kept again?
    pub(super) async fn refused(&mut self, keyed: &[String]) -> Result<HashSet<String>> {
        let mut found = HashSet::new();
        let mut rest = keyed;
        while !rest.is_empty() {
            let (many, sql) = REFUSED.for_most_of(rest.len(), self.store.backend);
            let (now, later) = rest.split_at(many.min(rest.len()));
            let mut query = sqlx::query(sql);
            for hash in now {
                query = query.bind(text(hash));
            }
            let rows = query.fetch_all(self.conn()).await.map_err(|e| self.err(e))?;
            for row in &rows {
                found.insert(string(row, 0)?);
            }
            rest = later;
        }
        Ok(found)
    }

    /// Counts how often incidents were changed from outside the books of a running instance. Until
    /// this transaction ends nobody else changes them so.
    ///
    /// # Errors
    /// Where the store cannot be read.
    pub async fn epoch(&mut self) -> Result<i64> {
        let sql = match self.store.backend {
            Backend::Sqlite => "SELECT CAST(value AS BIGINT) FROM meta WHERE name = 'epoch'",
            Backend::Postgres => "SELECT CAST(value AS BIGINT) FROM meta WHERE name = 'epoch' FOR SHARE",
        };
        let row = sqlx::query(sql).fetch_one(self.conn()).await.map_err(|e| self.err(e))?;
        int(&row, 0)
    }

    /// Incidents are about to be changed from outside anybody's books: waits for whoever decides on
    /// them now, and lets everybody read them anew afterwards.
    pub(super) async fn next_epoch(&mut self) -> Result<()> {
        let sql = "UPDATE meta SET value = CAST(CAST(value AS BIGINT) + 1 AS TEXT) WHERE name = 'epoch'";
        self.run(sqlx::query(sql)).await?;
        Ok(())
    }
}

static REFUSED: Rows =
    Rows::new("WITH v (hash) AS (VALUES", 1, ") SELECT f.hash FROM v JOIN forgotten f ON f.hash = v.hash");

fn trouble(path: &Path, e: &std::io::Error) -> StoreError {
    StoreError::Unavailable(format!("{}: {e}; check owner and permissions", path.display()))
}

/// Lines of `KIND HASH`; what is neither is left alone.
fn read_file(path: &Path) -> Result<HashSet<(String, String)>> {
    let text = match std::fs::read_to_string(path) {
        Ok(text) => text,
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => return Ok(HashSet::new()),
        Err(e) => return Err(trouble(path, &e)),
    };
    let known = [What::Address.as_str(), What::Content.as_str()];
    let line = |line: &str| {
        let (kind, hash) = line.split_once(' ')?;
        let fits = known.contains(&kind) && hash.len() == 64 && hash.bytes().all(|b| b.is_ascii_hexdigit());
        fits.then(|| (kind.to_owned(), hash.to_owned()))
    };
    Ok(text.lines().filter_map(line).collect())
}

/// Whole or not at all: a new file takes the old one's place.
fn write_file(path: &Path, lines: HashSet<(String, String)>) -> Result<()> {
    let mut lines: Vec<String> = lines.into_iter().map(|(kind, hash)| format!("{kind} {hash}\n")).collect();
    lines.sort();
    let new = path.with_extension("forgotten.new");
    let write = || -> std::io::Result<()> {
        let mut file = super::open::private().truncate(true).open(&new)?;
        file.write_all(b"# passerelle: what was forgotten, as keyed hashes. Keep it beside the store.\n")?;
        file.write_all(lines.concat().as_bytes())?;
        file.sync_all()?;
        std::fs::rename(&new, path)
    };
    write().map_err(|e| trouble(path, &e))
}
