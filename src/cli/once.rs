//! `passerelle once`: handle what waits, send what is due, stop.

use std::sync::Arc;

use super::{Done, Global, out, site};
use crate::clock::{Clock, SystemClock};
use crate::service::run;
use crate::store::StoreError;

/// Does one round for every school.
///
/// # Errors
/// The configuration, the store or a template cannot be used.
pub async fn run(global: &Global) -> anyhow::Result<Done> {
    let config = global.load_config()?;
    let clock: Arc<dyn Clock> = Arc::new(SystemClock);
    let store = site::open_store(&config).await?;
    let posts = site::posts(&config, &store, &clock)?;
    let lock = match store.lock(false).await {
        Ok(lock) => lock,
        Err(StoreError::Conflict(_)) => {
            tracing::warn!(
                "another instance is at work on this store (`passerelle run` does all that `once` does); waiting for \
                 it to end"
            );
            store.lock(true).await?
        }
        Err(e) => return Err(e.into()),
    };
    super::run::take_up(&store, clock.now()).await?;
    store.claim_stuck_sending(None, clock.now()).await?;
    let mut trouble = false;
    for post in &posts {
        if let Err(e) = run::once(post).await {
            trouble = true;
            out::masked_error(&e.context(format!("school {}", post.office.school.uai)));
        }
    }
    let standing = store.standing(None).await?;
    drop(lock);
    store.close().await;
    if standing.quarantined > 0 {
        tracing::warn!(messages = standing.quarantined, "in quarantine: see `passerelle quarantine list`");
    }
    if standing.failed > 0 {
        tracing::warn!(mails = standing.failed, "undeliverable: see `passerelle outbox list`");
    }
    let well = !trouble && standing.quarantined == 0 && standing.failed == 0;
    Ok(if well { Done::Well } else { Done::NeedsPerson })
}
