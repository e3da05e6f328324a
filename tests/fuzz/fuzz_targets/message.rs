//! Any bytes are a message: parsed, taken apart, and told from a machine's.
#![no_main]

use libfuzzer_sys::fuzz_target;
use passerelle::message::{automatic, parse};

fuzz_target!(|raw: &[u8]| {
    let message = parse::parse(raw);
    let _ = automatic::origin(&message);
});
