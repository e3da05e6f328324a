//! How an incident is shown to people, in French.
