use std::sync::LazyLock;

use jiff::Timestamp;
use jiff::civil::date;
use jiff::tz::TimeZone;

use super::*;
use crate::profile::Profile;
use crate::report::place::Places;

static PROFILE: LazyLock<Profile> = LazyLock::new(|| Profile::builtin("ile-de-france").unwrap());

/// Sunday 22 November 2026, in the afternoon.
fn reading(text: &str) -> LedgerReading {
    subject_and(&["Re: [SIG-2026-0012] Panne", text])
}

fn subject_and(mail: &[&str; 2]) -> LedgerReading {
    let places = Places::new(&["B204".to_owned(), "CDI".to_owned()], &Default::default());
    let zone = TimeZone::get("Europe/Paris").unwrap();
    let at: Timestamp = "2026-11-22T15:00:00+01:00".parse().unwrap();
    let ctx = AnswerContext { profile: &PROFILE, places: &places, date: at, zone: &zone };
    let companies = ["CESAME".to_owned(), "SCC".to_owned(), "région".to_owned()];
    ledger(mail[0], mail[1], &companies, &ctx)
}

#[track_caller]
fn visits(text: &str) -> Vec<VisitTold> {
    let read = reading(text);
    assert_eq!(read.rest, "", "{text}");
    read.orders
        .into_iter()
        .map(|o| match o {
            LedgerOrder::Visit(v) => v,
            other => panic!("{text}: {other:?}"),
        })
        .collect()
}

#[track_caller]
fn visit(text: &str) -> (Date, Option<Half>, Option<u32>, String) {
    let all = visits(text);
    assert_eq!(all.len(), 1, "{text}: {all:?}");
    let v = &all[0];
    (v.on, v.half, v.minutes, v.by.clone())
}

#[track_caller]
fn expense(text: &str) -> (Date, i64, String, String) {
    let read = reading(text);
    assert_eq!(read.rest, "", "{text}");
    match read.orders.as_slice() {
        [LedgerOrder::Expense(e)] => {
            (e.on, e.cents, e.what.clone(), e.place.as_ref().map_or(String::new(), ToString::to_string))
        }
        other => panic!("{text}: {other:?}"),
    }
}

#[track_caller]
fn why(text: &str) -> Unusable {
    match reading(text).orders.as_slice() {
        [LedgerOrder::Unusable { why, .. }] => why.clone(),
        other => panic!("{text}: {other:?}"),
    }
}

#[track_caller]
fn none(text: &str) {
    let read = reading(text);
    assert_eq!((read.orders.as_slice(), read.rest.as_str()), (&[][..], text), "{text}");
}

const MORNING: Option<Half> = Some(Half::Morning);
const AFTERNOON: Option<Half> = Some(Half::Afternoon);

#[test]
fn visits_are_read_from_commands_and_from_free_words() {
    let oct12 = date(2026, 10, 12);
    for (text, expected) in [
        ("VISITE 12/10 matin SCC", (oct12, MORNING, None, "SCC")),
        ("visite 12/10 matin scc", (oct12, MORNING, None, "SCC")),
        ("Visite : le 12 octobre après-midi", (oct12, AFTERNOON, None, "")),
        ("VISITE lundi 12/10, toute la journée, SCC", (oct12, None, None, "SCC")),
        ("VISITE 12/10 matin\n\nCordialement,\nPaul Petit", (oct12, MORNING, None, "")),
        ("Bonjour,\nVISITE 12/10 de 9h à 11h30\nMerci", (oct12, MORNING, Some(150), "")),
        ("VISITE 12/10 14h-16h SCC", (oct12, AFTERNOON, Some(120), "SCC")),
        ("VISITE 12/10 à 14 h SCC", (oct12, AFTERNOON, None, "SCC")),
        ("VISITE 12/10 2h30", (oct12, None, Some(150), "")),
        ("VISITE 12/10 45 min SCC", (oct12, None, Some(45), "SCC")),
        ("VISITE 12/10 1/2 journée SCC", (oct12, None, Some(240), "SCC")),
        ("VISITE SCC 12/10 matin", (oct12, MORNING, None, "SCC")),
        ("VISITE hier matin DSIN", (date(2026, 11, 21), MORNING, None, "DSIN")),
        ("VISITE 12/10 matin société Econocom", (oct12, MORNING, None, "Econocom")),
        ("le technicien est passé jeudi après-midi, 2 h", (date(2026, 11, 19), AFTERNOON, Some(120), "")),
        ("Bonjour, le technicien de SCC est passé hier matin.", (date(2026, 11, 21), MORNING, None, "SCC")),
        ("SCC est venu vendredi de 14 h à 16 h", (date(2026, 11, 20), AFTERNOON, Some(120), "SCC")),
        ("passage de SCC hier toute la journée pour 2026-0012", (date(2026, 11, 21), None, None, "SCC")),
        ("Intervention SCC le 12/10 matin (2 h)", (oct12, MORNING, Some(120), "SCC")),
        ("Pour info, le technicien est venu ce matin", (date(2026, 11, 22), MORNING, None, "")),
    ] {
        let (on, half, minutes, by) = visit(text);
        assert_eq!((on, half, minutes, by.as_str()), expected, "{text}");
    }
}

