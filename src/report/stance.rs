//! What a message says of known faults: it works again, it goes on, here is the number you asked for.

use super::count::{self, Machines};
use super::labels;
use super::problem::{Assembler, Draft};
use super::reading::{CueHit, Reading};
use super::vocabulary::Cue;
use super::{Equipment, Stance};

/// A draft about `sentence` without any fault of its own.
pub(super) fn blank(reading: &Reading<'_>, sentence: usize, stance: Stance) -> Draft {
    let range = reading.text.sentences.get(sentence).map_or(0..0, |s| s.tokens.clone());
    Draft {
        equipment: Equipment::Autre,
        said: false,
        symptom: None,
        atte: false,
        start: range.start,
        end: range.end,
        mention: None,
        places: Vec::new(),
        place_said: false,
        general: false,
        machines: Machines::default(),
        stance,
        passing: false,
        doubts: Vec::new(),
    }
}

/// "Un monsieur est venu avec une carte sous le bras": what somebody came with is not what works again.
fn brought(reading: &Reading<'_>, at: usize) -> bool {
    (at.saturating_sub(3)..at).any(|i| reading.text.word(i) == "avec" && reading.text.same_sentence(i, at))
}

/// Fills in what the words around tokens `at` name.
pub(super) fn fill(
    assembler: &Assembler<'_, '_>,
    reading: &Reading<'_>,
    draft: &mut Draft,
    sentence: usize,
    at: usize,
    clause_only: bool,
) {
    let text = &reading.text;
    let near = reading
        .mentions
        .iter()
        .enumerate()
        .filter(|(_, m)| {
            text.sentence_of(m.start) == sentence
                && (!clause_only || text.clause_of(m.start).abs_diff(text.clause_of(at)) <= 1)
                && !(draft.stance == Stance::Over && brought(reading, m.start))
        })
        .min_by_key(|(_, m)| m.start.abs_diff(at) + 8 * text.clause_of(m.start).abs_diff(text.clause_of(at)));
    let mut anchor = (at, at + 1);
    if let Some((nth, mention)) = near {
        draft.mention = Some(nth);
        draft.equipment = mention.equipment;
        draft.said = !mention.weak;
        draft.atte = mention.part.and_then(|p| reading.vocabulary.parts.get(p)).is_some_and(|p| p.atte);
        anchor = (mention.start, mention.end);
    }
    // "Les disques sont arrivés, j'ai remonté le serveur. On peut clore.": the sentence before names it.
    let before = sentence.checked_sub(1).filter(|b| {
        let (one, two) = (text.sentences.get(*b), text.sentences.get(sentence));
        near.is_none()
            && draft.stance == Stance::Over
            && reading.cues.iter().any(|c| c.cue == Cue::Repaired && c.start == at)
            && *b >= assembler.subject()
            && matches!((one, two), (Some(a), Some(b)) if a.paragraph == b.paragraph && !b.item)
            && !assembler.drafts.iter().any(|d| d.stance != Stance::Over && text.sentence_of(d.start) == *b)
    });
    let before = before.and_then(|b| {
        let told = |m: &&(usize, &super::reading::Mention)| text.sentence_of(m.1.start) == b && !m.1.weak;
        reading.mentions.iter().enumerate().rfind(|m| told(&m))
    });
    if let Some((nth, mention)) = before {
        draft.mention = Some(nth);
        draft.equipment = mention.equipment;
        draft.said = true;
        anchor = (mention.start, mention.end);
        draft.start = mention.start.min(draft.start);
        draft.atte = mention.part.and_then(|p| reading.vocabulary.parts.get(p)).is_some_and(|p| p.atte);
    }
    if near.is_none() && before.is_none() && draft.stance == Stance::Over {
        // A title names the thing; the body only says that it works again.
        let title = reading
            .mentions
            .iter()
            .enumerate()
            .find(|(_, m)| text.sentence_of(m.start) < assembler.subject() && !m.weak);
        let others = assembler.drafts.iter().any(|d| d.stance != Stance::Over);
        if let (Some((nth, mention)), false) = (title, others) {
            draft.mention = Some(nth);
            draft.equipment = mention.equipment;
            draft.said = true;
            draft.atte = mention.part.and_then(|p| reading.vocabulary.parts.get(p)).is_some_and(|p| p.atte);
        }
    }
    let found = if draft.stance == Stance::Over {
        assembler.place_when_over(before.map_or(sentence, |_| text.sentence_of(anchor.0)), anchor, draft.equipment)
    } else {
        assembler.place_of(sentence, anchor, draft.equipment)
    };
    draft.places = found.places;
    draft.place_said = found.said;
    draft.general = found.general;
    draft.doubts = found.doubts;
}

