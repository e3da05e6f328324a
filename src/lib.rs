//! # Passerelle: the architecture page
//!
//! Passerelle turns what teachers write to one fixed address into exactly one confirmed ticket
//! per fault. This page says how a message travels, what may never happen, and what the words mean.
//!
//! ## A message's way
//!
//! ```text
//!  IMAP / Maildir                                                       SMTP / Maildir
//!       |                                                                     ^
//!   [mailbox] --receive--> store (raw bytes first)                            |
//!                            |                                            [transport]
//!                         process: one message of a school at a time          ^
//!                            |                                                |
//!   [message] parse -> [triage] -> [report] extract -> [incident] match       |
//!                                                   -> [incident] decide -> effects
//!                                                                 |           |
//!                                                             [compose] -> outbox rows
//! ```
//!
//! `receive` keeps the raw bytes, `process` decides and writes everything that a message causes in
//! one transaction, `deliver` empties the outbox and feeds the outcome back, `tick` feeds the
//! deadlines that have passed. All four live in [`service`]; everything they decide is decided in
//! pure modules, which take `now` as an argument and do no IO.
//!
//! ## Direction of imports
//!
//! `message <- report <- incident <- compose <- service <- cli <- main`. [`store`] knows the pure
//! types; nothing pure knows [`config`], [`store`] or [`service`]. `tests/architecture.rs` guards it.
//!
//! ## Invariants
//!
//! 1. Every stored message ends handled, ignored or quarantined, with a reason.
//! 2. No mail leaves without an outbox row; no outbox row exists without a cause.
//! 3. At most one ticket per incident: a unique index, not care. No confirmed incident stays
//!    without its ticket.
//! 4. Nothing automatic, and nothing of ours, ever causes a mail to its sender.
//! 5. Nothing quoted, forwarded or forged confirms.
//! 6. Pure modules do no IO.
//! 7. A crash at any instruction loses nothing and repeats nothing that anybody sees.
//!
//! ## Glossary
//!
//! * **message**: one mail as it was received, raw bytes and what was parsed of them.
//! * **report**: one problem told by one message.
//! * **incident**: a fault that one repair would end; what a ticket is about.
//! * **ticket**: the mail to support about one incident. Exactly one per incident.
//! * **follow-up**: a later mail to support in the ticket's thread.
//! * **referent / correspondent / support / reporter**: see the README.
//! * **outbox**: the mails that are to leave, as exact bytes, one row per recipient.
//! * **ledger**: the technician's visits and the school's own spending, as the referent notes them by
//!   mail; **classeur** (binder): the evidence made of all that, for the school's council.
//! * **quarantine**: messages that a person must look at.

pub mod address;
pub mod classeur;
pub mod cli;
pub mod clock;
pub mod compose;
pub mod config;
pub mod failpoint;
pub mod incident;
pub mod keyed;
pub mod mailbox;
pub mod message;
pub mod net;
pub mod outbox;
pub mod profile;
pub mod report;
pub mod school;
pub mod service;
pub mod store;
pub mod transport;
pub mod triage;
