//! The ledger: visits and expenses as the referent notes, lists and withdraws them. Pure.

use jiff::Timestamp;
use jiff::civil::Date;

use super::dossier::{Expense, Visit};
use crate::incident::IncidentId;
pub use crate::incident::ledger::{EntryKind, EntryName};

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
