//! Days in French, in words and figures, relative to the day on which they were written.
//! Works on folded text (lower case, no accents, see [`super::fold`]).

use std::ops::Range;
use std::sync::LazyLock;

use jiff::ToSpan;
use jiff::civil::{Date, Weekday};
use regex::{Captures, Regex};

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

const WEEKDAYS: &str = "lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche|lun\\.|mar\\.|mer\\.|jeu\\.|ven\\.|sam\\.";
pub(super) const MONTHS: &str = "janvier|fevrier|mars|avril|mai|juin|juillet|aout|septembre|octobre|novembre|decembre|\
                      janv|fevr|fev|avr|juil|sept|oct|nov|dec|jan";
pub(super) const NUMBERS: &str = "vingt et un|vingt deux|vingt trois|vingt quatre|vingt cinq|vingt six|vingt sept|vingt huit|\
                       vingt neuf|vingt|trente et un|trente|dix sept|dix huit|dix neuf|premier|1er|deux|trois|quatre|cinq|\
                       six|sept|huit|neuf|dix|onze|douze|treize|quatorze|quinze|seize";

struct Patterns {
    iso: Regex,
    numeric: Regex,
    written: Regex,
    weekday_number: Regex,
    weekday: Regex,
    in_days: Regex,
    near: Regex,
    bare: Regex,
    hours: Regex,
    morning: Regex,
    afternoon: Regex,
    phone: Regex,
}

#[allow(clippy::expect_used, reason = "constant patterns, compiled by the first test")]
static PATTERNS: LazyLock<Patterns> = LazyLock::new(|| {
    let make = |pattern: String| Regex::new(&pattern).expect("a constant pattern");
    Patterns {
        iso: make(r"\b(20\d\d)-(\d\d)-(\d\d)\b".to_owned()),
        numeric: make(format!(
            r"\b(?:(?:{WEEKDAYS}) )?(\d{{1,2}})(?: ?/ ?(\d{{1,2}})(?: ?/ ?(\d{{4}}|\d{{2}}))?|[.-](\d{{1,2}})[.-](\d{{4}}|\d{{2}}))\b"
        )),
        written: make(format!(
            r"\b(?:(?:{WEEKDAYS}),? )?(?:le )?(\d{{1,2}}|{NUMBERS})(?:er)? (?:du mois de |de )?({MONTHS})\b\.?(?:,? (20\d\d)\b)?"
        )),
        weekday_number: make(format!(r"\b({WEEKDAYS}),? (?:le )?(\d{{1,2}}|{NUMBERS})\b")),
        weekday: make(format!(
            r"\b(?:(semaine prochaine,? |des ce |ce )?(?:le )?)({WEEKDAYS})\b( prochain| en huit| en quinze| dernier| passe| de la semaine prochaine| semaine prochaine| qui vient)?"
        )),
        in_days: make(format!(r"\bdans (\d{{1,2}}|{NUMBERS}) jours?\b")),
        near: make(
            r"\b(apres demain|demain|aujourd hui|ce jour|dans la journee|ce matin|(?:cet|cette) (?:apres midi|aprem)|ce soir|tout a l heure|avant hier|hier)\b"
                .to_owned(),
        ),
        bare: make(format!(r"\b(?:le|du|au|des le|pour le) (\d{{1,2}}|1er|{NUMBERS})\b")),
        hours: make(r"\b(\d{1,2}) ?(?:h|heures?\b|:)(?: ?\d{2}\b)?(?: ?(?:-|a|et|/|jusqu a) ?(\d{1,2}) ?(?:h|heures?\b|:))?".to_owned()),
        morning: make(r"\b(?:matin|matinee|avant midi|am)\b".to_owned()),
        phone: make(r"(?:\+ ?33|\b0)[ .-]?(?:\(0\) ?)?\d(?:[ .-]?\d\d){4}\b".to_owned()),
        afternoon: make(r"\b(?:apres midi|aprem|apm|pm|soir|soiree|fin de journee)\b".to_owned()),
    }
});

