//! A second opinion on what the rules found: the learned weights may overrule them where they are sure.
//! Referents' answers to proposals are not read here.

use super::doubt::UNRECOGNISED;
use super::extract::kind_of;
use super::learned::{KINDS, Weights, Words};
use super::problem::{Assembler, Draft, Setting, placeless};
use super::reading::{Mention, Reading};
use super::stance::{blank, fill};
use super::{Kind, Stance};

/// What the rules' word for a kind counts, as a logarithm of odds.
const RULES: f64 = 1.5;
/// What it counts besides where the weights would have it that nothing is told: a lost report is the worst error.
const LOST: f64 = 1.0;
/// What it counts besides where a symptom or a repair is told in words that the rules know: rarely mistaken.
const CLEAR: f64 = 2.0;
/// A sentence that names a thing tells of a problem from this probability on, though no rule says so.
const TOLD: f64 = 0.7;
/// Below this one it tells of none, though a rule says so.
const UNTOLD: f64 = 0.05;
/// Sentences of a message that are weighed.
const MOST: usize = 60;

/// Weighs the message and its sentences, and mends the drafts of `assembler` where the weights are sure.
pub(super) fn second(
    assembler: &mut Assembler<'_, '_>,
    reading: &Reading<'_>,
    setting: Setting<'_>,
    reasons: &mut Vec<String>,
) {
    let weights = Weights::shipped();
    let text = &reading.text;
    let sentences = setting.subject..text.sentences.len().min(setting.subject + MOST);
    if sentences.is_empty() {
        return;
    }
    let words = Words::new(reading, setting);
    let ruled = kind_of(&assembler.drafts);
    let plain = |d: &Draft| match d.stance {
        Stance::Broken => d.symptom.is_some(),
        Stance::Over | Stance::Still => true,
        Stance::Detail => false,
    };
    let sure = assembler.drafts.iter().any(|d| !d.passing && plain(d));
    let kind = agreed(weights.kinds(words.message()), ruled, sure);
    let told: Vec<f64> = sentences.clone().map(|s| weights.told(words.sentence(s))).collect();
    let told = |sentence: usize| sentence.checked_sub(setting.subject).and_then(|s| told.get(s)).copied();
    let before = assembler.drafts.len();
    // What tells of nothing, beside what does.
    let untold = |d: &Draft| {
        let last = text.sentence_of(d.end.saturating_sub(1)).max(text.sentence_of(d.start));
        // Items of a list are terse, and stand in it for a reason.
        let item = text.sentences.get(text.sentence_of(d.start)).is_some_and(|s| s.item);
        !d.passing
            && !item
            && !clear(d)
            && (text.sentence_of(d.start)..=last).all(|s| told(s).is_some_and(|p| p < UNTOLD))
    };
    if assembler.drafts.iter().any(|d| !d.passing && !untold(d)) {
        assembler.drafts.retain(|d| !untold(d));
    }
    if assembler.drafts.len() < before {
        reasons.push("by its words, a sentence tells of no fault".to_owned());
    }
    turn(assembler, ruled, kind, reasons);
    let stance = match kind {
        Kind::Report => Stance::Broken,
        Kind::FollowUp => Stance::Still,
        Kind::Resolved => Stance::Over,
        _ => return,
    };
    for sentence in sentences.clone() {
        if told(sentence).is_some_and(|p| p > TOLD)
            && let Some(draft) = unheard(assembler, reading, sentence, stance)
        {
            reasons.push("by its words, a sentence tells of a fault".to_owned());
            assembler.drafts.push(draft);
        }
    }
    if assembler.drafts.iter().all(|d| d.passing && d.stance != stance) {
        let best = sentences.max_by(|a, b| told(*a).unwrap_or(0.0).total_cmp(&told(*b).unwrap_or(0.0)));
        let Some(best) = best.filter(|s| !is_lost_property(reading, *s)) else { return };
        let mut draft = blank(reading, best, stance);
        let at = draft.start;
        fill(assembler, reading, &mut draft, best, at, false);
        // "Internet est de retour depuis la fin de la cantine": the thread knows better where it was.
        let code = reading.places.found.iter().any(|p| p.code && text.sentence_of(p.start) == best);
        if setting.reply && stance != Stance::Broken && !code {
            draft.places.clear();
            draft.place_said = false;
            draft.general = false;
        }
        if stance == Stance::Broken {
            draft.doubts.push(UNRECOGNISED.to_owned());
        }
        reasons.push(format!("by its words, a message of kind {kind}"));
        assembler.drafts.push(draft);
    }
}

/// "J'ai trouvé une clé USB en C204": a thing and its place, and no fault.
fn is_lost_property(reading: &Reading<'_>, sentence: usize) -> bool {
    let Some(sentence) = reading.text.sentences.get(sentence) else { return false };
    let words: Vec<&str> = sentence.tokens.clone().map(|t| reading.text.word(t)).collect();
    words.windows(2).any(|pair| {
        matches!(pair, [verb, thing] if matches!(*verb, "trouve" | "retrouve" | "ramasse" | "oublie" | "egare" | "perdu")
            && matches!(*thing, "un" | "une" | "des" | "mon" | "ma" | "mes"))
    })
}

