//! French as it is written: dates, plurals, articles, spaces before punctuation.

use jiff::civil::{Date, Weekday};
use jiff::tz::TimeZone;
use jiff::{Timestamp, Zoned};

use crate::incident::state::Half;

/// The space that keeps a word and its punctuation on one line.
pub const NBSP: char = '\u{a0}';

const MONTHS: [&str; 12] = [
    "janvier",
    "février",
    "mars",
    "avril",
    "mai",
    "juin",
    "juillet",
    "août",
    "septembre",
    "octobre",
    "novembre",
    "décembre",
];

/// The name of a month, 1 to 12, in lower case; empty for any other number.
pub fn month(number: i8) -> &'static str {
    MONTHS.get(usize::from(number.unsigned_abs()).saturating_sub(1)).copied().unwrap_or("")
}

/// The weekday's name, in lower case.
pub fn weekday(day: Weekday) -> &'static str {
    match day {
        Weekday::Monday => "lundi",
        Weekday::Tuesday => "mardi",
        Weekday::Wednesday => "mercredi",
        Weekday::Thursday => "jeudi",
        Weekday::Friday => "vendredi",
        Weekday::Saturday => "samedi",
        Weekday::Sunday => "dimanche",
    }
}

/// "lundi 23 novembre", with the year where `today` is of another one and half a year away.
///
/// Never "hier" or "demain": nobody knows on which day a mail is read.
pub fn day(date: Date, today: Date) -> String {
    let (number, month) = month_day(date);
    let far = date.year() != today.year() && date.duration_until(today).abs().as_hours() > 24 * 180;
    let year = if far { format!(" {}", date.year()) } else { String::new() };
    format!("{} {number}{NBSP}{month}{year}", weekday(date.weekday()))
}

/// The day's number and its month: "1er" and "septembre".
pub fn month_day(date: Date) -> (String, &'static str) {
    let number = if date.day() == 1 { "1er".to_owned() } else { date.day().to_string() };
    (number, month(date.month()))
}

/// "7 h 55", "8 h".
pub fn hour(at: &Zoned) -> String {
    match at.minute() {
        0 => format!("{}{NBSP}h", at.hour()),
        m => format!("{}{NBSP}h{NBSP}{m:02}", at.hour()),
    }
}

/// "lundi 23 novembre à 7 h 55", in the school's zone.
pub fn moment(at: Timestamp, now: Timestamp, zone: &TimeZone) -> String {
    let local = at.to_zoned(zone.clone());
    format!("{} à {}", day(local.date(), now.to_zoned(zone.clone()).date()), hour(&local))
}

/// The day of `at`, without the hour.
pub fn day_of(at: Timestamp, now: Timestamp, zone: &TimeZone) -> String {
    day(at.to_zoned(zone.clone()).date(), now.to_zoned(zone.clone()).date())
}

/// "mardi 24 novembre au matin".
pub fn visit(date: Date, half: Option<Half>, today: Date) -> String {
    let half = match half {
        Some(Half::Morning) => " au matin",
        Some(Half::Afternoon) => " après-midi",
        None => "",
    };
    format!("{}{half}", day(date, today))
}

/// "le mardi 24 novembre au matin", "la semaine du lundi 23 novembre": a visit's day with its article.
pub fn visit_on(date: Date, half: Option<Half>, week: bool, today: Date) -> String {
    if week { format!("la semaine du {}", day(date, today)) } else { format!("le {}", visit(date, half, today)) }
}

/// "24/11", with the half of the day where it is known.
pub fn short_visit(date: Date, half: Option<Half>) -> String {
    let half = match half {
        Some(Half::Morning) => " matin",
        Some(Half::Afternoon) => " après-midi",
        None => "",
    };
    format!("{:02}/{:02}{half}", date.day(), date.month())
}

/// Days passed between two moments as the school's calendar counts them, never negative.
pub fn days_between(since: Timestamp, now: Timestamp, zone: &TimeZone) -> i64 {
    let (a, b) = (since.to_zoned(zone.clone()).date(), now.to_zoned(zone.clone()).date());
    (a.duration_until(b).as_hours() / 24).max(0)
}

/// "aujourd'hui", "1 jour", "3 jours": an age.
pub fn age(days: i64) -> String {
    match days {
        0 => "moins d’un jour".to_owned(),
        1 => format!("1{NBSP}jour"),
        n => format!("{n}{NBSP}jours"),
    }
}

/// The singular up to (not including) two, as French has it: "0 photo", "1 photo", "2 photos".
pub fn plural<'a>(n: i64, one: &'a str, many: &'a str) -> &'a str {
    if n.abs() < 2 { one } else { many }
}

/// "à" before a noun with its article: "au rectorat", "aux agents", "à la région", "à CESAME".
pub fn to(noun: &str) -> String {
    if let Some(rest) = noun.strip_prefix("le ") {
        format!("au {rest}")
    } else if let Some(rest) = noun.strip_prefix("les ") {
        format!("aux {rest}")
    } else {
        format!("à {noun}")
    }
}

/// "de" before a noun with its article: "du rectorat", "des agents", "de l'équipe", "d'Amon".
pub fn of(noun: &str) -> String {
    if let Some(rest) = noun.strip_prefix("le ") {
        format!("du {rest}")
    } else if let Some(rest) = noun.strip_prefix("les ") {
        format!("des {rest}")
    } else if starts_with_vowel(noun) {
        format!("d’{noun}")
    } else {
        format!("de {noun}")
    }
}

