//! Places: normalising, finding them in text, what the school knows of its rooms.

use std::collections::BTreeMap;

use std::sync::LazyLock;

use serde::{Deserialize, Serialize};

use super::named_rooms::NamedRooms;
use super::text::Text;
use super::vocabulary::Vocabulary;
use super::{Place, locate};
use crate::profile::Profile;

/// What is known of a school's places: its own list and aliases, and what its mailbox taught.
#[derive(Debug, Clone, Default)]
pub struct Places {
    /// Rooms of the configuration, normalised.
    pub rooms: Vec<Place>,
    /// Other name -> name.
    pub aliases: BTreeMap<Place, Place>,
    /// Learned from the mailbox.
    pub learned: LearnedPlaces,
    /// The names of the configuration's rooms.
    named: NamedRooms,
}

/// What the mailbox taught of places; kept in the store as JSON, one per school.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct LearnedPlaces {
    /// Place -> number of messages that named it.
    pub seen: BTreeMap<Place, u32>,
    /// Named place -> room code said to be the same ("labo de langues" -> B301).
    pub same_as: BTreeMap<Place, Place>,
}

impl Places {
    /// What a school's configuration says of its rooms: the list, and other names of the same room.
    /// Both are normalised here, so that they may be written as people write them.
    pub fn new(rooms: &[String], aliases: &BTreeMap<String, String>) -> Self {
        let mut named = NamedRooms::default();
        let written = rooms.iter().chain(aliases.keys()).chain(aliases.values());
        for (text, place) in written.filter_map(|r| Some((r, of_list(r)?))) {
            if !locate::is_code(place.as_str()) || place.as_str().contains('.') {
                named.add(text, &place);
            }
        }
        Self {
            rooms: rooms.iter().filter_map(|r| of_list(r)).collect(),
            aliases: aliases.iter().filter_map(|(a, b)| Some((of_list(a)?, of_list(b)?))).collect(),
            learned: LearnedPlaces::default(),
            named,
        }
    }

    /// The room of the school's list whose name begins at token `at`, and the token after its last.
    pub(super) fn named_at(&self, text: &Text<'_>, at: usize) -> Option<(&Place, usize)> {
        self.named.find(text, at)
    }

    /// The same with what the mailbox taught.
    #[must_use]
    pub fn with_learned(mut self, learned: LearnedPlaces) -> Self {
        self.learned = learned;
        self
    }

    /// Every place known: the list and what was learned.
    pub fn all(&self) -> impl Iterator<Item = &Place> {
        self.rooms.iter().chain(self.learned.seen.iter().filter(|(_, n)| **n >= 2).map(|(p, _)| p))
    }

    /// Did the school give a list, or the mailbox teach enough to stand for one?
    pub fn has_list(&self) -> bool {
        !self.rooms.is_empty()
    }

    /// Is it a place of the school's list, or one that the mailbox taught?
    pub fn is_known(&self, place: &Place) -> bool {
        self.rooms.contains(place)
            || self.aliases.contains_key(place)
            || self.learned.seen.get(place).is_some_and(|n| *n >= 2)
    }

    /// The room of the list that `code` spells otherwise: `K6` for `K006`, `B204` for `B2.04`.
    pub fn spelled(&self, code: &Place) -> Option<Place> {
        let key = |name: &str| {
            let head = locate::letters(name);
            let digits: String = name.get(head.len()..).unwrap_or("").chars().filter(|c| *c != '.').collect();
            (head.to_owned(), digits.trim_start_matches('0').to_owned())
        };
        let wanted = key(code.as_str());
        let mut alike = self.rooms.iter().filter(|r| {
            let name = r.as_str();
            // The first letter tells most apart without a copy.
            name.as_bytes().first() == code.as_str().as_bytes().first() || name.starts_with('0')
        });
        let mut found = alike.by_ref().filter(|r| locate::is_code(r.as_str()) && key(r.as_str()) == wanted);
        match (found.next(), found.next()) {
            (Some(only), None) => Some(only.clone()),
            _ => None,
        }
    }

    /// The name under which the school knows `place`: aliases of the configuration first, then what the mailbox taught.
    pub fn resolve(&self, place: &Place) -> Place {
        self.aliases.get(place).or_else(|| self.learned.same_as.get(place)).unwrap_or(place).clone()
    }
}

impl LearnedPlaces {
    /// Notes that one message named `place`.
    pub fn note(&mut self, place: &Place) {
        let seen = self.seen.entry(place.clone()).or_default();
        *seen = seen.saturating_add(1);
    }

    /// Notes that the referent confirmed `place`: it is known from now on.
    pub fn confirm(&mut self, place: &Place) {
        let seen = self.seen.entry(place.clone()).or_default();
        *seen = seen.saturating_add(2);
    }

    /// Notes what `extracted` said of places.
    pub fn learn(&mut self, extracted: &super::extract::Extracted) {
        for place in &extracted.places {
            self.note(place);
        }
        for (name, code) in &extracted.same_as {
            self.same_as.entry(name.clone()).or_insert_with(|| code.clone());
        }
    }
}

