//! What reporters' words do.

use jiff::Timestamp;

use super::{Asked, Decision, Effect, FollowUp, Rules, Why, apply, has_ticket, quoted, repair, settle_doubts};
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
    settle_doubts(&mut d.incident.facts);
    let said = differences(&before, &d.incident.facts);
    let wider = before.place.is_some() && before.place != d.incident.facts.place;
    let tells_again = fresh || report.stance == Stance::Still;
    match d.incident.state.clone() {
        State::AwaitingConfirmation { .. } if !said.is_empty() => {
            d.effect(Effect::Propose { changed: Some(said.join(", ")) });
        }
        State::Resolved { .. } if tells_again => back(d, FollowUp::NotRepaired, report.span.clone(), now),
        State::Closed { .. } if tells_again => back(d, FollowUp::Back, report.span.clone(), now),
        // Nobody here works on it: the referent is the one who can take it up.
        State::Refused { .. } | State::Redirected { .. } if tells_again || photos => {
            tell_unheard(d, reporter, &report.span);
        }
        _ if has_ticket(&d.incident) && d.incident.state.is_open() && (!said.is_empty() || photos) => {
            let cause = if wider { FollowUp::Wider } else { FollowUp::Detail };
            let words = if wider { String::new() } else { said.join(", ") };
            d.effect(Effect::FollowUp { cause, words });
        }
        _ if has_ticket(&d.incident) && d.incident.state.is_open() && !fresh && persists(report) => {
            // Once a day: what is said ten times is no truer.
            let today = format!("{PERSISTS}{}", now.as_second().div_euclid(86_400));
            if !d.has_fired(&today) {
                d.incident.fired.retain(|f| !f.starts_with(PERSISTS));
                d.fire(&today);
                d.effect(Effect::FollowUp { cause: FollowUp::Persists, words: report.span.clone() });
            }
        }
        _ => {}
    }
}

/// Kept beside the deadlines that have fired: the day on which support was last told that it persists.
const PERSISTS: &str = "persists ";

/// "Toujours pas de réseau" tells that it is still there; "des nouvelles ?" only asks.
fn persists(report: &Report) -> bool {
    let words = report.span.to_lowercase();
    let says = ["toujours", "encore", "tjr", "tjs", "persist"].iter().any(|w| words.contains(w));
    report.stance == Stance::Still && (says || !words.contains('?') && !words.contains("nouvelles"))
}

