//! How alike two tellings are: shared stems, weighed by how rare they are in this mailbox.

use std::collections::{BTreeSet, HashMap};

use rust_stemmers::{Algorithm, Stemmer};
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// Words that say nothing of a fault.
const EMPTY: &[&str] = &[
    "a", "ai", "alors", "apres", "as", "au", "aucun", "aucune", "aussi", "autre", "aux", "avec", "avoir", "bien",
    "bonjour", "c", "ca", "car", "ce", "cela", "celle", "celui", "ces", "cet", "cette", "chez", "comme", "d", "dans",
    "de", "des", "deux", "dit", "donc", "du", "elle", "elles", "en", "encore", "est", "et", "etait", "etre", "eu",
    "faire", "fait", "fois", "hier", "il", "ils", "j", "je", "jour", "jours", "l", "la", "le", "les", "leur", "lui",
    "m", "ma", "mais", "matin", "me", "meme", "merci", "mes", "moi", "mon", "n", "ne", "ni", "nos", "notre", "nous",
    "on", "ont", "ou", "par", "pas", "pendant", "peu", "peut", "plus", "pour", "puis", "qu", "quand", "que", "qui",
    "s", "sa", "salle", "sans", "se", "semaine", "semaines", "ses", "si", "son", "sont", "suis", "sur", "t", "te",
    "toujours", "tous", "tout", "toute", "toutes", "tres", "tu", "un", "une", "vos", "votre", "vous", "y",
];

/// Lower case without accents; typographic apostrophes and ligatures made plain.
pub(super) fn fold(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.nfd().filter(|c| !is_combining_mark(*c)) {
        match c {
            '’' | '‘' | 'ʼ' => out.push('\''),
            'œ' | 'Œ' => out.push_str("oe"),
            'æ' | 'Æ' => out.push_str("ae"),
            c => out.extend(c.to_lowercase()),
        }
    }
    out
}

/// Folded words of letters and digits, in order.
pub(super) fn tokens(text: &str) -> Vec<String> {
    fold(text).split(|c: char| !c.is_alphanumeric()).filter(|t| !t.is_empty()).map(str::to_owned).collect()
}

/// The stems of the words that say something, each once.
pub(super) fn stems(text: &str) -> BTreeSet<String> {
    let stemmer = Stemmer::create(Algorithm::French);
    tokens(text)
        .into_iter()
        .filter(|t| t.len() > 1 && EMPTY.binary_search(&t.as_str()).is_err())
        .map(|t| stemmer.stem(&t).into_owned())
        .collect()
}

/// How many tellings hold each stem.
#[derive(Debug, Clone, Default)]
pub(super) struct Rarity {
    seen: HashMap<String, u32>,
    tellings: u32,
}

/// Stems kept; a mailbox that fills them keeps the counts it has.
const STEMS_KEPT: usize = 50_000;

impl Rarity {
    /// Counts one telling.
    pub(super) fn learn(&mut self, text: &str) {
        self.tellings = self.tellings.saturating_add(1);
        for stem in stems(text) {
            if self.seen.len() < STEMS_KEPT || self.seen.contains_key(&stem) {
                *self.seen.entry(stem).or_default() += 1;
            }
        }
    }

    fn weight(&self, stem: &str) -> f64 {
        let seen = f64::from(self.seen.get(stem).copied().unwrap_or(0));
        ((f64::from(self.tellings) + 2.0) / (seen + 1.0)).ln().max(0.1)
    }

    /// 0 (nothing shared) to 1 (the same words): weight of the shared stems over that of the
    /// shorter telling, lowered where that one is very short.
    pub(super) fn likeness(&self, a: &BTreeSet<String>, b: &BTreeSet<String>) -> f64 {
        let sum = |set: &BTreeSet<String>| set.iter().map(|s| self.weight(s)).sum::<f64>();
        let shared = a.intersection(b).count();
        if shared == 0 {
            return 0.0;
        }
        let common: f64 = a.intersection(b).map(|s| self.weight(s)).sum();
        let smaller = sum(a).min(sum(b));
        let caution = if shared == 1 { 0.5 } else { 1.0 };
        if smaller > 0.0 { (common / smaller).min(1.0) * caution } else { 0.0 }
    }
}

/// Are they the same words, letter case, accents and punctuation aside?
pub(super) fn same_text(a: &str, b: &str) -> bool {
    let (a, b) = (tokens(a), tokens(b));
    a.len() >= 3 && a == b
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_of_empty_words_is_sorted_for_the_search_in_it() {
        assert!(EMPTY.is_sorted());
    }

    #[test]
    fn rare_words_in_common_make_tellings_alike() {
        let mut rarity = Rarity::default();
        for t in ["le pc ne démarre pas", "le projecteur ne démarre pas", "la borne clignote", "le pc rame"] {
            rarity.learn(t);
        }
        let a = stems("la borne du couloir clignote en orange");
        let close = rarity.likeness(&a, &stems("cette borne clignote toujours"));
        let far = rarity.likeness(&a, &stems("le pc du couloir ne démarre pas"));
        assert!(close > 0.6 && far < 0.4, "{close} {far}");
        assert_eq!(rarity.likeness(&a, &BTreeSet::new()), 0.0);
    }

    #[test]
    fn typography_does_not_make_a_text_another() {
        assert!(same_text("L’écran n'affiche rien !", "l'ecran n’affiche  RIEN"));
        assert!(!same_text("en panne", "en panne"), "two words are too few to be called the same text");
    }
}
