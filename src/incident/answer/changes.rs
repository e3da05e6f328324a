//! What a referent corrects.

use std::ops::Range;
use std::sync::LazyLock;

use regex::Regex;

use super::Changes;
use super::reader::{Reader, Topic};
use super::referent::Text;

/// Corrections and the words that make them.
#[derive(Debug, Default)]
pub(super) struct Change {
    pub changes: Changes,
    /// Clauses of the folded text that are explained by the corrections.
    pub spans: Vec<Range<usize>>,
    /// Says in so many words that something is wrong, rather than naming something in passing.
    pub corrects: bool,
    /// The ticket's own place or equipment is called wrong without the right one being named.
    pub denied: bool,
}

struct Patterns {
    number: Regex,
    not_count: Regex,
    lead: Regex,
    firm: Regex,
    alone: Regex,
    other_unit: Regex,
    serial: Regex,
    label: Regex,
    bare_serial: Regex,
}

const NUMBERS: &str =
    "une?|deux|trois|quatre|cinq|six|sept|huit|neuf|dix|onze|douze|treize|quatorze|quinze|seize|vingt|trente|\\d{1,3}";

#[allow(clippy::expect_used, reason = "constant patterns, compiled by the first test")]
static PATTERNS: LazyLock<Patterns> = LazyLock::new(|| {
    let make = |pattern: &str| Regex::new(pattern).expect("a constant pattern");
    Patterns {
        number: make(&format!(r"\b(?:{NUMBERS})\b")),
        not_count: make(
            r"\b(?:pas|non|et pas|non pas|au lieu de|au lieu d|plutot que|et non|ni|a la place de)(?: de| d| les| seulement| que)? $",
        ),
        lead: make(
            r"(?:^|\b(?:il y en a|y en a|il y a|on a|on en a|j ai|j en ai|ils sont|elles sont|sont|c est|ce sont|il s agit d|il s agit de|s agit d|s agit de|que|qu il y a|attention|mais|plutot|en fait|au total|en tout|nombre|quantite|mettez|mets|note[rz]?|corrige[rz]?|compte[rz]?|ok|oui|go|non|pour|par|avec|concerne|sur|seulement|exactement|precisement|exact)|[,;:(.!?\n])(?: plutot| en fait| bien| exactement| seulement| que| en| par| de| d| les| l| il y a| c est)*[ ,:]*$",
        ),
        firm: make(r"y en a|en ai|on en a|sont|nombre|quantite|total|en tout|compte"),
        alone: make(r"^ seule?s?\b"),
        other_unit: make(
            r"^ (?:\w+ )?(?:fois|jours?|semaines?|mois|heures?|h|ans?|minutes?|eme|e|ieme|er|euros?|lignes?|eleves?|classes?|cours|collegues?|profs?|tickets?|signalements?|cables?|prises?|cles?|autres?|%)\b",
        ),
        serial: make(
            r"\b(?:s/?n|no de serie|numero de serie|num de serie|serial|serie|service tag)(?: number| est| c est| du \w+)?[ :=-]*(?:est |le |no )*([a-z0-9][a-z0-9-]{4,24})\b",
        ),
        label: make(
            r"\b(?:ridf|etiquette|inventaire|immo)(?: no| numero| est| region)*?[ :=-]*((?:ridf[ -]?)?[a-z]{0,5}[ -]?\d[\w-]{2,20})\b",
        ),
        bare_serial: make(r"^(?:voici |ajoute[rz]? )?([a-z0-9]{7,16})$"),
    }
});

fn number(word: &str) -> Option<u32> {
    const WORDS: [&str; 16] = [
        "un", "deux", "trois", "quatre", "cinq", "six", "sept", "huit", "neuf", "dix", "onze", "douze", "treize",
        "quatorze", "quinze", "seize",
    ];
    word.parse().ok().or_else(|| match word {
        "une" => Some(1),
        "vingt" => Some(20),
        "trente" => Some(30),
        _ => WORDS.iter().position(|w| *w == word).and_then(|n| u32::try_from(n + 1).ok()),
    })
}

