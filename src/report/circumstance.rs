//! Since when, how badly lessons suffer, how urgent; who probably repairs.

use super::problem::Draft;
use super::reading::Reading;
use super::text::Text;
use super::vocabulary::Cue;
use super::{Equipment, Place, Responsible};

/// Words with which a "depuis …" ends.
const ENDS: &[&str] = &[
    "et",
    "mais",
    "que",
    "qui",
    "je",
    "on",
    "il",
    "elle",
    "nous",
    "le",
    "la",
    "les",
    "l",
    "plus",
    "pas",
    "j",
    "c",
    "ca",
    "donc",
    "car",
    "impossible",
    "ne",
    "n",
    "en",
    "au",
    "dans",
    "chez",
];

/// "depuis lundi", "depuis la rentrée": in the sentence of `draft`, or else in the one after.
pub fn since(text: &Text<'_>, draft: &Draft) -> Option<String> {
    let sentence = text.sentence_of(draft.start);
    (sentence..=sentence + 1).find_map(|s| since_in(text, s))
}

fn since_in(text: &Text<'_>, sentence: usize) -> Option<String> {
    let range = text.sentences.get(sentence)?.tokens.clone();
    let at = range.clone().find(|i| text.word(*i) == "depuis")?;
    let mut end = at + 1;
    while end < range.end && end < at + 6 && text.clause_of(end) == text.clause_of(at) {
        let word = text.word(end);
        let article = end == at + 1 && matches!(word, "le" | "la" | "les" | "l" | "ce" | "cet" | "cette" | "que");
        if ENDS.contains(&word) && !article {
            break;
        }
        end += 1;
    }
    (end > at + 1).then(|| written(text, at, end)).flatten()
}

/// The source from token `start` to token `end`, white space made single.
pub fn written(text: &Text<'_>, start: usize, end: usize) -> Option<String> {
    let from = text.tokens.get(start)?.start;
    let to = text.tokens.get(end.checked_sub(1)?)?.end;
    Some(text.source.get(from..to)?.split_whitespace().collect::<Vec<_>>().join(" "))
}

/// The first sentence that tells what the fault does to lessons and is not itself a report.
pub fn effect(reading: &Reading<'_>, drafts: &[Draft], subject: usize) -> Option<String> {
    let text = &reading.text;
    let number = (subject..text.sentences.len()).find(|s| {
        reading.sentence_has(Cue::Effect, *s)
            && !drafts.iter().any(|d| text.sentence_of(d.start) == *s)
            && text.sentences.get(*s).is_some_and(|s| s.tokens.len() >= 4 && !s.question)
    })?;
    let range = text.sentences.get(number)?.tokens.clone();
    let whole = written(text, range.start, range.end)?;
    Some(super::assemble::shorten(&whole, 200).to_owned())
}

/// Does the message press?
pub fn urgent(reading: &Reading<'_>) -> bool {
    reading.cues.iter().any(|c| {
        c.cue == Cue::Urgent
            && !reading.cues.iter().any(|n| n.cue == Cue::NotUrgent && n.start <= c.start && c.end <= n.end)
    }) && !reading.cues.iter().any(|c| c.cue == Cue::NotUrgent)
}

