//! `CLASSEUR`, `CLASSEUR octobre`, `CLASSEUR 1/9 au 31/10`.

use std::sync::LazyLock;

use jiff::ToSpan;
use jiff::civil::Date;
use regex::Regex;

use super::super::dates::{MONTHS, month_number, number_word};
use super::manage::strip_thanks;
use super::statement::Statement;
use super::{LedgerOrder, Scene, Unusable, day};

#[allow(clippy::expect_used, reason = "constant patterns, compiled by the first test")]
fn pattern(text: &str) -> Regex {
    Regex::new(text).expect("a constant pattern")
}

static COMMAND: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"^(?:(?:envoie|envoyez|envoyer|donne|donnez)(?: moi| nous)? )?(?:le |un |mon |notre )?classeur\b[ :]*(.*)$",
    )
});
static MONTH: LazyLock<Regex> = LazyLock::new(|| {
    pattern(&format!(r"^(?:(?:de|du|d|pour|mois|le|de la|en|periode)\b ?)*({MONTHS})\.?(?: (20\d\d))?$"))
});
static MONTHS_SPAN: LazyLock<Regex> = LazyLock::new(|| {
    pattern(&format!(
        r"^(?:(?:de|du|d|pour|mois)\b ?)*({MONTHS})\.?(?: (20\d\d))? ?(?:a|au|-|et|jusqu a|jusqu en) ?({MONTHS})\.?(?: (20\d\d))?$"
    ))
});
static NUMERIC: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"^(?:(?:de|du|pour|mois)\b ?)*(?:(20\d\d)[-/](\d{1,2})|(\d{1,2})[-/](20\d\d))$"));
static YEAR: LazyLock<Regex> = LazyLock::new(|| pattern(r"^(?:(?:de|d|pour|l|annee|en)\b ?)*(20\d\d)$"));
static SCHOOL_YEAR: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"^(?:(?:de|d|du|pour|l|la|cette|annee|scolaire|depuis|rentree)\b ?)+(?:(20\d\d)[-/ ](20\d\d))?$|^(20\d\d)[-/ ](20\d\d)$",
    )
});
static DAYS: LazyLock<Regex> = LazyLock::new(|| {
    pattern(&format!(
        r"^(?:(?:de|du|le|pour|periode|entre|la)\b ?)*(?P<a>\d{{1,2}}(?:er)?)(?: ?/ ?(?P<am>\d{{1,2}})(?: ?/ ?(?P<ay>20\d\d|\d\d))?| (?P<an>{MONTHS})(?: (?P<ay2>20\d\d))?)? ?(?:au|a|-|et le|et|jusqu au) ?(?:le )?(?P<b>\d{{1,2}}(?:er)?)(?: ?/ ?(?P<bm>\d{{1,2}})(?: ?/ ?(?P<by>20\d\d|\d\d))?| (?P<bn>{MONTHS})(?: (?P<by2>20\d\d))?)$"
    ))
});
static ISO_DAYS: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"^(?:(?:de|du|le)\b ?)*(20\d\d-\d\d-\d\d) ?(?:au|a|-) ?(?:le )?(20\d\d-\d\d-\d\d)$"));
static SINCE: LazyLock<Regex> = LazyLock::new(|| pattern(r"^depuis (?:le )?"));

/// Reads a statement as a wish for the classeur.
pub(super) fn read(scene: &Scene<'_>, statement: &Statement) -> Option<Vec<LedgerOrder>> {
    let said = strip_thanks(statement.said());
    let wanted = COMMAND.captures(said)?.get(1)?.as_str().trim_matches([' ', ',']);
    // "Le classeur de la B204 est cassé": a sentence, no command.
    if wanted.split_whitespace().count() > 9 {
        return None;
    }
    let order = match period(wanted, scene.today) {
        Some((from, to)) => LedgerOrder::Binder { from, to },
        None if said.starts_with("classeur") => {
            LedgerOrder::Unusable { words: statement.words(), why: Unusable::NoPeriod }
        }
        None => return None,
    };
    Some(vec![order])
}

