//! A message taken as an answer to a mail of ours: role, intent and what goes with it.

use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde_json::{Map, Value, json};

use super::Role;
use crate::incident::answer::{self, AnswerContext, ReporterIntent, SupportIntent, Verb};
use crate::incident::state::Half;
use crate::message::Message;
use crate::profile::Profile;
use crate::report::place::Places;

/// The fields `role`, `intent` and, as the intent asks, `changes`, `also_confirms`, `reason`, `to`,
/// `of`, `of_place`, `reference`, `date`, `half`, `place`. Of a referent's several orders the first
/// is told.
pub fn answer_json(
    role: Role,
    message: &Message,
    profile: &Profile,
    places: &Places,
    zone: &TimeZone,
) -> Map<String, Value> {
    let ctx = AnswerContext { profile, places, date: message.date.unwrap_or(Timestamp::UNIX_EPOCH), zone };
    let (subject, text) = (message.subject.as_str(), message.body.new_text.as_str());
    let mut fields = Map::new();
    let mut put = |key: &str, value: Value| fields.insert(key.to_owned(), value);
    put("role", json!(role));
    match role {
        Role::Referent => {
            let orders = answer::referent(subject, text, &ctx);
            match orders.first().map_or(&Verb::Unclear, |o| &o.verb) {
                Verb::Confirm => {
                    put("intent", json!("confirm"));
                }
                Verb::Correct { changes, confirms } => {
                    put("intent", json!("correct"));
                    put("changes", json!(changes));
                    if *confirms {
                        put("also_confirms", json!(true));
                    }
                }
                Verb::Reject { reason } => {
                    put("intent", json!("reject"));
                    put("reason", json!(reason));
                }
                Verb::Redirect { to } => {
                    put("intent", json!("redirect"));
                    put("to", json!(to));
                }
                Verb::Duplicate { of, of_place } => {
                    put("intent", json!("duplicate"));
                    put("of", json!(of.map(|r| r.to_string())));
                    if of_place.is_some() {
                        put("of_place", json!(of_place));
                    }
                }
                Verb::Question => {
                    put("intent", json!("question"));
                }
                _ => {
                    put("intent", json!("unclear"));
                }
            }
        }
        Role::Support => {
            let said = answer::support(subject, text, &ctx);
            put("intent", json!(said.intent));
            if said.intent == SupportIntent::Acknowledged {
                put("reference", json!(said.reference));
            }
            if said.intent == SupportIntent::Planned {
                put("date", json!(said.date.map(|d| d.to_string())));
                put("half", json!(said.half.map(half_name)));
            }
        }
        Role::Reporter => {
            let said = answer::reporter(subject, text, &ctx);
            put("intent", json!(said.intent));
            if said.intent == ReporterIntent::Place {
                put("place", json!(said.place));
            }
        }
    }
    fields
}

fn half_name(half: Half) -> &'static str {
    match half {
        Half::Morning => "morning",
        Half::Afternoon => "afternoon",
    }
}
