//! `passerelle demo`, played by the program itself in an empty folder: what it promises to show is
//! what lies in the store and in people's Maildirs afterwards.

#![allow(clippy::unwrap_used, clippy::expect_used, missing_docs)]

use std::collections::BTreeMap;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use passerelle::message::{Message, parse};
use serde_json::Value;

const US: &str = "panne-info@lycee-bonheur.test";
const REFERENT: &str = "claire.dumont@lycee-bonheur.test";
const DESK: &str = "cesame@region.test";
const CORRESPONDENT: &str = "cesame@syndicat.test";

fn passerelle(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_passerelle"))
        .args(arguments)
        .env_remove("RUST_LOG")
        .stdin(Stdio::null())
        .output()
        .unwrap()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

/// A mail in somebody's Maildir.
struct Mail {
    raw: Vec<u8>,
    message: Message,
}

impl Mail {
    fn kind(&self) -> &str {
        self.message.marks.passerelle_kind.as_deref().unwrap_or("")
    }

    fn reference(&self) -> &str {
        self.message.marks.passerelle_incident.as_deref().unwrap_or("")
    }
}

/// Everybody's mail, by address.
fn maildirs(folder: &Path) -> BTreeMap<String, Vec<Mail>> {
    let mut all: BTreeMap<String, Vec<Mail>> = BTreeMap::new();
    for person in std::fs::read_dir(folder.join("mail")).unwrap() {
        let person = person.unwrap().path();
        let address = person.file_name().unwrap().to_str().unwrap().to_owned();
        let mails = all.entry(address).or_default();
        for sub in ["new", "cur"] {
            for file in std::fs::read_dir(person.join(sub)).unwrap() {
                let raw = std::fs::read(file.unwrap().path()).unwrap();
                mails.push(Mail { message: parse::parse(&raw), raw });
            }
        }
    }
    all
}

/// What `verb --json` says of the folder's store.
fn asked(folder: &Path, verb: &[&str]) -> Value {
    let config = folder.join("passerelle.toml");
    let mut arguments = vec!["-c", config.to_str().unwrap()];
    arguments.extend(verb);
    arguments.push("--json");
    let output = passerelle(&arguments);
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    serde_json::from_slice(&output.stdout).unwrap()
}

fn list<'v>(value: &'v Value, key: &str) -> Vec<&'v str> {
    value.as_array().unwrap().iter().map(|v| v[key].as_str().unwrap_or("")).collect()
}

#[test]
fn the_demo_shows_what_it_promises() {
    let dir = tempfile::tempdir().unwrap();
    let folder = dir.path().join("play here");
    let output = passerelle(&["demo", folder.to_str().unwrap()]);
    let (told, complaints) = (text(&output.stdout), text(&output.stderr));
    assert_eq!((output.status.code(), complaints.as_str()), (Some(0), ""), "{told}");
    assert!(!told.contains('\u{1b}'), "colour belongs on a terminal");
    for line in told.lines().take_while(|l| !l.contains("Look further")).skip(1) {
        assert!(line.chars().count() <= 100, "too wide: {line}");
    }

    incidents_end_as_told(&folder);
    each_confirmed_incident_has_one_ticket(&folder);
    nobody_is_named_outside_the_school(&folder);
    machines_and_strangers_get_nothing(&folder);
    people_learn_what_concerns_them(&folder);
    the_folder_can_be_looked_into(&folder, &told);
    it_ends_with_a_classeur(&folder, &told);
}

fn it_ends_with_a_classeur(folder: &Path, told: &str) {
    for name in ["classeur.xlsx", "classeur.csv", "motion.txt"] {
        let bytes = std::fs::read(folder.join(name)).unwrap();
        assert!(bytes.len() > 500, "{name} is empty");
        assert!(told.contains(name), "{name} is not pointed at");
        let words = String::from_utf8_lossy(&bytes).to_lowercase();
        for person in ["marchand", "karim", "dumont", "lemaire", "vasseur"] {
            assert!(!words.contains(person), "{name} names {person}");
        }
    }
    let csv = std::fs::read_to_string(folder.join("classeur.csv")).unwrap();
    assert!(csv.contains("45,90") && csv.contains("SCC"), "what the referent noted is missing");
    let mail = maildirs(folder);
    let answer =
        mail[REFERENT].iter().find(|m| m.kind() == "answer" && m.message.subject.contains("registre")).unwrap();
    for words in ["V1", "V2", "D1", "45,90"] {
        assert!(answer.message.body.new_text.contains(words), "{words}");
    }
    let binder: Vec<&Mail> = mail.values().flatten().filter(|m| m.kind() == "binder").collect();
    assert_eq!(binder.len(), 1, "who asked receives it, and nobody else");
    assert!(!binder[0].message.attachments.is_empty());
}

