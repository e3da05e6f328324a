//! The referent notes the technician's visits and what the school pays itself, by mail.

use passerelle::classeur::dossier::passages;
use passerelle::classeur::ledger::Entry;

use crate::harness::letters::Mail;
use crate::harness::school::{School, World};
use crate::story;

const PROJECTOR: &str = "Bonjour, le vidéoprojecteur de la salle B204 ne s'allume plus depuis ce matin. Merci";

/// A statement in a mail of its own; gives what the one answer says.
async fn states(w: &mut World, words: &str) -> Mail {
    w.writes("referent", "Registre", words).await;
    let answer = w.mail_to("referent", "answer").await;
    w.nothing_else().await;
    answer
}

/// Everything that is noted, one line each.
async fn noted(w: &World) -> Vec<String> {
    let (from, to) = ("2025-01-01".parse().unwrap(), "2030-01-01".parse().unwrap());
    let all = w.store.ledger_entries("0941234F", from, to).await.unwrap();
    all.into_iter()
        .map(|n| match n.entry {
            Entry::Visit(v) => format!("{} {} {:?} {:?} {}", n.name, v.on, v.half, v.minutes, v.by),
            Entry::Expense(e) => {
                format!(
                    "{} {} {} {} {}",
                    n.name,
                    e.on,
                    e.cents,
                    e.what,
                    e.place.map_or(String::new(), |p| p.to_string())
                )
            }
        })
        .collect()
}

// The stories begin on Tuesday, 15 September 2026, at nine.

story!(a_visit_and_an_expense_are_noted_and_told_back, School::new(), |w| {
    let answer = states(w, "VISITE 10/9 matin SCC").await;
    answer.says(&["V1", "jeudi 10 septembre", "matin", "SCC", "ANNULER V1"]);
    let answer = states(w, "dépense : 1 234,50 € pour un vidéoprojecteur en B204").await;
    answer.says(&["D1", "1 234,50 €", "vidéoprojecteur", "B204", "mardi 15 septembre", "ANNULER D1"]);
    states(w, "le technicien est passé hier après-midi, 2 h").await.says(&["V2", "lundi 14 septembre", "après-midi"]);
    assert_eq!(
        noted(w).await,
        [
            "V1 2026-09-10 Some(Morning) None SCC",
            "V2 2026-09-14 Some(Afternoon) Some(120) ",
            "D1 2026-09-15 123450 vidéoprojecteur B204"
        ]
    );
    let (visits, expenses) =
        w.store.ledger("0941234F", "2026-09-01".parse().unwrap(), "2026-09-30".parse().unwrap()).await.unwrap();
    assert_eq!((visits.len(), expenses.len()), (2, 1));
});

story!(several_lines_and_orders_in_one_mail_have_one_answer, School::new(), |w| {
    let proposal = w.proposal("prof.a", PROJECTOR).await;
    w.replies("referent", &proposal, "OK. VISITE 10/9 matin SCC\nDEPENSE 45,90 lampe B204").await;
    w.mail_to("cesame", "ticket").await;
    w.mail_to("correspondent", "ticket_copy").await;
    let answer = w.mail_to("referent", "answer").await;
    answer.says(&["V1", "D1", "45,90 €", "2026-0001"]);
    w.nothing_else().await;
    w.is("2026-0001", "ticketed").await;
    let history = w.history("2026-0001").await;
    assert!(
        history.contains(&"visit_noted".to_owned()) && history.contains(&"expense_noted".to_owned()),
        "{history:?}"
    );
    w.writes("referent", "2026-0001", "2026-0001").await;
    w.mail_to("referent", "answer").await.says(&["passage noté", "V1"]);
});

story!(an_incident_that_is_named_is_tied, School::new(), |w| {
    w.ticket("prof.a", PROJECTOR).await;
    states(w, "passage de SCC hier toute la journée pour 2026-0001").await.says(&["pour 2026-0001", "journée entière"]);
    let row = w.store.incident_by_reference("0941234F", "2026-0001".parse().unwrap()).await.unwrap().unwrap();
    assert_eq!(w.store.visits_of_incident(row.incident.id).await.unwrap().len(), 1);
    states(w, "VISITE 10/9 matin pour 2026-0099").await.says(&["2026-0099", "ne connais pas"]);
    assert_eq!(noted(w).await.len(), 1);
});

