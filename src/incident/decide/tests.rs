//! The state machine as users see it, and its invariants under any sequence of events.

use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use proptest::prelude::*;

use super::*;
use crate::incident::answer::SupportIntent;
use crate::incident::{Facts, Reference};
use crate::report::{Equipment, Place, Stance};

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

pub(super) fn who(text: &str) -> Address {
    Address::parse(text).unwrap()
}

pub(super) fn report(place: Option<&str>) -> Report {
    Report {
        place: place.map(Place::from_normalised),
        equipment: Equipment::Videoprojecteur,
        responsible: Responsible::Region,
        count: 1,
        span: "le projecteur ne s'allume plus".to_owned(),
        ..Report::default()
    }
}

pub(super) fn incident() -> Incident {
    let now = at("2026-11-02T08:00:00Z");
    Incident {
        id: IncidentId(1),
        reference: Reference { year: 2026, number: 12 },
        state: State::AwaitingConfirmation { since: now },
        facts: Facts::of(&report(Some("B204"))),
        opened_at: now,
        last_reported_at: now,
        ticket_sent_at: None,
        support_reference: None,
        support_heard_at: None,
        closed_at: None,
        reporters: vec![who("prof@lycee.test")],
        fired: Vec::new(),
    }
}

pub(super) struct World {
    pub policy: Policy,
    pub zone: TimeZone,
    pub incident: Incident,
    pub now: Timestamp,
    pub cancellable: bool,
}

impl World {
    pub(super) fn new() -> Self {
        Self {
            policy: Policy::default(),
            zone: TimeZone::get("Europe/Paris").unwrap(),
            incident: incident(),
            now: at("2026-11-02T08:00:00Z"),
            cancellable: false,
        }
    }

    pub(super) fn rules(&self) -> Rules<'_> {
        Rules {
            policy: &self.policy,
            zone: &self.zone,
            contract: Delay::WorkingDays(5),
            contract_urgent: Delay::WorkingDays(1),
            ticket_cancellable: self.cancellable,
        }
    }

    fn on(&mut self, event: Event) -> Vec<Effect> {
        let d = decide(&self.incident, event, &self.rules(), self.now);
        self.incident = d.incident;
        d.effects
    }

    fn confirm(&mut self) -> Vec<Effect> {
        let shown = Some(self.incident.facts.fingerprint());
        self.on(Event::Confirmed { by: who("ref@lycee.test"), shown, to_reminder: false })
    }

    fn says(&mut self, intent: SupportIntent) -> Vec<Effect> {
        let answer = SupportAnswer { intent, words: "?".to_owned(), ..SupportAnswer::default() };
        self.on(Event::Support { from: who("cesame@region.test"), answer, automatic: false })
    }
}

fn tickets(effects: &[Effect]) -> usize {
    effects.iter().filter(|e| matches!(e, Effect::SendTicket)).count()
}

#[test]
fn an_ok_sends_one_ticket_and_a_second_ok_none() {
    let mut w = World::new();
    assert_eq!(tickets(&w.confirm()), 1);
    assert_eq!(tickets(&w.confirm()), 0);
    w.on(Event::TicketAccepted);
    assert_eq!(w.incident.state.name(), "ticketed");
    assert_eq!(tickets(&w.confirm()), 0);
}

#[test]
fn an_ok_to_an_outdated_proposal_asks_again() {
    let mut w = World::new();
    let old = Some(w.incident.facts.fingerprint());
    w.incident.facts.place = Some(Place::from_normalised("B205"));
    let effects = w.on(Event::Confirmed { by: who("ref@lycee.test"), shown: old, to_reminder: false });
    assert_eq!(tickets(&effects), 0);
    assert!(effects.iter().any(|e| matches!(e, Effect::Propose { changed: Some(_) })));
}

#[test]
fn an_ok_to_a_mail_that_shows_nothing_confirms_nothing() {
    let mut w = World::new();
    let effects = w.on(Event::Confirmed { by: who("ref@lycee.test"), shown: None, to_reminder: false });
    assert_eq!(tickets(&effects), 0);
}

