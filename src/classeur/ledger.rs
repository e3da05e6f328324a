//! The ledger: visits and expenses as the referent notes, lists and withdraws them. Pure.

use std::fmt;
use std::str::FromStr;

use jiff::Timestamp;
use jiff::civil::Date;

use super::dossier::{Expense, Visit};
use crate::incident::IncidentId;

crate::report::names! {
    /// What an entry is.
    EntryKind {
        /// A technician came.
        Visit = "visit",
        /// The school paid something itself.
        Expense = "expense",
    }
}

/// What people call an entry: `V3`, `D2` (dépense). Numbered per school and kind, never reused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct EntryName {
    /// Visit or expense.
    pub kind: EntryKind,
    /// From 1.
    pub number: u32,
}

impl fmt::Display for EntryName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let letter = match self.kind {
            EntryKind::Visit => 'V',
            EntryKind::Expense => 'D',
        };
        write!(f, "{letter}{}", self.number)
    }
}

/// A text that names no entry.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` names no entry: expected something like `V3` or `D2`")]
pub struct NotAnEntry(pub String);

impl FromStr for EntryName {
    type Err = NotAnEntry;

    /// Reads `V3`, `v 3`, `D2`.
    fn from_str(text: &str) -> Result<Self, NotAnEntry> {
        let refuse = || NotAnEntry(text.chars().take(40).collect());
        let t = text.trim();
        let kind = match t.chars().next() {
            Some('v' | 'V') => EntryKind::Visit,
            Some('d' | 'D') => EntryKind::Expense,
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

/// One entry.
#[derive(Debug, Clone, PartialEq)]
pub enum Entry {
    /// A technician came.
    Visit(Visit),
    /// The school paid something itself.
    Expense(Expense),
}

impl Entry {
    /// What it is.
    pub fn kind(&self) -> EntryKind {
        match self {
            Self::Visit(_) => EntryKind::Visit,
            Self::Expense(_) => EntryKind::Expense,
        }
    }

    /// Its day.
    pub fn on(&self) -> Date {
        match self {
            Self::Visit(v) => v.on,
            Self::Expense(e) => e.on,
        }
    }

    /// The incident that it was for.
    pub fn incident(&self) -> Option<IncidentId> {
        match self {
            Self::Visit(v) => v.incident,
            Self::Expense(e) => e.incident,
        }
    }

    /// When it was noted.
    pub fn noted_at(&self) -> Timestamp {
        match self {
            Self::Visit(v) => v.noted_at,
            Self::Expense(e) => e.noted_at,
        }
    }
}

/// An entry of the ledger with its name.
#[derive(Debug, Clone, PartialEq)]
pub struct Noted {
    /// `V3`.
    pub name: EntryName,
    /// What was noted.
    pub entry: Entry,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_read_as_they_are_written() {
        for text in ["V3", "D12", "V999999"] {
            assert_eq!(text.parse::<EntryName>().unwrap().to_string(), text);
        }
        assert_eq!("d 2".parse::<EntryName>().unwrap().to_string(), "D2");
        for text in ["", "V", "V0", "B204", "V-1", "V1234567", "Vé", "é3"] {
            assert!(text.parse::<EntryName>().is_err(), "{text}");
        }
    }
}
