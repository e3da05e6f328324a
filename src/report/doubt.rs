//! Faults in words that no symptom knows: rather asked about than lost.

use super::Equipment;
use super::Stance;
use super::acting::acts;
use super::count;
use super::problem::{Assembler, Draft, Setting};
use super::reading::{Mention, Reading};
use super::text::Text;
use super::vocabulary::Cue;

/// Beside a fault that no rule names: what the referent reads of it.
pub(super) const UNRECOGNISED: &str = "panne non reconnue dans le texte";

/// A thing of which a sentence denies something, or that acts by itself, in words that no symptom knows,
/// beside faults that are known: rather asked about than lost.
pub(super) fn denied(assembler: &mut Assembler<'_, '_>, reading: &Reading<'_>, setting: Setting<'_>) {
    let text = &reading.text;
    let told = |d: &Draft| d.stance != Stance::Over;
    if setting.reply || !assembler.drafts.iter().any(told) {
        return;
    }
    let quiet = |s: usize| {
        reading.cues.iter().any(|c| {
            text.sentence_of(c.start) == s
                && !matches!(
                    c.cue,
                    Cue::Urgent
                        | Cue::Effect
                        | Cue::Complaint
                        | Cue::Another
                        | Cue::MouseKeyboard
                        | Cue::Copier
                        | Cue::EntAccount
                        | Cue::Academic
                        | Cue::RectoratServer
                        | Cue::SiteEquipment
                        | Cue::Printer3d
                        | Cue::RegionBought
                        | Cue::OwnBudget
                )
        })
    };
    for (nth, mention) in reading.mentions.iter().enumerate() {
        let sentence = text.sentence_of(mention.start);
        let clause = text.clause_of(mention.start);
        let item = text.sentences.get(sentence).is_some_and(|s| s.item);
        let question = text.sentences.get(sentence).is_some_and(|s| s.question);
        let known = assembler.drafts.iter().any(|d| {
            d.equipment == mention.equipment && !(item && d.machines.numbers != numbered(reading, mention).numbers)
                || text.sentence_of(d.start) == sentence
        });
        let faulted = reading.faults.iter().any(|f| text.sentence_of(f.start) == sentence);
        if mention.weak
            || mention.part.is_some()
            || sentence < setting.subject
            || known
            || faulted
            || question
            || assembler.set_apart(mention.start)
            || quiet(sentence)
        {
            continue;
        }
        let opens = (mention.start.saturating_sub(3)..mention.start)
            .all(|i| !text.same_sentence(i, mention.start) || text.word(i).len() <= 3);
        let denial = (mention.end..mention.end + 8).any(|i| {
            text.same_sentence(i, mention.start)
                && text.clause_of(i) == clause
                && matches!(text.word(i), "plus" | "pas" | "rien" | "aucun" | "aucune" | "jamais")
                && !reading.ignored.iter().any(|(start, end)| *start <= i && i < *end)
        });
        if !(denial && (opens || item) || acts(assembler, reading, mention)) {
            continue;
        }
        let range = text.sentences.get(sentence).map_or(0..0, |s| s.tokens.clone());
        let found = assembler.place_of(sentence, (mention.start, mention.end), mention.equipment);
        let mut doubts = found.doubts;
        doubts.push(UNRECOGNISED.to_owned());
        assembler.drafts.push(Draft {
            equipment: mention.equipment,
            said: true,
            symptom: None,
            atte: false,
            start: range.start,
            end: range.end,
            mention: Some(nth),
            places: found.places,
            place_said: found.said,
            general: found.general,
            machines: numbered(reading, mention),
            stance: Stance::Broken,
            passing: false,
            doubts,
        });
    }
}

/// How many machines are named with `mention`, and which.
fn numbered(reading: &Reading<'_>, mention: &Mention) -> count::Machines {
    if !count::countable(mention.equipment) {
        return count::Machines::default();
    }
    let mut machines = count::numbers_from(&reading.text, mention.end);
    machines.count = count::before(reading, mention).or(machines.count);
    machines
}

/// "Le PC marche, le vidéoprojecteur non": the last word tells the fault. Gives the sentence.
pub(super) fn contrasted(text: &Text<'_>) -> Option<usize> {
    let ends = |i: usize| !text.same_sentence(i, i + 1) || text.clause_of(i) != text.clause_of(i + 1);
    let follows = |i: usize| text.same_sentence(i - 1, i) && text.clause_of(i - 1) == text.clause_of(i);
    let at = (1..text.tokens.len())
        .find(|&i| text.word(i) == "non" && text.word(i - 1) != "mais" && ends(i) && follows(i))?;
    Some(text.sentence_of(at))
}

/// What nobody does without: "sans image", and not "sans fleurs ni couronnes".
const SERVED: &[&str] =
    &["image", "son", "reseau", "wifi", "internet", "connexion", "reponse", "effet", "succes", "courant", "encre"];

