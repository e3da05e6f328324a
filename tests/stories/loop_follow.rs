//! What goes on after the ticket: nothing waits unseen until the fault is repaired.

use std::io::Cursor;

use image::{DynamicImage, ImageFormat, RgbImage};
use passerelle::clock::{Clock as _, SystemClock};
use passerelle::incident::{Incident, Reference};
use passerelle::service::run;
use passerelle::store::NewIncident;

use crate::harness::inside::Wire;
use crate::harness::letters::Mail;
use crate::harness::school::{MAILBOX, School, World, address};
use crate::story;

const PROJECTOR: &str = "Bonjour, le vidéoprojecteur de la salle B204 ne s'allume plus depuis ce matin. Merci";
const COMPUTER: &str = "Bonjour, l'ordinateur de la salle C12 ne démarre plus.";

fn photo(tint: u8) -> Vec<u8> {
    let image = RgbImage::from_fn(640, 480, |x, y| image::Rgb([(x % 256) as u8, (y % 256) as u8, tint]));
    let mut out = Cursor::new(Vec::new());
    DynamicImage::ImageRgb8(image).write_to(&mut out, ImageFormat::Jpeg).unwrap();
    out.into_inner()
}

/// A delivery report with this status, as Postfix makes it.
fn bounce(message_id: &str, recipient: &str, status: &str) -> Vec<u8> {
    format!(
        "Return-Path: <>\r\nFrom: Mail Delivery System <MAILER-DAEMON@mx.lycee.test>\r\nTo: {MAILBOX}\r\n\
         Subject: Undelivered Mail Returned to Sender\r\nDate: Tue, 15 Sep 2026 09:12:00 +0200\r\n\
         Message-ID: <dsn.{}@mx.lycee.test>\r\nAuto-Submitted: auto-replied\r\nMIME-Version: 1.0\r\n\
         Content-Type: multipart/report; report-type=delivery-status; boundary=\"b/1\"\r\n\r\n\
         --b/1\r\nContent-Type: text/plain\r\n\r\nYour message could not be delivered.\r\n\r\n\
         --b/1\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx.lycee.test\r\n\r\n\
         Final-Recipient: rfc822; {recipient}\r\nAction: failed\r\nStatus: {status}\r\n\r\n\
         --b/1\r\nContent-Type: text/rfc822-headers\r\n\r\nMessage-ID: <{message_id}>\r\n\r\n--b/1--\r\n",
        &message_id[..8.min(message_id.len())]
    )
    .into_bytes()
}

/// The ticket came back: gives it and the alert.
async fn came_back(w: &mut World, status: &str) -> (Mail, Mail) {
    let ticket = w.ticket("prof.a", PROJECTOR).await;
    w.arrives("", &bounce(&ticket.message_id, address("cesame"), status)).await;
    let alert = w.mail_to("referent", "alert").await;
    w.is("2026-0001", "confirmed").await;
    w.nothing_else().await;
    (ticket, alert)
}

async fn two_reporters_asked(w: &mut World) -> (Mail, Mail) {
    let ticket = w.acknowledged("prof.a", PROJECTOR, "4471932").await;
    w.writes("prof.b", "B204", "Le vidéoprojecteur de la B204 ne s'allume plus non plus chez moi.").await;
    w.mail_to("prof.b", "acknowledgement").await;
    w.replies("cesame", &ticket, "Le dossier 4471932 est résolu.").await;
    (w.mail_to("prof.a", "resolution_check").await, w.mail_to("prof.b", "resolution_check").await)
}

// ---- tickets that come back

story!(a_ticket_that_came_back_leaves_for_the_corrected_address_by_relancer, School::new(), |w| {
    came_back(w, "5.1.1").await;
    w.reconfigure("support = \"cesame@region.test\"", "support = \"guichet@region.test\"").await;
    w.writes("referent", "RELANCER 2026-0001", "RELANCER 2026-0001").await;
    let ticket = w.mail_to("guichet@region.test", "ticket").await;
    assert_eq!(ticket.reference(), "2026-0001");
    w.mail_to("referent", "answer").await.says(&["renvoyé"]);
    w.is("2026-0001", "ticketed").await;
    w.nothing_else().await;
});

