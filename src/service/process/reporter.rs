//! Colleagues' mail: reports, reminders, answers to our questions.

mod answers;
mod persisting;
mod split;
mod thread;

use anyhow::Result;

use answers::{place_of_all, repaired_or_not, reply};
pub(super) use thread::{answered_mail, subject_reference};
use thread::{ours, shown_by, thread};

use super::{Ending, Opened, told_at};
use crate::address::Address;
use crate::compose::french::one_line;
use crate::compose::letter::{AckItem, Content};
use crate::compose::{MailKind, photo};
use crate::incident::answer::{self, AnswerContext, Changes, Target, Verb};
use crate::incident::decide::Event;
use crate::incident::matching::{self, Context, Judgement, Matched, Verdict};
use crate::incident::policy::Actor;
use crate::incident::{Facts, Incident, IncidentId, Reference, State};
use crate::message::Message;
use crate::report::extract::{Extracted, extract};
use crate::report::{Equipment, Kind, Report, Stance};
use crate::school::Role;
use crate::service::books::reopen_within;
use crate::service::desk::{Cause, Desk, Effects};
use crate::service::post::{Outgoing, Said, Twins};
use crate::store::{OutboxRow, StoredReport};
use crate::triage::is_courtesy;

/// Who was told less than this ago where a fault stands needs not be told again.
const TOLD_LATELY: jiff::SignedDuration = jiff::SignedDuration::from_hours(48);
/// A colleague's message: an answer to a mail of ours, a question for help, or a report.
pub(super) async fn staff(desk: &mut Desk<'_>, one: &Opened) -> Result<Ending> {
    let m = &one.message;
    let Some(from) = m.from_address().cloned() else { return Ok(Ending::ignored("no sender")) };
    let cause = Cause { actor: Actor::Person(from.clone()), message: Some(one.waiting.id) };
    let zone = desk.office.school.timezone.clone();
    let profile = desk.office.profile.clone();
    let places = desk.books_mut().places.clone();
    let ctx = AnswerContext { profile: &profile, places: &places, date: told_at(one), zone: &zone };
    if let Some(ending) = help(desk, m, &from, &ctx, &cause).await? {
        return Ok(ending);
    }
    let answered = answered_mail(desk, m).await?;
    let in_our_thread = answered.is_some() || subject_reference(&m.subject).is_some();
    let mail = answered.filter(|row| row.recipient == from.without_detail() || row.recipient == from);
    if let Some(row) = &mail {
        let ending = match shown_by(desk, row).await?.as_slice() {
            [id] => reply(desk, one, row, *id, &ctx, &cause).await?,
            many if row.kind == MailKind::Acknowledgement => place_of_all(desk, one, many, &ctx, &cause).await?,
            _ => None,
        };
        if let Some(ending) = ending {
            return Ok(ending);
        }
    }
    let named: Vec<&str> = m.in_reply_to.iter().map(String::as_str).collect();
    if ours(desk, &named).await?.is_none()
        && let Some(ending) = repaired_or_not(desk, m, &from, &ctx, &cause).await?
    {
        return Ok(ending);
    }
    if in_our_thread && is_courtesy(&m.body.new_text) && m.attachments.is_empty() && m.body.forwarded.is_empty() {
        return Ok(Ending::ignored("thanks"));
    }
    // Learning must not have to copy them.
    drop(places);
    report(desk, one, Some(&from)).await
}

/// Answers whoever asks for help, or writes a command that is the referent's; `None`: it is neither.
pub(super) async fn help(
    desk: &mut Desk<'_>,
    m: &Message,
    from: &Address,
    ctx: &AnswerContext<'_>,
    cause: &Cause,
) -> Result<Option<Ending>> {
    let orders = answer::commands(&m.subject, &m.body.new_text, ctx);
    let command = bare_command(m, &orders);
    if !m.body.forwarded.is_empty() || command.is_none() && !orders.iter().any(|o| o.verb == Verb::Help) {
        return Ok(None);
    }
    let reason = if command.is_some() { "a referent's command from somebody else" } else { "asked for help" };
    let content = Content::Help { not_understood: command, for_referent: false };
    let out = Outgoing::new(from.clone(), content, cause).answering(m.message_id.as_deref(), &m.references, &m.subject);
    desk.post(out).await?;
    Ok(Some(Ending::handled(reason)))
}

