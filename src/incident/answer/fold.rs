//! Text as the phrases of `answers.toml` see it: lower case, without accents, apostrophes and
//! hyphens between letters as spaces, abbreviations written out, one sentence per line. Every byte
//! remembers where it came from, so that people's words can be quoted verbatim.

use std::collections::HashMap;
use std::ops::Range;

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// Nobody's answer is longer; what follows is not read.
const MAX_CHARS: usize = 12_000;
/// A line shorter than this was ended by its author, not wrapped by a client.
const WRAPPED_FROM: usize = 50;

/// A folded text and where each of its bytes stood.
#[derive(Debug, Default, Clone)]
pub(super) struct Folded {
    /// The folded text: single spaces, `\n` between sentences that are lines of their own.
    pub text: String,
    origin: Vec<(usize, usize)>,
}

/// One sentence of a [`Folded`] text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Sentence {
    /// Where in the folded text, without the final mark.
    pub range: Range<usize>,
    /// Ends with a question mark.
    pub question: bool,
}

impl Folded {
    fn push(&mut self, c: char, from: (usize, usize)) {
        if c == ' ' && matches!(self.text.as_bytes().last(), None | Some(b' ' | b'\n')) {
            return;
        }
        if c == '\n' {
            while self.text.ends_with(' ') {
                self.text.pop();
                self.origin.pop();
            }
            if matches!(self.text.as_bytes().last(), None | Some(b'\n')) {
                return;
            }
        }
        self.text.push(c);
        self.origin.extend(std::iter::repeat_n(from, c.len_utf8()));
    }

    fn push_all(&mut self, text: &str, from: (usize, usize)) {
        for c in text.chars() {
            self.push(c, from);
        }
    }

    /// The original words of a range of the folded text.
    pub fn original<'a>(&self, source: &'a str, range: Range<usize>) -> &'a str {
        let (Some(first), Some(last)) = (
            self.origin.get(range.start),
            range.end.checked_sub(1).filter(|e| *e >= range.start).and_then(|e| self.origin.get(e)),
        ) else {
            return "";
        };
        source.get(first.0..last.1).unwrap_or("")
    }

    /// Where a range of the original text stands in the folded text.
    pub fn locate(&self, original: &Range<usize>) -> Option<Range<usize>> {
        let inside = |at: &(usize, usize)| at.0 < original.end && original.start < at.1;
        let start = self.origin.iter().position(inside)?;
        let end = self.origin.iter().rposition(inside)?;
        Some(start..end + 1)
    }

    /// The sentences, in order, none of them blank.
    pub fn sentences(&self) -> Vec<Sentence> {
        let bytes = self.text.as_bytes();
        let mut found = Vec::new();
        let (mut start, mut at) = (0, 0);
        while at < bytes.len() {
            let line = bytes[at] == b'\n';
            let mark = matches!(bytes[at], b'.' | b'!' | b'?');
            if !line && !mark {
                at += 1;
                continue;
            }
            let end = at;
            let mut question = false;
            while at < bytes.len() && (matches!(bytes[at], b'.' | b'!' | b'?') || bytes[at] == b'\n') {
                question |= bytes[at] == b'?';
                at += 1;
                // " ! ?" with spaces between is one mark.
                if bytes.get(at) == Some(&b' ') && matches!(bytes.get(at + 1), Some(b'!' | b'?')) {
                    at += 1;
                }
            }
            let ends = line || at >= bytes.len() || matches!(bytes[at], b' ' | b'"' | b')') || bytes[at - 1] == b'\n';
            if !ends && !question || bytes[end] == b'.' && at == end + 1 && is_abbreviation(&self.text[start..end]) {
                continue;
            }
            self.add_sentence(&mut found, start..end, question);
            start = at;
        }
        self.add_sentence(&mut found, start..bytes.len(), false);
        found
    }

    fn add_sentence(&self, found: &mut Vec<Sentence>, range: Range<usize>, question: bool) {
        let text = &self.text[range.clone()];
        let trimmed = text.trim_matches(|c: char| c.is_whitespace() || matches!(c, ')' | '"'));
        if trimmed.chars().any(char::is_alphanumeric) {
            let start = range.start + (text.len() - text.trim_start_matches([' ', ')', '"']).len());
            found.push(Sentence { range: start..start + trimmed.len(), question });
        }
    }
}