story!(a_ticket_that_came_back_leaves_for_the_corrected_address_by_outbox_retry, School::new(), |w| {
    came_back(w, "5.1.1").await;
    w.reconfigure("support = \"cesame@region.test\"", "support = \"guichet@region.test\"").await;
    let (code, said) = w.cli(&["outbox", "retry"]);
    assert_eq!(code, Some(0), "{said}");
    assert!(said.contains("guichet@region.test"), "{said}");
    w.clock_to(SystemClock.now());
    let ticket = w.mail_to("guichet@region.test", "ticket").await;
    assert!(String::from_utf8_lossy(&ticket.raw).contains("To: <guichet@region.test>"));
    w.is("2026-0001", "ticketed").await;
    let (_, said) = w.cli(&["outbox", "retry"]);
    assert!(said.contains("Nothing to try again"), "{said}");
});

story!(a_ticket_that_gave_way_to_another_is_never_tried_again, School::new(), |w| {
    let (_, alert) = came_back(w, "5.1.1").await;
    w.replies("referent", &alert, "OK").await;
    w.mail_to("cesame", "ticket").await;
    w.mail_to("referent", "answer").await;
    let (_, said) = w.cli(&["outbox", "retry"]);
    assert!(said.contains("Nothing to try again"), "{said}");
    w.clock_to(SystemClock.now());
    assert!(w.mails_to("cesame", "ticket").await.is_empty());
});

story!(a_full_mailbox_is_no_wrong_address, School::new(), |w| {
    let (_, alert) = came_back(w, "5.2.2").await;
    alert.says(&["pleine", "OK"]);
    alert.hides(&["vérifiez l'adresse", "vérifiez l’adresse"]);
});

story!(a_ticket_that_came_back_may_be_refused_and_leaves_after_all, School::new(), |w| {
    let (_, alert) = came_back(w, "5.1.1").await;
    w.replies("referent", &alert, "NON, le lycée s'en charge").await;
    w.mail_to("referent", "answer").await.says(&["aucun ticket"]);
    w.mail_to("prof.a", "progress").await;
    w.mail_to("correspondent", "outcome_copy").await;
    w.is("2026-0001", "refused").await;
    let (_, said) = w.cli(&["outbox", "retry"]);
    assert!(said.contains("Nothing to try again"), "{said}");
    w.writes("referent", "ROUVRIR 2026-0001", "ROUVRIR 2026-0001").await;
    let again = w.mail_to("referent", "proposal").await;
    w.replies("referent", &again, "OK").await;
    w.mail_to("cesame", "ticket").await;
    w.mail_to("referent", "answer").await;
    w.is("2026-0001", "ticketed").await;
    w.nothing_else().await;
});

story!(a_correction_before_the_ticket_has_left_makes_one_corrected_ticket, School::new(), |w| {
    w.wire("cesame", Some(Wire::Busy("451 4.7.1 later".to_owned())));
    let proposal = w.proposal("prof.a", PROJECTOR).await;
    w.replies("referent", &proposal, "OK").await;
    w.mail_to("referent", "answer").await;
    // Until attempts are further apart than mails: none is to be under way when the next one arrives.
    for _ in 0..4 {
        w.later("3m").await;
    }
    w.replies("referent", &proposal, "pardon, c'est la B205").await;
    w.mail_to("referent", "answer").await.says(&["B205"]);
    w.wire("cesame", None);
    w.later("3m").await;
    w.mail_to("cesame", "ticket").await.says(&["B205"]);
    w.mail_to("correspondent", "ticket_copy").await.says(&["B205"]);
    w.later("1h").await;
    w.nothing_else().await;
});

/// A letter arrives after a while of a real clock, in the midst of something else.
async fn meanwhile(w: &World, letter: &[u8]) {
    tokio::time::sleep(std::time::Duration::from_millis(900)).await;
    w.inside().arrive(letter, 900);
    run::once(w.inside().post()).await.unwrap();
}

