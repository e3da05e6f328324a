//! Cues that only the words around them make or unmake.

use super::reading::{CueHit, MOST, Reading};
use super::text::Gap;
use super::vocabulary::Cue;

/// Words inside a repair that say it is not done, or not well.
const NOT_DONE: &[&str] =
    &["pas", "non", "jamais", "guere", "mal", "plus", "rien", "sera", "seront", "faut", "faudrait", "doit"];

impl Reading<'_> {
    /// "La borne de réservation", "la salle de réunion", "pris sur nos réserves": what belongs to a name, or
    /// tells who paid, excuses nothing.
    pub(super) fn cues_in_names(&mut self) {
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

    /// "Les casques, eux, sont toujours muets": a pronoun between commas sets one thing beside another.
    pub(super) fn contrasts(&mut self) {
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
    pub(super) fn note_done(&mut self) {
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

    /// "Achetée par le lycée il y a deux ans": how old the thing is, no history of faults.
    pub(super) fn ages(&mut self) {
        let text = &self.text;
        let got = |w: &str| {
            ["achet", "install", "livr", "offert", "recu", "paye", "pose", "neu", "fourni", "change", "remplac", "date"]
                .iter()
                .any(|b| w.starts_with(b))
        };
        self.cues.retain(|c| {
            // "Encore un bourrage" tells of one more.
            let more = c.cue == Cue::Still
                && text.word(c.start) == "encore"
                && matches!(text.word(c.start + 1), "un" | "une" | "des" | "du" | "de" | "d");
            let ago = c.cue == Cue::History && text.word(c.start) == "il" && text.word(c.start + 1) == "y";
            let near = c.start.saturating_sub(6)..c.start;
            // "Du nouveau ?" asks, "du nouveau labo" names.
            let named = c.cue == Cue::News
                && c.end == c.start + 2
                && text.word(c.start) == "du"
                && text.word(c.start + 1) == "nouveau"
                && text.same_sentence(c.start, c.end)
                && text.tokens.get(c.end).is_some_and(|t| t.gap == Gap::Space)
                && !matches!(text.word(c.end), "pour" | "sur" | "concernant" | "au" | "cote" | "depuis" | "avec");
            // "Il se relance sans cesse": the machine does.
            let itself = c.cue == Cue::News
                && text.word(c.start).starts_with("relanc")
                && matches!(text.word(c.start.wrapping_sub(1)), "se" | "s");
            !(more
                || named
                || itself
                || ago && near.into_iter().any(|i| got(text.word(i)) && text.same_sentence(i, c.start)))
        });
    }

    /// "Le problème du projecteur est de retour": it is the trouble that is back.
    fn trouble_back(&self, cue: &CueHit) -> bool {
        let text = &self.text;
        let back = (cue.start..cue.end).any(|i| text.word(i) == "retour");
        back && (cue.start.saturating_sub(8)..cue.end).any(|i| {
            text.same_sentence(i, cue.start)
                && text.clause_of(i) == text.clause_of(cue.end.saturating_sub(1))
                && [
                    "probleme", "panne", "souci", "pb", "bug", "defaut", "erreur", "message", "bruit", "coupure",
                    "lenteur",
                ]
                .iter()
                .any(|w| text.word(i).starts_with(w))
        })
    }

    /// "Le problème n'est pas encore résolu", "souci non réglé".
    pub(super) fn denied_inside(&self, cue: &CueHit) -> bool {
        let least = if self.text.word(cue.start + 1) == "non" { 1 } else { 2 };
        (cue.start + least..cue.end).any(|i| matches!(self.text.word(i), "pas" | "non" | "jamais" | "guere"))
    }

    /// "Pas encore remplacé", "lampe à changer", "à refaire": told, not done.
    fn not_done(&self, cue: &CueHit) -> bool {
        (cue.start..cue.end).any(|i| {
            let to_do =
                self.text.word(i) == "a" && ["er", "re", "ir"].iter().any(|e| self.text.word(i + 1).ends_with(e));
            to_do || NOT_DONE.contains(&self.text.word(i))
        })
    }

    /// "It works" counts only where nothing denies it and no fault covers it.
    pub(super) fn quiet_cues(&mut self) {
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
            let future = (c.start.saturating_sub(2)..c.start)
                .any(|i| matches!(self.text.word(i), "sera" | "seront") && self.text.same_sentence(i, c.start));
            let covered = self.faults.iter().any(|f| f.start < c.end && c.start < f.end);
            let question = self.text.sentences.get(self.text.sentence_of(c.start)).is_some_and(|s| s.question);
            let inside = c.cue == Cue::Repaired && self.denied_inside(c) || c.cue == Cue::Mended && self.not_done(c);
            // "Le souci du wifi est-il résolu ?": a question that ends with the words asks for the repair.
            let asked = question && c.cue == Cue::Repaired && !self.text.same_sentence(c.start, c.end);
            // "On me remonte que", "je change": without accents a present looks like a participle.
            let present = c.cue == Cue::Repaired
                && c.end == c.start + 1
                && matches!(
                    self.text.word(c.start.wrapping_sub(1)),
                    "on" | "me" | "m" | "te" | "t" | "nous" | "vous" | "lui" | "leur"
                )
                && self.text.same_sentence(c.start.wrapping_sub(1), c.start)
                && self.text.written(c.start).ends_with('e');
            inside
                || present
                || asked
                || future && matches!(c.cue, Cue::Repaired | Cue::Mended)
                || self.trouble_back(c)
                || before
                || after
                || covered
                || (question && (c.end - c.start < 3 || c.cue == Cue::Able))
        };
        // "Relancé à distance" asks for no news.
        let over: Vec<(usize, usize)> = self
            .cues
            .iter()
            .filter(|c| matches!(c.cue, Cue::Repaired) && c.end - c.start > 1)
            .map(|c| (c.start, c.end))
            .take(MOST)
            .collect();
        let swallowed = |c: &CueHit| {
            matches!(c.cue, Cue::News | Cue::Progress | Cue::Again)
                && over.iter().any(|(start, end)| *start <= c.start && c.end <= *end && c.end - c.start < end - start)
        };
        let kept: Vec<CueHit> = self
            .cues
            .iter()
            .filter(|c| !swallowed(c))
            .filter(|c| !matches!(c.cue, Cue::Works | Cue::Repaired | Cue::Mended | Cue::Able) || !denied(c))
            .copied()
            .collect();
        self.cues = kept;
    }
}