/// A message that is nothing but a command of the referent's, in its words: from anybody else it does
/// nothing, and it tells of no fault either.
fn bare_command(message: &Message, orders: &[answer::Order]) -> Option<String> {
    let text = message.body.new_text.trim();
    let words = if text.is_empty() { message.subject.trim() } else { text };
    let commands = orders.iter().all(|o| match o.verb {
        Verb::List | Verb::Merge { .. } => true,
        Verb::History | Verb::Split | Verb::Reopen | Verb::Close | Verb::Chase => matches!(o.target, Target::Ref(_)),
        _ => false,
    });
    (commands && !orders.is_empty() && words.chars().count() <= 40).then(|| words.to_owned())
}

/// "Voici la photo": it names no thing and no place, so it tells of no other fault.
fn names_nothing(told: &Extracted) -> bool {
    told.reports.iter().all(|r| !r.equipment_said && r.place.is_none())
}

/// Does a message bear pictures that are no logos?
fn bears_photos(message: &Message) -> bool {
    !message.attachments.is_empty() && photo::count(&message.attachments) > 0
}

fn read(desk: &mut Desk<'_>, message: &Message) -> Extracted {
    let profile = desk.office.profile.clone();
    // A subject that bears our tag is our own text: who answers has not said what stands there.
    if subject_reference(&message.subject).is_some() {
        let answer = Message { subject: String::new(), ..message.clone() };
        return extract(&answer, &profile, &desk.books_mut().places);
    }
    extract(message, &profile, &desk.books_mut().places)
}

/// A message that may report. `answerable`: to whom the acknowledgement goes; a machine gets none.
pub(super) async fn report(desk: &mut Desk<'_>, one: &Opened, answerable: Option<&Address>) -> Result<Ending> {
    let m = &one.message;
    let from = m.from_address().cloned();
    let actor = from.clone().map_or(Actor::Passerelle, Actor::Person);
    let cause = Cause { actor, message: Some(one.waiting.id) };
    let told = read(desk, m);
    let thread = thread(desk, m, from.as_ref()).await?;
    let mut judgement = judge(desk, one, &told, &thread, from.as_ref());
    persisting::follow_the_thread(desk, &mut judgement, &thread, from.as_ref()).await?;
    persisting::take_up_refused(desk, &mut judgement).await?;
    if judgement.matched.is_empty() {
        match judgement.kind {
            Kind::Report | Kind::FollowUp => judgement.matched.push(doubtful(m)),
            _ if told.doubtful => {
                judgement.kind = Kind::Report;
                judgement.matched.push(doubtful(m));
            }
            Kind::Resolved => return Ok(Ending::ignored("says that something works again; no incident fits")),
            _ => {
                if let Some(ending) = remark(desk, m, &thread, &cause).await? {
                    return Ok(ending);
                }
                return Ok(Ending::ignored("no fault reported"));
            }
        }
    }
    let kind = judgement.kind;
    let done = apply(desk, one, judgement, from.as_ref(), &cause).await?;
    {
        let books = desk.books_mut();
        books.places_mut().learned.learn(&told);
        books.index().learned.learn(&told);
        books.learned_changed |= !told.places.is_empty() || !told.same_as.is_empty();
    }
    if let Some(to) = answerable
        && kind != Kind::Resolved
    {
        acknowledge(desk, one, to, &done, &cause).await?;
    }
    let references: Vec<String> = done.iter().map(|d| d.reference.to_string()).collect();
    Ok(Ending::handled(format!("{kind}: {}", references.join(", "))))
}

/// A person seems to report, yet nothing was recognised: the referent must see the words.
fn doubtful(message: &Message) -> Matched {
    let mut words = message.body.new_text.trim().to_owned();
    if words.is_empty() {
        words.clone_from(&message.subject);
    }
    let report = Report {
        span: words.chars().take(200).collect(),
        doubts: vec!["je n'ai pas reconnu la panne dans ce message".to_owned()],
        ..Report::default()
    };
    Matched { report, verdict: Verdict::New { twins: Vec::new() }, swallows: Vec::new() }
}

