//! What a piece of text names, without judging it.

use std::ops::Range;

use super::place::Places;
use super::{Equipment, Place, count, labels, reading};
use crate::profile::Profile;

/// What a piece of text names, without any judgement: for reading answers and corrections.
#[derive(Debug, Clone, Default)]
pub struct Mentions {
    /// Places and where they stand (byte ranges of the text), in order.
    pub places: Vec<(Place, Range<usize>)>,
    /// Equipment and where it stands, in order.
    pub equipment: Vec<(Equipment, Range<usize>)>,
    /// Numbers of machines ("trois postes"), in order.
    pub counts: Vec<(u32, Range<usize>)>,
    /// Asset labels, as written.
    pub labels: Vec<String>,
    /// Serial numbers, as written.
    pub serials: Vec<String>,
}

/// What `text` names. Pure and total.
pub fn mentions(text: &str, profile: &Profile, places: &Places) -> Mentions {
    let reading = reading::read(text, profile.vocabulary(), places);
    let bytes = |start: usize, end: usize| {
        let from = reading.text.tokens.get(start).map_or(0, |t| t.start);
        let to = end.checked_sub(1).and_then(|e| reading.text.tokens.get(e)).map_or(from, |t| t.end);
        from..to
    };
    let (labels, serials) = labels::find(&reading.text, 0, reading.text.tokens.len());
    Mentions {
        places: reading.places.found.iter().map(|p| (p.place.clone(), bytes(p.start, p.end))).collect(),
        equipment: reading.mentions.iter().filter(|m| !m.weak).map(|m| (m.equipment, bytes(m.start, m.end))).collect(),
        counts: reading
            .mentions
            .iter()
            .filter_map(|m| {
                let numbers = count::numbers_from(&reading.text, m.end);
                let count = count::before(&reading, m).or(numbers.count)?;
                Some((count, bytes(m.start, m.end)))
            })
            .collect(),
        labels,
        serials,
    }
}
