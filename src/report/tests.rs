//! Whole messages, in words of our own: what is told, where, of what, and what is not told.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use proptest::prelude::*;

use super::extract::{Extracted, extract};
use super::place::Places;
use super::{Equipment, Kind, Report, Responsible, Stance};
use crate::message::Message;
use crate::profile::Profile;

static PROFILE: LazyLock<Profile> = LazyLock::new(|| Profile::builtin("ile-de-france").unwrap());

fn mail(subject: &str, body: &str) -> Message {
    let mut message = Message { subject: subject.to_owned(), ..Message::default() };
    message.body.new_text = body.to_owned();
    message
}

fn read(subject: &str, body: &str) -> Extracted {
    extract(&mail(subject, body), &PROFILE, &Places::default())
}

/// The reports that count, as "place equipment responsible count".
fn told(subject: &str, body: &str) -> Vec<String> {
    let shown = |r: &Report| {
        let place = r.place.as_ref().map_or("-", |p| p.as_str());
        format!("{place} {} {} {}", r.equipment, r.responsible, r.count)
    };
    read(subject, body).reports.iter().filter(|r| !r.passing).map(shown).collect()
}

fn only(subject: &str, body: &str) -> Report {
    let extracted = read(subject, body);
    assert_eq!(extracted.reports.len(), 1, "{:?}", extracted.reports);
    extracted.reports.into_iter().next().unwrap()
}

#[test]
fn one_sentence_is_one_report() {
    let report = only("souci", "Bonjour, le vidéoproj de la salle D12 ne marche plus depuis lundi matin.");
    assert_eq!(report.place.unwrap().as_str(), "D12");
    assert_eq!(report.equipment, Equipment::Videoprojecteur);
    assert_eq!(report.since.as_deref(), Some("depuis lundi matin"));
    assert_eq!(report.stance, Stance::Broken);
    assert!(report.equipment_said);
}

#[test]
fn list_items_under_a_heading_are_reports_of_its_place() {
    let body = "Salle D12 :\n- vidéoprojecteur HS\n- souris cassée\nSalle D14 :\n- plus de son";
    assert_eq!(told("", body), ["D12 videoprojecteur region 1", "D12 peripherique atte 1", "D14 son region 1"]);
}

#[test]
fn prose_is_split_at_things_and_places() {
    let body = "En D207 trois ordis sur quinze ne s'allument plus et l'imprimante fait un bruit affreux. \
                Par ailleurs au labo de chimie le tableau interactif est décalibré.";
    let expected = ["D207 ordinateur region 3", "D207 imprimante region 1", "LABO CHIMIE tableau_interactif region 1"];
    assert_eq!(told("", body), expected);
}

#[test]
fn different_machines_with_different_faults_are_two_reports() {
    let body = "En salle info 1, les postes 3, 7 et 12 ne démarrent plus, le 5 a un écran bleu.";
    assert_eq!(told("", body), ["SALLE INFO 1 ordinateur region 3", "SALLE INFO 1 ordinateur region 1"]);
    let reports = read("", body).reports;
    assert_eq!(reports[0].machines, ["3", "7", "12"]);
    assert_eq!(reports[1].machines, ["5"]);
}

#[test]
fn the_same_thing_elsewhere_is_another_report() {
    assert_eq!(told("", "plus de wifi au foyer, et au CDI pareil"), ["FOYER wifi region 1", "CDI wifi region 1"]);
    assert_eq!(told("", "Plus d'internet en D204 et D205."), ["D204 reseau region 1", "D205 reseau region 1"]);
}

#[test]
fn the_subject_tells_it_where_the_body_is_empty() {
    assert_eq!(told("D204 : vidéoproj tout flou", ""), ["D204 videoprojecteur region 1"]);
    assert_eq!(told("imprimante du CDI", "Elle bourre à chaque page."), ["CDI imprimante region 1"]);
}

#[test]
fn a_problem_at_the_end_of_a_long_mail_is_found() {
    let body = "Chère Anne,\n\nLe voyage à Lyon est bouclé : 42 élèves, deux cars, départ à 6 h 30 devant la loge.\n\n\
                PS : au fait, le clavier de l'ordi de la D3 est cassé.";
    assert_eq!(told("Voyage", body), ["D3 peripherique atte 1"]);
}

#[test]
fn what_works_is_no_report() {
    assert_eq!(
        told("", "Le TBI de la D105 ne répond plus au stylet. Le reste marche."),
        ["D105 tableau_interactif region 1"]
    );
    assert_eq!(
        told("", "Le vidéoproj de D12 s'allume bien mais plus de son dans les enceintes."),
        ["D12 son region 1"]
    );
}

