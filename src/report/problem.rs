//! Faults and things put together: the problems that a text tells of, in its order.

use super::count::{self, Machines};
use super::locate::Located;
use super::reading::{Fault, Mention, Reading};
use super::vocabulary::{Cue, Symptom};
use super::{Equipment, Place, Stance};

/// A problem in the making.
#[derive(Debug, Clone)]
pub struct Draft {
    /// What.
    pub equipment: Equipment,
    /// The text names it.
    pub said: bool,
    /// Index of the symptom.
    pub symptom: Option<usize>,
    /// It is small maintenance.
    pub atte: bool,
    /// Tokens that tell it.
    pub start: usize,
    /// Token after the last that tells it.
    pub end: usize,
    /// The mention it is about.
    pub mention: Option<usize>,
    /// Where, nearest evidence first; several for "en B204 et B205".
    pub places: Vec<Place>,
    /// The place stands in the same sentence.
    pub place_said: bool,
    /// Several rooms are hit.
    pub general: bool,
    /// Machines named or counted.
    pub machines: Machines,
    /// How it is spoken of.
    pub stance: Stance,
    /// Told in passing.
    pub passing: bool,
    /// Words of ours about what is not sure.
    pub doubts: Vec<String>,
}

/// What is known beside the text.
#[derive(Debug, Clone, Copy)]
pub struct Setting<'a> {
    /// Number of sentences that the subject has.
    pub subject: usize,
    /// The message answers another.
    pub reply: bool,
    /// The place that the sender's functional address tells.
    pub address: Option<&'a Place>,
    /// The service that the sender's address names.
    pub office: Option<&'a Place>,
}

/// Things of which one serves many rooms.
pub fn networked(equipment: Equipment) -> bool {
    matches!(
        equipment,
        Equipment::Reseau
            | Equipment::Wifi
            | Equipment::Serveur
            | Equipment::Ent
            | Equipment::Messagerie
            | Equipment::ApplicationAcademique
            | Equipment::Logiciel
            | Equipment::Telephonie
            | Equipment::Compte
    )
}

/// Things that have a place only where the text ties them to one.
pub fn placeless(equipment: Equipment) -> bool {
    matches!(equipment, Equipment::Compte | Equipment::Messagerie | Equipment::ApplicationAcademique | Equipment::Ent)
}

/// Puts the problems of `reading` together.
pub struct Assembler<'a, 'b> {
    pub(super) reading: &'a Reading<'b>,
    pub(super) setting: Setting<'a>,
    /// The problems so far.
    pub drafts: Vec<Draft>,
}

impl<'a, 'b> Assembler<'a, 'b> {
    /// Begins with nothing.
    pub fn new(reading: &'a Reading<'b>, setting: Setting<'a>) -> Self {
        Self { reading, setting, drafts: Vec::new() }
    }

