//! Whose word counts: what one person writes moves, ends and names nothing that is another's.

use crate::harness::inside::Wire;
use crate::harness::school::School;
use crate::story;

const PROJECTOR: &str = "Bonjour, le vidéoprojecteur de la salle B204 ne s'allume plus depuis ce matin. Merci";
const TOO: &str = "Le vidéoprojecteur de la B204 ne s'allume plus non plus chez moi.";

// ---- "it works again" before the ticket

story!(who_had_not_reported_it_ends_nothing_before_the_ticket, School::new(), sqlite, |w| {
    let proposal = w.proposal("prof.a", PROJECTOR).await;
    w.writes("prof.b", "B204", "Le vidéoprojecteur de la B204 est réparé, merci !").await;
    let check = w.mail_to("prof.a", "resolution_check").await;
    check.says(&["D'après un collègue", "suit son cours"]);
    check.hides(&["CESAME annonce", "Besnard"]);
    let told = w.mail_to("referent", "answer").await;
    told.says(&["bruno.besnard@ac-creteil.test", "est réparé, merci", "n'avait pas signalé"]);
    w.is("2026-0001", "awaiting_confirmation").await;
    w.nothing_else().await;
    w.replies("prof.a", &check, "NON, il est toujours noir").await;
    w.mail_to("referent", "answer").await.says(&["alice.aubert@ac-creteil.test", "toujours noir"]);
    w.nothing_else().await;
    w.replies("referent", &proposal, "OK").await;
    w.mail_to("cesame", "ticket").await;
});

story!(the_reporters_own_yes_ends_it_before_the_ticket, School::new(), sqlite, |w| {
    w.proposal("prof.a", PROJECTOR).await;
    w.writes("prof.b", "B204", "Le vidéoprojecteur de la B204 est réparé, merci !").await;
    let check = w.mail_to("prof.a", "resolution_check").await;
    w.mail_to("referent", "answer").await;
    w.replies("prof.a", &check, "OUI").await;
    w.is("2026-0001", "closed").await;
    w.mail_to("referent", "answer").await.says(&["alice.aubert@ac-creteil.test", "ROUVRIR 2026-0001"]);
    w.mail_to("correspondent", "outcome_copy").await;
    w.nothing_else().await;
});

story!(an_end_before_the_ticket_is_told_to_whoever_else_reported_and_can_be_undone, School::new(), sqlite, |w| {
    w.proposal("prof.a", PROJECTOR).await;
    w.writes("prof.b", "B204", TOO).await;
    w.mail_to("prof.b", "acknowledgement").await;
    w.writes("prof.a", "B204", "Finalement le vidéoprojecteur de la B204 remarche, désolée.").await;
    w.is("2026-0001", "closed").await;
    let told = w.mail_to("referent", "answer").await;
    told.says(&["alice.aubert@ac-creteil.test", "remarche, désolée", "ROUVRIR 2026-0001"]);
    w.mail_to("correspondent", "outcome_copy").await;
    let check = w.mail_to("prof.b", "resolution_check").await;
    check.says(&["Aucun ticket n'était encore parti", "rouvert aussitôt"]);
    w.nothing_else().await;
    w.replies("prof.b", &check, "Non, toujours rien chez moi").await;
    w.mail_to("referent", "proposal").await.says(&["B204"]);
    w.is("2026-0001", "awaiting_confirmation").await;
    w.nothing_else().await;
});

// ---- refused, redirected

story!(a_refused_fault_that_persists_opens_a_new_incident, School::new(), sqlite, |w| {
    let proposal = w.proposal("prof.a", "Bonjour, le wifi ne marche plus en salle des profs.").await;
    w.replies("referent", &proposal, "NON, la borne est coupée exprès").await;
    w.mail_to("referent", "answer").await;
    w.mail_to("correspondent", "outcome_copy").await;
    let refusal = w.mail_to("prof.a", "progress").await;
    w.replies("prof.a", &refusal, "Non le wifi ne marche toujours pas en salle des profs").await;
    let again = w.mail_to("referent", "proposal").await;
    assert_eq!(again.reference(), "2026-0002");
    again.says(&["2026-0001", "coupée exprès", "persiste"]);
    let ack = w.mail_to("prof.a", "acknowledgement").await;
    ack.says(&["2026-0002"]);
    ack.hides(&["elle est sans suite"]);
    w.is("2026-0001", "refused").await;
    w.nothing_else().await;
    // Said once more, it joins what was opened for it.
    w.replies("prof.a", &refusal, "Le wifi ne marche toujours pas en salle des profs !").await;
    w.mails_to("prof.a", "acknowledgement").await;
    assert_eq!(w.incidents().await.len(), 2);
    w.nothing_else().await;
});

