//! Machines, strangers, and whatever else lands in a mailbox.

use passerelle::store::MessageEnd;

use crate::harness::school::{MAILBOX, School, World, address};
use crate::story;

const PROJECTOR: &str = "Bonjour, le vidéoprojecteur de la salle B204 ne s'allume plus depuis ce matin. Merci";

story!(machines_are_answered_by_nothing, School::new(), real, |w| {
    let proposal = w.proposal("prof.a", PROJECTOR).await;
    let absence = World::reply("referent", &proposal, "OK, je suis absent jusqu'au 21 septembre et vous répondrai à mon retour.")
        .header("Auto-Submitted", "auto-replied");
    let list = World::draft("list", "Nos offres de rentrée", "Le vidéoprojecteur à -30 % ! Se désinscrire : http://x.test")
        .header("List-Unsubscribe", "<http://x.test/stop>")
        .header("Precedence", "bulk");
    let receipt = World::draft("prof.a", "Lu : Bien reçu", "Votre message a été lu le 15 septembre.")
        .header("Content-Language", "fr")
        .header("Auto-Submitted", "auto-replied");
    let other_bridge = World::draft("prof.b", "[SIG-2026-0007] À valider", "Le vidéoprojecteur de la B12 est en panne.")
        .header("X-Passerelle-Kind", "proposal")
        .header("Auto-Submitted", "auto-generated");
    for draft in [absence, list, receipt, other_bridge] {
        w.send(draft).await;
        assert_eq!(w.last_end().await.0, MessageEnd::Ignored);
        w.nothing_else().await;
    }
    w.is("2026-0001", "awaiting_confirmation").await;
    assert_eq!(w.incidents().await.len(), 1);
});

story!(our_own_mail_that_comes_back_is_answered_by_nothing, School::new(), |w| {
    w.writes("prof.a", "Panne", PROJECTOR).await;
    let ack = w.mail_to("prof.a", "acknowledgement").await;
    w.mail_to("referent", "proposal").await;
    w.arrives(MAILBOX, &ack.raw).await;
    assert_eq!(w.last_end().await.0, MessageEnd::Ignored);
    w.send(World::draft(MAILBOX, "Vidéoprojecteur", PROJECTOR)).await;
    assert_eq!(w.last_end().await.0, MessageEnd::Ignored);
    w.nothing_else().await;
});

story!(an_outsider_is_shown_let_in_by_ok_and_remembered, School::new(), real, |w| {
    w.writes("stranger", "Panne", "Bonjour, c'est Zoé (anglais) : le vidéoprojecteur de la B204 ne s'allume plus.").await;
    let shown = w.mail_to("referent", "stranger").await;
    shown.says(&["zoe.zimmer@orange.test", "B204", "OK"]);
    assert_eq!(w.last_end().await.0, MessageEnd::Quarantined);
    w.nothing_else().await;
    w.replies("referent", &shown, "OK").await;
    w.mail_to("referent", "answer").await.says(&["zoe.zimmer@orange.test"]);
    w.mail_to("stranger", "acknowledgement").await.says(&["2026-0001"]);
    w.mail_to("referent", "proposal").await;
    w.nothing_else().await;
    w.writes("stranger", "Panne", "Bonjour, l'ordinateur de la salle C12 ne démarre plus.").await;
    w.mail_to("stranger", "acknowledgement").await.says(&["2026-0002"]);
    w.mail_to("referent", "proposal").await;
    w.nothing_else().await;
});

story!(an_outsider_is_dropped_by_no, School::new(), |w| {
    w.writes("pupil", "Panne", "le vidéoprojecteur de la B204 marche pas mdr").await;
    let shown = w.mail_to("referent", "stranger").await;
    w.replies("referent", &shown, "NON").await;
    w.mail_to("referent", "answer").await.says(&["écarté"]);
    w.nothing_else().await;
    assert_eq!(w.incidents().await.len(), 0);
    w.writes("pupil", "Panne", "l'ordi de la C12 marche pas").await;
    w.mail_to("referent", "stranger").await;
    w.nothing_else().await;
});

story!(a_machine_that_reports_for_people_gets_no_mail, School::new(), |w| {
    w.writes("copier", "Notification", "Le copieur de la salle des professeurs signale un bourrage papier permanent.").await;
    let proposal = w.mail_to("referent", "proposal").await;
    w.nothing_else().await;
    w.replies("referent", &proposal, "OK").await;
    let ticket = w.mail_to("cesame", "ticket").await;
    w.mail_to("correspondent", "ticket_copy").await;
    w.mail_to("referent", "answer").await;
    w.replies("cesame", &ticket, "Demande enregistrée sous le numéro 4471932.").await;
    w.is("2026-0001", "acknowledged").await;
    w.nothing_else().await;
    assert!(w.mails_to("copier", "progress").await.is_empty());
});

