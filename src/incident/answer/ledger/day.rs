//! Days that have passed: what is noted has happened, so a day without a year is the nearest past
//! one ([`super::super::dates`] finds them, and looks ahead for visits that are planned).

use std::ops::Range;

use jiff::ToSpan;
use jiff::civil::{Date, Weekday};

use super::super::dates::{self, Said, days_between, is_hour};
use super::Unusable;

/// A day named without a year that lies so far ahead at most is meant, not last year's: a slip.
const SLIP: i32 = 90;

/// A day that a statement names.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Named {
    /// The day, or why it is none that could be noted.
    pub day: Result<Date, Unusable>,
    /// Where in the folded text.
    pub range: Range<usize>,
    /// A weekday alone: it may be the next one.
    pub vague: bool,
}

/// Every day that `text` (folded) names, in order, each once, seen on `today`.
pub(super) fn find(text: &str, today: Date) -> Vec<Named> {
    let found = dates::named(text, |said, range| {
        let words = text.get(range.clone()).unwrap_or("");
        match said {
            Said::Dated { day, month, year, on } => Some((dated(day, month, year, on, words, today), false)),
            // "le premier technicien", "jeudi deux personnes"; "le 12 €" is no day either.
            Said::Numbered { in_letters: true, .. } => None,
            Said::Numbered { .. } if is_amount_or_hour(text, range.end) => None,
            Said::Numbered { day, on, .. } => Some((numbered(day, on, words, today), false)),
            Said::OnWeekday { on, before, after } => Some((on_weekday(on, before, after, today), after.is_empty())),
            Said::Shifted { days } => {
                let day = today.checked_add(days.days()).map_err(|_| no_such(words));
                Some((day.and_then(|d| checked(d, today)), false))
            }
            // How long it lasted, beside the day.
            Said::DuringTheDay => None,
        }
    });
    found.into_iter().map(|(range, (day, vague))| Named { day, range, vague }).collect()
}

fn no_such(text: &str) -> Unusable {
    let named = ["le ", "du ", "au "].iter().find_map(|lead| text.strip_prefix(lead)).unwrap_or(text);
    Unusable::NoSuchDay(named.to_owned())
}

fn is_amount_or_hour(text: &str, end: usize) -> bool {
    let rest = text.get(end..).unwrap_or("");
    let near = rest.trim_start();
    is_hour(text, end)
        || rest.starts_with([',', '.']) && rest.get(1..).is_some_and(|r| r.starts_with(|c: char| c.is_ascii_digit()))
        || near.starts_with("eur")
        || near.starts_with('%')
        || near.starts_with("min")
        || rest.starts_with('-')
}

/// A day and month, with or without a year.
fn dated(
    day: i8,
    month: i8,
    year: Option<i16>,
    on: Option<Weekday>,
    named: &str,
    today: Date,
) -> Result<Date, Unusable> {
    let date = match year {
        Some(year) => Date::new(year, month, day).map_err(|_| no_such(named))?,
        None => nearest_past(day, month, today).ok_or_else(|| no_such(named))?,
    };
    let date = checked(date, today)?;
    match on {
        Some(on) if date.weekday() != on => Err(Unusable::OtherWeekday { date, said: on }),
        _ => Ok(date),
    }
}

/// The nearest past day of this number and month; one that is only a little ahead, as it is.
pub(super) fn nearest_past(day: i8, month: i8, today: Date) -> Option<Date> {
    let mut year = today.year();
    // Only a 29 February needs more than two years.
    for _ in 0..5 {
        if let Ok(date) = Date::new(year, month, day)
            && (date <= today || days_between(today, date) <= SLIP)
        {
            return Some(date);
        }
        year = year.checked_sub(1)?;
    }
    None
}

/// "le 12", "jeudi 12": the nearest past one; with a weekday, one of the last months that fits it.
fn numbered(day: i8, on: Option<Weekday>, named: &str, today: Date) -> Result<Date, Unusable> {
    let (mut year, mut month) = (today.year(), today.month());
    let mut nearest = None;
    for _ in 0..4 {
        if let Ok(date) = Date::new(year, month, day)
            && date <= today
        {
            if on.is_none_or(|w| date.weekday() == w) {
                return Ok(date);
            }
            nearest = nearest.or(Some(date));
        }
        (year, month) = if month == 1 { (year - 1, 12) } else { (year, month - 1) };
    }
    match (nearest, on) {
        (Some(date), Some(said)) => Err(Unusable::OtherWeekday { date, said }),
        _ => Err(no_such(named)),
    }
}

fn on_weekday(day: Weekday, before: &str, after: &str, today: Date) -> Result<Date, Unusable> {
    let back = i64::from(day.until(today.weekday()));
    let monday = i64::from(today.weekday().to_monday_zero_offset());
    let next_week = before.contains("semaine prochaine") || after.contains("semaine prochaine");
    let shift = match after {
        " prochain" | " qui vient" => 7 - back,
        " en huit" => 14 - back,
        " en quinze" => 21 - back,
        _ if next_week => 7 - monday + i64::from(day.to_monday_zero_offset()),
        " de la semaine derniere" => -7 - monday + i64::from(day.to_monday_zero_offset()),
        " dernier" | " passe" if back == 0 => -7,
        _ => -back,
    };
    let date = today.checked_add(shift.days()).map_err(|_| no_such("ce jour"))?;
    checked(date, today)
}

