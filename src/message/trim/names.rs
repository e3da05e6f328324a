//! Names that close a letter.

use super::lines::Line;
use super::words::{speaks, tells_fault};
use crate::message::text::fold;

/// Whose name may close a text.
#[derive(Debug, Default)]
pub(super) struct Names {
    words: Vec<String>,
    initials: Vec<char>,
}

impl Names {
    /// From a display name and the local part of an address.
    pub(super) fn new(name: &str, local: &str) -> Self {
        let both = fold(&format!("{name} {local}"));
        let words: Vec<&str> =
            both.split(|c: char| !c.is_alphabetic()).filter(|w| !w.is_empty() && !is_particle(w)).take(20).collect();
        Self {
            initials: words.iter().filter_map(|w| w.chars().next()).collect(),
            words: words.iter().filter(|w| w.chars().count() > 1).map(|w| (*w).to_owned()).collect(),
        }
    }

    /// Whether a short word is put together of beginnings of the author's names: `Ph`, `NB`, `PhR`.
    fn shortens(&self, word: &str) -> bool {
        let Some(first) = word.chars().next() else { return false };
        let ends = word.char_indices().map(|(at, c)| at + c.len_utf8());
        ends.filter_map(|end| word.split_at_checked(end)).any(|(part, rest)| {
            let begins = part.len() == first.len_utf8() && self.initials.contains(&first)
                || self.words.iter().any(|w| w.starts_with(part));
            begins && (rest.is_empty() || self.shortens(rest))
        })
    }

    /// Whether a line is the author's name, its short form or its initials, perhaps with a function
    /// behind a comma or in parentheses.
    pub(super) fn sign(&self, line: &Line<'_>) -> bool {
        if self.words.is_empty() || line.fold.len() > 80 || line.content.contains('?') {
            return false;
        }
        let name = line.fold.split([',', '(', '|', '/']).next().unwrap_or_default();
        let name = name.split(" - ").next().unwrap_or_default();
        let suffix = line.fold.get(name.len()..).unwrap_or_default();
        let figures = name.contains(|c: char| c.is_ascii_digit());
        if suffix.split_whitespace().count() > 6 || figures || tells_fault(&line.fold) {
            return false;
        }
        let words: Vec<&str> = name.split([' ', '-', '\'']).filter(|w| w.chars().any(char::is_alphabetic)).collect();
        if words.is_empty() || words.len() > 5 {
            return false;
        }
        let capital = line.content.trim_start().starts_with(char::is_uppercase);
        let single = words.len() == 1;
        let mut named = false;
        let all = words.iter().all(|word| {
            let bare = word.trim_matches(|c: char| !c.is_alphabetic());
            let whole = self.words.iter().any(|w| w == bare || bare.len() >= 4 && w.starts_with(bare));
            let letters: String = bare.chars().filter(|c| c.is_alphabetic()).collect();
            let short = letters.chars().count() <= 3 && !is_thing(bare) && self.shortens(&letters);
            named |= whole || short && (capital || !single);
            whole || short || is_title(bare) || is_particle(bare)
        });
        all && named
    }
}

/// Short words that stand in lists of faults: a place or a thing whatever the author's initials.
fn is_thing(word: &str) -> bool {
    matches!(
        word,
        "pc" | "uc"
            | "cdi"
            | "cdr"
            | "vp"
            | "vpi"
            | "tbi"
            | "tni"
            | "tv"
            | "ent"
            | "usb"
            | "vga"
            | "dvd"
            | "cd"
            | "rdc"
            | "svt"
            | "eps"
            | "lan"
            | "hp"
            | "son"
            | "mac"
    )
}

fn is_particle(word: &str) -> bool {
    matches!(word, "de" | "du" | "des" | "la" | "le" | "les" | "et" | "d" | "l" | "van" | "von" | "ben" | "el")
}

fn is_title(word: &str) -> bool {
    matches!(word, "mme" | "mlle" | "mr" | "m" | "madame" | "monsieur" | "dr")
}

/// Capitalised words only, at most five: a name; perhaps with a function behind a dash.
pub(super) fn is_name(content: &str) -> bool {
    let dash = [" - ", " – ", " — "].iter().filter_map(|d| content.find(d)).min();
    let (content, function) = dash.and_then(|at| content.split_at_checked(at)).unwrap_or((content, ""));
    let function = fold(function);
    // "Toner - couleur" is an entry of a list: with a function stand a first name and a last one.
    let alone = dash.is_some() && !content.trim().contains(' ');
    if alone || function.split_whitespace().count() > 8 || speaks(&function) || tells_fault(&function) {
        return false;
    }
    let words: Vec<&str> = content.split_whitespace().collect();
    let plain = |w: &&str| {
        let bare = w.trim_matches(|c: char| !c.is_alphanumeric());
        is_particle(&bare.to_lowercase())
            || bare.starts_with(char::is_uppercase) && !bare.contains(|c: char| c.is_ascii_digit())
    };
    !words.is_empty()
        && words.len() <= 5
        && words.iter().all(plain)
        && !content.trim_end().ends_with(['?', ':', '!'])
        && !tells_fault(&fold(content))
}
