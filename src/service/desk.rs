//! One transaction with the books open: events in, effects out, everything or nothing.

use std::collections::{HashMap, HashSet};

use anyhow::{Context as _, Result, anyhow};
use jiff::Timestamp;
use tokio::sync::OwnedMutexGuard;

use super::Office;
use super::books::Books;
use crate::address::Address;
use crate::compose::{MailKind, redact};
use crate::incident::decide::{Decision, Effect, Event, Rules, decide, next_deadline};
use crate::incident::policy::{Actor, Delay};
use crate::incident::{Facts, Incident, IncidentId, Reference, State};
use crate::mailbox::MessageKey;
use crate::outbox::Delivery;
use crate::report::Report;
use crate::store::{
    HistoryEntry, IncidentRow, MessageNumber, NewIncident, OutboxRow, StoreError, StoredReport, Tx, Version, Waiting,
};

/// The desk: a transaction and the books. Dropped without [`Desk::commit`], the transaction is
/// undone and the books are read anew.
pub(crate) struct Desk<'a> {
    pub office: &'a Office,
    pub now: Timestamp,
    pub tx: Tx,
    books: OpenBooks,
    /// Has a mail been queued?
    pub queued: bool,
    /// Incidents opened in this transaction: what the store has of them is known here.
    fresh: HashMap<IncidentId, Fresh>,
    /// Messages that bear nothing that could be a photo.
    bare: HashSet<MessageNumber>,
    /// Where the messages in hand lie on the server, which what they cause is named after; and was
    /// it let in by a person, so that it may have caused the same before?
    sources: HashMap<MessageNumber, (String, bool)>,
    /// Message-IDs given in this transaction.
    pub given: HashSet<String>,
}

/// What an incident has that was opened in this transaction.
#[derive(Default)]
struct Fresh {
    reports: Vec<StoredReport>,
    /// A mail about it has been queued.
    written_about: bool,
}

/// The books while a transaction has them: what it did not commit is forgotten.
struct OpenBooks {
    guard: OwnedMutexGuard<Option<Books>>,
    committed: bool,
}

/// Who caused what is being done, by which message.
#[derive(Debug, Clone)]
pub(crate) struct Cause {
    pub actor: Actor,
    pub message: Option<MessageNumber>,
}

/// Effects to be carried out, each with its incident.
pub(crate) type Effects = Vec<(IncidentId, Effect)>;

impl Drop for OpenBooks {
    fn drop(&mut self) {
        if !self.committed {
            *self.guard = None;
        }
    }
}