/// Every day that `text` names, in order, each once. `written_on` is the day of writing in the
/// school's zone; days without a year or month are taken near it, rather after than before.
pub fn find(text: &str, written_on: Date) -> Vec<Day> {
    let p = &*PATTERNS;
    // A telephone number's pairs are no days; what stands beside keeps its place.
    let masked = p.phone.replace_all(text, |c: &Captures<'_>| "_".repeat(c.get(0).map_or(0, |m| m.len())));
    let text = masked.as_ref();
    let mut days: Vec<Day> = Vec::new();
    let mut add = |date: Option<Date>, range: Range<usize>, bare: bool| {
        if let Some(date) = date
            && !days.iter().any(|d| d.range.start < range.end && range.start < d.range.end)
        {
            days.push(Day { date, half: None, range, bare });
        }
    };
    for c in p.iso.captures_iter(text) {
        let date = Date::new(number(&c, 1), small(&c, 2), small(&c, 3)).ok();
        add(date, span(&c), false);
    }
    for c in p.numeric.captures_iter(text) {
        let month = if c.get(2).is_some() { small(&c, 2) } else { small(&c, 4) };
        let year = c.get(3).or_else(|| c.get(5)).and_then(|y| y.as_str().parse::<i16>().ok());
        let year = year.map(|y| if y < 100 { 2000 + y } else { y });
        add(day_of(small(&c, 1), month, year, written_on), span(&c), false);
    }
    for c in p.written.captures_iter(text) {
        let year = c.get(3).and_then(|y| y.as_str().parse().ok());
        add(day_of(day_number(&c, 1), month_number(&c[2]), year, written_on), span(&c), false);
    }
    for c in p.weekday_number.captures_iter(text) {
        if is_hour(text, span(&c).end) {
            continue;
        }
        add(next_numbered(day_number(&c, 2), weekday(&c[1]), written_on), span(&c), false);
    }
    for c in p.weekday.captures_iter(text) {
        let before = c.get(1).map_or("", |m| m.as_str());
        let after = c.get(3).map_or("", |m| m.as_str());
        add(weekday(&c[2]).and_then(|w| near_weekday(w, before, after, written_on)), span(&c), false);
    }
    for c in p.in_days.captures_iter(text) {
        add(written_on.checked_add(i64::from(day_number(&c, 1)).days()).ok(), span(&c), false);
    }
    for c in p.near.captures_iter(text) {
        let shift = match &c[1] {
            "demain" => 1,
            "apres demain" => 2,
            "hier" => -1,
            "avant hier" => -2,
            _ => 0,
        };
        add(written_on.checked_add(shift.days()).ok(), span(&c), false);
    }
    for c in p.bare.captures_iter(text) {
        if !is_hour(text, span(&c).end) {
            add(next_numbered(day_number(&c, 1), None, written_on), span(&c), true);
        }
    }
    days.sort_by_key(|d| d.range.start);
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

/// Which half of a day words or hours tell. Both halves, or neither: `None`.
pub fn half(text: &str) -> Option<Half> {
    let p = &*PATTERNS;
    match (p.morning.is_match(text), p.afternoon.is_match(text)) {
        (true, false) => return Some(Half::Morning),
        (false, true) => return Some(Half::Afternoon),
        (true, true) => return None,
        (false, false) => {}
    }
    let hours = p.hours.captures(text)?;
    let start: u8 = hours[1].parse().ok().filter(|h| (6..=20).contains(h))?;
    let end: Option<u8> = hours.get(2).and_then(|h| h.as_str().parse().ok());
    match (start, end) {
        (0..=11, Some(15..)) => None,
        (0..=11, _) => Some(Half::Morning),
        _ => Some(Half::Afternoon),
    }
}

/// Is it a month's name, whole or shortened?
pub(super) fn is_month(word: &str) -> bool {
    MONTHS.split('|').any(|m| m.trim() == word)
}

pub(super) fn span(c: &Captures<'_>) -> Range<usize> {
    c.get(0).map_or(0..0, |m| m.range())
}

fn number(c: &Captures<'_>, group: usize) -> i16 {
    c.get(group).and_then(|m| m.as_str().parse().ok()).unwrap_or(0)
}

fn small(c: &Captures<'_>, group: usize) -> i8 {
    c.get(group).and_then(|m| m.as_str().parse().ok()).unwrap_or(0)
}

/// "le 8 h", "lundi 9h30": an hour, not a day. "jeudi 12 à 9h" is a day.
pub(super) fn is_hour(text: &str, end: usize) -> bool {
    let rest = text.get(end..).unwrap_or("");
    let rest = rest.strip_prefix(' ').unwrap_or(rest);
    rest.starts_with('h') && !rest.get(1..).is_some_and(|r| r.starts_with(char::is_alphabetic))
        || rest.starts_with("heure")
        || rest.starts_with(':')
        || rest.starts_with('%')
        || rest.starts_with("h0")
}

fn day_number(c: &Captures<'_>, group: usize) -> i8 {
    number_word(c.get(group).map_or("", |m| m.as_str()))
}

/// A day's number, in figures or words; 0 where it is none.
pub(super) fn number_word(text: &str) -> i8 {
    if let Ok(n) = text.parse() {
        return n;
    }
    const WORDS: [&str; 31] = [
        "premier",
        "deux",
        "trois",
        "quatre",
        "cinq",
        "six",
        "sept",
        "huit",
        "neuf",
        "dix",
        "onze",
        "douze",
        "treize",
        "quatorze",
        "quinze",
        "seize",
        "dix sept",
        "dix huit",
        "dix neuf",
        "vingt",
        "vingt et un",
        "vingt deux",
        "vingt trois",
        "vingt quatre",
        "vingt cinq",
        "vingt six",
        "vingt sept",
        "vingt huit",
        "vingt neuf",
        "trente",
        "trente et un",
    ];
    let place = WORDS.iter().position(|w| *w == text).or((text == "1er").then_some(0));
    place.and_then(|n| i8::try_from(n + 1).ok()).unwrap_or(0)
}

pub(super) fn month_number(name: &str) -> i8 {
    const STEMS: [&str; 12] = ["jan", "fev", "mar", "avr", "mai", "juin", "juil", "aou", "sep", "oct", "nov", "dec"];
    STEMS.iter().position(|s| name.starts_with(s)).and_then(|n| i8::try_from(n + 1).ok()).unwrap_or(0)
}

pub(super) fn weekday(name: &str) -> Option<Weekday> {
    Some(match name.get(..3)? {
        "lun" => Weekday::Monday,
        "mar" => Weekday::Tuesday,
        "mer" => Weekday::Wednesday,
        "jeu" => Weekday::Thursday,
        "ven" => Weekday::Friday,
        "sam" => Weekday::Saturday,
        "dim" => Weekday::Sunday,
        _ => return None,
    })
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

pub(super) fn days_between(from: Date, to: Date) -> i32 {
    from.until(to).map_or(i32::MAX, |s| s.get_days())
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
        let text = super::super::fold::fold(text, &std::collections::HashMap::new()).text;
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
        for text in ["la semaine prochaine", "sous 5 jours", "99/99/2026", "le 8 h", "0,50 j", "31/02", "2026-0012"] {
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
