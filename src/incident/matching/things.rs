//! Which of several like things is meant: seat numbers, "la 3D" against "le traceur", the name of a
//! product. Where words do not say it, nothing is assumed.

use std::collections::BTreeSet;

use super::words::fold;
use crate::report::Equipment;

/// The pseudo seat of a room's teacher ("le poste prof").
pub(super) const TEACHER_SEAT: &str = "PROF";

/// How two sets of marks stand to each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Relation {
    /// They share one.
    Same,
    /// At least one side says nothing.
    Unknown,
    /// Both say something, nothing of it the same.
    Different,
}

/// Relation of two sets of marks.
pub(super) fn relate(a: &BTreeSet<String>, b: &BTreeSet<String>) -> Relation {
    if a.is_empty() || b.is_empty() {
        Relation::Unknown
    } else if a.is_disjoint(b) {
        Relation::Different
    } else {
        Relation::Same
    }
}

/// Words that tell one kind of an equipment from another: (mark, beginnings of words, folded).
fn marks_of(equipment: Equipment) -> &'static [(&'static str, &'static [&'static str])] {
    match equipment {
        Equipment::Imprimante => &[
            ("3d", &["3d", "filament", "extru"]),
            ("traceur", &["traceur", "plotter"]),
            ("copieur", &["photocop", "copieur"]),
            ("etiquettes", &["etiqueteuse", "titreuse"]),
        ],
        Equipment::Peripherique => &[
            ("clavier", &["clavier", "touche"]),
            ("souris", &["souris"]),
            ("casque", &["casque", "ecouteur"]),
            ("visualiseur", &["visualiseur"]),
            ("douchette", &["douchette"]),
            ("scanner", &["scanner", "scanneur"]),
            ("webcam", &["webcam", "camera"]),
            ("micro", &["micro"]),
            ("telecommande", &["telecommande"]),
            ("exao", &["exao", "capteur"]),
            ("lecteur", &["lecteur"]),
        ],
        Equipment::Son => &[("micro", &["micro"]), ("enceintes", &["enceinte", "parleur", "sono"])],
        Equipment::Reseau => &[("prise", &["prise", "rj45", "cable"])],
        _ => &[],
    }
}

/// Names of products that colleagues use; a name outside this list is recognised by its capitals.
const PRODUCTS: &[&str] = &[
    "affelnet",
    "arena",
    "autocad",
    "chorus",
    "colibris",
    "cyclades",
    "edt",
    "educonnect",
    "elea",
    "excel",
    "gar",
    "geogebra",
    "gfe",
    "horus",
    "imagin",
    "iprof",
    "libreoffice",
    "lsu",
    "moodle",
    "numen",
    "opale",
    "parcoursup",
    "photoshop",
    "pix",
    "pronote",
    "python",
    "santorin",
    "scratch",
    "scribe",
    "siecle",
    "solidworks",
    "sts",
    "stsweb",
    "word",
];

/// Capitalised words that name no product.
const NO_NAMES: &[&str] = &[
    "bonjour",
    "bonsoir",
    "cdi",
    "cordialement",
    "ent",
    "h",
    "hdmi",
    "hp",
    "internet",
    "madame",
    "merci",
    "monsieur",
    "ok",
    "pc",
    "prof",
    "salle",
    "sdp",
    "tni",
    "usb",
    "vp",
    "wifi",
    "windows",
];

/// The marks that `text` bears for `equipment`.
pub(super) fn marks(equipment: Equipment, text: &str) -> BTreeSet<String> {
    let by_name = matches!(equipment, Equipment::Logiciel | Equipment::ApplicationAcademique | Equipment::Ent);
    if !by_name && equipment != Equipment::Serveur && marks_of(equipment).is_empty() {
        return BTreeSet::new();
    }
    let folded = fold(text);
    let words: Vec<&str> = folded.split(|c: char| !c.is_alphanumeric()).filter(|w| !w.is_empty()).collect();
    let mut found = BTreeSet::new();
    for (mark, beginnings) in marks_of(equipment) {
        if words.iter().any(|w| beginnings.iter().any(|b| w.starts_with(b))) {
            found.insert((*mark).to_owned());
        }
    }
    if equipment == Equipment::Imprimante && found.is_empty() && folded.contains("imprimante laser") {
        found.insert("laser".to_owned());
    }
    match equipment {
        Equipment::Logiciel | Equipment::ApplicationAcademique | Equipment::Ent => found.extend(products(text, &words)),
        Equipment::Serveur => found.extend(drives(text)),
        _ => {}
    }
    found
}

