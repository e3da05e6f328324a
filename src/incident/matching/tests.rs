//! Rules of matching, told as sentences.

use proptest::prelude::*;

use super::*;
use crate::report::extract::Extracted;
use crate::report::{Place, Responsible, Stance};

/// Days and hours after the first of September, 8 h.
fn at(days: i64, hours: i64) -> Timestamp {
    Timestamp::from_second(1_788_249_600 + days * 86_400 + hours * 3_600).unwrap()
}

fn who(name: &str) -> Address {
    Address::parse(&format!("{name}@lycee.test")).unwrap()
}

/// "B204 videoprojecteur no_power le projecteur est mort" (`-`: unsaid).
fn report(line: &str) -> Report {
    let mut parts = line.splitn(4, '|').map(str::trim);
    let mut next = || parts.next().unwrap_or("-");
    let (place, equipment, symptom, span) = (next(), next(), next(), next());
    let said = |text: &str| (text != "-").then(|| text.to_owned());
    Report {
        place: said(place).map(|p| Place::from_normalised(&p)),
        equipment: equipment.parse().unwrap(),
        equipment_said: true,
        symptom: said(symptom),
        span: span.to_owned(),
        ..Report::default()
    }
}

#[derive(Default)]
struct Mailbox {
    index: Index,
    next: i64,
}

struct Outcome {
    kind: Kind,
    ids: Vec<i64>,
    matched: Vec<Matched>,
}

impl Mailbox {
    fn hear(&mut self, sender: &str, when: Timestamp, reports: Vec<Report>) -> Outcome {
        self.hear_in(sender, when, &[], reports)
    }

    fn hear_in(&mut self, sender: &str, when: Timestamp, thread: &[i64], reports: Vec<Report>) -> Outcome {
        let sender = who(sender);
        let thread: Vec<IncidentId> = thread.iter().map(|i| IncidentId(*i)).collect();
        let ctx = Context {
            message: None,
            at: when,
            sender: Some(&sender),
            thread: &thread,
            reopen_within: SignedDuration::from_hours(7 * 24),
        };
        let told = Extracted {
            kind: Kind::Report,
            reports,
            asides: Vec::new(),
            reasons: Vec::new(),
            doubtful: false,
            places: Vec::new(),
            same_as: Vec::new(),
        };
        let judgement = self.index.judge(&told, &ctx);
        let keys = self.index.apply(&judgement, &ctx, &mut self.next);
        Outcome { kind: judgement.kind, ids: keys.iter().map(|k| k.0).collect(), matched: judgement.matched }
    }
}

fn stance(stance: Stance, line: &str) -> Report {
    Report { stance, ..report(line) }
}

fn unsaid(stance: Stance, span: &str) -> Report {
    Report { stance, span: span.to_owned(), ..Report::default() }
}

fn seats(line: &str, machines: &[&str]) -> Report {
    Report {
        machines: machines.iter().map(|m| (*m).to_owned()).collect(),
        count: machines.len() as u32,
        ..report(line)
    }
}

#[test]
fn a_colleague_who_tells_of_the_same_projector_joins_and_reports() {
    let mut m = Mailbox::default();
    let a =
        m.hear("ana", at(0, 0), vec![report("D12 | videoprojecteur | no_power | le projecteur de D12 reste éteint")]);
    let b = m.hear("leo", at(1, 0), vec![report("D12 | videoprojecteur | no_image | rien au mur en D12")]);
    assert_eq!((a.kind, b.kind), (Kind::Report, Kind::Report));
    assert_eq!(a.ids, b.ids);
    let Verdict::Same { reasons, .. } = &b.matched[0].verdict else { panic!("{:?}", b.matched) };
    assert_eq!(reasons.join(", "), "même lieu (D12), même vidéoprojecteur, signalé la veille");
}

#[test]
fn the_same_person_again_is_a_follow_up() {
    let mut m = Mailbox::default();
    m.hear("ana", at(0, 0), vec![report("D12 | videoprojecteur | - | le projecteur reste éteint")]);
    let b = m.hear("ana", at(9, 0), vec![report("D12 | videoprojecteur | - | une semaine dans le noir")]);
    assert_eq!((b.kind, b.ids), (Kind::FollowUp, vec![0]));
}

#[test]
fn the_same_words_sent_again_are_the_same_report() {
    let mut m = Mailbox::default();
    let line = "D12 | videoprojecteur | - | le projecteur de D12 reste éteint";
    m.hear("ana", at(0, 0), vec![report(line)]);
    let b = m.hear("ana", at(1, 0), vec![report(line)]);
    assert_eq!((b.kind, b.ids), (Kind::Report, vec![0]));
}

