//! Support answers, in its many ways.

use crate::harness::school::{School, World};
use crate::story;

const PROJECTOR: &str = "Bonjour, le vidéoprojecteur de la salle B204 ne s'allume plus depuis ce matin. Merci";

story!(an_automatic_acknowledgement_with_a_number_counts, School::new(), |w| {
    let ticket = w.ticket("prof.a", PROJECTOR).await;
    let text = "Bonjour,\nNous accusons réception de votre demande, enregistrée sous le numéro INC0447193.\n\
                Ceci est un message automatique, merci de ne pas y répondre.";
    let draft = World::reply("cesame", &ticket, text).header("Auto-Submitted", "auto-replied");
    w.send(draft).await;
    w.mail_to("prof.a", "progress").await.says(&["INC0447193"]);
    w.is("2026-0001", "acknowledged").await;
    w.nothing_else().await;
});

story!(support_may_answer_in_a_new_thread_with_only_its_own_number, School::new(), real, |w| {
    w.acknowledged("prof.a", PROJECTOR, "4471932").await;
    w.writes(
        "technician",
        "Dossier 4471932",
        "Bonjour, un technicien passera jeudi après-midi pour le dossier 4471932.",
    )
    .await;
    let progress = w.mail_to("prof.a", "progress").await;
    progress.says(&["jeudi", "après-midi"]);
    w.is("2026-0001", "planned").await;
    w.writes("technician", "4471932 clôturé", "Bonjour, dossier 4471932 résolu ce jour. Cordialement").await;
    w.mail_to("prof.a", "resolution_check").await;
    w.is("2026-0001", "resolved").await;
    w.nothing_else().await;
});

story!(support_may_answer_with_our_reference_in_the_subject, School::new(), |w| {
    w.ticket("prof.a", PROJECTOR).await;
    w.writes("cesame", "[SIG-2026-0001] prise en compte", "Bonjour, demande enregistrée sous le n° 4471932.").await;
    w.mail_to("prof.a", "progress").await.says(&["4471932"]);
    w.is("2026-0001", "acknowledged").await;
    w.nothing_else().await;
});

story!(a_planned_visit_is_told_with_its_half_day, School::new(), |w| {
    let ticket = w.acknowledged("prof.a", PROJECTOR, "4471932").await;
    w.replies("cesame", &ticket, "Bonjour, l'intervention est prévue le 22/09/2026 au matin. Cordialement").await;
    w.mail_to("prof.a", "progress").await.says(&["22 septembre", "matin"]);
    assert_eq!(w.incident("2026-0001").await.text("planned_for"), "2026-09-22");
    w.nothing_else().await;
    // The same again is no news.
    w.replies("cesame", &ticket, "Bonjour, nous confirmons l'intervention du 22/09/2026 au matin.").await;
    w.is("2026-0001", "planned").await;
    w.nothing_else().await;
    w.replies("cesame", &ticket, "Bonjour, l'intervention est reportée au 24/09/2026 après-midi.").await;
    w.mail_to("prof.a", "progress").await.says(&["24 septembre", "après-midi"]);
    assert_eq!(w.incident("2026-0001").await.text("planned_for"), "2026-09-24");
    w.nothing_else().await;
});

story!(hours_and_weeks_of_a_visit_are_told, School::new(), |w| {
    let ticket = w.acknowledged("prof.a", PROJECTOR, "4471932").await;
    let week = "Bonjour, un technicien passera la semaine du 28/09/2026. Cordialement";
    w.replies("cesame", &ticket, week).await;
    let progress = w.mail_to("prof.a", "progress").await;
    progress.says(&["une intervention la semaine du lundi 28 septembre"]);
    progress.hides(&["le lundi 28 septembre"]);
    let visit = "Bonjour, un technicien passera le mardi 29/09/2026 entre 10 h et 12 h. Merci de prévoir l'accès à la \
                 salle. Cordialement";
    w.replies("cesame", &ticket, visit).await;
    let progress = w.mail_to("prof.a", "progress").await;
    progress.says(&["le mardi 29 septembre au matin", "entre 10 h et 12 h", "prévoir l'accès à la salle"]);
    progress.hides(&["Cordialement"]);
    w.nothing_else().await;
});

story!(the_referent_learns_of_visits_in_time, School::new().policy("digest = \"weekdays 07:30\""), |w| {
    let ticket = w.acknowledged("prof.a", PROJECTOR, "4471932").await;
    w.replies("cesame", &ticket, "Bonjour, un technicien passera le 22/09/2026 entre 14 h et 16 h.").await;
    w.mail_to("prof.a", "progress").await;
    w.nothing_else().await;
    w.later("1wd").await;
    let digest = w.mail_to("referent", "digest").await;
    digest.says(&["2026-0001", "prévoit une intervention le mardi 22 septembre après-midi", "entre 14 h et 16 h"]);
    // Of one that comes before the next digest he learns at once.
    w.replies("cesame", &ticket, "Bonjour, nous passons finalement aujourd'hui dans l'après-midi.").await;
    w.mail_to("prof.a", "progress").await;
    w.mail_to("referent", "answer").await.says(&["À savoir", "prévoit une intervention le"]);
    w.nothing_else().await;
});

