//! A message's words as the vocabulary understands them: things, faults, cues, places.

use super::Equipment;
use super::lexicon::Hit;
use super::locate::{Whereabouts, locate};
use super::place::Places;
use super::text::{Gap, Text};
use super::vocabulary::{Cue, Meaning, Vocabulary};

/// A thing that the text names.
#[derive(Debug, Clone)]
pub struct Mention {
    /// First token.
    pub start: usize,
    /// Token after the last.
    pub end: usize,
    /// What it is.
    pub equipment: Equipment,
    /// Named for want of a better word.
    pub weak: bool,
    /// The part that was named, where it was one.
    pub part: Option<usize>,
    /// A part whose owner the text names.
    pub owned: bool,
}

/// A fault that the text tells of.
#[derive(Debug, Clone, Copy)]
pub struct Fault {
    /// First token.
    pub start: usize,
    /// Token after the last.
    pub end: usize,
    /// Index of the symptom.
    pub symptom: usize,
}

/// A cue found.
#[derive(Debug, Clone, Copy)]
pub struct CueHit {
    /// First token.
    pub start: usize,
    /// Token after the last.
    pub end: usize,
    /// Which.
    pub cue: Cue,
}

/// Everything found in one text.
#[derive(Debug)]
pub struct Reading<'a> {
    /// The words.
    pub text: Text<'a>,
    /// The vocabulary that was used.
    pub vocabulary: &'a Vocabulary,
    /// Things named, in order, without overlap.
    pub mentions: Vec<Mention>,
    /// Faults, in order, without overlap.
    pub faults: Vec<Fault>,
    /// Cues, in order.
    pub cues: Vec<CueHit>,
    /// Places.
    pub places: Whereabouts,
    /// Tokens of phrases that are never a fault, start and end.
    pub ignored: Vec<(usize, usize)>,
}

/// Words that may stand between a thing and what it belongs to.
const LINKS: &[&str] = &[
    "de", "du", "d", "des", "la", "le", "les", "l", "sur", "au", "aux", "a", "un", "une", "mon", "ma", "notre", "nos",
    "son", "sa", "leur", "ce", "cet", "cette", "meme", "pour",
];

/// No mail has more of each; beyond it, time would grow with the square of a hostile text.
const MOST: usize = 200;

/// Reads `source`.
pub fn read<'a>(source: &'a str, vocabulary: &'a Vocabulary, places: &Places) -> Reading<'a> {
    let text = Text::new(source);
    let hits = vocabulary.lexicon.find(&text);
    let hidden: Vec<Hit> =
        hits.iter().filter(|h| meaning(vocabulary, h) == Some(Meaning::Ignore)).take(MOST).copied().collect();
    // What is to be ignored hides the things and faults of the same words, but no longer cue.
    let hides = |h: &Hit, i: &Hit, least: usize| {
        i.start <= h.start && h.end <= i.end && i.end - i.start >= h.end - h.start + least
    };
    let visible = |h: &Hit| !hidden.iter().any(|i| hides(h, i, 0));
    let told = |h: &Hit| !hidden.iter().any(|i| hides(h, i, 1) || i.start < h.start && hides(h, i, 0));
    let mut places = locate(&text, &hits, vocabulary, places);
    places.found.truncate(MOST);
    let mut cues: Vec<CueHit> = Vec::new();
    for hit in hits.iter().filter(|h| told(h)) {
        if let Some(Meaning::Cue(cue)) = meaning(vocabulary, hit) {
            cues.push(CueHit { start: hit.start, end: hit.end, cue });
        }
    }
    cues.sort_by_key(|c| (c.start, c.end));
    cues.truncate(3 * MOST);
    let mut reading =
        Reading { text, vocabulary, mentions: Vec::new(), faults: Vec::new(), cues, places, ignored: Vec::new() };
    reading.ignored = hidden.iter().map(|h| (h.start, h.end)).collect();
    reading.things(&hits, &visible);
    reading.cues_in_names();
    reading.dropped_apostrophe();
    reading.glued_numbers();
    reading.general_words();
    reading.own_service();
    reading.note_done();
    reading.contrasts();
    reading.tell_faults(&hits, &visible);
    reading.consume_mentions();
    reading.quoted_words();
    reading.quiet_cues();
    reading.own_parts();
    reading
}

