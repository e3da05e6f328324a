//! What can go wrong with the store, told apart by what a caller does about it.

/// Why the store did not do what it was asked.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// Not to be reached or not writable now: a person or time may help; try again later.
    #[error("{0}")]
    Unavailable(String),
    /// No room left: nothing was written; try again when there is.
    #[error("{0}")]
    DiskFull(String),
    /// Somebody else was faster, or the rule of one ticket per incident forbids it: read again.
    #[error("{0}")]
    Conflict(String),
    /// Damaged or foreign data, or a defect of the program: a person must look.
    #[error("{0}")]
    Other(String),
}

/// A result of the store.
pub type Result<T> = std::result::Result<T, StoreError>;

impl StoreError {
    /// The same error, naming the store that it concerns.
    pub(super) fn at(self, place: &str) -> Self {
        let say = |text: String| if text.contains(place) { text } else { format!("store {place}: {text}") };
        match self {
            Self::Unavailable(t) => Self::Unavailable(say(t)),
            Self::DiskFull(t) => Self::DiskFull(say(t)),
            Self::Conflict(t) => Self::Conflict(say(t)),
            Self::Other(t) => Self::Other(say(t)),
        }
    }

    /// A stored value that cannot be read back.
    pub(super) fn damaged(what: &str, why: impl std::fmt::Display) -> Self {
        Self::Other(format!("{what} cannot be read: {why}"))
    }
}

impl From<sqlx::Error> for StoreError {
    fn from(error: sqlx::Error) -> Self {
        match &error {
            sqlx::Error::Database(e) => {
                let text = e.message().to_owned();
                if e.is_unique_violation() || e.is_foreign_key_violation() {
                    return Self::Conflict(text);
                }
                of_code(e.code().as_deref().unwrap_or_default(), text)
            }
            sqlx::Error::Io(e) => Self::Unavailable(format!("connection lost: {e}")),
            sqlx::Error::PoolTimedOut => {
                Self::Unavailable("no connection became free in time: the store is slow or out of reach".to_owned())
            }
            sqlx::Error::PoolClosed | sqlx::Error::WorkerCrashed => Self::Unavailable(error.to_string()),
            sqlx::Error::Tls(e) => Self::Unavailable(format!("TLS: {e}")),
            _ => Self::Other(error.to_string()),
        }
    }
}

/// Judges by SQLite's result code (extended, decimal; sqlite.org/rescode.html) or PostgreSQL's
/// SQLSTATE (five characters; appendix A of its manual). The two cannot be mistaken for each other.
fn of_code(code: &str, text: String) -> StoreError {
    if code.len() == 5 {
        return match code {
            "53100" => StoreError::DiskFull(format!("{text}: make room on the database server's disk")),
            "25006" => StoreError::Unavailable(format!("{text}: the database is read-only")),
            "40001" | "40P01" | "55P03" => StoreError::Conflict(text),
            _ if ["08", "53", "57", "28", "3D"].contains(&&code[..2]) => StoreError::Unavailable(text),
            _ => StoreError::Other(text),
        };
    }
    let Ok(number) = code.parse::<u32>() else { return StoreError::Other(text) };
    match number & 0xff {
        13 => StoreError::DiskFull(format!("{text}: make room on the disk")),
        8 => StoreError::Unavailable(format!(
            "{text}: the program needs to write the file and its folder; check owner and permissions"
        )),
        // SQLITE_IOERR_WRITE, _FSYNC and _SHMSIZE are also how some file systems report a full disk.
        10 => StoreError::Unavailable(format!("{text}: the disk fails or is full")),
        5 | 6 => StoreError::Unavailable(format!("{text}: another program holds the file")),
        14 => StoreError::Unavailable(format!("{text}: check that the folder exists and may be written")),
        11 => StoreError::Other(format!("{text}: the file is damaged; restore a backup")),
        26 => StoreError::Other(format!("{text}: this is no SQLite store")),
        _ => StoreError::Other(text),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_full_disk_is_told_from_everything_else_on_both_backends() {
        for code in ["13", "53100"] {
            assert!(matches!(of_code(code, "x".into()), StoreError::DiskFull(_)), "{code}");
        }
        for code in ["8", "1032", "14", "5", "517", "57P01", "08006", "28P01"] {
            assert!(matches!(of_code(code, "x".into()), StoreError::Unavailable(_)), "{code}");
        }
        assert!(matches!(of_code("40P01", "x".into()), StoreError::Conflict(_)));
        assert!(matches!(of_code("", "x".into()), StoreError::Other(_)));
    }

    #[test]
    fn the_place_is_named_once() {
        let e = StoreError::Other("no".into()).at("sqlite:a.db").at("sqlite:a.db");
        assert_eq!(e.to_string(), "store sqlite:a.db: no");
    }
}
