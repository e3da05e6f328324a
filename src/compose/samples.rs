//! Sample letters of every kind, in every shape that its text tells apart: for `passerelle check`
//! and for reading the texts by eye.

use serde_json::Value;

use super::MailKind;
use super::data::{Scene, of};
use super::letter::{
    AckItem, Change, Content, Enclosure, FollowUpCause, Held, HistoryLine, Letter, ReportView, StrangerView, Trouble,
    Twin, Waits,
};
use super::sample_school::{
    account, acknowledged, address, ago, computers, ended, in_the_week, now, outage, planned, printer, projector,
    school, ticketed, waiting,
};
use crate::incident::{Incident, State};
use crate::profile::Profile;
use crate::report::Responsible;

/// Every sample as the data that its text reads.
pub fn data() -> Vec<(MailKind, Value)> {
    let Ok(profile) = Profile::builtin("ile-de-france") else { return Vec::new() };
    let school = school();
    let scene = Scene { school: &school, profile: &profile, now: now(), names: &[] };
    letters().iter().map(|(_, letter)| (letter.content.kind(), of(letter, &scene))).collect()
}

fn ack(incident: Incident, already_known: bool) -> AckItem {
    let ask_place = incident.facts.place.is_none();
    AckItem { words: incident.facts.words.clone(), told_by: None, incident, already_known, ask_place }
}

fn photo() -> Enclosure {
    Enclosure { name: "photo-1.jpg".into(), mime: "image/jpeg".into(), data: vec![0xff, 0xd8, 0xff, 0xd9] }
}

/// Every sample with a name of its own.
pub fn letters() -> Vec<(String, Letter)> {
    let mut all: Vec<(&str, Content)> = Vec::new();
    to_reporters(&mut all);
    to_referents(&mut all);
    answers_and_alerts(&mut all);
    to_support_and_correspondents(&mut all);
    all.into_iter()
        .map(|(name, content)| {
            let kind = content.kind();
            let attachments = if name.ends_with("with photo") { vec![photo()] } else { Vec::new() };
            let letter = Letter {
                to: address("karim.benali@lycee-prevert.test"),
                content,
                concerns: None,
                in_reply_to: None,
                references: Vec::new(),
                reply_subject: None,
                cc: Vec::new(),
                attachments,
            };
            (format!("{kind}: {name}"), letter)
        })
        .collect()
}

fn to_reporters(all: &mut Vec<(&str, Content)>) {
    let outage = outage(waiting());
    all.push(("one, new", Content::Acknowledgement { items: vec![ack(projector(waiting()), false)] }));
    all.push((
        "one, known and planned",
        Content::Acknowledgement { items: vec![ack(planned(projector(waiting())), true)] },
    ));
    all.push((
        "three, one without place",
        Content::Acknowledgement {
            items: vec![
                ack(printer(waiting()), false),
                ack(acknowledged(projector(waiting())), true),
                ack(account(waiting()), false),
            ],
        },
    ));
    let confirmed = State::Confirmed { at: ago(0), by: None };
    let forwarded = AckItem { told_by: Some("Marc Blanc".into()), ..ack(projector(waiting()), false) };
    all.push(("one, forwarded", Content::Acknowledgement { items: vec![forwarded] }));
    all.push(("one, sent unasked", Content::Acknowledgement { items: vec![ack(computers(confirmed), false)] }));
    all.push(("none", Content::Acknowledgement { items: Vec::new() }));
    let refused = |by_support| State::Refused { at: ago(0), by_support, reason: "hors contrat, dit M. Roux".into() };
    let redirected = State::Redirected { at: ago(0), to: Responsible::Rectorat };
    let changes = [
        ("acknowledged", acknowledged(projector(waiting())), Change::Acknowledged),
        ("acknowledged without number", ticketed(projector(waiting())), Change::Acknowledged),
        ("planned", planned(projector(waiting())), Change::Planned),
        (
            "question",
            acknowledged(projector(waiting())),
            Change::Question { words: "Quel est le modèle de l'appareil\u{a0}?".into() },
        ),
        (
            "refused by support",
            ended(projector(waiting()), refused(true)),
            Change::RefusedBySupport { words: "Matériel hors parc.".into() },
        ),
        (
            "refused by support, no reason",
            ended(outage.clone(), refused(true)),
            Change::RefusedBySupport { words: String::new() },
        ),
        ("refused", ended(projector(waiting()), refused(false)), Change::Refused { reason: "réparé ce matin".into() }),
        ("refused, no reason", ended(projector(waiting()), refused(false)), Change::Refused { reason: String::new() }),
        ("redirected", ended(account(waiting()), redirected), Change::Redirected),
        ("planned in a week", in_the_week(projector(waiting())), Change::Planned),
        ("closed", ended(projector(waiting()), State::Closed { at: ago(0) }), Change::Closed),
        ("merged", acknowledged(projector(waiting())), Change::Merged { was: "2026-0044".into() }),
        ("split", projector(waiting()), Change::Split { was: "2026-0012".into() }),
    ];
    for (name, incident, change) in changes {
        all.push((name, Content::Progress { incident, change }));
    }
    all.push((
        "asked",
        Content::ResolutionCheck {
            incident: ended(computers(waiting()), State::Resolved { at: ago(0) }),
            by_colleague: false,
        },
    ));
    all.push((
        "asked, by a colleague's word",
        Content::ResolutionCheck {
            incident: ended(projector(waiting()), State::Resolved { at: ago(0) }),
            by_colleague: true,
        },
    ));
    all.push(("colleague", Content::Help { not_understood: None, for_referent: false }));
    all.push((
        "colleague, not understood",
        Content::Help { not_understood: Some("LISTE TOUT".into()), for_referent: false },
    ));
}

