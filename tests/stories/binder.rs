//! The classeur by mail: monthly, and for whoever may ask.

use crate::harness::letters::Mail;
use crate::harness::school::School;
use crate::story;

const PROJECTOR: &str = "Bonjour, le vidéoprojecteur de la salle B204 ne s'allume plus depuis ce matin. Merci";

fn monthly() -> School {
    School::new().policy("binder = \"monthly\"")
}

/// What every classeur by mail must be.
fn check(mail: &Mail, stem: &str) {
    let names: Vec<String> = mail.attachments.iter().map(|a| a.0.clone()).collect();
    for ending in ["pdf", "xlsx"] {
        assert!(names.contains(&format!("{stem}.{ending}")), "{names:?}: {mail}");
    }
    assert!(names.iter().all(|n| n.starts_with(&format!("{stem}."))), "{names:?}: {mail}");
    assert_eq!(mail.auto_submitted.as_deref(), Some("auto-generated"));
    assert!(mail.raw.len() < 10_000_000);
    for name in ["Aubert", "Alice", "alice", "Besnard", "Petit"] {
        assert!(!mail.text.contains(name), "{mail}");
    }
}

story!(the_classeur_of_the_month_goes_out_on_the_next_ones_first_working_day, monthly(), |w| {
    w.ticket("prof.a", PROJECTOR).await;
    // 30 September is a Wednesday.
    w.clock_to("2026-10-01T05:29:00Z".parse().unwrap());
    w.mails_to("referent", "reminder").await;
    w.nothing_else().await;
    w.clock_to("2026-10-01T05:31:00Z".parse().unwrap());
    for who in ["correspondent", "referent"] {
        let mail = w.mail_to(who, "binder").await;
        mail.says(&["septembre 2026"]);
        check(&mail, "classeur-2026-09");
    }
    w.nothing_else().await;
    // Once, whatever happens.
    w.later("1h").await;
    w.restart().await;
    w.later("3d").await;
    w.mails_to("referent", "reminder").await;
    assert!(w.mails_to("referent", "binder").await.is_empty());
    assert!(w.mails_to("correspondent", "binder").await.is_empty());
});

story!(after_a_standstill_only_the_last_month_is_told, monthly(), |w| {
    w.ticket("prof.a", PROJECTOR).await;
    w.settle().await;
    w.clock_to("2026-12-03T09:00:00Z".parse().unwrap());
    w.writes("prof.b", "Panne", "Bonjour, l'ordinateur de la salle C12 ne démarre plus.").await;
    w.settle().await;
    // November had nothing; what came in since is December's.
    assert!(w.mails_to("correspondent", "binder").await.len() <= 1);
    w.clock_to("2027-01-04T09:00:00Z".parse().unwrap());
    let mails = w.mails_to("correspondent", "binder").await;
    assert_eq!(mails.len(), 1);
    check(&mails[0], "classeur-2026-12");
});

story!(a_month_without_anything_to_say_has_no_mail, monthly(), |w| {
    w.settle().await;
    w.clock_to("2026-10-05T09:00:00Z".parse().unwrap());
    w.nothing_else().await;
    w.clock_to("2026-11-05T09:00:00Z".parse().unwrap());
    w.nothing_else().await;
    w.writes("referent", "visite", "VISITE 4/11 matin SCC").await;
    w.mail_to("referent", "answer").await;
    w.clock_to("2026-12-01T09:00:00Z".parse().unwrap());
    w.mail_to("referent", "binder").await.says(&["novembre 2026"]);
    w.mail_to("correspondent", "binder").await;
    w.nothing_else().await;
});

story!(whoever_asks_receives_it_alone, School::new(), |w| {
    w.ticket("prof.a", PROJECTOR).await;
    w.writes("referent", "CLASSEUR", "CLASSEUR").await;
    let mail = w.mail_to("referent", "binder").await;
    mail.says(&["du 1er au 15 septembre 2026"]);
    check(&mail, "classeur-2026-09-01-2026-09-15");
    w.nothing_else().await;
    w.writes("correspondent", "classeur", "Bonjour,\n\nCLASSEUR 1/9 au 15/9 svp\n\nMerci").await;
    check(&w.mail_to("correspondent", "binder").await, "classeur-2026-09-01-2026-09-15");
    w.nothing_else().await;
    w.writes("correspondent", "classeur", "CLASSEUR 1/12/2026 au 3/12/2026").await;
    w.mail_to("correspondent", "answer").await.says(&["encore rien à montrer"]);
    w.nothing_else().await;
    // From outside it is mail from outside.
    w.writes("stranger", "CLASSEUR", "CLASSEUR").await;
    w.mail_to("referent", "stranger").await;
    w.nothing_else().await;
});

story!(a_classeur_asked_for_with_other_orders_follows_their_answer, School::new(), |w| {
    w.writes("referent", "registre", "VISITE 10/9 matin SCC\nCLASSEUR septembre").await;
    w.mail_to("referent", "answer").await.says(&["V1"]);
    w.mail_to("referent", "binder").await;
    w.nothing_else().await;
});

story!(the_days_limit_holds_for_classeurs_too, School::new().policy("max_mails_per_day = 2"), |w| {
    for _ in 0..2 {
        w.writes("referent", "classeur", "CLASSEUR").await;
        w.mail_to("referent", "binder").await;
    }
    w.writes("referent", "classeur", "CLASSEUR").await;
    w.settle().await;
    assert!(w.mails_to("referent", "binder").await.is_empty());
});
