//! The loops together: intake, processing, delivery, time.

use std::sync::Arc;
use std::sync::Mutex;
use std::time::Duration;

use anyhow::{Context as _, Result};
use tokio::sync::{Notify, oneshot, watch};

use super::health::STALLED;
use super::receive;
use super::{Office, deliver, process, tick};
use crate::compose::letter::Trouble;
use crate::incident::policy::Actor;
use crate::mailbox::{Cursor, Mailbox, MailboxError};
use crate::service::desk::{Cause, Desk};

/// Time between two looks at the deadlines.
const TICK: Duration = Duration::from_secs(1);
/// The longest that the first tick waits for the first reading of the mailbox.
const FIRST_READING: Duration = Duration::from_secs(60);
/// The longest wait for mail: servers forget idle clients, and clocks of deadlines go on elsewhere.
const WAIT: Duration = Duration::from_secs(5 * 60);
/// Time between two comparisons of the mailbox with the store.
const RECONCILE: Duration = Duration::from_secs(30 * 60);
/// Delays between two attempts to open the mailbox: doubled up to the last.
const FIRST_BACK_OFF: Duration = Duration::from_secs(1);
const LAST_BACK_OFF: Duration = Duration::from_secs(60);
/// So many recipients refused for the moment, and nobody accepted: that is no longer one desk's matter.
const SEVERAL: usize = 3;

/// How a mailbox is opened, from its cursor.
#[async_trait::async_trait]
pub trait Intake: Send + Sync {
    /// The mailbox's stable name: the store's cursor hangs on it.
    fn name(&self) -> String;
    /// Are messages moved once they have ended?
    fn moves(&self) -> bool;
    /// Opens it.
    ///
    /// # Errors
    /// As the mailbox has them.
    async fn open(&self, cursor: Cursor) -> Result<Box<dyn Mailbox>, MailboxError>;
}

/// What the mailbox says of our own copy.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Evidence {
    /// It is there: the transaction went through.
    Found,
    /// It is not.
    Absent,
    /// The mailbox cannot be asked now.
    Unreachable,
}

/// Questions to the mailbox, which one task owns.
#[derive(Default)]
pub struct EvidenceDesk {
    questions: Mutex<Vec<(String, oneshot::Sender<Evidence>)>>,
    asked: Notify,
}

impl EvidenceDesk {
    /// Asks for the copy with this token; waits for the answer, but not for ever.
    pub async fn ask(&self, token: &str) -> Evidence {
        let (tx, rx) = oneshot::channel();
        if let Ok(mut questions) = self.questions.lock() {
            questions.push((token.to_owned(), tx));
        }
        self.asked.notify_one();
        match tokio::time::timeout(Duration::from_secs(30), rx).await {
            Ok(Ok(evidence)) => evidence,
            _ => Evidence::Unreachable,
        }
    }

    /// Has the mailbox read, as soon as may be.
    pub fn look(&self) {
        self.asked.notify_one();
    }

    fn take(&self) -> Vec<(String, oneshot::Sender<Evidence>)> {
        self.questions.lock().map(|mut q| std::mem::take(&mut *q)).unwrap_or_default()
    }
}

/// Everything that one school's service runs on.
pub struct Post {
    /// The office.
    pub office: Arc<Office>,
    /// How its mailbox is opened.
    pub intake: Arc<dyn Intake>,
}

/// Runs the service until `stop` turns true: the message in hand is finished first.
///
/// # Errors
/// Where a loop ended although it should not have.
pub async fn run(posts: Vec<Post>, stop: watch::Receiver<bool>) -> Result<()> {
    let mut tasks = tokio::task::JoinSet::new();
    for post in posts {
        let office = post.office;
        tasks.spawn(intake_loop(office.clone(), post.intake, stop.clone()));
        tasks.spawn(process_loop(office.clone(), stop.clone()));
        tasks.spawn(deliver_loop(office.clone(), stop.clone()));
        tasks.spawn(tick_loop(office, stop.clone()));
    }
    while let Some(ended) = tasks.join_next().await {
        ended.context("a loop of the service broke")?;
    }
    Ok(())
}

/// Waits for `stop`.
async fn stopped(stop: &mut watch::Receiver<bool>) {
    // An error means that nobody can say stop any more: the program is ending.
    let _ = stop.wait_for(|s| *s).await;
}

