//! What a fault speaks of: the thing in its sentence, the one spoken of before, or none.

use super::Equipment;
use super::Stance;
use super::count;
use super::problem::{Assembler, kin_of, networked};
use super::reading::{Fault, Mention};
use super::vocabulary::{Cue, Symptom};

/// Symptoms that only a thing with a body shows.
fn bodily(symptom: &str) -> bool {
    matches!(
        symptom,
        "no_power"
            | "shuts_down"
            | "noise"
            | "smell"
            | "heat"
            | "no_charge"
            | "broken"
            | "cable"
            | "geometry"
            | "blurred"
    )
}

/// Things without one.
fn bodiless(equipment: Equipment) -> bool {
    matches!(equipment, Equipment::Compte | Equipment::Ent | Equipment::Messagerie | Equipment::ApplicationAcademique)
}

impl Assembler<'_, '_> {
    /// The thing that `fault` speaks of: a mention, an equipment, and whether the text says it.
    pub(super) fn subject_of(
        &self,
        sentence: usize,
        fault: &Fault,
        symptom: &Symptom,
    ) -> (Option<usize>, Option<Equipment>, bool) {
        let text = &self.reading.text;
        let clause = text.clause_of(fault.start);
        let inside = |m: &Mention| fault.start < m.end && m.start < fault.end;
        // "Celui de B102 ne démarre plus": one more of what was named before.
        if let Some(at) = self.that_of(fault) {
            let before = |m: &Mention| m.end <= at && !m.weak && text.sentence_of(m.start) + 1 >= sentence;
            let told = self.reading.mentions.iter().rposition(before);
            if let Some((nth, mention)) = told.and_then(|nth| Some((nth, self.reading.mentions.get(nth)?)))
                && symptom.equipment.is_none_or(|e| kin_of(e, mention.equipment))
            {
                return (Some(nth), Some(mention.equipment), true);
            }
        }
        let pronoun = self.pronoun(fault);
        let gone = matches!(symptom.key.as_str(), "stolen" | "drive_missing" | "install" | "error");
        let mut best: Option<(usize, usize)> = None;
        for (nth, mention) in self.reading.mentions.iter().enumerate() {
            if text.sentence_of(mention.start) != sentence || self.set_apart(mention.start) || self.tried_on(nth) {
                continue;
            }
            let before = mention.start < fault.start;
            if self.only_where_seen(nth, before) || self.reading.busy.binary_search(&mention.start).is_ok() {
                continue;
            }
            let gap =
                if before { fault.start.saturating_sub(mention.end) } else { mention.start.saturating_sub(fault.end) };
            let clauses = clause.abs_diff(text.clause_of(mention.start));
            let foreign = symptom.equipment.is_some_and(|e| {
                !symptom.own && !mention.weak && !names_fault(mention, fault) && !kin_of(e, mention.equipment)
            }) || bodily(&symptom.key) && bodiless(mention.equipment) && !inside(mention);
            let recalled = clauses > 0
                && self.reading.cues.iter().any(|c| c.cue == Cue::News && text.clause_of(c.start) == clause);
            if foreign || recalled {
                continue;
            }
            if !before
                && clauses > 0
                && text.clause_of(fault.end.saturating_sub(1)) != text.clause_of(mention.start)
                && symptom.equipment.is_some()
            {
                continue;
            }
            // A working thing is not what is broken; nor is one that another fault already took.
            let works = self.reading.cues.iter().any(|c| {
                matches!(c.cue, Cue::Works | Cue::Repaired)
                    && text.clause_of(c.start) == text.clause_of(mention.start)
                    && text.same_sentence(c.start, mention.start)
                    && clauses > 0
                    && c.start >= mention.end
                    && c.start - mention.end < 5
            });
            // "testé sur un autre PC": it only carries the thing.
            let carries = self.carrier(nth);
            // "l'écran est fissuré et la sono a disparu": what follows has a fault of its own.
            let next_clause = !before
                && !inside(mention)
                && (fault.end..mention.start).any(|i| matches!(text.word(i), "et" | "que" | "mais"))
                && self.reading.mentions.iter().take(nth).any(|m| {
                    !m.weak
                        && m.end <= fault.start
                        && text.same_sentence(m.start, fault.start)
                        && !self.set_apart(m.start)
                });
            let aside = self.aside(mention.start, fault.start);
            // "le tableau affiche bien l'ordinateur mais ne réagit à rien": what the clause before only acts upon.
            let object = before
                && clauses > 0
                && self.reading.mentions.iter().take(nth).any(|m| {
                    !m.weak
                        && m.part.is_none()
                        && m.equipment != mention.equipment
                        && text.same_sentence(m.start, mention.start)
                        && text.clause_of(m.start) == text.clause_of(mention.start)
                        && !(m.end..mention.start).any(|i| matches!(text.word(i), "et" | "ni" | "ou"))
                        && (m.end..mention.start).any(|i| self.reading.has(Cue::Works, i, mention.start))
                });
            let mut cost = gap
                + if object { 10 } else { 0 }
                + if aside && symptom.key != "cable" { 12 } else { 0 }
                + if carries { if networked(mention.equipment) { 8 } else { 30 } } else { 0 }
                + if next_clause { 12 } else { 0 }
                + 6 * clauses
                + if before { 0 } else { 3 }
                + if mention.weak { 15 } else { 0 }
                + if works { 4 } else { 0 }
                + pronoun.filter(|_| before && clauses > 0).map_or(0, |p| self.misfit(p, mention))
                // "Il ne restitue de mon écran qu'un damier": the pronoun's thing, not what is taken from.
                + pronoun.filter(|_| !before && self.oblique(mention.start)).map_or(0, |_| 16)
                // "Le dossier des élèves a disparu de tous les postes": where it shows.
                + if !before && gone && self.gone_from(nth, fault) { 14 } else { 0 };
            if symptom.key == "cable"
                && mention.part.and_then(|p| self.reading.vocabulary.parts.get(p)).is_some_and(|p| p.atte)
            {
                cost = cost.saturating_sub(14);
            }
            // What is named only afterwards, in another clause, is seldom what is broken.
            let earlier = self
                .reading
                .mentions
                .iter()
                .any(|m| m.end <= fault.start && text.sentence_of(m.start) == sentence && !self.set_apart(m.start));
            if !before && clauses > 0 && earlier && !inside(mention) {
                continue;
            }
            if inside(mention) && !(mention.weak && self.strong_in(sentence)) {
                cost = if symptom.own { 0 } else { 1 };
            } else if symptom.own {
                let yields = symptom.yields.contains(&mention.equipment)
                    && (clauses == 0
                        || matches!(mention.equipment, Equipment::Wifi | Equipment::Telephonie | Equipment::Autre)
                            && before);
                let kin = Some(mention.equipment) == symptom.equipment;
                if !yields && !kin {
                    continue;
                }
                cost = if yields { 0 } else { cost };
            }
            if best.is_none_or(|(least, _)| cost < least) {
                best = Some((cost, nth));
            }
        }
        if let Some((_, nth)) = best
            && let Some(mention) = self.reading.mentions.get(nth)
        {
            // "L'imprimante réseau", "les lecteurs réseau": the symptom's first word only ends the thing's name.
            let compound = mention.start < fault.start && fault.start < mention.end || names_fault(mention, fault);
            let own = symptom.own && inside(mention) && !compound;
            let equipment = match symptom.equipment {
                Some(of_symptom) if own && !symptom.yields.contains(&mention.equipment) => of_symptom,
                Some(of_symptom) if mention.weak => of_symptom,
                _ => mention.equipment,
            };
            return (Some(nth), Some(equipment), true);
        }
        if symptom.own {
            // "Les n° 2 et 10 réclament une clé BitLocker", of the laptops just told of.
            let computer = symptom.equipment == Some(Equipment::Ordinateur);
            let carried = |e: &Equipment| matches!(e, Equipment::Portable | Equipment::Tablette);
            let told = self.drafts.last().map(|d| d.equipment);
            let equipment = told.filter(|e| computer && carried(e)).or(symptom.equipment);
            return (None, equipment, true);
        }
        // "Et la 12 fait trois bips": one more of the machines just told by number.
        if !self.bare_numbers(fault).numbers.is_empty() {
            let numbered = self.drafts.iter().rev().find(|d| {
                !d.machines.numbers.is_empty()
                    && count::countable(d.equipment)
                    && sentence - text.sentence_of(d.start).min(sentence) <= 2
            });
            if let Some(known) = numbered.filter(|d| symptom.equipment.is_none_or(|e| kin_of(e, d.equipment))) {
                return (known.mention, Some(known.equipment), known.said);
            }
            let numbered = |e: Equipment| {
                count::countable(e) && !matches!(e, Equipment::Autre | Equipment::Logiciel | Equipment::Compte)
            };
            let counted = self.topic(sentence, false).is_some_and(|(_, e)| numbered(e));
            let before = self.drafts.iter().any(|d| numbered(d.equipment));
            if symptom.equipment.is_none() && !before && !counted {
                return (None, Some(Equipment::Ordinateur), false);
            }
        }
        // What was spoken of just before.
        let item = text.sentences.get(sentence).is_some_and(|s| s.item);
        let topic = self.topic(sentence, item);
        match (symptom.equipment, topic) {
            (Some(implied), Some((nth, topic))) if !item && kin_of(implied, topic) => (Some(nth), Some(topic), true),
            (Some(implied), _) => (None, Some(implied), true),
            (None, Some((nth, topic))) => (Some(nth), Some(topic), true),
            (None, None) => {
                // It goes on about the last problem, or else a place stands for the thing.
                let last = self.drafts.iter().rev().find(|d| d.stance != Stance::Over);
                if let Some(last) = last.filter(|d| !item && sentence - text.sentence_of(d.start).min(sentence) <= 2) {
                    return (last.mention, Some(last.equipment), last.said);
                }
                // "Le 14 et le 15 ne s'allument plus": what has numbers is a seat.
                if !self.bare_numbers(fault).numbers.is_empty() {
                    return (None, Some(Equipment::Ordinateur), false);
                }
                let first = self.drafts.is_empty() && !self.setting.reply && !self.reading.places.found.is_empty();
                let anchored = first && symptom.key != "not_working" || self.place_in(sentence);
                let of_computers = matches!(symptom.key.as_str(), "freezes" | "slow" | "reboots" | "blue_screen");
                // "La A204 est dans le noir", "rien n'éclaire le mur".
                let of_light = matches!(symptom.key.as_str(), "black_screen" | "no_image" | "lamp" | "wrong_colour")
                    || text.sentences.get(sentence).is_some_and(|s| {
                        s.tokens
                            .clone()
                            .any(|i| matches!(text.word(i), "mur" | "image" | "images" | "plafond" | "projette"))
                    });
                let guess = match (of_computers, of_light) {
                    (true, _) => Equipment::Ordinateur,
                    (_, true) => Equipment::Videoprojecteur,
                    _ => Equipment::Autre,
                };
                (None, anchored.then_some(guess), false)
            }
        }
    }

