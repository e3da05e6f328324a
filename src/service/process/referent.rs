//! The referent's mail: confirmations, corrections, commands, and reports like anybody's.

mod history;
mod joining;

use std::collections::BTreeSet;
use std::sync::LazyLock;

use anyhow::Result;
use regex::Regex;

use history::history;
use joining::{duplicate, merge_refs, split};

use super::ledger;
use super::reporter::{self, answered_mail, subject_reference};
use super::{Ending, Opened, told_at};
use crate::address::Address;
use crate::compose::MailKind;
use crate::compose::letter::Content;
use crate::compose::view::place_matters;
use crate::incident::answer::{self, AnswerContext, Order, Target, Verb};
use crate::incident::decide::{Effect, Event};
use crate::incident::policy::Actor;
use crate::incident::{Incident, IncidentId, Reference, State};
use crate::report::extract::extract;
use crate::report::{Kind, Responsible};
use crate::service::desk::{Cause, Desk, Effects};
use crate::service::post::{Outgoing, Said, last_to};
use crate::store::{MessageEnd, MessageNumber, OutboxRow};
use crate::triage::is_courtesy;

/// What the orders of one message come to.
#[derive(Default)]
struct Account {
    said: Said,
    effects: Effects,
    list: bool,
    help: Option<String>,
    history: Option<Incident>,
    question: Option<Incident>,
    /// Decided by this referent: the others are told.
    decided: Vec<(IncidentId, &'static str)>,
    /// Incidents that the orders were about.
    touched: BTreeSet<IncidentId>,
    /// What an OK added that stands in no ticket.
    left_out: Vec<String>,
    /// What is noted in the ledger, where it was asked for.
    register: Vec<String>,
}

impl Account {
    /// What the ledger has to say, and what the mail says beside.
    fn of(taken: ledger::Taken) -> (Self, Option<Box<Opened>>) {
        let mut account = Self { register: taken.lines, ..Self::default() };
        account.said.done = taken.done;
        account.said.not_done = taken.not_done;
        account.touched.extend(taken.touched);
        if let Some(incident) = taken.unanswered {
            account.touched.insert(incident.id);
            ask_again(&mut account, &incident, "je n'ai pas compris cela comme un oui, et rien n'est parti");
        }
        (account, taken.rest)
    }
}

/// One order on one incident.
struct Step<'o> {
    order: &'o Order,
    id: IncidentId,
    /// What the answered mail showed of it, if it did.
    shown: Option<String>,
}

pub(super) async fn referent(desk: &mut Desk<'_>, one: &Opened) -> Result<Ending> {
    let m = &one.message;
    let Some(by) = m.from_address().cloned() else { return Ok(Ending::ignored("no sender")) };
    let cause = Cause { actor: Actor::Person(by.clone()), message: Some(one.waiting.id) };
    let zone = desk.office.school.timezone.clone();
    let profile = desk.office.profile.clone();
    let places = desk.books_mut().places.clone();
    let ctx = AnswerContext { profile: &profile, places: &places, date: told_at(one), zone: &zone };
    let mail = answered_mail(desk, m).await?.filter(|row| row.recipient == by || row.recipient == by.without_detail());
    // What is for the ledger is taken first; the rest is read as if it were the whole mail.
    match Box::pin(ledger::take(desk, one, &by, &cause, &ctx, mail.as_ref())).await? {
        None => Box::pin(read(desk, one, &by, &cause, &ctx, mail.as_ref(), Account::default())).await,
        Some(taken) => {
            let (account, rest) = Account::of(taken);
            match rest {
                None => Box::pin(finish(desk, one, account, &by, &cause)).await,
                Some(rest) => Box::pin(read(desk, &rest, &by, &cause, &ctx, mail.as_ref(), account)).await,
            }
        }
    }
}

