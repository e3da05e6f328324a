//! The words of a fault that tell of none: denied, supposed, announced, long past, explained away.

use super::Equipment;
use super::lexicon::Hit;
use super::reading::{CueHit, Reading};
use super::vocabulary::Cue;

impl Reading<'_> {
    /// "La sono ne grésille plus": of a verb that is itself the fault, "ne … plus" tells the repair.
    pub(super) fn no_longer(&self, hit: &Hit, symptom: usize) -> bool {
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
        // "Ils ne s'éteignent plus": over beside words of repair; alone, it may be a complaint.
        let mended = || {
            self.vocabulary.symptoms.get(symptom).is_some_and(|s| {
                matches!(
                    s.key.as_str(),
                    "shuts_down"
                        | "reboots"
                        | "print_bad"
                        | "paper_jam"
                        | "error"
                        | "blue_screen"
                        | "no_touch"
                        | "smell"
                )
            }) && self.cues.iter().any(|c| {
                matches!(c.cue, super::vocabulary::Cue::Mended | super::vocabulary::Cue::Repaired)
                    && self.text.same_sentence(c.start, hit.start)
            })
        };
        let denied = (hit.start.saturating_sub(2)..hit.end)
            .any(|i| matches!(self.text.word(i), "ne" | "n") && self.text.same_sentence(i, hit.end));
        denied && self.text.word(hit.end) == "plus" && (ill || mended())
    }

    /// "Il a tenu deux heures sans s'éteindre": an infinitive after "sans" did not happen.
    pub(super) fn absent(&self, start: usize, end: usize) -> bool {
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

    /// "L'élève a pu ouvrir sa session", "j'ai réussi à me connecter": what could be done is no fault.
    pub(super) fn managed(&self, start: usize) -> bool {
        let word = |back: usize| match start.checked_sub(back) {
            Some(at) if self.text.same_sentence(at, start) => self.text.word(at),
            _ => "",
        };
        let auxiliary = |w: &str| matches!(w, "a" | "ai" | "as" | "ont" | "avons" | "avez" | "bien" | "enfin");
        // Clitics stand between: "a pu me connecter".
        let back = if matches!(word(1), "me" | "m" | "se" | "s" | "nous" | "y" | "l" | "le" | "la") { 2 } else { 1 };
        // "A pu ouvrir": in haste "a pu" may also stand for "n'a plus".
        let infinitive = |w: &str| w.len() > 3 && ["er", "ir", "re", "oir"].iter().any(|e| w.ends_with(e));
        let could = |at: usize| {
            matches!(self.text.word(at), "a" | "ai" | "ont" | "avons")
                && self.text.word(at + 1) == "pu"
                && infinitive(self.text.word(at + 2))
        };
        if could(start) && !matches!(word(1), "n" | "ne") {
            return true;
        }
        word(back) == "pu" && auxiliary(word(back + 1)) && !matches!(word(back + 2), "n" | "ne")
            || word(back) == "a"
                && matches!(word(back + 1), "reussi" | "parvenu" | "parvenue")
                && !matches!(word(back + 2), "pas" | "jamais" | "plus" | "rien")
    }

    /// "J'ai bloqué la séance de mercredi": what the writer did is no fault of a thing.
    pub(super) fn done_by_writer(&self, start: usize) -> bool {
        let before = start.checked_sub(1).filter(|b| self.text.same_sentence(*b, start));
        let did = before.is_some_and(|b| matches!(self.text.word(b), "ai" | "avons" | "jai"));
        let action =
            ["bloque", "coince", "plante", "fige", "plie", "branche", "debranche", "eteint", "coupe", "arrete"];
        did && action.iter().any(|w| self.text.word(start).starts_with(w))
    }

    /// "Le poste 7, qui nous avait fait des misères en janvier, va très bien": told of a time before.
    fn once(&self, start: usize) -> bool {
        let had = (start.saturating_sub(3)..start)
            .any(|i| matches!(self.text.word(i), "avait" | "avaient") && self.text.same_sentence(i, start));
        had && self.cues.iter().any(|c| {
            matches!(c.cue, Cue::Works | Cue::Repaired) && self.text.same_sentence(c.start, start) && c.start > start
        })
    }

    /// A fault of somebody's own thing at home: the school cannot mend it.
    pub(super) fn at_home(&self, start: usize) -> bool {
        let clause = self.text.clause_of(start);
        let here = |at: usize| self.text.same_sentence(at, start) && self.text.clause_of(at) == clause;
        let mut hosts = self.mentions.iter().filter(|m| !m.weak && here(m.start)).peekable();
        let home = self.cues.iter().any(|c| {
            let before = c.start.checked_sub(1).map_or("", |b| self.text.word(b));
            c.cue == Cue::Home && here(c.start) && !matches!(before, "avec" | "sur" | "depuis" | "meme" | "comme")
        });
        home && hosts.peek().is_some()
            && hosts.all(|m| {
                matches!(
                    m.equipment,
                    Equipment::Ordinateur
                        | Equipment::Portable
                        | Equipment::Tablette
                        | Equipment::Imprimante
                        | Equipment::Ecran
                        | Equipment::Reseau
                        | Equipment::Wifi
                        | Equipment::Telephonie
                )
            })
            && !self.places.found.iter().any(|p| self.text.same_sentence(p.start, start))
    }

    /// "Les postes ne seront pas accessibles jeudi": announced, not broken.
    pub(super) fn to_come(&self, start: usize, end: usize) -> bool {
        let future = |i: usize| matches!(self.text.word(i), "sera" | "seront");
        (start..end).any(future)
            || (start.saturating_sub(3)..start).any(|i| {
                future(i) && self.text.same_sentence(i, start) && self.text.clause_of(i) == self.text.clause_of(start)
            })
    }

    /// "Plus de souci avec …", "aucun problème sur …", "plus aucun clignotement": a fault that is gone.
    pub(super) fn none_left(&self, start: usize, lacking: bool) -> bool {
        let word = |back: usize| match start.checked_sub(back) {
            Some(at) if self.text.same_sentence(at, start) => self.text.word(at),
            _ => "",
        };
        let trouble =
            ["souci", "probleme", "panne", "pb", "bug", "defaillan", "coupure", "plantage", "accroc", "incident"]
                .iter()
                .any(|w| self.text.word(start).starts_with(w));
        let none = matches!(word(1), "aucun" | "aucune" | "sans")
            || matches!(word(1), "de" | "d") && matches!(word(2), "plus" | "pas");
        trouble && none || !lacking && self.gone(start)
    }

    /// "Plus aucun souci de réseau": the words of a fault that begin with its denial.
    pub(super) fn denies_itself(&self, start: usize, end: usize) -> bool {
        let word = |at: usize| self.text.word(at);
        word(start) == "plus"
            && matches!(word(start + 1), "aucun" | "aucune" | "de" | "d")
            && start + 2 < end
            && ["souci", "probleme", "panne", "pb", "bug"].iter().any(|w| word(start + 2).starts_with(w))
    }

    /// Is a fault that begins at `start` denied by the words before it: "plus aucun", "plus la moindre
    /// trace de", "plus de" where it opens its clause or follows "il n'y a"?
    pub(super) fn gone(&self, start: usize) -> bool {
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
    pub(super) fn explained(&self, start: usize, end: usize) -> bool {
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
    pub(super) fn supposed(&self, start: usize, end: usize) -> bool {
        let conditional = |w: &str| w.len() > 5 && (w.ends_with("rait") || w.ends_with("raient"));
        let modal = |w: &str| ["pour", "devr", "faudr", "voudr", "aur", "ser"].iter().any(|m| w.starts_with(m));
        let supposes = (start..end).any(|i| conditional(self.text.word(i)) && !modal(self.text.word(i)));
        supposes
            && (start.saturating_sub(8)..start).any(|i| {
                self.text.same_sentence(i, start) && matches!(self.text.word(i), "dont" | "qui" | "ou" | "cas" | "si")
            })
    }

    /// Is the fault at `start..end` one that did not happen here: a condition, history, a comparison, thanks?
    pub(super) fn excused(&self, start: usize, end: usize) -> bool {
        let clause = self.text.clause_of(start);
        self.cues.iter().any(|c| {
            let same = self.text.same_sentence(c.start, start);
            let close =
                self.text.clause_of(c.start) == clause || self.text.clause_of(c.end.saturating_sub(1)) == clause;
            match c.cue {
                Cue::Condition => same && close,
                Cue::Call => same,
                Cue::FalseAlarm => same && self.text.clause_of(c.start).abs_diff(clause) <= 2 && c.end > start,
                Cue::History => {
                    let imperfect = || {
                        (start.saturating_sub(1)..end).any(|i| {
                            let w = self.text.word(i);
                            w.len() > 5 && (w.ends_with("ait") || w.ends_with("aient"))
                        })
                    };
                    same && c.start <= start && !self.in_relative(c.start) && (close || imperfect())
                }
                Cue::Apart => same && c.end <= start && start - c.end < 6 && close,
                Cue::Thanks => same && close && c.start < start,
                _ => false,
            }
        }) || (end == start + 1
            && matches!(self.text.word(start), "panne" | "pannes")
            && matches!(self.text.word(start.wrapping_sub(1)), "de" | "des" | "ces"))
            || self.at_home(start)
            || self.once(start)
    }

    /// "la sono que nous avons depuis dix ans grésille": history told of the thing, not of the fault.
    pub(super) fn in_relative(&self, at: usize) -> bool {
        (at.saturating_sub(10)..at).any(|i| {
            matches!(self.text.word(i), "que" | "qu" | "dont")
                && self.text.same_sentence(i, at)
                && self.mentions.iter().any(|m| m.end == i)
        })
    }
}
