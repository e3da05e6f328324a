//! Stories: what users see, told through one harness against real Dovecot, Postfix and PostgreSQL.

#![allow(clippy::unwrap_used, clippy::expect_used, missing_docs)]

mod harness;
mod mailboxes;
mod store;
mod transports;