#[test]
fn the_place_named_later_voids_the_proposal() {
    let mut w = World::new();
    w.incident.facts.place = None;
    let effects = w.on(Event::Reported {
        report: Box::new(report(Some("B204"))),
        reporter: Some(who("b@lycee.test")),
        first_word: true,
        photos: false,
    });
    assert!(matches!(&effects[..], [Effect::Propose { changed: Some(_) }]));
    assert_eq!(w.incident.reporters.len(), 2);
}

#[test]
fn a_repair_is_asked_about_and_no_reopens_with_a_follow_up() {
    let mut w = World::new();
    w.confirm();
    w.on(Event::TicketAccepted);
    let everybody = Effect::AskRepaired { but: None, of: Asked::Everybody };
    assert_eq!(w.says(SupportIntent::Resolved), vec![everybody]);
    let effects = w.on(Event::Repaired { by: who("prof@lycee.test"), yes: false, words: "toujours noir".to_owned() });
    assert_eq!(w.incident.state.name(), "ticketed");
    assert!(matches!(&effects[..], [Effect::FollowUp { cause: FollowUp::NotRepaired, .. }]));
}

#[test]
fn yes_closes_and_a_later_no_goes_to_the_referent_too() {
    let mut w = World::new();
    w.confirm();
    w.on(Event::TicketAccepted);
    w.says(SupportIntent::Resolved);
    w.on(Event::Repaired { by: who("prof@lycee.test"), yes: true, words: String::new() });
    assert_eq!(w.incident.state.name(), "closed");
    w.now = w.now.checked_add(SignedDuration::from_hours(30)).unwrap();
    let effects = w.on(Event::Repaired { by: who("b@lycee.test"), yes: false, words: "non".to_owned() });
    assert_eq!(w.incident.state.name(), "ticketed");
    assert!(effects.iter().any(|e| matches!(e, Effect::Remind(Why::Contradiction(told)) if told.contains("b@"))));
}

#[test]
fn what_was_denied_twice_is_asked_of_who_denied_it_and_then_is_the_referents_to_judge() {
    let mut w = World::new();
    w.confirm();
    w.on(Event::TicketAccepted);
    let mut asked = Vec::new();
    for _ in 0..5 {
        asked.push(w.says(SupportIntent::Resolved));
        assert_eq!(w.incident.state.name(), "resolved");
        let effects = w.on(Event::Repaired { by: who("prof@lycee.test"), yes: false, words: "non".to_owned() });
        assert!(matches!(&effects[..], [Effect::FollowUp { cause: FollowUp::NotRepaired, .. }]));
        assert_eq!(w.incident.state.name(), "ticketed");
    }
    let of = |of| vec![Effect::AskRepaired { but: None, of }];
    let judge = vec![Effect::Remind(Why::RepairedAgain)];
    let everybody = of(Asked::Everybody);
    assert_eq!(asked, [everybody.clone(), everybody, of(Asked::WhoDenied), judge.clone(), judge]);
    // Support takes it in hand for the sixth time: nobody needs to know.
    assert!(w.says(SupportIntent::Acknowledged).is_empty());
}

