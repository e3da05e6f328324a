//! What the referent's orders do.

use jiff::Timestamp;

use super::{BY_THE_REFERENT, Decision, Effect, FollowUp, News, Rules, apply, has_ticket, repair};
use crate::address::Address;
use crate::incident::answer::Changes;
use crate::incident::{IncidentId, State};
use crate::report::Responsible;

pub(super) fn confirmed(d: &mut Decision, by: Address, shown: Option<&str>, to_reminder: bool, now: Timestamp) {
    match d.incident.state.clone() {
        State::AwaitingConfirmation { .. } => {
            if shown == Some(d.incident.facts.fingerprint().as_str()) {
                d.note("confirmed", "");
                d.enter(State::Confirmed { at: now, by: Some(by) });
                d.effect(Effect::SendTicket);
                d.effect(Effect::Done("le ticket est envoyé".to_owned()));
            } else {
                d.note("asked_again", "la proposition confirmée n'était plus à jour");
                d.effect(Effect::Propose {
                    changed: Some("votre réponse portait sur une proposition plus ancienne".to_owned()),
                });
            }
        }
        State::Confirmed { .. } if d.has_fired("failed") => {
            d.note("resent", "");
            d.incident.fired.retain(|f| f != "failed");
            d.effect(Effect::ResendTicket);
            d.effect(Effect::Done("le ticket est renvoyé".to_owned()));
        }
        State::Ticketed { .. } | State::Acknowledged { .. } | State::Planned { .. } if to_reminder => chased(d, &by),
        State::Resolved { .. } if d.has_fired(repair::JUDGED) => which(d),
        State::Resolved { .. } | State::Closed { .. } if to_reminder => {
            d.effect(Effect::NotDone("rien n'est envoyé : la panne est dite réparée depuis".to_owned()));
        }
        State::Confirmed { .. }
        | State::Ticketed { .. }
        | State::Acknowledged { .. }
        | State::Planned { .. }
        | State::Resolved { .. }
        | State::Closed { .. } => {
            d.effect(Effect::NotDone("déjà confirmé, le ticket n'est pas envoyé une seconde fois".to_owned()));
        }
        State::Refused { .. } => {
            d.effect(Effect::NotDone("déjà refusé ; pour y revenir, répondez ROUVRIR suivi de la référence".to_owned()))
        }
        State::Redirected { .. } => d.effect(Effect::NotDone(
            "déjà noté comme du ressort d'un autre service ; pour y revenir, répondez ROUVRIR suivi de la référence"
                .to_owned(),
        )),
        State::Merged { .. } => d.effect(Effect::NotDone("réuni à une autre panne".to_owned())),
    }
}

/// A correction, and what it answers.
pub(super) struct Correction {
    pub by: Address,
    pub changes: Changes,
    pub confirms: bool,
    pub shown: Option<String>,
}

pub(super) fn corrected(d: &mut Decision, correction: Correction, rules: &Rules<'_>, now: Timestamp) {
    let Correction { by, changes, confirms, shown } = correction;
    let up_to_date = shown.as_deref() == Some(d.incident.facts.fingerprint().as_str());
    let said = apply(&mut d.incident.facts, &changes);
    if !said.is_empty() {
        d.note("corrected", said.join(", "));
        d.incident.facts.doubts.clear();
    }
    match d.incident.state.clone() {
        State::AwaitingConfirmation { .. } if confirms && up_to_date => {
            d.note("confirmed", "");
            d.enter(State::Confirmed { at: now, by: Some(by) });
            d.effect(Effect::SendTicket);
            d.effect(Effect::Done(format!("corrigé ({}), le ticket est envoyé", said.join(", "))));
        }
        State::AwaitingConfirmation { .. } => {
            if !said.is_empty() {
                d.fire(super::reporter::CORRECTED);
            }
            let changed = if said.is_empty() { "votre correction ne change rien".to_owned() } else { said.join(", ") };
            d.effect(Effect::Propose { changed: Some(changed) });
        }
        State::Confirmed { .. } if d.has_fired("failed") && confirms => {
            d.note("resent", "");
            d.incident.fired.retain(|f| f != "failed");
            d.effect(Effect::ResendTicket);
            d.effect(Effect::Done(format!("{}le ticket est renvoyé", corrected_words(&said))));
        }
        State::Confirmed { .. } if d.has_fired("failed") && !said.is_empty() => {
            d.effect(Effect::Done(format!("{}répondez OK à l'alerte pour renvoyer le ticket", corrected_words(&said))));
        }
        // The ticket waits in the outbox: it leaves corrected, and once.
        State::Confirmed { .. } if rules.ticket_cancellable && !said.is_empty() => {
            d.effect(Effect::CancelTicket);
            d.effect(Effect::SendTicket);
            d.effect(Effect::Done(format!("{}le ticket est envoyé ainsi", corrected_words(&said))));
        }
        State::Confirmed { .. } | State::Ticketed { .. } | State::Acknowledged { .. } | State::Planned { .. } => {
            if said.is_empty() {
                d.effect(Effect::NotDone("rien ne change : c'est déjà ce que dit le ticket".to_owned()));
            } else {
                d.effect(Effect::FollowUp { cause: FollowUp::Detail, words: said.join(", ") });
                d.effect(Effect::Done(format!("corrigé ({}), le support en est averti", said.join(", "))));
            }
        }
        _ => d.effect(Effect::Done(if said.is_empty() {
            "rien ne change".to_owned()
        } else {
            format!("corrigé ({})", said.join(", "))
        })),
    }
}

