//! TOML tables read with line numbers, all mistakes collected.
//!
//! The set of known keys is what the reading code asked for, so it cannot drift from what is read.

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::Problem;

/// Where each key belongs, for keys that were written under the wrong heading (the usual slip in
/// TOML: a line added at the end of the file falls into the last table).
const HOMES: &[(&str, &[&str])] = &[
    (
        "school",
        &[
            "name",
            "uai",
            "city",
            "mailbox",
            "staff_domains",
            "referent",
            "correspondents",
            "support",
            "support_from",
            "profile",
            "rooms",
            "room_aliases",
            "pcs",
            "contact",
            "access_hours",
            "known_senders",
            "relay_senders",
            "timezone",
        ],
    ),
    (
        "school.policy",
        &[
            "confirm",
            "send_unconfirmed_after",
            "copy",
            "subaddressing",
            "trusted_authserv",
            "remind_after",
            "digest",
            "binder",
            "holidays",
            "close_after",
            "reopen_within",
            "max_mails_per_day",
            "max_mails_per_day_overall",
            "max_message_size",
            "own_copy_wait",
            "copy_photos",
            "keep_raw",
            "keep_incidents",
        ],
    ),
];

/// What was found wrong (and merely odd) so far.
#[derive(Debug)]
pub(super) struct Findings<'a> {
    text: &'a str,
    pub(super) problems: Vec<Problem>,
    pub(super) warnings: Vec<Problem>,
}

impl<'a> Findings<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        Self { text, problems: Vec::new(), warnings: Vec::new() }
    }

    /// Line (from 1) of a byte offset.
    pub(super) fn line(&self, offset: usize) -> usize {
        let before = self.text.as_bytes().get(..offset).unwrap_or_default();
        before.iter().filter(|b| **b == b'\n').count() + 1
    }

    pub(super) fn wrong(&mut self, at: &At, what: impl Into<String>) {
        self.problems.push(Problem { line: at.line, key: at.key.clone(), what: what.into() });
    }

    pub(super) fn odd(&mut self, at: &At, what: impl Into<String>) {
        self.warnings.push(Problem { line: at.line, key: at.key.clone(), what: what.into() });
    }
}

/// A place in the file.
#[derive(Debug, Clone)]
pub(super) struct At {
    pub(super) line: usize,
    pub(super) key: String,
}

/// A value and where it stands.
#[derive(Debug, Clone)]
pub(super) struct Found<T> {
    pub(super) value: T,
    pub(super) at: At,
}

#[derive(Debug)]
struct Entry<'a> {
    name: &'a str,
    line: usize,
    value: &'a DeValue<'a>,
}

/// One table of the file.
#[derive(Debug)]
pub(super) struct Section<'a> {
    path: String,
    line: usize,
    entries: Vec<Entry<'a>>,
    known: Vec<&'static str>,
}

impl<'a> Section<'a> {
    /// What the section is called.
    pub(super) fn path(&self) -> &str {
        &self.path
    }

    /// The section of `table` called `path` ("" for the whole file), which begins at `line`.
    pub(super) fn new(path: &str, line: usize, table: &'a DeTable<'a>, f: &Findings<'_>) -> Self {
        let entries = table
            .iter()
            .map(|(k, v)| Entry { name: k.get_ref().as_ref(), line: f.line(k.span().start), value: v.get_ref() })
            .collect();
        Self { path: path.to_owned(), line, entries, known: Vec::new() }
    }

    /// An empty section, for a table that the file leaves out.
    pub(super) fn absent(path: &str, line: usize) -> Self {
        Self { path: path.to_owned(), line, entries: Vec::new(), known: Vec::new() }
    }

    /// Where the section begins.
    pub(super) fn at(&self) -> At {
        At { line: self.line, key: self.path.trim_end_matches('.').to_owned() }
    }

