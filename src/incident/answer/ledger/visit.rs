//! "VISITE 12/10 matin SCC", "le technicien est passé jeudi après-midi, 2 h".

use std::ops::Range;
use std::sync::LazyLock;

use jiff::civil::Date;
use regex::Regex;

use super::statement::{BLOT, Sheet, Statement, without_joint};
use super::{Correction, Found, LedgerOrder, Scene, Unusable, VisitTold, day};
use crate::incident::state::Half;

/// Longer than this nobody works at a school in a day.
const LONGEST_MINUTES: u32 = 12 * 60;
/// One statement notes no more visits than this.
const MOST: usize = 20;

#[allow(clippy::expect_used, reason = "constant patterns, compiled by the first test")]
fn pattern(text: &str) -> Regex {
    Regex::new(text).expect("a constant pattern")
}

static COMMAND: LazyLock<Regex> = LazyLock::new(|| pattern(r"^visites?\b[ :=,-]*"));
/// A noun begins it, or somebody is said to have come.
static FREE: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"^(?:(?:une? |la |le |l )?(?:visite|passage|intervention|deplacement|venue)\b|.{0,60}\b(?:est|sont|a|ont) (?:bien |enfin |aussi |re)?(?:passee?s?|venue?s?|intervenue?s?|restee?s?)\b)",
    )
});
static CAME: LazyLock<Regex> = LazyLock::new(|| {
    pattern(r"\b(?:est|sont|a|ont) (?:bien |enfin |aussi |re)?(?:passee?s?|venue?s?|intervenue?s?|restee?s?)\b")
});
static SOMEBODY: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"\b(?:technicien(?:ne)?s?|tech|depanneurs?|reparateurs?|prestataires?|mainteneurs?|intervenants?|equipe)\b",
    )
});
static INSTEAD: LazyLock<Regex> = LazyLock::new(|| pattern(r"\b(?:au lieu|a la place|et non|et pas)\b"));
static WHOLE: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"\b(?:toute (?:la )?journee|(?:la )?journee (?:entiere|complete)|une journee|1 ?j(?:our(?:nee)?)?|journee|matin et (?:l )?(?:apres midi|aprem))\b",
    )
});
static HALF_DAY: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"\b(?:une |1 )?(?:demi|1/2|0[.,]5) ?-?(?:journee|j(?:our)?)\b"));
static MORNING: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"\b(?:ce |le |au |dans la |en |du )*(?:matin|matinee|am)\b"));
static AFTERNOON: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"\b(?:cet(?:te)? |l |en |dans l |fin d |debut d |ce |le )*(?:apres midi|aprem|apm|pm|soir|soiree|fin de journee)\b",
    )
});
/// "de 14 h à 16 h 30".
pub(super) static SPAN: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"\b(?:de |entre |vers )?(\d{1,2}) ?(?:h|heures?|:)(?: ?(\d\d)\b)? ?(?:-|a|et|jusqu a|/) ?(\d{1,2}) ?(?:h|heures?|:)(?: ?(\d\d)\b)?\b?",
    )
});
static HOURS: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"\b(a |des |vers |pendant |durant |duree |environ |env\.? |soit |de )*(\d{1,2})(?:[.,](5))? ?(?:h|heures?)(?: ?(\d\d)\b|\b)(?: environ\b)?",
    )
});
static MINUTES: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"\b(?:pendant |durant |environ )?(\d{1,3}) ?(?:mn|min|minutes?)\b"));
/// Told of a visit that was not held.
static NOT_HELD: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"\b(?:pas|jamais|personne|annulee?s?|reportee?s?|decalee?s?|repoussee?s?|prevue?s?|a prevoir|manquee?s?|ratee?s?|sera|serait|devait|doit|non|finalement|sans)\b",
    )
});
static COMPANY: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"\b(?:de |par |d )?(?:la |l )?(?:societe|entreprise|ste) ([a-z0-9&]+(?: [a-z0-9&]+)?)"));

