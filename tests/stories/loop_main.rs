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
    w.mail_to("referent", "answer").await.says(&["2026-0001", "part"]);
    w.is("2026-0001", "ticketed").await;
    w.nothing_else().await;

    w.replies("cesame", &ticket, "Bonjour,\nVotre demande a été enregistrée sous le numéro 4471932.\nCordialement").await;
    w.mail_to("prof.a", "progress").await.says(&["4471932", "2026-0001"]);
    w.is("2026-0001", "acknowledged").await;
    assert_eq!(w.incident("2026-0001").await.text("support_reference"), "4471932");
    w.nothing_else().await;

    w.replies("cesame", &ticket, "Bonjour,\nLe dossier 4471932 est résolu : la lampe a été remplacée.\nCordialement").await;
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
