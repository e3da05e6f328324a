//! Malice and machines: floods, loops, replays, forgeries, and the last door.

use passerelle::store::MessageEnd;

use crate::harness::letters::Mail;
use crate::harness::school::{MAILBOX, School, World, address};
use crate::story;

const PROJECTOR: &str = "Bonjour, le vidéoprojecteur de la salle B204 ne s'allume plus depuis ce matin. Merci";

/// A fault of its own for each number.
fn fault(n: u32) -> String {
    format!("Bonjour, l'ordinateur de la salle C{} ne démarre plus.", 100 + n)
}

fn to_whom(all: &[Mail], who: &str) -> usize {
    all.iter().filter(|m| m.to == address(who)).count()
}

story!(
    a_flood_from_one_address_is_all_read_answered_within_the_limit_and_told,
    School::new().policy("max_mails_per_day = 8").policy("digest = \"weekdays 07:30\""),
    |w| {
        const FLOOD: u32 = 60;
        for n in 0..FLOOD {
            w.writes("prof.a", &format!("Panne {n}"), &fault(n)).await;
        }
        w.settle().await;
        assert_eq!(w.ends_of("prof.a").await.iter().filter(|(end, _)| *end == MessageEnd::Handled).count(), 60);
        assert_eq!(w.incidents().await.len(), FLOOD as usize, "limits never stop intake");
        assert_eq!(w.mails_to("prof.a", "acknowledgement").await.len(), 8);
        assert_eq!(w.mails_to("referent", "proposal").await.len(), 8);
        // Somebody else is not made to pay for it.
        w.writes("prof.b", "Panne", PROJECTOR).await;
        w.mail_to("prof.b", "acknowledgement").await;
        w.nothing_else().await;
        w.later("1d").await;
        let digest = w.mail_to("referent", "digest").await;
        digest.says(&["À SAVOIR", "alice.aubert@ac-creteil.test", "limite de 8 mails", "61 à valider"]);
        w.nothing_else().await;
    }
);

story!(
    a_flood_from_many_addresses_is_all_read_answered_within_the_overall_limit_and_told,
    School::new().policy("max_mails_per_day_overall = 12").policy("digest = \"weekdays 07:30\""),
    |w| {
        for n in 0..20 {
            w.writes(&format!("collegue{n}@ac-creteil.test"), "Panne", &fault(n)).await;
        }
        w.settle().await;
        assert_eq!(w.incidents().await.len(), 20, "limits never stop intake");
        let mut answered = 0;
        for n in 0..20 {
            answered += w.mails_to(&format!("collegue{n}@ac-creteil.test"), "acknowledgement").await.len();
        }
        assert_eq!(answered, 12);
        assert_eq!(w.mails_to("referent", "proposal").await.len(), 20, "proposals have their own limit");
        w.nothing_else().await;
        w.later("1d").await;
        let digest = w.mail_to("referent", "digest").await;
        digest.says(&["À SAVOIR", "la limite de 12 mails par jour, tous destinataires ensemble", "20 à valider"]);
        // Another day, another dozen.
        w.writes("prof.b", "Panne", PROJECTOR).await;
        w.mail_to("prof.b", "acknowledgement").await;
    }
);

story!(
    a_flood_from_outside_costs_the_referent_no_more_than_the_limit,
    School::new().policy("max_mails_per_day = 8").policy("digest = \"weekdays 07:30\""),
    |w| {
        for n in 0..40 {
            let from = format!("inconnu{n}@ailleurs.test");
            let raw = World::draft(&from, "Panne", &fault(n)).bytes(&format!("x{n}@ailleurs.test"), w.now(), MAILBOX);
            w.arrives(&from, &raw).await;
        }
        assert_eq!(w.mails_to("referent", "stranger").await.len(), 8);
        w.nothing_else().await;
        assert_eq!(w.incidents().await.len(), 0);
        let all = w.store.list_messages(None).await.unwrap();
        assert!(all.iter().all(|m| m.ended.as_ref().is_some_and(|e| e.end == MessageEnd::Quarantined)));
        w.later("1d").await;
        w.mail_to("referent", "digest").await.says(&["40 expéditeurs inconnus"]);
        w.nothing_else().await;
    }
);

