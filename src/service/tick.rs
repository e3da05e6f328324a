//! What time brings: deadlines, the digest, the month's classeur, and the judgement of interrupted sendings.

use anyhow::Result;
use jiff::civil::{Date, Weekday};
use jiff::{SignedDuration, Timestamp, ToSpan};

use super::Office;
use super::desk::{Cause, Desk, rules};
use super::post::{CAPPED, CAPPED_OVERALL, Outgoing, Said, TWICE, visit_announced};
use super::process::delivered;
use super::run::Evidence;
use crate::compose::MailKind;
use crate::compose::letter::{Content, Held, StrangerView, Trouble};
use crate::incident::calendar::{after, is_working_day};
use crate::incident::decide::{Effect, Event, next_deadline};
use crate::incident::policy::{Actor, Digest};
use crate::incident::{Incident, State};
use crate::store::{Finish, OutboxRow, StoreError};

/// Reminders that are told one by one after a standstill; more of them make one digest.
const BURST: usize = 3;
/// A deadline that is later than this was missed while the program stood still.
const MISSED: SignedDuration = SignedDuration::from_mins(10);
/// The longest that evidence is awaited where the mailbox cannot be reached.
const EVIDENCE_AT_LAST: SignedDuration = SignedDuration::from_hours(1);

const BY_ITSELF: Cause = Cause { actor: Actor::Passerelle, message: None };

/// Does everything that is due now.
///
/// # Errors
/// Where the store cannot be used; it is done at the next tick.
pub async fn tick(office: &Office) -> Result<()> {
    let now = office.clock.now();
    if office.health.clock_was_set_back(now) {
        let moved = office.store.after_clock_was_set_back(&office.school.uai, now).await?;
        if moved > 0 {
            tracing::warn!(moved, "the clock was set back; mails that were dated ahead leave when they should");
            office.to_deliver.notify_one();
        }
    }
    let missed = deadlines(office).await?;
    digest(office, missed).await?;
    unknown_fates(office).await?;
    super::retention::retain(office).await?;
    // On the heap: what draws a classeur is large, and every caller's frame would hold it.
    Box::pin(super::binder::due(office)).await
}

/// Feeds the deadlines that passed. `true`: so many reminders were missed that one digest tells them.
///
/// A deadline is about somebody's silence. Whether anybody has been silent is known only where the
/// mailbox was read after it had passed, and all of that was processed: a NON or an OK that lies there
/// must not be overtaken by the deadline that it forestalls.
async fn deadlines(office: &Office) -> Result<bool> {
    let now = office.clock.now();
    let uai = &office.school.uai;
    let mut burst = false;
    if office.store.due_incidents(uai, now, 1).await?.is_empty() {
        return Ok(burst);
    }
    let unread = !office.store.waiting(uai, 1).await?.is_empty();
    let heard = office.health.read_at().filter(|_| !unread).unwrap_or(Timestamp::MIN).min(now);
    loop {
        let due = office.store.due_incidents(uai, heard, 100).await?;
        if due.is_empty() {
            if heard < now {
                office.evidence.look();
            }
            return Ok(burst);
        }
        let late = |at: Option<Timestamp>| at.is_some_and(|t| t.duration_until(now) > MISSED);
        burst |= due.iter().filter(|r| late(r.due_at)).count() > BURST;
        let mut desk = Desk::open(office).await?;
        for row in due {
            let incident = desk.incident(row.incident.id).await?.incident;
            let rules = rules(office, false);
            let Some((deadline, at)) = next_deadline(&incident, &rules) else { continue };
            if at > now {
                continue;
            }
            let mut effects = desk.feed(incident.id, Event::Due(deadline), &BY_ITSELF).await?;
            if burst {
                effects.retain(|(_, e)| !matches!(e, Effect::Remind(_)));
            }
            desk.carry_out(effects, &Vec::new(), &BY_ITSELF, &mut Said::default()).await?;
        }
        desk.commit().await?;
    }
}