/// Reads what is not for the ledger; `account` has what is.
async fn read(
    desk: &mut Desk<'_>,
    one: &Opened,
    by: &Address,
    cause: &Cause,
    ctx: &AnswerContext<'_>,
    mail: Option<&OutboxRow>,
    mut account: Account,
) -> Result<Ending> {
    let m = &one.message;
    let sure = is_sure(&m.subject, &m.body.new_text);
    let (subject, text) = (without_sure(&m.subject), without_sure(&m.body.new_text));
    let shown = references_shown(desk, mail).await?;
    let orders = answer::referent_shown(&subject, &text, &shown, ctx);
    // A colleague's questions reach a referent too: he may be a reporter of the fault.
    if let Some(row) = mail
        && matches!(row.kind, MailKind::ResolutionCheck | MailKind::Acknowledgement | MailKind::Progress)
        && !orders.iter().any(|o| is_command(&o.verb))
    {
        let ending = reporter::staff(desk, one).await?;
        return beside(desk, one, ending, account, by, cause).await;
    }
    let understood = orders.iter().any(|o| !matches!(o.verb, Verb::Unclear | Verb::Question));
    if !understood || !m.body.forwarded.is_empty() {
        // "Au fait, le projecteur de la B204 est mort": a report, in whatever thread it is written.
        let told = extract(m, ctx.profile, ctx.places);
        let reports = told.kind == Kind::Report && told.reports.iter().any(|r| r.equipment_said || r.place.is_some());
        let decisive = mail.is_some_and(shows_something);
        if (reports && (mail.is_none() || tells_something_else(desk, &told.reports, mail).await?))
            || (!decisive && subject_reference(&m.subject).is_none() && !understood)
        {
            let ending = reporter::report(desk, one, Some(by)).await?;
            return beside(desk, one, ending, account, by, cause).await;
        }
    }
    if let Some(row) = mail.filter(|row| row.kind == MailKind::Stranger) {
        let ending = stranger(desk, by, row, answer::lets_in(&m.body.new_text, ctx), cause, one).await?;
        return beside(desk, one, ending, account, by, cause).await;
    }
    // "Ok merci" to a receipt of ours asks for nothing.
    if mail.is_some_and(|row| row.kind == MailKind::Answer && row.shows.is_empty()) && is_courtesy(&m.body.new_text) {
        return beside(desk, one, Ending::ignored("thanks"), account, by, cause).await;
    }
    let steps = steps(desk, &orders, mail, &m.subject, &mut account).await?;
    let contradicted = contradicted(&steps);
    for id in &contradicted {
        let incident = desk.incident(*id).await?.incident;
        ask_again(&mut account, &incident, "vos ordres se contredisent, rien n'est fait ; dites lequel compte");
        account.touched.insert(*id);
    }
    for order in &orders {
        match &order.verb {
            Verb::Help => account.help = Some(String::new()),
            Verb::List => account.list = true,
            Verb::Merge { refs } => Box::pin(merge_refs(desk, (refs, sure), by, cause, &mut account)).await?,
            _ => {
                for step in steps.iter().filter(|s| std::ptr::eq(s.order, order) && !contradicted.contains(&s.id)) {
                    Box::pin(act(desk, step, &steps, mail, by, cause, &mut account)).await?;
                }
            }
        }
    }
    Box::pin(finish(desk, one, account, by, cause)).await
}

/// "FUSIONNER 2026-0012 2026-0014 OUI", where it was asked whether that is meant.
static MERGE_INDEED: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r"(?im)^(\s*(?:fusionn|regroup)\p{L}*\b[^\r\n]*\d)[\s,.:!–-]*\boui\b[\s.!]*$").ok());

fn is_sure(subject: &str, text: &str) -> bool {
    MERGE_INDEED.as_ref().is_some_and(|r| r.is_match(text) || text.trim().is_empty() && r.is_match(subject))
}

/// The order as it is read, without the OUI that answers the question.
fn without_sure(text: &str) -> String {
    MERGE_INDEED.as_ref().map_or_else(|| text.to_owned(), |r| r.replace_all(text, "$1").into_owned())
}

/// The references that the mail that is answered shows: their numbers alone may be enough.
async fn references_shown(desk: &mut Desk<'_>, mail: Option<&OutboxRow>) -> Result<Vec<Reference>> {
    let mut shown = Vec::new();
    for (id, _) in mail.map(|row| row.shows.as_slice()).unwrap_or_default() {
        shown.push(desk.standing(*id).await?.incident.reference);
    }
    Ok(shown)
}