/// Who probably repairs: the first rule that fits. `zone` is the part of the text about this problem.
pub fn responsible(reading: &Reading<'_>, draft: &Draft, zone: (usize, usize), administration: bool) -> Responsible {
    let text = &reading.text;
    let has = |cue: Cue| {
        reading.cues.iter().any(|c| {
            c.cue == cue
                && !contrasted(reading, c.start)
                && (zone.0 <= c.start && c.end <= zone.1 || pays(cue) && told_of(reading, draft, c.start))
        })
    };
    let sentence = text.sentences.get(text.sentence_of(draft.start)).map_or(0..0, |s| s.tokens.clone());
    let own_words = |cue: Cue| {
        let mention = draft.mention.and_then(|m| reading.mentions.get(m));
        let title = draft.equipment == Equipment::Compte
            && reading.text.sentences.first().is_some_and(|s| reading.has(cue, s.tokens.start, s.tokens.end));
        // "Je n'entre plus dans ma boîte académique. Mot de passe incorrect."
        let before = text.sentence_of(draft.start).checked_sub(1).and_then(|b| text.sentences.get(b));
        let before = before.filter(|b| !b.item).map_or(sentence.start, |b| b.tokens.start);
        let beside = draft.equipment == Equipment::Compte && reading.has(cue, before, sentence.end);
        has(cue) || title || beside || mention.is_some_and(|m| reading.has(cue, m.start, m.end))
    };
    for rule in &reading.vocabulary.rules {
        let equipment = rule.equipment.is_empty() || rule.equipment.contains(&draft.equipment);
        let cues = rule.cues.is_empty() || rule.cues.iter().any(|c| own_words(*c));
        let unless = rule.unless.iter().any(|c| has(*c));
        let office = !rule.administration || administration;
        let small = !rule.small_maintenance || small(reading, draft);
        let shown = rule.symptoms.is_empty()
            || draft
                .symptom
                .and_then(|s| reading.vocabulary.symptoms.get(s))
                .is_some_and(|s| rule.symptoms.contains(&s.key));
        if equipment && cues && !unless && office && small && shown {
            return rule.to;
        }
    }
    Responsible::Region
}

/// Does this cue say who paid? That may be told far from the fault.
fn pays(cue: Cue) -> bool {
    matches!(cue, Cue::OwnBudget | Cue::RegionBought)
}

/// Does the sentence of token `at` speak of the thing of `draft`, and of no other?
fn told_of(reading: &Reading<'_>, draft: &Draft, at: usize) -> bool {
    // "• deux tablettes HS • la tablette que le lycée a achetée est parfaite": another item, another thing.
    let (text, told) = (&reading.text, reading.text.sentence_of(draft.start));
    let item = |s: usize| text.sentences.get(s).is_some_and(|s| s.item);
    let there = text.sentence_of(at);
    if there != told && item(there) && item(told) {
        return false;
    }
    let mut things = reading.mentions.iter().filter(|m| !m.weak && reading.text.same_sentence(m.start, at)).peekable();
    things.peek().is_some() && things.all(|m| m.equipment == draft.equipment)
}

/// "pas celle de la région": named only to say that it is another's.
fn contrasted(reading: &Reading<'_>, at: usize) -> bool {
    let text = &reading.text;
    (at.saturating_sub(4)..at).any(|i| {
        matches!(text.word(i), "pas" | "non" | "ni")
            && text.same_sentence(i, at)
            && text.clause_of(i) == text.clause_of(at)
            && !reading.faults.iter().any(|f| f.start <= i && i < f.end)
    })
}

fn small(reading: &Reading<'_>, draft: &Draft) -> bool {
    let symptom = draft.symptom.and_then(|s| reading.vocabulary.symptoms.get(s));
    let part = draft.mention.and_then(|m| reading.mentions.get(m)).and_then(|m| m.part);
    let cord = part.and_then(|p| reading.vocabulary.parts.get(p)).is_some_and(|p| p.atte);
    let worn = draft.equipment == Equipment::Portable && symptom.is_some_and(|s| s.key == "no_charge");
    draft.atte && (cord || !worn)
}

/// Does the administration work at `place`?
pub fn administration(reading: &Reading<'_>, place: Option<&Place>, address: Option<&Place>) -> bool {
    let offices = &reading.vocabulary.administration;
    let Some(place) = place else { return address.is_some_and(|a| offices.contains(a.as_str())) };
    offices.contains(place.as_str())
        || reading.places.same_as.iter().any(|(name, code)| code == place && offices.contains(name.as_str()))
        || (address.is_some_and(|a| offices.contains(a.as_str()))
            && reading.places.same_as.iter().any(|(_, code)| code == place))
}