story!(a_correction_during_an_attempt_that_is_put_off_makes_one_corrected_ticket, School::new(), sqlite, |w| {
    let slowly = std::time::Duration::from_millis(2_500);
    w.wire("cesame", Some(Wire::BusyAfter(slowly, "451 4.7.1 later".to_owned())));
    let proposal = w.proposal("prof.a", PROJECTOR).await;
    w.replies("referent", &proposal, "OK").await;
    let correction = World::reply("referent", &proposal, "pardon, c'est la B205");
    let correction = correction.bytes("correction@poste.test", w.now(), MAILBOX);
    let (sent, ()) = tokio::join!(run::once(w.inside().post()), meanwhile(w, &correction));
    sent.unwrap();
    for answer in w.mails_to("referent", "answer").await {
        answer.hides(&["pas été exécutée"]);
    }
    w.wire("cesame", None);
    w.later("10m").await;
    w.mail_to("cesame", "ticket").await.says(&["B205"]);
    w.mail_to("correspondent", "ticket_copy").await.says(&["B205"]);
    w.later("1h").await;
    w.nothing_else().await;
    let history = w.history("2026-0001").await;
    assert!(history.iter().any(|e| e == "ticket_replaced"), "{history:?}");
});

// ---- reporters

story!(a_yes_after_anothers_no_goes_to_the_referent_and_closes_nothing, School::new(), |w| {
    let (a, b) = two_reporters_asked(w).await;
    w.replies("prof.a", &a, "NON, l'écran reste noir").await;
    w.mail_to("cesame", "follow_up").await;
    w.mail_to("correspondent", "follow_up_copy").await;
    w.replies("prof.b", &b, "Oui, ça marche").await;
    let reminder = w.mail_to("referent", "reminder").await;
    reminder.says(&["contredisent", "bruno.besnard@ac-creteil.test", "ça marche"]);
    w.is("2026-0001", "ticketed").await;
    w.nothing_else().await;
    w.replies("referent", &reminder, "CLORE").await;
    w.mail_to("referent", "answer").await.says(&["clos"]);
    w.mail_to("prof.a", "progress").await;
    w.mail_to("prof.b", "progress").await;
    w.mail_to("correspondent", "outcome_copy").await;
    w.is("2026-0001", "closed").await;
    w.nothing_else().await;
});

story!(a_no_beside_silence_keeps_it_open, School::new(), |w| {
    let (a, _) = two_reporters_asked(w).await;
    w.replies("prof.a", &a, "NON").await;
    w.mail_to("cesame", "follow_up").await;
    w.mail_to("correspondent", "follow_up_copy").await;
    w.later("10d").await;
    w.is("2026-0001", "ticketed").await;
    w.mails_to("referent", "reminder").await;
    w.nothing_else().await;
});

story!(who_is_alone_may_change_his_mind, School::new(), |w| {
    let ticket = w.acknowledged("prof.a", PROJECTOR, "4471932").await;
    w.replies("cesame", &ticket, "Le dossier 4471932 est résolu.").await;
    let check = w.mail_to("prof.a", "resolution_check").await;
    w.replies("prof.a", &check, "NON").await;
    w.mail_to("cesame", "follow_up").await;
    w.mail_to("correspondent", "follow_up_copy").await;
    w.replies("prof.a", &check, "Ah si, oui, c'est réparé.").await;
    w.mail_to("correspondent", "outcome_copy").await;
    w.mail_to("referent", "answer").await.says(&["d'après un collègue", "clos"]);
    w.is("2026-0001", "closed").await;
    w.nothing_else().await;
});

