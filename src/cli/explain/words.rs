//! `explain` for people: what was understood, and why.

use std::fmt::Write as _;

use super::{Reading, Role, answer_json, date, is_stranger};
use crate::cli::dry_run::{one_line, shown_kind};

/// The whole explanation of one message.
pub(super) fn words(reading: &Reading<'_>, role: Option<Role>) -> String {
    let message = &reading.message;
    let mut out = String::new();
    let mut say = |label: &str, value: &str| {
        // Writing to a String cannot fail.
        let _ = writeln!(out, "{label:<14}{value}");
    };
    say("file", &one_line(&reading.file, 200));
    let from = message.from.as_ref().map_or_else(
        || "(nobody)".to_owned(),
        |p| format!("{} <{}>", p.name, p.address.as_ref().map_or("", |a| a.as_str())),
    );
    let outside = if is_stranger(reading) { "  (from outside the school)" } else { "" };
    say("from", &format!("{}{outside}", one_line(&from, 200)));
    say("date", date(reading).as_deref().unwrap_or("(none)"));
    say("subject", &one_line(&message.subject, 200));
    say("kind", &format!("{} ({})", reading.told.kind, shown_kind(reading.told.kind)));
    for reason in &reading.told.reasons {
        say("  because", &one_line(reason, 300));
    }
    if reading.told.doubtful {
        say("  doubt", "nothing was recognised, yet a person seems to report a fault: the referent will see it");
    }
    for (i, r) in reading.told.reports.iter().enumerate() {
        let place = r.place.as_ref().map_or("place unknown", |p| p.as_str());
        let machines =
            if r.machines.is_empty() { String::new() } else { format!(", machines {}", r.machines.join(", ")) };
        let symptom = r.symptom.as_deref().map_or_else(String::new, |s| format!(", {s}"));
        say(
            &format!("problem {}", i + 1),
            &one_line(
                &format!("{}, {place}{symptom}, {} machine(s){machines}, for: {}", r.equipment, r.count, r.responsible),
                300,
            ),
        );
        say("  words", &format!("« {} »", one_line(&r.span, 200)));
        for doubt in &r.doubts {
            say("  doubt", &one_line(doubt, 200));
        }
    }
    if let Some(role) = role {
        let answer = answer_json(role, message, reading.profile, reading.places, &reading.school.timezone);
        for (key, value) in &answer {
            let value = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
            say(key, &one_line(&value, 300));
        }
    }
    for forwarded in &message.body.forwarded {
        say("forwarded", &one_line(&format!("{} « {} »", forwarded.from.name, forwarded.subject), 200));
    }
    if let Some(bounce) = &message.bounce {
        let to = bounce.recipient.as_ref().map_or("(unknown)", |a| a.as_str());
        say("bounce", &one_line(&format!("{to} {}", bounce.status.as_deref().unwrap_or("")), 200));
    }
    for defect in &message.defects {
        say("defect", &one_line(defect, 200));
    }
    let text = message.body.new_text.trim();
    say("new text", if text.is_empty() { "(none)" } else { "" });
    for line in text.lines() {
        let _ = writeln!(out, "  | {}", one_line(line, 500));
    }
    out
}
