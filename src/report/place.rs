//! Places: normalising, finding them in text, what the school knows of its rooms.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::Place;

/// What is known of a school's places: its own list and aliases, and what its mailbox taught.
#[derive(Debug, Clone, Default)]
pub struct Places {
    /// Rooms of the configuration, normalised.
    pub rooms: Vec<Place>,
    /// Other name -> name.
    pub aliases: BTreeMap<Place, Place>,
    /// Learned from the mailbox.
    pub learned: LearnedPlaces,
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
        Self {
            rooms: rooms.iter().filter_map(|r| normalise(r)).collect(),
            aliases: aliases.iter().filter_map(|(a, b)| Some((normalise(a)?, normalise(b)?))).collect(),
            learned: LearnedPlaces::default(),
        }
    }

    /// The same with what the mailbox taught.
    #[must_use]
    pub fn with_learned(mut self, learned: LearnedPlaces) -> Self {
        self.learned = learned;
        self
    }

    /// Is it a place of the school's list, or one that the mailbox taught?
    pub fn is_known(&self, place: &Place) -> bool {
        self.rooms.contains(place)
            || self.aliases.contains_key(place)
            || self.learned.seen.get(place).is_some_and(|n| *n >= 2)
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
pub fn normalise(text: &str) -> Option<Place> {
    let folded: String = text.trim().to_uppercase();
    (!folded.is_empty()).then(|| Place::from_normalised(&folded))
}
