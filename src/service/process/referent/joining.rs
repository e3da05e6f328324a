//! Incidents that become one, and one that becomes several.

use anyhow::Result;

use super::{Account, ask_again};
use crate::address::Address;
use crate::compose::letter::{Change, Content};
use crate::incident::decide::Event;
use crate::incident::policy::Actor;
use crate::incident::{Facts, Incident, IncidentId, Reference, State};
use crate::service::desk::{Cause, Desk};
use crate::service::process::reporter::merge;

pub(super) async fn duplicate(
    desk: &mut Desk<'_>,
    incident: &Incident,
    of: Option<Reference>,
    of_place: Option<&crate::report::Place>,
    by: &Address,
    cause: &Cause,
    account: &mut Account,
) -> Result<()> {
    let target = match (of, of_place) {
        (Some(reference), _) => match desk.by_reference(reference).await? {
            Some(row) => row.incident,
            None => {
                account.said.not_done.push(format!("{reference} : je ne connais pas cette référence."));
                return Ok(());
            }
        },
        (None, place) => {
            let place = place.or(incident.facts.place.as_ref());
            let mut twins: Vec<Incident> = desk
                .books_mut()
                .incidents
                .values()
                .map(|r| r.incident.clone())
                .filter(|i| i.id != incident.id && i.state.is_open() && i.facts.place.as_ref() == place)
                .collect();
            let same: Vec<Incident> =
                twins.iter().filter(|i| i.facts.equipment == incident.facts.equipment).cloned().collect();
            if !same.is_empty() {
                twins = same;
            }
            match (twins.pop(), twins.is_empty()) {
                (Some(only), true) => only,
                _ => {
                    ask_again(
                        account,
                        incident,
                        "je ne sais pas de quelle autre panne c'est le doublon : donnez sa référence",
                    );
                    return Ok(());
                }
            }
        }
    };
    join(desk, incident.id, target.id, by, cause, account).await
}

/// Makes two incidents one: the one whose ticket has left stays.
async fn join(
    desk: &mut Desk<'_>,
    from: IncidentId,
    into: IncidentId,
    by: &Address,
    cause: &Cause,
    account: &mut Account,
) -> Result<()> {
    let source = desk.standing(from).await?.incident;
    let target = desk.standing(into).await?.incident;
    if source.id == target.id {
        account.said.not_done.push(format!("{} : c'est la même panne, il n'y a rien à réunir.", source.reference));
        return Ok(());
    }
    let left = |i: &Incident| i.ticket_sent_at.is_some() || matches!(i.state, State::Confirmed { .. });
    let (source, target) = if left(&source) && !left(&target) { (target, source) } else { (source, target) };
    // What is open must not end by becoming part of what is over.
    if matches!(target.state, State::Closed { .. } | State::Refused { .. }) {
        account.said.not_done.push(format!(
            "{} : {} est terminée ; répondez d'abord ROUVRIR {}.",
            source.reference, target.reference, target.reference
        ));
        return Ok(());
    }
    let effects = merge(desk, source.id, target.id, Some(by), cause).await?;
    account.decided.push((source.id, "réuni à une autre panne"));
    account.touched.extend([source.id, target.id]);
    account.effects.extend(effects);
    tell_joined(desk, &source, &target, by, cause).await
}

/// Whoever reported only what has become part of another incident learns where it now stands.
async fn tell_joined(
    desk: &mut Desk<'_>,
    source: &Incident,
    target: &Incident,
    by: &Address,
    cause: &Cause,
) -> Result<()> {
    let joined = desk.incident(target.id).await?.incident;
    for to in desk.human_reporters(source) {
        if to == *by || target.reporters.contains(&to) {
            continue;
        }
        let content = match joined.state {
            // The others have been asked already.
            State::Resolved { .. } => Content::ResolutionCheck { incident: joined.clone(), by_colleague: false },
            _ => {
                let change = Change::Merged { was: source.reference.to_string() };
                Content::Progress { incident: joined.clone(), change }
            }
        };
        desk.post_to_reporter(to, content, &joined, cause).await?;
    }
    Ok(())
}

pub(super) async fn merge_refs(
    desk: &mut Desk<'_>,
    refs: &[Reference],
    by: &Address,
    cause: &Cause,
    account: &mut Account,
) -> Result<()> {
    let mut rows = Vec::new();
    for reference in refs {
        match desk.by_reference(*reference).await? {
            Some(row) => rows.push(row.incident.id),
            None => {
                account
                    .said
                    .not_done
                    .push(format!("{reference} : je ne connais pas cette référence, rien n'est réuni."));
                return Ok(());
            }
        }
    }
    let Some((first, rest)) = rows.split_first() else { return Ok(()) };
    for other in rest {
        join(desk, *other, *first, by, cause, account).await?;
    }
    Ok(())
}

/// Every report but the first becomes an incident of its own, to be confirmed.
pub(super) async fn split(
    desk: &mut Desk<'_>,
    incident: &Incident,
    cause: &Cause,
    account: &mut Account,
) -> Result<()> {
    let stored = desk.reports_of(incident.id).await?;
    if stored.len() < 2 {
        account.said.not_done.push(format!("{} : un seul signalement, il n'y a rien à séparer.", incident.reference));
        return Ok(());
    }
    let mut made = Vec::new();
    for report in stored.into_iter().skip(1) {
        let id = desk.open_incident(Facts::of(&report.report), report.at).await?;
        desk.move_report(&report, id).await?;
        desk.add_reporter(id, &report.reporter);
        desk.note(id, "split_from", &incident.reference.to_string(), cause).await?;
        account.effects.extend(desk.feed(id, Event::Opened { unsure: true }, cause).await?);
        let parted = desk.incident(id).await?.incident;
        made.push(parted.reference.to_string());
        for to in desk.human_reporters(&parted) {
            if cause.actor != Actor::Person(to.clone()) {
                let change = Change::Split { was: incident.reference.to_string() };
                let content = Content::Progress { incident: parted.clone(), change };
                desk.post_to_reporter(to, content, &parted, cause).await?;
            }
        }
    }
    desk.note(incident.id, "split", &made.join(", "), cause).await?;
    account.said.done.push(format!("{} : séparé, voici en plus {}.", incident.reference, made.join(", ")));
    Ok(())
}
