//! Any text is a configuration, or a list of mistakes.
#![no_main]

use std::path::Path;

use libfuzzer_sys::fuzz_target;
use passerelle::config::{Config, duration, school_from_text};

fuzz_target!(|text: &str| {
    let _ = Config::from_text(text, Path::new("passerelle.toml"));
    let _ = school_from_text(text, Path::new("school.toml"));
    let _ = duration(text);
});
