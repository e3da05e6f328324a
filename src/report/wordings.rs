//! How colleagues name places, say that a thing works again or does not, and count: many wordings
//! of each, in words of our own.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use super::Kind;
use super::extract::{Extracted, extract};
use super::place::Places;
use crate::message::Message;
use crate::profile::Profile;

static PROFILE: LazyLock<Profile> = LazyLock::new(|| Profile::builtin("ile-de-france").unwrap());

fn read(subject: &str, body: &str, reply: bool, places: &Places) -> Extracted {
    let mut message = Message { subject: subject.to_owned(), ..Message::default() };
    message.body.new_text = body.to_owned();
    if reply {
        message.subject = format!("Re: {subject}");
    }
    extract(&message, &PROFILE, places)
}

fn house(rooms: &[&str]) -> Places {
    let rooms: Vec<String> = rooms.iter().map(|r| (*r).to_owned()).collect();
    Places::new(&rooms, &BTreeMap::new())
}

/// Subject, body, places that the reports must have.
type Where = (&'static str, &'static str, &'static [&'static str]);

fn all_there(table: &[Where], places: &Places) {
    let wrong: Vec<String> = table
        .iter()
        .filter_map(|(subject, body, wanted)| {
            let extracted = read(subject, body, false, places);
            let found: Vec<&str> =
                extracted.reports.iter().filter_map(|r| r.place.as_ref()).map(|p| p.as_str()).collect();
            let fits = wanted.iter().all(|w| found.contains(w));
            (!fits).then(|| format!("{subject} | {body}: {found:?}, not {wanted:?}"))
        })
        .collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
}