    fn place(&self, key: &str, line: usize) -> At {
        let key: &str = &key.chars().filter(|c| !c.is_control()).take(60).collect::<String>();
        let key = if self.path.is_empty() { key.to_owned() } else { format!("{}.{key}", self.path) };
        At { line, key }
    }

    /// Is `key` written here? Does not count as having read it.
    pub(super) fn has(&self, key: &str) -> bool {
        self.entries.iter().any(|e| e.name == key)
    }

    fn take(&mut self, key: &'static str) -> Option<Found<&'a DeValue<'a>>> {
        if !self.known.contains(&key) {
            self.known.push(key);
        }
        let (line, value) = self.entries.iter().find(|e| e.name == key).map(|e| (e.line, e.value))?;
        Some(Found { value, at: self.place(key, line) })
    }

    /// A text.
    pub(super) fn text(&mut self, f: &mut Findings<'_>, key: &'static str, example: &str) -> Option<Found<&'a str>> {
        let found = self.take(key)?;
        match found.value.as_str() {
            Some(text) if is_unfilled(text) => {
                f.wrong(&found.at, format!("is still the sample's text; fill it in, as `{key} = \"{example}\"`"));
                None
            }
            Some(text) if !text.trim().is_empty() => Some(Found { value: text, at: found.at }),
            Some(_) => {
                f.wrong(
                    &found.at,
                    format!("is empty; write for example `{key} = \"{example}\"`, or leave the line out"),
                );
                None
            }
            None => {
                let kind = kind_of(found.value);
                f.wrong(&found.at, format!("must be a text in quotes, as `{key} = \"{example}\"`, not {kind}"));
                None
            }
        }
    }

    /// A text that `parse` understands.
    pub(super) fn parsed<T>(
        &mut self,
        f: &mut Findings<'_>,
        key: &'static str,
        example: &str,
        parse: impl Fn(&str) -> Result<T, String>,
    ) -> Option<Found<T>> {
        let found = self.text(f, key, example)?;
        match parse(found.value) {
            Ok(value) => Some(Found { value, at: found.at }),
            Err(what) => {
                f.wrong(&found.at, what);
                None
            }
        }
    }

    /// Says that `key` is missing, unless it is there (and then was found wrong already) or merely
    /// misspelt. For after all keys of the section were read.
    pub(super) fn demand(&self, f: &mut Findings<'_>, key: &str, example: &str, meaning: &str) {
        let misspelt = |e: &Entry<'_>| !self.known.contains(&e.name) && self.nearest(e.name) == Some(key);
        if !self.has(key) && !self.entries.iter().any(misspelt) {
            let at = self.place(key, self.line);
            f.wrong(&at, format!("is missing; add `{key} = \"{example}\"` ({meaning})"));
        }
    }

    /// A list of texts, each understood by `parse`; one text stands for a list of one.
    pub(super) fn list<T>(
        &mut self,
        f: &mut Findings<'_>,
        key: &'static str,
        example: &str,
        parse: impl Fn(&str) -> Result<T, String>,
    ) -> Option<Found<Vec<T>>> {
        let found = self.take(key)?;
        let at = found.at;
        let complaint =
            |v: &DeValue<'_>| format!("must be a list of texts, as `{key} = [\"{example}\"]`, not {}", kind_of(v));
        let mut texts: Vec<(At, &str)> = Vec::new();
        match found.value {
            DeValue::String(s) => texts.push((at.clone(), s)),
            DeValue::Array(items) => {
                for item in items.iter() {
                    let at = At { line: f.line(item.span().start), key: at.key.clone() };
                    match item.get_ref() {
                        DeValue::String(s) => texts.push((at, s)),
                        other => f.wrong(&at, complaint(other)),
                    }
                }
            }
            other => {
                f.wrong(&at, complaint(other));
                return None;
            }
        }
        let mut values = Vec::with_capacity(texts.len());
        for (at, text) in texts {
            match parse(text) {
                Ok(v) => values.push(v),
                Err(what) => f.wrong(&at, what),
            }
        }
        Some(Found { value: values, at })
    }

    /// A whole number within `range`.
    pub(super) fn integer(
        &mut self,
        f: &mut Findings<'_>,
        key: &'static str,
        range: std::ops::RangeInclusive<u32>,
    ) -> Option<u32> {
        let found = self.take(key)?;
        let n = found.value.as_integer().and_then(|i| i64::from_str_radix(i.as_str(), i.radix()).ok());
        match n.and_then(|n| u32::try_from(n).ok()).filter(|n| range.contains(n)) {
            Some(n) => Some(n),
            None => {
                let (low, high) = (range.start(), range.end());
                let example = low.max(&30);
                f.wrong(&found.at, format!("must be a whole number from {low} to {high}, as `{key} = {example}`"));
                None
            }
        }
    }

    /// A number with at most three decimals, from 0 to `most` thousandths; gives its thousandths.
    pub(super) fn thousandths(
        &mut self,
        f: &mut Findings<'_>,
        key: &'static str,
        example: &str,
        most: u32,
    ) -> Option<u32> {
        let found = self.take(key)?;
        let digits = found.value.as_float().map(|n| n.as_str()).or_else(|| {
            let whole = found.value.as_integer().filter(|n| n.radix() == 10)?;
            Some(whole.as_str())
        });
        match digits.and_then(thousandths).filter(|n| *n <= most) {
            Some(n) => Some(n),
            None => {
                let high = most / 1000;
                let what =
                    format!("must be a number from 0 to {high} with three decimals at most, as `{key} = {example}`");
                f.wrong(&found.at, what);
                None
            }
        }
    }

    /// A text, or a whole number taken as its digits (`25000000` for a size).
    pub(super) fn text_or_integer(
        &mut self,
        f: &mut Findings<'_>,
        key: &'static str,
        example: &str,
    ) -> Option<Found<String>> {
        if let Some(found) = self.take(key)
            && let Some(i) = found.value.as_integer().filter(|i| i.radix() == 10)
        {
            return Some(Found { value: i.as_str().to_owned(), at: found.at });
        }
        let found = self.text(f, key, example)?;
        Some(Found { value: found.value.to_owned(), at: found.at })
    }

    /// `true` or `false`.
    pub(super) fn flag(&mut self, f: &mut Findings<'_>, key: &'static str) -> Option<Found<bool>> {
        let found = self.take(key)?;
        match found.value.as_bool() {
            Some(value) => Some(Found { value, at: found.at }),
            None => {
                f.wrong(&found.at, format!("must be `true` or `false` without quotes, not {}", kind_of(found.value)));
                None
            }
        }
    }

    /// A table under this one.
    pub(super) fn section(&mut self, f: &mut Findings<'_>, key: &'static str) -> Option<Section<'a>> {
        let found = self.take(key)?;
        match found.value {
            DeValue::Table(table) => Some(Section::new(&found.at.key, found.at.line, table, f)),
            other => {
                f.wrong(&found.at, format!("must be a table, headed `[{}]`, not {}", found.at.key, kind_of(other)));
                None
            }
        }
    }

    /// An array of tables (`[[key]]`).
    pub(super) fn sections(&mut self, f: &mut Findings<'_>, key: &'static str) -> Vec<Section<'a>> {
        let Some(found) = self.take(key) else { return Vec::new() };
        let complaint = format!("must be headed `[[{key}]]`, with two brackets on each side: there may be several");
        let DeValue::Array(items) = found.value else {
            f.wrong(&found.at, complaint);
            return Vec::new();
        };
        let mut all = Vec::new();
        for item in items.iter() {
            let line = f.line(item.span().start);
            match item.get_ref() {
                DeValue::Table(table) => all.push(Section::new(&found.at.key, line, table, f)),
                _ => f.wrong(&At { line, key: found.at.key.clone() }, complaint.clone()),
            }
        }
        all
    }

    /// Every key of a table whose keys are free (`room_aliases`, `words`).
    pub(super) fn free_keys(&self) -> Vec<Found<(&'a str, &'a DeValue<'a>)>> {
        self.entries.iter().map(|e| Found { value: (e.name, e.value), at: self.place(e.name, e.line) }).collect()
    }

    /// Complains of the keys that nothing has asked for.
    pub(super) fn finish(self, f: &mut Findings<'_>) {
        for e in self.entries.iter().filter(|e| !self.known.contains(&e.name)) {
            let at = self.place(e.name, e.line);
            f.wrong(&at, self.unknown(e.name));
        }
    }

    /// The known key that `name` was probably meant to be.
    fn nearest(&self, name: &str) -> Option<&'static str> {
        let lower = name.to_lowercase();
        let distances = self.known.iter().map(|k| (strsim::damerau_levenshtein(&lower, k), *k));
        let near =
            distances.filter(|(d, k)| *d <= 2 || *d * 3 <= k.len() || (lower.len() >= 4 && k.contains(lower.as_str())));
        near.min().map(|(_, k)| k)
    }

    fn unknown(&self, name: &str) -> String {
        let shown: String = name.chars().filter(|c| !c.is_control()).take(60).collect();
        // A school.toml is a [[school]] without its heading: its tables are not under `school.`.
        let headed = self.path.starts_with("school") || (self.path.is_empty() && !self.known.contains(&"uai"));
        let here = |section: &str| section == self.path || section.strip_prefix("school.").unwrap_or("") == self.path;
        if let Some((section, _)) = HOMES.iter().find(|(section, keys)| !here(section) && keys.contains(&name)) {
            let home = match (*section, headed) {
                ("school", true) => "stands among the school's own keys, right below `[[school]]`".to_owned(),
                ("school", false) => "stands among the school's own keys, before the first table".to_owned(),
                (table, true) => format!("stands below the heading `[{table}]`"),
                (table, false) => format!("stands below the heading `[{}]`", table.trim_start_matches("school.")),
            };
            return format!("unknown key `{shown}` here; it {home}");
        }
        match self.nearest(name) {
            Some(key) => format!("unknown key `{shown}`; did you mean `{key}`?"),
            None => format!("unknown key `{shown}`; the keys known here are {}", self.known.join(", ")),
        }
    }
}