/// The digest, when its hour has come, or when it replaces a burst of reminders.
async fn digest(office: &Office, at_once: bool) -> Result<()> {
    let now = office.clock.now();
    let uai = &office.school.uai;
    let Some(last) = office.store.last_sent(uai, "digest").await? else {
        // The first digest tells of what comes from now on.
        let mut desk = Desk::open(office).await?;
        desk.tx.note_sent(uai, "digest", now).await?;
        desk.commit().await?;
        return Ok(());
    };
    let slot = last_slot(office, now);
    if !at_once && slot.is_none_or(|s| s <= last) {
        return Ok(());
    }
    let mut desk = Desk::open(office).await?;
    if let Some(content) = contents(&mut desk, last, at_once).await? {
        let Content::Digest { proposals, with_support, .. } = &content else { return Ok(()) };
        let shown: Vec<Incident> = proposals.iter().chain(with_support).cloned().collect();
        for to in office.school.referents.clone() {
            desk.post(Outgoing::new(to, content.clone(), &BY_ITSELF).showing(shown.iter())).await?;
        }
    }
    desk.tx.note_sent(uai, "digest", now).await?;
    desk.commit().await?;
    Ok(())
}

/// What the digest says; `None`: there is nothing to say. `missed`: it stands for reminders.
async fn contents(desk: &mut Desk<'_>, last: Timestamp, missed: bool) -> Result<Option<Content>> {
    let office = desk.office;
    let uai = &office.school.uai;
    let open = super::process::open_incidents(desk);
    let proposals: Vec<Incident> =
        open.iter().filter(|i| matches!(i.state, State::AwaitingConfirmation { .. })).cloned().collect();
    let with_support: Vec<Incident> = open
        .iter()
        .filter(|i| i.state.is_with_support() || matches!(i.state, State::Confirmed { .. } | State::Resolved { .. }))
        .cloned()
        .collect();
    let ended: Vec<Incident> = office
        .store
        .incidents_in_states(uai, &["closed", "refused", "redirected"])
        .await?
        .into_iter()
        .map(|r| r.incident)
        .filter(|i| i.closed_at.is_some_and(|t| t > last))
        .collect();
    let (mut strangers, mut quarantined) = (Vec::new(), Vec::new());
    for row in office.store.quarantined(Some(uai)).await? {
        let reason = row.ended.as_ref().map_or("", |e| e.reason.as_str());
        if reason.starts_with("sender from outside") {
            strangers.push(StrangerView {
                message: row.id.0,
                from: row.from,
                subject: row.subject,
                held: Held::Outside,
            });
        } else {
            quarantined.push((row.id.0, french(reason).to_owned()));
        }
    }
    let undelivered: Vec<(String, String)> = office
        .store
        .undelivered_since(uai, last)
        .await?
        .into_iter()
        .map(|r| (r.recipient.to_string(), r.bounce.or(r.last_error).unwrap_or_default()))
        .collect();
    let mut noted = noted(office, last).await?;
    let announced = with_support.iter().filter(|i| matches!(i.state, State::Planned { at, .. } if at > last));
    noted.extend(announced.filter_map(|i| {
        let what = visit_announced(office, i, desk.now)?;
        Some(format!("{} : {what}", i.reference))
    }));
    // What is with support is news once a week; the rest whenever there is any.
    let monday = desk.now.to_zoned(office.school.timezone.clone()).weekday() == Weekday::Monday;
    let nothing = proposals.is_empty()
        && ended.is_empty()
        && strangers.is_empty()
        && undelivered.is_empty()
        && quarantined.is_empty()
        && noted.is_empty()
        && (with_support.is_empty() || !(monday || missed));
    if nothing {
        return Ok(None);
    }
    Ok(Some(Content::Digest { proposals, with_support, ended, strangers, undelivered, quarantined, noted }))
}

/// Limits that were reached and mails that left twice perhaps, in sentences.
async fn noted(office: &Office, last: Timestamp) -> Result<Vec<String>> {
    let uai = &office.school.uai;
    let mut noted = Vec::new();
    let limit = office.school.policy.max_mails_per_day;
    for (address, at) in office.store.noted_since(uai, CAPPED, last).await? {
        let day = at.to_zoned(office.school.timezone.clone()).strftime("%d/%m");
        noted.push(format!(
            "{address} a atteint la limite de {limit} mails par jour le {day} : ses messages ont tous été lus, \
             mais il n'a plus reçu de réponse ce jour-là"
        ));
    }
    let overall = office.school.policy.max_mails_per_day_overall;
    for (_, at) in office.store.noted_since(uai, CAPPED_OVERALL, last).await? {
        let day = at.to_zoned(office.school.timezone.clone()).strftime("%d/%m");
        noted.push(format!(
            "la limite de {overall} mails par jour, tous destinataires ensemble, a été atteinte le {day} : tous les \
             messages ont été lus, mais les collègues n'ont plus reçu de réponse ce jour-là (une boucle ou un envoi \
             en masse ?)"
        ));
    }
    for (reference, _) in office.store.noted_since(uai, TWICE, last).await? {
        noted.push(format!(
            "le ticket ou une relance du dossier {reference} est peut-être parti deux fois : faute de preuve \
             de son arrivée, il a été envoyé de nouveau"
        ));
    }
    Ok(noted)
}