#[test]
fn another_room_or_another_equipment_is_another_incident() {
    let mut m = Mailbox::default();
    m.hear("ana", at(0, 0), vec![report("D12 | videoprojecteur | - | projecteur éteint")]);
    let b = m.hear("ana", at(0, 1), vec![report("D13 | videoprojecteur | - | projecteur éteint")]);
    let c = m.hear("ana", at(0, 2), vec![report("D12 | son | - | plus de son")]);
    assert_eq!((b.ids, c.ids), (vec![1], vec![2]));
}

#[test]
fn another_seat_is_another_incident_and_no_seat_is_a_doubt() {
    let mut m = Mailbox::default();
    m.hear("ana", at(0, 0), vec![seats("S1 | ordinateur | no_power | le poste 4 ne s'allume plus", &["4"])]);
    let other =
        m.hear("leo", at(0, 1), vec![seats("S1 | ordinateur | no_power | le poste 11 ne s'allume plus", &["11"])]);
    assert_eq!(other.ids, [1]);
    assert!(matches!(&other.matched[0].verdict, Verdict::New { twins } if twins.is_empty()));
    let unsaid = m.hear("zoe", at(0, 2), vec![report("S1 | ordinateur | slow | un des ordinateurs rame beaucoup")]);
    assert_eq!(unsaid.ids, [2]);
    assert!(matches!(&unsaid.matched[0].verdict, Verdict::New { twins } if twins.len() == 2), "{:?}", unsaid.matched);
    let same = m.hear("zoe", at(0, 3), vec![seats("S1 | ordinateur | - | le numéro 04 est mort", &["04"])]);
    assert_eq!(same.ids, [0]);
}

#[test]
fn the_teachers_computer_is_not_a_numbered_one() {
    let mut m = Mailbox::default();
    m.hear("ana", at(0, 0), vec![report("D12 | ordinateur | shutdown | le PC prof s'éteint tout seul")]);
    let b = m.hear("leo", at(1, 0), vec![seats("D12 | ordinateur | shutdown | le poste 3 s'éteint tout seul", &["3"])]);
    assert_eq!(b.ids, [1]);
    let c = m.hear("zoe", at(1, 0), vec![report("D12 | ordinateur | shutdown | l'ordinateur s'arrête d'un coup")]);
    assert_eq!(c.ids, [0]);
}

#[test]
fn machines_of_one_message_with_one_symptom_are_one_incident() {
    let mut m = Mailbox::default();
    let both = m.hear(
        "ana",
        at(0, 0),
        vec![
            seats("S1 | ordinateur | no_power | le 3 ne démarre pas", &["3"]),
            seats("S1 | ordinateur | no_power | le 7 non plus", &["7"]),
            seats("S1 | ordinateur | blue | le 9 en écran bleu", &["9"]),
        ],
    );
    assert_eq!(both.ids, [0, 0, 1]);
    assert_eq!(both.matched[0].report.count, 2);
    assert_eq!(both.matched[1].verdict, Verdict::SameAsEarlier(0));
}

#[test]
fn two_kinds_of_printer_of_one_room_are_two() {
    let mut m = Mailbox::default();
    m.hear("ana", at(0, 0), vec![report("ATELIER | imprimante | - | le traceur avale le papier")]);
    let b = m.hear("leo", at(1, 0), vec![report("ATELIER | imprimante | - | l'imprimante 3D bouche sa buse")]);
    let c = m.hear("zoe", at(2, 0), vec![report("ATELIER | imprimante | - | la 3d n'extrude plus")]);
    assert_eq!((b.ids, c.ids), (vec![1], vec![1]));
}

#[test]
fn an_outage_takes_in_the_rooms_below_it_that_day_and_the_next() {
    let mut m = Mailbox::default();
    let wide = Report { general: true, ..report("BATIMENT D | reseau | - | plus de réseau dans tout le bâtiment D") };
    m.hear("ana", at(0, 0), vec![wide]);
    assert_eq!(m.hear("leo", at(0, 2), vec![report("D12 | reseau | - | pas d'internet")]).ids, [0]);
    assert_eq!(m.hear("zoe", at(1, 0), vec![report("D204 | reseau | - | rien ne s'ouvre")]).ids, [0]);
    assert_eq!(m.hear("max", at(1, 0), vec![report("E12 | reseau | - | pas d'internet")]).ids, [1], "another building");
    assert_eq!(m.hear("max", at(1, 0), vec![report("D13 | wifi | - | plus de wifi")]).ids, [2], "another equipment");
    let torn = Report { responsible: Responsible::Atte, ..report("D14 | reseau | torn | prise arrachée du mur") };
    assert_eq!(m.hear("max", at(1, 0), vec![torn]).ids, [3], "a torn plug is no outage");
    let late = m.hear("lou", at(8, 0), vec![report("D15 | reseau | - | pas d'internet")]);
    assert!(matches!(&late.matched[0].verdict, Verdict::New { twins } if twins.len() == 1));
    assert_eq!(m.index.get(IncidentId(0)).unwrap().facts.place, Some(Place::from_normalised("BATIMENT D")));
}

