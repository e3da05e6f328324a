//! Answers as the JSON of `explain --as ROLE` (fields of the corpus' replies).

use serde_json::{Map, Value, json};

use super::{Order, ReporterAnswer, SupportAnswer, SupportIntent, Target, Verb};
use crate::incident::state::Half;

/// The corpus' name of what a referent wants.
pub fn intent(verb: &Verb) -> &'static str {
    match verb {
        Verb::Confirm => "confirm",
        Verb::Correct { .. } => "correct",
        Verb::Reject { .. } => "reject",
        Verb::Redirect { .. } => "redirect",
        Verb::Duplicate { .. } => "duplicate",
        Verb::Question => "question",
        Verb::Help => "help",
        Verb::List => "list",
        Verb::History => "history",
        Verb::Split => "split",
        Verb::Merge { .. } => "merge",
        Verb::Reopen => "reopen",
        Verb::Close => "close",
        Verb::Chase => "chase",
        Verb::Unclear => "unclear",
    }
}

fn fields(verb: &Verb) -> Map<String, Value> {
    let mut out = Map::new();
    out.insert("intent".to_owned(), json!(intent(verb)));
    match verb {
        Verb::Correct { changes, confirms } => {
            out.insert("changes".to_owned(), json!(changes));
            if *confirms {
                out.insert("also_confirms".to_owned(), json!(true));
            }
        }
        Verb::Reject { reason } => {
            out.insert("reason".to_owned(), json!(reason));
        }
        Verb::Redirect { to } => {
            out.insert("to".to_owned(), json!(to));
        }
        Verb::Duplicate { of, of_place } => {
            out.insert("of".to_owned(), json!(of.map(|r| r.to_string())));
            if let Some(place) = of_place {
                out.insert("of_place".to_owned(), json!(place));
            }
        }
        Verb::Merge { refs } => {
            out.insert("refs".to_owned(), json!(refs.iter().map(ToString::to_string).collect::<Vec<_>>()));
        }
        _ => {}
    }
    out
}

/// The first order's fields; where there are several, all of them under `orders` with their target.
pub fn referent(orders: &[Order]) -> Map<String, Value> {
    let mut out = orders.first().map(|o| fields(&o.verb)).unwrap_or_default();
    if let Some(left_out) = orders.first().map(|o| &o.left_out).filter(|l| !l.is_empty()) {
        out.insert("left_out".to_owned(), json!(left_out));
    }
    if orders.len() > 1 {
        let all = orders.iter().map(|o| {
            let mut one = fields(&o.verb);
            let target = match o.target {
                Target::This => "this".to_owned(),
                Target::Others => "others".to_owned(),
                Target::All => "all".to_owned(),
                Target::Ref(r) => r.to_string(),
            };
            one.insert("target".to_owned(), json!(target));
            Value::Object(one)
        });
        out.insert("orders".to_owned(), all.collect());
    }
    out
}

/// Support's answer.
pub fn support(answer: &SupportAnswer) -> Map<String, Value> {
    let mut out = Map::new();
    out.insert("intent".to_owned(), json!(answer.intent));
    match answer.intent {
        SupportIntent::Acknowledged => {
            out.insert("reference".to_owned(), json!(answer.reference));
        }
        SupportIntent::Planned => {
            out.insert("date".to_owned(), json!(answer.date.map(|d| d.to_string())));
            let half = answer.half.map(|h| if h == Half::Morning { "morning" } else { "afternoon" });
            if let Some(half) = half {
                out.insert("half".to_owned(), json!(half));
            }
        }
        SupportIntent::NeedsInfo | SupportIntent::Refused => {
            out.insert("words".to_owned(), json!(answer.words));
        }
        _ => {}
    }
    out
}

/// A reporter's answer.
pub fn reporter(answer: &ReporterAnswer) -> Map<String, Value> {
    let mut out = Map::new();
    out.insert("intent".to_owned(), json!(answer.intent));
    if answer.intent == super::ReporterIntent::Place
        && let Some(place) = &answer.place
    {
        out.insert("place".to_owned(), json!(place));
    }
    out
}