fn meaning(vocabulary: &Vocabulary, hit: &Hit) -> Option<Meaning> {
    vocabulary.meanings.get(hit.phrase).copied()
}

impl Reading<'_> {
    fn things(&mut self, hits: &[Hit], visible: &dyn Fn(&Hit) -> bool) {
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
            if start < free || self.possessive(start) || self.is_extension(start) || self.in_named_place(start) {
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
            free = end;
            self.mentions.push(Mention { start, end, equipment, weak, part, owned: false });
        }
    }

    /// "La borne de réservation", "la salle de réunion", "pris sur nos réserves": what belongs to a name, or
    /// tells who paid, excuses nothing.
    fn cues_in_names(&mut self) {
        let things = self.mentions.iter().filter(|m| !m.weak).map(|m| (m.start, m.end));
        let rooms = self.places.found.iter().filter(|p| !p.code).map(|p| (p.start, p.end));
        let payers = self.cues.iter().filter(|c| matches!(c.cue, Cue::OwnBudget | Cue::RegionBought));
        let names: Vec<(usize, usize)> = things
            .chain(rooms)
            .chain(payers.map(|c| (c.start, c.end)))
            .filter(|(start, end)| end - start > 1)
            .take(2 * MOST)
            .collect();
        self.cues.retain(|c| {
            !matches!(c.cue, Cue::Wish | Cue::Reserve | Cue::Howto | Cue::Announce | Cue::Condition | Cue::History)
                || !names.iter().any(|(start, end)| *start <= c.start && c.end <= *end && c.end - c.start < end - start)
        });
    }

    /// "Op@le n'édite rien, l'application affiche une erreur": the general word means the one named before.
    fn general_words(&mut self) {
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
    fn glued_numbers(&mut self) {
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

    /// What the school pays its publisher for is software of its own, no part of the digital workspace.
    fn own_service(&mut self) {
        if !self.cues.iter().any(|c| c.cue == super::vocabulary::Cue::SchoolPays) {
            return;
        }
        for mention in self.mentions.iter_mut().filter(|m| m.equipment == Equipment::Ent) {
            if ["pronot", "ecole", "moodle"].iter().any(|w| self.text.word(mention.start).starts_with(w)) {
                mention.equipment = Equipment::Logiciel;
            }
        }
    }

    /// "Les casques, eux, sont toujours muets": a pronoun between commas sets one thing beside another.
    fn contrasts(&mut self) {
        let comma = |at: usize| self.text.tokens.get(at).is_some_and(|t| t.gap == Gap::Comma);
        let set: Vec<CueHit> = (0..self.text.tokens.len())
            .filter(|at| matches!(self.text.word(*at), "lui" | "elle" | "eux" | "elles") && comma(*at) && comma(at + 1))
            .map(|at| CueHit { start: at, end: at + 1, cue: Cue::Another })
            .take(MOST)
            .collect();
        self.cues.extend(set);
        self.cues.sort_by_key(|c| (c.start, c.end));
    }

    /// "Fait lampe B12": the shortest note of a repair begins with its participle.
    fn note_done(&mut self) {
        let notes: Vec<CueHit> = self
            .text
            .sentences
            .iter()
            .map(|s| s.tokens.start)
            .filter(|at| matches!(self.text.word(*at), "fait" | "faits" | "faite" | "done" | "termine"))
            .filter(|at| {
                self.mentions
                    .iter()
                    .any(|m| m.start > *at && m.start - at <= 2 && self.text.same_sentence(*at, m.start))
            })
            .map(|at| CueHit { start: at, end: at + 1, cue: Cue::Repaired })
            .collect();
        self.cues.extend(notes);
        self.cues.sort_by_key(|c| (c.start, c.end));
    }

    /// A mention inside the name of a place is none ("salle serveur", "salle info").
    fn in_named_place(&self, at: usize) -> bool {
        self.places.found.iter().any(|p| !p.code && p.start <= at && at < p.end && p.end - p.start > 1)
    }

    /// "son ordi": a possessive, no sound.
    fn possessive(&self, at: usize) -> bool {
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

    /// "poste 4027" is a telephone extension.
    fn is_extension(&self, at: usize) -> bool {
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

    fn tell_faults(&mut self, hits: &[Hit], visible: &dyn Fn(&Hit) -> bool) {
        let mut candidates: Vec<(Hit, usize, u8)> = Vec::new();
        for hit in hits.iter().filter(|h| visible(h)) {
            if let Some(Meaning::Symptom(index)) = meaning(self.vocabulary, hit)
                && let Some(symptom) = self.vocabulary.symptoms.get(index)
            {
                let rank = match (symptom.own, symptom.weak, symptom.key.as_str()) {
                    (true, _, _) => 4,
                    (_, _, "not_working") => 0,
                    (_, _, "error" | "page_blank" | "freezes") => 1,
                    (_, true, _) => 2,
                    (_, false, _) => 3,
                };
                candidates.push((*hit, index, rank));
            }
        }
        candidates.sort_by_key(|(hit, _, rank)| (std::cmp::Reverse((*rank, hit.end - hit.start)), hit.start));
        let mut over: Vec<CueHit> = Vec::new();
        let spans: Vec<(usize, usize)> = candidates.iter().map(|(h, _, _)| (h.start, h.end)).take(4 * MOST).collect();
        // "plus de connexion au CDI": there the "plus" belongs to the words of the fault.
        let lacking = |hit: &Hit| {
            spans.iter().any(|(start, end)| {
                *start < hit.start && hit.start < *end && (*start..hit.start).any(|i| self.text.word(i) == "plus")
            })
        };
        for (hit, symptom, _) in &candidates {
            if self.no_longer(hit, *symptom) && over.len() < MOST {
                over.push(CueHit { start: hit.end.saturating_sub(2), end: hit.end + 1, cue: Cue::Repaired });
            }
        }
        // "Nouvelle lampe posée": what was done hides what it was done for.
        let done: Vec<(usize, usize)> = self
            .cues
            .iter()
            .filter(|c| c.cue == Cue::Repaired && !self.denied_inside(c))
            .map(|c| (c.start, c.end))
            .take(MOST)
            .collect();
        for (hit, symptom, _) in candidates {
            if done
                .iter()
                .any(|(start, end)| *start <= hit.start && hit.end <= *end && hit.end - hit.start < end - start)
            {
                continue;
            }
            let clear = self.faults.iter().all(|f| hit.end <= f.start || f.end <= hit.start)
                && over.iter().all(|c| hit.end <= c.start || c.end <= hit.start);
            if clear && !lacking(&hit) && self.gone(hit.start) {
                over.push(CueHit { start: hit.start.saturating_sub(1), end: hit.end, cue: Cue::Repaired });
                continue;
            }
            let negated = matches!(self.text.word(hit.start.wrapping_sub(1)), "ne" | "n")
                && matches!(self.text.word(hit.end), "pas" | "jamais");
            let told = !(negated
                || self.supposed(hit.start, hit.end)
                || self.absent(hit.start, hit.end)
                || self.none_left(hit.start, lacking(&hit))
                || self.denies_itself(hit.start, hit.end)
                || self.to_come(hit.start, hit.end)
                || self.explained(hit.start, hit.end));
            let ent = hit.end == hit.start + 1
                && self.mentions.iter().any(|m| m.start == hit.start && m.equipment == Equipment::Ent);
            if ent {
                continue;
            }
            if self.faults.len() < MOST && clear && told && !self.excused(hit.start, hit.end) {
                self.faults.push(Fault { start: hit.start, end: hit.end, symptom });
            }
        }
        self.faults.sort_by_key(|f| f.start);
        self.cues.extend(over);
        self.cues.sort_by_key(|c| (c.start, c.end));
    }

    /// "La sono ne grésille plus": of a verb that is itself the fault, "ne … plus" tells the repair.
    fn no_longer(&self, hit: &Hit, symptom: usize) -> bool {
        let ill = self.vocabulary.symptoms.get(symptom).is_some_and(|s| {
            matches!(s.key.as_str(), "sound_bad" | "noise" | "slow" | "freezes" | "disconnects" | "flicker" | "heat")
        });
        // "Plus aucun clignotement", "plus de coupures".
        let none = |back: usize| hit.start.checked_sub(back).map_or("", |at| self.text.word(at));
        let noun = matches!(none(1), "aucun" | "aucune" | "de" | "d") && none(2) == "plus" && none(3) != "de";
        let noun = noun
            && ["ment", "ure", "ures", "ments", "age", "ages", "reur", "reurs", "sion", "sions", "teur", "uit", "uits"]
                .iter()
                .any(|e| self.text.word(hit.start).ends_with(e))
            && hit.start.checked_sub(2).is_some_and(|b| self.text.same_sentence(b, hit.start));
        if noun
            && (ill || self.vocabulary.symptoms.get(symptom).is_some_and(|s| s.key == "error" || s.key == "paper_jam"))
        {
            return true;
        }
        let Some(before) = hit.end.checked_sub(2) else { return false };
        ill && matches!(self.text.word(before), "ne" | "n")
            && self.text.same_sentence(before, hit.end)
            && self.text.word(hit.end) == "plus"
    }

    /// "Il a tenu deux heures sans s'éteindre": an infinitive after "sans" did not happen.
    fn absent(&self, start: usize, end: usize) -> bool {
        let word = |back: usize| start.checked_sub(back).map_or("", |at| self.text.word(at));
        let verb = self.text.word(start);
        let pronoun = |w: &str| matches!(w, "s" | "se" | "me" | "nous" | "jamais" | "plus");
        let infinitive = (start..end).any(|i| {
            let w = self.text.word(i);
            w.len() > 4 && ["er", "ir", "re"].iter().any(|e| w.ends_with(e))
        });
        let denied = word(1) == "sans" || pronoun(word(1)) && word(2) == "sans";
        infinitive
            && verb != "sans"
            && denied
            && start.checked_sub(1).is_some_and(|b| self.text.same_sentence(b, start))
    }

    /// "Les postes ne seront pas accessibles jeudi": announced, not broken.
    fn to_come(&self, start: usize, end: usize) -> bool {
        (start..end).any(|i| matches!(self.text.word(i), "sera" | "seront"))
    }

    /// "Plus de souci avec …", "aucun problème sur …", "plus aucun clignotement": a fault that is gone.
    fn none_left(&self, start: usize, lacking: bool) -> bool {
        let word = |back: usize| match start.checked_sub(back) {
            Some(at) if self.text.same_sentence(at, start) => self.text.word(at),
            _ => "",
        };
        let trouble = ["souci", "probleme", "panne", "pb", "bug"].iter().any(|w| self.text.word(start).starts_with(w));
        let none = matches!(word(1), "aucun" | "aucune" | "sans")
            || matches!(word(1), "de" | "d") && matches!(word(2), "plus" | "pas");
        trouble && none || !lacking && self.gone(start)
    }

    /// "Plus aucun souci de réseau": the words of a fault that begin with its denial.
    fn denies_itself(&self, start: usize, end: usize) -> bool {
        let word = |at: usize| self.text.word(at);
        word(start) == "plus"
            && matches!(word(start + 1), "aucun" | "aucune" | "de" | "d")
            && start + 2 < end
            && ["souci", "probleme", "panne", "pb", "bug"].iter().any(|w| word(start + 2).starts_with(w))
    }

    /// Is a fault that begins at `start` denied by the words before it: "plus aucun", "plus la moindre
    /// trace de", "plus de" where it opens its clause or follows "il n'y a"?
    fn gone(&self, start: usize) -> bool {
        let at = |back: usize| start.checked_sub(back).filter(|at| self.text.same_sentence(*at, start));
        let word = |back: usize| at(back).map_or("", |at| self.text.word(at));
        // "plus la moindre trace de …"
        let traced = matches!(word(1), "de" | "d") && matches!(word(2), "trace" | "traces" | "signe");
        let back = if traced { 2 } else { 0 };
        let none = matches!(word(back + 1), "aucun" | "aucune" | "seul" | "seule" | "moindre")
            && (word(back + 2) == "plus" || word(back + 3) == "plus" || traced);
        // "de plus en plus de coupures" tells more of them.
        let first = |back: usize| {
            at(back).is_none_or(|i| {
                i == 0 || !self.text.same_sentence(i - 1, i) || self.text.clause_of(i - 1) != self.text.clause_of(i)
            })
        };
        let bare = matches!(word(1), "de" | "d")
            && word(2) == "plus"
            && (first(2)
                || word(3) == "a" && word(4) == "y" && matches!(word(5), "n" | "")
                || matches!(word(3), "et" | "ni" | "ai" | "avons"));
        let compared =
            (start..start + 4).any(|i| self.text.same_sentence(i, start) && matches!(self.text.word(i), "que" | "qu"));
        none || bare && !compared
    }

    /// "C'était le câble débranché, je l'ai remis": a cause told in the past once all works again.
    fn explained(&self, start: usize, end: usize) -> bool {
        let past = (start.saturating_sub(5)..end)
            .any(|i| self.text.same_sentence(i, start) && matches!(self.text.word(i), "etait" | "cetait" | "etaient"));
        // "Fausse alerte, la prise était débranchée", "oubliez ma demande, c'était débranché".
        let near = |c: &CueHit| self.text.sentence_of(c.start).abs_diff(self.text.sentence_of(start)) <= 1;
        if past && self.cues.iter().any(|c| c.cue == Cue::FalseAlarm && near(c)) {
            return true;
        }
        let removed = (start.saturating_sub(8)..start).any(|i| {
            self.text.same_sentence(i, start)
                && matches!(
                    self.text.word(i),
                    "retire"
                        | "enleve"
                        | "extrait"
                        | "ote"
                        | "decoince"
                        | "debloque"
                        | "deloge"
                        | "corrige"
                        | "trouve"
                        | "regle"
                        | "repare"
                        | "change"
                        | "remplace"
                        | "sorti"
                )
                && i > 0
                && matches!(self.text.word(i - 1), "a" | "ai" | "ont" | "avons" | "avait")
        });
        (past || removed)
            && self.cues.iter().any(|c| {
                let before = c.cue == Cue::Repaired
                    && c.end <= start
                    && self.text.sentence_of(c.start) + 1 >= self.text.sentence_of(start);
                (matches!(c.cue, Cue::Works | Cue::Repaired) && c.start >= end || before)
                    && self.text.sentence_of(c.start) <= self.text.sentence_of(start) + 1
                    && !matches!(self.text.word(c.end), "pas" | "plus" | "mal" | "jamais")
                    && !(c.start.saturating_sub(2)..c.start).any(|i| matches!(self.text.word(i), "ne" | "n" | "pas"))
            })
    }

    /// "Les élèves dont le compte ne fonctionnerait pas": the conditional of a relative clause supposes.
    fn supposed(&self, start: usize, end: usize) -> bool {
        let conditional = |w: &str| w.len() > 5 && (w.ends_with("rait") || w.ends_with("raient"));
        let modal = |w: &str| ["pour", "devr", "faudr", "voudr", "aur", "ser"].iter().any(|m| w.starts_with(m));
        let supposes = (start..end).any(|i| conditional(self.text.word(i)) && !modal(self.text.word(i)));
        supposes
            && (start.saturating_sub(8)..start).any(|i| {
                self.text.same_sentence(i, start) && matches!(self.text.word(i), "dont" | "qui" | "ou" | "cas" | "si")
            })
    }

    /// Is the fault at `start..end` one that did not happen here: a condition, history, a comparison, thanks?
    fn excused(&self, start: usize, end: usize) -> bool {
        let clause = self.text.clause_of(start);
        self.cues.iter().any(|c| {
            let same = self.text.same_sentence(c.start, start);
            let close =
                self.text.clause_of(c.start) == clause || self.text.clause_of(c.end.saturating_sub(1)) == clause;
            match c.cue {
                Cue::Condition => same && close,
                Cue::Call => same,
                Cue::FalseAlarm => same && self.text.clause_of(c.start).abs_diff(clause) <= 2 && c.end > start,
                Cue::History => same && close && c.start <= start && !self.in_relative(c.start),
                Cue::Apart => same && c.end <= start && start - c.end < 6 && close,
                Cue::Thanks => same && close && c.start < start,
                _ => false,
            }
        }) || (end == start + 1
            && matches!(self.text.word(start), "panne" | "pannes")
            && matches!(self.text.word(start.wrapping_sub(1)), "de" | "des" | "ces"))
    }

    /// "lent marche pas": the digital workspace, its apostrophe left out, not an adjective.
    fn dropped_apostrophe(&mut self) {
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

    /// « serveur injoignable » beside Pronote is what a screen says: its words name no thing of their own.
    fn quoted_words(&mut self) {
        let text = &self.text;
        let mut quotes: Vec<(usize, usize)> = Vec::new();
        let mut open: Option<usize> = None;
        for at in 0..text.tokens.len() {
            let after = text.after(at);
            if let Some(start) = open
                && (after.contains(['»', '”', '"']) || !text.same_sentence(start, at + 1))
            {
                if at > start {
                    quotes.push((start, at + 1));
                }
                open = None;
                if !after.contains(['«', '“']) {
                    continue;
                }
            }
            if after.contains(['«', '“', '"']) && text.same_sentence(at, at + 1) {
                open = Some(at + 1);
            }
        }
        quotes.truncate(MOST);
        let inside = |m: &Mention| quotes.iter().find(|(start, end)| *start <= m.start && m.end <= *end);
        let kept: Vec<bool> = self
            .mentions
            .iter()
            .map(|m| {
                let Some((start, end)) = inside(m) else { return true };
                let whole = m.end - m.start == end - start;
                let another = self
                    .mentions
                    .iter()
                    .any(|o| !o.weak && inside(o).is_none() && text.same_sentence(o.start, m.start));
                whole || !another || *start > m.start
            })
            .collect();
        let mut kept = kept.iter();
        self.mentions.retain(|_| kept.next().copied().unwrap_or(true));
    }

    /// "la sono que nous avons depuis dix ans grésille": history told of the thing, not of the fault.
    fn in_relative(&self, at: usize) -> bool {
        (at.saturating_sub(10)..at).any(|i| {
            matches!(self.text.word(i), "que" | "qu" | "dont")
                && self.text.same_sentence(i, at)
                && self.mentions.iter().any(|m| m.end == i)
        })
    }

    /// "Écran bleu" names no monitor, "chemin réseau introuvable" no network: the words of a fault that
    /// means another thing name nothing.
    fn consume_mentions(&mut self) {
        let (faults, vocabulary, text) = (&self.faults, self.vocabulary, &self.text);
        let hosts: Vec<usize> = self
            .mentions
            .iter()
            .filter(|m| {
                matches!(
                    m.equipment,
                    Equipment::Ordinateur
                        | Equipment::Portable
                        | Equipment::Videoprojecteur
                        | Equipment::TableauInteractif
                )
            })
            .map(|m| m.start)
            .collect();
        // "… démarre plus, 3 bips et écran noir": what a PC shows, no monitor.
        let shown = |m: &Mention| {
            m.equipment == Equipment::Ecran
                && text.word(m.end).starts_with("noir")
                && text.same_sentence(m.start, m.end)
                && !matches!(
                    text.word(m.start.wrapping_sub(1)),
                    "l" | "cet" | "mon" | "son" | "les" | "des" | "deuxieme" | "second"
                )
                && hosts.iter().any(|h| *h < m.start && text.same_sentence(*h, m.start))
        };
        // "La caméra ne donne plus qu'un écran noir": so does anything that shows a picture.
        let others: Vec<usize> =
            self.mentions.iter().filter(|m| !m.weak && m.equipment != Equipment::Ecran).map(|m| m.start).collect();
        let dark = |m: &Mention| {
            m.equipment == Equipment::Ecran
                && m.end == m.start + 1
                && ["noir", "bleu", "blanc", "vert", "gris"].iter().any(|c| text.word(m.end).starts_with(c))
                && text.same_sentence(m.start, m.end)
                && m.start > 0
                && matches!(text.word(m.start - 1), "un" | "en" | "d" | "sur")
                && others.iter().any(|o| *o < m.start && text.same_sentence(*o, m.start))
        };
        // "Mon webmail me dit serveur injoignable": what a thing says of another.
        let named: Vec<usize> = self.mentions.iter().filter(|m| !m.weak).map(|m| m.start).collect();
        let quoted = |m: &Mention| {
            m.equipment == Equipment::Serveur
                && m.start > 1
                && matches!(text.word(m.start - 1), "dit" | "affiche" | "indique" | "marque" | "annonce" | "repond")
                && named.iter().any(|o| *o < m.start && text.same_sentence(*o, m.start))
        };
        self.mentions.retain(|m| {
            !shown(m)
                && !dark(m)
                && !quoted(m)
                && !faults.iter().any(|f| {
                    let means = vocabulary.symptoms.get(f.symptom).and_then(|s| s.equipment);
                    let covers = f.start <= m.start && m.end <= f.end;
                    // "Le micro-ordinateur ne …": the fault's first word only begins the thing's name.
                    let named = m.start == f.start && m.end - m.start > 1 && m.end < f.end && !m.weak;
                    covers
                        && !named
                        && m.part.is_none()
                        && means.is_some_and(|e| e != m.equipment)
                        && !vocabulary.symptoms.get(f.symptom).is_some_and(|s| s.yields.contains(&m.equipment))
                })
        });
    }

    /// "Le problème n'est pas encore résolu", "souci non réglé".
    fn denied_inside(&self, cue: &CueHit) -> bool {
        let least = if self.text.word(cue.start + 1) == "non" { 1 } else { 2 };
        (cue.start + least..cue.end).any(|i| matches!(self.text.word(i), "pas" | "non" | "jamais" | "guere"))
    }

    /// "It works" counts only where nothing denies it and no fault covers it.
    fn quiet_cues(&mut self) {
        let denied = |c: &CueHit| {
            let before = (c.start.saturating_sub(3)..c.start).any(|i| {
                self.text.same_sentence(i, c.start)
                    && self.text.clause_of(i) == self.text.clause_of(c.start)
                    && matches!(
                        self.text.word(i),
                        "ne" | "n" | "pas" | "rien" | "sans" | "jamais" | "si" | "jusqu" | "mal" | "non"
                    )
            });
            let after = (c.end..c.end + 2).any(|i| {
                self.text.same_sentence(i, c.start)
                    && self.text.clause_of(i) == self.text.clause_of(c.end.saturating_sub(1))
                    && matches!(
                        self.text.word(i),
                        "pas" | "plus" | "pu" | "pa" | "jamais" | "mal" | "point" | "non" | "rien"
                    )
            });
            let covered = self.faults.iter().any(|f| f.start < c.end && c.start < f.end);
            let question = self.text.sentences.get(self.text.sentence_of(c.start)).is_some_and(|s| s.question);
            let inside = c.cue == Cue::Repaired && self.denied_inside(c);
            // "Le souci du wifi est-il résolu ?": a question that ends with the words asks for the repair.
            let asked = question && c.cue == Cue::Repaired && !self.text.same_sentence(c.start, c.end);
            inside || asked || before || after || covered || (question && (c.end - c.start < 3 || c.cue == Cue::Able))
        };
        let kept: Vec<CueHit> = self
            .cues
            .iter()
            .filter(|c| !matches!(c.cue, Cue::Works | Cue::Repaired | Cue::Able) || !denied(c))
            .copied()
            .collect();
        self.cues = kept;
    }

    /// A part takes the name of what it belongs to; a thing of another thing hides that one.
    fn own_parts(&mut self) {
        let mut kept: Vec<Mention> = Vec::new();
        let mut skip = 0;
        for (nth, mention) in self.mentions.iter().enumerate() {
            if nth < skip {
                continue;
            }
            let mut mention = mention.clone();
            // "le casque du poste 5 et celui du poste 21": the second seat only tells which.
            let word = |back: usize| mention.start.checked_sub(back).map_or("", |i| self.text.word(i));
            let pronoun = |w: &str| matches!(w, "celui" | "celle" | "ceux" | "celles");
            let of_it = matches!(word(1), "du" | "de" | "des" | "d") && pronoun(word(2))
                || matches!(word(1), "la" | "l") && word(2) == "de" && pronoun(word(3));
            if of_it
                && mention.part.is_none()
                && kept.last().is_some_and(|k: &Mention| {
                    self.text.same_sentence(k.start, mention.start) && k.equipment != mention.equipment && !k.weak
                })
            {
                continue;
            }
            // "l'écran du portable", "la lampe du visualiseur"
            // "le PC fraiseuse": the second noun tells which.
            if let Some(owner) = self.mentions.get(nth + 1)
                && owner.start == mention.end
                && owner.equipment == Equipment::Autre
                && owner.part.is_none()
                && mention.part.is_none()
                && !mention.weak
                && self.text.same_sentence(mention.start, owner.start)
                && matches!(self.text.tokens.get(owner.start).map(|t| t.gap), Some(Gap::Space))
            {
                mention.end = owner.end;
                kept.push(mention);
                skip = nth + 2;
                continue;
            }
            if let Some(owner) = self.mentions.get(nth + 1)
                && owner.start >= mention.end
                && owner.start - mention.end <= 4
                && owner.start > mention.end
                && self.text.same_sentence(mention.start, owner.start)
                && (mention.end..owner.start).all(|i| LINKS.contains(&self.text.word(i)))
                && (mention.end..=owner.start).all(|i| {
                    matches!(self.text.tokens.get(i).map(|t| t.gap), Some(Gap::Space | Gap::Apostrophe | Gap::None))
                })
            {
                let screen = mention.equipment == Equipment::Ecran
                    && matches!(
                        owner.equipment,
                        Equipment::Portable | Equipment::Tablette | Equipment::TableauInteractif
                    );
                let part = mention.part.and_then(|p| self.vocabulary.parts.get(p));
                let belongs = part.is_some_and(|p| p.also.contains(&owner.equipment) || p.of == owner.equipment);
                if screen || belongs {
                    mention.equipment = owner.equipment;
                    mention.owned = belongs;
                }
                if screen
                    || belongs
                    || mention.part.is_some()
                    || mention.equipment == Equipment::Messagerie && owner.equipment == Equipment::Ent
                    || !matches!(owner.equipment, Equipment::Logiciel | Equipment::Ent)
                {
                    mention.end = owner.end;
                    mention.weak = false;
                    skip = nth + 2;
                }
            }
            kept.push(mention);
        }
        // A part whose owner stands elsewhere in the sentence; the screen of a laptop named before.
        for nth in 0..kept.len() {
            let Some(mention) = kept.get(nth).cloned() else { break };
            let near = |wanted: &dyn Fn(Equipment) -> bool| {
                kept.iter()
                    .enumerate()
                    .filter(|(i, m)| {
                        *i != nth
                            && (m.part.is_none() || m.owned)
                            && !m.weak
                            && wanted(m.equipment)
                            && self.text.same_sentence(m.start, mention.start)
                    })
                    .min_by_key(|(_, m)| m.start.abs_diff(mention.start))
                    .map(|(_, m)| m.equipment)
            };
            let owner = match mention.part.and_then(|p| self.vocabulary.parts.get(p)) {
                // The cable at the board serves the projector, whatever is plugged in.
                Some(part) if !mention.owned => near(&|e| {
                    part.also.contains(&e)
                        && !(part.of == Equipment::Videoprojecteur
                            && matches!(e, Equipment::Ordinateur | Equipment::Portable | Equipment::Son))
                })
                .or_else(|| {
                    kept.iter()
                        .take(nth)
                        .rev()
                        .find(|m| {
                            let items = self.item(m.start) && self.item(mention.start);
                            !m.weak
                                && (!items || self.text.same_sentence(m.start, mention.start))
                                && (part.also.contains(&m.equipment)
                                    && !(part.of == Equipment::Videoprojecteur
                                        && matches!(m.equipment, Equipment::Ordinateur | Equipment::Portable))
                                    || m.equipment == part.of && part.of != Equipment::Autre)
                        })
                        .filter(|m| {
                            self.text.sentence_of(mention.start).saturating_sub(self.text.sentence_of(m.start)) <= 3
                                || self.text.sentence_of(m.start) == 0
                        })
                        .map(|m| m.equipment)
                }),
                None if mention.equipment == Equipment::Ecran => {
                    near(&|e| matches!(e, Equipment::Portable | Equipment::Tablette)).filter(|_| {
                        kept.iter().any(|m| {
                            m.start < mention.start
                                && matches!(m.equipment, Equipment::Portable | Equipment::Tablette)
                                && self.text.same_sentence(m.start, mention.start)
                        })
                    })
                }
                _ => None,
            };
            if let (Some(owner), Some(mention)) = (owner, kept.get_mut(nth)) {
                mention.equipment = owner;
                mention.owned = true;
            }
        }
        self.mentions = kept;
    }

    /// Does token `at` stand in an item of a list?
    fn item(&self, at: usize) -> bool {
        self.text.sentences.get(self.text.sentence_of(at)).is_some_and(|s| s.item)
    }

    /// Is there a cue of this kind in the tokens `start..end`?
    pub fn has(&self, cue: Cue, start: usize, end: usize) -> bool {
        self.cues.iter().any(|c| c.cue == cue && start <= c.start && c.end <= end)
    }

    /// Is there a cue of this kind in sentence `sentence`?
    pub fn sentence_has(&self, cue: Cue, sentence: usize) -> bool {
        self.text.sentences.get(sentence).is_some_and(|s| self.has(cue, s.tokens.start, s.tokens.end))
    }
}