fn incidents_end_as_told(folder: &Path) {
    let all = asked(folder, &["incidents"]);
    let ended: Vec<(&str, &str, &str)> = all
        .as_array()
        .unwrap()
        .iter()
        .map(|i| (i["ref"].as_str().unwrap(), i["state"].as_str().unwrap(), i["place"].as_str().unwrap_or("-")))
        .collect();
    let mut sorted = ended.clone();
    sorted.sort_unstable();
    assert_eq!(
        sorted,
        [
            ("2026-0001", "closed", "B204"),
            ("2026-0002", "resolved", "CDI"),
            ("2026-0003", "redirected", "SALLE DES PROFS"),
            ("2026-0004", "refused", "B110"),
            ("2026-0005", "closed", "B205"),
            ("2026-0006", "planned", "B110"),
            ("2026-0007", "ticketed", "AMPHI"),
            ("2026-0008", "closed", "BATIMENT C"),
            ("2026-0009", "merged", "-"),
        ]
    );
    let by_ref = |r: &str| all.as_array().unwrap().iter().find(|i| i["ref"] == r).unwrap().clone();
    assert_eq!(by_ref("2026-0001")["reporters"].as_array().unwrap().len(), 3, "three told of one fault");
    assert_eq!(by_ref("2026-0008")["reporters"].as_array().unwrap().len(), 3, "the outage swallowed the local faults");
    assert_eq!(by_ref("2026-0009")["merged_into"], "2026-0007");
    assert_eq!(by_ref("2026-0006")["planned_for"], "2026-11-23");
    assert_eq!(by_ref("2026-0006")["equipment"], "ecran");
    assert_eq!(by_ref("2026-0001")["support_reference"], "INC0048211");
}

fn each_confirmed_incident_has_one_ticket(folder: &Path) {
    let mail = maildirs(folder);
    let mut tickets: Vec<&str> = mail[DESK].iter().filter(|m| m.kind() == "ticket").map(Mail::reference).collect();
    tickets.sort_unstable();
    assert_eq!(tickets, ["2026-0001", "2026-0002", "2026-0005", "2026-0006", "2026-0007", "2026-0008"]);
    assert!(mail[DESK].iter().all(|m| matches!(m.kind(), "ticket" | "follow_up")));
    let photos = |m: &Mail| m.message.attachments.iter().filter(|a| a.mime == "image/jpeg").count();
    let with_photo: Vec<&Mail> = mail[DESK].iter().filter(|m| photos(m) > 0).collect();
    assert_eq!(with_photo.iter().map(|m| m.reference()).collect::<Vec<_>>(), ["2026-0006"]);
    let photo = &with_photo[0].message.attachments[0].data;
    assert!(!photo.windows(4).any(|w| w == b"Exif"), "the photo still tells who took it");
    let sent = mail[US].iter().filter(|m| m.message.attachments.iter().any(|a| holds(&a.data, b"Exif"))).count();
    assert_eq!(sent, 1, "the photo that came in bore EXIF data");
}

fn holds(bytes: &[u8], what: &[u8]) -> bool {
    bytes.windows(what.len()).any(|w| w == what)
}

fn nobody_is_named_outside_the_school(folder: &Path) {
    let mail = maildirs(folder);
    let colleagues = ["Marchand", "Benali", "Ferreira", "Girard", "Lemaire", "Roux", "Tran", "Vasseur", "Costa"];
    assert!(mail[CORRESPONDENT].len() > 8);
    for reader in [DESK, CORRESPONDENT] {
        for m in &mail[reader] {
            let seen = format!("{} {} {}", m.message.subject, m.message.body.new_text, m.message.body.signature);
            let raw = String::from_utf8_lossy(&m.raw).to_lowercase();
            for name in colleagues {
                assert!(!seen.to_lowercase().contains(&name.to_lowercase()), "{name} in a mail to {reader}: {seen}");
                assert!(!raw.contains(&format!("{}@", name.to_lowercase())), "the address of {name} went to {reader}");
            }
        }
    }
    let own_words = "le voyant reste rouge";
    let copies = mail[CORRESPONDENT].iter().filter(|m| m.message.body.new_text.contains(own_words)).count();
    assert_eq!(copies, 0, "a teacher's own words went to the correspondent");
}