story!(a_no_long_after_the_end_is_the_referents_to_judge, School::new(), |w| {
    let ticket = w.acknowledged("prof.a", PROJECTOR, "4471932").await;
    w.replies("cesame", &ticket, "Le dossier 4471932 est résolu.").await;
    let check = w.mail_to("prof.a", "resolution_check").await;
    w.later("5wd").await;
    w.mail_to("correspondent", "outcome_copy").await;
    w.later("9d").await;
    w.replies("prof.a", &check, "Non, toujours en panne").await;
    let reminder = w.mail_to("referent", "reminder").await;
    reminder.says(&["toujours en panne", "ROUVRIR"]);
    w.is("2026-0001", "closed").await;
    w.nothing_else().await;
    w.replies("referent", &reminder, "ROUVRIR").await;
    w.mail_to("referent", "answer").await.says(&["rouvert"]);
    w.mail_to("cesame", "follow_up").await.says(&["4471932"]);
    w.mail_to("correspondent", "follow_up_copy").await;
    w.is("2026-0001", "ticketed").await;
    w.nothing_else().await;
});

story!(a_fault_that_vanished_under_a_planned_visit_is_told_to_the_referent, School::new(), |w| {
    let ticket = w.acknowledged("prof.a", PROJECTOR, "4471932").await;
    w.replies("cesame", &ticket, "Bonjour, l'intervention est prévue le 22/09/2026 au matin.").await;
    w.mail_to("prof.a", "progress").await;
    w.writes("prof.a", "B204", "Finalement le vidéoprojecteur de la B204 remarche, désolée.").await;
    w.mail_to("referent", "answer").await.says(&["2026-0001", "d'après un collègue"]);
    w.mail_to("correspondent", "outcome_copy").await;
    w.is("2026-0001", "closed").await;
    w.nothing_else().await;
});

story!(a_colleagues_word_that_it_works_is_not_said_to_be_supports, School::new(), |w| {
    w.acknowledged("prof.a", PROJECTOR, "4471932").await;
    w.writes("prof.b", "B204", "Le vidéoprojecteur de la B204 ne s'allume plus non plus chez moi.").await;
    w.mail_to("prof.b", "acknowledgement").await;
    w.writes("prof.b", "B204", "Finalement le vidéoprojecteur de la B204 remarche.").await;
    let check = w.mail_to("prof.a", "resolution_check").await;
    check.says(&["D'après un collègue"]);
    check.hides(&["CESAME annonce"]);
    w.is("2026-0001", "resolved").await;
    w.nothing_else().await;
});

story!(a_photo_sent_later_reaches_support_as_a_follow_up, School::new(), |w| {
    w.writes("prof.a", "Panne", PROJECTOR).await;
    let ack = w.mail_to("prof.a", "acknowledgement").await;
    let proposal = w.mail_to("referent", "proposal").await;
    // Before the OK it goes with the ticket.
    let early = World::reply("prof.a", &ack, "Voici une photo.").attach("IMG_alice.jpg", "image/jpeg", &photo(10));
    w.send(early).await;
    w.nothing_else().await;
    w.replies("referent", &proposal, "OK").await;
    let ticket = w.mail_to("cesame", "ticket").await;
    assert_eq!(ticket.attachments.len(), 1, "{ticket}");
    w.mail_to("correspondent", "ticket_copy").await;
    w.mail_to("referent", "answer").await;
    let later = World::reply("prof.a", &ack, "Et une autre.").attach("IMG_alice2.jpg", "image/jpeg", &photo(200));
    w.send(later).await;
    let follow_up = w.mail_to("cesame", "follow_up").await;
    assert_eq!(follow_up.attachments.len(), 1);
    assert!(follow_up.references.contains(&ticket.message_id));
    follow_up.says(&["Voici une photo", "Une photo est jointe"]);
    follow_up.hides(&["alice", "Aubert"]);
    assert!(w.mail_to("correspondent", "follow_up_copy").await.attachments.is_empty());
    w.nothing_else().await;
});