const KNOWN: &[&str] = &[
    "visite",
    "visites",
    "passage",
    "intervention",
    "deplacement",
    "venue",
    "le",
    "la",
    "les",
    "l",
    "un",
    "une",
    "de",
    "du",
    "des",
    "d",
    "a",
    "au",
    "en",
    "pour",
    "et",
    "sur",
    "dans",
    "par",
    "chez",
    "ici",
    "place",
    "site",
    "lycee",
    "etablissement",
    "technicien",
    "technicienne",
    "techniciens",
    "tech",
    "reparateur",
    "depanneur",
    "prestataire",
    "mainteneur",
    "intervenant",
    "equipe",
    "maintenance",
    "informatique",
    "est",
    "sont",
    "ont",
    "bien",
    "enfin",
    "aussi",
    "passe",
    "passee",
    "passes",
    "passees",
    "venu",
    "venus",
    "venues",
    "intervenu",
    "intervenue",
    "intervenus",
    "reste",
    "restee",
    "restes",
    "effectuee",
    "effectue",
    "faite",
    "fait",
    "duree",
    "pendant",
    "durant",
    "environ",
    "env",
    "soit",
    "seulement",
    "demi",
    "journee",
    "jour",
    "heure",
    "heures",
    "h",
    "toute",
    "tout",
    "matin",
    "midi",
    "merci",
    "bonne",
    "notee",
    "note",
    "noter",
    "dossier",
    "ticket",
    "incident",
    "signalement",
    "sig",
    "no",
    "reference",
    "lieu",
    "vers",
    "entre",
    "nous",
    "vu",
    "son",
    "sa",
    "ce",
    "cette",
    "s",
    "il",
    "vous",
    "plait",
    "te",
    "cordialement",
    "bonjour",
    "soiree",
    "salle",
];

/// What a statement says of a visit, as far as it is understood.
struct Pieces {
    days: Vec<day::Named>,
    instead: Option<usize>,
    halves: Vec<(usize, Half)>,
    whole: bool,
    half_day: bool,
    minutes: Result<Option<u32>, Unusable>,
    by: String,
    refs: Vec<crate::incident::Reference>,
    left_out: Option<String>,
    /// The first word that was not understood.
    unknown: Option<Range<usize>>,
}

/// Reads a statement as a visit; `None`: it is none.
pub(super) fn read(scene: &Scene<'_>, statement: &Statement) -> Option<Found> {
    let said = statement.said();
    let command = COMMAND.find(said);
    let shouted = command.is_some_and(|m| {
        let typed = statement.original(statement.start..statement.start + m.end());
        !typed.chars().any(char::is_lowercase)
    });
    if command.is_none() && !FREE.is_match(said) {
        return None;
    }
    let pieces = pieces(scene, statement);
    let day_at = pieces.days.first().map(|d| d.range.start);
    // "VISITE 12/10", "visite : hier matin", "visite SCC 12/10": the command with its day, and
    // nothing in between that is not understood.
    let direct = command.is_some_and(|m| {
        let from = statement.start + m.end();
        let between = |at: usize| {
            pieces.unknown.as_ref().is_none_or(|u| u.start > at)
                && statement.folded.text.get(from..at).is_none_or(|t| t.split_whitespace().count() <= 3)
        };
        day_at.is_some_and(between)
    });
    if let Some(unknown) = pieces.unknown.clone() {
        if !(direct || shouted) {
            return None;
        }
        return Some(with_tail(scene, statement, &unknown, day_at));
    }
    if !direct && !shouted && (!is_plain(scene, statement, &pieces) || day_at.is_none()) {
        return None;
    }
    Some(Found { orders: orders(statement, pieces), tail: String::new(), free: !(direct || shouted) })
}

/// Free words are a visit only where somebody came, on a day that is past for certain.
fn is_plain(scene: &Scene<'_>, statement: &Statement, pieces: &Pieces) -> bool {
    let said = statement.said();
    let came = CAME.is_match(said);
    let somebody = SOMEBODY.is_match(said) || company(scene, statement).is_some() || !came;
    let dated = pieces.days.iter().all(|d| came || !d.vague);
    somebody && dated && pieces.days.iter().all(|d| d.day.is_ok())
}