/// Nobody's answer counts more; what follows is not looked at.
const MOST_NUMBERS: usize = 60;

/// A number that a text names.
struct Count {
    value: u32,
    range: Range<usize>,
}

/// Part of a date, an hour, a reference or a longer word.
fn joined(text: &str, range: &Range<usize>) -> bool {
    let mark = |c: char| matches!(c, '-' | '/' | '_' | '#' | '+');
    let (before, after) = (&text[..range.start], &text[range.end..]);
    let decimal = after.starts_with(['.', ',', ':']) && after[1..].starts_with(|c: char| c.is_ascii_digit());
    before.ends_with(mark)
        || after.starts_with(mark)
        || decimal
        || before.ends_with(" no ")
        || before.ends_with("numero ")
}

/// Does a unit follow a number? `Some(false)`: that of other equipment than the ticket's.
fn unit(reader: &Reader<'_>, after: &str, topic: &Topic) -> Option<bool> {
    const ANY: &[&str] = &[
        "poste",
        "postes",
        "pc",
        "ordi",
        "ordis",
        "ordinateur",
        "ordinateurs",
        "machine",
        "machines",
        "appareil",
        "appareils",
        "exemplaires",
        "unites",
        "en",
        "hs",
    ];
    let near: String = after.split_inclusive(' ').take(4).collect();
    let words: Vec<&str> = after.split_whitespace().take(2).collect();
    let word = |n: usize| words.get(n).map(|w| w.trim_matches(|c: char| !c.is_alphanumeric()));
    let in_panne = |n: usize| word(n) != Some("en") || after.contains("en panne");
    if (0..2).any(|n| word(n).is_some_and(|w| ANY.contains(&w)) && in_panne(n)) {
        return Some(true);
    }
    let (equipment, at) = reader.equipment_in(&near).into_iter().next()?;
    let adjacent = near[..at.start].split_whitespace().count() <= 1 && !near[..at.start].contains([',', ';', '.']);
    adjacent.then(|| topic.equipment.is_none_or(|t| t == equipment))
}

/// The clause around a place of the text.
fn clause(text: &str, at: &Range<usize>) -> Range<usize> {
    let cuts = ['\n', ';', '.', '!', '?', '('];
    let start = text[..at.start].rfind(cuts).map_or(0, |n| n + 1);
    let end = text[at.end..].find(cuts).map_or(text.len(), |n| at.end + n);
    start..end
}

impl Change {
    /// Finds what `text` corrects of the ticket that `topic` names.
    pub fn find(reader: &Reader<'_>, text: &Text<'_>, topic: &Topic) -> Self {
        let mut found = Self::default();
        let folded = &text.folded.text;
        let asserted = |at: usize| text.asserted.iter().any(|r| r.contains(&at));
        found.serials(text);
        let numbers = found.spans.len();
        found.place(reader, text, topic, &asserted);
        found.equipment(reader, text, topic, &asserted);
        found.count(reader, text, topic, numbers, &asserted);
        found.corrects |= reader.phrases.says("referent.correct", folded);
        found
    }

    fn place(&mut self, reader: &Reader<'_>, text: &Text<'_>, topic: &Topic, asserted: &dyn Fn(usize) -> bool) {
        let folded = &text.folded.text;
        let own = |p: &crate::report::Place| topic.spots.iter().any(|t| t.place == *p);
        let any_negated = text.spots.iter().any(|s| s.negated);
        let mut right: Vec<_> = text
            .spots
            .iter()
            .filter(|s| !s.negated && asserted(s.range.start) && !own(&s.place))
            .filter(|s| {
                let around = clause(folded, &s.range);
                let before = &folded[around.start..s.range.start];
                let alone =
                    before.trim().is_empty() && folded[s.range.end..around.end].trim_matches([' ', ',']).is_empty();
                any_negated
                    || alone
                    || reader.phrases.set("referent.correct").find_iter(before).any(|m| before.len() - m.end() <= 40)
            })
            .collect();
        // "le labo de langues, B301": the code is the name that everybody can look up.
        right.sort_by_key(|s| s.named);
        if let Some(spot) = right.first() {
            self.changes.place = Some(spot.place.clone());
            for spot in text.spots.iter().filter(|s| s.negated || right.iter().any(|r| r.place == s.place)) {
                self.explain(folded, &spot.range);
            }
        } else if text.spots.iter().any(|s| s.negated && own(&s.place)) {
            self.denied = true;
        }
    }