    /// "PC prof : pas d'affichage à l'écran": where the fault of the computer is seen.
    fn only_where_seen(&self, nth: usize, before: bool) -> bool {
        let (text, mentions) = (&self.reading.text, &self.reading.mentions);
        mentions.get(nth).is_some_and(|m| {
            let back = |n: usize| m.start.checked_sub(n).map_or("", |i| text.word(i));
            let there = matches!(back(1), "l" | "le" | "mon") && matches!(back(2), "a" | "sur");
            let host = |o: &Mention| {
                matches!(o.equipment, Equipment::Ordinateur | Equipment::Portable)
                    && text.same_sentence(o.start, m.start)
            };
            !before && there && m.equipment == Equipment::Ecran && mentions.iter().take(nth).any(host)
        })
    }

    /// Does `sentence` name a thing by a word of its own?
    fn strong_in(&self, sentence: usize) -> bool {
        self.reading.mentions.iter().any(|m| !m.weak && self.reading.text.sentence_of(m.start) == sentence)
    }

    /// Is the thing at `at` named only to tell when or which: "après qu'on a tapé son mot de passe", "quand je
    /// branche mon ordi", "l'écran du fond (poste 18)"?
    pub(super) fn aside(&self, at: usize, fault: usize) -> bool {
        let text = &self.reading.text;
        let clause = text.clause_of(at);
        let when = |i: usize| {
            matches!(text.word(i), "quand" | "lorsque" | "lorsqu" | "pendant" | "apres" | "avant")
                || text.word(i) == "des" && matches!(text.word(i + 1), "que" | "qu" | "l")
        };
        let opened =
            (at.saturating_sub(8)..at).any(|i| text.same_sentence(i, at) && text.clause_of(i) == clause && when(i));
        let before_fault = at < fault && text.clause_of(fault) != clause;
        let between = at > fault && (fault..at).any(|i| text.same_sentence(i, at) && when(i));
        let bracket = at > 0
            && text.after(at - 1).contains('(')
            && !text.after(at - 1).contains(')')
            && text.clause_of(fault) != clause;
        opened && before_fault || between || bracket
    }