story!(words_about_a_refused_fault_reach_the_referent, School::new(), sqlite, |w| {
    let proposal = w.proposal("prof.a", PROJECTOR).await;
    w.replies("referent", &proposal, "NON, la lampe est commandée").await;
    w.mail_to("referent", "answer").await;
    w.mail_to("correspondent", "outcome_copy").await;
    let refusal = w.mail_to("prof.a", "progress").await;
    w.replies("prof.a", &refusal, "Je ne comprends pas cette décision, qui dois-je appeler ?").await;
    let told = w.mail_to("referent", "answer").await;
    told.says(&["alice.aubert@ac-creteil.test", "Je ne comprends pas cette décision", "ROUVRIR 2026-0001"]);
    w.is("2026-0001", "refused").await;
    w.nothing_else().await;
});

story!(a_redirected_fault_that_persists_is_told_to_the_referent, School::new(), sqlite, |w| {
    let proposal = w.proposal("prof.a", "Bonjour, l'imprimante du CDI bourre sans arrêt.").await;
    w.replies("referent", &proposal, "ETABLISSEMENT").await;
    w.mail_to("referent", "answer").await;
    w.mail_to("correspondent", "outcome_copy").await;
    let redirected = w.mail_to("prof.a", "progress").await;
    w.replies("prof.a", &redirected, "L'imprimante du CDI bourre toujours.").await;
    w.mail_to("referent", "answer").await.says(&["bourre toujours", "ROUVRIR 2026-0001"]);
    w.mails_to("prof.a", "acknowledgement").await;
    assert_eq!(w.incidents().await.len(), 1);
    w.nothing_else().await;
});

// ---- corrections

story!(a_second_reporter_who_meant_another_room_gets_an_incident_of_his_own, School::new(), |w| {
    w.proposal("prof.a", PROJECTOR).await;
    w.writes("prof.b", "B204", TOO).await;
    let ack = w.mail_to("prof.b", "acknowledgement").await;
    w.replies("prof.b", &ack, "non moi c'est le vidéoprojecteur de la C204 pas la B204").await;
    let other = w.mail_to("referent", "proposal").await;
    assert_eq!(other.reference(), "2026-0002");
    other.says(&["C204"]);
    w.mail_to("prof.b", "progress").await.says(&["2026-0002", "2026-0001"]);
    w.nothing_else().await;
    assert_eq!(w.incident("2026-0001").await.text("place"), "B204");
    assert_eq!(w.incident("2026-0001").await.0["reporters"].as_array().unwrap().len(), 1);
    assert_eq!(w.incident("2026-0002").await.text("place"), "C204");
});

story!(a_correction_of_what_others_reported_goes_to_the_referent, School::new(), sqlite, |w| {
    w.writes("prof.a", "Panne", PROJECTOR).await;
    let ack = w.mail_to("prof.a", "acknowledgement").await;
    w.mail_to("referent", "proposal").await;
    w.writes("prof.b", "B204", TOO).await;
    w.mail_to("prof.b", "acknowledgement").await;
    w.replies("prof.a", &ack, "Pardon, c'est la B205").await;
    let told = w.mail_to("referent", "answer").await;
    told.says(&["alice.aubert@ac-creteil.test", "c'est la B205", "rien n'est changé"]);
    assert_eq!(w.incident("2026-0001").await.text("place"), "B204");
    w.nothing_else().await;
    w.replies("referent", &told, "c'est la B205").await;
    w.mail_to("referent", "proposal").await.says(&["B205"]);
    w.nothing_else().await;
});

