use jiff::tz::TimeZone;
use proptest::prelude::*;

use super::*;
use crate::address::Address;
use crate::classeur::dossier::Step;
use crate::incident::answer::{SupportAnswer, SupportIntent};
use crate::incident::decide::{Event, Rules, decide};
use crate::incident::policy::{Delay, Policy};
use crate::incident::{Facts, Incident, Reference, State};
use crate::report::{Report, Responsible, Stance};
use jiff::civil::date;

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

fn day(at: Timestamp) -> Date {
    at.to_zoned(TimeZone::UTC).date()
}

/// Steps on days of October 2026, each at eight.
fn life(steps: &[(i8, What)]) -> Life {
    let at = |d: i8| date(2026, 10, d).at(8, 0, 0, 0).to_zoned(TimeZone::UTC).unwrap().timestamp();
    Life {
        id: IncidentId(1),
        reference: Reference { year: 2026, number: 1 },
        place: None,
        equipment: crate::report::Equipment::Autre,
        symptom: None,
        responsible: Responsible::Region,
        count: 1,
        seats: Vec::new(),
        labels: Vec::new(),
        urgent: false,
        lessons_affected: false,
        told: Vec::new(),
        opened_at: at(1),
        support_reference: None,
        refusal: None,
        steps: steps.iter().map(|(d, what)| Step { at: at(*d), what: *what }).collect(),
    }
}

fn october() -> Window {
    Window { since: at("2026-10-01T00:00:00Z"), until: at("2026-11-01T00:00:00Z"), as_of: date(2026, 10, 31) }
}

fn stand(steps: &[(i8, What)], visits: &[Date]) -> Standing {
    standing(&life(steps), october(), visits, day)
}

#[test]
fn a_denied_repair_is_none_and_the_wait_runs_on() {
    let s = stand(&[(2, What::Confirmed), (2, What::Sent), (5, What::SaidRepaired), (6, What::Reopened)], &[]);
    assert_eq!((s.stage, s.repaired_at), (Stage::Sent, None));
    assert_eq!(s.spells.len(), 1);
    assert_eq!(s.spells[0].to, None);
    assert!(s.returns[0].denied);
}

#[test]
fn what_comes_back_after_it_was_closed_begins_a_new_wait() {
    let before = [(2, What::Confirmed), (2, What::Sent), (5, What::SaidRepaired), (7, What::Closed)];
    let s = stand(&[&before[..], &[(9, What::Reopened), (12, What::SaidRepaired)]].concat(), &[]);
    let days: Vec<_> = s.spells.iter().map(|s| (day(s.from).day(), s.to.map(|to| day(to).day()))).collect();
    assert_eq!(days, [(2, Some(5)), (9, Some(12))]);
    assert!(!s.returns[0].denied);
    assert_eq!((s.endings, s.openings, s.repairs), (2, 1, 2));
}

#[test]
fn a_ticket_that_came_back_was_never_sent() {
    let s = stand(&[(2, What::Confirmed), (2, What::Sent), (3, What::Failed)], &[]);
    assert_eq!((s.stage, s.sent_at, s.spells.len()), (Stage::Leaving, None, 0));
    let s = stand(&[(2, What::Confirmed), (2, What::Sent), (3, What::Failed), (4, What::Sent)], &[]);
    assert_eq!((s.stage, s.sent_at.map(|at| day(at).day())), (Stage::Sent, Some(4)));
}

#[test]
fn the_first_visit_is_the_noted_one_or_the_first_that_was_not_moved() {
    let sent = [(2, What::Confirmed), (2, What::Sent)];
    let plan = |on: i8| What::Planned(date(2026, 10, on));
    let with = |more: &[(i8, What)], visits: &[Date]| stand(&[&sent[..], more].concat(), visits).visited_on;
    // Moved before its day, and moved after it.
    assert_eq!(with(&[(3, plan(8)), (7, plan(15))], &[]), Some(date(2026, 10, 15)));
    assert_eq!(with(&[(3, plan(8)), (9, plan(15))], &[]), Some(date(2026, 10, 8)));
    // Noted ones win; one before the ticket is of something else.
    let noted = [date(2026, 10, 1), date(2026, 10, 20), date(2026, 10, 13)];
    assert_eq!(with(&[(3, plan(8))], &noted), Some(date(2026, 10, 13)));
    // Repaired at a distance before the day.
    assert_eq!(with(&[(3, plan(8)), (6, What::SaidRepaired)], &[]), None);
    // Not yet.
    assert_eq!(with(&[(3, What::Planned(date(2026, 11, 3)))], &[]), None);
}

#[test]
fn what_happened_later_has_not_happened_yet() {
    let steps = life(&[(2, What::Confirmed), (3, What::Sent), (20, What::SaidRepaired)]);
    let window = Window { until: at("2026-10-20T00:00:00Z"), as_of: date(2026, 10, 19), ..october() };
    assert_eq!(standing(&steps, window, &[], day).stage, Stage::Sent);
}

