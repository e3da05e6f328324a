//! Faults and things put together: the problems that a text tells of, in its order.

use super::count::Machines;
use super::reading::{Fault, Reading};
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

    pub(super) fn symptom(&self, index: usize) -> Option<&'b Symptom> {
        self.reading.vocabulary.symptoms.get(index)
    }

    pub(super) fn symptom_key(&self, draft: &Draft) -> &'b str {
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

    pub(super) fn fault(&mut self, sentence: usize, fault: &Fault) {
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
        let served = self.served(sentence, fault, symptom);
        let (mention, equipment) = match served.and_then(|nth| Some((nth, self.reading.mentions.get(nth)?))) {
            Some((nth, thing)) => (Some(nth), thing.equipment),
            None => (mention, equipment),
        };
        if let Some(told) = mention.and_then(|m| self.says_of(m, sentence, fault, symptom)) {
            if let Some(told) =
                self.drafts.get_mut(told).filter(|d| self.reading.text.same_sentence(d.start, fault.start))
            {
                told.end = told.end.max(fault.end);
            }
            return;
        }
        if self.comes_of(sentence, mention, fault, symptom) {
            return;
        }
        if let Some(told) = self.follows_from(sentence, mention, fault, symptom, equipment) {
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
        if let Some(told) = self.found_of_outage(sentence, fault, equipment) {
            if let Some(told) =
                self.drafts.get_mut(told).filter(|d| self.reading.text.same_sentence(d.start, fault.start))
            {
                told.end = told.end.max(fault.end);
            }
            return;
        }
        let equipment = self.outage(sentence, fault, symptom, equipment).unwrap_or(equipment);
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
        // "J'aurais besoin de QGIS, il ne s'ouvre pas".
        let said_of_it = self.pronoun(fault).is_some();
        let usual = |wanted: &[Cue]| {
            self.reading.cues.iter().any(|c| {
                let text = &self.reading.text;
                let apart = (told_apart || said_of_it) && text.clause_of(c.start) != text.clause_of(fault.start);
                wanted.contains(&c.cue) && text.sentence_of(c.start) == sentence && !apart
            })
        };
        let usage = usual(&[Cue::Wish, Cue::Reserve, Cue::Howto, Cue::Announce]);
        // What stands right beside its thing is told of it, whatever else the sentence announces.
        let beside = mention.and_then(|m| self.reading.mentions.get(m)).is_some_and(|m| {
            let text = &self.reading.text;
            let (first, last) = (text.clause_of(m.start), text.clause_of(fault.start));
            // What a bracket says in between is said aside.
            let between = self.reading.cues.iter().any(|c| {
                let clause = text.clause_of(c.start);
                matches!(c.cue, Cue::Announce | Cue::Reserve)
                    && m.end <= c.start
                    && c.end <= fault.start
                    && (clause == first || clause == last)
            });
            let near = fault.start - m.end.min(fault.start) <= 2 && !vague && first == last;
            let bracket = last > first && text.after(m.end.saturating_sub(1)).contains('(')
                || (m.end..fault.start).any(|i| text.after(i).contains(')'));
            m.part.is_none()
                && !m.weak
                && text.same_sentence(m.start, fault.start)
                && m.end <= fault.start
                && (near || !between && (first == last && fault.start - m.end <= 6 && !vague || bracket))
        });
        let notice = !beside && usual(&[Cue::Announce, Cue::Reserve]);
        let wished = symptom.key == "slow" && usual(&[Cue::Wish]);
        if symptom.weak && (innocent && !here && self.drafts.is_empty() || vague && usage || notice || wished) {
            return;
        }
        let anchor =
            mention.and_then(|m| self.reading.mentions.get(m)).map_or((fault.start, fault.end), |m| (m.start, m.end));
        let near_anchor = self.reading.text.sentence_of(anchor.0) == sentence;
        let anchor = if near_anchor { anchor } else { (fault.start, fault.end) };
        let another = self.that_of(fault);
        let anchor = another.map_or(anchor, |at| (at, at + 1));
        // Tablets have no other network than the wireless one.
        let tablets = self.reading.mentions.iter().any(|m| {
            m.equipment == Equipment::Tablette && self.reading.text.sentence_of(m.start) == sentence && !m.weak
        });
        // "Plus une goutte de wifi. Pas lent : aucun réseau visible": it goes on about the wireless one.
        let wireless = self.drafts.last().is_some_and(|d| {
            d.equipment == Equipment::Wifi
                && d.stance != Stance::Over
                && self.reading.text.sentence_of(d.start) + 1 >= sentence
                && !self.place_in(sentence)
                && self.reading.text.word(fault.start) == "aucun"
        });
        let tablets = tablets || wireless;
        let equipment = if equipment == Equipment::Reseau && symptom.key == "no_network" && tablets {
            Equipment::Wifi
        } else {
            equipment
        };
        let machines = match another {
            Some(_) => Machines::default(),
            None => self.machines(mention, fault, equipment),
        };
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
        // The keyboard of a laptop is no keyboard to swap.
        let built_in =
            equipment == Equipment::Portable && part.is_some_and(|p| p.symptom.as_deref() == Some("keyboard_mouse"));
        let atte = !built_in && (served.is_some() || symptom.atte || part.is_some_and(|p| p.atte));
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

    /// Where the words of `fault` begin: at its thing, unless another fault of that thing stands between.
    pub(super) fn told_from(&self, anchor: usize, fault: &Fault, numbers: Option<(usize, usize)>) -> usize {
        let between =
            self.reading.faults.iter().filter(|f| f.start >= anchor && f.end <= fault.start).map(|f| f.end).max();
        match between {
            Some(end) => numbers.map(|n| n.0).filter(|n| *n >= end && *n < fault.start).unwrap_or(fault.start),
            None => anchor.min(fault.start),
        }
    }

    /// Does the message speak of loans, purchases, meetings, usage?
    pub(super) fn innocent(&self) -> bool {
        self.reading.cues.iter().any(|c| matches!(c.cue, Cue::Reserve | Cue::Howto | Cue::Announce))
    }

    pub(super) fn still_in(&self, sentence: usize, fault: &Fault) -> bool {
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
            Son => matches!(
                topic,
                Telephonie
                    | Imprimante
                    | Peripherique
                    | TableauInteractif
                    | Ecran
                    | Portable
                    | Videoprojecteur
                    | Ordinateur
                    | Tablette
                    | Autre
            ),
            TableauInteractif => matches!(topic, Tablette | Ecran | Videoprojecteur | Ordinateur | Peripherique),
            Ordinateur => matches!(topic, Portable | Tablette | Videoprojecteur | TableauInteractif),
            Imprimante => matches!(topic, Autre | Peripherique),
            Wifi => matches!(topic, Reseau | Tablette | Portable),
            Compte => matches!(topic, Ent | Messagerie | ApplicationAcademique),
            Serveur => matches!(topic, Reseau | Ordinateur | Ent | ApplicationAcademique | Messagerie | Logiciel),
            Reseau => matches!(topic, Wifi | Ent | Messagerie | Logiciel),
            _ => false,
        }
}