#[test]
fn an_outage_announced_later_takes_in_what_was_told_before() {
    let mut m = Mailbox::default();
    m.hear("ana", at(0, 0), vec![report("D12 | reseau | - | pas d'internet en D12")]);
    m.hear("leo", at(0, 1), vec![report("D13 | reseau | - | pas de réseau")]);
    let old = m.hear("leo", at(-9, 0), vec![report("D14 | reseau | - | prise morte")]);
    let wide = Report { general: true, ..report("ETABLISSEMENT | reseau | - | internet coupé partout") };
    let outage = m.hear("zoe", at(0, 2), vec![wide]);
    assert_eq!((outage.kind, outage.ids), (Kind::Report, vec![0]));
    assert_eq!(outage.matched[0].swallows, [IncidentId(1)]);
    assert_eq!(m.index.survivor(IncidentId(1)), IncidentId(0));
    assert!(m.index.get(IncidentId(1)).is_none());
    assert!(m.index.get(IncidentId(old.ids[0])).is_some(), "what is older is another fault");
    let facts = &m.index.get(IncidentId(0)).unwrap().facts;
    assert!(facts.place.as_ref().unwrap().is_whole_school() && facts.general);
}

#[test]
fn a_fault_that_returns_within_a_week_is_the_same_later_a_new_one() {
    for (days, same) in [(5, true), (7, true), (8, false)] {
        let mut m = Mailbox::default();
        m.hear("ana", at(0, 0), vec![report("D12 | videoprojecteur | - | le projecteur reste éteint")]);
        let over = m.hear("ana", at(3, 0), vec![stance(Stance::Over, "D12 | videoprojecteur | - | D12 remarche")]);
        assert_eq!((over.kind, over.ids), (Kind::Resolved, vec![0]));
        let back =
            m.hear("ana", at(3 + days, 0), vec![report("D12 | videoprojecteur | - | le projecteur reste éteint")]);
        assert_eq!((back.kind, back.ids == [0]), (Kind::Report, same), "{days} days");
    }
}

#[test]
fn a_refused_incident_takes_no_new_report() {
    let mut m = Mailbox::default();
    m.hear("ana", at(0, 0), vec![report("D12 | videoprojecteur | - | projecteur éteint")]);
    let mut known = m.index.get(IncidentId(0)).unwrap().clone();
    known.refused = true;
    m.index.put(known);
    let b = m.hear("leo", at(1, 0), vec![report("D12 | videoprojecteur | - | projecteur éteint")]);
    assert_eq!(b.ids, [1]);
    assert!(matches!(&b.matched[0].verdict, Verdict::New { twins } if twins.len() == 1));
}

#[test]
fn news_are_asked_of_the_thread_first() {
    let mut m = Mailbox::default();
    m.hear("ana", at(0, 0), vec![report("D12 | videoprojecteur | - | projecteur éteint")]);
    m.hear("ana", at(1, 0), vec![report("CDI | imprimante | - | bourrage")]);
    let b = m.hear_in("ana", at(9, 0), &[0], vec![unsaid(Stance::Still, "Des nouvelles ?")]);
    assert_eq!((b.kind, b.ids), (Kind::FollowUp, vec![0]));
}

#[test]
fn news_asked_of_a_mail_with_two_faults_concern_both() {
    let mut m = Mailbox::default();
    m.hear(
        "ana",
        at(0, 0),
        vec![report("D12 | videoprojecteur | - | projecteur éteint"), report("D12 | son | - | enceintes muettes")],
    );
    let b = m.hear_in("ana", at(9, 0), &[0, 1], vec![unsaid(Stance::Still, "Des nouvelles ?")]);
    let mut ids = b.ids;
    ids.sort_unstable();
    assert_eq!((b.kind, ids), (Kind::FollowUp, vec![0, 1]));
}

