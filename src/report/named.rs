//! Places known by a name: the school's own, rooms called after somebody, buildings by letter or name.

use super::codes::UNITS;
use super::locate::{Finder, Located, all_capitals, is_code, letters};
use super::text::Gap;

/// Words that may stand between the words of a name, said or left out.
const JOINTS: &[&str] = &["de", "du", "d", "des", "la", "l", "le", "les", "n", "no", "num", "numero"];

/// Words before a place that is named alone.
const BEFORE: &[&str] =
    &["en", "a", "au", "aux", "dans", "de", "du", "d", "la", "le", "l", "salle", "cote", "chez", "notre"];

/// A capital after "salle" that begins no name.
const NO_PROPER: &[&str] = &[
    "mme", "mlle", "mr", "monsieur", "madame", "lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "bonjour",
    "bonsoir", "salle", "merci", "urgent", "lycee", "bat", "batiment", "etage", "rdc", "plus", "pas", "probleme",
    "panne", "souci", "pb", "prof", "profs", "eleve", "eleves", "info",
];

impl Finder<'_> {
    /// A name of the school's own list, in its own words or by the word that tells it from all others.
    pub(super) fn own(&self, at: usize) -> Option<Located> {
        let mut best: Option<(usize, &str)> = None;
        for name in &self.names {
            if let Some(end) = self.spells(name, at)
                && best.is_none_or(|(longest, _)| end > longest)
            {
                best = Some((end, name));
            }
        }
        let (end, name) = best?;
        Some(self.located(name, at, end, false))
    }

    /// Where `name` ends, if the text has it from `at` on.
    fn spells(&self, name: &str, at: usize) -> Option<usize> {
        let text = self.text;
        let mut words = name.split([' ', '-', '\'']).filter(|w| !w.is_empty());
        let first = words.next()?;
        let alike = |word: &str, at: usize| {
            let said = text.word(at);
            said.eq_ignore_ascii_case(word)
                || self.vocabulary.same.get(said).is_some_and(|s| s.eq_ignore_ascii_case(word))
        };
        if !text.word(at).eq_ignore_ascii_case(first) {
            return None;
        }
        let mut end = at + 1;
        let mut alone = true;
        for word in words {
            alone = false;
            while !alike(word, end) && JOINTS.contains(&text.word(end)) && end < at + 8 {
                end += 1;
            }
            if !alike(word, end) || !text.same_sentence(at, end) || self.gap(end) == Gap::Comma {
                return None;
            }
            // "labo 2 PC HS" counts machines.
            if text.tokens.get(end).is_some_and(|t| t.number) && self.counts(end) {
                return None;
            }
            end += 1;
        }
        let inside = self.spans.iter().any(|(start, stop)| *start <= at && at + 1 < *stop);
        let introduced = BEFORE.contains(&self.previous(at)) || text.tokens.get(at).is_some_and(|t| t.capital);
        (!alone || introduced && !inside).then_some(end)
    }

    /// "Lovelace : plus de son", "tablettes Curie": the one word that no other room has.
    pub(super) fn lone(&self, at: usize) -> Option<Located> {
        let text = self.text;
        let token = text.tokens.get(at)?;
        let word = text.word(at);
        if !token.capital || word.len() < 4 || self.vocabulary.complements.contains(word) {
            return None;
        }
        let name = self.names.iter().find(|name| {
            let mut words = name.split(' ');
            let head = words.next().is_some_and(|h| matches!(h, "SALLE" | "AMPHI" | "LABO" | "BATIMENT"));
            head && words.next().is_some_and(|w| w.eq_ignore_ascii_case(word)) && words.next().is_none()
        })?;
        let opens = text.sentences.get(token.sentence).is_some_and(|s| s.tokens.start == at);
        let short = opens && text.sentence_of(at) == 0 && text.sentences.first().is_some_and(|s| s.tokens.len() <= 4);
        let told = short
            || opens
                && (text.after(at).trim_start().starts_with([':', '-', '–', '\n', ','])
                    || !text.same_sentence(at, at + 1));
        let before = self.previous(at);
        let fits = told
            || matches!(before, "en" | "dans" | "cote" | "a")
            || self.things.contains(&at) && self.gap(at) == Gap::Space && !all_capitals(text, at);
        fits.then(|| self.located(name, at, at + 1, false))
    }

    /// "salle Marie Curie", "salle Charles-de-Gaulle": a room called after somebody.
    pub(super) fn proper(&self, at: usize, head: &str) -> Option<Located> {
        let text = self.text;
        if head != "SALLE" && head != "LABO" || all_capitals(text, at) {
            return None;
        }
        let capital = |i: usize| {
            let word = text.word(i);
            text.same_sentence(at, i)
                && text.tokens.get(i).is_some_and(|t| t.capital && matches!(t.gap, Gap::Space | Gap::Joint))
                && word.len() > 2
                && word.bytes().all(|b| b.is_ascii_lowercase())
                && !NO_PROPER.contains(&word)
                && !self.begins.contains(&i)
        };
        let mut end = at + 1;
        let mut last = at;
        while end < at + 6 {
            if capital(end) {
                last = end;
            } else if !(last > at && matches!(text.word(end), "de" | "du" | "la" | "le" | "des")) {
                break;
            }
            end += 1;
        }
        if last == at {
            return None;
        }
        let words: Vec<String> = (at + 1..=last).map(|i| text.word(i).to_uppercase()).collect();
        let name = format!("{head} {}", words.join(" "));
        let said = words.last()?;
        let like = |p: &&str| p.split(' ').next() == Some(head) && p.rsplit(' ').next() == Some(said.as_str());
        let mut known = self.names.iter().copied().filter(like);
        let name = match (known.next(), known.next()) {
            (Some(only), None) if !self.known(&name) => only.to_owned(),
            _ => name,
        };
        Some(self.located(&name, at, last + 1, false))
    }

    /// Is the number at `at` how many things follow ("labo 2 PC HS"), not which room?
    pub(super) fn counts(&self, at: usize) -> bool {
        let next = self.text.word(at + 1);
        let plural = next.ends_with(['s', 'x']) || matches!(next, "pc" | "mac" | "tni" | "tbi" | "vp" | "imac");
        UNITS.contains(&next) && self.gap(at + 1) == Gap::Space
            || matches!(next, "h" | "fois" | "heures" | "jours" | "postes")
            || plural && self.begins.contains(&(at + 1)) && self.gap(at + 1) == Gap::Space
    }

    /// The number of a numbered place: "labo 2", "atelier n° 1". Its digits and where it ends.
    pub(super) fn numbered(&self, at: usize, next: usize) -> Option<(String, usize)> {
        let text = self.text;
        let mut next = next;
        while matches!(text.word(next), "n" | "no" | "num" | "numero") && text.same_sentence(at, next) {
            next += 1;
        }
        let token = text.tokens.get(next)?;
        let digits = text.word(next);
        let plain = token.number && digits.len() <= 2 && matches!(token.gap, Gap::Space | Gap::Joint | Gap::Other);
        let sign = token.gap != Gap::Other || text.after(next - 1).trim() == "°";
        let goes_on = text.tokens.get(next + 1).is_some_and(|t| t.number && t.gap == Gap::Joint);
        (plain && sign && !goes_on && text.same_sentence(at, next) && !self.counts(next))
            .then(|| (digits.trim_start_matches('0').to_owned(), next + 1))
            .filter(|(digits, _)| !digits.is_empty())
    }

    /// "tout le C", "la coupure du C", "plus de réseau en M", "M sans réseau": a building by its letter.
    pub(super) fn letter(&self, at: usize) -> Option<Located> {
        let text = self.text;
        let letter = text.word(at);
        let token = text.tokens.get(at)?;
        if !token.capital || letter.len() != 1 || !letter.bytes().all(|b| b.is_ascii_lowercase()) {
            return None;
        }
        let next_gap = self.gap(at + 1);
        let abbreviates = matches!(next_gap, Gap::Apostrophe | Gap::Joint | Gap::None) && text.tokens.len() > at + 1
            || text.after(at).starts_with([':', '.']) && text.same_sentence(at, at + 1);
        let ends = !text.same_sentence(at, at + 1);
        let next = text.word(at + 1);
        let before = self.previous(at);
        let introduced = matches!(before, "le" | "du" | "au" | "en" | "cote");
        // "J ai vu": the apostrophe left out.
        let vowel = next.starts_with(['a', 'e', 'i', 'o', 'u', 'y', 'h']);
        let opens = (before.is_empty() || at > 0 && text.after(at - 1).contains(':'))
            && !ends
            && !vowel
            && letter != "a"
            && letter != "y"
            && next_gap == Gap::Space
            && !text.tokens.get(at + 1).is_some_and(|t| t.capital || t.number);
        if abbreviates && !(introduced && ends) || !(introduced || opens) {
            return None;
        }
        // "en C" may be a language; "M Dupont" is a man.
        let named = text.tokens.get(at + 1).is_some_and(|t| t.capital && t.gap == Gap::Space) && !ends;
        if matches!(before, "en" | "") && (named || all_capitals(text, at + 1)) {
            return None;
        }
        let head = letter.to_uppercase();
        let whole = before == "le" && at >= 2 && text.word(at - 2) == "tout" && !named;
        (whole || self.places.all().any(|p| is_code(p.as_str()) && letters(p.as_str()) == head))
            .then(|| self.located(&format!("BATIMENT {head}"), at, at + 1, false))
    }
}
