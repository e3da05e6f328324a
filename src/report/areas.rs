//! Buildings and floors.

use super::locate::{Finder, Located, all_capitals, letters};
use super::text::{Gap, Text};

impl Finder<'_> {
    /// "bâtiment C", "bât. B".
    pub(super) fn building(&self, at: usize) -> Option<Located> {
        let text = self.text;
        if matches!(text.word(at), "bat" | "batiment" | "batiments" | "bats" | "aile") {
            let name = text.word(at + 1);
            let known = (name.len() == 1
                && name.bytes().all(|b| b.is_ascii_alphanumeric())
                && self.gap(at + 2) != Gap::Apostrophe)
                || matches!(name, "nord" | "sud" | "est" | "ouest" | "administratif" | "principal" | "scientifique");
            // "bât. B 204"
            let digits = text
                .tokens
                .get(at + 2)
                .is_some_and(|t| t.number && matches!(t.gap, Gap::Space | Gap::Joint) && t.end - t.start <= 3);
            if name.len() == 1 && digits && text.same_sentence(at, at + 2) {
                let code = format!("{}{}", name.to_uppercase(), text.word(at + 2));
                return Some(self.located(&code, at, at + 3, true));
            }
            // "bâtiment Pasteur"
            let called = name.len() > 3
                && name.bytes().all(|b| b.is_ascii_lowercase())
                && self.gap(at + 1) == Gap::Space
                && text.tokens.get(at + 1).is_some_and(|t| t.capital)
                && !all_capitals(text, at)
                && !self.begins.contains(&(at + 1))
                && !self.vocabulary.heads.contains_key(name);
            if (known || called) && text.same_sentence(at, at + 1) {
                return Some(self.located(&format!("BATIMENT {}", name.to_uppercase()), at, at + 2, false));
            }
        }
        // "bâtiments B et C"
        if matches!(self.previous(at), "et" | "ou") && at >= 2 {
            let letter = text.word(at);
            let named = (at.saturating_sub(6)..at).any(|i| {
                matches!(text.word(i), "batiments" | "bats" | "bat" | "batiment") && text.same_sentence(i, at)
            });
            let capital = text.tokens.get(at).is_some_and(|t| t.capital) && text.word(at - 2).len() == 1;
            if named && capital && letter.len() == 1 && self.gap(at + 1) != Gap::Apostrophe {
                return Some(self.located(&format!("BATIMENT {}", letter.to_uppercase()), at, at + 1, false));
            }
        }
        self.letter(at)
    }

    /// Does a capital stand alone at `at`, as the name of a building?
    fn capital_letter(&self, at: usize) -> bool {
        self.text.word(at).len() == 1
            && self.text.tokens.get(at).is_some_and(|t| t.capital)
            && !matches!(self.gap(at + 1), Gap::Apostrophe | Gap::Joint)
    }

    /// "2e étage du bâtiment E", "C 2e étage", "rdc du B".
    pub(super) fn floor(&self, at: usize) -> Option<Located> {
        let text = self.text;
        let (floor, mut end) = match text.word(at) {
            "rdc" => ("RDC".to_owned(), at + 1),
            "rez" if text.word(at + 1) == "de" => ("RDC".to_owned(), at + 3),
            ordinal => {
                let number = match ordinal {
                    "1er" | "premier" | "1ier" => "1ER",
                    "2e" | "2eme" | "2nd" | "second" | "deuxieme" | "2ieme" => "2E",
                    "3e" | "3eme" | "troisieme" | "3ieme" => "3E",
                    "4e" | "4eme" | "quatrieme" => "4E",
                    "5e" | "5eme" | "cinquieme" => "5E",
                    _ => return None,
                };
                let of_building = || {
                    matches!(self.previous(at), "au" | "du" | "le")
                        && matches!(text.word(at + 1), "du" | "de")
                        && (at + 2..at + 4).any(|i| {
                            text.same_sentence(at, i)
                                && (i == at + 2 && self.capital_letter(i) || self.building(i).is_some())
                        })
                };
                if matches!(text.word(at + 1), "etage" | "niveau") && text.same_sentence(at, at + 1) {
                    (format!("{number} ETAGE"), at + 2)
                } else if of_building() {
                    (format!("{number} ETAGE"), at + 1)
                } else {
                    return None;
                }
            }
        };
        let mut start = at;
        let mut building = None;
        for i in end..(end + 4).min(text.tokens.len()) {
            if !text.same_sentence(at, i) {
                break;
            }
            // "le RDC du C"
            let lettered = matches!(self.previous(i), "du" | "de") && i < end + 2 && self.capital_letter(i);
            if lettered {
                building = Some(text.word(i).to_uppercase());
                end = i + 1;
                break;
            }
            if let Some(found) = self.building(i) {
                building = found.place.as_str().strip_prefix("BATIMENT ").map(str::to_owned);
                end = found.end;
                break;
            }
        }
        if building.is_none() {
            let letter = self.previous(at);
            let capital = at > 0 && text.tokens.get(at - 1).is_some_and(|t| t.capital);
            if letter.len() == 1 && capital && letter.bytes().all(|b| b.is_ascii_lowercase()) {
                building = Some(letter.to_uppercase());
                start = at - 1;
                if matches!(self.previous(start), "bat" | "batiment") {
                    start -= 1;
                }
            }
        }
        let name = building.map_or(floor.clone(), |b| format!("{b} {floor}"));
        Some(self.located(&name, start, end, false))
    }
}

/// "B204, au 2e étage du bâtiment B": the floor or building only tells where the room is.
pub(super) fn of_rooms(text: &Text<'_>, found: &mut Vec<Located>) {
    let area = |l: &Located| {
        let name = l.place.as_str();
        name.starts_with("BATIMENT ") || name.ends_with(" ETAGE") || name.ends_with("RDC")
    };
    let of_room = |l: &Located, room: &Located| {
        let name = l.place.as_str();
        let building = name.strip_prefix("BATIMENT ").unwrap_or_else(|| name.split(' ').next().unwrap_or(""));
        let letter = letters(room.place.as_str());
        room.code
            && (building == letter || building == "RDC" || building.starts_with(|c: char| c.is_ascii_digit()))
            && !name.is_empty()
    };
    let mut at = 0;
    while at + 1 < found.len() {
        let (Some(a), Some(b)) = (found.get(at), found.get(at + 1)) else { break };
        let near = text.same_sentence(a.start, b.start)
            && b.start.saturating_sub(a.end) <= 3
            && (a.end..b.start)
                .all(|i| matches!(text.word(i), "au" | "a" | "du" | "le" | "la" | "dans" | "en" | "salle"));
        // "au 2e étage, du E201 au E206" tells how far it reaches.
        let reach = found.get(at + 2).is_some_and(|c| c.code && text.same_sentence(b.start, c.start));
        let drop = match (near, area(a), area(b)) {
            (true, true, false) if of_room(a, b) && !reach => Some(at),
            (true, false, true) if of_room(b, a) => Some(at + 1),
            _ => None,
        };
        match drop {
            Some(nth) => {
                found.remove(nth);
            }
            None => at += 1,
        }
    }
}