fn corrected_words(said: &[String]) -> String {
    if said.is_empty() { String::new() } else { format!("corrigé ({}), ", said.join(", ")) }
}

/// May the referent still decide that no ticket leaves? Takes the ticket back where it has not left.
fn before_ticket(d: &mut Decision, rules: &Rules<'_>) -> bool {
    match d.incident.state {
        State::AwaitingConfirmation { .. } => true,
        State::Confirmed { .. } if rules.ticket_cancellable => {
            d.effect(Effect::CancelTicket);
            true
        }
        _ => false,
    }
}

/// "OK" or "NON" to "dit réparé une fois de plus, à vous d'en juger": either may be meant.
fn which(d: &mut Decision) {
    let reference = d.incident.reference;
    d.effect(Effect::NotDone(format!(
        "je ne sais pas si la panne est réparée ou non ; si elle l'est, répondez CLORE {reference}, sinon ROUVRIR \
         {reference}"
    )));
}

fn too_late(d: &mut Decision) {
    if matches!(d.incident.state, State::Resolved { .. }) && d.has_fired(repair::JUDGED) {
        return which(d);
    }
    let why = match d.incident.state {
        State::Refused { .. } => "déjà refusé",
        State::Redirected { .. } => "déjà noté comme du ressort d'un autre service",
        State::Merged { .. } => "réuni à une autre panne",
        State::Closed { .. } => "déjà clos",
        _ => "le ticket est déjà parti ; pour y mettre fin, répondez CLORE suivi de la référence",
    };
    d.effect(Effect::NotDone(why.to_owned()));
}

pub(super) fn rejected(d: &mut Decision, _by: &Address, reason: String, rules: &Rules<'_>, now: Timestamp) {
    if matches!(d.incident.state, State::Refused { .. }) || !before_ticket(d, rules) {
        return too_late(d);
    }
    d.note("refused", reason.clone());
    d.enter(State::Refused { at: now, by_support: false, reason: reason.clone() });
    d.effect(Effect::TellReporters(News::Refused(reason)));
    d.effect(Effect::TellCorrespondents);
    d.effect(Effect::Done("aucun ticket n'est envoyé".to_owned()));
}

pub(super) fn redirected(d: &mut Decision, _by: &Address, to: Responsible, rules: &Rules<'_>, now: Timestamp) {
    if let State::Redirected { at, to: before } = d.incident.state.clone() {
        if before == to {
            return too_late(d);
        }
        // The referent thinks better of it: the date of the first decision stays.
        d.note("redirected", to.as_str());
        d.incident.facts.responsible = to;
        d.enter(State::Redirected { at, to });
    } else if before_ticket(d, rules) {
        d.note("redirected", to.as_str());
        d.incident.facts.responsible = to;
        d.enter(State::Redirected { at: now, to });
    } else {
        return too_late(d);
    }
    d.effect(Effect::TellReporters(News::Redirected));
    d.effect(Effect::TellCorrespondents);
    let of = match to {
        Responsible::Region => "de la région",
        Responsible::Atte => "des agents (ATTE)",
        Responsible::Rectorat => "du rectorat",
        Responsible::Ent => "de l'équipe de l'ENT",
        Responsible::Etablissement => "de l'établissement",
    };
    // Nobody is written to there: no address of theirs is known.
    d.effect(Effect::Done(format!(
        "noté comme du ressort {of} ; aucun ticket n'est envoyé, et c'est à vous de faire suivre"
    )));
}

pub(super) fn merged(
    d: &mut Decision,
    _by: Option<&Address>,
    into: IncidentId,
    reference: &str,
    rules: &Rules<'_>,
    now: Timestamp,
) {
    if let State::Merged { .. } = d.incident.state {
        return d.effect(Effect::NotDone("déjà réuni à une autre panne".to_owned()));
    }
    if matches!(d.incident.state, State::Confirmed { .. }) && rules.ticket_cancellable {
        d.effect(Effect::CancelTicket);
    }
    d.note("merged", reference);
    d.enter(State::Merged { at: now, into });
    d.effect(Effect::Done(format!("réuni à {reference}")));
}

