//! What only shows a fault told before, comes of it, belongs to its thing or is joined to it.

use super::count;
use super::problem::{Assembler, networked};
use super::reading::Fault;
use super::vocabulary::{Cue, Symptom};
use super::{Equipment, Stance};

impl Assembler<'_, '_> {
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
            && matches!(symptom.key.as_str(), "no_power" | "black_screen" | "not_working" | "no_image" | "reboots")
            && !numbered
            && !self.reading.cues.iter().any(|c| c.cue == Cue::Another && text.clause_of(c.start) == clause);
        let silent = symptom.key == "silent" && !symptom.own;
        // "Du coup pas de son", "résultat : aucun site ne s'ouvre": the words that open the clause say that it
        // comes of what was told before.
        let opens = self.comes_first(fault.start) && !numbered && !self.reading.sentence_has(Cue::Another, sentence);
        let same = self.same_as_before(sentence, fault) && !numbered;
        let aside = self.in_bracket(fault.start) && !numbered && own.is_none_or(|m| !self.in_bracket(m.start));
        self.drafts.iter().rposition(|d| {
            let there = text.sentence_of(d.start);
            let near = there == sentence || !item && so && sentence - there.min(sentence) <= 2;
            let hardware = matches!(d.equipment, Equipment::Ordinateur | Equipment::Portable);
            let key = self.symptom_key(d);
            let dark = matches!(key, "no_power" | "noise" | "black_screen" | "blue_screen" | "freezes" | "not_working");
            let shared = networked(d.equipment) && !matches!(d.equipment, Equipment::Compte | Equipment::Logiciel);
            d.stance != Stance::Over
                && near
                && (opens && there == sentence && d.equipment != equipment
                    || same && shared && there == sentence
                    || aside && there == sentence && d.end <= fault.start
                    || so && vague && d.equipment != equipment
                    || screen && hardware && dark && there == sentence
                    || silent && d.equipment == Equipment::Son && equipment != Equipment::Son && there == sentence)
        })
    }

    /// Does the clause of the fault at `at` open with "donc", "du coup", "résultat", "d'où"?
    fn comes_first(&self, at: usize) -> bool {
        let text = &self.reading.text;
        let clause = text.clause_of(at);
        let here = |i: usize| text.same_sentence(i, at) && text.clause_of(i) == clause;
        let mut first = at;
        while first > 0 && at - first < 16 && here(first - 1) {
            first -= 1;
        }
        let word = |i: usize| text.word(i);
        let first = if matches!(word(first), "et" | "alors") { first + 1 } else { first };
        matches!(word(first), "donc" | "resultat" | "bilan" | "conclusion" | "consequence")
            || word(first) == "du" && word(first + 1) == "coup"
            || word(first) == "d" && word(first + 1) == "ou"
            || word(first) == "par" && word(first + 1) == "consequent"
            || word(first.wrapping_sub(1)) == "resultat" && text.same_sentence(first.wrapping_sub(1), at)
    }

    /// "Introuvable partout : essayé en B12, au CDI, même topo, « chemin inaccessible »".
    fn same_as_before(&self, sentence: usize, fault: &Fault) -> bool {
        let text = &self.reading.text;
        let clause = text.clause_of(fault.start);
        self.reading.cues.iter().any(|c| {
            c.cue == Cue::Same
                && text.sentence_of(c.start) == sentence
                && c.start <= fault.start
                && clause - text.clause_of(c.start).min(clause) <= 1
        })
    }

    /// Does token `at` stand in a bracket of its sentence?
    fn in_bracket(&self, at: usize) -> bool {
        let text = &self.reading.text;
        let first = text.sentences.get(text.sentence_of(at)).map_or(at, |s| s.tokens.start);
        let mut depth = 0_i32;
        for i in first.max(at.saturating_sub(40))..at {
            for c in text.after(i).chars() {
                depth = (depth + i32::from(c == '(') - i32::from(c == ')')).max(0);
            }
        }
        depth > 0
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

    /// "Le câble qui va de l'ordinateur au projecteur est arraché", "le fil entre la tour et l'écran": a cable
    /// counts as the thing that it serves, and that is the one that shows or prints.
    pub(super) fn served(&self, sentence: usize, fault: &Fault, symptom: &Symptom) -> Option<usize> {
        let text = &self.reading.text;
        if !matches!(symptom.key.as_str(), "cable" | "broken" | "not_working" | "no_image" | "stuck" | "stolen") {
            return None;
        }
        let first = text.sentences.get(sentence).map_or(fault.start, |s| s.tokens.start);
        let from = first.max(fault.start.saturating_sub(26));
        let cable = (from..fault.start).find(|i| {
            ["cable", "cordon", "fil", "rallonge", "nappe"]
                .iter()
                .any(|w| text.word(*i) == *w || text.word(*i).strip_suffix('s') == Some(*w))
        })?;
        let link = (cable + 1..cable + 8).find(|i| {
            text.same_sentence(*i, cable)
                && matches!(
                    text.word(*i),
                    "va" | "vont"
                        | "relie"
                        | "relient"
                        | "reliant"
                        | "allant"
                        | "entre"
                        | "court"
                        | "part"
                        | "raccorde"
                )
        })?;
        let shows = |e: Equipment| {
            matches!(
                e,
                Equipment::Videoprojecteur
                    | Equipment::TableauInteractif
                    | Equipment::Ecran
                    | Equipment::Imprimante
                    | Equipment::Son
            )
        };
        self.reading.mentions.iter().rposition(|m| {
            m.start > link && m.start < link + 12 && text.same_sentence(m.start, cable) && shows(m.equipment) && !m.weak
        })
    }

    /// "L'image est floue, et le ventilateur hurle": a part belongs to what the message just told of.
    pub(super) fn owner_told(&self, mention: Option<usize>, sentence: usize) -> Option<Equipment> {
        let mention = mention.and_then(|m| self.reading.mentions.get(m)).filter(|m| !m.owned)?;
        // "Les tablettes 2 et 5 ne chargent plus, et la 11, l'écran est en miettes": a tablet's own.
        let number = |at: usize| {
            let before = |n: usize| at.checked_sub(n).map_or("", |i| self.reading.text.word(i));
            (1..8).any(|n| {
                matches!(before(n + 1), "la" | "le")
                    && before(n).bytes().all(|b| b.is_ascii_digit())
                    && !before(n).is_empty()
            })
        };
        if mention.equipment == Equipment::Ecran && self.reading.text.word(mention.start) == "ecran" {
            let last = self.drafts.iter().rev().find(|d| d.stance != Stance::Over)?;
            let near = self.reading.text.sentence_of(last.start) + 2 >= sentence && last.end <= mention.start;
            let own = matches!(last.equipment, Equipment::Tablette | Equipment::Portable);
            return (own && near && number(mention.start)).then_some(last.equipment);
        }
        let part = mention.part.and_then(|p| self.reading.vocabulary.parts.get(p))?;
        let text = &self.reading.text;
        let last = self.drafts.iter().rev().find(|d| d.stance != Stance::Over)?;
        let near = text.sentence_of(last.start) == sentence && last.start < mention.start;
        (near && part.also.contains(&last.equipment)).then_some(last.equipment)
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
}
