//! Days that lie ahead: a visit that is planned. A day without a year or month is taken near the day
//! of writing, rather after than before.

use std::ops::Range;

use jiff::ToSpan;
use jiff::civil::{Date, Weekday};

use super::{Said, days_between, half, is_hour, named};
use crate::incident::state::Half;

/// A day that a text names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Day {
    /// The day.
    pub date: Date,
    /// Which half of it, where hours or words tell.
    pub half: Option<Half>,
    /// Where in the folded text.
    pub range: Range<usize>,
    /// A number alone ("le 12"): a day only where something else speaks of days.
    pub bare: bool,
}

/// Every day that `text` names, in order, each once. `written_on` is the day of writing in the
/// school's zone.
pub fn find(text: &str, written_on: Date) -> Vec<Day> {
    let found = named(text, |said, range| {
        let date = match said {
            Said::Dated { day, month, year, .. } => day_of(day, month, year, written_on),
            Said::Numbered { .. } if is_hour(text, range.end) => None,
            Said::Numbered { day, on, .. } => next_numbered(day, on, written_on),
            Said::OnWeekday { on, before, after } => near_weekday(on, before, after, written_on),
            Said::Shifted { days } => written_on.checked_add(days.days()).ok(),
            Said::DuringTheDay => Some(written_on),
        };
        date.map(|date| (date, matches!(said, Said::Numbered { on: None, .. })))
    });
    let of = |(range, (date, bare))| Day { date, half: None, range, bare };
    let mut days: Vec<Day> = found.into_iter().map(of).collect();
    let starts: Vec<usize> = days.iter().skip(1).map(|d| d.range.start).chain([text.len()]).collect();
    let mut from = 0;
    for (day, until) in days.iter_mut().zip(starts) {
        let end = text.get(day.range.end..until).and_then(|t| t.find(['\n', ';'])).map_or(until, |n| day.range.end + n);
        day.half = half(text.get(day.range.start..end).unwrap_or("")).or_else(|| {
            // "le matin du 27", "à 14h mardi": what stands before counts where nothing follows.
            let start = text.get(from..day.range.start).and_then(|t| t.rfind(['\n', ';'])).map_or(from, |n| from + n);
            half(text.get(start..day.range.start).unwrap_or(""))
        });
        from = day.range.end;
    }
    days
}

/// A day and month; without a year the one that lies nearest, up to three months back.
fn day_of(day: i8, month: i8, year: Option<i16>, near: Date) -> Option<Date> {
    if let Some(year) = year {
        return Date::new(year, month, day).ok();
    }
    let years = [near.year(), near.year().checked_add(1)?, near.year().checked_sub(1)?];
    let all = years.into_iter().filter_map(|y| Date::new(y, month, day).ok());
    all.filter(|d| days_between(near, *d) >= -90).min_by_key(|d| days_between(near, *d))
}

/// "le 12", "jeudi 12": the next 12th from `near` on that is such a weekday; a weekday that never
/// fits in the coming months is a slip and the number counts.
fn next_numbered(day: i8, on: Option<Weekday>, near: Date) -> Option<Date> {
    let mut months = Vec::new();
    let (mut year, mut month) = (near.year(), near.month());
    for _ in 0..4 {
        if let Ok(date) = Date::new(year, month, day) {
            months.push(date);
        }
        (year, month) = if month == 12 { (year.checked_add(1)?, 1) } else { (year, month + 1) };
    }
    // Yesterday's visit may be told today: a matching day of the last week is meant before a far one.
    let fits = |d: &&Date| on.is_none_or(|w| d.weekday() == w);
    let future = months.iter().filter(fits).find(|d| **d >= near && days_between(near, **d) <= 45);
    let recent = months.iter().filter(fits).find(|d| **d < near && days_between(near, **d) >= -10);
    let number = months.iter().find(|d| **d >= near);
    match on {
        Some(_) => future.or(recent).or(number).copied(),
        None => number.copied(),
    }
}