async fn intake_loop(office: Arc<Office>, intake: Arc<dyn Intake>, mut stop: watch::Receiver<bool>) {
    office.health.intake_seen(office.clock.now());
    let mut back_off = FIRST_BACK_OFF;
    while !*stop.borrow() {
        let session = tokio::select! {
            s = session(&office, intake.as_ref(), &mut back_off) => s,
            () = stopped(&mut stop) => return,
        };
        let Err(e) = session else { continue };
        answer_all(&office, Evidence::Unreachable);
        let now = office.clock.now();
        tracing::warn!(error = %format!("{e:#}"), again_in = ?back_off, "intake interrupted");
        let since = office.health.intake_ill(now, &format!("{e:#}"));
        if since.duration_until(now) >= STALLED {
            let trouble = Trouble::Intake { why: format!("{e:#}"), since };
            if let Err(e) = tell(&office, trouble).await {
                tracing::error!(error = %format!("{e:#}"), "the alert could not be queued");
            }
        }
        tokio::select! {
            () = tokio::time::sleep(back_off) => {}
            () = stopped(&mut stop) => return,
        }
        back_off = (back_off * 2).min(LAST_BACK_OFF);
    }
}

/// One open mailbox, from log-in to whatever ends it. `Ok`: it is to be opened anew at once.
async fn session(office: &Office, intake: &dyn Intake, back_off: &mut Duration) -> Result<()> {
    let name = intake.name();
    let cursor = receive::cursor(office, &name).await?;
    let mut mailbox = intake.open(cursor).await?;
    // Logged in: the next trouble starts with short delays again.
    *back_off = FIRST_BACK_OFF;
    let mut reconcile_at = tokio::time::Instant::now() + RECONCILE;
    loop {
        receive::receive(office, mailbox.as_mut(), intake.moves()).await?;
        process::process_waiting(office).await?;
        office.health.has_read();
        receive::settle(office, mailbox.as_mut(), &name).await?;
        for (token, answer) in office.evidence.take() {
            let found = mailbox.has_own_copy(&token).await?;
            // The asker may have stopped waiting.
            let _ = answer.send(if found { Evidence::Found } else { Evidence::Absent });
        }
        if tokio::time::Instant::now() >= reconcile_at {
            let missing = mailbox.reconcile().await?;
            if missing > 0 {
                tracing::warn!(missing, "the mailbox held messages that the store lacked; they are read now");
                reconcile_at = tokio::time::Instant::now() + RECONCILE;
                continue;
            }
            reconcile_at = tokio::time::Instant::now() + RECONCILE;
        }
        tokio::select! {
            woken = mailbox.wait(WAIT) => woken?,
            () = office.evidence.asked.notified() => {}
        }
    }
}

fn answer_all(office: &Office, evidence: Evidence) {
    for (_, answer) in office.evidence.take() {
        let _ = answer.send(evidence);
    }
}

/// Tells the referents where nothing has left for long. The alert itself leaves as soon as anything
/// can; until then the log and the watchdog are the other way.
///
/// # Errors
/// Where the store cannot be used.
async fn tell_of_standstill(office: &Office) -> Result<()> {
    let Some(stuck) = office.health.stuck(office.clock.now()) else { return Ok(()) };
    let why = match office.transport.check().await {
        Err(why) => why,
        // Our own server answers. One desk that is busy for long is its own matter.
        Ok(_) if stuck.recipients.len() < SEVERAL => return Ok(()),
        Ok(_) => stuck.why,
    };
    tracing::error!(error = why, since = %stuck.since, "nothing leaves any more; the referents are told");
    tell(office, Trouble::DeliveryStalled { why, since: stuck.since }).await
}

async fn tell(office: &Office, trouble: Trouble) -> Result<()> {
    let cause = Cause { actor: Actor::Passerelle, message: None };
    let mut desk = Desk::open(office).await?;
    desk.alert(trouble, None, &cause).await?;
    desk.commit().await?;
    Ok(())
}

/// Messages that a person released, and those left by an earlier run.
async fn process_loop(office: Arc<Office>, mut stop: watch::Receiver<bool>) {
    while !*stop.borrow() {
        let wait = match process::process_waiting(&office).await {
            Ok(_) => Duration::from_secs(60),
            Err(e) => {
                tracing::error!(error = %e, "the store cannot be used; messages wait");
                Duration::from_secs(5)
            }
        };
        tokio::select! {
            () = office.to_process.notified() => {}
            () = tokio::time::sleep(wait) => {}
            () = stopped(&mut stop) => return,
        }
    }
}

async fn deliver_loop(office: Arc<Office>, mut stop: watch::Receiver<bool>) {
    let mut interrupted = false;
    while !*stop.borrow() {
        let round = async {
            if interrupted {
                // Outcomes that could not be written: those mails left, or did not.
                office.store.claim_stuck_sending(Some(&office.school.uai), office.clock.now()).await?;
            }
            deliver::deliver_due(&office).await
        };
        let ended = round.await;
        interrupted = ended.is_err();
        if let Err(e) = tell_of_standstill(&office).await {
            tracing::error!(error = %format!("{e:#}"), "the alert could not be queued");
        }
        let wait = match ended {
            Ok(_) => match office.store.next_due_at(&office.school.uai).await {
                Ok(Some(at)) => {
                    let left = office.clock.now().duration_until(at);
                    Duration::try_from(left)
                        .unwrap_or_default()
                        .clamp(Duration::from_millis(50), Duration::from_secs(5))
                }
                _ => Duration::from_secs(5),
            },
            Err(e) => {
                tracing::error!(error = %e, "the store cannot be used; mails wait");
                Duration::from_secs(5)
            }
        };
        tokio::select! {
            () = office.to_deliver.notified() => {}
            () = tokio::time::sleep(wait) => {}
            () = stopped(&mut stop) => return,
        }
    }
}

