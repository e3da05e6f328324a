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
        let mut best: Option<(usize, usize)> = None;
        for (nth, mention) in self.reading.mentions.iter().enumerate() {
            if text.sentence_of(mention.start) != sentence || self.set_apart(mention.start) || self.tried_on(nth) {
                continue;
            }
            let before = mention.start < fault.start;
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
                + pronoun.filter(|_| before && clauses > 0).map_or(0, |p| self.misfit(p, mention));
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
            return (None, symptom.equipment, true);
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
            if symptom.equipment.is_none() && self.drafts.is_empty() && self.topic(sentence, false).is_none() {
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
                        s.tokens.clone().any(|i| matches!(text.word(i), "mur" | "image" | "plafond" | "projette"))
                    })
                    || self.of_picture(fault);
                let guess = match (of_computers, of_light) {
                    (true, _) => Equipment::Ordinateur,
                    (_, true) => Equipment::Videoprojecteur,
                    _ => Equipment::Autre,
                };
                (None, anchored.then_some(guess), false)
            }
        }
    }

    /// "Plus de wifi. Les tablettes sont donc inutilisables", "… trois bips, l'écran ne s'allume pas", "on n'entend
    /// rien, les boîtes sont silencieuses": how the fault just told shows or what comes of it. Its draft.
    pub(super) fn follows_from(
        &self,
        sentence: usize,
        mention: Option<usize>,
        fault: &Fault,
        symptom: &Symptom,
        equipment: Equipment,
    ) -> Option<usize> {
        let text = &self.reading.text;
        let clause = text.clause_of(fault.start);
        let item = text.sentences.get(sentence).is_some_and(|s| s.item);
        let so = (fault.start.saturating_sub(8)..fault.end + 2).any(|i| {
            text.same_sentence(i, fault.start)
                && text.clause_of(i) == clause
                && (text.word(i) == "donc" || text.word(i) == "coup" && text.word(i.wrapping_sub(1)) == "du")
        });
        let vague = matches!(symptom.key.as_str(), "not_working" | "page_blank" | "error" | "black_screen");
        let own = mention.and_then(|m| self.reading.mentions.get(m));
        let numbered = own.is_some_and(|m| !count::numbers_from(text, m.end).numbers.is_empty());
        let screen = own.is_some_and(|m| m.equipment == Equipment::Ecran && m.part.is_none())
            && matches!(symptom.key.as_str(), "no_power" | "black_screen" | "not_working" | "no_image")
            && !numbered
            && !self.reading.cues.iter().any(|c| c.cue == Cue::Another && text.clause_of(c.start) == clause);
        let silent = symptom.key == "silent" && !symptom.own;
        self.drafts.iter().rposition(|d| {
            let there = text.sentence_of(d.start);
            let near = there == sentence || !item && so && sentence - there.min(sentence) <= 2;
            let hardware = matches!(d.equipment, Equipment::Ordinateur | Equipment::Portable);
            let key = self.symptom_key(d);
            let dark = matches!(key, "no_power" | "noise" | "black_screen" | "blue_screen" | "freezes" | "not_working");
            d.stance != Stance::Over
                && near
                && (so && vague && d.equipment != equipment
                    || screen && hardware && dark && there == sentence
                    || silent && d.equipment == Equipment::Son && equipment != Equipment::Son && there == sentence)
        })
    }

    /// "L'image est d'un bleu de banquise", "ça souffle au plafond, le mur reste noir": the words of what hangs
    /// over every class.
    fn of_picture(&self, fault: &Fault) -> bool {
        let text = &self.reading.text;
        let sentence = text.sentences.get(text.sentence_of(fault.start)).map_or(0..0, |s| s.tokens.clone());
        sentence.into_iter().any(|i| matches!(text.word(i), "image" | "images" | "mur" | "plafond"))
    }

    /// "Impossible de faire l'appel, aucune page ne s'ouvre sur le PC": a vague word of a clause that names
    /// no thing tells what comes of the fault that the clause after it names.
    pub(super) fn comes_of(&self, sentence: usize, mention: Option<usize>, fault: &Fault, symptom: &Symptom) -> bool {
        let text = &self.reading.text;
        let clause = text.clause_of(fault.start);
        let named = mention.and_then(|m| self.reading.mentions.get(m));
        let carried = |at: usize| {
            (at.saturating_sub(2)..at).any(|i| matches!(text.word(i), "sur" | "avec" | "depuis") && i >= fault.end)
        };
        let elsewhere =
            named.is_some_and(|m| m.start >= fault.end && (text.clause_of(m.start) != clause || carried(m.start)));
        // "… dès qu'on en met plus de trois, le wifi les éjecte": the cause is named with its own fault.
        let shared = |f: &Fault| {
            self.reading.mentions.iter().any(|m| {
                networked(m.equipment)
                    && !m.weak
                    && m.end <= f.start
                    && text.clause_of(m.start) == text.clause_of(f.start)
            })
        };
        let own = |f: &Fault| {
            self.reading
                .vocabulary
                .symptoms
                .get(f.symptom)
                .is_some_and(|s| s.own || s.key != "not_working" && shared(f))
        };
        symptom.key == "not_working"
            && text.word(fault.start) == "impossible"
            && elsewhere
            && self.reading.faults.iter().any(|f| {
                f.start >= fault.end
                    && text.sentence_of(f.start) == sentence
                    && text.clause_of(f.start) != clause
                    && own(f)
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
        let agent = (!networked(mention.equipment) || mention.equipment == Equipment::Logiciel)
            && (mention.start.saturating_sub(3)..mention.start).any(|i| text.word(i) == "par");
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
        if denied {
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

    /// Things joined to the one at fault: "le PC et l'imprimante ne s'allument plus".
    pub(super) fn conjoined(&self, mention: Option<usize>, fault: &Fault) -> Vec<usize> {
        let Some(mut nth) = mention else { return Vec::new() };
        let mentions = &self.reading.mentions;
        let text = &self.reading.text;
        let mut joined = Vec::new();
        if mentions.get(nth).is_none_or(|m| m.start > fault.start) {
            return joined;
        }
        while let Some(before) = nth.checked_sub(1) {
            let (Some(a), Some(b)) = (mentions.get(before), mentions.get(nth)) else { break };
            let words: Vec<&str> = (a.end..b.start).map(|i| text.word(i)).collect();
            let link = words.first().is_some_and(|w| matches!(*w, "et" | "ni"))
                && words.len() <= 3
                && words.iter().skip(1).all(|w| {
                    matches!(*w, "le" | "la" | "les" | "l" | "ni" | "un" | "une" | "mon" | "ma" | "son" | "notre")
                });
            let fault_between = self.reading.faults.iter().any(|f| a.start < f.end && f.start < b.start);
            if !link || fault_between || a.equipment == b.equipment || !text.same_sentence(a.start, b.start) || a.weak {
                break;
            }
            joined.push(before);
            nth = before;
        }
        joined
    }

    /// "L'image est floue, et le ventilateur hurle": a part belongs to what the message just told of.
    pub(super) fn owner_told(&self, mention: Option<usize>, sentence: usize) -> Option<Equipment> {
        let mention = mention.and_then(|m| self.reading.mentions.get(m)).filter(|m| !m.owned)?;
        let part = mention.part.and_then(|p| self.reading.vocabulary.parts.get(p))?;
        let text = &self.reading.text;
        let last = self.drafts.iter().rev().find(|d| d.stance != Stance::Over)?;
        let near = text.sentence_of(last.start) == sentence && last.start < mention.start;
        (near && part.also.contains(&last.equipment)).then_some(last.equipment)
    }

    /// "La caméra ne fait plus rien, l'ordi dit « périphérique inconnu »": what shows the fault of the
    /// thing told of before is not broken itself. The draft of that thing.
    pub(super) fn says_of(&self, mention: usize, sentence: usize, fault: &Fault, symptom: &Symptom) -> Option<usize> {
        let text = &self.reading.text;
        let own = self.reading.mentions.get(mention)?;
        let shows = matches!(
            own.equipment,
            Equipment::Ordinateur | Equipment::Portable | Equipment::Logiciel | Equipment::Ecran
        );
        let of_screen = matches!(
            symptom.key.as_str(),
            "error" | "not_recognised" | "page_blank" | "not_working" | "drive_missing" | "install"
        );
        let says = (own.end..fault.start.min(own.end + 4)).chain([own.end]).any(|i| {
            matches!(
                text.word(i),
                "dit" | "affiche" | "annonce" | "indique" | "signale" | "marque" | "repond" | "disent" | "affichent"
            ) && text.same_sentence(i, own.start)
        });
        let numbered = !count::numbers_from(text, own.end).numbers.is_empty();
        let item = text.sentences.get(sentence).is_some_and(|s| s.item);
        // "Cyclades me ramène à l'accueil : l'écran s'efface": what a screen shows of a service.
        let of_service = own.equipment == Equipment::Ecran
            && symptom.key == "page_blank"
            && self.drafts.iter().any(|d| {
                matches!(
                    d.equipment,
                    Equipment::ApplicationAcademique | Equipment::Ent | Equipment::Messagerie | Equipment::Logiciel
                )
            });
        if !shows || !of_screen || !(says || of_service) || numbered {
            return None;
        }
        self.drafts.iter().rposition(|d| {
            let there = text.sentence_of(d.start);
            d.stance == Stance::Broken
                && d.mention.is_some()
                && d.equipment != own.equipment
                && matches!(
                    d.equipment,
                    Equipment::Peripherique
                        | Equipment::Imprimante
                        | Equipment::Videoprojecteur
                        | Equipment::TableauInteractif
                        | Equipment::Son
                        | Equipment::Ecran
                        | Equipment::Serveur
                        | Equipment::Reseau
                        | Equipment::Wifi
                        | Equipment::ApplicationAcademique
                        | Equipment::Ent
                        | Equipment::Messagerie
                        | Equipment::Autre
                )
                && (there == sentence || !item && there + 1 == sentence)
        })
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
