//! Somebody asks to be forgotten.

use passerelle::clock::{Clock as _, SystemClock};
use passerelle::store::MessageEnd;

use crate::harness::letters::Draft;
use crate::harness::school::{MAILBOX, School, World, address};
use crate::story;

const ALICE: &str = "alice.aubert@ac-creteil.test";

const WORDS: &str = "Bonjour,\n\nIci Alice Aubert : le vidéoprojecteur de la salle B204 ne s'allume plus depuis lundi. \
                     Joignez-moi au 06 12 34 56 78.\n\nAlice Aubert";

const COLLEAGUE: &str = "Bonjour, comme Mme Aubert l'a signalé, le vidéoprojecteur de la B204 ne s'allume toujours \
                         pas. Alice.Aubert@ac-creteil.test est en copie.\nBruno Besnard";

/// What nobody may find any more, and the words around it.
fn assert_forgotten(all: &str) {
    let lower = all.to_lowercase();
    for trace in ["alice.aubert", "aubert", "06 12 34 56 78"] {
        if let Some(at) = lower.find(trace) {
            let around: String =
                lower.chars().skip(lower[..at].chars().count().saturating_sub(150)).take(300).collect();
            panic!("« {trace} » is still in the store: …{around}…");
        }
    }
}

/// A mail of Alice's as bytes, to be delivered a second time as a mailbox that is read anew does.
fn alices(w: &World) -> Vec<u8> {
    World::draft("prof.a", "Panne en B204 (Alice)", WORDS).bytes("alice.1@poste.test", w.now(), MAILBOX)
}

story!(a_person_is_forgotten_everywhere_and_the_fault_is_not, School::new(), |w| {
    let raw = alices(w);
    w.arrives(ALICE, &raw).await;
    w.mail_to("prof.a", "acknowledgement").await;
    let proposal = w.mail_to("referent", "proposal").await;
    w.writes("prof.b", "Re: B204, Mme Aubert", COLLEAGUE).await;
    w.mail_to("prof.b", "acknowledgement").await;
    let quoting = format!("OK\n\nLe 15 septembre, {MAILBOX} a écrit :\n> Alice Aubert <{ALICE}> : B204\n");
    w.replies("referent", &proposal, &quoting).await;
    let ticket = w.mail_to("cesame", "ticket").await;
    w.mail_to("correspondent", "ticket_copy").await;
    w.mails_to("referent", "answer").await;
    w.mails_to("referent", "proposal").await;
    let before = w.everything().await;
    assert!(before.contains(ALICE) && before.contains("Aubert"), "there is something to forget");

    let (code, said) = w.cli(&["forget", ALICE]);
    assert_eq!(code, Some(0), "{said}");
    for part in [
        "Forgotten.",
        "1  messages of theirs",
        "1  reports of theirs",
        "2026-0001 is still open",
        "Still on the mail server: 1 mail",
    ] {
        assert!(said.contains(part), "{part}\n{said}");
    }
    assert_forgotten(&w.everything().await);
    let seen = w.incident("2026-0001").await;
    assert_eq!((seen.state(), seen.text("place"), seen.text("equipment")), ("ticketed", "B204", "videoprojecteur"));
    assert_eq!(seen.number("reports"), 2);
    let reporters = seen.0["reporters"].to_string();
    assert!(reporters.contains("forgotten.invalid") && reporters.contains("bruno.besnard"), "{reporters}");

    // The service, whose memory knew her, goes on with whoever is left.
    w.replies("cesame", &ticket, "Bonjour, le dossier 4471932 est résolu.").await;
    w.mail_to("prof.b", "resolution_check").await;
    w.nothing_else().await;
    w.is("2026-0001", "resolved").await;

    // Her mail is read anew: nothing of it is kept. What she writes now is served.
    w.arrives(ALICE, &raw).await;
    w.nothing_else().await;
    let (end, why) = w.last_end().await;
    assert!(end == MessageEnd::Ignored && why.contains("forgotten"), "{why}");
    assert_forgotten(&w.everything().await);
    w.writes("prof.a", "Imprimante", "Bonjour, l'imprimante du CDI est en panne, elle n'imprime plus.").await;
    w.mail_to("prof.a", "acknowledgement").await;
    w.mail_to("referent", "proposal").await;
    w.nothing_else().await;
    let (code, said) = w.cli(&["forget", ALICE]);
    assert_eq!(code, Some(0), "{said}");
    assert_forgotten(&w.everything().await);
});