/// The command is understood up to a word: what follows the clause before it is said beside.
fn with_tail(scene: &Scene<'_>, statement: &Statement, unknown: &Range<usize>, day_at: Option<usize>) -> Found {
    let text = &statement.folded.text;
    let refused = |why| Found {
        orders: vec![LedgerOrder::Unusable { words: statement.words(), why }],
        tail: String::new(),
        free: false,
    };
    if day_at.is_none_or(|d| d > unknown.start) {
        let held = NOT_HELD.is_match(text);
        return refused(if held { Unusable::NotDone } else { Unusable::NoDay });
    }
    let before = text.get(..unknown.start).unwrap_or("");
    let cut = [", ", "; ", " mais ", " car ", " (", " - ", ": "]
        .iter()
        .filter_map(|b| before.rfind(b))
        .filter(|at| day_at.is_some_and(|d| *at > d))
        .max();
    let tail = cut.unwrap_or(unknown.start);
    let beside = text.get(tail..).unwrap_or("").trim_start_matches([',', ';', '(', '-', ':', ' ']);
    let first: String = beside.split_whitespace().take(3).collect::<Vec<_>>().join(" ");
    if NOT_HELD.is_match(&first) && (cut.is_none() || !beside.starts_with("mais")) {
        let fault = ["marche", "fonctionne", "repar", "resolu", "regle"].iter().any(|w| beside.contains(w));
        if cut.is_none() || !fault {
            return refused(Unusable::NotDone);
        }
    }
    let head = statement.original(0..tail).to_owned();
    let rest = without_joint(statement.original(tail..text.len())).to_owned();
    let head = Statement::of(scene.reader, &head);
    let mut found = Found { orders: orders(&head, pieces(scene, &head)), tail: rest, free: false };
    // "SCC Karim": a lone word may be a person's name, which is not kept.
    if found.tail.split_whitespace().count() == 1
        && let [LedgerOrder::Visit(visit)] = found.orders.as_mut_slice()
    {
        visit.left_out = Some(std::mem::take(&mut found.tail));
    }
    found
}

fn pieces(scene: &Scene<'_>, statement: &Statement) -> Pieces {
    let mut sheet = Sheet::of(statement);
    let refs = sheet.take_references(scene.today.year(), true);
    let days = day::find(&sheet.text, scene.today);
    let instead = INSTEAD.find(&sheet.text).map(|m| m.range());
    // "cet après-midi", "ce matin": day and half in the same words.
    let halves_in: Vec<(usize, Half)> = halves(&sheet.text);
    for day in &days {
        sheet.blot_with_lead(day.range.clone());
    }
    if let Some(range) = &instead {
        sheet.blot(range.clone());
    }
    let whole = WHOLE.find(&sheet.text).map(|m| m.range());
    let half_day = HALF_DAY.find(&sheet.text).map(|m| m.range());
    let is_whole = whole.is_some() && half_day.is_none();
    for range in half_day.iter().chain(whole.iter()) {
        sheet.blot(range.clone());
    }
    let (minutes, from_hours) = duration(&mut sheet);
    for pattern in [&*MORNING, &*AFTERNOON] {
        let ranges: Vec<Range<usize>> = pattern.find_iter(&sheet.text).map(|m| m.range()).collect();
        for range in ranges {
            sheet.blot(range);
        }
    }
    for spot in scene.reader.spots(&statement.source, &statement.folded) {
        sheet.blot_with_lead(spot.range);
    }
    let by = match company(scene, statement) {
        Some((name, range)) => {
            sheet.blot(range);
            name
        }
        None => String::new(),
    };
    let mut left_out = None;
    let mut unknown = None;
    let all = sheet.words();
    for (n, (range, word)) in all.iter().enumerate() {
        if KNOWN.contains(word) || word.chars().all(|c| c == BLOT) {
            continue;
        }
        // "le technicien Karim est passé": the name is not kept.
        let after_somebody = n > 0
            && all.get(n - 1).is_some_and(|(r, w)| SOMEBODY.is_match(w) && r.end + 1 == range.start)
            && statement.original(range.clone()).starts_with(char::is_uppercase);
        if after_somebody {
            left_out = Some(statement.original(range.clone()).to_owned());
            continue;
        }
        unknown = Some(range.clone());
        break;
    }
    let mut halves = halves_in;
    if halves.is_empty() && !is_whole {
        halves.extend(from_hours.map(|h| (statement.folded.text.len(), h)));
    }
    Pieces {
        instead: instead.map(|r| r.start),
        days,
        halves,
        whole: is_whole,
        half_day: half_day.is_some(),
        minutes,
        by,
        refs,
        left_out,
        unknown,
    }
}