    /// "Je l'ai essayé sur le PC d'à côté": where a thing was tried.
    fn tried_on(&self, nth: usize) -> bool {
        let text = &self.reading.text;
        self.reading.mentions.get(nth).is_some_and(|m| {
            (m.start.saturating_sub(9)..m.start).any(|i| {
                matches!(text.word(i), "essaye" | "teste" | "tente" | "essayant" | "testant")
                    && text.same_sentence(i, m.start)
            }) && (m.start.saturating_sub(3)..m.start).any(|i| matches!(text.word(i), "sur" | "avec"))
        })
    }

    /// Is the thing named after "sur", with another one before it in the sentence that it carries?
    pub(super) fn carrier(&self, nth: usize) -> bool {
        let (text, mentions) = (&self.reading.text, &self.reading.mentions);
        let Some(mention) = mentions.get(nth) else { return false };
        let on = (mention.start.saturating_sub(5)..mention.start).any(|i| {
            matches!(text.word(i), "sur" | "par")
                && text.same_sentence(i, mention.start)
                && (i + 1..mention.start).all(|j| {
                    count::number_word(text, j).is_some()
                        || matches!(
                            text.word(j),
                            "le" | "la"
                                | "les"
                                | "l"
                                | "un"
                                | "une"
                                | "mon"
                                | "notre"
                                | "nos"
                                | "autre"
                                | "ce"
                                | "ensemble"
                                | "des"
                                | "de"
                                | "d"
                                | "tous"
                                | "toutes"
                                | "aucun"
                                | "aucune"
                                | "chaque"
                                | "certains"
                                | "plusieurs"
                                | "ces"
                                | "chacun"
                                | "quelques"
                        )
                })
        });
        // "plus reconnues par aucun poste": what does not see them is well.
        let by = (mention.start.saturating_sub(3)..mention.start).any(|i| text.word(i) == "par");
        let agent = by && (!networked(mention.equipment) || mention.equipment == Equipment::Logiciel);
        // "Les messages envoyés par l'ENT": a service sends them.
        let on = on && (agent || !by);
        if on && self.tried_on(nth) {
            return true;
        }
        on && mentions.iter().take(nth).any(|m| {
            (agent
                || networked(m.equipment)
                || m.equipment == Equipment::Ecran
                || m.equipment == Equipment::Peripherique)
                && !m.weak
                && m.equipment != mention.equipment
                && text.same_sentence(m.start, mention.start)
        })
    }

