//! Whole lives of an incident beside a model of its outbox: what no sequence of events may do.

use proptest::prelude::*;

use super::tests::{World, any_event, incident, report, who};
use super::*;
use crate::incident::State;
use crate::incident::answer::{Changes, SupportIntent};

/// Where the incident's ticket is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Ticket {
    None,
    Queued,
    Sending,
    Sent,
    Failed,
    Bounced,
}

/// What the world does between two events.
#[derive(Debug, Clone)]
enum Turn {
    Event(Box<Event>),
    /// The sender takes the ticket.
    Claim,
    /// Support's server answers it.
    Answered(bool),
    /// It comes back.
    Bounce,
    /// Time goes on to the next deadline.
    Wait,
}

fn any_turn() -> impl Strategy<Value = Turn> {
    let event = any_event().prop_filter_map("the model sends and times by itself", |e| match e {
        Event::TicketAccepted | Event::TicketFailed { .. } | Event::Due(_) => None,
        other => Some(Turn::Event(Box::new(other))),
    });
    prop_oneof![
        6 => event,
        2 => Just(Turn::Claim),
        2 => Just(Turn::Answered(true)),
        1 => Just(Turn::Answered(false)),
        1 => Just(Turn::Bounce),
        2 => Just(Turn::Wait),
    ]
}

struct Life {
    w: World,
    ticket: Ticket,
    accepted: u32,
}

impl Life {
    fn new(w: World) -> Self {
        Self { w, ticket: Ticket::None, accepted: 0 }
    }

    fn take(&mut self, turn: Turn) -> Result<(), TestCaseError> {
        let event = match (turn, self.ticket) {
            (Turn::Event(event), _) => *event,
            (Turn::Claim, Ticket::Queued) => {
                self.ticket = Ticket::Sending;
                return Ok(());
            }
            (Turn::Answered(true), Ticket::Sending) => {
                self.ticket = Ticket::Sent;
                self.accepted += 1;
                Event::TicketAccepted
            }
            (Turn::Answered(false), Ticket::Sending) => {
                self.ticket = Ticket::Failed;
                Event::TicketFailed { why: "550".to_owned() }
            }
            (Turn::Bounce, Ticket::Sent) => {
                self.ticket = Ticket::Bounced;
                self.accepted -= 1;
                Event::TicketFailed { why: "5.1.1".to_owned() }
            }
            (Turn::Wait, _) => match next_deadline(&self.w.incident, &self.w.rules()) {
                Some((deadline, at)) => {
                    self.w.now = self.w.now.max(at);
                    Event::Due(deadline)
                }
                None => return Ok(()),
            },
            _ => return Ok(()),
        };
        self.feed(event)
    }

    fn feed(&mut self, event: Event) -> Result<(), TestCaseError> {
        // Support answers only what it has.
        if matches!(event, Event::Support { .. }) && !matches!(self.ticket, Ticket::Sent | Ticket::Sending) {
            return Ok(());
        }
        let before = self.w.incident.clone();
        self.w.cancellable = matches!(before.state, State::Confirmed { .. })
            && matches!(self.ticket, Ticket::Queued | Ticket::Failed | Ticket::Bounced);
        let command = matches!(
            event,
            Event::Confirmed { .. }
                | Event::Corrected { .. }
                | Event::Rejected { .. }
                | Event::Redirected { .. }
                | Event::ReopenedBy { .. }
                | Event::ClosedBy { .. }
                | Event::Chased { .. }
        );
        let told = format!("{event:?} on {before:?}, ticket {:?}", self.ticket);
        let d = decide(&before, event, &self.w.rules(), self.w.now);
        self.w.incident = d.incident;
        for effect in &d.effects {
            self.carry_out(effect, &told)?;
        }
        self.check(&before, &d.history, &d.effects, command, &told)
    }

    fn carry_out(&mut self, effect: &Effect, told: &str) -> Result<(), TestCaseError> {
        match effect {
            Effect::SendTicket => {
                let room = matches!(self.ticket, Ticket::None | Ticket::Failed | Ticket::Bounced);
                prop_assert!(room, "a second ticket: {told}");
                self.ticket = Ticket::Queued;
            }
            Effect::CancelTicket => match self.ticket {
                Ticket::Queued | Ticket::Failed => self.ticket = Ticket::None,
                Ticket::Bounced => {}
                _ => prop_assert!(false, "a ticket under way is taken back: {told}"),
            },
            Effect::ResendTicket => {
                prop_assert!(matches!(self.ticket, Ticket::Failed | Ticket::Bounced), "sent again: {told}");
                self.ticket = Ticket::Queued;
            }
            Effect::FollowUp { .. } => {
                prop_assert!(self.ticket != Ticket::None, "a follow-up of nothing: {told}");
            }
            _ => {}
        }
        Ok(())
    }