#[test]
fn a_visit_names_its_incidents_and_may_replace_another() {
    let all = visits("VISITE 12/10 matin pour 2026-0012 et 2026-0014");
    let refs: Vec<String> = all[0].refs.iter().map(ToString::to_string).collect();
    assert_eq!(refs, ["2026-0012", "2026-0014"]);
    let all = visits("VISITE 13/10 après-midi au lieu du 12/10");
    assert_eq!((all[0].on, all[0].half, all[0].instead_of), (date(2026, 10, 13), AFTERNOON, Some(date(2026, 10, 12))));
    let all = visits("VISITE 12/10 matin et 13/10 après-midi");
    assert_eq!(all.iter().map(|v| (v.on.day(), v.half)).collect::<Vec<_>>(), [(12, MORNING), (13, AFTERNOON)]);
    let all = visits("VISITE 12/10 et 13/10 matin SCC");
    assert_eq!(all.iter().map(|v| (v.on.day(), v.half)).collect::<Vec<_>>(), [(12, MORNING), (13, MORNING)]);
}

#[test]
fn the_name_of_a_person_who_came_is_not_kept() {
    let all = visits("VISITE 12/10 matin SCC Karim");
    assert_eq!((all[0].by.as_str(), all[0].left_out.as_deref()), ("SCC", Some("Karim")));
    let all = visits("le technicien Karim est passé hier matin");
    assert_eq!((all[0].by.as_str(), all[0].left_out.as_deref()), ("", Some("Karim")));
}

#[test]
fn expenses_are_read_from_commands_and_from_free_words() {
    let today = date(2026, 11, 22);
    for (text, expected) in [
        ("DEPENSE 45,90 lampe B204", (today, 4_590, "lampe", "B204")),
        (
            "dépense : 1 234,50 € pour un vidéoprojecteur en B204, 2026-0012",
            (today, 123_450, "vidéoprojecteur", "B204"),
        ),
        ("DÉPENSE 12€ câble HDMI le 3/11", (date(2026, 11, 3), 1_200, "câble HDMI", "")),
        ("DEPENSE 12€50 souris", (today, 1_250, "souris", "")),
        ("DEPENSE 45.90 lampe pour la salle B204", (today, 4_590, "lampe", "B204")),
        ("DEPENSE lampe B204 45,90", (today, 4_590, "lampe", "B204")),
        ("DEPENSE 2 lampes 91,80 € B204", (today, 9_180, "2 lampes", "B204")),
        ("DEPENSE 30", (today, 3_000, "", "")),
        (
            "Dépense de 45,90 € : remplacement d'une lampe hors service",
            (today, 4_590, "remplacement d'une lampe hors service", ""),
        ),
        ("J'ai acheté un câble HDMI à 12 € pour la B204", (today, 1_200, "câble HDMI", "B204")),
        ("nous avons payé 45,90 € une lampe le 3/11", (date(2026, 11, 3), 4_590, "lampe", "")),
        ("achat d'une lampe B204 45,90 €", (today, 4_590, "lampe", "B204")),
        ("DEPENSE 45,90 pour l'achat d'une lampe en B204", (today, 4_590, "lampe", "B204")),
        ("DEPENSE 45,90 pour l’achat de câbles HDMI", (today, 4_590, "câbles HDMI", "")),
        ("j'ai payé 12 € pour l'achat d'un adaptateur", (today, 1_200, "adaptateur", "")),
        ("Dépense de 45,90 € pour l'imprimante du secrétariat", (today, 4_590, "pour l'imprimante", "SECRETARIAT")),
        ("DEPENSE 2 lampes à 45,90 €, soit 91,80 €", (today, 9_180, "2 lampes à 45,90 €", "")),
    ] {
        let (on, cents, what, place) = expense(text);
        assert_eq!(
            (on, cents, what.replace("euros", " €").replace("  ", " ").as_str(), place.as_str()),
            expected,
            "{text}"
        );
    }
}

