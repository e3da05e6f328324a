//! Any text is an operator's mail text, or a mistake with its place. Form feeds part the files.
#![no_main]

use libfuzzer_sys::fuzz_target;
use passerelle::compose::Templates;

/// Parts stand before texts: a part that includes what includes it is the worst of them.
const FILES: [&str; 5] = ["_pied.txt", "_fiche.txt", "ticket.txt", "digest.txt", "help.txt"];

fuzz_target!(|texts: &str| {
    let files: Vec<(String, String)> =
        FILES.iter().zip(texts.split('\x0c')).map(|(name, text)| ((*name).to_owned(), text.to_owned())).collect();
    match Templates::load("ile-de-france", &files) {
        Ok(templates) => assert!(templates.check().is_ok()),
        Err(e) => assert!(e.line > 0 && !e.what.is_empty(), "{e}"),
    }
});
