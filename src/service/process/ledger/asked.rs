//! Classeurs that are asked for by mail, and what colleagues who may note nothing write to the ledger.

use anyhow::Result;
use jiff::civil::Date;

use super::super::{Ending, Opened, authentic, told_at};
use super::{LONGEST_COMMAND, MOST_ORDERS};
use crate::address::Address;
use crate::classeur::ledger::{in_words, refusal};
use crate::classeur::period::{Period, PeriodError};
use crate::compose::MailKind;
use crate::compose::letter::Content;
use crate::incident::answer::ledger::{LedgerOrder, Unusable};
use crate::incident::answer::{self, AnswerContext};
use crate::incident::policy::Actor;
use crate::service::desk::{Cause, Desk};
use crate::service::post::Outgoing;

/// A colleague's mail that is nothing but a command of the ledger's: a correspondent may ask for the
/// classeur; from anybody else nothing is done. `None`: it is to be read as any colleague's mail.
pub(in crate::service::process) async fn from_staff(desk: &mut Desk<'_>, one: &Opened) -> Result<Option<Ending>> {
    let m = &one.message;
    let Some(by) = m.from_address().cloned() else { return Ok(None) };
    let words = if m.body.new_text.trim().is_empty() { m.subject.trim() } else { m.body.new_text.trim() };
    if words.chars().count() > LONGEST_COMMAND || !m.body.forwarded.is_empty() {
        return Ok(None);
    }
    let (profile, zone) = (desk.office.profile.clone(), desk.office.school.timezone.clone());
    let places = desk.books_mut().places.clone();
    let ctx = AnswerContext { profile: &profile, places: &places, date: told_at(one), zone: &zone };
    let reading = answer::ledger(&m.subject, &m.body.new_text, &[], &ctx);
    if reading.orders.is_empty() || reading.free || !reading.rest.is_empty() {
        return Ok(None);
    }
    let cause = Cause { actor: Actor::Person(by.clone()), message: Some(one.waiting.id) };
    let about_binder = |o: &LedgerOrder| match o {
        LedgerOrder::Binder { .. } => true,
        LedgerOrder::Unusable { why, .. } => *why == Unusable::NoPeriod,
        _ => false,
    };
    let correspondent = desk.office.school.correspondents.contains(&by);
    if !correspondent || !reading.orders.iter().all(about_binder) {
        // "Annuler" and the like may answer something else; what names the ledger cannot.
        if !reading.orders.iter().all(|o| {
            about_binder(o) || matches!(o, LedgerOrder::Visit(_) | LedgerOrder::Expense(_) | LedgerOrder::Time(_))
        }) {
            return Ok(None);
        }
        let content = Content::Help { not_understood: Some(words.to_owned()), for_referent: false };
        let out = Outgoing::new(by, content, &cause).answering(m.message_id.as_deref(), &m.references, &m.subject);
        desk.post(out).await?;
        return Ok(Some(Ending::handled("a referent's command from somebody else")));
    }
    if !authentic(desk, m) {
        return Ok(Some(Ending::ignored("asks for the classeur under an address that was not authenticated")));
    }
    let today = zone.to_datetime(ctx.date).date();
    let mut not_done = Vec::new();
    for order in reading.orders.iter().take(MOST_ORDERS) {
        match order {
            LedgerOrder::Binder { from, to } => not_done.extend(ask_for_binder(desk, one, &by, (*from, *to)).await?),
            LedgerOrder::Unusable { words, why } => not_done.push(format!("{}.", refusal(words, why, today))),
            _ => {}
        }
    }
    if !not_done.is_empty() {
        let content = Content::Register { done: Vec::new(), not_done, lines: Vec::new() };
        let out = Outgoing::new(by, content, &cause).answering(m.message_id.as_deref(), &m.references, &m.subject);
        desk.post(out).await?;
    }
    Ok(Some(Ending::handled("asked for the classeur")))
}

/// Notes that somebody wants the classeur of these days; gives why not, in French.
pub(super) async fn ask_for_binder(
    desk: &mut Desk<'_>,
    one: &Opened,
    by: &Address,
    days: (Date, Date),
) -> Result<Option<String>> {
    let today = desk.now.to_zoned(desk.office.school.timezone.clone()).date();
    match Period::new(days.0, days.1, today) {
        Err(PeriodError::Backwards { from, to }) => {
            let (from, to) = (in_words(from, today), in_words(to, today));
            return Ok(Some(format!("CLASSEUR : la période est à l'envers, du {from} au {to}.")));
        }
        Err(PeriodError::Future { from }) => {
            let from = in_words(from, today);
            return Ok(Some(format!("CLASSEUR : la période commence le {from}, il n'y a encore rien à montrer.")));
        }
        Err(PeriodError::TooLong { .. }) => {
            return Ok(Some("CLASSEUR : la période est trop longue ; demandez quelques années au plus.".to_owned()));
        }
        Ok(_) => {}
    }
    let mut counted: Vec<MailKind> = MailKind::ALL.iter().copied().filter(|k| k.is_capped()).collect();
    counted.push(MailKind::Binder);
    let uai = desk.office.school.uai.clone();
    let waiting = desk.tx.binder_requests(&uai).await?.iter().filter(|r| r.recipient == *by).count();
    let today = desk.mails_today(by, &counted).await?.saturating_add(u32::try_from(waiting).unwrap_or(u32::MAX));
    if today >= desk.office.school.policy.max_mails_per_day {
        tracing::warn!("the day's limit for one address is reached; a classeur is left out");
        return Ok(Some("CLASSEUR : trop de messages aujourd'hui ; redemandez-le demain.".to_owned()));
    }
    let now = desk.now;
    desk.tx.ask_for_binder(&uai, by, days, one.waiting.id, now).await?;
    Ok(None)
}
