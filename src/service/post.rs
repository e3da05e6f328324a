//! The mail room: effects -> letters -> outbox rows.

mod queue;
mod support;

use std::collections::BTreeSet;

use anyhow::Result;
use jiff::Timestamp;

use super::Office;
use super::desk::{Cause, Desk, Effects};
use super::process::is_outside;
use crate::address::Address;
use crate::compose::french::capital;
use crate::compose::letter::{Change, Content, Letter, ReportView, StrangerView, Trouble, Twin, Waits};
use crate::compose::{MailKind, photo, view};
use crate::incident::decide::{Asked, BY_THE_REFERENT, Effect, News, Why};
use crate::incident::policy::Actor;
use crate::incident::{Incident, IncidentId};
use crate::school::Role;
use crate::store::{MessageNumber, OutboxRow, StoredReport};

/// Under this name and the address it is noted that the day's limit left out a mail.
pub(super) const CAPPED: &str = "capped ";
/// Under this name it is noted that the day's overall limit left out a mail.
pub(super) const CAPPED_OVERALL: &str = "all capped";
/// Under this name and the incident's reference it is noted that a mail to support left twice perhaps.
pub(super) const TWICE: &str = "sent again ";

/// What effects said to the person who commanded, collected over one message.
#[derive(Debug, Default)]
pub(crate) struct Said {
    /// What was done, one sentence each.
    pub done: Vec<String>,
    /// What was not, and why.
    pub not_done: Vec<String>,
    /// Incidents for which a new proposal leaves: it is the answer.
    pub proposed: BTreeSet<IncidentId>,
}

/// Possible twins of incidents opened in this message, for their proposals.
pub(crate) type Twins = Vec<(IncidentId, Vec<(IncidentId, String)>)>;

/// A letter with what the outbox must know of it.
pub(crate) struct Outgoing {
    pub letter: Letter,
    pub incident: Option<IncidentId>,
    pub shows: Vec<(IncidentId, String)>,
    pub cause: Option<MessageNumber>,
    pub not_before: Option<Timestamp>,
}

impl Outgoing {
    /// A letter to `to` that concerns nothing in particular.
    pub fn new(to: Address, content: Content, cause: &Cause) -> Self {
        let letter = Letter {
            to,
            content,
            concerns: None,
            in_reply_to: None,
            references: Vec::new(),
            reply_subject: None,
            cc: Vec::new(),
            attachments: Vec::new(),
        };
        Self { letter, incident: None, shows: Vec::new(), cause: cause.message, not_before: None }
    }

    /// It concerns one incident, and shows it.
    pub fn about(mut self, incident: &Incident) -> Self {
        self.incident = Some(incident.id);
        self.shows = vec![(incident.id, incident.facts.fingerprint())];
        self
    }

    /// It shows these incidents.
    pub fn showing<'i>(mut self, incidents: impl IntoIterator<Item = &'i Incident>) -> Self {
        self.shows.extend(incidents.into_iter().map(|i| (i.id, i.facts.fingerprint())));
        self
    }

    /// It answers `message_id`, in whose thread it stands.
    pub fn answering(mut self, message_id: Option<&str>, references: &[String], subject: &str) -> Self {
        if let Some(id) = message_id {
            self.letter.in_reply_to = Some(id.to_owned());
            self.letter.references = references.to_vec();
            self.letter.references.retain(|r| r != id);
            self.letter.references.push(id.to_owned());
            self.letter.reply_subject = (!subject.trim().is_empty()).then(|| subject.to_owned());
        }
        self
    }

    /// It goes into the thread of an earlier mail of ours.
    pub fn after(mut self, row: Option<&OutboxRow>) -> Self {
        if let Some(row) = row {
            self.letter.in_reply_to = Some(row.message_id.clone());
            self.letter.references.retain(|r| *r != row.message_id);
            self.letter.references.push(row.message_id.clone());
        }
        self
    }
}