fn machines_and_strangers_get_nothing(folder: &Path) {
    let mail = maildirs(folder);
    let expected_readers = [
        DESK,
        CORRESPONDENT,
        REFERENT,
        "helene.roux@lycee-bonheur.test",
        "karim.benali@lycee-bonheur.test",
        "lucie.marchand@lycee-bonheur.test",
        "marie.vasseur@boite-privee.test",
        "nadia.ferreira@lycee-bonheur.test",
        US,
        "paul.girard@lycee-bonheur.test",
        "sophie.tran@lycee-bonheur.test",
        "thomas.lemaire@lycee-bonheur.test",
    ];
    let mut expected_readers: Vec<&str> = expected_readers.to_vec();
    expected_readers.sort_unstable();
    assert_eq!(mail.keys().map(String::as_str).collect::<Vec<_>>(), expected_readers);

    // The stranger hears of us only after the referent's OK.
    let welcome = mail[REFERENT].iter().find(|m| m.kind() == "answer" && m.message.subject.contains("laisser entrer"));
    let let_in = welcome.unwrap().message.date.unwrap();
    assert!(mail["marie.vasseur@boite-privee.test"].iter().all(|m| m.message.date.unwrap() >= let_in));

    let messages = asked(folder, &["messages"]);
    assert!(list(&messages, "end").iter().all(|e| matches!(*e, "handled" | "ignored")), "something is left over");
    let reasons = list(&messages, "reason");
    for reason in ["automatic reply", "list, newsletter or advertising", "bounce of our mail of kind ticket_copy"] {
        assert_eq!(reasons.iter().filter(|r| **r == reason).count(), 1, "{reason}");
    }
    // Nothing of ours answers the out-of-office reply.
    let absent = messages.as_array().unwrap().iter().find(|m| m["reason"] == "automatic reply").unwrap();
    let id = absent["message_id"].as_str().unwrap();
    assert!(mail.values().flatten().all(|m| !m.message.answers_to().contains(&id)));
}

fn people_learn_what_concerns_them(folder: &Path) {
    let mail = maildirs(folder);
    let kinds = |who: &str, about: &str| {
        let mut kinds: Vec<&str> = mail[who].iter().filter(|m| m.reference() == about).map(Mail::kind).collect();
        kinds.sort_unstable();
        kinds
    };
    let checks = |who: &str| kinds(who, "2026-0001").iter().filter(|k| **k == "resolution_check").count();
    for who in ["lucie.marchand", "karim.benali", "thomas.lemaire"] {
        assert_eq!(checks(&format!("{who}@lycee-bonheur.test")), 2, "{who} is asked at each repair");
    }
    assert_eq!(kinds("nadia.ferreira@lycee-bonheur.test", "2026-0004"), ["progress"]);
    assert_eq!(kinds("nadia.ferreira@lycee-bonheur.test", "2026-0003"), ["progress"]);
    let acknowledged = mail["nadia.ferreira@lycee-bonheur.test"].iter().filter(|m| m.kind() == "acknowledgement");
    assert_eq!(acknowledged.count(), 1, "three faults in one mail: one acknowledgement");
    for kind in ["digest", "reminder", "alert", "stranger"] {
        assert!(mail[REFERENT].iter().any(|m| m.kind() == kind), "the referent got no {kind}");
    }
    let follow_up = mail[DESK].iter().find(|m| m.kind() == "follow_up" && m.reference() == "2026-0002").unwrap();
    assert!(follow_up.message.body.new_text.contains("CZC0417F2K"), "the serial number reaches support");
    let corrected = mail[DESK].iter().find(|m| m.reference() == "2026-0005").unwrap();
    assert!(corrected.message.body.new_text.contains("[lieu rectifié : B205]"), "the words name another room");
}

fn the_folder_can_be_looked_into(folder: &Path, told: &str) {
    let history = asked(folder, &["incident", "2026-0001"]);
    let events = list(&history["history"], "event");
    assert!(["confirmed", "ticket_sent", "planned", "closed"].iter().all(|e| events.contains(e)), "{events:?}");
    assert!(told.contains(&format!("-c '{}' incidents", folder.join("passerelle.toml").display())), "{told}");
    let explain = told.lines().find(|l| l.contains(" explain ")).unwrap();
    let file = explain.rsplit('\'').nth(1).unwrap();
    let config = folder.join("passerelle.toml");
    let output = passerelle(&["explain", "--school", config.to_str().unwrap(), "--json", file]);
    let told: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(told["reports"].as_array().unwrap().len(), 3);
}

#[test]
fn a_folder_with_something_in_it_is_left_alone() {
    let dir = tempfile::tempdir().unwrap();
    std::fs::write(dir.path().join("mine"), "precious").unwrap();
    let output = passerelle(&["demo", dir.path().to_str().unwrap()]);
    assert_eq!(output.status.code(), Some(2));
    assert!(text(&output.stderr).contains("is not empty"), "{}", text(&output.stderr));
    assert_eq!(std::fs::read_dir(dir.path()).unwrap().count(), 1);
}