    fn symptom(&self, index: usize) -> Option<&'b Symptom> {
        self.reading.vocabulary.symptoms.get(index)
    }

    fn symptom_key(&self, draft: &Draft) -> &'b str {
        draft.symptom.and_then(|s| self.symptom(s)).map_or("", |s| s.key.as_str())
    }

    /// Reads the faults of `sentence`.
    pub fn sentence(&mut self, sentence: usize) {
        let Some(range) = self.reading.text.sentences.get(sentence).map(|s| s.tokens.clone()) else { return };
        let faults: Vec<Fault> = self.reading.faults.iter().filter(|f| range.contains(&f.start)).copied().collect();
        for fault in &faults {
            self.fault(sentence, fault);
        }
        self.same_elsewhere(sentence, !faults.is_empty());
    }

    fn fault(&mut self, sentence: usize, fault: &Fault) {
        let Some(symptom) = self.symptom(fault.symptom) else { return };
        if let Some(start) = self.own_one(sentence, fault) {
            self.drafts.push(Draft {
                // A room without a picture lacks its projector's.
                equipment: symptom.equipment.unwrap_or(match symptom.key.as_str() {
                    "black_screen" => Equipment::Videoprojecteur,
                    _ => Equipment::Autre,
                }),
                said: false,
                symptom: Some(fault.symptom),
                atte: false,
                start,
                end: fault.end,
                mention: None,
                places: Vec::new(),
                place_said: true,
                general: false,
                machines: Machines::default(),
                stance: Stance::Still,
                passing: false,
                doubts: Vec::new(),
            });
            return;
        }
        let (mention, equipment, said) = self.subject_of(sentence, fault, symptom);
        let Some(equipment) = equipment else { return };
        let equipment = self.owner_told(mention, sentence).unwrap_or(equipment);
        if let Some(told) = mention.and_then(|m| self.says_of(m, sentence, fault, symptom)) {
            if let Some(told) =
                self.drafts.get_mut(told).filter(|d| self.reading.text.same_sentence(d.start, fault.start))
            {
                told.end = told.end.max(fault.end);
            }
            return;
        }
        if mention.is_none() && !symptom.own && said {
            // "…, impossible de projeter": what comes of the fault just told.
            let told = self
                .drafts
                .iter_mut()
                .rfind(|d| self.reading.text.sentence_of(d.start) == sentence && d.stance != Stance::Over);
            if let Some(told) = told {
                told.end = told.end.max(fault.end);
                return;
            }
        }
        // "… ne chargent plus, la led du socle est éteinte": a light is how the fault shows.
        let loose = mention.and_then(|m| self.reading.mentions.get(m)).is_some_and(|m| {
            m.part.is_some() && !m.owned && equipment == Equipment::Autre && symptom.key == "no_power"
        });
        if loose {
            let told = self.drafts.iter_mut().rfind(|d| {
                self.reading.text.sentence_of(d.start) == sentence
                    && d.stance != Stance::Over
                    && d.equipment != Equipment::Autre
            });
            if let Some(told) = told {
                told.end = told.end.max(fault.end);
                return;
            }
        }
        let innocent = self.innocent();
        let here = mention
            .and_then(|m| self.reading.mentions.get(m))
            .is_some_and(|m| self.reading.text.sentence_of(m.start) == sentence);
        let vague = symptom.key == "not_working";
        // "Il faudrait une souris au poste 3, l'ancienne est morte": the wish stands in a clause of its own.
        let told_apart = mention.and_then(|m| self.reading.mentions.get(m)).is_some_and(|m| {
            let text = &self.reading.text;
            text.same_sentence(m.start, fault.start)
                && text.clause_of(m.start) == text.clause_of(fault.start)
                && m.end <= fault.start
        });
        let usual = |wanted: &[Cue]| {
            self.reading.cues.iter().any(|c| {
                let text = &self.reading.text;
                let apart = told_apart && text.clause_of(c.start) != text.clause_of(fault.start);
                wanted.contains(&c.cue) && text.sentence_of(c.start) == sentence && !apart
            })
        };
        let usage = usual(&[Cue::Wish, Cue::Reserve, Cue::Howto, Cue::Announce]);
        // What stands right beside its thing is told of it, whatever else the sentence announces.
        let beside = mention.and_then(|m| self.reading.mentions.get(m)).is_some_and(|m| {
            let text = &self.reading.text;
            m.part.is_none()
                && !m.weak
                && text.same_sentence(m.start, fault.start)
                && text.clause_of(m.start) == text.clause_of(fault.start)
                && m.end <= fault.start
                && fault.start - m.end <= 2
                && !vague
        });
        let notice = !beside && usual(&[Cue::Announce, Cue::Reserve]);
        if symptom.weak && (innocent && !here || vague && usage || notice) {
            return;
        }
        let anchor =
            mention.and_then(|m| self.reading.mentions.get(m)).map_or((fault.start, fault.end), |m| (m.start, m.end));
        let near_anchor = self.reading.text.sentence_of(anchor.0) == sentence;
        let anchor = if near_anchor { anchor } else { (fault.start, fault.end) };
        // Tablets have no other network than the wireless one.
        let tablets = self.reading.mentions.iter().any(|m| {
            m.equipment == Equipment::Tablette && self.reading.text.sentence_of(m.start) == sentence && !m.weak
        });
        let equipment = if equipment == Equipment::Reseau && symptom.key == "no_network" && tablets {
            Equipment::Wifi
        } else {
            equipment
        };
        let machines = self.machines(mention, fault, equipment);
        let found = self.place_of(sentence, anchor, equipment);
        let mut stance = Stance::Broken;
        let encore = self.reading.text.word(fault.end) == "encore" && self.reading.text.word(fault.end + 1) != "une";
        let text = &self.reading.text;
        let clause = text.clause_of(fault.start);
        let asked = !self.reading.sentence_has(Cue::Again, sentence)
            && self.reading.cues.iter().any(|c| {
                c.cue == Cue::News
                    && text.sentence_of(c.start) == sentence
                    && text.clause_of(c.start).abs_diff(clause) <= 1
            });
        if encore || asked || self.still_in(sentence, fault) {
            stance = Stance::Still;
        }
        let owner = mention.and_then(|m| self.reading.mentions.get(m));
        let part = owner.and_then(|m| m.part).and_then(|p| self.reading.vocabulary.parts.get(p));
        let vague = symptom.key == "not_working" || symptom.key == "broken";
        let of_part = part.and_then(|p| p.symptom.as_ref()).filter(|_| vague);
        let shown = of_part
            .and_then(|key| self.reading.vocabulary.symptoms.iter().position(|s| s.key == *key))
            .unwrap_or(fault.symptom);
        let atte = symptom.atte || part.is_some_and(|p| p.atte);
        let draft = Draft {
            equipment,
            said,
            symptom: Some(shown),
            atte,
            start: self.told_from(anchor.0, fault, machines.at),
            end: anchor.1.max(fault.end).max(machines.at.map_or(0, |(_, end)| end)),
            mention,
            places: found.places,
            place_said: found.said,
            general: found.general,
            machines,
            stance,
            passing: false,
            doubts: found.doubts,
        };
        let others = self.conjoined(mention, fault);
        self.add(draft.clone(), sentence);
        for other in others {
            if let Some(m) = self.reading.mentions.get(other) {
                let mut twin = draft.clone();
                twin.equipment = m.equipment;
                twin.mention = Some(other);
                twin.said = true;
                twin.machines = self.machines(Some(other), fault, m.equipment);
                twin.start = m.start;
                let at = self.drafts.len();
                self.add(twin, sentence);
                let _ = at;
            }
        }
    }

    /// "Elle m'a laissé la K07 puisque la mienne est dans le noir": the room of the writer, whose fault
    /// he told before. Where the pronoun begins; nothing where a thing is named that it may stand for.
    fn own_one(&self, sentence: usize, fault: &Fault) -> Option<usize> {
        let text = &self.reading.text;
        let named = self.reading.mentions.iter().any(|m| {
            let at = text.sentence_of(m.start);
            at == sentence || at + 1 == sentence && at >= self.setting.subject
        });
        let own = (fault.start.saturating_sub(4)..fault.start).find(|i| {
            matches!(text.word(*i), "le" | "la")
                && matches!(text.word(i + 1), "mien" | "mienne" | "notre")
                && text.same_sentence(*i, fault.start)
                && text.clause_of(*i) == text.clause_of(fault.start)
                && (text.word(i + 1) != "notre" || i + 2 == fault.start)
        })?;
        let room = self.reading.places.found.iter().any(|p| p.end <= own && text.same_sentence(p.start, own));
        (!named && room).then_some(own)
    }

    /// "L'image est floue, et le ventilateur hurle": a part belongs to what the message just told of.
    fn owner_told(&self, mention: Option<usize>, sentence: usize) -> Option<Equipment> {
        let mention = mention.and_then(|m| self.reading.mentions.get(m)).filter(|m| !m.owned)?;
        let part = mention.part.and_then(|p| self.reading.vocabulary.parts.get(p))?;
        let text = &self.reading.text;
        let last = self.drafts.iter().rev().find(|d| d.stance != Stance::Over)?;
        let near = text.sentence_of(last.start) == sentence && last.start < mention.start;
        (near && part.also.contains(&last.equipment)).then_some(last.equipment)
    }

    /// "La caméra ne fait plus rien, l'ordi dit « périphérique inconnu »": what shows the fault of the
    /// thing told of before is not broken itself. The draft of that thing.
    fn says_of(&self, mention: usize, sentence: usize, fault: &Fault, symptom: &Symptom) -> Option<usize> {
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
        if !shows || !of_screen || !says || numbered {
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

    /// Where the words of `fault` begin: at its thing, unless another fault of that thing stands between.
    fn told_from(&self, anchor: usize, fault: &Fault, numbers: Option<(usize, usize)>) -> usize {
        let between =
            self.reading.faults.iter().filter(|f| f.start >= anchor && f.end <= fault.start).map(|f| f.end).max();
        match between {
            Some(end) => numbers.map(|n| n.0).filter(|n| *n >= end && *n < fault.start).unwrap_or(fault.start),
            None => anchor.min(fault.start),
        }
    }

    /// Things joined to the one at fault: "le PC et l'imprimante ne s'allument plus".
    fn conjoined(&self, mention: Option<usize>, fault: &Fault) -> Vec<usize> {
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

    /// The thing that `fault` speaks of: a mention, an equipment, and whether the text says it.
    fn subject_of(
        &self,
        sentence: usize,
        fault: &Fault,
        symptom: &Symptom,
    ) -> (Option<usize>, Option<Equipment>, bool) {
        let text = &self.reading.text;
        let clause = text.clause_of(fault.start);
        let inside = |m: &Mention| fault.start < m.end && m.start < fault.end;
        let mut best: Option<(usize, usize)> = None;
        for (nth, mention) in self.reading.mentions.iter().enumerate() {
            if text.sentence_of(mention.start) != sentence || self.set_apart(mention.start) {
                continue;
            }
            let before = mention.start < fault.start;
            let gap =
                if before { fault.start.saturating_sub(mention.end) } else { mention.start.saturating_sub(fault.end) };
            let clauses = clause.abs_diff(text.clause_of(mention.start));
            let foreign = symptom.equipment.is_some_and(|e| {
                !symptom.own && !mention.weak && !names_fault(mention, fault) && !kin_of(e, mention.equipment)
            });
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
                + if works { 4 } else { 0 };
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
            if inside(mention) {
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
                let guess = if of_computers { Equipment::Ordinateur } else { Equipment::Autre };
                (None, anchored.then_some(guess), false)
            }
        }
    }

    /// Is the thing at `at` named only to tell when or which: "après qu'on a tapé son mot de passe", "quand je
    /// branche mon ordi", "l'écran du fond (poste 18)"?
    fn aside(&self, at: usize, fault: usize) -> bool {
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

    /// Is the thing named after "sur", with another one before it in the sentence that it carries?
    fn carrier(&self, nth: usize) -> bool {
        let (text, mentions) = (&self.reading.text, &self.reading.mentions);
        let Some(mention) = mentions.get(nth) else { return false };
        let on = (mention.start.saturating_sub(5)..mention.start).any(|i| {
            text.word(i) == "sur"
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
        on && mentions.iter().take(nth).any(|m| {
            (networked(m.equipment) || m.equipment == Equipment::Ecran || m.equipment == Equipment::Peripherique)
                && !m.weak
                && m.equipment != mention.equipment
                && text.same_sentence(m.start, mention.start)
        })
    }

    pub(super) fn in_place(&self, at: usize) -> bool {
        self.reading.places.found.iter().any(|p| p.start <= at && at < p.end)
    }

    fn place_in(&self, sentence: usize) -> bool {
        self.reading.places.found.iter().any(|p| self.reading.text.sentence_of(p.start) == sentence)
    }

    /// The thing spoken of before `sentence`, in the body or else in the subject.
    fn topic(&self, sentence: usize, item: bool) -> Option<(usize, Equipment)> {
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

    /// Does the message speak of loans, purchases, meetings, usage?
    fn innocent(&self) -> bool {
        self.reading.cues.iter().any(|c| matches!(c.cue, Cue::Reserve | Cue::Howto | Cue::Announce))
    }

    fn still_in(&self, sentence: usize, fault: &Fault) -> bool {
        if self.reading.sentence_has(Cue::Again, sentence) {
            return false;
        }
        let text = &self.reading.text;
        self.reading.cues.iter().any(|c| {
            // "câble arraché, reste le HDMI": what is left is told after the fault, not its going on.
            let left = matches!(text.word(c.start), "reste" | "restent") && c.start >= fault.end;
            c.cue == Cue::Still && !left && text.sentence_of(c.start) == sentence && {
                let clause = text.clause_of(c.start);
                clause.abs_diff(text.clause_of(fault.start)) <= 1
            }
        })
    }

    /// A keyboard and a mouse, each with a fault of its own, are two things to replace.
    fn two_devices(&self, one: Option<usize>, other: Option<usize>) -> bool {
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
    fn teacher(&self, mention: Option<usize>) -> bool {
        let text = &self.reading.text;
        mention.and_then(|m| self.reading.mentions.get(m)).is_some_and(|m| {
            (m.start..m.end + 2).any(|i| {
                text.same_sentence(m.start, i)
                    && matches!(text.word(i), "prof" | "professeur" | "enseignant" | "maitre")
            })
        })
    }

    /// "sept casques n'enregistrent plus (le micro est mort)": the microphone of the headsets, no sound system.
    fn of_headset(&self, draft: &mut Draft) {
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
    fn add(&mut self, mut draft: Draft, sentence: usize) {
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
    fn same_elsewhere(&mut self, sentence: usize, told: bool) {
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

/// A room has one of these.
pub fn single_of_room(equipment: Equipment) -> Option<()> {
    matches!(
        equipment,
        Equipment::Videoprojecteur
            | Equipment::TableauInteractif
            | Equipment::Son
            | Equipment::Reseau
            | Equipment::Wifi
    )
    .then_some(())
}

/// May a symptom that suggests `implied` be one of `topic`?
pub fn kin_of(implied: Equipment, topic: Equipment) -> bool {
    use Equipment::{
        ApplicationAcademique, Autre, Compte, Ecran, Ent, Imprimante, Logiciel, Messagerie, Ordinateur, Peripherique,
        Portable, Reseau, Serveur, Son, TableauInteractif, Tablette, Telephonie, Videoprojecteur, Wifi,
    };
    implied == topic
        || match implied {
            Videoprojecteur => matches!(
                topic,
                Ecran | TableauInteractif | Peripherique | Ordinateur | Portable | Tablette | Imprimante | Autre
            ),
            Son => matches!(topic, Telephonie | Peripherique | Videoprojecteur | Ordinateur | Tablette | Autre),
            TableauInteractif => matches!(topic, Tablette | Ecran | Videoprojecteur | Ordinateur),
            Ordinateur => matches!(topic, Portable | Tablette | Videoprojecteur | TableauInteractif),
            Imprimante => matches!(topic, Autre | Peripherique),
            Wifi => matches!(topic, Reseau | Tablette | Portable),
            Compte => matches!(topic, Ent | Messagerie | ApplicationAcademique),
            Serveur => matches!(topic, Reseau | Ordinateur | Ent | ApplicationAcademique | Messagerie | Logiciel),
            Reseau => matches!(topic, Wifi | Ent | Messagerie | Logiciel),
            _ => false,
        }
}
