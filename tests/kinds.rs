//! What short messages are, in voices of our own: a question, an instruction and a supposition are no
//! report, and a repair told in passing words is one over.

#![allow(clippy::unwrap_used, missing_docs)]

use passerelle::message::parse::parse;
use passerelle::profile::Profile;
use passerelle::report::Kind;
use passerelle::report::extract::extract;
use passerelle::report::place::Places;

const MESSAGES: &[(Kind, &str, &str)] = &[
    (Kind::Other, "Clés", "Bonjour, j'ai retrouvé un trousseau devant la salle serveur, il est à la loge."),
    (
        Kind::Other,
        "Question",
        "Bonjour, qui s'occupe des tablettes cette année ? Je voudrais en réserver dix pour mars.",
    ),
    (
        Kind::Other,
        "Portables",
        "Peux-tu me dire si on a encore des portables de prêt disponibles pour la semaine du 12 ?",
    ),
    (
        Kind::Other,
        "Vidéoprojecteur salle polyvalente",
        "Bonjour, le vidéoprojecteur de la salle polyvalente est-il libre jeudi soir pour le conseil d'administration ?",
    ),
    (Kind::Other, "Merci", "Merci pour ton aide hier pendant l'examen blanc, tout s'est bien passé."),
    (
        Kind::Other,
        "Formation",
        "Une formation au nouveau tableau interactif est proposée mercredi à 14h en C105, inscrivez-vous.",
    ),
    (
        Kind::Other,
        "Inventaire",
        "Bonjour à tous, merci de me faire parvenir la liste des PC de vos salles avant vendredi. Tout poste qui ne démarrerait pas devra être noté.",
    ),
    (
        Kind::Other,
        "Devis",
        "Bonjour, pourrais-tu demander un devis pour six casques avec micro pour le labo de langues ?",
    ),
    (
        Kind::Other,
        "Code wifi",
        "Bonjour, j'accueille deux intervenants lundi, comment puis-je leur obtenir un accès au wifi ?",
    ),
    (Kind::Other, "Oral", "Si jamais un poste plante pendant l'oral, doit-on appeler la vie scolaire ou toi ?"),
    (Kind::Other, "Salle info", "Demain je laisse la salle info à Mme Roux, merci de ne pas éteindre les postes."),
    (
        Kind::Other,
        "Journée portes ouvertes",
        "Pour les portes ouvertes samedi, il faudra allumer les écrans du hall à 8h.",
    ),
    (Kind::Other, "Achat", "Serait-il envisageable d'équiper la salle B110 d'un second écran l'an prochain ?"),
    (
        Kind::Other,
        "Réunion",
        "La réunion TICE aura lieu mardi à 17h au CDI. Ordre du jour : parc informatique, pannes de l'année, budget.",
    ),
    (Kind::Other, "Prêt", "Je prends le chariot de tablettes jusqu'à vendredi, il est dans mon placard en A201."),
    (
        Kind::Resolved,
        "Re: imprimante SDP",
        "C'est arrangé, la personne de la région est passée, on imprime à nouveau. Merci !",
    ),
    (Kind::Resolved, "Re: VP A201", "Problème résolu, il suffisait de rebrancher la prise derrière."),
    (Kind::Resolved, "Re: réseau", "Internet est revenu en B12 vers 10h."),
    (Kind::Resolved, "B204", "Le vidéoprojecteur de la B204 refonctionne depuis ce matin."),
    (Kind::Resolved, "Re: ordi CDI", "Le nouvel écran est posé au CDI, tout fonctionne."),
    (
        Kind::Resolved,
        "Re: son en A12",
        "Finalement ce n'était que le jack mal enfoncé, le son marche, désolé du dérangement.",
    ),
    (Kind::Resolved, "souris CDI", "souris changée au CDI poste 4"),
    (Kind::Resolved, "Re: clavier", "clavier remplacé ce matin, merci"),
    (Kind::Resolved, "Re: projecteur D10", "Plus de souci avec le projecteur, vous pouvez fermer."),
    (Kind::Resolved, "Re: mot de passe", "J'ai pu me connecter, merci beaucoup."),
    (Kind::Resolved, "Re: tableau", "Ça remarche, bizarre mais tant mieux."),
    (Kind::Resolved, "Re: copieur", "Le technicien est venu, le copieur de la salle des profs est réparé."),
    (Kind::FollowUp, "Re: PC B204", "Bonjour, avez-vous des nouvelles ?"),
    (Kind::FollowUp, "Re: PC B204", "Toujours en panne ce matin..."),
    (Kind::FollowUp, "Re: PC B204", "Voici le numéro de série : 5CG8231ABC"),
    (
        Kind::FollowUp,
        "imprimante CDI",
        "Je reviens vers vous au sujet de l'imprimante du CDI signalée la semaine dernière, rien n'a bougé.",
    ),
    (Kind::FollowUp, "Re: vidéoproj A12", "Personne n'est passé, quand est prévue l'intervention ?"),
    (Kind::FollowUp, "Re: tablettes", "Relance : les tablettes ne chargent toujours pas."),
    (Kind::FollowUp, "Re: wifi CDI", "Pas d'amélioration de notre côté."),
    (Kind::FollowUp, "Re: wifi CDI", "Savez-vous si le ticket est parti ?"),
    (Kind::FollowUp, "Re: écran D12", "Est-ce qu'on a une réponse de la région pour l'écran ?"),
    (Kind::FollowUp, "PC de la B204", "Où en est le remplacement du PC de la B204 ?"),
    (Kind::Report, "B204", "L'ordi du fond fait un bruit de tracteur et sent le chaud."),
    (Kind::Report, "salle C12", "Plus rien ne s'affiche au tableau."),
    (Kind::Report, "problème", "Bonjour, l'écran du poste 5 en D12 est tout vert."),
    (Kind::Report, "VP", "vp a12 mort"),
    (Kind::Report, "Imprimante", "L'imprimante du secrétariat sort des feuilles blanches."),
    (Kind::Report, "CDI", "Une élève a renversé de l'eau sur le clavier du poste 3 du CDI."),
    (Kind::Report, "Vol", "On nous a volé deux souris en B204 pendant la récré."),
    (Kind::Report, "Salle A05", "Je ne parviens pas à projeter, l'image saute sans arrêt."),
    (Kind::Report, "ENT", "Impossible de me connecter à l'ENT depuis hier soir, mot de passe refusé."),
    (Kind::Report, "Re: réunion", "Au fait, le micro de l'amphi grésille et coupe."),
    (Kind::Report, "Salle D08", "Le câble HDMI de la salle D08 a disparu."),
    (Kind::Report, "Téléphone", "Mon téléphone au bureau des CPE n'a plus de tonalité."),
    (Kind::Report, "B12", "Si tu passes par la B12, jette un oeil au PC prof : il redémarre tout seul."),
    (Kind::Report, "tablettes", "Trois tablettes du chariot B refusent de s'allumer."),
    (Kind::Report, "A10", "Le stylet du tableau ne réagit plus, les élèves rigolent."),
    (Kind::Report, "Pronote", "Pronote affiche une page blanche pour tout le monde depuis 8h."),
];

#[test]
fn short_messages_are_what_a_careful_reader_says() {
    let profile = Profile::builtin("ile-de-france").unwrap();
    let mut wrong = Vec::new();
    for (kind, subject, body) in MESSAGES {
        let reply = if subject.starts_with("Re:") { "In-Reply-To: <first@lycee.test>\n" } else { "" };
        let raw = format!(
            "From: prof@lycee.test\nSubject: {subject}\n{reply}Content-Type: text/plain; charset=utf-8\n\n{body}\n"
        );
        let told = extract(&parse(raw.as_bytes()), &profile, &Places::default());
        if told.kind != *kind {
            wrong.push(format!("{:?}, should be {kind:?}: {subject} | {body}", told.kind));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}
