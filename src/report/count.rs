//! How many machines, and which: "trois postes", "5 ordis sur 15", "les postes 3, 7 et 12".

use super::Equipment;
use super::reading::{Mention, Reading};
use super::text::{Gap, Text};

/// Machines named by number, and how many are concerned.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Machines {
    /// Seat or unit numbers.
    pub numbers: Vec<String>,
    /// How many, where said.
    pub count: Option<u32>,
    /// Tokens of the numbers.
    pub at: Option<(usize, usize)>,
}

/// The number that word `at` means, in digits or in letters.
pub fn number_word(text: &Text<'_>, at: usize) -> Option<u32> {
    if let Some(number) = text.number(at) {
        return Some(number);
    }
    // "dix-huit", "vingt-quatre"
    let joint = |i: usize| text.tokens.get(i).is_some_and(|t| t.gap == Gap::Joint);
    if let Some(before) = at.checked_sub(1)
        && joint(at)
        && let Some(units) = letters(text.word(at)).filter(|n| *n < 10)
    {
        return match text.word(before) {
            "dix" => Some(10 + units),
            "vingt" => Some(20 + units),
            "trente" => Some(30 + units),
            _ => Some(units),
        };
    }
    letters(text.word(at))
}

/// The number that a word writes out.
fn letters(word: &str) -> Option<u32> {
    Some(match word {
        "deux" => 2,
        "trois" => 3,
        "quatre" => 4,
        "cinq" => 5,
        "six" => 6,
        "sept" => 7,
        "huit" => 8,
        "neuf" => 9,
        "dix" => 10,
        "onze" => 11,
        "douze" => 12,
        "treize" => 13,
        "quatorze" => 14,
        "quinze" => 15,
        "seize" => 16,
        "vingt" => 20,
        "trente" => 30,
        "dizaine" => 10,
        "douzaine" => 12,
        "quinzaine" => 15,
        "vingtaine" => 20,
        "trentaine" => 30,
        _ => return None,
    })
}

/// More machines than any school has in a room is no count.
const MOST: u32 = 400;

/// May several of these be broken at once, each for itself?
pub fn countable(equipment: Equipment) -> bool {
    !matches!(
        equipment,
        Equipment::Reseau
            | Equipment::Wifi
            | Equipment::Serveur
            | Equipment::Ent
            | Equipment::Messagerie
            | Equipment::ApplicationAcademique
    )
}

/// The count said before a thing: "trois postes", "deux des écrans", "une dizaine de PC".
pub fn before(reading: &Reading<'_>, mention: &Mention) -> Option<u32> {
    let text = &reading.text;
    let part = mention.part.and_then(|p| reading.vocabulary.parts.get(p));
    let countable_part = part.is_none_or(|p| p.symptom.as_deref() == Some("keyboard_mouse"))
        && !text.word(mention.start).starts_with("touche");
    if !countable_part {
        return None;
    }
    let mut at = mention.start;
    for _ in 0..5 {
        at = at.checked_sub(1)?;
        if !text.same_sentence(at, mention.start) {
            return None;
        }
        let word = text.word(at);
        if let Some(count) = number_word(text, at) {
            let unit = text.after(at).trim_start().starts_with(['€', '%', 'h', '°', ')', '.', ':'])
                || reading.places.found.iter().any(|p| p.start <= at && at < p.end);
            let comma = text.tokens.get(at + 1).is_some_and(|t| t.gap != Gap::Space);
            let ordinal = matches!(
                text.word(at.wrapping_sub(1)),
                "poste" | "n" | "no" | "salle" | "numero" | "pc" | "etage" | "le" | "la"
            ) && text.number(at).is_some()
                && at > 0;
            // "trois des quinze postes", "un des deux écrans"; "sur 15 postes, 4 …" counts further on.
            let mut back = at;
            while back > 0 && matches!(text.word(back - 1), "les" | "nos" | "mes" | "ces" | "des" | "de") {
                back -= 1;
            }
            let owner = if back > 0 && text.same_sentence(back - 1, at) { text.word(back - 1) } else { "" };
            if matches!(owner, "sur" | "parmi") {
                let of = back.checked_sub(2).filter(|i| text.same_sentence(*i, at)).and_then(|i| number_word(text, i));
                return of.filter(|c| (1..=MOST).contains(c));
            }
            if back < at && matches!(owner, "un" | "une") {
                return Some(1);
            }
            if back < at
                && let Some(of) = back.checked_sub(1).and_then(|i| number_word(text, i)).filter(|c| *c < count)
                && text.same_sentence(back - 1, at)
            {
                return Some(of);
            }
            return ((1..=MOST).contains(&count) && !unit && !comma && !ordinal).then_some(count);
        }
        let filler = matches!(
            word,
            "de" | "des"
                | "d"
                | "nos"
                | "ces"
                | "mes"
                | "autres"
                | "petits"
                | "petites"
                | "nouveaux"
                | "nouvelles"
                | "vieux"
                | "vieilles"
                | "gros"
                | "grosses"
                | "beaux"
                | "anciens"
                | "pauvres"
                | "les"
                | "la"
                | "l"
        );
        if !filler {
            return None;
        }
    }
    None
}