/// What had become part of another incident is followed by itself again, with the ticket that it had.
pub(super) fn parted(d: &mut Decision, from: &str, ticket_sent_at: Option<Timestamp>, now: Timestamp) {
    if !matches!(d.incident.state, State::Merged { .. }) {
        return;
    }
    d.note("split_from", from);
    d.incident.ticket_sent_at = d.incident.ticket_sent_at.or(ticket_sent_at);
    if d.incident.ticket_sent_at.is_none() {
        d.enter(State::AwaitingConfirmation { since: now });
        d.effect(Effect::Propose { changed: Some(format!("de nouveau séparé de {from}")) });
    } else if d.incident.support_reference.is_some() {
        d.enter(State::Acknowledged { at: now });
    } else {
        d.enter(State::Ticketed { at: now });
    }
}

pub(super) fn reopened(d: &mut Decision, _by: &Address, now: Timestamp) {
    match d.incident.state {
        State::Refused { .. } | State::Redirected { .. } | State::Closed { .. } | State::Resolved { .. } => {
            d.note("reopened", BY_THE_REFERENT);
            if d.incident.ticket_sent_at.is_some() {
                d.enter(State::Ticketed { at: now });
                d.effect(Effect::FollowUp { cause: FollowUp::NotRepaired, words: String::new() });
                d.effect(Effect::Done("rouvert, le support en est averti".to_owned()));
            } else {
                d.enter(State::AwaitingConfirmation { since: now });
                d.effect(Effect::Propose { changed: Some("vous l'avez rouvert".to_owned()) });
            }
        }
        State::Merged { .. } => d.effect(Effect::NotDone("réuni à une autre panne".to_owned())),
        _ => d.effect(Effect::NotDone("c'est encore ouvert".to_owned())),
    }
}

pub(super) fn closed(d: &mut Decision, _by: &Address, rules: &Rules<'_>, now: Timestamp) {
    match d.incident.state {
        State::Closed { .. } | State::Refused { .. } | State::Merged { .. } => too_late(d),
        State::Confirmed { .. } if !rules.ticket_cancellable && !d.has_fired("failed") => {
            d.effect(Effect::NotDone("le ticket est en cours d'envoi ; recommencez dans quelques minutes".to_owned()))
        }
        _ => {
            if matches!(d.incident.state, State::Confirmed { .. }) {
                d.effect(Effect::CancelTicket);
            }
            d.note("closed", BY_THE_REFERENT);
            d.enter(State::Closed { at: now });
            d.effect(Effect::TellReporters(News::Closed));
            d.effect(Effect::TellCorrespondents);
            d.effect(Effect::Done("clos".to_owned()));
        }
    }
}

pub(super) fn chased(d: &mut Decision, _by: &Address) {
    if matches!(d.incident.state, State::Confirmed { .. }) && d.has_fired("failed") {
        d.note("resent", "");
        d.incident.fired.retain(|f| f != "failed");
        d.effect(Effect::ResendTicket);
        d.effect(Effect::Done("le ticket est renvoyé".to_owned()));
    } else if d.incident.state.is_with_support() && d.incident.ticket_sent_at.is_some() {
        if d.has_fired("chased") && !matches!(d.incident.state, State::Planned { .. }) && !reminded_since(d) {
            return d.effect(Effect::NotDone("le support vient d'être relancé".to_owned()));
        }
        d.incident.fired.retain(|f| f != "chased");
        d.fire("chased");
        d.note("chased", "");
        d.effect(Effect::FollowUp { cause: FollowUp::Overdue, words: String::new() });
        d.effect(Effect::Done("le support est relancé".to_owned()));
    } else if matches!(d.incident.state, State::Resolved { .. }) {
        let reference = d.incident.reference;
        d.effect(Effect::NotDone(format!(
            "rien n'est envoyé : la panne est dite réparée ; si elle ne l'est pas, répondez ROUVRIR {reference}, et le \
             support est relancé"
        )));
    } else if has_ticket(&d.incident) && d.incident.state.is_open() {
        d.effect(Effect::NotDone("le ticket est encore en cours d'envoi".to_owned()));
    } else {
        d.effect(Effect::NotDone("il n'y a rien à relancer : aucun ticket n'est en cours chez le support".to_owned()));
    }
}

/// A reminder has fired since the last chase: its OK chases anew.
fn reminded_since(d: &Decision) -> bool {
    let last = |name: &str| d.incident.fired.iter().rposition(|f| f == name);
    let chased = last("chased");
    ["remind_support", "contract", "planned_passed"].iter().any(|n| last(n) > chased)
}
