//! Places found in a text, with where they stand.

use std::collections::{BTreeMap, BTreeSet};

use super::Place;
use super::lexicon::Hit;
use super::place::Places;
use super::text::{Gap, Text};
use super::vocabulary::{Meaning, Vocabulary};

/// A place that a text names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Located {
    /// It, under the name the school knows.
    pub place: Place,
    /// First token.
    pub start: usize,
    /// Token after the last.
    pub end: usize,
    /// A room code (not a name, a building, a floor).
    pub code: bool,
}

/// What a text says of places.
#[derive(Debug, Clone, Default)]
pub struct Whereabouts {
    /// The places, in order, without overlap.
    pub found: Vec<Located>,
    /// Names that stand beside a code: "labo de langues (B301)".
    pub same_as: Vec<(Place, Place)>,
}

/// Finds every place of `text`; `hits` are the phrases of the vocabulary found in it.
pub fn locate(text: &Text<'_>, hits: &[Hit], vocabulary: &Vocabulary, places: &Places) -> Whereabouts {
    let finder = Finder::new(text, hits, vocabulary, places);
    let mut named: BTreeMap<usize, (usize, usize)> = BTreeMap::new();
    for hit in hits {
        if let Some(Meaning::Place(index)) = vocabulary.meanings.get(hit.phrase) {
            let best = named.entry(hit.start).or_insert((hit.end, *index));
            if hit.end > best.0 {
                *best = (hit.end, *index);
            }
        }
    }
    let mut found: Vec<Located> = Vec::new();
    let mut at = 0;
    while at < text.tokens.len() {
        let next = finder.floor(at).or_else(|| finder.code(at)).or_else(|| {
            // "du magasin pédagogique": the longer name that begins after the article.
            let longer_next = |end: usize| (at + 1..end).any(|i| named.get(&i).is_some_and(|(next, _)| *next > end));
            let by_name = named.get(&at).filter(|(end, _)| !longer_next(*end)).and_then(|(end, index)| {
                let name = vocabulary.named_places.get(*index)?;
                Some(finder.numbered_name(name, at, *end))
            });
            let longer = |a: Option<Located>, b: Option<Located>| match (a, b) {
                (Some(a), Some(b)) => Some(if b.end > a.end { b } else { a }),
                (a, b) => a.or(b),
            };
            longer(finder.own(at), longer(by_name, finder.head(at)))
        });
        let next = next.or_else(|| finder.building(at));
        // A name of the school's own list wins over what its words mean elsewhere.
        let next = match (places.named_at(text, at), next) {
            (Some((place, end)), other) if other.as_ref().is_none_or(|o| o.end <= end) => {
                Some(finder.located(place.as_str(), at, end, false))
            }
            (_, other) => other,
        };
        let next = next.or_else(|| finder.lone(at));
        match next {
            Some(place) => {
                at = place.end.max(at + 1);
                // "Bât. C, 2e étage": the floor takes in the building before it.
                while found.last().is_some_and(|last| last.end > place.start) {
                    found.pop();
                }
                // "au 2e étage de l'internat": the floor of a place that has a name of its own.
                if !place.code
                    && found.last().is_some_and(|last| {
                        let floor = last.place.as_str().ends_with(" ETAGE")
                            && last.place.as_str().starts_with(|c: char| c.is_ascii_digit());
                        let study = last.place.as_str() == "PERMANENCE" && place.place.as_str() == "INTERNAT";
                        (floor || study)
                            && place.start - last.end <= 2
                            && (last.end..place.start).all(|i| matches!(text.word(i), "de" | "du" | "la" | "l"))
                            && text.same_sentence(last.start, place.start)
                    })
                    && !place.place.as_str().starts_with("BATIMENT")
                    && !place.place.is_whole_school()
                {
                    found.pop();
                }
                found.push(place);
            }
            None => at += 1,
        }
    }
    // A control room is a part of its hall: where the text names the hall, that is the place.
    if found.iter().any(|l| HALLS.contains(&l.place.as_str())) {
        found.retain(|l| l.place.as_str() != "REGIE");
    }
    super::outage::whole_of_floor(text, &mut found);
    whole_buildings(text, &mut found);
    rooms_of_buildings(text, &mut found);
    super::areas::of_rooms(text, &mut found);
    let mut whereabouts = Whereabouts { found, same_as: Vec::new() };
    whereabouts.join_names_and_codes(text);
    whereabouts
}