/// "La souris a été changée, sauf le logiciel que j'attends toujours": what a sentence that tells of repairs
/// sets apart from them. The token of the word that says so.
fn not_over(assembler: &Assembler<'_, '_>, reading: &Reading<'_>, sentence: usize) -> Option<usize> {
    let text = &reading.text;
    let mut drafts = assembler.drafts.iter().filter(|d| text.sentence_of(d.start) == sentence).peekable();
    drafts.peek()?;
    let repaired: Vec<Option<usize>> =
        drafts.map(|d| if d.stance == Stance::Over { d.mention } else { None }).collect();
    if repaired.iter().any(Option::is_none) {
        return None;
    }
    let waits = |c: &&CueHit| c.cue == Cue::Still && text.sentence_of(c.start) == sentence;
    reading.cues.iter().filter(waits).map(|c| c.start).find(|at| {
        reading.mentions.iter().enumerate().any(|(nth, m)| {
            !m.weak
                && m.end <= *at
                && text.same_sentence(m.start, *at)
                && text.clause_of(m.start) == text.clause_of(*at)
                && !repaired.contains(&Some(nth))
        })
    })
}

/// "des nouvelles ?", "toujours pareil": said without naming a fault.
pub fn still(assembler: &mut Assembler<'_, '_>, reading: &Reading<'_>, subject: usize, reply: bool) {
    let text = &reading.text;
    let mut unsaid = assembler.drafts.iter().any(|d| d.stance != Stance::Over);
    // What the subject line of an answer says is older than its text.
    for sentence in (subject..text.sentences.len()).chain(0..subject.min(text.sentences.len())) {
        let news = reading.sentence_has(Cue::News, sentence);
        let goes_on = reading.sentence_has(Cue::Still, sentence);
        // Who answers a report with "le technicien est passé, il revient lundi" speaks of its fault.
        let progress = reply
            && !unsaid
            && sentence >= subject
            && (reading.sentence_has(Cue::Progress, sentence) || reading.sentence_has(Cue::Same, sentence));
        if !(news || goes_on || progress) {
            continue;
        }
        let in_subject = sentence < subject;
        let excused =
            [Cue::Wish, Cue::Reserve, Cue::Howto, Cue::Announce].iter().any(|c| reading.sentence_has(*c, sentence));
        let rest = not_over(assembler, reading, sentence);
        let told = rest.is_none() && assembler.drafts.iter().any(|d| text.sentence_of(d.start) == sentence);
        let dream = |i: usize| ["rev", "aimer", "souhait"].iter().any(|w| text.word(i).starts_with(w));
        let wished = !news
            && reading
                .cues
                .iter()
                .any(|c| c.cue == Cue::Wish && text.sentence_of(c.start) == sentence && dream(c.start));
        if told || (excused && !reply && assembler.drafts.is_empty()) || wished && !reply {
            continue;
        }
        let at = reading
            .cues
            .iter()
            .find(|c| {
                matches!(c.cue, Cue::News | Cue::Still | Cue::Progress | Cue::Same)
                    && text.sentence_of(c.start) == sentence
            })
            .map_or(0, |c| c.start);
        let at = rest.unwrap_or(at);
        let mut draft = blank(reading, sentence, Stance::Still);
        // What a note for the technician mentions further on is not the fault itself.
        fill(assembler, reading, &mut draft, sentence, at, rest.is_some() || !(news || goes_on));
        if !draft.said {
            draft.machines = super::over::told_numbers(reading, sentence, at);
            if !draft.machines.numbers.is_empty() && draft.equipment == Equipment::Autre {
                draft.equipment = Equipment::Ordinateur;
            }
        }
        let named = draft.said || draft.place_said || !draft.machines.numbers.is_empty();
        let known = assembler.drafts.iter().any(|d| {
            d.stance != Stance::Over
                && d.equipment == draft.equipment
                && (d.places == draft.places || !draft.place_said)
                && !(draft.said && d.mention != draft.mention && reading.sentence_has(Cue::Another, sentence))
        });
        if known || (in_subject && unsaid) {
            continue;
        }
        if !draft.said && sentence > subject {
            // "Et le projecteur ? Toujours pareil."
            let asked = text.sentences.get(sentence - 1).is_some_and(|s| s.question && s.tokens.len() <= 8);
            let thing = reading.mentions.iter().position(|m| !m.weak && text.sentence_of(m.start) + 1 == sentence);
            if let (true, Some(nth)) = (asked, thing)
                && let Some(mention) = reading.mentions.get(nth)
            {
                draft.mention = Some(nth);
                draft.equipment = mention.equipment;
                draft.said = true;
                let found = assembler.place_of(sentence - 1, (mention.start, mention.end), mention.equipment);
                draft.places = found.places;
            }
        }
        let named = named || draft.said;
        if (!named || !reply && !draft.said && !news) && unsaid {
            continue;
        }
        if !draft.said {
            let topic = reading.mentions.iter().find(|m| !m.weak && text.sentence_of(m.start) < subject.max(sentence));
            let others = assembler.drafts.is_empty();
            if let (Some(topic), true) = (topic, others) {
                draft.equipment = topic.equipment;
                draft.said = true;
                draft.atte = topic.part.and_then(|p| reading.vocabulary.parts.get(p)).is_some_and(|p| p.atte);
                let found = assembler.place_of(sentence, (at, at + 1), topic.equipment);
                draft.places = found.places;
            }
        }
        unsaid = true;
        assembler.drafts.push(draft);
    }
}

