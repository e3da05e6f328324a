//! A copy of the store as it is at one moment, while others go on using it.

use std::path::Path;

use super::{Backend, Result, Store, StoreError};

impl Store {
    /// Writes a consistent copy into a new file, which is itself a store. Nobody has to stop for it.
    ///
    /// # Errors
    /// Where the file exists or cannot be written; with PostgreSQL always: its own program does it.
    pub async fn backup(&self, file: &Path) -> Result<u64> {
        if self.backend() == Backend::Postgres {
            return Err(StoreError::Other(format!(
                "{} is a PostgreSQL database, which its own program copies: \
                 pg_dump --format=custom --file={} --dbname='{}'",
                self.place(),
                file.display(),
                self.place()
            )));
        }
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
        match self.copy_into(file).await {
            Ok(()) => {
                let written = std::fs::File::open(file).and_then(|f| f.sync_all().and_then(|()| f.metadata()));
                written.map(|m| m.len()).map_err(|e| refuse(&e))
            }
            Err(e) => {
                // What is half a copy must not be taken for one.
                let _ = std::fs::remove_file(file);
                Err(e)
            }
        }
    }

    async fn copy_into(&self, file: &Path) -> Result<()> {
        let Some(path) = file.to_str() else {
            return Err(StoreError::Other(format!("the path {} is not UTF-8", file.display())));
        };
        let mut conn = self.reader().await?;
        sqlx::query("VACUUM INTO $1").bind(path.to_owned()).execute(&mut *conn).await.map_err(|e| self.err(e))?;
        Ok(())
    }
}