/// "PC05, PC06 et PC11".
fn glued_from(text: &Text<'_>, first: usize) -> Machines {
    let mut machines = Machines::default();
    let mut at = first;
    while let Some(number) = glued(text.word(at)).filter(|_| text.same_sentence(first, at)) {
        let bare = number.trim_start_matches('0');
        machines.numbers.push(if bare.is_empty() { number } else { bare }.to_owned());
        at += 1;
        if matches!(text.word(at), "et" | "ou") && text.same_sentence(first, at) {
            at += 1;
        }
    }
    machines.count = u32::try_from(machines.numbers.len()).ok();
    machines.at = Some((first, at));
    machines
}

/// The seat number of a machine written in one word: "pc05", "poste12".
pub fn glued(word: &str) -> Option<&str> {
    let digits = ["postes", "poste", "ordi", "pc"].iter().find_map(|head| word.strip_prefix(head))?;
    let number = (1..=2).contains(&digits.len()) && digits.bytes().all(|b| b.is_ascii_digit());
    number.then_some(digits)
}

/// Numbers that name machines, from token `at` on: "3, 7 et 12", "n° 2, 5 et 9", "4 à 8".
pub fn numbers_from(text: &Text<'_>, at: usize) -> Machines {
    let mut machines = Machines::default();
    let mut next = at;
    while matches!(text.word(next), "n" | "no" | "nos" | "numero" | "numeros" | "num" | "nº")
        && text.same_sentence(at.saturating_sub(1), next)
    {
        next += 1;
    }
    if let Some(before) = at.checked_sub(1).filter(|b| glued(text.word(*b)).is_some()) {
        return glued_from(text, before);
    }
    let first = next;
    let pair = |i: usize| text.tokens.get(i).is_some_and(|t| t.number && t.end - t.start == 2);
    let spaced = |i: usize| text.tokens.get(i).is_some_and(|t| matches!(t.gap, Gap::Space | Gap::Joint));
    // "01 64 00 77 12" is a telephone number.
    if (first..first + 4).all(pair) && (first + 1..first + 4).all(spaced) {
        return machines;
    }
    let mut last_end = next;
    while next < text.tokens.len() && text.same_sentence(first, next) {
        let word = text.word(next);
        let short = text.tokens.get(next).is_some_and(|t| t.number && t.end - t.start <= 2);
        if short {
            let unit = matches!(
                text.word(next + 1),
                "h" | "heures"
                    | "minutes"
                    | "min"
                    | "fois"
                    | "jours"
                    | "semaines"
                    | "mois"
                    | "eleves"
                    | "cm"
                    | "ans"
                    | "euros"
                    | "go"
                    | "postes"
                    | "pc"
                    | "ordis"
            ) || text.after(next).trim_start().starts_with(['€', '%', ':'])
                && text.tokens.get(next + 1).is_some_and(|t| t.number);
            if unit {
                break;
            }
            machines.numbers.push(word.trim_start_matches('0').to_owned());
            last_end = next + 1;
            next += 1;
            // a range
            if matches!(text.word(next), "a" | "au")
                && let (Some(from), Some(to)) = (text.number(next - 1), text.number(next + 1))
                && from < to
                && to - from < 40
            {
                machines.numbers.extend((from + 1..=to).map(|n| n.to_string()));
                next += 2;
                last_end = next;
            }
            continue;
        }
        let joined = matches!(word, "et" | "ou" | "puis")
            && text.tokens.get(next + 1).is_some_and(|t| t.number)
            && !machines.numbers.is_empty();
        let numbered = matches!(word, "n" | "no" | "nº" | "numero" | "num")
            && !machines.numbers.is_empty()
            && text.tokens.get(next + 1).is_some_and(|t| t.number);
        if numbered
            || word == "et"
                && matches!(text.word(next + 1), "n" | "no" | "numero")
                && !machines.numbers.is_empty()
                && text.tokens.get(next + 2).is_some_and(|t| t.number)
        {
            next += if numbered { 1 } else { 2 };
            continue;
        }
        let again = matches!(word, "le" | "la" | "n" | "poste" | "les")
            && !machines.numbers.is_empty()
            && text.tokens.get(next + 1).is_some_and(|t| t.number)
            && matches!(text.word(next.wrapping_sub(1)), "et" | "ou");
        let et_le = matches!(word, "et")
            && matches!(text.word(next + 1), "le" | "la")
            && text.tokens.get(next + 2).is_some_and(|t| t.number && t.end - t.start <= 2)
            && !machines.numbers.is_empty()
            && text.tokens.get(next + 2).is_some_and(|t| t.gap == Gap::Space);
        // "du poste 5 et celui du poste 21"
        let and_that =
            if word == "et" && matches!(text.word(next + 1), "celui" | "celle") && !machines.numbers.is_empty() {
                (next + 2..next + 6).find(|i| text.tokens.get(*i).is_some_and(|t| t.number)).filter(|i| {
                    (next + 2..*i).all(|j| {
                        matches!(text.word(j), "du" | "de" | "la" | "l" | "poste" | "pc" | "n" | "numero" | "ordi")
                    })
                })
            } else {
                None
            };
        if let Some(number) = and_that {
            next = number;
            continue;
        }
        if !(joined || again || et_le) {
            break;
        }
        next += 1;
    }
    machines.numbers.retain(|n| !n.is_empty());
    if !machines.numbers.is_empty() {
        machines.count = u32::try_from(machines.numbers.len()).ok();
        machines.at = Some((first, last_end));
    }
    machines
}