/// A machine at `who` answers every mail of ours with `words`, without a mark that it is one; how many
/// mails it has received when nothing moves any more, or when it has answered a hundred.
async fn loop_with(w: &mut World, who: &str, words: impl Fn(u32) -> String) -> usize {
    let mut answered = 0;
    for _ in 0..100 {
        w.settle().await;
        let mails: Vec<Mail> = w.all_mail().into_iter().filter(|m| m.to == address(who)).collect();
        let Some(mail) = mails.get(answered as usize).cloned() else { break };
        answered += 1;
        let mut reply = World::draft(who, &format!("Re: {}", mail.subject), &words(answered)).answering(&mail);
        reply = reply.to(&mail.reply_to);
        w.send(reply).await;
    }
    to_whom(&w.all_mail(), who)
}

story!(a_colleagues_machine_that_answers_everything_soon_gets_no_more, School::new(), |w| {
    w.writes("prof.a", "Panne", PROJECTOR).await;
    let same = |_| "Bonjour, merci de votre message, je vous réponds dès que possible.".to_owned();
    let got = loop_with(w, "prof.a", same).await;
    assert!(got <= 5, "{got} mails");
    assert!(w.incidents().await.len() <= 2, "{:?}", w.incidents().await);
});

story!(a_ticketing_system_among_the_staff_that_answers_everything_is_stopped_by_the_limit, School::new(), |w| {
    w.writes("prof.a", "Panne", PROJECTOR).await;
    let numbered = |n| {
        format!(
            "Bonjour,\nVotre demande « ordinateur en panne salle A{n} » a été enregistrée sous le numéro {}.",
            5_000 + n
        )
    };
    let got = loop_with(w, "prof.a", numbered).await;
    assert!(got <= 30, "{got} mails");
    let referent = to_whom(&w.all_mail(), "referent");
    assert!(referent <= 31, "{referent} mails to the referent");
});

story!(supports_machine_that_answers_everything_gets_one_ticket, School::new(), |w| {
    w.ticket("prof.a", PROJECTOR).await;
    let numbered =
        |n| format!("Bonjour,\nVotre demande a bien été enregistrée sous le numéro {}.\nCESAME", 4_471_932 + n);
    let got = loop_with(w, "cesame", numbered).await;
    assert_eq!(got, 1, "nothing that support's machine writes makes a mail to it");
});

story!(a_referents_machine_that_answers_everything_confirms_nothing_and_is_stopped, School::new(), |w| {
    w.writes("prof.a", "Panne", PROJECTOR).await;
    let got = loop_with(w, "referent", |_| "Bonjour, j'ai bien reçu votre message.".to_owned()).await;
    assert!(got <= 31, "{got} mails");
    assert_eq!(to_whom(&w.all_mail(), "cesame"), 0);
    w.is("2026-0001", "awaiting_confirmation").await;
});

story!(
    two_schools_programs_that_write_to_each_other_stop_at_once,
    School::new().key("known_senders = [\"pannes@autre.test\"]"),
    |w| {
        let other = World::draft(
            "pannes@autre.test",
            "[SIG-2026-0007] Accusé",
            "Bonjour, nous avons bien reçu : écran en panne.",
        )
        .header("X-Passerelle-Kind", "acknowledgement")
        .header("Auto-Submitted", "auto-replied");
        w.send(other).await;
        assert_eq!(w.last_end().await.0, MessageEnd::Ignored);
        w.nothing_else().await;
    }
);

story!(a_replayed_ok_does_nothing_whatever_its_message_id, School::new(), |w| {
    let first = w.proposal("prof.a", PROJECTOR).await;
    let ok = World::reply("referent", &first, "OK");
    let at = w.now();
    w.arrives(address("referent"), &ok.bytes("ok-1@poste.test", at, MAILBOX)).await;
    w.mail_to("cesame", "ticket").await;
    w.mail_to("correspondent", "ticket_copy").await;
    w.mail_to("referent", "answer").await;
    w.later("2d").await;
    w.mails_to("referent", "reminder").await;
    for id in ["ok-1@poste.test", "ok-2@poste.test"] {
        w.arrives(address("referent"), &ok.bytes(id, at, MAILBOX)).await;
        assert_eq!(w.last_end().await.0, MessageEnd::Ignored);
        w.nothing_else().await;
    }
    // Written again by hand: nothing but the word that it is done already.
    w.replies("referent", &first, "OK").await;
    w.mail_to("referent", "answer").await;
    w.nothing_else().await;
    w.is("2026-0001", "ticketed").await;
});

