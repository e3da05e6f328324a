//! The referent answers: what confirms, what does not.

use crate::harness::letters::Draft;
use crate::harness::school::{School, World, address};
use crate::story;

const PROJECTOR: &str = "Bonjour, le vidéoprojecteur de la salle B204 ne s'allume plus depuis ce matin. Merci";

story!(ok_twice_makes_one_ticket, School::new(), |w| {
    let proposal = w.proposal("prof.a", PROJECTOR).await;
    w.replies("referent", &proposal, "OK").await;
    w.mail_to("cesame", "ticket").await;
    w.mail_to("correspondent", "ticket_copy").await;
    w.mail_to("referent", "answer").await;
    w.replies("referent", &proposal, "Ok, envoie").await;
    w.mail_to("referent", "answer").await.says(&["déjà confirmé"]);
    w.nothing_else().await;
});

story!(no_with_a_reason_sends_nothing_and_tells_everybody_why, School::new(), |w| {
    let proposal = w.proposal("prof.a", PROJECTOR).await;
    w.replies("referent", &proposal, "NON, la lampe est commandée sur le budget du lycée").await;
    w.mail_to("prof.a", "progress").await.says(&["lampe est commandée"]);
    w.mail_to("correspondent", "outcome_copy").await.says(&["lampe est commandée"]);
    w.mail_to("referent", "answer").await.says(&["aucun ticket"]);
    w.is("2026-0001", "refused").await;
    w.nothing_else().await;
});

story!(a_correction_with_ok_sends_the_corrected_ticket, School::new(), real, |w| {
    let proposal = w.proposal("prof.a", PROJECTOR).await;
    w.replies("referent", &proposal, "ok mais c'est la B205").await;
    w.mail_to("cesame", "ticket").await.says(&["B205"]);
    w.mail_to("correspondent", "ticket_copy").await.says(&["B205"]);
    w.mail_to("referent", "answer").await.says(&["B205"]);
    assert_eq!(w.incident("2026-0001").await.text("place"), "B205");
    w.nothing_else().await;
});

story!(a_correction_without_ok_is_proposed_again_and_the_old_proposal_no_longer_confirms, School::new(), |w| {
    let old = w.proposal("prof.a", PROJECTOR).await;
    w.replies("referent", &old, "c'est la B205").await;
    let new = w.mail_to("referent", "proposal").await;
    new.says(&["B205", "a changé"]);
    w.is("2026-0001", "awaiting_confirmation").await;
    w.nothing_else().await;
    w.replies("referent", &old, "OK").await;
    let again = w.mail_to("referent", "proposal").await;
    again.says(&["B205"]);
    w.is("2026-0001", "awaiting_confirmation").await;
    w.nothing_else().await;
    w.replies("referent", &again, "OK").await;
    w.mail_to("cesame", "ticket").await.says(&["B205"]);
    w.mail_to("correspondent", "ticket_copy").await;
    w.mail_to("referent", "answer").await;
    w.nothing_else().await;
});

story!(a_redirection_by_one_word_sends_no_ticket, School::new(), |w| {
    for (n, word) in ["ATTE", "c'est pour le rectorat", "ENT", "ETABLISSEMENT"].iter().enumerate() {
        let reference = format!("2026-{:04}", n + 1);
        let text = format!("Bonjour, le vidéoprojecteur de la salle B20{} ne s'allume plus.", n + 1);
        let proposal = w.proposal("prof.a", &text).await;
        w.replies("referent", &proposal, word).await;
        w.mail_to("prof.a", "progress").await;
        w.mail_to("correspondent", "outcome_copy").await;
        w.mail_to("referent", "answer").await;
        w.is(&reference, "redirected").await;
        w.nothing_else().await;
    }
});

