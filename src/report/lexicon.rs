//! Phrases compiled once and found in a text by hash look-ups.
//!
//! The language of phrases, as a person writes it in `vocabulary.toml` (accents and capitals are
//! free, apostrophes and hyphens are spaces):
//!
//! | written | finds |
//! |---|---|
//! | `poste` | the word, its plural, and from six letters on the word with a typo |
//! | `clignot*` | any word that begins so |
//! | `le\|la\|un` | one of these words |
//! | `<neg>` | one word of the class `neg` |
//! | `du?` | the word or nothing |
//! | `.` | any one word |
//! | `#` | a number in digits |
//! | `..` | up to three words of the same clause |
//! | `...` | up to six words of the same sentence |

use std::collections::{BTreeMap, HashMap};

use super::text::{Text, fold};

/// A phrase found: which one, and the tokens it covers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Hit {
    /// Number of the phrase, in the order of [`Builder::add`].
    pub phrase: usize,
    /// First token.
    pub start: usize,
    /// Token after the last.
    pub end: usize,
}

/// What is wrong with a phrase.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PhraseError {
    /// Nothing in it.
    #[error("an empty phrase")]
    Empty,
    /// A class that is not defined.
    #[error("the class `<{0}>` is not defined")]
    UnknownClass(String),
    /// It would find anything.
    #[error("`{0}` would fit any text: it needs a word of its own")]
    TooWide(String),
    /// An apostrophe or a hyphen inside a choice.
    #[error("`{0}` is more than one word: it cannot stand in a choice")]
    Joined(String),
    /// Too many optional words or too many words.
    #[error("`{0}` is too long or has too many optional words")]
    TooLong(String),
}

#[derive(Debug, Clone)]
enum Step {
    Words(Vec<u32>),
    Any,
    Number,
    Gap { most: usize, clause: bool },
}

#[derive(Debug)]
struct Phrase {
    number: usize,
    rest: Vec<Step>,
}

/// Compiled phrases.
#[derive(Debug, Default)]
pub struct Lexicon {
    exact: HashMap<String, u32>,
    prefix: HashMap<String, u32>,
    prefix_lengths: Vec<usize>,
    /// Word with letters left out -> the words it may be.
    near: HashMap<u64, Vec<(String, u32)>>,
    common: std::collections::HashSet<String>,
    by_first: Vec<Vec<Phrase>>,
    by_number: Vec<Phrase>,
}

/// Collects phrases; [`Builder::build`] compiles them.
#[derive(Debug, Default)]
pub struct Builder {
    lexicon: Lexicon,
    classes: BTreeMap<String, Vec<String>>,
    ids: u32,
}

/// Words shorter than this are never taken for another.
const FUZZY_FROM: usize = 6;
/// From here on two typos are forgiven.
const FUZZY_TWO_FROM: usize = 10;

impl Builder {
    /// Begins with the classes of words and the words that are never taken for a typo.
    pub fn new(classes: &BTreeMap<String, Vec<String>>, common: &[String]) -> Self {
        let mut builder = Self { classes: classes.clone(), ..Self::default() };
        builder.lexicon.common = common.iter().map(|w| fold(w)).collect();
        builder
    }

    /// Adds a phrase that [`Hit::phrase`] will call `number`.
    ///
    /// # Errors
    /// Says what is wrong with the phrase.
    pub fn add(&mut self, phrase: &str, number: usize) -> Result<(), PhraseError> {
        let mut steps: Vec<(Step, bool)> = Vec::new();
        for part in phrase.split_whitespace().flat_map(split_part) {
            let (part, optional) = match part.strip_suffix('?') {
                Some(part) if !part.is_empty() => (part.to_owned(), true),
                _ => (part, false),
            };
            steps.push((self.step(&part)?, optional));
        }
        if steps.is_empty() {
            return Err(PhraseError::Empty);
        }
        let optional = steps.iter().filter(|s| s.1).count();
        if optional > 6 || steps.len() > 16 {
            return Err(PhraseError::TooLong(phrase.to_owned()));
        }
        for choice in 0..(1_usize << optional) {
            let mut nth = 0;
            let mut chosen = Vec::new();
            for (step, optional) in &steps {
                if *optional {
                    nth += 1;
                    if choice >> (nth - 1) & 1 == 0 {
                        continue;
                    }
                }
                chosen.push(step.clone());
            }
            let first = match chosen.split_first() {
                Some((Step::Words(first), _)) => first,
                Some((Step::Number, rest)) if !rest.is_empty() => {
                    self.lexicon.by_number.push(Phrase { number, rest: rest.to_vec() });
                    continue;
                }
                _ => return Err(PhraseError::TooWide(phrase.to_owned())),
            };
            let rest = chosen.get(1..).unwrap_or_default();
            for id in first {
                if let Some(list) = self.lexicon.by_first.get_mut(*id as usize) {
                    list.push(Phrase { number, rest: rest.to_vec() });
                }
            }
        }
        Ok(())
    }

