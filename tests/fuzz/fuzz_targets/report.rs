//! Any text is read, split and held against what is known; every report gets an incident. Form feeds
//! part one message from the next; the first line of each is its subject.
#![no_main]

use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use passerelle::incident::matching::{Context, Index};
use passerelle::message::Message;
use passerelle::profile::Profile;
use passerelle::report::extract::extract;
use passerelle::report::place::Places;

static PROFILE: LazyLock<Profile> = LazyLock::new(|| Profile::builtin("ile-de-france").unwrap());

fuzz_target!(|texts: &str| {
    let places = Places::default();
    let mut index = Index::default();
    let mut next = 1;
    for text in texts.split('\x0c').take(8) {
        let mut message = Message::default();
        if let Some((subject, rest)) = text.split_once('\n') {
            message.subject = subject.to_owned();
            message.body.new_text = rest.to_owned();
        } else {
            message.body.new_text = text.to_owned();
        }
        let told = extract(&message, &PROFILE, &places);
        for report in &told.reports {
            assert!(report.span.chars().count() <= 200);
        }
        let ctx = Context {
            message: Some(&message),
            at: jiff::Timestamp::UNIX_EPOCH,
            sender: None,
            thread: &[],
            reopen_within: jiff::SignedDuration::from_hours(168),
        };
        let judgement = index.judge(&told, &ctx);
        let keys = index.apply(&judgement, &ctx, &mut next);
        assert_eq!(keys.len(), judgement.matched.len());
    }
});
