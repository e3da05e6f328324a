//! `answers.toml` compiled: the phrases by which answers are understood, as data.

use std::collections::HashMap;
use std::sync::{Arc, LazyLock, PoisonError, RwLock};

use regex::Regex;

use super::fold::fold_char;

/// A phrase book that cannot be used: which entry, and why.
#[derive(Debug, thiserror::Error)]
pub enum PhraseError {
    /// Not TOML.
    #[error("answers.toml: {0}")]
    Toml(#[from] toml::de::Error),
    /// An entry is missing or is not a list of texts.
    #[error("answers.toml: `{0}` must be a list of texts")]
    Shape(String),
    /// An entry names a word list that does not exist.
    #[error("answers.toml: `{key}`: there is no word list `{word}` under [words]")]
    Word {
        /// The entry.
        key: String,
        /// The unknown list.
        word: String,
    },
    /// An entry is not a valid pattern.
    #[error("answers.toml: `{key}`: {source}")]
    Pattern {
        /// The entry.
        key: String,
        /// What the pattern compiler says.
        source: Box<regex::Error>,
    },
}

/// A region's phrases, compiled once.
#[derive(Debug)]
pub struct Phrases {
    pub(super) spelling: HashMap<String, String>,
    sets: HashMap<String, Regex>,
    /// Equipment name of the corpus -> how people call it.
    pub(super) equipment: Vec<(crate::report::Equipment, Regex)>,
    pub(super) actors: Vec<(crate::report::Responsible, Regex)>,
    never: Regex,
}

/// Entries whose phrases must stand at the beginning of what is looked at.
const PREFIXED: &[&str] = &[
    "referent.yes",
    "referent.weak_yes",
    "referent.praise",
    "referent.filler",
    "referent.tail",
    "reporter.filler",
    "reporter.harmless",
];
/// Every entry that the code asks for.
pub(super) const ENTRIES: &[&str] = &[
    "automatic",
    "greeting",
    "referent.yes",
    "referent.weak_yes",
    "referent.praise",
    "referent.filler",
    "referent.tail",
    "referent.doubt",
    "referent.hold",
    "referent.question",
    "referent.tag",
    "referent.alters",
    "referent.brand",
    "referent.refuse",
    "referent.no",
    "referent.over",
    "referent.not_over",
    "referent.duplicate",
    "referent.not_duplicate",
    "referent.not_support",
    "referent.redirect",
    "referent.handles",
    "referent.small_repair",
    "referent.correct",
    "referent.all",
    "referent.others",
    "command.help",
    "command.list",
    "command.asks_help",
    "command.asks_list",
    "command.split",
    "command.merge",
    "command.reopen",
    "command.close",
    "command.chase",
    "support.notice",
    "support.survey",
    "support.conditional",
    "support.negated",
    "support.refused",
    "support.resolved",
    "support.not_resolved",
    "support.closed",
    "support.visit",
    "support.past",
    "support.cancelled",
    "support.moved",
    "support.needs_info",
    "support.barred",
    "support.failed_visit",
    "support.no_request",
    "support.in_progress",
    "support.acknowledged",
    "reporter.yes",
    "reporter.no",
    "reporter.unsure",
    "reporter.part",
    "reporter.filler",
    "reporter.harmless",
    "reporter.asks_place",
    "stranger.admits",
    "stranger.known",
    "stranger.keeps_out",
    "place.named",
    "place.negated",
];

impl Phrases {
    /// Compiles a phrase book.
    ///
    /// # Errors
    /// Names the entry that cannot be used.
    pub fn compile(text: &str) -> Result<Self, PhraseError> {
        let book: toml::Table = toml::from_str(text)?;
        let mut words = HashMap::new();
        if let Some(toml::Value::Table(lists)) = book.get("words") {
            for (name, list) in lists {
                let list = texts(list).ok_or_else(|| PhraseError::Shape(format!("words.{name}")))?;
                words.insert(name.clone(), alternatives(list.iter().map(|w| fold_pattern(w))));
            }
        }
        let mut sets = HashMap::new();
        for key in ENTRIES {
            let found = key.split('.').try_fold(None::<&toml::Value>, |at, part| match at {
                None => book.get(part).map(Some),
                Some(value) => value.get(part).map(Some),
            });
            let list = found.flatten().and_then(texts).ok_or_else(|| PhraseError::Shape((*key).to_owned()))?;
            sets.insert((*key).to_owned(), compile_list(key, &list, &words)?);
        }
        let mut spelling = HashMap::new();
        if let Some(toml::Value::Table(pairs)) = book.get("spelling") {
            for (short, long) in pairs {
                let long = long.as_str().ok_or_else(|| PhraseError::Shape(format!("spelling.{short}")))?;
                spelling.insert(short.clone(), fold_pattern(long));
            }
        }
        let equipment = named_lists(&book, "equipment", &words)?;
        let actors = named_lists(&book, "actor", &words)?;
        let never =
            Regex::new(r"[^\s\S]").map_err(|e| PhraseError::Pattern { key: "-".to_owned(), source: e.into() })?;
        Ok(Self { spelling, sets, equipment, actors, never })
    }

