//! The stage: one school's office on Maildirs and SQLite, a clock that is set by hand, and the steps
//! of the service's own loops, one after the other.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use anyhow::Context as _;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan as _, Zoned};

use super::letter::{self, Draft};
use super::people::{Mail, People};
use super::photo;
use super::script::{Person, Scene, Which};
use crate::address::Address;
use crate::cli::site;
use crate::clock::{Clock, ManualClock};
use crate::config::{Config, Delivery};
use crate::incident::policy::Digest;
use crate::incident::{Incident, Reference, State};
use crate::mailbox::Mailbox;
use crate::service::run::Post;
use crate::service::{Office, deliver, process, receive, tick};
use crate::store::{MessageEnd, Store};
use crate::transport::maildir::MaildirTransport;
use crate::transport::{Envelope, Outcome, Transport as _};

/// What came of one moment.
#[derive(Debug, Default)]
pub(super) struct Moment {
    /// Mails that arrived: reader, kind, subject.
    pub(super) mails: Vec<(String, String, String)>,
    /// Incidents whose state changed, and to what.
    pub(super) changes: Vec<(Reference, String)>,
    /// Messages that were not simply handled, and why.
    pub(super) ends: Vec<String>,
}

impl Moment {
    pub(super) fn is_empty(&self) -> bool {
        self.mails.is_empty() && self.changes.is_empty() && self.ends.is_empty()
    }
}

/// One school at work in a folder.
pub(super) struct Stage {
    post: Post,
    mailbox: Box<dyn Mailbox>,
    mailbox_name: String,
    clock: ManualClock,
    zone: TimeZone,
    /// Where people's own mails are put into our mailbox.
    letterbox: MaildirTransport,
    /// Everybody's mail.
    pub(super) people: People,
    states: BTreeMap<Reference, String>,
    last_message: i64,
}

impl Stage {
    /// Sets it up from the folder's configuration, as `run` would, but for the clock.
    pub(super) async fn open(config: &Config, store: &Store, start: DateTime) -> anyhow::Result<Self> {
        let school = config.schools.first().context("the play's school")?;
        let zone = school.school.timezone.clone();
        let clock = ManualClock::at(start.to_zoned(zone.clone())?.timestamp());
        let told: Arc<dyn Clock> = Arc::new(clock.clone());
        let Delivery::Maildir(mail) = &school.delivery else {
            anyhow::bail!("the play's school delivers into Maildirs");
        };
        // A power cut may take a play's mail with it: it need not wait for the disk.
        let letterbox = MaildirTransport::lazy(mail.clone());
        let post = site::post(config, school, store, &told, Arc::new(letterbox.clone()))?;
        let mailbox_name = post.intake.name();
        let mailbox = post.intake.open(receive::cursor(&post.office, &mailbox_name).await?).await?;
        let people = People::new(mail.clone(), post.office.school.mailbox.as_str());
        let states = BTreeMap::new();
        Ok(Self { post, mailbox, mailbox_name, clock, zone, letterbox, people, states, last_message: 0 })
    }

    /// The school's office.
    pub(super) fn office(&self) -> &Office {
        &self.post.office
    }

    /// Lets time pass until just before `until`, stopping at the next moment at which something
    /// falls due. `None`: nothing more does.
    pub(super) async fn pass(&mut self, until: DateTime) -> anyhow::Result<Option<(Zoned, Moment)>> {
        let until = until.to_zoned(self.zone.clone())?.timestamp();
        while let Some(at) = self.next_due().await?.filter(|at| *at < until) {
            self.clock.set(at);
            let moment = self.work().await?;
            if !moment.is_empty() {
                return Ok(Some((at.to_zoned(self.zone.clone()), moment)));
            }
        }
        Ok(None)
    }

    /// The next moment, after now, at which a deadline passes, a mail leaves, or the digest is due.
    async fn next_due(&self) -> anyhow::Result<Option<Timestamp>> {
        let office = self.office();
        let (store, uai, now) = (&office.store, &office.school.uai, office.clock.now());
        let moments = [store.next_deadline(uai).await?, store.next_due_at(uai).await?, self.next_morning(now)?];
        // Full milliseconds, as the clock has them: what is due between two is due at the second.
        let whole = |t: Timestamp| {
            Timestamp::from_millisecond(t.as_millisecond() + i64::from(t.subsec_nanosecond() % 1_000_000 != 0))
        };
        Ok(moments.into_iter().flatten().filter_map(|t| whole(t).ok()).filter(|t| *t > now).min())
    }

    fn next_morning(&self, now: Timestamp) -> anyhow::Result<Option<Timestamp>> {
        let (Digest::Weekdays(time) | Digest::Weekly(_, time)) = self.office().school.policy.digest else {
            return Ok(None);
        };
        let today = now.to_zoned(self.zone.clone()).date();
        let at = |day: jiff::civil::Date| anyhow::Ok(day.to_datetime(time).to_zoned(self.zone.clone())?.timestamp());
        let morning = at(today)?;
        Ok(Some(if morning > now { morning } else { at(today.checked_add(1.day())?)? }))
    }