/// "Tout le bâtiment M, rez-de-chaussée comme étages": floors of a building that the sentence names.
fn whole_buildings(text: &Text<'_>, found: &mut Vec<Located>) {
    let bare = |l: &Located| {
        let name = l.place.as_str();
        name == "RDC" || name.ends_with(" ETAGE") && name.split(' ').count() == 2
    };
    let mut drop: Vec<usize> = Vec::new();
    for nth in 0..found.len().min(MOST_FLOORS) {
        let Some(floor) = found.get(nth).filter(|l| bare(l)).cloned() else { continue };
        let here = |l: &&Located| text.same_sentence(l.start, floor.start);
        let Some(building) = found.iter().filter(here).find(|l| l.place.as_str().starts_with("BATIMENT ")).cloned()
        else {
            continue;
        };
        let floors = found.iter().filter(here).filter(|l| bare(l)).count();
        let every = (floor.start.saturating_sub(3)..floor.end + 5).any(|i| {
            text.same_sentence(i, floor.start)
                && matches!(text.word(i), "comme" | "tout" | "tous" | "etage" | "etages" | "compris")
                && !(floor.start <= i && i < floor.end)
        });
        // "Dans tout le bâtiment C, rez-de-chaussée et étage".
        let all = (building.start.saturating_sub(3)..building.start).any(|i| {
            text.same_sentence(i, building.start) && matches!(text.word(i), "tout" | "toute" | "entier" | "ensemble")
        });
        // "Du rez-de-chaussée au 2e".
        let range = floor.start > 0
            && text.word(floor.start - 1) == "du"
            && text.word(floor.end) == "au"
            && text.same_sentence(floor.start - 1, floor.end);
        let every = every || range || all;
        drop.push(nth);
        if floors == 1 && !every {
            let letter = building.place.as_str().trim_start_matches("BATIMENT ").to_owned();
            if let Some(located) = found.iter_mut().find(|l| l.start == building.start) {
                located.place = Place::from_normalised(&format!("{letter} {}", floor.place));
            }
        }
    }
    for nth in drop.into_iter().rev() {
        found.remove(nth);
    }
}

/// "Salle 105, bâtiment Pasteur", "bât. B salle 12": one place, the room.
fn rooms_of_buildings(text: &Text<'_>, found: &mut Vec<Located>) {
    let mut at = 0;
    while at + 1 < found.len() {
        let (Some(a), Some(b)) = (found.get(at).cloned(), found.get(at + 1).cloned()) else { break };
        let words: Vec<&str> = (a.end..b.start.max(a.end)).map(|i| text.word(i)).collect();
        let near = text.same_sentence(a.start, b.start)
            && words.iter().all(|w| matches!(*w, "salle" | "s" | "du" | "au" | "en" | "dans" | "le" | "la"))
            && words.len() <= 2
            && !text.after(a.end.saturating_sub(1)).contains(['/', '+', '&']);
        let numbers = |l: &Located| l.code && l.place.as_str().bytes().all(|c| c.is_ascii_digit());
        let named = |l: &Located| l.place.as_str().strip_prefix("BATIMENT ").map(str::to_owned);
        let joined = match (named(&a), named(&b)) {
            (Some(building), None) if numbers(&b) && near => Some((building, b.place.clone())),
            (None, Some(building)) if numbers(&a) && near => Some((building, a.place.clone())),
            _ => None,
        };
        if let Some((building, room)) = joined {
            let name = if building.len() == 1 { format!("{building}{room}") } else { room.as_str().to_owned() };
            let whole = Located { place: Place::from_normalised(&name), start: a.start, end: b.end, code: true };
            found.splice(at..at + 2, [whole]);
        }
        at += 1;
    }
}

/// No text names more places that matter.
const MOST_FLOORS: usize = 60;