story!(whoever_reported_alone_is_asked_nothing_and_the_referent_is, School::new(), |w| {
    let ticket = w.ticket("prof.a", WORDS).await;
    let (code, said) = w.cli(&["forget", ALICE]);
    assert!(code == Some(0) && said.contains("still open"), "{said}");
    w.replies("cesame", &ticket, "Bonjour, le dossier 4471932 est résolu.").await;
    let check = w.mail_to("referent", "resolution_check").await;
    w.nothing_else().await;
    w.replies("referent", &check, "OUI").await;
    w.is("2026-0001", "closed").await;
    assert_forgotten(&w.everything().await);
});

story!(a_stranger_in_quarantine_is_forgotten_too, School::new(), |w| {
    w.writes("stranger", "Projet", "Zoé Zimmer vous propose un vidéoprojecteur.").await;
    w.mail_to("referent", "stranger").await;
    let (code, said) = w.cli(&["forget", address("stranger")]);
    assert_eq!(code, Some(0), "{said}");
    let all = w.everything().await.to_lowercase();
    assert!(!all.contains("zimmer"), "the quarantine is forgotten as well");
    assert!(w.cli(&["quarantine", "list"]).1.contains("Nothing in quarantine"));
    w.nothing_else().await;
});

story!(what_has_not_left_to_them_never_leaves, School::new(), |w| {
    w.wire("prof.a", Some(crate::harness::inside::Wire::Busy("450 later".to_owned())));
    w.writes("prof.a", "Panne", WORDS).await;
    w.mail_to("referent", "proposal").await;
    let (code, said) = w.cli(&["forget", ALICE]);
    assert!(code == Some(0) && said.contains("1  mails to them that had not left"), "{said}");
    w.wire("prof.a", None);
    w.later("2h").await;
    assert!(w.all_mail().iter().all(|m| m.to != ALICE), "nothing is sent to her");
    assert_forgotten(&w.everything().await);
    // Keys are never given twice.
    let before = w.store.all_mails(None).await.unwrap().iter().map(|m| m.id.0).max().unwrap();
    w.writes("prof.b", "Panne", "Bonjour, la souris du poste 7 de la salle A101 est cassée.").await;
    w.mail_to("prof.b", "acknowledgement").await;
    w.mail_to("referent", "proposal").await;
    let mails = w.store.all_mails(None).await.unwrap();
    assert!(mails.iter().filter(|m| m.recipient.as_str() == address("prof.b")).all(|m| m.id.0 > before));
});

story!(mistakes_of_forget_are_clear, School::new().key("known_senders = [\"zoe.zimmer@snes.test\"]"), sqlite, |w| {
    let (code, said) = w.cli(&["forget", "nobody@lycee.test"]);
    assert!(code == Some(0) && said.contains("Nothing in this store is of `nobody@lycee.test`"), "{code:?} {said}");
    let (code, said) = w.cli(&["forget", "not an address"]);
    assert!(code == Some(2) && said.contains("is not a mail address"), "{code:?} {said}");
    for (needed, key) in [("referent", "referent"), ("cesame", "support"), ("correspondent", "correspondents")] {
        let (code, said) = w.cli(&["forget", address(needed)]);
        assert!(code == Some(2) && said.contains(&format!("as `{key}`")), "{code:?} {said}");
    }
    let (code, said) = w.cli(&["forget", address("stranger")]);
    assert!(code == Some(0) && said.contains("the configuration still names"), "{code:?} {said}");
});