/// Thousandths of a decimal number written without an exponent; exact, as binary fractions are not.
fn thousandths(number: &str) -> Option<u32> {
    let (whole, decimals) = number.split_once('.').unwrap_or((number, ""));
    let digits = |t: &str| t.bytes().all(|b| b.is_ascii_digit());
    if whole.is_empty() || decimals.len() > 3 || !digits(whole) || !digits(decimals) {
        return None;
    }
    let decimals: u32 = format!("{decimals:0<3}").parse().ok()?;
    whole.parse::<u32>().ok()?.checked_mul(1000)?.checked_add(decimals)
}

/// `<…>`, as `passerelle init` marks what must be filled in.
fn is_unfilled(text: &str) -> bool {
    text.starts_with('<') && text.ends_with('>')
}

/// What a value is, in words.
pub(super) fn kind_of(value: &DeValue<'_>) -> &'static str {
    match value {
        DeValue::String(_) => "a text",
        DeValue::Integer(_) | DeValue::Float(_) => "a number",
        DeValue::Boolean(_) => "true or false",
        DeValue::Datetime(_) => "a date without quotes",
        DeValue::Array(_) => "a list",
        DeValue::Table(_) => "a table",
    }
}

/// The text of an item of a free table.
pub(super) fn texts_of<'a>(value: &'a DeValue<'a>) -> Option<Vec<&'a str>> {
    match value {
        DeValue::String(s) => Some(vec![s]),
        DeValue::Array(items) => items.iter().map(|i: &'a Spanned<DeValue<'a>>| i.get_ref().as_str()).collect(),
        _ => None,
    }
}
