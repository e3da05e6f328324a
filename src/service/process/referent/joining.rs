//! Incidents that become one, and one that becomes several.

use std::collections::BTreeSet;

use anyhow::Result;

use super::{Account, ask_again};
use crate::address::Address;
use crate::compose::letter::{Change, Content};
use crate::incident::decide::{Effect, Event, FollowUp};
use crate::incident::matching::contains;
use crate::incident::policy::Actor;
use crate::incident::{Facts, Incident, IncidentId, Reference, State};
use crate::report::{Equipment, Report};
use crate::service::desk::{Cause, Desk};
use crate::service::process::reporter::merge;
use crate::store::StoredReport;

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
    let both_left = source.ticket_sent_at.is_some() && target.ticket_sent_at.is_some();
    let effects = merge(desk, source.id, target.id, Some(by), cause).await?;
    account.decided.push((source.id, "réuni à une autre panne"));
    account.touched.extend([source.id, target.id]);
    account.effects.extend(effects);
    if both_left && target.state.is_with_support() {
        // Two tickets for one fault: whoever has them must know.
        let name = |i: &Incident| match &i.support_reference {
            Some(number) => format!("SIG-{} (votre dossier {number})", i.reference),
            None => format!("SIG-{}", i.reference),
        };
        let words = format!(
            "les tickets {} et {} concernent la même panne : merci de les traiter ensemble",
            name(&target),
            name(&source)
        );
        account.effects.push((target.id, Effect::FollowUp { cause: FollowUp::Detail, words }));
        let label = desk.office.profile.support_label().to_owned();
        account.said.done.push(format!(
            "{} et {} avaient chacun leur ticket : {label} apprend que c'est la même panne.",
            target.reference, source.reference
        ));
    }
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

/// Makes one of the incidents that are named; `sure`: the referent has been asked whether he means it.
pub(super) async fn merge_refs(
    desk: &mut Desk<'_>,
    (refs, sure): (&[Reference], bool),
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
    let doubt = if sure { None } else { unlike(desk, *first, rest).await? };
    if let Some(Doubt { why, ticket_left: true }) = &doubt {
        let names = refs.iter().map(ToString::to_string).collect::<Vec<_>>().join(" ");
        account
            .said
            .not_done
            .push(format!("rien n'est réuni : {why}. Si c'est bien la même panne, répondez FUSIONNER {names} OUI."));
        return Ok(());
    }
    for other in rest {
        join(desk, *other, *first, by, cause, account).await?;
    }
    // Nothing has left yet: it can be undone.
    if let (Some(Doubt { why, .. }), Some(reference)) = (doubt, refs.first()) {
        account.said.done.push(format!("attention, {why} ; SCINDER {reference} les sépare."));
    }
    Ok(())
}

/// Why incidents are hardly one fault.
struct Doubt {
    /// In French.
    why: String,
    /// A ticket has left: to make them one is not undone by taking them apart.
    ticket_left: bool,
}

/// What speaks against one fault: they stand in different rooms, or have tickets for different things.
async fn unlike(desk: &mut Desk<'_>, first: IncidentId, rest: &[IncidentId]) -> Result<Option<Doubt>> {
    let over = |i: &Incident| matches!(i.state, State::Closed { .. } | State::Refused { .. });
    let target = desk.incident(first).await?.incident;
    for id in rest {
        let other = desk.incident(*id).await?.incident;
        if over(&target) || over(&other) || target.id == other.id {
            continue;
        }
        let left = |i: &Incident| i.ticket_sent_at.is_some();
        let ticket_left = left(&target) || left(&other);
        if let (Some(here), Some(there)) = (&target.facts.place, &other.facts.place)
            && here != there
            && !contains(here, there)
            && !contains(there, here)
        {
            let (one, two) = (target.reference, other.reference);
            let why = format!("{one} ({here}) et {two} ({there}) ne sont pas au même endroit");
            return Ok(Some(Doubt { why, ticket_left }));
        }
        if left(&target) && left(&other) && target.facts.equipment != other.facts.equipment {
            let (one, two) = (target.reference, other.reference);
            let why = format!("{one} et {two} ont chacun leur ticket, et n'ont pas le même matériel");
            return Ok(Some(Doubt { why, ticket_left }));
        }
    }
    Ok(None)
}