fn to_referents(all: &mut Vec<(&str, Content)>) {
    let report = |who: &str, words: &str| ReportView { who: who.into(), at: ago(3), words: words.into() };
    let long = projector(waiting()).facts.words;
    all.push((
        "region, twins",
        Content::Proposal {
            incident: projector(waiting()),
            reports: vec![
                report("Karim Benali", &long),
                report("anne.le-bris@lycee-prevert.test", "Idem en B204 ce matin."),
            ],
            twins: vec![Twin {
                incident: acknowledged(computers(waiting())),
                reason: "même salle, signalé hier".into(),
            }],
            changed: None,
            own_report: false,
            photos: 2,
        },
    ));
    all.push((
        "rectorat, changed, doubts",
        Content::Proposal {
            incident: account(waiting()),
            reports: vec![report("Anne Le Bris", "impossible d'entrer dans {{ARENA}}")],
            twins: Vec::new(),
            changed: Some("le lieu est maintenant la salle B205".into()),
            own_report: false,
            photos: 0,
        },
    ));
    all.push((
        "own report, several machines",
        Content::Proposal {
            incident: computers(waiting()),
            reports: Vec::new(),
            twins: Vec::new(),
            changed: None,
            own_report: true,
            photos: 0,
        },
    ));
    let support_words = "Bonjour,\nPouvez-vous rappeler le 3400\u{a0}?\n\nL'équipe";
    for (name, waits, incident, words) in [
        ("proposal", Waits::Proposal, projector(waiting()), ""),
        ("support", Waits::Support, ticketed(projector(waiting())), ""),
        ("contract", Waits::Contract, acknowledged(computers(waiting())), ""),
        ("planned", Waits::Planned, planned(projector(waiting())), ""),
        ("support unclear", Waits::SupportUnclear, acknowledged(projector(waiting())), support_words),
        (
            "contradiction",
            Waits::Contradiction,
            acknowledged(projector(waiting())),
            "anne.le-bris@lycee-prevert.test : non, toujours noir",
        ),
        (
            "still broken",
            Waits::StillBroken,
            ended(projector(waiting()), State::Closed { at: ago(9) }),
            "karim.benali@lycee-prevert.test : Non, toujours en panne.",
        ),
        (
            "repaired again",
            Waits::RepairedAgain,
            ended(projector(waiting()), State::Resolved { at: ago(0) }),
            "karim.benali@lycee-prevert.test : Non, toujours en panne.",
        ),
    ] {
        all.push((name, Content::Reminder { incident, waits, since: ago(2), words: words.into() }));
    }
    let stranger = StrangerView {
        message: 118,
        from: "Paul Roux <proux@gmail.test>".into(),
        subject: "panne au CDI".into(),
        held: Held::Outside,
    };
    for (name, held) in [("unauthenticated", Held::Unauthenticated), ("too large", Held::TooLarge)] {
        let stranger = StrangerView { held, ..stranger.clone() };
        all.push((name, Content::Stranger { stranger, text: "Bonjour".into() }));
    }
    all.push((
        "full",
        Content::Digest {
            proposals: vec![computers(waiting()), account(waiting())],
            with_support: vec![ticketed(projector(waiting())), planned(outage(waiting()))],
            ended: vec![ended(projector(waiting()), State::Closed { at: ago(0) })],
            strangers: vec![stranger.clone()],
            undelivered: vec![("s1@syndicat.test".into(), "550 5.1.1 no such user".into())],
            quarantined: vec![(119, "message trop volumineux (31 Mo)".into())],
            noted: vec!["karim.benali@lycee-prevert.test a reçu 30 mails en un jour".into()],
        },
    ));
    all.push((
        "one stranger only",
        Content::Digest {
            proposals: Vec::new(),
            with_support: Vec::new(),
            ended: Vec::new(),
            strangers: vec![stranger.clone()],
            undelivered: Vec::new(),
            quarantined: Vec::new(),
            noted: Vec::new(),
        },
    ));
    all.push((
        "outsider",
        Content::Stranger { stranger, text: "Bonjour,\n\nl'imprimante du CDI bourre.\n{{évalué ?}}\nPaul".into() },
    ));
    all.push(("referent", Content::Help { not_understood: None, for_referent: true }));
    all.push((
        "referent, not understood",
        Content::Help { not_understood: Some("FUSIONER 12".into()), for_referent: true },
    ));
}