impl<'a> Desk<'a> {
    /// Opens the books and begins a transaction. Waits for whoever has them open.
    pub async fn open(office: &'a Office) -> Result<Desk<'a>, StoreError> {
        let mut guard = office.books.clone().lock_owned().await;
        let now = office.clock.now();
        let mut tx = office.store.begin().await?;
        let epoch = tx.epoch().await?;
        match guard.as_mut() {
            Some(books) if books.epoch == epoch => books.prune(office, now),
            // At first, or where the command line has changed incidents: until this transaction ends
            // it cannot do so again.
            _ => *guard = Some(Books::read(office, now, epoch).await?),
        }
        let books = OpenBooks { guard, committed: false };
        Ok(Self {
            office,
            now,
            tx,
            books,
            queued: false,
            fresh: HashMap::new(),
            bare: HashSet::new(),
            sources: HashMap::new(),
            given: HashSet::new(),
        })
    }

    /// Takes a message in hand.
    pub fn take_in_hand(&mut self, message: &Waiting) {
        self.sources.insert(message.id, (source(&message.key), message.released));
    }

    /// Where the message in hand with this number lies on the server, and whether a person let it in;
    /// `None`: none such is in hand.
    pub fn source_of(&self, message: Option<MessageNumber>) -> Option<(String, bool)> {
        self.sources.get(&message?).cloned()
    }

    /// Notes that a message bears no photo: its bytes need not be looked into.
    pub fn without_photo(&mut self, message: MessageNumber) {
        self.bare.insert(message);
    }

    /// May a message bear photos?
    pub fn may_bear_photos(&self, message: MessageNumber) -> bool {
        !self.bare.contains(&message)
    }

    /// Reports of an incident, oldest first.
    pub async fn reports_of(&mut self, id: IncidentId) -> Result<Vec<StoredReport>, StoreError> {
        match self.fresh.get(&id) {
            Some(fresh) => Ok(fresh.reports.clone()),
            None => self.tx.reports_of(id).await,
        }
    }

    /// Was the incident opened in this transaction?
    pub fn is_fresh(&self, id: IncidentId) -> bool {
        self.fresh.contains_key(&id)
    }

    /// Messages that added something to an incident without telling of it anew, oldest first.
    pub async fn details_of(&mut self, id: IncidentId) -> Result<Vec<MessageNumber>, StoreError> {
        if self.fresh.contains_key(&id) {
            return Ok(Vec::new());
        }
        let history = self.tx.history_of(id).await?;
        Ok(history.into_iter().filter(|e| e.event == "detail").filter_map(|e| e.message).collect())
    }

    /// Mails about an incident, oldest first.
    pub async fn mails_of(&mut self, id: IncidentId) -> Result<Vec<OutboxRow>, StoreError> {
        match self.fresh.get(&id) {
            Some(fresh) if !fresh.written_about => Ok(Vec::new()),
            _ => self.tx.mails_of_incident(id).await,
        }
    }

    /// Notes a mail that was queued: the day's counts and what is known of its incident follow.
    pub fn note_mail(&mut self, to: &Address, kind: MailKind, about: Option<IncidentId>) {
        if let Some(fresh) = about.and_then(|id| self.fresh.get_mut(&id)) {
            fresh.written_about = true;
        }
        let books = self.books_mut();
        if let Some(counts) = books.mails_today.get_mut(to) {
            *counts.entry(kind).or_default() += 1;
        }
        if let Some(all) = books.all_today.as_mut().filter(|_| kind.is_capped()) {
            *all += 1;
        }
    }

    /// How many mails of these kinds were queued for `to` today.
    pub async fn mails_today(&mut self, to: &Address, kinds: &[MailKind]) -> Result<u32, StoreError> {
        let since = self.count_since_midnight();
        if !self.books_mut().mails_today.contains_key(to) {
            let uai = &self.office.school.uai;
            let counts = self.tx.mails_by_kind_since(uai, to, since).await?;
            self.books_mut().mails_today.insert(to.clone(), counts);
        }
        let counts = self.books_mut().mails_today.get(to);
        Ok(counts.map_or(0, |c| kinds.iter().filter_map(|k| c.get(k)).sum()))
    }

    /// How many mails that count against the day's overall limit were queued today, for anybody.
    pub async fn all_mails_today(&mut self) -> Result<u32, StoreError> {
        let since = self.count_since_midnight();
        if let Some(all) = self.books_mut().all_today {
            return Ok(all);
        }
        let uai = &self.office.school.uai;
        let counts = self.tx.all_mails_by_kind_since(uai, since).await?;
        let all = counts.iter().filter(|(kind, _)| kind.is_capped()).map(|(_, n)| n).sum();
        self.books_mut().all_today = Some(all);
        Ok(all)
    }

    /// The midnight since which mails are counted; at a new one, what was counted before is let go of.
    fn count_since_midnight(&mut self) -> Timestamp {
        let since = self.day_start();
        let books = self.books_mut();
        if books.counted_since != since {
            books.counted_since = since;
            books.mails_today.clear();
            books.all_today = None;
        }
        since
    }

    /// Moves all reports of one incident to another.
    pub async fn move_reports(&mut self, from: IncidentId, into: IncidentId) -> Result<(), StoreError> {
        self.fresh.remove(&from);
        self.fresh.remove(&into);
        self.tx.move_reports(from, into).await?;
        Ok(())
    }

    /// Moves one report to another incident.
    pub async fn move_report(&mut self, report: &StoredReport, into: IncidentId) -> Result<(), StoreError> {
        self.fresh.remove(&report.incident);
        self.fresh.remove(&into);
        self.tx.move_report(report.message, report.position, into).await?;
        Ok(())
    }

    /// Makes everything durable.
    pub async fn commit(mut self) -> Result<(), StoreError> {
        let learned = self.books_mut().learned_changed;
        if learned {
            let json = serde_json::to_string(&self.books_mut().places.learned).unwrap_or_default();
            self.tx.save_learned(&self.office.school.uai, &json).await?;
            self.books_mut().learned_changed = false;
        }
        let Self { office, tx, mut books, queued, .. } = self;
        tx.commit().await?;
        books.committed = true;
        drop(books);
        if queued {
            office.to_deliver.notify_one();
        }
        Ok(())
    }

    /// The books.
    pub fn books_mut(&mut self) -> &mut Books {
        // `open` has filled it, and only the end of the desk empties it.
        self.books.guard.get_or_insert_with(Books::default)
    }

    /// What the decisions depend on. `ticket_cancellable` is asked of the outbox only where it matters.
    async fn rules(&mut self, incident: &Incident) -> Result<Rules<'a>, StoreError> {
        let cancellable = matches!(incident.state, State::Confirmed { .. })
            && self.tx.ticket_of(incident.id).await?.is_some_and(|t| {
                let waits = t.state == Delivery::Queued && t.unknown_at.is_none();
                waits || t.state == Delivery::Failed || t.bounced_at.is_some()
            });
        Ok(rules(self.office, cancellable))
    }