#[test]
fn the_silence_of_reporters_who_were_not_asked_closes_nothing() {
    let mut w = World::new();
    w.confirm();
    w.on(Event::TicketAccepted);
    for _ in 0..3 {
        w.says(SupportIntent::Resolved);
        w.on(Event::Repaired { by: who("prof@lycee.test"), yes: false, words: "non".to_owned() });
    }
    w.says(SupportIntent::Resolved);
    let (deadline, when) = next_deadline(&w.incident, &w.rules()).unwrap();
    assert_eq!(deadline, Deadline::Judge);
    w.now = when;
    assert_eq!(w.on(Event::Due(deadline)), vec![Effect::Remind(Why::RepairedAgain)]);
    assert_eq!(w.incident.state.name(), "resolved");
    assert_eq!(next_deadline(&w.incident, &w.rules()), None);
    // Neither OK nor NON tells which: CLORE and ROUVRIR do.
    let asks = |e: &[Effect]| matches!(e, [Effect::NotDone(why)] if why.contains("ROUVRIR"));
    assert!(asks(&w.confirm()));
    assert!(asks(&w.on(Event::Rejected { by: who("ref@lycee.test"), reason: String::new() })));
    assert_eq!(w.incident.state.name(), "resolved");
    let effects = w.on(Event::ReopenedBy { by: who("ref@lycee.test") });
    assert!(effects.iter().any(|e| matches!(e, Effect::FollowUp { cause: FollowUp::NotRepaired, .. })));
    // He has judged once, and goes on judging.
    assert_eq!(w.says(SupportIntent::Resolved), vec![Effect::Remind(Why::RepairedAgain)]);
    // Who reported it may still say that it is over.
    w.on(Event::Repaired { by: who("prof@lycee.test"), yes: true, words: "oui".to_owned() });
    assert_eq!(w.incident.state.name(), "closed");
}

#[test]
fn closed_by_support_is_not_closed_for_the_reporter() {
    let mut w = World::new();
    w.confirm();
    w.on(Event::TicketAccepted);
    w.says(SupportIntent::Closed);
    assert_eq!(w.incident.state.name(), "resolved");
}

#[test]
fn support_not_understood_is_shown_and_changes_nothing() {
    let mut w = World::new();
    w.confirm();
    w.on(Event::TicketAccepted);
    let effects = w.says(SupportIntent::Other);
    assert_eq!(w.incident.state.name(), "ticketed");
    assert!(matches!(&effects[..], [Effect::Remind(Why::SupportUnclear(_))]));
}

#[test]
fn a_visit_in_the_past_is_shown_to_the_referent() {
    let mut w = World::new();
    w.confirm();
    w.on(Event::TicketAccepted);
    let answer = SupportAnswer {
        intent: SupportIntent::Planned,
        date: Some(jiff::civil::date(2026, 10, 1)),
        ..SupportAnswer::default()
    };
    let effects = w.on(Event::Support { from: who("cesame@region.test"), answer, automatic: false });
    assert_ne!(w.incident.state.name(), "planned");
    assert!(effects.iter().any(|e| matches!(e, Effect::Remind(Why::SupportUnclear(_)))));
}

#[test]
fn a_ticket_that_bounced_is_confirmed_again_and_resent_on_ok() {
    let mut w = World::new();
    w.confirm();
    w.on(Event::TicketAccepted);
    w.on(Event::TicketFailed { why: "550 unknown".to_owned() });
    assert_eq!(w.incident.state.name(), "confirmed");
    let effects = w.confirm();
    assert!(effects.contains(&Effect::ResendTicket));
    assert_eq!(tickets(&effects), 0);
}

#[test]
fn a_refusal_while_the_ticket_waits_takes_it_back() {
    let mut w = World::new();
    w.confirm();
    w.cancellable = true;
    let effects = w.on(Event::Rejected { by: who("ref@lycee.test"), reason: "réglé".to_owned() });
    assert!(effects.contains(&Effect::CancelTicket));
    assert_eq!(w.incident.state.name(), "refused");
}

#[test]
fn a_refusal_after_the_ticket_left_changes_nothing() {
    let mut w = World::new();
    w.confirm();
    w.on(Event::TicketAccepted);
    let effects = w.on(Event::Rejected { by: who("ref@lycee.test"), reason: String::new() });
    assert_eq!(w.incident.state.name(), "ticketed");
    assert!(matches!(&effects[..], [Effect::NotDone(_)]));
}

#[test]
fn each_deadline_fires_once() {
    let mut w = World::new();
    let (deadline, when) = next_deadline(&w.incident, &w.rules()).unwrap();
    assert_eq!(deadline, Deadline::RemindProposal);
    w.now = when;
    assert_eq!(w.on(Event::Due(deadline)).len(), 1);
    assert_eq!(w.on(Event::Due(deadline)).len(), 0);
    assert_eq!(next_deadline(&w.incident, &w.rules()), None);
}

