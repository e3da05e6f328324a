//! What an OK says beside yes: corrections, thanks, remarks.

use super::*;

const PRINTER: &str = "Re: [SIG-2026-0050] Imprimante – salle des profs : ticket à confirmer";
const COMPUTER: &str = "Re: [SIG-2026-0050] Ordinateur – C12 : ticket à confirmer";

fn says(subject: &str, text: &str) -> String {
    let places = Places::default();
    brief(&referent::read(&reader(&places), subject, text, &[]))
}

#[test]
fn an_ok_with_a_correction_confirms_and_corrects() {
    check_table(CORRECTED, |text| says(SUBJECT, text));
}

#[test]
fn a_maker_names_a_device_or_a_firm() {
    check_table(PRINTERS, |text| says(PRINTER, text));
}

#[test]
fn an_ok_may_name_another_device() {
    check_table(COMPUTERS, |text| says(COMPUTER, text));
}

const CORRECTED: &[(&str, &str)] = &[
    ("correct+ SALLE DE TRAVAIL", "OK mais c'est la salle de travail"),
    ("correct+ SALLE DE LECTURE", "ok mais c'est en salle de lecture"),
    ("correct+ SALLE DES PROFS", "oui mais c'est en salle des profs"),
    ("correct+ C102 CZC1234ABC", "ok mais c'est la C102, n° de série : CZC1234ABC"),
    ("correct+ CZC1234ABC", "ok, n° de série : CZC1234ABC"),
    ("correct+ CZC1234ABC", "OK\nNuméro de série : CZC1234ABC"),
    ("correct+ CZC1234ABC", "oui, S/N : CZC1234ABC"),
    ("correct+ RIDF-004512", "ok, étiquette RIDF-004512"),
    ("correct+ 3", "ok 3 pc pas 2"),
    ("correct+ 3", "ok mais 3 pc, pas 2"),
    ("correct+ 3", "ok mais c'est 3 et non 2"),
    ("correct+ 3", "ok mais trois au lieu de deux"),
    ("correct+ 2", "ok, 2 vidéoprojecteurs"),
    ("correct+ 2", "ok, deux vidéoprojecteurs"),
    ("correct+ 2", "ok pour 2 vidéoprojecteurs"),
    ("correct+ 2", "ok mais il y a deux vidéoprojecteurs en panne"),
    ("correct+ 2", "oui mais il y a 2 vidéoprojecteurs"),
    ("correct+ 1", "ok mais il s'agit d'un seul, pas deux"),
    ("correct+ 1", "ok mais un seul vidéoprojecteur"),
    ("correct+ D111 2", "ok, mais en fait c'est la D111 et il y a 2 vidéoprojecteurs"),
    ("correct+ tableau_interactif", "OK mais c'est le tableau blanc"),
    ("correct+ 2", "validé, 2 postes concernés"),
    ("correct 3", "3 pc pas 2"),
    // An addition that may change what is meant is asked again.
    ("unclear", "je valide, merci de corriger la salle"),
    ("unclear", "je valide mais il manque l'étiquette"),
    ("unclear", "je valide. Il y a aussi la C102."),
    ("unclear", "ok, dites-leur que la B206 est pareille"),
    ("unclear", "envoyez, le poste prof"),
    ("unclear", "ok mais ça marche"),
    ("unclear", "ok mais il y a aussi 2 souris"),
    ("unclear", "c'est bon depuis mardi"),
    ("correct B205", "ok mais c'est en B205 et la lampe clignote"),
    ("confirm", "Je valide, il faut qu'elle puisse faire son cours."),
    ("unclear", "ok, sauf la lampe"),
    ("unclear", "ok, le vidéoprojecteur marche"),
    ("unclear", "je valide, le vidéoprojecteur marche"),
    ("unclear", "ok mais il y en a 2 ou 3"),
];

const PRINTERS: &[(&str, &str)] = &[
    ("correct+ SALLE DE TRAVAIL", "OK mais c'est la Ricoh de la salle de travail, depuis mardi."),
    ("confirm", "ok mais c'est la Ricoh"),
    ("confirm", "OUI mais c'est la toshiba"),
    ("confirm", "ok, c'est l'imprimante Konica"),
    ("redirect etablissement", "c'est pour Ricoh"),
    ("redirect etablissement", "voyez avec Konica"),
    ("redirect etablissement", "ok mais c'est la Ricoh qui s'en occupe"),
    ("redirect etablissement", "c'est le contrat Xerox, voir avec l'intendante"),
];

const COMPUTERS: &[(&str, &str)] = &[
    ("correct+ imprimante", "OK mais c'est la Ricoh"),
    ("correct+ imprimante", "ok mais c'est la toshiba"),
    ("confirm", "OK mais précisez que c'est pour le bac blanc et que c'est le poste prof"),
    ("confirm", "oui envoie. Par contre c'est le poste prof."),
    ("confirm", "oui, depuis lundi"),
];

#[test]
fn thanks_behind_a_clear_yes_leave_it_a_yes() {
    check_table(THANKS, |text| says(SUBJECT, text));
}

