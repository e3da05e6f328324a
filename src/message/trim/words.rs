//! What the words of a folded line tell: a sentence, a fault, a number, a room.

use std::sync::LazyLock;

use aho_corasick::AhoCorasick;

/// Whether a telephone number is nearly all of it.
pub(super) fn is_phone(text: &str) -> bool {
    let digits = text.bytes().filter(u8::is_ascii_digit).count();
    let other = text.bytes().filter(u8::is_ascii_alphabetic).count();
    digits >= 8 && other <= 30
}

/// A letter or two before two to three figures, as rooms are named.
pub(super) fn is_room_code(word: &str) -> bool {
    let letters = word.bytes().take_while(u8::is_ascii_alphabetic).count();
    let rest = word.get(letters..).unwrap_or_default();
    (1..=2).contains(&letters) && (2..=3).contains(&rest.len()) && rest.bytes().all(|b| b.is_ascii_digit())
}

/// `1) …`, `2. …`
pub(super) fn starts_numbered(text: &str) -> bool {
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    (1..=2).contains(&digits) && text.get(digits..).is_some_and(|r| r.starts_with(") ") || r.starts_with(". "))
}

/// Words by which a line is a sentence rather than an entry.
pub(super) fn speaks(text: &str) -> bool {
    text.split(|c: char| !c.is_alphanumeric()).any(|w| {
        matches!(
            w,
            "je" | "j"
                | "tu"
                | "nous"
                | "vous"
                | "il"
                | "elle"
                | "ils"
                | "elles"
                | "ne"
                | "n"
                | "est"
                | "sont"
                | "ai"
                | "avons"
                | "avez"
                | "peux"
                | "peut"
                | "pouvez"
                | "merci"
                | "faut"
                | "c"
                | "y"
                | "plus"
                | "pas"
                | "voir"
        )
    })
}

/// Words that tell of a fault, between blanks where they stand alone.
const FAULTS: [&str; 36] = [
    "panne",
    "hors service",
    "marche pas",
    "marche plus",
    "fonctionne",
    "demarre",
    "allume",
    "bloque",
    "casse ",
    "s'eteint",
    "eteint",
    "bourrage",
    "bourre ",
    "ecran noir",
    "ecran bleu",
    " plante",
    " imprime ",
    " n'imprime",
    " hs ",
    " rame ",
    " plus de ",
    " pas de ",
    " plus d'",
    " pas d'",
    " ne s'",
    " n'est",
    " n'a ",
    " ne repond",
    " ne se ",
    " ne detecte",
    " ne marche",
    " probleme",
    " souci ",
    " soucis ",
    " n'affiche",
    "deconnecte",
];

#[allow(clippy::expect_used, reason = "constant words, compiled by the first test")]
static FAULT_WORDS: LazyLock<AhoCorasick> = LazyLock::new(|| AhoCorasick::new(FAULTS).expect("constant words"));

/// Does it tell of a fault?
pub(super) fn tells_fault(text: &str) -> bool {
    // Blanks for punctuation, so that a word at the end of a clause is found as one.
    let mut padded = String::with_capacity(text.len() + 2);
    padded.push(' ');
    padded
        .extend(text.chars().map(|c| if matches!(c, ',' | '.' | '!' | ';' | ':' | '(' | ')' | '/') { ' ' } else { c }));
    padded.push(' ');
    FAULT_WORDS.is_match(&padded)
}

/// "PS :", "P.-S.", "NB :".
pub(super) fn is_postscript(text: &str) -> bool {
    let text = text.trim_start_matches(['*', '(', ' ']);
    let head: String = text.chars().take(6).filter(|c| !matches!(c, '.' | '-' | ' ')).collect();
    text.starts_with("post-scriptum")
        || text.starts_with("post scriptum")
        || ["ps:", "ps,", "pps:", "nb:"].iter().any(|p| head.starts_with(p))
        || text.starts_with("p.s")
        || text.starts_with("p.-s")
        || text.starts_with("p-s ")
        || text.starts_with("ps ") && text.split_whitespace().count() > 2
}