story!(supports_question_reaches_the_reporter_and_the_answer_goes_back_in_its_thread, School::new(), real, |w| {
    let ticket = w.acknowledged("prof.a", PROJECTOR, "4471932").await;
    let question = "Bonjour,\nPouvez-vous nous communiquer le numéro de série du vidéoprojecteur ?\nCordialement";
    w.replies("cesame", &ticket, question).await;
    let asked = w.mail_to("prof.a", "progress").await;
    asked.says(&["numéro de série"]);
    w.nothing_else().await;
    w.replies("prof.a", &asked, "Bonjour, c'est le X4KD83211P.\nAlice Aubert").await;
    let follow_up = w.mail_to("cesame", "follow_up").await;
    follow_up.says(&["X4KD83211P", "4471932"]);
    follow_up.hides(&["Aubert", "alice"]);
    assert!(follow_up.references.contains(&ticket.message_id), "in the ticket's thread");
    assert_eq!(follow_up.auto_submitted, None);
    w.mail_to("correspondent", "follow_up_copy").await.hides(&["Aubert", "alice"]);
    w.nothing_else().await;
});

story!(support_that_refuses_is_told_to_everybody, School::new(), |w| {
    let ticket = w.acknowledged("prof.a", PROJECTOR, "4471932").await;
    let words =
        "Bonjour,\nCe matériel n'entre pas dans le périmètre du contrat, nous ne pouvons pas le prendre en charge.";
    w.replies("cesame", &ticket, words).await;
    w.mail_to("prof.a", "progress").await.says(&["périmètre"]);
    w.mail_to("referent", "answer").await.says(&["2026-0001"]);
    w.mail_to("correspondent", "outcome_copy").await;
    w.is("2026-0001", "refused").await;
    w.nothing_else().await;
});

story!(a_survey_of_supports_changes_nothing, School::new(), |w| {
    let ticket = w.acknowledged("prof.a", PROJECTOR, "4471932").await;
    let text = "Bonjour,\nVotre avis nous intéresse : merci de répondre à notre enquête de satisfaction.";
    w.send(World::reply("cesame", &ticket, text).header("Auto-Submitted", "auto-generated")).await;
    w.is("2026-0001", "acknowledged").await;
    w.nothing_else().await;
});

story!(what_support_writes_and_nobody_understands_is_shown_to_the_referent, School::new(), |w| {
    let ticket = w.acknowledged("prof.a", PROJECTOR, "4471932").await;
    w.replies("cesame", &ticket, "Bonjour,\nVu avec Kevin, retour constructeur en attente de l'avoir.\nBàv").await;
    w.mail_to("referent", "reminder").await.says(&["Kevin", "4471932"]);
    w.is("2026-0001", "acknowledged").await;
    w.nothing_else().await;
});

story!(supports_mail_that_is_tied_to_nothing_is_shown_with_what_is_open, School::new(), |w| {
    w.ticket("prof.a", PROJECTOR).await;
    w.writes("technician", "Passage", "Bonjour, je passe chez vous jeudi matin.").await;
    w.mail_to("referent", "answer").await.says(&["jeudi", "2026-0001"]);
    w.is("2026-0001", "ticketed").await;
    w.nothing_else().await;
});

story!(what_support_says_of_a_closed_incident_disturbs_nobody, School::new(), |w| {
    let ticket = w.acknowledged("prof.a", PROJECTOR, "4471932").await;
    w.replies("cesame", &ticket, "Bonjour, l'incident 4471932 est résolu.").await;
    let check = w.mail_to("prof.a", "resolution_check").await;
    w.replies("prof.a", &check, "OUI").await;
    w.mail_to("correspondent", "outcome_copy").await;
    w.nothing_else().await;
    w.replies("cesame", &ticket, "Bonjour, l'incident 4471932 est résolu et clos. Cordialement").await;
    w.is("2026-0001", "closed").await;
    w.nothing_else().await;
});

story!(an_answer_carried_to_support_is_the_answer_alone, School::new(), |w| {
    let ticket = w.acknowledged("prof.a", PROJECTOR, "4471932").await;
    w.replies("cesame", &ticket, "Bonjour,\nPouvez-vous nous communiquer le numéro de série ?\nCordialement").await;
    let asked = w.mail_to("prof.a", "progress").await;
    let text = "Bonjour,\n\nLe numéro de série est X4KD83211P, il est collé dessous.\n\nBonne journée,\nAlice Aubert\n\
                Professeure de physique";
    w.replies("prof.a", &asked, text).await;
    let follow_up = w.mail_to("cesame", "follow_up").await;
    follow_up.says(&["X4KD83211P, il est collé dessous."]);
    follow_up.hides(&["Aubert", "[…]", "Bonne journée", "physique"]);
    assert_eq!(follow_up.text.matches("Bonjour").count(), 1, "{follow_up}");
    w.mail_to("correspondent", "follow_up_copy").await;
    w.nothing_else().await;
});
