//! The profile's labels, in the forms that sentences need.

use crate::profile::Profile;
use crate::report::{Equipment, Responsible};

/// Singular and plural of an equipment, without article; equal where it is not counted.
pub fn equipment(profile: &Profile, equipment: Equipment) -> (String, String) {
    let one = profile.equipment_label(equipment).to_owned();
    let counted = !matches!(
        equipment,
        Equipment::Son
            | Equipment::Reseau
            | Equipment::Wifi
            | Equipment::Ent
            | Equipment::Messagerie
            | Equipment::Telephonie
            | Equipment::Autre
    );
    let many = if counted { plural(&one) } else { one.clone() };
    (one, many)
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

/// How the fault shows; `None` for a key without a text.
pub fn symptom(profile: &Profile, key: &str) -> Option<String> {
    profile.symptom_label(key).map(apostrophes)
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
    fn the_region_is_named_with_its_desk_where_that_has_a_name() {
        let profile = Profile::builtin("ile-de-france").unwrap();
        assert_eq!(responsible(&profile, Responsible::Region), "la région (CESAME)");
        let neutral = Profile::builtin("neutre").unwrap();
        assert!(!responsible(&neutral, Responsible::Region).contains('('));
        assert_eq!(desk_short(&neutral), "support");
    }
}