/// Where nothing is known of the school.
const ANYWHERE: &[Where] = &[
    ("", "Le vidéoprojecteur de la salle 204 ne s'allume plus.", &["204"]),
    ("", "Plus d'image en 204.", &["204"]),
    ("", "204 : plus de son", &["204"]),
    ("", "Bonjour, en S204 le vidéoproj est mort.", &["S204"]),
    ("", "Salle n°204, l'écran est noir", &["204"]),
    ("", "Salle no 204 l'écran est noir", &["204"]),
    ("", "Salle numéro 12 : pas d'internet", &["12"]),
    ("", "En J104, le PC prof ne démarre plus.", &["J104"]),
    ("", "En J-104, le PC prof ne démarre plus.", &["J104"]),
    ("", "En J.104, le PC prof ne démarre plus.", &["J104"]),
    ("", "En J 104, le PC prof ne démarre plus.", &["J104"]),
    ("", "le pc de la J104 démarre pas", &["J104"]),
    ("", "le PC de K212 ne démarre pas", &["K212"]),
    ("", "PC prof K212 HS", &["K212"]),
    ("", "K212 PC prof HS", &["K212"]),
    ("", "K212: PC prof HS", &["K212"]),
    ("", "K212 - PC prof HS", &["K212"]),
    ("", "L'imprimante du labo 2 ne marche pas.", &["LABO 2"]),
    ("", "L'imprimante du laboratoire 2 ne marche pas.", &["LABO 2"]),
    ("", "Le PC de l'atelier bois ne s'allume plus.", &["ATELIER BOIS"]),
    ("", "Le PC de l'atelier menuiserie ne s'allume plus.", &["ATELIER MENUISERIE"]),
    ("", "A l'atelier n°2 le PC ne s'allume plus.", &["ATELIER 2"]),
    ("", "Le PC de l'atelier 2 ne s'allume plus.", &["ATELIER 2"]),
    ("", "ATELIER 2\nLE PC NE DEMARRE PLUS", &["ATELIER 2"]),
    ("", "ATELIER MECA : LE PC NE DEMARRE PLUS", &["ATELIER MECA"]),
    ("", "Atelier de mécanique : le PC ne démarre plus.", &["ATELIER MECANIQUE"]),
    ("", "Salle Curie, le vidéoprojecteur clignote.", &["SALLE CURIE"]),
    ("", "En salle Marie Curie, le vidéoprojecteur clignote.", &["SALLE MARIE CURIE"]),
    ("", "Dans la salle Simone-Veil, plus de réseau.", &["SALLE SIMONE VEIL"]),
    ("", "Salle Jean Moulin : l'écran reste noir.", &["SALLE JEAN MOULIN"]),
    ("", "Le micro de l'amphithéâtre ne marche plus", &["AMPHI"]),
    ("", "plus de wifi en salle des profs", &["SALLE DES PROFS"]),
    ("", "plus de wifi en SDP", &["SALLE DES PROFS"]),
    ("", "plus de wifi en sdp", &["SALLE DES PROFS"]),
    ("", "plus de wifi en salle des personnels", &["SALLE DES PERSONNELS"]),
    ("", "Bâtiment C, premier étage : plus de wifi.", &["C 1ER ETAGE"]),
    ("", "Au 1er étage du bâtiment C, plus de wifi", &["C 1ER ETAGE"]),
    ("", "Au premier du bât C, plus de wifi", &["C 1ER ETAGE"]),
    ("", "Plus de wifi au RDC du C", &["C RDC"]),
    ("", "Plus de wifi au rez-de-chaussée du bâtiment C", &["C RDC"]),
    ("", "Plus de wifi au deuxième étage", &["2E ETAGE"]),
    ("", "Plus de réseau au sous-sol", &["SOUS SOL"]),
    ("", "Plus de réseau dans le bâtiment Pasteur", &["BATIMENT PASTEUR"]),
    ("", "Le bâtiment Pasteur n'a plus de réseau", &["BATIMENT PASTEUR"]),
    ("", "Plus de réseau aile nord", &["BATIMENT NORD"]),
    ("", "Plus de réseau dans l'externat", &["EXTERNAT"]),
    ("", "Plus de wifi à l'internat", &["INTERNAT"]),
    ("", "le TBI de la salle info 2 ne répond plus au stylet", &["SALLE INFO 2"]),
    ("", "le TBI en salle d'info ne répond plus au stylet", &["SALLE INFO"]),
    ("", "Les PC de la salle multimédia ne démarrent pas", &["SALLE MULTIMEDIA"]),
    ("", "le PC de la vie sco rame", &["VIE SCOLAIRE"]),
    ("", "le PC du bureau des CPE rame", &["BUREAU CPE"]),
    ("", "le PC du bureau 12 rame", &["12"]),
    ("", "le PC de l'infirmerie ne démarre plus", &["INFIRMERIE"]),
    ("", "le pc du cdi ne demarre plus", &["CDI"]),
    ("", "L'ordinateur du secrétariat du proviseur ne démarre plus.", &["SECRETARIAT"]),
    ("", "le PC du secrétariat de scolarité ne démarre plus", &["SECRETARIAT"]),
    ("", "la borne du couloir du 2e étage clignote rouge", &["2E ETAGE"]),
    ("", "le vidéoproj de la 118", &["118"]),
    ("", "En 118, plus d'image.", &["118"]),
    ("", "Vidéo-projecteur 118 HS", &["118"]),
    ("", "je suis en 301 et je n'ai pas de son", &["301"]),
    ("", "on était en B12 ce matin, aucun PC ne démarrait", &["B12"]),
    ("", "Cours en B 204 ce matin : TNI HS", &["B204"]),
    ("", "salle de TP 3 : les PC ne démarrent plus", &["SALLE TP 3"]),
    ("", "Salle TP3 : les PC ne démarrent plus", &["TP3"]),
    ("", "Labo SVT : microscope cassé", &["LABO SVT"]),
    ("", "labo physique-chimie : PC en panne", &["LABO PHYSIQUE"]),
    ("", "labo de physique 1 : PC en panne", &["LABO PHYSIQUE 1"]),
    ("", "En salle de permanence l'ordi du surveillant plante", &["PERMANENCE"]),
    ("", "gymnase : plus de son", &["GYMNASE"]),
    ("", "au self la badgeuse ne marche plus", &["SELF"]),
    ("", "Loge : l'imprimante est HS", &["LOGE"]),
    ("", "chez les CPE le PC est mort", &["BUREAU CPE"]),
    ("", "Dans le bureau de Mme la proviseure, le PC est mort", &["BUREAU DU PROVISEUR"]),
    ("", "Dans le bureau de la proviseure adjointe, le PC est mort", &["PROVISEUR ADJOINT"]),
    ("", "Bureau du DDF : plus de téléphone", &["BUREAU DDFPT"]),
    ("", "salle E-12 : plus d'image", &["E12"]),
    ("", "salle E/12 : plus d'image", &["E12"]),
    ("", "Salle B2-04 : plus d'image", &["B204"]),
    ("", "Salle 1-12 : plus d'image", &["112"]),
    ("", "salle 204bis : plus d'image", &["204BIS"]),
    ("", "Salle B204a : plus d'image", &["B204A"]),
    ("", "En 204B plus d'image", &["204B"]),
    ("", "Salle 12B : plus d'image", &["12B"]),
    ("", "C'est en salle 12 que le vidéoproj ne marche plus", &["12"]),
    ("", "Vidéoproj (salle 12) HS", &["12"]),
    ("", "Vidéoproj, salle 12 : HS", &["12"]),
    ("", "VP S12 HS", &["S12"]),
    ("", "VP/salle 12/HS", &["12"]),
    ("", "[B204] VP HS", &["B204"]),
    ("", "Les salles 12 et 14 n'ont plus de réseau", &["12", "14"]),
    ("", "B12, B14 et B16 n'ont plus de réseau", &["BATIMENT B"]),
    ("", "Plus de réseau en B12/B14", &["B12", "B14"]),
    ("", "Plus de son du B12 au B16", &["B12"]),
];

/// A school whose rooms are numbers.
const NUMBERS: &[&str] = &[
    "012",
    "101",
    "102",
    "103",
    "104",
    "201",
    "202",
    "204",
    "205",
    "301",
    "302",
    "CDI",
    "LABO 1",
    "LABO 2",
    "ATELIER BOIS",
];

