//! Which place lies in which: building and floor of a room code, the whole school.

use crate::report::Place;

/// A place taken apart.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Shape<'a> {
    /// `ETABLISSEMENT`.
    School,
    /// `BATIMENT C`.
    Building(&'a str),
    /// `C 2E ETAGE`, `2E ETAGE`: the building may be unsaid.
    Floor(Option<&'a str>, u8),
    /// `C201`, `C21`, `2.04`: leading letters and the floor, where the digits tell it.
    Room(&'a str, Option<u8>),
    /// `CDI`, `SALLE CAO`.
    Named,
}

fn shape(place: &Place) -> Shape<'_> {
    let text = place.as_str();
    if place.is_whole_school() {
        return Shape::School;
    }
    for word in ["BATIMENT ", "BAT ", "AILE "] {
        if let Some(name) = text.strip_prefix(word)
            && !name.is_empty()
        {
            return Shape::Building(name);
        }
    }
    let words: Vec<&str> = text.split(' ').collect();
    match words.as_slice() {
        [building, floor, "ETAGE"] => match floor_number(floor) {
            Some(n) => return Shape::Floor(Some(building), n),
            None => return Shape::Named,
        },
        [floor, "ETAGE"] => match floor_number(floor) {
            Some(n) => return Shape::Floor(None, n),
            None => return Shape::Named,
        },
        [building, "RDC"] => return Shape::Floor(Some(building), 0),
        ["RDC"] => return Shape::Floor(None, 0),
        _ => {}
    }
    let letters = text.find(|c: char| !c.is_ascii_uppercase()).unwrap_or(text.len());
    let (building, digits) = text.split_at(letters);
    // "2.04", "A2-04": the floor set apart.
    let plain = digits.bytes().filter(|b| !matches!(b, b'.' | b'-')).count();
    let all_digits = !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit() || matches!(b, b'.' | b'-'));
    if all_digits && building.len() <= 2 {
        // Three digits begin with the floor, and so do two after a building's letter: where rooms are
        // numbered through instead, the number still grows with the floor.
        let begins = plain == 3 || plain == 2 && !building.is_empty();
        let floor = digits.bytes().next().filter(|b| begins && b.is_ascii_digit()).map(|b| b - b'0');
        return Shape::Room(building, floor);
    }
    Shape::Named
}

/// `1ER` -> 1, `2E` -> 2, `RDC` -> 0.
fn floor_number(text: &str) -> Option<u8> {
    if text == "RDC" {
        return Some(0);
    }
    let digits: String = text.chars().take_while(char::is_ascii_digit).collect();
    let rest = text.get(digits.len()..)?;
    if matches!(rest, "" | "E" | "ER" | "EME" | "ND" | "NDE") { digits.parse().ok() } else { None }
}

/// Is it a building, a floor or the whole school, rather than a room?
pub(super) fn is_wide(place: &Place) -> bool {
    matches!(shape(place), Shape::School | Shape::Building(_) | Shape::Floor(..))
}

/// Does `wide` contain `place`, being wider than it? The building of a room code is its leading
/// letter or letters, its floor the first of two or three digits. Nothing tells where a named place (`CDI`)
/// lies but that it is in the school.
pub fn contains(wide: &Place, place: &Place) -> bool {
    if wide == place {
        return false;
    }
    match (shape(wide), shape(place)) {
        (Shape::School, _) => true,
        (Shape::Building(b), Shape::Room(r, _)) => b == r,
        (Shape::Building(b), Shape::Floor(Some(f), _)) => b == f,
        (Shape::Floor(Some(b), f), Shape::Room(r, Some(n))) => b == r && f == n,
        (Shape::Floor(None, f), Shape::Room(_, Some(n))) => f == n,
        (Shape::Floor(None, f), Shape::Floor(Some(_), n)) => f == n,
        _ => false,
    }
}

