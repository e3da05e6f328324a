//! Where a problem is: in its sentence, spoken of before, in the subject, or told by the sender's address.

use super::locate::Located;
use super::problem::{Assembler, networked, placeless};
use super::vocabulary::Cue;
use super::{Equipment, Place};

/// Where a problem is, as found.
pub struct Whereabout {
    /// The places.
    pub places: Vec<Place>,
    /// They stand in the same sentence.
    pub said: bool,
    /// Several rooms are hit.
    pub general: bool,
    /// What is not sure.
    pub doubts: Vec<String>,
}

impl Assembler<'_, '_> {
    /// The place of a problem told in `sentence` at the tokens `anchor`.
    pub fn place_of(&self, sentence: usize, anchor: (usize, usize), equipment: Equipment) -> Whereabout {
        let text = &self.reading.text;
        let in_sentence: Vec<&Located> = self
            .reading
            .places
            .found
            .iter()
            .filter(|p| {
                text.sentence_of(p.start) == sentence
                    && !self.contrasted(p.start)
                    && !self.payer(p)
                    && (!placeless(equipment) || p.code || self.locative(p))
            })
            .collect();
        // What serves all others stands there; where it is missed is said beside it.
        let beside: Vec<&Located> =
            in_sentence.iter().copied().filter(|p| !super::outage::machine_room(p.place.as_str())).collect();
        let in_sentence = if networked(equipment) && !beside.is_empty() { beside } else { in_sentence };
        // Where something works is where the fault is only if nothing else is named.
        let ill: Vec<&Located> = in_sentence.iter().copied().filter(|p| !self.works_there(p, anchor)).collect();
        let in_sentence = if ill.is_empty() { in_sentence } else { ill };
        let wide = |cue: Cue| {
            self.reading.sentence_has(cue, sentence)
                || (sentence + 1 < text.sentences.len()
                    && networked(equipment)
                    && self.same_paragraph(sentence, sentence + 1)
                    && self.reading.sentence_has(cue, sentence + 1)
                    && cue == Cue::WholeSchool
                    && in_sentence.is_empty())
        };
        let area = |p: &&&Located| {
            p.place.as_str().starts_with("BATIMENT")
                || p.place.as_str().ends_with("ETAGE")
                || p.place.as_str().ends_with("RDC")
        };
        if networked(equipment) {
            if let Some(found) = in_sentence.iter().find(area) {
                return Whereabout { places: vec![found.place.clone()], said: true, general: true, doubts: Vec::new() };
            }
            // "En B108, le logiciel réclame une clé partout": on every machine of the room.
            let of_room = matches!(equipment, Equipment::Logiciel | Equipment::Compte)
                && in_sentence.iter().any(|p| p.code || !p.place.is_whole_school());
            if wide(Cue::WholeSchool) && !of_room {
                return Whereabout {
                    places: vec![Place::from_normalised(Place::WHOLE_SCHOOL)],
                    said: true,
                    general: true,
                    doubts: Vec::new(),
                };
            }
        }
        let mut rooms: Vec<&Place> = if networked(equipment) && in_sentence.len() > 1 {
            in_sentence.iter().map(|p| &p.place).collect()
        } else {
            Vec::new()
        };
        rooms.sort_unstable();
        rooms.dedup();
        if self.reading.tried_in_many(rooms.len(), sentence, equipment) && !in_sentence.iter().any(|p| area(&p)) {
            return Whereabout {
                places: vec![super::assemble::common(rooms.into_iter())],
                said: true,
                general: true,
                doubts: Vec::new(),
            };
        }
        // "Aucun collègue n'y arrive": of what serves the whole school, where no room is named.
        let everyone = self.reading.cues.iter().any(|c| {
            c.cue == Cue::Everyone && {
                let there = text.sentence_of(c.start);
                there == sentence || there == sentence + 1 && self.same_paragraph(sentence, there)
            }
        });
        let shared = networked(equipment) && !matches!(equipment, Equipment::Logiciel | Equipment::Compte);
        if in_sentence.is_empty() && everyone && shared && self.setting_place().is_none() {
            return Whereabout {
                places: vec![Place::from_normalised(Place::WHOLE_SCHOOL)],
                said: true,
                general: true,
                doubts: Vec::new(),
            };
        }
        let nearest = in_sentence.iter().min_by_key(|p| {
            let gap = if p.end <= anchor.0 { anchor.0 - p.end } else { p.start.saturating_sub(anchor.1) };
            gap + 8 * text.clause_of(p.start).abs_diff(text.clause_of(anchor.0)).min(6)
        });
        if let Some(nearest) = nearest {
            let places = self.row(&in_sentence, nearest, anchor);
            let general = area(&nearest) || self.reading.sentence_has(Cue::ManyRooms, sentence);
            return Whereabout { places, said: true, general, doubts: Vec::new() };
        }
        let pupil = equipment == Equipment::Portable && self.reading.sentence_has(Cue::Pupil, sentence);
        if placeless(equipment) || pupil {
            return Whereabout { places: Vec::new(), said: false, general: false, doubts: Vec::new() };
        }
        self.inherited(sentence, equipment)
    }

