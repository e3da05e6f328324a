//! What reporters' words do.

use jiff::Timestamp;

use super::{Decision, Effect, FollowUp, Rules, Why, apply, has_ticket};
use crate::address::Address;
use crate::incident::answer::Changes;
use crate::incident::matching::absorb;
use crate::incident::{Facts, State};
use crate::report::{Report, Stance};

/// Who tells what of an incident.
pub(super) struct Telling<'a> {
    pub report: &'a Report,
    pub reporter: Option<&'a Address>,
    pub first_word: bool,
    pub photos: bool,
}

/// Somebody tells of it again.
pub(super) fn reported(d: &mut Decision, told: &Telling<'_>, now: Timestamp) {
    let Telling { report, reporter, first_word, photos } = *told;
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
        return partly_over(d, report);
    }
    let before = d.incident.facts.clone();
    absorb(&mut d.incident.facts, report);
    let said = differences(&before, &d.incident.facts);
    let wider = before.place.is_some() && before.place != d.incident.facts.place;
    let tells_again = fresh || report.stance == Stance::Still;
    match d.incident.state.clone() {
        State::AwaitingConfirmation { .. } if !said.is_empty() => {
            d.effect(Effect::Propose { changed: Some(said.join(", ")) });
        }
        State::Resolved { .. } if tells_again => back(d, FollowUp::NotRepaired, report.span.clone(), now),
        State::Closed { .. } if tells_again => back(d, FollowUp::Back, report.span.clone(), now),
        _ if has_ticket(&d.incident) && d.incident.state.is_open() && (!said.is_empty() || photos) => {
            let cause = if wider { FollowUp::Wider } else { FollowUp::Detail };
            let words = if wider { String::new() } else { said.join(", ") };
            d.effect(Effect::FollowUp { cause, words });
        }
        _ => {}
    }
}

/// "Le 2 est reparti" of the faulty 2, 5 and 9: fewer machines, the same incident.
fn partly_over(d: &mut Decision, report: &Report) {
    let facts = &mut d.incident.facts;
    facts.machines.retain(|m| !report.machines.contains(m));
    facts.count = u32::try_from(facts.machines.len()).unwrap_or(u32::MAX).max(1);
    let said = vec![format!("il ne reste que {} : {}", facts.count, facts.machines.join(", "))];
    tell_change(d, said);
}

/// What a ticket says has changed: whoever has it is told.
fn tell_change(d: &mut Decision, said: Vec<String>) {
    if matches!(d.incident.state, State::AwaitingConfirmation { .. }) {
        d.effect(Effect::Propose { changed: Some(said.join(", ")) });
    } else if has_ticket(&d.incident) && d.incident.state.is_open() {
        d.effect(Effect::FollowUp { cause: FollowUp::Detail, words: said.join(", ") });
    }
}

/// What of a ticket's lines differs, in French, one phrase each.
fn differences(before: &Facts, after: &Facts) -> Vec<String> {
    let mut said = Vec::new();
    if before.place != after.place
        && let Some(place) = &after.place
    {
        said.push(format!("lieu : {}", super::in_words(place)));
    }
    if before.equipment != after.equipment {
        said.push(format!("matériel : {}", after.equipment.as_str().replace('_', " ")));
    }
    if before.count != after.count {
        said.push(format!("nombre : {}", after.count));
    }
    let new =
        |old: &[String], all: &[String]| -> Vec<String> { all.iter().filter(|x| !old.contains(x)).cloned().collect() };
    for serial in new(&before.serials, &after.serials) {
        said.push(format!("numéro de série : {serial}"));
    }
    for label in new(&before.labels, &after.labels) {
        said.push(format!("étiquette : {label}"));
    }
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
    let place = d.incident.facts.place.as_ref().map_or_else(String::new, super::in_words);
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
            let support_knows_nothing = d.incident.state.is_with_support();
            d.note("said_over", "");
            d.note("closed", "");
            d.enter(State::Closed { at: now });
            d.fire("yes");
            if support_knows_nothing {
                d.effect(Effect::TellReferents(
                    "d'après un collègue, la panne a disparu sans que le support l'ait annoncé ; le dossier est clos. \
                     Si un passage est prévu, il est temps de le décommander"
                        .to_owned(),
                ));
            }
            d.effect(Effect::TellCorrespondents);
        }
        State::Closed { .. } | State::Refused { .. } | State::Merged { .. } => d.note("said_over", ""),
    }
}

/// OUI or NON. Who is alone to have reported contradicts nobody: his last word counts.
pub(super) fn repaired(d: &mut Decision, by: Address, yes: bool, words: String, rules: &Rules<'_>, now: Timestamp) {
    let alone = d.incident.reporters.iter().all(|r| *r == by);
    let told = format!("{by} : {words}");
    if yes {
        if d.has_fired("no") && !alone {
            d.note("said_repaired", "un autre collègue vient de dire le contraire");
            d.effect(Effect::Remind(Why::Contradiction(told)));
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
        State::Closed { at } if at.duration_until(now) <= rules.policy.reopen_within.as_clock() => {
            let contradicted = d.has_fired("yes") && !alone;
            back(d, FollowUp::NotRepaired, words, now);
            d.fire("no");
            if contradicted {
                d.effect(Effect::Remind(Why::Contradiction(told)));
            }
        }
        // Too late to be the same fault without a person's judgement.
        State::Closed { .. } => d.effect(Effect::Remind(Why::StillBroken(told))),
        _ => {}
    }
}

/// What a person adds to an incident.
pub(super) struct Addition {
    pub changes: Changes,
    pub words: String,
    pub photos: bool,
}

/// The room, a serial number, a photo, an answer to support's question.
pub(super) fn detail(d: &mut Decision, by: &Address, addition: Addition) {
    let Addition { changes, words, photos } = addition;
    let said = apply(&mut d.incident.facts, &changes);
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
            if asked && (photos || !words.trim().is_empty()) {
                d.incident.fired.retain(|f| f != "asked");
                d.effect(Effect::FollowUp { cause: FollowUp::Reply, words });
            } else if photos || !said.is_empty() {
                d.effect(Effect::FollowUp { cause: FollowUp::Detail, words: said.join(", ") });
            }
        }
        _ => {}
    }
}