fn answers_and_alerts(all: &mut Vec<(&str, Content)>) {
    let answer = |done: &[&str], not_done: &[&str]| Content::Answer {
        done: done.iter().map(|s| (*s).to_owned()).collect(),
        not_done: not_done.iter().map(|s| (*s).to_owned()).collect(),
        list: None,
        history: None,
        question: None,
    };
    all.push(("done", answer(&["le ticket 2026-0042 est envoyé à CESAME."], &[])));
    all.push((
        "several",
        answer(&["2026-0042 est envoyé à CESAME.", "2026-0043 est clos."], &["2026-0999 : ce dossier n'existe pas."]),
    ));
    all.push((
        "news",
        Content::News {
            lines: vec!["2026-0042 : confirmé par direction@lycee-prevert.test.".into()],
            about: Some(Box::new(projector(waiting()))),
            open: Vec::new(),
        },
    ));
    all.push((
        "support, of what nobody knows",
        Content::News {
            lines: vec!["CESAME a écrit « Passage » (message 120), mais rien ne dit de quel ticket il s'agit : « Je passe jeudi. »".into()],
            about: None,
            open: vec![ticketed(projector(waiting())), planned(outage(waiting()))],
        },
    ));
    all.push((
        "register",
        Content::Register {
            done: Vec::new(),
            not_done: Vec::new(),
            lines: vec![
                "Visites notées depuis le mardi 1er septembre : 2".into(),
                "V1 – visite du lundi 12 octobre, matin, par SCC, pour 2026-0012".into(),
                "V2 – visite du mardi 3 novembre, 2 h".into(),
            ],
        },
    ));
    let list =
        vec![projector(waiting()), computers(waiting()), planned(outage(waiting())), acknowledged(account(waiting()))];
    all.push((
        "list",
        Content::Answer { done: Vec::new(), not_done: Vec::new(), list: Some(list), history: None, question: None },
    ));
    all.push((
        "empty list",
        Content::Answer {
            done: Vec::new(),
            not_done: Vec::new(),
            list: Some(Vec::new()),
            history: None,
            question: None,
        },
    ));
    let line = |days, who: &str, what: &str| HistoryLine { at: ago(days), who: who.into(), what: what.into() };
    let history = vec![
        line(3, "karim.benali@lycee-prevert.test", "signalement reçu"),
        line(2, "referent@lycee-prevert.test", "ticket validé : « ok »"),
        line(2, "passerelle", "ticket accepté par le serveur de CESAME"),
        line(1, "CESAME", "numéro INC0098765"),
    ];
    all.push((
        "history",
        Content::Answer {
            done: Vec::new(),
            not_done: Vec::new(),
            list: None,
            history: Some((Box::new(acknowledged(projector(waiting()))), history)),
            question: None,
        },
    ));
    all.push((
        "question again",
        Content::Answer {
            done: Vec::new(),
            not_done: Vec::new(),
            list: None,
            history: None,
            question: Some(Box::new(projector(waiting()))),
        },
    ));
    let why = "550 5.1.1 <cesame@region.test>: Recipient address rejected".to_owned();
    let recipient = address("cesame@region.test");
    let incident = Some(Box::new(projector(State::Confirmed { at: ago(0), by: None })));
    for (name, trouble) in [
        (
            "ticket",
            Trouble::Undeliverable {
                incident: incident.clone(),
                kind: MailKind::Ticket,
                recipient: recipient.clone(),
                why: why.clone(),
            },
        ),
        (
            "ticket, full mailbox",
            Trouble::Undeliverable {
                incident: incident.clone(),
                kind: MailKind::Ticket,
                recipient: recipient.clone(),
                why: "revenu non distribué (boîte aux lettres pleine, 5.2.2)".into(),
            },
        ),
        (
            "copy, refused",
            Trouble::Undeliverable {
                incident: incident.clone(),
                kind: MailKind::TicketCopy,
                recipient: address("s1@syndicat.test"),
                why: "550 5.7.1 message refused by policy".into(),
            },
        ),
        (
            "copy",
            Trouble::Undeliverable {
                incident,
                kind: MailKind::TicketCopy,
                recipient: address("s1@syndicat.test"),
                why: why.clone(),
            },
        ),
        ("no incident", Trouble::Undeliverable { incident: None, kind: MailKind::Help, recipient, why: why.clone() }),
        ("perhaps twice", Trouble::PerhapsTwice { incident: Box::new(projector(waiting())), kind: MailKind::Ticket }),
        ("intake", Trouble::Intake { why: "log-in refused".into(), since: ago(0) }),
        ("delivery", Trouble::DeliveryStalled { why: "connection refused".into(), since: ago(0) }),
    ] {
        all.push((name, Content::Alert { trouble }));
    }
}