/// A reply in an incident's thread that tells of no fault: kept in its history, and carried to
/// support where it had asked.
async fn remark(
    desk: &mut Desk<'_>,
    message: &Message,
    thread: &[IncidentId],
    cause: &Cause,
) -> Result<Option<Ending>> {
    let (Some(id), Actor::Person(by)) = (thread.first(), cause.actor.clone()) else { return Ok(None) };
    let words = message.body.new_text.trim().to_owned();
    let photos = bears_photos(message);
    if words.is_empty() && !photos {
        return Ok(None);
    }
    let incident = desk.standing(*id).await?.incident;
    if !incident.reporters.contains(&by) {
        return Ok(None);
    }
    let event = Event::Detail { by, changes: Changes::default(), words, photos };
    let effects = desk.feed(incident.id, event, cause).await?;
    desk.carry_out(effects, &Vec::new(), cause, &mut Said::default()).await?;
    Ok(Some(Ending::handled(format!("remark on {}", incident.reference))))
}

fn judge(
    desk: &mut Desk<'_>,
    one: &Opened,
    told: &Extracted,
    thread: &[IncidentId],
    sender: Option<&Address>,
) -> Judgement {
    let within = reopen_within(desk.office);
    let ctx = Context { message: Some(&one.message), at: told_at(one), sender, thread, reopen_within: within };
    desk.books_mut().index().judge(told, &ctx)
}

/// One problem of a message and what became of it.
pub(super) struct Applied {
    pub id: IncidentId,
    pub reference: Reference,
    words: String,
    told_by: Option<String>,
    already_known: bool,
    stance: Stance,
}