    /// Marks the words between two commas around `at` as understood.
    fn explain(&mut self, folded: &str, at: &Range<usize>) {
        let cuts = ['\n', ';', '.', '!', '?', '(', ',', ':'];
        let mut start = folded[..at.start].rfind(cuts).map_or(0, |n| n + 1);
        let mut end = folded[at.end..].find(cuts).map_or(folded.len(), |n| at.end + n);
        // "ok mais c'est la B205 et c'est bon": the yes beside it is not part of the correction.
        for joint in [" mais ", " et ", " avec ", " sinon ", " puis "] {
            if let Some(n) = folded[start..at.start].rfind(joint) {
                start += n + 1;
            }
        }
        for yes in ["ok ", "oui ", "go ", "d accord "] {
            if folded[start..at.start].trim_start().starts_with(yes) {
                start += folded[start..at.start].find(yes).unwrap_or(0) + yes.len() - 1;
            }
        }
        for joint in [
            " puis ",
            " sinon ",
            " mais ",
            " c est bon",
            " c est ok",
            " ok",
            " envoie",
            " envoyez",
            " merci",
            " et ",
            " avec ",
        ] {
            if let Some(n) = folded[at.end..end].find(joint)
                && ![" et non", " et pas"].iter().any(|w| folded[at.end + n..end].starts_with(w))
            {
                end = at.end + n;
            }
        }
        self.spans.push(start..end);
    }

    fn equipment(&mut self, reader: &Reader<'_>, text: &Text<'_>, topic: &Topic, asserted: &dyn Fn(usize) -> bool) {
        let folded = &text.folded.text;
        let all: Vec<_> = reader.equipment_in(folded).into_iter().filter(|(_, r)| asserted(r.start)).collect();
        let wrong = |r: &Range<usize>| {
            let before = folded[..r.start].trim_end();
            let before = ["un", "une", "le", "la", "l", "les", "des", "du", "de"].iter().fold(before, |b, w| {
                b.strip_suffix(w).filter(|x| x.is_empty() || x.ends_with(' ')).map_or(b, str::trim_end)
            });
            ["pas", "non", "remplacez", "remplacer", "remplace", "au lieu", "a la place", "ni", "pas vraiment"]
                .iter()
                .any(|w| before.ends_with(w))
        };
        let denies = all.iter().any(|(e, r)| wrong(r) && topic.equipment.is_none_or(|t| t == *e));
        let right = all.iter().find(|(e, r)| {
            let before = &folded[clause(folded, r).start..r.start];
            let said = [
                "c est le ",
                "c est la ",
                "c est l ",
                "c est un ",
                "c est une ",
                "il s agit d",
                "plutot le ",
                "plutot la ",
                "plutot un",
                "plutot l ",
            ]
            .iter()
            .any(|cue| before.ends_with(cue) || before.trim_end().ends_with(cue.trim_end()));
            // "c'est la toshiba": the article is part of the name.
            let said = said || (folded[r.start..].starts_with("la ") && before.trim_end().ends_with("c est"));
            !wrong(r) && Some(*e) != topic.equipment && (denies || said)
        });
        if let Some((equipment, range)) = right {
            // "c'est le PC de la B204": a correction only where the ticket says something else.
            if topic.equipment.is_none() && !denies {
                return;
            }
            self.changes.equipment = Some(*equipment);
            self.explain(folded, range);
            for (_, r) in all.iter().filter(|(_, r)| wrong(r)) {
                self.explain(folded, r);
            }
        } else if denies {
            self.denied = true;
        }
    }

