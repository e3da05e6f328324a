//! Any text is read for the ledger and for commands, and any word for what names things on the command
//! line. The first line is the subject.
#![no_main]

use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use passerelle::address::Address;
use passerelle::incident::Reference;
use passerelle::incident::answer::ledger::ledger;
use passerelle::incident::answer::{AnswerContext, commands};
use passerelle::incident::ledger::EntryName;
use passerelle::profile::Profile;
use passerelle::report::place::Places;

static PROFILE: LazyLock<Profile> = LazyLock::new(|| Profile::builtin("ile-de-france").unwrap());

fuzz_target!(|text: &str| {
    let (places, zone) = (Places::default(), jiff::tz::TimeZone::UTC);
    let ctx = AnswerContext { profile: &PROFILE, places: &places, date: jiff::Timestamp::UNIX_EPOCH, zone: &zone };
    let (subject, text) = text.split_once('\n').unwrap_or((text, text));
    let _ = ledger(subject, text, &["SCC".to_owned()], &ctx);
    let _ = commands(subject, text, &ctx);
    if let Ok(address) = Address::parse(subject) {
        assert_eq!(Address::parse(address.as_str()).as_ref(), Ok(&address));
    }
    if let Ok(reference) = subject.parse::<Reference>() {
        assert_eq!(reference.to_string().parse::<Reference>().ok(), Some(reference));
    }
    if let Ok(name) = subject.parse::<EntryName>() {
        assert_eq!(name.to_string().parse::<EntryName>(), Ok(name));
    }
});
