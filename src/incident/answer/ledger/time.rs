//! "TEMPS 2 h 30", "TEMPS 1,5 h 12/10", "TEMPS 45 min hier pour 2026-0012": the referent's own work.

use std::ops::Range;
use std::sync::LazyLock;

use jiff::ToSpan;
use jiff::civil::Date;
use regex::{Captures, Regex};

use super::statement::{Sheet, Statement, is_joint, without_joint};
use super::{Correction, Found, LedgerOrder, Scene, TimeTold, Unusable, day, expense, visit};
use crate::incident::Reference;

/// Minutes of a day: nobody works longer in one.
pub const MOST_MINUTES: u32 = 24 * 60;

#[allow(clippy::expect_used, reason = "constant patterns, compiled by the first test")]
fn pattern(text: &str) -> Regex {
    Regex::new(text).expect("a constant pattern")
}

static COMMAND: LazyLock<Regex> = LazyLock::new(|| pattern(r"^(?:temps|heures?)\b[ :=,]*"));
static DECIMAL: LazyLock<Regex> = LazyLock::new(|| pattern(r"(-)?\b(\d{1,9})[.,](\d{1,2}) ?(?:h|heures?)\b"));
static HOURS: LazyLock<Regex> = LazyLock::new(|| {
    pattern(r"(-)?\b(\d{1,9}) ?(?:h|heures?)(?: ?(\d{1,2})\b(?: ?(?:mn|min|minutes?)\b)?| et (demie?|quart)\b|\b)")
});
static MINUTES: LazyLock<Regex> = LazyLock::new(|| pattern(r"(-)?\b(\d{1,9}) ?(?:mn|min|minutes?)\b"));
static WORDED: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"\b(?:(?P<three>trois quarts|3/4)(?: d)? heures?|(?P<quarter>un quart|1/4)(?: d)? heure|(?:une |1/2 )?(?P<half>demi[ -]heure|1/2 heure)|(?P<n>une|deux|trois|quatre|cinq|six|sept|huit) heures?(?P<more> et demie?\b)?)\b",
    )
});
/// Several days at once: "cette semaine", "la semaine dernière", "ce mois-ci".
static WIDE: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"\b(?:de |dans |pour |sur |en )?(?:(?P<week>cette semaine|la semaine)|(?:ce|le|du) mois(?:[ -]ci)?)(?P<last> derniere?| passee?)?\b",
    )
});
/// Told of work that is still to be done.
static NOT_DONE: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"\b(?:a prevoir|prevue?s?|annulee?s?|reportee?s?|sera|faudra\w*|faudrait)\b"));

const KNOWN: &[&str] = &[
    "temps", "heure", "heures", "h", "min", "minutes", "travail", "referent", "passe", "passee", "passees", "environ",
    "env", "soit", "et", "j", "ai", "un", "une", "merci", "note", "noter", "jour", "total", "tout", "mon", "ma", "ce",
    "matin", "midi", "apres", "soir",
];

/// What a statement says of time, as far as it is understood.
struct Pieces {
    days: Vec<day::Named>,
    /// The day for which several days' work is noted.
    wide: Option<Date>,
    minutes: Result<Option<u32>, Unusable>,
    /// Where the first length begins.
    at: Option<usize>,
    refs: Vec<Reference>,
    /// From the first word that was not understood to the last.
    unknown: Option<Range<usize>>,
}

impl Pieces {
    fn day(&self, today: Date) -> Result<Date, Unusable> {
        match self.days.as_slice() {
            [] => Ok(self.wide.unwrap_or(today)),
            [one] => one.day.clone(),
            _ => Err(Unusable::SeveralDays),
        }
    }
}