/// A thing, a place and a symptom in one: little doubt is weighed against that.
fn clear(draft: &Draft) -> bool {
    draft.said && draft.symptom.is_some() && (draft.place_said || placeless(draft.equipment))
}

/// The kind that rules and weights agree on; the rules are `sure` where they know the words.
fn agreed(shares: [f64; KINDS.len()], ruled: Kind, sure: bool) -> Kind {
    let lost = if matches!(ruled, Kind::Report | Kind::FollowUp) { LOST } else { 0.0 };
    let score = |(kind, share): (&Kind, f64)| {
        let own = if *kind == ruled { RULES + if sure { CLEAR } else { 0.0 } } else { 0.0 };
        share.max(1e-9).ln() + own - if *kind == Kind::Other { lost } else { 0.0 }
    };
    let best = KINDS.iter().zip(shares).max_by(|a, b| score(*a).total_cmp(&score(*b)));
    best.map_or(ruled, |(kind, _)| *kind)
}

/// Lets the drafts speak of their things as a message of `kind` does.
fn turn(assembler: &mut Assembler<'_, '_>, ruled: Kind, kind: Kind, reasons: &mut Vec<String>) {
    if kind == ruled {
        return;
    }
    reasons.push(format!("by its words, {kind} rather than {ruled}"));
    if kind == Kind::Other {
        assembler.drafts.retain(|d| d.passing);
        return;
    }
    for draft in assembler.drafts.iter_mut().filter(|d| !d.passing) {
        draft.stance = match (kind, draft.stance) {
            (_, Stance::Detail) => Stance::Detail,
            // "La lampe a été changée mais l'image reste rose": no weight ends what is said to be broken.
            (Kind::Resolved, Stance::Broken) if draft.symptom.is_some() => Stance::Broken,
            (Kind::Resolved, _) => Stance::Over,
            (Kind::FollowUp, _) => Stance::Still,
            (_, _) => Stance::Broken,
        };
    }
}

/// A draft of the thing that `sentence` names, where no draft tells of it yet.
fn unheard(assembler: &Assembler<'_, '_>, reading: &Reading<'_>, sentence: usize, stance: Stance) -> Option<Draft> {
    let text = &reading.text;
    let holds = |d: &Draft| {
        text.sentence_of(d.start) <= sentence && sentence <= text.sentence_of(d.end.saturating_sub(1).max(d.start))
    };
    if assembler.drafts.iter().any(holds) || is_lost_property(reading, sentence) {
        return None;
    }
    let own = |m: &Mention| !m.weak && text.sentence_of(m.start) == sentence && !assembler.set_apart(m.start);
    let nth = reading.mentions.iter().position(own)?;
    let mention = reading.mentions.get(nth)?;
    let found = assembler.place_of(sentence, (mention.start, mention.end), mention.equipment);
    let known = assembler.drafts.iter().any(|d| {
        !d.passing && d.equipment == mention.equipment && (!found.said || d.general || d.places == found.places)
    });
    // Beside what is told already, words about another thing without a place of its own mostly explain it, and
    // what is over or still broken is told once.
    let beside = (!found.said || stance != Stance::Broken) && assembler.drafts.iter().any(|d| !d.passing);
    if known || beside {
        return None;
    }
    let mut draft = blank(reading, sentence, stance);
    draft.equipment = mention.equipment;
    draft.said = true;
    draft.mention = Some(nth);
    draft.atte = mention.part.and_then(|p| reading.vocabulary.parts.get(p)).is_some_and(|p| p.atte);
    draft.places = found.places;
    draft.place_said = found.said;
    draft.general = found.general;
    draft.doubts = found.doubts;
    if stance == Stance::Broken {
        draft.doubts.push(UNRECOGNISED.to_owned());
    }
    Some(draft)
}

#[cfg(test)]
mod tests {
    use super::*;

    const EVEN: [f64; 4] = [0.25; 4];

    #[test]
    fn where_the_weights_are_unsure_the_rules_keep_their_word() {
        for kind in KINDS {
            assert_eq!(agreed(EVEN, kind, false), kind);
        }
    }

    #[test]
    fn sure_weights_overrule_but_a_report_is_not_lightly_lost() {
        // The same odds that turn a follow-up do not yet lose a report.
        let odds = |kind: usize| {
            let mut shares = [0.01; 4];
            shares[0] = 0.1;
            shares[kind] = 0.88;
            shares
        };
        assert_eq!(agreed(odds(2), Kind::Report, false), Kind::Resolved);
        assert_eq!(agreed(odds(3), Kind::Report, false), Kind::Report);
        assert_eq!(agreed(odds(2), Kind::Report, true), Kind::Report);
        assert_eq!(agreed([0.0, 0.0, 0.0, 1.0], Kind::Report, false), Kind::Other);
        assert_eq!(agreed([0.9, 0.03, 0.03, 0.04], Kind::Other, false), Kind::Report);
    }
}