    fn step(&mut self, part: &str) -> Result<Step, PhraseError> {
        Ok(match part {
            "." => Step::Any,
            "#" => Step::Number,
            ".." => Step::Gap { most: 3, clause: true },
            "..." => Step::Gap { most: 6, clause: false },
            _ => {
                let mut ids = Vec::new();
                for word in part.split('|').filter(|w| !w.is_empty()) {
                    self.word(word, &mut ids)?;
                }
                if ids.is_empty() {
                    return Err(PhraseError::Empty);
                }
                Step::Words(ids)
            }
        })
    }

    fn word(&mut self, word: &str, ids: &mut Vec<u32>) -> Result<(), PhraseError> {
        if let Some(class) = word.strip_prefix('<').and_then(|w| w.strip_suffix('>')) {
            let members =
                self.classes.get(class).cloned().ok_or_else(|| PhraseError::UnknownClass(class.to_owned()))?;
            for member in members {
                if !member.starts_with('<') {
                    self.word(&member, ids)?;
                }
            }
            return Ok(());
        }
        let folded = fold(word);
        let folded = folded.trim_end_matches(['\'', '’']).to_owned();
        if folded.contains(['\'', '’', '-', ' ']) {
            return Err(PhraseError::Joined(word.to_owned()));
        }
        let (map, key) = match folded.strip_suffix('*') {
            Some(stem) => (&mut self.lexicon.prefix, stem.to_owned()),
            None => (&mut self.lexicon.exact, folded),
        };
        let next = self.ids;
        let id = *map.entry(key).or_insert(next);
        if id == next {
            self.ids += 1;
            self.lexicon.by_first.push(Vec::new());
        }
        ids.push(id);
        Ok(())
    }

    /// Compiles what was added.
    pub fn build(mut self) -> Lexicon {
        let lexicon = &mut self.lexicon;
        let mut lengths: Vec<usize> = lexicon.prefix.keys().map(String::len).collect();
        lengths.sort_unstable();
        lengths.dedup();
        lexicon.prefix_lengths = lengths;
        for (word, id) in &lexicon.exact {
            if word.len() >= FUZZY_FROM && word.bytes().all(|b| b.is_ascii_lowercase()) {
                let depth = if word.len() >= FUZZY_TWO_FROM { 2 } else { 1 };
                for shorter in deletions(word, depth) {
                    lexicon.near.entry(shorter).or_default().push((word.clone(), *id));
                }
            }
        }
        self.lexicon
    }
}

/// Splits a written part at apostrophes and hyphens, as texts are split. In a choice, the elision
/// of the first word stands for itself (`n'est|sont` is `n est|sont`); one further on is optional.
fn split_part(part: &str) -> Vec<String> {
    if part.starts_with('<') {
        return vec![part.to_owned()];
    }
    if !part.contains('|') {
        return part.split(['\'', '’', '-']).filter(|p| !p.is_empty()).map(str::to_owned).collect();
    }
    let mut parts = Vec::new();
    let mut elisions = Vec::new();
    let mut words = Vec::new();
    for (nth, word) in part.split('|').enumerate() {
        match word.split_once(['\'', '’']) {
            Some((elision, "")) => words.push(elision),
            Some((elision, word)) if nth == 0 => {
                parts.push(elision.to_owned());
                words.push(word);
            }
            Some((elision, word)) => {
                elisions.push(elision);
                words.push(word);
            }
            None => words.push(word),
        }
    }
    if !elisions.is_empty() {
        parts.push(format!("{}?", elisions.join("|")));
    }
    parts.push(words.join("|"));
    parts
}

