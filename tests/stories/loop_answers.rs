//! What people really write in an answer: closed doors, thanks, additions, numbers alone.

use crate::harness::school::School;
use crate::story;

const PROJECTOR: &str = "Bonjour, le vidéoprojecteur de la salle B204 ne s'allume plus depuis ce matin. Merci";
const COMPUTER: &str = "Bonjour, l'ordinateur de la salle C12 ne démarre plus.";

story!(a_technician_before_a_closed_door_repairs_nothing, School::new(), |w| {
    let ticket = w.acknowledged("prof.a", PROJECTOR, "4471932").await;
    let words = "Bonjour,\nLe technicien s'est présenté ce matin mais la salle était fermée, personne pour le recevoir.\n\
                 Merci de proposer un nouveau créneau.";
    w.replies("cesame", &ticket, words).await;
    w.mail_to("prof.a", "progress").await.says(&["la salle était fermée"]);
    w.mail_to("referent", "answer").await.says(&["2026-0001", "n'a pas pu intervenir", "la salle était fermée"]);
    w.is("2026-0001", "acknowledged").await;
    w.nothing_else().await;
});

story!(thanks_behind_an_ok_do_not_hold_the_ticket_back, School::new(), |w| {
    let proposal = w.proposal("prof.a", PROJECTOR).await;
    w.replies("referent", &proposal, "ok, merci de corriger la salle").await;
    w.mail_to("referent", "answer").await.says(&["rien n'est parti"]);
    w.nothing_else().await;
    w.replies("referent", &proposal, "OK pour moi, merci de faire vite").await;
    w.mail_to("cesame", "ticket").await;
    w.mail_to("correspondent", "ticket_copy").await;
    w.mail_to("referent", "answer").await.hides(&["pas repris"]);
    w.nothing_else().await;
});

story!(what_an_ok_adds_and_no_ticket_says_is_told, School::new(), |w| {
    let proposal = w.proposal("prof.a", PROJECTOR).await;
    w.replies("referent", &proposal, "ok mais c'est la salle de travail. Précisez que c'est pour le bac blanc.").await;
    w.mail_to("cesame", "ticket").await.says(&["salle de travail"]);
    w.mail_to("correspondent", "ticket_copy").await;
    w.mail_to("referent", "answer").await.says(&["je n'ai pas repris", "c'est pour le bac blanc"]);
    w.nothing_else().await;
});

story!(numbers_alone_answer_a_list, School::new(), |w| {
    w.proposal("prof.a", PROJECTOR).await;
    w.proposal("prof.b", COMPUTER).await;
    w.proposal("prof.c", "Bonjour, l'imprimante de la salle A101 bourre sans arrêt.").await;
    w.writes("referent", "Tickets", "Bonjour, pourriez-vous m'envoyer la liste des tickets en cours ?").await;
    let list = w.mail_to("referent", "answer").await;
    list.says(&["2026-0001", "2026-0002", "2026-0003"]);
    w.nothing_else().await;
    w.replies("referent", &list, "la 7 c'est ok").await;
    w.mail_to("referent", "answer").await.says(&["plusieurs pannes", "2026-0001"]);
    w.nothing_else().await;
    w.replies("referent", &list, "ok pour la 1. Le 2 c'est non, c'est l'ATTE").await;
    assert_eq!(w.mail_to("cesame", "ticket").await.reference(), "2026-0001");
    w.mail_to("correspondent", "ticket_copy").await;
    w.mail_to("prof.b", "progress").await;
    w.mail_to("correspondent", "outcome_copy").await;
    w.mail_to("referent", "answer").await.says(&["2026-0001", "2026-0002"]);
    w.is("2026-0002", "redirected").await;
    w.is("2026-0003", "awaiting_confirmation").await;
    w.nothing_else().await;
});

story!(a_referent_who_asks_for_a_command_gets_the_commands, School::new(), |w| {
    w.writes("referent", "Question", "Bonjour, c'est quoi la commande pour fermer un ticket déjà ?").await;
    w.mail_to("referent", "help").await.says(&["CLORE"]);
    w.nothing_else().await;
});

story!(a_stranger_enters_when_the_referent_says_who_it_is, School::new(), |w| {
    w.writes("stranger", "Panne", PROJECTOR).await;
    let shown = w.mail_to("referent", "stranger").await;
    w.replies("referent", &shown, "Je crois que c'est une collègue").await;
    w.mail_to("referent", "answer").await.says(&["laisser entrer"]);
    w.nothing_else().await;
    w.replies("referent", &shown, "Oui c'est bien une collègue, laissez-la entrer").await;
    w.mail_to("referent", "answer").await.says(&["peut désormais écrire"]);
    w.mail_to("referent", "proposal").await.says(&["B204"]);
    w.mail_to("stranger", "acknowledgement").await;
    w.nothing_else().await;
});

story!(a_yes_that_misses_something_does_not_close, School::new(), |w| {
    let ticket = w.acknowledged("prof.a", PROJECTOR, "4471932").await;
    w.replies("cesame", &ticket, "Bonjour, le dossier 4471932 est résolu.").await;
    let check = w.mail_to("prof.a", "resolution_check").await;
    w.replies("prof.a", &check, "OUI mais il manque un câble").await;
    w.mail_to("cesame", "follow_up").await.says(&["il manque un câble"]);
    w.mail_to("correspondent", "follow_up_copy").await;
    w.is("2026-0001", "ticketed").await;
    w.nothing_else().await;
});