fn any_event() -> impl Strategy<Value = Event> {
    let who = |n: u8| Address::parse(&format!("p{n}@lycee.test")).unwrap();
    let by = (0_u8..2).prop_map(who);
    let intent = proptest::sample::select(SupportIntent::ALL.to_vec());
    let stance = proptest::sample::select(Stance::ALL.to_vec());
    let shown = Facts::of(&Report::default()).fingerprint();
    prop_oneof![
        (by.clone(), stance, any::<bool>()).prop_map(|(by, stance, first_word)| Event::Reported {
            report: Box::new(Report { stance, ..Report::default() }),
            reporter: Some(by),
            first_word,
            photos: false,
        }),
        by.clone().prop_map(|by| Event::SaidOver { by: Some(by), by_referent: false, words: String::new() }),
        (by.clone(), any::<bool>()).prop_map(|(by, yes)| Event::Repaired { by, yes, words: String::new() }),
        by.clone().prop_map(move |by| Event::Confirmed { by, shown: Some(shown.clone()), to_reminder: false }),
        by.clone().prop_map(|by| Event::Rejected { by, reason: String::new() }),
        by.clone().prop_map(|by| Event::Redirected { by, to: Responsible::Atte }),
        by.clone().prop_map(|by| Event::ReopenedBy { by }),
        by.clone().prop_map(|by| Event::ClosedBy { by }),
        by.clone().prop_map(|by| Event::Chased { by }),
        by.prop_map(|by| Event::MergedInto { by: Some(by), into: IncidentId(2), reference: "2026-0002".to_owned() }),
        Just(Event::TicketAccepted),
        Just(Event::TicketAccepted),
        Just(Event::TicketFailed { why: "no".to_owned() }),
        (intent, proptest::option::of(1_i8..28), any::<bool>()).prop_map(|(intent, day, automatic)| Event::Support {
            from: Address::parse("desk@region.test").unwrap(),
            answer: SupportAnswer {
                intent,
                date: day.map(|d| date(2026, 12, d)),
                words: "?".to_owned(),
                ..SupportAnswer::default()
            },
            automatic,
        }),
    ]
}

proptest! {
    /// The rules of `decide` are repeated here from what it wrote into the history: both must stand
    /// at the same place after anything.
    #[test]
    fn the_history_leads_where_the_decisions_led(
        events in proptest::collection::vec((any_event(), any::<bool>()), 0..40),
    ) {
        let policy = Policy::default();
        let zone = TimeZone::UTC;
        let begun = at("2026-10-01T08:00:00Z");
        let mut incident = Incident {
            id: IncidentId(1),
            reference: Reference { year: 2026, number: 1 },
            state: State::AwaitingConfirmation { since: begun },
            facts: Facts::of(&Report::default()),
            opened_at: begun,
            last_reported_at: begun,
            ticket_sent_at: None,
            support_reference: None,
            support_heard_at: None,
            closed_at: None,
            reporters: vec![Address::parse("p0@lycee.test").unwrap()],
            fired: Vec::new(),
        };
        let mut steps = Vec::new();
        let mut now = begun;
        for (event, ticket_cancellable) in events {
            now += jiff::SignedDuration::from_hours(7);
            let actor = if matches!(event, Event::Support { .. }) { "support" } else { "person" };
            let rules = Rules {
                policy: &policy,
                zone: &zone,
                contract: Delay::WorkingDays(5),
                contract_urgent: Delay::WorkingDays(1),
                ticket_cancellable,
            };
            let d = decide(&incident, event, &rules, now);
            incident = d.incident;
            let what = |e: &crate::incident::decide::Entry| What::of(actor, &e.event, &e.detail, Some(IncidentId(2)));
            steps.extend(d.history.iter().filter_map(what).map(|what| Step { at: now, what }));
        }
        let told = Life { steps, ..life(&[]) };
        let window = Window { since: begun, until: Timestamp::MAX, as_of: date(2026, 10, 31) };
        let s = standing(&told, window, &[], day);
        prop_assert_eq!(s.sent_at, incident.ticket_sent_at);
        let same = match (&incident.state, s.stage) {
            (State::AwaitingConfirmation { .. }, Stage::Waiting) | (State::Confirmed { .. }, Stage::Leaving) => true,
            (State::Ticketed { .. } | State::Acknowledged { .. } | State::Planned { .. }, stage) => stage.is_with_support(),
            (State::Resolved { .. }, Stage::Repaired) | (State::Merged { .. }, Stage::Merged) => true,
            (State::Closed { .. }, Stage::Closed) => s.sent_at.is_some(),
            (State::Closed { .. }, Stage::Settled | Stage::Redirected) => s.sent_at.is_none(),
            (State::Refused { by_support, .. }, Stage::OutOfScope) => *by_support,
            (State::Refused { by_support, .. }, Stage::Refused) => !*by_support || s.sent_at.is_none(),
            (State::Redirected { .. }, Stage::Redirected) => true,
            _ => false,
        };
        prop_assert!(same, "{:?} but {:?} by {:?}", incident.state, s.stage, told.steps);
        let lasting = s.spells.iter().filter(|spell| spell.to.is_none()).count();
        prop_assert_eq!(lasting, usize::from(s.stage.is_with_support()));
        let left = 1 + s.openings - s.endings;
        if s.stage == Stage::Merged {
            prop_assert!(left <= 1);
        } else {
            prop_assert_eq!(left, u64::from(s.stage.is_open()));
        }
    }
}
