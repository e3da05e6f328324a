//! The network campaign: the program itself between Dovecot and Postfix, behind connections that are
//! cut at a given word, servers that refuse for a while, and people at work in the same mailbox. What
//! a single step makes of each fault is told in `mailboxes` and `transports`; here the whole loop must
//! end as if nothing had happened. `tests/CAMPAIGNS.md` lists the faults.

use std::time::Duration;

use passerelle::store::MessageEnd;

use crate::harness::inside::Wire;
use crate::harness::lab::{Action, FIXED, Fault};
use crate::harness::letters::Mail;
use crate::harness::school::{School, Setting, World, address};
use crate::story;

const PROJECTOR: &str = "Bonjour, le vidéoprojecteur de la salle B204 ne s'allume plus depuis ce matin. Merci";
const COMPUTER: &str = "Bonjour, l'ordinateur de la salle C12 ne démarre plus. Merci";
const QUICK: &str = "own_copy_wait = \"4s\"";

fn count(all: &[Mail], who: &str, kind: &str) -> usize {
    all.iter().filter(|m| m.to == address(who) && m.kind == kind).count()
}

/// Until somebody has received such a mail, however often the program must try.
async fn arrives(w: &mut World, who: &str, kind: &str) -> Mail {
    let begun = std::time::Instant::now();
    loop {
        if let Some(mail) = w.all_mail().into_iter().find(|m| m.to == address(who) && m.kind == kind) {
            return mail;
        }
        assert!(begun.elapsed() < Duration::from_secs(90), "no {kind} for {who}\n{}", w.service().logs());
        tokio::time::sleep(Duration::from_millis(25)).await;
    }
}

/// One fault's way to support and back, each step with `smtp` and `imap` armed. Returns what everybody
/// received.
async fn through(w: &mut World, smtp: Option<Fault>, imap: Option<Fault>) -> Vec<Mail> {
    let arm = |w: &World| {
        let (before_imap, before_smtp) = w.proxies.as_ref().unwrap();
        smtp.into_iter().for_each(|f| before_smtp.arm(f));
        imap.into_iter().for_each(|f| before_imap.arm(f));
    };
    arm(w);
    w.writes("prof.a", "Panne", PROJECTOR).await;
    let proposal = arrives(w, "referent", "proposal").await;
    arrives(w, "prof.a", "acknowledgement").await;
    arm(w);
    w.replies("referent", &proposal, "OK").await;
    let ticket = arrives(w, "cesame", "ticket").await;
    arrives(w, "correspondent", "ticket_copy").await;
    arm(w);
    w.replies("cesame", &ticket, "Votre demande a bien été enregistrée sous le numéro 4471932.").await;
    arrives(w, "prof.a", "progress").await;
    w.is("2026-0001", "acknowledged").await;
    assert_eq!(w.incident("2026-0001").await.number("reports"), 1);
    assert_eq!(w.incidents().await.len(), 1);
    w.all_mail()
}