/// "m. petit", "n. 12": the point does not end a sentence.
fn is_abbreviation(before: &str) -> bool {
    let word = before.rsplit(|c: char| !c.is_alphanumeric()).next().unwrap_or("");
    matches!(word, "mme" | "mlle" | "mr" | "no" | "ref" | "tel" | "bat" | "env" | "ex" | "max" | "min")
        || (word.len() == 1 && word.bytes().all(|b| b.is_ascii_alphabetic()))
}

/// One character without case, accents and ligatures.
pub(super) fn fold_char(c: char, into: &mut String) {
    match c {
        '\0'..='\x7f' => into.push(c.to_ascii_lowercase()),
        'é' | 'è' | 'ê' | 'É' | 'È' | 'Ê' => into.push('e'),
        'à' | 'â' | 'À' | 'Â' => into.push('a'),
        'œ' | 'Œ' => into.push_str("oe"),
        'æ' | 'Æ' => into.push_str("ae"),
        _ => {
            into.extend(std::iter::once(c).nfkd().filter(|d| !is_combining_mark(*d)).flat_map(char::to_lowercase));
        }
    }
}

fn is_apostrophe(c: char) -> bool {
    matches!(c, '\'' | '’' | '‘' | 'ʼ' | '`' | '´')
}

fn is_dash(c: char) -> bool {
    matches!(c, '-' | '‐' | '‑' | '–' | '—' | '−')
}

/// Folds `source`. `spelling` writes abbreviations, misspellings and emoji out.
pub(super) fn fold(source: &str, spelling: &HashMap<String, String>) -> Folded {
    let mut out = Folded::default();
    let chars: Vec<(usize, char)> = source.char_indices().take(MAX_CHARS).collect();
    let mut word = String::new();
    let mut word_at: Vec<(usize, usize)> = Vec::new();
    let mut line_start = 0;
    for (i, &(at, c)) in chars.iter().enumerate() {
        let here = (at, at + c.len_utf8());
        let next = chars.get(i + 1).map(|n| n.1);
        if c.is_alphanumeric() || is_combining_mark(c) || (c == '°' && !word.is_empty()) {
            let before = word.len();
            if c == '°' {
                word.push('o');
            } else {
                fold_char(c, &mut word);
            }
            word_at.extend(std::iter::repeat_n(here, word.len() - before));
            if c == '°' {
                // "n°12" is two words.
                flush(&mut out, &mut word, &mut word_at, spelling, &[]);
                out.push(' ', here);
            }
            continue;
        }
        flush(&mut out, &mut word, &mut word_at, spelling, chars.get(i..).unwrap_or(&[]));
        match c {
            '\n' => {
                let broken = ends_line(&chars[line_start..i], &chars[i + 1..]);
                line_start = i + 1;
                out.push(if broken { '\n' } else { ' ' }, here);
            }
            _ if is_apostrophe(c) => out.push(' ', here),
            _ if is_dash(c) => {
                let letter = |c: Option<char>| c.is_some_and(char::is_alphabetic);
                let previous = i.checked_sub(1).and_then(|p| chars.get(p)).map(|p| p.1);
                out.push(if letter(previous) && letter(next) { ' ' } else { '-' }, here);
            }
            '«' | '»' | '“' | '”' | '„' => out.push('"', here),
            '…' => out.push('.', here),
            '？' => out.push('?', here),
            _ if c.is_ascii() && !c.is_ascii_whitespace() && !c.is_ascii_control() => out.push(c, here),
            _ => {
                out.push(' ', here);
                if let Some(words) = spelling.get(c.encode_utf8(&mut [0; 4]) as &str) {
                    out.push_all(words, here);
                    out.push(' ', here);
                }
            }
        }
    }
    flush(&mut out, &mut word, &mut word_at, spelling, &[]);
    while out.text.ends_with([' ', '\n']) {
        out.text.pop();
        out.origin.pop();
    }
    out
}