    /// An incident as stored, from the books where they have it.
    pub async fn incident(&mut self, id: IncidentId) -> Result<IncidentRow> {
        if let Some(row) = self.books_mut().incidents.get(&id) {
            return Ok(row.clone());
        }
        let row = self.tx.incident(id).await?.ok_or_else(|| anyhow!("incident {} is not in the store", id.0))?;
        Ok(row)
    }

    /// The incident into which `id` was merged, or itself.
    pub async fn standing(&mut self, id: IncidentId) -> Result<IncidentRow> {
        let mut row = self.incident(id).await?;
        for _ in 0..32 {
            match row.incident.state {
                State::Merged { into, .. } => row = self.incident(into).await?,
                _ => break,
            }
        }
        Ok(row)
    }

    /// The incident that people call `reference`, merges followed.
    pub async fn by_reference(&mut self, reference: Reference) -> Result<Option<IncidentRow>> {
        let uai = self.office.school.uai.clone();
        match self.tx.incident_by_reference(&uai, reference).await? {
            Some(row) => Ok(Some(self.standing(row.incident.id).await?)),
            None => Ok(None),
        }
    }

    /// Opens an incident for `report`. The event [`Event::Opened`] is up to the caller.
    pub async fn open_incident(&mut self, facts: Facts, told_at: Timestamp) -> Result<IncidentId> {
        let school = &self.office.school;
        let year = self.now.to_zoned(school.timezone.clone()).year();
        let number = self.tx.next_reference(&school.uai, year).await?;
        let mut incident = Incident {
            id: IncidentId(0),
            reference: Reference { year, number },
            state: State::AwaitingConfirmation { since: self.now },
            facts,
            opened_at: told_at,
            last_reported_at: told_at,
            ticket_sent_at: None,
            support_reference: None,
            support_heard_at: None,
            closed_at: None,
            reporters: Vec::new(),
            fired: Vec::new(),
        };
        let new = NewIncident { school: &school.uai, incident: &incident, due_at: None };
        let id = self.tx.insert_incident(&new).await?;
        incident.id = id;
        self.fresh.insert(id, Fresh::default());
        let row = IncidentRow { school: school.uai.clone(), incident, version: Version(1), due_at: None };
        self.books_mut().note(row);
        Ok(id)
    }

    /// Keeps a report of an incident.
    pub async fn keep_report(&mut self, stored: StoredReport) -> Result<()> {
        self.tx.insert_report(&stored);
        self.books_mut().add_span(stored.incident, &stored.report.span);
        self.books_mut().meet(&stored.reporter_name, Some(&stored.reporter));
        if let Some(fresh) = self.fresh.get_mut(&stored.incident) {
            fresh.reports.push(stored);
        }
        Ok(())
    }