impl Whereabouts {
    /// "labo de langues (B301)" is one place with two names; the code is kept.
    pub(super) fn join_names_and_codes(&mut self, text: &Text<'_>) {
        let mut at = 0;
        while at + 1 < self.found.len() {
            let (Some(a), Some(b)) = (self.found.get(at).cloned(), self.found.get(at + 1).cloned()) else { break };
            let between: String = (a.end.saturating_sub(1)..b.start).map(|t| text.after(t)).collect();
            let near = b.start.saturating_sub(a.end) <= 2
                && text.same_sentence(a.start, b.start)
                && !between.contains(['.', ':']);
            // "Le secrétariat d'examen (A02)" is another than the secretariat.
            let beside = (a.end..b.start).all(|i| {
                text.word(i).len() <= 3 || matches!(text.word(i), "salle" | "bureau" | "notre" | "cette" | "numero")
            });
            let near = near && beside;
            let inside = between.contains(',') && text.after(a.start.wrapping_sub(1)).contains('(');
            if near
                && a.code != b.code
                && (between.contains('(') || inside)
                && !a.place.as_str().starts_with("BATIMENT")
            {
                let (name, code) = if a.code { (&b, &a) } else { (&a, &b) };
                if !name.place.as_str().starts_with("BATIMENT") && !name.place.as_str().ends_with("ETAGE") {
                    self.same_as.push((name.place.clone(), code.place.clone()));
                    let joined = Located { place: code.place.clone(), start: a.start, end: b.end, code: true };
                    self.found.splice(at..at + 2, [joined]);
                }
            }
            at += 1;
        }
        for located in &mut self.found {
            if let Some((_, code)) = self.same_as.iter().find(|(name, _)| *name == located.place) {
                located.place = code.clone();
            }
        }
    }
}

/// Places that have a control room of their own.
const HALLS: &[&str] = &["AMPHI", "THEATRE", "SALLE POLYVALENTE", "SALLE DE SPECTACLE"];

/// Finds the places of one text.
pub(super) struct Finder<'a> {
    /// The tokens right after a thing: "lampe 301", "videoproj 118".
    pub(super) things: BTreeSet<usize>,
    /// The tokens that a thing begins with.
    pub(super) begins: BTreeSet<usize>,
    /// The things of several words.
    pub(super) spans: Vec<(usize, usize)>,
    /// The school's named places.
    pub(super) names: Vec<&'a str>,
    pub(super) text: &'a Text<'a>,
    pub(super) vocabulary: &'a Vocabulary,
    pub(super) places: &'a Places,
}

impl<'a> Finder<'a> {
    pub(super) fn new(text: &'a Text<'a>, hits: &[Hit], vocabulary: &'a Vocabulary, places: &'a Places) -> Self {
        let thing = |h: &&Hit| {
            matches!(vocabulary.meanings.get(h.phrase), Some(Meaning::Part(_) | Meaning::Equipment(_, false)))
        };
        let named = |p: &&str| !is_code(p) && !p.starts_with("BATIMENT") && !p.ends_with("ETAGE") && *p != "RDC";
        Self {
            things: hits.iter().filter(thing).map(|h| h.end).collect(),
            begins: hits.iter().filter(thing).map(|h| h.start).collect(),
            spans: hits
                .iter()
                .filter(thing)
                .filter(|h| h.end - h.start > 1)
                .map(|h| (h.start, h.end))
                .take(200)
                .collect(),
            names: places.rooms.iter().chain(places.aliases.keys()).map(Place::as_str).filter(named).collect(),
            text,
            vocabulary,
            places,
        }
    }
}

impl Finder<'_> {
    pub(super) fn located(&self, name: &str, start: usize, end: usize, code: bool) -> Located {
        let place = self.places.resolve(&Place::from_normalised(name));
        let place =
            if code && !self.places.is_known(&place) { self.places.spelled(&place).unwrap_or(place) } else { place };
        let code = code || is_code(place.as_str());
        Located { place, start, end, code }
    }

    pub(super) fn previous(&self, at: usize) -> &str {
        match at.checked_sub(1) {
            Some(before) if self.text.same_sentence(before, at) => self.text.word(before),
            _ => "",
        }
    }

    pub(super) fn gap(&self, at: usize) -> Gap {
        self.text.tokens.get(at).map_or(Gap::Other, |t| t.gap)
    }

    pub(super) fn known(&self, code: &str) -> bool {
        let place = Place::from_normalised(code);
        self.places.is_known(&place) || is_code(code) && self.places.spelled(&place).is_some()
    }
}

/// Is token `at` written in capitals?
pub(super) fn all_capitals(text: &Text<'_>, at: usize) -> bool {
    text.written(at).chars().all(char::is_uppercase)
}

/// The letters that `code` begins with.
pub fn letters(code: &str) -> &str {
    let end = code.bytes().take_while(u8::is_ascii_alphabetic).count();
    code.get(..end).unwrap_or("")
}

/// One or two letters and one to three digits, or digits alone: `B204`, `TP3`, `12`, `73.20.13`.
pub fn is_code(name: &str) -> bool {
    let head = letters(name).len();
    let rest = name.get(head..).unwrap_or("");
    head <= 2 && !rest.is_empty() && rest.bytes().all(|b| b.is_ascii_digit() || b == b'.') && rest.len() <= 8
}
