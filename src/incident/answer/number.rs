//! The desk's own number, in whatever form it comes.

use std::sync::LazyLock;

use regex::Regex;

#[allow(clippy::expect_used, reason = "constant patterns, compiled by the first test")]
static CANDIDATE: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?i)\b(?:[A-Z]{1,6}[-_ ]?)?(?:\d{1,8}[-_/.])*\d{2,12}(?:-\d+)*\b").expect("a constant pattern")
});

#[allow(clippy::expect_used, reason = "constant patterns, compiled by the first test")]
static LABEL: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(
        r"(?:(?:ticket|dossier|incident|demande|appel|fiche|numero|no|num|ref|reference|references|sous|suivi|identifiant|id|cas|rattache a|signalement)(?: (?:client|interne|cesame|scc|de|du|la|le|est|sous|numero|no|ref|reference|votre|notre|suivi|a ete|enregistre|cree|ouvert|bien|ticket|dossier|demande|incident|porte|suivant|attribue|suivante))*[ :=\[\(.\x22]*|#)$",
    )
    .expect("a constant pattern")
});

/// What stands before a number that is none of the desk's.
const FOREIGN: &[&str] = &[
    "sig",
    "uai",
    "rne",
    "tel",
    "telephone",
    "fax",
    "serie",
    "s/n",
    "sn",
    "serial",
    "intervention",
    "compte rendu",
    "rapport",
    "devis",
    "commande",
    "etiquette",
    "ridf",
    "salle",
    "etage",
    "poste",
    "niveau",
    "siret",
    "inventaire",
    "facture",
    "bon",
    "votre reference",
    "reference client",
    "votre ref",
    "vos references",
    "p",
    "priorite",
    "delai",
    "version",
    "modele",
    "code postal",
    "cs",
    "bp",
];

/// The desk's number in a folded text, with the written form taken from `original`.
/// `exact` gives the original words of a range.
pub(super) fn find(text: &str, exact: &dyn Fn(std::ops::Range<usize>) -> String) -> Option<String> {
    let mut best: Option<(i32, usize, String)> = None;
    for m in CANDIDATE.find_iter(text) {
        let Some((points, range)) = weigh(text, m.range()) else { continue };
        if best.as_ref().is_none_or(|(p, ..)| points > *p) {
            best = Some((points, range.start, exact(range)));
        }
    }
    best.filter(|(points, ..)| *points > 0).map(|b| b.2.trim().to_owned())
}

fn weigh(text: &str, range: std::ops::Range<usize>) -> Option<(i32, std::ops::Range<usize>)> {
    let mut range = range;
    // "dossier 91-30552": a word in front is a label, not a part of the number.
    if let Some(space) = text[range.clone()].find(' ') {
        range.start += space + 1;
    }
    let token = &text[range.clone()];
    let letters = token.bytes().take_while(u8::is_ascii_alphabetic).count();
    let prefix = &token[..letters];
    let digits = token.bytes().filter(u8::is_ascii_digit).count();
    if matches!(prefix, "sig" | "no" | "h" | "p" | "n") || digits < 4 {
        return None;
    }
    let before = text[..range.start].trim_end();
    let after = &text[range.end..];
    let line = before.rfind('\n').map_or(before, |n| &before[n + 1..]);
    let line_tail: String = line.chars().skip(line.chars().count().saturating_sub(60)).collect();
    if before.ends_with(['-', '/', '+', '@', '_']) || after.starts_with(['@', '/', '%', '€']) || is_link(before) {
        return None;
    }
    if letters == 0 && (is_own_reference(token) || is_day(token) || is_phone(token, &line_tail, after))
        || is_uai(token, after)
    {
        return None;
    }
    let label = LABEL.is_match(&line_tail);
    let named = line_tail.trim_end_matches([':', ' ', '=', '#']);
    let named = named.strip_suffix(" no").or_else(|| named.strip_suffix(" numero")).unwrap_or(named).trim_end();
    let foreign =
        FOREIGN.iter().any(|f| named.strip_suffix(f).is_some_and(|before| !before.ends_with(char::is_alphanumeric)));
    if foreign {
        return None;
    }
    let mut points = 0;
    if label {
        points += 4;
    }
    if letters > 0 && digits >= 5 {
        points += 3;
    }
    if token.contains('-') && digits >= 6 {
        points += 1;
    }
    if line_tail.contains("notre reference") || line_tail.contains("notre dossier") || line_tail.contains("notre ref") {
        points += 3;
    }
    if line_tail.contains("votre reference") && !line_tail.contains("notre") {
        points -= 3;
    }
    Some((points, range))
}