/// Tells what the ledger has to say, beside how the rest of the mail ended.
async fn beside(
    desk: &mut Desk<'_>,
    one: &Opened,
    ending: Ending,
    mut account: Account,
    by: &Address,
    cause: &Cause,
) -> Result<Ending> {
    if account.said.done.is_empty() && account.said.not_done.is_empty() && account.register.is_empty() {
        return Ok(ending);
    }
    let words = crate::compose::french::one_line(one.message.body.new_text.trim(), 160);
    if matches!(ending.end, MessageEnd::Ignored) && !is_courtesy(&words) {
        account.said.not_done.push(format!("le reste de votre message est resté sans effet : « {words} »."));
    }
    Box::pin(finish(desk, one, account, by, cause)).await
}

/// Every order with the incidents that it applies to.
async fn steps<'o>(
    desk: &mut Desk<'_>,
    orders: &'o [Order],
    mail: Option<&OutboxRow>,
    subject: &str,
    account: &mut Account,
) -> Result<Vec<Step<'o>>> {
    let subject = subject_reference(subject);
    let mut steps = Vec::new();
    for order in orders {
        if matches!(order.verb, Verb::Help | Verb::List | Verb::Merge { .. }) {
            continue;
        }
        for (incident, shown) in targets(desk, order, orders, mail, subject, account).await? {
            steps.push(Step { order, id: incident.id, shown });
        }
    }
    Ok(steps)
}

