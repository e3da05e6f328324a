//! Who may see what of an incident. What a reader must not see is taken out here, before any text
//! is rendered.

use serde_json::{Value, json};

use super::data::Scene;
use super::french::{capital, one_line};
use super::view::{self, IncidentView, nameless};
use crate::incident::Incident;

/// The incident in words, whole.
pub fn shown(incident: &Incident, ctx: &Scene<'_>) -> IncidentView {
    view::incident(incident, ctx.school, ctx.profile, ctx.now)
}

/// As the referent may see it: all of it.
pub fn open(incident: &Incident, ctx: &Scene<'_>) -> Value {
    json!(shown(incident, ctx))
}

/// As reporters may see it: without other people's words.
pub fn for_reporters(incident: &Incident, ctx: &Scene<'_>) -> Value {
    json!(view::without_words(incident, ctx.school, ctx.profile, ctx.now))
}

/// As support may see it: words without names.
pub fn for_support(incident: &Incident, ctx: &Scene<'_>) -> Value {
    let mut view = shown(incident, ctx);
    view.words.clear();
    view.doubts.clear();
    view.description =
        capital(&one_line(view::without_greeting(&nameless(&incident.facts.words, incident, ctx.names)), 400));
    view.effect = view.effect.map(|e| nameless(&e, incident, ctx.names));
    view.since = view.since.map(|s| nameless(&s, incident, ctx.names));
    json!(view)
}

/// As correspondents may see it: the normalised fault, nobody's words.
pub fn for_correspondents(incident: &Incident, ctx: &Scene<'_>) -> Value {
    let mut view = view::without_words(incident, ctx.school, ctx.profile, ctx.now);
    let effect = incident.facts.effect.as_deref().is_some_and(|e| !one_line(e, 200).is_empty());
    view.effect = (effect && !view.urgent).then(|| "cours perturbés".to_owned());
    view.reason = view.reason.map(|r| nameless(&r, incident, ctx.names));
    // Support may name whoever is to open.
    view.planned_words = None;
    json!(view)
}
