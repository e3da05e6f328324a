//! Titles -> names that a spreadsheet accepts for its sheets.

use std::collections::HashSet;

use crate::classeur::shown;

/// Most characters of a sheet's name (UTF-16 units, as Excel counts).
const MOST: usize = 31;

/// The names given so far.
#[derive(Debug, Default)]
pub struct Names {
    taken: HashSet<String>,
}

impl Names {
    /// A name for a sheet of this title: without what Excel forbids, cut at a word, unlike all others
    /// whatever the case.
    pub fn take(&mut self, title: &str) -> String {
        let allowed: String = shown::clean(title, 200)
            .chars()
            .map(|c| if matches!(c, '[' | ']' | ':' | '*' | '?' | '/' | '\\') { ' ' } else { c })
            .collect();
        let allowed = allowed.split_whitespace().collect::<Vec<_>>().join(" ");
        let allowed = allowed.trim_matches('\'');
        let base = if allowed.is_empty() { "Feuille" } else { allowed };
        for number in 1_usize.. {
            let ending = if number == 1 { String::new() } else { format!(" ({number})") };
            let name = cut(base, MOST - ending.len()) + &ending;
            // "History" is a name that Excel keeps for itself.
            if name.to_lowercase() != "history" && self.taken.insert(name.to_lowercase()) {
                return name;
            }
        }
        base.to_owned()
    }
}

/// At most `most` UTF-16 units, at a word's end where one is near, never ending in a small word.
fn cut(text: &str, most: usize) -> String {
    if text.encode_utf16().count() <= most {
        return text.to_owned();
    }
    let mut units = 0;
    let head: String = text
        .chars()
        .take_while(|c| {
            units += c.len_utf16();
            units <= most
        })
        .collect();
    let mut words: Vec<&str> = head.split(' ').collect();
    if words.len() > 1 && head.len() < text.len() && !text.get(head.len()..).is_some_and(|r| r.starts_with(' ')) {
        words.pop();
    }
    while words.len() > 1 && words.last().is_some_and(|w| w.chars().count() <= 3) {
        words.pop();
    }
    words.join(" ").trim_matches('\'').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_title_is_cut_at_a_word() {
        let mut names = Names::default();
        assert_eq!(names.take("Délais en jours ouvrés, de l’envoi à la réparation"), "Délais en jours ouvrés");
        assert_eq!(names.take("Incidents par mois"), "Incidents par mois");
    }

    #[test]
    fn names_are_unique_whatever_the_case_and_hold_nothing_forbidden() {
        let mut names = Names::default();
        assert_eq!(names.take("a/b:[c]?*\\"), "a b c");
        assert_eq!(names.take("A B C"), "A B C (2)");
        assert_eq!(names.take("'’'"), "’");
        assert_eq!(names.take(""), "Feuille");
        assert_eq!(names.take("History"), "History (2)");
        let long = "é".repeat(10_000);
        for _ in 0..12 {
            assert!(names.take(&long).encode_utf16().count() <= 31);
        }
        assert!(names.take(&"\u{1f600}".repeat(40)).encode_utf16().count() <= 31);
    }
}
