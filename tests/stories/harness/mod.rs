//! What the stories stand on.
//!
//! * [`lab`]: a real Dovecot and Postfix; [`postgres`]: a real PostgreSQL; stopped by pid
//! * [`school`]: a school and its people; stories speak to it in users' words
//! * [`letters`]: mails as people write and read them
//! * [`inside`], [`service`]: what the school's mail goes through: the loops in this process on a
//!   clock of our own, or the program itself between real servers

#![allow(dead_code, unused_imports, reason = "the stories and the benches share it, and each uses a part")]

pub mod inside;
pub mod lab;
pub mod letters;
pub mod postgres;
pub mod school;
pub mod service;