    /// The places that stand in one row with `nearest`: "en B204 et B205", "B12, B14 et B16", "J206/J208".
    fn row(&self, all: &[&Located], nearest: &Located, anchor: (usize, usize)) -> Vec<Place> {
        let text = &self.reading.text;
        let joined = |a: &Located, b: &Located| {
            let words: Vec<&str> = (a.end..b.start.max(a.end)).map(|i| text.word(i)).collect();
            let link = |w: &str| matches!(w, "et" | "ni" | "ou" | "en");
            let between = text.after(a.end.saturating_sub(1));
            let signs = matches!(between.trim(), "," | "/" | "&" | "+") && a.code && b.code;
            let listed = words.first().is_some_and(|w| link(w)) || signs;
            // "pas de réseau en B201 et en B203 l'imprimante …": the second place is another thing's.
            let other = if a.start == nearest.start { b } else { a };
            let of_another = self.reading.mentions.iter().any(|m| {
                let after = m.start >= b.end && m.start - b.end <= 2 && other.start == b.start;
                let before = m.end <= a.start && a.start - m.end <= 2 && other.start == a.start;
                (after || before) && m.start != anchor.0 && text.same_sentence(m.start, anchor.0)
            });
            listed
                && !of_another
                && words.len() <= 3
                && words.iter().all(|w| {
                    matches!(*w, "et" | "ni" | "ou" | "en" | "la" | "au" | "aussi" | "salle" | "salles" | "dans" | "le")
                })
        };
        let Some(at) = all.iter().position(|p| p.start == nearest.start) else { return vec![nearest.place.clone()] };
        let pair = |i: usize| matches!((all.get(i), all.get(i + 1)), (Some(a), Some(b)) if joined(a, b));
        let (mut first, mut last) = (at, at);
        while first > 0 && pair(first - 1) {
            first -= 1;
        }
        while pair(last) {
            last += 1;
        }
        let mut places: Vec<Place> = Vec::new();
        for located in all.iter().take(last + 1).skip(first) {
            if !places.contains(&located.place) {
                places.push(located.place.clone());
            }
        }
        places
    }

    /// A place that the subject names.
    fn setting_place(&self) -> Option<&Located> {
        let text = &self.reading.text;
        self.reading.places.found.iter().find(|p| text.sentence_of(p.start) < self.setting.subject)
    }

    /// The number of sentences of the subject.
    pub fn subject(&self) -> usize {
        self.setting.subject
    }

    /// The place of something that works again: in its sentence, or else the subject's.
    pub fn place_when_over(&self, sentence: usize, anchor: (usize, usize), equipment: Equipment) -> Whereabout {
        let text = &self.reading.text;
        let gap = |p: &&Located| if p.end <= anchor.0 { anchor.0 - p.end } else { p.start.saturating_sub(anchor.1) };
        let found = &self.reading.places.found;
        let named: Vec<&Located> = found
            .iter()
            .filter(|p| {
                text.sentence_of(p.start) == sentence
                    && !self.contrasted(p.start)
                    && !(self.setting.reply && networked(equipment) && super::outage::machine_room(p.place.as_str()))
            })
            .collect();
        // "Tout est revenu, j'ai fait le tour du A et du D": where somebody looked is not where it was.
        let beside: Vec<&Located> = named.iter().copied().filter(|p| !self.looked_at(p.start)).collect();
        let alone = named.len() == 1;
        let here = if alone { named } else { beside }.into_iter().min_by_key(gap);
        // "Tout le monde est reconnecté" answers for whoever was cut off.
        let whole = self.reading.cues.iter().any(|c| {
            c.cue == Cue::WholeSchool
                && text.sentence_of(c.start) == sentence
                && !(self.setting.reply && text.word(c.end.saturating_sub(1)) == "monde")
        }) && (networked(equipment) || equipment == Equipment::Autre);
        let spoken = found
            .iter()
            .rfind(|p| {
                let at = text.sentence_of(p.start);
                p.code && at >= self.setting.subject && at + 1 == sentence && !self.contrasted(p.start)
            })
            .map(|p| p.place.clone());
        let place = match here {
            Some(place) => Some(place.place.clone()),
            None if whole => Some(Place::from_normalised(Place::WHOLE_SCHOOL)),
            // "Idem en T104. Mais les haut-parleurs chantent": the room just spoken of.
            None if !networked(equipment) && spoken.is_some() => spoken,
            None => found.iter().find(|p| text.sentence_of(p.start) < self.setting.subject).map(|p| p.place.clone()),
        };
        Whereabout {
            said: here.is_some() || whole,
            places: place.into_iter().collect(),
            general: whole,
            doubts: Vec::new(),
        }
    }

