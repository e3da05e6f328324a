//! A colleague's answer to a mail of ours: OUI or NON, a room, a correction, what support had asked.

use std::sync::LazyLock;

use anyhow::Result;
use regex::Regex;

use super::{bears_photos, has_place, names_nothing, read, split, subject_reference};
use crate::address::Address;
use crate::compose::MailKind;
use crate::incident::answer::{self, AnswerContext, Changes, ReporterIntent, Verb};
use crate::incident::decide::Event;
use crate::incident::policy::Actor;
use crate::incident::{IncidentId, State};
use crate::message::Message;
use crate::school::Role;
use crate::service::desk::{Cause, Desk, Effects};
use crate::service::post::Said;
use crate::service::process::{Ending, Opened};
use crate::store::OutboxRow;
use crate::triage::is_courtesy;

/// "C205", in answer to an acknowledgement of several problems: the room of all for which it was asked.
pub(super) async fn place_of_all(
    desk: &mut Desk<'_>,
    one: &Opened,
    shown: &[IncidentId],
    ctx: &AnswerContext<'_>,
    cause: &Cause,
) -> Result<Option<Ending>> {
    let m = &one.message;
    let Actor::Person(by) = cause.actor.clone() else { return Ok(None) };
    let said = answer::reporter("", &m.body.new_text, ctx);
    if said.intent != ReporterIntent::Place || said.place.is_none() {
        return Ok(None);
    }
    let (words, photos) = (m.body.new_text.trim().to_owned(), bears_photos(m));
    let (mut effects, mut references): (Effects, Vec<String>) = (Vec::new(), Vec::new());
    for id in shown {
        let incident = desk.standing(*id).await?.incident;
        if incident.facts.place.is_some() || !has_place(incident.facts.equipment) {
            continue;
        }
        let changes = Changes { place: said.place.clone(), ..Changes::default() };
        let event = Event::Detail { by: by.clone(), changes, words: words.clone(), photos };
        effects.extend(desk.feed(incident.id, event, cause).await?);
        references.push(incident.reference.to_string());
    }
    if references.is_empty() {
        return Ok(None);
    }
    desk.carry_out(effects, &Vec::new(), cause, &mut Said::default()).await?;
    Ok(Some(Ending::handled(format!("place of {}", references.join(", ")))))
}

/// A reply to a mail of ours that showed one incident; `None`: it is to be read as a report.
pub(super) async fn reply(
    desk: &mut Desk<'_>,
    one: &Opened,
    row: &OutboxRow,
    id: IncidentId,
    ctx: &AnswerContext<'_>,
    cause: &Cause,
) -> Result<Option<Ending>> {
    let m = &one.message;
    let Actor::Person(by) = cause.actor.clone() else { return Ok(None) };
    let incident = desk.standing(id).await?.incident;
    let words = m.body.new_text.trim().to_owned();
    let said = answer::reporter(&m.subject, &m.body.new_text, ctx);
    let photos = bears_photos(m);
    let event = match (row.kind, said.intent) {
        (MailKind::ResolutionCheck, ReporterIntent::Yes) => Event::Repaired { by, yes: true, words },
        (MailKind::ResolutionCheck, ReporterIntent::No) => Event::Repaired { by, yes: false, words },
        (MailKind::Acknowledgement, ReporterIntent::Place)
            if incident.facts.place.is_none() || takes_back(&words) && said.place.is_some() =>
        {
            let changes = Changes { place: said.place, ..Changes::default() };
            Event::Detail { by, changes, words, photos }
        }
        // "Non, c'est la B205": a reporter corrects what we understood.
        (MailKind::Acknowledgement, _) => match correction(m, ctx) {
            Some(changes) => Event::Detail { by, changes, words, photos },
            None if photos && names_nothing(&read(desk, m)) => {
                Event::Detail { by, changes: Changes::default(), words, photos }
            }
            None => return Ok(None),
        },
        // Support has asked: whatever is answered is carried to it.
        (MailKind::Progress, _)
            if incident.fired.iter().any(|f| f == "asked") && (photos || !words.is_empty() && !is_courtesy(&words)) =>
        {
            let told = read(desk, m);
            let changes = Changes {
                serial: told.reports.iter().find_map(|r| r.serials.first().cloned()),
                label: told.reports.iter().find_map(|r| r.labels.first().cloned()),
                ..Changes::default()
            };
            Event::Detail { by, changes, words, photos }
        }
        (MailKind::Progress, _) if photos && names_nothing(&read(desk, m)) => {
            Event::Detail { by, changes: Changes::default(), words, photos }
        }
        _ => return Ok(None),
    };
    if let Event::Detail { by, changes, words, .. } = &event
        && let Some(ending) = split::off(desk, &incident, by, changes, words, cause).await?
    {
        return Ok(Some(ending));
    }
    let event = match event {
        // A referent who reported corrects as the referent that he is.
        Event::Detail { by, changes, .. }
            if changes != Changes::default() && desk.office.school.role_of(&by) == Role::Referent =>
        {
            Event::Corrected { by, changes, confirms: false, shown: None }
        }
        other => other,
    };
    let effects = desk.feed(incident.id, event, cause).await?;
    desk.carry_out(effects, &Vec::new(), cause, &mut Said::default()).await?;
    Ok(Some(Ending::handled(format!("answer of a reporter on {}", incident.reference))))
}

