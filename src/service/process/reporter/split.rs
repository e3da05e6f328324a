//! "Moi c'est le TBI de la C204, pas la B112": a reporter who was taken for another's is one of his own.

use std::sync::LazyLock;

use anyhow::Result;
use regex::Regex;

use super::{Effects, Ending};
use crate::address::Address;
use crate::compose::letter::{Change, Content};
use crate::incident::answer::Changes;
use crate::incident::decide::Event;
use crate::incident::{Facts, Incident, IncidentId};
use crate::report::Report;
use crate::service::desk::{Cause, Desk};
use crate::service::post::Said;
use crate::store::StoredReport;

/// Takes a reporter out of an incident that others reported, where his correction says that he speaks of
/// another room or thing; `None`: it does not.
pub(super) async fn off(
    desk: &mut Desk<'_>,
    incident: &Incident,
    by: &Address,
    changes: &Changes,
    words: &str,
    cause: &Cause,
) -> Result<Option<Ending>> {
    let facts = &incident.facts;
    let place = facts.place.is_some() && changes.place.as_ref().is_some_and(|p| facts.place.as_ref() != Some(p));
    let moves = place || changes.equipment.is_some_and(|e| e != facts.equipment);
    if !moves || !incident.reporters.iter().any(|r| r != by) {
        return Ok(None);
    }
    let stored = desk.reports_of(incident.id).await?;
    let (own, others): (Vec<StoredReport>, Vec<StoredReport>) = stored.into_iter().partition(|r| r.reporter == *by);
    // Who came first, and named the place that he says is wrong, says nothing against it.
    let first_elsewhere = match (others.first(), own.first()) {
        (Some(other), Some(mine)) => {
            (other.at, other.message.0) < (mine.at, mine.message.0) && place && other.report.place == facts.place
        }
        _ => false,
    };
    let Some(last) = own.last() else { return Ok(None) };
    if others.is_empty() || !(first_elsewhere || speaks_for_himself(words)) {
        return Ok(None);
    }
    let report = told_now(&last.report, incident, changes, words);
    let known = standing_at(desk, &report, incident.id);
    let mut effects: Effects = Vec::new();
    let id = match known {
        Some(id) => id,
        None => desk.open_incident(Facts::of(&report), last.at).await?,
    };
    for moved in &own {
        desk.move_report(moved, id).await?;
    }
    desk.drop_reporter(incident.id, by);
    let was = incident.reference.to_string();
    desk.note(id, "split_from", &was, cause).await?;
    match known {
        Some(_) => effects.extend(desk.feed_report(id, report, false, Some(by), cause).await?),
        None => {
            desk.add_reporter(id, by);
            effects.extend(desk.feed(id, Event::Opened { unsure: true }, cause).await?);
        }
    }
    let parted = desk.incident(id).await?.incident;
    desk.note(incident.id, "split", &parted.reference.to_string(), cause).await?;
    desk.carry_out(effects, &Vec::new(), cause, &mut Said::default()).await?;
    for to in desk.human_reporters(&parted) {
        if to == *by {
            let content = Content::Progress { incident: parted.clone(), change: Change::Split { was: was.clone() } };
            desk.post_to_reporter(to, content, &parted, cause).await?;
        }
    }
    Ok(Some(Ending::handled(format!("{was}: another fault, {}", parted.reference))))
}

/// What the reporter had told, as the correction puts it right.
fn told_now(before: &Report, incident: &Incident, changes: &Changes, words: &str) -> Report {
    let mut report = before.clone();
    report.place = changes.place.clone().or(report.place);
    if let Some(equipment) = changes.equipment {
        report.equipment = equipment;
        report.equipment_said = true;
    } else if !report.equipment_said {
        report.equipment = incident.facts.equipment;
        report.responsible = incident.facts.responsible;
    }
    report.count = changes.count.unwrap_or(report.count);
    report.labels.extend(changes.label.iter().cloned());
    report.serials.extend(changes.serial.iter().cloned());
    report.doubts.retain(|d| report.place.is_none() || !d.starts_with("lieu non précisé"));
    // "Toujours pas…" says nothing by itself.
    if report.span.chars().count() < 20 {
        report.span = words.chars().take(200).collect();
    }
    report
}

/// An open incident of this very thing at this very place.
fn standing_at(desk: &mut Desk<'_>, report: &Report, but: IncidentId) -> Option<IncidentId> {
    let alike = |i: &Incident| {
        i.id != but
            && i.state.is_open()
            && i.facts.place.is_some()
            && i.facts.place == report.place
            && i.facts.equipment == report.equipment
    };
    desk.books_mut().incidents.values().map(|r| &r.incident).filter(|i| alike(i)).map(|i| i.id).max()
}

/// "Moi c'est…", "pour ma part", "dans ma salle": he sets himself apart from the others.
fn speaks_for_himself(words: &str) -> bool {
    static APART: LazyLock<Option<Regex>> = LazyLock::new(|| {
        Regex::new(
            r"(?i)\b(moi|pour ma part|de mon c[oô]té|le mien|la mienne|les miens|ma salle|une? autre (panne|problème|salle|souci))\b",
        )
        .ok()
    });
    APART.as_ref().is_some_and(|r| r.is_match(words))
}

#[cfg(test)]
mod tests {
    use super::speaks_for_himself;

    #[test]
    fn who_sets_himself_apart_speaks_of_a_fault_of_his_own() {
        assert!(speaks_for_himself("non moi c'est le TBI de la C204 pas la B112"));
        assert!(speaks_for_himself("Non, de mon côté c'est en B205."));
        assert!(!speaks_for_himself("Pardon, c'est la B205"));
    }
}
