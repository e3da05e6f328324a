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

#[derive(Debug, Clone, Copy)]
enum Step {
    /// One word of this set.
    Words(u32),
    Any,
    Number,
    Gap {
        most: usize,
        clause: bool,
    },
}

#[derive(Debug)]
struct Phrase {
    number: usize,
    rest: Vec<Step>,
}

/// A phrase in the list of one of its first words.
#[derive(Debug, Clone, Copy)]
struct Entry {
    phrase: u32,
    /// The set of words that it needs further on, the rarest; [`NOTHING`] for a single word.
    need: u32,
}

/// No set of words.
const NOTHING: u32 = u32::MAX;

/// What the tokens of a text may be, each a slice of `ids`.
#[derive(Debug, Default)]
struct Known {
    ids: Vec<u32>,
    ends: Vec<usize>,
}

impl Known {
    fn of(&self, at: usize) -> &[u32] {
        let start = at.checked_sub(1).and_then(|before| self.ends.get(before)).copied().unwrap_or(0);
        self.ends.get(at).and_then(|end| self.ids.get(start..*end)).unwrap_or_default()
    }
}

/// What a slip of the pen may have meant: words with letters left out -> the words. There are some ten
/// thousands of them, in few bytes each, since they stay in memory.
#[derive(Debug, Default)]
struct Near {
    words: Vec<(Box<str>, u32)>,
    /// [`deletions`], in ascending order, and the place of each one's word in `words`.
    hashes: Vec<u64>,
    meant: Vec<u32>,
    /// Where the hashes with the same [`Near::bucket`] begin, and where the last ones end.
    starts: Vec<u32>,
}

impl Near {
    /// Buckets, as a power of two: a dozen hashes each.
    const BITS: u32 = 12;

    fn of(exact: &HashMap<String, u32>) -> Self {
        let may_slip = |word: &str| word.len() >= FUZZY_FROM && word.bytes().all(|b| b.is_ascii_lowercase());
        let mut words: Vec<(Box<str>, u32)> =
            exact.iter().filter(|(word, _)| may_slip(word)).map(|(word, id)| (word.as_str().into(), *id)).collect();
        words.sort_unstable();
        let mut all: Vec<(u64, u32)> = Vec::new();
        for (place, (word, _)) in (0_u32..).zip(&words) {
            let depth = if word.len() >= FUZZY_TWO_FROM { 2 } else { 1 };
            all.extend(deletions(word, depth).into_iter().map(|hash| (hash, place)));
        }
        all.sort_unstable();
        all.dedup();
        let (hashes, meant): (Vec<u64>, Vec<u32>) = all.into_iter().unzip();
        let start = |bucket: usize| hashes.partition_point(|hash| Self::bucket(*hash) < bucket);
        let starts = (0..=1 << Self::BITS).map(|bucket| u32::try_from(start(bucket)).unwrap_or(u32::MAX)).collect();
        Self { words, hashes, meant, starts }
    }

    /// A hash's first bits.
    fn bucket(hash: u64) -> usize {
        usize::try_from(hash >> (u64::BITS - Self::BITS)).unwrap_or(0)
    }

    /// The words that `hash` may be, with their numbers.
    fn get(&self, hash: u64) -> impl Iterator<Item = (&str, u32)> {
        let at = |bucket: usize| self.starts.get(bucket).map_or(0, |start| *start as usize);
        let (start, end) = (at(Self::bucket(hash)), at(Self::bucket(hash) + 1));
        let before = self.hashes.get(start..end).map_or(0, |bucket| bucket.partition_point(|h| *h < hash));
        let first = start + before;
        let same = self.hashes.get(first..end).unwrap_or_default().iter().take_while(move |h| **h == hash).count();
        let meant = self.meant.get(first..first + same).unwrap_or_default();
        meant.iter().filter_map(|place| self.words.get(*place as usize)).map(|(word, id)| (&**word, *id))
    }
}

/// Compiled phrases.
#[derive(Debug, Default)]
pub struct Lexicon {
    exact: HashMap<String, u32>,
    prefix: HashMap<String, u32>,
    prefix_lengths: Vec<usize>,
    near: Near,
    common: std::collections::HashSet<String>,
    phrases: Vec<Phrase>,
    by_first: Vec<Vec<Entry>>,
    by_number: Vec<Entry>,
    /// Sets of words, each in ascending order.
    sets: Vec<Vec<u32>>,
    /// Word -> the sets with it that some phrase needs.
    needed: Vec<Vec<u32>>,
}

