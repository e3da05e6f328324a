//! Pages read back as a browser does.

use std::collections::{BTreeMap, HashSet};

use html5gum::{Token, Tokenizer};

use super::*;
use crate::classeur::sample::{HOSTILE, classeur, hostile};

/// An element that begins: its name and attributes.
type Element = (String, BTreeMap<String, String>);

/// Elements in order, and all words.
fn read(page: &str) -> (Vec<Element>, String) {
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
    let (mut elements, mut words) = (Vec::new(), String::new());
    for token in Tokenizer::new(page) {
        match token.unwrap() {
            Token::StartTag(tag) => {
                let attributes = tag.attributes.iter().map(|(k, v)| (text(k), text(v))).collect();
                elements.push((text(&tag.name), attributes));
            }
            Token::String(string) => words += &text(&string),
            Token::Error(error) => panic!("{error:?}"),
            _ => {}
        }
    }
    (elements, words)
}

fn pages() -> Vec<String> {
    [classeur(0), classeur(1), classeur(120), hostile()].iter().map(|c| render(c).unwrap()).collect()
}

#[test]
fn a_page_needs_nothing_from_elsewhere_and_runs_nothing() {
    for page in pages() {
        for (name, attributes) in read(&page).0 {
            let fine = ["script", "img", "link", "iframe", "object", "embed", "base", "form", "input", "use", "image"];
            assert!(!fine.contains(&name.as_str()), "<{name}>");
            for (key, value) in attributes {
                assert!(!key.starts_with("on") && key != "style" && key != "src", "{name} {key}");
                assert!(key != "href" || value.starts_with('#'), "{value}");
            }
        }
    }
}

#[test]
fn it_says_its_language_and_its_parts() {
    for page in pages() {
        assert!(page.starts_with("<!DOCTYPE html>\n<html lang=\"fr\">"));
        let (elements, _) = read(&page);
        for landmark in ["header", "nav", "main", "footer", "title"] {
            assert_eq!(elements.iter().filter(|(n, _)| n == landmark).count(), 1, "{landmark}");
        }
        assert_eq!(elements.iter().filter(|(n, _)| n == "h1").count(), 1);
        assert!(elements.iter().all(|(n, _)| !["h3", "h4", "h5", "h6"].contains(&n.as_str())));
    }
}

#[test]
fn whatever_is_pointed_to_exists_once() {
    for page in pages() {
        let (elements, _) = read(&page);
        let ids: Vec<&String> = elements.iter().filter_map(|(_, a)| a.get("id")).collect();
        let known: HashSet<&String> = ids.iter().copied().collect();
        assert_eq!(ids.len(), known.len(), "{ids:?}");
        for (_, attributes) in &elements {
            let href = attributes.get("href").and_then(|h| h.strip_prefix('#')).map(str::to_owned);
            for id in attributes.get("aria-labelledby").cloned().into_iter().chain(href) {
                assert!(known.contains(&id), "{id}");
            }
        }
    }
}

#[test]
fn tables_have_captions_and_heads_for_both_ways() {
    let (elements, _) = read(&render(&classeur(120)).unwrap());
    let count = |name: &str| elements.iter().filter(|(n, _)| n == name).count();
    assert_eq!(count("table"), 10);
    assert_eq!(count("caption"), 10);
    assert!(elements.iter().filter(|(n, _)| n == "th").all(|(_, a)| a.contains_key("scope")));
    // What scrolls can be reached by keyboard and has a name; it is no landmark, which its section is.
    let scrolls = elements.iter().filter(|(_, a)| a.get("class").is_some_and(|c| c == "scroll"));
    assert_eq!(scrolls.clone().count(), 10);
    assert!(
        scrolls.clone().all(|(_, a)| a["tabindex"] == "0" && a["role"] == "group" && a.contains_key("aria-labelledby"))
    );
}