story!(a_message_delivered_twice_is_handled_once, School::new(), |w| {
    let raw = World::draft("prof.a", "Panne", PROJECTOR).bytes("une-fois@poste.test", w.now(), MAILBOX);
    w.arrives(address("prof.a"), &raw).await;
    w.arrives(address("prof.a"), &raw).await;
    w.mail_to("prof.a", "acknowledgement").await;
    let proposal = w.mail_to("referent", "proposal").await;
    w.nothing_else().await;
    assert_eq!(w.incident("2026-0001").await.number("reports"), 1);
    let ok = World::reply("referent", &proposal, "OK").bytes("ok@poste.test", w.now(), MAILBOX);
    w.arrives(address("referent"), &ok).await;
    w.arrives(address("referent"), &ok).await;
    w.mail_to("cesame", "ticket").await;
    w.mail_to("correspondent", "ticket_copy").await;
    w.mail_to("referent", "answer").await;
    w.nothing_else().await;
});

story!(a_message_that_cannot_be_read_spoils_nobody_elses, School::new(), |w| {
    for raw in [
        b"\xff\xfe\x00\x00 garbage without any header \x80\x81".as_slice(),
        b"",
        b"From: \r\nSubject: =?utf-8?B?////?=\r\nContent-Type: multipart/mixed; boundary=\"\"\r\n\r\n--\r\n--\r\n",
        b"Content-Type: text/plain; charset=x-nobody-knows\r\nContent-Transfer-Encoding: base64\r\n\r\n\xff%%%%",
    ] {
        w.arrives("x@poste.test", raw).await;
    }
    w.writes("prof.a", "Panne", PROJECTOR).await;
    w.mail_to("prof.a", "acknowledgement").await;
    w.mail_to("referent", "proposal").await;
    w.mails_to("referent", "stranger").await;
    w.nothing_else().await;
    let messages = w.store.list_messages(None).await.unwrap();
    assert_eq!(messages.len(), 5);
    assert!(messages.iter().all(|m| m.ended.as_ref().is_some_and(|e| !e.reason.is_empty())));
    assert_eq!(w.json(&["messages", "--json"]).as_array().map(Vec::len), Some(5));
});

story!(a_message_too_large_is_kept_by_its_head_shown_and_let_in, School::new().policy("max_message_size = \"50KB\""), |w| {
    let noise: Vec<u8> = (0..80_000_u32).map(|n| (n.wrapping_mul(2_654_435_761) >> 13) as u8).collect();
    w.send(World::draft("prof.a", "Panne", PROJECTOR).attach("notes.bin", "application/octet-stream", &noise)).await;
    let shown = w.mail_to("referent", "stranger").await;
    shown.says(&["B204"]);
    let (end, why) = w.last_end().await;
    assert!(end == MessageEnd::Quarantined && why.contains("max_message_size"), "{why}");
    w.nothing_else().await;
    w.replies("referent", &shown, "OK").await;
    w.mail_to("referent", "answer").await;
    w.mail_to("prof.a", "acknowledgement").await;
    w.mail_to("referent", "proposal").await;
    w.nothing_else().await;
});

story!(thanks_say_nothing_about_the_fault, School::new(), |w| {
    w.writes("prof.a", "Panne", PROJECTOR).await;
    let ack = w.mail_to("prof.a", "acknowledgement").await;
    w.mail_to("referent", "proposal").await;
    for thanks in ["OK merci", "Parfait, merci beaucoup !", "Nickel merci", "ça marche, merci", "Merci\nBonne journée"] {
        w.replies("prof.a", &ack, thanks).await;
        w.is("2026-0001", "awaiting_confirmation").await;
        w.nothing_else().await;
    }
});

story!(thanks_are_no_answer_to_is_it_repaired, School::new(), |w| {
    let ticket = w.acknowledged("prof.a", PROJECTOR, "4471932").await;
    w.replies("cesame", &ticket, "Bonjour, le dossier 4471932 est résolu.").await;
    let check = w.mail_to("prof.a", "resolution_check").await;
    w.replies("prof.a", &check, "Merci").await;
    w.is("2026-0001", "resolved").await;
    w.nothing_else().await;
});
