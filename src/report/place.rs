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