story!(a_duplicate_joins_the_incident_that_is_named, School::new(), |w| {
    let ticket = w.ticket("prof.a", PROJECTOR).await;
    let other = w.proposal("prof.b", "Bonjour, l'ordinateur de la salle C12 ne démarre plus.").await;
    w.replies("referent", &other, &format!("DOUBLON {}", ticket.reference())).await;
    w.mail_to("referent", "answer").await.says(&[ticket.reference()]);
    // Its reporter learns under which reference it goes on, and where that stands.
    let told = w.mail_to("prof.b", "progress").await;
    told.says(&[ticket.reference(), other.reference(), "chez CESAME depuis le mardi 15 septembre"]);
    assert_eq!(told.reference(), ticket.reference());
    w.is(other.reference(), "merged").await;
    assert_eq!(w.incident(ticket.reference()).await.number("reports"), 2);
    w.nothing_else().await;
    w.replies("cesame", &ticket, "Demande enregistrée sous le numéro 4471932.").await;
    w.mail_to("prof.a", "progress").await;
    w.mail_to("prof.b", "progress").await;
    w.nothing_else().await;
});

story!(a_doubtful_answer_confirms_nothing_and_asks_again, School::new(), |w| {
    let proposal = w.proposal("prof.a", PROJECTOR).await;
    for words in ["je vois ça demain", "oui j'ai vu", "Merci"] {
        w.replies("referent", &proposal, words).await;
        let answer = w.mail_to("referent", "answer").await;
        answer.says(&["2026-0001", "OK"]);
        w.is("2026-0001", "awaiting_confirmation").await;
        w.nothing_else().await;
    }
    w.replies("referent", &proposal, "c'est bon, envoie").await;
    w.mail_to("cesame", "ticket").await;
    w.mail_to("correspondent", "ticket_copy").await;
    w.mail_to("referent", "answer").await;
    w.nothing_else().await;
});

story!(the_answer_that_asks_again_can_itself_be_confirmed, School::new(), |w| {
    let proposal = w.proposal("prof.a", PROJECTOR).await;
    w.replies("referent", &proposal, "hum, je regarde ça").await;
    let answer = w.mail_to("referent", "answer").await;
    w.replies("referent", &answer, "OK").await;
    w.mail_to("cesame", "ticket").await;
    w.mail_to("correspondent", "ticket_copy").await;
    w.mail_to("referent", "answer").await;
    w.nothing_else().await;
});

story!(an_ok_that_is_only_quoted_confirms_nothing, School::new(), |w| {
    let proposal = w.proposal("prof.a", PROJECTOR).await;
    w.replies("referent", &proposal, "").await;
    w.mails_to("referent", "answer").await;
    w.is("2026-0001", "awaiting_confirmation").await;
    let text = "J'attends l'avis du proviseur.\n\nLe 15 sept. 2026 à 10:12, Paul Petit a écrit :\n> OK\n> OK\n";
    let draft = World::draft("referent", &format!("Re: {}", proposal.subject), text).answering(&proposal);
    w.send(draft).await;
    w.mail_to("referent", "answer").await;
    w.is("2026-0001", "awaiting_confirmation").await;
    assert!(w.mails_to("cesame", "ticket").await.is_empty());
    w.nothing_else().await;
});

story!(an_ok_that_is_only_forwarded_confirms_nothing, School::new(), |w| {
    let proposal = w.proposal("prof.a", PROJECTOR).await;
    let text = "Pour info\n\n-------- Message transféré --------\nSujet : Re: validation\nDate : Tue, 15 Sep 2026 \
                09:40:00 +0200\nDe : Paul Petit <referent@lycee.test>\nPour : panne-info@lycee.test\n\nOK\n";
    w.send(World::draft("referent", &format!("Fwd: {}", proposal.subject), text).answering(&proposal)).await;
    w.is("2026-0001", "awaiting_confirmation").await;
    assert!(w.mails_to("cesame", "ticket").await.is_empty());
});

story!(an_ok_from_a_colleague_confirms_nothing, School::new(), |w| {
    let proposal = w.proposal("prof.a", PROJECTOR).await;
    // The referent has shown the proposal to a colleague, who answers it.
    w.replies("prof.b", &proposal, "OK").await;
    w.settle().await;
    w.is("2026-0001", "awaiting_confirmation").await;
    assert!(w.mails_to("cesame", "ticket").await.is_empty());
});

story!(an_ok_with_only_the_right_subject_confirms_nothing_and_says_how, School::new(), |w| {
    let proposal = w.proposal("prof.a", PROJECTOR).await;
    w.writes("referent", &format!("Re: {}", proposal.subject), "OK").await;
    w.mail_to("referent", "answer").await.says(&["répondez directement"]);
    w.is("2026-0001", "awaiting_confirmation").await;
    w.nothing_else().await;
});