story!(a_replayed_refusal_or_report_does_nothing_either, School::new(), |w| {
    let report = World::draft("prof.a", "Panne", PROJECTOR);
    let at = w.now();
    w.arrives(address("prof.a"), &report.bytes("r-1@poste.test", at, MAILBOX)).await;
    w.mail_to("prof.a", "acknowledgement").await;
    let proposal = w.mail_to("referent", "proposal").await;
    let no = World::reply("referent", &proposal, "NON c'est débranché");
    let answered_at = w.now();
    w.arrives(address("referent"), &no.bytes("n-1@poste.test", answered_at, MAILBOX)).await;
    w.mail_to("prof.a", "progress").await;
    w.mail_to("correspondent", "outcome_copy").await;
    w.mail_to("referent", "answer").await;
    for (from, raw) in [
        ("prof.a", report.bytes("r-2@poste.test", at, MAILBOX)),
        ("referent", no.bytes("n-2@poste.test", answered_at, MAILBOX)),
    ] {
        w.arrives(address(from), &raw).await;
        assert_eq!(w.last_end().await.0, MessageEnd::Ignored);
    }
    w.nothing_else().await;
    assert_eq!(w.incidents().await.len(), 1);
    w.is("2026-0001", "refused").await;
});

const TRUSTED: &str = "trusted_authserv = \"mx.lycee.test\"";

story!(forged_authentication_results_confirm_nothing, School::new().policy(TRUSTED), |w| {
    let host = |draft: crate::harness::letters::Draft, results: &[&str]| {
        results.iter().fold(draft, |d, r| d.header("Authentication-Results", r))
    };
    let pass = "mx.lycee.test; dmarc=pass header.from=ac-creteil.test";
    w.send(host(World::draft("prof.a", "Panne", PROJECTOR), &[pass])).await;
    w.mail_to("prof.a", "acknowledgement").await;
    let proposal = w.mail_to("referent", "proposal").await;
    for forged in [
        &["mx.ailleurs.test; dmarc=pass"][..],
        &["mx.lycee.test.ailleurs.test; dmarc=pass"],
        &["mx.lycee.test; dmarc=fail", "mx.lycee.test; dmarc=pass"],
        &["mx.lycee.test; dmarc=none", "mx.lycee.test; dmarc=pass"],
        &["mx.lycee.test; spf=pass; dkim=pass"],
        &["mx.lycee.test; dmarc=fail (dmarc=pass)"],
        &["mx.lycee.test; x=\"; dmarc=pass\""],
        &["(mx.lycee.test;) mx.ailleurs.test; dmarc=pass"],
        &["mx.lycee.test; dmarc=pass; dmarc=fail"],
    ] {
        let text = format!("OK\n\n{}", forged.len());
        w.send(host(World::reply("referent", &proposal, &text).dated(w.now()), forged)).await;
        let (end, why) = w.last_end().await;
        assert!(end != MessageEnd::Handled, "{forged:?}: {why}");
        w.is("2026-0001", "awaiting_confirmation").await;
    }
    w.mails_to("referent", "stranger").await;
    w.nothing_else().await;
    w.send(host(World::reply("referent", &proposal, "OK"), &[pass])).await;
    w.mail_to("cesame", "ticket").await;
});