/// Nothing was recognised: does a person complain all the same? A lost report is the worst error.
pub(super) fn complaint(
    assembler: &mut Assembler<'_, '_>,
    reading: &Reading<'_>,
    setting: Setting<'_>,
    reasons: &mut Vec<String>,
) -> bool {
    let text = &reading.text;
    let innocent = reading.cues.iter().any(|c| {
        matches!(
            c.cue,
            Cue::Wish | Cue::Reserve | Cue::Howto | Cue::Announce | Cue::Thanks | Cue::Condition | Cue::Call
        )
    });
    // "L'an dernier il tombait en panne", "en cas de panne": words of a complaint that tell of none.
    let complains =
        reading.cues.iter().find(|c| matches!(c.cue, Cue::Complaint | Cue::Urgent) && !reading.excused(c.start, c.end));
    // "Ma box est en panne": the writer's own, at home.
    if reading.mentions.iter().any(|m| !m.weak && reading.at_home(m.start)) {
        return false;
    }
    let called = reading.cues.iter().any(|c| matches!(c.cue, Cue::Call));
    let body = |m: &Mention| text.sentence_of(m.start) >= setting.subject && m.part.is_none();
    let acting = reading.mentions.iter().position(|m| !called && body(m) && acts(assembler, reading, m));
    let mut thing = reading.mentions.iter().position(|m| !m.weak);
    let words = text.tokens.len();
    let denies = (0..words).any(|i| {
        // "Merci de ne pas éteindre": what must not be done is no fault.
        let told_not_to = i > 0 && text.word(i - 1) == "ne" && text.word(i + 1).ends_with("er");
        let supposed = i > 0 && ["rait", "raient"].iter().any(|e| text.word(i - 1).ends_with(e));
        !told_not_to
            && !supposed
            && !reading.ignored.iter().any(|(start, end)| *start <= i && i < *end)
            && matches!(
                text.word(i),
                "plus" | "pas" | "rien" | "aucun" | "aucune" | "impossible" | "pu" | "sans" | "mal" | "trop"
            )
    });
    let passing_only = !assembler.drafts.is_empty();
    let well = reading.cues.iter().any(|c| matches!(c.cue, Cue::Works | Cue::Repaired | Cue::History));
    // "La borne pend par un fil. Filaire ok.": a thing spoken of in denials elsewhere than where all is well.
    let denied_apart = reading.mentions.iter().any(|m| {
        let sentence = text.sentence_of(m.start);
        let range = text.sentences.get(sentence).map_or(0..0, |s| s.tokens.clone());
        let well_here = reading.cues.iter().any(|c| {
            matches!(c.cue, Cue::Works | Cue::Repaired | Cue::History | Cue::Relief)
                && text.sentence_of(c.start) == sentence
        });
        !m.weak
            && sentence >= setting.subject
            && !well_here
            && range.into_iter().any(|i| {
                matches!(text.word(i), "plus" | "pas" | "aucun" | "aucune" | "impossible")
                    && !matches!(text.word(i + 1), "que" | "qu")
                    || text.word(i) == "sans" && SERVED.contains(&text.word(i + 1))
            })
    });
    let contrast = contrasted(text).is_some();
    let known_well = (passing_only || well) && complains.is_none() && (!denied_apart || setting.reply);
    if (innocent || known_well) && !contrast && acting.is_none() {
        return false;
    }
    if contrast {
        thing = reading.mentions.iter().rposition(|m| !m.weak);
    }
    if acting.is_some() {
        thing = acting;
    }
    let short = words <= 30;
    let place = !reading.places.found.is_empty();
    // A thing that is only asked about, nowhere and without a complaint, is a question.
    let asks = text.sentences.iter().skip(setting.subject).any(|s| s.question) && !place && !denies;
    let worth = (contrast || acting.is_some()) && thing.is_some()
        || complains.is_some() && (thing.is_some() || place)
        || thing.is_some() && (denies || !setting.reply && (short && place || words <= 12) && !passing_only && !asks)
        || (complains.is_some() && short);
    if !worth {
        return false;
    }
    let sentence = thing
        .and_then(|t| reading.mentions.get(t))
        .map(|m| text.sentence_of(m.start))
        .filter(|s| *s >= setting.subject)
        .or_else(|| complains.map(|c| text.sentence_of(c.start)))
        .or_else(|| thing.and_then(|t| reading.mentions.get(t)).map(|m| text.sentence_of(m.start)))
        .unwrap_or(0);
    let range = text.sentences.get(sentence).map_or(0..0, |s| s.tokens.clone());
    let mention = thing.and_then(|t| reading.mentions.get(t));
    let equipment = mention.map_or(Equipment::Autre, |m| m.equipment);
    let anchor = mention.map_or((range.start, range.end), |m| (m.start, m.end));
    let found = assembler.place_of(sentence, anchor, equipment);
    reasons.push("no fault was recognised, but somebody seems to report one".to_owned());
    let stance = if setting.reply { Stance::Still } else { Stance::Broken };
    let mut doubts = found.doubts;
    doubts.push(UNRECOGNISED.to_owned());
    assembler.drafts.push(Draft {
        equipment,
        said: mention.is_some(),
        symptom: None,
        atte: false,
        start: range.start,
        end: range.end,
        mention: thing,
        places: found.places,
        place_said: found.said,
        general: found.general,
        machines: mention.map(|m| numbered(reading, m)).unwrap_or_default(),
        stance,
        passing: false,
        doubts,
    });
    true
}
