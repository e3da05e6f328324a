//! The referent runs everything from a mail client.

use crate::harness::school::{School, World};
use crate::story;

const PROJECTOR: &str = "Bonjour, le vidéoprojecteur de la salle B204 ne s'allume plus depuis ce matin. Merci";
const COMPUTER: &str = "Bonjour, l'ordinateur de la salle C12 ne démarre plus.";

/// A command in a mail of its own; gives what the one answer says.
async fn commands(w: &mut World, words: &str) -> crate::harness::letters::Mail {
    w.writes("referent", words, words).await;
    let answer = w.mail_to("referent", "answer").await;
    w.nothing_else().await;
    answer
}

story!(help_list_and_history_are_each_answered_by_one_mail, School::new(), |w| {
    w.ticket("prof.a", PROJECTOR).await;
    w.proposal("prof.b", COMPUTER).await;
    w.writes("referent", "AIDE", "").await;
    w.mail_to("referent", "help").await.says(&["LISTE", "FUSIONNER"]);
    w.nothing_else().await;
    commands(w, "LISTE").await.says(&["2026-0001", "2026-0002", "B204", "C12"]);
    commands(w, "2026-0001").await.says(&["2026-0001", "confirmé", "signalement reçu"]);
    commands(w, "2026-0099").await.says(&["2026-0099", "ne connais pas"]);
    w.writes("prof.a", "aide", "aide").await;
    w.mail_to("prof.a", "help").await.says(&["vidéoprojecteur"]);
    w.nothing_else().await;
});

story!(close_reopen_and_chase_do_what_they_say, School::new(), |w| {
    let ticket = w.acknowledged("prof.a", PROJECTOR, "4471932").await;
    w.writes("referent", "RELANCER 2026-0001", "RELANCER 2026-0001").await;
    let follow_up = w.mail_to("cesame", "follow_up").await;
    follow_up.says(&["4471932"]);
    assert!(follow_up.references.contains(&ticket.message_id));
    w.mail_to("correspondent", "follow_up_copy").await;
    w.mail_to("referent", "answer").await.says(&["relancé"]);
    w.nothing_else().await;
    commands(w, "RELANCER 2026-0001").await.says(&["vient d'être relancé"]);

    w.writes("referent", "CLORE 2026-0001", "CLORE 2026-0001").await;
    w.mail_to("referent", "answer").await.says(&["clos"]);
    w.mail_to("prof.a", "progress").await.says(&["a clos le dossier", "Si elle persiste"]);
    w.mail_to("correspondent", "outcome_copy").await;
    w.is("2026-0001", "closed").await;
    w.nothing_else().await;
    commands(w, "CLORE 2026-0001").await.says(&["déjà clos"]);

    w.writes("referent", "ROUVRIR 2026-0001", "ROUVRIR 2026-0001").await;
    w.mail_to("referent", "answer").await.says(&["rouvert"]);
    w.mail_to("cesame", "follow_up").await;
    w.mail_to("correspondent", "follow_up_copy").await;
    w.is("2026-0001", "ticketed").await;
    w.nothing_else().await;
});

story!(a_refusal_is_undone_by_reopening, School::new(), |w| {
    let proposal = w.proposal("prof.a", PROJECTOR).await;
    w.replies("referent", &proposal, "NON").await;
    w.mail_to("prof.a", "progress").await;
    w.mail_to("correspondent", "outcome_copy").await;
    w.mail_to("referent", "answer").await;
    w.writes("referent", "ROUVRIR 2026-0001", "ROUVRIR 2026-0001").await;
    let again = w.mail_to("referent", "proposal").await;
    w.nothing_else().await;
    w.replies("referent", &again, "OK").await;
    w.mail_to("cesame", "ticket").await;
    w.mail_to("correspondent", "ticket_copy").await;
    w.mail_to("referent", "answer").await;
    w.nothing_else().await;
});