/// OUI or NON to "est-ce réparé ?" where a server on the way has replaced the Message-ID that was
/// answered, so that only our reference in the subject tells of what.
pub(super) async fn repaired_or_not(
    desk: &mut Desk<'_>,
    message: &Message,
    from: &Address,
    ctx: &AnswerContext<'_>,
    cause: &Cause,
) -> Result<Option<Ending>> {
    let Some(reference) = subject_reference(&message.subject) else { return Ok(None) };
    let Some(row) = desk.by_reference(reference).await? else { return Ok(None) };
    let incident = row.incident;
    if !matches!(incident.state, State::Resolved { .. }) || !incident.reporters.contains(from) {
        return Ok(None);
    }
    let yes = match answer::reporter("", &message.body.new_text, ctx).intent {
        ReporterIntent::Yes => true,
        ReporterIntent::No => false,
        _ => return Ok(None),
    };
    let words = message.body.new_text.trim().to_owned();
    let effects = desk.feed(incident.id, Event::Repaired { by: from.clone(), yes, words }, cause).await?;
    desk.carry_out(effects, &Vec::new(), cause, &mut Said::default()).await?;
    Ok(Some(Ending::handled(format!("answer of a reporter on {}", incident.reference))))
}

/// What a colleague corrects, as a referent would.
fn correction(message: &Message, ctx: &AnswerContext<'_>) -> Option<Changes> {
    let orders = answer::referent(&message.subject, &message.body.new_text, ctx);
    orders.into_iter().find_map(|o| match o.verb {
        Verb::Correct { changes, .. } => Some(changes),
        _ => None,
    })
}

/// "Pardon, c'est la C14" says which room was meant; "en C14 aussi" tells of another one.
fn takes_back(words: &str) -> bool {
    static BACK: LazyLock<Option<Regex>> = LazyLock::new(|| {
        Regex::new(
            r"(?i)\b(pardon|erreur|tromp\w+|plut[oô]t|en fait|voulais dire|rectification|désolée?|oups|excus\w+)\b",
        )
        .ok()
    });
    static BESIDE: LazyLock<Option<Regex>> =
        LazyLock::new(|| Regex::new(r"(?i)\b(aussi|également|pareil\w*|idem|même|autre)\b").ok());
    let says = |set: &LazyLock<Option<Regex>>| set.as_ref().is_some_and(|r| r.is_match(words));
    says(&BACK) && !says(&BESIDE)
}

#[cfg(test)]
mod tests {
    use super::takes_back;

    #[test]
    fn a_room_that_was_meant_is_no_other_room() {
        assert!(takes_back("Pardon, c'est la C14."));
        assert!(takes_back("Je me suis trompée, C14"));
        assert!(!takes_back("En C14 aussi, en fait"));
        assert!(!takes_back("Et la C14"));
    }
}