/// Writes a judgement: opens, joins, merges, and carries out what follows.
pub(super) async fn apply(
    desk: &mut Desk<'_>,
    one: &Opened,
    judgement: Judgement,
    sender: Option<&Address>,
    cause: &Cause,
) -> Result<Vec<Applied>> {
    let at = told_at(one);
    let mailbox = desk.office.school.mailbox.clone();
    let mut done: Vec<Applied> = Vec::new();
    let mut effects: Effects = Vec::new();
    let mut twins: Twins = Vec::new();
    let within = reopen_within(desk.office);
    let ctx = Context { message: Some(&one.message), at, sender, thread: &[], reopen_within: within };
    let alone = judgement.matched.len() == 1;
    let photos = bears_photos(&one.message);
    for (position, told) in (0_u32..).zip(judgement.matched) {
        let Matched { mut report, verdict, swallows } = told.clone();
        report.told_by = forwarded_author(&one.message, &report.span);
        if let Some(name) = &report.told_by {
            desk.books_mut().meet(name, None);
        }
        let joined = match &verdict {
            // A general outage joins the local fault whose ticket has left, if there is one.
            Verdict::Same { id, .. } => {
                let all: Vec<IncidentId> = std::iter::once(*id).chain(swallows.iter().copied()).collect();
                let ticketed = if swallows.is_empty() { None } else { standing_ticket(desk, &all).await? };
                Some(match ticketed {
                    Some(id) => id,
                    None => desk.standing(*id).await?.incident.id,
                })
            }
            Verdict::SameAsEarlier(n) => done.get(*n).map(|d| d.id),
            Verdict::New { .. } => standing_ticket(desk, &swallows).await?,
        };
        let keep = |incident| StoredReport {
            message: one.waiting.id,
            incident,
            position,
            // Without a readable author it is kept under our own address, which is never written to.
            reporter: sender.cloned().unwrap_or_else(|| mailbox.clone()),
            reporter_name: one.message.from.as_ref().map(|p| p.name.clone()).unwrap_or_default(),
            at,
            report: report.clone(),
            fresh: report.stance == Stance::Broken,
        };
        let (id, already_known) = match joined {
            Some(id) => {
                let partial = desk.books_mut().index().get(id).is_some_and(|k| matching::is_partial(&report, k));
                // "C'est réparé" is an event of the history, not a telling of the fault.
                if report.stance != Stance::Over {
                    desk.keep_report(keep(id)).await?;
                }
                if report.stance == Stance::Over && !partial {
                    let over = Event::SaidOver {
                        by: sender.cloned(),
                        by_referent: sender.is_some_and(|s| desk.office.school.role_of(s) == Role::Referent),
                        words: one_line(one.message.body.new_text.trim(), 300),
                    };
                    effects.extend(desk.feed(id, over, cause).await?);
                } else {
                    let who = person(desk, sender);
                    effects.extend(desk.feed_report(id, report.clone(), photos, who, cause).await?);
                }
                (id, true)
            }
            None if report.stance == Stance::Over => continue,
            None => {
                let id = desk.open_incident(Facts::of(&report), at).await?;
                desk.keep_report(keep(id)).await?;
                if let Some(who) = person(desk, sender) {
                    desk.add_reporter(id, who);
                }
                let found = match &verdict {
                    Verdict::New { twins } => twins.clone(),
                    _ => Vec::new(),
                };
                let unsure = !found.is_empty() || !report.doubts.is_empty();
                effects.extend(desk.feed(id, Event::Opened { unsure }, cause).await?);
                if !found.is_empty() {
                    twins.push((id, found));
                }
                (id, false)
            }
        };
        let alike = match verdict {
            Verdict::Same { id, .. } => Some(id),
            _ => None,
        };
        for local in alike.into_iter().chain(swallows) {
            let local = desk.standing(local).await?.incident;
            let leaving = local.ticket_sent_at.is_some() || matches!(local.state, State::Confirmed { .. });
            if local.id != id && !leaving {
                effects.extend(merge(desk, local.id, id, None, cause).await?);
            }
        }
        let reference = desk.incident(id).await?.incident.reference;
        desk.books_mut().index().note_telling(id, &told, alone, &ctx);
        let (words, told_by, stance) = (report.span.clone(), report.told_by.clone(), report.stance);
        done.push(Applied { id, reference, words, told_by, already_known, stance });
    }
    // Nobody commanded: what effects say to a commander is not said to a reporter.
    desk.carry_out(effects, &twins, cause, &mut Said::default()).await?;
    Ok(done)
}

/// Who wrote these words, where the message forwards them and its sender does not say them himself: a name,
/// or an address where there is none.
fn forwarded_author(message: &Message, words: &str) -> Option<String> {
    let plain = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
    let words = plain(words);
    let all = &message.body.forwarded;
    if words.is_empty() || plain(&message.body.new_text).contains(&words) {
        return None;
    }
    let written = all.iter().rev().find(|f| plain(&f.text).contains(&words)).or(all.last())?;
    if written.from.address.is_some() && written.from.address.as_ref() == message.from_address() {
        return None;
    }
    let name = one_line(&written.from.name, 120);
    if name.is_empty() { written.from.address.as_ref().map(ToString::to_string) } else { Some(name) }
}

/// The sender as a reporter, unless it is a machine.
fn person<'s>(desk: &Desk<'_>, sender: Option<&'s Address>) -> Option<&'s Address> {
    sender.filter(|a| desk.office.school.role_of(a) != Role::Relay)
}

/// The outage's incident where a local ticket has left already: the report joins that one, which
/// then becomes wider. Never a second ticket.
async fn standing_ticket(desk: &mut Desk<'_>, swallows: &[IncidentId]) -> Result<Option<IncidentId>> {
    for id in swallows {
        let incident = desk.standing(*id).await?.incident;
        if incident.ticket_sent_at.is_some() || matches!(incident.state, State::Confirmed { .. }) {
            return Ok(Some(incident.id));
        }
    }
    Ok(None)
}

