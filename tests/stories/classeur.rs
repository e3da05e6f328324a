//! The classeur as somebody asks for it at the command line.

use std::path::Path;

use crate::harness::school::{School, World};
use crate::story;

const PROJECTOR: &str = "Bonjour, le vidéoprojecteur de la salle B204 ne s'allume plus depuis ce matin, impossible de \
                         faire cours. Merci. Alice Aubert";

/// Asks for a classeur of September; gives exit code and output.
fn asks(w: &World, more: &[&str]) -> (Option<i32>, String) {
    w.cli(&[&["classeur", "--from", "2026-09-01", "--to", "30/09/2026"], more].concat())
}

/// The file's lines, each parted; heads first.
fn lines(file: &Path) -> Vec<Vec<String>> {
    let text = std::fs::read_to_string(file).unwrap();
    let text = text.strip_prefix('\u{feff}').expect("a byte order mark");
    text.split_terminator("\r\n").map(|l| l.split(',').map(str::to_owned).collect()).collect()
}

/// The cell of a line under a head.
fn cell<'a>(all: &'a [Vec<String>], line: &str, head: &str) -> &'a str {
    let at = all[0].iter().position(|h| h == head).unwrap_or_else(|| panic!("no column {head}: {:?}", all[0]));
    let row = all.iter().find(|row| row[0] == line).unwrap_or_else(|| panic!("no line {line}: {all:?}"));
    &row[at]
}

story!(a_month_becomes_a_file_that_names_nobody, School::new().key("pcs = 120"), |w| {
    // Tuesday 15 September: reported, sent, registered; repaired the Thursday after.
    let ticket = w.acknowledged("prof.a", PROJECTOR, "4471932").await;
    w.later("2d").await;
    w.replies("cesame", &ticket, "Bonjour, le dossier 4471932 est résolu.").await;
    let check = w.mail_to("prof.a", "resolution_check").await;
    w.replies("prof.a", &check, "Oui, merci !").await;
    w.mail_to("correspondent", "outcome_copy").await;
    // A second one is refused, with a colleague's name in the reason; a third waits.
    let proposal = w.proposal("prof.b", "Bonjour, l'imprimante de la salle des profs n'imprime plus.").await;
    w.replies("referent", &proposal, "NON Bruno Besnard a rangé le câble").await;
    w.mail_to("referent", "answer").await;
    w.proposal("prof.b", "Bonjour, en A101 le poste 7 ne démarre plus.").await;
    w.writes("stranger", "Panne", "Bonjour, l'écran de la B12 est noir.").await;
    w.settle().await;

    let file = w.folder().join("septembre.csv");
    let path = file.to_str().unwrap();
    let (code, said) = asks(w, &["-o", path]);
    assert_eq!((code, said.trim()), (Some(0), path));
    let all = lines(&file);
    assert_eq!(all.len(), 4, "{all:?}");
    assert_eq!(cell(&all, "2026-0001", "Lieu"), "B204");
    assert_eq!(cell(&all, "2026-0001", "État"), "close");
    assert_eq!(cell(&all, "2026-0001", "Signalée le"), "2026-09-15");
    assert_eq!(cell(&all, "2026-0001", "Numéro du support"), "4471932");
    assert_eq!(cell(&all, "2026-0001", "Première réponse le"), "2026-09-15");
    assert_eq!(cell(&all, "2026-0001", "Réparée le"), "2026-09-17");
    assert_eq!(cell(&all, "2026-0001", "Attente (jours ouvrés)"), "2");
    assert_eq!(cell(&all, "2026-0001", "Cours touché"), "oui");
    assert_eq!(cell(&all, "2026-0002", "État"), "refusée par le référent");
    assert_eq!(cell(&all, "2026-0002", "Motif du refus"), "", "it names a colleague");
    assert_eq!(cell(&all, "2026-0003", "État"), "en attente du référent");

    // Replaced, not added to; every table, below one another.
    assert_eq!(asks(w, &["-o", path, "--table", "all"]).0, Some(0));
    let text = std::fs::read_to_string(&file).unwrap();
    for name in ["Aubert", "alice", "Besnard", "bruno", "Petit", "Zimmer", "@"] {
        assert!(!text.contains(name), "{name}: {text}");
    }
    assert!(text.contains("Message d’une adresse étrangère au lycée"), "{text}");
    assert_eq!(asks(w, &["-o", path, "--table", "mois"]).0, Some(0));
    let all = lines(&file);
    assert_eq!(all.len(), 3);
    assert_eq!(all[1][..6], ["septembre 2026", "3", "1", "1", "0", "0"]);
    assert_eq!(asks(w, &["-o", path, "--table", "visites"]).0, Some(0));
    // Twenty-two working days of September, two slices of a quarter of a day: 1.1 days.
    assert_eq!(cell(&lines(&file), "Total", "Jours dus"), "1.1");
    // As French Excel wants it.
    assert_eq!(asks(w, &["-o", path, "--table", "visites", "--separator", "semicolon"]).0, Some(0));
    assert!(std::fs::read_to_string(&file).unwrap().contains(";1,1;"), "decimals with a comma");
    // Without what people wrote, and without any line per incident.
    assert_eq!(asks(w, &["-o", path, "--no-quotes"]).0, Some(0));
    let all = lines(&file);
    assert!(all.len() == 4 && !all[0].iter().any(|head| head == "Motif du refus"), "{all:?}");
    assert_eq!(asks(w, &["-o", path, "--no-annex"]).0, Some(0));
    let text = std::fs::read_to_string(&file).unwrap();
    assert!(!text.contains("2026-0001") && text.contains("Chiffres clés"), "{text}");
    let book = w.folder().join("septembre.xlsx");
    assert_eq!(asks(w, &["-o", book.to_str().unwrap()]).0, Some(0));
    assert!(std::fs::read(&book).unwrap().starts_with(b"PK"), "the format by the extension");
    let page = w.folder().join("septembre.html");
    assert_eq!(asks(w, &["-o", page.to_str().unwrap()]).0, Some(0));
    let page = std::fs::read_to_string(&page).unwrap();
    for name in ["Aubert", "alice", "Besnard", "bruno", "Petit", "Zimmer", "@lycee"] {
        assert!(!page.contains(name), "{name}: {page}");
    }
    // The draft of the motion stands beside the document.
    let document = w.folder().join("septembre.pdf");
    let (code, said) = asks(w, &["-o", document.to_str().unwrap()]);
    let motion = w.folder().join("septembre-motion.txt");
    assert_eq!((code, said.lines().count()), (Some(0), 2), "{said}");
    assert!(std::fs::read(&document).unwrap().starts_with(b"%PDF-1.7"));
    assert!(std::fs::read_to_string(&motion).unwrap().starts_with("\u{feff}PROJET DE MOTION"), "a text to be edited");
    assert_eq!(asks(w, &["-o", path, "--table", "referent"]).0, Some(0));
    assert_eq!(lines(&file)[1], ["septembre 2026", "2", "1", "0", ""]);
});