/// Reads a statement as the referent's time; `None`: it is none.
pub(super) fn read(scene: &Scene<'_>, statement: &Statement) -> Option<Found> {
    let said = statement.said();
    let lead = COMMAND.find(said)?.end();
    let word = said.split(|c: char| !c.is_alphanumeric()).next().map_or(0, str::len);
    let typed = statement.original(statement.start..statement.start + word);
    // "TEMPS DE RÉPONSE TRÈS LONG" is a complaint.
    let rest = said.get(lead..).unwrap_or("");
    let shouted = !typed.chars().any(char::is_lowercase) && !rest.starts_with("de ") && !rest.starts_with("d ");
    let pieces = pieces(scene, statement, lead);
    let direct = pieces.at.is_some_and(|at| pieces.unknown.as_ref().is_none_or(|u| u.start > at));
    if !shouted && !direct {
        return None;
    }
    let text = &statement.folded.text;
    if let Some(fault) = expense::FAULT.find(text) {
        let before = text.get(..fault.end()).unwrap_or("");
        let cuts = [", ", "; ", " (", " mais", " car", " - "].iter().filter_map(|b| before.rfind(b));
        if let Some(cut) = cuts.filter(|at| pieces.at.is_some_and(|said| *at > said)).max() {
            let head = Statement::of(scene.reader, statement.original(0..cut));
            let mut found = read(scene, &head)?;
            found.tail = without_joint(statement.original(cut..text.len())).to_owned();
            return Some(found);
        }
    }
    let told = if NOT_DONE.is_match(text) { Err(Unusable::NotDone) } else { told(scene, statement, pieces) };
    let order = match told {
        Ok(told) => LedgerOrder::Time(told),
        Err(why) => LedgerOrder::Unusable { words: statement.words(), why },
    };
    Some(Found { orders: vec![order], tail: String::new(), free: false })
}

fn told(scene: &Scene<'_>, statement: &Statement, pieces: Pieces) -> Result<TimeTold, Unusable> {
    let on = pieces.day(scene.today)?;
    let minutes = pieces.minutes?.ok_or(Unusable::NoTime)?;
    let left_out = pieces.unknown.map(|range| statement.original(range).chars().take(60).collect());
    Ok(TimeTold { on, minutes, wide: pieces.days.is_empty() && pieces.wide.is_some(), left_out, refs: pieces.refs })
}

/// What a correction of noted time says.
pub(super) fn correction(scene: &Scene<'_>, statement: &Statement, lead: usize) -> Result<Correction, Unusable> {
    // The sign of a number below zero is not a part of what leads to it.
    let lead = statement.said().get(..lead).unwrap_or("").trim_end_matches(['-', ' ']).len();
    let pieces = pieces(scene, statement, lead);
    let named = !pieces.days.is_empty() || pieces.wide.is_some();
    let on = if named { Some(pieces.day(scene.today)?) } else { None };
    let incident = pieces.refs.first().copied();
    let correction = Correction { on, minutes: pieces.minutes?, incident, ..Correction::default() };
    if correction == Correction::default() { Err(Unusable::NothingToChange) } else { Ok(correction) }
}

fn pieces(scene: &Scene<'_>, statement: &Statement, lead: usize) -> Pieces {
    let mut sheet = Sheet::of(statement);
    sheet.blot(statement.start..statement.start + lead);
    let refs = sheet.take_references(scene.today.year(), true);
    let mut length = Length::default();
    // "1/4 d'heure" and "1.5 h" are no days; "2 h 12/10" is two hours, since the day is taken first.
    length.take(&mut sheet, &WORDED, worded);
    length.take(&mut sheet, &DECIMAL, decimal);
    let days = day::find(&sheet.text, scene.today);
    for day in &days {
        sheet.blot_with_lead(day.range.clone());
    }
    let wide = WIDE.captures(&sheet.text).map(|c| (c.get(0).map_or(0..0, |m| m.range()), wide_day(&c, scene.today)));
    if let Some((range, _)) = &wide {
        sheet.blot(range.clone());
    }
    length.take(&mut sheet, &visit::SPAN, from_to);
    length.take(&mut sheet, &HOURS, hours);
    length.take(&mut sheet, &MINUTES, |c| number(c, 2));
    let mut unknown: Option<Range<usize>> = None;
    for (range, word) in sheet.words() {
        if !KNOWN.contains(&word) && !is_joint(word) {
            unknown = Some(unknown.map_or(range.start, |u| u.start)..range.end);
        }
    }
    Pieces { days, wide: wide.map(|w| w.1), at: length.at, minutes: length.minutes(), refs, unknown }
}

