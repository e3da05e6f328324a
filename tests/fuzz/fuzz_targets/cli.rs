//! Any words are arguments of the program, or wrong ones, of which is said why; nothing said holds an
//! address or what a terminal would obey. Each line is one argument.
#![no_main]

use clap::Parser;
use libfuzzer_sys::fuzz_target;
use passerelle::cli::Cli;
use passerelle::cli::log::without_people;
use passerelle::cli::out::is_unseen;

fuzz_target!(|text: &str| {
    let words = std::iter::once("passerelle").chain(text.lines());
    if let Err(e) = Cli::try_parse_from(words) {
        let _ = e.exit_code();
        assert!(!e.to_string().is_empty());
    }
    // A mask over a mask finds the same addresses, by their hashes.
    let masked = without_people(text);
    assert_eq!(masked.matches('@').count(), text.matches('@').count());
    let seen: String = text.chars().filter(|c| !is_unseen(*c)).collect();
    assert!(!seen.contains('\u{1b}'));
});
