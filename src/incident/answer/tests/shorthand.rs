//! Numbers alone, and questions about commands.

use super::*;

fn shown(numbers: &[u32]) -> Vec<Reference> {
    numbers.iter().map(|n| Reference { year: 2026, number: *n }).collect()
}

fn says(numbers: &[u32], text: &str) -> String {
    let places = Places::default();
    brief(&referent::read(&reader(&places), "Re: Dossiers ouverts : 4", text, &shown(numbers)))
}

#[test]
fn numbers_alone_are_understood_among_what_the_mail_shows() {
    check_table(SHORT, |text| says(&[4, 8, 12, 15], text));
}

const SHORT: &[(&str, &str)] = &[
    ("2026-0008:confirm; 2026-0004:redirect atte", "ok pour la 8. Le 4 c'est non, c'est l'ATTE"),
    ("2026-0008:confirm", "ok pour la 8"),
    ("2026-0008:confirm", "OK pour le 8, merci"),
    ("2026-0008:confirm; 2026-0012:confirm", "ok pour la 8 et la 12"),
    ("2026-0008:confirm; 2026-0012:confirm", "ok pour 8 et 12"),
    ("2026-0004:confirm; 2026-0008:reject", "4 : ok\n8 : non"),
    ("2026-0004:reject", "le 4 c'est non"),
    ("2026-0004:redirect rectorat", "la 4 c'est pour le rectorat"),
    ("2026-0012:confirm; 2026-0015:reject", "la 12 ok, la 15 annulez"),
    ("2026-0004:duplicate 2026-0008", "la 4 doublon de la 8"),
    ("2026-0008:confirm; others:reject", "ok pour la 8, les autres c'est réglé"),
    ("2026-0008:confirm", "ticket 8 ok"),
    ("2026-0008:confirm", "ok pour le n° 8"),
    // What is no number of ours, or nobody's.
    ("unclear", "la 9 c'est non"),
    ("unclear", "ok pour la 8, la 9 c'est non"),
    ("unclear", "ok depuis le 8"),
    ("unclear", "le 8 janvier"),
];

#[test]
fn a_number_that_two_have_or_that_is_not_shown_orders_nothing() {
    let places = Places::default();
    let two = [Reference { year: 2025, number: 8 }, Reference { year: 2026, number: 8 }];
    let orders = referent::read(&reader(&places), "Re: Dossiers ouverts : 2", "la 8 c'est ok", &two);
    assert_eq!(brief(&orders), "unclear");
    assert_eq!(brief(&referent_says("le 2 c'est non, c'est l'ATTE")), "unclear");
    // A quantity stays one.
    let one = |text: &str| brief(&referent::read(&reader(&places), SUBJECT, text, &shown(&[3])));
    assert_eq!(one("ok mais il y en a 3"), "correct+ 3");
    assert_eq!(one("ok mais 3 postes"), "correct+ 3");
}

#[test]
fn questions_about_commands_and_lists_are_answered() {
    check_table(ASKED, |text| brief(&referent_says(text)));
}

const ASKED: &[(&str, &str)] = &[
    ("help", "c'est quoi la commande pour fermer un ticket déjà ?"),
    ("help", "Bonjour, quelle est la commande pour rouvrir un ticket ? Merci"),
    ("help", "Quelles sont les commandes ?"),
    ("help", "pouvez-vous me rappeler les commandes"),
    ("help", "comment je fais pour fusionner deux tickets ?"),
    ("help", "Comment fait-on pour clore un dossier ?"),
    ("help", "Comment relancer CESAME ?"),
    ("help", "J'ai oublié les mots-clés, tu peux me les redonner ?"),
    ("help", "Que faut-il répondre pour annuler ?"),
    ("help", "comment ça marche ?"),
    ("help", "Bonjour,\nje ne retrouve plus la commande pour scinder.\nCordialement"),
    ("list", "pourriez-vous m'envoyer la liste des tickets en cours ?"),
    ("list", "Bonjour, je voudrais la liste des pannes. Merci"),
    ("list", "tu peux me donner la liste des tickets stp"),
    ("list", "Envoyez-moi la liste complète des signalements svp"),
    ("list", "Quels sont les tickets en cours ?"),
    ("list", "quels tickets sont encore ouverts ?"),
    ("list", "Où en sont les tickets ?"),
    ("list", "Merci de m'envoyer un récapitulatif des tickets"),
    ("list", "j'aimerais un point sur les dossiers en cours"),
    ("list", "Combien de tickets sont en attente ?"),
    ("list", "qu'est-ce que j'ai en attente ?"),
    // No question of that kind, or not only.
    ("unclear", "ok, c'est dans ma liste"),
    ("question", "pourquoi CESAME et pas SCC ?"),
    ("question", "C'est où exactement ?"),
    ("question", "ok, vous pouvez m'envoyer la liste des tickets ?"),
];
