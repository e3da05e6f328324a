//! Whole days in the school's zone, both ends included. Pure.

use jiff::ToSpan;
use jiff::civil::Date;

/// From the first day to the last, both included.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Period {
    /// First day.
    from: Date,
    /// Last day.
    to: Date,
}

/// Years that a period has at most: more is a slip of the fingers, and every month is a line.
const YEARS_MOST: i64 = 50;

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
    /// It lasts longer than anything that the store could know.
    #[error("the period from {from} to {to} is longer than {YEARS_MOST} years: choose a shorter one")]
    TooLong {
        /// First day.
        from: Date,
        /// Last day.
        to: Date,
    },
}

impl Period {
    /// From `from` to `to`, seen on `today`. A period that has begun may end in the future.
    ///
    /// # Errors
    /// Where it is backwards, has not begun, or is too long to be meant.
    pub fn new(from: Date, to: Date, today: Date) -> Result<Self, PeriodError> {
        if to < from {
            return Err(PeriodError::Backwards { from, to });
        }
        if from > today {
            return Err(PeriodError::Future { from });
        }
        if from.checked_add(YEARS_MOST.years()).is_ok_and(|most| most <= to) {
            return Err(PeriodError::TooLong { from, to });
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

    /// Number of days.
    pub fn days(self) -> i32 {
        self.from.until(self.to).map_or(0, |span| span.get_days()).saturating_add(1)
    }

    /// Does it begin with a month and end with one?
    pub fn is_whole_months(self) -> bool {
        self.from.day() == 1 && self.to == self.to.last_of_month()
    }

    /// The period of the same length that ends on the eve of this one: as many whole months where
    /// this one is of whole months, else as many days. `None` at the beginning of time.
    pub fn previous(self) -> Option<Self> {
        let to = self.from.yesterday().ok()?;
        let from = if self.is_whole_months() {
            let months = self.months().len();
            self.from.checked_sub(i64::try_from(months).ok()?.months()).ok()?
        } else {
            to.checked_sub(i64::from(self.days() - 1).days()).ok()?
        };
        Some(Self { from, to })
    }

    /// The same days of the year before; the last day of a month stays the last, so that a February
    /// is whole in leap years and others.
    pub fn year_before(self) -> Option<Self> {
        let from = self.from.checked_sub(1.year()).ok()?;
        let to = self.to.checked_sub(1.year()).ok()?;
        Some(Self { from, to: if self.to == self.to.last_of_month() { to.last_of_month() } else { to } })
    }

    /// The first days of the months that it touches, in order.
    pub fn months(self) -> Vec<Date> {
        let mut months = Vec::new();
        let mut month = self.from.first_of_month();
        while month <= self.to {
            months.push(month);
            let Ok(next) = month.checked_add(1.month()) else { break };
            month = next;
        }
        months
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    fn period(from: Date, to: Date) -> Period {
        Period::new(from, to, date(2099, 1, 1)).unwrap()
    }

    #[test]
    fn a_month_follows_a_month_and_ten_days_follow_ten_days() {
        let october = period(date(2026, 10, 1), date(2026, 10, 31));
        assert_eq!(october.previous(), Some(period(date(2026, 9, 1), date(2026, 9, 30))));
        let ten = period(date(2026, 10, 11), date(2026, 10, 20));
        assert_eq!(ten.previous(), Some(period(date(2026, 10, 1), date(2026, 10, 10))));
        let year = period(date(2026, 9, 1), date(2027, 8, 31));
        assert_eq!(year.previous(), Some(period(date(2025, 9, 1), date(2026, 8, 31))));
    }

    #[test]
    fn a_february_is_whole_in_every_year() {
        let leap = period(date(2028, 2, 1), date(2028, 2, 29));
        assert_eq!(leap.year_before(), Some(period(date(2027, 2, 1), date(2027, 2, 28))));
        let after = period(date(2029, 2, 1), date(2029, 2, 28));
        assert_eq!(after.year_before(), Some(period(date(2028, 2, 1), date(2028, 2, 29))));
        assert_eq!(leap.days(), 29);
        assert_eq!(leap.previous(), Some(period(date(2028, 1, 1), date(2028, 1, 31))));
    }

    #[test]
    fn what_is_backwards_or_has_not_begun_is_refused() {
        let today = date(2026, 10, 15);
        assert!(matches!(Period::new(date(2026, 10, 2), date(2026, 10, 1), today), Err(PeriodError::Backwards { .. })));
        assert!(matches!(Period::new(date(2026, 10, 16), date(2026, 10, 31), today), Err(PeriodError::Future { .. })));
        assert!(Period::new(date(2026, 10, 15), date(2026, 10, 31), today).is_ok());
        assert!(matches!(Period::new(date(1, 1, 1), date(2026, 10, 1), today), Err(PeriodError::TooLong { .. })));
        assert!(matches!(Period::new(date(2026, 1, 1), Date::MAX, today), Err(PeriodError::TooLong { .. })));
        assert_eq!(Period::new(date(1976, 10, 2), date(2026, 10, 1), today).map(|p| p.months().len()), Ok(601));
    }
}