story!(a_correction_of_what_the_referent_confirmed_goes_to_the_referent, School::new(), sqlite, |w| {
    w.writes("prof.a", "Panne", PROJECTOR).await;
    let ack = w.mail_to("prof.a", "acknowledgement").await;
    let proposal = w.mail_to("referent", "proposal").await;
    w.replies("referent", &proposal, "ok mais c'est la B205").await;
    w.mail_to("cesame", "ticket").await.says(&["B205"]);
    w.mail_to("correspondent", "ticket_copy").await;
    w.mail_to("referent", "answer").await;
    w.replies("prof.a", &ack, "Pardon, c'est la B206").await;
    let told = w.mail_to("referent", "answer").await;
    told.says(&["c'est la B206", "B205"]);
    w.nothing_else().await;
    w.replies("referent", &told, "c'est la B206").await;
    w.mail_to("cesame", "follow_up").await.says(&["B206"]);
    w.mail_to("correspondent", "follow_up_copy").await;
    w.mail_to("referent", "answer").await;
});

story!(one_room_answers_for_every_problem_that_lacked_it, School::new(), sqlite, |w| {
    let both = "Bonjour, le vidéoprojecteur ne s'allume plus.\nEt l'ordinateur ne démarre plus.";
    w.writes("prof.a", "ordi", both).await;
    let ack = w.mail_to("prof.a", "acknowledgement").await;
    ack.says(&["quelle salle"]);
    assert_eq!(w.mails_to("referent", "proposal").await.len(), 2);
    w.replies("prof.a", &ack, "C205").await;
    let new = w.mails_to("referent", "proposal").await;
    assert_eq!(new.len(), 2);
    for proposal in new {
        proposal.says(&["C205"]);
        proposal.hides(&["lieu non précisé", "« ordi »"]);
    }
    w.nothing_else().await;
});

story!(an_answer_in_the_thread_follows_it_whatever_the_referent_called_the_thing, School::new(), sqlite, |w| {
    w.writes("prof.a", "305", "Bonjour, pas de son en salle B305 pour l'écoute en anglais.").await;
    let ack = w.mail_to("prof.a", "acknowledgement").await;
    let proposal = w.mail_to("referent", "proposal").await;
    assert_eq!(w.incident("2026-0001").await.text("equipment"), "son");
    w.replies("referent", &proposal, "ok mais c'est l'ordinateur").await;
    w.mail_to("cesame", "ticket").await;
    w.mail_to("correspondent", "ticket_copy").await;
    w.mail_to("referent", "answer").await;
    assert_eq!(w.incident("2026-0001").await.text("equipment"), "ordinateur");
    w.replies("prof.a", &ack, "toujours pas de son, c'est pénible").await;
    w.mail_to("cesame", "follow_up").await.says(&["toujours là", "pas de son"]);
    assert_eq!(w.incidents().await.len(), 1);
});

// ---- after the ticket

story!(a_fault_that_persists_is_told_to_support_once_a_day, School::new(), sqlite, |w| {
    let proposal = w.proposal("prof.a", "Bonjour, pas de réseau en salle B204.").await;
    w.replies("referent", &proposal, "OK").await;
    w.mail_to("cesame", "ticket").await;
    w.mail_to("correspondent", "ticket_copy").await;
    w.mail_to("referent", "answer").await;
    w.writes("prof.a", "B204", "Toujours pas de réseau en B204 ce matin.").await;
    w.mail_to("cesame", "follow_up").await.says(&["toujours là", "ce matin"]);
    w.mail_to("correspondent", "follow_up_copy").await.hides(&["ce matin"]);
    w.mail_to("prof.a", "acknowledgement").await;
    // Neither support nor the colleague is told the same thing twice.
    w.writes("prof.a", "B204", "Toujours pas de réseau en B204 cet après-midi.").await;
    w.nothing_else().await;
    // Who asks is answered.
    w.writes("prof.a", "B204", "Toujours pas de réseau en B204, où en est-on ?").await;
    w.mail_to("prof.a", "acknowledgement").await;
    w.nothing_else().await;
});