const NUMBERED: &[Where] = &[
    ("", "Le vidéoprojecteur de la 204 ne s'allume plus.", &["204"]),
    ("", "Plus d'image 204", &["204"]),
    ("", "204 : plus de son", &["204"]),
    ("", "204 plus de son", &["204"]),
    ("", "plus de son 204", &["204"]),
    ("", "plus de son salle 204", &["204"]),
    ("", "Le PC prof du 204 ne démarre pas", &["204"]),
    ("", "Le 204 n'a plus de son", &["204"]),
    ("", "Au 204 plus de son", &["204"]),
    ("", "pb de son dans 204", &["204"]),
    ("", "Vidéoproj 204 HS", &["204"]),
    ("", "j'étais en 204 hier avec 32 élèves, plus de son", &["204"]),
    ("", "Imprimante labo 1 en panne", &["LABO 1"]),
    ("", "Imprimante atelier bois en panne", &["ATELIER BOIS"]),
    ("", "Plus d'image en 201 ni en 202", &["201", "202"]),
    ("", "salle 305, plus d'image", &["305"]),
    ("", "En 305, plus d'image", &["305"]),
    ("", "Deux cent élèves, 204 copies, et l'imprimante du CDI est HS", &["CDI"]),
];

/// A school with letters, named rooms and workshops.
const LETTERS: &[&str] = &[
    "J001",
    "J002",
    "J101",
    "J104",
    "J106",
    "J108",
    "J201",
    "J206",
    "J208",
    "J210",
    "K006",
    "K008",
    "K105",
    "K114",
    "K210",
    "K212",
    "M003",
    "M107",
    "M205",
    "ATELIER 1",
    "ATELIER 2",
    "SALLE CURIE",
    "SALLE LOVELACE",
    "CDI",
    "SALLE DES PROFS",
    "AMPHI",
    "HALL",
    "LOGE",
    "PORTAIL",
    "INTENDANCE",
    "SECRETARIAT",
];

const LETTERED: &[Where] = &[
    ("J104", "Le PC prof ne démarre plus.", &["J104"]),
    ("PC prof J 104", "Il ne démarre plus.", &["J104"]),
    ("Problème", "Bonjour,\nJe suis en K212.\nLe PC prof ne démarre plus.", &["K212"]),
    ("Problème", "Bonjour,\nJ'avais cours en K212 ce matin. Le PC prof ne démarre plus.", &["K212"]),
    ("Problème", "Le PC prof ne démarre plus.\nC'est en K212.", &["K212"]),
    ("Problème", "Le PC prof ne démarre plus.\n\nK212", &["K212"]),
    ("Problème", "Le PC prof ne démarre plus (K212).", &["K212"]),
    ("Problème", "Salle : K212\nMatériel : PC prof\nSymptôme : ne démarre plus", &["K212"]),
    (
        "Problème",
        "Le PC prof de cette salle (K212) ne démarre plus. Dans la même salle, le TNI est décalibré.",
        &["K212", "K212"],
    ),
    (
        "Problème",
        "Dans la K212 : \n- PC prof HS\n- TNI décalibré\nDans la K210 :\n- plus de son",
        &["K212", "K212", "K210"],
    ),
    ("Problème", "K212 : PC prof HS\nK210 : plus de son\nK114 : ras", &["K212", "K210"]),
    ("Problème", "En K212, le PC prof est HS et l'écran du tableau interactif ne réagit plus.", &["K212", "K212"]),
    (
        "Problème",
        "En K212 le PC prof est HS. À côté, en K210, plus de son. Au CDI l'imprimante bourre.",
        &["K212", "K210", "CDI"],
    ),
    ("ATELIER 1", "LE TOUR NUMERIQUE : PC HS", &["ATELIER 1"]),
    (
        "RECENSEMENT",
        "BONJOUR\nATELIER 1\nLE PC DE LA FRAISEUSE SE COUPE\nLE TRACEUR BOURRE",
        &["ATELIER 1", "ATELIER 1"],
    ),
    ("", "A l'atelier 2, plus de réseau.", &["ATELIER 2"]),
    ("", "Bâtiment M : plus de réseau", &["BATIMENT M"]),
    ("", "Plus de réseau au M", &["BATIMENT M"]),
    ("", "Plus de réseau dans le M", &["BATIMENT M"]),
    ("", "Plus de réseau côté M", &["BATIMENT M"]),
    ("", "M sans réseau ce matin", &["BATIMENT M"]),
    ("", "Tout le M est sans réseau", &["BATIMENT M"]),
    ("", "Le M n'a plus de réseau", &["BATIMENT M"]),
    ("", "Plus de réseau dans tout le bât. M", &["BATIMENT M"]),
    ("", "Plus de réseau dans aucune salle du bâtiment M", &["BATIMENT M"]),
    ("", "Le bâtiment M est coupé du réseau, du rez-de-chaussée au 2e étage.", &["BATIMENT M"]),
    ("", "Le bâtiment M n'a plus internet, ateliers et labos compris, rez-de-chaussée et étages.", &["BATIMENT M"]),
    ("", "Contrairement au bâtiment M, en J002 le câble réseau est coupé.", &["J002"]),
    ("", "En J002 (pas le bâtiment M) le câble réseau est coupé.", &["J002"]),
    ("", "En J002 (rien à voir avec le M) le câble réseau est coupé.", &["J002"]),
    ("", "Plus de wifi dans le hall", &["HALL"]),
    ("", "Le portail ne s'ouvre plus avec le badge", &["PORTAIL"]),
    ("", "La caméra du portail ne donne plus d'image", &["PORTAIL"]),
    ("", "Lovelace : plus de son", &["SALLE LOVELACE"]),
    ("", "En Lovelace plus de son", &["SALLE LOVELACE"]),
    ("", "Plus de son en salle Lovelace", &["SALLE LOVELACE"]),
    ("", "salle Ada Lovelace, plus de son", &["SALLE LOVELACE"]),
    ("Lovelace", "Le PC prof est HS", &["SALLE LOVELACE"]),
    ("Tablettes Curie", "Les tablettes ne chargent plus", &["SALLE CURIE"]),
    ("", "La borne wifi de la J101 est tombée du plafond", &["J101"]),
    ("", "Au K, l'imprimante du couloir est hors service", &["BATIMENT K"]),
    ("", "Imprimante du J206 hors ligne", &["J206"]),
    ("", "le PC de J206 rame et celui de J208 aussi", &["J206", "J208"]),
    ("", "Le PC de J206 rame. Pareil en J208.", &["J206", "J208"]),
    ("", "Le PC de J206 rame. Idem J208.", &["J206", "J208"]),
    ("", "Le PC de J206 rame, même chose en J208 et J210.", &["J206", "J208", "J210"]),
    ("", "J206 et J208 : plus d'image", &["J206", "J208"]),
    ("", "J206/J208 : plus d'image", &["J206", "J208"]),
    ("", "Plus d'image en J206, ni en J208.", &["J206", "J208"]),
    ("", "Plus d'image ni en J206 ni en J208.", &["J206", "J208"]),
    ("", "Bonjour, l'ordinateur de ma salle ne démarre plus.\nMarc Roy\nMaths - J206", &["J206"]),
    ("", "Bonjour, l'ordinateur ne démarre plus en J104.\nMarc Roy\nSalle J206", &["J104"]),
    ("", "Le vidéoprojecteur ne marche plus en secrétariat", &["SECRETARIAT"]),
    ("", "l'imprimante de l'intendance ne marche plus", &["INTENDANCE"]),
    ("", "Pas d'affichage salle K 6", &["K006"]),
    ("", "Pas d'affichage en K6", &["K006"]),
    ("", "Pas d'affichage en K06", &["K006"]),
    ("", "Pas d'affichage en k008", &["K008"]),
    ("", "En j 208 pas d'affichage", &["J208"]),
    ("", "EN J 208 PAS D AFFICHAGE", &["J208"]),
    ("", "J208 pas d affichage", &["J208"]),
    ("", "PC du fond en J208 : pas d'affichage", &["J208"]),
    ("", "salle J208, 2e rang : le poste 7 ne démarre plus", &["J208"]),
    ("", "208 : plus d'image", &["J208"]),
    ("", "en 208 plus d'image", &["J208"]),
    ("", "Mon PC portable ne démarre plus, je suis au CDI jusqu'à 17h.", &["CDI"]),
    ("", "Le vidéoprojecteur de la salle 206 du J ne marche plus", &["J206"]),
    ("", "Le vidéoprojecteur de la salle 206, bâtiment J, ne marche plus", &["J206"]),
    ("", "Le vidéoprojecteur de la 206 bât J ne marche plus", &["J206"]),
    ("", "Bât J salle 206 le vidéoprojecteur ne marche plus", &["J206"]),
    ("", "Bâtiment J, salle 206 : le vidéoprojecteur ne marche plus", &["J206"]),
    ("", "J-206, vidéoprojecteur mort", &["J206"]),
];