story!(merged_incidents_are_one_and_splitting_parts_their_reports, School::new(), |w| {
    w.proposal("prof.a", PROJECTOR).await;
    w.proposal("prof.b", COMPUTER).await;
    w.writes("referent", "Deux fois la même", "FUSIONNER 2026-0001 2026-0002").await;
    w.mail_to("referent", "answer").await.says(&["2026-0001", "2026-0002", "attention", "SCINDER 2026-0001"]);
    w.mail_to("prof.b", "progress").await.says(&["2026-0001", "2026-0002", "même panne"]);
    w.nothing_else().await;
    w.is("2026-0002", "merged").await;
    assert_eq!(w.incident("2026-0001").await.number("reports"), 2);
    w.writes("referent", "SCINDER 2026-0001", "SCINDER 2026-0001").await;
    w.mail_to("referent", "answer").await.says(&["2026-0002 est de nouveau suivi à part"]);
    w.mail_to("referent", "proposal").await.says(&["C12", "2026-0002"]);
    w.mail_to("prof.b", "progress").await.says(&["suivi à part", "2026-0002", "2026-0001"]);
    assert_eq!(w.incidents().await.len(), 2);
    assert_eq!(w.incident("2026-0001").await.number("reports"), 1);
    assert_eq!(w.incident("2026-0002").await.text("place"), "C12");
    w.is("2026-0002", "awaiting_confirmation").await;
    w.nothing_else().await;
    commands(w, "SCINDER 2026-0002").await.says(&["rien à séparer"]);
    commands(w, "FUSIONNER 2026-0001 2026-0077").await.says(&["ne connais pas"]);
    w.is("2026-0001", "awaiting_confirmation").await;
});

story!(several_orders_in_one_mail_are_all_carried_out, School::new(), |w| {
    w.proposal("prof.a", PROJECTOR).await;
    w.proposal("prof.b", COMPUTER).await;
    w.proposal("prof.c", "Bonjour, l'imprimante de la salle A101 bourre sans arrêt.").await;
    let list = commands(w, "LISTE").await;
    w.replies("referent", &list, "ok pour 2026-0001 et 2026-0003, l'autre c'est l'ATTE").await;
    let tickets = w.mails_to("cesame", "ticket").await;
    let mut refs: Vec<&str> = tickets.iter().map(|t| t.reference()).collect();
    refs.sort_unstable();
    assert_eq!(refs, ["2026-0001", "2026-0003"]);
    assert_eq!(w.mails_to("correspondent", "ticket_copy").await.len(), 2);
    w.mail_to("prof.b", "progress").await;
    w.mail_to("correspondent", "outcome_copy").await;
    w.mail_to("referent", "answer").await.says(&["2026-0001", "2026-0002", "2026-0003"]);
    w.is("2026-0002", "redirected").await;
    w.nothing_else().await;
});

story!(a_bare_ok_to_a_list_of_several_asks_which, School::new(), |w| {
    w.proposal("prof.a", PROJECTOR).await;
    w.proposal("prof.b", COMPUTER).await;
    let list = commands(w, "LISTE").await;
    w.replies("referent", &list, "OK").await;
    w.mail_to("referent", "answer").await.says(&["plusieurs pannes", "2026-0001", "2026-0002"]);
    w.is("2026-0001", "awaiting_confirmation").await;
    w.is("2026-0002", "awaiting_confirmation").await;
    w.nothing_else().await;
    w.replies("referent", &list, "ok pour tout").await;
    assert_eq!(w.mails_to("cesame", "ticket").await.len(), 2);
    assert_eq!(w.mails_to("correspondent", "ticket_copy").await.len(), 2);
    w.mail_to("referent", "answer").await;
    w.nothing_else().await;
});