/// `word` and what is left of it when up to `depth` letters (two at most) but the first are taken
/// out, each as a hash: they are many, and whatever shares one is compared letter by letter.
fn deletions(word: &str, depth: usize) -> Vec<u64> {
    let without = |i: usize, j: usize| {
        let kept = word.bytes().enumerate().filter(|(at, _)| *at != i && *at != j);
        // FNV-1a.
        kept.fold(0xcbf2_9ce4_8422_2325_u64, |hash, (_, b)| (hash ^ u64::from(b)).wrapping_mul(0x0100_0000_01b3))
    };
    let length = word.len();
    let mut all = vec![without(length, length)];
    if depth > 0 {
        all.extend((1..length).map(|i| without(i, i)));
    }
    if depth > 1 {
        all.extend((1..length).flat_map(|i| (i + 1..length).map(move |j| (i, j))).map(|(i, j)| without(i, j)));
    }
    all.sort_unstable();
    all.dedup();
    all
}

impl Lexicon {
    /// Every phrase in `text`, in the order of their first token; they may overlap.
    pub fn find(&self, text: &Text<'_>) -> Vec<Hit> {
        let mut ids: Vec<Vec<u32>> = Vec::with_capacity(text.tokens.len());
        for at in 0..text.tokens.len() {
            let mut of_token = Vec::new();
            self.ids_of(text.word(at), &mut of_token);
            ids.push(of_token);
        }
        let mut hits = Vec::new();
        for (at, of_token) in ids.iter().enumerate() {
            if text.tokens.get(at).is_some_and(|t| t.number) {
                for phrase in &self.by_number {
                    if let Some(end) = fits(text, &ids, &phrase.rest, at, at + 1) {
                        hits.push(Hit { phrase: phrase.number, start: at, end });
                    }
                }
            }
            for id in of_token {
                for phrase in self.by_first.get(*id as usize).into_iter().flatten() {
                    if let Some(end) = fits(text, &ids, &phrase.rest, at, at + 1) {
                        hits.push(Hit { phrase: phrase.number, start: at, end });
                    }
                }
            }
        }
        hits
    }

    fn ids_of(&self, word: &str, ids: &mut Vec<u32>) {
        if let Some(id) = self.exact.get(word) {
            ids.push(*id);
        }
        if word.len() > 3
            && word.ends_with(['s', 'x'])
            && let Some(id) = word.get(..word.len() - 1).and_then(|w| self.exact.get(w))
        {
            ids.push(*id);
        }
        for length in &self.prefix_lengths {
            match word.get(..*length) {
                Some(start) => ids.extend(self.prefix.get(start)),
                None if *length > word.len() => break,
                None => {}
            }
        }
        if ids.is_empty() {
            self.glued_ids(word, ids);
        }
        // A short stem ("vide*") says little of a long word ("videoprjecteur").
        let said = self.exact.contains_key(word)
            || self
                .prefix_lengths
                .iter()
                .any(|l| *l * 2 >= word.len() && word.get(..*l).is_some_and(|start| self.prefix.contains_key(start)));
        if ids.is_empty() || !said && word.len() >= FUZZY_TWO_FROM {
            self.near_ids(word, ids);
        }
    }

    /// "lordi", "sallume": the apostrophe left out.
    fn glued_ids(&self, word: &str, ids: &mut Vec<u32>) {
        let Some(rest) = word.strip_prefix(['l', 'd', 's', 'n', 'j', 'm', 't']) else { return };
        if rest.len() < 4 || !rest.starts_with(['a', 'e', 'i', 'o', 'u', 'h']) || self.common.contains(word) {
            return;
        }
        ids.extend(self.exact.get(rest));
        for length in &self.prefix_lengths {
            if *length >= 4
                && let Some(start) = rest.get(..*length)
            {
                ids.extend(self.prefix.get(start));
            }
        }
    }

