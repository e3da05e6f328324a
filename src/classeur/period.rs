//! Whole days in the school's zone, both ends included. Pure.

use jiff::civil::Date;

/// From the first day to the last, both included.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Period {
    /// First day.
    from: Date,
    /// Last day.
    to: Date,
}

/// A period that cannot be.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PeriodError {
    /// It ends before it begins.
    #[error("the period is backwards: it begins on {from} and ends on {to}")]
    Backwards {
        /// First day.
        from: Date,
        /// Last day.
        to: Date,
    },
    /// It has not begun.
    #[error("the period begins on {from}, in the future: there is nothing to show yet")]
    Future {
        /// First day.
        from: Date,
    },
}

impl Period {
    /// From `from` to `to`, seen on `today`. A period that has begun may end in the future.
    ///
    /// # Errors
    /// Where it is backwards or has not begun.
    pub fn new(from: Date, to: Date, today: Date) -> Result<Self, PeriodError> {
        if to < from {
            return Err(PeriodError::Backwards { from, to });
        }
        if from > today {
            return Err(PeriodError::Future { from });
        }
        Ok(Self { from, to })
    }

    /// First day.
    pub fn from(self) -> Date {
        self.from
    }

    /// Last day.
    pub fn to(self) -> Date {
        self.to
    }

    /// Is `day` one of its days?
    pub fn contains(self, day: Date) -> bool {
        self.from <= day && day <= self.to
    }
}
