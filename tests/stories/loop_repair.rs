//! Is it repaired? Reporters answer, or do not.

use crate::harness::letters::Mail;
use crate::harness::school::{School, World};
use crate::story;

const PROJECTOR: &str = "Bonjour, le vidéoprojecteur de la salle B204 ne s'allume plus depuis ce matin. Merci";

/// Gives the ticket and the question put to the reporter.
async fn resolved(w: &mut World) -> (Mail, Mail) {
    let ticket = w.acknowledged("prof.a", PROJECTOR, "4471932").await;
    w.replies("cesame", &ticket, "Bonjour, le dossier 4471932 est résolu.").await;
    let check = w.mail_to("prof.a", "resolution_check").await;
    (ticket, check)
}

story!(no_reopens_and_support_reads_why, School::new(), |w| {
    let (ticket, check) = resolved(w).await;
    w.replies("prof.a", &check, "NON, il s'allume puis s'éteint au bout de deux minutes").await;
    let follow_up = w.mail_to("cesame", "follow_up").await;
    follow_up.says(&["4471932", "s'éteint au bout de deux minutes"]);
    assert_eq!(follow_up.references.first(), Some(&ticket.message_id));
    w.mail_to("correspondent", "follow_up_copy").await.hides(&["s'éteint au bout", "Aubert"]);
    w.is("2026-0001", "ticketed").await;
    w.nothing_else().await;
});

story!(silence_closes_after_five_working_days, School::new(), |w| {
    resolved(w).await;
    w.later("4wd").await;
    w.is("2026-0001", "resolved").await;
    w.nothing_else().await;
    w.later("1wd").await;
    w.is("2026-0001", "closed").await;
    w.mail_to("correspondent", "outcome_copy").await;
    w.nothing_else().await;
});

story!(a_no_within_seven_days_after_closing_reopens, School::new(), |w| {
    let (_, check) = resolved(w).await;
    w.later("5wd").await;
    w.is("2026-0001", "closed").await;
    w.mail_to("correspondent", "outcome_copy").await;
    w.replies("prof.a", &check, "Non, toujours en panne").await;
    w.mail_to("cesame", "follow_up").await.says(&["4471932"]);
    w.mail_to("correspondent", "follow_up_copy").await;
    w.is("2026-0001", "ticketed").await;
    w.nothing_else().await;
});

/// Support says that it is repaired; `prof.a` is asked, and says that it is not.
async fn said_and_denied(w: &mut World, ticket: &Mail, words: &str) {
    w.later("1wd").await;
    w.replies("cesame", ticket, "Bonjour, le dossier 4471932 est résolu.").await;
    let check = w.mail_to("prof.a", "resolution_check").await;
    w.replies("prof.a", &check, words).await;
    w.mail_to("cesame", "follow_up").await;
    w.mail_to("correspondent", "follow_up_copy").await;
}

/// Two colleagues report, one of them denies three times that it is repaired, and support says so again. Gives what
/// the referent is asked.
async fn denied_again_and_again(w: &mut World) -> Mail {
    let ticket = w.acknowledged("prof.a", PROJECTOR, "4471932").await;
    w.writes("prof.b", "B204", "Le vidéoprojecteur de la B204 ne s'allume plus non plus chez moi.").await;
    w.mail_to("prof.b", "acknowledgement").await;
    said_and_denied(w, &ticket, "NON, toujours noir").await;
    w.mail_to("prof.b", "resolution_check").await;
    said_and_denied(w, &ticket, "NON, noir comme hier").await;
    w.mail_to("prof.b", "resolution_check").await;
    // The third time only who said that it was not is asked.
    said_and_denied(w, &ticket, "Non, il clignote et s'éteint").await;
    w.nothing_else().await;
    // The fourth time nobody is.
    w.later("1wd").await;
    w.replies("cesame", &ticket, "Bonjour, le dossier 4471932 est résolu.").await;
    let reminder = w.mail_to("referent", "reminder").await;
    w.nothing_else().await;
    w.is("2026-0001", "resolved").await;
    reminder
}

story!(a_fault_that_is_not_repaired_time_and_again_is_the_referents_to_judge, School::new(), |w| {
    let reminder = denied_again_and_again(w).await;
    reminder.says(&["plusieurs fois", "il clignote et s'éteint", "CLORE", "ROUVRIR"]);
    w.replies("referent", &reminder, "ROUVRIR").await;
    w.mail_to("cesame", "follow_up").await;
    w.mail_to("correspondent", "follow_up_copy").await;
    w.mail_to("referent", "answer").await;
    w.is("2026-0001", "ticketed").await;
    w.nothing_else().await;
});

