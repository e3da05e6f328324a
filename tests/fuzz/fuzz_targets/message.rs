//! Any bytes are a message: parsed, taken apart, told from a machine's, and sent on some way.
#![no_main]

use libfuzzer_sys::fuzz_target;
use passerelle::message::authenticated::authenticated;
use passerelle::message::{automatic, parse};
use passerelle::school::Role;
use passerelle::triage;

fuzz_target!(|raw: &[u8]| {
    let message = parse::parse(raw);
    let origin = automatic::origin(&message);
    for role in [Role::Ourselves, Role::Referent, Role::Support, Role::Relay, Role::Staff, Role::Stranger] {
        let _ = triage::route(&message, origin, role);
    }
    let _ = triage::is_courtesy(&message.body.new_text);
    let _ = authenticated(&message.authentication_results, Some("mx.school.test"));
    assert!(!message.subject.contains(['\r', '\n', '\0']));
    for attachment in &message.attachments {
        assert!(!attachment.name.contains(['/', '\\', '\0', '\n']));
    }
});