/// The reports of an incident by the fault that each tells of: whoever writes on about what he told ("ah
/// non, ça ne remarche pas") tells of the same.
fn faults(stored: Vec<StoredReport>) -> Vec<Vec<StoredReport>> {
    let mut found: Vec<Vec<StoredReport>> = Vec::new();
    for report in stored {
        let own = found.iter().position(|told| {
            let tells = |r: &Report| r.equipment_said || r.equipment != Equipment::Autre;
            told.first().is_some_and(|first| {
                let same_thing = !tells(&report.report) || first.report.equipment == report.report.equipment;
                let same_place = report.report.place.is_none() || first.report.place == report.report.place;
                let goes_on = !report.fresh && (same_thing || !tells(&report.report));
                first.reporter == report.reporter && (goes_on || same_thing && same_place)
            })
        });
        match own.and_then(|n| found.get_mut(n)) {
            Some(told) => told.push(report),
            None => found.push(vec![report]),
        }
    }
    found
}

/// Tells the reporters of what is an incident of its own now; gives its reference.
async fn tell_parted(desk: &mut Desk<'_>, from: &Incident, id: IncidentId, cause: &Cause) -> Result<String> {
    let parted = desk.incident(id).await?.incident;
    for to in desk.human_reporters(&parted) {
        if cause.actor != Actor::Person(to.clone()) {
            let change = Change::Split { was: from.reference.to_string() };
            let content = Content::Progress { incident: parted.clone(), change };
            desk.post_to_reporter(to, content, &parted, cause).await?;
        }
    }
    Ok(parted.reference.to_string())
}

/// What had been an incident before it became part of this one is that incident again, with its reports and
/// its ticket. Gives the references.
async fn give_back(
    desk: &mut Desk<'_>,
    incident: &Incident,
    cause: &Cause,
    account: &mut Account,
) -> Result<Vec<String>> {
    let mut made = Vec::new();
    for taken in taken_in(desk, incident.id).await? {
        let stored = desk.reports_of(incident.id).await?;
        let told_of = told_in(desk, taken.id).await?;
        let several = |r: &StoredReport| stored.iter().filter(|o| o.message == r.message).count() > 1;
        let alike = |r: &StoredReport| r.report.equipment == taken.facts.equipment;
        let belongs = |r: &&StoredReport| told_of.contains(&r.message.0) && (!several(r) || alike(r));
        let own: Vec<StoredReport> = stored.iter().filter(belongs).cloned().collect();
        if own.is_empty() || own.len() == stored.len() {
            continue;
        }
        let ticket = desk.tx.ticket_of(taken.id).await?;
        let ticket_sent_at = taken.ticket_sent_at.or(ticket.as_ref().and_then(|t| t.sent_at));
        if ticket.is_some() && ticket_sent_at.is_none() {
            let r = taken.reference;
            account.said.not_done.push(format!("{r} : son ticket est en cours d'envoi ; recommencez dans un moment."));
            continue;
        }
        for moved in &own {
            desk.move_report(moved, taken.id).await?;
            desk.add_reporter(taken.id, &moved.reporter);
            let stays = stored.iter().any(|r| r.reporter == moved.reporter && !own.contains(r));
            if !stays {
                desk.drop_reporter(incident.id, &moved.reporter);
            }
        }
        let event = Event::Parted { from: incident.reference.to_string(), ticket_sent_at };
        let effects = desk.feed(taken.id, event, cause).await?;
        account.effects.extend(effects);
        if ticket_sent_at.is_some() && incident.ticket_sent_at.is_some() {
            let words = format!(
                "les tickets SIG-{} et SIG-{} concernent deux pannes différentes : merci de les traiter séparément",
                taken.reference, incident.reference
            );
            account.effects.push((taken.id, Effect::FollowUp { cause: FollowUp::Detail, words }));
        }
        account.touched.insert(taken.id);
        made.push(tell_parted(desk, incident, taken.id, cause).await?);
    }
    if !made.is_empty() {
        desk.note(incident.id, "split", &made.join(", "), cause).await?;
    }
    Ok(made)
}