story!(a_token_of_another_role_or_incident_confirms_nothing, School::new().policy("subaddressing = true"), |w| {
    w.writes("prof.a", "Panne", PROJECTOR).await;
    let ack = w.mail_to("prof.a", "acknowledgement").await;
    let proposal = w.mail_to("referent", "proposal").await;
    // The reporter's own token, in the referent's hands and in the reporter's.
    for who in ["referent", "prof.a"] {
        w.send(World::draft(who, "OK", "OK").to(&ack.reply_to)).await;
        w.is("2026-0001", "awaiting_confirmation").await;
    }
    // The referent's token in a colleague's hands, and one that is nearly right.
    w.send(World::draft("prof.a", "OK", "OK").to(&proposal.reply_to)).await;
    w.is("2026-0001", "awaiting_confirmation").await;
    let nearly = proposal.reply_to.replacen(|c: char| c.is_ascii_digit(), "x", 1);
    w.send(World::draft("referent", "OK", "OK").to(&nearly)).await;
    w.is("2026-0001", "awaiting_confirmation").await;
    assert_eq!(to_whom(&w.all_mail(), "cesame"), 0);
    w.send(World::draft("referent", "Re:", "OK").to(&proposal.reply_to)).await;
    w.mail_to("cesame", "ticket").await;
});

story!(
    a_token_ties_an_answer_for_a_year_and_a_month,
    School::new().policy("subaddressing = true\ndigest = \"never\""),
    |w| {
        w.writes("prof.a", "Panne", PROJECTOR).await;
        let proposal = w.mail_to("referent", "proposal").await;
        w.later("401d").await;
        w.send(World::draft("referent", "Re:", "OK").to(&proposal.reply_to)).await;
        w.is("2026-0001", "awaiting_confirmation").await;
        // The thread still ties it: that mail was in the referent's hands.
        w.replies("referent", &proposal, "OK").await;
        w.mail_to("cesame", "ticket").await;
    }
);

// Whatever happens, nobody is written to but the school's people, support and the correspondents.
story!(nobody_outside_is_ever_written_to, School::new(), |w| {
    let asks = |who: &str| World::draft(who, "AIDE", "AIDE").header("Reply-To", "<victime@ailleurs.test>");
    for who in ["stranger", "pupil", "prof.a", "list"] {
        w.send(asks(who)).await;
        w.send(World::draft(who, "Panne", PROJECTOR).header("Reply-To", "<victime@ailleurs.test>")).await;
        w.send(World::draft(who, "Panne", &fault(3)).header("Cc", "<victime@ailleurs.test>")).await;
        w.send(World::draft(who, "Panne", &fault(4)).header("Disposition-Notification-To", "<victime@ailleurs.test>"))
            .await;
    }
    let forged = World::draft("prof.a", "Panne", &fault(5)).header("Sender", "<victime@ailleurs.test>");
    w.send(forged).await;
    w.settle().await;
    for mail in w.all_mail() {
        let inside = ["@lycee.test", "@ac-creteil.test", "@region.test"].iter().any(|d| mail.to.ends_with(d));
        assert!(inside || mail.to == address("correspondent"), "{mail}");
    }
});

// The outbox has a last door: what was queued for somebody who is nobody of the school's any more.
story!(a_mail_queued_for_somebody_who_no_longer_belongs_does_not_leave, School::new(), |w| {
    use passerelle::compose::MailKind;
    use passerelle::store::NewOutbox;
    w.settle().await;
    let address = |a: &str| passerelle::address::Address::parse(a).unwrap();
    let mut tx = w.store.begin().await.unwrap();
    for (n, to) in ["victime@ailleurs.test", "eleve@etu.lycee.test", MAILBOX, "copieur@lycee.test"].iter().enumerate() {
        let row = NewOutbox {
            school: "0941234F".to_owned(),
            kind: MailKind::Help,
            recipient: address(to),
            envelope_from: address(MAILBOX),
            own_copy: false,
            own_token: None,
            reply_token: None,
            message_id: format!("m{n}@lycee.test"),
            subject: "x".to_owned(),
            bytes: format!("From: {MAILBOX}\r\nX-Passerelle-Kind: help\r\n\r\nx\r\n").into_bytes(),
            created_at: w.now(),
            next_at: w.now(),
            cause: None,
            incident: None,
            shows: Vec::new(),
        };
        tx.queue(&row).await.unwrap();
    }
    tx.commit().await.unwrap();
    w.later("1m").await;
    assert!(w.all_mail().is_empty(), "{:?}", w.all_mail());
    let mails = w.store.all_mails(None).await.unwrap();
    assert!(mails.iter().all(|m| m.state == passerelle::outbox::Delivery::Failed), "{mails:?}");
});
