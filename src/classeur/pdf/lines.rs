//! Text -> lines of a width, with French hyphenation where a line would else be left half empty.

use super::face::{Face, SOFT_HYPHEN};

/// Longest word that is looked up for its syllables, in bytes.
const LONGEST: usize = 60;

/// A size of a font.
#[derive(Clone, Copy)]
pub struct Type<'a> {
    /// The font.
    pub face: &'a Face,
    /// Points.
    pub size: f32,
}

impl Type<'_> {
    /// Width of `text`.
    pub fn width(&self, text: &str) -> f32 {
        self.face.width(text, self.size)
    }
}

/// Where words are divided.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Divide {
    /// In prose: where a line would else be left a third empty.
    Freely,
    /// In tables: only what is wider than a whole line.
    AtNeed,
}

/// `text` in lines of at most `width`, at most `most` of them: what does not fit ends with "…".
/// Only plain spaces break; a hyphenated line ends with [`SOFT_HYPHEN`].
pub fn wrap(text: &str, with: Type<'_>, width: f32, most: usize, divide: Divide) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    let mut line = String::new();
    for word in text.split(' ').filter(|w| !w.is_empty()) {
        let mut rest = word.to_owned();
        loop {
            let joined = if line.is_empty() { rest.clone() } else { format!("{line} {rest}") };
            if with.width(&joined) <= width {
                line = joined;
                break;
            }
            if lines.len() >= most {
                break;
            }
            let before = if line.is_empty() { String::new() } else { format!("{line} ") };
            let free = width - with.width(&before);
            let half_empty = line.is_empty() || (divide == Divide::Freely && free > width * 0.3);
            if let Some((head, tail)) = half_empty.then(|| hyphenated(&rest, with, free)).flatten() {
                lines.push(before + &head);
                rest = tail;
                line = String::new();
            } else if line.is_empty() {
                let (head, tail) = chopped(&rest, with, width);
                lines.push(head);
                rest = tail;
            } else {
                lines.push(std::mem::take(&mut line));
            }
        }
    }
    if !line.is_empty() || lines.is_empty() {
        lines.push(line);
    }
    if lines.len() > most {
        lines.truncate(most);
        if let Some(last) = lines.last_mut() {
            while with.width(last) + with.width("…") > width && last.pop().is_some() {}
            last.push('…');
        }
    }
    lines
}

/// The longest beginning of `word` that ends at a syllable or after a sign and fits, and the rest.
fn hyphenated(word: &str, with: Type<'_>, free: f32) -> Option<(String, String)> {
    let mut found = None;
    for (at, c) in word.char_indices() {
        let end = at + c.len_utf8();
        if matches!(c, '-' | '/' | '–') && end < word.len() && at > 1 {
            let (head, tail) = word.split_at(end);
            if with.width(head) <= free {
                found = Some((head.to_owned(), tail.to_owned()));
            }
        }
    }
    if found.is_some() || word.len() > LONGEST {
        return found;
    }
    // The letters in one piece: "l’établissement," is hyphenated as "établissement".
    let start = word
        .rfind(['’', '\'', '(', '«', '\u{a0}', '\u{202f}'])
        .map_or(0, |at| at + word.get(at..).and_then(|w| w.chars().next()).map_or(0, char::len_utf8));
    let core = word.get(start..)?;
    let core = core.get(..core.find(|c: char| !c.is_alphabetic()).unwrap_or(core.len()))?;
    if core.chars().count() < 6 {
        return None;
    }
    let mut end = start;
    for syllable in hypher::hyphenate(core, hypher::Lang::French) {
        end += syllable.len();
        if end >= start + core.len() {
            break;
        }
        let head = format!("{}{SOFT_HYPHEN}", word.get(..end)?);
        if with.width(&head) <= free {
            found = Some((head, word.get(end..)?.to_owned()));
        }
    }
    found
}

/// As many letters of `word` as fit, at least one, and the rest.
fn chopped(word: &str, with: Type<'_>, width: f32) -> (String, String) {
    let mut head = String::new();
    for c in word.chars() {
        head.push(c);
        if with.width(&head) > width && head.chars().count() > 1 {
            head.pop();
            break;
        }
    }
    let tail = word.get(head.len()..).unwrap_or_default().to_owned();
    (head, tail)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::classeur::pdf::face::Faces;
    use proptest::prelude::*;

    fn wrapped(text: &str, width: f32, most: usize) -> Vec<String> {
        let faces = Faces::new().unwrap();
        wrap(text, Type { face: &faces.regular, size: 10.0 }, width, most, Divide::Freely)
    }

    #[test]
    fn a_long_word_is_divided_as_french_does() {
        assert_eq!(wrapped("l’établissement va", 55.0, 9), ["l’établisse\u{ad}", "ment va"]);
    }

    #[test]
    fn a_table_divides_only_what_is_wider_than_its_column() {
        let faces = Faces::new().unwrap();
        let with = Type { face: &faces.bold, size: 10.0 };
        let lines = wrap("Période précédente", with, with.width("précédente") + 1.0, 9, Divide::AtNeed);
        assert_eq!(lines, ["Période", "précédente"]);
    }

    #[test]
    fn a_number_and_its_sign_stay_together() {
        let lines = wrapped("Dépensé\u{a0}: 1\u{202f}494,00\u{202f}€ en tout", 70.0, 9);
        assert!(lines.iter().any(|l| l.contains("1\u{202f}494,00\u{202f}€")), "{lines:?}");
    }

    #[test]
    fn what_does_not_fit_ends_with_dots() {
        let lines = wrapped(&"mot ".repeat(500), 60.0, 3);
        assert_eq!(lines.len(), 3);
        assert!(lines[2].ends_with('…'));
    }

    proptest! {
        #[test]
        fn every_line_fits_and_no_letter_is_lost(text in "[a-zé’ \u{a0}-]{0,120}", width in 30.0_f32..300.0) {
            let faces = Faces::new().unwrap();
            let with = Type { face: &faces.regular, size: 10.0 };
            let lines = wrap(&text, with, width, 1_000, Divide::Freely);
            for line in &lines {
                prop_assert!(with.width(line) <= width + 0.01 || line.chars().count() == 1, "{line}");
            }
            let letters = |t: &str| t.chars().filter(|c| *c != ' ' && *c != SOFT_HYPHEN).collect::<String>();
            prop_assert_eq!(letters(&lines.concat()), letters(&text));
        }
    }
}
