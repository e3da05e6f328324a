//! What stands still is told, once a day, and what may have left twice too.

use std::sync::Arc;
use std::time::Duration;

use passerelle::mailbox::{Cursor, Mailbox, MailboxError};
use passerelle::service::run::{self, Intake, Post};

use crate::harness::inside::Wire;
use crate::harness::school::School;
use crate::story;

const PROJECTOR: &str = "Bonjour, le vidéoprojecteur de la salle B204 ne s'allume plus depuis ce matin. Merci";
const COMPUTER: &str = "Bonjour, l'ordinateur de la salle C12 ne démarre plus. Merci";

story!(
    a_ticket_sent_again_for_want_of_evidence_is_told_once_a_day,
    School::new().policy("digest = \"weekdays 07:30\""),
    |w| {
        w.wire("cesame", Some(Wire::CutBefore));
        for (who, text) in [("prof.a", PROJECTOR), ("prof.b", COMPUTER)] {
            let proposal = w.proposal(who, text).await;
            w.replies("referent", &proposal, "OK").await;
            w.mail_to("referent", "answer").await;
        }
        w.wire("cesame", None);
        w.later("3m").await;
        assert_eq!(w.mails_to("cesame", "ticket").await.len(), 2);
        assert_eq!(w.mails_to("correspondent", "ticket_copy").await.len(), 2);
        let alert = w.mail_to("referent", "alert").await;
        alert.says(&["Peut-être envoyé deux fois", "interrompu pendant son envoi", "rien, sauf si"]);
        for reference in ["2026-0001", "2026-0002"] {
            assert!(w.history(reference).await.contains(&"sent_again".to_owned()));
            w.is(reference, "ticketed").await;
        }
        w.nothing_else().await;
        // The digest names both.
        w.later("1d").await;
        w.mail_to("referent", "digest").await.says(&[
            "À SAVOIR",
            "2026-0001 est peut-être parti deux fois",
            "2026-0002",
        ]);
        w.nothing_else().await;
    }
);

story!(a_copy_sent_again_for_want_of_evidence_is_noted_and_alerts_nobody, School::new(), |w| {
    w.wire("correspondent", Some(Wire::CutBefore));
    let proposal = w.proposal("prof.a", PROJECTOR).await;
    w.replies("referent", &proposal, "OK").await;
    w.mail_to("cesame", "ticket").await;
    w.mail_to("referent", "answer").await;
    w.wire("correspondent", None);
    w.later("3m").await;
    w.mail_to("correspondent", "ticket_copy").await;
    assert!(w.history("2026-0001").await.contains(&"sent_again".to_owned()));
    w.nothing_else().await;
});

story!(delivery_that_stands_still_is_told_once_and_loses_nothing, School::new(), |w| {
    let proposal = w.proposal("prof.a", PROJECTOR).await;
    w.wire("*", Some(Wire::Busy("smtp.lycee.test:587: connection refused".to_owned())));
    w.replies("referent", &proposal, "OK").await;
    w.settle().await;
    assert!(w.inside().post().office.is_well());
    for _ in 0..6 {
        w.later("10m").await;
    }
    assert!(!w.inside().post().office.is_well(), "the watchdog sees it");
    w.nothing_else().await;
    w.wire("*", None);
    w.later("1h").await;
    w.mail_to("cesame", "ticket").await;
    w.mail_to("correspondent", "ticket_copy").await;
    w.mail_to("referent", "answer").await;
    let alert = w.mail_to("referent", "alert").await;
    alert.says(&["L'envoi des messages est arrêté", "connection refused", "passerelle check"]);
    assert!(w.inside().post().office.is_well());
    w.nothing_else().await;
});

story!(one_desk_that_is_busy_for_hours_is_no_standstill, School::new(), |w| {
    w.wire("cesame", Some(Wire::Busy("451 4.7.1 later".to_owned())));
    let proposal = w.proposal("prof.a", PROJECTOR).await;
    w.replies("referent", &proposal, "OK").await;
    w.mail_to("referent", "answer").await;
    for _ in 0..6 {
        w.later("1h").await;
    }
    w.nothing_else().await;
});

struct NoIntake;

#[async_trait::async_trait]
impl Intake for NoIntake {
    fn name(&self) -> String {
        "imaps://imap.lycee.test:993/INBOX".to_owned()
    }

    fn moves(&self) -> bool {
        false
    }

    async fn open(&self, _: Cursor) -> Result<Box<dyn Mailbox>, MailboxError> {
        Err(MailboxError::Connection("imap.lycee.test:993: connection refused".to_owned()))
    }
}

story!(intake_that_stands_still_is_told_by_mail_once, School::new(), |w| {
    w.settle().await;
    let office = w.inside().post().office.clone();
    let (stop, stopping) = tokio::sync::watch::channel(false);
    let service = tokio::spawn(run::run(vec![Post { office, intake: Arc::new(NoIntake) }], stopping));
    tokio::time::sleep(Duration::from_millis(300)).await;
    assert!(w.all_mail().is_empty(), "a moment is no standstill");
    w.clock_back(-16 * 60);
    let begun = std::time::Instant::now();
    while w.all_mail().is_empty() {
        assert!(begun.elapsed() < Duration::from_secs(30), "nobody is told");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    // The next attempts tell nothing more.
    w.clock_back(-60);
    tokio::time::sleep(Duration::from_millis(2500)).await;
    stop.send(true).unwrap();
    service.await.unwrap().unwrap();
    w.mail_to("referent", "alert").await.says(&["La réception des messages est arrêtée", "connection refused"]);
    w.nothing_else().await;
});
