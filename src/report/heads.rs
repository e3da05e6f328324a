//! Places named by what they are for: "salle CAO", "atelier usinage", "labo de chimie 2".

use super::Place;
use super::codes::UNITS;
use super::locate::{Finder, Located, all_capitals};
use super::text::Gap;

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

/// Names that people shorten to their first word.
const SHORTENED: &[&str] = &["CUISINE", "MAGASIN", "RESTAURANT", "STUDIO", "SERRE", "AGENCE"];

impl Finder<'_> {
    /// A name of the vocabulary, with the number or letter that tells it from its like: "amphi 2", "amphi A".
    pub(super) fn numbered_name(&self, name: &str, at: usize, end: usize) -> Located {
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
    pub(super) fn head(&self, at: usize) -> Option<Located> {
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
    pub(super) fn called(&self, at: usize, next: usize) -> Option<Located> {
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
    pub(super) fn short(&self, at: usize, head: &str) -> Option<Located> {
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
}
