//! "It works again": what a message says is over.

use super::count::{self, Machines};
use super::problem::{Assembler, Draft};
use super::reading::{CueHit, Reading};
use super::stance::{blank, fill};
use super::vocabulary::Cue;
use super::{Equipment, Stance};

/// Words before the number of a seat.
const SEATED: &[&str] = &[
    "casque",
    "la",
    "le",
    "les",
    "machine",
    "machines",
    "n",
    "no",
    "numero",
    "ordi",
    "ordinateur",
    "ordinateurs",
    "pc",
    "place",
    "places",
    "portable",
    "poste",
    "postes",
    "tablette",
];

/// "Les 1, 2, 9 et 15 sont revenus", "le poste 8 remarche": the machines named before token `at`.
pub(super) fn told_numbers(reading: &Reading<'_>, sentence: usize, at: usize) -> Machines {
    let text = &reading.text;
    let first = text.sentences.get(sentence).map_or(at, |s| s.tokens.start).max(at.saturating_sub(14));
    (first..at)
        .filter(|i| {
            SEATED.contains(&text.word(*i))
                && text.tokens.get(i + 1).is_some_and(|t| t.number && t.end - t.start <= 2)
                && !reading.places.found.iter().any(|p| p.start <= i + 1 && i + 1 < p.end)
                && text.word(i + 2) != "h"
                && !matches!(text.word(i.wrapping_sub(1)), "depuis" | "pour" | "avant")
        })
        .map(|i| count::numbers_from(text, i + 1))
        .find(|m| !m.numbers.is_empty() && m.at.is_some_and(|(_, end)| end <= at))
        .unwrap_or_default()
}

/// "J'ai tiré un cordon neuf, c'est bon", "toner posé, ça imprime": what was done, then that it works. What is
/// named is what was put in, and no fault.
fn note_of_repair(reading: &Reading<'_>, draft: &Draft) -> bool {
    let text = &reading.text;
    let sentence = text.sentence_of(draft.start);
    let range = text.sentences.get(sentence).map_or(0..0, |s| s.tokens.clone());
    let done = reading.cues.iter().find(|c| c.cue == Cue::Mended && text.sentence_of(c.start) == sentence);
    let Some(done) = done else { return false };
    let works = reading.cues.iter().any(|c| {
        matches!(c.cue, Cue::Works | Cue::Repaired) && c.start >= done.end && text.sentence_of(c.start) == sentence
    });
    let doubts = |i: usize| {
        matches!(
            text.word(i),
            "mais"
                | "toujours"
                | "pas"
                | "plus"
                | "rien"
                | "sauf"
                | "encore"
                | "aucun"
                | "aucune"
                | "pourtant"
                | "malgre"
        )
    };
    works && !range.into_iter().any(doubts) && !reading.sentence_has(Cue::Still, sentence)
}

/// What does such things: "ça projette", "on imprime à nouveau", "de nouveau en ligne".
fn suggested(reading: &Reading<'_>, cue: &CueHit) -> Equipment {
    let text = &reading.text;
    let sentence = text.sentences.get(text.sentence_of(cue.start)).map_or(0..0, |s| s.tokens.clone());
    let has = |starts: &[&str]| (cue.start..cue.end).any(|i| starts.iter().any(|s| text.word(i).starts_with(s)));
    let projects = sentence.into_iter().any(|i| matches!(text.word(i), "projette" | "reprojette"));
    if projects || has(&["projet", "reprojet", "image", "lumiere", "mur"]) {
        Equipment::Videoprojecteur
    } else if has(&["imprim", "reimprim"]) {
        Equipment::Imprimante
    } else if has(&["voix", "parole"]) {
        Equipment::Son
    } else if has(&["sonn", "resonn", "tonalite"]) {
        Equipment::Telephonie
    } else if has(&["ligne", "internet", "connexion"]) {
        Equipment::Reseau
    } else {
        Equipment::Autre
    }
}