#[test]
fn what_cannot_be_noted_says_why() {
    for (text, expected) in [
        ("VISITE 24/12 matin", Unusable::Future(date(2026, 12, 24))),
        ("VISITE demain matin SCC", Unusable::Future(date(2026, 11, 23))),
        ("VISITE 31/02 matin", Unusable::NoSuchDay("31/02".into())),
        ("VISITE 12/10/2024", Unusable::TooOld(date(2024, 10, 12))),
        ("VISITE jeudi 12/10", Unusable::OtherWeekday { date: date(2026, 10, 12), said: Weekday::Thursday }),
        ("VISITE matin SCC", Unusable::NoDay),
        ("VISITE du 12/10 au 14/10", Unusable::SeveralDays),
        ("VISITE 12/10 30h", Unusable::TooLong),
        ("VISITE 12/10 annulée", Unusable::NotDone),
        ("VISITE prévue 14/10", Unusable::NotDone),
        ("VISITE 12/10 : personne n'est venu", Unusable::NotDone),
        ("DEPENSE lampe B204", Unusable::NoAmount),
        ("DEPENSE -12 €", Unusable::Negative),
        ("DEPENSE 0 € lampe", Unusable::Zero),
        ("DEPENSE 1 000 000 € lampe", Unusable::TooMuch),
        ("DEPENSE 1,234 lampe", Unusable::UnclearAmount),
        ("DEPENSE 12 € + 15 € câbles", Unusable::SeveralAmounts),
        ("DEPENSE 45 € à prévoir", Unusable::NotDone),
        ("DEPENSE 12 € câble le 24/12", Unusable::Future(date(2026, 12, 24))),
        ("CORRIGER V3", Unusable::NothingToChange),
        ("CLASSEUR bleu", Unusable::NoPeriod),
    ] {
        assert_eq!(why(text), expected, "{text}");
    }
}

#[test]
fn fault_reports_and_answers_are_no_statements() {
    for text in [
        "le technicien est passé mais ça ne marche toujours pas",
        "Le technicien est passé jeudi mais ça ne marche toujours pas.",
        "le technicien est passé hier, c'est réparé",
        "Le technicien est passé jeudi. Le vidéoprojecteur de la B204 ne s'allume toujours pas.",
        "le technicien doit passer jeudi",
        "le technicien passera jeudi après-midi",
        "Le technicien n'est pas passé jeudi",
        "je suis passé hier matin en B204",
        "la collègue est passée hier matin",
        "le technicien est-il passé jeudi ?",
        "VISITE 12/10 matin ?",
        "Visite du proviseur jeudi en B204, le son ne marche pas",
        "passage de SCC jeudi matin",
        "visite prévue le 12/10 matin",
        "Le vidéoprojecteur de la B204 est en panne, il faudrait 45 € pour une lampe",
        "J'ai acheté une lampe à 45 € pour la B204 mais le vidéoprojecteur ne marche toujours pas",
        "J'ai acheté une lampe 45 € pour la B204. Le vidéoprojecteur ne s'allume pas.",
        "On a payé 1200 € ce vidéoprojecteur et il est en panne",
        "J'ai dépensé beaucoup d'énergie",
        "si c'est réglé, annulez",
        "annulez le ticket",
        "ANNULER 2026-0012",
        "ok",
        "OK pour 2026-0012",
        "LISTE",
        "la porte du classeur en B204 est cassée",
        "NON, réparé ce matin",
    ] {
        none(text);
    }
}