fn halves(text: &str) -> Vec<(usize, Half)> {
    let mut found: Vec<(usize, Half)> = MORNING.find_iter(text).map(|m| (m.start(), Half::Morning)).collect();
    found.extend(AFTERNOON.find_iter(text).map(|m| (m.start(), Half::Afternoon)));
    found.sort_by_key(|h| h.0);
    found
}

/// How long, and which half of the day the hours tell.
fn duration(sheet: &mut Sheet) -> (Result<Option<u32>, Unusable>, Option<Half>) {
    let number = |c: &regex::Captures<'_>, n: usize| c.get(n).and_then(|m| m.as_str().parse::<u32>().ok());
    let half_of = |hour: u32| if hour < 12 { Half::Morning } else { Half::Afternoon };
    let mut minutes: Option<u32> = None;
    let mut half = None;
    let mut too_long = false;
    if let Some(c) = SPAN.captures(&sheet.text.clone()) {
        let (from, to) = (number(&c, 1).unwrap_or(0), number(&c, 3).unwrap_or(0));
        let (a, b) = (from * 60 + number(&c, 2).unwrap_or(0), to * 60 + number(&c, 4).unwrap_or(0));
        if from <= 24 && to <= 24 && b > a {
            minutes = Some(b - a);
            // "de 9 h à 16 h" is neither half.
            half = (half_of(from) == half_of(to.saturating_sub(1))).then(|| half_of(from));
            sheet.blot(c.get(0).map_or(0..0, |m| m.range()));
        }
    }
    while let Some(c) = HOURS.captures(&sheet.text.clone()) {
        let hours = number(&c, 2).unwrap_or(0);
        let lead = c.get(1).map_or("", |m| m.as_str());
        let clock = matches!(lead, "a " | "des " | "vers ") || hours >= 8 && lead.is_empty();
        if clock && hours <= 24 {
            half = half.or(Some(half_of(hours)));
        } else {
            let part = if c.get(3).is_some() { 30 } else { number(&c, 4).unwrap_or(0) };
            minutes = Some(minutes.unwrap_or(0) + hours * 60 + part);
        }
        sheet.blot(c.get(0).map_or(0..0, |m| m.range()));
    }
    while let Some(c) = MINUTES.captures(&sheet.text.clone()) {
        minutes = Some(minutes.unwrap_or(0) + number(&c, 1).unwrap_or(0));
        sheet.blot(c.get(0).map_or(0..0, |m| m.range()));
    }
    too_long |= minutes.is_some_and(|m| m == 0 || m > LONGEST_MINUTES);
    (if too_long { Err(Unusable::TooLong) } else { Ok(minutes) }, half)
}