/// "Les trois sont donc opérationnels", "tous remarchent": words before token `at` that tell of all of
/// them, with their number where it is said.
fn all_of_them(reading: &Reading<'_>, at: usize) -> Option<Option<u32>> {
    let text = &reading.text;
    let clause = text.clause_of(at);
    let here = |i: usize| text.same_sentence(i, at) && text.clause_of(i) == clause;
    (at.saturating_sub(6)..at).filter(|i| here(*i)).find_map(|i| match text.word(i) {
        "tous" | "toutes" => Some(None),
        // A noun after the number names other things.
        "les" | "ces" | "nos" => {
            let number = text.number(i + 1).or_else(|| count::number_word(text, i + 1)).filter(|n| *n > 1);
            let verb = matches!(
                text.word(i + 2),
                "sont" | "re" | "ont" | "fonctionnent" | "marchent" | "remarchent" | "tournent" | "refonctionnent"
            );
            number.filter(|_| verb && here(i + 2) && i + 2 <= at).map(Some)
        }
        _ => None,
    })
}

/// "c'est réparé", "le vidéoproj remarche": told of things that the message does not call broken.
pub fn over(assembler: &mut Assembler<'_, '_>, reading: &Reading<'_>, subject: usize, reply: bool) {
    let text = &reading.text;
    for draft in assembler.drafts.iter_mut().filter(|d| d.stance == Stance::Broken) {
        if note_of_repair(reading, draft) {
            draft.stance = Stance::Over;
        }
    }
    let broken = assembler.drafts.iter().any(|d| d.stance != Stance::Over);
    let mut found: Vec<Draft> = Vec::new();
    // "Elle imprime.", "j'arrive à me connecter": in an answer that complains of nothing, plain telling is enough.
    let complains = reading
        .cues
        .iter()
        .any(|c| matches!(c.cue, Cue::Still | Cue::News | Cue::Complaint) && text.sentence_of(c.start) >= subject);
    let faulty = reading.faults.iter().any(|f| text.sentence_of(f.start) >= subject);
    let plain = reply && !broken && !complains && !faulty;
    let telling = |c: &&CueHit| {
        matches!(c.cue, Cue::Works | Cue::Repaired | Cue::Mended | Cue::FalseAlarm) || c.cue == Cue::Able && plain
    };
    let plain_answer = reply && !broken && !faulty;
    let relieved = reading.cues.iter().any(|c| c.cue == Cue::Relief);
    for cue in reading.cues.iter().filter(telling) {
        let sentence = text.sentence_of(cue.start);
        if sentence < subject && !text.sentences.iter().skip(subject).all(|s| s.tokens.is_empty()) {
            continue;
        }
        // "Il s'allume, il ventile, rien sur le mur": what works is told to say what does not.
        let but = !matches!(cue.cue, Cue::Repaired | Cue::FalseAlarm)
            && text.sentences.get(sentence).is_some_and(|s| {
                (cue.end..s.tokens.end).any(|i| {
                    matches!(text.word(i), "rien" | "mais" | "sauf" | "aucun" | "aucune" | "pourtant")
                        && !reading.cues.iter().any(|c| c.start <= i && i < c.end)
                })
            });
        if but && !broken {
            continue;
        }
        let dated = text
            .sentences
            .get(sentence)
            .is_some_and(|s| (cue.end..s.tokens.end).any(|i| matches!(text.word(i), "depuis" | "maintenant")));
        let thanked = reading.sentence_has(Cue::Thanks, sentence)
            || relieved
            || text.sentences.get(sentence).is_some_and(|s| {
                s.tokens.clone().any(|i| matches!(text.word(i), "maintenant" | "desormais" | "enfin"))
                    || s.tokens.clone().skip_while(|i| *i < cue.end).any(|i| text.word(i) == "depuis")
            });
        let strong = matches!(cue.cue, Cue::Repaired | Cue::FalseAlarm)
            || (thanked && !broken && (text.word(cue.start) != "ok" || dated));
        let first_person = (cue.start.saturating_sub(4)..cue.start)
            .any(|i| matches!(text.word(i), "j" | "ai" | "avons" | "avez"))
            && text.same_sentence(cue.start.saturating_sub(1), cue.start)
            && text.clause_of(cue.start.saturating_sub(1)) == text.clause_of(cue.start)
            && (cue.start.saturating_sub(4)..cue.start).any(|i| {
                matches!(text.word(i), "j" | "ai" | "avons" | "avez") && text.clause_of(i) == text.clause_of(cue.start)
            });
        let denies = text.sentences.get(sentence).is_some_and(|s| {
            s.tokens.clone().any(|i| matches!(text.word(i), "pas" | "plus" | "rien" | "aucun" | "aucune" | "sans"))
        });
        // "Intervention faite ce matin, RAS": in an answer that denies nothing, the word is no complaint.
        let excused = [Cue::Condition, Cue::Howto, Cue::Announce, Cue::Wish, Cue::Reserve, Cue::Complaint]
            .iter()
            .any(|c| reading.sentence_has(*c, sentence) && !(*c == Cue::Complaint && plain_answer && !denies));
        // What is told of the day before the fault, or done to find it, is no repair.
        let past = !reply && reading.sentence_has(Cue::History, sentence);
        if past || (first_person && broken) || (excused && !strong) {
            continue;
        }
        let mut draft = blank(reading, sentence, Stance::Over);
        fill(assembler, reading, &mut draft, sentence, cue.start, broken);
        draft.symptom = of_part(reading, draft.mention);
        // "On a changé le ventilateur": of a projector as well as of a computer.
        let anyones = draft.mention.and_then(|m| reading.mentions.get(m)).is_some_and(|m| {
            let part = m.part.and_then(|p| reading.vocabulary.parts.get(p));
            !m.owned && part.is_some_and(|p| p.of == Equipment::Ordinateur && !p.also.is_empty())
        });
        draft.said &= !anyones;
        let answers = reply && !broken && !faulty;
        let thanks = draft.said && reading.sentence_has(Cue::Thanks, sentence);
        // A mail that says nothing else than that a thing of some room works says it for a reason.
        let curt = !broken && !excused && draft.said && draft.place_said && text.tokens.len() <= 20;
        // "Réseau ok cette fois": it was not, the time before.
        let this_time = draft.said
            && (cue.end..cue.end + 3).any(|i| {
                text.same_sentence(i, cue.start)
                    && (matches!(text.word(i), "maintenant" | "desormais" | "enfin")
                        || text.word(i) == "cette" && text.word(i + 1) == "fois")
            });
        // "J'ai posé deux souris neuves au CDI": who repairs says where and what.
        let did = cue.cue == Cue::Mended
            && !broken
            && draft.said
            && draft.place_said
            && matches!(text.word(cue.start), "ai" | "jai" | "avons" | "je" | "j");
        draft.passing = !(strong || answers || thanks || curt || this_time || did);
        let near_fault = reading.faults.iter().any(|f| {
            text.sentence_of(f.start) == sentence && text.clause_of(f.start).abs_diff(text.clause_of(cue.start)) <= 1
        });
        // "Salle polyvalente sono ok / enceinte gymnase toujours muette": the fault is another room's.
        let apart = draft.said
            && draft.place_said
            && assembler
                .drafts
                .iter()
                .any(|d| d.place_said && d.places != draft.places && text.sentence_of(d.start) == sentence);
        let near_fault = near_fault && !apart;
        let contradicted = assembler.drafts.iter().any(|d| {
            d.stance != Stance::Over
                && (d.equipment == draft.equipment || !draft.said && draft.equipment == Equipment::Autre)
                && (d.places == draft.places || !draft.place_said)
        });
        if !draft.said && draft.equipment == Equipment::Autre {
            draft.equipment = suggested(reading, cue);
        }
        draft.machines = told_numbers(reading, sentence, cue.start);
        if !draft.machines.numbers.is_empty() && !draft.said && draft.equipment == Equipment::Autre {
            draft.equipment = Equipment::Ordinateur;
        }
        // "La multiprise est bonne": what was tried in search of the fault.
        let aside = draft.passing
            && draft
                .mention
                .and_then(|m| reading.mentions.get(m)?.part)
                .is_some_and(|p| reading.vocabulary.parts.get(p).is_some_and(|p| p.of == Equipment::Autre));
        if aside && broken {
            continue;
        }
        let named = draft.said || draft.mention.is_some() && draft.equipment != Equipment::Autre;
        let empty = !named && !draft.place_said && draft.machines.numbers.is_empty();
        // "(la E104 va bien)": a place alone, in passing, names nothing that was broken.
        let vague = broken && draft.passing && !draft.said && draft.machines.numbers.is_empty();
        if vague || contradicted || (broken && (empty || near_fault && !strong)) || (empty && !strong && !reply) {
            continue;
        }
        let clause_start = |at: usize| (0..=at).rev().take_while(|i| text.same_sentence(*i, at)).last().unwrap_or(at);
        if broken {
            let clause = text.clause_of(cue.start);
            draft.start =
                (clause_start(cue.start)..=cue.start).find(|i| text.clause_of(*i) + 1 >= clause).unwrap_or(cue.start);
            draft.end = draft.end.min(cue.end + 6);
        }
        let sentence_told = found.iter().any(|d| text.sentence_of(d.start) == sentence && !d.passing);
        if !strong && sentence_told && !draft.place_said {
            continue;
        }
        if let Some(known) = found.iter_mut().find(|d| {
            (d.equipment == draft.equipment || !d.said || !draft.said)
                && (d.places == draft.places || !d.place_said || !draft.place_said)
        }) {
            known.passing &= draft.passing;
            if let (Some(count), false) =
                (all_of_them(reading, cue.start), draft.said && known.said && draft.mention != known.mention)
            {
                known.machines = Machines { count: count.or(known.machines.count), ..Machines::default() };
            }
            if !known.said && draft.said {
                known.equipment = draft.equipment;
                known.said = true;
                known.mention = draft.mention;
                known.atte = draft.atte;
            }
            if !known.place_said && draft.place_said {
                known.places = draft.places;
                known.place_said = true;
            }
            continue;
        }
        // "Fait lampe 301 et câble aussi": what is joined to it is over too.
        let joined: Vec<Draft> = beside(reading, draft.mention)
            .into_iter()
            .filter_map(|nth| Some((nth, reading.mentions.get(nth)?)))
            .map(|(nth, mention)| Draft {
                equipment: mention.equipment,
                mention: Some(nth),
                start: mention.start,
                end: mention.end,
                symptom: of_part(reading, Some(nth)),
                atte: mention.part.and_then(|p| reading.vocabulary.parts.get(p)).is_some_and(|p| p.atte),
                ..draft.clone()
            })
            .collect();
        found.push(draft);
        found.extend(joined);
    }
    // "Le PC 3 est reparti (barrette mal enfoncée)": what is told in brackets after a repair was its cause.
    let cause = |d: &Draft| {
        d.stance == Stance::Broken
            && found.iter().any(|over| {
                over.end <= d.start
                    && d.start - over.end <= 12
                    && !over.passing
                    && text.same_sentence(over.start, d.start)
                    && (over.end.saturating_sub(1)..d.start)
                        .rev()
                        .map(|i| text.after(i))
                        .find(|gap| gap.contains(['(', ')']))
                        .is_some_and(|gap| gap.trim_end().ends_with('('))
            })
    };
    assembler.drafts.retain(|d| !cause(d));
    assembler.drafts.extend(found);
}