#[test]
fn a_statement_beside_orders_leaves_the_orders() {
    let read = reading("ok pour 2026-0012. VISITE 12/10 matin");
    assert!(matches!(read.orders.as_slice(), [LedgerOrder::Visit(_)]), "{read:?}");
    assert_eq!(read.rest.trim(), "ok pour 2026-0012.");
    let read = reading("OK, VISITE 12/10 matin SCC et DEPENSE 45,90 lampe B204");
    assert!(matches!(read.orders.as_slice(), [LedgerOrder::Visit(_), LedgerOrder::Expense(_)]), "{read:?}");
    assert_eq!(read.rest.trim(), "OK,");
    let read = reading("OK. Le technicien est passé hier matin.");
    assert!(matches!(read.orders.as_slice(), [LedgerOrder::Visit(_)]), "{read:?}");
    let read = reading("VISITE 12/10 matin SCC, mais le vidéoprojecteur de la B204 ne marche toujours pas");
    assert!(matches!(read.orders.as_slice(), [LedgerOrder::Visit(_)]), "{read:?}");
    assert_eq!(read.rest, "le vidéoprojecteur de la B204 ne marche toujours pas");
    let read = reading("DEPENSE 45,90 lampe B204, mais le vidéoprojecteur ne marche toujours pas");
    assert!(matches!(read.orders.as_slice(), [LedgerOrder::Expense(_)]), "{read:?}");
    assert_eq!(read.rest.trim(), "le vidéoprojecteur ne marche toujours pas");
}

#[test]
fn several_lines_are_several_statements() {
    let read = reading("VISITE 12/10 matin SCC\nVISITE 13/10\n- DEPENSE 45,90 lampe B204\nANNULER V3\nVISITES\n");
    assert_eq!(read.rest, "");
    assert_eq!(read.orders.len(), 5, "{read:?}");
}

#[test]
fn entries_are_withdrawn_corrected_and_listed() {
    let named = |kind, number| Which::Named(EntryName { kind, number });
    for (text, which) in [
        ("ANNULER", Which::Last),
        ("annule la dernière", Which::Last),
        ("Annuler la dernière dépense", Which::LastOf(EntryKind::Expense)),
        ("annuler la visite", Which::LastOf(EntryKind::Visit)),
        ("ANNULER V3", named(EntryKind::Visit, 3)),
        ("annuler d 2 svp", named(EntryKind::Expense, 2)),
        ("ANNULER visite du 12/10", Which::Of(EntryKind::Visit, date(2026, 10, 12))),
    ] {
        assert_eq!(reading(text).orders, [LedgerOrder::Undo(which)], "{text}");
    }
    assert_eq!(reading("ANNULER V3 et D2").orders.len(), 2);
    for (text, visits, expenses, times) in [
        ("VISITES", true, false, false),
        ("liste des visites", true, false, false),
        ("Dépenses", false, true, false),
        ("les dépenses svp", false, true, false),
        ("visites et dépenses", true, true, false),
        ("registre", true, true, true),
        ("TEMPS", false, false, true),
        ("HEURES merci", false, false, true),
        ("visites et temps", true, false, true),
    ] {
        assert_eq!(reading(text).orders, [LedgerOrder::List { visits, expenses, times }], "{text}");
    }
    let read = reading("CORRIGER V3 : 13/10 après-midi");
    let [LedgerOrder::Correct(name, change)] = read.orders.as_slice() else { panic!("{read:?}") };
    assert_eq!(name.to_string(), "V3");
    assert_eq!((change.on, change.half), (Some(date(2026, 10, 13)), Some(AFTERNOON)));
    let read = reading("corriger D2 54,90 €");
    let [LedgerOrder::Correct(name, change)] = read.orders.as_slice() else { panic!("{read:?}") };
    assert_eq!((name.to_string().as_str(), change.cents, change.what.as_str()), ("D2", Some(5_490), ""));
}

#[test]
fn the_classeur_is_asked_for_in_many_ways() {
    let today = date(2026, 11, 22);
    for (text, from, to) in [
        ("CLASSEUR", date(2026, 11, 1), today),
        ("classeur du mois dernier", date(2026, 10, 1), date(2026, 10, 31)),
        ("CLASSEUR octobre", date(2026, 10, 1), date(2026, 10, 31)),
        ("classeur d'octobre svp", date(2026, 10, 1), date(2026, 10, 31)),
        ("Classeur décembre", date(2025, 12, 1), date(2025, 12, 31)),
        ("CLASSEUR novembre", date(2026, 11, 1), today),
        ("CLASSEUR octobre 2026", date(2026, 10, 1), date(2026, 10, 31)),
        ("CLASSEUR 10/2026", date(2026, 10, 1), date(2026, 10, 31)),
        ("CLASSEUR 1/9 au 31/10", date(2026, 9, 1), date(2026, 10, 31)),
        ("CLASSEUR du 1er septembre au 31 octobre 2026", date(2026, 9, 1), date(2026, 10, 31)),
        ("CLASSEUR 1/9/2025 au 30/6/2026", date(2025, 9, 1), date(2026, 6, 30)),
        ("CLASSEUR septembre à novembre", date(2026, 9, 1), today),
        ("CLASSEUR depuis le 1/9", date(2026, 9, 1), today),
        ("CLASSEUR année scolaire", date(2026, 9, 1), today),
        ("CLASSEUR 2025-2026", date(2025, 9, 1), date(2026, 8, 31)),
        ("CLASSEUR 31/10 au 1/9", date(2026, 10, 31), date(2026, 9, 1)),
        ("envoyez-moi le classeur d'octobre", date(2026, 10, 1), date(2026, 10, 31)),
    ] {
        assert_eq!(reading(text).orders, [LedgerOrder::Binder { from, to }], "{text}");
    }
}