story!(what_cannot_be_noted_is_answered_and_not_noted, School::new(), |w| {
    for (words, says) in [
        ("VISITE 13/9 matin", "le 13 septembre est un dimanche"),
        ("VISITE 14/7 matin", "le 14 juillet est un jour férié"),
        ("VISITE 18/9 matin", "n'est pas encore passé"),
        ("VISITE 31/2 matin", "n'existe pas"),
        ("VISITE 10/9/2024 matin", "plus d'un an"),
        ("VISITE mardi 10/9", "le 10 septembre est un jeudi, non un mardi"),
        ("VISITE matin SCC", "quel jour"),
        ("VISITE 10/9 annulée", "n'a pas eu lieu"),
        ("DEPENSE -12 € câble", "positif"),
        ("DEPENSE 0 € câble", "nul"),
        ("DEPENSE 1 000 000 € câble", "faute de frappe"),
        ("DEPENSE câble HDMI", "montant"),
        ("DEPENSE 12 € câble le 31/2", "n'existe pas"),
        ("ANNULER", "rien n'est noté"),
        ("ANNULER V7", "V7 n'est pas notée"),
        ("CLASSEUR 31/10/2025 au 1/9/2025", "à l'envers"),
        ("CLASSEUR 1/10/2026 au 31/10/2026", "encore rien à montrer"),
        ("CLASSEUR bleu", "période"),
    ] {
        states(w, words).await.says(&[says]);
    }
    assert!(noted(w).await.is_empty());
});

story!(entries_are_withdrawn_corrected_replaced_and_listed, School::new(), |w| {
    states(w, "VISITE 10/9 matin SCC").await;
    states(w, "DEPENSE 45,90 lampe B204").await;
    states(w, "VISITE 11/9 matin SCC").await;
    let answer = states(w, "ANNULER").await;
    answer.says(&["V2 est effacée", "vendredi 11 septembre"]);
    // To the very answer, as the answer says.
    let answer = states(w, "VISITE 14/9 matin SCC").await;
    w.replies("referent", &answer, "ANNULER").await;
    w.mail_to("referent", "answer").await.says(&["V3 est effacée"]);
    states(w, "VISITE 8/9 après-midi au lieu du 10/9").await.says(&[
        "V1 est effacée",
        "V4",
        "mardi 8 septembre",
        "SCC",
    ]);
    // To what is noted already, nothing is corrected.
    states(w, "VISITE 7/9 après-midi SCC").await;
    states(w, "CORRIGER V5 8/9").await.says(&["déjà notée", "V4"]);
    states(w, "ANNULER V5").await.says(&["V5 est effacée"]);
    states(w, "CORRIGER D1 54,90").await.says(&["D1 est effacée", "D2", "54,90 €", "lampe"]);
    assert_eq!(noted(w).await, ["V4 2026-09-08 Some(Afternoon) None SCC", "D2 2026-09-15 5490 lampe B204"]);
    states(w, "VISITES").await.says(&["1 visite notée", "V4"]);
    states(w, "visites et dépenses").await.says(&["V4", "D2", "54,90 €"]);
    states(w, "ANNULER la visite du 8/9").await.says(&["V4 est effacée"]);
    states(w, "VISITES").await.says(&["Aucune visite"]);
});

story!(one_visit_for_two_incidents_is_corrected_and_withdrawn_as_one, School::new(), |w| {
    w.ticket("prof.a", PROJECTOR).await;
    w.ticket("prof.b", "Bonjour, l'ordinateur de la salle C12 ne démarre plus.").await;
    let days = ("2026-09-01".parse().unwrap(), "2026-09-30".parse().unwrap());
    states(w, "VISITE 10/9 matin SCC pour 2026-0001 et 2026-0002").await.says(&["V1", "V2"]);
    states(w, "CORRIGER V2 11/9").await.says(&[
        "V1 est effacée",
        "V2 est effacée",
        "V3",
        "V4",
        "vendredi 11 septembre",
    ]);
    let (visits, _) = w.store.ledger("0941234F", days.0, days.1).await.unwrap();
    assert_eq!((visits.len(), passages(&visits).len()), (2, 1), "the technician came once");
    // What it was for is said of one entry alone; the visit stays one.
    w.ticket("prof.a", "Bonjour, l'imprimante de la salle A101 n'imprime plus.").await;
    states(w, "CORRIGER V4 pour 2026-0003").await.says(&["V4 est effacée", "V5 est notée", "pour 2026-0003"]);
    let (visits, _) = w.store.ledger("0941234F", days.0, days.1).await.unwrap();
    assert_eq!((visits.len(), passages(&visits).len()), (2, 1));
    states(w, "CORRIGER V5 pour 2026-0001").await.says(&["déjà notée", "V3"]);
    states(w, "ANNULER V5").await.says(&["V5 est effacée", "reste notée : V3"]);
    states(w, "ANNULER").await.says(&["V3 est effacée"]);
    states(w, "VISITE 10/9 matin SCC pour 2026-0001 et 2026-0002").await.says(&["V6", "V7"]);
    let moved = states(w, "VISITE 8/9 matin au lieu du 10/9").await;
    moved.says(&["V6 est effacée", "V7 est effacée", "V8 est notée", "V9 est notée", "mardi 8 septembre", "SCC"]);
    states(w, "ANNULER").await.says(&["V8 est effacée", "V9 est effacée"]);
    states(w, "VISITES").await.says(&["Aucune visite"]);
});