#[test]
fn silence_closes_a_resolved_incident() {
    let mut w = World::new();
    w.confirm();
    w.on(Event::TicketAccepted);
    w.says(SupportIntent::Resolved);
    let (deadline, when) = next_deadline(&w.incident, &w.rules()).unwrap();
    w.now = when;
    w.on(Event::Due(deadline));
    assert_eq!(w.incident.state.name(), "closed");
}

#[test]
fn an_ok_to_two_reminders_chases_twice_and_to_one_once() {
    let mut w = World::new();
    w.confirm();
    w.on(Event::TicketAccepted);
    let chases = |w: &mut World| {
        let e = w.on(Event::Confirmed { by: who("ref@lycee.test"), shown: None, to_reminder: true });
        e.iter().filter(|e| matches!(e, Effect::FollowUp { .. })).count()
    };
    w.on(Event::Due(Deadline::RemindSupport));
    assert_eq!(chases(&mut w), 1);
    assert_eq!(chases(&mut w), 0);
    w.on(Event::Due(Deadline::Contract));
    assert_eq!(chases(&mut w), 1);
    assert_eq!(chases(&mut w), 0);
}

fn shown_or_not() -> impl Strategy<Value = Option<String>> {
    prop_oneof![Just(None), Just(Some(Facts::of(&report(Some("B204"))).fingerprint())), Just(Some("old".to_owned()))]
}

pub(super) fn any_event() -> impl Strategy<Value = Event> {
    let address = prop_oneof![Just(who("a@lycee.test")), Just(who("b@lycee.test"))];
    let shown = shown_or_not();
    let intent = proptest::sample::select(SupportIntent::ALL.to_vec());
    let stance = proptest::sample::select(Stance::ALL.to_vec());
    prop_oneof![
        (address.clone(), any::<bool>(), stance).prop_map(|(a, first_word, stance)| Event::Reported {
            report: Box::new(Report { stance, ..report(Some("B204")) }),
            reporter: Some(a),
            first_word,
            photos: false,
        }),
        (address.clone(), any::<bool>()).prop_map(|(a, by_referent)| Event::SaidOver {
            by: Some(a),
            by_referent,
            words: "ça remarche".to_owned()
        }),
        (address.clone(), any::<bool>()).prop_map(|(by, yes)| Event::Repaired { by, yes, words: String::new() }),
        (address.clone(), shown, any::<bool>()).prop_map(|(by, shown, to_reminder)| Event::Confirmed {
            by,
            shown,
            to_reminder
        }),
        (address.clone(), any::<bool>(), any::<bool>()).prop_map(|(by, photos, serial)| Event::Detail {
            by,
            changes: Changes { serial: serial.then(|| "X4KD83211P".to_owned()), ..Changes::default() },
            words: String::new(),
            photos
        }),
        (address.clone(), shown_or_not(), any::<bool>(), 1..4_u32).prop_map(|(by, shown, confirms, count)| {
            Event::Corrected { by, changes: Changes { count: Some(count), ..Changes::default() }, confirms, shown }
        }),
        (1..4_u32).prop_map(|count| Event::Widened {
            facts: Box::new(Facts { count, ..Facts::of(&report(Some("ETABLISSEMENT"))) })
        }),
        address.clone().prop_map(|by| Event::Rejected { by, reason: String::new() }),
        address.clone().prop_map(|by| Event::Redirected { by, to: Responsible::Atte }),
        address.clone().prop_map(|by| Event::ReopenedBy { by }),
        address.clone().prop_map(|by| Event::ClosedBy { by }),
        address.clone().prop_map(|by| Event::Chased { by }),
        address.prop_map(|by| Event::MergedInto {
            by: Some(by),
            into: IncidentId(2),
            reference: "2026-0001".to_owned()
        }),
        Just(Event::TicketAccepted),
        Just(Event::TicketFailed { why: "550".to_owned() }),
        intent.prop_map(|intent| Event::Support {
            from: who("cesame@region.test"),
            answer: SupportAnswer { intent, ..SupportAnswer::default() },
            automatic: false
        }),
        any::<bool>().prop_map(|past| Event::Support {
            from: who("cesame@region.test"),
            answer: SupportAnswer {
                intent: SupportIntent::Planned,
                date: Some(jiff::civil::date(if past { 2020 } else { 2036 }, 11, 12)),
                ..SupportAnswer::default()
            },
            automatic: false
        }),
        proptest::sample::select(vec![
            Deadline::RemindProposal,
            Deadline::SendUnconfirmed,
            Deadline::RemindSupport,
            Deadline::Contract,
            Deadline::PlannedPassed,
            Deadline::Close
        ])
        .prop_map(Event::Due),
    ]
}