fn starts_with_vowel(word: &str) -> bool {
    word.chars().next().is_some_and(|c| "aeiouyâàéèêëîïôöûùüœæAEIOUYÂÀÉÈÊËÎÏÔÖÛÙÜŒÆ".contains(c))
}

/// "3, 7 et 12".
pub fn list<S: AsRef<str>>(items: &[S]) -> String {
    match items {
        [] => String::new(),
        [one] => one.as_ref().to_owned(),
        [init @ .., last] => {
            let init: Vec<&str> = init.iter().map(AsRef::as_ref).collect();
            format!("{} et {}", init.join(", "), last.as_ref())
        }
    }
}

/// Puts non-breaking spaces where French wants them: before `: ; ? !` and inside « ». Only spaces
/// that are there are changed, so addresses, hours (`10:30`) and URLs stay as they are.
pub fn typography(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 8);
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        let glue = c == ' ' && (out.ends_with('«') || chars.peek().is_some_and(|n| ":;?!»".contains(*n)));
        // A space that begins a line is an indent, not punctuation's.
        if glue && !out.is_empty() && !out.ends_with('\n') && !out.ends_with(' ') {
            out.push(NBSP);
        } else {
            out.push(if c == '\'' && out.chars().next_back().is_some_and(char::is_alphabetic) { '’' } else { c });
        }
    }
    out
}

/// The first letter in upper case.
pub fn capital(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or_else(String::new, |c| c.to_uppercase().chain(chars).collect())
}

/// A person's words on one line: white space and controls become single spaces; cut after `most`
/// characters with "…". Non-breaking spaces stay.
pub fn one_line(text: &str, most: usize) -> String {
    let mut out = String::new();
    let mut count = 0_usize;
    let mut gap = false;
    for c in text.chars() {
        if (c.is_whitespace() && c != NBSP && c != '\u{202f}') || c.is_control() || matches!(c, '\u{2028}' | '\u{2029}')
        {
            gap = true;
            continue;
        }
        if count >= most {
            return out.trim_end().to_owned() + "…";
        }
        if gap && !out.is_empty() {
            out.push(' ');
            count += 1;
        }
        gap = false;
        out.push(c);
        count += 1;
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    fn paris() -> TimeZone {
        TimeZone::get("Europe/Paris").unwrap()
    }

    #[test]
    fn a_moment_is_told_in_the_zone_of_the_school() {
        let at: Timestamp = "2026-11-23T06:55:00Z".parse().unwrap();
        assert_eq!(moment(at, at, &paris()), "lundi 23\u{a0}novembre à 7\u{a0}h\u{a0}55");
        let at: Timestamp = "2026-12-01T07:00:00Z".parse().unwrap();
        assert_eq!(moment(at, at, &paris()), "mardi 1er\u{a0}décembre à 8\u{a0}h");
    }

    #[test]
    fn a_day_of_long_ago_bears_its_year_and_one_of_last_month_does_not() {
        assert_eq!(day(date(2026, 12, 15), date(2027, 1, 5)), "mardi 15\u{a0}décembre");
        assert_eq!(day(date(2025, 12, 15), date(2027, 1, 5)), "lundi 15\u{a0}décembre 2025");
    }

    #[test]
    fn articles_melt_into_their_prepositions() {
        assert_eq!(to("le rectorat"), "au rectorat");
        assert_eq!(to("les agents"), "aux agents");
        assert_eq!(to("la région"), "à la région");
        assert_eq!(to("l’équipe ENT"), "à l’équipe ENT");
        assert_eq!(of("le rectorat"), "du rectorat");
        assert_eq!(of("CESAME"), "de CESAME");
        assert_eq!(of("Amon"), "d’Amon");
        assert_eq!(of("ordinateur"), "d’ordinateur");
    }

    #[test]
    fn a_visit_is_told_of_with_its_article() {
        let (monday, today) = (date(2026, 11, 23), date(2026, 11, 20));
        assert_eq!(visit_on(monday, None, true, today), "la semaine du lundi 23\u{a0}novembre");
        let morning = visit_on(monday, Some(Half::Morning), false, today);
        assert_eq!(morning, "le lundi 23\u{a0}novembre au matin");
    }

    #[test]
    fn zero_and_one_are_singular() {
        assert_eq!(plural(0, "photo", "photos"), "photo");
        assert_eq!(plural(1, "photo", "photos"), "photo");
        assert_eq!(plural(2, "photo", "photos"), "photos");
    }

    #[test]
    fn only_existing_spaces_become_unbreakable() {
        assert_eq!(
            typography("Réparé ? à 10:30 « oui » : https://a.b"),
            "Réparé\u{a0}? à 10:30 «\u{a0}oui\u{a0}»\u{a0}: https://a.b"
        );
        assert_eq!(typography("n'est"), "n’est");
        assert_eq!(typography("\n   : x"), "\n   : x");
    }

    #[test]
    fn words_on_one_line_cannot_forge_a_second() {
        assert_eq!(one_line("a\r\nUAI : 0\u{2028}b\t c", 80), "a UAI : 0 b c");
        assert_eq!(one_line("abcdef", 3), "abc…");
    }

    #[test]
    fn a_list_ends_with_et() {
        assert_eq!(list(&["3", "7", "12"]), "3, 7 et 12");
        assert_eq!(list::<&str>(&[]), "");
    }
}