story!(an_ok_in_another_threads_mail_confirms_nothing, School::new(), |w| {
    w.proposal("prof.a", PROJECTOR).await;
    let other = w.proposal("prof.b", "Bonjour, l'ordinateur de la salle C12 ne démarre plus.").await;
    // In the thread of the second, with the first one's tag in the subject: it is the second that he read.
    let draft = World::reply("referent", &other, "OK pour 2026-0001");
    w.send(draft.subject("Re: [SIG-2026-0001] À valider")).await;
    w.mail_to("referent", "answer").await;
    w.is("2026-0001", "awaiting_confirmation").await;
    w.is("2026-0002", "awaiting_confirmation").await;
    w.nothing_else().await;
});

story!(an_ok_to_somebody_elses_copy_confirms_nothing, School::new().two_referents(), |w| {
    let first = w.proposal("prof.a", PROJECTOR).await;
    w.mail_to("second", "proposal").await;
    // The second answers the mail that the first had received.
    w.replies("second", &first, "OK").await;
    w.mail_to("second", "answer").await;
    w.is("2026-0001", "awaiting_confirmation").await;
    w.nothing_else().await;
});

story!(
    with_two_referents_the_first_decisive_answer_counts_and_the_other_is_told,
    School::new().two_referents(),
    real,
    |w| {
        let first = w.proposal("prof.a", PROJECTOR).await;
        let second = w.mail_to("second", "proposal").await;
        assert_ne!(first.message_id, second.message_id);
        w.replies("second", &second, "OK").await;
        w.mail_to("cesame", "ticket").await;
        w.mail_to("correspondent", "ticket_copy").await;
        w.mail_to("second", "answer").await.says(&["le ticket est envoyé"]);
        w.mail_to("referent", "answer").await.says(&["confirmé", address("second")]);
        w.nothing_else().await;
        w.replies("referent", &first, "NON, pas la peine").await;
        w.mail_to("referent", "answer").await.says(&["déjà parti"]);
        w.is("2026-0001", "ticketed").await;
        w.nothing_else().await;
    }
);

story!(a_token_in_the_address_ties_an_answer_whose_thread_was_cut, School::new().policy("subaddressing = true"), |w| {
    let proposal = w.proposal("prof.a", PROJECTOR).await;
    assert!(proposal.reply_to.starts_with("panne-info+"), "{}", proposal.reply_to);
    // A mail server that puts its own Message-ID in In-Reply-To.
    let draft = Draft::new(address("referent"), "Paul Petit", "RE: À valider", "OK")
        .header("In-Reply-To", "<AM0PR0.1234@exchange.test>")
        .to(&proposal.reply_to);
    w.send(draft).await;
    w.mail_to("cesame", "ticket").await;
    w.mail_to("correspondent", "ticket_copy").await;
    w.mail_to("referent", "answer").await;
    w.nothing_else().await;
});

story!(an_unauthenticated_ok_confirms_nothing, School::new().policy("trusted_authserv = \"mx.lycee.test\""), |w| {
    let pass = "mx.lycee.test; dmarc=pass header.from=lycee.test";
    let proposal = w.proposal("prof.a", PROJECTOR).await;
    for result in [None, Some("mx.lycee.test; dmarc=fail header.from=lycee.test"), Some("mx.evil.test; dmarc=pass")] {
        let mut draft = World::reply("referent", &proposal, "OK");
        if let Some(result) = result {
            draft = draft.header("Authentication-Results", result);
        }
        w.send(draft).await;
        w.is("2026-0001", "awaiting_confirmation").await;
        assert!(w.mails_to("cesame", "ticket").await.is_empty());
        w.mail_to("referent", "stranger").await;
        w.nothing_else().await;
    }
    w.send(World::reply("referent", &proposal, "OK").header("Authentication-Results", pass)).await;
    w.mail_to("cesame", "ticket").await;
    w.mail_to("correspondent", "ticket_copy").await;
    w.mail_to("referent", "answer").await;
    w.nothing_else().await;
});