/// Neither ahead nor more than a year ago.
fn checked(date: Date, today: Date) -> Result<Date, Unusable> {
    if date > today {
        return Err(Unusable::Future(date));
    }
    match today.checked_sub(1.year()) {
        Ok(oldest) if date < oldest => Err(Unusable::TooOld(date)),
        _ => Ok(date),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    /// Sunday 22 November 2026.
    const TODAY: Date = date(2026, 11, 22);

    #[track_caller]
    fn one(text: &str) -> Result<Date, Unusable> {
        let text = super::super::super::fold::fold(text, &std::collections::HashMap::new()).text;
        let found = find(&text, TODAY);
        assert_eq!(found.len(), 1, "{text}: {found:?}");
        found[0].day.clone()
    }

    #[test]
    fn a_day_without_a_year_is_the_nearest_past_one() {
        for (text, day) in [
            ("12/10", date(2026, 10, 12)),
            ("le 22/11", TODAY),
            ("1/3", date(2026, 3, 1)),
            ("24/02", date(2026, 2, 24)),
            ("12/10/2026", date(2026, 10, 12)),
            ("12.10.26", date(2026, 10, 12)),
            ("2026-10-12", date(2026, 10, 12)),
            ("lundi 12/10", date(2026, 10, 12)),
            ("lundi 12 octobre", date(2026, 10, 12)),
            ("le 1er octobre", date(2026, 10, 1)),
            ("le premier octobre 2026", date(2026, 10, 1)),
            ("jeudi", date(2026, 11, 19)),
            ("dimanche", TODAY),
            ("dimanche dernier", date(2026, 11, 15)),
            ("jeudi 12", date(2026, 11, 12)),
            ("lundi 12", date(2026, 10, 12)),
            ("le 12", date(2026, 11, 12)),
            ("le 23", date(2026, 10, 23)),
            ("hier", date(2026, 11, 21)),
            ("avant-hier", date(2026, 11, 20)),
            ("ce matin", TODAY),
            ("il y a trois jours", date(2026, 11, 19)),
            ("mardi de la semaine dernière", date(2026, 11, 10)),
            ("25 décembre 2025", date(2025, 12, 25)),
        ] {
            assert_eq!(one(text), Ok(day), "{text}");
        }
    }

    #[test]
    fn a_day_that_cannot_be_noted_says_why() {
        assert_eq!(one("le 31/02"), Err(Unusable::NoSuchDay("31/02".into())));
        assert_eq!(one("le 12/13"), Err(Unusable::NoSuchDay("12/13".into())));
        assert_eq!(one("24/11"), Err(Unusable::Future(date(2026, 11, 24))));
        assert_eq!(one("dans trois jours"), Err(Unusable::Future(date(2026, 11, 25))));
        assert_eq!(one("lundi en huit"), Err(Unusable::Future(date(2026, 11, 30))));
        assert_eq!(one("demain"), Err(Unusable::Future(date(2026, 11, 23))));
        assert_eq!(one("mardi prochain"), Err(Unusable::Future(date(2026, 11, 24))));
        assert_eq!(one("12/10/2024"), Err(Unusable::TooOld(date(2024, 10, 12))));
        let other = Unusable::OtherWeekday { date: date(2026, 10, 12), said: Weekday::Thursday };
        assert_eq!(one("jeudi 12/10"), Err(other));
    }

    #[test]
    fn what_is_no_day_is_none() {
        for text in [
            "1/2 journée",
            "2 h",
            "de 14h à 16h",
            "45,90",
            "jeudi",
            "2026-0012",
            "le 8 h",
            "dans la journée",
            "le premier technicien",
            "deux personnes",
            "le 12 euros",
        ] {
            let text = super::super::super::fold::fold(text, &std::collections::HashMap::new()).text;
            let found = find(&text, TODAY);
            assert_eq!(found.len(), usize::from(text == "jeudi"), "{text}: {found:?}");
        }
    }

    proptest::proptest! {
        #[test]
        fn a_day_that_is_taken_is_neither_ahead_nor_old(text in "[a-z0-9 /:.,-]{0,60}", y in 2i16..9998, d in 1i8..28) {
            let today = date(y, 6, d);
            for named in find(&text, today) {
                proptest::prop_assert!(text.get(named.range).is_some());
                if let Ok(day) = named.day {
                    proptest::prop_assert!(day <= today && days_between(day, today) <= 366);
                }
            }
        }

        #[test]
        fn a_day_of_the_last_months_is_found_in_every_form(back in 0i64..270) {
            let day = TODAY.checked_sub(back.days()).unwrap();
            for text in [
                format!("{}/{}", day.day(), day.month()),
                format!("{:02}/{:02}/{}", day.day(), day.month(), day.year()),
                day.to_string(),
            ] {
                proptest::prop_assert_eq!(one(&text), Ok(day), "{}", text);
            }
        }
    }
}
