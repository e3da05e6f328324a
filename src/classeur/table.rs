//! Tables of typed cells: what every format renders. Pure.

use jiff::civil::Date;

/// What a column holds, so that a format can align it and a spreadsheet can calculate with it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Words, to the left.
    Text,
    /// A whole number.
    Count,
    /// Working days, or days of visit: one or two decimals.
    Days,
    /// A day.
    Date,
    /// Money.
    Cents,
    /// A part of a whole.
    Share,
    /// Each cell is of its own kind: a table of indicators.
    Mixed,
}

/// One value.
#[derive(Debug, Clone, PartialEq)]
pub enum Cell {
    /// Words; may be empty.
    Text(String),
    /// A whole number.
    Count(u64),
    /// Days, with decimals.
    Days(f64),
    /// A day in the school's zone.
    Date(Date),
    /// Euro cents.
    Cents(i64),
    /// `part` of `whole`: always shown with its denominator ("7 sur 12"), as a percentage beside it
    /// only where `whole` is large enough ([`Cell::percentage`]).
    Share {
        /// How many.
        part: u64,
        /// Of how many.
        whole: u64,
    },
    /// Nothing is known, or it does not apply.
    Nothing,
}

/// Below this many a share is not dressed up as a percentage.
pub const SMALLEST_WHOLE_FOR_PERCENT: u64 = 20;

impl Cell {
    /// Is it zero, or nothing, or a part of nothing? Words are something, unless there are none.
    pub fn is_none_at_all(&self) -> bool {
        match self {
            Self::Text(text) => text.is_empty(),
            Self::Count(0) | Self::Cents(0) | Self::Share { whole: 0, .. } | Self::Nothing => true,
            Self::Days(days) => *days == 0.0,
            Self::Count(_) | Self::Cents(_) | Self::Share { .. } | Self::Date(_) => false,
        }
    }

    /// The percentage of a share, rounded; `None` for what is no share and for small numbers.
    pub fn percentage(&self) -> Option<u64> {
        match self {
            Self::Share { part, whole } if *whole >= SMALLEST_WHOLE_FOR_PERCENT => {
                Some((part.saturating_mul(200).saturating_add(*whole)) / whole.saturating_mul(2))
            }
            _ => None,
        }
    }
}

/// A column's head.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Column {
    /// Its title in French.
    pub title: String,
    /// What it holds.
    pub kind: Kind,
    /// Its total is the sum of its cells: a spreadsheet writes a formula there.
    pub summed: bool,
}

/// How a table is best drawn beside its numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Plot {
    /// Horizontal bars: label column 0, value column `value`. Only the first lines are drawn where
    /// there are many: the greatest come first.
    Bars {
        /// Index of the column drawn.
        value: usize,
    },
    /// A column per month, in order of time: label column 0, one series per column listed.
    Months {
        /// First column drawn.
        first: usize,
        /// Last column drawn, included.
        last: usize,
    },
    /// Distributions one under the other: label column 0, from the lower to the upper quartile with
    /// the median between. A line without quartiles shows its median alone.
    Quartiles {
        /// Column of the lower quartile.
        low: usize,
        /// Column of the median.
        median: usize,
        /// Column of the upper quartile.
        high: usize,
    },
}

/// A table.
#[derive(Debug, Clone, PartialEq)]
pub struct Table {
    /// Short name without accents or spaces: a sheet's, an anchor's, a CSV section's.
    pub key: &'static str,
    /// Title in French.
    pub title: String,
    /// A sentence that says what is counted, where the title does not.
    pub note: Option<String>,
    /// Heads.
    pub columns: Vec<Column>,
    /// Lines; each has as many cells as there are columns.
    pub rows: Vec<Vec<Cell>>,
    /// The line of totals, where there is one: as many cells as there are columns.
    pub total: Option<Vec<Cell>>,
    /// A drawing beside it.
    pub plot: Option<Plot>,
}

impl Table {
    /// Takes out the column of this title; a table without it stays as it is.
    pub fn drop_column(&mut self, title: &str) {
        let Some(at) = self.columns.iter().position(|c| c.title == title) else { return };
        self.columns.remove(at);
        for line in self.rows.iter_mut().chain(self.total.as_mut()).filter(|line| at < line.len()) {
            line.remove(at);
        }
    }
}