/// Somebody writes on, about what went to nobody or to another service.
fn tell_unheard(d: &mut Decision, by: Option<&Address>, words: &str) {
    let who = by.map_or_else(|| "un collègue".to_owned(), ToString::to_string);
    let stands = match d.incident.state {
        State::Redirected { .. } => "confié à un autre service",
        _ => "sans suite",
    };
    let reference = d.incident.reference;
    d.effect(Effect::TellReferents(format!(
        "{who} écrit au sujet de ce dossier, {stands}{}. Pour le reprendre, répondez ROUVRIR {reference}",
        quoted(words)
    )));
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
        repair::deny(d);
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

/// Who says unasked that it works again.
pub(super) struct Over {
    pub by: Option<Address>,
    pub by_referent: bool,
    pub words: String,
}

/// Kept beside the deadlines that have fired: somebody who had not reported it said that it is over.
const OVER_HEARD: &str = "over_heard";

/// "Finalement ça remarche." The word of whoever reported it, or of a referent, counts. Anybody else may
/// mean another fault: then whoever reported it is asked.
pub(super) fn said_over(d: &mut Decision, said: Over, rules: &Rules<'_>, now: Timestamp) {
    let Over { by, by_referent, words } = said;
    let reported_it = by.as_ref().is_some_and(|b| d.incident.reporters.contains(b));
    let counts = reported_it || by_referent;
    let alone = d.incident.reporters.iter().all(|r| by.as_ref() == Some(r));
    let who = by.as_ref().map_or_else(|| "un message sans auteur connu".to_owned(), ToString::to_string);
    let says = format!("{who}{}", quoted(&words));
    let reference = d.incident.reference;
    match d.incident.state.clone() {
        State::AwaitingConfirmation { .. } | State::Confirmed { .. } | State::Redirected { .. } if !counts => {
            d.note("said_over", words);
            if d.has_fired(OVER_HEARD) {
                return;
            }
            d.fire(OVER_HEARD);
            d.effect(Effect::TellReferents(format!(
                "quelqu'un qui n'avait pas signalé cette panne la dit réparée ({says}). Je demande à ceux qui \
                 l'ont signalée ; d'ici là, rien ne change dans le dossier"
            )));
            if by.is_some() {
                d.effect(Effect::AskRepaired { but: by, of: Asked::Everybody });
            }
        }
        State::AwaitingConfirmation { .. } => over_before_ticket(d, "avant confirmation", &says, by, now),
        State::Confirmed { .. } if rules.ticket_cancellable => {
            d.effect(Effect::CancelTicket);
            over_before_ticket(d, "avant l'envoi du ticket", &says, by, now);
        }
        // The ticket is on its way: its fate must be known first, then support or the reporters end it.
        State::Confirmed { .. } => {
            d.note("said_over", "pendant l'envoi du ticket");
            d.effect(Effect::TellReferents(format!(
                "d'après un collègue ({says}), la panne a disparu pendant l'envoi du ticket. Si c'est bien le cas, \
                 répondez CLORE {reference} dans quelques minutes"
            )));
        }
        State::Ticketed { .. } | State::Acknowledged { .. } | State::Planned { .. } if !(alone && counts) => {
            let nobody_to_ask = d.incident.reporters.is_empty();
            d.note("said_over", words);
            d.enter(State::Resolved { at: now });
            repair::ask(d, by);
            if nobody_to_ask {
                d.effect(Effect::TellReferents(format!(
                    "d'après un collègue ({says}), la panne a disparu. Sans avis contraire, le dossier sera clos"
                )));
            }
        }
        State::Ticketed { .. }
        | State::Acknowledged { .. }
        | State::Planned { .. }
        | State::Resolved { .. }
        | State::Redirected { .. }
            if counts =>
        {
            let support_knows_nothing = d.incident.state.is_with_support();
            let planned = matches!(d.incident.state, State::Planned { .. });
            d.note("said_over", words);
            d.note("closed", "");
            d.enter(State::Closed { at: now });
            d.fire("yes");
            if support_knows_nothing {
                let visit = if planned { ". Un passage était prévu : il est temps de le décommander" } else { "" };
                d.effect(Effect::TellReferents(format!(
                    "d'après un collègue ({says}), la panne a disparu sans que le support l'ait annoncé ; le dossier \
                     est clos{visit}. Pour le rouvrir, répondez ROUVRIR {reference}"
                )));
            }
            d.effect(Effect::TellCorrespondents);
        }
        _ => d.note("said_over", words),
    }
}

/// No ticket had left: none is needed. The others who reported it may see it otherwise.
fn over_before_ticket(d: &mut Decision, when: &str, says: &str, by: Option<Address>, now: Timestamp) {
    let others = d.incident.reporters.iter().any(|r| by.as_ref() != Some(r));
    let reference = d.incident.reference;
    d.note("said_over", when);
    d.note("closed", "");
    d.enter(State::Closed { at: now });
    d.effect(Effect::TellReferents(format!(
        "la panne a disparu avant l'envoi du ticket, d'après un collègue ({says}) ; le dossier est clos, aucun ticket \
         ne part. Pour le rouvrir, répondez ROUVRIR {reference}"
    )));
    if others && by.is_some() {
        d.effect(Effect::AskRepaired { but: by, of: Asked::Everybody });
    }
    d.effect(Effect::TellCorrespondents);
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
            _ => said_over(d, Over { by: Some(by), by_referent: false, words }, rules, now),
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
        // He was told that it may be over.
        State::AwaitingConfirmation { .. } | State::Confirmed { .. } | State::Redirected { .. }
            if d.has_fired(OVER_HEARD) =>
        {
            d.effect(Effect::TellReferents(format!("{by} répond que la panne est toujours là{}", quoted(&words))));
        }
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
    let Addition { mut changes, words, photos } = addition;
    let contested = moves(&d.incident.facts, &changes) && belongs_to_others(d, by);
    if contested {
        changes.place = None;
        changes.equipment = None;
    }
    let said = apply(&mut d.incident.facts, &changes);
    d.note("detail", if said.is_empty() { words.clone() } else { said.join(", ") });
    if !d.incident.reporters.contains(by) {
        d.incident.reporters.push(by.clone());
    }
    if contested {
        let place = d.incident.facts.place.as_ref().map_or_else(|| "lieu à préciser".to_owned(), super::in_words);
        let thing = d.incident.facts.equipment.as_str().replace('_', " ");
        d.effect(Effect::TellReferents(format!(
            "{by} corrige ce que dit le dossier ({thing}, {place}){}. D'autres l'ont signalé ou vous l'avez \
             confirmé ainsi : rien n'est changé. Si la correction est juste, répondez par exemple « c'est la B205 »",
            quoted(&words)
        )));
    }
    let asked = d.has_fired("asked");
    match d.incident.state {
        State::Refused { .. } | State::Redirected { .. } if !contested && (photos || !words.trim().is_empty()) => {
            tell_unheard(d, Some(by), &words);
        }
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

/// Would these corrections make it the fault of another room or thing? To say what nobody had said
/// moves nothing.
fn moves(facts: &Facts, changes: &Changes) -> bool {
    let place = facts.place.is_some() && changes.place.as_ref().is_some_and(|p| facts.place.as_ref() != Some(p));
    place || changes.equipment.is_some_and(|e| e != facts.equipment)
}

/// Kept beside the deadlines that have fired: the referent has corrected the proposal.
pub(super) const CORRECTED: &str = "corrected";

/// Others reported it, or the referent has said that it is so.
fn belongs_to_others(d: &Decision, by: &Address) -> bool {
    let others = d.incident.reporters.iter().any(|r| r != by);
    others || d.has_fired(CORRECTED) || !matches!(d.incident.state, State::AwaitingConfirmation { .. })
}