const THANKS: &[(&str, &str)] = &[
    ("confirm", "OK pour moi, merci de faire vite"),
    ("confirm", "ok merci de faire vite"),
    ("confirm", "Ok, merci de votre aide"),
    ("confirm", "oui merci pour votre aide précieuse"),
    ("confirm", "oui, merci de vous en occuper"),
    ("confirm", "ok, merci de t'en occuper rapidement"),
    ("confirm", "OK et merci à Claire"),
    ("confirm", "OK et merci à Claire d'avoir signalé"),
    ("confirm", "ok, merci à Mme Petit pour le signalement"),
    ("confirm", "Je valide, merci à Claire Dubois"),
    ("confirm", "oui, merci d'intervenir au plus vite"),
    ("confirm", "c'est bon, merci de faire le nécessaire"),
    ("confirm", "ok, un grand merci à toute l'équipe"),
    ("confirm", "ok merci pour votre réactivité"),
    ("confirm", "D'accord, merci de traiter ça rapidement"),
    // A request in the dress of thanks.
    ("unclear", "oui merci d'attendre"),
    ("unclear", "ok merci de corriger la salle"),
    ("unclear", "ok, merci de corriger la salle"),
    ("unclear", "je valide, merci de vérifier la salle"),
    ("unclear", "validé, merci à Claire de vérifier"),
    ("unclear", "ok, merci de changer le numéro"),
    ("unclear", "ok merci de patienter"),
    ("unclear", "oui, merci de me rappeler"),
    ("unclear", "ok merci de retirer la photo"),
    ("unclear", "JE VALIDE, MERCI DE CORRIGER LA SALLE"),
    ("unclear", "OK, merci d'ajouter le numéro de série"),
];

#[test]
fn thanks_that_ask_not_to_send_are_a_refusal() {
    for text in ["ok merci de ne pas envoyer", "merci de ne pas envoyer", "oui, merci de ne rien envoyer"] {
        assert_eq!(says(SUBJECT, text), "reject", "{text}");
    }
}

#[test]
fn what_no_ticket_takes_up_is_kept_in_the_referents_words() {
    let places = Places::default();
    let left = |subject: &str, text: &str| referent::read(&reader(&places), subject, text, &[]).remove(0).left_out;
    assert_eq!(left(SUBJECT, "OK"), "");
    assert_eq!(left(SUBJECT, "ok merci, bonne journée"), "");
    assert_eq!(left(SUBJECT, "ok mais c'est la B205"), "");
    assert_eq!(left(SUBJECT, "ok 3 pc pas 2"), "");
    assert_eq!(
        left(SUBJECT, "ok, et précisez que la salle sert au bac blanc"),
        "précisez que la salle sert au bac blanc"
    );
    assert_eq!(left(SUBJECT, "Oui, c'est la troisième fois."), "c'est la troisième fois");
    assert_eq!(left(PRINTER, "OK mais c'est la Ricoh de la salle de travail, depuis mardi."), "depuis mardi");
    assert_eq!(left(PRINTER, "OUI mais c'est la toshiba"), "c'est la toshiba");
    assert_eq!(
        left(COMPUTER, "OK mais précisez que c'est pour le bac blanc et que c'est le poste prof"),
        "précisez que c'est pour le bac blanc et que c'est le poste prof"
    );
}

#[test]
fn courtesy_is_no_reason() {
    let reason = |text: &str| match referent_says(text).remove(0).verb {
        Verb::Reject { reason } => reason,
        other => panic!("{text}: {other:?}"),
    };
    for text in [
        "pas de ticket svp",
        "non svp",
        "pas de ticket s'il vous plaît",
        "NON merci",
        "pas de ticket, merci",
        "annulez svp",
    ] {
        assert_eq!(reason(text), "", "{text}");
    }
    assert_eq!(reason("pas de ticket svp, la salle ferme en juin"), "la salle ferme en juin");
}

#[test]
fn a_referent_lets_somebody_in_in_many_words() {
    let zone = TimeZone::get("Europe/Paris").unwrap();
    let places = Places::default();
    let ctx = AnswerContext { profile: &PROFILE, places: &places, date: Timestamp::UNIX_EPOCH, zone: &zone };
    for text in [
        "OK",
        "Oui",
        "Oui c'est bien une collègue, laissez-la entrer",
        "Oui, c'est une collègue de maths.",
        "c'est une collègue",
        "Laissez-la entrer, merci",
        "vous pouvez le laisser passer",
        "Je la connais, c'est notre documentaliste",
        "Oui, c'est bien elle",
        "c'est l'adresse perso de Claire, laissez entrer",
        "autorisez-la svp",
        "Oui c'est notre nouveau prof d'anglais",
    ] {
        assert_eq!(lets_in(text, &ctx), Some(true), "{text}");
    }
    for text in ["NON", "non merci"] {
        assert_eq!(lets_in(text, &ctx), Some(false), "{text}");
    }
    for text in [
        "Ce n'est pas une collègue",
        "c'est une ancienne collègue",
        "je crois que c'est une collègue",
        "C'est une collègue ?",
        "Qui est-ce ?",
        "ne la laissez pas entrer",
        "laissez-la entrer si elle est du lycée",
        "c'est un parent d'élève",
        "je ne la connais pas",
        "une collègue d'un autre lycée",
        "je vérifie",
        "",
    ] {
        assert_ne!(lets_in(text, &ctx), Some(true), "{text}");
    }
}