    /// Somebody writes. Gives the subject of the mail, what is written, and what came of it.
    pub(super) async fn play(&mut self, scene: &Scene, author: &Person) -> anyhow::Result<(String, String, Moment)> {
        let at = scene.at.to_zoned(self.zone.clone())?;
        self.clock.set(at.timestamp());
        let us = self.office().school.mailbox.clone();
        let text = self.fill_in(author, &scene.text)?;
        let (subject, bytes, from) = if let Some(which) = &scene.bounces {
            let mail = self.find(author, which)?;
            let bytes = letter::bounce(mail, us.as_str(), &at);
            let path = mail.path.clone();
            self.people.take_away(&path)?;
            ("Undelivered Mail Returned to Sender".to_owned(), bytes, us.clone())
        } else {
            let answered = scene.answers.as_ref().map(|which| self.find(author, which)).transpose()?;
            let photo = if scene.photo { Some(photo::take()?) } else { None };
            let draft = Draft { scene, author, text: &text, answered, to: us.as_str(), photo, at: &at };
            (draft.subject(), draft.bytes()?, Address::parse(&author.address)?)
        };
        self.put_into_mailbox(from, us, &bytes).await?;
        Ok((subject, text, self.work().await?))
    }

    fn find(&self, who: &Person, which: &Which) -> anyhow::Result<&Mail> {
        self.people.newest(&who.address, &which.kind, &which.about).with_context(|| {
            format!("{} finds no {} about {} among the mails received", who.name, which.kind, which.about)
        })
    }

    /// Puts references in the place of `{ref WORDS}`.
    fn fill_in(&self, who: &Person, text: &str) -> anyhow::Result<String> {
        let mut filled = String::new();
        let mut rest = text;
        while let Some((before, after)) = rest.split_once("{ref ") {
            let (about, after) = after.split_once('}').context("a placeholder of the play is not closed")?;
            filled.push_str(before);
            filled.push_str(
                self.people
                    .reference(&who.address, about)
                    .with_context(|| format!("{} finds no reference of {about} among the mails received", who.name))?,
            );
            rest = after;
        }
        filled.push_str(rest);
        Ok(filled)
    }

    async fn put_into_mailbox(&self, from: Address, to: Address, bytes: &[u8]) -> anyhow::Result<()> {
        match self.letterbox.send(&Envelope { from, to, own_copy: None }, bytes).await {
            Outcome::Sent => Ok(()),
            Outcome::Retry(why) | Outcome::Failed(why) | Outcome::Unknown(why) => anyhow::bail!("{why}"),
        }
    }

    /// The service's own steps, until nothing is left to be done at this moment.
    pub(super) async fn work(&mut self) -> anyhow::Result<Moment> {
        let office = self.post.office.clone();
        let mut moment = Moment::default();
        loop {
            let mut steps = receive::receive(&office, self.mailbox.as_mut(), self.post.intake.moves()).await?;
            steps += process::process_waiting(&office).await?;
            tick::tick(&office).await?;
            steps += deliver::deliver_due(&office).await?;
            let arrived = self.people.look()?.iter();
            moment.mails.extend(arrived.map(|m| (m.to.clone(), m.kind.clone(), m.message.subject.clone())));
            if steps == 0 {
                break;
            }
        }
        receive::settle(&office, self.mailbox.as_mut(), &self.mailbox_name).await?;
        self.look_at_store(&office, &mut moment).await?;
        Ok(moment)
    }

    async fn look_at_store(&mut self, office: &Office, moment: &mut Moment) -> anyhow::Result<()> {
        let rows = office.store.list_incidents(Some(&office.school.uai), None).await?;
        let references: BTreeMap<_, _> = rows.iter().map(|r| (r.incident.id, r.incident.reference)).collect();
        for row in &rows {
            let state = match &row.incident.state {
                State::Merged { into, .. } => {
                    format!("merged into {}", references.get(into).map(ToString::to_string).unwrap_or_default())
                }
                other => other.name().to_owned(),
            };
            let reference = row.incident.reference;
            if self.states.insert(reference, state.clone()).as_ref() != Some(&state) {
                moment.changes.push((reference, state));
            }
        }
        for row in office.store.list_messages(Some(&office.school.uai)).await? {
            if row.id.0 <= self.last_message {
                continue;
            }
            self.last_message = row.id.0;
            let ours = row.from == office.school.mailbox.as_str();
            if let Some(ended) = row.ended.filter(|e| e.end != MessageEnd::Handled && !ours) {
                moment.ends.push(format!("{}: {}", ended.end, ended.reason));
            }
        }
        Ok(())
    }

    /// Every incident, as it stands now.
    pub(super) async fn incidents(&self) -> anyhow::Result<Vec<(Incident, usize)>> {
        let office = self.office();
        let mut all = Vec::new();
        for row in office.store.list_incidents(Some(&office.school.uai), None).await? {
            let reports = office.store.reports_of(row.incident.id).await?.len();
            all.push((row.incident, reports));
        }
        all.sort_by_key(|(i, _)| i.reference);
        Ok(all)
    }

    /// How an incident's state was last told.
    pub(super) fn state(&self, reference: Reference) -> &str {
        self.states.get(&reference).map_or("", String::as_str)
    }

    /// The file in our mailbox in which `words` stand.
    pub(super) fn file_with(&self, folder: &Path, words: &str) -> anyhow::Result<Option<std::path::PathBuf>> {
        let own = folder.join(self.office().school.mailbox.as_str()).join("cur");
        for path in super::people::entries(&own)? {
            let raw = std::fs::read(&path).with_context(|| format!("{}", path.display()))?;
            if crate::message::parse::parse(&raw).subject == words {
                return Ok(Some(path));
            }
        }
        Ok(None)
    }
}
