//! What time brings, on a clock of our own.

use crate::harness::school::School;
use crate::story;

const PROJECTOR: &str = "Bonjour, le vidéoprojecteur de la salle B204 ne s'allume plus depuis ce matin. Merci";

story!(a_proposal_that_waits_is_reminded_once_and_the_reminder_confirms, School::new(), |w| {
    w.proposal("prof.a", PROJECTOR).await;
    w.later("1wd").await;
    w.nothing_else().await;
    w.later("1wd").await;
    let reminder = w.mail_to("referent", "reminder").await;
    reminder.says(&["2026-0001", "B204"]);
    w.restart().await;
    w.later("5wd").await;
    w.nothing_else().await;
    w.replies("referent", &reminder, "OK").await;
    w.mail_to("cesame", "ticket").await;
    w.mail_to("correspondent", "ticket_copy").await;
    w.mail_to("referent", "answer").await;
    w.nothing_else().await;
});

story!(holidays_of_the_school_do_not_count, School::new().policy("holidays = [\"2026-09-16..2026-09-25\"]"), |w| {
    w.proposal("prof.a", PROJECTOR).await;
    w.later("10d").await;
    w.nothing_else().await;
    w.later("4d").await;
    w.mail_to("referent", "reminder").await;
    w.nothing_else().await;
});

story!(a_silent_support_is_reminded_by_ok, School::new(), |w| {
    let ticket = w.ticket("prof.a", PROJECTOR).await;
    w.later("2wd").await;
    let reminder = w.mail_to("referent", "reminder").await;
    reminder.says(&["n'a pas répondu", "OK"]);
    w.nothing_else().await;
    w.replies("referent", &reminder, "OK").await;
    let follow_up = w.mail_to("cesame", "follow_up").await;
    assert!(follow_up.references.contains(&ticket.message_id));
    w.mail_to("correspondent", "follow_up_copy").await;
    w.mail_to("referent", "answer").await;
    w.nothing_else().await;
    w.replies("referent", &reminder, "OK").await;
    w.mail_to("referent", "answer").await.says(&["vient d'être relancé"]);
    w.nothing_else().await;
});

story!(the_contracts_delay_is_told_when_it_has_passed, School::new(), |w| {
    w.acknowledged("prof.a", PROJECTOR, "4471932").await;
    w.later("4wd").await;
    w.nothing_else().await;
    w.later("1wd").await;
    let reminder = w.mail_to("referent", "reminder").await;
    reminder.says(&["contrat", "dépassé"]);
    w.replies("referent", &reminder, "ok").await;
    w.mail_to("cesame", "follow_up").await.says(&["4471932"]);
    w.mail_to("correspondent", "follow_up_copy").await;
    w.mail_to("referent", "answer").await;
    w.later("5wd").await;
    w.nothing_else().await;
});

story!(a_planned_day_that_passes_without_news_is_told, School::new(), |w| {
    let ticket = w.acknowledged("prof.a", PROJECTOR, "4471932").await;
    w.replies("cesame", &ticket, "Bonjour, l'intervention est prévue le 17/09/2026 au matin.").await;
    w.mail_to("prof.a", "progress").await;
    w.later("3d").await;
    w.nothing_else().await;
    w.later("1wd").await;
    w.mail_to("referent", "reminder").await.says(&["17 septembre", "sans nouvelles"]);
    w.later("5wd").await;
    w.nothing_else().await;
});

story!(
    an_unconfirmed_ticket_goes_after_the_delay_that_the_school_set,
    School::new().policy("send_unconfirmed_after = \"3d\"\nremind_after = \"5wd\""),
    |w| {
        let proposal = w.proposal("prof.a", PROJECTOR).await;
        w.later("2d").await;
        w.nothing_else().await;
        w.later("1d").await;
        w.mail_to("cesame", "ticket").await;
        w.mail_to("correspondent", "ticket_copy").await;
        w.is("2026-0001", "ticketed").await;
        w.nothing_else().await;
        w.replies("referent", &proposal, "OK").await;
        w.mail_to("referent", "answer").await.says(&["déjà confirmé"]);
        w.nothing_else().await;
    }
);

story!(
    the_digest_comes_only_when_there_is_something_to_say,
    School::new().policy("digest = \"weekdays 07:30\"\nremind_after = \"20wd\""),
    |w| {
        w.settle().await;
        w.later("3d").await;
        w.nothing_else().await;
        w.proposal("prof.a", PROJECTOR).await;
        w.writes("stranger", "Bonjour", "Bonjour, une question sur la rentrée ?").await;
        w.mail_to("referent", "stranger").await;
        // Friday's report, Monday's digest.
        w.later("3d").await;
        let digest = w.mail_to("referent", "digest").await;
        digest.says(&["2026-0001", "zoe.zimmer@snes.test"]);
        w.nothing_else().await;
        w.replies("referent", &digest, "OK pour 2026-0001").await;
        w.mail_to("cesame", "ticket").await;
        w.mail_to("correspondent", "ticket_copy").await;
        w.mail_to("referent", "answer").await;
        w.nothing_else().await;
    }
);

