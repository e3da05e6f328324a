//! What the stories stand on: servers started for the test, stopped by pid.

pub mod lab;
pub mod postgres;
