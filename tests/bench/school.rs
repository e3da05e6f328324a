//! The school of the benches, at work on a folder of its own.

#![allow(dead_code, reason = "the benches share it, and each uses a part")]

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use jiff::tz::TimeZone;
use passerelle::address::Address;
use passerelle::cli::site::MaildirIntake;
use passerelle::clock::ManualClock;
use passerelle::compose::templates::Templates;
use passerelle::incident::policy::Policy;
use passerelle::profile::Profile;
use passerelle::school::{School, SenderPattern};
use passerelle::service::Office;
use passerelle::service::run::Post;
use passerelle::store::Store;
use passerelle::transport::maildir::MaildirTransport;

use crate::mails;

/// An address.
pub fn address(text: &str) -> Address {
    Address::parse(text).unwrap()
}

/// The school.
pub fn school(policy: Policy) -> School {
    School {
        name: "Lycée Jacques-Prévert".into(),
        uai: "0941234F".into(),
        city: "Créteil".into(),
        mailbox: address("panne-info@lycee-prevert.test"),
        staff_domains: vec!["lycee-prevert.test".into(), "ac-creteil.test".into()],
        referents: vec![address("referent@lycee-prevert.test")],
        correspondents: vec![address("s1@syndicat.test")],
        support: address("cesame@region.test"),
        support_from: vec![SenderPattern::Domain("region.test".into())],
        profile: "ile-de-france".into(),
        rooms: Vec::new(),
        room_aliases: BTreeMap::new(),
        words: BTreeMap::new(),
        pcs: Some(320),
        contact: Some("M. Petit, 01 02 03 04 05".into()),
        access_hours: Some("8 h - 18 h".into()),
        known_senders: Vec::new(),
        relay_senders: Vec::new(),
        timezone: TimeZone::get("Europe/Paris").unwrap(),
        policy,
    }
}

/// Profile and texts of the school.
pub fn texts() -> (Profile, Templates) {
    (Profile::builtin("ile-de-france").unwrap(), Templates::builtin("ile-de-france").unwrap())
}

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