    /// The phrases of one entry; matches nothing where the entry is unknown.
    pub(super) fn set(&self, key: &str) -> &Regex {
        self.sets.get(key).unwrap_or(&self.never)
    }

    /// Does `text` hold a phrase of `key`?
    pub(super) fn says(&self, key: &str, text: &str) -> bool {
        self.set(key).is_match(text)
    }
}

/// A table of lists whose keys are names of an enum.
fn named_lists<T: std::str::FromStr>(
    book: &toml::Table,
    table: &str,
    words: &HashMap<String, String>,
) -> Result<Vec<(T, Regex)>, PhraseError> {
    let mut found = Vec::new();
    let Some(toml::Value::Table(lists)) = book.get(table) else {
        return Err(PhraseError::Shape(table.to_owned()));
    };
    for (name, list) in lists {
        let key = format!("{table}.{name}");
        let shape = || PhraseError::Shape(key.clone());
        let value = name.parse().map_err(|_| shape())?;
        found.push((value, compile_list(&key, &texts(list).ok_or_else(shape)?, words)?));
    }
    Ok(found)
}

fn texts(value: &toml::Value) -> Option<Vec<String>> {
    value.as_array()?.iter().map(|v| v.as_str().map(str::to_owned)).collect()
}

/// Longest first: of two phrases that begin alike the fuller one is meant.
fn alternatives(patterns: impl Iterator<Item = String>) -> String {
    let mut all: Vec<String> = patterns.filter(|p| !p.is_empty()).collect();
    all.sort_by_key(|p| std::cmp::Reverse(p.len()));
    format!("(?:{})", all.join("|"))
}

fn compile_list(key: &str, list: &[String], words: &HashMap<String, String>) -> Result<Regex, PhraseError> {
    let mut patterns = Vec::new();
    for phrase in list {
        patterns.push(substitute(key, fold_pattern(phrase).trim(), words)?);
    }
    // A phrase ends where a word ends, or with a mark of its own.
    let body = alternatives(patterns.into_iter());
    let pattern = if list.is_empty() {
        r"[^\s\S]".to_owned()
    } else if PREFIXED.contains(&key) {
        format!(r"^({body})(?:$|[^\w-]|-\W)")
    } else {
        format!(r"(?m)(?:^|\b){body}(?:\b|$)")
    };
    Regex::new(&pattern).map_err(|e| PhraseError::Pattern { key: key.to_owned(), source: e.into() })
}

/// Puts word lists in the place of `{name}`.
fn substitute(key: &str, pattern: &str, words: &HashMap<String, String>) -> Result<String, PhraseError> {
    let mut out = String::new();
    let mut rest = pattern;
    while let Some(open) = rest.find('{') {
        let (before, after) = rest.split_at(open);
        out.push_str(before);
        let name: String = after.chars().skip(1).take_while(|c| *c != '}').collect();
        if name.starts_with(|c: char| c.is_ascii_lowercase()) {
            let list = words.get(&name).ok_or_else(|| PhraseError::Word { key: key.to_owned(), word: name.clone() })?;
            out.push_str(list);
            rest = after.get(name.len() + 2..).unwrap_or("");
        } else {
            out.push('{');
            rest = after.get(1..).unwrap_or("");
        }
    }
    out.push_str(rest);
    Ok(out)
}

/// Folds a phrase the way texts are folded, leaving pattern signs alone.
fn fold_pattern(phrase: &str) -> String {
    let chars: Vec<char> = phrase.chars().collect();
    let mut out = String::new();
    for (i, &c) in chars.iter().enumerate() {
        let letter = |j: Option<usize>| j.and_then(|j| chars.get(j)).is_some_and(|c| c.is_alphabetic());
        match c {
            '\'' | '’' => out.push(' '),
            '-' if letter(i.checked_sub(1)) && letter(Some(i + 1)) => out.push(' '),
            // `\W` and `\S` are not `\w` and `\s`.
            _ if i > 0 && chars.get(i - 1) == Some(&'\\') => out.push(c),
            _ => fold_char(c, &mut out),
        }
    }
    out
}

type Books = RwLock<Vec<(Arc<str>, Arc<Phrases>)>>;
/// Phrase books in use, by their text: a handful of profiles in one process.
static COMPILED: LazyLock<Books> = LazyLock::new(|| RwLock::new(Vec::new()));
/// More texts than this are compiled anew each time.
const KEPT: usize = 32;

/// The phrases of `text`, compiled once per process. A text that cannot be used falls back to the
/// built-in one: [`Phrases::compile`] is where its error is shown.
pub(super) fn of(text: &Arc<str>) -> Option<Arc<Phrases>> {
    // The same profile asks again and again: its text is compared where it is another's only.
    let same = |t: &Arc<str>| Arc::ptr_eq(t, text) || t == text;
    let known = |all: &[(Arc<str>, Arc<Phrases>)]| all.iter().find(|(t, _)| same(t)).map(|(_, p)| Arc::clone(p));
    if let Some(found) = known(&COMPILED.read().unwrap_or_else(PoisonError::into_inner)) {
        return Some(found);
    }
    let built_in = || Phrases::compile(include_str!("../../../templates/neutre/answers.toml"));
    let phrases = Arc::new(Phrases::compile(text).or_else(|_| built_in()).ok()?);
    let mut all = COMPILED.write().unwrap_or_else(PoisonError::into_inner);
    if known(&all).is_none() && all.len() < KEPT {
        all.push((Arc::clone(text), Arc::clone(&phrases)));
    }
    Some(phrases)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_built_in_phrase_books_compile() {
        for name in ["neutre", "ile-de-france"] {
            let profile = crate::profile::Profile::builtin(name).unwrap();
            if let Err(error) = Phrases::compile(profile.answers()) {
                panic!("{name}: {error}");
            }
        }
    }

    #[test]
    fn an_error_names_its_entry() {
        let book = include_str!("../../../templates/neutre/answers.toml");
        let broken = book.replacen("\n[words]", "\n[words]\nloose = 3", 1);
        assert!(Phrases::compile(&broken).unwrap_err().to_string().contains("words.loose"));
        let broken = book.replacen("automatic = [", "automatic = [\"{nobody}\",", 1);
        assert!(Phrases::compile(&broken).unwrap_err().to_string().contains("nobody"));
        let broken = book.replacen("automatic = [", "automatic = [\"(\",", 1);
        assert!(Phrases::compile(&broken).unwrap_err().to_string().contains("automatic"));
        assert!(Phrases::compile("").unwrap_err().to_string().contains("automatic"));
    }
}