/// Who came: a company that the school knows, one that is called so, or an acronym.
fn company(scene: &Scene<'_>, statement: &Statement) -> Option<(String, Range<usize>)> {
    let text = &statement.folded.text;
    for known in scene.companies {
        let name = scene.reader.fold(known).text;
        let found = text.match_indices(&name).find(|(at, _)| {
            let letter = |c: Option<char>| c.is_some_and(char::is_alphanumeric);
            !name.is_empty()
                && *at >= statement.start
                && !letter(text.get(..*at).and_then(|b| b.chars().next_back()))
                && !letter(text.get(at + name.len()..).and_then(|a| a.chars().next()))
        });
        if let Some((at, _)) = found {
            return Some((known.clone(), at..at + name.len()));
        }
    }
    if let Some(c) = COMPANY.captures(text)
        && let (Some(whole), Some(name)) = (c.get(0), c.get(1))
    {
        let first = name.as_str().split(' ').next().unwrap_or("");
        let end = name.start() + first.len();
        return Some((statement.original(name.start()..end).to_owned(), whole.start()..end));
    }
    if statement.all_capitals() {
        return None;
    }
    let sheet = Sheet::of(statement);
    let acronym = sheet.words().into_iter().find(|(range, word)| {
        let typed = statement.original(range.clone());
        (2..=5).contains(&typed.chars().count())
            && typed.chars().all(char::is_uppercase)
            && !KNOWN.contains(word)
            && !matches!(*word, "visit" | "am" | "pm" | "sig" | "ok")
    });
    acronym.map(|(range, _)| (statement.original(range.clone()).to_owned(), range))
}

fn orders(statement: &Statement, pieces: Pieces) -> Vec<LedgerOrder> {
    let refused = |why| vec![LedgerOrder::Unusable { words: statement.words(), why }];
    let minutes = match pieces.minutes {
        Ok(minutes) => minutes,
        Err(why) => return refused(why),
    };
    let (days, others): (Vec<_>, Vec<_>) =
        pieces.days.into_iter().take(MOST).partition(|d| pieces.instead.is_none_or(|i| d.range.start < i));
    if days.is_empty() {
        return refused(Unusable::NoDay);
    }
    let instead_of: Option<Date> = match others.first().map(|d| d.day.clone()) {
        Some(Err(why)) => return refused(why),
        Some(Ok(day)) => Some(day),
        None => None,
    };
    if days.windows(2).any(|w| {
        let between = w.first().zip(w.last()).and_then(|(a, b)| statement.folded.text.get(a.range.end..b.range.end));
        between.is_some_and(|t| t.trim_start().starts_with("au ") || t.trim_start().starts_with('-'))
    }) {
        return refused(Unusable::SeveralDays);
    }
    let mut orders = Vec::new();
    for (n, named) in days.iter().enumerate() {
        let on = match &named.day {
            Ok(day) => *day,
            Err(why) => return refused(why.clone()),
        };
        let end = days.get(n + 1).map_or(usize::MAX, |d| d.range.start);
        let start = if n == 0 { 0 } else { named.range.start };
        let here: Vec<Half> = pieces.halves.iter().filter(|h| h.0 >= start && h.0 < end).map(|h| h.1).collect();
        let all: Vec<Half> = pieces.halves.iter().map(|h| h.1).collect();
        let told = if here.is_empty() { &all } else { &here };
        let both = told.contains(&Half::Morning) && told.contains(&Half::Afternoon);
        let half = if both || pieces.whole { None } else { told.first().copied() };
        // Half a day, nobody says which: as long as one.
        let minutes = minutes.or((pieces.half_day && half.is_none()).then_some(4 * 60));
        orders.push(LedgerOrder::Visit(VisitTold {
            on,
            half,
            whole: pieces.whole || both,
            minutes,
            by: pieces.by.clone(),
            left_out: pieces.left_out.clone(),
            refs: pieces.refs.clone(),
            instead_of: if n == 0 { instead_of } else { None },
        }));
    }
    orders
}

/// What a correction of a visit says.
pub(super) fn correction(scene: &Scene<'_>, statement: &Statement) -> Result<Correction, Unusable> {
    let pieces = pieces(scene, statement);
    let minutes = pieces.minutes?;
    let on = pieces.days.first().map(|d| d.day.clone()).transpose()?;
    let both = pieces.halves.len() > 1;
    let half = match pieces.halves.first() {
        _ if pieces.whole || both => Some(None),
        Some((_, half)) => Some(Some(*half)),
        None => None,
    };
    let incident = pieces.refs.first().copied();
    let correction = Correction { on, half, minutes, by: pieces.by, incident, ..Correction::default() };
    if correction == Correction::default() { Err(Unusable::NothingToChange) } else { Ok(correction) }
}