/// First and last day of the period that `wanted` (folded) names, seen on `today`. It may be
/// backwards or lie ahead: whoever makes the classeur says so.
pub(super) fn period(wanted: &str, today: Date) -> Option<(Date, Date)> {
    let this_month = today.first_of_month();
    match wanted {
        "" | "ce mois" | "ce mois ci" | "du mois" | "le mois" | "mois" | "du mois en cours" | "mois en cours" => {
            return Some((this_month, today));
        }
        "mois dernier" | "du mois dernier" | "le mois dernier" | "dernier mois" | "du mois passe" | "mois passe" => {
            let last = this_month.yesterday().ok()?;
            return Some((last.first_of_month(), last));
        }
        _ => {}
    }
    if let Some(c) = MONTH.captures(wanted) {
        let year = c.get(2).and_then(|y| y.as_str().parse().ok());
        return month(month_number(c.get(1)?.as_str()), year, today);
    }
    if let Some(c) = NUMERIC.captures(wanted) {
        let group = |n: usize| c.get(n).map(|m| m.as_str());
        let year = group(1).or(group(4))?.parse().ok();
        return month(group(2).or(group(3))?.parse().ok()?, year, today);
    }
    if let Some(c) = MONTHS_SPAN.captures(wanted) {
        let year = |n: usize| c.get(n).and_then(|y| y.as_str().parse::<i16>().ok());
        let last = month(month_number(c.get(3)?.as_str()), year(4), today)?;
        let first_month = month_number(c.get(1)?.as_str());
        let before = if first_month <= last.0.month() { last.0.year() } else { last.0.year().checked_sub(1)? };
        let first = month(first_month, year(2).or(Some(before)), today)?;
        return Some((first.0, last.1));
    }
    if let Some(c) = ISO_DAYS.captures(wanted) {
        return Some((c.get(1)?.as_str().parse().ok()?, c.get(2)?.as_str().parse().ok()?));
    }
    if let Some(c) = DAYS.captures(wanted) {
        return days(&c, today);
    }
    if let Some(m) = SINCE.find(wanted)
        && let [only] = day::find(wanted.get(m.end()..)?, today).as_slice()
        && only.range == (0..wanted.len() - m.end())
    {
        return only.day.clone().ok().map(|from| (from, today));
    }
    if let Some(c) = YEAR.captures(wanted) {
        let year = c.get(1)?.as_str().parse().ok()?;
        return Some((Date::new(year, 1, 1).ok()?, Date::new(year, 12, 31).ok()?.min(today)));
    }
    if let Some(c) = SCHOOL_YEAR.captures(wanted) {
        let group = |n: usize| c.get(n).and_then(|m| m.as_str().parse::<i16>().ok());
        let year = match group(1).or(group(3)) {
            Some(year) => year,
            None if today.month() >= 9 => today.year(),
            None => today.year().checked_sub(1)?,
        };
        let to = group(2).or(group(4)).unwrap_or(year.checked_add(1)?);
        return Some((Date::new(year, 9, 1).ok()?, Date::new(to, 8, 31).ok()?.min(today)));
    }
    None
}

/// A whole month; without a year the nearest past one; the present one up to today.
fn month(month: i8, year: Option<i16>, today: Date) -> Option<(Date, Date)> {
    let year = match year {
        Some(year) => year,
        None if month <= today.month() => today.year(),
        None => today.year().checked_sub(1)?,
    };
    let first = Date::new(year, month, 1).ok()?;
    let last = first.last_of_month();
    Some((first, if first <= today && today < last { today } else { last }))
}

fn days(c: &regex::Captures<'_>, today: Date) -> Option<(Date, Date)> {
    let text = |n: &str| c.name(n).map(|m| m.as_str());
    let number = |n: &str| text(n).map(|t| number_word(t.trim_end_matches("er")));
    let year = |n: &str, m: &str| {
        let year = text(n).or(text(m))?.parse::<i16>().ok()?;
        Some(if year < 100 { 2000 + year } else { year })
    };
    let to_month = number("bm").or_else(|| text("bn").map(month_number))?;
    let from_month = number("am").or_else(|| text("an").map(month_number)).unwrap_or(to_month);
    let (from_day, to_day) = (number("a")?, number("b")?);
    let to_year = year("by", "by2");
    // A school's year goes from summer to summer: "1/9 au 31/1" ends in the next year.
    let crosses = from_month >= 8 && to_month < 8;
    let from = match (year("ay", "ay2"), to_year) {
        (Some(year), _) => Date::new(year, from_month, from_day).ok()?,
        (None, Some(year)) => {
            Date::new(if crosses { year.checked_sub(1)? } else { year }, from_month, from_day).ok()?
        }
        (None, None) => {
            let this_year = Date::new(today.year(), from_month, from_day).ok()?;
            if this_year <= today { this_year } else { this_year.checked_sub(1.year()).ok()? }
        }
    };
    let to_year = to_year.unwrap_or(if crosses { from.year().checked_add(1)? } else { from.year() });
    Some((from, Date::new(to_year, to_month, to_day).ok()?))
}