story!(a_weeks_standstill_makes_one_digest_and_no_burst, School::new().policy("digest = \"weekdays 07:30\""), |w| {
    for room in ["A101", "A102", "A103", "A104", "A105"] {
        w.proposal("prof.a", &format!("Bonjour, le vidéoprojecteur de la salle {room} ne s'allume plus.")).await;
    }
    w.nothing_else().await;
    w.clock_forward("7d");
    w.restart().await;
    w.mail_to("referent", "digest").await.says(&["2026-0001", "2026-0005"]);
    w.nothing_else().await;
});

story!(
    the_days_cap_stops_acknowledgements_but_not_intake,
    School::new().policy("max_mails_per_day = 3\ndigest = \"weekdays 07:30\"\nremind_after = \"20wd\""),
    |w| {
        for room in ["A101", "A102", "A103", "A104", "A105"] {
            w.writes("prof.a", "Panne", &format!("Bonjour, le vidéoprojecteur de la salle {room} ne s'allume plus."))
                .await;
        }
        assert_eq!(w.mails_to("prof.a", "acknowledgement").await.len(), 3);
        assert_eq!(w.mails_to("referent", "proposal").await.len(), 3);
        assert_eq!(w.incidents().await.len(), 5);
        w.nothing_else().await;
        w.later("1d").await;
        let digest = w.mail_to("referent", "digest").await;
        digest.says(&["2026-0004", "2026-0005"]);
        w.replies("referent", &digest, "ok pour 2026-0005").await;
        w.mail_to("cesame", "ticket").await.says(&["A105"]);
        w.mail_to("correspondent", "ticket_copy").await;
        w.mail_to("referent", "answer").await;
        w.nothing_else().await;
    }
);

story!(at_most_two_follow_ups_leave_in_a_day, School::new(), |w| {
    w.acknowledged("prof.a", PROJECTOR, "4471932").await;
    for serial in ["X4KD83211P", "X4KD83212P", "X4KD83213P"] {
        let words = format!("Le vidéoprojecteur de la B204 : c'est le numéro de série {serial}, en panne toujours.");
        w.writes("prof.b", "B204", &words).await;
    }
    assert_eq!(w.mails_to("cesame", "follow_up").await.len(), 2);
    assert_eq!(w.mails_to("correspondent", "follow_up_copy").await.len(), 2);
    w.mails_to("prof.b", "acknowledgement").await;
    w.nothing_else().await;
    w.later("1d").await;
    assert_eq!(w.mails_to("cesame", "follow_up").await.len(), 1);
    assert_eq!(w.mails_to("correspondent", "follow_up_copy").await.len(), 1);
    w.nothing_else().await;
});

story!(
    a_standstill_that_missed_only_supports_deadlines_is_told_too,
    School::new().policy("digest = \"weekdays 07:30\""),
    |w| {
        for room in ["A101", "A102", "A103", "A104", "A105"] {
            w.ticket("prof.a", &format!("Bonjour, le vidéoprojecteur de la salle {room} ne s'allume plus.")).await;
        }
        w.nothing_else().await;
        // From a Tuesday to the Friday of the week after: no day on which the digest tells of support anyway.
        w.clock_forward("10d");
        w.restart().await;
        w.mail_to("referent", "digest").await.says(&["2026-0001", "2026-0005"]);
        w.nothing_else().await;
        w.restart().await;
        w.nothing_else().await;
    }
);

story!(after_a_reopening_the_contracts_delay_begins_anew, School::new(), |w| {
    let ticket = w.acknowledged("prof.a", PROJECTOR, "4471932").await;
    w.later("2wd").await;
    w.replies("cesame", &ticket, "Bonjour, l'incident 4471932 est résolu.").await;
    let check = w.mail_to("prof.a", "resolution_check").await;
    w.later("4wd").await;
    w.replies("prof.a", &check, "NON").await;
    w.mail_to("cesame", "follow_up").await;
    w.mail_to("correspondent", "follow_up_copy").await;
    w.replies("cesame", &ticket, "Bonjour, votre demande 4471932 est bien prise en compte.").await;
    w.mail_to("prof.a", "progress").await;
    w.is("2026-0001", "acknowledged").await;
    w.nothing_else().await;
    w.later("4wd").await;
    w.nothing_else().await;
    w.later("1wd").await;
    w.mail_to("referent", "reminder").await.says(&["dépassé"]);
    w.nothing_else().await;
});

story!(a_delay_told_once_is_not_told_again_when_support_wakes_up, School::new(), |w| {
    let ticket = w.ticket("prof.a", PROJECTOR).await;
    w.later("2wd").await;
    w.mail_to("referent", "reminder").await.says(&["n'a pas répondu"]);
    w.later("3wd").await;
    w.mail_to("referent", "reminder").await.says(&["dépassé"]);
    w.replies("cesame", &ticket, "Bonjour, demande enregistrée sous le numéro 4471932.").await;
    w.mail_to("prof.a", "progress").await;
    w.later("5wd").await;
    w.nothing_else().await;
});
