//! What labelled mails teach of words: how probably a mail tells of a fault, asks after one, says that it is
//! over or concerns none, and how probably a sentence tells of a problem. Pure.
//!
//! Two linear classifiers over the same words (multinomial and binary logistic regression). Their weights
//! stand in a table that a person can read, one word a line, which `cargo test --test learn` makes from
//! the labelled mailboxes of `tests/fixtures`. They know nothing of what the rules conclude: rules were
//! written with the same mailboxes in view, and would be believed too much.

use std::collections::HashMap;
use std::ops::Range;
use std::sync::LazyLock;

use super::Kind;
use super::problem::Setting;
use super::reading::Reading;

/// What a mail may be, in the order of the table's columns.
pub const KINDS: [Kind; 4] = [Kind::Report, Kind::FollowUp, Kind::Resolved, Kind::Other];

/// Columns of the table: a weight for each of [`KINDS`], then that of a sentence which tells of a problem.
pub const COLUMNS: usize = KINDS.len() + 1;

/// The table that is shipped.
pub const TABLE: &str = include_str!("../../templates/neutre/learned.tsv");

/// Letters of a word that count: its end is grammar.
const STEM: usize = 6;

/// The weights of words.
#[derive(Debug, Default)]
pub struct Weights {
    /// Where the weights of a word stand in `rows`.
    words: HashMap<String, usize>,
    rows: Vec<[f32; COLUMNS]>,
}

static SHIPPED: LazyLock<Weights> = LazyLock::new(|| Weights::parse(TABLE));

impl Weights {
    /// Reads a table: a word and [`COLUMNS`] numbers a line, parted by tabs. Lines that begin with `# ` are
    /// comments; a line that is none of these is passed over.
    pub fn parse(table: &str) -> Self {
        let row = |line: &str| {
            let mut fields = line.split('\t');
            let word = fields.next()?.to_owned();
            let mut weights = [0.0; COLUMNS];
            for weight in &mut weights {
                *weight = fields.next()?.trim().parse().ok().filter(|w: &f32| w.is_finite())?;
            }
            Some((word, weights))
        };
        let mut read = Self::default();
        for (word, weights) in table.lines().filter(|l| !l.starts_with("# ")).filter_map(row) {
            read.words.insert(word, read.rows.len());
            read.rows.push(weights);
        }
        read
    }

    /// The weights that are shipped.
    pub fn shipped() -> &'static Self {
        &SHIPPED
    }

    /// Number of words.
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// Are there no words?
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// The sums of the columns over `words`, each word counted once.
    fn sums<'a>(&self, words: impl Iterator<Item = &'a str>) -> [f64; COLUMNS] {
        let mut seen = vec![false; self.rows.len()];
        let mut sums = [0.0; COLUMNS];
        for at in words.chain([ALWAYS]).filter_map(|w| self.words.get(w).copied()) {
            if seen.get_mut(at).is_none_or(|seen| std::mem::replace(seen, true)) {
                continue;
            }
            let row = self.rows.get(at).unwrap_or(&[0.0; COLUMNS]);
            for (sum, weight) in sums.iter_mut().zip(row) {
                *sum += f64::from(*weight);
            }
        }
        sums
    }

    /// How probable each of [`KINDS`] is for a mail of these words.
    pub fn kinds<'a>(&self, words: impl Iterator<Item = &'a str>) -> [f64; KINDS.len()] {
        let sums = self.sums(words);
        let mut shares = [0.0; KINDS.len()];
        shares.copy_from_slice(sums.get(..KINDS.len()).unwrap_or(&[0.0; KINDS.len()]));
        softmax(&mut shares);
        shares
    }

    /// How probably a sentence of these words tells of a problem.
    pub fn told<'a>(&self, words: impl Iterator<Item = &'a str>) -> f64 {
        let [.., told] = self.sums(words);
        1.0 / (1.0 + (-told).exp())
    }
}

/// Makes shares of 1 of `scores`.
pub fn softmax(scores: &mut [f64]) {
    let most = scores.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    for score in scores.iter_mut() {
        *score = (*score - most).exp();
    }
    let sum: f64 = scores.iter().sum();
    for score in scores.iter_mut() {
        *score /= sum;
    }
}

// Marks beside the words: capitals, which no folded word has.
/// In every text.
pub const ALWAYS: &str = "ALWAYS";
const THING: &str = "THING";
const VAGUE_THING: &str = "VAGUE";
const PLACE: &str = "PLACE";
const NUMBER: &str = "NUMBER";
const REPLY: &str = "REPLY";
const QUESTION: &str = "QUESTION";
const FIRST: &str = "FIRST";
const NOTHING_NAMED: &str = "UNNAMED";
const LENGTHS: [&str; 8] = ["LONG0", "LONG1", "LONG2", "LONG3", "LONG4", "LONG5", "LONG6", "LONG7"];

/// The words of a message as the weights know them.
#[derive(Debug)]
pub struct Words<'a, 'b> {
    reading: &'a Reading<'b>,
    subject: usize,
    reply: bool,
    /// What stands for each token; `None` where another token stands for it.
    classes: Vec<Option<&'static str>>,
}

/// A token that is told by its word.
const PLAIN: &str = "";

