//! The things that a text names.

use super::Equipment;
use super::lexicon::Hit;
use super::reading::{MOST, Mention, Reading, meaning};
use super::vocabulary::Meaning;

impl Reading<'_> {
    pub(super) fn things(&mut self, hits: &[Hit], visible: &dyn Fn(&Hit) -> bool) {
        let mut candidates: Vec<(usize, usize, u8, usize, Meaning)> = Vec::new();
        for hit in hits.iter().filter(|h| visible(h)) {
            let rank = match meaning(self.vocabulary, hit) {
                Some(Meaning::Part(_)) => 2,
                Some(Meaning::Equipment(_, false)) => 1,
                Some(Meaning::Equipment(_, true)) => 0,
                _ => continue,
            };
            if let Some(meaning) = meaning(self.vocabulary, hit) {
                candidates.push((hit.start, hit.end, rank, hit.phrase, meaning));
            }
        }
        // Leftmost, longest, then parts, then what was taught last.
        candidates.sort_by_key(|(start, end, rank, phrase, _)| (*start, std::cmp::Reverse((*end, *rank, *phrase))));
        let mut free = 0;
        for (start, end, _, _, meaning) in candidates {
            if start < free
                || self.compared(start)
                || self.possessive(start)
                || self.counting(start)
                || self.in_named_place(start)
            {
                continue;
            }
            let (equipment, weak, part) = match meaning {
                Meaning::Equipment(equipment, weak) => (equipment, weak, None),
                Meaning::Part(index) => match self.vocabulary.parts.get(index) {
                    Some(part) => (part.of, false, Some(index)),
                    None => continue,
                },
                _ => continue,
            };
            if self.mentions.len() >= MOST {
                break;
            }
            let equipment = if self.is_extension(start) { Equipment::Telephonie } else { equipment };
            free = end;
            self.mentions.push(Mention { start, end, equipment, weak, part, owned: false });
        }
    }

    /// "Op@le n'édite rien, l'application affiche une erreur": the general word means the one named before.
    pub(super) fn general_words(&mut self) {
        for nth in 1..self.mentions.len() {
            let Some(mention) = self.mentions.get(nth).cloned() else { break };
            let general = mention.end == mention.start + 1
                && matches!(self.text.word(mention.start), "application" | "appli" | "logiciel" | "programme" | "site");
            let named = self.text.tokens.get(mention.end).is_some_and(|t| t.capital)
                || matches!(self.text.word(mention.end), "de" | "d" | "du");
            if !general || named && self.text.same_sentence(mention.start, mention.end) {
                continue;
            }
            let here = self.text.sentence_of(mention.start);
            let item = self.item(mention.start);
            let before = self.mentions.iter().take(nth).rev().find(|m| {
                let there = self.text.sentence_of(m.start);
                let near = there == here || !item && here - there.min(here) <= 2;
                near && matches!(m.equipment, Equipment::ApplicationAcademique | Equipment::Ent | Equipment::Messagerie)
            });
            if let (Some(equipment), Some(mention)) = (before.map(|m| m.equipment), self.mentions.get_mut(nth)) {
                mention.equipment = equipment;
            }
        }
    }

    /// "PC05", "poste12": a machine named by its number alone.
    pub(super) fn glued_numbers(&mut self) {
        for at in 0..self.text.tokens.len() {
            if super::count::glued(self.text.word(at)).is_none() {
                continue;
            }
            let taken = self.mentions.iter().any(|m| m.start <= at && at < m.end);
            let placed = self.places.found.iter().any(|p| p.start <= at && at < p.end);
            if taken || placed || self.mentions.len() >= MOST {
                continue;
            }
            let nth = self.mentions.partition_point(|m| m.start < at);
            let equipment = Equipment::Ordinateur;
            self.mentions
                .insert(nth, Mention { start: at, end: at + 1, equipment, weak: false, part: None, owned: false });
        }
    }

    /// "Le Z: s'est volatilisé": a drive named by its letter alone.
    pub(super) fn drive_letters(&mut self) {
        for at in 0..self.text.tokens.len() {
            let letter = self.text.tokens.get(at).is_some_and(|t| t.capital && t.end - t.start == 1);
            let word = self.text.word(at);
            let before =
                at.checked_sub(1).filter(|b| self.text.same_sentence(*b, at)).map_or("", |b| self.text.word(b));
            let introduced =
                matches!(before, "le" | "lecteur" | "mon" | "du" | "sur" | "son" | "notre" | "au" | "en" | "de" | "");
            if letter && self.text.after(at).starts_with(':') && introduced && !matches!(word, "c" | "a" | "q" | "r") {
                self.name(at, at + 1, Equipment::Serveur);
            }
        }
    }

    /// "ElecSchéma refuse de démarrer": capitals inside a word make the name of a program.
    pub(super) fn programs(&mut self) {
        for at in 0..self.text.tokens.len() {
            let written = self.text.written(at);
            let inner = written.chars().zip(written.chars().skip(1)).any(|(a, b)| a.is_lowercase() && b.is_uppercase());
            // Alone before its verb: "le ProLiant" is a machine, "une clé BitLocker" no program that fails.
            let before = at.checked_sub(1).filter(|b| self.text.same_sentence(*b, at));
            let alone = before.is_none_or(|b| {
                self.text.clause_of(b) != self.text.clause_of(at)
                    || matches!(
                        self.text.word(b),
                        "et" | "que" | "qu" | "mais" | "car" | "quand" | "comme" | "ou" | "donc"
                    )
            });
            let model = self.vocabulary.not_before_code.contains(self.text.word(at));
            let known = model
                || !alone
                || !self.text.same_sentence(at, at + 1)
                || self.text.clause_of(at) != self.text.clause_of(at + 1);
            let place = self.places.found.iter().any(|p| p.start <= at && at < p.end);
            if inner && written.len() >= 6 && !known && !place && self.text.tokens.get(at).is_some_and(|t| t.capital) {
                self.name(at, at + 1, Equipment::Logiciel);
            }
        }
    }

    /// Adds a thing at the tokens `start..end`, unless one stands there.
    fn name(&mut self, start: usize, end: usize, equipment: Equipment) {
        let taken = self.mentions.iter().any(|m| m.start < end && start < m.end);
        if taken || self.mentions.len() >= MOST {
            return;
        }
        let nth = self.mentions.partition_point(|m| m.start < start);
        self.mentions.insert(nth, Mention { start, end, equipment, weak: false, part: None, owned: false });
    }

    /// What the school pays its publisher for is software of its own, no part of the digital workspace.
    pub(super) fn own_service(&mut self) {
        if !self.cues.iter().any(|c| c.cue == super::vocabulary::Cue::SchoolPays) {
            return;
        }
        for mention in self.mentions.iter_mut().filter(|m| m.equipment == Equipment::Ent) {
            if ["pronot", "ecole", "moodle"].iter().any(|w| self.text.word(mention.start).starts_with(w)) {
                mention.equipment = Equipment::Logiciel;
            }
        }
    }

    /// "Il souffle comme un sèche-cheveux": what a thing is likened to.
    fn compared(&self, at: usize) -> bool {
        let word = |back: usize| match at.checked_sub(back) {
            Some(i) if self.text.same_sentence(i, at) => self.text.word(i),
            _ => "",
        };
        matches!(word(1), "un" | "une" | "vieux" | "vieille") && (word(2) == "comme" || word(3) == "comme")
            || matches!(word(1), "le" | "la" | "l" | "des") && word(2) == "comme"
    }

    /// A mention inside the name of a place is none ("salle serveur", "salle info").
    pub(super) fn in_named_place(&self, at: usize) -> bool {
        self.places.found.iter().any(|p| !p.code && p.start <= at && at < p.end && p.end - p.start > 1)
    }

    /// "son ordi": a possessive, no sound.
    pub(super) fn possessive(&self, at: usize) -> bool {
        if self.text.word(at) != "son" {
            return false;
        }
        let before = if at > 0 && self.text.same_sentence(at - 1, at) { self.text.word(at - 1) } else { "" };
        let sound = matches!(
            before,
            "le" | "du" | "pas" | "aucun" | "sans" | "plus" | "mauvais" | "un" | "ni" | "ce" | "quel" | "pa"
        );
        let follows = self.text.word(at + 1);
        let ends = !self.text.same_sentence(at, at + 1)
            || self.text.clause_of(at) != self.text.clause_of(at + 1)
            || matches!(
                follows,
                "et" | "dans"
                    | "sur"
                    | "en"
                    | "du"
                    | "de"
                    | "au"
                    | "qui"
                    | "ne"
                    | "n"
                    | "est"
                    | "a"
                    | "sort"
                    | "pour"
                    | "ni"
                    | "depuis"
                    | "ce"
                    | "quand"
                    | "avec"
                    | "des"
                    | "chez"
                    | "ou"
            );
        // "Il ne trouve plus son système": another noun after it makes it a possessive.
        let sound = sound && (ends || !matches!(before, "plus" | "pas" | "pa"));
        !(sound || matches!(before, "de" | "d" | "") && ends)
    }

    /// "Mes élèves ont compté", "j'ai compté": a verb, no account.
    pub(super) fn counting(&self, at: usize) -> bool {
        let before = at.checked_sub(1).filter(|b| self.text.same_sentence(*b, at)).map_or("", |b| self.text.word(b));
        self.text.word(at).starts_with("compte")
            && matches!(before, "a" | "ai" | "as" | "ont" | "avons" | "avez" | "avait" | "on" | "je" | "nous" | "bien")
    }

    /// "poste 4027" is a telephone extension.
    pub(super) fn is_extension(&self, at: usize) -> bool {
        let number = self.text.tokens.get(at + 1).filter(|t| t.number);
        let telephone = (at.saturating_sub(4)..at).any(|i| {
            self.text.same_sentence(i, at)
                && matches!(
                    self.text.word(i),
                    "standard" | "telephone" | "telephones" | "tel" | "ligne" | "combine" | "fax" | "interne"
                )
        });
        matches!(self.text.word(at), "poste" | "postes") && number.is_some_and(|t| t.end - t.start >= 3 || telephone)
    }

    /// "lent marche pas": the digital workspace, its apostrophe left out, not an adjective.
    pub(super) fn dropped_apostrophe(&mut self) {
        for at in 0..self.text.tokens.len() {
            if self.text.word(at) != "lent" || self.mentions.len() >= MOST {
                continue;
            }
            let before = match at.checked_sub(1) {
                Some(i) if self.text.same_sentence(i, at) => self.text.word(i),
                _ => "",
            };
            let opens = matches!(before, "" | "que" | "car" | "dans" | "sur" | "a" | "mais" | "et" | "quand" | "si");
            let goes_on = self.text.same_sentence(at, at + 1)
                && self.text.word(at + 1).len() > 1
                && (self.text.word(at + 1).starts_with("march")
                    || self.text.word(at + 1).starts_with("fonction")
                    || self.text.word(at + 1).starts_with("plant")
                    || self.text.word(at + 1).starts_with("bug")
                    || matches!(
                        self.text.word(at + 1),
                        "ne" | "est"
                            | "rame"
                            | "veut"
                            | "refuse"
                            | "pas"
                            | "hs"
                            | "bloque"
                            | "se"
                            | "ouvre"
                            | "toujours"
                    ))
                || matches!(self.text.word(at + 1), "s" | "n");
            if opens && goes_on {
                let mention = Mention {
                    start: at,
                    end: at + 1,
                    equipment: Equipment::Ent,
                    weak: false,
                    part: None,
                    owned: false,
                };
                let nth = self.mentions.partition_point(|m| m.start < at);
                self.mentions.insert(nth, mention);
            }
        }
    }
}
