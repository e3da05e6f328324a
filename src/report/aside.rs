//! What a message says in passing of things that were told of before: "pour le portique, on nous promet
//! quelqu'un jeudi", "le 12, je n'y ai pas touché", "souris du 6 aussi". Such words tell no fault and no
//! repair; they count only where they fit a known incident, and open none.

use std::ops::Range;

use super::Stance;
use super::count::{self, Machines};
use super::problem::{Assembler, Draft};
use super::reading::Reading;
use super::stance::blank;
use super::text::Gap;
use super::vocabulary::Cue;

/// No mail speaks in passing of more things.
const MOST: usize = 24;

/// Something that a sentence refers to.
struct Reference {
    /// Its tokens.
    at: Range<usize>,
    /// The mention, where the vocabulary knows the thing.
    mention: Option<usize>,
    /// Machines told by number.
    machines: Machines,
}

/// A draft, told in passing, for every thing that is referred to and that no draft of `assembler` is about.
pub fn asides(assembler: &Assembler<'_, '_>, reading: &Reading<'_>, subject: usize, reply: bool) -> Vec<Draft> {
    let text = &reading.text;
    let body = subject..text.sentences.len();
    let sentences = if body.is_empty() { 0..subject } else { body };
    let mut found: Vec<Draft> = Vec::new();
    let foreign = !reply && assembler.drafts.iter().all(|d| d.passing);
    let elsewhere = |c: Cue| reading.cues.iter().any(|hit| hit.cue == c);
    if foreign
        && [Cue::Wish, Cue::Reserve, Cue::Howto, Cue::Announce, Cue::Call, Cue::Thanks].into_iter().any(elsewhere)
    {
        return found;
    }
    // "Souris du 6 aussi": as what was told just before.
    let mut before: Option<Stance> = None;
    for sentence in sentences {
        if found.len() >= MOST || innocent(reading, sentence) {
            continue;
        }
        let range = text.sentences.get(sentence).map_or(0..0, |s| s.tokens.clone());
        let broken = assembler.drafts.iter().any(|d| d.stance != Stance::Over && text.sentence_of(d.start) == sentence);
        let mut references = references(assembler, reading, sentence);
        // Beside a fault of the same sentence, things are named to tell of that fault; in a mail about
        // something else, to tell of that.
        if broken || foreign {
            references.retain(|r| told_of(reading, r.at.start));
        }
        let starts: Vec<usize> = references.iter().map(|r| r.at.start).collect();
        for (nth, reference) in references.into_iter().enumerate() {
            let from = if nth == 0 { range.start } else { reference.at.start };
            let to = starts.get(nth + 1).copied().unwrap_or(range.end);
            let told = stance(reading, from..to, before);
            before = Some(told);
            let mut draft = blank(reading, sentence, told);
            draft.passing = true;
            draft.start = reference.at.start;
            draft.end = reference.at.end.max(reference.at.start + 1);
            draft.machines = reference.machines;
            if let Some((nth, mention)) = reference.mention.and_then(|m| Some((m, reading.mentions.get(m)?))) {
                draft.mention = Some(nth);
                draft.equipment = mention.equipment;
                draft.said = true;
                draft.atte = mention.part.and_then(|p| reading.vocabulary.parts.get(p)).is_some_and(|p| p.atte);
            }
            let place = assembler.place_of(sentence, (draft.start, draft.end), draft.equipment);
            draft.places = place.places;
            draft.place_said = place.said;
            found.push(draft);
        }
        if let Some(told) = assembler.drafts.iter().rfind(|d| text.sentence_of(d.start) == sentence) {
            before = Some(told.stance);
        }
    }
    found
}

/// Does the clause of token `at` say of its own how things stand?
fn told_of(reading: &Reading<'_>, at: usize) -> bool {
    let clause = reading.text.clause_of(at);
    reading.cues.iter().any(|c| {
        matches!(c.cue, Cue::Still | Cue::News | Cue::Progress | Cue::Works | Cue::Repaired | Cue::Mended)
            && reading.text.clause_of(c.start) == clause
    })
}

/// Does the sentence ask, wish, announce or suppose, so that what it names is not spoken of as it is?
fn innocent(reading: &Reading<'_>, sentence: usize) -> bool {
    let innocent = [Cue::Wish, Cue::Reserve, Cue::Howto, Cue::Announce, Cue::Condition, Cue::History, Cue::Call];
    let asks = reading.text.sentences.get(sentence).is_some_and(|s| s.question);
    asks && !reading.sentence_has(Cue::News, sentence) || innocent.iter().any(|c| reading.sentence_has(*c, sentence))
}

