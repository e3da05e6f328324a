//! Closing formulas and wishes.

use super::lines::Line;
use super::words::{is_postscript, tells_fault};

/// What a formula does in a letter.
pub(super) enum Formula {
    /// Can only end a letter.
    Closing,
    /// A wish, which may also begin one.
    Wish,
}

/// Reads a line as a closing formula or wish.
pub(super) fn formula_of(line: &Line<'_>) -> Option<Formula> {
    formula(&line.fold)
}

fn formula(text: &str) -> Option<Formula> {
    const CLOSINGS: [&str; 58] = [
        "cordialement",
        "tres cordialement",
        "bien cordialement",
        "cordialment",
        "cordialemnt",
        "cdlt",
        "cdt",
        "crdlt",
        "amicalement",
        "bien amicalement",
        "tres amicalement",
        "amities",
        "mes amities",
        "bien a vous",
        "bien a toi",
        "sinceres salutations",
        "salutations",
        "meilleures salutations",
        "cordiales salutations",
        "respectueusement",
        "bien respectueusement",
        "sincerement",
        "bien sincerement",
        "affectueusement",
        "bien affectueusement",
        "avec toute mon amitie",
        "votre devoue",
        "ton devoue",
        "bises",
        "bisous",
        "grosses bises",
        "la bise",
        "tres respectueusement",
        "respectueuses salutations",
        "best regards",
        "kind regards",
        "warm regards",
        "regards",
        "best wishes",
        "sincerely",
        "yours sincerely",
        "many thanks and regards",
        "mit freundlichen grussen",
        "saludos",
        "cordialmente",
        "cordiali saluti",
        "cdlmt",
        "au revoir",
        "mes salutations",
        "saluti",
        "cheers",
        "viele gruße",
        "viele grusse",
        "liebe gruße",
        "freundliche gruße",
        "mit freundlichen gruße",
        "mit freundlichen grußen",
        "un saludo",
    ];
    const PHRASES: [&str; 10] = [
        "je vous prie d'agreer",
        "je vous prie de croire",
        "je vous prie de recevoir",
        "veuillez agreer",
        "veuillez recevoir",
        "veuillez croire",
        "recevez,",
        "recevez mes",
        "avec mes salutations",
        "avec mes remerciements",
    ];
    const WISHES: [&str; 27] = [
        "bonne journee",
        "bonne soiree",
        "bonne fin de",
        "bonne semaine",
        "bonne reception",
        "bonne continuation",
        "bon week",
        "bon we",
        "bon courage",
        "bonne apres",
        "bonnes vacances",
        "bonnes fetes",
        "belle journee",
        "belle soiree",
        "belle annee",
        "tres bonne journee",
        "tres bonne soiree",
        "excellente journee",
        "a bientot",
        "a plus",
        "a+",
        "a demain",
        "bonne annee",
        "bonne rentree",
        "belle fin de",
        "bel apres",
        "excellente soiree",
    ];
    let words = text.split_whitespace().count();
    if words > 40 || tells_fault(text) || is_postscript(text) || text.contains('?') {
        return None;
    }
    let starts = |list: &[&str]| {
        list.iter().any(|f| {
            text.strip_prefix(f).is_some_and(|rest| !rest.starts_with(|c: char| c.is_alphanumeric() || c == '\''))
        })
    };
    if words <= 9 && starts(&CLOSINGS) || starts(&PHRASES) {
        return Some(Formula::Closing);
    }
    (words <= 8 && starts(&WISHES)).then_some(Formula::Wish)
}