story!(a_fault_that_the_referent_judges_repaired_is_closed_for_everybody, School::new(), |w| {
    let reminder = denied_again_and_again(w).await;
    w.replies("referent", &reminder, "CLORE").await;
    w.mail_to("referent", "answer").await;
    w.mail_to("prof.a", "progress").await.says(&["a clos le dossier"]);
    w.mail_to("prof.b", "progress").await;
    w.mail_to("correspondent", "outcome_copy").await;
    w.is("2026-0001", "closed").await;
    w.nothing_else().await;
});

story!(silence_closes_nothing_where_nobody_was_asked, School::new(), |w| {
    let reminder = denied_again_and_again(w).await;
    w.replies("referent", &reminder, "OK").await;
    w.mail_to("referent", "answer").await.says(&["CLORE 2026-0001", "ROUVRIR 2026-0001"]);
    w.later("6wd").await;
    w.mail_to("referent", "reminder").await;
    w.later("20wd").await;
    w.is("2026-0001", "resolved").await;
    w.nothing_else().await;
    // A word of whoever reported it still counts.
    w.writes("prof.b", "B204", "Le vidéoprojecteur de la B204 remarche, merci !").await;
    w.is("2026-0001", "closed").await;
});

story!(toujours_pas_said_again_the_next_day_is_not_acknowledged_again, School::new(), |w| {
    w.acknowledged("prof.a", PROJECTOR, "4471932").await;
    w.later("3d").await;
    w.writes("prof.a", "B204", "Le vidéoprojecteur de la B204 ne marche toujours pas.").await;
    let ack = w.mail_to("prof.a", "acknowledgement").await;
    w.mail_to("cesame", "follow_up").await;
    w.mail_to("correspondent", "follow_up_copy").await;
    w.later("1d").await;
    w.replies("prof.a", &ack, "Toujours pas de vidéoprojecteur en B204 !").await;
    w.mail_to("cesame", "follow_up").await;
    w.mail_to("correspondent", "follow_up_copy").await;
    w.nothing_else().await;
});

story!(reporters_who_contradict_each_other_go_to_the_referent, School::new(), |w| {
    let ticket = w.acknowledged("prof.a", PROJECTOR, "4471932").await;
    w.writes("prof.b", "B204", "Le vidéoprojecteur de la B204 ne s'allume plus non plus chez moi.").await;
    w.mail_to("prof.b", "acknowledgement").await;
    w.replies("cesame", &ticket, "Le dossier 4471932 est résolu.").await;
    let a = w.mail_to("prof.a", "resolution_check").await;
    let b = w.mail_to("prof.b", "resolution_check").await;
    w.replies("prof.a", &a, "oui").await;
    w.mail_to("correspondent", "outcome_copy").await;
    w.replies("prof.b", &b, "non").await;
    w.mail_to("cesame", "follow_up").await;
    w.mail_to("correspondent", "follow_up_copy").await;
    w.mail_to("referent", "reminder").await.says(&["contredisent"]);
    w.is("2026-0001", "ticketed").await;
    w.nothing_else().await;
});

story!(it_works_again_before_confirmation_closes_and_tells_the_referent, School::new(), |w| {
    let proposal = w.proposal("prof.a", PROJECTOR).await;
    w.writes("prof.a", "B204", "Finalement le vidéoprojecteur de la B204 remarche, désolée pour le dérangement.").await;
    w.is("2026-0001", "closed").await;
    w.mail_to("referent", "answer").await.says(&["2026-0001"]);
    w.mail_to("correspondent", "outcome_copy").await;
    w.nothing_else().await;
    w.replies("referent", &proposal, "OK").await;
    w.mail_to("referent", "answer").await;
    assert!(w.mails_to("cesame", "ticket").await.is_empty());
});

story!(a_room_named_in_reply_to_the_acknowledgement_completes_the_ticket, School::new(), |w| {
    w.writes("prof.a", "Panne", "Bonjour, le vidéoprojecteur ne s'allume plus. Merci").await;
    let ack = w.mail_to("prof.a", "acknowledgement").await;
    ack.says(&["quelle salle"]);
    let old = w.mail_to("referent", "proposal").await;
    w.replies("prof.a", &ack, "C'est en B204").await;
    let new = w.mail_to("referent", "proposal").await;
    new.says(&["B204"]);
    assert_eq!(new.incident, old.incident);
    assert_eq!(w.incidents().await.len(), 1);
    w.nothing_else().await;
});