/// Names of products: the known ones, and words with capitals that do not begin a sentence.
fn products(text: &str, words: &[&str]) -> BTreeSet<String> {
    let joined = fold(text).replace("op@le", "opale").replace("i-prof", "iprof").replace("imag'in", "imagin");
    let mut found: BTreeSet<String> = joined
        .split(|c: char| !c.is_alphanumeric())
        .filter(|w| PRODUCTS.binary_search(w).is_ok())
        .map(str::to_owned)
        .collect();
    let letters = text.chars().filter(|c| c.is_alphabetic()).count();
    let capitals = text.chars().filter(|c| c.is_uppercase()).count();
    if !found.is_empty() || words.is_empty() || capitals * 2 > letters {
        // Whoever writes all in capitals marks nothing by them.
        return found;
    }
    let mut begins = true;
    for word in text.split_whitespace() {
        let bare = word.trim_matches(|c: char| !c.is_alphanumeric());
        let inner = bare.chars().skip(1).any(char::is_uppercase);
        let first = bare.chars().next().is_some_and(char::is_uppercase);
        let digits = bare.chars().any(|c| c.is_ascii_digit());
        let key = fold(bare);
        if bare.len() > 2 && !digits && (inner || (first && !begins)) && NO_NAMES.binary_search(&key.as_str()).is_err()
        {
            found.insert(key);
        }
        begins = word.ends_with(['.', '!', '?', ':', '«', '"']);
    }
    found
}

/// Letters of network drives ("le lecteur P:"), the machine's own disk left out.
fn drives(text: &str) -> BTreeSet<String> {
    let chars: Vec<char> = text.chars().collect();
    let mut found = BTreeSet::new();
    for (i, c) in chars.iter().enumerate() {
        let alone = i == 0 || chars.get(i - 1).is_some_and(|p| !p.is_alphanumeric());
        if alone && c.is_ascii_uppercase() && *c != 'C' && chars.get(i + 1) == Some(&':') {
            found.insert(format!("{c}:"));
        }
    }
    found
}

/// Does `text` speak of the teacher's own seat?
pub(super) fn teacher_seat(text: &str) -> bool {
    let folded = fold(text);
    let words: Vec<&str> = folded.split(|c: char| !c.is_alphanumeric()).filter(|w| !w.is_empty()).collect();
    words.iter().enumerate().any(|(i, w)| {
        matches!(*w, "prof" | "professeur" | "enseignant" | "maitre")
            && words.iter().skip(i.saturating_sub(3)).take(i.min(3)).any(|b| {
                matches!(*b, "poste" | "pc" | "ordi" | "ordinateur" | "uc" | "centrale" | "machine" | "bureau")
            })
    })
}

/// The other name under which colleagues know a product: the school's software for some is a part of
/// the digital workspace for others.
pub(super) fn kin(equipment: Equipment) -> Option<Equipment> {
    match equipment {
        Equipment::Ent => Some(Equipment::Logiciel),
        Equipment::Logiciel => Some(Equipment::Ent),
        _ => None,
    }
}

/// Is it something of which a room has several, told apart by numbers?
pub(super) fn is_numbered(equipment: Equipment) -> bool {
    matches!(
        equipment,
        Equipment::Ordinateur
            | Equipment::Portable
            | Equipment::Tablette
            | Equipment::Ecran
            | Equipment::Peripherique
            | Equipment::Telephonie
    )
}

/// Is it a computer, whatever its case?
pub(super) fn is_computer(equipment: Equipment) -> bool {
    matches!(equipment, Equipment::Ordinateur | Equipment::Portable)
}

/// "Un des PC", "un ordi": one of several, which may be any.
pub(super) fn any_of_them(text: &str) -> bool {
    let folded = fold(text);
    let words: Vec<&str> = folded.split(|c: char| !c.is_alphanumeric()).filter(|w| !w.is_empty()).collect();
    // "Parmi les machines des élèves, l'une …".
    if words.windows(2).any(|w| matches!(w, ["l", "un" | "une"]) || matches!(w, ["parmi", _])) {
        return true;
    }
    words.windows(2).any(|w| {
        matches!(
            w,
            [
                "un" | "une",
                "des"
                    | "de"
                    | "pc"
                    | "poste"
                    | "ordi"
                    | "ordinateur"
                    | "portable"
                    | "tablette"
                    | "ecran"
                    | "souris"
                    | "clavier"
            ]
        )
    })
}

/// Is it a service that many rooms share, so that one outage shows in all of them?
pub(super) fn is_service(equipment: Equipment) -> bool {
    matches!(
        equipment,
        Equipment::Reseau
            | Equipment::Wifi
            | Equipment::Serveur
            | Equipment::Ent
            | Equipment::Messagerie
            | Equipment::ApplicationAcademique
    )
}