#[test]
fn a_thanks_that_could_end_either_of_two_ends_none() {
    let mut m = Mailbox::default();
    m.hear("ana", at(0, 0), vec![report("D12 | videoprojecteur | - | projecteur éteint")]);
    m.hear("ana", at(0, 1), vec![report("CDI | imprimante | - | bourrage")]);
    let b = m.hear("ana", at(9, 0), vec![unsaid(Stance::Over, "c'est réparé, merci")]);
    assert!(b.ids.is_empty());
    assert!(m.index.iter().all(|k| k.over_at.is_none()));
}

#[test]
fn a_thanks_for_nothing_known_opens_nothing() {
    let mut m = Mailbox::default();
    let b = m.hear("ana", at(0, 0), vec![stance(Stance::Over, "D12 | son | - | le son de D12 est revenu")]);
    assert_eq!((b.kind, b.ids.len(), m.index.iter().count()), (Kind::Other, 0, 0));
}

#[test]
fn some_of_the_machines_repaired_ends_nothing_yet() {
    let mut m = Mailbox::default();
    m.hear("ana", at(0, 0), vec![seats("S1 | ordinateur | no_power | 2, 5 et 9 éteints", &["2", "5", "9"])]);
    let part = Report { stance: Stance::Over, ..seats("S1 | ordinateur | - | le 2 est reparti", &["2"]) };
    let b = m.hear("ana", at(2, 0), vec![part]);
    assert_eq!(b.kind, Kind::FollowUp);
    let known = m.index.get(IncidentId(0)).unwrap();
    assert_eq!((known.over_at, known.facts.count, known.facts.machines.len()), (None, 2, 2));
}

#[test]
fn a_first_word_on_a_known_fault_is_a_report_even_as_a_reminder() {
    let mut m = Mailbox::default();
    m.hear("ana", at(0, 0), vec![report("ETABLISSEMENT | reseau | - | plus d'internet")]);
    let b = m.hear("leo", at(1, 0), vec![stance(Stance::Still, "D12 | reseau | - | toujours pas d'internet")]);
    assert_eq!((b.kind, b.ids), (Kind::Report, vec![0]));
    let c = m.hear("leo", at(1, 3), vec![stance(Stance::Still, "D12 | reseau | - | toujours rien")]);
    assert_eq!((c.kind, c.ids), (Kind::FollowUp, vec![0]));
}

#[test]
fn one_part_over_and_one_open_is_a_follow_up_and_something_new_a_report() {
    let mut m = Mailbox::default();
    m.hear("ana", at(0, 0), vec![report("D12 | son | - | muet"), report("D13 | son | - | grésille")]);
    let over = || stance(Stance::Over, "D12 | son | - | D12 remarche");
    let b = m.hear("ana", at(1, 0), vec![over(), stance(Stance::Still, "D13 | son | - | D13 toujours pareil")]);
    assert_eq!((b.kind, b.ids), (Kind::FollowUp, vec![0, 1]));
    let c = m.hear("ana", at(2, 0), vec![over(), report("D14 | son | - | D14 muette aussi")]);
    assert_eq!((c.kind, c.ids), (Kind::Report, vec![0, 2]));
}

#[test]
fn accounts_are_peoples() {
    let mut m = Mailbox::default();
    m.hear("ana", at(0, 0), vec![report("- | compte | password | mot de passe refusé")]);
    assert_eq!(m.hear("leo", at(0, 1), vec![report("- | compte | password | mot de passe refusé")]).ids, [1]);
    assert_eq!(m.hear("ana", at(3, 0), vec![report("- | compte | password | encore refusé")]).ids, [0]);
}

#[test]
fn what_says_no_place_joins_the_senders_own_and_nobody_elses() {
    let mut m = Mailbox::default();
    m.hear("ana", at(0, 0), vec![report("D12 | videoprojecteur | - | projecteur éteint")]);
    let mine = m.hear("ana", at(2, 0), vec![report("- | videoprojecteur | - | le projecteur ne s'allume pas")]);
    assert_eq!(mine.ids, [0]);
    assert_eq!(mine.matched[0].report.place, Some(Place::from_normalised("D12")));
    let other = m.hear("leo", at(2, 0), vec![report("- | videoprojecteur | - | le projecteur ne s'allume pas")]);
    assert_eq!(other.ids, [1]);
}