proptest! {
    /// The outbox's unique index is the last guard; the decisions alone must already never ask for
    /// a second ticket while the first may have left.
    #[test]
    fn no_sequence_of_events_asks_for_a_second_ticket(events in proptest::collection::vec(any_event(), 0..40)) {
        let mut w = World::new();
        let mut out = 0_i32;
        for event in events {
            let before = w.incident.state.clone();
            let came_back = matches!(event, Event::TicketFailed { .. })
                && matches!(before.name(), "closed" | "refused" | "redirected");
            let effects = w.on(event);
            // What came back after the end was never with support: reopened, the fault needs its ticket.
            if came_back {
                out = 0;
            }
            for e in &effects {
                match e {
                    Effect::SendTicket => out += 1,
                    Effect::CancelTicket => out -= 1,
                    _ => {}
                }
            }
            prop_assert!(out <= 1, "{before:?} -> {:?}: {effects:?}", w.incident.state);
            if matches!(w.incident.state, State::Confirmed { .. }) || w.incident.state.is_with_support() {
                prop_assert_eq!(out, 1);
            }
            let ended = matches!(w.incident.state.name(), "closed" | "refused" | "redirected" | "merged");
            prop_assert_eq!(w.incident.closed_at.is_some(), ended);
        }
    }
}

#[test]
fn a_corrected_place_stands_beside_the_words_that_name_another() {
    let mut w = World::new();
    let shown = Some(w.incident.facts.fingerprint());
    for room in ["B205", "B207"] {
        let changes = Changes { place: Some(Place::from_normalised(room)), ..Changes::default() };
        w.on(Event::Corrected { by: who("referent@lycee.test"), changes, confirms: false, shown: shown.clone() });
    }
    assert_eq!(w.incident.facts.words, "le projecteur ne s'allume plus [lieu rectifié : B207]");
}

/// How an incident stands, coarsely: an order of letters may decide which day is planned, not this.
fn class(state: &State) -> &'static str {
    match state {
        State::AwaitingConfirmation { .. } => "asked",
        State::Refused { .. } | State::Redirected { .. } => "not sent",
        State::Closed { .. } => "closed",
        _ => "sent",
    }
}

/// Plays two referents' letters and support's in the order that `turns` gives; each keeps his own
/// order, and support writes only about a ticket that it has.
fn interleave(referents: [&[Event]; 2], support: &[SupportIntent], turns: &[u8]) -> (usize, &'static str) {
    let mut w = World::new();
    let mut left = [referents[0].iter(), referents[1].iter()];
    let mut answers = support.iter();
    let mut sent = 0;
    for turn in turns.iter().copied().chain([0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2]) {
        let effects = match usize::from(turn) {
            who @ (0 | 1) => left[who].next().map(|event| w.on(event.clone())),
            _ if w.incident.ticket_sent_at.is_some() => answers.next().map(|intent| w.says(*intent)),
            _ => None,
        };
        sent += tickets(&effects.unwrap_or_default());
        if matches!(w.incident.state, State::Confirmed { .. }) {
            w.on(Event::TicketAccepted);
        }
    }
    (sent, class(&w.incident.state))
}

