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
    whole_buildings(text, &mut found);
    rooms_of_buildings(text, &mut found);
    floors_of_rooms(text, &mut found);
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
        let every = (floor.start.saturating_sub(3)..floor.end + 3).any(|i| {
            text.same_sentence(i, floor.start)
                && matches!(text.word(i), "comme" | "tout" | "tous" | "etages" | "compris")
        });
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

/// "B204, au 2e étage du bâtiment B": the floor or building only tells where the room is.
fn floors_of_rooms(text: &Text<'_>, found: &mut Vec<Located>) {
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

/// No text names more places that matter.
const MOST_FLOORS: usize = 60;

impl Whereabouts {
    /// "labo de langues (B301)" is one place with two names; the code is kept.
    fn join_names_and_codes(&mut self, text: &Text<'_>) {
        let mut at = 0;
        while at + 1 < self.found.len() {
            let (Some(a), Some(b)) = (self.found.get(at).cloned(), self.found.get(at + 1).cloned()) else { break };
            let between: String = (a.end.saturating_sub(1)..b.start).map(|t| text.after(t)).collect();
            let near = b.start.saturating_sub(a.end) <= 2
                && text.same_sentence(a.start, b.start)
                && !between.contains(['.', ':']);
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

/// Names that people shorten to their first word.
const SHORTENED: &[&str] = &["CUISINE", "MAGASIN", "RESTAURANT", "STUDIO", "SERRE", "AGENCE"];

/// Words after which a bare number of three digits may be a room.
const INTO: &[&str] = &["en", "la", "salle", "sal", "de", "a"];

/// Words after a number that make it an amount.
pub(super) const UNITS: &[&str] = &[
    "h",
    "heures",
    "heure",
    "eleves",
    "euros",
    "minutes",
    "min",
    "mn",
    "fois",
    "pages",
    "postes",
    "pc",
    "ordis",
    "ordinateurs",
    "tablettes",
    "personnes",
    "etudiants",
    "repas",
    "livres",
    "copies",
    "feuilles",
    "exemplaires",
    "jours",
    "go",
    "mo",
    "ko",
    "mb",
    "gb",
    "km",
    "m",
    "cm",
    "lumens",
    "dpi",
    "volts",
    "watts",
    "v",
    "w",
    "candidats",
    "dossiers",
    "familles",
    "comptes",
    "profs",
    "collegues",
    "mails",
    "messages",
    "places",
    "internes",
    "bulletins",
    "convives",
];

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
    fn new(text: &'a Text<'a>, hits: &[Hit], vocabulary: &'a Vocabulary, places: &'a Places) -> Self {
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

    /// Is the code at `at` introduced as a room ("salle", "s.", "bureau")?
    fn strong(&self, at: usize) -> bool {
        let before = self.previous(at);
        self.vocabulary.before_code.contains(before) && (before.len() > 1 || self.gap(at) != Gap::Apostrophe)
            || (matches!(before, "n" | "no" | "numero")
                && at >= 2
                && self.vocabulary.before_code.contains(self.previous(at - 1)))
    }

    pub(super) fn gap(&self, at: usize) -> Gap {
        self.text.tokens.get(at).map_or(Gap::Other, |t| t.gap)
    }

    pub(super) fn known(&self, code: &str) -> bool {
        let place = Place::from_normalised(code);
        self.places.is_known(&place) || is_code(code) && self.places.spelled(&place).is_some()
    }

    /// Does the school have rooms of this form: the same letters, as many digits?
    fn in_series(&self, code: &str) -> bool {
        let shape = |c: &str| (letters(c).to_owned(), c.len());
        let wanted = shape(code);
        self.places.all().any(|p| is_code(p.as_str()) && shape(p.as_str()) == wanted)
    }

    fn code(&self, at: usize) -> Option<Located> {
        let text = self.text;
        let word = text.word(at);
        let token = text.tokens.get(at)?;
        let after_model = self.vocabulary.not_before_code.contains(self.previous(at));
        if let Some(found) = self.dotted(at).or_else(|| self.suffixed(at)) {
            return Some(found);
        }
        // "b204", "tp3"
        if is_lower_code(word) {
            let code = word.to_uppercase();
            let sentence = text.sentences.get(text.sentence_of(at));
            let title = at == 0
                && token.capital
                && sentence.is_some_and(|s| s.tokens.len() == 1)
                && !matches!(code.as_bytes(), [b'M' | b'S' | b'T', b'1'..=b'9']);
            let fits = self.accept(&code, self.strong(at) || title, self.previous(at), after_model);
            return fits.then(|| self.located(&code, at, at + 1, true));
        }
        // "B 204", "b-204"
        let next = text.tokens.get(at + 1);
        let single = word.len() == 1 && word.bytes().all(|b| b.is_ascii_lowercase());
        if single
            && next
                .is_some_and(|n| n.number && matches!(n.gap, Gap::Space | Gap::Joint) && n.sentence == token.sentence)
        {
            let digits = text.word(at + 1);
            let measure = text.word(at + 2);
            let unit = matches!(measure, "h" | "heures" | "eleves" | "minutes" | "min" | "jours" | "euros" | "fois")
                || text.after(at + 1).trim_start().starts_with(['€', '%']);
            let spelled = format!("{}{digits}", word.to_uppercase());
            let listed = digits.len() > 1 && self.known(&spelled);
            let introduced = token.capital
                || listed
                || self.strong(at)
                || matches!(self.previous(at), "la" | "salle" | "en" | "bat" | "batiment");
            // "n 12", "l'12", "j-2": an article or a count, unless it is written as rooms are.
            let room = listed || token.capital && word != "n" && digits.len() == 3;
            let article = matches!(word, "l" | "n" | "d" | "y" | "j") && !room
                || (word == "a" && !token.capital)
                || token.gap == Gap::Apostrophe;
            let ok = (1..=3).contains(&digits.len()) && introduced && !article && !unit;
            // "s 12" is "salle 12" where the school has no S series.
            if ok
                && word == "s"
                && !self.in_series(&format!("S{digits}"))
                && self.places.has_list()
                && let Some(room) = self.bare(digits, None, true)
            {
                return Some(self.located(&room, at, at + 2, true));
            }
            let code = spelled;
            if ok
                && self.accept(
                    &code,
                    self.strong(at) || matches!(self.previous(at), "bat" | "batiment"),
                    self.previous(at),
                    after_model,
                )
            {
                return Some(self.located(&code, at, at + 2, true));
            }
        }
        if token.number { self.number(at) } else { None }
    }

    /// Is `code` a room rather than a model, a paper format, a slot, a class?
    fn accept(&self, code: &str, strong: bool, before: &str, after_model: bool) -> bool {
        if self.known(code) {
            return !after_model || strong;
        }
        if after_model {
            return false;
        }
        let (head, digits) = (letters(code), code.len() - letters(code).len());
        if strong {
            return true;
        }
        if self.in_series(code) {
            return !(matches!(code, "A3" | "A4"));
        }
        let into = matches!(before, "en" | "la" | "au" | "du" | "de");
        let trap = matches!(code, "A0" | "A1" | "A2" | "A3" | "A4" | "A5" | "A6")
            || matches!(head, "M" | "T" | "I" | "N" | "F" | "J" | "Y" | "W" | "X" | "V" | "L") && digits == 1;
        match (head.len(), digits) {
            _ if trap => false,
            (1, 1) => into && (!self.places.has_list() || head == "S"),
            (1, 2) => !matches!(head, "Y" | "N") && (!self.places.has_list() || into),
            (1, 3) => head != "N" && (!self.places.has_list() || into),
            _ => false,
        }
    }

    /// "B2.04", "B 2.04", "B2-04", "salle 2.04": the floor set apart from the number.
    fn dotted(&self, at: usize) -> Option<Located> {
        let text = self.text;
        let word = text.word(at);
        let token = text.tokens.get(at)?;
        let (head, floor, number) = if token.number {
            ("", word, at + 1)
        } else if word.len() == 1 && text.tokens.get(at + 1).is_some_and(|t| t.number && t.gap == Gap::Space) {
            (word, text.word(at + 1), at + 2)
        } else {
            let head = letters(word);
            (head, word.get(head.len()..)?, at + 1)
        };
        let joined = |i: usize| text.tokens.get(i).is_some_and(|t| t.number && t.gap == Gap::Joint);
        let shape = head.len() <= 2
            && floor.len() == 1
            && floor.bytes().all(|b| b.is_ascii_digit())
            && joined(number)
            && text.word(number).len() == 2
            && !joined(number + 1)
            && (head.is_empty() || token.capital || self.strong(at))
            && head != "v";
        let sign = text.after(number.checked_sub(1)?);
        if !shape || !matches!(sign, "." | "-" | "/") || self.gap(at) == Gap::Joint {
            return None;
        }
        let point = if sign == "." { "." } else { "" };
        let code = format!("{}{floor}{point}{}", head.to_uppercase(), text.word(number));
        let unit =
            text.after(number).trim_start().starts_with(['€', '%', '°']) || UNITS.contains(&text.word(number + 1));
        let fits = self.strong(at)
            || self.known(&code)
            || !head.is_empty()
                && !self.places.has_list()
                && !self.vocabulary.not_before_code.contains(self.previous(at));
        (fits && !unit).then(|| self.located(&code, at, number + 1, true))
    }

    /// "204B", "12 bis", "B204a": a letter that tells two halves of a room apart, or the building.
    fn suffixed(&self, at: usize) -> Option<Located> {
        let text = self.text;
        let word = text.word(at);
        let token = text.tokens.get(at)?;
        let strong = self.strong(at);
        if (token.number || is_lower_code(word))
            && matches!(text.word(at + 1), "bis" | "ter")
            && self.gap(at + 1) == Gap::Space
        {
            let code = format!("{word}{}", text.word(at + 1)).to_uppercase();
            return (strong || self.known(&code)).then(|| self.located(&code, at, at + 2, true));
        }
        let (body, suffix) = match word.strip_suffix("bis").map(|b| (b, "BIS")) {
            Some(found) => found,
            None => (word.get(..word.len().checked_sub(1)?)?, word.get(word.len() - 1..)?),
        };
        let head = letters(body);
        let digits = body.get(head.len()..)?;
        let shape = head.len() <= 1
            && (2..=3).contains(&digits.len())
            && digits.bytes().all(|b| b.is_ascii_digit())
            && (suffix == "BIS" || matches!(suffix, "a" | "b" | "c" | "d" | "e" | "f" | "j" | "k"));
        if !shape || self.vocabulary.not_before_code.contains(self.previous(at)) {
            return None;
        }
        let code = format!("{}{digits}{}", head.to_uppercase(), suffix.to_uppercase());
        let into = digits.len() == 3 && matches!(self.previous(at), "en" | "la" | "au" | "du" | "dans");
        let turned = format!("{}{digits}", suffix.to_uppercase());
        if head.is_empty() && !self.known(&code) && self.known(&turned) {
            return Some(self.located(&turned, at, at + 1, true));
        }
        (strong || into || self.places.is_known(&Place::from_normalised(&code)))
            .then(|| self.located(&code, at, at + 1, true))
    }

    /// A number that is a room: "salle 12", "en 205", "204 (bât. B)", "73.20.13".
    fn number(&self, at: usize) -> Option<Located> {
        let text = self.text;
        let strong = self.strong(at);
        let digits = text.word(at);
        // three groups of digits
        let joined =
            |i: usize, gap: Gap| text.tokens.get(i).is_some_and(|t| t.number && t.gap == gap && t.end - t.start <= 3);
        for gap in [Gap::Joint, Gap::Space] {
            if joined(at + 1, gap) && joined(at + 2, gap) && self.gap(at) != gap && !joined(at + 3, gap) {
                let groups = [digits, text.word(at + 1), text.word(at + 2)];
                let name = groups.join(".");
                let value = |i: usize| groups.get(i).and_then(|g| g.parse::<u32>().ok()).unwrap_or(0);
                let date = value(0) <= 31 && value(1) <= 12;
                let known = self.known(&name);
                if known || strong || (gap == Gap::Joint && !date && digits.len() == 2) {
                    return Some(self.located(&name, at, at + 3, true));
                }
                return None;
            }
        }
        let unit = !strong && UNITS.contains(&text.word(at + 1)) && self.gap(at + 1) == Gap::Space;
        if unit || digits.len() > 4 || text.after(at).trim_start().starts_with(['€', '%', '°']) {
            return None;
        }
        // "204 (bât. B)", "104 du bâtiment E"
        let building = (at + 1..at + 5).find_map(|i| {
            let is_building = matches!(text.word(i), "bat" | "batiment") && text.same_sentence(at, i);
            let letter = text.word(i + 1);
            (is_building && letter.len() == 1 && letter.bytes().all(|b| b.is_ascii_lowercase()))
                .then(|| (letter.to_uppercase(), i + 2))
        });
        if let Some((letter, end)) = building
            && digits.len() >= 2
            && (strong || INTO.contains(&self.previous(at)))
        {
            return Some(self.located(&format!("{letter}{digits}"), at, end, true));
        }
        // "salle 206 et 208", "B204 et 205"
        if at >= 2 && matches!(self.previous(at), "et" | "ou") && text.same_sentence(at - 2, at) {
            let first = text.word(at - 2);
            let head = letters(first);
            let like = first.len() - head.len() == digits.len() && digits.len() >= 2;
            if like
                && is_lower_code(first)
                && !head.is_empty()
                && self.accept(&first.to_uppercase(), false, self.previous(at - 2), false)
            {
                return Some(self.located(&format!("{}{digits}", head.to_uppercase()), at, at + 1, true));
            }
            if like && head.is_empty() && self.strong(at - 2) {
                return self.bare(digits, None, true).map(|room| self.located(&room, at, at + 1, true));
            }
        }
        let alone = text.sentences.get(text.sentence_of(at)).is_some_and(|s| s.tokens.len() == 1);
        // "118 videoproj …", "215, PC prof : …", "lampe 301"
        let first = text.sentences.get(text.sentence_of(at)).is_some_and(|s| s.tokens.start == at);
        let before = self.previous(at);
        let of_thing = self.things.contains(&at)
            && self.gap(at) == Gap::Space
            && !self.vocabulary.not_before_code.contains(before)
            && !matches!(before, "poste" | "postes" | "tel" | "telephone" | "standard" | "ligne" | "fax");
        // "la salle de musique (110)": a room of the school, in brackets.
        let bracketed = self.known(digits)
            && at.checked_sub(1).is_some_and(|b| text.after(b).trim_end().ends_with('('))
            && text.after(at).starts_with(')');
        let listed = digits.len() == 3 && self.places.has_list() && self.known(digits);
        // In a school whose rooms are numbers, its numbers are its rooms, wherever they stand.
        let stands = listed
            && !matches!(
                before,
                "poste" | "postes" | "tel" | "telephone" | "ligne" | "fax" | "n" | "no" | "numero" | "page" | "pages"
            );
        let inside = digits.len() == 2
            && self.known(digits)
            && (before == "en" || before == "la" && at >= 2 && matches!(text.word(at - 2), "de" | "dans"))
            && matches!(self.gap(at), Gap::Space);
        // "J'ai branché la valise sur la 308": on a car, no room.
        let upon = at >= 2 && text.word(at - 2) == "sur";
        let introduced = strong
            || bracketed
            || stands
            || inside
            || (digits.len() == 3
                && (matches!(before, "en" | "au") || before == "la" && !upon || alone || first || of_thing));
        if !introduced {
            return None;
        }
        let room = self.bare(digits, None, strong)?;
        Some(self.located(&room, at, at + 1, true))
    }

    /// The room that a bare number means: the only one of that number, the only letter's, or the number itself.
    fn bare(&self, digits: &str, letter: Option<&str>, strong: bool) -> Option<String> {
        if let Some(letter) = letter {
            return Some(format!("{letter}{digits}"));
        }
        let mut same: Vec<&str> = self
            .places
            .all()
            .map(Place::as_str)
            .filter(|p| is_code(p) && p.get(letters(p).len()..) == Some(digits))
            .collect();
        same.sort_unstable();
        same.dedup();
        if let [only] = same.as_slice() {
            return Some((*only).to_owned());
        }
        let mut heads: Vec<&str> = self
            .places
            .all()
            .map(Place::as_str)
            .filter(|p| is_code(p) && p.len() - letters(p).len() == digits.len())
            .map(letters)
            .collect();
        heads.sort_unstable();
        heads.dedup();
        if same.is_empty()
            && let [only] = heads.as_slice()
        {
            return Some(format!("{only}{digits}"));
        }
        let plausible = !self.places.has_list() && digits.len() == 3 && digits.starts_with(['1', '2', '3', '4']);
        (strong || plausible).then(|| digits.to_owned())
    }

    /// A name of the vocabulary, with the number or letter that tells it from its like: "amphi 2", "amphi A".
    fn numbered_name(&self, name: &str, at: usize, end: usize) -> Located {
        let head = name.split(' ').next().unwrap_or("");
        if matches!(head, "LABO" | "SALLE" | "AMPHI" | "ATELIER" | "PERMANENCE") && name != "SALLE DES PROFS"
            || self.known(&format!("{name} 1"))
        {
            if let Some((digits, end)) = self.numbered(at, end) {
                return self.located(&format!("{name} {digits}"), at, end, false);
            }
            let letter = self.text.word(end);
            let lettered = format!("{name} {}", letter.to_uppercase());
            if letter.len() == 1
                && self.text.same_sentence(at, end)
                && self.places.is_known(&Place::from_normalised(&lettered))
            {
                return self.located(&lettered, at, end + 1, false);
            }
        }
        self.located(self.longer_name(name), at, end, false)
    }

    /// "En cuisine", "le magasin": the school's only kitchen or shop, under its whole name.
    fn longer_name<'n>(&'n self, name: &'n str) -> &'n str {
        if !SHORTENED.contains(&name) || self.known(name) {
            return name;
        }
        let longer = |p: &&str| p.strip_prefix(name).is_some_and(|rest| rest.starts_with(' '));
        let named = self.places.rooms.iter().chain(self.places.learned.seen.keys()).map(Place::as_str);
        let mut all = named.filter(longer);
        match (all.next(), all.next()) {
            (Some(only), None) => only,
            _ => name,
        }
    }

    /// "salle CAO", "atelier usinage", "labo de chimie 2".
    fn head(&self, at: usize) -> Option<Located> {
        let text = self.text;
        let word = text.word(at);
        let head = self.vocabulary.heads.get(word).or_else(|| self.vocabulary.heads.get(word.strip_suffix('s')?))?;
        let mut next = at + 1;
        let mut linked = false;
        // "dans ma salle le scanner …": an article alone begins another thing, no name.
        let names = matches!(text.word(next), "de" | "du" | "d" | "des");
        while names && next < at + 4 && matches!(text.word(next), "de" | "du" | "d" | "des" | "la" | "l" | "le") {
            linked = true;
            next += 1;
        }
        if head == "SALLE" && linked {
            return self.called(at, next);
        }
        if head != "SALLE"
            && let Some((digits, end)) = self.numbered(at, at + 1)
        {
            return Some(self.located(&format!("{head} {digits}"), at, end, false));
        }
        let mut name = head.clone();
        let mut end = at + 1;
        while next < text.tokens.len() && text.same_sentence(at, next) && end < at + 6 {
            let part = text.word(next);
            let first = end == at + 1;
            if !matches!(self.gap(next), Gap::Space | Gap::Joint | Gap::Apostrophe) {
                break;
            }
            let pastime = head == "ATELIER" && PASTIMES.contains(&part);
            let listed =
                !pastime && (self.vocabulary.complements.contains(part) || self.vocabulary.same.contains_key(part));
            let acronym = text.written(next).len() >= 3
                && text.written(next).chars().all(|c| c.is_uppercase())
                && matches!(head.as_str(), "SALLE" | "ATELIER")
                && !linked
                && part.len() <= 5
                && !all_capitals(text, at);
            let free = first
                && head == "ATELIER"
                && part.len() > 3
                && part.bytes().all(|b| b.is_ascii_lowercase())
                && !matches!(
                    part,
                    "dans"
                        | "pour"
                        | "avec"
                        | "nous"
                        | "vous"
                        | "sont"
                        | "etait"
                        | "depuis"
                        | "mais"
                        | "plus"
                        | "cette"
                        | "tout"
                        | "elle"
                        | "toujours"
                        | "encore"
                        | "aussi"
                        | "hier"
                        | "reste"
                        | "semble"
                        | "sans"
                )
                && !VERBS.iter().any(|v| part.starts_with(v))
                && !PASTIMES.contains(&part);
            let digit =
                !first && text.tokens.get(next).is_some_and(|t| t.number) && part.len() <= 2 && !self.counts(next);
            let of_school = first && !part.is_empty() && self.known(&format!("{name} {}", part.to_uppercase()));
            if !(first && (listed || acronym || free || of_school)
                || digit
                || (!first && listed && self.gap(next) == Gap::Joint))
            {
                break;
            }
            name.push(' ');
            name.push_str(&self.vocabulary.same.get(part).map_or(part, String::as_str).to_uppercase());
            next += 1;
            end = next;
            if digit {
                break;
            }
        }
        (end > at + 1).then(|| self.located(&name, at, end, false)).or_else(|| self.proper(at, head)).or_else(|| {
            (head == "ATELIER"
                && matches!(self.previous(at), "l" | "a" | "en")
                && !PASTIMES.contains(&text.word(at + 1)))
            .then(|| self.located(head, at, at + 1, false))
            .or_else(|| if PASTIMES.contains(&text.word(at + 1)) { None } else { self.short(at, head) })
        })
    }

    /// "salle de danse", "salle d'escrime": a name that no list holds.
    fn called(&self, at: usize, next: usize) -> Option<Located> {
        let text = self.text;
        let part = text.word(next);
        let name = (part.len() > 3 || self.vocabulary.complements.contains(part))
            && part.bytes().all(|b| b.is_ascii_lowercase())
            && text.same_sentence(at, next)
            && text.tokens.get(next).is_some_and(|t| !t.capital || self.vocabulary.complements.contains(part))
            && matches!(self.gap(next), Gap::Space | Gap::Apostrophe)
            && !NO_NAMES.contains(&part);
        if !name {
            return None;
        }
        let number = text.tokens.get(next + 1).is_some_and(|t| t.number && t.gap == Gap::Space && t.end - t.start == 1)
            && !UNITS.contains(&text.word(next + 2));
        let end = if number { next + 2 } else { next + 1 };
        let same = self.vocabulary.same.get(part).map_or(part, String::as_str);
        let mut short = format!("SALLE {}", same.to_uppercase());
        let links: Vec<&str> = (at + 1..next).map(|i| text.word(i)).collect();
        let link = links.join(" ").to_uppercase();
        let mut long = format!("SALLE {link} {}", part.to_uppercase()).replace(" D ", " D'").replace(" L ", " L'");
        if number {
            let digit = text.word(next + 1);
            short = format!("{short} {digit}");
            long = format!("{long} {digit}");
        }
        let listed = self.known(&short) || self.vocabulary.complements.contains(part) && SHORT_NAMES.contains(&same);
        Some(self.located(if listed && !self.known(&long) { &short } else { &long }, at, end, false))
    }

    /// "le labo", where the school has one, or this text named one before.
    fn short(&self, at: usize, head: &str) -> Option<Located> {
        if !matches!(self.previous(at), "le" | "au" | "du" | "l" | "notre" | "mon")
            || !matches!(head, "LABO" | "ATELIER")
        {
            return None;
        }
        let mut known: Vec<&Place> = self.places.all().filter(|p| p.as_str().starts_with(head)).collect();
        known.dedup();
        match known.as_slice() {
            [only] => Some(self.located(only.as_str(), at, at + 1, false)),
            _ => None,
        }
    }

    /// "bâtiment C", "bât. B".
    fn building(&self, at: usize) -> Option<Located> {
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
    fn floor(&self, at: usize) -> Option<Located> {
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

/// How verbs begin that tell what a thing of a workshop does: none is the workshop's name.
const VERBS: &[&str] = &[
    "refus",
    "fonctionn",
    "march",
    "demarr",
    "affich",
    "allum",
    "bloqu",
    "plant",
    "bug",
    "clignot",
    "imprim",
    "demand",
    "repond",
    "coup",
    "chauff",
    "tourn",
    "fait",
    "mett",
    "veut",
    "peut",
    "dit",
];

/// What a workshop may be of that is a pastime of pupils, not a room.
const PASTIMES: &[&str] = &[
    "journal", "presse", "ecriture", "chant", "theatre", "echecs", "poesie", "lecture", "debat", "jeux", "slam",
    "podcast",
];

/// What follows "salle de" without naming a room.
const NO_NAMES: &[&str] = &[
    "classe",
    "classes",
    "cours",
    "monsieur",
    "madame",
    "mme",
    "melle",
    "mlle",
    "mon",
    "notre",
    "votre",
    "cette",
    "notre",
    "leur",
    "tous",
    "toutes",
    "toute",
    "deux",
    "trois",
    "bain",
    "bains",
    "ceux",
    "celle",
    "celui",
    "mettre",
    "prof",
    "profs",
    "professeurs",
    "gauche",
    "droite",
    "cote",
    "face",
    "haut",
    "fond",
    "lycee",
    "etage",
    "batiment",
    "collegue",
    "premiere",
    "seconde",
    "terminale",
    "autre",
    "autres",
    "meme",
    "dessous",
    "dessus",
    "bout",
    "travail",
    "stockage",
    "consultation",
];

/// Rooms that are named without "de", whether a writer says it or not.
const SHORT_NAMES: &[&str] =
    &["info", "cao", "dao", "techno", "serveur", "tp", "multimedia", "nsi", "snt", "exao", "si"];

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

fn is_lower_code(word: &str) -> bool {
    let head = letters(word).len();
    let digits = word.len() - head;
    (1..=2).contains(&head) && (1..=3).contains(&digits) && word.bytes().skip(head).all(|b| b.is_ascii_digit())
}
