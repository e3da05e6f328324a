//! A message taken as an answer to a mail of ours: role, intent and what goes with it.

use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde_json::{Map, Value, json};

use super::Role;
use crate::incident::answer::{self, AnswerContext, SupportIntent};
use crate::message::Message;
use crate::profile::Profile;
use crate::report::place::Places;

/// A referent's intents that the corpus knows; a command beside them is told as `command`.
const REFERENT_INTENTS: [&str; 7] = ["confirm", "correct", "reject", "redirect", "duplicate", "question", "unclear"];

/// The fields `role`, `intent` and, as the intent asks, those of [`answer::json`]. Of a referent's
/// several orders the first is told, and all under `orders`.
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
    fields.insert("role".to_owned(), json!(role));
    match role {
        Role::Referent => {
            let mut said = answer::json::referent(&answer::referent(subject, text, &ctx));
            let intent = said.get("intent").and_then(Value::as_str).unwrap_or("unclear").to_owned();
            if !REFERENT_INTENTS.contains(&intent.as_str()) {
                said.insert("intent".to_owned(), json!("unclear"));
                said.insert("command".to_owned(), json!(intent));
            }
            fields.extend(said);
        }
        Role::Support => {
            let said = answer::support(subject, text, &ctx);
            fields.extend(answer::json::support(&said));
            if said.intent == SupportIntent::Planned {
                fields.entry("half").or_insert(Value::Null);
            }
        }
        Role::Reporter => fields.extend(answer::json::reporter(&answer::reporter(subject, text, &ctx))),
    }
    fields
}