story!(a_follow_up_behind_a_ticket_that_has_not_left_waits_in_the_outbox, School::new(), sqlite, |w| {
    w.wire("cesame", Some(Wire::Busy("451 4.7.1 later".to_owned())));
    let proposal = w.proposal("prof.a", "Bonjour, pas de réseau en salle B204.").await;
    w.replies("referent", &proposal, "OK").await;
    w.mail_to("referent", "answer").await;
    w.writes("prof.a", "B204", "Toujours pas de réseau en B204 ce matin.").await;
    w.mail_to("prof.a", "acknowledgement").await;
    let waiting = w.json(&["outbox", "list", "--json"]);
    let kinds: Vec<&str> = waiting.as_array().unwrap().iter().filter_map(|m| m["kind"].as_str()).collect();
    assert!(kinds.contains(&"ticket") && kinds.contains(&"follow_up"), "{waiting}");
    w.wire("cesame", None);
    w.later("10m").await;
    w.mail_to("cesame", "ticket").await;
    w.mail_to("cesame", "follow_up").await.says(&["ce matin"]);
});

// ---- names

story!(nobodys_whole_name_leaves_the_school, School::new(), |w| {
    // Bruno Besnard has written before, about something else.
    let other = w.proposal("prof.b", "Bonjour, l'ordinateur de la salle C12 ne démarre plus.").await;
    w.replies("referent", &other, "NON, c'est une collègue qui a débranché le câble, voir avec Alice Aubert").await;
    w.mail_to("referent", "answer").await;
    w.mail_to("prof.b", "progress").await;
    w.mail_to("correspondent", "outcome_copy").await;
    let text = "Bonjour, Bruno Besnard et moi n'arrivons plus à allumer le vidéoprojecteur de la salle B204.";
    let ticket = w.ticket("prof.a", text).await;
    ticket.says(&["n'arrivons plus à allumer"]);
    ticket.hides(&["Besnard", "Bruno", "Aubert"]);
    // Now that she is known too.
    let third = w.proposal("prof.c", "Bonjour, la souris de la salle D105 ne marche plus.").await;
    w.replies("referent", &third, "NON, voir avec Alice Aubert").await;
    w.mail_to("correspondent", "outcome_copy").await.hides(&["Aubert", "Alice"]);
});

// ---- correspondents

story!(a_correspondent_is_no_reporter, School::new(), sqlite, |w| {
    let proposal = w.proposal("prof.a", PROJECTOR).await;
    w.replies("referent", &proposal, "OK").await;
    let ticket = w.mail_to("cesame", "ticket").await;
    let copy = w.mail_to("correspondent", "ticket_copy").await;
    w.mail_to("referent", "answer").await;
    w.replies("correspondent", &copy, "Merci, bien reçu. Et le vidéoprojecteur de la B204, ça en est où ?").await;
    let told = w.mail_to("referent", "answer").await;
    told.says(&["s1@snes.test", "ça en est où", "2026-0001"]);
    w.nothing_else().await;
    w.replies("correspondent", &copy, "Bonjour,\nmerci. Bien reçu.").await;
    w.nothing_else().await;
    w.writes("correspondent", "B204", "Le vidéoprojecteur de la B204 est réparé.").await;
    w.mail_to("referent", "answer").await.says(&["est réparé"]);
    w.is("2026-0001", "ticketed").await;
    w.replies("cesame", &ticket, "Bonjour, incident résolu.").await;
    w.mail_to("prof.a", "resolution_check").await;
    assert!(w.mails_to("correspondent", "resolution_check").await.is_empty());
    let reporters = w.incident("2026-0001").await.0["reporters"].clone();
    assert_eq!(reporters, serde_json::json!(["alice.aubert@ac-creteil.test"]));
});

// ---- support

story!(our_reference_in_the_text_of_a_fresh_mail_of_supports_counts, School::new(), sqlite, |w| {
    w.ticket("prof.a", PROJECTOR).await;
    w.writes("cesame", "Résolution de votre demande", "Votre demande INC0045903 (réf. SIG-2026-0001) a été résolue.")
        .await;
    w.mail_to("prof.a", "resolution_check").await;
    w.is("2026-0001", "resolved").await;
    w.nothing_else().await;
});

