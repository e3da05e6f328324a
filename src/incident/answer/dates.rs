//! Days in French, in words and figures. Works on folded text (lower case, no accents, see
//! [`super::fold`]).
//!
//! One finder says where a text names a day and how; which day that is depends on what the text
//! speaks of: a visit that is planned lies [`ahead`], one that was held lies behind
//! ([`mod@super::ledger`]).

mod ahead;

use std::ops::Range;
use std::sync::LazyLock;

use jiff::civil::{Date, Weekday};
use regex::{Captures, Regex};

use crate::incident::state::Half;

pub use ahead::{Day, find};

const WEEKDAYS: &str = "lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche|lun\\.|mar\\.|mer\\.|jeu\\.|ven\\.|sam\\.";
pub(super) const MONTHS: &str = "janvier|fevrier|mars|avril|mai|juin|juillet|aout|septembre|octobre|novembre|decembre|\
                      janv|fevr|fev|avr|juil|sept|oct|nov|dec|jan";
const NUMBERS: &str = "vingt et un|vingt deux|vingt trois|vingt quatre|vingt cinq|vingt six|vingt sept|vingt huit|\
                       vingt neuf|vingt|trente et un|trente|dix sept|dix huit|dix neuf|premier|1er|deux|trois|quatre|cinq|\
                       six|sept|huit|neuf|dix|onze|douze|treize|quatorze|quinze|seize";

/// How a text names a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Said<'t> {
    /// "12/10", "jeudi 12 octobre 2026", "2026-10-12".
    Dated {
        /// Its number; may be none that a month has.
        day: i8,
        /// 1 to 12, or what stands in its place.
        month: i8,
        /// Where it is named.
        year: Option<i16>,
        /// The weekday that stands before it.
        on: Option<Weekday>,
    },
    /// "jeudi 12", "le 12".
    Numbered {
        /// Its number.
        day: i8,
        /// The weekday that stands before it.
        on: Option<Weekday>,
        /// In letters: "le premier" may be the first of something else.
        in_letters: bool,
    },
    /// "jeudi", "ce jeudi", "jeudi de la semaine prochaine".
    OnWeekday {
        /// Which.
        on: Weekday,
        /// "ce ", "semaine prochaine, ", or nothing.
        before: &'t str,
        /// " prochain", " en huit", or nothing.
        after: &'t str,
    },
    /// "demain", "il y a trois jours", "dans 5 jours": so many days from the day of writing.
    Shifted {
        /// How many, below zero for days that have passed.
        days: i64,
    },
    /// "dans la journée": today, where no other day is named.
    DuringTheDay,
}

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
        iso: make(r"\b(?P<y>20\d\d)-(?P<m>\d\d)-(?P<d>\d\d)\b".to_owned()),
        numeric: make(format!(
            r"\b(?:(?P<on>{WEEKDAYS}),? (?:(?:le|du|au) )?)?(?P<d>\d{{1,2}})(?: ?/ ?(?P<m>\d{{1,2}})(?: ?/ ?(?P<y>\d{{4}}|\d{{2}}))?|[.-](?P<dm>\d{{1,2}})[.-](?P<dy>\d{{4}}|\d{{2}}))\b"
        )),
        written: make(format!(
            r"\b(?:(?P<on>{WEEKDAYS}),? )?(?:le )?(?P<d>\d{{1,2}}|{NUMBERS})(?:er)? (?:du mois de |de )?(?P<m>{MONTHS})\b\.?(?:,? (?P<y>20\d\d)\b)?"
        )),
        weekday_number: make(format!(r"\b(?P<on>{WEEKDAYS}),? (?:le )?(?P<d>\d{{1,2}}|{NUMBERS})\b")),
        weekday: make(format!(
            r"\b(?:(?P<before>semaine prochaine,? |des ce |ce )?(?:le )?)(?P<on>{WEEKDAYS})\b(?P<after> prochain| en huit| en quinze| dernier| passe| de la semaine prochaine| semaine prochaine| de la semaine derniere| qui vient)?"
        )),
        in_days: make(format!(r"\b(?P<lead>dans|il y a) (?P<n>\d{{1,3}}|{NUMBERS}) jours?\b")),
        near: make(
            r"\b(?P<near>apres demain|demain|aujourd hui|ce jour|dans la journee|ce matin|(?:cet|cette) (?:apres midi|aprem)|ce soir|tout a l heure|avant hier|hier)\b"
                .to_owned(),
        ),
        bare: make(format!(r"\b(?:le|du|au|des le|pour le) (?P<d>\d{{1,2}}|1er|{NUMBERS})\b")),
        hours: make(r"\b(\d{1,2}) ?(?:h|heures?\b|:)(?: ?\d{2}\b)?(?: ?(?:-|a|et|/|jusqu a) ?(\d{1,2}) ?(?:h|heures?\b|:))?".to_owned()),
        morning: make(r"\b(?:matin|matinee|avant midi|am)\b".to_owned()),
        phone: make(r"(?:\+ ?33|\b0)[ .-]?(?:\(0\) ?)?\d(?:[ .-]?\d\d){4}\b".to_owned()),
        afternoon: make(r"\b(?:apres midi|aprem|apm|pm|soir|soiree|fin de journee)\b".to_owned()),
    }
});

