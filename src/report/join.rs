//! A problem more, or more about a problem told before.

use super::count::{self, Machines};
use super::locate::Located;
use super::problem::{Assembler, Draft, single_of_room};
use super::vocabulary::Cue;
use super::{Equipment, Stance};

impl Assembler<'_, '_> {
    /// A keyboard and a mouse, each with a fault of its own, are two things to replace.
    pub(super) fn two_devices(&self, one: Option<usize>, other: Option<usize>) -> bool {
        let device = |mention: Option<usize>| {
            let start = mention.and_then(|m| self.reading.mentions.get(m)).map(|m| m.start)?;
            match self.reading.text.word(start) {
                "clavier" | "claviers" | "touche" | "touches" => Some("keyboard"),
                "souris" | "sourie" | "molette" => Some("mouse"),
                "casque" | "casques" | "micro" | "micros" | "ecouteur" | "ecouteurs" | "oreillette" => Some("headset"),
                "scanner" | "scanners" | "scaner" | "scanneur" => Some("scanner"),
                "visualiseur" | "visualiseurs" | "visionneuse" => Some("viewer"),
                "webcam" | "webcams" => Some("webcam"),
                "douchette" | "douchettes" => Some("reader"),
                "calculatrice" | "calculatrices" => Some("calculator"),
                "microscope" | "microscopes" | "loupe" => Some("microscope"),
                _ => None,
            }
        };
        matches!((device(one), device(other)), (Some(a), Some(b)) if a != b)
    }

    /// Is it the teacher's own machine?
    pub(super) fn teacher(&self, mention: Option<usize>) -> bool {
        let text = &self.reading.text;
        mention.and_then(|m| self.reading.mentions.get(m)).is_some_and(|m| {
            (m.start..m.end + 2).any(|i| {
                text.same_sentence(m.start, i)
                    && matches!(text.word(i), "prof" | "professeur" | "enseignant" | "maitre")
            })
        })
    }

    /// "sept casques n'enregistrent plus (le micro est mort)": the microphone of the headsets, no sound system.
    pub(super) fn of_headset(&self, draft: &mut Draft) {
        let (text, mentions) = (&self.reading.text, &self.reading.mentions);
        let Some(own) = draft.mention.and_then(|m| mentions.get(m)) else { return };
        if draft.equipment != Equipment::Son || !matches!(text.word(own.start), "micro" | "micros") {
            return;
        }
        let headset = mentions.iter().position(|m| {
            m.end <= own.start
                && text.same_sentence(m.start, own.start)
                && matches!(text.word(m.start), "casque" | "casques" | "webcam" | "webcams" | "visualiseur")
        });
        if headset.is_some() {
            draft.equipment = Equipment::Peripherique;
            draft.mention = headset;
        }
    }