story!(a_fault_that_is_back_is_told_in_a_whole_sentence, School::new(), |w| {
    let ticket = w.acknowledged("prof.a", PROJECTOR, "4471932").await;
    w.replies("cesame", &ticket, "Le dossier 4471932 est résolu.").await;
    let check = w.mail_to("prof.a", "resolution_check").await;
    w.replies("prof.a", &check, "Oui").await;
    w.mail_to("correspondent", "outcome_copy").await;
    w.writes("prof.b", "B204", "Bonjour, le vidéoprojecteur de la B204 ne s'allume plus.").await;
    w.mail_to("prof.b", "acknowledgement").await;
    w.mail_to("cesame", "follow_up").await.says(&["qui était close, est de retour. Merci de rouvrir"]);
    w.mail_to("correspondent", "follow_up_copy").await;
});

// ---- support

story!(two_tickets_made_one_keep_both_of_supports_numbers, School::new(), |w| {
    let first = w.acknowledged("prof.a", PROJECTOR, "4471932").await;
    let second = w.acknowledged("prof.b", COMPUTER, "4471940").await;
    w.writes("referent", "Doublon", "FUSIONNER 2026-0001 2026-0002 OUI").await;
    w.mail_to("referent", "answer").await;
    w.mail_to("prof.b", "progress").await.says(&["2026-0001"]);
    w.is("2026-0002", "merged").await;
    w.mail_to("cesame", "follow_up").await.says(&["4471932", "4471940"]);
    w.mail_to("correspondent", "follow_up_copy").await;
    w.nothing_else().await;
    // In the second one's thread, with its number: the one that stands plans, and keeps its own number.
    w.replies("cesame", &second, "Bonjour, dossier 4471940 : l'intervention est prévue le 22/09/2026.").await;
    w.mail_to("prof.a", "progress").await.says(&["22 septembre"]);
    w.mail_to("prof.b", "progress").await.says(&["22 septembre"]);
    assert_eq!(w.incident("2026-0001").await.text("support_reference"), "4471932");
    // In threads of their own, each number finds it.
    w.writes("technician", "Dossier 4471940", "Bonjour, dossier 4471940 : passage le 23/09/2026 au matin.").await;
    w.mail_to("prof.a", "progress").await.says(&["23 septembre"]);
    w.mail_to("prof.b", "progress").await;
    w.replies("cesame", &first, "Le dossier 4471932 est résolu.").await;
    w.mail_to("prof.a", "resolution_check").await;
    w.mail_to("prof.b", "resolution_check").await;
    w.nothing_else().await;
});

story!(a_number_that_support_gave_earlier_still_finds_its_incident, School::new(), |w| {
    let ticket = w.acknowledged("prof.a", PROJECTOR, "4471932").await;
    w.replies("cesame", &ticket, "Bonjour, votre demande est enregistrée sous le numéro 4471999.").await;
    assert_eq!(w.incident("2026-0001").await.text("support_reference"), "4471999");
    w.writes("technician", "Passage", "Bonjour, dossier 4471932 : l'intervention est prévue le 22/09/2026.").await;
    w.mail_to("prof.a", "progress").await.says(&["22 septembre"]);
    w.nothing_else().await;
});

story!(a_visit_in_the_past_is_shown_to_the_referent, School::new(), |w| {
    let ticket = w.acknowledged("prof.a", PROJECTOR, "4471932").await;
    w.replies("cesame", &ticket, "Bonjour, l'intervention est prévue le 07/09/2026 au matin.").await;
    w.mail_to("referent", "reminder").await.says(&["07/09/2026"]);
    w.is("2026-0001", "acknowledged").await;
    w.nothing_else().await;
});

story!(an_urgent_fault_makes_one_reminder_not_two_on_successive_days, School::new(), |w| {
    let text = "Bonjour, plus aucun ordinateur ne démarre en salle C12, impossible de faire cours, c'est urgent !";
    w.ticket("prof.a", text).await;
    w.later("1wd").await;
    w.mail_to("referent", "reminder").await.says(&["dépassé", "CESAME n'a pas répondu"]);
    w.later("4wd").await;
    w.nothing_else().await;
});

