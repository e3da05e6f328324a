//! The profile's labels, in the forms that sentences need.

use crate::profile::Profile;
use crate::report::{Equipment, Responsible};

/// Singular and plural of an equipment, without article; equal where it is not counted.
pub fn equipment(profile: &Profile, equipment: Equipment) -> (String, String) {
    let one = profile.equipment_label(equipment).to_owned();
    let many = if is_counted(equipment) { plural(&one) } else { one.clone() };
    (one, many)
}

/// Does one count such things, under the name they have?
pub fn is_counted(equipment: Equipment) -> bool {
    !matches!(
        equipment,
        Equipment::Son
            | Equipment::Reseau
            | Equipment::Wifi
            | Equipment::Ent
            | Equipment::Messagerie
            | Equipment::Telephonie
            | Equipment::Autre
    )
}

/// The plural of a noun and its adjectives: "tableaux interactifs", "ordinateurs portables".
fn plural(one: &str) -> String {
    let words: Vec<String> = one
        .split(' ')
        .map(|w| match w {
            "de" | "du" | "des" | "à" | "en" => w.to_owned(),
            w if w.ends_with(['s', 'x', 'z']) => w.to_owned(),
            w if w.ends_with("au") || w.ends_with("eu") => format!("{w}x"),
            w => format!("{w}s"),
        })
        .collect();
    words.join(" ")
}

/// How the fault shows, agreeing with the equipment and its number; `None` for a key without a text.
pub fn symptom(profile: &Profile, key: &str, equipment: Equipment, count: u32) -> Option<String> {
    profile.symptom_label(key).map(|label| agree(&apostrophes(label), is_feminine(equipment), count > 1))
}

/// Is the equipment's name feminine in French?
pub fn is_feminine(equipment: Equipment) -> bool {
    matches!(
        equipment,
        Equipment::Tablette
            | Equipment::Imprimante
            | Equipment::Messagerie
            | Equipment::ApplicationAcademique
            | Equipment::Telephonie
    )
}

/// Verbs in the singular and the plural, as symptoms use them.
const VERBS: &[(&str, &str)] = &[
    ("allume", "allument"),
    ("démarre", "démarrent"),
    ("redémarre", "redémarrent"),
    ("affiche", "affichent"),
    ("réagit", "réagissent"),
    ("répond", "répondent"),
    ("éteint", "éteignent"),
    ("fige", "figent"),
    ("plante", "plantent"),
    ("bloque", "bloquent"),
    ("rame", "rament"),
    ("imprime", "impriment"),
    ("charge", "chargent"),
    ("fonctionne", "fonctionnent"),
    ("marche", "marchent"),
    ("connecte", "connectent"),
    ("chauffe", "chauffent"),
];

/// Adjectives and participles of symptoms, masculine singular.
const ADJECTIVES: &[&str] =
    &["cassé", "volé", "disparu", "décalibré", "lent", "reconnu", "bloqué", "vandalisé", "déconnecté", "débranché"];

/// A symptom's words in the gender and number of what is broken: "ne s'allume plus" of three
/// computers is "ne s'allument plus", "cassé" of a printer "cassée". Nouns stay as they are.
fn agree(label: &str, feminine: bool, many: bool) -> String {
    let tout_seul = match (feminine, many) {
        (false, false) => "tout seul",
        (false, true) => "tout seuls",
        (true, false) => "toute seule",
        (true, true) => "toutes seules",
    };
    let mut text = label.replace("tout seul", tout_seul);
    if many {
        text = text.replace("n’est ", "ne sont ");
    }
    let words: Vec<String> = text
        .split(' ')
        .map(|word| {
            let (elided, bare) = match word.split_once('’') {
                Some((e, b)) => (format!("{e}’"), b),
                None => (String::new(), word),
            };
            if let Some((_, verbs)) = VERBS.iter().find(|(one, _)| many && *one == bare) {
                format!("{elided}{verbs}")
            } else if ADJECTIVES.contains(&bare) {
                format!("{elided}{bare}{}{}", if feminine { "e" } else { "" }, if many { "s" } else { "" })
            } else {
                word.to_owned()
            }
        })
        .collect();
    words.join(" ")
}

/// The desk that receives tickets, as a sentence names it: "CESAME", "le support".
pub fn desk(profile: &Profile) -> &str {
    profile.support_label()
}

/// The desk without its article, for tables and subjects: "CESAME", "support".
pub fn desk_short(profile: &Profile) -> &str {
    let desk = desk(profile);
    ["le ", "la ", "les ", "l'", "l’"].iter().find_map(|a| desk.strip_prefix(a)).unwrap_or(desk)
}

/// Who repairs it, with article: "le rectorat", "la région (CESAME)".
pub fn responsible(profile: &Profile, responsible: Responsible) -> String {
    let label = apostrophes(profile.responsible_label(responsible));
    let named = desk(profile) == desk_short(profile);
    if responsible == Responsible::Region && named && !label.contains(desk(profile)) {
        format!("{label} ({})", desk(profile))
    } else {
        label
    }
}

fn apostrophes(text: &str) -> String {
    text.replace('\'', "’")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nouns_take_their_plural() {
        assert_eq!(plural("tableau interactif"), "tableaux interactifs");
        assert_eq!(plural("ordinateur portable"), "ordinateurs portables");
        assert_eq!(plural("vidéoprojecteur"), "vidéoprojecteurs");
    }

    #[test]
    fn symptoms_agree_with_what_is_broken() {
        assert_eq!(agree("ne s’allume plus", false, true), "ne s’allument plus");
        assert_eq!(agree("se fige ou plante", false, true), "se figent ou plantent");
        assert_eq!(agree("n’est plus reconnu", true, true), "ne sont plus reconnues");
        assert_eq!(agree("s’éteint tout seul", true, false), "s’éteint toute seule");
        assert_eq!(agree("volé ou disparu", true, false), "volée ou disparue");
        assert_eq!(agree("pas d’image", true, true), "pas d’image");
    }

    #[test]
    fn the_region_is_named_with_its_desk_where_that_has_a_name() {
        let profile = Profile::builtin("ile-de-france").unwrap();
        assert_eq!(responsible(&profile, Responsible::Region), "la région (CESAME)");
        let neutral = Profile::builtin("neutre").unwrap();
        assert!(!responsible(&neutral, Responsible::Region).contains('('));
        assert_eq!(desk_short(&neutral), "support");
    }
}
