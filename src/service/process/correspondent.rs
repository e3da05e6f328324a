//! The union's contacts: they receive copies and may ask for the classeur. What else they write is the
//! referents' to read: it reports nothing, and ends nothing.

use anyhow::Result;

use super::door::shown_text;
use super::reporter::{self, answered_mail, subject_reference};
use super::{Ending, Opened, told_at};
use crate::address::Address;
use crate::compose::french::one_line;
use crate::compose::letter::Content;
use crate::incident::answer::AnswerContext;
use crate::incident::policy::Actor;
use crate::report::Kind;
use crate::report::extract::extract;
use crate::school::School;
use crate::service::desk::{Cause, Desk};
use crate::service::post::Outgoing;
use crate::triage::is_courtesy;

/// Characters of their words that the referents are shown.
const SHOWN: usize = 1_000;

/// Is the message a correspondent's?
pub(super) fn is_one(desk: &Desk<'_>, one: &Opened) -> bool {
    one.message.from_address().is_some_and(|a| desk.office.school.correspondents.contains(a))
}

/// A correspondent who is no colleague besides: never a reporter, whatever an address book says.
pub(crate) fn is_outside(school: &School, address: &Address) -> bool {
    school.correspondents.contains(address)
        && !school.known_senders.contains(address)
        && !school.staff_domains.iter().any(|d| d == address.domain())
}

/// A correspondent's message that is no order for the ledger.
pub(super) async fn correspondent(desk: &mut Desk<'_>, one: &Opened) -> Result<Ending> {
    let m = &one.message;
    let Some(from) = m.from_address().cloned() else { return Ok(Ending::ignored("no sender")) };
    let cause = Cause { actor: Actor::Person(from.clone()), message: Some(one.waiting.id) };
    let (profile, zone) = (desk.office.profile.clone(), desk.office.school.timezone.clone());
    let places = desk.books_mut().places.clone();
    let ctx = AnswerContext { profile: &profile, places: &places, date: told_at(one), zone: &zone };
    if let Some(ending) = reporter::help(desk, m, &from, &ctx, &cause).await? {
        return Ok(ending);
    }
    let answered = answered_mail(desk, m).await?;
    let thread = answered.is_some() || subject_reference(&m.subject).is_some();
    // Who works at the school may find something broken there, and says so in a mail of its own.
    if !thread && !is_outside(&desk.office.school, &from) {
        let told = extract(m, &profile, &places);
        drop(places);
        if told.kind == Kind::Report && !told.reports.is_empty() {
            return reporter::staff(desk, one).await;
        }
    }
    if is_courtesy(&m.body.new_text) && m.attachments.is_empty() && m.body.forwarded.is_empty() {
        return Ok(Ending::ignored("thanks"));
    }
    let about = match (answered.and_then(|row| row.incident), subject_reference(&m.subject)) {
        (Some(id), _) => Some(desk.standing(id).await?.incident),
        (None, Some(reference)) => desk.by_reference(reference).await?.map(|row| row.incident),
        (None, None) => None,
    };
    let text = one_line(&shown_text(m), SHOWN);
    let subject = one_line(&m.subject, 120);
    let of = about.as_ref().map(|i| format!(" au sujet de {}", i.reference)).unwrap_or_default();
    let line = format!(
        "le correspondant {from} a écrit{of} (« {subject} ») : « {text} ». Rien n'est changé, et il n'a pas reçu de \
         réponse : écrivez-lui directement"
    );
    for to in desk.office.school.referents.clone() {
        let content =
            Content::News { lines: vec![format!("{line}.")], about: about.clone().map(Box::new), open: Vec::new() };
        let mut out = Outgoing::new(to, content, &cause);
        // It tells of a fault without showing its ticket: nothing that an answer could confirm.
        out.incident = about.as_ref().map(|i| i.id);
        out.letter.concerns = about.as_ref().map(|i| i.reference);
        desk.post(out).await?;
    }
    Ok(Ending::handled("a correspondent's words, shown to the referents"))
}
