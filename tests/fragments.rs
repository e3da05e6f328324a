//! Whatever is put together of the words, signs and spellings that colleagues use is read to an end:
//! places beside buildings and floors in every order, lists, numbers, cut sentences.

#![allow(clippy::unwrap_used, missing_docs)]

use std::sync::LazyLock;

use passerelle::message::parse::parse;
use passerelle::profile::Profile;
use passerelle::report::extract::extract;
use passerelle::report::place::Places;
use proptest::prelude::*;

static PROFILE: LazyLock<Profile> = LazyLock::new(|| Profile::builtin("ile-de-france").unwrap());

const PLACES: &[&str] = &[
    "bât. C",
    "Bât C",
    "batiment B",
    "bâtiment",
    "bât.",
    "1er étage",
    "2e étage",
    "2ème etage",
    "rdc",
    "étage",
    "aile nord",
    "salle B204",
    "b 204",
    "B-204",
    "B204-B206",
    "B.204",
    "204",
    "salle",
    "S110",
    "s. 12",
    "CDI",
    "au CDI",
    "labo",
    "labo de langues",
    "(B301)",
    "[B12]",
    "salle des profs",
    "SALLE",
    "couloir",
    "toutes les salles",
    "lycée",
    "en",
    "dans la",
    "à côté de",
    "d'à côté",
];
const THINGS: &[&str] = &[
    "le vidéoprojecteur",
    "VP",
    "les postes 3, 7 et 12",
    "poste",
    "PC prof",
    "5 ordis sur 15",
    "l'écran",
    "du portable",
    "imprimante 3D",
    "le réseau",
    "wifi",
    "lent",
    "l'ENT",
    "Pronote",
    "la souris",
    "son",
    "le son",
    "la lampe",
    "câble",
    "prise",
    "n° 7",
    "RIDF-0042",
    "s/n PF2X8Q1K",
    "compte",
    "mot de passe",
    "tablettes",
    "chariot",
    "serveur",
    "poste 4412",
];
const FAULTS: &[&str] = &[
    "ne marche plus",
    "ne s'allume pas",
    "s'éteint",
    "est mort",
    "HS",
    "en panne",
    "rame",
    "écran bleu",
    "plus de",
    "pas de",
    "sans",
    "aucun",
    "n'affiche rien",
    "cassé",
    "ne fonctionnerait pas",
    "c'était",
    "débranché",
    "sans s'éteindre",
    "n'",
    "ne",
    "plus",
    "pas",
];
const TALK: &[&str] = &[
    "bonjour",
    "merci",
    "toujours",
    "encore",
    "non plus",
    "pareil",
    "des nouvelles ?",
    "réparé",
    "ça marche",
    "fait",
    "depuis lundi",
    "si un",
    "dont",
    "en cas de",
    "rien à voir avec",
    "je",
    "on",
    "et",
    "ou",
    "mais",
    "voici",
    "et aussi",
    "par ailleurs",
    "dans la même salle",
    "il y a 3 ans",
    "c'est",
    "où en est",
    "un devis",
    "08h30",
    "le 12/03",
    "01 40 00 00 00",
    "25 €",
];
const SIGNS: &[&str] = &[
    " ", " ", " ", ", ", ". ", " : ", "\n", "\n- ", "\n1) ", "\n\n", "...", "!", "?", " (", ") ", "'", "’", "/", "-",
    " – ", ";", "«\u{a0}", "\u{a0}»", "\"", "", ".", ",", "\t", "\r\n", "*", "\u{200b}", "…",
];

fn piece() -> impl Strategy<Value = String> {
    let word = prop_oneof![
        3 => proptest::sample::select(PLACES),
        2 => proptest::sample::select(THINGS),
        2 => proptest::sample::select(FAULTS),
        2 => proptest::sample::select(TALK),
    ];
    (word, proptest::sample::select(SIGNS), 0..4u8).prop_map(|(word, sign, shape)| {
        let word = match shape {
            0 => word.to_uppercase(),
            // A word cut anywhere, as phones leave them.
            1 => word.chars().take(word.chars().count().div_ceil(2)).collect(),
            _ => word.to_owned(),
        };
        word + sign
    })
}

