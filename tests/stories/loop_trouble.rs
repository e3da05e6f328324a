//! Mail that does not arrive.

use crate::harness::inside::Wire;
use crate::harness::letters::Mail;
use crate::harness::school::{MAILBOX, School, address};
use crate::story;

const PROJECTOR: &str = "Bonjour, le vidéoprojecteur de la salle B204 ne s'allume plus depuis ce matin. Merci";

fn unknown() -> Option<Wire> {
    Some(Wire::Refused("550 5.1.1 user unknown".to_owned()))
}

/// A delivery report as Postfix makes it.
pub fn bounce(message_id: &str, recipient: &str) -> Vec<u8> {
    format!(
        "Return-Path: <>\r\nFrom: Mail Delivery System <MAILER-DAEMON@mx.lycee.test>\r\nTo: {MAILBOX}\r\n\
         Subject: Undelivered Mail Returned to Sender\r\nDate: Tue, 15 Sep 2026 09:12:00 +0200\r\n\
         Message-ID: <dsn.{}@mx.lycee.test>\r\nAuto-Submitted: auto-replied\r\nMIME-Version: 1.0\r\n\
         Content-Type: multipart/report; report-type=delivery-status; boundary=\"b/1\"\r\n\r\n\
         --b/1\r\nContent-Type: text/plain\r\n\r\nYour message could not be delivered.\r\n\r\n\
         --b/1\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx.lycee.test\r\n\r\n\
         Final-Recipient: rfc822; {recipient}\r\nAction: failed\r\nStatus: 5.1.1\r\n\
         Diagnostic-Code: smtp; 550 5.1.1 unknown\r\n\r\n\
         --b/1\r\nContent-Type: text/rfc822-headers\r\n\r\nFrom: {MAILBOX}\r\nMessage-ID: <{message_id}>\r\n\r\n--b/1--\r\n",
        &message_id[..8.min(message_id.len())]
    )
    .into_bytes()
}

story!(a_refused_correspondent_does_not_hold_the_ticket_back, School::new(), real, |w| {
    w.wire("correspondent", unknown());
    let proposal = w.proposal("prof.a", PROJECTOR).await;
    w.replies("referent", &proposal, "OK").await;
    w.mail_to("cesame", "ticket").await;
    w.mail_to("referent", "answer").await;
    w.mail_to("referent", "alert").await.says(&["s1@snes.test", "550"]);
    w.is("2026-0001", "ticketed").await;
    w.nothing_else().await;
});

story!(one_refused_correspondent_does_not_hold_the_other_back, School::new().two_correspondents(), |w| {
    w.wire("correspondent", unknown());
    let proposal = w.proposal("prof.a", PROJECTOR).await;
    w.replies("referent", &proposal, "OK").await;
    w.mail_to("cesame", "ticket").await;
    w.mail_to("fsu@snes.test", "ticket_copy").await;
    w.mail_to("referent", "answer").await;
    w.mail_to("referent", "alert").await;
    w.nothing_else().await;
});

story!(an_undeliverable_ticket_alerts_and_ok_to_the_alert_sends_it_again, School::new(), real, |w| {
    w.wire("cesame", unknown());
    let proposal = w.proposal("prof.a", PROJECTOR).await;
    w.replies("referent", &proposal, "OK").await;
    w.mail_to("referent", "answer").await;
    let alert = w.mail_to("referent", "alert").await;
    alert.says(&["cesame@region.test", "550", "2026-0001"]);
    w.is("2026-0001", "confirmed").await;
    w.nothing_else().await;
    w.wire("cesame", None);
    w.replies("referent", &alert, "OK").await;
    w.mail_to("cesame", "ticket").await;
    w.mail_to("correspondent", "ticket_copy").await;
    w.mail_to("referent", "answer").await;
    w.is("2026-0001", "ticketed").await;
    w.nothing_else().await;
});

async fn bounced(w: &mut crate::harness::school::World) -> Mail {
    let ticket = w.ticket("prof.a", PROJECTOR).await;
    w.arrives("", &bounce(&ticket.message_id, address("cesame"))).await;
    w.is("2026-0001", "confirmed").await;
    let alert = w.mail_to("referent", "alert").await;
    alert.says(&["cesame@region.test", "5.1.1"]);
    w.nothing_else().await;
    alert
}