story!(what_cannot_be_leaves_no_file, School::new(), sqlite, |w| {
    let folder = w.folder().join("out");
    std::fs::create_dir(&folder).unwrap();
    let file = folder.join("c.csv");
    let path = file.to_str().unwrap();
    let missing = folder.join("no/c.csv");
    let nameless = folder.join("classeur");
    let classeur = |from: &str, to: &str, more: &[&str]| {
        let (code, said) = w.cli(&[&["classeur", "--from", from, "--to", to], more].concat());
        assert_eq!(code, Some(2), "{said}");
        said
    };
    let from = "2026-09-01";
    for (said, expected) in [
        (classeur("2026-09-02", from, &["-o", path]), "the period is backwards"),
        (classeur("2097-09-01", "2097-09-30", &["-o", path]), "in the future"),
        (classeur("0926-09-01", "2026-09-30", &["-o", path]), "longer than 50 years"),
        (classeur("31/09/2026", "2026-10-01", &["-o", path]), "is not a day: write 2026-10-01 or 01/10/2026"),
        (classeur(from, from, &["-o", path, "--school", "0750001A"]), "no school has the UAI"),
        (classeur(from, from, &["-o", path, "--table", "moi"]), "no table `moi`: the tables are resume, mois"),
        (classeur(from, from, &["-o", missing.to_str().unwrap()]), "does not exist"),
        (classeur(from, from, &["-o", folder.to_str().unwrap(), "--format", "csv"]), "is a folder"),
        (classeur(from, from, &["-o", nameless.to_str().unwrap()]), "give --format"),
        (classeur(from, from, &["-o", "/dev/null", "--format", "csv"]), "no ordinary file"),
        (classeur(from, from, &["-o", "/proc/c.csv"]), "cannot write /proc/c.csv"),
    ] {
        assert!(said.contains(expected), "{said}");
    }
    assert_eq!(std::fs::read_dir(&folder).unwrap().count(), 0);
    // An empty period is a file all the same.
    assert_eq!(w.cli(&["classeur", "--from", from, "--to", from, "-o", path]).0, Some(0));
    assert_eq!(lines(&file).len(), 1);
    assert_eq!(std::fs::read_dir(&folder).unwrap().count(), 1, "and nothing beside it");
});