impl Desk<'_> {
    /// Carries out effects: every mail is queued in this transaction.
    pub async fn carry_out(&mut self, effects: Effects, twins: &Twins, cause: &Cause, said: &mut Said) -> Result<()> {
        let mut proposals: Vec<(IncidentId, Vec<String>)> = Vec::new();
        for (id, effect) in effects {
            match effect {
                // Several changes in one message make one proposal.
                Effect::Propose { changed } => match proposals.iter_mut().find(|(i, _)| *i == id) {
                    Some((_, all)) => all.extend(changed),
                    None => proposals.push((id, changed.into_iter().collect())),
                },
                other => self.carry_out_one(id, other, cause, said).await?,
            }
        }
        for (id, changed) in proposals {
            let of = twins.iter().find(|(i, _)| *i == id).map_or(&[][..], |(_, t)| t.as_slice());
            let changed = (!changed.is_empty()).then(|| changed.join(" ; "));
            self.propose(id, changed, of, cause).await?;
            said.proposed.insert(id);
        }
        Ok(())
    }

    async fn carry_out_one(&mut self, id: IncidentId, effect: Effect, cause: &Cause, said: &mut Said) -> Result<()> {
        let incident = self.incident(id).await?.incident;
        let reference = incident.reference;
        match effect {
            Effect::Propose { .. } => {}
            Effect::SendTicket => {
                // One that failed or came back before an end and a reopening is no ticket any more.
                if !self.is_fresh(id) {
                    self.tx.supersede_ticket(id).await?;
                }
                self.send_ticket(&incident, cause).await?;
            }
            Effect::CancelTicket => {
                // One that came back stays in the outbox, but is nobody's ticket any more.
                if !self.tx.withdraw_ticket(id).await? {
                    self.tx.supersede_ticket(id).await?;
                }
            }
            Effect::ResendTicket => {
                // Tried again from the command line meanwhile, it is on its way already.
                if self.tx.supersede_ticket(id).await? {
                    self.send_ticket(&incident, cause).await?;
                }
            }
            Effect::FollowUp { cause: why, words } => Box::pin(self.follow_up(&incident, why, &words, cause)).await?,
            Effect::TellReporters(news) => {
                // Who closed it knows; his command is answered.
                let by = (news == News::Closed).then(|| cause.actor.clone());
                let change = change(news);
                for to in self.human_reporters(&incident) {
                    if by == Some(Actor::Person(to.clone())) {
                        continue;
                    }
                    let content = Content::Progress { incident: incident.clone(), change: change.clone() };
                    self.post_to_reporter(to, content, &incident, cause).await?;
                }
            }
            Effect::AskRepaired { but, of } => Box::pin(self.ask_repaired(&incident, but.as_ref(), of, cause)).await?,
            Effect::TellCorrespondents => {
                for to in self.office.school.correspondents.clone() {
                    let mails = self.mails_of(id).await?;
                    let content = Content::OutcomeCopy { incident: self.shielded(&incident) };
                    let out = Outgoing::new(to.clone(), content, cause).about(&incident).after(last_to(&mails, &to));
                    self.post(out).await?;
                }
            }
            Effect::Remind(why) => Box::pin(self.remind(&incident, why, cause)).await?,
            Effect::AlertUndeliverable { why } => {
                let recipient = self.office.school.support.clone();
                let trouble = Trouble::Undeliverable {
                    incident: Some(Box::new(incident.clone())),
                    kind: MailKind::Ticket,
                    recipient,
                    why,
                };
                self.alert(trouble, Some(&incident), cause).await?;
            }
            Effect::Done(what) => said.done.push(format!("{reference} : {what}.")),
            Effect::NotDone(why) => said.not_done.push(format!("{reference} : {why}.")),
            Effect::TellReferents(what) => {
                self.tell_referents(format!("{reference} : {what}."), &incident, cause).await?
            }
            Effect::TellReferentsOfVisit => {
                if let Some(what) = visit_announced(self.office, &incident, self.now) {
                    self.tell_referents(format!("{reference} : {what}"), &incident, cause).await?;
                }
            }
        }
        Ok(())
    }

    /// One sentence to every referent.
    async fn tell_referents(&mut self, line: String, incident: &Incident, cause: &Cause) -> Result<()> {
        let content = Content::News { lines: vec![line], about: Some(Box::new(incident.clone())), open: Vec::new() };
        self.post_to_referents(content, incident, None, cause).await
    }

    /// One mail to every referent (but one) about an incident.
    pub async fn post_to_referents(
        &mut self,
        content: Content,
        incident: &Incident,
        but: Option<&Address>,
        cause: &Cause,
    ) -> Result<()> {
        let mails = self.mails_of(incident.id).await?;
        for to in self.office.school.referents.clone() {
            if Some(&to) == but {
                continue;
            }
            let mut out = Outgoing::new(to.clone(), content.clone(), cause).about(incident).after(last_to(&mails, &to));
            if matches!(content, Content::News { .. }) {
                // It tells of the ticket without showing it: nothing that it could confirm.
                out.shows.clear();
            }
            self.post(out).await?;
        }
        Ok(())
    }

    async fn propose(
        &mut self,
        id: IncidentId,
        changed: Option<String>,
        twins: &[(IncidentId, String)],
        cause: &Cause,
    ) -> Result<()> {
        let mut recipients = Vec::new();
        for to in self.office.school.referents.clone() {
            let today = self.mails_today(&to, &[MailKind::Proposal]).await?;
            if today < self.office.school.policy.max_mails_per_day {
                recipients.push(to);
            } else {
                // It waits, and the day's digest shows it, so that an answer to that confirms it.
                tracing::info!("the day's limit of proposals is reached; the next digest shows the rest");
            }
        }
        if recipients.is_empty() {
            return Ok(());
        }
        let incident = self.incident(id).await?.incident;
        let stored = self.reports_of(id).await?;
        let photos = photo::count(&self.attachments(id, &stored).await?);
        let reports: Vec<ReportView> = stored.iter().map(report_view).collect();
        let mut others = Vec::new();
        for (twin, reason) in twins {
            others.push(Twin { incident: self.standing(*twin).await?.incident, reason: reason.clone() });
        }
        let mails = self.mails_of(id).await?;
        for to in recipients {
            let own_report = stored.last().is_some_and(|r| r.reporter == to) && changed.is_none();
            let content = Content::Proposal {
                incident: incident.clone(),
                reports: reports.clone(),
                twins: others.clone(),
                changed: changed.clone(),
                own_report,
                photos,
            };
            let out = Outgoing::new(to.clone(), content, cause).about(&incident).after(last_to(&mails, &to));
            self.post(out).await?;
        }
        Ok(())
    }

    /// Reporters who are people: machines that report are never answered.
    pub fn human_reporters(&self, incident: &Incident) -> Vec<Address> {
        let school = &self.office.school;
        incident
            .reporters
            .iter()
            .filter(|a| !matches!(school.role_of(a), Role::Relay | Role::Ourselves | Role::Support))
            .filter(|a| !a.is_forgotten() && !is_outside(school, a))
            .cloned()
            .collect()
    }

    async fn ask_repaired(
        &mut self,
        incident: &Incident,
        but: Option<&Address>,
        of: Asked,
        cause: &Cause,
    ) -> Result<()> {
        let mut asked: Vec<Address> = self.human_reporters(incident).into_iter().filter(|a| Some(a) != but).collect();
        if of == Asked::WhoDenied {
            let denied: Vec<Address> = self.denials_of(incident.id).await?.into_iter().map(|(who, _)| who).collect();
            if asked.iter().any(|a| denied.contains(a)) {
                asked.retain(|a| denied.contains(a));
            }
        }
        if asked.is_empty() && but.is_none() {
            // A machine reported it for somebody: the referent can look.
            asked = self.office.school.referents.clone();
        }
        for to in asked {
            let content = Content::ResolutionCheck { incident: incident.clone(), by_colleague: but.is_some() };
            self.post_to_reporter(to, content, incident, cause).await?;
        }
        Ok(())
    }

    /// Who has said of an incident that it was not repaired, and how; oldest first.
    async fn denials_of(&mut self, id: IncidentId) -> Result<Vec<(Address, String)>> {
        let history = self.tx.history_of(id).await?;
        let denials = history.into_iter().filter(|e| match e.event.as_str() {
            "said_broken" => true,
            "reopened" => e.detail.as_str() != Some(BY_THE_REFERENT),
            _ => false,
        });
        Ok(denials
            .filter_map(|e| match e.actor {
                Actor::Person(who) => Some((who, e.detail.as_str().unwrap_or_default().to_owned())),
                _ => None,
            })
            .collect())
    }

    /// Into the thread that the reporter knows: our last mail to him about it, or his own report.
    pub async fn post_to_reporter(
        &mut self,
        to: Address,
        content: Content,
        incident: &Incident,
        cause: &Cause,
    ) -> Result<()> {
        let mails = self.mails_of(incident.id).await?;
        let mut out = Outgoing::new(to.clone(), content, cause).about(incident);
        let ours = mails
            .iter()
            .rev()
            .find(|m| m.recipient == to && matches!(m.kind, MailKind::Progress | MailKind::ResolutionCheck));
        if let Some(row) = ours {
            out = out.after(Some(row));
        } else {
            let stored = self.reports_of(incident.id).await?;
            if let Some(report) = stored.iter().rev().find(|r| r.reporter == to)
                && let Some(message) = self.tx.message(report.message).await?
            {
                out = out.answering(message.message_id.as_deref(), &[], "");
            }
        }
        self.post(out).await?;
        Ok(())
    }

    /// A reminder to every referent.
    pub async fn remind(&mut self, incident: &Incident, why: Why, cause: &Cause) -> Result<()> {
        let (waits, words) = match why {
            Why::Proposal => (Waits::Proposal, String::new()),
            Why::Support => (Waits::Support, String::new()),
            Why::Contract => (Waits::Contract, String::new()),
            Why::Planned => (Waits::Planned, String::new()),
            Why::SupportUnclear(words) => (Waits::SupportUnclear, words),
            Why::Contradiction(told) => (Waits::Contradiction, told),
            Why::StillBroken(told) => (Waits::StillBroken, told),
            Why::RepairedAgain => {
                let last = self.denials_of(incident.id).await?.pop();
                let told = last.filter(|(_, words)| !words.is_empty()).map(|(who, words)| format!("{who} : {words}"));
                (Waits::RepairedAgain, told.unwrap_or_default())
            }
        };
        let since = match waits {
            Waits::SupportUnclear | Waits::Contradiction => self.now,
            Waits::Support | Waits::Contract => incident.ticket_sent_at.unwrap_or(incident.opened_at),
            _ => incident.state.since(),
        };
        let content = Content::Reminder { incident: incident.clone(), waits, since, words };
        self.post_to_referents(content, incident, None, cause).await
    }

    /// An alert to every referent: at most one a day about the same address, or about ourselves.
    pub async fn alert(&mut self, trouble: Trouble, incident: Option<&Incident>, cause: &Cause) -> Result<()> {
        let about = match &trouble {
            Trouble::Undeliverable { recipient, .. } => format!("alert {recipient}"),
            Trouble::PerhapsTwice { .. } => format!("alert twice {}", self.office.school.support),
            Trouble::Intake { .. } => "alert intake".to_owned(),
            Trouble::DeliveryStalled { .. } => "alert delivery".to_owned(),
        };
        let uai = self.office.school.uai.clone();
        if self.tx.last_sent(&uai, &about).await?.is_some_and(|t| t >= self.day_start()) {
            return Ok(());
        }
        for to in self.office.school.referents.clone() {
            let mut out = Outgoing::new(to, Content::Alert { trouble: trouble.clone() }, cause);
            if let Some(incident) = incident {
                out = out.about(incident);
            }
            self.post(out).await?;
        }
        self.tx.note_sent(&uai, &about, self.now).await?;
        Ok(())
    }

    /// Shows a stranger's mail to every referent.
    pub async fn show_stranger(&mut self, stranger: StrangerView, text: String, cause: &Cause) -> Result<()> {
        for to in self.office.school.referents.clone() {
            let today = self.mails_today(&to, &[MailKind::Stranger]).await?;
            if today >= self.office.school.policy.max_mails_per_day {
                // The quarantine and the digest still show it.
                continue;
            }
            let content = Content::Stranger { stranger: stranger.clone(), text: text.clone() };
            self.post(Outgoing::new(to, content, cause)).await?;
        }
        Ok(())
    }
}