proptest! {
    #[test]
    fn any_order_of_two_referents_and_support_ends_in_the_same_ticket(
        kinds in proptest::array::uniform2(0_u8..3),
        intents in proptest::collection::vec(
            proptest::sample::select(vec![SupportIntent::Acknowledged, SupportIntent::InProgress, SupportIntent::NeedsInfo]), 0..4),
        turns in proptest::collection::vec(0_u8..3, 0..12),
    ) {
        let shown = Some(incident().facts.fingerprint());
        // Each referent says something that agrees with the other: OK, OK twice, or a doubtful word that
        // decides nothing.
        let letters = |kind: u8, by: &str| -> Vec<Event> {
            let ok = Event::Confirmed { by: who(by), shown: shown.clone(), to_reminder: false };
            match kind { 0 => vec![ok], 1 => vec![ok.clone(), ok], _ => Vec::new() }
        };
        let (first, second) = (letters(kinds[0], "ref@lycee.test"), letters(kinds[1], "adj@lycee.test"));
        let in_turn = interleave([&first, &second], &intents, &[]);
        let mixed = interleave([&first, &second], &intents, &turns);
        prop_assert_eq!(in_turn, mixed);
        prop_assert_eq!(mixed.0, usize::from(!first.is_empty() || !second.is_empty()));
    }

    #[test]
    fn of_two_referents_who_disagree_the_first_counts_and_no_order_sends_two_tickets(
        turns in proptest::collection::vec(0_u8..3, 0..12),
        redirects in any::<bool>(),
    ) {
        let shown = Some(incident().facts.fingerprint());
        let yes = [Event::Confirmed { by: who("ref@lycee.test"), shown, to_reminder: false }];
        let by = who("adj@lycee.test");
        let no = if redirects {
            [Event::Redirected { by, to: Responsible::Atte }]
        } else {
            [Event::Rejected { by, reason: String::new() }]
        };
        let (sent, class) = interleave([&yes, &no], &[SupportIntent::Acknowledged], &turns);
        let first = turns.iter().copied().find(|t| *t < 2).unwrap_or(0);
        prop_assert_eq!((sent, class), if first == 0 { (1, "sent") } else { (0, "not sent") });
    }
}

#[test]
fn where_the_contract_ends_first_the_silence_is_not_told_a_day_later() {
    let mut w = World::new();
    w.incident.facts.urgent = true;
    w.confirm();
    w.on(Event::TicketAccepted);
    let (deadline, when) = next_deadline(&w.incident, &w.rules()).unwrap();
    assert_eq!(deadline, Deadline::Contract);
    w.now = when;
    assert_eq!(w.on(Event::Due(deadline)), vec![Effect::Remind(Why::Contract)]);
    assert_eq!(next_deadline(&w.incident, &w.rules()), None);
}

#[test]
fn whoever_is_alone_to_have_reported_corrects_himself_and_contradicts_nobody() {
    let by = || who("prof@lycee.test");
    let resolved = || {
        let mut w = World::new();
        w.confirm();
        w.on(Event::TicketAccepted);
        w.says(SupportIntent::Resolved);
        w
    };
    let mut w = resolved();
    w.on(Event::Repaired { by: by(), yes: false, words: "non".to_owned() });
    let effects = w.on(Event::Repaired { by: by(), yes: true, words: "ah si, ça marche".to_owned() });
    assert_eq!(w.incident.state.name(), "closed");
    assert!(!effects.iter().any(|e| matches!(e, Effect::Remind(_))), "{effects:?}");
    assert!(effects.iter().any(|e| matches!(e, Effect::TellReferents(_))), "support was told that it is broken");
    let mut w = resolved();
    w.on(Event::Repaired { by: by(), yes: true, words: "oui".to_owned() });
    let effects = w.on(Event::Repaired { by: by(), yes: false, words: "en fait non".to_owned() });
    assert_eq!(w.incident.state.name(), "ticketed");
    assert!(matches!(&effects[..], [Effect::FollowUp { cause: FollowUp::NotRepaired, .. }]));
}