fn is_link(before: &str) -> bool {
    let word = before.rsplit(char::is_whitespace).next().unwrap_or("");
    word.contains("://") || word.contains("www.") || word.contains('@')
}

/// `2026-0042`.
fn is_own_reference(token: &str) -> bool {
    token.split_once('-').is_some_and(|(year, number)| year.len() == 4 && year.starts_with("20") && number.len() <= 4)
}

fn is_day(token: &str) -> bool {
    let parts: Vec<&str> = token.split(['/', '.', '-']).collect();
    let small = |s: &str| s.len() <= 2 && s.parse::<u8>().is_ok_and(|n| (1..=31).contains(&n));
    match parts.as_slice() {
        [d, m, y] => {
            small(d) && small(m) && (y.len() == 4 || y.len() == 2)
                || y.len() <= 2 && d.len() == 4 && small(m) && small(y)
        }
        [d, m] => small(d) && small(m),
        [y] => y.len() == 4 && (y.starts_with("20") || y.starts_with("19")),
        _ => false,
    }
}

fn is_phone(token: &str, before: &str, after: &str) -> bool {
    let digits: String = token.chars().filter(char::is_ascii_digit).collect();
    let pairs = |s: &str| {
        s.split([' ', '.'])
            .filter(|p| !p.is_empty())
            .take_while(|p| p.len() == 2 && p.bytes().all(|b| b.is_ascii_digit()))
            .count()
    };
    digits.len() == 10 && digits.starts_with('0')
        || before.trim_end().ends_with("+33")
        || pairs(after) >= 2
        || pairs(&before.chars().rev().collect::<String>()) >= 2
}

/// Seven digits and the letter that checks them.
fn is_uai(token: &str, after: &str) -> bool {
    let digits = token.len() == 7 && token.bytes().all(|b| b.is_ascii_digit());
    digits && after.starts_with(|c: char| c.is_ascii_alphabetic())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn number(text: &str) -> Option<String> {
        let folded = super::super::fold::fold(text, &std::collections::HashMap::new());
        find(&folded.text, &|r| folded.original(text, r).to_owned())
    }

    #[test]
    fn numbers_of_many_forms_are_found() {
        for (text, expected) in [
            ("enregistrée sous le numéro CES-2026-130771.", "CES-2026-130771"),
            ("Numéro : INC0070312", "INC0070312"),
            ("ouvert chez nous sous R0061177", "R0061177"),
            ("[CESAME #5520418] Accusé de réception - [SIG-2026-0013] Imprimante", "5520418"),
            (
                "Votre référence : SIG-2026-0016\nNotre référence : 260305-00219\nUAI : 0941234F\nTél : 01 99 00 33 10",
                "260305-00219",
            ),
            ("notre dossier 91-30552 déjà ouvert", "91-30552"),
            ("dossier n° 91-30552", "91-30552"),
            ("Ticket n°2026130771 créé le 12/01/2026", "2026130771"),
            ("Référence : RITM0012345", "RITM0012345"),
        ] {
            assert_eq!(number(text).as_deref(), Some(expected), "{text}");
        }
    }

    #[test]
    fn other_numbers_are_not_the_desks() {
        for text in [
            "[SIG-2026-0012] Vidéoprojecteur",
            "2026-0012",
            "UAI : 0941234F",
            "Téléphone : 01 99 00 33 10",
            "le 12/01/2026",
            "au 0611223344",
            "n° de série : CZC7741KQM",
            "Compte rendu d'intervention n° 61007",
            "https://enquete.test/s/130771",
            "poste 12",
            "en 2026",
        ] {
            assert_eq!(number(text), None, "{text}");
        }
    }
}
