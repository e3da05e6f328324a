//! "DEPENSE 45,90 lampe B204", "j'ai acheté un câble HDMI à 12 € pour la B204".

use std::ops::Range;
use std::sync::LazyLock;

use regex::Regex;

use super::money::{self, Amount};
use super::statement::{BLOT, Sheet, Statement, is_joint, without_joint};
use super::{Correction, ExpenseTold, Found, LedgerOrder, Scene, Unusable, day};
use crate::report::Place;

/// What was bought is cut behind this many characters.
const LONGEST: usize = 80;

#[allow(clippy::expect_used, reason = "constant patterns, compiled by the first test")]
fn pattern(text: &str) -> Regex {
    Regex::new(text).expect("a constant pattern")
}

static COMMAND: LazyLock<Regex> = LazyLock::new(|| pattern(r"^depenses?\b(?: de\b| d\b| du\b)?[ :=,]*"));
static FREE: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"^(?:(?:j ai|on a|nous avons|le lycee a|l etablissement a)(?: du| bien| encore| aussi| donc)? (?:re)?(?:achetee?s?|achete|payee?s?|paye|regle|commande|depense|finance)\b|(?:achats?|factures?|frais|depenses?)\b)[ :,]*",
    )
});
/// Speaks of a fault, or against what was said before.
pub(super) static FAULT: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"\b(?:mais|car|parce|toujours (?:pas|en|hs|la)|(?:marche|fonctionne|demarre|allume|repond|imprime)\w* (?:toujours |encore |vraiment )?(?:pas|plus|mal)|(?:ne|n) \w+ (?:toujours |encore )?(?:pas|plus|rien)|en panne|pannes?|problemes?|souci|plante\w*|bloque\w*)\b",
    )
});
/// Told of what was not bought, or not yet.
static NOT_DONE: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"\b(?:a prevoir|prevoir|prevue?s?|previsionnelle?|devis|faudra\w*|faudrait|il faut|annulee?s?|refusee?s?|rembours\w+|pas (?:encore|fait|achete|paye)|jamais|serait|couterait|coute|estimee?s?|environ a|si )\b",
    )
});
static TOTAL: LazyLock<Regex> = LazyLock::new(|| pattern(r"\b(?:soit|total|en tout|au total|ttc)[ :]*(?:de )?$"));

/// "pour l'achat d'une": what was bought follows.
static PURCHASE: LazyLock<Regex> = LazyLock::new(|| {
    pattern(r"^(?i)(?:pour )?(?:l['’ ]|un )?achats?(?: (?:de la |de l['’]|de |du |des |d['’]une |d['’]un |d['’]| $)|$)")
});
static PURPOSE: LazyLock<Regex> = LazyLock::new(|| pattern(r"^(?i)pour (?:l['’]|la |le |les |ma |mon |notre |nos )"));

/// Reads a statement as an expense; `None`: it is none.
pub(super) fn read(scene: &Scene<'_>, statement: &Statement) -> Option<Found> {
    let said = statement.said();
    let command = COMMAND.find(said).map(|m| m.end());
    let free = FREE.find(said).map(|m| m.end());
    let lead = command.or(free)?;
    let shouted = command.is_some() && {
        let typed = statement.original(statement.start..statement.start + "depense".len());
        !typed.chars().any(char::is_lowercase)
    };
    let text = &statement.folded.text;
    let amounts = amounts(scene, statement);
    // "dépense : 45,90": the command with its amount.
    let direct = command.is_some()
        && amounts.iter().any(|a| text.get(statement.start + lead..a.range.start).is_some_and(|t| t.trim().is_empty()));
    let explicit = shouted || direct;
    if let Some(fault) = FAULT.find(text) {
        return explicit.then(|| with_tail(scene, statement, fault.range())).flatten();
    }
    let chosen = choose(statement, &amounts, statement.start + lead);
    if NOT_DONE.is_match(text) {
        let why = Unusable::NotDone;
        return explicit.then(|| refused(statement, why));
    }
    if !explicit {
        let plain = chosen.as_ref().is_ok_and(|a| (a.marked || a.decimals) && a.cents.is_ok());
        if !plain {
            return None;
        }
    }
    let orders = match chosen.and_then(|amount| told(scene, statement, lead, &amount)) {
        Ok(expense) => vec![LedgerOrder::Expense(expense)],
        Err(why) => return Some(refused(statement, why)),
    };
    Some(Found { orders, tail: String::new(), free: !explicit })
}