story!(the_same_visit_or_the_same_mail_is_not_noted_twice, School::new(), |w| {
    states(w, "VISITE 10/9 matin SCC").await;
    states(w, "VISITE 10/9 matin SCC").await.says(&["déjà notée", "V1"]);
    let raw = World::draft("referent", "Registre", "DEPENSE 12 € câble").bytes(
        "again@poste.test",
        w.now(),
        crate::harness::school::MAILBOX,
    );
    w.arrives("referent@lycee.test", &raw).await;
    w.mail_to("referent", "answer").await.says(&["D1"]);
    w.arrives("referent@lycee.test", &raw).await;
    w.nothing_else().await;
    // A mail host that adds a line of its own makes other bytes of the same mail.
    let text = String::from_utf8(raw).unwrap().replace("câble", "câble.").replace("c=C3=A2ble", "c=C3=A2ble.");
    w.arrives("referent@lycee.test", text.as_bytes()).await;
    assert_eq!(noted(w).await.len(), 2);
    w.mails_to("referent", "answer").await;
    states(w, "DEPENSE 12 € câble").await.says(&["D2", "D1 dit la même chose"]);
});

story!(fault_reports_stay_reports_whoever_mentions_a_visit_or_a_price, School::new(), |w| {
    w.writes(
        "referent",
        "B204",
        "Bonjour, le technicien est passé jeudi. Le vidéoprojecteur de la B204 ne s'allume toujours pas, il faudrait 45 € pour une lampe.",
    )
    .await;
    w.mail_to("referent", "proposal").await.says(&["B204", "vidéoprojecteur"]);
    w.nothing_else().await;
    w.writes("prof.a", "visite", "Bonjour, le technicien est passé jeudi après-midi, 2 h.").await;
    w.writes("prof.a", "visite", "Le technicien de SCC est venu hier matin.").await;
    for words in ["VISITE 10/9 matin SCC", "DEPENSE 45,90 lampe B204", "CLASSEUR"] {
        w.writes("prof.b", words, words).await;
        w.mail_to("prof.b", "help").await.says(&["rien n'a été fait"]);
    }
    w.nothing_else().await;
    assert!(noted(w).await.is_empty());
});

story!(a_statement_with_a_fault_behind_it_is_noted_and_reported, School::new(), |w| {
    w.writes(
        "referent",
        "visite",
        "VISITE 10/9 matin SCC, mais le vidéoprojecteur de la B204 ne s'allume toujours pas",
    )
    .await;
    w.mail_to("referent", "answer").await.says(&["V1"]);
    w.mail_to("referent", "proposal").await.says(&["B204"]);
    w.nothing_else().await;
});

story!(what_answers_a_ticket_stays_an_answer, School::new(), |w| {
    let proposal = w.proposal("prof.a", PROJECTOR).await;
    // To a ticket that waits, "annuler" is about the ticket.
    w.replies("referent", &proposal, "le technicien est passé mais ça ne marche toujours pas").await;
    w.mails_to("referent", "answer").await;
    w.is("2026-0001", "awaiting_confirmation").await;
    assert!(noted(w).await.is_empty());
    // A visit told to the question is noted, and the question stays.
    w.replies("referent", &proposal, "Le technicien est passé hier matin.").await;
    w.mail_to("referent", "answer").await.says(&["V1", "2026-0001", "rien n'est parti"]);
    w.is("2026-0001", "awaiting_confirmation").await;
    w.replies("referent", &proposal, "ANNULER").await;
    w.mail_to("prof.a", "progress").await;
    w.mail_to("correspondent", "outcome_copy").await;
    w.mail_to("referent", "answer").await;
    w.is("2026-0001", "refused").await;
    assert_eq!(noted(w).await.len(), 1);
});

story!(nobody_is_named_in_what_is_noted, School::new(), |w| {
    states(w, "VISITE 10/9 matin SCC Karim").await.says(&["V1", "SCC", "ne nomme personne"]);
    states(w, "DEPENSE 12 € câble pour Mme Aubert").await.says(&["D1", "ne sont pas gardés"]);
    let all = noted(w).await.join("\n");
    assert!(!all.contains("Karim") && !all.contains("Aubert"), "{all}");
});
