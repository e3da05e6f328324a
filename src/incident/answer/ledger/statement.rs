//! A text taken apart into statements, and what every kind of statement needs.

use std::ops::Range;
use std::sync::LazyLock;

use regex::Regex;

use super::super::fold::{Folded, fold};
use super::super::reader::{REFERENCE, Reader};
use super::super::referent::references;
use super::money;
use crate::incident::Reference;

/// A line shorter than this was ended by its author, not wrapped by a client.
const WRAPPED_FROM: usize = 50;
/// Nobody's statement is longer.
const LONGEST: usize = 400;
/// Nobody notes more at a time.
const MOST: usize = 60;

#[allow(clippy::expect_used, reason = "constant patterns, compiled by the first test")]
fn pattern(text: &str) -> Regex {
    Regex::new(text).expect("a constant pattern")
}

static HINT: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"(?i)visite|d[eé]pense|passage|pass[eé]|intervention|interven|venu|rest[eé]|d[eé]placement|annul|supprim|effac|retir|corrig|correct|rectif|modif|classeur|registre|achat|achet|pay[eé]|facture|frais|r[eé]gl[eé]|financ|temps|heures?",
    )
});
/// A command in capitals begins a statement behind a comma or an "et" too.
static INNER: LazyLock<Regex> = LazyLock::new(|| {
    pattern(r"(?:[,;:]|\bet|\bpuis)\s+((?:VISITES?|D[EÉ]PENSES?|TEMPS|HEURES|ANNULER|CORRIGER|CLASSEUR)\b)")
});
static LEAD: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"^(?:(?:bonjour|bonsoir|salut|hello|rebonjour|merci de (?:bien )?noter|(?:tu peux|vous pouvez|peux tu|pouvez vous|a|je|on|il faut) noter?(?: que)?|notez?(?: que)?|noter|merci|s il (?:te|vous) plait|pour (?:info(?:rmation)?|memoire|le registre|le classeur)|au fait|et|puis|aussi|donc|info)\b[ ,:;-]*|[-*>. )]+)+",
    )
});

/// May the text hold a statement at all?
pub(super) fn may_hold_one(source: &str) -> bool {
    HINT.is_match(source)
}

/// The statements of a text, in order: sentences and lines, as ranges.
pub(super) fn split(source: &str) -> Vec<Range<usize>> {
    let mut cuts: Vec<usize> = vec![0];
    let mut line_start = 0;
    for (at, _) in source.match_indices('\n') {
        let line = source.get(line_start..at).unwrap_or("").trim_end();
        let next = source.get(at + 1..).unwrap_or("").trim_start_matches([' ', '\t', '\r']);
        let wrapped = line.chars().count() >= WRAPPED_FROM && next.starts_with(char::is_lowercase);
        if !wrapped {
            cuts.push(at + 1);
        }
        line_start = at + 1;
    }
    for (at, mark) in source.match_indices(['.', '!', '?', ';']) {
        let end = at + mark.len();
        let ends = source.get(end..).is_none_or(|r| r.is_empty() || r.starts_with(char::is_whitespace));
        let word = source.get(..at).unwrap_or("").rsplit(|c: char| !c.is_alphanumeric()).next().unwrap_or("");
        let short = mark == "."
            && (word.chars().count() == 1 && word.chars().all(char::is_uppercase)
                || matches!(word, "env" | "ex" | "no" | "Mme" | "Mr" | "approx" | "janv" | "oct" | "nov" | "sept"));
        if ends && !short {
            cuts.push(end);
        }
    }
    cuts.extend(INNER.captures_iter(source).filter_map(|c| c.get(1)).map(|m| m.start()));
    cuts.push(source.len());
    cuts.sort_unstable();
    cuts.dedup();
    let pairs = cuts.iter().zip(cuts.iter().skip(1));
    pairs
        .map(|(a, b)| *a..*b)
        .filter(|r| source.get(r.clone()).is_some_and(|t| t.chars().any(char::is_alphanumeric)))
        .collect()
}

/// One statement: its words, folded, without greeting, the sign of the euro in words.
pub(super) struct Statement {
    pub source: String,
    pub folded: Folded,
    /// Where what is said begins in the folded text.
    pub start: usize,
    /// Ends with a question mark.
    pub asks: bool,
}

impl Statement {
    pub fn of(reader: &Reader<'_>, words: &str) -> Self {
        let trimmed = words.trim().trim_end_matches([',', ';', ':', '.', '!', ' ']);
        let trimmed = ["et", "puis"].iter().fold(trimmed, |t, w| {
            t.strip_suffix(w).filter(|r| r.ends_with(char::is_whitespace)).map_or(t, |r| r.trim_end_matches([' ', ',']))
        });
        let asks = trimmed.ends_with('?');
        let source: String = money::spelled(trimmed).replace(['\n', '\r', '\t'], " ").chars().take(LONGEST).collect();
        let folded = fold(&source, &reader.phrases.spelling);
        let start = LEAD.find(&folded.text).map_or(0, |m| m.end());
        Self { source, folded, start, asks }
    }

