//! The school of the benches, at work on a folder of its own.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use passerelle::cli::site::MaildirIntake;
use passerelle::clock::ManualClock;
use passerelle::incident::policy::Policy;
use passerelle::service::Office;
use passerelle::service::run::Post;
use passerelle::store::Store;
use passerelle::transport::maildir::MaildirTransport;

use crate::mails;
use crate::school::{school, texts};

/// Where a school's mail comes from, and an office for it on a store in the same folder.
pub struct Site {
    folder: tempfile::TempDir,
    written: usize,
}

impl Site {
    /// A new folder. On the disk that holds the build, since many a /tmp is memory.
    pub fn new() -> Self {
        let folder = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).unwrap();
        Self { folder, written: 0 }
    }

    /// The school's Maildir.
    pub fn maildir(&self) -> PathBuf {
        self.path().join("panne-info")
    }

    /// The folder.
    pub fn path(&self) -> &Path {
        self.folder.path()
    }

    /// Writes messages into the school's Maildir.
    pub fn deliver(&mut self, mails: impl Iterator<Item = Vec<u8>>) {
        for sub in ["tmp", "new", "cur"] {
            std::fs::create_dir_all(self.maildir().join(sub)).unwrap();
        }
        for mail in mails {
            self.written += 1;
            std::fs::write(self.maildir().join("new").join(format!("{:08}.bench", self.written)), mail).unwrap();
        }
    }

    /// Opens the store and an office.
    pub async fn open(&self, policy: Policy) -> (Store, Post) {
        let store = Store::open(&format!("sqlite:{}", self.path().join("passerelle.db").display())).await.unwrap();
        let (profile, templates) = texts();
        let transport = Arc::new(MaildirTransport::new(self.path().join("delivered")));
        let clock = Arc::new(ManualClock::at(mails::now()));
        let office = Office::new(school(policy), profile, templates, store.clone(), clock, transport);
        let intake = Arc::new(MaildirIntake { path: self.maildir(), done_folder: None, limit: 25_000_000 });
        (store, Post { office, intake })
    }
}
