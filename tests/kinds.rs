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
    (
        Kind::Other,
        "Réservation",
        "Bonjour, je souhaite réserver la salle informatique B110 jeudi de 10h à 12h pour mes 1re STMG. Merci.",
    ),
    (Kind::Other, "Clé USB trouvée", "J'ai trouvé une clé USB en C204 ce matin, elle est à la vie scolaire."),
    (Kind::Other, "Merci", "Un grand merci pour l'installation des nouveaux écrans au CDI, les élèves sont ravis !"),
    (Kind::Other, "Formation", "Est-ce qu'une formation à l'utilisation du TNI serait possible avant les vacances ?"),
    (Kind::Other, "Demande", "Serait-il possible d'avoir un deuxième vidéoprojecteur pour l'amphi l'an prochain ?"),
    (Kind::Other, "Conseil", "Quel logiciel conseillez-vous pour monter une vidéo avec les secondes ?"),
    (Kind::Other, "Absence", "Je serai absente vendredi, merci de voir avec Mme Petit pour la salle C12."),
    (Kind::Other, "Tablettes", "J'aurais besoin de 15 tablettes le mardi 14, sont-elles disponibles ?"),
    (Kind::Other, "Inventaire", "Peux-tu me donner le nombre de PC en B110 pour l'inventaire ?"),
    (Kind::Other, "Wifi invités", "Quel est le code du wifi invité pour notre intervenant de jeudi ?"),
    (Kind::Other, "Déménagement", "Les PC de la C103 seront déplacés en C105 pendant les vacances."),
    (
        Kind::Other,
        "Compte rendu",
        "Ci-joint le compte rendu de la réunion numérique du 12. On y a parlé du remplacement des vidéoprojecteurs.",
    ),
    (Kind::Other, "Examen", "Pour le bac blanc, il faudra que tous les postes de B110 soient allumés à 7h45."),
    (
        Kind::Other,
        "Bonnes vacances",
        "Bonnes vacances à tous, pensez à éteindre les vidéoprojecteurs et les PC avant de partir.",
    ),
    (Kind::Other, "Achat", "Le conseil d'enseignement souhaite l'achat de deux visualiseurs."),
    (Kind::Other, "Question", "Si le vidéoprojecteur tombe en panne pendant l'oral, qui dois-je appeler ?"),
    (Kind::Other, "Droits", "Peux-tu me donner accès au dossier commun des langues ? Je viens d'arriver au lycée."),
    (Kind::Other, "Pronote", "Comment fait-on pour saisir une punition dans Pronote ?"),
    (Kind::Other, "Prêt", "Puis-je emprunter un portable pour la sortie de mardi ?"),
    (Kind::Other, "Merci !", "Super, merci beaucoup pour votre rapidité."),
    (Kind::Other, "TR: Réunion", "Pour info."),
    (Kind::Other, "Charte", "La charte informatique doit être signée par tous les élèves avant le 30."),
    (Kind::Other, "Écrans", "Un article intéressant sur le temps d'écran des adolescents, à lire à l'occasion."),
    (Kind::Other, "Livres", "Les manuels numériques seront disponibles lundi."),
    (Kind::Other, "Salle", "La B204 est-elle libre demain en M3 ?"),
    (Kind::Other, "Exposition", "Les élèves d'arts exposent leurs photos au CDI jusqu'au 12, venez nombreux."),
    (Kind::Other, "Câbles", "Où sont rangés les câbles HDMI de secours ?"),
    (Kind::Resolved, "Re: B204", "C'est bon, ça remarche, merci."),
    (Kind::Resolved, "VP B204", "Le vidéoprojecteur de la B204 est réparé, merci beaucoup."),
    (Kind::Resolved, "Re: imprimante", "Finalement elle s'est remise à imprimer toute seule."),
    (Kind::Resolved, "Re: mot de passe", "J'ai réussi à me connecter avec le nouveau mot de passe, merci !"),
    (Kind::Resolved, "Re: C12", "Le technicien est passé hier, tout est rentré dans l'ordre."),
    (Kind::Resolved, "Re: réseau", "Internet fonctionne à nouveau dans tout le bâtiment."),
    (Kind::Resolved, "amphi", "Le son est revenu à l'amphi, c'était un câble mal branché."),
    (Kind::Resolved, "CDI", "L'imprimante du CDI imprime de nouveau, vous pouvez classer l'affaire."),
    (Kind::Resolved, "Re: PC B12", "Le PC a été changé ce matin, il tourne à merveille."),
    (Kind::Resolved, "Re: TBI", "Tableau recalibré par Karim, nickel."),
    (Kind::Resolved, "Re: téléphone", "La ligne est rétablie depuis 10h."),
    (Kind::Resolved, "Re: wifi", "RAS depuis hier, on peut fermer."),
    (Kind::Resolved, "Re: tablettes", "Les cinq tablettes chargent toutes normalement maintenant."),
    (Kind::Resolved, "Re: clavier", "Clavier neuf reçu et branché, merci."),
    (Kind::Resolved, "Re: Pronote", "Pronote est de nouveau accessible."),
    (Kind::Resolved, "Re: écran", "Plus aucun clignotement depuis le changement de câble."),
    (Kind::Resolved, "Re: SIECLE", "Tout refonctionne côté SIECLE."),
    (Kind::Resolved, "Re: portable", "J'ai récupéré mon portable réparé, merci."),
    (Kind::Resolved, "Re: son", "En fait le bouton mute était enfoncé... désolé, fausse alerte."),
    (Kind::Resolved, "Re: lampe", "Lampe changée, l'image est superbe."),
    (Kind::FollowUp, "Re: B204", "Toujours rien de neuf pour la B204 ?"),
    (
        Kind::FollowUp,
        "Re: VP",
        "Bonjour, je me permets de vous relancer, le vidéoprojecteur ne fonctionne toujours pas.",
    ),
    (Kind::FollowUp, "Re: PC", "Avez-vous eu un retour de la région ?"),
    (Kind::FollowUp, "Re: PC", "Ça fait maintenant trois semaines..."),
    (Kind::FollowUp, "Re: imprimante", "Quelqu'un doit-il passer ?"),
    (Kind::FollowUp, "Re: TBI", "Le problème persiste malgré le recalibrage."),
    (Kind::FollowUp, "Re: portable", "Le numéro de série est 5CG1234ABC."),
    (Kind::FollowUp, "Re: écran", "L'étiquette indique RIDF-004512."),
    (Kind::FollowUp, "Re: réseau", "C'est toujours aussi lent."),
    (Kind::FollowUp, "Re: wifi", "Quand le technicien doit-il passer ?"),
    (Kind::FollowUp, "Re: son", "Sait-on quand les enceintes seront remplacées ?"),
    (Kind::FollowUp, "Re: C12", "Le devis est-il parti ?"),
    (Kind::FollowUp, "Re: C12", "Un mois sans vidéoprojecteur, cela devient difficile."),
    (Kind::FollowUp, "Re: C12", "La panne continue."),
    (Kind::FollowUp, "Re: C12", "Le technicien est venu mais n'a rien pu faire."),
    (Kind::FollowUp, "Re: C12", "Le technicien est passé, il revient lundi avec la pièce."),
    (Kind::FollowUp, "Re: C12", "Je précise que le câble a été vérifié."),
    (Kind::FollowUp, "Re: C12", "Pour répondre à ta question : oui, j'ai essayé de débrancher et rebrancher."),
    (Kind::FollowUp, "Re: C12", "up"),
    (Kind::FollowUp, "Re: C12", "Voici la photo demandée."),
    (Kind::FollowUp, "Re: C12", "Je confirme, pareil ce matin."),
    (Kind::FollowUp, "Re: C12", "Même constat aujourd'hui."),
    (Kind::Other, "Vacances", "Je serai en congé à partir de vendredi ; en cas de panne, contactez M. Petit."),
    (Kind::Other, "Clé", "Qui a la clé de l'armoire aux tablettes ? Je ne la trouve pas."),
    (Kind::Other, "Salle", "J'ai besoin d'une salle avec vidéoprojecteur mardi de 14h à 16h."),
    (Kind::Other, "TICE", "La commission TICE se réunira jeudi pour parler du renouvellement des PC."),
    (
        Kind::Other,
        "Mots de passe",
        "Rappel : changez votre mot de passe tous les six mois, ne le communiquez à personne.",
    ),
    (Kind::Other, "Prêt de portable", "Peut-on me prêter un portable jeudi ? Le mien est resté à la maison."),
    (Kind::FollowUp, "Re: panne B12", "La B12 attend toujours son projecteur."),
    (Kind::FollowUp, "Re: panne B12", "Où en sommes-nous ? Les élèves s'impatientent."),
    (Kind::FollowUp, "Re: panne B12", "J'ai oublié de dire que c'est le poste du fond à gauche."),
    (Kind::FollowUp, "Re: panne B12", "Toujours pas de technicien à l'horizon..."),
    (Kind::FollowUp, "Re: panne B12", "C'est le même souci que l'an dernier d'ailleurs."),
    (Kind::Resolved, "Re: panne B12", "Problème réglé par Momo, il y avait un faux contact."),
    (Kind::Resolved, "Re: panne B12", "Vous pouvez annuler ma demande, j'ai trouvé : c'était la multiprise éteinte."),
    (Kind::Resolved, "Re: panne B12", "Impeccable, merci pour l'intervention éclair !"),
    (Kind::Resolved, "Re: panne B12", "Plus de problème depuis ce matin."),
    (Kind::Resolved, "Re: panne B12", "Il refonctionne, mystère !"),
    (Kind::Resolved, "Re: panne B12", "Nouveau poste installé, tout marche."),
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