#[test]
fn wishes_loans_questions_notices_and_conditions_are_no_reports() {
    for body in [
        "Peut-on acheter un nouveau vidéoprojecteur pour la salle 105 ?",
        "Bonjour, pourrais-tu me réserver la classe mobile jeudi de 10h à 12h ?",
        "Comment fait-on pour projeter depuis une tablette ?",
        "Si le vidéoproj de la C12 tombe en panne pendant le bac, qui faut-il appeler ?",
        "La réunion aura lieu mardi en salle B204, le vidéoprojecteur sera à disposition.",
        "Bonjour, je serai absent demain, merci de prévenir mes élèves.",
        "Pourriez-vous m'envoyer la liste des élèves de TG4 ?",
    ] {
        let extracted = read("", body);
        assert_eq!(extracted.kind, Kind::Other, "{body}: {:?}", extracted.reports);
    }
}

#[test]
fn a_complaint_that_nobody_understands_reaches_the_referent() {
    let extracted = read("", "Le projecteur en D12, c'est la cata.");
    assert!(extracted.doubtful);
    assert_eq!(extracted.kind, Kind::Report);
    let extracted = read("", "Il y a un souci en D12");
    assert_eq!(extracted.reports[0].equipment, Equipment::Autre);
    assert!(!extracted.reports[0].equipment_said);
}

#[test]
fn a_repair_is_resolved_and_news_are_followed_up() {
    assert_eq!(read("RE: imprimante CDI", "C'est réparé, merci !").kind, Kind::Resolved);
    assert_eq!(told("RE: imprimante CDI", "C'est réparé, merci !"), ["CDI imprimante region 1"]);
    assert_eq!(read("", "Merci d'avoir réparé l'imprimante du CDI !").kind, Kind::Resolved);
    for (subject, body) in [
        ("RE: imprimante CDI", "Des nouvelles ?"),
        ("Re: VP D12", "toujours en panne..."),
        ("", "Toujours rien pour le TNI de la A12 ? Ça fait un mois."),
    ] {
        let extracted = read(subject, body);
        assert_eq!(extracted.kind, Kind::FollowUp, "{body}");
        assert_eq!(extracted.reports[0].stance, Stance::Still);
    }
}

#[test]
fn not_yet_repaired_is_not_repaired() {
    assert_ne!(read("", "Le technicien est passé mais le vidéoproj n'est toujours pas réparé.").kind, Kind::Resolved);
}

#[test]
fn a_serial_number_that_was_asked_for_is_a_detail() {
    let extracted = read("RE: poste 6", "Voici le numéro de série du poste 6 de la D11 : 5CG9321KLM");
    assert_eq!(extracted.kind, Kind::FollowUp);
    assert_eq!(extracted.reports[0].stance, Stance::Detail);
    assert_eq!(extracted.reports[0].serials, ["5CG9321KLM"]);
    assert_eq!(extracted.reports[0].machines, ["6"]);
}

#[test]
fn who_repairs_follows_symptom_and_scope() {
    for (body, responsible) in [
        ("La lampe du VP de E12 est grillée.", Responsible::Atte),
        ("Le câble HDMI de la B12 est sectionné.", Responsible::Atte),
        ("La photocopieuse de la salle des profs bourre.", Responsible::Etablissement),
        ("L'ordinateur de l'infirmerie est très lent.", Responsible::Etablissement),
        ("Le téléphone de la loge grésille.", Responsible::Etablissement),
        ("Je n'arrive pas à ouvrir ARENA.", Responsible::Rectorat),
        ("GeoGebra n'est pas installé sur les postes de la salle 108.", Responsible::Rectorat),
        ("Mon mot de passe EduConnect est refusé.", Responsible::Ent),
        ("Un élève ne peut plus ouvrir sa session, mot de passe oublié.", Responsible::Region),
        ("Le PC prof de la B12 ne démarre plus.", Responsible::Region),
        ("L'enceinte du foyer, achetée par le lycée, ne marche plus.", Responsible::Etablissement),
    ] {
        let reports = read("", body).reports;
        assert_eq!(reports.first().map(|r| r.responsible), Some(responsible), "{body}: {reports:?}");
    }
}

#[test]
fn spelling_of_telephones_is_understood() {
    assert_eq!(told("", "bjr lordi de la D12 sallume pu"), ["D12 ordinateur region 1"]);
    assert_eq!(told("", "LE TBI DE LA SALLE D12 NE S ALLUME PLUS"), ["D12 tableau_interactif region 1"]);
    assert_eq!(told("", "le videoprojcteur de la D12 affiche une image toute verte"), ["D12 videoprojecteur region 1"]);
}