    /// `taken`: so many of the spans hold serial numbers and labels.
    fn count(
        &mut self,
        reader: &Reader<'_>,
        text: &Text<'_>,
        topic: &Topic,
        taken: usize,
        asserted: &dyn Fn(usize) -> bool,
    ) {
        let folded = &text.folded.text;
        let (mut right, mut wrong): (Vec<Count>, Vec<Count>) = (Vec::new(), Vec::new());
        for m in PATTERNS.number.find_iter(folded).take(MOST_NUMBERS) {
            let spot = text.spots.iter().any(|s| s.range.start < m.end() && m.start() < s.range.end);
            let explained = self.spans.iter().take(taken).any(|s| s.contains(&m.start()));
            let Some(value) = number(m.as_str()).filter(|n| (1..=500).contains(n)) else { continue };
            if spot || explained || !asserted(m.start()) || joined(folded, &m.range()) {
                continue;
            }
            let count = Count { value, range: m.range() };
            if PATTERNS.not_count.is_match(&folded[..m.start()]) { wrong.push(count) } else { right.push(count) }
        }
        let contrast = |c: &Count| {
            let around = clause(folded, &c.range);
            wrong.iter().any(|w| around.contains(&w.range.start))
        };
        right.retain(|c| {
            let (before, after) = (&folded[..c.range.start], &folded[c.range.end..]);
            let Some(lead) = PATTERNS.lead.find(before) else { return false };
            let firm = PATTERNS.firm.is_match(lead.as_str());
            let alone = PATTERNS.alone.is_match(after);
            // "un PC" is an article, not a number.
            let article = matches!(&folded[c.range.clone()], "un" | "une");
            let unit = unit(reader, after, topic);
            let elsewhere = PATTERNS.other_unit.is_match(after) || unit == Some(false);
            !elsewhere
                && (firm || contrast(c) || alone || (unit == Some(true) && !article))
                && !(article && !firm && !alone && !contrast(c))
        });
        let Some(first) = right.first() else {
            return;
        };
        // "Il y en a 2 ou 3": whoever does not know is asked again.
        let either = folded[first.range.end..].strip_prefix(" ou ").and_then(|rest| rest.split(' ').next());
        if either.and_then(number).is_some() || right.iter().any(|c| c.value != first.value) {
            self.denied = true;
            return;
        }
        self.changes.count = Some(first.value);
        let said: Vec<Range<usize>> = right.iter().chain(&wrong).map(|c| c.range.clone()).collect();
        for range in said {
            self.explain(folded, &range);
        }
    }

    fn serials(&mut self, text: &Text<'_>) {
        let folded = &text.folded.text;
        let mixed = |s: &str| s.bytes().any(|b| b.is_ascii_digit()) && s.len() >= 5;
        let exact = |r: Range<usize>| text.folded.original(text.source, r).to_owned();
        if let Some(m) = PATTERNS.serial.captures_iter(folded).filter_map(|c| c.get(1)).find(|m| mixed(m.as_str())) {
            self.changes.serial = Some(exact(m.range()));
            self.explain(folded, &m.range());
            // "n° de série : CZC…": the words in front of the colon belong to it.
            self.spans
                .extend(PATTERNS.serial.find_iter(folded).find(|w| w.range().contains(&m.start())).map(|w| w.range()));
        } else if let Some(m) = folded.lines().filter_map(|l| PATTERNS.bare_serial.captures(l)?.get(1)).find(|m| {
            let s = m.as_str();
            mixed(s)
                && s.bytes().filter(u8::is_ascii_alphabetic).count() >= 2
                && s.bytes().filter(u8::is_ascii_digit).count() >= 3
        }) {
            let at = folded.find(m.as_str()).unwrap_or(0);
            self.changes.serial = Some(exact(at..at + m.len()));
            self.explain(folded, &(at..at + m.len()));
        }
        if let Some(m) = PATTERNS.label.captures(folded).and_then(|c| c.get(1)).filter(|m| mixed(m.as_str())) {
            self.changes.label = Some(exact(m.range()));
            self.explain(folded, &m.range());
            self.spans.extend(PATTERNS.label.find(folded).map(|w| w.range()));
        }
    }
}
