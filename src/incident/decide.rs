//! (incident, event, now, policy) -> (state, effects). Pure.