/// Every day that `text` names, in order, each once, as far as `of` can tell which one it is. What it
/// cannot tell leaves its words to a plainer reading ("mardi 31/2": Tuesday). `of` is given how the
/// day is named and where.
pub(super) fn named<T>(text: &str, mut of: impl FnMut(Said<'_>, &Range<usize>) -> Option<T>) -> Vec<(Range<usize>, T)> {
    let p = &*PATTERNS;
    // A telephone number's pairs are no days; what stands beside keeps its place.
    let masked = p.phone.replace_all(text, |c: &Captures<'_>| "_".repeat(c.get(0).map_or(0, |m| m.len())));
    let text = masked.as_ref();
    let mut days: Vec<(Range<usize>, T)> = Vec::new();
    let readings: [(&Regex, Reading); 8] = [
        (&p.iso, dated),
        (&p.numeric, dated),
        (&p.written, dated),
        (&p.weekday_number, numbered),
        (&p.weekday, on_weekday),
        (&p.in_days, in_days),
        (&p.near, near),
        (&p.bare, numbered),
    ];
    for (pattern, read) in readings {
        for c in pattern.captures_iter(text) {
            let range = c.get(0).map_or(0..0, |m| m.range());
            if days.iter().any(|(known, _)| known.start < range.end && range.start < known.end) {
                continue;
            }
            if let Some(day) = read(&c, text.get(range.end..).unwrap_or("")).and_then(|said| of(said, &range)) {
                days.push((range, day));
            }
        }
    }
    days.sort_by_key(|(range, _)| range.start);
    days
}

/// Captures and what follows them -> how a day is named.
type Reading = for<'t> fn(&Captures<'t>, &str) -> Option<Said<'t>>;

fn group<'t>(c: &Captures<'t>, name: &str) -> &'t str {
    c.name(name).map_or("", |m| m.as_str())
}

fn dated<'t>(c: &Captures<'t>, after: &str) -> Option<Said<'t>> {
    // "1/2 journée" is half a day, "1/2 heure" no day at all.
    let after = after.trim_start();
    if after.starts_with("jour") || after.starts_with("heure") || after.starts_with('/') {
        return None;
    }
    let month = [group(c, "m"), group(c, "dm")].into_iter().find(|m| !m.is_empty())?;
    let month = month.parse().unwrap_or_else(|_| month_number(month));
    let year = [group(c, "y"), group(c, "dy")].into_iter().find_map(|y| y.parse::<i16>().ok());
    let year = year.map(|y| if y < 100 { 2000 + y } else { y });
    Some(Said::Dated { day: number_word(group(c, "d")), month, year, on: weekday(group(c, "on")) })
}

fn numbered<'t>(c: &Captures<'t>, _: &str) -> Option<Said<'t>> {
    let day = group(c, "d");
    let in_letters = !day.starts_with(|c: char| c.is_ascii_digit());
    Some(Said::Numbered { day: number_word(day), on: weekday(group(c, "on")), in_letters })
}

fn on_weekday<'t>(c: &Captures<'t>, _: &str) -> Option<Said<'t>> {
    Some(Said::OnWeekday { on: weekday(group(c, "on"))?, before: group(c, "before"), after: group(c, "after") })
}

fn in_days<'t>(c: &Captures<'t>, _: &str) -> Option<Said<'t>> {
    let n = group(c, "n");
    let n = n.parse().unwrap_or_else(|_| i64::from(number_word(n)));
    Some(Said::Shifted { days: if group(c, "lead") == "dans" { n } else { -n } })
}

fn near<'t>(c: &Captures<'t>, _: &str) -> Option<Said<'t>> {
    let days = match group(c, "near") {
        "demain" => 1,
        "apres demain" => 2,
        "hier" => -1,
        "avant hier" => -2,
        "dans la journee" => return Some(Said::DuringTheDay),
        _ => 0,
    };
    Some(Said::Shifted { days })
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
    let start: u8 = hours.get(1)?.as_str().parse().ok().filter(|h| (6..=20).contains(h))?;
    let end: Option<u8> = hours.get(2).and_then(|h| h.as_str().parse().ok());
    match (start, end) {
        (0..=11, Some(15..)) => None,
        (0..=11, _) => Some(Half::Morning),
        _ => Some(Half::Afternoon),
    }
}

/// Does a text name an hour: "entre 10 h et 12 h", "à 9h30", "vers 14:00"?
pub(super) fn names_hours(text: &str) -> bool {
    PATTERNS.hours.is_match(text)
}

/// Is it a month's name, whole or shortened?
pub(super) fn is_month(word: &str) -> bool {
    MONTHS.split('|').any(|m| m.trim() == word)
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

pub(super) fn days_between(from: Date, to: Date) -> i32 {
    from.until(to).map_or(i32::MAX, |s| s.get_days())
}