    /// The thing spoken of before `sentence`, in the body or else in the subject.
    pub(super) fn topic(&self, sentence: usize, item: bool) -> Option<(usize, Equipment)> {
        let text = &self.reading.text;
        let usable = |m: &Mention| {
            let at = text.sentence_of(m.start);
            at >= self.setting.subject
                && at < sentence
                && sentence - at <= 3
                && !m.weak
                && !self.set_apart(m.start)
                && (!item || text.sentences.get(at).is_some_and(|s| !s.item))
        };
        let mentions = &self.reading.mentions;
        let nearest = mentions.iter().filter(|m| usable(m)).map(|m| text.sentence_of(m.start)).max();
        // The first thing of a sentence is mostly what it is about.
        let near = mentions.iter().enumerate().find(|(_, m)| usable(m) && Some(text.sentence_of(m.start)) == nearest);
        let subject = || {
            self.reading
                .mentions
                .iter()
                .enumerate()
                .find(|(_, m)| text.sentence_of(m.start) < self.setting.subject && !m.weak)
        };
        near.or_else(subject).map(|(nth, m)| (nth, m.equipment))
    }

    /// Is the thing or place at `at` named only to set it apart, or because it was tried?
    pub(super) fn set_apart(&self, at: usize) -> bool {
        let text = &self.reading.text;
        let tried = (at.saturating_sub(4)..at).any(|i| {
            matches!(
                text.word(i),
                "change"
                    | "remplace"
                    | "essaye"
                    | "verifie"
                    | "teste"
                    | "branche"
                    | "rebranche"
                    | "inverse"
                    | "nettoye"
            ) && text.same_sentence(i, at)
                && i > 0
                && matches!(text.word(i - 1), "ai" | "avons" | "a" | "tout" | "deja" | "aussi")
                && text.clause_of(i) == text.clause_of(at)
        });
        tried || self.contrasted(at)
    }