    /// Words of the vocabulary that `word` is a slip of: one letter from six on, two from ten on,
    /// the same first letter, and only if `word` is no word that people use.
    fn near_ids(&self, word: &str, ids: &mut Vec<u32>) {
        let length = word.len();
        if !(FUZZY_FROM - 1..=24).contains(&length)
            || !word.bytes().all(|b| b.is_ascii_lowercase())
            || self.common.contains(word)
            || self.common.contains(word.trim_end_matches(['s', 'x']))
        {
            return;
        }
        let singular = word.strip_suffix(['s', 'x']).unwrap_or(word);
        let depth = if length >= FUZZY_TWO_FROM { 2 } else { 1 };
        let mut best: Option<(usize, u32)> = None;
        for shorter in deletions(word, depth) {
            for (candidate, id) in self.near.get(&shorter).into_iter().flatten() {
                let allowed = if candidate.len() >= FUZZY_TWO_FROM && length >= FUZZY_TWO_FROM { 2 } else { 1 };
                let distance = strsim::osa_distance(word, candidate).min(strsim::osa_distance(singular, candidate));
                if distance <= allowed && best.is_none_or(|(d, i)| (distance, *id) < (d, i)) {
                    best = Some((distance, *id));
                }
            }
        }
        ids.extend(best.map(|(_, id)| id));
    }
}

/// Does `rest` fit the tokens from `at` on? Returns where it ends; the shortest fit counts.
fn fits(text: &Text<'_>, ids: &[Vec<u32>], rest: &[Step], first: usize, at: usize) -> Option<usize> {
    let Some((step, after)) = rest.split_first() else { return Some(at) };
    if let Step::Gap { most, clause } = step {
        for skip in 0..=*most {
            if skip > 0 {
                let passed = at + skip - 1;
                if !text.same_sentence(first, passed)
                    || (*clause && text.clause_of(passed) != text.clause_of(at.saturating_sub(1)))
                {
                    return None;
                }
            }
            let from = if *clause { first } else { at + skip };
            if let Some(end) = fits(text, ids, after, from, at + skip) {
                return Some(end);
            }
        }
        return None;
    }
    // A phrase does not run over a comma, unless it says so by a gap.
    if at >= ids.len() || !text.same_sentence(first, at) || (at > first && text.clause_of(at) != text.clause_of(at - 1))
    {
        return None;
    }
    let fit = match step {
        Step::Words(words) => ids.get(at).is_some_and(|of_token| of_token.iter().any(|id| words.contains(id))),
        Step::Any => true,
        Step::Number => text.tokens.get(at).is_some_and(|t| t.number),
        Step::Gap { .. } => false,
    };
    if fit { fits(text, ids, after, first, at + 1) } else { None }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(phrases: &[&str], text: &str) -> Vec<usize> {
        let classes = BTreeMap::from([("neg".to_owned(), vec!["plus".to_owned(), "pas".to_owned()])]);
        let mut builder = Builder::new(&classes, &["protecteur".to_owned()]);
        for (number, phrase) in phrases.iter().enumerate() {
            builder.add(phrase, number).unwrap();
        }
        let mut hits: Vec<usize> = builder.build().find(&Text::new(text)).iter().map(|h| h.phrase).collect();
        hits.sort_unstable();
        hits.dedup();
        hits
    }

    #[test]
    fn a_phrase_is_found_without_accents_in_capitals_and_in_the_plural() {
        assert_eq!(found(&["écran"], "LES ECRANS SONT NOIRS"), [0]);
        assert_eq!(found(&["s'allume <neg>"], "il ne s’allume plus"), [0]);
    }

    #[test]
    fn a_typo_is_forgiven_in_long_words_only() {
        assert_eq!(found(&["projecteur"], "le projcteur"), [0]);
        assert_eq!(found(&["projecteur"], "un saint protecteur"), [0; 0]);
        assert_eq!(found(&["lampe"], "la rampe"), [0; 0]);
    }

    #[test]
    fn a_gap_stays_within_its_clause() {
        assert_eq!(found(&["image .. rose"], "l'image est toute rose"), [0]);
        assert_eq!(found(&["image .. rose"], "l'image va, la robe rose aussi"), [0; 0]);
    }

    #[test]
    fn optional_words_may_be_left_out() {
        assert_eq!(found(&["plus du? tout? de son"], "plus du tout de son"), [0]);
        assert_eq!(found(&["plus du? tout? de son"], "plus de son"), [0]);
    }

    #[test]
    fn a_phrase_that_would_fit_anything_is_refused() {
        let mut builder = Builder::default();
        assert!(matches!(builder.add(".. panne", 0), Err(PhraseError::TooWide(_))));
        assert!(matches!(builder.add("<nul> panne", 0), Err(PhraseError::UnknownClass(_))));
        assert!(matches!(builder.add("  ", 0), Err(PhraseError::Empty)));
    }
}
