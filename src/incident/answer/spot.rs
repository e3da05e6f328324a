//! Places named in an answer.

use std::ops::Range;
use std::sync::LazyLock;

use regex::Regex;

use super::fold::{Folded, fold};
use super::reader::Reader;
use crate::report::Place;
use crate::report::extract::mentions;

/// A place that a text names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Spot {
    pub place: Place,
    /// Where in the folded text.
    pub range: Range<usize>,
    /// Named as the wrong one ("pas la B204").
    pub negated: bool,
    /// Has a name rather than a code.
    pub named: bool,
}

#[allow(clippy::expect_used, reason = "constant patterns, compiled by the first test")]
static CODE: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?m)\b(?:salle|en|la|de la|dans la|celle de la|au|le|du) (\d{3})\b|^(\d{3})$|\b(?:(?:salle|s\.) ?)?([a-z]{1,2}) ?(\d{2,3})\b|\b(s) ?(\d{1,2})\b")
        .expect("a constant pattern")
});

#[allow(clippy::expect_used, reason = "constant patterns, compiled by the first test")]
static CALLED: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"\b(?:salle|atelier|studio|espace) (?:de |d |des |du )(\w{4,})").expect("a constant pattern")
});

/// So many bytes before a place may say that it is the wrong one.
const NEAR: usize = 200;

/// Words behind "salle de" that name no room.
const NO_NAME: &[&str] = &[
    "cours", "classe", "cette", "celle", "celui", "notre", "votre", "leur", "madame", "monsieur", "gauche", "droite",
    "cote", "lycee", "etage", "haut", "habitude", "fond", "dessus", "dessous", "collegue", "classes",
];

/// Every place named in `folded`, in order.
pub(super) fn find(source: &str, folded: &Folded, reader: &Reader<'_>) -> Vec<Spot> {
    let (phrases, places) = (&reader.phrases, reader.places);
    let mut spots: Vec<Spot> = Vec::new();
    let mut add = |place: Place, range: Range<usize>, named: bool| {
        if !spots.iter().any(|s| s.range.start < range.end && range.start < s.range.end) {
            spots.push(Spot { place, range, negated: false, named });
        }
    };
    let known = places.rooms.iter().chain(places.aliases.keys()).chain(places.learned.seen.keys());
    for room in known {
        let name = fold(room.as_str(), &phrases.spelling).text;
        for (at, _) in folded.text.match_indices(&name).filter(|_| !name.is_empty()) {
            let range = at..at + name.len();
            if is_word(&folded.text, &range) && !room.is_whole_school() {
                let named = !name.bytes().any(|b| b.is_ascii_digit());
                add(places.aliases.get(room).unwrap_or(room).clone(), range, named);
            }
        }
    }
    for c in CODE.captures_iter(&folded.text) {
        let Some(whole) = c.get(0) else { continue };
        let place = if let (Some(letters), Some(digits)) = (c.get(3).or(c.get(5)), c.get(4).or(c.get(6))) {
            let apart = digits.start() > letters.end();
            let written = folded.original(source, letters.range());
            if apart && !written.chars().all(char::is_uppercase) {
                continue;
            }
            format!("{}{}", letters.as_str(), digits.as_str())
        } else if let Some(digits) = c.get(1).or(c.get(2)) {
            digits.as_str().to_owned()
        } else {
            continue;
        };
        add(Place::from_normalised(&place.to_uppercase()), whole.range(), false);
    }
    for m in phrases.set("place.named").find_iter(&folded.text) {
        add(Place::from_normalised(&named(m.as_str())), m.range(), true);
    }
    // Buildings, floors and whatever else the vocabulary of reports knows.
    for (place, at) in mentions(source, reader.profile, places).places {
        if let Some(range) = folded.locate(&at).filter(|_| !place.is_whole_school() || folded.text.contains("tout")) {
            add(place, range, true);
        }
    }
    // "La salle de travail": a name that no list knows is a name all the same.
    for c in CALLED.captures_iter(&folded.text) {
        let (Some(whole), Some(name)) = (c.get(0), c.get(1)) else { continue };
        let taken = spots.iter().any(|s| s.range.start < whole.end() && whole.start() < s.range.end);
        if !taken && !NO_NAME.contains(&name.as_str()) && !name.as_str().bytes().any(|b| b.is_ascii_digit()) {
            let place = Place::from_normalised(&whole.as_str().to_uppercase().replace(" D ", " D'"));
            spots.push(Spot { place, range: whole.range(), negated: false, named: true });
        }
    }
    spots.sort_by_key(|s| s.range.start);
    for spot in &mut spots {
        let near = folded.text.floor_char_boundary(spot.range.start.saturating_sub(NEAR));
        let before = folded.text.get(near..spot.range.start).unwrap_or("");
        let clause = before.rfind(['\n', '.', '!', '?', ';', ',', ':', '(']).map_or(0, |n| n + 1);
        let before = before.get(clause..).unwrap_or("").trim_end();
        let before = ["la", "le", "l", "les", "en", "salle", "au", "celle"].iter().fold(before, |b, w| {
            b.strip_suffix(w).filter(|r| r.is_empty() || r.ends_with(' ')).map_or(b, str::trim_end)
        });
        spot.negated = phrases.set("place.negated").find_iter(before).any(|m| m.end() == before.len())
            && !before.ends_with("mais")
            && !before.ends_with(" par")
            && !before.ends_with(" c est");
    }
    spots
}

fn named(text: &str) -> String {
    match text {
        "sdp" => "SALLE DES PROFS".to_owned(),
        t if t.starts_with("salle des prof") => "SALLE DES PROFS".to_owned(),
        "amphitheatre" => "AMPHI".to_owned(),
        t => t.to_uppercase(),
    }
}

fn is_word(text: &str, range: &Range<usize>) -> bool {
    let letter = |c: Option<char>| c.is_some_and(char::is_alphanumeric);
    !letter(text[..range.start].chars().next_back()) && !letter(text[range.end..].chars().next())
}