fn near_weekday(day: Weekday, before: &str, after: &str, near: Date) -> Option<Date> {
    let ahead = i64::from(near.weekday().until(day));
    let next_week = before.contains("semaine prochaine") || after.contains("semaine prochaine");
    if next_week {
        let monday = near.checked_sub(i64::from(near.weekday().to_monday_zero_offset()).days()).ok()?;
        return monday.checked_add((7 + i64::from(day.to_monday_zero_offset())).days()).ok();
    }
    if after.contains("semaine derniere") {
        let monday = near.checked_sub(i64::from(near.weekday().to_monday_zero_offset()).days()).ok()?;
        return monday.checked_add((i64::from(day.to_monday_zero_offset()) - 7).days()).ok();
    }
    if matches!(after, " dernier" | " passe") {
        let back = i64::from(day.until(near.weekday()));
        return near.checked_sub((if back == 0 { 7 } else { back }).days()).ok();
    }
    let ahead = if ahead == 0 && !before.contains("ce ") { 7 } else { ahead };
    let more = match after {
        " en huit" => 7,
        " en quinze" => 14,
        _ => 0,
    };
    near.checked_add((ahead + more).days()).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    /// Thursday 22 January 2026.
    const THURSDAY: Date = date(2026, 1, 22);

    #[track_caller]
    fn day(text: &str, expected: Date, half: Option<Half>) {
        let text = crate::incident::answer::fold::fold(text, &std::collections::HashMap::new()).text;
        let found = find(&text, THURSDAY);
        let first = found.first().unwrap_or_else(|| panic!("no day in {text:?}"));
        assert_eq!((first.date, first.half), (expected, half), "{text:?}");
    }

    #[test]
    fn days_in_figures() {
        day("passage le 27/01/2026 matin", date(2026, 1, 27), Some(Half::Morning));
        day("le 27/01", date(2026, 1, 27), None);
        day("le 27.01.2026", date(2026, 1, 27), None);
        day("le 3/2 à 14h", date(2026, 2, 3), Some(Half::Afternoon));
        day("Début : 2026-02-05 14:00", date(2026, 2, 5), Some(Half::Afternoon));
        day("27/01/26 de 8h30 à 10h", date(2026, 1, 27), Some(Half::Morning));
        day("27/01/26 entre 8h et 17h", date(2026, 1, 27), None);
    }

    #[test]
    fn days_in_words() {
        day("jeudi 29 janvier entre 13h30 et 17h", date(2026, 1, 29), Some(Half::Afternoon));
        day("le premier février", date(2026, 2, 1), None);
        day("le 1er févr. en début d'après-midi", date(2026, 2, 1), Some(Half::Afternoon));
        day("dans la matinée du 4 février", date(2026, 2, 4), Some(Half::Morning));
        day("le quinze mars 2027", date(2027, 3, 15), None);
    }

    #[test]
    fn a_weekday_with_a_number_finds_its_month() {
        day("vendredi 13 à 9h", date(2026, 2, 13), Some(Half::Morning));
        day("mercredi 4", date(2026, 2, 4), None);
        day("vendredi 23", date(2026, 1, 23), None);
        day("mardi 20 nous sommes passés", date(2026, 1, 20), None);
        day("lundi 12 mai", date(2026, 5, 12), None);
    }

    #[test]
    fn relative_days() {
        day("mardi prochain", date(2026, 1, 27), None);
        day("demain matin", date(2026, 1, 23), Some(Half::Morning));
        day("après-demain vers 15 h", date(2026, 1, 24), Some(Half::Afternoon));
        day("cet après-midi", THURSDAY, Some(Half::Afternoon));
        day("mardi en huit", date(2026, 2, 3), None);
        day("jeudi", date(2026, 1, 29), None);
        day("ce jeudi", THURSDAY, None);
        day("vendredi de la semaine prochaine", date(2026, 1, 30), None);
        day("la semaine prochaine, lundi matin", date(2026, 1, 26), Some(Half::Morning));
        day("mardi dernier", date(2026, 1, 20), None);
        day("mardi de la semaine dernière", date(2026, 1, 13), None);
        day("il y a deux jours", date(2026, 1, 20), None);
        day("dans 5 jours", date(2026, 1, 27), None);
        day("le 12", date(2026, 2, 12), None);
        day("le 30 à 9 heures", date(2026, 1, 30), Some(Half::Morning));
    }

    #[test]
    fn the_year_rolls_over() {
        let end = date(2026, 12, 18);
        assert_eq!(find("le 12 janvier", end)[0].date, date(2027, 1, 12));
        assert_eq!(find("le 7/01", end)[0].date, date(2027, 1, 7));
        assert_eq!(find("le 10 decembre", end)[0].date, date(2026, 12, 10));
        assert_eq!(find("le 28 decembre", date(2027, 1, 4))[0].date, date(2026, 12, 28));
    }

    #[test]
    fn what_is_no_day_is_none() {
        for text in [
            "la semaine prochaine",
            "sous 5 jours",
            "99/99/2026",
            "le 8 h",
            "0,50 j",
            "31/02",
            "2026-0012",
            "1/2 journée",
        ] {
            assert_eq!(find(text, THURSDAY), vec![], "{text}");
        }
    }

    proptest::proptest! {
        #[test]
        fn any_text_gives_days_without_panic(text in "[a-z0-9 /:.-]{0,80}", y in 1i16..9998, d in 1i8..28) {
            for day in find(&text, date(y, 6, d)) {
                proptest::prop_assert!(text.get(day.range).is_some());
            }
        }
    }
}
