//! One person, as texts name him or her: to find and to take out whoever asked to be forgotten.

use serde_json::Value;

use super::redact::{self, GONE};
use crate::address::Address;

/// Fields that hold what people wrote.
const WORDS: [&str; 6] = ["words", "span", "since", "effect", "doubts", "reason"];

/// How a person is named.
#[derive(Debug, Clone)]
pub struct Person {
    address: String,
    /// Whole names, both ways round.
    whole: Vec<String>,
    /// Single words of them that name a person by themselves: what stands in capitals, or last.
    surnames: Vec<String>,
    /// Every word of a name, for texts that are known to be about this person.
    all: Vec<String>,
}

impl Person {
    /// `names`: display names under which he or she has written.
    pub fn new(address: &Address, names: &[String]) -> Self {
        let mut one = Self { address: address.to_string(), whole: Vec::new(), surnames: Vec::new(), all: Vec::new() };
        let by_address = redact::names_of(address);
        let names = names.iter().filter(|n| !n.contains('@')).cloned();
        for name in names.chain((!by_address.is_empty()).then(|| by_address.join(" "))) {
            let words: Vec<&str> = name.split([' ', '\u{a0}', ',', '.']).filter(|w| w.chars().count() >= 3).collect();
            let capitals = words.iter().copied().filter(|w| w.chars().all(|c| c.is_uppercase() || c == '-'));
            let mut surnames: Vec<&str> = capitals.collect();
            if let ([_, .., last], true) = (words.as_slice(), surnames.is_empty() || surnames.len() == words.len()) {
                surnames = vec![*last];
            }
            if words.len() > 1 {
                note(&mut one.whole, &words.join(" "));
                let reversed: Vec<&str> = words.iter().rev().copied().collect();
                note(&mut one.whole, &reversed.join(" "));
            }
            surnames.iter().for_each(|w| note(&mut one.surnames, w));
            words.iter().for_each(|w| note(&mut one.all, w));
        }
        one
    }

    /// Does `text` name this person? By a given name alone it does not: others bear it.
    pub fn is_named_in(&self, text: &str) -> bool {
        find_ignoring_case(text, &self.address).is_some()
            || self.whole.iter().chain(&self.surnames).any(|name| redact::remove_word(text, name) != text)
    }

    /// `text` without this person.
    pub fn taken_out_of(&self, text: &str) -> String {
        let mut out = text.to_owned();
        while let Some(at) = find_ignoring_case(&out, &self.address) {
            out.replace_range(at..at + self.address.len(), GONE);
        }
        for name in self.whole.iter().chain(&self.surnames) {
            out = redact::remove_word(&out, name);
        }
        out
    }

    /// What the person wrote, or what is about him or her, without anybody.
    pub fn redacted(&self, text: &str) -> String {
        let names: Vec<&str> = self.whole.iter().chain(&self.all).map(String::as_str).collect();
        redact::redact(&self.taken_out_of(text), &names)
    }

    /// The same for every text in a stored value. `own`: the person told it, so that nobody's name
    /// stays in its words.
    pub fn taken_out_of_value(&self, value: &mut Value, own: bool) {
        self.walk(value, own, false);
    }

    fn walk(&self, value: &mut Value, own: bool, words: bool) {
        match value {
            Value::String(text) => {
                let new = if own && words { self.redacted(text) } else { self.taken_out_of(text) };
                if new != *text {
                    *text = new;
                }
            }
            Value::Array(items) => items.iter_mut().for_each(|item| self.walk(item, own, words)),
            Value::Object(fields) => {
                for (key, field) in fields.iter_mut() {
                    self.walk(field, own, words || WORDS.contains(&key.as_str()));
                }
            }
            Value::Null | Value::Bool(_) | Value::Number(_) => {}
        }
    }
}

fn note(list: &mut Vec<String>, word: &str) {
    let word = word.to_lowercase();
    if !list.contains(&word) {
        list.push(word);
    }
}

/// Where `needle` (lower-case ASCII) begins in `text`, whatever the case there.
pub fn find_ignoring_case(text: &str, needle: &str) -> Option<usize> {
    find_bytes(text.as_bytes(), needle.as_bytes())
}

/// The same among bytes of any kind.
pub fn find_bytes(text: &[u8], needle: &[u8]) -> Option<usize> {
    if needle.is_empty() {
        return None;
    }
    text.windows(needle.len()).position(|w| w.eq_ignore_ascii_case(needle))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn alice() -> Person {
        Person::new(&Address::parse("alice.aubert@ac.test").unwrap(), &["Alice Aubert".to_owned()])
    }

    #[test]
    fn a_person_is_known_by_address_whole_name_or_surname() {
        let alice = alice();
        for text in ["vu par Alice.Aubert@AC.test", "Mme Aubert", "AUBERT Alice", "alice aubert@x, Aubert"] {
            assert!(alice.is_named_in(text), "{text}");
        }
        for text in ["Alice l'a vu", "Auberte", "aubert en minuscules", "alice.aubert@ac.tes", ""] {
            assert!(!alice.is_named_in(text), "{text}");
        }
    }

    #[test]
    fn what_is_taken_out_leaves_the_rest_as_it_was() {
        assert_eq!(alice().taken_out_of("Mme Aubert (ALICE.AUBERT@ac.test) : B204"), "Mme […] ([…]) : B204");
        assert_eq!(alice().taken_out_of("salle B204, poste 7"), "salle B204, poste 7");
    }

    #[test]
    fn only_the_words_of_a_value_lose_numbers_that_may_be_telephones() {
        let mut value = serde_json::json!({
            "labels": ["0123456789"], "place": "BUREAU AUBERT", "words": "Alice, 06 12 34 56 78", "count": 3
        });
        alice().taken_out_of_value(&mut value, true);
        assert_eq!(
            value,
            serde_json::json!({"labels": ["0123456789"], "place": "BUREAU […]", "words": "[…]", "count": 3})
        );
        let mut others = serde_json::json!({"words": "dit par Mme Aubert, 06 12 34 56 78"});
        alice().taken_out_of_value(&mut others, false);
        assert_eq!(others, serde_json::json!({"words": "dit par Mme […], 06 12 34 56 78"}));
    }

    #[test]
    fn a_surname_in_capitals_is_the_surname() {
        let one = Person::new(&Address::parse("x1@ac.test").unwrap(), &["LE BRIS Anne".to_owned()]);
        assert!(one.is_named_in("Mme Bris") && !one.is_named_in("Anne est là"));
        assert_eq!(one.redacted("Anne l'a vu"), "[…] l'a vu");
    }

    #[test]
    fn whoever_bears_no_name_is_known_by_address_alone() {
        let cdi = Person::new(&Address::parse("cdi@ac.test").unwrap(), &[String::new()]);
        assert_eq!(cdi.taken_out_of("au CDI : cdi@ac.test"), "au CDI : […]");
    }
}
