//! `passerelle check` for an IMAP mailbox: one line a step.

use std::sync::{Arc, Mutex, PoisonError};

use super::session::Session;
use super::{ImapConfig, ImapMailbox};
use crate::mailbox::Cursor;

const STEPS: [&str; 4] = ["DNS", "TCP", "TLS", "log-in"];

pub(super) async fn check(config: &ImapConfig) -> Vec<(String, Result<String, String>)> {
    let passed: Arc<Mutex<Vec<(String, String)>>> = Arc::default();
    let tell = {
        let passed = Arc::clone(&passed);
        move |step: &str, text: String| {
            passed.lock().unwrap_or_else(PoisonError::into_inner).push((step.to_owned(), text));
        }
    };
    let opened = Session::open(config, tell).await;
    let mut lines: Vec<(String, Result<String, String>)> =
        std::mem::take(&mut *passed.lock().unwrap_or_else(PoisonError::into_inner))
            .into_iter()
            .map(|(step, text)| (step, Ok(text)))
            .collect();
    let session = match opened {
        Ok(session) => session,
        Err(e) => {
            let step = STEPS.get(lines.len()).copied().unwrap_or("IMAP");
            lines.push((step.to_owned(), Err(e.to_string())));
            return lines;
        }
    };
    let idle = if session.has("IDLE") { "IDLE" } else { "no IDLE: polled" };
    let shown = match ImapMailbox::select(session, config.clone(), Cursor::default()).await {
        Ok(mailbox) => Ok(format!("{} (UIDVALIDITY {}, {idle})", config.folder, mailbox.validity())),
        Err(e) => Err(e.to_string()),
    };
    lines.push(("folder".to_owned(), shown));
    lines
}