    /// Is the thing or place at `at` named only to tell another from it?
    pub(super) fn contrasted(&self, at: usize) -> bool {
        let text = &self.reading.text;
        // "en J002, pas le bâtiment M": a denial that opens its clause.
        let denied = (at.saturating_sub(3)..at).any(|i| {
            text.word(i) == "pas"
                && text.same_sentence(i, at)
                && text.clause_of(i) == text.clause_of(at)
                && i > 0
                && (text.clause_of(i - 1) != text.clause_of(i)
                    || matches!(text.word(i - 1), "donc" | "et" | "mais" | "non"))
                && (i + 1..at).all(|j| {
                    matches!(text.word(j), "le" | "la" | "l" | "au" | "en" | "dans" | "celui" | "celle" | "du")
                })
                && i + 1 < at
        });
        if denied || self.hour(at) {
            return true;
        }
        self.reading.cues.iter().any(|c| {
            c.cue == Cue::Apart
                && c.end <= at
                && at - c.end < if text.word(c.end.saturating_sub(1)) == "avec" { 6 } else { 3 }
                && text.same_sentence(c.start, at)
                && text.clause_of(c.end.saturating_sub(1)) == text.clause_of(at)
        })
    }

    /// "A disparu de tous les postes", "introuvable sur les ordinateurs": another thing, named before the
    /// fault, is what they lack.
    fn gone_from(&self, nth: usize, fault: &Fault) -> bool {
        let (text, mentions) = (&self.reading.text, &self.reading.mentions);
        let Some(mention) = mentions.get(nth) else { return false };
        let from = (fault.end..mention.start).all(|i| {
            matches!(text.word(i), "de" | "des" | "du" | "sur" | "tous" | "toutes" | "les" | "nos" | "mes" | "la")
        });
        from && fault.end < mention.start
            && mentions.iter().take(nth).any(|m| {
                !m.weak
                    && m.end <= fault.start
                    && m.equipment != mention.equipment
                    && text.same_sentence(m.start, fault.start)
                    && text.clause_of(m.start) == text.clause_of(fault.start)
            })
    }

    /// "De mon écran", "sur l'ordinateur", "à l'appareil": no subject.
    fn oblique(&self, at: usize) -> bool {
        let text = &self.reading.text;
        let before = |n: usize| at.checked_sub(n).filter(|b| text.same_sentence(*b, at)).map_or("", |b| text.word(b));
        let article = matches!(before(1), "mon" | "ma" | "mes" | "le" | "la" | "l" | "les" | "notre" | "nos" | "un");
        let preposition = |w: &str| matches!(w, "de" | "d" | "sur" | "a" | "dans" | "par" | "avec" | "depuis" | "vers");
        article && preposition(before(2)) || matches!(before(1), "du" | "au" | "aux") || preposition(before(1))
    }

    /// "Depuis la fin de la cantine", "à l'heure du self", "pour le dossier de l'intendance": a time or a paper,
    /// told by a place.
    fn hour(&self, at: usize) -> bool {
        let text = &self.reading.text;
        let before = |n: usize| at.checked_sub(n).filter(|b| text.same_sentence(*b, at)).map_or("", |b| text.word(b));
        // "Une maman est venue se plaindre au portail".
        let gate = matches!(text.word(at), "portail" | "cour" | "parking" | "entree" | "portillon");
        if gate && (1..7).any(|n| before(n).starts_with("venu")) {
            return true;
        }
        let back = if matches!(before(1), "la" | "l" | "le") && matches!(before(2), "de" | "d") {
            3
        } else if matches!(before(1), "de" | "du") {
            2
        } else {
            return false;
        };
        let paper = matches!(before(back), "dossier" | "facture" | "devis" | "inventaire" | "registre" | "budget");
        paper || matches!(before(back), "fin" | "debut" | "heure" | "pause" | "sortie")
    }

    pub(super) fn in_place(&self, at: usize) -> bool {
        self.reading.places.found.iter().any(|p| p.start <= at && at < p.end)
    }

    pub(super) fn place_in(&self, sentence: usize) -> bool {
        self.reading.places.found.iter().any(|p| self.reading.text.sentence_of(p.start) == sentence)
    }
}

/// "L'imprimante réseau", "le lecteur optique", "le micro-ordinateur": does the symptom's first word only
/// begin or end the longer name of a thing?
fn names_fault(mention: &Mention, fault: &Fault) -> bool {
    mention.part.is_none()
        && !mention.weak
        && mention.start <= fault.start
        && fault.start < mention.end
        && mention.end < fault.end
        && mention.end - mention.start > 1
}
