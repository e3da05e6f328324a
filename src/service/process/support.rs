//! Support's mail: tied to its incident by thread, token, our reference or its own number.

use anyhow::Result;

use super::{Ending, Opened, authentic, told_at};
use crate::compose::letter::Content;
use crate::incident::answer::{self, AnswerContext, SupportAnswer, SupportIntent};
use crate::incident::decide::Event;
use crate::incident::policy::Actor;
use crate::incident::{Incident, IncidentId, Reference, State};
use crate::service::desk::{Cause, Desk};
use crate::service::post::{Outgoing, Said};
use crate::service::process::door::shown_text;
use crate::service::process::reporter;
use crate::store::IncidentRow;

pub(super) async fn support(desk: &mut Desk<'_>, one: &Opened, automatic: bool) -> Result<Ending> {
    let m = &one.message;
    let Some(from) = m.from_address().cloned() else { return Ok(Ending::ignored("no sender")) };
    let cause = Cause { actor: Actor::Support(from.clone()), message: Some(one.waiting.id) };
    let zone = desk.office.school.timezone.clone();
    let profile = desk.office.profile.clone();
    let places = desk.books_mut().places.clone();
    let ctx = AnswerContext { profile: &profile, places: &places, date: told_at(one), zone: &zone };
    let answer = answer::support(&m.subject, &m.body.new_text, &ctx);
    let tied = tie(desk, one, &answer).await?;
    let through_another = tied.as_ref().is_some_and(|t| t.through_another);
    let tied = tied.map(|t| t.row);
    if !authentic(desk, m) && !one.waiting.released {
        let of = tied.as_ref().map(|r| r.incident.clone());
        show(desk, one, of.as_ref(), "le serveur de messagerie n'a pas authentifié l'expéditeur", &cause).await?;
        return Ok(Ending::quarantined("bears support's address, but the mail host did not authenticate it"));
    }
    let Some(row) = tied else {
        if automatic && answer.intent == SupportIntent::Other {
            return Ok(Ending::ignored("a general notice of support's"));
        }
        show(desk, one, None, "rien ne dit de quel ticket il s'agit", &cause).await?;
        return Ok(Ending::quarantined("support's mail, tied to no incident"));
    };
    let intent = answer.intent;
    let words = answer.words.clone();
    let mut answer = answer;
    let own = row.incident.support_reference.as_ref();
    if through_another && let Some(number) = answer.reference.take_if(|n| own.is_some_and(|o| o != n)) {
        // The number of a ticket that was merged into this one: known, but the thread keeps its own.
        desk.note(row.incident.id, "support_reference", &number, &cause).await?;
    }
    let answer = SupportAnswer { words: if words.trim().is_empty() { shown_text(m) } else { words }, ..answer };
    let effects = desk.feed(row.incident.id, Event::Support { from, answer, automatic }, &cause).await?;
    desk.carry_out(effects, &Vec::new(), &cause, &mut Said::default()).await?;
    Ok(Ending::handled(format!("support on {}: {intent}", row.incident.reference)))
}

/// The incident of a mail of support's.
struct Tied {
    row: IncidentRow,
    /// The mail speaks of one that was merged into it.
    through_another: bool,
}

