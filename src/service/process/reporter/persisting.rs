//! Reports that say that something known persists: what the thread and the referent's decisions add to
//! a judgement that goes by words.

use anyhow::Result;

use crate::address::Address;
use crate::incident::matching::{Judgement, Matched, Verdict};
use crate::incident::{Incident, IncidentId, State};
use crate::report::{Kind, Report, Stance};
use crate::service::desk::Desk;

/// "Toujours pas de son", in the thread of what its reporter called "son" and the referent an ordinateur:
/// what he told of there is meant, whatever it is called now.
pub(super) async fn follow_the_thread(
    desk: &mut Desk<'_>,
    judgement: &mut Judgement,
    thread: &[IncidentId],
    sender: Option<&Address>,
) -> Result<()> {
    let Some(sender) = sender else { return Ok(()) };
    for n in 0..judgement.matched.len() {
        let Some(matched) = judgement.matched.get(n).cloned() else { continue };
        let persists = matched.report.stance == Stance::Still || matched.report.again;
        if !persists || !matches!(matched.verdict, Verdict::New { .. }) {
            continue;
        }
        for id in thread {
            let incident = desk.standing(*id).await?.incident;
            if !incident.state.is_open() || !told_so(desk, &incident, &matched.report, sender).await? {
                continue;
            }
            let report = Report { place: incident.facts.place.clone(), ..matched.report.clone() };
            let reasons = vec!["même fil de messages".to_owned(), "même personne".to_owned()];
            let verdict = Verdict::Same { id: incident.id, reasons };
            if let Some(slot) = judgement.matched.get_mut(n) {
                *slot = Matched { report, verdict, swallows: Vec::new() };
            }
            break;
        }
    }
    Ok(())
}

/// Did this sender tell of the incident as of such a thing at such a place?
async fn told_so(desk: &mut Desk<'_>, incident: &Incident, report: &Report, sender: &Address) -> Result<bool> {
    let at = |place: &Option<crate::report::Place>| report.place.is_none() || report.place == *place;
    let stored = desk.reports_of(incident.id).await?;
    Ok(stored.iter().any(|s| {
        s.reporter == *sender
            && s.report.equipment == report.equipment
            && (at(&s.report.place) || at(&incident.facts.place))
    }))
}

/// Whoever writes that a refused fault persists opens a new incident: its proposal tells of the refusal.
pub(super) async fn take_up_refused(desk: &mut Desk<'_>, judgement: &mut Judgement) -> Result<()> {
    for n in 0..judgement.matched.len() {
        let Some(Matched { mut report, verdict, swallows }) = judgement.matched.get(n).cloned() else { continue };
        let Verdict::Same { id, .. } = verdict else { continue };
        if !matches!(report.stance, Stance::Still | Stance::Broken) {
            continue;
        }
        let refused = desk.standing(id).await?.incident;
        let State::Refused { by_support, reason, .. } = &refused.state else { continue };
        complete(&mut report, &refused);
        let verdict = match taken_up(desk, &report, refused.id) {
            Some(id) => Verdict::Same { id, reasons: vec!["même panne, de nouveau ouverte".to_owned()] },
            None => {
                let by = if *by_support { "refusée par le support" } else { "que vous aviez refusée" };
                let reason = reason.split_whitespace().collect::<Vec<_>>().join(" ");
                let why = if reason.is_empty() { String::new() } else { format!(" (« {reason} »)") };
                report.doubts.push(format!("le collègue écrit que la panne {} persiste, {by}{why}", refused.reference));
                report.stance = Stance::Broken;
                judgement.kind = Kind::Report;
                Verdict::New { twins: Vec::new() }
            }
        };
        if let Some(slot) = judgement.matched.get_mut(n) {
            *slot = Matched { report, verdict, swallows };
        }
    }
    Ok(())
}

/// What "toujours en panne" leaves unsaid is what was told before.
fn complete(report: &mut Report, before: &Incident) {
    let facts = &before.facts;
    if report.place.is_none() {
        report.place.clone_from(&facts.place);
    }
    if !report.equipment_said || report.equipment == facts.equipment {
        report.equipment = facts.equipment;
        report.responsible = facts.responsible;
        report.symptom = report.symptom.take().or_else(|| facts.symptom.clone());
        report.count = report.count.max(facts.count);
        for (kept, known) in [
            (&mut report.machines, &facts.machines),
            (&mut report.labels, &facts.labels),
            (&mut report.serials, &facts.serials),
        ] {
            if kept.is_empty() {
                kept.clone_from(known);
            }
        }
    }
}

/// The incident that was opened for it since, if it is still open.
fn taken_up(desk: &mut Desk<'_>, report: &Report, refused: IncidentId) -> Option<IncidentId> {
    let books = desk.books_mut();
    let alike = |i: &Incident| {
        i.id > refused
            && i.state.is_open()
            && i.facts.equipment == report.equipment
            && i.facts.place.is_some()
            && i.facts.place == report.place
    };
    books.incidents.values().map(|r| &r.incident).filter(|i| alike(i)).map(|i| i.id).min()
}