// ---- the referent

story!(
    ok_for_all_leaves_out_what_a_person_must_look_at,
    School::new().policy("digest = \"weekdays 07:30\""),
    sqlite,
    |w| {
        w.proposal("prof.a", PROJECTOR).await;
        w.proposal("prof.b", "Bonjour, l'ordinateur ne démarre plus.").await;
        w.later("1wd").await;
        w.later("1d").await;
        let digests = w.mails_to("referent", "digest").await;
        let digest = digests.last().expect("a digest");
        digest.says(&["lieu à préciser"]);
        w.mails_to("referent", "reminder").await;
        w.replies("referent", digest, "OK pour tout").await;
        let tickets = w.mails_to("cesame", "ticket").await;
        assert_eq!(tickets.iter().map(|t| t.reference()).collect::<Vec<_>>(), ["2026-0001"]);
        w.mail_to("referent", "answer").await.says(&["2026-0002", "le lieu manque", "OK 2026-0002"]);
        w.is("2026-0002", "awaiting_confirmation").await;
        w.replies("referent", digest, "OK 2026-0002").await;
        assert_eq!(w.mail_to("cesame", "ticket").await.reference(), "2026-0002");
    }
);

story!(a_merger_of_two_rooms_is_asked_for_twice, School::new(), sqlite, |w| {
    w.ticket("prof.a", PROJECTOR).await;
    w.ticket("prof.b", "Bonjour, l'ordinateur de la salle C12 affiche un écran bleu.").await;
    let order = "FUSIONNER 2026-0001 2026-0002";
    w.writes("referent", order, order).await;
    let asked = w.mail_to("referent", "answer").await;
    asked.says(&["pas au même endroit", "FUSIONNER 2026-0001 2026-0002 OUI"]);
    w.is("2026-0002", "ticketed").await;
    w.nothing_else().await;
    w.replies("referent", &asked, "FUSIONNER 2026-0001 2026-0002 OUI").await;
    w.mail_to("referent", "answer").await.says(&["réuni à 2026-0001", "chacun leur ticket"]);
    w.mail_to("cesame", "follow_up").await.says(&["SIG-2026-0001", "SIG-2026-0002", "la même panne"]);
    w.is("2026-0002", "merged").await;
    // To take them apart gives the second its own file and ticket again.
    w.mail_to("prof.b", "progress").await;
    w.mail_to("correspondent", "follow_up_copy").await;
    w.writes("referent", "SCINDER 2026-0001", "SCINDER 2026-0001").await;
    w.mail_to("referent", "answer").await.says(&["2026-0002 est de nouveau suivi à part"]);
    w.mail_to("prof.b", "progress").await.says(&["suivi à part sous la référence 2026-0002"]);
    let told = w.mail_to("cesame", "follow_up").await;
    told.says(&["SIG-2026-0001", "deux pannes différentes"]);
    assert_eq!(told.reference(), "2026-0002");
    w.mail_to("correspondent", "follow_up_copy").await;
    w.nothing_else().await;
    w.is("2026-0001", "ticketed").await;
    w.is("2026-0002", "ticketed").await;
    assert_eq!(w.incidents().await.len(), 2);
    assert_eq!(w.incident("2026-0002").await.number("reports"), 1);
    assert_eq!(w.incident("2026-0001").await.number("reports"), 1);
});

story!(to_split_makes_no_incident_of_a_reporters_further_words, School::new(), sqlite, |w| {
    w.proposal("prof.a", PROJECTOR).await;
    w.writes("prof.b", "B204", TOO).await;
    w.mail_to("prof.b", "acknowledgement").await;
    w.writes("prof.b", "B204", "Toujours pas de vidéoprojecteur en B204 !").await;
    w.mails_to("prof.b", "acknowledgement").await;
    w.writes("referent", "SCINDER 2026-0001", "SCINDER 2026-0001").await;
    w.mail_to("referent", "proposal").await;
    assert_eq!(w.incidents().await.len(), 2);
    assert_eq!(w.incident("2026-0002").await.number("reports"), 2);
});