/// "voici le numéro de série": labels and serial numbers that were asked for.
pub fn detail(assembler: &mut Assembler<'_, '_>, reading: &Reading<'_>, subject: usize, reply: bool) {
    let text = &reading.text;
    let asked = reading.cues.iter().any(|c| c.cue == Cue::Detail);
    if !(asked || reply) {
        return;
    }
    for (number, sentence) in text.sentences.iter().enumerate().skip(subject) {
        let (labels, serials) = labels::find(text, sentence.tokens.start, sentence.tokens.end);
        if labels.is_empty() && serials.is_empty() {
            continue;
        }
        let mut told = false;
        for draft in assembler.drafts.iter_mut().filter(|d| text.sentence_of(d.start) == number) {
            told = true;
            if asked {
                draft.stance = Stance::Detail;
            }
        }
        let clear = told || reading.faults.iter().any(|f| text.sentence_of(f.start) == number);
        if !clear {
            let at = (sentence.tokens.start..sentence.tokens.end)
                .find(|i| text.written(*i).bytes().any(|b| b.is_ascii_digit()))
                .unwrap_or(sentence.tokens.start);
            let mut draft = blank(reading, number, Stance::Detail);
            fill(assembler, reading, &mut draft, number, at, false);
            // A number that stands on a line of its own is that of the thing just spoken of.
            let previous = reading.mentions.iter().rposition(|m| {
                !m.weak && text.sentence_of(m.start) < number && text.sentence_of(m.start) + 1 >= number
            });
            if let (None, Some(nth)) = (draft.mention, previous)
                && let Some(mention) = reading.mentions.get(nth)
            {
                let first = reading
                    .mentions
                    .iter()
                    .position(|m| !m.weak && text.same_sentence(m.start, mention.start))
                    .unwrap_or(nth);
                draft.mention = Some(first);
                draft.equipment = reading.mentions.get(first).map_or(mention.equipment, |m| m.equipment);
                draft.said = true;
            }
            if let Some(mention) = draft.mention.and_then(|m| reading.mentions.get(m)) {
                draft.machines = count::numbers_from(text, mention.end);
                if let Some(count) = count::before(reading, mention) {
                    draft.machines.count = Some(count);
                }
            }
            // What else is said of the same thing only adds to the detail.
            assembler
                .drafts
                .retain(|d| !(draft.said && d.equipment == draft.equipment && text.sentence_of(d.start) > number));
            assembler.drafts.push(draft);
        }
    }
}