story!(commands_of_people_who_are_no_referents_do_nothing, School::new(), |w| {
    w.ticket("prof.a", PROJECTOR).await;
    for words in ["CLORE 2026-0001", "RELANCER 2026-0001", "2026-0001", "LISTE"] {
        w.writes("prof.b", words, words).await;
        w.mail_to("prof.b", "help").await.says(&["rien n'a été fait"]);
        w.is("2026-0001", "ticketed").await;
        w.nothing_else().await;
    }
    assert_eq!(w.incidents().await.len(), 1);
    w.writes("stranger", "CLORE 2026-0001", "CLORE 2026-0001").await;
    w.mail_to("referent", "stranger").await;
    w.is("2026-0001", "ticketed").await;
    w.nothing_else().await;
});

story!(what_is_open_never_becomes_part_of_what_is_over, School::new(), |w| {
    w.ticket("prof.a", PROJECTOR).await;
    w.writes("referent", "CLORE 2026-0001", "CLORE 2026-0001").await;
    w.mail_to("referent", "answer").await;
    w.mail_to("prof.a", "progress").await;
    w.mail_to("correspondent", "outcome_copy").await;
    w.proposal("prof.b", COMPUTER).await;
    for words in ["FUSIONNER 2026-0002 2026-0001", "FUSIONNER 2026-0001 2026-0002"] {
        commands(w, words).await.says(&["2026-0001 est terminée", "ROUVRIR 2026-0001"]);
        w.is("2026-0002", "awaiting_confirmation").await;
    }
});

story!(a_redirected_incident_opens_again_and_is_proposed_anew, School::new(), |w| {
    let proposal = w.proposal("prof.a", PROJECTOR).await;
    w.replies("referent", &proposal, "ATTE").await;
    w.mail_to("prof.a", "progress").await;
    w.mail_to("correspondent", "outcome_copy").await;
    w.mail_to("referent", "answer").await;
    w.is("2026-0001", "redirected").await;
    w.writes("referent", "ROUVRIR 2026-0001", "ROUVRIR 2026-0001").await;
    let again = w.mail_to("referent", "proposal").await;
    w.nothing_else().await;
    w.replies("referent", &again, "OK").await;
    w.mail_to("cesame", "ticket").await;
    w.mail_to("correspondent", "ticket_copy").await;
    w.mail_to("referent", "answer").await;
    w.nothing_else().await;
});

story!(replies_to_a_merged_incidents_mails_reach_the_one_that_took_it_in, School::new(), |w| {
    w.writes("prof.a", "Panne", PROJECTOR).await;
    w.mail_to("prof.a", "acknowledgement").await;
    let first = w.mail_to("referent", "proposal").await;
    w.writes("prof.b", "Panne", COMPUTER).await;
    let ack = w.mail_to("prof.b", "acknowledgement").await;
    let second = w.mail_to("referent", "proposal").await;
    w.replies("referent", &second, "DOUBLON 2026-0001").await;
    w.mail_to("referent", "answer").await.says(&["2026-0001"]);
    w.mail_to("prof.b", "progress").await.says(&["2026-0001", "accord du référent"]);
    w.is("2026-0002", "merged").await;
    w.nothing_else().await;
    assert!(w.history("2026-0001").await.contains(&"took_in".to_owned()));
    assert!(w.history("2026-0002").await.contains(&"opened".to_owned()));
    w.replies("referent", &first, "OK").await;
    let ticket = w.mail_to("cesame", "ticket").await;
    w.mail_to("correspondent", "ticket_copy").await;
    w.mail_to("referent", "answer").await;
    // An OK to the merged one's proposal sends nothing.
    w.replies("referent", &second, "OK").await;
    w.mail_to("referent", "answer").await.says(&["déjà confirmé"]);
    w.nothing_else().await;
    // Both reporters are asked, and the merged one's reporter is heard.
    w.replies("cesame", &ticket, "Bonjour, incident résolu.").await;
    w.mail_to("prof.a", "resolution_check").await;
    let check = w.mail_to("prof.b", "resolution_check").await;
    assert_eq!(check.reference(), "2026-0001");
    w.replies("prof.b", &ack, "Non, c'est toujours en panne.").await;
    w.is("2026-0001", "ticketed").await;
    w.mail_to("cesame", "follow_up").await;
});
