//! Pronouns: what "il", "elle", "celui de B102", "la mienne" stand for.

use super::problem::Assembler;
use super::reading::{Fault, Mention};

/// Names of things that are feminine: "elle" means one of these, "il" none.
const FEMININE: &[&str] = &[
    "imprim",
    "photocopieuse",
    "tablette",
    "souris",
    "lampe",
    "ampoule",
    "borne",
    "telecommande",
    "sono",
    "enceinte",
    "session",
    "messagerie",
    "webcam",
    "camera",
    "batterie",
    "prise",
    "connexion",
    "tour",
    "unite",
    "machine",
    "application",
    "appli",
    "cle",
    "carte",
    "manette",
    "douchette",
    "multiprise",
    "rallonge",
    "goulotte",
    "baie",
    "fibre",
    "ligne",
    "sonnerie",
    "badgeuse",
    "alarme",
    "fraiseuse",
    "decoupe",
    "table",
    "barre",
    "dalle",
    "vitre",
    "cartouche",
    "buse",
    "charniere",
    "touche",
    "molette",
    "station",
    "classe",
    "valise",
    "tele",
    "television",
];

impl Assembler<'_, '_> {
    /// "Elle m'a laissé la K07 puisque la mienne est dans le noir": the room of the writer, whose fault
    /// he told before. Where the pronoun begins; nothing where a thing is named that it may stand for.
    pub(super) fn own_one(&self, sentence: usize, fault: &Fault) -> Option<usize> {
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

    /// "Celui de B102 ne démarre plus": the token of the pronoun that a place follows, in the clause of `fault`.
    pub(super) fn that_of(&self, fault: &Fault) -> Option<usize> {
        let text = &self.reading.text;
        let clause = text.clause_of(fault.start);
        let at = (fault.start.saturating_sub(9)..fault.start).rev().find(|i| {
            matches!(text.word(*i), "celui" | "celle" | "ceux" | "celles")
                && text.same_sentence(*i, fault.start)
                && text.clause_of(*i) == clause
        })?;
        let told = self.reading.mentions.iter().any(|m| at < m.start && m.start < fault.start && !m.weak);
        let place = self.reading.places.found.iter().any(|p| at < p.start && p.end <= fault.start);
        let compared = matches!(text.word(at.wrapping_sub(1)), "comme" | "que" | "pas" | "a" | "de");
        (place && !told && !compared).then_some(at)
    }

    /// The pronoun that is the subject of `fault`, where its clause names no thing.
    pub(super) fn pronoun(&self, fault: &Fault) -> Option<&str> {
        let text = &self.reading.text;
        let clause = text.clause_of(fault.start);
        let first = fault.start.saturating_sub(3);
        let at = (first..=fault.start).rev().find(|i| {
            matches!(text.word(*i), "il" | "elle" | "ils" | "elles")
                && text.same_sentence(*i, fault.start)
                && text.clause_of(*i) == clause
        })?;
        let named = self.reading.mentions.iter().any(|m| {
            m.end <= fault.start && !m.weak && text.same_sentence(m.start, at) && text.clause_of(m.start) == clause
        });
        (!named).then(|| text.word(at))
    }

    /// How badly `mention`, named in a clause before, fits the pronoun: another gender, or a thing that
    /// only says where or of what.
    pub(super) fn misfit(&self, pronoun: &str, mention: &Mention) -> usize {
        let text = &self.reading.text;
        let word = text.word(mention.start);
        let feminine = FEMININE.iter().any(|f| word.starts_with(f));
        let gender = if pronoun.starts_with("elle") != feminine { 8 } else { 0 };
        let article =
            |w: &str| matches!(w, "le" | "la" | "l" | "les" | "un" | "une" | "mon" | "ma" | "notre" | "ce" | "cette");
        let mut at = mention.start;
        for _ in 0..2 {
            match at.checked_sub(1).filter(|b| text.same_sentence(*b, mention.start)) {
                Some(before) if article(text.word(before)) => at = before,
                _ => break,
            }
        }
        let before = at.checked_sub(1).filter(|b| text.same_sentence(*b, mention.start)).map_or("", |b| text.word(b));
        let oblique = matches!(
            before,
            "au" | "aux"
                | "du"
                | "de"
                | "d"
                | "sur"
                | "dans"
                | "par"
                | "avec"
                | "sous"
                | "contre"
                | "vers"
                | "pour"
                | "en"
        );
        gender + if oblique { 8 } else { 0 }
    }
}