    /// What is said, folded.
    pub fn said(&self) -> &str {
        self.folded.text.get(self.start..).unwrap_or("").trim_end()
    }

    /// The words as they were written.
    pub fn original(&self, range: Range<usize>) -> &str {
        self.folded.original(&self.source, range)
    }

    /// The statement's words for a person.
    pub fn words(&self) -> String {
        let words = self.source.replace("euros", " €").replace("  €", " €");
        words.split_whitespace().collect::<Vec<_>>().join(" ").chars().take(120).collect()
    }

    /// Is it shouted from the first letter to the last?
    pub fn all_capitals(&self) -> bool {
        !self.source.replace("euros", "").chars().any(char::is_lowercase)
    }
}

/// A folded text in which what has been understood is blotted out.
pub(super) struct Sheet {
    pub text: String,
}

/// Stands for what has been understood.
pub(super) const BLOT: char = '|';

impl Sheet {
    pub fn of(statement: &Statement) -> Self {
        let mut sheet = Self { text: statement.folded.text.replace(BLOT, " ") };
        sheet.blot(0..statement.start);
        sheet
    }

    pub fn blot(&mut self, range: Range<usize>) {
        if self.text.get(range.clone()).is_some() {
            let blots = BLOT.to_string().repeat(range.len());
            self.text.replace_range(range, &blots);
        }
    }

    /// Blots a range and the little words in front of it that belong to it ("en", "pour la salle").
    pub fn blot_with_lead(&mut self, range: Range<usize>) {
        let mut start = range.start;
        loop {
            let before = self.text.get(..start).unwrap_or("").trim_end_matches([' ', ':', '(']);
            let word = before.rsplit(|c: char| !c.is_alphanumeric()).next().unwrap_or("");
            if word.is_empty() || !is_joint(word) {
                break;
            }
            start = before.len() - word.len();
        }
        self.blot(start..range.end);
    }

    /// Blots the references and gives the incidents.
    pub fn take_references(&mut self, year: i16, short: bool) -> Vec<Reference> {
        let mut found: Vec<Reference> = Vec::new();
        let ranges: Vec<Range<usize>> = REFERENCE.find_iter(&self.text).map(|m| m.range()).collect();
        for range in ranges {
            let named = self.text.get(range.clone()).unwrap_or("").to_owned();
            found.extend(references(&named, year));
            self.blot_with_lead(range);
        }
        if short {
            let ranges: Vec<Range<usize>> = SHORT.find_iter(&self.text).map(|m| m.range()).collect();
            for range in ranges {
                let named = self.text.get(range.clone()).unwrap_or("").to_owned();
                found.extend(references(&named, year));
                self.blot_with_lead(range);
            }
        }
        let mut once: Vec<Reference> = Vec::new();
        for reference in found {
            if !once.contains(&reference) && once.len() < MOST {
                once.push(reference);
            }
        }
        once
    }

    /// Words that are left, with where they stand.
    pub fn words(&self) -> Vec<(Range<usize>, &str)> {
        let mut found = Vec::new();
        let mut start = None;
        for (at, c) in self.text.char_indices().chain([(self.text.len(), ' ')]) {
            match (c.is_alphanumeric(), start) {
                (true, None) => start = Some(at),
                (false, Some(from)) => {
                    found.push((from..at, self.text.get(from..at).unwrap_or("")));
                    start = None;
                }
                _ => {}
            }
        }
        found
    }
}

/// ", mais le son manque": what is said beside, as a sentence of its own.
pub(super) fn without_joint(tail: &str) -> &str {
    let tail = tail.trim_start_matches([',', ';', '(', '-', ' ']);
    let word = tail.split(' ').next().unwrap_or("");
    match word.to_lowercase().as_str() {
        "mais" | "car" | "et" | "or" => tail.get(word.len()..).unwrap_or("").trim_start(),
        _ => tail,
    }
}

static SHORT: LazyLock<Regex> = LazyLock::new(|| pattern(r"\b0\d{3}\b"));

/// Little words that lead to what follows.
pub(super) fn is_joint(word: &str) -> bool {
    matches!(
        word,
        "en" | "a"
            | "au"
            | "aux"
            | "la"
            | "le"
            | "les"
            | "l"
            | "de"
            | "du"
            | "des"
            | "d"
            | "pour"
            | "dans"
            | "sur"
            | "salle"
            | "dossier"
            | "ticket"
            | "incident"
            | "signalement"
            | "reference"
            | "ref"
            | "sig"
            | "no"
            | "numero"
            | "concernant"
    )
}