/// The symptom that naming a part suggests: a lamp, a cartridge, a cable.
fn of_part(reading: &Reading<'_>, mention: Option<usize>) -> Option<usize> {
    let part = mention.and_then(|m| reading.mentions.get(m)?.part).and_then(|p| reading.vocabulary.parts.get(p))?;
    let key = part.symptom.as_deref().or(part.atte.then_some("cable"))?;
    reading.vocabulary.symptoms.iter().position(|s| s.key == key)
}

/// Things joined by "et" to a mention, before or after it, that are other things or parts.
fn beside(reading: &Reading<'_>, mention: Option<usize>) -> Vec<usize> {
    let text = &reading.text;
    let Some(nth) = mention else { return Vec::new() };
    let joined = |a: usize, b: usize| {
        let (Some(one), Some(two)) = (reading.mentions.get(a), reading.mentions.get(b)) else { return false };
        let mut words = (one.end..two.start).map(|i| text.word(i));
        let places = reading.places.found.iter().any(|p| p.start >= one.end && p.end <= two.start);
        text.same_sentence(one.start, two.start)
            && two.start - one.end.min(two.start) <= if places { 5 } else { 3 }
            && words.any(|w| w == "et")
            && (one.equipment != two.equipment || one.part != two.part)
            && !two.weak
            && !one.weak
            && !reading.faults.iter().any(|f| f.start < two.end && one.start < f.end)
    };
    let mut found = Vec::new();
    if let Some(before) = nth.checked_sub(1).filter(|b| joined(*b, nth)) {
        found.push(before);
    }
    if joined(nth, nth + 1) {
        found.push(nth + 1);
    }
    found
}