story!(supports_words_read_as_french_in_an_incidents_history, School::new(), |w| {
    let ticket = w.acknowledged("prof.a", PROJECTOR, "4471932").await;
    w.replies("cesame", &ticket, "Bonjour, l'intervention est prévue le 22/09/2026 au matin.").await;
    w.mail_to("prof.a", "progress").await;
    w.writes("referent", "2026-0001", "2026-0001").await;
    let history = w.mail_to("referent", "answer").await;
    history.says(&["demande enregistrée", "visite prévue le 22/09/2026"]);
    history.hides(&["acknowledged", "2026-09-22"]);
});

// ---- the referent

story!(orders_that_contradict_each_other_do_nothing, School::new(), |w| {
    w.proposal("prof.a", PROJECTOR).await;
    w.proposal("prof.b", COMPUTER).await;
    w.writes("referent", "LISTE", "LISTE").await;
    let list = w.mail_to("referent", "answer").await;
    w.replies("referent", &list, "OK pour 2026-0001.\nNON pour 2026-0001.\nOK pour 2026-0002.").await;
    let answer = w.mail_to("referent", "answer").await;
    answer.says(&["2026-0001", "se contredisent", "2026-0002 : le ticket est envoyé"]);
    w.is("2026-0001", "awaiting_confirmation").await;
    w.mail_to("cesame", "ticket").await.says(&["C12"]);
    w.mail_to("correspondent", "ticket_copy").await;
    w.nothing_else().await;
    // The answer shows the ticket again, and a plain word to it decides.
    w.replies("referent", &answer, "OK").await;
    w.mail_to("cesame", "ticket").await.says(&["B204"]);
    w.mail_to("correspondent", "ticket_copy").await;
    w.mail_to("referent", "answer").await;
    w.nothing_else().await;
    w.writes("referent", "commandes", "CLORE 2026-0002\nRELANCER 2026-0002").await;
    w.mail_to("referent", "answer").await.says(&["se contredisent"]);
    w.is("2026-0002", "ticketed").await;
    w.nothing_else().await;
});

story!(thanks_for_a_receipt_are_answered_by_nothing, School::new(), |w| {
    let proposal = w.proposal("prof.a", PROJECTOR).await;
    w.replies("referent", &proposal, "OK").await;
    w.mail_to("cesame", "ticket").await;
    w.mail_to("correspondent", "ticket_copy").await;
    let receipt = w.mail_to("referent", "answer").await;
    assert_eq!(receipt.reference(), "2026-0001");
    w.replies("referent", &receipt, "ok merci !").await;
    w.nothing_else().await;
    // A command in the same place is about the same fault.
    w.replies("referent", &receipt, "CLORE").await;
    w.mail_to("referent", "answer").await.says(&["2026-0001", "clos"]);
    w.mail_to("correspondent", "outcome_copy").await;
    w.is("2026-0001", "closed").await;
});

story!(references_of_another_school_are_unknown_here, School::new(), |w| {
    w.proposal("prof.a", PROJECTOR).await;
    let own = w.store.list_incidents(None, None).await.unwrap().remove(0).incident;
    let other = Incident { reference: Reference { year: 2026, number: 7 }, ..own };
    let mut tx = w.store.begin().await.unwrap();
    tx.insert_incident(&NewIncident { school: "0750001A", incident: &other, due_at: None }).await.unwrap();
    tx.commit().await.unwrap();
    for words in ["CLORE 2026-0007", "2026-0007", "RELANCER 2026-0007", "FUSIONNER 2026-0001 2026-0007"] {
        w.writes("referent", "commande", words).await;
        w.mail_to("referent", "answer").await.says(&["2026-0007", "ne connais pas"]);
        w.nothing_else().await;
    }
    w.is("2026-0001", "awaiting_confirmation").await;
});