/// The places that may contain `place`, by name, narrowest first.
pub(super) fn wider(place: &Place) -> Vec<Place> {
    let mut names = Vec::new();
    let floor = |n: u8| match n {
        0 => vec!["RDC".to_owned()],
        1 => vec!["1ER ETAGE".to_owned()],
        n => vec![format!("{n}E ETAGE")],
    };
    match shape(place) {
        Shape::Room(b, n) => {
            for f in n.map(floor).unwrap_or_default() {
                if !b.is_empty() {
                    names.push(format!("{b} {f}"));
                }
                names.push(f);
            }
            if !b.is_empty() {
                names.push(format!("BATIMENT {b}"));
            }
        }
        Shape::Floor(Some(b), n) => {
            names.extend(floor(n));
            names.push(format!("BATIMENT {b}"));
        }
        Shape::School => return Vec::new(),
        Shape::Building(_) | Shape::Floor(None, _) | Shape::Named => {}
    }
    names.push(Place::WHOLE_SCHOOL.to_owned());
    names.iter().map(|n| Place::from_normalised(n)).collect()
}

/// Are these two named places one letter apart ("SALLE CAO", "SALLE DAO"), or is one the other's short name
/// ("CUISINE", "CUISINE PEDAGOGIQUE")? Never true of codes:
/// B204 and B205 are two rooms.
pub(super) fn nearly(a: &Place, b: &Place) -> bool {
    let named = |p: &Place| shape(p) == Shape::Named && !p.as_str().bytes().any(|c| c.is_ascii_digit());
    // "La cuisine" for "la cuisine pédagogique".
    let short = |long: &Place, short: &Place| {
        short.as_str().len() >= 5
            && short.as_str() != "SALLE"
            && long.as_str().strip_prefix(short.as_str()).is_some_and(|rest| rest.starts_with(' '))
    };
    let letter = || a.as_str().len() >= 7 && strsim::levenshtein(a.as_str(), b.as_str()) == 1;
    named(a) && named(b) && (letter() || short(a, b) || short(b, a))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn p(text: &str) -> Place {
        Place::from_normalised(text)
    }

    #[test]
    fn a_room_lies_on_its_floor_in_its_building_in_the_school() {
        assert!(contains(&p("BATIMENT C"), &p("C12")));
        assert!(contains(&p("C 2E ETAGE"), &p("C204")));
        assert!(contains(&p("E 1ER ETAGE"), &p("E104")));
        assert!(contains(&p("C 1ER ETAGE"), &p("C12")));
        assert!(contains(&p("2E ETAGE"), &p("2.04")));
        assert!(contains(&p("ETABLISSEMENT"), &p("CDI")));
        assert!(contains(&p("BATIMENT C"), &p("C 2E ETAGE")));
        assert!(contains(&p("ETABLISSEMENT"), &p("BATIMENT C")));
    }

    #[test]
    fn nothing_else_lies_in_it() {
        assert!(!contains(&p("BATIMENT C"), &p("B12")));
        assert!(!contains(&p("C 2E ETAGE"), &p("C104")));
        assert!(!contains(&p("BATIMENT C"), &p("CDI")));
        assert!(!contains(&p("C12"), &p("BATIMENT C")));
        assert!(!contains(&p("C12"), &p("C12")));
        assert!(!contains(&p("C 2E ETAGE"), &p("C12")));
    }

    #[test]
    fn what_wider_names_contains_the_place() {
        for room in ["C204", "E001", "73", "C 2E ETAGE", "CDI", "BATIMENT B"] {
            for wide in wider(&p(room)) {
                assert!(contains(&wide, &p(room)), "{wide} {room}");
            }
        }
        assert!(wider(&p("C204")).contains(&p("BATIMENT C")));
        assert!(wider(&p("C204")).contains(&p("C 2E ETAGE")));
        assert!(wider(&p("ETABLISSEMENT")).is_empty());
    }

    #[test]
    fn one_letter_apart_counts_for_names_only() {
        assert!(nearly(&p("SALLE CAO"), &p("SALLE DAO")));
        assert!(!nearly(&p("B204"), &p("B205")));
        assert!(nearly(&p("CUISINE"), &p("CUISINE PEDAGOGIQUE")));
        assert!(!nearly(&p("SALLE 12"), &p("SALLE 13")));
    }
}