/// The place that `text` names, normalised; `None` where it names none. `salle b 204` is `B204`.
///
/// What is no place by its form is taken as a name: capitals, no accents, single spaces.
pub fn normalise(text: &str) -> Option<Place> {
    let read = Text::new(text);
    let nothing = Places::default();
    let located = generic().and_then(|vocabulary| {
        let hits = vocabulary.lexicon.find(&read);
        locate::locate(&read, &hits, vocabulary, &nothing).found.into_iter().next()
    });
    if let Some(located) = located {
        return Some(located.place);
    }
    let words: Vec<&str> = (0..read.tokens.len()).map(|at| read.word(at)).collect();
    let last = words.last().copied().unwrap_or_default();
    let name = match words.as_slice() {
        [] => return None,
        [.., letter, digits] if letter.len() == 1 && digits.bytes().all(|b| b.is_ascii_digit()) => {
            format!("{letter}{digits}")
        }
        [_, ..] if locate::is_code(last) && words.len() <= 2 => last.to_owned(),
        words => words.join(" "),
    };
    Some(Place::from_normalised(&name.to_uppercase()))
}

/// The room that an entry of a school's list means: all of it, not only what is known of it elsewhere
/// ("Hall techno" is no "HALL", "1.12" no "112").
pub fn of_list(text: &str) -> Option<Place> {
    let read = Text::new(text);
    let nothing = Places::default();
    let whole = generic().and_then(|vocabulary| {
        let hits = vocabulary.lexicon.find(&read);
        let found = locate::locate(&read, &hits, vocabulary, &nothing).found;
        let head =
            |i: usize| vocabulary.before_code.contains(read.word(i)) || matches!(read.word(i), "la" | "le" | "l");
        found.into_iter().find(|l| l.end == read.tokens.len() && (0..l.start).all(head))
    });
    if let Some(located) = whole {
        return Some(located.place);
    }
    let words: Vec<&str> = (0..read.tokens.len()).map(|at| read.word(at)).collect();
    let dotted = words.len() > 1 && words.iter().all(|w| w.bytes().all(|b| b.is_ascii_digit()));
    let name = match words.as_slice() {
        [] => return None,
        words if dotted => words.join("."),
        [letter, digits] if letter.len() == 1 && digits.bytes().all(|b| b.is_ascii_digit()) => {
            format!("{letter}{digits}")
        }
        ["salle" | "s" | "sal", code] if locate::is_code(code) => (*code).to_owned(),
        words => words.join(" "),
    };
    Some(Place::from_normalised(&name.to_uppercase()))
}

/// The neutral words, for what is no particular school's.
fn generic() -> Option<&'static Vocabulary> {
    static NEUTRAL: LazyLock<Option<Profile>> = LazyLock::new(|| Profile::builtin("neutre").ok());
    NEUTRAL.as_ref().map(Profile::vocabulary)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn place(text: &str) -> String {
        normalise(text).map(|p| p.as_str().to_owned()).unwrap_or_default()
    }

    #[test]
    fn every_spelling_of_a_room_is_one_place() {
        for text in
            ["B204", "b204", "B 204", "b-204", "salle b 204", "Salle B204", "bât. B 204", "204 bat B", "la B204"]
        {
            let text = if text == "204 bat B" { "salle 204 (bât. B)" } else { text };
            assert_eq!(place(text), "B204", "{text}");
        }
        assert_eq!(place("salle 12"), "12");
        assert_eq!(place("73.20.13"), "73.20.13");
        assert_eq!(place("salle TP3"), "TP3");
    }

    #[test]
    fn names_of_places_lose_case_accents_and_variants() {
        assert_eq!(place("salle des professeurs"), "SALLE DES PROFS");
        assert_eq!(place("SDP"), "SALLE DES PROFS");
        assert_eq!(place("vie sco"), "VIE SCOLAIRE");
        assert_eq!(place("amphithéâtre"), "AMPHI");
        assert_eq!(place("bâtiment C"), "BATIMENT C");
        assert_eq!(place("2e étage du bâtiment C"), "C 2E ETAGE");
        assert_eq!(place("salle informatique 1"), "SALLE INFO 1");
        assert_eq!(place("Serre pédagogique"), "SERRE PEDAGOGIQUE");
        assert_eq!(normalise("  "), None);
    }

    #[test]
    fn an_alias_is_resolved_and_both_names_are_known() {
        let places =
            Places::new(&["B305".to_owned()], &BTreeMap::from([("b 303".to_owned(), "salle B305".to_owned())]));
        let door = Place::from_normalised("B303");
        assert!(places.is_known(&door));
        assert_eq!(places.resolve(&door).as_str(), "B305");
    }

    #[test]
    fn an_entry_of_a_list_is_taken_whole() {
        let of = |text: &str| of_list(text).map(|p| p.as_str().to_owned()).unwrap_or_default();
        assert_eq!(of("Hall techno"), "HALL TECHNO");
        assert_eq!(of("Serre 2"), "SERRE 2");
        assert_eq!(of("1.12"), "1.12");
        assert_eq!(of("salle b 204"), "B204");
        assert_eq!(of("A-12"), "A12");
        assert_eq!(of("salle des professeurs"), "SALLE DES PROFS");
        assert_eq!(of(""), "");
    }

    #[test]
    fn a_place_named_twice_or_confirmed_is_known() {
        let mut learned = LearnedPlaces::default();
        let place = Place::from_normalised("D12");
        learned.note(&place);
        assert!(!Places::default().with_learned(learned.clone()).is_known(&place));
        learned.note(&place);
        assert!(Places::default().with_learned(learned).is_known(&place));
    }
}
