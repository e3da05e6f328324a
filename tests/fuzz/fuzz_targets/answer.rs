//! Any text is an answer of the referent's, of support's and of a reporter's; without a word none is
//! a yes. The first line is the subject.
#![no_main]

use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use passerelle::incident::Reference;
use passerelle::incident::answer::{AnswerContext, Verb, lets_in, referent, referent_shown, reporter, support};
use passerelle::profile::Profile;
use passerelle::report::place::Places;

static PROFILE: LazyLock<Profile> = LazyLock::new(|| Profile::builtin("ile-de-france").unwrap());

fuzz_target!(|text: &str| {
    let (places, zone) = (Places::default(), jiff::tz::TimeZone::UTC);
    let ctx = AnswerContext { profile: &PROFILE, places: &places, date: jiff::Timestamp::UNIX_EPOCH, zone: &zone };
    let (subject, text) = text.split_once('\n').unwrap_or(("[SIG-2026-0012] Vidéoprojecteur - B204", text));
    let orders = referent(subject, text, &ctx);
    assert!(!orders.is_empty());
    let sends = |v: &Verb| matches!(v, Verb::Confirm | Verb::Correct { confirms: true, .. });
    if text.is_ascii() && !text.bytes().any(|b| b.is_ascii_alphanumeric() || b == b'+') {
        assert!(!orders.iter().any(|o| sends(&o.verb)), "{orders:?}");
    }
    let shown = [8, 12].map(|number| Reference { year: 2026, number });
    assert!(!referent_shown(subject, text, &shown, &ctx).is_empty());
    let _ = lets_in(text, &ctx);
    let said = support(subject, text, &ctx);
    assert!(said.words.chars().count() <= 2_000);
    let _ = reporter(subject, text, &ctx);
});
