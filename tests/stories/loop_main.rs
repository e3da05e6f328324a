//! The loop from a colleague's words to a repair.

use crate::harness::school::School;
use crate::story;

const PROJECTOR: &str = "Bonjour, le vidéoprojecteur de la salle B204 ne s'allume plus depuis ce matin. Merci";

story!(from_a_colleagues_words_to_closed, School::new(), real, |w| {
    w.writes("prof.a", "Problème vidéoprojecteur", PROJECTOR).await;
    let ack = w.mail_to("prof.a", "acknowledgement").await;
    ack.says(&["B204", "2026-0001"]);
    let proposal = w.mail_to("referent", "proposal").await;
    proposal.says(&["[SIG-2026-0001]", "B204", "OK", "NON"]);
    w.is("2026-0001", "awaiting_confirmation").await;
    w.nothing_else().await;

    w.replies("referent", &proposal, "OK").await;
    let ticket = w.mail_to("cesame", "ticket").await;
    ticket.says(&["[SIG-2026-0001]", "0941234F", "Lycée Jean-Moulin", "B204", "M. Petit", "8 h - 18 h"]);
    ticket.hides(&["Aubert", "alice"]);
    assert_eq!(ticket.auto_submitted, None, "the referent's own words");
    let copy = w.mail_to("correspondent", "ticket_copy").await;
    copy.says(&["[SIG-2026-0001]", "B204"]);
    copy.hides(&["Aubert", "alice", "ne s'allume plus depuis ce matin"]);
    w.mail_to("referent", "answer").await.says(&["2026-0001", "le ticket est envoyé"]);
    w.is("2026-0001", "ticketed").await;
    w.nothing_else().await;

    w.replies("cesame", &ticket, "Bonjour,\nVotre demande a été enregistrée sous le numéro 4471932.\nCordialement")
        .await;
    w.mail_to("prof.a", "progress").await.says(&["4471932", "2026-0001"]);
    w.is("2026-0001", "acknowledged").await;
    assert_eq!(w.incident("2026-0001").await.text("support_reference"), "4471932");
    w.nothing_else().await;

    w.replies("cesame", &ticket, "Bonjour,\nLe dossier 4471932 est résolu : la lampe a été remplacée.\nCordialement")
        .await;
    let check = w.mail_to("prof.a", "resolution_check").await;
    check.says(&["OUI", "NON", "B204"]);
    w.is("2026-0001", "resolved").await;
    w.nothing_else().await;

    w.replies("prof.a", &check, "Oui, merci !").await;
    w.mail_to("correspondent", "outcome_copy").await.says(&["2026-0001"]);
    w.is("2026-0001", "closed").await;
    w.nothing_else().await;

    let listed = w.json(&["incidents", "--json"]);
    assert_eq!(listed[0]["ref"], "2026-0001");
    assert_eq!(listed[0]["state"], "closed");
    assert_eq!(listed[0]["support_reference"], "4471932");
    assert_eq!(listed.as_array().map(Vec::len), Some(1));
});

story!(several_words_for_one_fault_make_one_ticket_and_every_reporter_is_told, School::new(), |w| {
    let ticket = w.ticket("prof.a", PROJECTOR).await;
    w.writes("prof.b", "vidéoproj B204", "Salut, le vidéoproj de B204 est toujours HS. Bruno").await;
    let ack = w.mail_to("prof.b", "acknowledgement").await;
    ack.says(&["2026-0001", "a déjà son dossier"]);
    w.writes("prof.c", "B 204", "Bonjour, impossible de projeter en B-204, le projecteur ne démarre pas.").await;
    w.mail_to("prof.c", "acknowledgement").await.says(&["2026-0001"]);
    w.nothing_else().await;
    let seen = w.incident("2026-0001").await;
    assert_eq!(seen.number("reports"), 3);
    assert_eq!(w.incidents().await.len(), 1);

    w.replies("cesame", &ticket, "Demande enregistrée sous le numéro 4471932.").await;
    for who in ["prof.a", "prof.b", "prof.c"] {
        w.mail_to(who, "progress").await.says(&["4471932"]);
    }
    w.replies("cesame", &ticket, "Bonjour, le dossier 4471932 est résolu.").await;
    for who in ["prof.a", "prof.b", "prof.c"] {
        w.mail_to(who, "resolution_check").await;
    }
    w.nothing_else().await;
});