/// Incidents on which one message gives orders that cannot all be meant.
fn contradicted(steps: &[Step<'_>]) -> BTreeSet<IncidentId> {
    let clash = |a: &Step<'_>, b: &Step<'_>| a.id == b.id && contradict(&a.order.verb, &b.order.verb);
    steps.iter().filter(|a| steps.iter().any(|b| clash(a, b))).map(|a| a.id).collect()
}

fn contradict(a: &Verb, b: &Verb) -> bool {
    let decides = |v: &Verb| !matches!(v, Verb::History | Verb::Question | Verb::Unclear);
    let goes = |v: &Verb| matches!(v, Verb::Confirm | Verb::Correct { .. } | Verb::Reopen | Verb::Chase);
    let places = |v: &Verb| match v {
        Verb::Correct { changes, .. } => changes.place.clone(),
        _ => None,
    };
    match (places(a), places(b)) {
        (Some(here), Some(there)) if here != there => return true,
        _ => {}
    }
    let both_refuse = matches!((a, b), (Verb::Reject { .. }, Verb::Reject { .. }));
    decides(a) && decides(b) && a != b && !(goes(a) && goes(b)) && !both_refuse
}

fn is_command(verb: &Verb) -> bool {
    matches!(
        verb,
        Verb::Help
            | Verb::List
            | Verb::History
            | Verb::Split
            | Verb::Merge { .. }
            | Verb::Reopen
            | Verb::Close
            | Verb::Chase
            | Verb::Duplicate { .. }
            | Verb::Redirect { .. }
    )
}

fn shows_something(row: &OutboxRow) -> bool {
    !row.shows.is_empty() || row.kind == MailKind::Stranger
}

/// Do the reports speak of another fault than the mail that is answered?
async fn tells_something_else(
    desk: &mut Desk<'_>,
    reports: &[crate::report::Report],
    mail: Option<&OutboxRow>,
) -> Result<bool> {
    let Some(row) = mail else { return Ok(true) };
    for (id, _) in &row.shows {
        let facts = desk.standing(*id).await?.incident.facts;
        let same = |r: &crate::report::Report| {
            (r.place.is_none() || r.place == facts.place) && (!r.equipment_said || r.equipment == facts.equipment)
        };
        if reports.iter().any(same) {
            return Ok(false);
        }
    }
    Ok(reports.iter().any(|r| r.place.is_some() && r.equipment_said))
}

/// An OK lets the message in and remembers the sender.
async fn stranger(
    desk: &mut Desk<'_>,
    by: &Address,
    row: &OutboxRow,
    enters: Option<bool>,
    cause: &Cause,
    one: &Opened,
) -> Result<Ending> {
    let mut account = Account::default();
    let Some(message) = row.cause else { return Ok(Ending::ignored("answers a mail that shows nobody")) };
    match enters {
        Some(true) => let_in(desk, message, &mut account).await?,
        Some(false) => {
            let now = desk.now;
            let dropped = desk.tx.drop_quarantined(message, "refused by the referent", now).await?;
            if dropped {
                account.said.done.push("le message est écarté.".to_owned());
            } else {
                account.said.not_done.push("ce message n'est plus en attente.".to_owned());
            }
        }
        None => account.said.not_done.push(
            "je n'ai pas compris si ce message peut entrer ; répondez OK pour le laisser entrer, NON pour l'écarter."
                .to_owned(),
        ),
    }
    Box::pin(finish(desk, one, account, by, cause)).await
}

async fn let_in(desk: &mut Desk<'_>, message: MessageNumber, account: &mut Account) -> Result<()> {
    let Some(raw) = desk.tx.raw(message).await? else {
        account.said.not_done.push("ce message n'est plus conservé.".to_owned());
        return Ok(());
    };
    let parsed = crate::message::parse::parse(&raw);
    let is_referent =
        parsed.from_address().is_some_and(|a| desk.office.school.role_of(a) != crate::school::Role::Stranger);
    if !desk.tx.release(message).await? {
        account.said.not_done.push("ce message n'est plus en attente.".to_owned());
        return Ok(());
    }
    desk.office.to_process.notify_one();
    match parsed.from_address() {
        // Held back for its size or its authentication: the message enters, nobody is remembered.
        _ if is_referent => account.said.done.push("le message est pris en compte.".to_owned()),
        Some(address) => {
            let (uai, now) = (desk.office.school.uai.clone(), desk.now);
            desk.tx.let_in_sender(&uai, address, now).await?;
            desk.books_mut().let_in.insert(address.clone());
            account.said.done.push(format!("{address} peut désormais écrire ; son message est pris en compte."));
        }
        None => account.said.done.push("le message est pris en compte.".to_owned()),
    }
    Ok(())
}

/// The incidents that an order applies to; what cannot be told is said.
async fn targets(
    desk: &mut Desk<'_>,
    order: &Order,
    orders: &[Order],
    mail: Option<&OutboxRow>,
    subject: Option<Reference>,
    account: &mut Account,
) -> Result<Vec<(Incident, Option<String>)>> {
    let shown: Vec<(IncidentId, String)> = mail.map(|row| row.shows.clone()).unwrap_or_default();
    let mut found: Vec<(Incident, Option<String>)> = Vec::new();
    match &order.target {
        Target::Ref(reference) => match desk.by_reference(*reference).await? {
            Some(row) => {
                let print = shown.iter().find(|(id, _)| *id == row.incident.id).map(|(_, f)| f.clone());
                found.push((row.incident, print));
            }
            None => account.said.not_done.push(format!("{reference} : je ne connais pas cette référence.")),
        },
        Target::This => match shown.as_slice() {
            [] => match (subject, mail.and_then(|row| row.incident)) {
                (Some(reference), _) => match desk.by_reference(reference).await? {
                    Some(row) => found.push((row.incident, None)),
                    None => account.said.not_done.push(format!("{reference} : je ne connais pas cette référence.")),
                },
                (None, Some(id)) => found.push((desk.standing(id).await?.incident, None)),
                (None, None) => account.said.not_done.push(
                    "je ne sais pas de quelle panne il s'agit ; répondez au mail qui la montre, ou donnez sa référence."
                        .to_owned(),
                ),
            },
            [(id, print)] => found.push((desk.standing(*id).await?.incident, Some(print.clone()))),
            many => {
                let mut names = Vec::new();
                for (id, _) in many {
                    names.push(desk.standing(*id).await?.incident.reference.to_string());
                }
                account.said.not_done.push(format!(
                    "ce mail montre plusieurs pannes ({}) : dites lesquelles, par exemple « ok pour {} ».",
                    names.join(", "),
                    names.first().map_or("", String::as_str)
                ));
            }
        },
        Target::All | Target::Others => {
            let mut named: Vec<IncidentId> = Vec::new();
            if order.target == Target::Others {
                for other in orders {
                    if let Target::Ref(reference) = &other.target
                        && let Some(row) = desk.by_reference(*reference).await?
                    {
                        named.push(row.incident.id);
                    }
                }
            }
            for (id, print) in shown {
                if !named.contains(&id) {
                    found.push((desk.standing(id).await?.incident, Some(print)));
                }
            }
            if found.is_empty() {
                account.said.not_done.push("le mail auquel vous répondez ne montre aucune autre panne.".to_owned());
            }
        }
    }
    Ok(found)
}

/// Carries out one order on one incident.
async fn act(
    desk: &mut Desk<'_>,
    step: &Step<'_>,
    steps: &[Step<'_>],
    mail: Option<&OutboxRow>,
    by: &Address,
    cause: &Cause,
    account: &mut Account,
) -> Result<()> {
    let incident = desk.standing(step.id).await?.incident;
    let (id, shown, by) = (incident.id, step.shown.clone(), by.clone());
    account.touched.insert(id);
    let beside = |wanted: fn(&Verb) -> bool| steps.iter().any(|s| s.id == step.id && wanted(&s.order.verb));
    let event = match &step.order.verb {
        // "Ok pour 2026-0012. 2026-0012, c'est la B205": the correction says both.
        Verb::Confirm if beside(|v| matches!(v, Verb::Correct { .. })) && shown.is_some() => return Ok(()),
        Verb::Confirm => {
            // Bound to a mail of ours to this referent that shows the ticket: nothing else counts.
            let to_reminder = mail.is_some_and(|m| m.kind == MailKind::Reminder) && shown.is_some();
            if shown.is_none() {
                ask_again(account, &incident, "pour confirmer, répondez directement au mail qui montre ce ticket");
                return Ok(());
            }
            // What a person has to look at does not leave by the dozen.
            let several = mail.is_some_and(|m| m.shows.len() > 1);
            if matches!(step.order.target, Target::All | Target::Others)
                && several
                && let Some(mark) = mark(&incident)
            {
                account.said.not_done.push(format!(
                    "{r} : pas envoyé avec les autres, {mark}. Pour l'envoyer tel quel, répondez OK {r}.",
                    r = incident.reference
                ));
                return Ok(());
            }
            Event::Confirmed { by, shown, to_reminder }
        }
        Verb::Correct { changes, confirms } => {
            let confirms = (*confirms || beside(|v| *v == Verb::Confirm)) && shown.is_some();
            Event::Corrected { by, changes: changes.clone(), confirms, shown }
        }
        Verb::Reject { reason } => Event::Rejected { by, reason: reason.clone() },
        Verb::Redirect { to } => Event::Redirected { by, to: *to },
        Verb::Duplicate { of, of_place } => {
            Box::pin(duplicate(desk, &incident, *of, of_place.as_ref(), &by, cause, account)).await?;
            return Ok(());
        }
        Verb::Reopen => Event::ReopenedBy { by },
        Verb::Close => Event::ClosedBy { by },
        Verb::Chase => Event::Chased { by },
        Verb::Split => {
            Box::pin(split(desk, &incident, cause, account)).await?;
            return Ok(());
        }
        Verb::History => {
            account.history = Some(incident);
            return Ok(());
        }
        Verb::Question => {
            ask_again(account, &incident, "je ne peux pas répondre à cette question, et rien n'est parti");
            return Ok(());
        }
        Verb::Unclear => {
            let why = match incident.state {
                State::AwaitingConfirmation { .. } => {
                    "je n'ai pas compris votre réponse comme un oui, et rien n'est parti"
                }
                _ => "je n'ai pas compris votre réponse, et rien n'a changé",
            };
            ask_again(account, &incident, why);
            return Ok(());
        }
        Verb::Help | Verb::List | Verb::Merge { .. } => return Ok(()),
    };
    if let Event::Confirmed { .. } | Event::Corrected { .. } = &event
        && let Some(place) = &incident.facts.place
    {
        // A place that the referent lets go is one that exists.
        let books = desk.books_mut();
        books.places_mut().learned.confirm(place);
        books.index().learned.confirm(place);
        books.learned_changed = true;
    }
    let effects = desk.feed(id, event, cause).await?;
    if let Some(what) = decided(&step.order.verb, &effects) {
        account.decided.push((id, what));
    }
    // What a yes adds in passing stands in no ticket: whoever wrote it must know.
    let goes = effects.iter().any(|(_, e)| matches!(e, Effect::SendTicket | Effect::FollowUp { .. }));
    if goes && !step.order.left_out.is_empty() {
        let words = &step.order.left_out;
        account.left_out.push(format!("{} : je n'ai pas repris : « {words} ».", incident.reference));
    }
    account.effects.extend(effects);
    Ok(())
}

/// Why a proposal is not to leave unlooked-at (French); `None`: nothing speaks against it.
fn mark(incident: &Incident) -> Option<String> {
    if !matches!(incident.state, State::AwaitingConfirmation { .. }) {
        return None;
    }
    let facts = &incident.facts;
    let placed = facts.place.is_some() || !place_matters(facts.equipment);
    match facts.responsible {
        Responsible::Region if placed => None,
        Responsible::Region => Some("le lieu manque".to_owned()),
        Responsible::Atte => Some("c'est plutôt pour les agents (ATTE)".to_owned()),
        Responsible::Rectorat => Some("c'est plutôt pour le rectorat".to_owned()),
        Responsible::Ent => Some("c'est plutôt pour l'équipe de l'ENT".to_owned()),
        Responsible::Etablissement => Some("c'est plutôt pour l'établissement".to_owned()),
    }
}

/// What the other referents are told of an order that was carried out; `None`: nothing was decided,
/// or a new proposal tells them.
fn decided(verb: &Verb, effects: &Effects) -> Option<&'static str> {
    let has = |wanted: fn(&Effect) -> bool| effects.iter().any(|(_, e)| wanted(e));
    if has(|e| matches!(e, Effect::NotDone(_) | Effect::Propose { .. })) {
        return None;
    }
    match verb {
        _ if has(|e| matches!(e, Effect::ResendTicket)) => Some("ticket renvoyé"),
        Verb::Confirm | Verb::Chase if has(|e| matches!(e, Effect::FollowUp { .. })) => Some("support relancé"),
        Verb::Confirm => Some("confirmé"),
        Verb::Correct { .. } if has(|e| matches!(e, Effect::SendTicket)) => Some("corrigé et confirmé"),
        Verb::Correct { .. } if has(|e| matches!(e, Effect::FollowUp { .. })) => Some("corrigé"),
        Verb::Reject { .. } => Some("refusé"),
        Verb::Redirect { .. } => Some("noté comme du ressort d'un autre service"),
        Verb::Close => Some("clos"),
        Verb::Reopen => Some("rouvert"),
        _ => None,
    }
}

fn ask_again(account: &mut Account, incident: &Incident, why: &str) {
    account.said.not_done.push(format!("{} : {why}.", incident.reference));
    if matches!(incident.state, State::AwaitingConfirmation { .. }) {
        account.question = Some(incident.clone());
    }
}

/// Carries out what follows, and answers once.
async fn finish(
    desk: &mut Desk<'_>,
    one: &Opened,
    mut account: Account,
    by: &Address,
    cause: &Cause,
) -> Result<Ending> {
    let effects = std::mem::take(&mut account.effects);
    desk.carry_out(effects, &Vec::new(), cause, &mut account.said).await?;
    account.said.done.append(&mut account.left_out);
    tell_others(desk, &account, by, cause).await?;
    let m = &one.message;
    if let Some(line) = account.help.take() {
        let content = Content::Help { not_understood: (!line.is_empty()).then_some(line), for_referent: true };
        let out =
            Outgoing::new(by.clone(), content, cause).answering(m.message_id.as_deref(), &m.references, &m.subject);
        desk.post(out).await?;
        if account.said.done.is_empty() && account.said.not_done.is_empty() && account.register.is_empty() {
            return Ok(Ending::handled("asked for help"));
        }
    }
    let list = if account.list { Some(open_incidents(desk)) } else { None };
    let history = match account.history {
        Some(incident) => {
            let lines = history(desk, &incident).await?;
            Some((Box::new(incident), lines))
        }
        None => None,
    };
    let question = account.question.filter(|q| !account.said.proposed.contains(&q.id));
    let said = account.said;
    let mut said = said;
    let alone = list.is_none() && history.is_none() && question.is_none();
    let register = if alone { std::mem::take(&mut account.register) } else { Vec::new() };
    said.done.append(&mut account.register);
    let nothing =
        said.done.is_empty() && said.not_done.is_empty() && list.is_none() && history.is_none() && register.is_empty();
    if !nothing {
        let mut shown: Vec<Incident> = list.clone().unwrap_or_default();
        shown.extend(question.clone());
        shown.extend(history.as_ref().map(|(i, _)| (**i).clone()));
        let (done, not_done) = (said.done.clone(), said.not_done.clone());
        let content = if register.is_empty() {
            Content::Answer { done, not_done, list, history, question: question.map(Box::new) }
        } else {
            Content::Register { done, not_done, lines: register }
        };
        let mut out = Outgoing::new(by.clone(), content, cause).showing(shown.iter()).answering(
            m.message_id.as_deref(),
            &m.references,
            &m.subject,
        );
        let mut about: BTreeSet<IncidentId> = account.touched;
        about.extend(shown.iter().map(|i| i.id));
        if let (Some(id), 1) = (about.first(), about.len()) {
            out.letter.concerns = Some(desk.incident(*id).await?.incident.reference);
            out.incident = Some(*id);
        }
        desk.post(out).await?;
    }
    let mut reason = String::from("referent:");
    for part in said.done.iter().chain(&said.not_done) {
        reason.push(' ');
        reason.push_str(part);
    }
    Ok(Ending { end: MessageEnd::Handled, reason: reason.chars().take(300).collect() })
}

/// With several referents the first decisive answer counts, and the others are told.
async fn tell_others(desk: &mut Desk<'_>, account: &Account, by: &Address, cause: &Cause) -> Result<()> {
    if desk.office.school.referents.len() < 2 {
        return Ok(());
    }
    for (id, what) in &account.decided {
        let incident = desk.incident(*id).await?.incident;
        let mails = desk.mails_of(*id).await?;
        for to in desk.office.school.referents.clone() {
            // Only who was asked needs to know that it is settled.
            if to == *by || !mails.iter().any(|m| m.recipient == to) {
                continue;
            }
            let content = Content::News {
                lines: vec![format!("{} : {what} par {by}.", incident.reference)],
                about: Some(Box::new(incident.clone())),
                open: Vec::new(),
            };
            let mut out = Outgoing::new(to.clone(), content, cause).about(&incident).after(last_to(&mails, &to));
            out.shows.clear();
            desk.post(out).await?;
        }
    }
    Ok(())
}

/// All that is open, by reference.
pub(crate) fn open_incidents(desk: &mut Desk<'_>) -> Vec<Incident> {
    let mut open: Vec<Incident> = desk
        .books_mut()
        .incidents
        .values()
        .map(|r| r.incident.clone())
        .filter(|i| i.state.is_open() || matches!(i.state, State::Resolved { .. }))
        .collect();
    open.sort_by_key(|i| i.reference);
    open
}

#[cfg(test)]
mod tests {
    use super::{is_sure, without_sure};

    #[test]
    fn a_yes_behind_a_merger_answers_the_question_about_it() {
        assert!(is_sure("Re: [SIG-2026-0001]", "FUSIONNER 2026-0012 2026-0014 OUI"));
        assert!(is_sure("", "Bonjour,\nfusionner 2026-0012 et 2026-0014, oui.\nMerci"));
        assert!(is_sure("FUSIONNER 2026-0012 2026-0014 OUI", ""));
        assert!(!is_sure("", "FUSIONNER 2026-0012 2026-0014"));
        assert!(!is_sure("", "OUI 2026-0012"));
        assert_eq!(without_sure("FUSIONNER 2026-0012 2026-0014 OUI"), "FUSIONNER 2026-0012 2026-0014");
        assert_eq!(without_sure("oui pour 2026-0012"), "oui pour 2026-0012");
    }
}
