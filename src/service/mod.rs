//! The loops that join IO to decisions.
//!
//! * [`receive`]: mailbox -> store, raw bytes first
//! * [`process`]: stored messages -> reports, incidents, outbox rows; one transaction
//! * [`deliver`]: outbox -> transport, outcomes fed back to the decisions
//! * [`tick`]: deadlines, digest, classeurs by mail, sendings of unknown fate; [`retention`]: what was kept long enough
//! * [`health`]: whether all of it does its work
//! * [`run`]: the loops together, for `run` and `once`
//!
//! Everything that one school's decisions need is in its [`books::Books`], which one transaction at
//! a time may hold ([`desk::Desk`]): matching cannot race, and what is decided in memory is either
//! written or forgotten.

mod binder;
mod books;
mod corrected;
pub mod deliver;
mod desk;
mod draft;
pub mod health;
mod post;
pub mod process;
pub mod receive;
pub mod retention;
pub mod run;
pub mod tick;

use std::sync::Arc;

use tokio::sync::{Mutex, Notify};

use crate::clock::Clock;
use crate::compose::templates::Templates;
use crate::profile::Profile;
use crate::school::School;
use crate::store::Store;
use crate::transport::Transport;

/// One school at work: what is configured, compiled once, and its books.
pub struct Office {
    /// Who is who.
    pub school: Arc<School>,
    /// Vocabulary and delays.
    pub profile: Profile,
    /// Texts of the mails.
    pub templates: Templates,
    /// The store, shared by all schools.
    pub store: Store,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// Where its mail leaves.
    pub transport: Arc<dyn Transport>,
    /// What is known of its incidents; `None`: to be read from the store.
    pub(crate) books: Arc<Mutex<Option<books::Books>>>,
    /// Something is in the outbox.
    pub(crate) to_deliver: Notify,
    /// Something has been received.
    pub(crate) to_process: Notify,
    /// Asks the mailbox, which one task owns, for evidence of a sending.
    pub(crate) evidence: run::EvidenceDesk,
    /// Messages parsed at their arrival.
    pub(crate) parsed: receive::Parsed,
    /// One task processes at a time.
    pub(crate) processing: Mutex<()>,
    /// When to look for what was kept long enough.
    pub(crate) retention: retention::Retention,
    /// Intake and delivery, as the watchdog sees them.
    pub(crate) health: health::Health,
}

impl Office {
    /// An office that has not opened its books yet.
    pub fn new(
        school: School,
        profile: Profile,
        templates: Templates,
        store: Store,
        clock: Arc<dyn Clock>,
        transport: Arc<dyn Transport>,
    ) -> Arc<Self> {
        Arc::new(Self {
            school: Arc::new(school),
            profile,
            templates,
            store,
            clock,
            transport,
            books: Arc::new(Mutex::new(None)),
            to_deliver: Notify::new(),
            to_process: Notify::new(),
            parsed: receive::Parsed::default(),
            processing: Mutex::new(()),
            evidence: run::EvidenceDesk::default(),
            retention: retention::Retention::default(),
            health: health::Health::default(),
        })
    }

    /// Neither intake nor delivery has stood still for long.
    pub fn is_well(&self) -> bool {
        self.health.is_well(self.clock.now())
    }
}