story!(a_ticket_that_comes_back_alerts_and_is_sent_again_by_ok, School::new(), |w| {
    let alert = bounced(w).await;
    w.replies("referent", &alert, "OK").await;
    w.mail_to("cesame", "ticket").await;
    w.mail_to("referent", "answer").await;
    w.is("2026-0001", "ticketed").await;
    // The correspondent has its copy already.
    w.nothing_else().await;
});

story!(a_forged_bounce_changes_nothing, School::new(), |w| {
    let ticket = w.ticket("prof.a", PROJECTOR).await;
    w.arrives("", &bounce("0123456789abcdef@lycee.test", address("cesame"))).await;
    w.arrives("", &bounce(&ticket.message_id, "quelquun@ailleurs.test")).await;
    w.is("2026-0001", "ticketed").await;
    w.nothing_else().await;
});

story!(a_reporters_full_mailbox_is_noted_and_alerts_nobody, School::new(), |w| {
    w.writes("prof.a", "Panne", PROJECTOR).await;
    let ack = w.mail_to("prof.a", "acknowledgement").await;
    w.mail_to("referent", "proposal").await;
    w.arrives("", &bounce(&ack.message_id, address("prof.a"))).await;
    w.is("2026-0001", "awaiting_confirmation").await;
    assert!(w.history("2026-0001").await.contains(&"undeliverable".to_owned()));
    w.nothing_else().await;
});

story!(a_busy_server_is_tried_again, School::new(), |w| {
    w.wire("cesame", Some(Wire::Busy("451 4.7.1 greylisted".to_owned())));
    let proposal = w.proposal("prof.a", PROJECTOR).await;
    w.replies("referent", &proposal, "OK").await;
    w.mail_to("referent", "answer").await;
    w.is("2026-0001", "confirmed").await;
    w.nothing_else().await;
    w.wire("cesame", None);
    w.later("1m").await;
    w.mail_to("cesame", "ticket").await;
    w.mail_to("correspondent", "ticket_copy").await;
    w.is("2026-0001", "ticketed").await;
    w.nothing_else().await;
});

story!(a_server_that_is_busy_for_five_days_is_given_up_and_told, School::new(), |w| {
    w.wire("cesame", Some(Wire::Busy("451 4.7.1 later".to_owned())));
    let proposal = w.proposal("prof.a", PROJECTOR).await;
    w.replies("referent", &proposal, "OK").await;
    w.mail_to("referent", "answer").await;
    for _ in 0..6 {
        w.later("1d").await;
    }
    let alerts = w.mails_to("referent", "alert").await;
    assert!(alerts.iter().any(|a| a.text.contains("cesame@region.test")), "{alerts:?}");
    w.is("2026-0001", "confirmed").await;
    w.nothing_else().await;
});

story!(a_ticket_whose_fate_is_unknown_is_judged_by_our_own_copy, School::new(), |w| {
    w.wire("cesame", Some(Wire::CutAfter));
    let proposal = w.proposal("prof.a", PROJECTOR).await;
    w.replies("referent", &proposal, "OK").await;
    w.mail_to("cesame", "ticket").await;
    w.mail_to("correspondent", "ticket_copy").await;
    w.mail_to("referent", "answer").await;
    w.is("2026-0001", "ticketed").await;
    w.wire("cesame", None);
    w.later("1h").await;
    w.nothing_else().await;
});

story!(a_ticket_that_was_cut_off_is_sent_again_and_so_marked, School::new(), |w| {
    w.wire("cesame", Some(Wire::CutBefore));
    let proposal = w.proposal("prof.a", PROJECTOR).await;
    w.replies("referent", &proposal, "OK").await;
    w.mail_to("referent", "answer").await;
    w.is("2026-0001", "confirmed").await;
    w.nothing_else().await;
    w.wire("cesame", None);
    w.later("3m").await;
    w.mail_to("cesame", "ticket").await;
    w.mail_to("correspondent", "ticket_copy").await;
    assert!(w.history("2026-0001").await.contains(&"sent_again".to_owned()));
    w.is("2026-0001", "ticketed").await;
    w.mails_to("referent", "alert").await;
    w.nothing_else().await;
});