story!(with_server_the_mail_goes_there_too, School::new(), real, |w| {
    w.proposal("prof.a", WORDS).await;
    w.writes("prof.b", "Panne", "Bonjour, la souris du poste 7 de la salle A101 est cassée.").await;
    w.mail_to("prof.b", "acknowledgement").await;
    w.mail_to("referent", "proposal").await;
    let (code, said) = w.cli(&["forget", "--server", ALICE]);
    assert!(code == Some(0) && said.contains("Deleted on the mail server: 1 of 1 mail"), "{code:?} {said}");
    assert_forgotten(&w.everything().await);
    w.nothing_else().await;
    let (_, said) = w.cli(&["messages"]);
    assert!(said.contains("bruno.besnard") && !said.contains("alice"), "{said}");
});

story!(an_older_backup_forgets_again_before_anything_else, School::new(), sqlite, |w| {
    let raw = alices(w);
    w.arrives(ALICE, &raw).await;
    w.mail_to("prof.a", "acknowledgement").await;
    w.mail_to("referent", "proposal").await;
    let copy = w.folder().join("copy.db");
    assert_eq!(w.cli(&["backup", copy.to_str().unwrap()]).0, Some(0));
    // After the backup she writes once more, and is forgotten.
    let later = World::draft("prof.a", "CDI", "Bonjour, l'imprimante du CDI n'imprime plus.\nAlice Aubert");
    w.arrives(ALICE, &later.bytes("alice.2@poste.test", w.now(), MAILBOX)).await;
    w.mail_to("prof.a", "acknowledgement").await;
    w.mail_to("referent", "proposal").await;
    assert_eq!(w.cli(&["forget", ALICE]).0, Some(0));
    let beside = std::fs::read_to_string(w.folder().join("passerelle.db.forgotten")).unwrap();
    assert!(beside.contains("address ") && beside.contains("content ") && !beside.contains("alice"), "{beside}");

    w.restore(&copy).await;
    assert!(w.everything().await.contains(ALICE), "the backup knows her still");
    assert_eq!(w.store.keep_forgotten(SystemClock.now()).await.unwrap(), 1);
    w.settle().await;
    assert_forgotten(&w.everything().await);
    assert_eq!(w.incident("2026-0001").await.text("place"), "B204");
    assert_eq!(w.store.keep_forgotten(SystemClock.now()).await.unwrap(), 0, "once is enough");
});

story!(where_nothing_lies_beside_the_store_a_hash_tells_whom, School::new(), |w| {
    w.proposal("prof.a", WORDS).await;
    let hash = w.store.address_hash(&passerelle::address::Address::parse(ALICE).unwrap());
    let (code, said) = w.cli(&["forget", &hash]);
    assert!(code == Some(0) && said.contains("Forgotten."), "{code:?} {said}");
    assert_forgotten(&w.everything().await);
    let (code, said) = w.cli(&["forget", &hash]);
    assert!(code == Some(0) && said.contains("nothing to forget"), "{code:?} {said}");
});

story!(anothers_mail_in_quarantine_that_names_them_is_told, School::new(), |w| {
    w.proposal("prof.a", WORDS).await;
    let stranger = Draft::new(address("stranger"), "Zoé Zimmer", "Pour Mme Aubert", "Mme Aubert me connaît.");
    w.send(stranger).await;
    w.mail_to("referent", "stranger").await;
    let (code, said) = w.cli(&["forget", ALICE]);
    assert!(code == Some(0) && said.contains("quarantine show 2"), "{code:?} {said}");
    assert_eq!(w.cli(&["quarantine", "drop", "2"]).0, Some(0));
    assert_eq!(w.cli(&["forget", ALICE]).0, Some(0));
    assert_forgotten(&w.everything().await);
});
