//! The rooms of a school's own list that have names: found in a text however people write them.

use std::collections::HashMap;

use super::Place;
use super::text::{Gap, Text};

/// Words that people put into a room's name or leave out of it.
const LINKS: &[&str] = &["de", "du", "des", "d", "la", "le", "les", "l"];

/// Words of one name at most.
const LONGEST: usize = 8;

/// The names of a list, by their letters and digits alone.
#[derive(Debug, Clone, Default)]
pub struct NamedRooms {
    /// "atelierbois" -> the room.
    whole: HashMap<String, Place>,
    /// "zola" -> "SALLE ZOLA", understood after "en", "salle" and their like; `None` where two share it.
    short: HashMap<String, Option<Place>>,
}

impl NamedRooms {
    /// Adds a room under the name `written`.
    pub fn add(&mut self, written: &str, place: &Place) {
        let text = Text::new(written);
        let words: Vec<&str> =
            (0..text.tokens.len()).map(|i| text.word(i)).filter(|w| !LINKS.contains(w)).take(LONGEST).collect();
        let compact = words.concat();
        if compact.len() < 3 || compact.bytes().all(|b| b.is_ascii_digit()) && words.len() == 1 {
            return;
        }
        self.whole.entry(compact).or_insert_with(|| place.clone());
        let plain = |w: &str| w.len() >= 4 && w.bytes().all(|b| b.is_ascii_lowercase());
        let Some((head, rest)) = words.split_first() else { return };
        if !matches!(*head, "salle" | "amphi" | "labo") || rest.is_empty() || !rest.iter().all(|w| plain(w)) {
            return;
        }
        // A name of persons: "salle Rosa Parks" is "Rosa Parks" and "Parks" too.
        let capitals = (0..text.tokens.len())
            .skip(1)
            .all(|i| LINKS.contains(&text.word(i)) || text.tokens.get(i).is_some_and(|t| t.capital));
        if capitals {
            let last = rest.last().copied().unwrap_or_default();
            for name in [rest.concat(), last.to_owned()] {
                let known = self.short.entry(name).or_insert_with(|| Some(place.clone()));
                if known.as_ref().is_some_and(|k| k != place) {
                    *known = None;
                }
            }
        }
    }

    /// Is there no name?
    pub fn is_empty(&self) -> bool {
        self.whole.is_empty()
    }

    /// The longest name that begins at token `at`: the room and the token after its last.
    pub fn find(&self, text: &Text<'_>, at: usize) -> Option<(&Place, usize)> {
        if self.is_empty() || LINKS.contains(&text.word(at)) {
            return None;
        }
        let mut compact = String::new();
        let mut best = None;
        let mut words = 0;
        for i in at..(at + 2 * LONGEST).min(text.tokens.len()) {
            if !text.same_sentence(at, i) {
                break;
            }
            let gap = text.tokens.get(i).map_or(Gap::Other, |t| t.gap);
            if i > at && !matches!(gap, Gap::Space | Gap::Joint | Gap::Apostrophe) {
                break;
            }
            let word = text.word(i);
            if i > at && LINKS.contains(&word) {
                continue;
            }
            // "1.12" is a room, "1 12" two numbers.
            if i > at && gap == Gap::Space && compact.bytes().all(|b| b.is_ascii_digit()) {
                break;
            }
            compact.push_str(word);
            words += 1;
            if let Some(place) = self.whole.get(&compact) {
                best = Some((place, i + 1));
            }
            if words == LONGEST {
                break;
            }
        }
        best.or_else(|| self.shortened(text, at))
    }

    /// "en Zola", "salle Parks".
    fn shortened(&self, text: &Text<'_>, at: usize) -> Option<(&Place, usize)> {
        let place = |name: &str| self.short.get(name).and_then(Option::as_ref);
        let introduced = at.checked_sub(1).is_some_and(|before| {
            text.same_sentence(before, at)
                && matches!(text.word(before), "en" | "salle" | "labo" | "amphi" | "a" | "sal")
        });
        let two = format!("{}{}", text.word(at), text.word(at + 1));
        match place(&two).filter(|_| text.same_sentence(at, at + 1)) {
            Some(found) => Some((found, at + 2)),
            None => place(text.word(at)).filter(|_| introduced).map(|found| (found, at + 1)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(list: &[&str], text: &str) -> Vec<String> {
        let mut rooms = NamedRooms::default();
        for name in list {
            rooms.add(name, &Place::from_normalised(&name.to_uppercase()));
        }
        let text = Text::new(text);
        let mut at = 0;
        let mut all = Vec::new();
        while at < text.tokens.len() {
            match rooms.find(&text, at) {
                Some((place, end)) => {
                    all.push(place.as_str().to_owned());
                    at = end;
                }
                None => at += 1,
            }
        }
        all
    }

    #[test]
    fn a_name_of_the_list_is_found_however_it_is_written() {
        let list = ["Atelier bois", "Hall techno", "Serre 2", "RDC04", "Bloc 2"];
        for (text, name) in [
            ("à l'atelier du bois le PC fume", "ATELIER BOIS"),
            ("HALL-TECHNO : plus de wifi", "HALL TECHNO"),
            ("la serre 2", "SERRE 2"),
            ("en rdc 04", "RDC04"),
            ("bloc 2, écran noir", "BLOC 2"),
        ] {
            assert_eq!(found(&list, text), [name], "{text}");
        }
        assert!(found(&list, "l'atelier. Bois et fer").is_empty());
    }

    #[test]
    fn a_room_named_after_a_person_is_known_by_the_name_alone() {
        let list = ["Salle Rosa Parks", "Salle Zola", "Salle Marie Curie", "Salle Pierre Curie"];
        assert_eq!(found(&list, "en Parks le son grésille"), ["SALLE ROSA PARKS"]);
        assert_eq!(found(&list, "Rosa Parks : plus rien"), ["SALLE ROSA PARKS"]);
        assert!(found(&list, "en Curie").is_empty(), "two rooms bear that name");
        assert!(found(&list, "Monsieur Zola est absent").is_empty());
    }

    #[test]
    fn numbers_in_a_row_are_no_dotted_room() {
        assert_eq!(found(&["1.12"], "en 1.12, pas de son"), ["1.12"]);
        assert!(found(&["1.12"], "les postes 1 12 et 14").is_empty());
    }
}
