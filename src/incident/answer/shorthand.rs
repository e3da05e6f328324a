//! "ok pour la 8, le 4 c'est non": numbers alone, written out where the mail that is answered shows
//! which incidents are meant.

use std::sync::LazyLock;

use regex::Regex;

use super::Reference;
use super::fold::Folded;
use super::reader::Reader;

#[allow(clippy::expect_used, reason = "a constant pattern, compiled by the first test")]
static NUMBER: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?m)(?P<lead>^|[,;.!:/\n] ?|\b(?:la|le|les|l|du|de la|au|a la|pour|ok|oui|tickets?|numeros?|no|et|ou|avec) |#)(?P<number>\d{1,4})(?P<next>$|[ ,;:.!?)=\n/-])")
        .expect("a constant pattern")
});

/// What may follow the number of an incident, rather than a unit or a month.
const AFTER: &[&str] = &[
    "c",
    "est",
    "sont",
    "ok",
    "oui",
    "non",
    "et",
    "ou",
    "aussi",
    "pas",
    "je",
    "on",
    "doublon",
    "pour",
    "mais",
    "atte",
    "rectorat",
    "ent",
    "etablissement",
    "annule",
    "annulez",
    "annuler",
    "laisse",
    "laissez",
    "merci",
    "s",
    "regle",
    "reglee",
    "repare",
    "reparee",
    "envoie",
    "envoyez",
    "confirme",
    "valide",
    "validez",
    "go",
    "pouce",
    "a",
    "puis",
    "seulement",
    "uniquement",
    "tu",
    "vous",
    "peut",
    "peuvent",
    "avec",
    "en",
    "c'est",
    "refus",
    "refuse",
    "doublons",
    "par",
];
/// What may not stand before it: a day.
const DAY: &[&str] = &["depuis", "avant", "apres", "vers", "jusqu", "des", "partir", "entre"];

/// What became of the numbers of a text.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Written {
    /// Nothing to write out.
    Nothing,
    /// The text with every number as a whole reference.
    Out(String),
    /// A number gives an order on an incident that is not shown, or that two have.
    Unknown,
}

/// Writes the short numbers of `source` out.
pub(super) fn write_out(reader: &Reader<'_>, source: &str, folded: &Folded, shown: &[Reference]) -> Written {
    let text = &folded.text;
    // Most answers hold no number at all: nothing more is looked at.
    if !text.bytes().any(|b| b.is_ascii_digit()) {
        return Written::Nothing;
    }
    let taken: Vec<_> = super::reader::REFERENCE.find_iter(text).map(|m| m.range()).collect();
    let mut spots = None;
    let mut edits: Vec<(std::ops::Range<usize>, Reference)> = Vec::new();
    let mut at = 0;
    while let Some(c) = NUMBER.captures_at(text, at) {
        let (Some(number), Some(lead)) = (c.name("number"), c.name("lead")) else { break };
        at = number.end();
        let (lead, digits) = (lead.as_str().trim(), number.as_str());
        let article = lead.chars().any(char::is_alphabetic) || lead == "#";
        let after = text[number.end()..].trim_start_matches([' ', ',', ')']);
        let word: String = after.chars().take_while(|c| c.is_alphanumeric()).collect();
        let stop = text[number.end()..].starts_with([',', ';', ':', '.', '!', '?', ')', '=', '\n']);
        let follows = stop
            || word.is_empty()
            || AFTER.contains(&word.as_str())
            || after.starts_with(|c: char| c.is_ascii_digit());
        let before = text[..c.get(0).map_or(0, |m| m.start())].trim_end();
        let day = before.rsplit(|c: char| !c.is_alphanumeric()).next().is_some_and(|w| DAY.contains(&w));
        let decimal = text[number.end()..].starts_with(['/', '-', '.', ':', ','])
            && text[number.end() + 1..].starts_with(|c: char| c.is_ascii_digit());
        let padded = digits.len() == 4 && digits.starts_with('0');
        if !follows || day || decimal || padded || taken.iter().any(|t| t.contains(&number.start())) {
            continue;
        }
        let spots = spots.get_or_insert_with(|| reader.spots(source, folded));
        if spots.iter().any(|s| s.range.start < number.end() && number.start() < s.range.end) {
            continue;
        }
        let meant: Vec<Reference> =
            shown.iter().filter(|r| digits.parse::<u32>().is_ok_and(|n| n == r.number)).copied().collect();
        // A number without article in a mail that shows one incident is a quantity, if anything.
        let many = shown.len() > 1;
        match meant.as_slice() {
            [only] if article || many => edits.push((number.range(), *only)),
            [] | [_] if !decides(&word, article, after) => {}
            _ if article && digits.len() <= 2 && !matches!(lead, "et" | "ou" | "avec" | "pour") => {
                return Written::Unknown;
            }
            _ => {}
        }
    }
    if edits.is_empty() {
        return Written::Nothing;
    }
    let mut out = String::with_capacity(source.len() + edits.len() * 8);
    let mut from = 0;
    for (range, reference) in edits {
        let original = folded.original(source, range);
        let start = original.as_ptr() as usize - source.as_ptr() as usize;
        if start < from || original.is_empty() {
            continue;
        }
        out.push_str(source.get(from..start).unwrap_or(""));
        out.push_str(&reference.to_string());
        from = start + original.len();
    }
    out.push_str(source.get(from..).unwrap_or(""));
    Written::Out(out)
}

/// Does what follows a number give an order on it?
fn decides(word: &str, article: bool, after: &str) -> bool {
    let verdict = matches!(
        word,
        "c" | "est"
            | "ok"
            | "oui"
            | "non"
            | "doublon"
            | "annule"
            | "annulez"
            | "atte"
            | "rectorat"
            | "ent"
            | "pas"
            | "go"
    );
    article && (verdict || after.starts_with([':', '=']))
}
