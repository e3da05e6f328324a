//! Whom a word that it is repaired is put to. The first two times it is every reporter; the third time those
//! who said that it was not; from then on the referent judges. A fault that is said to be repaired again
//! and again, and is not, must not be its reporters' to tell of for weeks.

use super::{Asked, Deadline, Decision, Effect, Why};
use crate::address::Address;
use crate::incident::Incident;

/// Denials up to which every reporter is asked.
const FEW: u32 = 1;
/// Denials after which nobody but the referent is asked.
const ENOUGH: u32 = 3;
/// Kept beside the deadlines that have fired, through all states: how often it was said to be repaired and
/// was not.
const DENIED: &str = "denied ";
/// Kept beside the deadlines that have fired: the referent judges whether it is repaired.
pub(super) const JUDGED: &str = "judged_by_referent";

/// Is what is kept beside the deadlines that have fired about the fault's whole life? That support is silent
/// is told once; the contract's reminder, which counts anew from each reopening, tells of it too.
pub(super) fn lasts(fired: &str) -> bool {
    fired.starts_with(DENIED) || fired == Deadline::RemindSupport.name()
}

/// How often it was said to be repaired and was not.
fn denials(incident: &Incident) -> u32 {
    incident.fired.iter().find_map(|f| f.strip_prefix(DENIED)?.parse().ok()).unwrap_or(0)
}

/// It was said to be repaired, and is not.
pub(super) fn deny(d: &mut Decision) {
    let now = denials(&d.incident).saturating_add(1);
    d.incident.fired.retain(|f| !f.starts_with(DENIED));
    d.fire(&format!("{DENIED}{now}"));
}

/// Have reporters been asked so often that they are left alone?
pub(super) fn is_worn_out(incident: &Incident) -> bool {
    denials(incident) >= ENOUGH
}

/// Somebody says that it is repaired, and others must know better: whoever is still to be asked is asked.
/// Called in the state in which it is said to be repaired.
pub(super) fn ask(d: &mut Decision, but: Option<Address>) {
    match denials(&d.incident) {
        0..=FEW => d.effect(Effect::AskRepaired { but, of: Asked::Everybody }),
        n if n < ENOUGH => d.effect(Effect::AskRepaired { but, of: Asked::WhoDenied }),
        _ => {
            d.fire(JUDGED);
            d.note("reminded", "le référent : dit réparé une fois de plus, à lui d’en juger");
            d.effect(Effect::Remind(Why::RepairedAgain));
        }
    }
}