/// What clients put below an answer, each as it stands in the text part.
const QUOTES: &[&str] = &[
    "Le mar. 4 nov. 2025 à 11:53, Paul Morin <p@lycee.test> a écrit :\n\n> Quelle salle ?",
    "Le mar. 4 nov. 2025 à 11:53, Paul Morin <p@lycee.test>\na écrit :\n> Quelle salle ?",
    "Le 04/11/2025 à 11:53, Paul Morin a écrit :\nQuelle salle ?",
    "On Tue, Nov 4, 2025 at 11:53 AM Paul Morin <\np@lycee.test> wrote:\n\n> Quelle salle ?",
    "2025-11-04 11:53 GMT+01:00 Paul Morin <p@lycee.test>:\n\n> Quelle salle ?",
    "De : Paul Morin <p@lycee.test>\nEnvoyé : mardi 4 novembre 2025 11:53\nÀ : Nora\nObjet : C12\n\nQuelle salle ?",
    "________________________________\nDe : Paul Morin\nEnvoyé : mardi 4 novembre 2025\nÀ : Nora\nObjet : C12\n\nOù ?",
    "-----Message d'origine-----\nDe : Paul Morin\nEnvoyé : mardi 4 novembre 2025\nÀ : Nora\nObjet : C12\n\nOù ?",
    "> Message du 04/11/25 11:53\n> De : \"Paul\" <p@lycee.test>\n> A : nora@lycee.test\n> Objet : C12\n> \n> Où ?",
    "envoyé : 4 novembre 2025 à 11:53\nde : Paul <p@lycee.test>\nà : nora@lycee.test\nobjet : Re: C12\n\nOù ?",
];

/// The new text of an answer.
fn new_text(body: &str) -> String {
    let raw = format!(
        "From: a@lycee.test\nSubject: Re: C12\nIn-Reply-To: <b@lycee.test>\nContent-Type: text/plain; charset=utf-8\n\n{body}\n"
    );
    parse(raw.as_bytes()).body.new_text
}

fn read(subject: &str, body: &str, places: &Places) {
    let subject: String = subject.chars().filter(|c| !c.is_control()).collect();
    let raw = format!("From: a@lycee.test\nSubject: {subject}\nContent-Type: text/plain; charset=utf-8\n\n{body}\n");
    let message = parse(raw.as_bytes());
    let extracted = extract(&message, &PROFILE, places);
    for report in &extracted.reports {
        assert!(report.count >= 1);
        assert!(report.span.chars().count() <= 200, "{}", report.span);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn fragments_in_any_order_are_read(
        subject in proptest::collection::vec(piece(), 0..5),
        body in proptest::collection::vec(piece(), 0..24),
    ) {
        read(&subject.concat(), &body.concat(), &Places::default());
    }

    #[test]
    fn places_in_any_order_are_read(
        words in proptest::collection::vec((proptest::sample::select(PLACES), proptest::sample::select(SIGNS)), 1..12),
    ) {
        let text: String = words.iter().flat_map(|(word, sign)| [*word, *sign]).collect();
        read(&text, &format!("{text} : le wifi ne marche plus"), &Places::default());
    }

    #[test]
    fn an_answer_keeps_its_words_whatever_is_quoted_below(
        own in proptest::collection::vec(piece(), 1..24),
        quote in proptest::sample::select(QUOTES),
        gap in prop_oneof![Just("\n"), Just("\n\n")],
    ) {
        let own = own.concat();
        prop_assert_eq!(new_text(&format!("{}{gap}{quote}", own.trim_end())), new_text(&own), "{}", quote);
    }

    #[test]
    fn any_characters_are_read(subject in "\\PC{0,40}", body in "(?s).{0,300}") {
        read(&subject, &body, &Places::default());
    }
}