fn refused(statement: &Statement, why: Unusable) -> Found {
    let orders = vec![LedgerOrder::Unusable { words: statement.words(), why }];
    Found { orders, tail: String::new(), free: false }
}

/// What follows the last clause before `fault` is said beside; without such a clause the whole is
/// what was bought ("remplacement d'une lampe en panne").
fn with_tail(scene: &Scene<'_>, statement: &Statement, fault: Range<usize>) -> Option<Found> {
    let text = &statement.folded.text;
    let head_end = text.get(..fault.start + 1).unwrap_or("");
    let cut = [", ", "; ", " (", " mais", " car", " - "].iter().filter_map(|b| {
        let found = head_end.rfind(b).or_else(|| text.get(..fault.end).and_then(|t| t.rfind(b)));
        found.filter(|at| *at > statement.start)
    });
    let cut = cut.max();
    let (head, tail) = match cut {
        Some(cut) => (statement.original(0..cut).to_owned(), statement.original(cut..text.len()).to_owned()),
        None => (statement.source.clone(), String::new()),
    };
    let head = Statement::of(scene.reader, &head);
    let lead = COMMAND.find(head.said()).map_or(0, |m| m.end());
    let chosen = choose(&head, &amounts(scene, &head), head.start + lead);
    let orders = match chosen.and_then(|amount| told(scene, &head, lead, &amount)) {
        Ok(expense) => vec![LedgerOrder::Expense(expense)],
        Err(why) => vec![LedgerOrder::Unusable { words: statement.words(), why }],
    };
    let tail = without_joint(&tail).to_owned();
    Some(Found { orders, tail, free: false })
}

/// The sheet with everything blotted that is no amount, and the day.
fn sheet(
    scene: &Scene<'_>,
    statement: &Statement,
) -> (Sheet, Vec<day::Named>, Option<Place>, Vec<crate::incident::Reference>) {
    let mut sheet = Sheet::of(statement);
    let refs = sheet.take_references(scene.today.year(), false);
    let days: Vec<day::Named> = day::find(&sheet.text, scene.today).into_iter().filter(|d| !d.vague).collect();
    for day in &days {
        sheet.blot_with_lead(day.range.clone());
    }
    let spots = scene.reader.spots(&statement.source, &statement.folded);
    let amount_at: Vec<Range<usize>> =
        money::find(&sheet.text).into_iter().filter(|a| a.marked || a.decimals).map(|a| a.range).collect();
    let mut place = None;
    for spot in spots.into_iter().filter(|s| !s.negated && !s.place.is_whole_school()) {
        // "la 204" is a room, "les 204,50" is none.
        if amount_at.iter().any(|a| a.start < spot.range.end && spot.range.start < a.end) {
            continue;
        }
        sheet.blot_with_lead(spot.range);
        place = place.or(Some(spot.place));
    }
    (sheet, days, place, refs)
}

fn amounts(scene: &Scene<'_>, statement: &Statement) -> Vec<Amount> {
    money::find(&sheet(scene, statement).0.text)
}

/// The one that was paid: with a currency before one with decimals before the number that follows
/// the command.
fn choose(statement: &Statement, amounts: &[Amount], from: usize) -> Result<Amount, Unusable> {
    let text = &statement.folded.text;
    let is_first = |a: &&Amount| text.get(from..a.range.start).is_some_and(|t| t.trim().is_empty());
    let marked: Vec<&Amount> = amounts.iter().filter(|a| a.marked).collect();
    let decimal: Vec<&Amount> = amounts.iter().filter(|a| a.decimals).collect();
    let candidates = if marked.is_empty() { decimal } else { marked };
    match candidates.as_slice() {
        [] => amounts.iter().find(is_first).cloned().ok_or(Unusable::NoAmount),
        [one] => Ok((*one).clone()),
        many => {
            // "2 lampes à 45,90 €, soit 91,80 €".
            let total = many.iter().find(|a| text.get(..a.range.start).is_some_and(|t| TOTAL.is_match(t.trim_end())));
            total.map(|a| (*a).clone()).ok_or(Unusable::SeveralAmounts)
        }
    }
}