fn flush(
    out: &mut Folded,
    word: &mut String,
    word_at: &mut Vec<(usize, usize)>,
    spelling: &HashMap<String, String>,
    rest: &[(usize, char)],
) {
    if let (Some(first), Some(last)) = (word_at.first(), word_at.last()) {
        // A building's letter is not an abbreviation: "bâtiment c", "c 112".
        let letter =
            word.len() == 1 && (out.text.ends_with("batiment ") || out.text.ends_with("bat ") || is_part(rest));
        match spelling.get(word.as_str()).filter(|_| !letter) {
            Some(long) => out.push_all(long, (first.0, last.1)),
            None => {
                for (i, c) in word.char_indices() {
                    out.push(c, word_at.get(i).copied().unwrap_or(*last));
                }
            }
        }
    }
    word.clear();
    word_at.clear();
}

/// A letter before an apostrophe, before "est" or before a number is no abbreviation.
fn is_part(rest: &[(usize, char)]) -> bool {
    let Some((first, rest)) = rest.split_first() else { return false };
    let next: String = rest.iter().take(4).map(|c| c.1).collect();
    is_apostrophe(first.1)
        || next.starts_with("est ")
        || next.starts_with("étai")
        || next.starts_with("etai")
        || next.starts_with(|c: char| c.is_ascii_digit())
}

/// Did the author end this line, or did a client wrap it?
fn ends_line(line: &[(usize, char)], rest: &[(usize, char)]) -> bool {
    let next = rest.iter().map(|c| c.1).take_while(|c| *c != '\n').find(|c| !c.is_whitespace());
    line.len() < WRAPPED_FROM || !next.is_some_and(char::is_lowercase)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plain(text: &str) -> String {
        fold(
            text,
            &HashMap::from([("svp".to_owned(), "s il vous plait".to_owned()), ("👍".to_owned(), "pouce".to_owned())]),
        )
        .text
    }

    #[test]
    fn case_accents_apostrophes_and_hyphens_are_folded() {
        assert_eq!(plain("C’est l'ÉTÉ, vas-y\u{a0}!  n° 12 – œuf"), "c est l ete, vas y ! no 12 - oeuf");
        assert_eq!(plain("2026-0012 svp👍"), "2026-0012 s il vous plait pouce");
    }

    #[test]
    fn the_original_words_can_be_found_again() {
        let source = "Non : c’est réglé, dès hier svp.";
        let folded = fold(source, &HashMap::from([("svp".to_owned(), "s il vous plait".to_owned())]));
        let at = folded.text.find("c est").unwrap();
        assert_eq!(folded.original(source, at..folded.text.len()), "c’est réglé, dès hier svp.");
        assert_eq!(folded.original(source, 5..5), "");
    }

    #[test]
    fn a_wrapped_line_goes_on_and_a_short_line_ends() {
        let wrapped = "Ce n'est pas un vidéoprojecteur mais le tableau. Le reste\nest bon\nok\nmerci";
        assert_eq!(plain(wrapped).matches('\n').count(), 2);
    }

    #[test]
    fn sentences_know_their_questions() {
        let folded = fold("Réglé ? non. M. Petit passe à 9.30 ! Voilà", &HashMap::new());
        let all: Vec<_> =
            folded.sentences().into_iter().map(|s| (folded.text[s.range].to_owned(), s.question)).collect();
        assert_eq!(all[0], ("regle".to_owned(), true));
        assert_eq!(all[1].0, "non");
        assert_eq!(all[2].0, "m. petit passe a 9.30");
        assert_eq!(all.len(), 4);
    }
}
