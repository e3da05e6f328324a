//! What is due when: each deadline fires once per state.

use jiff::civil::Date;
use jiff::{Timestamp, ToSpan};

use super::repair::JUDGED;
use super::{Decision, Effect, Rules, Why};
use crate::incident::calendar::after;
use crate::incident::policy::Delay;
use crate::incident::{Incident, State};

/// A deadline of an incident. Its name is kept in [`Incident::fired`] once it has passed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Deadline {
    /// The referent is reminded of a proposal.
    RemindProposal,
    /// The ticket goes unconfirmed.
    SendUnconfirmed,
    /// Support is silent.
    RemindSupport,
    /// The contract's delay has passed.
    Contract,
    /// The planned day has passed without news.
    PlannedPassed,
    /// Nobody said that it is still broken.
    Close,
    /// The referent, who is to judge whether it is repaired, has not.
    Judge,
}

impl Deadline {
    /// The name kept once it has fired.
    pub fn name(self) -> &'static str {
        match self {
            Self::RemindProposal => "remind_proposal",
            Self::SendUnconfirmed => "send_unconfirmed",
            Self::RemindSupport => "remind_support",
            Self::Contract => "contract",
            Self::PlannedPassed => "planned_passed",
            Self::Close => "close",
            Self::Judge => "judge",
        }
    }

    /// Only reminds; after a long standstill such deadlines are told in one digest.
    pub fn is_reminder(self) -> bool {
        !matches!(self, Self::SendUnconfirmed | Self::Close)
    }
}

/// The next deadline of `incident` and its moment; `None` where nothing is awaited.
pub fn next_deadline(incident: &Incident, rules: &Rules<'_>) -> Option<(Deadline, Timestamp)> {
    let at = |from, delay| after(from, delay, rules.zone, &rules.policy.holidays);
    let mut due: Vec<(Deadline, Timestamp)> = Vec::new();
    match &incident.state {
        State::AwaitingConfirmation { since } => {
            due.push((Deadline::RemindProposal, at(*since, rules.policy.remind_after)));
            if let Some(delay) = rules.policy.send_unconfirmed_after {
                due.push((Deadline::SendUnconfirmed, at(*since, delay)));
            }
        }
        State::Ticketed { at: since } => {
            let (silent, late) = (at(*since, rules.policy.remind_after), contract(incident, rules));
            // Where the contract's delay ends first, its reminder tells of the silence too.
            if silent < late {
                due.push((Deadline::RemindSupport, silent));
            }
            due.push((Deadline::Contract, late));
        }
        State::Acknowledged { .. } => due.push((Deadline::Contract, contract(incident, rules))),
        State::Planned { date, week, .. } => {
            // News is due by the evening of the visit; a working day later nobody has said anything.
            let last = if *week { friday_of(*date) } else { *date };
            let evening = last.at(18, 0, 0, 0);
            if let Ok(evening) = rules.zone.to_timestamp(evening) {
                due.push((Deadline::PlannedPassed, at(evening, Delay::WorkingDays(1))));
            }
        }
        State::Resolved { at: since } => {
            // Where no reporter was asked, their silence means nothing.
            let judged = incident.fired.iter().any(|f| f == JUDGED);
            let due_then = if judged { Deadline::Judge } else { Deadline::Close };
            due.push((due_then, at(*since, rules.policy.close_after)));
        }
        State::Confirmed { .. }
        | State::Closed { .. }
        | State::Refused { .. }
        | State::Redirected { .. }
        | State::Merged { .. } => {}
    }
    due.into_iter().filter(|(d, _)| !incident.fired.iter().any(|f| f == d.name())).min_by_key(|(_, at)| *at)
}

/// Kept beside the deadlines that have fired: when the incident was last reopened.
const REOPENED: &str = "reopened ";

/// See [`REOPENED`].
pub(super) fn reopened_at(at: Timestamp) -> String {
    format!("{REOPENED}{at}")
}

/// The Friday of a day's week; the day itself where that is past it.
fn friday_of(day: Date) -> Date {
    let left = 4 - i64::from(day.weekday().to_monday_zero_offset());
    day.checked_add(left.max(0).days()).unwrap_or(day)
}

/// When the contract's delay ends: counted from the ticket, or from the reopening.
fn contract(incident: &Incident, rules: &Rules<'_>) -> Timestamp {
    let delay = if incident.facts.urgent { rules.contract_urgent } else { rules.contract };
    let reopened = incident.fired.iter().find_map(|f| f.strip_prefix(REOPENED)?.parse().ok());
    let from = match &incident.state {
        State::Ticketed { at } => *at,
        _ => reopened.or(incident.ticket_sent_at).unwrap_or(incident.opened_at),
    };
    after(from, delay, rules.zone, &rules.policy.holidays)
}

pub(super) fn due(d: &mut Decision, deadline: Deadline, now: Timestamp) {
    if d.has_fired(deadline.name()) {
        return;
    }
    match (deadline, d.incident.state.clone()) {
        (Deadline::RemindProposal, State::AwaitingConfirmation { .. }) => {
            d.note("reminded", "le référent : une confirmation attend");
            d.effect(Effect::Remind(Why::Proposal));
        }
        (Deadline::SendUnconfirmed, State::AwaitingConfirmation { .. }) => {
            d.note("confirmed", "sans réponse dans le délai prévu par le lycée");
            d.enter(State::Confirmed { at: now, by: None });
            d.effect(Effect::SendTicket);
        }
        (Deadline::RemindSupport, State::Ticketed { .. }) => {
            d.note("reminded", "le référent : le support n'a pas répondu");
            d.effect(Effect::Remind(Why::Support));
        }
        (Deadline::Contract, State::Ticketed { .. } | State::Acknowledged { .. }) => {
            d.note("reminded", "le référent : le délai du contrat est dépassé");
            d.effect(Effect::Remind(Why::Contract));
        }
        (Deadline::PlannedPassed, State::Planned { .. }) => {
            d.note("reminded", "le référent : la date prévue est passée sans nouvelle");
            d.effect(Effect::Remind(Why::Planned));
        }
        (Deadline::Close, State::Resolved { .. }) => {
            d.note("closed", "personne n'a dit le contraire dans le délai prévu");
            d.enter(State::Closed { at: now });
            d.effect(Effect::TellCorrespondents);
        }
        (Deadline::Judge, State::Resolved { .. }) => {
            d.note("reminded", "le référent : réparé ou non, il ne l’a pas dit");
            d.effect(Effect::Remind(Why::RepairedAgain));
        }
        _ => return,
    }
    d.fire(deadline.name());
}