    /// Does the clause of the place at `at` tell where somebody made sure?
    fn looked_at(&self, at: usize) -> bool {
        let text = &self.reading.text;
        (at.saturating_sub(8)..at).any(|i| {
            text.same_sentence(i, at)
                && ["tour", "verifie", "controle", "teste", "essaye"].iter().any(|w| text.word(i).starts_with(w))
        })
    }

    /// The place spoken of before; the subject's; one named later; the sender's own.
    fn inherited(&self, sentence: usize, equipment: Equipment) -> Whereabout {
        let text = &self.reading.text;
        let found = &self.reading.places.found;
        let item = text.sentences.get(sentence).is_some_and(|s| s.item);
        let usable = |p: &&Located| {
            !self.payer(p)
                && !self.reading.sentence_has(Cue::Announce, text.sentence_of(p.start))
                && !self.contrasted(p.start)
                && !self.works_there(p, (usize::MAX, usize::MAX))
        };
        let before = |heading: bool| {
            found.iter().rev().filter(usable).find(|p| {
                let at = text.sentence_of(p.start);
                at >= self.setting.subject
                    && at < sentence
                    && (!heading || text.sentences.get(at).is_some_and(|s| !s.item))
            })
        };
        let subject = found.iter().filter(usable).find(|p| text.sentence_of(p.start) < self.setting.subject);
        let later = || found.iter().filter(usable).find(|p| text.sentence_of(p.start) > sentence);
        let place = if item { before(true).or(subject).or_else(|| before(false)) } else { before(false).or(subject) }
            .or_else(later);
        let area = |p: &Place| p.as_str().starts_with("BATIMENT") || p.as_str().ends_with("ETAGE");
        let mut doubts = Vec::new();
        // "À l'amphi, plus de son. Et dans ma salle …": another room than the one just spoken of.
        let own_room = text.sentences.get(sentence).is_some_and(|s| {
            s.tokens.clone().any(|i| {
                matches!(text.word(i), "ma" | "notre")
                    && matches!(text.word(i + 1), "salle" | "classe")
                    && text.same_sentence(i, i + 1)
            })
        });
        let place = place.filter(|p| !(own_room && self.drafts.iter().any(|d| d.places.contains(&p.place))));
        let place = match place {
            Some(located) => Some(located.place.clone()),
            None if self.reading.cues.iter().any(|c| c.cue == Cue::WholeSchool) && networked(equipment) => {
                Some(Place::from_normalised(Place::WHOLE_SCHOOL))
            }
            // A server is reached from everywhere: who writes does not tell where it stands.
            None if equipment == Equipment::Serveur => None,
            None => self.setting.address.map(|p| {
                doubts.push("lieu déduit de l'adresse de l'expéditeur".to_owned());
                p.clone()
            }),
        };
        let general = place.as_ref().is_some_and(|p| (area(p) || p.is_whole_school()) && networked(equipment));
        Whereabout { places: place.into_iter().collect(), said: false, general, doubts }
    }

    /// "celui que l'intendance m'a acheté": who paid, not where it is.
    fn payer(&self, place: &Located) -> bool {
        self.reading.cues.iter().any(|c| c.cue == Cue::OwnBudget && c.start <= place.start && place.end <= c.end)
    }

    /// "au secrétariat", "en salle des profs", not "le papier du secrétariat".
    fn locative(&self, place: &Located) -> bool {
        let text = &self.reading.text;
        let before = |n: usize| place.start.checked_sub(n).map_or("", |i| text.word(i));
        let direct = |w: &str| matches!(w, "en" | "au" | "a" | "dans" | "aux" | "chez");
        direct(before(1))
            || place.end > place.start + 1 && direct(text.word(place.start))
            || matches!(before(1), "la" | "l" | "le" | "") && (direct(before(2)) || before(2).is_empty())
            || place.place.as_str().starts_with("BATIMENT")
            || place.place.is_whole_school()
    }

    fn same_paragraph(&self, a: usize, b: usize) -> bool {
        let sentences = &self.reading.text.sentences;
        matches!((sentences.get(a), sentences.get(b)), (Some(a), Some(b)) if a.paragraph == b.paragraph)
    }

    /// Is this place named only to say that all is well there?
    fn works_there(&self, place: &Located, anchor: (usize, usize)) -> bool {
        let text = &self.reading.text;
        let clause = text.clause_of(place.start);
        let well = self.reading.cues.iter().any(|c| {
            matches!(c.cue, Cue::Works | Cue::Repaired)
                && text.clause_of(c.start) == clause
                && text.same_sentence(c.start, place.start)
                && c.start >= place.end
        });
        let ill = self.reading.faults.iter().any(|f| text.clause_of(f.start) == clause);
        well && !ill && text.clause_of(anchor.0.min(text.tokens.len())) != clause
    }
}