/// Why a message waits, as the referent reads it; the store's reasons are the operator's English.
fn french(reason: &str) -> &str {
    match reason {
        r if r.starts_with("larger than") => "trop volumineux pour être lu en entier",
        r if r.starts_with("bears a referent") => "porte l'adresse d'un référent, sans preuve qu'il l'a écrit",
        r if r.starts_with("bears support") => "porte l'adresse du support, sans preuve qu'il l'a écrit",
        r if r.starts_with("support's mail") => "mail du support dont on ne sait pas de quel ticket il parle",
        r if r.starts_with("could not be processed") => "n'a pas pu être traité (à voir par l'exploitant)",
        other => other,
    }
}

/// The latest moment, not after `now`, at which the policy wants a digest.
fn last_slot(office: &Office, now: Timestamp) -> Option<Timestamp> {
    let policy = &office.school.policy;
    let zone = &office.school.timezone;
    let (wanted, time): (Box<dyn Fn(Date) -> bool>, _) = match policy.digest {
        Digest::Never => return None,
        Digest::Weekdays(time) => (Box::new(|d: Date| is_working_day(d, &policy.holidays)), time),
        Digest::Weekly(day, time) => (Box::new(move |d: Date| d.weekday() == day), time),
    };
    let mut day = now.to_zoned(zone.clone()).date();
    for _ in 0..100 {
        if wanted(day)
            && let Ok(at) = zone.to_timestamp(day.to_datetime(time))
            && at <= now
        {
            return Some(at);
        }
        day = day.checked_sub(1.day()).ok()?;
    }
    None
}

/// Sendings that were interrupted: our own copy tells whether they went through; without any
/// evidence, a second copy is better than none, and the history says so.
async fn unknown_fates(office: &Office) -> Result<()> {
    let now = office.clock.now();
    for row in office.store.unknown_rows(&office.school.uai).await? {
        let since = row.unknown_at.unwrap_or(row.created_at);
        let policy = &office.school.policy;
        let waited_for = after(since, policy.own_copy_wait, &office.school.timezone, &policy.holidays);
        if row.own_copy && now < waited_for {
            continue;
        }
        let evidence = match (&row.own_token, row.own_copy) {
            (Some(token), true) => office.evidence.ask(token).await,
            _ => Evidence::Absent,
        };
        if evidence == Evidence::Unreachable && since.duration_until(now) < EVIDENCE_AT_LAST {
            continue;
        }
        settle_fate(office, &row, evidence == Evidence::Found).await?;
    }
    Ok(())
}

async fn settle_fate(office: &Office, row: &OutboxRow, found: bool) -> Result<()> {
    let mut desk = Desk::open(office).await?;
    let now = desk.now;
    let finish = if found { Finish::Sent { at: now } } else { Finish::Again { next_at: now } };
    match desk.tx.finish(row.id, &finish).await {
        Ok(()) => {}
        // Our own copy arrived while we asked for it.
        Err(StoreError::Conflict(_)) => return Ok(()),
        Err(e) => return Err(e.into()),
    }
    if found {
        delivered(&mut desk, row, &BY_ITSELF).await?;
    } else {
        desk.queued = true;
        if row.attempts > 0
            && let Some(id) = row.incident
        {
            desk.note(id, "sent_again", row.kind.as_str(), &BY_ITSELF).await?;
            // Support may open two files for it: the referent must know.
            if matches!(row.kind, MailKind::Ticket | MailKind::FollowUp) {
                let incident = desk.incident(id).await?.incident;
                let name = format!("{TWICE}{}", incident.reference);
                desk.tx.note_sent(&office.school.uai, &name, now).await?;
                let trouble = Trouble::PerhapsTwice { incident: Box::new(incident.clone()), kind: row.kind };
                desk.alert(trouble, Some(&incident), &BY_ITSELF).await?;
            }
        }
    }
    desk.commit().await?;
    Ok(())
}
