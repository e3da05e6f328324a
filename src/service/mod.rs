//! The loops that join IO to decisions: receive, process, deliver, tick.
