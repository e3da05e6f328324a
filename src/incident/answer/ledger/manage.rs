//! `ANNULER`, `CORRIGER V3 …`, `VISITES`, `DEPENSES`, `TEMPS`.

use std::sync::LazyLock;

use regex::Regex;

use super::statement::Statement;
use super::{LedgerOrder, Scene, Unusable, Which, day, expense, time, visit};
use crate::incident::ledger::{EntryKind, EntryName};

#[allow(clippy::expect_used, reason = "constant patterns, compiled by the first test")]
fn pattern(text: &str) -> Regex {
    Regex::new(text).expect("a constant pattern")
}

static UNDO: LazyLock<Regex> = LazyLock::new(|| {
    pattern(r"^(?:annul(?:er?|ez|ation)|supprim(?:er?|ez)|effac(?:er?|ez)|retir(?:er?|ez))\b[ :]*(.*)$")
});
static NAMES: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"^(?:(?:la |le |l )?(?:visite|depense|temps|entree|ligne)s? )?[vdt] ?\d{1,6}(?:(?:[ ,]+| et )+[vdt] ?\d{1,6})*$",
    )
});
static NAME: LazyLock<Regex> = LazyLock::new(|| pattern(r"\b[vdt] ?\d{1,6}\b"));
static LAST: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"^(?:(?:la|le|ma|mon|l) )?(?:derniere?|dernier)?(?: ?(?P<what>visite|depense|temps|entree|saisie|ligne|note))?(?: (?:notee?|saisie?|enregistree?|du registre))?$",
    )
});
static OF_DAY: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"^(?:la |ma |le |mon )?(visite|depense|temps) (?:du |de |d |le )?"));
static CORRECT: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"^(?:corrig(?:er?|ez)|correction|rectifi(?:er?|ez|cation)|modifi(?:er?|ez|cation)|chang(?:er?|ez))(?: (?:de|pour))?(?: la (?:visite|depense)| le temps| l entree)?[ :]*([vdt] ?\d{1,6})\b[ :,=-]*",
    )
});
static LIST: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"^(?:(?:la |une |les |le |mes |l )?(?:liste|registre|journal|etat)? ?(?:des |de |d |les |mes )?)?(?P<a>visites|depenses|temps|heures|registre)(?: et (?:des |les |le |mes )?(?P<b>visites|depenses|temps|heures))?(?: (?:notees|faites|enregistrees|de l annee|du technicien|des techniciens))?$",
    )
});

/// Reads a statement as something to be done with what is noted.
pub(super) fn read(scene: &Scene<'_>, statement: &Statement) -> Option<Vec<LedgerOrder>> {
    let said = strip_thanks(statement.said());
    if let Some(c) = LIST.captures(said) {
        let named = |n: &str| c.name(n).map_or("", |m| m.as_str());
        let wanted = |names: &[&str]| names.contains(&named("a")) || names.contains(&named("b"));
        return Some(vec![LedgerOrder::List {
            visits: wanted(&["visites", "registre"]),
            expenses: wanted(&["depenses", "registre"]),
            times: wanted(&["temps", "heures", "registre"]),
        }]);
    }
    if matches!(said, "visite" | "depense") {
        return Some(vec![LedgerOrder::List { visits: said == "visite", expenses: said == "depense", times: false }]);
    }
    if let Some(c) = CORRECT.captures(said) {
        let name: EntryName = c.get(1)?.as_str().parse().ok()?;
        let lead = c.get(0)?.end();
        let told = match name.kind {
            EntryKind::Visit => {
                let words = statement.original(statement.start + lead..statement.folded.text.len());
                visit::correction(scene, &Statement::of(scene.reader, words))
            }
            EntryKind::Expense => expense::correction(scene, statement, lead),
            EntryKind::Time => time::correction(scene, statement, lead),
        };
        return Some(vec![match told {
            Ok(correction) => LedgerOrder::Correct(name, correction),
            Err(why) => LedgerOrder::Unusable { words: statement.words(), why },
        }]);
    }
    let what = UNDO.captures(said)?.get(1)?.as_str().trim();
    if NAMES.is_match(what) {
        let names = NAME.find_iter(what).filter_map(|m| m.as_str().parse().ok());
        return Some(names.map(|n| LedgerOrder::Undo(Which::Named(n))).collect());
    }
    if let Some(c) = LAST.captures(what) {
        let which = match c.name("what").map(|m| m.as_str()) {
            Some("visite") => Which::LastOf(EntryKind::Visit),
            Some("depense") => Which::LastOf(EntryKind::Expense),
            Some("temps") => Which::LastOf(EntryKind::Time),
            _ => Which::Last,
        };
        return Some(vec![LedgerOrder::Undo(which)]);
    }
    let c = OF_DAY.captures(what)?;
    let kind = match c.get(1)?.as_str() {
        "visite" => EntryKind::Visit,
        "depense" => EntryKind::Expense,
        _ => EntryKind::Time,
    };
    let days = day::find(what, scene.today);
    let [only] = days.as_slice() else { return None };
    // Nothing but the day, and which half of it.
    let beside = what.get(only.range.end..)?.trim();
    if !matches!(beside, "" | "matin" | "apres midi" | "au matin" | "l apres midi") {
        return None;
    }
    Some(vec![match &only.day {
        Ok(day) => LedgerOrder::Undo(Which::Of(kind, *day)),
        Err(why) => LedgerOrder::Unusable { words: statement.words(), why: why.clone() },
    }])
}

/// "VISITES svp", "ANNULER merci".
pub(super) fn strip_thanks(said: &str) -> &str {
    let mut said = said.trim();
    for thanks in ["merci d avance", "merci beaucoup", "merci", "s il vous plait", "s il te plait"] {
        said = said.strip_suffix(thanks).unwrap_or(said).trim_end_matches([' ', ',']);
    }
    said
}

impl Unusable {
    /// Is it about a day, an amount, or neither?
    pub fn is_about_a_day(&self) -> bool {
        matches!(
            self,
            Self::NoDay
                | Self::SeveralDays
                | Self::NoSuchDay(_)
                | Self::Future(_)
                | Self::TooOld(_)
                | Self::OtherWeekday { .. }
        )
    }
}
