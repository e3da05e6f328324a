//! Nobody's name in a classeur: which free texts may be quoted. Pure.

use std::collections::HashSet;

use super::dossier::Dossier;
use crate::address::Address;
use crate::compose::french::one_line;
use crate::compose::redact::{names_of, redact};
use crate::report::text::fold;

/// Longest quotation, in characters.
const LONGEST: usize = 160;
/// Words that stand beside names and are none.
const COMMON: &[&str] = &["mme", "mlle", "monsieur", "madame", "lycee", "prof", "salle", "les", "des", "referent"];

/// Every word of the names of people concerned, folded (lower case, no accents).
#[derive(Debug, Clone, Default)]
pub struct Names(HashSet<String>);

impl Names {
    /// Adds a display name; words of fewer than three letters would hit others and are left out.
    pub fn add_name(&mut self, name: &str) {
        let folded = fold(name);
        let words = folded.split(|c: char| !c.is_alphanumeric());
        let fit = |w: &&str| w.chars().count() >= 3 && w.chars().all(char::is_alphabetic) && !COMMON.contains(w);
        self.0.extend(words.filter(fit).map(str::to_owned));
    }

    /// Adds the names that an address gives away.
    pub fn add_address(&mut self, address: &Address) {
        for name in names_of(address) {
            self.add_name(&name);
        }
    }

    /// `words` on one line, if nothing in them tells who somebody is: redaction finds nothing to
    /// take out, and no word is one of the names, in whatever case.
    pub fn quotable(&self, words: &str) -> Option<String> {
        let line = one_line(words, LONGEST);
        if line.is_empty() || redact(&line, &[]) != line {
            return None;
        }
        let folded = fold(&line);
        let named = folded.split(|c: char| !c.is_alphanumeric()).any(|word| self.0.contains(word));
        (!named).then_some(line)
    }
}

impl Dossier {
    /// Takes out every noted text that could name somebody.
    pub fn without_names(&mut self, names: &Names) {
        for visit in &mut self.visits {
            visit.by = names.quotable(&visit.by).unwrap_or_default();
        }
        for expense in &mut self.expenses {
            expense.what = names.quotable(&expense.what).unwrap_or_else(|| "achat".to_owned());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names() -> Names {
        let mut names = Names::default();
        names.add_name("Rose PÉTIT");
        names.add_address(&Address::parse("karim.benali@lycee.test").unwrap());
        names
    }

    #[test]
    fn a_text_that_names_nobody_is_quoted() {
        for text in ["lampe de rechange", "hors contrat : câble cassé", "pas de salle à ce nom"] {
            assert_eq!(names().quotable(text).as_deref(), Some(text));
        }
    }

    #[test]
    fn a_text_that_names_somebody_is_not() {
        for text in [
            "lampe pour Benali",
            "vu avec petit",
            "voir rose",
            "appeler le 06 12 34 56 78",
            "écrire à x@lycee.test",
            "Mme Durand s'en charge",
            "",
            " \n ",
        ] {
            assert_eq!(names().quotable(text), None, "{text}");
        }
    }
}