/// Collects phrases; [`Builder::build`] compiles them.
#[derive(Debug, Default)]
pub struct Builder {
    lexicon: Lexicon,
    classes: BTreeMap<String, Vec<String>>,
    sets: HashMap<Vec<u32>, u32>,
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
                chosen.push(*step);
            }
            let rest = chosen.get(1..).unwrap_or_default().to_vec();
            let entry = Entry { phrase: u32::try_from(self.lexicon.phrases.len()).unwrap_or(NOTHING), need: NOTHING };
            match chosen.first() {
                Some(Step::Words(first)) => {
                    for id in self.lexicon.sets.get(*first as usize).into_iter().flatten() {
                        if let Some(list) = self.lexicon.by_first.get_mut(*id as usize) {
                            list.push(entry);
                        }
                    }
                }
                Some(Step::Number) if !rest.is_empty() => self.lexicon.by_number.push(entry),
                _ => return Err(PhraseError::TooWide(phrase.to_owned())),
            }
            self.lexicon.phrases.push(Phrase { number, rest });
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
                Step::Words(self.set(ids))
            }
        })
    }

    fn set(&mut self, mut ids: Vec<u32>) -> u32 {
        ids.sort_unstable();
        ids.dedup();
        let next = u32::try_from(self.lexicon.sets.len()).unwrap_or(NOTHING);
        let set = *self.sets.entry(ids.clone()).or_insert(next);
        if set == next {
            self.lexicon.sets.push(ids);
        }
        set
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
        lexicon.near = Near::of(&lexicon.exact);
        lexicon.index_needs();
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
    /// Notes of every phrase the rarest words that must follow its first: a phrase that begins like
    /// half of all sentences is looked at only where they do. Rare is what few phrases speak of.
    fn index_needs(&mut self) {
        let mut spoken = vec![0_usize; self.by_first.len()];
        let sets_of = |phrase: &Phrase| -> Vec<u32> {
            phrase.rest.iter().filter_map(|s| if let Step::Words(set) = s { Some(*set) } else { None }).collect()
        };
        for set in self.phrases.iter().flat_map(sets_of) {
            for id in self.sets.get(set as usize).into_iter().flatten() {
                if let Some(count) = spoken.get_mut(*id as usize) {
                    *count += 1;
                }
            }
        }
        let weight = |set: u32| -> usize {
            let ids = self.sets.get(set as usize).into_iter().flatten();
            ids.map(|id| spoken.get(*id as usize).copied().unwrap_or(0)).sum()
        };
        let needs: Vec<u32> = self
            .phrases
            .iter()
            .map(|phrase| sets_of(phrase).into_iter().min_by_key(|set| weight(*set)).unwrap_or(NOTHING))
            .collect();
        for entry in self.by_first.iter_mut().flatten().chain(&mut self.by_number) {
            entry.need = needs.get(entry.phrase as usize).copied().unwrap_or(NOTHING);
        }
        let mut wanted: Vec<u32> = needs.into_iter().filter(|set| *set != NOTHING).collect();
        wanted.sort_unstable();
        wanted.dedup();
        self.needed = vec![Vec::new(); self.by_first.len()];
        for set in wanted {
            for id in self.sets.get(set as usize).into_iter().flatten() {
                if let Some(sets) = self.needed.get_mut(*id as usize) {
                    sets.push(set);
                }
            }
        }
    }

    /// Every phrase in `text`, in the order of their first token; they may overlap.
    pub fn find(&self, text: &Text<'_>) -> Vec<Hit> {
        let mut known = Known::default();
        let mut of_token = Vec::new();
        for at in 0..text.tokens.len() {
            of_token.clear();
            self.ids_of(text.word(at), &mut of_token);
            known.ids.append(&mut of_token);
            known.ends.push(known.ids.len());
        }
        let mut hits = Vec::new();
        // Set of words -> the last token that is one of it, among the sentences begun so far.
        let mut last = vec![0_usize; self.sets.len()];
        let mut marked = 0;
        for at in 0..text.tokens.len() {
            while marked < text.tokens.len() && (marked <= at || text.same_sentence(at, marked)) {
                for set in known.of(marked).iter().filter_map(|id| self.needed.get(*id as usize)).flatten() {
                    if let Some(last) = last.get_mut(*set as usize) {
                        *last = marked;
                    }
                }
                marked += 1;
            }
            let mut look = |entries: &[Entry]| {
                for entry in entries {
                    // `NOTHING` is beyond every set.
                    if last.get(entry.need as usize).is_some_and(|last| *last <= at) {
                        continue;
                    }
                    let Some(phrase) = self.phrases.get(entry.phrase as usize) else { continue };
                    if let Some(end) = self.fits(text, &known, &phrase.rest, at, at + 1) {
                        hits.push(Hit { phrase: phrase.number, start: at, end });
                    }
                }
            };
            if text.tokens.get(at).is_some_and(|t| t.number) {
                look(&self.by_number);
            }
            for id in known.of(at) {
                look(self.by_first.get(*id as usize).map_or(&[], Vec::as_slice));
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
            for (candidate, id) in self.near.get(shorter) {
                let allowed = if candidate.len() >= FUZZY_TWO_FROM && length >= FUZZY_TWO_FROM { 2 } else { 1 };
                let distance = strsim::osa_distance(word, candidate).min(strsim::osa_distance(singular, candidate));
                if distance <= allowed && best.is_none_or(|(d, i)| (distance, id) < (d, i)) {
                    best = Some((distance, id));
                }
            }
        }
        ids.extend(best.map(|(_, id)| id));
    }

    /// Does `rest` fit the tokens from `at` on? Returns where it ends; the shortest fit counts.
    fn fits(&self, text: &Text<'_>, known: &Known, rest: &[Step], first: usize, at: usize) -> Option<usize> {
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
                if let Some(end) = self.fits(text, known, after, from, at + skip) {
                    return Some(end);
                }
            }
            return None;
        }
        // A phrase does not run over a comma, unless it says so by a gap.
        if at >= text.tokens.len()
            || !text.same_sentence(first, at)
            || (at > first && text.clause_of(at) != text.clause_of(at - 1))
        {
            return None;
        }
        let fit = match step {
            Step::Words(set) => {
                let words = self.sets.get(*set as usize).map_or(&[][..], Vec::as_slice);
                known.of(at).iter().any(|id| words.binary_search(id).is_ok())
            }
            Step::Any => true,
            Step::Number => text.tokens.get(at).is_some_and(|t| t.number),
            Step::Gap { .. } => false,
        };
        if fit { self.fits(text, known, after, first, at + 1) } else { None }
    }
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
