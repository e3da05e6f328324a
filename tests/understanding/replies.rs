//! Scores how answers to the bridge's own mails are read.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::compare::{fold, label, number, place_key};

/// The figures of the replies.
#[derive(Debug, Default)]
pub struct Score {
    /// By role: intents that are right, and how many there are.
    pub roles: BTreeMap<String, (usize, usize)>,
    /// Fields of the gold that are right, and how many there are.
    pub fields: (usize, usize),
    /// Read as a yes though it is none: the worst error.
    pub false_confirms: usize,
    pub missed_confirms: usize,
    /// Every error in words.
    pub errors: Vec<String>,
}

impl Score {
    /// The share of intents of `role` that are right.
    pub fn intent(&self, role: &str) -> f64 {
        self.roles.get(role).map_or(1.0, |(right, of)| *right as f64 / *of as f64)
    }

    /// The share of fields that are right.
    pub fn field_share(&self) -> f64 {
        if self.fields.1 == 0 { 1.0 } else { self.fields.0 as f64 / self.fields.1 as f64 }
    }
}

/// `2026-0042`, `SIG-2026-42` and the like, as year and number.
fn reference(text: &str) -> String {
    let groups: Vec<&str> = text.trim().split(|c: char| !c.is_ascii_digit()).filter(|g| !g.is_empty()).collect();
    match groups.as_slice() {
        [.., year, number] if year.len() == 4 && year.starts_with("20") => {
            format!("{year}-{}", number.trim_start_matches('0'))
        }
        _ => fold(text),
    }
}

/// A field in the form in which it is compared.
fn key(name: &str, value: &Value) -> Option<String> {
    let text = value.as_str();
    match name {
        "of" => text.map(reference),
        "of_place" | "place" | "changes.place" => place_key(text),
        "reference" | "changes.serial" => text.map(|t| fold(t).chars().filter(char::is_ascii_alphanumeric).collect()),
        "date" => text.map(|t| t.chars().take(10).collect()),
        "changes.count" => number(value).map(|n| n.to_string()),
        "also_confirms" => Some(value.to_string()),
        _ => label(value),
    }
}

/// The fields that a line gives, compared form by name.
fn fields(line: &Value) -> BTreeMap<String, Option<String>> {
    let mut out = BTreeMap::new();
    for name in ["of", "of_place", "to", "reference", "date", "half", "place"] {
        if !line[name].is_null() {
            out.insert(name.to_owned(), key(name, &line[name]));
        }
    }
    for (k, v) in line["changes"].as_object().into_iter().flatten().filter(|(_, v)| !v.is_null()) {
        let name = format!("changes.{k}");
        out.insert(name.clone(), key(&name, v));
    }
    if line["also_confirms"] == true {
        out.insert("also_confirms".to_owned(), Some("true".to_owned()));
    }
    out
}

/// Does the line let the ticket go?
fn says_yes(line: &Value) -> bool {
    line["intent"] == "confirm" || line["also_confirms"] == true
}

/// `gold` and `output` are one object per reply, told apart by `file`.
pub fn score(gold: &[Value], output: &[Value]) -> Score {
    let mut s = Score::default();
    for g in gold {
        let file = g["file"].as_str().unwrap_or_default();
        let silent = Value::Null;
        let o = output.iter().find(|o| o["file"] == g["file"]).unwrap_or(&silent);
        let role = s.roles.entry(g["role"].as_str().unwrap_or_default().to_owned()).or_default();
        role.1 += 1;
        if o["intent"] == g["intent"] {
            role.0 += 1;
        } else {
            s.errors.push(format!("{file} {}: {}, should be {}", g["role"], o["intent"], g["intent"]));
        }
        match (says_yes(o), says_yes(g)) {
            (true, false) => {
                s.false_confirms += 1;
                s.errors.push(format!("{file} FALSE CONFIRM: the gold is {}", g["intent"]));
            }
            (false, true) => s.missed_confirms += 1,
            _ => {}
        }
        let got = fields(o);
        for (name, want) in fields(g) {
            s.fields.1 += 1;
            if got.get(&name) == Some(&want) {
                s.fields.0 += 1;
            } else {
                s.errors.push(format!("{file} {name}: {:?}, should be {want:?}", got.get(&name)));
            }
        }
    }
    s
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn gold() -> Vec<Value> {
        vec![
            json!({"file": "1", "role": "referent", "intent": "confirm"}),
            json!({"file": "2", "role": "referent", "intent": "correct", "changes": {"place": "B205"}, "also_confirms": true}),
            json!({"file": "3", "role": "referent", "intent": "duplicate", "of": "2026-0042"}),
            json!({"file": "4", "role": "support", "intent": "acknowledged", "reference": "CES-2026-118204"}),
        ]
    }

    #[test]
    fn the_gold_against_itself_is_perfect() {
        let s = score(&gold(), &gold());
        assert_eq!((s.false_confirms, s.missed_confirms, s.fields, s.errors.len()), (0, 0, (4, 4), 0));
        assert_eq!(s.intent("referent"), 1.0);
    }

    #[test]
    fn whoever_always_says_yes_confirms_falsely() {
        let yes: Vec<Value> = gold().iter().map(|g| json!({"file": g["file"], "intent": "confirm"})).collect();
        let s = score(&gold(), &yes);
        assert_eq!((s.false_confirms, s.missed_confirms), (2, 0));
    }

    #[test]
    fn whoever_is_silent_misses_every_yes() {
        let s = score(&gold(), &[]);
        assert_eq!((s.false_confirms, s.missed_confirms, s.intent("support")), (0, 2, 0.0));
    }

    #[test]
    fn references_are_compared_by_year_and_number() {
        assert_eq!(reference("SIG-2026-42"), reference("2026-0042"));
        assert_ne!(reference("2026-0012"), reference("2026-0042"));
    }
}
