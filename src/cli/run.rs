//! `passerelle run`: the service.

use std::sync::Arc;
use std::time::Duration;

use anyhow::Context as _;
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::watch;

use super::{Done, Global, site};
use crate::clock::{Clock, SystemClock};
use crate::service::run;

/// How long the message in hand may take after SIGTERM.
const GRACE: Duration = Duration::from_secs(4);

/// A store that was restored from a backup is told what was forgotten since.
///
/// # Errors
/// The store, or the file beside it, cannot be used.
pub(super) async fn forget_again(store: &crate::store::Store, now: jiff::Timestamp) -> anyhow::Result<()> {
    let people = store.keep_forgotten(now).await?;
    if people > 0 {
        tracing::warn!(people, "this store is older than what was forgotten; it has forgotten again");
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
    forget_again(&store, clock.now()).await?;
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
                    if offices.iter().all(|o| o.is_well()) {
                        let _ = sd_notify::notify(false, &[sd_notify::NotifyState::Watchdog]);
                    }
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
