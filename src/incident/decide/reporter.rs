//! What reporters' words do.

use jiff::Timestamp;

use super::{Decision, Effect, FollowUp, Rules, Why, apply, has_ticket};
use crate::address::Address;
use crate::incident::answer::Changes;
use crate::incident::{Facts, State};
use crate::report::{Report, Stance};

/// Somebody tells of it again.
pub(super) fn reported(
    d: &mut Decision,
    report: &Report,
    reporter: Option<&Address>,
    first_word: bool,
    now: Timestamp,
) {
    if let Some(who) = reporter
        && !d.incident.reporters.contains(who)
    {
        d.incident.reporters.push(who.clone());
    }
    let fresh = first_word || report.stance == Stance::Broken;
    if fresh {
        d.incident.last_reported_at = now;
    }
    d.note(if fresh { "reported" } else { "followed_up" }, report.span.clone());
    if report.stance == Stance::Over {
        return;
    }
    let said = complete(&mut d.incident.facts, report);
    match d.incident.state.clone() {
        State::AwaitingConfirmation { .. } if !said.is_empty() => {
            d.effect(Effect::Propose { changed: Some(said.join(", ")) });
        }
        State::Resolved { .. } if fresh || report.stance == Stance::Still => {
            back(d, FollowUp::NotRepaired, report.span.clone(), now);
        }
        State::Closed { .. } if fresh || report.stance == Stance::Still => {
            back(d, FollowUp::Back, report.span.clone(), now);
        }
        State::Confirmed { .. } | State::Ticketed { .. } | State::Acknowledged { .. } | State::Planned { .. }
            if !said.is_empty() =>
        {
            d.effect(Effect::FollowUp { cause: FollowUp::Detail, words: said.join(", ") });
        }
        _ => {}
    }
}

/// What a further report adds: only what was unknown, or more of the same.
fn complete(facts: &mut Facts, report: &Report) -> Vec<String> {
    let mut changes = Changes::default();
    if facts.place.is_none() {
        changes.place.clone_from(&report.place);
    }
    if report.count > facts.count {
        changes.count = Some(report.count);
    }
    let mut said = apply(facts, &changes);
    for label in &report.labels {
        said.extend(apply(facts, &Changes { label: Some(label.clone()), ..Changes::default() }));
    }
    for serial in &report.serials {
        said.extend(apply(facts, &Changes { serial: Some(serial.clone()), ..Changes::default() }));
    }
    for machine in &report.machines {
        if !facts.machines.contains(machine) {
            facts.machines.push(machine.clone());
        }
    }
    if facts.since.is_none() {
        facts.since.clone_from(&report.since);
    }
    if facts.effect.is_none() {
        facts.effect.clone_from(&report.effect);
    }
    if facts.symptom.is_none() {
        facts.symptom.clone_from(&report.symptom);
    }
    facts.urgent |= report.urgent;
    said
}

/// The fault is there again: to support if it ever had the ticket, else to the referent.
fn back(d: &mut Decision, cause: FollowUp, words: String, now: Timestamp) {
    d.note("reopened", words.clone());
    if d.incident.ticket_sent_at.is_some() {
        d.enter(State::Ticketed { at: now });
        d.effect(Effect::FollowUp { cause, words });
    } else {
        d.enter(State::AwaitingConfirmation { since: now });
        d.effect(Effect::Propose { changed: Some("la panne est revenue".to_owned()) });
    }
}

/// A general outage takes in this local fault, whose ticket stands for it from now on.
pub(super) fn widened(d: &mut Decision, facts: Facts) {
    let before = d.incident.facts.fingerprint();
    let old = std::mem::replace(&mut d.incident.facts, facts);
    for serial in old.serials {
        if !d.incident.facts.serials.contains(&serial) {
            d.incident.facts.serials.push(serial);
        }
    }
    for label in old.labels {
        if !d.incident.facts.labels.contains(&label) {
            d.incident.facts.labels.push(label);
        }
    }
    d.incident.facts.urgent |= old.urgent;
    if d.incident.facts.fingerprint() == before {
        return;
    }
    let place = d.incident.facts.place.as_ref().map_or_else(String::new, ToString::to_string);
    d.note("widened", place.clone());
    if has_ticket(&d.incident) {
        d.effect(Effect::FollowUp { cause: FollowUp::Wider, words: String::new() });
    } else if matches!(d.incident.state, State::AwaitingConfirmation { .. }) {
        d.effect(Effect::Propose { changed: Some(format!("la panne est plus étendue : {place}")) });
    }
}