/// Makes `from` part of `into`: its reports move along.
pub(super) async fn merge(
    desk: &mut Desk<'_>,
    from: IncidentId,
    into: IncidentId,
    by: Option<&Address>,
    cause: &Cause,
) -> Result<Effects> {
    let target = desk.incident(into).await?.incident;
    let source = desk.incident(from).await?.incident;
    let event = Event::MergedInto { by: by.cloned(), into, reference: target.reference.to_string() };
    let effects = desk.feed(from, event, cause).await?;
    desk.move_reports(from, into).await?;
    for who in &source.reporters {
        desk.add_reporter(into, who);
    }
    desk.note(into, "took_in", &source.reference.to_string(), cause).await?;
    Ok(effects)
}

/// One acknowledgement per message, whatever the number of problems in it.
async fn acknowledge(desk: &mut Desk<'_>, one: &Opened, to: &Address, done: &[Applied], cause: &Cause) -> Result<()> {
    let is_referent = desk.office.school.role_of(to) == Role::Referent;
    let mut items: Vec<AckItem> = Vec::new();
    for applied in done {
        let incident = desk.standing(applied.id).await?.incident;
        // A referent's new report has its proposal, which is the acknowledgement.
        let proposed = matches!(incident.state, State::AwaitingConfirmation { .. }) && !applied.already_known;
        if (is_referent && proposed) || applied.stance == Stance::Over {
            continue;
        }
        let ask_place = incident.facts.place.is_none() && has_place(incident.facts.equipment);
        let asks = ask_place || one.message.body.new_text.contains('?');
        let repeats = applied.stance == Stance::Still && !asks && !bears_photos(&one.message);
        if repeats && knows_where_it_stands(desk, &incident, to).await? {
            continue;
        }
        let (words, told_by) = (applied.words.clone(), applied.told_by.clone());
        items.push(AckItem { incident, words, told_by, already_known: applied.already_known, ask_place });
    }
    if items.is_empty() {
        return Ok(());
    }
    let m = &one.message;
    let shown: Vec<_> = items.iter().map(|i| i.incident.clone()).collect();
    let mut out = Outgoing::new(to.clone(), Content::Acknowledgement { items }, cause).showing(shown.iter()).answering(
        m.message_id.as_deref(),
        &m.references,
        &m.subject,
    );
    if let [only] = shown.as_slice() {
        out.incident = Some(only.id);
    }
    desk.post(out).await?;
    Ok(())
}

/// Has this reporter been told lately where it stands, and has nothing changed since? Then another "toujours
/// pas" is carried where it belongs, but there is nothing to answer.
async fn knows_where_it_stands(desk: &mut Desk<'_>, incident: &Incident, who: &Address) -> Result<bool> {
    let now = desk.now;
    let told = |m: &OutboxRow| {
        matches!(m.kind, MailKind::Acknowledgement | MailKind::Progress | MailKind::ResolutionCheck)
            && m.recipient == *who
            && m.created_at >= incident.state.since()
            && m.created_at.duration_until(now) < TOLD_LATELY
    };
    Ok(desk.mails_of(incident.id).await?.iter().any(told))
}

/// Does such a thing stand somewhere? An account or a remote service does not.
fn has_place(equipment: Equipment) -> bool {
    !matches!(equipment, Equipment::Compte | Equipment::Ent | Equipment::Messagerie | Equipment::ApplicationAcademique)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forwarded_words_are_their_authors() {
        let raw = "From: Le Proviseur <proviseur@lycee.test>\r\nSubject: Tr: TBI\r\n\r\nPour suite à donner.\r\n\r\n\
                   -----Message d'origine-----\r\nDe : Marc Blanc <marc.blanc@lycee.test>\r\n\
                   Envoyé : vendredi 20 novembre 2026 10:12\r\nÀ : Le Proviseur <proviseur@lycee.test>\r\nObjet : TBI\r\n\r\n\
                   Bonjour, le TBI de la B204 ne réagit plus au stylet.\r\n";
        let message = crate::message::parse::parse(raw.as_bytes());
        assert_eq!(message.body.forwarded.len(), 1);
        let author = |words| forwarded_author(&message, words);
        assert_eq!(author("le TBI de la B204 ne réagit plus au stylet").as_deref(), Some("Marc Blanc"));
        assert_eq!(author("Pour suite à donner."), None);
        assert_eq!(author(""), None);
    }
}