story!(after_a_split_each_reporters_words_reach_his_own_incident, School::new(), |w| {
    w.writes("prof.a", "Panne", PROJECTOR).await;
    w.mail_to("prof.a", "acknowledgement").await;
    w.mail_to("referent", "proposal").await;
    w.writes("prof.b", "Panne", COMPUTER).await;
    let ack = w.mail_to("prof.b", "acknowledgement").await;
    w.mail_to("referent", "proposal").await;
    w.writes("referent", "commandes", "FUSIONNER 2026-0001 2026-0002").await;
    w.mail_to("referent", "answer").await;
    w.mail_to("prof.b", "progress").await;
    w.writes("referent", "commandes", "SCINDER 2026-0001").await;
    w.mail_to("referent", "answer").await;
    w.mail_to("referent", "proposal").await;
    let parted = w.mail_to("prof.b", "progress").await;
    assert_eq!(parted.reference(), "2026-0002");
    // In the thread of the first acknowledgement, which spoke of another incident then.
    w.replies("prof.b", &ack, "Pardon, c'est la C14.").await;
    w.mail_to("referent", "proposal").await.says(&["2026-0002", "C14"]);
    assert_eq!(w.incident("2026-0001").await.text("place"), "B204");
    assert_eq!(w.incident("2026-0002").await.text("place"), "C14");
    w.nothing_else().await;
});

story!(of_two_referents_the_other_learns_what_was_done, School::new().two_referents(), |w| {
    let proposal = w.proposal("prof.a", PROJECTOR).await;
    w.mail_to("second", "proposal").await;
    w.replies("referent", &proposal, "OK").await;
    w.mail_to("cesame", "ticket").await;
    w.mail_to("correspondent", "ticket_copy").await;
    w.mail_to("referent", "answer").await;
    w.mail_to("second", "answer").await.says(&["À savoir", "confirmé par referent@lycee.test"]);
    w.later("2wd").await;
    let reminder = w.mail_to("referent", "reminder").await;
    let seconds = w.mail_to("second", "reminder").await;
    w.replies("referent", &reminder, "OK").await;
    w.mail_to("cesame", "follow_up").await;
    w.mail_to("correspondent", "follow_up_copy").await;
    w.mail_to("referent", "answer").await;
    w.mail_to("second", "answer").await.says(&["support relancé par referent@lycee.test"]);
    w.nothing_else().await;
    w.replies("second", &seconds, "OK").await;
    w.mail_to("second", "answer").await.says(&["vient d'être relancé"]);
    w.nothing_else().await;
    w.replies("second", &seconds, "CLORE").await;
    w.mail_to("second", "answer").await;
    w.mail_to("prof.a", "progress").await;
    w.mail_to("correspondent", "outcome_copy").await;
    w.mail_to("referent", "answer").await.says(&["clos par direction@lycee.test"]);
    w.nothing_else().await;
});

// ---- a mailbox that nobody can read

story!(
    nobody_is_taken_for_silent_while_the_mailbox_is_out_of_reach,
    School::new().policy("send_unconfirmed_after = \"3d\"\nremind_after = \"10wd\""),
    |w| {
        let proposal = w.proposal("prof.a", PROJECTOR).await;
        w.mailbox_out_of_reach(true);
        w.replies("referent", &proposal, "NON, c'était la prise").await;
        w.later("5d").await;
        w.is("2026-0001", "awaiting_confirmation").await;
        assert!(w.mails_to("cesame", "ticket").await.is_empty());
        w.mailbox_out_of_reach(false);
        w.is("2026-0001", "refused").await;
        w.mail_to("prof.a", "progress").await;
        w.mail_to("correspondent", "outcome_copy").await;
        w.mail_to("referent", "answer").await;
        w.nothing_else().await;
    }
);

story!(
    a_deadline_that_waited_for_the_mailbox_falls_due_once_it_is_read,
    School::new().policy("send_unconfirmed_after = \"3d\"\nremind_after = \"10wd\""),
    |w| {
        w.proposal("prof.a", PROJECTOR).await;
        w.mailbox_out_of_reach(true);
        w.later("5d").await;
        w.is("2026-0001", "awaiting_confirmation").await;
        w.mailbox_out_of_reach(false);
        w.mail_to("cesame", "ticket").await;
        w.mail_to("correspondent", "ticket_copy").await;
        w.is("2026-0001", "ticketed").await;
    }
);
