//! What is kept, and for how long.

use passerelle::store::MessageEnd;

use crate::harness::school::{School, World};
use crate::story;

const WORDS: &str = "Bonjour,\nIci Alice Aubert : le vidéoprojecteur de la salle B204 ne s'allume plus.\nAlice Aubert";

/// A fault from its report to its end.
async fn a_fault_and_its_end(w: &mut World) {
    let ticket = w.ticket("prof.a", WORDS).await;
    w.replies("cesame", &ticket, "Bonjour, le dossier 4471932 est résolu.").await;
    let check = w.mail_to("prof.a", "resolution_check").await;
    w.replies("prof.a", &check, "OUI").await;
    w.mail_to("correspondent", "outcome_copy").await;
    w.is("2026-0001", "closed").await;
}

async fn bytes_kept(w: &World) -> usize {
    let mut kept = 0;
    for m in w.store.list_messages(None).await.unwrap() {
        kept += usize::from(w.store.raw(m.id).await.unwrap().is_some());
    }
    for m in w.store.all_mails(None).await.unwrap() {
        kept += usize::from(w.store.outbox_bytes(m.id).await.unwrap().is_some());
    }
    kept
}

fn kept_short() -> School {
    School::new().policy("keep_raw = \"20d\"\nkeep_incidents = \"60d\"")
}

story!(bytes_go_and_then_the_names_and_the_facts_stay, kept_short(), |w| {
    a_fault_and_its_end(w).await;
    let raw = {
        let first = w.store.list_messages(None).await.unwrap().remove(0);
        w.store.raw(first.id).await.unwrap().unwrap()
    };
    w.writes("prof.b", "Bonjour", "Qui vient au pot de départ de Mme Carlier vendredi ?").await;
    w.settle().await;
    w.later("19d").await;
    assert!(bytes_kept(w).await > 0, "not yet");
    w.later("3d").await;
    w.later("2d").await;
    assert_eq!(bytes_kept(w).await, 0);
    let all = w.everything().await;
    assert!(all.contains("alice.aubert"), "who reported it is known still");
    assert!(!all.contains("pot de départ") && !all.contains("bruno.besnard"), "what belongs to nothing is gone");

    // A mailbox that is read anew brings nothing back.
    w.arrives("alice.aubert@ac-creteil.test", &raw).await;
    let (end, why) = w.last_end().await;
    assert!(end == MessageEnd::Ignored && why.contains("aged"), "{why}");
    assert_eq!(bytes_kept(w).await, 0);

    w.later("45d").await;
    w.later("1d").await;
    let all = w.everything().await.to_lowercase();
    for trace in ["alice", "aubert", "referent@lycee.test"] {
        assert!(!all.contains(trace), "{trace}");
    }
    let seen = w.incident("2026-0001").await;
    assert_eq!((seen.state(), seen.text("place"), seen.number("reports")), ("closed", "B204", 1));
    assert_eq!(seen.text("support_reference"), "4471932");
    assert!(w.history("2026-0001").await.len() > 3);

    // References and keys go on where they were.
    w.writes("prof.b", "Panne", "Bonjour, la souris du poste 7 de la salle A101 est cassée.").await;
    w.mail_to("prof.b", "acknowledgement").await;
    w.mail_to("referent", "proposal").await.says(&["2026-0002"]);
    w.nothing_else().await;
});

story!(a_fault_that_is_open_keeps_its_mail, kept_short(), |w| {
    let ticket = w.ticket("prof.a", WORDS).await;
    for _ in 0..8 {
        w.later("10d").await;
    }
    let first = w.store.list_messages(None).await.unwrap().remove(0);
    assert!(w.store.raw(first.id).await.unwrap().is_some(), "its mail is still needed");
    assert_eq!(first.from, "alice.aubert@ac-creteil.test");
    w.replies("cesame", &ticket, "Bonjour, le dossier 4471932 est résolu.").await;
    w.mail_to("prof.a", "resolution_check").await;
});

story!(purge_does_it_at_once, School::new(), |w| {
    a_fault_and_its_end(w).await;
    w.writes("stranger", "Offre", "Zoé Zimmer vous propose un vidéoprojecteur.").await;
    w.mail_to("referent", "stranger").await;
    let (code, said) = w.cli(&["purge", "--older-than", "30y"]);
    assert!(code == Some(0) && said.contains("Nothing is as old"), "{code:?} {said}");
    let (code, would) = w.cli(&["purge", "--older-than", "1d", "--dry-run"]);
    assert!(code == Some(0) && would.contains("would go") && bytes_kept(w).await > 0, "{code:?} {would}");
    let (code, did) = w.cli(&["purge", "--older-than", "1d"]);
    assert_eq!(code, Some(0), "{did}");
    assert_eq!(bytes_kept(w).await, 0, "{did}");
    let numbers = |text: &str| -> Vec<String> {
        text.lines().filter_map(|l| l.split_whitespace().next()).map(ToOwned::to_owned).collect()
    };
    assert_eq!(numbers(&would), numbers(&did), "{would}\n{did}");
    let all = w.everything().await.to_lowercase();
    for trace in ["alice", "aubert", "zimmer"] {
        assert!(!all.contains(trace), "{trace}");
    }
    assert!(w.cli(&["quarantine", "list"]).1.contains("Nothing in quarantine"));
    let again = w.cli(&["purge", "--older-than", "1d"]);
    assert!(again.1.contains("Nothing is as old"), "{again:?}");
    for wrong in ["3 years", "y", ""] {
        let (code, said) = w.cli(&["purge", "--older-than", wrong]);
        assert!(code == Some(2) && said.contains("--older-than"), "{code:?} {said}");
    }
    // The service's memory follows.
    w.writes("prof.b", "Panne", "Bonjour, le vidéoprojecteur de la salle B204 ne s'allume plus.").await;
    w.mail_to("prof.b", "acknowledgement").await;
    w.settle().await;
    assert_eq!(w.incident("2026-0001").await.text("place"), "B204");
});