/// "Finalement ça remarche."
pub(super) fn said_over(d: &mut Decision, by: Option<Address>, rules: &Rules<'_>, now: Timestamp) {
    let alone = d.incident.reporters.iter().all(|r| by.as_ref() == Some(r));
    match d.incident.state.clone() {
        State::AwaitingConfirmation { .. } => {
            d.note("said_over", "avant confirmation");
            d.note("closed", "");
            d.enter(State::Closed { at: now });
            d.effect(Effect::TellReferents(
                "la panne a disparu avant l'envoi du ticket, d'après un collègue".to_owned(),
            ));
            d.effect(Effect::TellCorrespondents);
        }
        State::Confirmed { .. } if rules.ticket_cancellable => {
            d.note("said_over", "avant l'envoi du ticket");
            d.note("closed", "");
            d.effect(Effect::CancelTicket);
            d.enter(State::Closed { at: now });
            d.effect(Effect::TellReferents(
                "la panne a disparu avant l'envoi du ticket, d'après un collègue".to_owned(),
            ));
            d.effect(Effect::TellCorrespondents);
        }
        // The ticket is on its way: its fate must be known first, then support or the reporters end it.
        State::Confirmed { .. } => d.note("said_over", "pendant l'envoi du ticket"),
        State::Ticketed { .. } | State::Acknowledged { .. } | State::Planned { .. } if !alone => {
            d.note("said_over", "");
            d.enter(State::Resolved { at: now });
            d.effect(Effect::AskRepaired { but: by });
        }
        State::Ticketed { .. }
        | State::Acknowledged { .. }
        | State::Planned { .. }
        | State::Resolved { .. }
        | State::Redirected { .. } => {
            d.note("said_over", "");
            d.note("closed", "");
            d.enter(State::Closed { at: now });
            d.fire("yes");
            d.effect(Effect::TellCorrespondents);
        }
        State::Closed { .. } | State::Refused { .. } | State::Merged { .. } => d.note("said_over", ""),
    }
}

/// OUI or NON.
pub(super) fn repaired(d: &mut Decision, by: Address, yes: bool, words: String, rules: &Rules<'_>, now: Timestamp) {
    if yes {
        if d.has_fired("no") {
            d.note("said_repaired", "un autre collègue vient de dire le contraire");
            d.effect(Effect::Remind(Why::Contradiction));
            return;
        }
        match d.incident.state {
            State::Resolved { .. } => {
                d.note("said_repaired", "");
                d.note("closed", "");
                d.enter(State::Closed { at: now });
                d.fire("yes");
                d.effect(Effect::TellCorrespondents);
            }
            State::Closed { .. } => d.note("said_repaired", ""),
            _ => said_over(d, Some(by), rules, now),
        }
        return;
    }
    d.note("said_broken", words.clone());
    match d.incident.state.clone() {
        State::Resolved { .. } => {
            back(d, FollowUp::NotRepaired, words, now);
            d.fire("no");
        }
        State::Closed { at } if at.duration_until(now) <= reopen_within(rules) => {
            let contradicted = d.has_fired("yes");
            back(d, FollowUp::NotRepaired, words, now);
            d.fire("no");
            if contradicted {
                d.effect(Effect::Remind(Why::Contradiction));
            }
        }
        State::Closed { .. } => d.effect(Effect::Remind(Why::Contradiction)),
        _ => {}
    }
}

/// `reopen_within` as clock time; a delay in working days counts seven days to a five-day week.
pub(crate) fn reopen_within(rules: &Rules<'_>) -> jiff::SignedDuration {
    match rules.policy.reopen_within {
        crate::incident::policy::Delay::Seconds(s) => jiff::SignedDuration::from_secs(s),
        crate::incident::policy::Delay::WorkingDays(n) => {
            jiff::SignedDuration::from_secs(i64::from(n).saturating_mul(86_400 * 7) / 5)
        }
    }
}

/// The room, a serial number, an answer to support's question.
pub(super) fn detail(d: &mut Decision, by: &Address, changes: &Changes, words: String) {
    let said = apply(&mut d.incident.facts, changes);
    d.note("detail", if said.is_empty() { words.clone() } else { said.join(", ") });
    if !d.incident.reporters.contains(by) {
        d.incident.reporters.push(by.clone());
    }
    let asked = d.has_fired("asked");
    match d.incident.state {
        State::AwaitingConfirmation { .. } if !said.is_empty() => {
            d.effect(Effect::Propose { changed: Some(said.join(", ")) });
        }
        State::Confirmed { .. } | State::Ticketed { .. } | State::Acknowledged { .. } | State::Planned { .. } => {
            if asked && !words.trim().is_empty() {
                d.incident.fired.retain(|f| f != "asked");
                d.effect(Effect::FollowUp { cause: FollowUp::Reply, words });
            } else if !said.is_empty() {
                d.effect(Effect::FollowUp { cause: FollowUp::Detail, words: said.join(", ") });
            }
        }
        _ => {}
    }
}