impl<'a, 'b> Words<'a, 'b> {
    pub(super) fn new(reading: &'a Reading<'b>, setting: Setting<'_>) -> Self {
        let mut classes: Vec<Option<&'static str>> =
            reading.text.tokens.iter().map(|t| Some(if t.number { NUMBER } else { PLAIN })).collect();
        let mut class = |start: usize, end: usize, name: &'static str| {
            if let Some([first, rest @ ..]) = classes.get_mut(start..end) {
                *first = Some(name);
                rest.fill(None);
            }
        };
        for m in &reading.mentions {
            class(m.start, m.end, if m.weak { VAGUE_THING } else { THING });
        }
        for p in &reading.places.found {
            class(p.start, p.end, PLACE);
        }
        Self { reading, subject: setting.subject, reply: setting.reply, classes }
    }

    fn of(&self, tokens: Range<usize>) -> impl Iterator<Item = &str> {
        tokens.filter_map(|i| match self.classes.get(i).copied().flatten()? {
            PLAIN => Some(stem(self.reading.text.word(i))),
            class => Some(class),
        })
    }

    /// The words and marks of the whole message. The subject of an answer is somebody else's.
    pub fn message(&self) -> impl Iterator<Item = &str> {
        let sentences = &self.reading.text.sentences;
        let body = sentences.get(self.subject).map_or(self.reading.text.tokens.len(), |s| s.tokens.start);
        let first = if self.reply { body } else { 0 };
        let question = sentences.iter().skip(self.subject).any(|s| s.question);
        let long = LENGTHS.get((self.reading.text.tokens.len() - body) / 12).or(LENGTHS.last()).copied();
        self.of(first..self.reading.text.tokens.len())
            .chain(long)
            .chain(self.reply.then_some(REPLY))
            .chain(question.then_some(QUESTION))
    }

    /// The words and marks of one sentence.
    pub fn sentence(&self, sentence: usize) -> impl Iterator<Item = &str> {
        let found = self.reading.text.sentences.get(sentence);
        let tokens = found.map_or(0..0, |s| s.tokens.clone());
        let long = LENGTHS.get(tokens.len() / 5).or(LENGTHS.last()).copied();
        let named = self.reading.mentions.iter().any(|m| !m.weak && tokens.contains(&m.start));
        self.of(tokens)
            .chain(long)
            .chain(self.reply.then_some(REPLY))
            .chain(found.is_some_and(|s| s.question).then_some(QUESTION))
            .chain((sentence == self.subject).then_some(FIRST))
            .chain((!named).then_some(NOTHING_NAMED))
    }
}

fn stem(word: &str) -> &str {
    word.char_indices().nth(STEM).and_then(|(at, _)| word.get(..at)).unwrap_or(word)
}

/// A message as the weights see it, to learn from.
#[derive(Debug, Clone)]
pub struct Sample {
    /// The text that was read: subject, empty line, body.
    pub source: String,
    /// The words and marks of the whole.
    pub words: Vec<String>,
    /// The sentences of the body: where they stand in the source, their words and marks.
    pub sentences: Vec<(Range<usize>, Vec<String>)>,
}

impl Sample {
    pub(super) fn of(reading: &Reading<'_>, setting: Setting<'_>) -> Self {
        let text = &reading.text;
        let words = Words::new(reading, setting);
        let own = |w: &mut dyn Iterator<Item = &str>| -> Vec<String> { w.chain([ALWAYS]).map(str::to_owned).collect() };
        let place = |tokens: &Range<usize>| {
            let start = text.tokens.get(tokens.start)?.start;
            Some(start..text.tokens.get(tokens.end.checked_sub(1)?)?.end)
        };
        let body = text.sentences.iter().enumerate().skip(setting.subject);
        Self {
            source: text.source.to_owned(),
            words: own(&mut words.message()),
            sentences: body.filter_map(|(n, s)| Some((place(&s.tokens)?, own(&mut words.sentence(n))))).collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_is_read_line_by_line_and_bad_lines_are_passed_over() {
        let weights = Weights::parse(
            "# words\nmort\t1\t0\t-1\t0\t2\nshort\t1\nnot\ta\tnumber\tat\tall\t1\nALWAYS\t0\t0\t0\t0\t-1\n",
        );
        assert_eq!(weights.len(), 2);
        let [report, _, resolved, _] = weights.kinds(["mort"].into_iter());
        assert!(report > resolved);
        assert!(weights.told(["mort"].into_iter()) > 0.5 && weights.told(["vivant"].into_iter()) < 0.5);
    }

    #[test]
    fn a_word_said_twice_counts_once() {
        let weights = Weights::parse("mort\t1\t0\t-1\t0\t2\n");
        assert_eq!(weights.kinds(["mort"].into_iter()), weights.kinds(["mort", "mort"].into_iter()));
    }

    #[test]
    fn the_shipped_table_is_small_sorted_and_of_bounded_weights() {
        assert!(TABLE.len() < 150_000, "{}", TABLE.len());
        let words: Vec<&str> = TABLE.lines().filter(|l| !l.starts_with("# ")).collect();
        assert!(words.is_sorted() && words.len() > 500, "{}", words.len());
        let weights = Weights::shipped();
        assert_eq!(weights.len(), words.len());
        assert!(weights.rows.iter().flatten().all(|w| w.abs() < 8.0));
    }
}