story!(three_faults_in_one_message_make_three_proposals_and_one_acknowledgement, School::new(), real, |w| {
    let text = "Bonjour,\n\n- en B204 le vidéoprojecteur ne s'allume plus\n- l'imprimante de la salle des profs bourre \
                sans arrêt\n- en A101 deux ordinateurs n'ont plus de réseau\n\nMerci d'avance";
    w.writes("prof.a", "Plusieurs pannes", text).await;
    let ack = w.mail_to("prof.a", "acknowledgement").await;
    ack.says(&["2026-0001", "2026-0002", "2026-0003", "3 problèmes"]);
    let proposals = w.mails_to("referent", "proposal").await;
    assert_eq!(proposals.len(), 3);
    w.nothing_else().await;
    for proposal in &proposals {
        w.replies("referent", proposal, "OK").await;
        let ticket = w.mail_to("cesame", "ticket").await;
        assert_eq!(ticket.incident, proposal.incident);
        w.mail_to("correspondent", "ticket_copy").await;
        w.mail_to("referent", "answer").await;
    }
    w.nothing_else().await;
});

story!(a_referents_own_report_needs_one_mail_only, School::new(), |w| {
    w.writes("referent", "Panne", PROJECTOR).await;
    let proposal = w.mail_to("referent", "proposal").await;
    w.nothing_else().await;
    w.replies("referent", &proposal, "ok").await;
    w.mail_to("cesame", "ticket").await;
    w.mail_to("correspondent", "ticket_copy").await;
    w.mail_to("referent", "answer").await;
    w.nothing_else().await;
});

story!(a_fault_back_within_seven_days_of_closing_is_followed_up, School::new(), |w| {
    let ticket = w.acknowledged("prof.a", PROJECTOR, "4471932").await;
    w.replies("cesame", &ticket, "Le dossier 4471932 est résolu.").await;
    let check = w.mail_to("prof.a", "resolution_check").await;
    w.replies("prof.a", &check, "Oui").await;
    w.mail_to("correspondent", "outcome_copy").await;
    w.is("2026-0001", "closed").await;
    w.later("3d").await;
    w.writes("prof.b", "B204", "Bonjour, le vidéoprojecteur de la B204 ne s'allume plus.").await;
    w.mail_to("prof.b", "acknowledgement").await.says(&["2026-0001"]);
    let follow_up = w.mail_to("cesame", "follow_up").await;
    follow_up.says(&["4471932", "retour"]);
    assert!(follow_up.references.contains(&ticket.message_id), "in the ticket's thread");
    w.mail_to("correspondent", "follow_up_copy").await.hides(&["Besnard"]);
    w.is("2026-0001", "ticketed").await;
    w.nothing_else().await;
});

story!(a_fault_back_after_eight_days_is_a_new_incident, School::new(), |w| {
    let ticket = w.acknowledged("prof.a", PROJECTOR, "4471932").await;
    w.replies("cesame", &ticket, "Le dossier 4471932 est résolu.").await;
    let check = w.mail_to("prof.a", "resolution_check").await;
    w.replies("prof.a", &check, "Oui").await;
    w.mail_to("correspondent", "outcome_copy").await;
    w.later("8d").await;
    w.writes("prof.b", "B204", "Bonjour, le vidéoprojecteur de la B204 ne s'allume plus.").await;
    w.mail_to("prof.b", "acknowledgement").await.says(&["2026-0002"]);
    w.mail_to("referent", "proposal").await.says(&["2026-0002"]);
    w.is("2026-0001", "closed").await;
    w.nothing_else().await;
});

