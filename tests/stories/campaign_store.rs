//! The ground shakes: a full disk, a store that may not be written, one that somebody else holds, a
//! clock that jumps, two programs on one store.

use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use passerelle::store::Store;

use crate::harness::inside::Wire;
use crate::harness::letters::Mail;
use crate::harness::school::{School, Setting, World, address};
use crate::story;

const PROJECTOR: &str = "Bonjour, le vidéoprojecteur de la salle B204 ne s'allume plus depuis ce matin. Merci";
const COMPUTER: &str = "Bonjour, l'ordinateur de la salle C12 ne démarre plus. Merci";
const LONG: Duration = Duration::from_secs(60);

fn count(all: &[Mail], who: &str, kind: &str) -> usize {
    all.iter().filter(|m| m.to == address(who) && m.kind == kind).count()
}

/// Until the program's log says `words`.
async fn says(w: &mut World, words: &str) {
    let begun = Instant::now();
    while !std::fs::read_to_string(w.config().with_extension("log")).unwrap().contains(words) {
        assert!(begun.elapsed() < LONG, "never said: {words}\n{}", w.service().logs());
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

/// A ticket is confirmed and another fault reported while the store fails; nothing of it may be lost,
/// and nothing may leave that cannot be written down.
async fn fails_for_a_while(w: &mut World, broken: impl FnOnce(&World), words: &str, mended: impl FnOnce(&World)) {
    let proposal = w.proposal("prof.a", PROJECTOR).await;
    broken(w);
    w.replies("referent", &proposal, "OK").await;
    w.writes("prof.b", "Panne", COMPUTER).await;
    says(w, words).await;
    tokio::time::sleep(Duration::from_millis(1500)).await;
    assert_eq!(count(&w.all_mail(), "cesame", "ticket"), 0, "what cannot be written down does not leave");
    mended(w);
    w.mail_to("cesame", "ticket").await;
    w.mail_to("correspondent", "ticket_copy").await;
    w.mail_to("referent", "answer").await;
    w.mail_to("prof.b", "acknowledgement").await;
    w.mail_to("referent", "proposal").await;
    w.nothing_else().await;
    w.is("2026-0001", "ticketed").await;
    w.is("2026-0002", "awaiting_confirmation").await;
}

#[tokio::test]
async fn a_full_disk_holds_everything_up_and_loses_nothing() {
    let mut w = World::open(Setting::Real, School::new().on_a_small_disk()).await;
    let fill = |w: &World| w.disk.as_ref().unwrap().fill();
    fails_for_a_while(&mut w, fill, "make room on the disk", |w| w.disk.as_ref().unwrap().clear()).await;
}

#[tokio::test]
async fn a_store_that_may_not_be_written_holds_everything_up_and_loses_nothing() {
    let mut w = World::open(Setting::Real, School::new().on_a_small_disk()).await;
    // The kernel allows it only where no file is open for writing: the program is stopped meanwhile.
    let proposal = w.proposal("prof.a", PROJECTOR).await;
    w.service().kill();
    w.store.close().await;
    w.disk.as_ref().unwrap().read_only();
    w.replies("referent", &proposal, "OK").await;
    let (code, said) = w.cli(&["once"]);
    assert_eq!(code, Some(2), "{said}");
    assert!(said.contains("passerelle.db") && said.contains("permissions"), "{said}");
    assert_eq!(count(&w.all_mail(), "cesame", "ticket"), 0);
    w.disk.as_ref().unwrap().writable();
    w.store = Store::open(w.store.place()).await.unwrap();
    w.service().run();
    w.mail_to("cesame", "ticket").await;
    w.mail_to("correspondent", "ticket_copy").await;
    w.mail_to("referent", "answer").await;
    w.nothing_else().await;
}

#[tokio::test]
async fn a_store_that_another_program_holds_is_waited_for() {
    use sqlx::Connection as _;
    let mut w = World::open(Setting::Real, School::new()).await;
    let proposal = w.proposal("prof.a", PROJECTOR).await;
    let mut other = sqlx::AnyConnection::connect(w.store.place()).await.unwrap();
    sqlx::raw_sql("BEGIN EXCLUSIVE").execute(&mut other).await.unwrap();
    w.replies("referent", &proposal, "OK").await;
    w.writes("prof.b", "Panne", COMPUTER).await;
    // Longer than a statement waits.
    says(&mut w, "another program holds the file").await;
    assert_eq!(count(&w.all_mail(), "cesame", "ticket"), 0);
    sqlx::raw_sql("ROLLBACK").execute(&mut other).await.unwrap();
    other.close().await.unwrap();
    w.mail_to("cesame", "ticket").await;
    w.mail_to("correspondent", "ticket_copy").await;
    w.mail_to("referent", "answer").await;
    w.mail_to("prof.b", "acknowledgement").await;
    w.mail_to("referent", "proposal").await;
    w.nothing_else().await;
}

story!(a_clock_that_jumps_loses_nothing_and_repeats_nothing, School::new(), |w| {
    const HOUR: i64 = 3_600;
    const DAY: i64 = 86_400;
    let proposal = w.proposal("prof.a", PROJECTOR).await;
    w.clock_back(HOUR);
    w.replies("referent", &proposal, "OK").await;
    let ticket = w.mail_to("cesame", "ticket").await;
    w.mail_to("correspondent", "ticket_copy").await;
    w.mail_to("referent", "answer").await;
    w.clock_back(-HOUR);
    w.nothing_else().await;
    w.clock_back(DAY);
    w.replies("cesame", &ticket, "Votre demande a bien été enregistrée sous le numéro 4471932.").await;
    w.mail_to("prof.a", "progress").await;
    w.clock_back(-DAY - HOUR);
    w.nothing_else().await;
    w.clock_back(DAY);
    w.replies("cesame", &ticket, "Bonjour, le dossier 4471932 est résolu.").await;
    let check = w.mail_to("prof.a", "resolution_check").await;
    w.clock_back(-DAY);
    w.replies("prof.a", &check, "OUI").await;
    w.mail_to("correspondent", "outcome_copy").await;
    w.is("2026-0001", "closed").await;
    w.nothing_else().await;
});

story!(a_mail_dated_ahead_leaves_when_the_clock_is_put_right, School::new(), |w| {
    w.wire("cesame", Some(Wire::Busy("451 4.7.1 greylisted".to_owned())));
    w.clock_back(-86_400);
    let proposal = w.proposal("prof.a", PROJECTOR).await;
    w.replies("referent", &proposal, "OK").await;
    w.mail_to("referent", "answer").await;
    w.nothing_else().await;
    w.clock_back(86_400);
    w.wire("cesame", None);
    w.later("1m").await;
    w.mail_to("cesame", "ticket").await;
    w.mail_to("correspondent", "ticket_copy").await;
    w.nothing_else().await;
});

story!(an_interrupted_ticket_is_judged_in_time_though_the_clock_was_set_back, School::new(), |w| {
    w.clock_back(-86_400);
    w.wire("cesame", Some(Wire::CutBefore));
    let proposal = w.proposal("prof.a", PROJECTOR).await;
    w.replies("referent", &proposal, "OK").await;
    w.mail_to("referent", "answer").await;
    w.clock_back(86_400);
    w.wire("cesame", None);
    w.later("3m").await;
    w.later("3m").await;
    w.mail_to("cesame", "ticket").await;
    w.mail_to("correspondent", "ticket_copy").await;
    w.mail_to("referent", "alert").await;
    w.nothing_else().await;
});

story!(a_store_put_back_by_hand_sends_no_second_ticket, School::new(), sqlite, |w| {
    let proposal = w.proposal("prof.a", PROJECTOR).await;
    let copy = w.folder().join("copy.db");
    assert_eq!(w.cli(&["backup", copy.to_str().unwrap()]).0, Some(0));
    w.replies("referent", &proposal, "OK").await;
    let ticket = w.mail_to("cesame", "ticket").await;
    w.mail_to("correspondent", "ticket_copy").await;
    w.mail_to("referent", "answer").await;
    w.replies("cesame", &ticket, "Votre demande a bien été enregistrée sous le numéro 4471932.").await;
    w.mail_to("prof.a", "progress").await;
    w.writes("prof.b", "Panne", COMPUTER).await;
    w.mail_to("prof.b", "acknowledgement").await;
    w.mail_to("referent", "proposal").await;
    w.nothing_else().await;

    // Nobody tells the program that this store is an older one: what it is about to send bears the
    // names that it bore before, and the own copy in the mailbox bears them too.
    w.restore(&copy).await;
    w.is("2026-0001", "acknowledged").await;
    w.is("2026-0002", "awaiting_confirmation").await;
    assert!(w.history("2026-0001").await.contains(&"sent_before".to_owned()));
    assert_eq!(w.all_mail().iter().filter(|m| m.kind == "ticket").count(), 1);
    // The correspondent's copy is made after that evidence was read: it goes once more.
    w.mail_to("correspondent", "ticket_copy").await;
    w.nothing_else().await;
});

fn second(w: &World) -> Child {
    let log = std::fs::File::create(w.config().with_extension("second")).unwrap();
    Command::new(env!("CARGO_BIN_EXE_passerelle"))
        .arg("-c")
        .arg(w.config())
        .arg("run")
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(log)
        .spawn()
        .unwrap()
}

#[tokio::test]
async fn a_second_instance_waits_and_takes_over_at_once_from_a_killed_one() {
    let mut w = World::open(Setting::Real, School::new()).await;
    let proposal = w.proposal("prof.a", PROJECTOR).await;
    let mut other = second(&w);
    let waits = || std::fs::read_to_string(w.config().with_extension("second")).unwrap();
    let begun = Instant::now();
    while !waits().contains("another instance is at work") {
        assert!(begun.elapsed() < LONG, "{}", waits());
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    w.replies("referent", &proposal, "OK").await;
    let ticket = w.mail_to("cesame", "ticket").await;
    w.mail_to("correspondent", "ticket_copy").await;
    w.mail_to("referent", "answer").await;
    w.nothing_else().await;
    assert!(!std::fs::read_to_string(w.config().with_extension("second")).unwrap().contains("at work schools"));
    w.service().kill();
    let killed = Instant::now();
    while !std::fs::read_to_string(w.config().with_extension("second")).unwrap().contains("at work schools") {
        assert!(killed.elapsed() < Duration::from_secs(10), "the lock was not free");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    w.replies("cesame", &ticket, "Votre demande a bien été enregistrée sous le numéro 4471932.").await;
    w.mail_to("prof.a", "progress").await;
    w.is("2026-0001", "acknowledged").await;
    w.nothing_else().await;
    other.kill().unwrap();
    other.wait().unwrap();
}