async fn tick_loop(office: Arc<Office>, mut stop: watch::Receiver<bool>) {
    // The digest of a first tick is to know of the mails that arrived during a standstill. A mailbox
    // that cannot be reached does not hold it up for long.
    let patience = tokio::time::Instant::now() + FIRST_READING;
    while !office.health.read() && tokio::time::Instant::now() < patience {
        tokio::select! {
            () = tokio::time::sleep(Duration::from_millis(100)) => {}
            () = stopped(&mut stop) => return,
        }
    }
    while !*stop.borrow() {
        office.health.ticked(office.clock.now());
        if let Err(e) = tick::tick(&office).await {
            tracing::error!(error = %format!("{e:#}"), "deadlines could not be looked after; again in a moment");
        }
        tokio::select! {
            () = tokio::time::sleep(TICK) => {}
            () = stopped(&mut stop) => return,
        }
    }
}

/// Handles what waits, sends what is due, stops.
///
/// # Errors
/// Where the mailbox or the store cannot be used; what was done until then stays done.
pub async fn once(post: &Post) -> Result<()> {
    let office = post.office.as_ref();
    let name = post.intake.name();
    let intake = async {
        let mut mailbox = post.intake.open(receive::cursor(office, &name).await?).await?;
        mailbox.reconcile().await?;
        receive::receive(office, mailbox.as_mut(), post.intake.moves()).await?;
        Ok::<_, anyhow::Error>(mailbox)
    };
    // What has been received is processed while more comes in.
    let (received, all_in) = watch::channel(false);
    let meanwhile = tokio::spawn(process_meanwhile(post.office.clone(), all_in.clone()));
    let sent_meanwhile = tokio::spawn(deliver_meanwhile(post.office.clone(), all_in));
    let intake = intake.await;
    // Nobody listens only where they have failed already.
    let _ = received.send(true);
    meanwhile.await.context("processing broke")??;
    process::process_waiting(office).await?;
    sent_meanwhile.await.context("delivery broke")??;
    let mut mailbox = match intake {
        Ok(mailbox) => mailbox,
        Err(e) => {
            // What is in the store goes out all the same.
            tick_with(office, None).await?;
            deliver::deliver_due(office).await?;
            return Err(e);
        }
    };
    tick_with(office, Some(mailbox.as_mut())).await?;
    deliver::deliver_due(office).await?;
    // Copies of our own that have arrived meanwhile are evidence, not work for the next time.
    receive::receive(office, mailbox.as_mut(), post.intake.moves()).await?;
    process::process_waiting(office).await?;
    deliver::deliver_due(office).await?;
    receive::settle(office, mailbox.as_mut(), &name).await?;
    tell_of_standstill(office).await
}

async fn process_meanwhile(office: Arc<Office>, mut all_in: watch::Receiver<bool>) -> Result<()> {
    while !*all_in.borrow() {
        process::process_waiting(&office).await?;
        tokio::select! {
            () = office.to_process.notified() => {}
            () = stopped(&mut all_in) => {}
        }
    }
    Ok(())
}

async fn deliver_meanwhile(office: Arc<Office>, mut all_in: watch::Receiver<bool>) -> Result<()> {
    while !*all_in.borrow() {
        deliver::deliver_due(&office).await?;
        tokio::select! {
            () = office.to_deliver.notified() => {}
            () = stopped(&mut all_in) => {}
        }
    }
    Ok(())
}

/// A tick whose questions of evidence are answered by `mailbox`.
async fn tick_with(office: &Office, mailbox: Option<&mut dyn Mailbox>) -> Result<()> {
    let Some(mailbox) = mailbox else {
        let answering = async {
            loop {
                office.evidence.asked.notified().await;
                answer_all(office, Evidence::Unreachable);
            }
        };
        return tokio::select! {
            done = tick::tick(office) => done,
            () = answering => Ok(()),
        };
    };
    let answering = async {
        loop {
            office.evidence.asked.notified().await;
            for (token, answer) in office.evidence.take() {
                let found = mailbox.has_own_copy(&token).await?;
                let _ = answer.send(if found { Evidence::Found } else { Evidence::Absent });
            }
        }
        #[expect(unreachable_code, reason = "gives the block its type")]
        Ok::<(), MailboxError>(())
    };
    tokio::select! {
        done = tick::tick(office) => done,
        broken = answering => broken.map_err(Into::into),
    }
}