#[test]
fn time_is_read_in_every_form_that_people_write() {
    let today = date(2026, 11, 22);
    for (text, on, minutes) in [
        ("TEMPS 2 h 30", today, 150),
        ("TEMPS 2h30", today, 150),
        ("temps : 2 h 30 min", today, 150),
        ("TEMPS 1,5 h 12/10", date(2026, 10, 12), 90),
        ("TEMPS 1.5 h le 12/10", date(2026, 10, 12), 90),
        ("TEMPS 0,75h", today, 45),
        ("TEMPS 2 h 12/10", date(2026, 10, 12), 120),
        ("TEMPS 2 h 12 octobre", date(2026, 10, 12), 120),
        ("TEMPS 12/10 2 h", date(2026, 10, 12), 120),
        ("TEMPS 12/10 : 2 h", date(2026, 10, 12), 120),
        ("TEMPS 45 min hier", date(2026, 11, 21), 45),
        ("temps passé 45 minutes avant-hier", date(2026, 11, 20), 45),
        ("HEURES 3 h jeudi", date(2026, 11, 19), 180),
        ("TEMPS une heure et demie", today, 90),
        ("TEMPS une demi-heure", today, 30),
        ("TEMPS trois quarts d'heure", today, 45),
        ("TEMPS 1 h et demie", today, 90),
        ("TEMPS de travail : 2 h", today, 120),
        ("TEMPS 14 h à 16 h 30", today, 150),
        ("TEMPS 24 h", today, 1440),
        ("Bonjour,\nTEMPS 2 h\nMerci", today, 120),
    ] {
        match reading(text).orders.as_slice() {
            [LedgerOrder::Time(t)] => {
                assert_eq!((t.on, t.minutes, t.wide, t.left_out.clone()), (on, minutes, false, None), "{text}");
            }
            other => panic!("{text}: {other:?}"),
        }
    }
    // Of several days it is noted for one: today, or the last working day of what is past.
    for (text, on) in [
        ("TEMPS 3 h cette semaine", today),
        ("TEMPS 3 h ce mois-ci", today),
        ("TEMPS 3 h la semaine dernière", date(2026, 11, 13)),
        ("TEMPS 3 h le mois dernier", date(2026, 10, 31)),
    ] {
        match reading(text).orders.as_slice() {
            [LedgerOrder::Time(t)] => assert_eq!((t.on, t.minutes, t.wide), (on, 180, true), "{text}"),
            other => panic!("{text}: {other:?}"),
        }
    }
    match reading("TEMPS 1 h pour 2026-0012, réinstallation des postes").orders.as_slice() {
        [LedgerOrder::Time(t)] => {
            assert_eq!((t.refs.len(), t.minutes), (1, 60));
            assert_eq!(t.left_out.as_deref(), Some("réinstallation des postes"));
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn time_that_cannot_be_noted_says_why() {
    for (text, expected) in [
        ("TEMPS -2 h", Unusable::NegativeTime),
        ("TEMPS : -45 min", Unusable::NegativeTime),
        ("TEMPS 0 h", Unusable::ZeroTime),
        ("TEMPS 25 h", Unusable::MoreThanADay),
        ("TEMPS 999999999 h", Unusable::MoreThanADay),
        ("TEMPS 1441 min", Unusable::MoreThanADay),
        ("TEMPS 2 h 75", Unusable::NoTime),
        ("TEMPS hier", Unusable::NoTime),
        ("TEMPS 3", Unusable::NoTime),
        ("TEMPS beaucoup trop", Unusable::NoTime),
        ("TEMPS 2 h demain", Unusable::Future(date(2026, 11, 23))),
        ("TEMPS 2 h 31/02", Unusable::NoSuchDay("31/02".into())),
        ("TEMPS 2 h 12/10/2024", Unusable::TooOld(date(2024, 10, 12))),
        ("TEMPS 2 h 12/10 et 13/10", Unusable::SeveralDays),
        ("TEMPS 2 h à prévoir", Unusable::NotDone),
        ("CORRIGER T1 -2 h", Unusable::NegativeTime),
        ("CORRIGER T1 merci", Unusable::NothingToChange),
    ] {
        assert_eq!(why(text), expected, "{text}");
    }
    // Lengths of time in a fault report are part of the fault.
    for text in [
        "Temps de démarrage : 10 min sur le poste 3 en B204.",
        "TEMPS DE RÉPONSE TRÈS LONG EN B204",
        "heures d'ouverture du CDI fausses sur l'écran",
        "Il faut 5 min à chaque fois, quel temps perdu.",
    ] {
        none(text);
    }
    let read = reading("TEMPS 2 h, mais le vidéoprojecteur de la B204 ne s'allume toujours pas");
    assert!(matches!(read.orders.as_slice(), [LedgerOrder::Time(t)] if t.minutes == 120), "{read:?}");
    assert!(read.rest.starts_with("le vidéoprojecteur de la B204"), "{read:?}");
    let read = reading("CORRIGER T1 2 h hier");
    let [LedgerOrder::Correct(name, change)] = read.orders.as_slice() else { panic!("{read:?}") };
    assert_eq!((name.to_string(), change.minutes, change.on), ("T1".to_owned(), Some(120), Some(date(2026, 11, 21))));
}

#[test]
fn the_subject_is_read_where_the_text_is_blank() {
    assert_eq!(subject_and(&["VISITE 12/10 matin", " \n"]).orders.len(), 1);
    assert_eq!(subject_and(&["VISITE 12/10 matin", "Merci."]).orders.len(), 0);
    assert_eq!(subject_and(&["Re: VISITE 12/10 matin", ""]).orders.len(), 0);
}

/// Every fixture's text, as far as it is a fixture of people who report or answer.
#[test]
fn no_fixture_is_taken_for_a_statement() {
    let mut folders = vec![std::path::PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures"))];
    let mut read = 0;
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap().flatten() {
            let path = entry.path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|e| e == "eml") {
                let message = crate::message::parse::parse(&std::fs::read(&path).unwrap());
                let found = subject_and(&[&message.subject, &message.body.new_text]);
                assert_eq!(found.orders, [], "{}: {:?}", path.display(), found);
                read += 1;
            }
        }
    }
    assert!(read > 20, "{read} fixtures were read");
}

proptest::proptest! {
    #[test]
    fn any_text_is_read_without_panic(text in "(VISITE|DEPENSE|TEMPS|HEURES|ANNULER|CORRIGER|CLASSEUR|le technicien est passé|j'ai acheté)?[ :]{0,2}\\PC{0,120}") {
        let read = reading(&text);
        for order in &read.orders {
            match order {
                LedgerOrder::Visit(v) => proptest::prop_assert!(v.on <= date(2026, 11, 22)),
                LedgerOrder::Expense(e) => proptest::prop_assert!(e.cents > 0 && e.on <= date(2026, 11, 22)),
                LedgerOrder::Time(t) => {
                    proptest::prop_assert!((1..=MOST_MINUTES).contains(&t.minutes) && t.on <= date(2026, 11, 22));
                }
                _ => {}
            }
        }
    }

    #[test]
    fn words_of_statements_in_any_order_are_read_without_panic(
        words in proptest::collection::vec(
            proptest::sample::select(vec![
                "VISITE", "visite", "DEPENSE", "12/10", "45,90", "€", "matin", "SCC", "hier", "2 h", "pas", "mais",
                "2026-0012", "B204", "ANNULER", "V3", ",", ".", "\n", "au lieu du", "lampe", "le technicien", "est passé",
                "CLASSEUR", "octobre", "31/02", "-", "(", "é", "CORRIGER", "jeudi", "à 14 h", "toute la journée", "TEMPS", "temps", "-2 h", "1,5 h", "une demi-heure", "cette semaine",
            ]),
            0..14,
        )
    ) {
        let text = words.join(" ");
        let read = reading(&text);
        proptest::prop_assert!(read.orders.len() <= 40);
        if read.orders.is_empty() {
            proptest::prop_assert_eq!(read.rest, text);
        }
    }
}
