//! Normal form of a room's name.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// Upper case, no accents, single spaces; none at all in a code (`b 204` is `B204`).
pub(super) fn normalise(text: &str) -> String {
    let plain: String = text.nfd().filter(|c| !is_combining_mark(*c)).collect::<String>().to_uppercase();
    let words: Vec<&str> = plain.split_whitespace().collect();
    let is_code = words.len() == 2
        && words.first().is_some_and(|w| w.chars().count() == 1 && w.chars().all(char::is_alphabetic))
        && words.get(1).is_some_and(|w| w.chars().all(|c| c.is_ascii_digit()));
    words.join(if is_code { "" } else { " " })
}
