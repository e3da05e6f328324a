//! Working days: week-ends, French public holidays and the school's closings do not count. Pure.

use jiff::civil::{Date, Weekday};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp, ToSpan};

use super::policy::Delay;

/// Easter Sunday of the Gregorian calendar (the "anonymous" algorithm, Meeus, Astronomical Algorithms).
pub fn easter(year: i16) -> Option<Date> {
    let y = i32::from(year);
    let (a, b, c) = (y % 19, y / 100, y % 100);
    let (d, e, f) = (b / 4, b % 4, (b + 8) / 25);
    let g = (b - f + 1) / 3;
    let h = (19 * a + b - d - g + 15) % 30;
    let (i, k) = (c / 4, c % 4);
    let l = (32 + 2 * e + 2 * i - h - k) % 7;
    let m = (a + 11 * h + 22 * l) / 451;
    let n = h + l - 7 * m + 114;
    Date::new(year, i8::try_from(n / 31).ok()?, i8::try_from(n % 31 + 1).ok()?).ok()
}

/// Is `day` one of the eleven public holidays of metropolitan France (Code du travail, L3133-1)?
pub fn is_public_holiday(day: Date) -> bool {
    let fixed = [(1, 1), (5, 1), (5, 8), (7, 14), (8, 15), (11, 1), (11, 11), (12, 25)];
    if fixed.contains(&(day.month(), day.day())) {
        return true;
    }
    easter(day.year()).is_some_and(|e| [1, 39, 50].iter().any(|n| e.checked_add(n.days()).is_ok_and(|d| d == day)))
}

/// Does the school work on `day`?
pub fn is_working_day(day: Date, closings: &[(Date, Date)]) -> bool {
    !matches!(day.weekday(), Weekday::Saturday | Weekday::Sunday)
        && !is_public_holiday(day)
        && !closings.iter().any(|(from, to)| *from <= day && day <= *to)
}

/// The moment at which `delay` has passed since `from`.
///
/// Working days keep the time of day: two working days after Friday 10:00 is Tuesday 10:00.
/// A start outside working days counts from the next working day's same hour. Years of closings
/// end the search after ten years; the moment reached by then is given.
pub fn after(from: Timestamp, delay: Delay, zone: &TimeZone, closings: &[(Date, Date)]) -> Timestamp {
    match delay {
        Delay::Seconds(s) => from.checked_add(SignedDuration::from_secs(s)).unwrap_or(Timestamp::MAX),
        Delay::WorkingDays(n) => {
            let start = from.to_zoned(zone.clone()).datetime();
            let mut day = start.date();
            let mut left = n;
            for _ in 0..3_660 {
                if left == 0 {
                    break;
                }
                day = day.tomorrow().unwrap_or(Date::MAX);
                if is_working_day(day, closings) {
                    left -= 1;
                }
            }
            zone.to_timestamp(day.to_datetime(start.time())).unwrap_or(Timestamp::MAX)
        }
    }
}

/// Working days that lie between two days, the first not counted, the last counted.
pub fn working_days_between(from: Date, to: Date, closings: &[(Date, Date)]) -> u32 {
    let mut n = 0;
    let mut day = from;
    while day < to {
        let Ok(next) = day.tomorrow() else { break };
        day = next;
        n += u32::from(is_working_day(day, closings));
    }
    n
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn easter_falls_where_the_almanac_says() {
        for (y, m, d) in [(2024, 3, 31), (2025, 4, 20), (2026, 4, 5), (2027, 3, 28), (2038, 4, 25)] {
            assert_eq!(easter(y), Some(date(y, m, d)));
        }
    }

    #[test]
    fn ascension_and_whit_monday_are_holidays() {
        assert!(is_public_holiday(date(2026, 5, 14)));
        assert!(is_public_holiday(date(2026, 5, 25)));
        assert!(is_public_holiday(date(2026, 4, 6)));
        assert!(!is_public_holiday(date(2026, 5, 15)));
    }

    #[test]
    fn two_working_days_after_a_friday_is_a_tuesday() {
        let zone = TimeZone::get("Europe/Paris").unwrap();
        let friday: Timestamp = "2026-11-20T10:00:00+01:00".parse().unwrap();
        let tuesday: Timestamp = "2026-11-24T10:00:00+01:00".parse().unwrap();
        assert_eq!(after(friday, Delay::WorkingDays(2), &zone, &[]), tuesday);
    }

    #[test]
    fn closings_do_not_count() {
        let zone = TimeZone::get("Europe/Paris").unwrap();
        let friday: Timestamp = "2026-12-18T10:00:00+01:00".parse().unwrap();
        let closings = [(date(2026, 12, 19), date(2027, 1, 3))];
        let monday: Timestamp = "2027-01-04T10:00:00+01:00".parse().unwrap();
        assert_eq!(after(friday, Delay::WorkingDays(1), &zone, &closings), monday);
    }
}