    /// Adds `draft`, or joins it to the problem it goes on telling.
    pub(super) fn add(&mut self, mut draft: Draft, sentence: usize) {
        self.of_headset(&mut draft);
        let text = &self.reading.text;
        let item = text.sentences.get(sentence).is_some_and(|s| s.item);
        let another = self.reading.sentence_has(Cue::Another, sentence);
        let found = self.drafts.iter().rposition(|d| {
            let same_sentence = text.sentence_of(d.start) == sentence;
            let same_place = d.places == draft.places
                || !draft.place_said
                || (!d.place_said && !same_sentence && (d.places.is_empty() || draft.general));
            let same_machines = draft.machines.numbers.is_empty()
                || draft.machines.numbers == d.machines.numbers
                || (d.machines.numbers.is_empty()
                    && same_sentence
                    && d.mention == draft.mention
                    && d.mention.is_some());
            let detailed = !same_sentence && d.symptom != draft.symptom && {
                let range = text.sentences.get(sentence).map_or(0..0, |s| s.tokens.clone());
                let (labels, serials) = super::labels::find(text, range.start, range.end);
                !(labels.is_empty() && serials.is_empty())
            };
            // "écran éteint, testé avec un autre câble, écran HS": the same word again, without "autre" of its own.
            let word = |m: Option<usize>| m.and_then(|m| self.reading.mentions.get(m)).map(|m| text.word(m.start));
            let again = same_sentence
                && word(d.mention) == word(draft.mention)
                && draft.mention.and_then(|m| self.reading.mentions.get(m)).is_some_and(|m| {
                    !(m.start.saturating_sub(2)..m.end + 1)
                        .any(|i| matches!(text.word(i), "autre" | "second" | "seconde" | "deuxieme" | "aussi"))
                });
            let continues = draft.mention.is_none() || d.mention == draft.mention || again;
            let listed_apart = item
                && !same_sentence
                && (self.symptom_key(&draft) == "cable" && d.symptom != draft.symptom
                    || count::countable(d.equipment)
                        && d.symptom != draft.symptom
                        && single_of_room(d.equipment).is_none()
                    || !draft.said);
            // "La sono grésille. Et le câble est arraché": another repair, told as one more thing.
            let torn_too = !same_sentence
                && !d.atte
                && draft.mention.is_some()
                && d.mention != draft.mention
                && self.symptom_key(&draft) == "cable"
                && text.sentences.get(sentence).is_some_and(|s| matches!(text.word(s.tokens.start), "et" | "aussi"));
            // "Le PC prof, lui, …" beside a pupil's seat is another machine.
            let seats = count::countable(draft.equipment)
                && d.mention.is_some()
                && draft.mention.is_some()
                && self.teacher(d.mention) != self.teacher(draft.mention)
                && (self.teacher(draft.mention) || !same_sentence && !d.machines.numbers.is_empty());
            d.equipment == draft.equipment
                && !seats
                && same_place
                && same_machines
                && !detailed
                && !listed_apart
                && !torn_too
                && !self.two_devices(d.mention, draft.mention)
                && (continues || !another)
                && (d.stance == Stance::Over) == (draft.stance == Stance::Over)
        });
        let Some(nth) = found else {
            self.drafts.push(draft);
            return;
        };
        let vague = |index: Option<usize>| {
            index
                .and_then(|i| self.reading.vocabulary.symptoms.get(i))
                .is_none_or(|s| matches!(s.key.as_str(), "not_working" | "error" | "freezes" | "page_blank"))
        };
        let take_symptom = self.drafts.get(nth).is_some_and(|d| vague(d.symptom) && !vague(draft.symptom));
        let same_sentence = self.drafts.get(nth).is_some_and(|d| text.sentence_of(d.start) == sentence);
        let blocked = self.drafts.iter().enumerate().any(|(i, d)| {
            i != nth && text.sentence_of(d.start) == sentence && d.start >= self.drafts.get(nth).map_or(0, |d| d.end)
        });
        if let Some(known) = self.drafts.get_mut(nth) {
            if take_symptom {
                known.symptom = draft.symptom;
                known.atte |= draft.atte;
            }
            let torn = draft
                .symptom
                .and_then(|s| self.reading.vocabulary.symptoms.get(s))
                .is_some_and(|s| s.key == "cable" && s.atte);
            // "la télécommande ne répond pas et le bouton est cassé": no longer a matter of batteries.
            let key = |index: Option<usize>| {
                index.and_then(|s| self.reading.vocabulary.symptoms.get(s)).map_or("", |s| s.key.as_str())
            };
            if key(draft.symptom) == "broken" && !draft.atte && known.mention != draft.mention {
                let part = known.mention.and_then(|m| self.reading.mentions.get(m)).and_then(|m| m.part);
                let remote = part
                    .and_then(|p| self.reading.vocabulary.parts.get(p))
                    .is_some_and(|p| p.symptom.as_deref() == Some("remote"));
                known.atte &= !remote;
            }
            known.atte |= draft.atte && (known.mention.is_none() || known.mention == draft.mention || torn);
            known.general |= draft.general;
            if same_sentence && !blocked {
                known.end = known.end.max(draft.end);
            }
            if known.machines.numbers.is_empty() {
                let count = known.machines.count.or(draft.machines.count);
                known.machines = Machines { count, ..draft.machines };
            }
            if !known.place_said && draft.place_said {
                known.places = draft.places;
                known.place_said = true;
            }
            if draft.stance == Stance::Still && same_sentence {
                known.stance = Stance::Still;
            }
        }
    }

    /// "et au CDI pareil": the last problem, in another place.
    pub(super) fn same_elsewhere(&mut self, sentence: usize, told: bool) {
        let text = &self.reading.text;
        let Some(cue) =
            self.reading.cues.iter().find(|c| c.cue == Cue::Same && text.sentence_of(c.start) == sentence).copied()
        else {
            return;
        };
        let near: Vec<&Located> = self
            .reading
            .places
            .found
            .iter()
            .filter(|p| text.sentence_of(p.start) == sentence && p.start.abs_diff(cue.start) <= 6)
            .collect();
        let Some(last) = self.drafts.last().cloned() else { return };
        if last.stance == Stance::Over {
            return;
        }
        let thing = self.reading.mentions.iter().enumerate().find(|(_, m)| {
            m.end <= cue.start
                && cue.start - m.end <= 3
                && text.clause_of(m.start) == text.clause_of(cue.start)
                && m.equipment != last.equipment
                && !m.weak
                && !self.set_apart(m.start)
        });
        if let (Some((nth, mention)), false) = (thing, told) {
            let mut twin = last.clone();
            twin.equipment = mention.equipment;
            twin.mention = Some(nth);
            twin.said = true;
            twin.atte = false;
            let found = self.place_of(sentence, (mention.start, mention.end), mention.equipment);
            twin.places = found.places;
            twin.place_said = found.said;
            twin.start = mention.start;
            twin.end = cue.end;
            twin.machines = Machines::default();
            self.drafts.push(twin);
            return;
        }
        for place in near {
            let told_later = told && last.start > cue.start;
            if !told_later && !last.places.contains(&place.place) {
                let mut twin = last.clone();
                twin.places = vec![place.place.clone()];
                twin.place_said = true;
                twin.start = place.start.min(cue.start);
                twin.end = place.end.max(cue.end);
                twin.machines = Machines::default();
                twin.stance = Stance::Broken;
                self.drafts.push(twin);
            }
        }
    }
}
