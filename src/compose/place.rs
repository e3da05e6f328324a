//! Normalised places as people read them: `C 2E ETAGE` -> "bâtiment C, 2e étage".

use super::french;
use crate::report::Place;

/// Words that stay in capitals.
const ACRONYMS: &[&str] = &[
    "CDI", "SVT", "SDP", "EPS", "BTS", "CPE", "STI", "STI2D", "STMG", "STL", "SI", "NSI", "SNT", "SES", "AED", "ATTE",
    "EXAO", "PC", "VIP", "ULIS", "UPE2A", "MDL", "CPGE", "HG", "TP", "RH", "DDFPT", "GRETA", "CFA", "BU", "LV", "VDI",
];

/// Words whose accents normalising took away.
const ACCENTS: &[(&str, &str)] = &[
    ("MULTIMEDIA", "multimédia"),
    ("SECRETARIAT", "secrétariat"),
    ("REFECTOIRE", "réfectoire"),
    ("ETAGE", "étage"),
    ("BATIMENT", "bâtiment"),
    ("BAT", "bâtiment"),
    ("ETUDE", "étude"),
    ("ETUDES", "études"),
    ("REUNION", "réunion"),
    ("REUNIONS", "réunions"),
    ("AMPHITHEATRE", "amphithéâtre"),
    ("THEATRE", "théâtre"),
    ("MATHEMATIQUES", "mathématiques"),
    ("HISTOIRE-GEO", "histoire-géo"),
    ("GEO", "géo"),
    ("ELEVES", "élèves"),
    ("ELEVE", "élève"),
    ("PERSONNELS", "personnels"),
    ("A", "à"),
    ("ENTREE", "entrée"),
    ("PREPA", "prépa"),
    ("PREPARATION", "préparation"),
    ("DEPOT", "dépôt"),
    ("RESERVE", "réserve"),
    ("VIDEO", "vidéo"),
    ("LEO", "Léo"),
    ("INTERNAT", "internat"),
    ("ELECTRONIQUE", "électronique"),
    ("ELECTROTECHNIQUE", "électrotechnique"),
    ("MECANIQUE", "mécanique"),
    ("ECONOMIE", "économie"),
];

/// As in a sentence or a form: "salle B204", "CDI", "bâtiment C, 2e étage", "lieu à préciser".
pub fn long(place: Option<&Place>) -> String {
    let Some(place) = place else { return "lieu à préciser".to_owned() };
    if place.is_whole_school() {
        return "tout l’établissement".to_owned();
    }
    let text = place.as_str();
    if is_code(text) {
        return format!("salle {text}");
    }
    french::one_line(&levels(text).unwrap_or_else(|| readable(text)), 80)
}

/// As in a subject line: "B204", "CDI", "bât. C, 2e étage".
pub fn short(place: Option<&Place>) -> String {
    match place {
        Some(p) if is_code(p.as_str()) => p.as_str().to_owned(),
        Some(p) if p.is_whole_school() => "tout l’établissement".to_owned(),
        other => long(other).replace("bâtiment ", "bât. "),
    }
}

/// A room code: letters and digits without words, `B204`, `12`, `73.20.13`, `B 1-12`.
fn is_code(text: &str) -> bool {
    let letters = text.chars().filter(char::is_ascii_alphabetic).count();
    text.chars().any(|c| c.is_ascii_digit())
        && letters <= 3
        && text.len() <= 12
        && text.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | ' ' | '/'))
        && !text.split(' ').any(|w| ordinal(w).is_some() || w == "RDC")
}

/// `1ER`, `2E` as an ordinal: "1er", "2e".
fn ordinal(word: &str) -> Option<String> {
    let digits: String = word.chars().take_while(char::is_ascii_digit).collect();
    match word.get(digits.len()..) {
        _ if digits.is_empty() => None,
        Some("ER") => Some(format!("{digits}er")),
        Some("E" | "EME") => Some(format!("{digits}e")),
        _ => None,
    }
}

/// `BATIMENT C`, `C 2E ETAGE`, `2E ETAGE`, `C RDC`, `BATIMENT C SOUS-SOL`.
fn levels(text: &str) -> Option<String> {
    let mut words: Vec<&str> = text.split(' ').collect();
    let floor = match words.as_slice() {
        [.., n, "ETAGE"] => {
            let floor = format!("{} étage", ordinal(n)?);
            words.truncate(words.len() - 2);
            Some(floor)
        }
        [.., "RDC"] | [.., "REZ-DE-CHAUSSEE"] => {
            words.pop();
            Some("rez-de-chaussée".to_owned())
        }
        [.., "SOUS-SOL"] => {
            words.pop();
            Some("sous-sol".to_owned())
        }
        _ => None,
    };
    if let ["BATIMENT" | "BAT", ..] = words.as_slice() {
        words.remove(0);
    } else if floor.is_none() {
        return None;
    }
    let building = match words.as_slice() {
        [] => None,
        [one] if one.len() <= 2 => Some(format!("bâtiment {one}")),
        _ => Some(format!("bâtiment {}", readable_names(&words.join(" ")))),
    };
    match (building, floor) {
        (Some(b), Some(f)) => Some(format!("{b}, {f}")),
        (Some(one), None) | (None, Some(one)) => Some(one),
        (None, None) => None,
    }
}

/// Lower case with the accents known, acronyms and codes as they are.
fn readable(text: &str) -> String {
    let words: Vec<String> = text.split(' ').map(word).collect();
    words.join(" ")
}

/// A building's own name: each word with a capital.
fn readable_names(text: &str) -> String {
    let words: Vec<String> = text.split(' ').map(|w| french::capital(&word(w))).collect();
    words.join(" ")
}

fn word(w: &str) -> String {
    if let Some(o) = ordinal(w) {
        return o;
    }
    if ACRONYMS.contains(&w) || w.chars().any(|c| c.is_ascii_digit()) || (w.len() == 1 && w != "A") {
        return w.to_owned();
    }
    ACCENTS.iter().find(|(k, _)| *k == w).map_or_else(|| w.to_lowercase(), |(_, v)| (*v).to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_read_as_people_write_them() {
        for (place, expected_long, expected_short) in [
            ("B204", "salle B204", "B204"),
            ("12", "salle 12", "12"),
            ("73.20.13", "salle 73.20.13", "73.20.13"),
            ("CDI", "CDI", "CDI"),
            ("SALLE DES PROFS", "salle des profs", "salle des profs"),
            ("SALLE MULTIMEDIA 1", "salle multimédia 1", "salle multimédia 1"),
            ("VIE SCOLAIRE", "vie scolaire", "vie scolaire"),
            ("LABO SVT", "labo SVT", "labo SVT"),
            ("BATIMENT C", "bâtiment C", "bât. C"),
            ("BATIMENT LANGEVIN", "bâtiment Langevin", "bât. Langevin"),
            ("C 2E ETAGE", "bâtiment C, 2e étage", "bât. C, 2e étage"),
            ("2E ETAGE", "2e étage", "2e étage"),
            ("A 1ER ETAGE", "bâtiment A, 1er étage", "bât. A, 1er étage"),
            ("C RDC", "bâtiment C, rez-de-chaussée", "bât. C, rez-de-chaussée"),
            ("ETABLISSEMENT", "tout l’établissement", "tout l’établissement"),
        ] {
            let p = Place::from_normalised(place);
            assert_eq!((long(Some(&p)).as_str(), short(Some(&p)).as_str()), (expected_long, expected_short), "{place}");
        }
        assert_eq!(long(None), "lieu à préciser");
    }
}