#[test]
fn places_are_read_without_a_list() {
    all_there(ANYWHERE, &Places::default());
}

#[test]
fn places_are_read_where_rooms_are_numbers() {
    all_there(NUMBERED, &house(NUMBERS));
}

#[test]
fn places_are_read_where_rooms_have_letters_and_names() {
    all_there(LETTERED, &house(LETTERS));
}

/// Subject, body, whether it answers, kind.
const KINDS: &[(&str, &str, bool, Kind)] = &[
    ("Imprimante CDI", "L'imprimante du CDI remarche.", false, Kind::Resolved),
    ("Imprimante CDI", "L'imprimante du CDI imprime à nouveau, merci.", false, Kind::Resolved),
    ("Imprimante CDI", "L'imprimante du CDI imprime de nouveau.", false, Kind::Resolved),
    ("Imprimante CDI", "Elle imprime. Merci !", true, Kind::Resolved),
    ("Imprimante CDI", "C'est bon pour l'imprimante.", true, Kind::Resolved),
    ("Imprimante CDI", "Tout est rentré dans l'ordre.", true, Kind::Resolved),
    ("Imprimante CDI", "Plus de problème depuis ce matin.", true, Kind::Resolved),
    ("Imprimante CDI", "Plus aucun bourrage depuis mardi.", true, Kind::Resolved),
    ("Imprimante CDI", "Plus aucune coupure depuis mardi.", true, Kind::Resolved),
    ("Imprimante CDI", "Plus la moindre trace de bourrage.", true, Kind::Resolved),
    ("Imprimante CDI", "Ça marche !", true, Kind::Resolved),
    ("Imprimante CDI", "Ça y est, elle fonctionne.", true, Kind::Resolved),
    ("Imprimante CDI", "L'imprimante est repartie.", true, Kind::Resolved),
    ("Imprimante CDI", "Elle a été réparée hier.", true, Kind::Resolved),
    ("Imprimante CDI", "Le technicien est passé, tout fonctionne.", true, Kind::Resolved),
    ("Imprimante CDI", "Le technicien est venu ce matin et l'a remise en route.", true, Kind::Resolved),
    ("Imprimante CDI", "Problème résolu.", true, Kind::Resolved),
    ("Imprimante CDI", "Vous pouvez fermer le ticket.", true, Kind::Resolved),
    ("Imprimante CDI", "On peut considérer l'incident comme clos.", true, Kind::Resolved),
    ("Imprimante CDI", "C'est arrangé.", true, Kind::Resolved),
    ("Imprimante CDI", "Je l'ai dépannée moi-même, on n'en parle plus.", true, Kind::Resolved),
    ("Imprimante CDI", "Ne vous dérangez plus, un collègue a débloqué la situation.", true, Kind::Resolved),
    ("Imprimante CDI", "Inutile de passer, elle est repartie toute seule.", true, Kind::Resolved),
    ("Imprimante CDI", "Ce n'est plus la peine de venir, tout est réparé.", true, Kind::Resolved),
    ("Imprimante CDI", "Miracle, elle imprime !", true, Kind::Resolved),
    ("VP J208", "Le vidéoprojecteur de J208 projette à nouveau.", false, Kind::Resolved),
    ("VP J208", "L'image est revenue en J208.", false, Kind::Resolved),
    ("VP J208", "En J208 l'image est de nouveau nette.", false, Kind::Resolved),
    ("VP J208", "L'image est parfaite depuis ce matin en J208, merci.", false, Kind::Resolved),
    ("VP J208", "Plus aucun clignotement en J208, merci.", false, Kind::Resolved),
    ("VP J208", "L'image en J208 ne clignote plus.", false, Kind::Resolved),
    ("VP J208", "Nouvelle lampe posée en J208, image impeccable.", false, Kind::Resolved),
    ("VP J208", "La nouvelle lampe est montée en J208.", false, Kind::Resolved),
    ("VP J208", "On a retrouvé l'image en J208.", false, Kind::Resolved),
    ("VP J208", "Le vidéoprojecteur de J208 a été changé, c'est le jour et la nuit.", false, Kind::Resolved),
    ("VP J208", "Le remplacement du vidéoprojecteur de J208 est fait.", false, Kind::Resolved),
    ("VP J208", "Merci pour le vidéoprojecteur de J208, il marche très bien.", false, Kind::Resolved),
    ("VP J208", "Bonne nouvelle : le vidéoprojecteur de J208 s'allume.", false, Kind::Resolved),
    ("Wifi J", "Le wifi est revenu dans le J, merci.", false, Kind::Resolved),
    ("Wifi J", "Le wifi refonctionne au bâtiment J.", false, Kind::Resolved),
    ("Wifi J", "Wifi OK au bâtiment J depuis 16h.", false, Kind::Resolved),
    ("Wifi J", "Le wifi du J est rétabli.", false, Kind::Resolved),
    ("Wifi J", "Nous captons de nouveau le wifi au bâtiment J.", false, Kind::Resolved),
    ("Wifi J", "Tout le bâtiment J est reconnecté.", false, Kind::Resolved),
    ("Wifi J", "On a de nouveau du wifi en J101.", false, Kind::Resolved),
    ("Wifi J", "Internet est de retour en J101.", false, Kind::Resolved),
    ("Wifi J", "Réseau rétabli en M.", false, Kind::Resolved),
    ("Téléphone", "Mon téléphone sonne de nouveau. Merci", false, Kind::Resolved),
    ("Téléphone", "Le téléphone de l'infirmerie a retrouvé sa tonalité.", false, Kind::Resolved),
    ("Téléphone", "Ma ligne est rétablie, merci.", false, Kind::Resolved),
    ("Messagerie", "Mes messages partent de nouveau depuis ce midi, merci !", true, Kind::Resolved),
    ("Messagerie", "Je reçois à nouveau mes mails.", true, Kind::Resolved),
    ("Messagerie", "J'ai pu envoyer mes messages ce matin.", true, Kind::Resolved),
    ("Compte ENT", "J'arrive à me connecter, merci.", true, Kind::Resolved),
    ("Compte ENT", "J'ai retrouvé mon accès à l'ENT.", true, Kind::Resolved),
    ("Compte ENT", "Je peux de nouveau entrer sur l'ENT.", true, Kind::Resolved),
    ("Compte ENT", "Mon mot de passe ENT est accepté, merci.", true, Kind::Resolved),
    ("Compte ENT", "Mon compte ENT est débloqué.", true, Kind::Resolved),
    ("Pronote", "Pronote remarche.", false, Kind::Resolved),
    ("Pronote", "Pronote s'ouvre normalement ce matin.", true, Kind::Resolved),
    ("Serveur", "Le serveur est reparti à 14h. Les partages sont de nouveau accessibles.", true, Kind::Resolved),
    ("Serveur", "Nous avons de nouveau accès au commun.", true, Kind::Resolved),
    ("PC K212", "Le PC de K212 démarre normalement.", true, Kind::Resolved),
    ("PC K212", "Le PC de K212 est revenu à la normale.", true, Kind::Resolved),
    ("PC K212", "Les postes 1, 2 et 9 de K212 sont revenus à la normale ce matin.", false, Kind::Resolved),
    ("PC K212", "Le PC de K212 a été échangé, il tourne comme une horloge.", true, Kind::Resolved),
    ("PC K212", "SCC a emporté le PC de K212 et en a remis un neuf.", true, Kind::Resolved),
    ("PC K212", "J'ai reçu le nouveau PC en K212, merci.", true, Kind::Resolved),
    ("PC K212", "LE PC DE K212 CA ROULE", false, Kind::Resolved),
    ("PC K212", "LE PC DE K212 JE L AI DEBLOQUE MOI MEME", false, Kind::Resolved),
    ("Son amphi", "Le son est revenu à l'amphi.", false, Kind::Resolved),
    ("Son amphi", "On entend de nouveau en amphi.", false, Kind::Resolved),
    ("Son amphi", "La sono de l'amphi a retrouvé sa voix.", false, Kind::Resolved),
    ("TNI", "Le stylet du TNI de J104 est recalibré.", false, Kind::Resolved),
    ("TNI", "Le tableau de J104 réagit de nouveau au doigt.", false, Kind::Resolved),
    ("Souris", "La souris neuve est arrivée en J210, merci.", false, Kind::Resolved),
    ("Clavier", "Clavier changé en J208.", false, Kind::Resolved),
    ("Annulation", "Oubliez ma demande pour J208, c'était juste débranché.", false, Kind::Resolved),
    ("Annulation", "Fausse alerte pour le PC de K212 : la prise était débranchée.", false, Kind::Resolved),
    ("Projecteur B12", "Le projecteur de B12 est de nouveau d'attaque.", true, Kind::Resolved),
    ("Projecteur B12", "Intervention faite ce matin, RAS.", true, Kind::Resolved),
    ("Projecteur B12", "Votre collègue est passé, l'image est belle.", true, Kind::Resolved),
    ("Projecteur B12", "Je confirme que tout est bon.", true, Kind::Resolved),
    ("Projecteur B12", "Oui c'est réglé merci", true, Kind::Resolved),
    ("Projecteur B12", "C'est ok pour moi.", true, Kind::Resolved),
    ("Projecteur B12", "Affaire classée.", true, Kind::Resolved),
    ("Projecteur B12", "Le souci a disparu.", true, Kind::Resolved),
    ("Projecteur B12", "Le problème ne se reproduit plus.", true, Kind::Resolved),
    ("PC B12", "Le PC de B12 ne plante plus.", false, Kind::Resolved),
    ("PC B12", "Les PC de B12 ne sont plus lents.", false, Kind::Resolved),
    ("PC B12", "Le poste 4 de B12 s'est remis à fonctionner.", false, Kind::Resolved),
    ("PC B12", "Le poste 4 de B12 redémarre sans souci.", false, Kind::Resolved),
    ("PC B12", "Le poste 4 est revenu de réparation, il marche.", true, Kind::Resolved),
    ("PC B12", "Le poste 4 de B12 est de retour et fonctionne.", false, Kind::Resolved),
    ("PC B12", "Tous les postes de B12 sont opérationnels, merci au technicien.", false, Kind::Resolved),
    ("PC B12", "Mise à jour faite, plus de message d'erreur en B12.", false, Kind::Resolved),
    ("Réseau", "Le réseau est rétabli dans tout le lycée.", false, Kind::Resolved),
    ("Réseau", "On a retrouvé internet.", true, Kind::Resolved),
    ("Réseau", "La coupure est terminée.", true, Kind::Resolved),
    ("Réseau", "Fin de la panne réseau, tout le monde est reconnecté.", false, Kind::Resolved),
    ("Réseau", "La panne de réseau est finie.", false, Kind::Resolved),
    ("Réseau", "Le switch a été remplacé, le réseau est stable.", false, Kind::Resolved),
    ("ENT", "L'ENT est à nouveau accessible.", false, Kind::Resolved),
    ("ENT", "Pronote est reparti.", false, Kind::Resolved),
    ("ENT", "La connexion à l'ENT passe de nouveau.", false, Kind::Resolved),
    ("Compte", "Mon mot de passe a été réinitialisé, je me connecte.", true, Kind::Resolved),
    ("Compte", "L'élève a pu se connecter.", true, Kind::Resolved),
    ("Compte", "Les trois élèves ont retrouvé leurs accès.", true, Kind::Resolved),
    ("Imprimante", "Le bourrage a été retiré, elle imprime.", true, Kind::Resolved),
    ("Imprimante", "Toner changé, copies impeccables.", true, Kind::Resolved),
    ("Imprimante", "J'ai changé la cartouche de l'imprimante du CDI.", false, Kind::Resolved),
    ("Imprimante", "L'agent a changé le toner de l'imprimante du CDI.", false, Kind::Resolved),
    ("Clavier", "J'ai récupéré un clavier, c'est bon.", true, Kind::Resolved),
    ("Clavier", "Le clavier est remplacé.", true, Kind::Resolved),
    ("Sono", "La sono de l'amphi remarche, on m'entend jusqu'au fond.", false, Kind::Resolved),
    ("Sono", "Le micro de l'amphi est réparé.", false, Kind::Resolved),
    ("Sono", "La sono de l'amphi ne grésille plus.", false, Kind::Resolved),
    ("TNI", "Le stylet est retrouvé.", true, Kind::Resolved),
    ("Portable", "Le portable volé a été retrouvé.", true, Kind::Resolved),
    ("Tel", "La ligne est rétablie.", true, Kind::Resolved),
    ("Tel", "Mon téléphone fonctionne à nouveau.", false, Kind::Resolved),
    ("X", "Rien à faire, il est toujours en panne.", true, Kind::FollowUp),
    ("X", "Ce n'est pas réparé.", true, Kind::FollowUp),
    ("X", "Est-ce réparé ?", true, Kind::FollowUp),
    ("X", "Le technicien est passé mais rien n'a changé.", true, Kind::FollowUp),
    ("X", "Le technicien n'est pas passé.", true, Kind::FollowUp),
    ("X", "J'ai redémarré, ça ne change rien.", true, Kind::FollowUp),
    ("Imprimante CDI", "Toujours rien.", true, Kind::FollowUp),
    ("Imprimante CDI", "Elle ne marche toujours pas.", true, Kind::FollowUp),
    ("Imprimante CDI", "Du nouveau pour l'imprimante ?", false, Kind::FollowUp),
    ("Imprimante CDI", "Où en est-on ?", true, Kind::FollowUp),
    ("Imprimante CDI", "Où en est la réparation de l'imprimante du CDI ?", false, Kind::FollowUp),
    ("Imprimante CDI", "Quand le technicien doit-il passer ?", true, Kind::FollowUp),
    ("Imprimante CDI", "Avez-vous pu regarder ?", true, Kind::FollowUp),
    ("Imprimante CDI", "L'imprimante est toujours en panne.", false, Kind::FollowUp),
    ("Imprimante CDI", "L'imprimante du CDI est tjrs HS.", false, Kind::FollowUp),
    ("Imprimante CDI", "Personne n'est venu pour l'imprimante.", false, Kind::FollowUp),
    ("Imprimante CDI", "PERSONNE N EST VENU POUR L IMPRIMANTE", false, Kind::FollowUp),
    ("Imprimante CDI", "Trois semaines sans imprimante au CDI...", false, Kind::FollowUp),
    ("Imprimante CDI", "Ça fait trois semaines que l'imprimante est en panne.", false, Kind::FollowUp),
    ("Imprimante CDI", "Bientôt un mois sans imprimante.", true, Kind::FollowUp),
    ("Imprimante CDI", "Je me permets de relancer pour l'imprimante.", false, Kind::FollowUp),
    ("Imprimante CDI", "Petite relance.", true, Kind::FollowUp),
    ("Imprimante CDI", "Aucun changement.", true, Kind::FollowUp),
    ("Imprimante CDI", "On attend toujours.", true, Kind::FollowUp),
    ("Imprimante CDI", "J'attends toujours la réparation de l'imprimante du CDI.", false, Kind::FollowUp),
    ("Imprimante CDI", "On attend le technicien depuis lundi pour l'imprimante du CDI.", false, Kind::FollowUp),
    ("Imprimante CDI", "Rien n'a bougé.", true, Kind::FollowUp),
    ("Imprimante CDI", "Même situation ce matin.", true, Kind::FollowUp),
    ("Imprimante CDI", "La panne persiste.", true, Kind::FollowUp),
    ("Imprimante CDI", "Le problème est toujours d'actualité.", true, Kind::FollowUp),
    ("Imprimante CDI", "L'imprimante du CDI n'est toujours pas réparée.", false, Kind::FollowUp),
    ("Imprimante CDI", "L'imprimante du CDI n'a pas été réparée.", false, Kind::FollowUp),
    ("Imprimante CDI", "Savez-vous quand l'imprimante du CDI sera réparée ?", false, Kind::FollowUp),
    (
        "Imprimante CDI",
        "Est-ce que quelqu'un peut passer pour l'imprimante, comme je l'avais demandé ?",
        true,
        Kind::FollowUp,
    ),
    ("Imprimante CDI", "up", true, Kind::FollowUp),
    ("Imprimante CDI", "Je n'ai pas eu de réponse à mon mail de lundi sur l'imprimante du CDI.", false, Kind::FollowUp),
    ("Imprimante CDI", "Sans nouvelles de votre part pour l'imprimante du CDI.", false, Kind::FollowUp),
    ("Imprimante CDI", "Voici le numéro de l'étiquette : RIDF 0078 22167", true, Kind::FollowUp),
    ("Imprimante CDI", "Le numéro de série est CNB1K23456.", true, Kind::FollowUp),
    ("VP J208", "Une semaine et J208 toujours sans image.", true, Kind::FollowUp),
    ("VP J208", "toujours pas d'image en J208 ce jeudi", false, Kind::FollowUp),
    ("VP J208", "Et le projecteur de J208 ? toujours pareil...", false, Kind::FollowUp),
    ("VP J208", "Le technicien est passé mais l'image clignote encore.", true, Kind::FollowUp),
    ("VP J208", "Malgré le passage du technicien, toujours pas d'image.", true, Kind::FollowUp),
    ("VP J208", "Pas d'amélioration en J208.", true, Kind::FollowUp),
    ("VP J208", "Le crayon persiste à tracer à côté.", true, Kind::FollowUp),
    ("Comptes", "Deux élèves sur trois sont passés, le troisième est toujours refusé sur l'ENT.", true, Kind::FollowUp),
    (
        "Recensement",
        "En vue de la visite de la Région, merci de bien vouloir signaler à l'adresse informatique, avant vendredi, les matériels hors d'usage dans vos salles (vidéoprojecteurs, ordinateurs, etc.).",
        false,
        Kind::Other,
    ),
    (
        "Recensement",
        "Merci de me faire remonter vos pannes (imprimantes, PC, vidéoprojecteurs) avant jeudi.",
        false,
        Kind::Other,
    ),
    ("Recensement", "Pensez à signaler tout ordinateur en panne dans vos salles.", false, Kind::Other),
    (
        "Recensement",
        "Je vous demande de bien vouloir recenser les postes défectueux de vos salles.",
        false,
        Kind::Other,
    ),
    (
        "Inventaire",
        "Chers collègues, dans le cadre de l'inventaire, indiquez les vidéoprojecteurs défaillants.",
        false,
        Kind::Other,
    ),
    ("Enquête", "Pourriez-vous me lister les écrans cassés de vos salles pour le 12 ?", false, Kind::Other),
    ("Re: Recensement des dysfonctionnements", "Rien à signaler pour moi.", true, Kind::Other),
    ("Re: Recensement des pannes", "Rien de cassé chez nous, tout va bien.", true, Kind::Other),
    ("Re: Recensement des pannes", "RAS en EPS.", true, Kind::Other),
    ("Re: Recensement des pannes", "Aucun souci en arts plastiques.", true, Kind::Other),
    ("Conseil", "Le conseil de classe aura lieu en J104 à 17h.", false, Kind::Other),
    ("Réunion", "Réunion en salle Lovelace jeudi, merci de laisser le vidéoprojecteur allumé.", false, Kind::Other),
    ("Pot", "Pot de départ en salle des profs, vidéoprojection des photos du voyage.", false, Kind::Other),
    ("Merci", "Merci pour ton aide !", true, Kind::Other),
    ("Question", "Peux-tu me dire comment on projette depuis une tablette ?", false, Kind::Other),
    ("Réservation", "Je voudrais réserver le chariot de portables mardi.", false, Kind::Other),
    ("Commande", "Serait-il possible d'acheter un second écran pour mon bureau ?", false, Kind::Other),
];