/// Does a computer's trouble, told by `span`, show that `service` is down: "les PC n'ont plus internet",
/// "aucune tablette n'accroche le wifi"?
pub(super) fn shows(equipment: Equipment, span: &str, service: Equipment) -> bool {
    if !(is_computer(equipment) || matches!(equipment, Equipment::Tablette | Equipment::Autre)) {
        return false;
    }
    let folded = fold(span);
    let has = |all: &[&str]| super::words::words(&folded).any(|w| all.contains(&w));
    let air = has(&["wifi", "fi", "borne", "bornes"]);
    let network = has(&[
        "internet",
        "reseau",
        "rezo",
        "connexion",
        "deconnecte",
        "deconnectes",
        "page",
        "pages",
        "google",
        "ligne",
    ]);
    match service {
        Equipment::Wifi => air || network && matches!(equipment, Equipment::Tablette | Equipment::Portable),
        Equipment::Reseau => network && !air,
        _ => false,
    }
}

/// Symptoms by which one fault shows to different people: a dead projector "has no image".
const KIN: &[&[&str]] = &[
    &["no_power", "no_image", "lamp"],
    &["reboots", "shuts_down", "blue_screen", "freezes"],
    &["no_touch", "calibration", "not_recognised"],
    &["no_sound", "silent", "sound_bad"],
    &["no_network", "no_wifi", "disconnects"],
    &["noise", "heat", "smell", "shuts_down"],
    &["no_print", "paper_jam", "print_bad"],
];

/// Symptoms that say only that something is wrong.
const VAGUE: &[&str] = &["not_working", "error", "broken"];

/// Do both say how it shows, in the same way or in one that one fault explains?
pub(super) fn same_symptom(a: Option<&str>, b: Option<&str>) -> bool {
    let (Some(a), Some(b)) = (a, b) else { return false };
    a == b || KIN.iter().any(|k| k.contains(&a) && k.contains(&b))
}

/// A lamp and a torn cable, batteries and a cartridge: each is a small repair of its own.
pub(super) fn other_repair(a: Option<&str>, b: Option<&str>) -> bool {
    const REPAIRS: &[&str] = &["cable", "lamp", "remote", "ink", "keyboard_mouse"];
    match (a, b) {
        (Some(a), Some(b)) => a != b && REPAIRS.contains(&a) && REPAIRS.contains(&b),
        _ => false,
    }
}

/// Do both say how it shows, in ways that one fault hardly explains?
pub(super) fn other_symptom(a: Option<&str>, b: Option<&str>) -> bool {
    let (Some(x), Some(y)) = (a, b) else { return false };
    !same_symptom(a, b) && !VAGUE.contains(&x) && !VAGUE.contains(&y)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_lists_are_sorted_for_the_search_in_them() {
        assert!(PRODUCTS.is_sorted());
        assert!(NO_NAMES.is_sorted());
    }

    #[test]
    fn a_plotter_is_not_the_3d_printer() {
        let a = marks(Equipment::Imprimante, "le traceur avale le papier");
        let b = marks(Equipment::Imprimante, "L'imprimante 3D ne chauffe plus");
        assert_eq!(relate(&a, &b), Relation::Different);
        assert_eq!(relate(&a, &marks(Equipment::Imprimante, "l'imprimante bourre")), Relation::Unknown);
    }

    #[test]
    fn a_product_is_known_by_its_name_whatever_the_case() {
        let a = marks(Equipment::Logiciel, "Pronote se ferme");
        assert_eq!(relate(&a, &marks(Equipment::Logiciel, "IMPOSSIBLE D'OUVRIR PRONOTE")), Relation::Same);
        assert_eq!(
            relate(&a, &marks(Equipment::Logiciel, "le logiciel CharlyGraal ne s'ouvre plus")),
            Relation::Different
        );
    }

    #[test]
    fn the_teachers_seat_is_a_seat_of_its_own() {
        assert!(teacher_seat("le PC prof s'éteint"));
        assert!(teacher_seat("l'ordinateur du professeur rame"));
        assert!(!teacher_seat("salle des profs"));
        assert!(!teacher_seat("le prof attend"));
    }

    #[test]
    fn the_own_disk_is_no_network_drive() {
        assert_eq!(drives("plus que C: et le lecteur P: absent"), BTreeSet::from(["P:".to_owned()]));
    }

    #[test]
    fn symptoms_of_one_fault_are_kin_and_vague_ones_contradict_nothing() {
        assert!(same_symptom(Some("no_power"), Some("no_image")));
        assert!(!same_symptom(Some("no_power"), Some("no_sound")));
        assert!(other_symptom(Some("no_power"), Some("no_sound")));
        assert!(!other_symptom(Some("no_power"), Some("not_working")));
        assert!(!other_symptom(None, Some("no_sound")));
    }
}
