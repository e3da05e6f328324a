//! Any text is an answer; without an affirmative word none is a yes.
#![no_main]

use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use passerelle::incident::answer::{AnswerContext, referent, reporter, support};
use passerelle::profile::Profile;
use passerelle::report::place::Places;

static PROFILE: LazyLock<Profile> = LazyLock::new(|| Profile::builtin("ile-de-france").unwrap());

fuzz_target!(|texts: (String, String)| {
    let (places, zone) = (Places::default(), jiff::tz::TimeZone::UTC);
    let ctx = AnswerContext { profile: &PROFILE, places: &places, date: jiff::Timestamp::UNIX_EPOCH, zone: &zone };
    let (subject, text) = &texts;
    assert!(!referent(subject, text, &ctx).is_empty());
    let _ = support(subject, text, &ctx);
    let _ = reporter(subject, text, &ctx);
});