#[test]
fn models_slots_classes_and_extensions_are_no_places() {
    let body = "L'imprimante HP B210 du CDI bourre, impossible d'imprimer pour les TG4 en M2, appelez le poste 4027.";
    assert_eq!(told("", body), ["CDI imprimante region 1"]);
}

#[test]
fn a_general_outage_has_the_wide_place() {
    let report = only("", "Plus d'internet dans tout le lycée depuis 8h.");
    assert_eq!(report.place.unwrap().as_str(), "ETABLISSEMENT");
    assert!(report.general);
    let report = only("", "Le réseau est coupé dans tout le bâtiment B.");
    assert_eq!(report.place.unwrap().as_str(), "BATIMENT B");
}

#[test]
fn nothing_that_is_quoted_counts() {
    let mut message = mail("Re: D12", "Merci, bien reçu.");
    message.body.quoted_text = "> le PC de la D12 ne démarre plus".to_owned();
    assert_eq!(extract(&message, &PROFILE, &Places::default()).kind, Kind::Other);
}

#[test]
fn a_name_beside_a_code_is_the_code() {
    let extracted = read("", "Au labo de langues (D301), le PC prof plante.");
    assert_eq!(extracted.reports[0].place.as_ref().unwrap().as_str(), "D301");
    assert_eq!(extracted.same_as[0].0.as_str(), "LABO DE LANGUES");
}

#[test]
fn words_that_a_school_taught_are_understood() {
    let words = BTreeMap::from([
        ("videoprojecteur".to_owned(), vec!["la soucoupe".to_owned()]),
        ("place".to_owned(), vec!["Aquarium".to_owned()]),
    ]);
    let profile = PROFILE.with_words(&words).unwrap();
    let extracted = extract(&mail("", "À l'aquarium la soucoupe ne s'allume plus."), &profile, &Places::default());
    assert_eq!(extracted.reports[0].equipment, Equipment::Videoprojecteur);
    assert_eq!(extracted.reports[0].place.as_ref().unwrap().as_str(), "AQUARIUM");
}

#[test]
fn urgency_is_heard_and_its_denial_too() {
    assert!(only("", "Urgent : le vidéoproj de la D12 est en panne, CCF demain.").urgent);
    assert!(!only("", "Le vidéoproj de la D12 est en panne, rien d'urgent.").urgent);
}

/// Words that make the readers work: things, faults, places, cues, numbers, marks.
const WORDS: &[&str] = &[
    "le",
    "vidéoprojecteur",
    "PC",
    "ne",
    "s'allume",
    "plus",
    "pas",
    "B204",
    "salle",
    "12",
    "et",
    "postes",
    "3,",
    "7",
    "CDI",
    ":",
    "-",
    "\n",
    "\n\n",
    "réparé",
    "toujours",
    "pareil",
    "«",
    "»",
    "?",
    ".",
    "wifi",
    "depuis",
    "ce",
    "matin",
    "bâtiment",
    "C",
    "2e",
    "étage",
    "tout",
    "lycée",
    "SN",
    "5CG0327RBX",
    "🙂",
    "l’écran",
    "lampe",
    "merci",
    "session",
    "œuvre",
    "(",
    ")",
    "e\u{301}",
    "\u{a0}",
    "n°",
    "1)",
    "rien",
    "à",
    "voir",
    "avec",
];

#[test]
fn a_hostile_text_takes_no_longer_than_a_mail() {
    for word in [
        "panne ",
        "le PC B204 ne marche plus, ",
        "toujours réparé, merci B204 et ",
        "s's's's'",
        "(((:::",
        "ne ne ne plus ",
    ] {
        let body = word.repeat(200_000 / word.len());
        let begun = std::time::Instant::now();
        let _ = read(word, &body);
        assert!(begun.elapsed().as_secs() < 20, "{word}: {:?}", begun.elapsed());
    }
}

/// Place and equipment of what `body` tells.
fn where_and_what(body: &str) -> Vec<String> {
    let place = |r: &Report| r.place.as_ref().map_or_else(|| "-".to_owned(), |p| p.as_str().to_owned());
    read("", body).reports.iter().filter(|r| !r.passing).map(|r| format!("{} {}", place(r), r.equipment)).collect()
}