/// Our last mail to `to` about an incident, into whose thread the next one goes.
pub(crate) fn last_to<'m>(mails: &'m [OutboxRow], to: &Address) -> Option<&'m OutboxRow> {
    mails.iter().rev().find(|m| m.recipient == *to && m.kind != MailKind::Alert)
}

/// The visit that is planned, as the referent reads of it, who receives the technician (French);
/// `None`: none is.
pub(crate) fn visit_announced(office: &Office, incident: &Incident, now: Timestamp) -> Option<String> {
    let view = view::without_words(incident, &office.school, &office.profile, now);
    let on = view.planned_on?;
    let words = view.planned_words.map_or_else(|| ".".to_owned(), |words| format!(" : « {words} »"));
    let desk = office.profile.support_label();
    Some(format!("{} prévoit une intervention {on} pour « {} »{words}", capital(desk), view.title))
}

/// A report as the referent reads it.
pub(crate) fn report_view(stored: &StoredReport) -> ReportView {
    let who = if stored.reporter_name.is_empty() { stored.reporter.to_string() } else { stored.reporter_name.clone() };
    let who = match &stored.report.told_by {
        Some(author) => format!("{author}, transmis par {who}"),
        None => who,
    };
    ReportView { who, at: stored.at, words: stored.report.span.clone() }
}

fn change(news: News) -> Change {
    match news {
        News::Acknowledged => Change::Acknowledged,
        News::Planned => Change::Planned,
        News::Question(words) => Change::Question { words },
        News::RefusedBySupport(words) => Change::RefusedBySupport { words },
        News::Refused(reason) => Change::Refused { reason },
        News::Redirected => Change::Redirected,
        News::Closed => Change::Closed,
    }
}

/// Who a history entry names, for people.
pub(crate) fn actor_name(actor: &Actor) -> String {
    match actor {
        Actor::Person(a) => a.to_string(),
        Actor::Support(a) => format!("support ({a})"),
        Actor::Passerelle => "passerelle".to_owned(),
        Actor::Operator => "exploitant".to_owned(),
    }
}