/// The incidents that became part of this one, and still are.
async fn taken_in(desk: &mut Desk<'_>, id: IncidentId) -> Result<Vec<Incident>> {
    let uai = desk.office.school.uai.clone();
    let mut found: Vec<Incident> = Vec::new();
    for entry in desk.tx.history_of(id).await?.into_iter().filter(|e| e.event == "took_in") {
        let reference = entry.detail.as_str().and_then(|r| r.parse::<Reference>().ok());
        let Some(reference) = reference else { continue };
        let Some(row) = desk.tx.incident_by_reference(&uai, reference).await? else { continue };
        let within = matches!(row.incident.state, State::Merged { into, .. } if into == id);
        if within && !found.iter().any(|i| i.id == row.incident.id) {
            found.push(row.incident);
        }
    }
    Ok(found)
}

/// The messages that told of an incident, and of those that had become part of it.
async fn told_in(desk: &mut Desk<'_>, id: IncidentId) -> Result<BTreeSet<i64>> {
    let mut all = vec![id];
    let mut messages = BTreeSet::new();
    let mut n = 0;
    while let Some(id) = all.get(n).copied() {
        n += 1;
        let history = desk.tx.history_of(id).await?;
        let tells = |event: &str| matches!(event, "opened" | "reported" | "followed_up");
        messages.extend(history.iter().filter(|e| tells(&e.event)).filter_map(|e| e.message).map(|m| m.0));
        let more: Vec<IncidentId> = taken_in(desk, id).await?.into_iter().map(|i| i.id).collect();
        all.extend(more.into_iter().filter(|i| !all.contains(i)).collect::<Vec<_>>());
    }
    Ok(messages)
}

/// Every fault but the first becomes an incident of its own, to be confirmed.
pub(super) async fn split(
    desk: &mut Desk<'_>,
    incident: &Incident,
    cause: &Cause,
    account: &mut Account,
) -> Result<()> {
    let mut made = give_back(desk, incident, cause, account).await?;
    let stored = desk.reports_of(incident.id).await?;
    if !made.is_empty() && faults(stored.clone()).len() < 2 {
        let (verb, on) = if made.len() == 1 { ("est", "suivi") } else { ("sont", "suivis") };
        let names = made.join(", ");
        account.said.done.push(format!("{} : séparé, {names} {verb} de nouveau {on} à part.", incident.reference));
        return Ok(());
    }
    if stored.len() < 2 {
        account.said.not_done.push(format!("{} : un seul signalement, il n'y a rien à séparer.", incident.reference));
        return Ok(());
    }
    let told = faults(stored);
    if told.len() < 2 {
        account.said.not_done.push(format!(
            "{} : tous les messages sont du même collègue et disent la même panne, il n'y a rien à séparer.",
            incident.reference
        ));
        return Ok(());
    }
    let stays = told.first().and_then(|t| t.first()).map(|r| r.reporter.clone());
    for reports in told.into_iter().skip(1) {
        let Some(report) = reports.first() else { continue };
        let id = desk.open_incident(Facts::of(&report.report), report.at).await?;
        for moved in &reports {
            desk.move_report(moved, id).await?;
        }
        desk.add_reporter(id, &report.reporter);
        if stays.as_ref() != Some(&report.reporter) {
            desk.drop_reporter(incident.id, &report.reporter);
        }
        desk.note(id, "split_from", &incident.reference.to_string(), cause).await?;
        account.effects.extend(desk.feed(id, Event::Opened { unsure: true }, cause).await?);
        made.push(tell_parted(desk, incident, id, cause).await?);
    }
    desk.note(incident.id, "split", &made.join(", "), cause).await?;
    account.said.done.push(format!("{} : séparé, voici en plus {}.", incident.reference, made.join(", ")));
    Ok(())
}
