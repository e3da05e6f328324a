//! Stories: what users see, told through one harness against real Dovecot, Postfix and PostgreSQL.

#![allow(clippy::unwrap_used, clippy::expect_used, missing_docs)]

mod binder;
mod campaign_crash;
mod campaign_first;
mod campaign_mail;
mod campaign_network;
mod campaign_stall;
mod campaign_store;
mod campaign_trust;
mod classeur;
mod harness;
mod ledger;
mod loop_answers;
mod loop_commands;
mod loop_follow;
mod loop_kill;
mod loop_machines;
mod loop_main;
mod loop_privacy;
mod loop_referent;
mod loop_repair;
mod loop_support;
mod loop_time;
mod loop_trouble;
mod loop_words;
mod mailboxes;
mod privacy_age;
mod privacy_backup;
mod privacy_forget;
mod privacy_log;
mod store;
mod term;
mod transports;

/// A story: told on SQLite and on PostgreSQL; with `real`, also by the program itself between
/// Dovecot and Postfix; with `sqlite`, once, where the store makes no difference.
#[macro_export]
macro_rules! story {
    (@tell $name:ident, $school:expr, |$w:ident| $body:block, $($setting:ident as $test:ident),*) => {
        mod $name {
            #[allow(unused_imports)]
            use super::*;

            async fn tell($w: &mut $crate::harness::school::World) $body

            $(#[tokio::test]
            async fn $test() {
                use $crate::harness::school::{Setting, World};
                tell(&mut World::open(Setting::$setting, $school).await).await;
            })*
        }
    };
    ($name:ident, $school:expr, real, |$w:ident| $body:block) => {
        $crate::story!(@tell $name, $school, |$w| $body,
            Sqlite as on_sqlite, Postgres as on_postgresql, Real as between_real_servers);
    };
    ($name:ident, $school:expr, sqlite, |$w:ident| $body:block) => {
        $crate::story!(@tell $name, $school, |$w| $body, Sqlite as on_sqlite);
    };
    ($name:ident, $school:expr, |$w:ident| $body:block) => {
        $crate::story!(@tell $name, $school, |$w| $body, Sqlite as on_sqlite, Postgres as on_postgresql);
    };
}