/// Over, where the words say that all is well and nothing that it is not.
fn stance(reading: &Reading<'_>, section: Range<usize>, before: Option<Stance>) -> Stance {
    let text = &reading.text;
    let has = |cue: Cue| reading.has(cue, section.start, section.end);
    let well = has(Cue::Works) || has(Cue::Repaired) || has(Cue::Mended) || has(Cue::FalseAlarm) || has(Cue::Able);
    let ill = has(Cue::Still)
        || has(Cue::Complaint)
        || reading.faults.iter().any(|f| section.contains(&f.start))
        || section.clone().any(|i| matches!(text.word(i), "pas" | "rien" | "aucun" | "aucune" | "jamais"));
    let too = section.clone().any(|i| matches!(text.word(i), "aussi" | "idem" | "pareil" | "itou" | "egalement"));
    match before {
        _ if well && !ill => Stance::Over,
        Some(Stance::Over) if too && !ill => Stance::Over,
        _ => Stance::Still,
    }
}

/// The things that `sentence` refers to and that no draft is about.
fn references(assembler: &Assembler<'_, '_>, reading: &Reading<'_>, sentence: usize) -> Vec<Reference> {
    let text = &reading.text;
    let range = text.sentences.get(sentence).map_or(0..0, |s| s.tokens.clone());
    let here: Vec<&Draft> = assembler.drafts.iter().filter(|d| text.sentence_of(d.start) == sentence).collect();
    let covered = |at: usize| here.iter().any(|d| d.start <= at && at < d.end);
    let mut found: Vec<Reference> = Vec::new();
    for (nth, mention) in reading.mentions.iter().enumerate() {
        let told = here.iter().any(|d| d.mention == Some(nth) || d.equipment == mention.equipment);
        let same_clause = found.iter().any(|r| {
            text.clause_of(r.at.start) == text.clause_of(mention.start)
                && !(r.at.end..mention.start).any(|i| text.word(i) == "et")
        });
        if !range.contains(&mention.start)
            || mention.weak
            || told
            || covered(mention.start)
            || same_clause
            || assembler.set_apart(mention.start)
        {
            continue;
        }
        let machines = count::numbers_from(text, mention.end);
        found.push(Reference { at: mention.start..mention.end, mention: Some(nth), machines });
    }
    let numbered: Vec<Reference> = range
        .clone()
        .filter(|at| !covered(*at) && bare_number(reading, *at))
        .map(|at| Reference { at: at..at + 2, mention: None, machines: count::numbers_from(text, at + 1) })
        .filter(|r| !r.machines.numbers.is_empty())
        .collect();
    for reference in numbered {
        let number = reference.at.start + 1;
        let owner = found.iter_mut().find(|r| {
            let own = r.machines.at.is_some_and(|(start, end)| start <= number && number < end);
            // "le clavier du 6": the thing of that seat.
            own || r.at.end <= number && number - r.at.end <= 2 && r.machines.numbers.is_empty()
        });
        match owner {
            Some(owner) if owner.machines.numbers.is_empty() => owner.machines = reference.machines,
            Some(_) => {}
            None => found.push(reference),
        }
    }
    // A thing that the vocabulary does not know may be known by the name that the report gave it.
    if found.is_empty() && here.is_empty() && range.len() >= 3 {
        found.push(Reference { at: range, mention: None, machines: Machines::default() });
    }
    found.sort_by_key(|r| r.at.start);
    found.truncate(MOST);
    found
}

/// "Le 12", "la 3", "au 7", "du 6": a machine by its number alone, no date, hour or amount.
fn bare_number(reading: &Reading<'_>, at: usize) -> bool {
    const COUNTED: &[&str] = &[
        "janvier",
        "fevrier",
        "mars",
        "avril",
        "mai",
        "juin",
        "juillet",
        "aout",
        "septembre",
        "octobre",
        "novembre",
        "decembre",
        "h",
        "heures",
        "heure",
        "euros",
        "eleves",
        "minutes",
        "jours",
        "semaines",
        "an",
        "ans",
    ];
    let text = &reading.text;
    let short = text.tokens.get(at + 1).is_some_and(|t| t.number && t.end - t.start <= 2 && t.gap == Gap::Space);
    let dated = COUNTED.contains(&text.word(at + 2))
        || matches!(text.word(at.wrapping_sub(1)), "depuis" | "avant" | "apres" | "jusqu" | "vers" | "date");
    let placed = reading.places.found.iter().any(|p| p.start <= at + 1 && at + 1 < p.end);
    matches!(text.word(at), "le" | "la" | "les" | "du" | "au" | "des" | "aux" | "n" | "no" | "numero")
        && short
        && text.same_sentence(at, at + 1)
        && !dated
        && !placed
}