/// The proofs in their order: our Message-ID, our token, our reference in the subject, the only one of
/// ours in the text, support's own number, one that it gave earlier.
async fn tie(desk: &mut Desk<'_>, one: &Opened, answer: &SupportAnswer) -> Result<Option<Tied>> {
    let uai = desk.office.school.uai.clone();
    let mut named: Option<IncidentId> = None;
    if let Some(mail) = reporter::answered_mail(desk, &one.message).await? {
        named = mail.incident;
    }
    if named.is_none()
        && let Some(reference) = reporter::subject_reference(&one.message.subject)
    {
        named = desk.tx.incident_by_reference(&uai, reference).await?.map(|r| r.incident.id);
    }
    // "Votre demande INC0045903 (réf. SIG-2026-0001) a été résolue": theirs is in the subject, ours in the text.
    if named.is_none()
        && let Some(reference) = only_reference(&one.message.body.new_text)
    {
        named = desk.tx.incident_by_reference(&uai, reference).await?.map(|r| r.incident.id);
    }
    if named.is_none()
        && let Some(number) = &answer.reference
    {
        named = desk.tx.incident_by_support_reference(&uai, number).await?.map(|r| r.incident.id);
        if named.is_none() {
            named = desk.tx.incident_by_past_number(&uai, number).await?.map(|r| r.incident.id);
        }
    }
    if let Some(id) = named {
        let row = desk.standing(id).await?;
        return Ok(Some(Tied { through_another: row.incident.id != id, row }));
    }
    // The number may stand anywhere in its mail, in words that do not introduce it.
    let text = format!("{} {}", one.message.subject, one.message.body.new_text);
    let mut found: Vec<IncidentRow> = Vec::new();
    let with_support: Vec<IncidentRow> = desk
        .books_mut()
        .incidents
        .values()
        .filter(|r| r.incident.state.is_with_support() || matches!(r.incident.state, State::Resolved { .. }))
        .filter(|r| r.incident.support_reference.as_deref().is_some_and(|n| contains_number(&text, n)))
        .cloned()
        .collect();
    found.extend(with_support);
    let only = if found.len() == 1 { found.pop() } else { None };
    Ok(only.map(|row| Tied { row, through_another: false }))
}

/// Our reference, where the text names one and no other: `SIG-2026-0042`.
fn only_reference(text: &str) -> Option<Reference> {
    let mut named = text.match_indices("SIG-").filter_map(|(at, _)| reporter::subject_reference(text.get(at..)?));
    let first = named.next()?;
    named.all(|other| other == first).then_some(first)
}

/// Does `number` stand in `text` by itself, not inside a longer one?
fn contains_number(text: &str, number: &str) -> bool {
    if number.len() < 4 {
        return false;
    }
    text.match_indices(number).any(|(at, _)| {
        let before = text.get(..at).and_then(|t| t.chars().next_back());
        let after = text.get(at + number.len()..).and_then(|t| t.chars().next());
        !before.is_some_and(char::is_alphanumeric) && !after.is_some_and(char::is_alphanumeric)
    })
}

/// Shows support's mail to the referents, who decide.
async fn show(desk: &mut Desk<'_>, one: &Opened, of: Option<&Incident>, why: &str, cause: &Cause) -> Result<()> {
    let label = desk.office.profile.support_label().to_owned();
    let mut open: Vec<Incident> = desk
        .books_mut()
        .incidents
        .values()
        .map(|r| r.incident.clone())
        .filter(|i| i.state.is_with_support() || matches!(i.state, State::Confirmed { .. }))
        .collect();
    open.sort_by_key(|i| i.reference);
    let text = shown_text(&one.message);
    for to in desk.office.school.referents.clone() {
        let content = Content::News {
            lines: vec![format!(
                "{label} a écrit « {} » (message {}), mais {why} : « {text} »",
                one.message.subject, one.waiting.id.0
            )],
            about: of.cloned().map(Box::new),
            open: if of.is_none() { open.clone() } else { Vec::new() },
        };
        let out = Outgoing::new(to, content, cause).showing(open.iter());
        desk.post(out).await?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::{contains_number, only_reference};

    #[test]
    fn our_reference_in_the_text_counts_where_it_stands_alone() {
        let found = |text: &str| only_reference(text).map(|r| r.to_string());
        assert_eq!(found("Votre demande INC0045903 (réf. SIG-2026-0001) est résolue").as_deref(), Some("2026-0001"));
        assert_eq!(found("[SIG-2026-0001] clos, SIG-2026-0001.").as_deref(), Some("2026-0001"));
        assert_eq!(found("SIG-2026-0001 et SIG-2026-0002 sont clos"), None);
        assert_eq!(found("SIG-, rien"), None);
    }

    #[test]
    fn a_number_inside_a_longer_one_is_another_number() {
        assert!(contains_number("Dossier 4471932 : visite", "4471932"));
        assert!(!contains_number("Dossier 44719320", "4471932"));
        assert!(!contains_number("INC4471932", "4471932"));
    }
}