    /// Notes in the books who reported; the store follows it from the reports.
    pub fn add_reporter(&mut self, id: IncidentId, who: &Address) {
        let books = self.books_mut();
        if let Some(row) = books.incidents.get(&id)
            && !row.incident.reporters.contains(who)
        {
            let mut row = row.clone();
            row.incident.reporters.push(who.clone());
            books.note(row);
        }
    }

    /// Notes in the books who is no reporter any more; the store follows it from the reports.
    pub fn drop_reporter(&mut self, id: IncidentId, who: &Address) {
        let books = self.books_mut();
        if let Some(row) = books.incidents.get(&id) {
            let mut row = row.clone();
            row.incident.reporters.retain(|r| r != who);
            books.note(row);
        }
    }

    /// Feeds one event to an incident: the new state and its history are written; the effects are
    /// returned, to be carried out before the transaction ends.
    pub async fn feed(&mut self, id: IncidentId, event: Event, cause: &Cause) -> Result<Effects> {
        let row = self.incident(id).await?;
        let rules = self.rules(&row.incident).await?;
        let Decision { incident, history, effects } = decide(&row.incident, event, &rules, self.now);
        for entry in history {
            self.note(id, &entry.event, &entry.detail, cause).await?;
        }
        let due_at = next_deadline(&incident, &rules).map(|(_, at)| at);
        if incident != row.incident || due_at != row.due_at {
            let version = self
                .tx
                .update_incident(&incident, row.version, due_at)
                .await
                .with_context(|| format!("incident {}", incident.reference))?;
            self.books_mut().note(IncidentRow { school: row.school, incident, version, due_at });
        }
        Ok(effects.into_iter().map(|e| (id, e)).collect())
    }

    /// Writes one entry into an incident's history.
    pub async fn note(&mut self, id: IncidentId, event: &str, detail: &str, cause: &Cause) -> Result<()> {
        let entry = HistoryEntry {
            incident: id,
            at: self.now,
            actor: cause.actor.clone(),
            event: event.to_owned(),
            detail: serde_json::Value::String(detail.to_owned()),
            message: cause.message,
        };
        self.tx.append_history(&entry);
        Ok(())
    }

    /// `text` without the people whom the school's mail has named.
    pub fn without_people(&mut self, text: &str) -> String {
        redact::without_people(text, &self.books_mut().people)
    }

    /// An incident as whoever is outside the school may see it: what people wrote names nobody whom the
    /// school's mail has named.
    pub fn shielded(&mut self, incident: &Incident) -> Incident {
        let mut shielded = incident.clone();
        let facts = &mut shielded.facts;
        let people = &self.books_mut().people;
        let hide = |text: &mut String| *text = redact::without_people(text, people);
        hide(&mut facts.words);
        facts.effect.iter_mut().for_each(hide);
        facts.since.iter_mut().for_each(hide);
        if let State::Refused { reason, .. } = &mut shielded.state {
            hide(reason);
        }
        shielded
    }

    /// Keeps a further report of an open incident, and feeds it.
    pub async fn feed_report(
        &mut self,
        id: IncidentId,
        report: Report,
        photos: bool,
        who: Option<&Address>,
        cause: &Cause,
    ) -> Result<Effects> {
        let row = self.incident(id).await?;
        let first_word = who.is_some_and(|w| !row.incident.reporters.contains(w));
        let event = Event::Reported { report: Box::new(report), reporter: who.cloned(), first_word, photos };
        self.feed(id, event, cause).await
    }
}

/// A place on a server as one text.
pub(crate) fn source(key: &MessageKey) -> String {
    format!("{} {} {}", key.mailbox, key.validity, key.uid)
}

/// What the decisions of `office` depend on.
pub(crate) fn rules(office: &Office, ticket_cancellable: bool) -> Rules<'_> {
    let delays = office.profile.delays();
    let days = |n: u32| Delay::WorkingDays(u16::try_from(n).unwrap_or(u16::MAX));
    Rules {
        policy: &office.school.policy,
        zone: &office.school.timezone,
        contract: days(delays.normal),
        contract_urgent: days(delays.urgent),
        ticket_cancellable,
    }
}