fn told(scene: &Scene<'_>, statement: &Statement, lead: usize, amount: &Amount) -> Result<ExpenseTold, Unusable> {
    let cents = amount.cents.clone()?;
    let (mut sheet, days, place, refs) = sheet(scene, statement);
    let on = match days.as_slice() {
        [] => scene.today,
        [one] => one.day.clone()?,
        _ => return Err(Unusable::SeveralDays),
    };
    // "achat d'une lampe": what begins it says nothing of what was bought.
    sheet.blot(statement.start..statement.start + lead);
    sheet.blot_with_lead(amount.range.clone());
    Ok(ExpenseTold { on, cents, what: what(statement, &sheet), place, refs })
}

/// What was bought: the words that are left, as they were written.
fn what(statement: &Statement, sheet: &Sheet) -> String {
    let mut runs: Vec<String> = Vec::new();
    let mut start = 0;
    for (at, c) in sheet.text.char_indices().chain([(sheet.text.len(), BLOT)]) {
        if c == BLOT {
            let run = statement.original(start..at);
            let run = run.trim_matches(|c: char| !c.is_alphanumeric() && !matches!(c, '"' | ')' | '('));
            if !run.is_empty() {
                runs.push(run.to_owned());
            }
            start = at + c.len_utf8();
        }
    }
    let joined = runs.join(" ");
    let joined = joined.get(PURCHASE.find(&joined).map_or(0, |m| m.end())..).unwrap_or("");
    // "pour l'imprimante": that the money was for it does not say that it was bought.
    let purpose = PURPOSE.is_match(joined);
    let mut words: Vec<&str> = joined.split_whitespace().collect();
    let empty = |word: &str| {
        let folded: String = word.to_lowercase();
        let folded = folded.trim_matches(|c: char| !c.is_alphanumeric());
        folded.is_empty() || is_joint(folded) || matches!(folded, "un" | "une" | "à" | "et" | "soit" | "ttc" | "merci")
    };
    while words.last().is_some_and(|w| empty(w)) {
        words.pop();
    }
    while !purpose && words.first().is_some_and(|w| empty(w)) {
        words.remove(0);
    }
    let text = words.join(" ");
    let text = text.trim_end_matches([',', ';', ':', '-', ' ']).to_owned();
    // "d'une lampe", "l'achat d'un câble": the article is not part of the thing.
    let text = ["d'une ", "d'un ", "d’une ", "d’un ", "l'", "l’", "d'", "d’"]
        .iter()
        .fold(text.as_str(), |t, lead| t.strip_prefix(lead).unwrap_or(t));
    text.chars().take(LONGEST).collect()
}

/// What a correction of an expense says.
pub(super) fn correction(scene: &Scene<'_>, statement: &Statement, lead: usize) -> Result<Correction, Unusable> {
    let amounts = amounts(scene, statement);
    let (mut rest, days, place, refs) = sheet(scene, statement);
    let on = days.first().map(|d| d.day.clone()).transpose()?;
    let cents = match choose(statement, &amounts, statement.start + lead) {
        Ok(amount) => {
            rest.blot_with_lead(amount.range.clone());
            Some(amount.cents?)
        }
        Err(Unusable::NoAmount) => None,
        Err(why) => return Err(why),
    };
    rest.blot(statement.start..statement.start + lead);
    let what = what(statement, &rest);
    let correction = Correction { on, cents, what, place, incident: refs.first().copied(), ..Correction::default() };
    if correction == Correction::default() { Err(Unusable::NothingToChange) } else { Ok(correction) }
}
