//! The system's word that files came (inotify on Linux).

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use notify::event::{EventKind, ModifyKind};
use notify::{RecommendedWatcher, RecursiveMode, Watcher};
use tokio::sync::Notify;

/// So many names are remembered between two looks; beyond, the folder is listed again.
const REMEMBERED: usize = 4096;

#[derive(Debug)]
pub(super) struct Watch {
    shared: Arc<Shared>,
    /// Watches as long as it lives.
    _watcher: RecommendedWatcher,
}

#[derive(Debug, Default)]
struct Shared {
    changed: Notify,
    /// What came to cur/; `None`: too much, or events were lost.
    cur: Mutex<Option<Vec<PathBuf>>>,
}

impl Watch {
    /// `None` where the system cannot watch (its limits, its file system).
    pub fn new(maildir: &Path) -> Option<Self> {
        let shared = Arc::new(Shared { changed: Notify::new(), cur: Mutex::new(Some(Vec::new())) });
        let told = Arc::clone(&shared);
        // The watcher names files by absolute paths.
        let maildir = std::path::absolute(maildir).ok()?;
        let cur = maildir.join("cur");
        let watched = cur.clone();
        let mut watcher = notify::recommended_watcher(move |event| told.tell(&watched, event)).ok()?;
        watcher.watch(&maildir.join("new"), RecursiveMode::NonRecursive).ok()?;
        watcher.watch(&cur, RecursiveMode::NonRecursive).ok()?;
        Some(Self { shared, _watcher: watcher })
    }

    /// Something came since the last call.
    pub async fn changed(&self) {
        self.shared.changed.notified().await;
    }

    /// What came to cur/ since the last call; `None`: look yourself.
    pub fn arrived_in_cur(&self) -> Option<Vec<PathBuf>> {
        self.shared.cur.lock().unwrap_or_else(PoisonError::into_inner).replace(Vec::new())
    }
}

impl Shared {
    fn tell(&self, cur: &Path, event: notify::Result<notify::Event>) {
        let mut arrived = self.cur.lock().unwrap_or_else(PoisonError::into_inner);
        match event {
            Ok(event) if event.need_rescan() => *arrived = None,
            Ok(event) if matches!(event.kind, EventKind::Create(_) | EventKind::Modify(ModifyKind::Name(_))) => {
                for path in event.paths {
                    if path.parent() != Some(cur) {
                        continue;
                    }
                    match arrived.as_mut() {
                        Some(names) if names.len() < REMEMBERED => names.push(path),
                        _ => *arrived = None,
                    }
                }
            }
            Ok(_) => return,
            Err(_) => *arrived = None,
        }
        drop(arrived);
        // Our own moves to cur/ wake once too many; a look at an empty new/ costs little.
        self.changed.notify_one();
    }
}