#[test]
fn drawings_are_told_in_words_too() {
    let (elements, _) = read(&render(&classeur(120)).unwrap());
    let told: Vec<&String> = elements.iter().filter(|(n, _)| n == "svg").map(|(_, a)| &a["aria-label"]).collect();
    assert_eq!(told.len(), 4);
    assert!(told[0].starts_with("Incidents par mois. sept. 2026\u{a0}: signalés "), "{}", told[0]);
    assert!(told[3].contains("Jusqu’à la réparation\u{a0}: médiane 7,5"), "{}", told[3]);
}

#[test]
fn every_value_is_there_as_french_writes_it() {
    let classeur = classeur(120);
    let (_, words) = read(&render(&classeur).unwrap());
    for cell in classeur.tables.iter().flat_map(|t| t.rows.iter().chain(&t.total)).flatten() {
        assert!(words.contains(shown::cell(cell).as_ref()), "{cell:?}");
    }
    assert!(words.contains("1\u{202f}234,50\u{a0}€"));
    for sentence in classeur.sentences.iter().chain(&classeur.method) {
        assert!(words.contains(sentence), "{sentence}");
    }
}

#[test]
fn hostile_names_are_words_and_nothing_else() {
    let (elements, words) = read(&render(&hostile()).unwrap());
    let (fair, _) = read(&render(&classeur(40)).unwrap());
    let kinds = |all: &[Element]| all.iter().map(|(n, _)| n.clone()).collect::<HashSet<_>>();
    assert!(kinds(&elements).is_subset(&kinds(&fair)));
    for name in HOSTILE.iter().filter(|n| n.is_ascii() && !n.contains('\u{0}')) {
        assert!(words.contains(name), "{name}");
    }
    assert!(!words.contains('\u{202e}') && !words.contains(&"x".repeat(4_100)));
}

#[test]
fn an_empty_period_says_so() {
    let (elements, words) = read(&render(&classeur(0)).unwrap());
    assert!(words.contains("Aucune panne pendant la période."));
    assert!(elements.iter().all(|(n, _)| n != "svg"));
}

#[test]
fn the_same_classeur_gives_the_same_bytes() {
    assert_eq!(render(&classeur(7)).unwrap(), render(&classeur(7)).unwrap());
}

/// WCAG 2.2, relative luminance of "#1b2733" or "#fff".
fn luminance(colour: &str) -> f64 {
    let digits = colour.trim_start_matches('#');
    let wide: String =
        if digits.len() == 3 { digits.chars().flat_map(|c| [c, c]).collect() } else { digits.to_owned() };
    let part = |at: usize| {
        let value = f64::from(u8::from_str_radix(&wide[at..at + 2], 16).unwrap()) / 255.0;
        if value <= 0.03928 { value / 12.92 } else { ((value + 0.055) / 1.055).powf(2.4) }
    };
    0.2126 * part(0) + 0.7152 * part(2) + 0.0722 * part(4)
}

fn contrast(a: &str, b: &str) -> f64 {
    let (a, b) = (luminance(a), luminance(b));
    (a.max(b) + 0.05) / (a.min(b) + 0.05)
}

#[test]
fn words_stand_out_from_every_ground_as_the_guidelines_ask() {
    let colours = |property: &str| -> Vec<String> {
        let pattern = regex::Regex::new(&format!(r"[;{{]{property}:(#[0-9a-f]{{3,6}})")).unwrap();
        pattern.captures_iter(TEMPLATE).map(|c| c[1].to_owned()).collect()
    };
    let (words, grounds) = (colours("color"), colours("background"));
    assert!(words.len() >= 4 && grounds.len() >= 3, "{words:?} {grounds:?}");
    for word in &words {
        for ground in &grounds {
            assert!(contrast(word, ground) >= 4.5, "{word} on {ground}");
        }
    }
    // Bars, the edges of pale ones, and two neighbours.
    for (a, b) in [("#1f4e79", "#fff"), ("#1f4e79", "#a9c3db"), ("#b45309", "#fff")] {
        assert!(contrast(a, b) >= 3.0, "{a} beside {b}");
    }
}
