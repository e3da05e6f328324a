//! Working days between any two days in one step. Pure.

use jiff::ToSpan;
use jiff::civil::Date;

use crate::incident::calendar::is_working_day;

/// Years that are counted out at most; whatever began earlier counts from there.
const YEARS: i16 = 25;

/// Sums of a school's working days up to a last day.
#[derive(Debug)]
pub(super) struct WorkDays {
    first: Date,
    /// Working days before the n-th day.
    before: Vec<u32>,
}

impl WorkDays {
    /// The working days from `first` to `last`, by the school's closings.
    pub(super) fn between_days(first: Date, last: Date, closings: &[(Date, Date)]) -> Self {
        let first = first.max(last.checked_sub(YEARS.years()).unwrap_or(Date::MIN));
        let mut before = vec![0];
        let (mut day, mut sum) = (first, 0);
        while day <= last {
            sum += u32::from(is_working_day(day, closings));
            before.push(sum);
            let Ok(next) = day.tomorrow() else { break };
            day = next;
        }
        Self { first, before }
    }

    /// Working days before `day`.
    fn before(&self, day: Date) -> u32 {
        let days = self.first.until(day).map_or(0, |span| span.get_days());
        let at = usize::try_from(days).unwrap_or(0).min(self.before.len() - 1);
        self.before.get(at).copied().unwrap_or(0)
    }

    /// Working days from `from` to `to`, the first not counted, the last counted.
    pub(super) fn between(&self, from: Date, to: Date) -> u64 {
        let after = |day: Date| day.tomorrow().map_or(u32::MAX, |next| self.before(next));
        u64::from(after(to).saturating_sub(after(from)))
    }

    /// Working days from `from` to `to`, both counted.
    pub(super) fn within(&self, from: Date, to: Date) -> u64 {
        let end = to.tomorrow().map_or(0, |next| self.before(next));
        u64::from(end.saturating_sub(self.before(from)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::incident::calendar::working_days_between;
    use jiff::civil::date;

    #[test]
    fn sums_say_what_counting_says() {
        let closings = [(date(2026, 12, 19), date(2027, 1, 3)), (date(2027, 2, 15), date(2027, 2, 15))];
        let last = date(2028, 3, 10);
        let days = WorkDays::between_days(date(2026, 11, 1), last, &closings);
        let mut from = date(2026, 11, 25);
        while from < last {
            for n in [0, 1, 2, 3, 7, 12, 40, 90] {
                let to = from.checked_add(n.days()).unwrap();
                if to <= last {
                    let counted = u64::from(working_days_between(from, to, &closings));
                    assert_eq!(days.between(from, to), counted, "{from} {to}");
                }
            }
            from = from.checked_add(5.days()).unwrap();
        }
        // 2028-02-28 is a Monday, the 29th exists, 2028-03-01 is a Wednesday.
        assert_eq!(days.between(date(2028, 2, 28), date(2028, 3, 1)), 2);
        assert_eq!(days.within(date(2028, 2, 28), date(2028, 3, 1)), 3);
        assert_eq!(days.between(date(2028, 3, 1), date(2028, 2, 28)), 0);
    }
}