#[test]
fn a_no_long_after_the_end_is_the_referents_to_judge() {
    let mut w = World::new();
    w.confirm();
    w.on(Event::TicketAccepted);
    w.says(SupportIntent::Resolved);
    w.on(Event::Repaired { by: who("prof@lycee.test"), yes: true, words: String::new() });
    w.now = w.now.checked_add(SignedDuration::from_hours(24 * 8)).unwrap();
    let effects = w.on(Event::Repaired { by: who("b@lycee.test"), yes: false, words: "non".to_owned() });
    assert_eq!(w.incident.state.name(), "closed");
    assert!(matches!(&effects[..], [Effect::Remind(Why::StillBroken(_))]));
}

#[test]
fn a_photo_of_a_fault_that_support_has_is_carried_to_it() {
    let mut w = World::new();
    w.confirm();
    w.on(Event::TicketAccepted);
    let photo = Event::Detail {
        by: who("prof@lycee.test"),
        changes: Changes::default(),
        words: "voici la photo".to_owned(),
        photos: true,
    };
    assert!(matches!(&w.on(photo)[..], [Effect::FollowUp { cause: FollowUp::Detail, .. }]));
}

#[test]
fn a_correction_of_a_ticket_that_still_waits_replaces_it() {
    let mut w = World::new();
    w.confirm();
    w.cancellable = true;
    let changes = Changes { place: Some(Place::from_normalised("B205")), ..Changes::default() };
    let effects = w.on(Event::Corrected { by: who("ref@lycee.test"), changes, confirms: false, shown: None });
    assert!(matches!(&effects[..], [Effect::CancelTicket, Effect::SendTicket, Effect::Done(_)]), "{effects:?}");
}

#[test]
fn who_had_not_reported_it_ends_nothing_before_the_ticket() {
    let over = |by: &str, by_referent| Event::SaidOver { by: Some(who(by)), by_referent, words: "réparé".to_owned() };
    let mut w = World::new();
    let effects = w.on(over("b@lycee.test", false));
    assert_eq!(w.incident.state.name(), "awaiting_confirmation");
    assert!(effects.iter().any(|e| matches!(e, Effect::AskRepaired { but: Some(_), .. })), "{effects:?}");
    assert!(effects.iter().any(|e| matches!(e, Effect::TellReferents(t) if t.contains("b@lycee.test"))));
    assert!(w.on(over("b@lycee.test", false)).is_empty(), "asked once");
    assert_eq!(tickets(&w.confirm()), 1, "the proposal still stands");
    for (by, by_referent) in [("prof@lycee.test", false), ("ref@lycee.test", true)] {
        let mut w = World::new();
        let effects = w.on(over(by, by_referent));
        assert_eq!(w.incident.state.name(), "closed");
        assert!(effects.iter().any(|e| matches!(e, Effect::TellReferents(t) if t.contains("ROUVRIR 2026-0012"))));
    }
}

#[test]
fn a_reporters_correction_moves_neither_what_others_reported_nor_what_was_confirmed() {
    let moved = |w: &mut World| {
        let changes = Changes { place: Some(Place::from_normalised("C204")), ..Changes::default() };
        let by = who("prof@lycee.test");
        let effects = w.on(Event::Detail { by, changes, words: "c'est la C204".to_owned(), photos: false });
        let told = effects.iter().any(|e| matches!(e, Effect::TellReferents(t) if t.contains("c'est la C204")));
        (w.incident.facts.place.as_ref().is_some_and(|p| p.as_str() == "C204"), told)
    };
    assert_eq!(moved(&mut World::new()), (true, false));
    let mut w = World::new();
    w.incident.reporters.push(who("b@lycee.test"));
    assert_eq!(moved(&mut w), (false, true));
    let mut w = World::new();
    w.confirm();
    assert_eq!(moved(&mut w), (false, true));
}

#[test]
fn a_place_that_is_told_settles_the_doubt_about_it() {
    let mut w = World::new();
    w.incident.facts.place = None;
    w.incident.facts.doubts = vec!["lieu non précisé".to_owned(), "autre chose".to_owned()];
    let changes = Changes { place: Some(Place::from_normalised("C205")), ..Changes::default() };
    w.on(Event::Detail { by: who("prof@lycee.test"), changes, words: "C205".to_owned(), photos: false });
    assert_eq!(w.incident.facts.doubts, ["autre chose"]);
}
