//! What support's answers do.

use jiff::civil::Date;
use jiff::{Timestamp, ToSpan};

use super::deadline::reopened_at;
use super::{Deadline, Decision, Effect, News, Rules, Why, repair};
use crate::address::Address;
use crate::incident::State;
use crate::incident::answer::{SupportAnswer, SupportIntent};
use crate::incident::calendar::is_working_day;
use crate::incident::policy::Digest;

pub(super) fn support(
    d: &mut Decision,
    _from: &Address,
    answer: SupportAnswer,
    automatic: bool,
    rules: &Rules<'_>,
    now: Timestamp,
) {
    if matches!(d.incident.state, State::Confirmed { .. }) && !d.has_fired("failed") {
        // Support answers a ticket whose acceptance was not recorded: it has it.
        super::ticket_accepted(d, now);
    }
    if let Some(reference) = &answer.reference
        && d.incident.support_reference.as_ref() != Some(reference)
    {
        d.note("support_reference", reference.clone());
        d.incident.support_reference = Some(reference.clone());
    }
    d.incident.support_heard_at = Some(now);
    let ticketed = matches!(d.incident.state, State::Ticketed { .. });
    let live = d.incident.state.is_with_support() || matches!(d.incident.state, State::Resolved { .. });
    if !live {
        // Refused, redirected, closed or never sent: what support says is noted, nothing moves.
        d.note("support_said", answer.intent.as_str());
        if !matches!(d.incident.state, State::Closed { .. }) && !automatic {
            d.effect(Effect::Remind(Why::SupportUnclear(answer.words)));
        }
        return;
    }
    match answer.intent {
        SupportIntent::Acknowledged | SupportIntent::InProgress => {
            d.note("support_said", answer.intent.as_str());
            if ticketed {
                acknowledged(d, now);
            }
        }
        SupportIntent::Planned => planned(d, answer, automatic, rules, now),
        SupportIntent::NeedsInfo => {
            d.note("support_asks", answer.words.clone());
            // A visit before a closed door is no longer to come.
            if ticketed || (answer.barred && matches!(d.incident.state, State::Planned { .. })) {
                registered(d, now);
            }
            d.fire("asked");
            if answer.barred {
                let words = answer.words.trim_end_matches('.');
                d.effect(Effect::TellReferents(format!(
                    "le support n'a pas pu intervenir : « {words} » ; convenez avec lui d'un nouveau passage"
                )));
            }
            d.effect(Effect::TellReporters(News::Question(answer.words)));
        }
        SupportIntent::Resolved | SupportIntent::Closed => {
            d.note("support_said", answer.intent.as_str());
            if !matches!(d.incident.state, State::Resolved { .. }) {
                d.enter(State::Resolved { at: now });
                repair::ask(d, None);
            }
        }
        SupportIntent::Refused => {
            d.note("refused", answer.words.clone());
            d.enter(State::Refused { at: now, by_support: true, reason: answer.words.clone() });
            d.effect(Effect::TellReporters(News::RefusedBySupport(answer.words)));
            d.effect(Effect::TellReferents("le support refuse le ticket".to_owned()));
            d.effect(Effect::TellCorrespondents);
        }
        SupportIntent::Other => {
            d.note("support_said", answer.words.clone());
            if ticketed && answer.reference.is_some() {
                acknowledged(d, now);
            } else if !automatic {
                d.effect(Effect::Remind(Why::SupportUnclear(answer.words)));
            }
        }
    }
}

fn acknowledged(d: &mut Decision, now: Timestamp) {
    registered(d, now);
    // That support has it once more is no news to those to whom it has said several times that it was done.
    if !repair::is_worn_out(&d.incident) {
        d.effect(Effect::TellReporters(News::Acknowledged));
    }
}

/// Support has it. What the contract promised runs on: a delay that was told is not told again, and
/// after a reopening it counts from there.
fn registered(d: &mut Decision, now: Timestamp) {
    let told = d.has_fired(Deadline::Contract.name());
    let again = match d.incident.state {
        State::Ticketed { at } if d.incident.ticket_sent_at != Some(at) => Some(at),
        _ => None,
    };
    d.enter(State::Acknowledged { at: now });
    if told {
        d.fire(Deadline::Contract.name());
    }
    if let Some(at) = again {
        d.fire(&reopened_at(at));
    }
}

fn planned(d: &mut Decision, answer: SupportAnswer, automatic: bool, rules: &Rules<'_>, now: Timestamp) {
    let today = now.to_zoned(rules.zone.clone()).date();
    match answer.date {
        Some(date) if date >= today => {
            let SupportAnswer { half, week, visit: said, .. } = answer;
            let news = !matches!(&d.incident.state, State::Planned { date: d0, half: h0, week: w0, said: s0, .. }
                if (d0, h0, w0) == (&date, &half, &week) && (*s0 == said || said.is_empty()));
            d.note("planned", date.to_string());
            if news {
                d.enter(State::Planned { at: now, date, half, week, said });
                d.effect(Effect::TellReporters(News::Planned));
                tell_before_the_digest(d, date, today, rules);
            }
        }
        // A day that has passed, or none at all: a person must look.
        _ => {
            d.note("support_said", answer.words.clone());
            if matches!(d.incident.state, State::Ticketed { .. }) {
                acknowledged(d, now);
            }
            if !automatic || answer.date.is_some() {
                d.effect(Effect::Remind(Why::SupportUnclear(answer.words)));
            }
        }
    }
}

/// The referent receives the technician: a digest tells of the visit. One that comes before the next digest
/// is told at once. Who wants no digest has chosen to be left alone.
fn tell_before_the_digest(d: &mut Decision, date: Date, today: Date, rules: &Rules<'_>) {
    let policy = rules.policy;
    let digest_on = |day: Date| match policy.digest {
        Digest::Never => true,
        Digest::Weekdays(_) => is_working_day(day, &policy.holidays),
        Digest::Weekly(on, _) => day.weekday() == on,
    };
    let mut mornings = (1..=7).map_while(|n| today.checked_add(n.days()).ok()).take_while(|day| *day <= date);
    if policy.digest != Digest::Never && !mornings.any(digest_on) {
        d.effect(Effect::TellReferentsOfVisit);
    }
}