/// The day for which work of several days is noted: today, or the last working day of what is past.
fn wide_day(said: &Captures<'_>, today: Date) -> Date {
    if said.name("last").is_none() {
        return today;
    }
    let day = if said.name("week").is_some() {
        // Friday of the week before.
        today.checked_sub((i64::from(today.weekday().to_monday_zero_offset()) + 3).days())
    } else {
        today.first_of_month().yesterday()
    };
    day.unwrap_or(today)
}

/// Lengths that a statement names, added up.
#[derive(Default)]
struct Length {
    minutes: Option<u64>,
    negative: bool,
    unclear: bool,
    at: Option<usize>,
}

impl Length {
    /// Adds and blots what matches; `None` of `read`: it is none that can be read.
    fn take(&mut self, sheet: &mut Sheet, pattern: &Regex, read: impl Fn(&Captures<'_>) -> Option<u64>) {
        let text = sheet.text.clone();
        for c in pattern.captures_iter(&text) {
            let Some(whole) = c.get(0) else { continue };
            let before = text.get(..whole.start()).unwrap_or("");
            self.negative |= whole.as_str().starts_with('-') && !before.ends_with(char::is_alphanumeric);
            match read(&c) {
                Some(minutes) => self.minutes = Some(self.minutes.unwrap_or(0).saturating_add(minutes)),
                None => self.unclear = true,
            }
            self.at = Some(self.at.map_or(whole.start(), |at| at.min(whole.start())));
            sheet.blot_with_lead(whole.range());
        }
    }

    fn minutes(&self) -> Result<Option<u32>, Unusable> {
        match self.minutes {
            _ if self.negative => Err(Unusable::NegativeTime),
            _ if self.unclear => Err(Unusable::NoTime),
            None => Ok(None),
            Some(0) => Err(Unusable::ZeroTime),
            Some(n) => match u32::try_from(n) {
                Ok(n) if n <= MOST_MINUTES => Ok(Some(n)),
                _ => Err(Unusable::MoreThanADay),
            },
        }
    }
}

fn number(c: &Captures<'_>, group: usize) -> Option<u64> {
    c.get(group)?.as_str().parse().ok()
}

fn worded(c: &Captures<'_>) -> Option<u64> {
    let Some(hours) = c.name("n") else {
        return Some(match (c.name("three"), c.name("quarter")) {
            (Some(_), _) => 45,
            (_, Some(_)) => 15,
            _ => 30,
        });
    };
    let names = ["une", "deux", "trois", "quatre", "cinq", "six", "sept", "huit"];
    let hours = names.iter().zip(1_u64..).find(|(name, _)| **name == hours.as_str())?.1;
    Some(hours * 60 + if c.name("more").is_some() { 30 } else { 0 })
}

/// To the nearest minute.
fn decimal(c: &Captures<'_>) -> Option<u64> {
    let digits = c.get(3)?.as_str();
    let hundredths = digits.parse::<u64>().ok()? * if digits.len() == 1 { 10 } else { 1 };
    Some(number(c, 2)? * 60 + (hundredths * 60 + 50) / 100)
}

fn hours(c: &Captures<'_>) -> Option<u64> {
    let more = match c.get(4).map(|m| m.as_str()) {
        Some("quart") => 15,
        Some(_) => 30,
        None => c.get(3).map_or(Some(0), |_| number(c, 3))?,
    };
    (more < 60).then_some(number(c, 2)? * 60 + more)
}

fn from_to(c: &Captures<'_>) -> Option<u64> {
    let moment = |hour: usize| {
        let minute = c.get(hour + 1).map_or(Some(0), |_| number(c, hour + 1))?;
        Some(number(c, hour)? * 60 + minute)
    };
    let (from, to) = (moment(1)?, moment(3)?);
    (to <= u64::from(MOST_MINUTES)).then(|| to.checked_sub(from)).flatten()
}
