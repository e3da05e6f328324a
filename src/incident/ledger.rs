//! What the entries of the referent's ledger are called. Pure.

use std::fmt;
use std::str::FromStr;

crate::report::names! {
    /// What an entry is.
    EntryKind {
        /// A technician came.
        Visit = "visit",
        /// The school paid something itself.
        Expense = "expense",
        /// The referent worked.
        Time = "time",
    }
}

/// What people call an entry: `V3`, `D2` (dépense), `T1` (temps). Numbered per school and kind, never reused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct EntryName {
    /// What it is.
    pub kind: EntryKind,
    /// From 1.
    pub number: u32,
}

impl fmt::Display for EntryName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let letter = match self.kind {
            EntryKind::Visit => 'V',
            EntryKind::Expense => 'D',
            EntryKind::Time => 'T',
        };
        write!(f, "{letter}{}", self.number)
    }
}

/// A text that names no entry.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` names no entry: expected something like `V3`, `D2` or `T1`")]
pub struct NotAnEntry(pub String);

impl FromStr for EntryName {
    type Err = NotAnEntry;

    /// Reads `V3`, `v 3`, `D2`, `T1`.
    fn from_str(text: &str) -> Result<Self, NotAnEntry> {
        let refuse = || NotAnEntry(text.chars().take(40).collect());
        let t = text.trim();
        let kind = match t.chars().next() {
            Some('v' | 'V') => EntryKind::Visit,
            Some('d' | 'D') => EntryKind::Expense,
            Some('t' | 'T') => EntryKind::Time,
            _ => return Err(refuse()),
        };
        let digits = t.get(1..).unwrap_or("").trim_start();
        if digits.is_empty() || digits.len() > 6 || !digits.bytes().all(|b| b.is_ascii_digit()) {
            return Err(refuse());
        }
        let number = digits.parse().map_err(|_| refuse())?;
        if number == 0 { Err(refuse()) } else { Ok(Self { kind, number }) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_read_as_they_are_written() {
        for text in ["V3", "D12", "T1", "V999999"] {
            assert_eq!(text.parse::<EntryName>().unwrap().to_string(), text);
        }
        assert_eq!("d 2".parse::<EntryName>().unwrap().to_string(), "D2");
        for text in ["", "V", "V0", "B204", "V-1", "V1234567", "Vé", "é3"] {
            assert!(text.parse::<EntryName>().is_err(), "{text}");
        }
    }
}