story!(a_report_on_a_refused_incident_opens_a_new_one, School::new(), |w| {
    let proposal = w.proposal("prof.a", PROJECTOR).await;
    w.replies("referent", &proposal, "NON, la prise était débranchée").await;
    w.mail_to("prof.a", "progress").await.says(&["débranchée"]);
    w.mail_to("correspondent", "outcome_copy").await;
    w.mail_to("referent", "answer").await;
    w.is("2026-0001", "refused").await;
    w.writes("prof.b", "B204", "Bonjour, le vidéoprojecteur de la B204 ne s'allume plus.").await;
    w.mail_to("prof.b", "acknowledgement").await.says(&["2026-0002"]);
    w.mail_to("referent", "proposal").await.says(&["2026-0002"]);
    w.nothing_else().await;
});

story!(a_report_on_a_redirected_incident_joins_it, School::new(), |w| {
    let proposal = w.proposal("prof.a", PROJECTOR).await;
    w.replies("referent", &proposal, "ATTE").await;
    w.mail_to("prof.a", "progress").await;
    w.mail_to("correspondent", "outcome_copy").await;
    w.mail_to("referent", "answer").await;
    w.is("2026-0001", "redirected").await;
    w.later("10d").await;
    w.writes("prof.b", "B204", "Bonjour, le vidéoprojecteur de la B204 ne s'allume plus.").await;
    w.mail_to("prof.b", "acknowledgement").await.says(&["2026-0001"]);
    w.mail_to("referent", "answer").await.says(&["bruno.besnard@ac-creteil.test", "ROUVRIR 2026-0001"]);
    w.is("2026-0001", "redirected").await;
    assert_eq!(w.incident("2026-0001").await.number("reports"), 2);
    w.nothing_else().await;
});

story!(an_outage_told_after_a_local_ticket_left_is_a_follow_up_never_a_second_ticket, School::new(), |w| {
    let ticket = w.ticket("prof.a", "Bonjour, plus d'internet en salle A101, impossible de travailler.").await;
    w.writes("prof.b", "Panne générale", "Bonjour, plus d'internet dans tout le lycée depuis 10 h.").await;
    w.mail_to("prof.b", "acknowledgement").await.says(&["2026-0001"]);
    let follow_up = w.mail_to("cesame", "follow_up").await;
    assert_eq!(follow_up.incident, ticket.incident);
    w.mail_to("correspondent", "follow_up_copy").await;
    assert_eq!(w.incidents().await.len(), 1);
    w.nothing_else().await;
});

story!(an_outage_told_before_the_local_ticket_left_takes_its_place, School::new(), |w| {
    let local = w.proposal("prof.a", "Bonjour, plus d'internet en salle A101, impossible de travailler.").await;
    let other = w.proposal("prof.c", "Bonjour, en C12 il n'y a plus de réseau du tout.").await;
    assert_ne!(local.incident, other.incident);
    w.writes("prof.b", "Panne générale", "Bonjour, plus d'internet dans tout le lycée depuis 10 h.").await;
    let ack = w.mail_to("prof.b", "acknowledgement").await;
    let general = w.mail_to("referent", "proposal").await;
    assert_eq!((&general.incident, &ack.incident), (&local.incident, &local.incident));
    w.is(other.reference(), "merged").await;
    assert_eq!(w.incident(other.reference()).await.text("merged_into"), general.reference());
    assert_eq!(w.incident(general.reference()).await.text("place"), "ETABLISSEMENT");
    w.nothing_else().await;
    // The proposal of one room confirms no general outage.
    w.replies("referent", &local, "OK").await;
    let again = w.mail_to("referent", "proposal").await;
    w.nothing_else().await;
    w.replies("referent", &again, "OK").await;
    w.mail_to("cesame", "ticket").await;
    w.mail_to("correspondent", "ticket_copy").await;
    w.mail_to("referent", "answer").await;
    w.nothing_else().await;
});