story!(forwarded_words_are_told_as_their_authors, School::new(), sqlite, |w| {
    let text = "Pour suite à donner.\n\n-----Message d'origine-----\nDe : Marc Blanc <marc.blanc@ac-creteil.test>\n\
                Envoyé : vendredi 11 septembre 2026 10:12\nÀ : Alice Aubert <alice.aubert@ac-creteil.test>\n\
                Objet : vidéoprojecteur\n\nBonjour,\nle vidéoprojecteur de la salle B204 ne s'allume plus, dit Marc \
                Blanc.\n";
    w.writes("prof.a", "Tr: vidéoprojecteur", text).await;
    let ack = w.mail_to("prof.a", "acknowledgement").await;
    ack.says(&["Les mots de Marc Blanc, que vous avez transmis : « "]);
    ack.hides(&["Vos mots"]);
    let proposal = w.mail_to("referent", "proposal").await;
    proposal.says(&["Marc Blanc, transmis par Alice Aubert"]);
    w.replies("referent", &proposal, "OK").await;
    w.mail_to("cesame", "ticket").await.hides(&["Blanc", "Aubert"]);
    w.mail_to("correspondent", "ticket_copy").await.hides(&["Blanc", "Aubert"]);
});

story!(the_last_answer_of_the_day_says_so, School::new().policy("max_mails_per_day = 2"), sqlite, |w| {
    w.writes("referent", "LISTE", "LISTE").await;
    w.mail_to("referent", "answer").await.hides(&["dernière réponse"]);
    w.writes("referent", "AIDE", "AIDE").await;
    w.mail_to("referent", "help").await.says(&["dernière réponse", "2 mails par jour"]);
    w.writes("referent", "LISTE SVP", "liste").await;
    w.nothing_else().await;
});

// ---- the operator

story!(a_refused_ticket_that_was_sent_again_is_settled, School::new(), |w| {
    w.wire("cesame", Some(Wire::Refused("550 5.1.1 unknown".to_owned())));
    let proposal = w.proposal("prof.a", PROJECTOR).await;
    w.replies("referent", &proposal, "OK").await;
    w.mail_to("referent", "answer").await;
    let alert = w.mail_to("referent", "alert").await;
    let failed = w.json(&["outbox", "list", "--json"]);
    let id = failed[0]["id"].to_string();
    assert_eq!(failed[0]["state"], "failed");
    let (code, said) = w.cli(&["outbox", "drop", &id]);
    assert_eq!(code, Some(2), "{said}");
    assert!(said.contains("the ticket of 2026-0001"), "{said}");
    w.wire("cesame", None);
    w.replies("referent", &alert, "OK").await;
    w.mail_to("cesame", "ticket").await;
    assert_eq!(w.json(&["outbox", "list", "--json"]), serde_json::json!([]));
    let (_, said) = w.cli(&["outbox", "retry", &id]);
    assert!(said.contains("replaced"), "{said}");
    let (code, said) = w.cli(&["outbox", "drop", &id]);
    assert_eq!(code, Some(0), "{said}");
});

story!(a_copy_that_failed_can_be_dropped, School::new(), |w| {
    w.wire("correspondent", Some(Wire::Refused("550 5.1.1 unknown".to_owned())));
    let proposal = w.proposal("prof.a", PROJECTOR).await;
    w.replies("referent", &proposal, "OK").await;
    w.mail_to("cesame", "ticket").await;
    let failed = w.json(&["outbox", "list", "--json"]);
    let id = failed[0]["id"].to_string();
    let (code, said) = w.cli(&["outbox", "drop", &id]);
    assert_eq!(code, Some(0), "{said}");
    let (code, said) = w.cli(&["outbox", "drop", &id]);
    assert_eq!(code, Some(2), "{said}");
    assert_eq!(w.json(&["outbox", "list", "--json"]), serde_json::json!([]));
    let (code, said) = w.cli(&["purge", "--older-than", "3m"]);
    assert_eq!(code, Some(2), "{said}");
    assert!(said.contains("minutes") && said.contains("3y"), "{said}");
    w.is("2026-0001", "ticketed").await;
});