#[test]
fn a_fault_told_by_a_state_or_a_metaphor_is_a_report() {
    for (body, told) in [
        ("En C12 le vidéoprojecteur boude depuis lundi.", "C12 videoprojecteur"),
        ("Au CDI, le scanner s'est endormi et rien ne le tire du sommeil.", "CDI peripherique"),
        ("Les enceintes de la B14 se sont tues pendant la dictée.", "B14 son"),
        ("L'ordinateur de la B14 a tiré sa révérence ce matin.", "B14 ordinateur"),
        ("Le tableau numérique de la C12 reste de marbre quand on le touche.", "C12 tableau_interactif"),
        ("En C12 l'imprimante fait la grève du zèle.", "C12 imprimante"),
        ("Le poste 4 de la B14 ne donne plus signe de vie.", "B14 ordinateur"),
        ("L'écran de la C12 reste désespérément noir.", "C12 ecran"),
    ] {
        assert_eq!(where_and_what(body), [told], "{body}");
    }
}

#[test]
fn a_part_that_is_lost_or_torn_is_a_report() {
    for (body, told) in [
        ("Le portable 6 du chariot a perdu sa touche entrée.", "peripherique"),
        ("Au CDI le casque du poste d'écoute a le fil coupé.", "peripherique"),
        ("La tablette 11 a la vitre étoilée.", "tablette"),
        ("En B14 la prise réseau du bureau est descellée.", "reseau"),
    ] {
        let told_of: Vec<String> = read("", body).reports.iter().map(|r| r.equipment.to_string()).collect();
        assert!(told_of.len() == 1, "{body}: {told_of:?}");
        assert!(told_of[0] == told || told == "peripherique" && told_of[0] == "portable", "{body}: {told_of:?}");
    }
}

#[test]
fn what_a_screen_says_is_a_fault_of_the_thing_that_says_it() {
    assert_eq!(where_and_what("Pronote me répond « session expirée » à chaque clic."), ["- ent"]);
    assert_eq!(
        where_and_what("Cyclades rejette mes notes avec le message « saisie close »."),
        ["- application_academique"]
    );
    assert_eq!(
        where_and_what("En B14 le projecteur affiche un écran bleu et « aucun signal »."),
        ["B14 videoprojecteur"]
    );
}

#[test]
fn rooms_that_no_list_holds_are_places() {
    for (body, place) in [
        ("Salle d'escrime : l'ampli est mort.", "SALLE D'ESCRIME"),
        ("Le PC de la salle de danse ne démarre plus.", "SALLE DE DANSE"),
        ("L'imprimante de la cuisine pédagogique n'imprime plus.", "CUISINE PEDAGOGIQUE"),
        ("118 : plus de son.", "118"),
        ("Au 312 le PC prof ne démarre plus.", "312"),
        ("videoproj 205 en panne", "205"),
        ("Le wifi du self ne marche plus.", "SELF"),
    ] {
        let report = only("", body);
        assert_eq!(report.place.map(|p| p.as_str().to_owned()).as_deref(), Some(place), "{body}");
    }
    for body in [
        "L'atelier théâtre : le PC ne démarre plus.",
        "Sur 118 élèves, aucun PC ne démarre.",
        "La tablette clignote, noir en permanence.",
    ] {
        assert_eq!(only("", body).place, None, "{body}");
    }
}

#[test]
fn the_workspace_without_its_apostrophe_is_no_adjective() {
    assert_eq!(only("", "lent marche pas depuis hier").equipment, Equipment::Ent);
    assert_eq!(only("", "Le PC du CDI est lent, très lent.").equipment, Equipment::Ordinateur);
}

#[test]
fn who_paid_is_read_with_its_contrast() {
    let who = |body: &str| only("", body).responsible;
    assert_eq!(
        who("Le traceur de la C12 ne prend plus le papier. Ce traceur a été acheté sur la taxe d'apprentissage."),
        Responsible::Etablissement
    );
    assert_eq!(who("Plus d'internet en B14, mais le filtrage n'est pas en cause."), Responsible::Region);
    assert_eq!(who("Au CDI, plus d'encre dans l'imprimante achetée par le lycée."), Responsible::Etablissement);
    assert_eq!(who("Au CDI, plus d'encre dans l'imprimante."), Responsible::Atte);
    assert_eq!(who("En B14 la prise de courant est sortie du mur."), Responsible::Atte);
}

#[test]
fn counts_stand_by_pronouns_and_not_by_telephone_numbers() {
    assert_eq!(only("", "Dans les tablettes du CDI y en a 5 qui s'allument plus.").count, 5);
    assert_eq!(only("", "PC prof de la B14 : deux ports USB sur quatre sont morts.").count, 1);
    assert_eq!(only("", "La ligne fixe 01 44 00 12 13 est coupée depuis hier.").count, 1);
}

