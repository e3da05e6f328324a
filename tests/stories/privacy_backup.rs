//! The store is copied while it is used, and the copy takes its place.

use std::os::unix::fs::PermissionsExt as _;

use passerelle::store::Store;

use crate::harness::school::{School, Setting, World};
use crate::story;

const PROJECTOR: &str = "Bonjour, le vidéoprojecteur de la salle B204 ne s'allume plus depuis ce matin. Merci";

story!(a_backup_is_itself_a_store, School::new(), |w| {
    w.ticket("prof.a", PROJECTOR).await;
    let copy = w.folder().join("copie été.db");
    let (code, said) = w.cli(&["backup", copy.to_str().unwrap()]);
    assert!(code == Some(0) && said.contains("is a copy of the store"), "{code:?} {said}");
    assert_eq!(std::fs::metadata(&copy).unwrap().permissions().mode() & 0o777, 0o600);
    let opened = Store::open(&format!("sqlite:{}", copy.display())).await.unwrap();
    let incidents = opened.list_incidents(None, None).await.unwrap();
    assert_eq!(incidents.len(), 1);
    assert_eq!(incidents[0].incident.state.name(), "ticketed");
    assert_eq!(opened.secret(), w.store.secret());
    let (theirs, ours) = (opened.list_messages(None).await.unwrap(), w.store.list_messages(None).await.unwrap());
    assert_eq!(theirs, ours);
    for message in theirs {
        assert_eq!(opened.raw(message.id).await.unwrap(), w.store.raw(message.id).await.unwrap());
    }
    assert_eq!(opened.all_mails(None).await.unwrap(), w.store.all_mails(None).await.unwrap());
    let (id, all) = (incidents[0].incident.id, w.store.list_incidents(None, None).await.unwrap());
    assert_eq!(incidents, all);
    assert_eq!(opened.history_of(id).await.unwrap(), w.store.history_of(id).await.unwrap());
    assert_eq!(opened.reports_of(id).await.unwrap(), w.store.reports_of(id).await.unwrap());
    opened.close().await;
    w.nothing_else().await;

    let before = std::fs::read(&copy).unwrap();
    let (code, said) = w.cli(&["backup", copy.to_str().unwrap()]);
    assert!(code == Some(2) && said.contains("exists already"), "{code:?} {said}");
    assert_eq!(std::fs::read(&copy).unwrap(), before, "what is there is left alone");
    let (code, said) = w.cli(&["backup", "/nowhere/at/all.db"]);
    assert!(code == Some(2) && said.contains("its folder does not exist"), "{code:?} {said}");
    let (code, said) = w.cli(&["backup", "/proc/copy.db"]);
    assert_eq!(code, Some(2), "{said}");
});

#[tokio::test]
async fn a_copy_made_while_mail_flows_is_whole() {
    let mut w = World::open(Setting::Real, School::new()).await;
    for n in 0..6 {
        w.writes("prof.a", "Panne", &format!("Bonjour, l'écran du poste {n} de la salle A10{n} reste noir.")).await;
    }
    let mut copies = Vec::new();
    for n in 0..4 {
        let copy = w.folder().join(format!("copy{n}.db"));
        assert_eq!(w.cli(&["backup", copy.to_str().unwrap()]).0, Some(0));
        copies.push(copy);
    }
    w.settle().await;
    for copy in copies {
        let opened = Store::open(&format!("sqlite:{}", copy.display())).await.unwrap();
        for message in opened.list_messages(None).await.unwrap() {
            // A message's effects are there together, or not at all.
            let incidents = opened.incidents_of_message(message.id).await.unwrap();
            assert_eq!(message.ended.is_some(), !incidents.is_empty(), "{message:?}");
            assert!(opened.raw(message.id).await.unwrap().is_some());
        }
        opened.close().await;
    }
}

/// The mailbox as it was when the school began to use the copy: everything in it is read again.
async fn everything_that_left(w: &World, kind: &str) -> Vec<String> {
    w.all_mail().iter().filter(|m| m.kind == kind).map(|m| m.message_id.clone()).collect()
}

story!(a_restored_backup_meets_a_mailbox_that_went_on, School::new(), sqlite, |w| {
    w.ticket("prof.a", PROJECTOR).await;
    let waits = w.proposal("prof.b", "Bonjour, l'imprimante du CDI est en panne, elle n'imprime plus.").await;
    let copy = w.folder().join("copy.db");
    assert_eq!(w.cli(&["backup", copy.to_str().unwrap()]).0, Some(0));

    // Life goes on: what waited is confirmed, a new fault is reported and confirmed, support answers.
    w.replies("referent", &waits, "OK").await;
    let second = w.mail_to("cesame", "ticket").await;
    w.mail_to("correspondent", "ticket_copy").await;
    w.mail_to("referent", "answer").await;
    let third = w.ticket("prof.c", "Bonjour, la souris du poste 7 de la salle A101 est cassée.").await;
    w.replies("cesame", &second, "Bonjour, votre demande est enregistrée sous le numéro 4471932.").await;
    w.mail_to("prof.b", "progress").await;
    let tickets = everything_that_left(w, "ticket").await;
    assert_eq!(tickets.len(), 3);

    // The copy takes the store's place.
    w.restore(&copy).await;
    assert_eq!(w.incidents().await.len(), 2, "the third fault is not known yet");
    let now = w.now();
    assert!(w.store.note_restored(now).await.unwrap());
    assert!(!w.store.note_restored(now).await.unwrap(), "once is enough");
    w.restart().await;
    w.settle().await;
    w.later("3m").await;
    assert_eq!(everything_that_left(w, "ticket").await, tickets, "no second ticket");
    for (reference, state) in
        [("2026-0001", "ticketed"), (second.reference(), "acknowledged"), (third.reference(), "ticketed")]
    {
        w.is(reference, state).await;
    }
    assert_eq!(w.incidents().await.len(), 3, "nothing is lost");

    // A new fault goes its way, a little later than usual.
    let proposal = {
        w.writes("prof.a", "Panne", "Bonjour, le tableau interactif de la salle C12 ne répond plus au stylet.").await;
        w.mails_to("referent", "proposal").await.pop().unwrap()
    };
    w.replies("referent", &proposal, "OK").await;
    w.later("3m").await;
    assert_eq!(everything_that_left(w, "ticket").await.len(), 4);
    w.is(proposal.reference(), "ticketed").await;
    assert!(!w.history(proposal.reference()).await.contains(&"sent_again".to_owned()));
});

story!(a_ticket_that_a_backup_has_queued_and_that_left_since_leaves_once, School::new(), sqlite, |w| {
    w.wire("cesame", Some(crate::harness::inside::Wire::Busy("450 later".to_owned())));
    let proposal = w.proposal("prof.a", PROJECTOR).await;
    w.replies("referent", &proposal, "OK").await;
    w.mail_to("referent", "answer").await;
    w.is("2026-0001", "confirmed").await;
    let copy = w.folder().join("copy.db");
    assert_eq!(w.cli(&["backup", copy.to_str().unwrap()]).0, Some(0));
    w.wire("cesame", None);
    w.later("1h").await;
    w.mail_to("cesame", "ticket").await;
    w.mail_to("correspondent", "ticket_copy").await;
    w.restore(&copy).await;
    let now = w.now();
    assert!(w.store.note_restored(now).await.unwrap());
    w.restart().await;
    w.settle().await;
    w.later("3m").await;
    assert_eq!(everything_that_left(w, "ticket").await.len(), 1);
    w.is("2026-0001", "ticketed").await;
});