#[test]
fn a_label_names_its_machine_for_ever() {
    let mut m = Mailbox::default();
    let labelled = |line: &str| Report { labels: vec!["RIDF-0042".to_owned()], ..report(line) };
    m.hear("ana", at(0, 0), vec![labelled("D12 | ordinateur | - | le pc ne part plus")]);
    let b = m.hear(
        "leo",
        at(4, 0),
        vec![Report { stance: Stance::Detail, ..labelled("- | ordinateur | - | étiquette RIDF 0042") }],
    );
    assert_eq!((b.kind, b.ids), (Kind::FollowUp, vec![0]));
}

#[test]
fn what_is_told_in_passing_opens_nothing() {
    let mut m = Mailbox::default();
    let passing = Report { passing: true, ..report("D12 | wifi | - | le wifi, ça va") };
    assert!(m.hear("ana", at(0, 0), vec![passing]).ids.is_empty());
}

#[test]
fn a_late_telling_does_not_reopen_what_ended_after_it() {
    let mut m = Mailbox::default();
    m.hear("ana", at(0, 0), vec![report("D12 | son | - | muet")]);
    m.hear("ana", at(2, 0), vec![stance(Stance::Over, "D12 | son | - | D12 remarche")]);
    assert_eq!(m.hear("leo", at(1, 0), vec![report("D12 | son | - | pas de son")]).ids, [0]);
    assert!(m.index.get(IncidentId(0)).unwrap().over_at.is_some());
}

#[test]
fn judging_looks_at_a_bounded_number_of_incidents() {
    let mut m = Mailbox::default();
    for i in 0..3_000 {
        m.hear("ana", at(i / 100, i % 24), vec![report(&format!("F{:03} | videoprojecteur | - | éteint", i % 999))]);
    }
    let b = m.hear("leo", at(40, 0), vec![report("F500 | videoprojecteur | - | projecteur éteint")]);
    assert_eq!(b.ids.len(), 1);
    assert_eq!(m.index.open_of(Equipment::Videoprojecteur).count(), index::SHOWN);
}

fn any_report() -> impl Strategy<Value = Report> {
    let place = prop_oneof![
        Just(None),
        prop::sample::select(vec!["D12", "D13", "BATIMENT D", "D 1ER ETAGE", "ETABLISSEMENT", "CDI", "", "É 9"])
            .prop_map(Some)
    ];
    let stances = prop::sample::select(vec![Stance::Broken, Stance::Still, Stance::Detail, Stance::Over]);
    let equipment = prop::sample::select(Equipment::ALL.to_vec());
    let machines = prop::collection::vec("[0-9]{1,2}", 0..3);
    (place, stances, equipment, machines, any::<[bool; 4]>(), ".{0,30}").prop_map(
        |(place, stance, equipment, machines, flags, span)| Report {
            place: place.map(Place::from_normalised),
            stance,
            equipment,
            machines,
            equipment_said: flags[0],
            general: flags[1],
            again: flags[2],
            passing: flags[3],
            span,
            ..Report::default()
        },
    )
}

proptest! {
    #[test]
    fn no_sequence_of_messages_loses_a_report(
        messages in prop::collection::vec((0..4_usize, 0..40_i64, prop::collection::vec(any_report(), 0..4)), 0..25)
    ) {
        let mut m = Mailbox::default();
        for (sender, day, reports) in messages {
            let fresh = reports.iter().filter(|r| r.stance == Stance::Broken && !r.passing && r.equipment_said).count();
            let sender = ["ana", "leo", "zoe", "max"][sender];
            let outcome = m.hear(sender, at(day, 0), reports);
            prop_assert_eq!(outcome.ids.len(), outcome.matched.len(), "each report has a key");
            prop_assert!(outcome.ids.len() >= fresh, "a fresh telling is never dropped");
            for id in &outcome.ids {
                let kept = m.index.survivor(IncidentId(*id));
                prop_assert!(m.index.get(kept).is_some(), "a key leads to an incident");
            }
            for (i, matched) in outcome.matched.iter().enumerate() {
                if let Verdict::SameAsEarlier(j) = matched.verdict {
                    prop_assert!(j < i);
                    prop_assert_eq!(outcome.ids[i], outcome.ids[j]);
                }
            }
        }
    }

    #[test]
    fn the_same_messages_give_the_same_keys(
        messages in prop::collection::vec((0..4_usize, 0..40_i64, prop::collection::vec(any_report(), 0..3)), 0..12)
    ) {
        let play = || {
            let mut m = Mailbox::default();
            messages.iter().map(|(s, day, r)| m.hear(["ana", "leo", "zoe", "max"][*s], at(*day, 0), r.clone()).ids).collect::<Vec<_>>()
        };
        prop_assert_eq!(play(), play());
    }
}