#[test]
fn repairs_reminders_and_calls_are_told_apart() {
    let places = house(LETTERS);
    let wrong: Vec<String> = KINDS
        .iter()
        .filter_map(|(subject, body, reply, wanted)| {
            let kind = read(subject, body, *reply, &places).kind;
            (kind != *wanted).then(|| format!("{subject} | {body}: {kind}, not {wanted}"))
        })
        .collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn no_repair_is_read_where_none_is_told() {
    for body in [
        "Il a marché deux jours puis s'est arrêté.",
        "Ce n'est pas réparé.",
        "Le technicien est passé mais rien n'a changé.",
        "La lampe a été changée mais l'image reste rose.",
        "De nouveau en panne ce matin.",
        "La nouvelle lampe n'est pas posée.",
    ] {
        let kind = read("Vidéoprojecteur J208", body, true, &house(LETTERS)).kind;
        assert_ne!(kind, Kind::Resolved, "{body}");
    }
}

const COUNTS: &[(&str, u32)] = &[
    ("les postes 3 et 5 de la salle B110 ne démarrent plus", 2),
    ("Trois PC sur quinze ne démarrent plus en B110", 3),
    ("En B110, trois des quinze postes ne démarrent plus", 3),
    ("En B110, aucun des 15 postes ne démarre", 15),
    ("En B110, sur 15 postes, 4 ne démarrent plus", 4),
    ("En B110, les postes 1 à 5 ne démarrent plus", 5),
    ("En B110, les postes n°3, n°7 et n°12 ne démarrent plus", 3),
    ("En B110, postes 03, 07, 12 HS", 3),
    ("En B110, une dizaine de souris manquent", 10),
    ("Une dizaine d'élèves n'arrivent pas à se connecter à l'ENT", 10),
    ("Quatre élèves de 2nde 3 ont leur compte ENT bloqué", 4),
    ("Deux des six casques du CDI ne marchent plus", 2),
    ("Toutes les tablettes (12) du CDI sont déchargées", 12),
    ("Les 12 tablettes du CDI sont HS", 12),
    ("La tablette 12 du CDI est HS", 1),
    ("Le clavier du poste 4 et la souris du poste 9 en B110 sont cassés", 2),
    ("Un des deux écrans du secrétariat est noir", 1),
    ("Mes deux écrans sont noirs en B12", 2),
];

#[test]
fn machines_and_people_are_counted() {
    let wrong: Vec<String> = COUNTS
        .iter()
        .filter_map(|(body, wanted)| {
            let counts: Vec<u32> = read("", body, false, &Places::default()).reports.iter().map(|r| r.count).collect();
            (counts.first() != Some(wanted)).then(|| format!("{body}: {counts:?}, not {wanted}"))
        })
        .collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
}