fn to_support_and_correspondents(all: &mut Vec<(&str, Content)>) {
    all.push(("full with photo", Content::Ticket { incident: projector(waiting()), photos_left_out: 2 }));
    all.push(("several machines", Content::Ticket { incident: computers(waiting()), photos_left_out: 0 }));
    all.push(("no place", Content::Ticket { incident: account(waiting()), photos_left_out: 1 }));
    all.push(("full with photo", Content::TicketCopy { incident: projector(waiting()) }));
    all.push(("outage", Content::TicketCopy { incident: outage(waiting()) }));
    for (name, cause, words) in [
        ("not repaired", FollowUpCause::NotRepaired, "L'image reste noire, d'après Mme Roux."),
        ("back", FollowUpCause::Back, ""),
        ("wider", FollowUpCause::Wider, ""),
        ("persists", FollowUpCause::Persists, "Toujours pas d'image ce matin, dit Mme Roux."),
        ("detail with photo", FollowUpCause::Detail, "Le numéro de série est XK7J9203114L."),
        ("overdue", FollowUpCause::Overdue, ""),
        ("reply", FollowUpCause::Reply, "C'est un modèle EB-992F."),
    ] {
        let state = State::Closed { at: ago(0) };
        let incident = match cause {
            FollowUpCause::Overdue => ticketed(projector(waiting())),
            FollowUpCause::Wider => acknowledged(outage(waiting())),
            FollowUpCause::Back => ended(projector(waiting()), state),
            _ => acknowledged(projector(waiting())),
        };
        all.push((name, Content::FollowUp { incident: incident.clone(), cause, words: words.into() }));
        let words = if cause == FollowUpCause::Detail { words } else { "" };
        all.push((name, Content::FollowUpCopy { incident, cause, words: words.into() }));
    }
    let closed = ended(projector(waiting()), State::Closed { at: ago(0) });
    let refused = |by_support| State::Refused { at: ago(0), by_support, reason: "hors contrat, dit M. Roux".into() };
    all.push(("closed", Content::OutcomeCopy { incident: closed }));
    all.push(("refused by support", Content::OutcomeCopy { incident: ended(projector(waiting()), refused(true)) }));
    let mut never_sent = projector(refused(false));
    never_sent.closed_at = Some(ago(0));
    all.push(("refused by the referent", Content::OutcomeCopy { incident: never_sent }));
    all.push((
        "redirected",
        Content::OutcomeCopy { incident: account(State::Redirected { at: ago(0), to: Responsible::Atte }) },
    ));
    all.push((
        "month",
        Content::Binder {
            month: "novembre 2026".into(),
            sentences: vec![
                "12 tickets envoyés, 5 toujours ouverts.".into(),
                "Délai médian de réparation : 9 jours.".into(),
            ],
            notes: vec!["L'annexe n'est pas jointe : le fichier dépasserait 10 Mo.".into()],
        },
    ));
    all.push((
        "month without sentences",
        Content::Binder { month: "août 2026".into(), sentences: Vec::new(), notes: Vec::new() },
    ));
}