/// No two different mails of one kind to one person; the same mail twice only where nothing can prove
/// that it arrived, or where it is marked.
fn nothing_is_twice(all: &[Mail], marked: bool) {
    for who in ["prof.a", "referent", "cesame", "correspondent"] {
        for kind in ["acknowledgement", "proposal", "ticket", "ticket_copy", "answer", "progress"] {
            let mut ids: Vec<&str> =
                all.iter().filter(|m| m.to == address(who) && m.kind == kind).map(|m| m.message_id.as_str()).collect();
            let arrived = ids.len();
            ids.dedup();
            assert!(ids.len() <= 1, "{who} received {} different mails of kind {kind}", ids.len());
            let proven = kind.starts_with("ticket") && !marked;
            assert!(arrived <= 1 || !proven, "{who} received {kind} {arrived} times, unmarked");
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn smtp_that_is_cut_at_any_word_loses_nothing() {
    let faults = [
        Fault::at_greeting(Action::Cut),
        Fault::at_rcpt(Action::Cut),
        Fault::before_dot(Action::Cut),
        Fault::after_dot(Action::Cut),
    ];
    let mut tasks = tokio::task::JoinSet::new();
    for fault in faults {
        tasks.spawn(async move {
            let mut w = World::open(Setting::Real, School::new().policy(QUICK).through_proxies()).await;
            let all = through(&mut w, Some(fault), None).await;
            let marked = w.history("2026-0001").await.contains(&"sent_again".to_owned());
            nothing_is_twice(&all, marked);
            assert_eq!(count(&all, "cesame", "ticket"), 1, "{fault:?}");
        });
    }
    while let Some(done) = tasks.join_next().await {
        done.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn imap_that_is_cut_at_any_word_loses_nothing_and_repeats_nothing() {
    let faults = [
        Fault::at_greeting(Action::Cut),
        Fault::in_idle(Action::Cut),
        Fault::in_fetch(Action::Cut),
        Fault::before_move(Action::Cut),
        Fault::after_move(Action::Cut),
    ];
    let mut tasks = tokio::task::JoinSet::new();
    for fault in faults {
        tasks.spawn(async move {
            let mut w = World::open(Setting::Real, School::new().policy(QUICK).through_proxies()).await;
            through(&mut w, None, Some(fault)).await;
            for (who, kind) in [
                ("prof.a", "acknowledgement"),
                ("referent", "proposal"),
                ("cesame", "ticket"),
                ("correspondent", "ticket_copy"),
                ("referent", "answer"),
                ("prof.a", "progress"),
            ] {
                w.mail_to(who, kind).await;
            }
            w.nothing_else().await;
        });
    }
    while let Some(done) = tasks.join_next().await {
        done.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_that_refuses_for_the_moment_gets_the_ticket_later_and_once() {
    let mut tasks = tokio::task::JoinSet::new();
    for refusal in [
        "421 4.7.0 too many connections",
        "450 4.7.1 greylisted, come back in five minutes",
        "451 4.3.0 local error",
        "452 4.2.2 over quota",
    ] {
        tasks.spawn(async move {
            let mut w = World::open(Setting::Real, School::new()).await;
            w.wire("cesame", Some(Wire::Busy(refusal.to_owned())));
            let proposal = w.proposal("prof.a", PROJECTOR).await;
            w.replies("referent", &proposal, "OK").await;
            w.mail_to("referent", "answer").await;
            assert_eq!(count(&w.all_mail(), "cesame", "ticket"), 0, "{refusal}");
            assert_eq!(count(&w.all_mail(), "correspondent", "ticket_copy"), 0, "{refusal}: no copy before the ticket");
            w.is("2026-0001", "confirmed").await;
            w.wire("cesame", None);
            arrives(&mut w, "cesame", "ticket").await;
            arrives(&mut w, "correspondent", "ticket_copy").await;
            w.mail_to("cesame", "ticket").await;
            w.mail_to("correspondent", "ticket_copy").await;
            w.is("2026-0001", "ticketed").await;
            w.nothing_else().await;
        });
    }
    while let Some(done) = tasks.join_next().await {
        done.unwrap();
    }
}

#[tokio::test]
async fn an_expired_certificate_holds_everything_up_and_loses_nothing() {
    let mut w = World::open(Setting::Real, School::new().with_an_expired_certificate()).await;
    w.writes("prof.a", "Panne", PROJECTOR).await;
    let begun = std::time::Instant::now();
    while !w.service().logs().contains("expired") {
        assert!(begun.elapsed() < Duration::from_secs(60), "{}", w.service().logs());
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    assert!(w.all_mail().is_empty());
    let (code, said) = w.cli(&["check"]);
    assert_eq!(code, Some(1), "{said}");
    assert!(said.contains("expired"), "{said}");
    w.service().lab.renew_certificate();
    w.mail_to("prof.a", "acknowledgement").await;
    w.mail_to("referent", "proposal").await;
    w.nothing_else().await;
}

#[tokio::test]
async fn another_uidvalidity_while_it_runs_repeats_nothing() {
    let mut w = World::open(Setting::Real, School::new()).await;
    let ticket = w.ticket("prof.a", PROJECTOR).await;
    w.writes("stranger", "Panne", "Bonjour, le vidéoprojecteur de la A101 est tombé.").await;
    w.mail_to("referent", "stranger").await;
    w.service().lab.change_uidvalidity(FIXED);
    w.service().kill();
    w.service().run();
    w.replies("cesame", &ticket, "Votre demande a bien été enregistrée sous le numéro 4471932.").await;
    w.mail_to("prof.a", "progress").await;
    w.is("2026-0001", "acknowledged").await;
    w.nothing_else().await;
    assert_eq!(w.incidents().await.len(), 1);
}

#[tokio::test]
async fn people_at_work_in_the_same_mailbox_disturb_nothing() {
    let mut w = World::open(Setting::Real, School::new()).await;
    let lab = |w: &mut World, words: &[&str]| w.service().lab.doveadm(words);
    w.writes("prof.a", "Panne", PROJECTOR).await;
    // Read, flagged, moved elsewhere, while the program reads, answers and files them.
    lab(&mut w, &["flags", "add", "-u", FIXED, "\\Seen \\Flagged", "mailbox", "INBOX", "all"]);
    let proposal = arrives(&mut w, "referent", "proposal").await;
    lab(&mut w, &["flags", "add", "-u", FIXED, "\\Seen", "mailbox", "*", "all"]);
    w.mail_to("prof.a", "acknowledgement").await;
    w.mail_to("referent", "proposal").await;
    w.replies("referent", &proposal, "OK").await;
    // Deleted for good, whatever lies there, our own copies among it.
    for _ in 0..40 {
        lab(&mut w, &["expunge", "-u", FIXED, "mailbox", "*", "SEEN"]);
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    w.mail_to("cesame", "ticket").await;
    w.mail_to("correspondent", "ticket_copy").await;
    w.mail_to("referent", "answer").await;
    w.writes("prof.b", "Panne", COMPUTER).await;
    w.mail_to("prof.b", "acknowledgement").await;
    w.mail_to("referent", "proposal").await;
    lab(&mut w, &["expunge", "-u", FIXED, "mailbox", "*", "all"]);
    w.nothing_else().await;
    w.is("2026-0001", "ticketed").await;
    w.is("2026-0002", "awaiting_confirmation").await;
}

story!(a_server_that_replaces_our_message_ids_breaks_no_thread, School::new().policy("subaddressing = true"), |w| {
    w.inside().wires.replace_ids();
    let proposal = w.proposal("prof.a", PROJECTOR).await;
    assert!(proposal.message_id.ends_with("@outlook.test"));
    w.replies("referent", &proposal, "OK").await;
    let ticket = w.mail_to("cesame", "ticket").await;
    w.mail_to("correspondent", "ticket_copy").await;
    w.mail_to("referent", "answer").await;
    w.replies("cesame", &ticket, "Votre demande a bien été enregistrée sous le numéro 4471932.").await;
    w.mail_to("prof.a", "progress").await;
    w.is("2026-0001", "acknowledged").await;
    w.writes("cesame", "Dossier 4471932", "Bonjour, le dossier 4471932 est résolu.").await;
    let check = w.mail_to("prof.a", "resolution_check").await;
    w.replies("prof.a", &check, "OUI").await;
    w.mail_to("correspondent", "outcome_copy").await;
    w.is("2026-0001", "closed").await;
    w.nothing_else().await;
});

story!(is_it_repaired_is_answered_though_the_message_id_was_replaced, School::new(), |w| {
    let ticket = w.acknowledged("prof.a", PROJECTOR, "4471932").await;
    w.inside().wires.replace_ids();
    w.replies("cesame", &ticket, "Bonjour, le dossier 4471932 est résolu.").await;
    let check = w.mail_to("prof.a", "resolution_check").await;
    w.replies("prof.a", &check, "OUI").await;
    w.mail_to("correspondent", "outcome_copy").await;
    w.is("2026-0001", "closed").await;
    w.nothing_else().await;
});

story!(our_own_copy_is_evidence_though_its_message_id_was_replaced, School::new(), |w| {
    let proposal = w.proposal("prof.a", PROJECTOR).await;
    w.inside().wires.replace_ids();
    w.wire("cesame", Some(Wire::CutAfter));
    w.replies("referent", &proposal, "OK").await;
    w.mail_to("cesame", "ticket").await;
    w.mail_to("referent", "answer").await;
    w.later("3m").await;
    w.mail_to("correspondent", "ticket_copy").await;
    w.is("2026-0001", "ticketed").await;
    assert!(!w.history("2026-0001").await.contains(&"sent_again".to_owned()));
    w.nothing_else().await;
});

story!(a_mailbox_that_moved_to_another_server_is_read_anew_and_repeats_nothing, School::new(), |w| {
    let ticket = w.ticket("prof.a", PROJECTOR).await;
    w.writes("stranger", "Panne", "Bonjour, le vidéoprojecteur de la A101 est tombé.").await;
    let shown = w.mail_to("referent", "stranger").await;
    w.writes("pupil", "Panne", "Bonjour, l'ordi de la C12 marche pas").await;
    let other = w.mail_to("referent", "stranger").await;
    w.replies("referent", &other, "NON").await;
    w.mail_to("referent", "answer").await;
    w.move_mailbox().await;
    w.nothing_else().await;
    w.replies("cesame", &ticket, "Votre demande a bien été enregistrée sous le numéro 4471932.").await;
    w.mail_to("prof.a", "progress").await;
    w.replies("referent", &shown, "OK").await;
    w.mail_to("referent", "answer").await;
    w.mail_to("stranger", "acknowledgement").await;
    w.mail_to("referent", "proposal").await;
    w.nothing_else().await;
    assert_eq!(w.incidents().await.len(), 2);
});

// Two tickets leave in one second and come back in one second, in the same words.
story!(two_tickets_that_come_back_at_once_are_both_known_to_have_failed, School::new(), |w| {
    let mut tickets = Vec::new();
    for (who, text) in [("prof.a", PROJECTOR), ("prof.b", COMPUTER)] {
        tickets.push(w.ticket(who, text).await);
    }
    for ticket in &tickets {
        let raw = crate::loop_trouble::bounce(&ticket.message_id, address("cesame"));
        w.arrives("", &raw).await;
        assert_eq!(w.last_end().await.0, MessageEnd::Handled);
    }
    w.is("2026-0001", "confirmed").await;
    w.is("2026-0002", "confirmed").await;
    w.mail_to("referent", "alert").await;
    w.nothing_else().await;
});
