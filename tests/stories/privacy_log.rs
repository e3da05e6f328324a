//! What the service tells whoever runs it: how it stands, and nobody's name.

use std::os::unix::fs::PermissionsExt as _;
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::harness::lab::PASSWORD;
use crate::harness::school::{School, Setting, World, address};

const WORDS: &str = "Bonjour,\nIci Alice Aubert : le vidéoprojecteur de la salle B204 ne s'allume plus.\nAlice Aubert";

#[tokio::test]
async fn at_every_level_the_log_of_a_loop_names_nobody_and_tells_no_password() {
    let mut w = World::open(Setting::Real, School::new()).await;
    for (journal, room, number, levels) in [
        (
            false,
            "B204",
            "4471932",
            "trace,async_imap=trace,async_imap::imap_stream=trace,lettre=trace,sqlx=trace,handlebars=trace",
        ),
        (true, "C117", "4471977", "debug"),
    ] {
        w.service().terminate();
        w.service().env = vec![("RUST_LOG".to_owned(), levels.to_owned())];
        if journal {
            w.service().env.push(("INVOCATION_ID".to_owned(), "1".to_owned()));
        }
        w.service().run();
        w.acknowledged("prof.a", &WORDS.replace("B204", room), number).await;
        w.writes("stranger", "Offre de Zoé Zimmer", "Zoé Zimmer vous propose un vidéoprojecteur.").await;
        w.mail_to("referent", "stranger").await;
        w.wire(
            "prof.b",
            Some(crate::harness::inside::Wire::Refused(
                "550 5.1.1 <bruno.besnard@ac-creteil.test>: Bruno.Besnard unknown".to_owned(),
            )),
        );
        let words = format!("Bonjour, la souris du poste 7 de la salle {room} est cassée.\nBruno Besnard");
        w.writes("prof.b", "Panne", &words).await;
        w.mail_to("referent", "proposal").await;
        let begun = Instant::now();
        while !w.service().log().contains("not delivered, and given up") {
            assert!(begun.elapsed() < Duration::from_secs(30), "{}", w.service().log());
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        w.wire("prof.b", None);
        let log = w.service().log();
        let lower = log.to_lowercase();
        assert!(lower.contains("handled") && lower.contains("sent"), "it tells what it does: {log}");
        for person in ["prof.a", "prof.b", "stranger", "referent", "cesame", "correspondent"] {
            assert!(!lower.contains(&address(person).to_lowercase()), "{}\n{log}", address(person));
        }
        for name in ["aubert", "alice", "besnard", "zimmer", "petit", PASSWORD, "vidéoprojecteur"] {
            assert!(!lower.contains(&name.to_lowercase()), "« {name} »\n{log}");
        }
        if journal {
            let last = log.lines().rfind(|l| l.starts_with('{')).unwrap();
            serde_json::from_str::<Value>(last).unwrap();
        }
        std::fs::write(w.folder().join("passerelle.log"), "").unwrap();
    }
    // No secret stands where every user of the machine may read it.
    let (_, said) = w.cli(&["check"]);
    assert!(!said.contains(PASSWORD), "{said}");
}

#[tokio::test]
async fn every_file_is_its_owners_alone_and_a_growing_quarantine_turns_the_health_file_red() {
    let mut w = World::open(Setting::Real, School::new()).await;
    let health = w.folder().join("passerelle.db.health.json");
    let read = || -> Option<Value> { serde_json::from_str(&std::fs::read_to_string(&health).ok()?).ok() };
    let wait_for = async |well: bool| {
        let begun = Instant::now();
        loop {
            let seen = read();
            if seen.as_ref().is_some_and(|s| s["well"] == well) {
                return seen.unwrap();
            }
            assert!(begun.elapsed() < Duration::from_secs(40), "never {well}: {seen:?}");
            tokio::time::sleep(Duration::from_millis(200)).await;
        }
    };
    wait_for(true).await;
    for n in 0..10 {
        w.writes("stranger", &format!("Offre {n}"), &format!("Offre {n} : zoe.zimmer@snes.test")).await;
    }
    w.settle().await;
    let red = wait_for(false).await;
    assert!(red.to_string().contains("10 messages came into quarantine"), "{red}");
    assert!(!red.to_string().contains("zimmer"), "{red}");
    assert_eq!(w.cli(&["backup", w.folder().join("copy.db").to_str().unwrap()]).0, Some(0));
    assert_eq!(w.cli(&["forget", address("stranger")]).0, Some(0));
    let mut seen = 0;
    for file in std::fs::read_dir(w.folder()).unwrap().flatten() {
        let name = file.file_name().to_string_lossy().into_owned();
        if name.starts_with("passerelle.db") && !name.ends_with("health.json") || name == "copy.db" {
            assert_eq!(file.metadata().unwrap().permissions().mode() & 0o777, 0o600, "{name}");
            seen += 1;
        }
    }
    assert!(seen >= 5, "store, journal, lock, hashes, copy: {seen}");
}