/// Pieces from which places are told, in every order, with every punctuation.
const PLACE_PIECES: [&str; 34] = [
    "Bât.",
    "bâtiment",
    "C",
    "b",
    "2e",
    "1er",
    "étage",
    "rdc",
    "rez",
    "de",
    "du",
    "salle",
    "B204",
    "204",
    "73",
    "20",
    "13",
    ",",
    "(",
    ")",
    ".",
    ":",
    "-",
    "et",
    "la",
    "s.",
    "labo",
    "atelier",
    "CDI",
    "d'",
    "n°",
    "\n",
    "HS",
    "poste",
];

proptest! {
    #[test]
    fn any_order_of_building_floor_and_room_is_read(picked in proptest::collection::vec(0..PLACE_PIECES.len(), 0..14), glue in any::<bool>()) {
        let words: Vec<&str> = picked.iter().filter_map(|i| PLACE_PIECES.get(*i)).copied().collect();
        let text = words.join(if glue { " " } else { "" });
        let _ = read(&text, &text);
    }
}

#[test]
fn a_building_and_its_floor_are_one_place() {
    let report = only("", "Bât. C, 2e étage : plus de réseau depuis ce matin.");
    assert_eq!(report.place.unwrap().as_str(), "C 2E ETAGE");
}

proptest! {
    #[test]
    fn any_text_gives_a_result(subject in ".{0,40}", body in "(?s).{0,400}") {
        let _ = read(&subject, &body);
    }

    #[test]
    fn spans_are_parts_of_the_text(picked in proptest::collection::vec(0..WORDS.len(), 0..60)) {
        let body = picked.iter().map(|i| WORDS[*i]).collect::<Vec<_>>().join(" ");
        let single = body.split_whitespace().collect::<Vec<_>>().join(" ");
        for report in read("", &body).reports {
            prop_assert!(single.contains(&report.span), "{:?} not in {:?}", report.span, single);
            prop_assert!(report.span.chars().count() <= 200);
            prop_assert!(report.count >= 1);
        }
    }
}

#[test]
fn a_torn_cable_told_as_one_more_thing_is_another_repair() {
    let body = "En D12 les enceintes grésillent sans arrêt. Et le cordon audio est sectionné.";
    assert_eq!(told("", body), ["D12 son region 1", "D12 son atte 1"]);
}

#[test]
fn a_keyboard_and_a_mouse_with_a_fault_each_are_two_reports() {
    let body = "En D12 le clavier ne répond plus et la souris a disparu.";
    assert_eq!(told("", body), ["D12 peripherique atte 1", "D12 peripherique atte 1"]);
}

#[test]
fn what_no_longer_crackles_is_repaired() {
    let over = read("", "Les enceintes du foyer ne crachotent plus.");
    assert_eq!(over.kind, Kind::Resolved, "{:?}", over.reports);
    let broken = read("", "Les enceintes du foyer crachotent.");
    assert_eq!(broken.kind, Kind::Report, "{:?}", broken.reports);
}

#[test]
fn an_article_after_room_begins_another_thing() {
    let report = only("", "Au foyer, dans la même salle la webcam est cassée.");
    assert_eq!(report.place.unwrap().as_str(), "FOYER");
}

#[test]
fn the_microphone_of_a_headset_is_no_sound_system() {
    assert_eq!(told("", "En D12 deux casques n'enregistrent plus (micro HS)."), ["D12 peripherique region 2"]);
}

#[test]
fn who_paid_is_not_carried_from_one_item_to_another() {
    let body =
        "Salle D12 :\n- deux tablettes ne s'allument plus\n- la tablette achetée par le lycée, elle, marche bien";
    assert_eq!(told("", body), ["D12 tablette region 2"]);
}

#[test]
fn an_arrow_under_an_item_concludes_it() {
    let body =
        "Salle D12 :\n1/ PC 4 : moniteur noir, essayé avec un câble neuf venu du stock\n-> moniteur HS\n2/ plus de son";
    assert_eq!(told("", body), ["D12 ecran region 1", "D12 son region 1"]);
}

#[test]
fn a_hall_is_the_place_of_its_control_room() {
    let report = only("", "À l'amphi, plus de son depuis la régie.");
    assert_eq!(report.place.unwrap().as_str(), "AMPHI");
}

#[test]
fn no_room_of_a_building_has_a_network() {
    let report = only("", "Aucune des salles du bâtiment D n'a internet ce matin.");
    assert_eq!((report.place.unwrap().as_str(), report.equipment), ("BATIMENT D", Equipment::Reseau));
}