    fn check(
        &self,
        before: &Incident,
        history: &[Entry],
        effects: &[Effect],
        command: bool,
        told: &str,
    ) -> Result<(), TestCaseError> {
        let now = &self.w.incident;
        let state = &now.state;
        prop_assert!(self.accepted <= 1, "{told}");
        if matches!(state, State::Confirmed { .. }) || state.is_with_support() {
            prop_assert!(self.ticket != Ticket::None, "confirmed without a ticket: {told} -> {state:?}");
        }
        let ended = matches!(state.name(), "closed" | "refused" | "redirected" | "merged");
        prop_assert_eq!(now.closed_at.is_some(), ended, "{}", told);
        if before.state.name() != state.name() {
            prop_assert!(!history.is_empty(), "a change without a trace: {told}");
        }
        prop_assert!(before.state.name() != "merged" || state.name() == "merged", "{told}");
        prop_assert!(before.reporters.iter().all(|r| now.reporters.contains(r)), "{told}");
        let mut fired = now.fired.clone();
        fired.sort();
        fired.dedup();
        prop_assert_eq!(fired.len(), now.fired.len(), "{}: {:?}", told, now.fired);
        let answered = |e: &Effect| matches!(e, Effect::Done(_) | Effect::NotDone(_) | Effect::Propose { .. });
        prop_assert!(!command || effects.iter().any(answered), "a command without an answer: {told}");
        let of_correspondents = effects.iter().filter(|e| matches!(e, Effect::TellCorrespondents)).count();
        prop_assert!(of_correspondents <= 1, "{told}");
        if before.state.name() != state.name() && matches!(state.name(), "closed" | "refused" | "redirected") {
            prop_assert_eq!(of_correspondents, 1, "an end that correspondents do not learn: {}", told);
        }
        // Nothing waits unseen: something is due, or on its way, or somebody has been told.
        let under_way = matches!(self.ticket, Ticket::Queued | Ticket::Sending);
        let waits = state.is_open() && !ended || matches!(state, State::Resolved { .. });
        let due = next_deadline(now, &self.w.rules()).is_some();
        prop_assert!(!waits || due || under_way || !now.fired.is_empty(), "it waits unseen: {told} -> {now:?}");
        Ok(())
    }
}

proptest! {
    #[test]
    fn no_life_breaks_what_users_are_promised(turns in proptest::collection::vec(any_turn(), 0..60), unasked in any::<bool>()) {
        let mut w = World::new();
        if unasked {
            w.policy.send_unconfirmed_after = Some(Delay::WorkingDays(3));
        }
        let mut life = Life::new(w);
        for turn in turns {
            life.take(turn)?;
        }
    }

    #[test]
    fn reporters_additions_in_any_order_change_nothing_of_the_one_ticket(
        order in Just((0..6_usize).collect::<Vec<_>>()).prop_shuffle(),
    ) {
        let shown = Some(incident().facts.fingerprint());
        let ok = |by: &str| Event::Confirmed { by: who(by), shown: shown.clone(), to_reminder: false };
        let serial = Changes { serial: Some("X4KD83211P".to_owned()), ..Changes::default() };
        let says = |intent| Event::Support {
            from: who("cesame@region.test"),
            answer: SupportAnswer { intent, words: "?".to_owned(), ..SupportAnswer::default() },
            automatic: false,
        };
        let events = [
            ok("ref@lycee.test"),
            ok("adj@lycee.test"),
            Event::Detail { by: who("prof@lycee.test"), changes: serial, words: String::new(), photos: true },
            Event::Reported {
                report: Box::new(report(Some("B204"))),
                reporter: Some(who("b@lycee.test")),
                first_word: true,
                photos: false,
            },
            says(SupportIntent::Acknowledged),
            says(SupportIntent::InProgress),
        ];
        let mut life = Life::new(World::new());
        for n in order {
            life.feed(events[n].clone())?;
            life.take(Turn::Claim)?;
            life.take(Turn::Answered(true))?;
        }
        prop_assert_eq!(life.accepted, 1);
        prop_assert!(life.w.incident.state.is_with_support());
        prop_assert_eq!(life.w.incident.facts.serials.len(), 1);
        prop_assert_eq!(life.w.incident.reporters.len(), 2);
    }
}

#[test]
fn a_bounced_ticket_may_be_refused_and_leaves_anew_after_a_reopening() {
    let mut life = Life::new(World::new());
    let by = who("ref@lycee.test");
    let ok = |life: &Life| Event::Confirmed {
        by: who("ref@lycee.test"),
        shown: Some(life.w.incident.facts.fingerprint()),
        to_reminder: false,
    };
    life.feed(ok(&life)).unwrap();
    for turn in [Turn::Claim, Turn::Answered(true), Turn::Bounce] {
        life.take(turn).unwrap();
    }
    assert_eq!(life.w.incident.state.name(), "confirmed");
    life.feed(Event::Rejected { by: by.clone(), reason: String::new() }).unwrap();
    assert_eq!(life.w.incident.state.name(), "refused");
    life.feed(Event::ReopenedBy { by }).unwrap();
    life.feed(ok(&life)).unwrap();
    assert_eq!((life.ticket, life.w.incident.state.name()), (Ticket::Queued, "confirmed"));
}
