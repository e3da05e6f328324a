//! `passerelle run`: the service.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context as _;
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::watch;

use super::log::without_people;
use super::{Done, Global, site};
use crate::clock::{Clock, SystemClock};
use crate::service::{Office, health, run};
use crate::store::Store;

/// How long the message in hand may take after SIGTERM.
const GRACE: Duration = Duration::from_secs(4);

/// A store that was restored from a backup is told what was forgotten since, and that others went on.
///
/// # Errors
/// The store, or the file beside it, cannot be used.
pub(super) async fn take_up(store: &Store, now: jiff::Timestamp) -> anyhow::Result<()> {
    let people = store.keep_forgotten(now).await?;
    if people > 0 {
        tracing::warn!(people, "this store is older than what was forgotten; it has forgotten again");
    }
    if store.note_restored(now).await? {
        tracing::warn!(
            "this store is a backup put back into use: for a month our own copies in the mailbox are looked for \
             before anything leaves for support"
        );
    }
    Ok(())
}

/// Runs until SIGTERM or SIGINT.
///
/// # Errors
/// The configuration, the store or a template cannot be used; or a loop of the service broke.
pub async fn run(global: &Global) -> anyhow::Result<Done> {
    let config = global.load_config()?;
    let clock: Arc<dyn Clock> = Arc::new(SystemClock);
    let store = site::open_store(&config).await?;
    let posts = site::posts(&config, &store, &clock)?;
    let mut terminate = signal(SignalKind::terminate()).context("SIGTERM cannot be listened to")?;
    let mut interrupt = signal(SignalKind::interrupt()).context("SIGINT cannot be listened to")?;

    if let Ok(lock) = store.lock(false).await {
        drop(lock);
    } else {
        tracing::warn!("another instance is at work on this store; waiting for it to end");
    }
    let mut lock = tokio::select! {
        lock = store.lock(true) => lock?,
        _ = terminate.recv() => return Ok(Done::Well),
        _ = interrupt.recv() => return Ok(Done::Well),
    };
    take_up(&store, clock.now()).await?;
    let stuck = store.claim_stuck_sending(None, clock.now()).await?;
    if stuck > 0 {
        tracing::warn!(stuck, "mails were being sent when the program last ended; their fate is looked into");
    }

    let offices: Vec<_> = posts.iter().map(|p| p.office.clone()).collect();
    let (stop, stopping) = watch::channel(false);
    let mut service = tokio::spawn(run::run(posts, stopping));
    tracing::info!(schools = offices.len(), "at work");
    // Neither exists outside systemd, and nothing depends on them.
    let _ = sd_notify::notify(false, &[sd_notify::NotifyState::Ready]);

    let health_file = health_file(&store);
    let mut beat = tokio::time::interval(Duration::from_secs(10));
    let ended = loop {
        tokio::select! {
            ended = &mut service => break ended,
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
            _ = beat.tick() => {
                if let Err(e) = lock.check().await {
                    tracing::error!(error = %e, "stopping: another instance may be at work");
                } else {
                    watch_over(&store, &offices, health_file.as_deref()).await;
                    continue;
                }
            }
        }
        let _ = sd_notify::notify(false, &[sd_notify::NotifyState::Stopping]);
        tracing::info!("stopping: the message in hand is finished first");
        let _ = stop.send(true);
        match tokio::time::timeout(GRACE, &mut service).await {
            Ok(ended) => break ended,
            // What is cut off here is what a crash would cut off: nothing is lost.
            Err(_) => {
                service.abort();
                break Ok(Ok(()));
            }
        }
    };
    store.close().await;
    drop(lock);
    ended.context("the service broke")??;
    Ok(Done::Well)
}

/// Where a monitor may read how the service stands: in the folder that systemd makes for it, else
/// beside a SQLite store.
fn health_file(store: &Store) -> Option<PathBuf> {
    let folder = std::env::var_os("RUNTIME_DIRECTORY").filter(|f| !f.is_empty());
    folder.map(|folder| PathBuf::from(folder).join("health.json")).or_else(|| store.file_beside("health.json"))
}

/// Tells systemd and the health file how the service stands. The watchdog is only fed while intake,
/// delivery and deadlines move: those a new start may help. What a person must look at turns the
/// file and the status red.
async fn watch_over(store: &Store, offices: &[Arc<Office>], file: Option<&Path>) {
    if offices.iter().all(|o| o.is_well()) {
        let _ = sd_notify::notify(false, &[sd_notify::NotifyState::Watchdog]);
    }
    let state = match tokio::time::timeout(Duration::from_secs(5), health::state(offices)).await {
        Ok(Ok(state)) => state,
        Ok(Err(e)) => unwell(&e.to_string()),
        Err(_) => unwell(&format!("{} does not answer", store.place())),
    };
    // People's addresses stand in servers' words.
    let text = without_people(&state.json.to_string());
    let summary: String = without_people(&state.summary).chars().take(400).collect();
    let _ = sd_notify::notify(false, &[sd_notify::NotifyState::Status(&summary)]);
    if let Some(file) = file
        && let Err(e) = health::write(file, &text)
    {
        tracing::warn!(file = %file.display(), error = %e, "the health file cannot be written");
    }
}

fn unwell(why: &str) -> health::State {
    let json = serde_json::json!({"well": false, "at": SystemClock.now().to_string(), "troubles": [why]});
    health::State { well: false, summary: why.to_owned(), json }
}
