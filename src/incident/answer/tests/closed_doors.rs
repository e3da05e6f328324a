//! Visits that came to nothing, and yes-but of reporters.

use super::*;

#[test]
fn a_closed_room_is_no_closed_ticket() {
    check_table(BARRED, |text| support_brief("Re: [SIG-2026-0050] Vidéoprojecteur - B204", text));
}

/// Written on Thursday 22 January 2026.
const BARRED: &[(&str, &str)] = &[
    (
        "needs_info",
        "Bonjour,\nLe technicien s'est déplacé mardi mais la salle était fermée, personne pour le recevoir. Merci de proposer un nouveau créneau.",
    ),
    ("needs_info", "Le lycée était fermé. Nouveau rendez-vous à convenir."),
    ("needs_info", "Notre technicien n'a pas pu intervenir, salle fermée à clé."),
    ("needs_info", "Salle fermée."),
    ("needs_info", "Porte close ce matin."),
    ("needs_info", "Intervention non effectuée : salle fermée."),
    ("needs_info", "Passage à 9 h, porte close. Merci de nous recontacter."),
    ("needs_info", "Accès impossible à la salle B204, gardien absent."),
    ("needs_info", "Personne sur place pour nous ouvrir."),
    ("needs_info", "Intervention impossible : absence de l'interlocuteur."),
    ("needs_info", "Absence de contact sur site."),
    ("needs_info", "Nous avons trouvé porte close."),
    ("needs_info", "Le technicien a trouvé le bâtiment fermé."),
    ("needs_info", "L'accès au lycée a été refusé à notre technicien."),
    ("needs_info", "Accès refusé au technicien par la loge."),
    ("needs_info", "Technicien refoulé à l'accueil."),
    ("needs_info", "Salle occupée par un examen lors de notre passage."),
    ("needs_info", "La salle B204 était verrouillée et personne n'avait la clé."),
    ("needs_info", "Impossible d'accéder à la salle, clé introuvable."),
    ("needs_info", "Client absent."),
    ("needs_info", "Le référent était absent, intervention reportée à une date à convenir."),
    ("needs_info", "Établissement fermé lors du passage du technicien le 21/01."),
    ("needs_info", "Nous n'avons trouvé personne à l'accueil."),
    ("needs_info", "Déplacement pour rien, tout était fermé."),
    ("needs_info", "Le technicien n'a pas été autorisé à entrer."),
    ("needs_info", "Aucun interlocuteur présent sur site ce jour."),
    ("needs_info", "Salle fermée lors de notre passage, le ticket est donc clôturé."),
    ("needs_info", "Statut : Clos. Motif : salle fermée à clé."),
    ("needs_info", "L'intervention prévue ce matin n'a pas pu avoir lieu."),
    ("planned 2026-01-30", "Personne sur place ce matin. Le technicien repassera vendredi 30."),
    ("planned 2026-01-27", "La salle étant fermée, intervention reportée au 27/01."),
    // What stays what it was.
    ("closed", "Le dossier est fermé."),
    ("closed", "Le dossier de la salle B204 est fermé."),
    ("closed", "Le ticket concernant votre établissement a été clôturé."),
    ("resolved", "Salle fermée à notre arrivée, le gardien a ouvert. Lampe remplacée, tout fonctionne."),
    ("planned 2026-02-03 am", "Passage prévu le mardi 3 février au matin, merci de prévoir une personne sur place."),
    ("in_progress", "Le technicien n'a pas pu intervenir faute de pièce, la pièce est commandée."),
    (
        "acknowledged CES-2026-118300",
        "Votre demande (accès impossible à la session) est enregistrée sous le n° CES-2026-118300.",
    ),
    ("refused", "Demande refusée : hors contrat."),
    ("other", "Si la salle est fermée, le technicien repartira."),
];

#[test]
fn a_denied_repair_is_no_repair() {
    let read = |text: &str| support_brief("Re: [SIG-2026-0050] Vidéoprojecteur - B204", text);
    for text in
        ["Nous n'avons pas changé la lampe.", "Intervention non effectuée.", "Réparation non terminée à ce jour."]
    {
        assert_ne!(read(text), "resolved", "{text}");
    }
}

#[test]
fn the_referent_reads_why_nobody_could_work() {
    let places = Places::default();
    let read = |text: &str| support::read(&reader(&places), "Re: [SIG-2026-0050] Son", text).words;
    assert_eq!(
        read("Bonjour,\nLa salle était fermée ce matin. Merci de proposer un créneau."),
        "La salle était fermée ce matin. Merci de proposer un créneau."
    );
    assert_eq!(read("Porte close. Le ticket est clôturé. Cordialement"), "Porte close. Le ticket est clôturé.");
}

#[test]
fn a_yes_with_a_but_is_no_plain_yes() {
    check_table(YES_BUT, |text| reporter_brief("Re: [SIG-2026-0050] vidéoprojecteur – B204 : est-ce réparé ?", text));
}

const YES_BUT: &[(&str, &str)] = &[
    ("no", "OUI mais il manque un câble"),
    ("no", "Oui mais il nous manque la télécommande."),
    ("no", "oui mais il manque toujours le câble HDMI"),
    ("no", "Oui, mais l'image est encore floue"),
    ("no", "oui mais le son ne marche toujours pas"),
    ("unclear", "Oui mais la lampe grésille"),
    ("unclear", "C'est réparé, mais l'image est jaune."),
    ("unclear", "oui par contre le câble est abîmé"),
    ("unclear", "oui sauf le son"),
    ("unclear", "ok mais seulement en HDMI"),
    ("unclear", "Oui mais la télécommande a disparu"),
    ("yes", "Oui mais il était temps !"),
    ("yes", "oui mais c'était long"),
    ("yes", "Oui mais merci de prévenir la prochaine fois."),
    ("yes", "Oui, mais quelle attente…"),
    ("yes", "Oui, il ne manque plus rien."),
];
