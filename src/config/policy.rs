//! `[school.policy]`.

use super::read::{Findings, Section};
use super::value;
use crate::incident::policy::{Binder, Confirm, CopyMode, Delay, Policy};

/// One of several words, or a sentence that lists them.
fn choice<T: Copy>(text: &str, all: &[(&str, T)]) -> Result<T, String> {
    all.iter().find(|(name, _)| *name == text.trim()).map(|(_, v)| *v).ok_or_else(|| {
        let names: Vec<String> = all.iter().map(|(n, _)| format!("\"{n}\"")).collect();
        format!("{} is none of {}", value::shown(text), names.join(", "))
    })
}

/// The policy of `section`; what is left out is as in [`Policy::default`].
pub(super) fn read(mut section: Section<'_>, f: &mut Findings<'_>) -> Policy {
    let s = &mut section;
    let d = Policy::default();
    let copies = [("separate", CopyMode::Separate), ("cc", CopyMode::Cc)];
    let confirms = [("always", Confirm::Always), ("unsure", Confirm::Unsure), ("never", Confirm::Never)];
    let binders = [("monthly", Binder::Monthly), ("never", Binder::Never)];
    let confirm = s.parsed(f, "confirm", "always", |t| choice(t, &confirms));
    let unconfirmed = s.parsed(f, "send_unconfirmed_after", "3d", value::delay);
    if let (Some(c), Some(u)) = (&confirm, &unconfirmed)
        && c.value == Confirm::Never
    {
        f.odd(&u.at, "has no effect with `confirm = \"never\"`: tickets leave at once");
    }
    let mut span = |s: &mut Section<'_>, key, default: Delay, example| {
        s.parsed(f, key, example, value::delay).map_or(default, |found| found.value)
    };
    let remind_after = span(s, "remind_after", d.remind_after, "2wd");
    let close_after = span(s, "close_after", d.close_after, "5wd");
    let reopen_within = span(s, "reopen_within", d.reopen_within, "7d");
    let own_copy_wait = span(s, "own_copy_wait", d.own_copy_wait, "2m");
    let keep_raw = span(s, "keep_raw", d.keep_raw, "180d");
    let keep_incidents = span(s, "keep_incidents", d.keep_incidents, "3y");
    let max_message_size = s
        .text_or_integer(f, "max_message_size", "25MB")
        .and_then(|found| value::size(&found.value).map_err(|what| f.wrong(&found.at, what)).ok());
    let authserv = s.parsed(f, "trusted_authserv", "mx.example.org", |t| {
        let t = t.trim();
        let fine = !t.is_empty() && !t.contains(|c: char| c.is_whitespace() || c.is_control() || c == ';');
        if fine {
            Ok(t.to_lowercase())
        } else {
            Err(format!(
                "{} is not a host's name; copy it from the Authentication-Results header of a mail that arrived",
                value::shown(t)
            ))
        }
    });
    let policy = Policy {
        confirm: confirm.map_or(d.confirm, |c| c.value),
        send_unconfirmed_after: unconfirmed.map(|u| u.value),
        copy: s.parsed(f, "copy", "separate", |t| choice(t, &copies)).map_or(d.copy, |c| c.value),
        subaddressing: s.flag(f, "subaddressing").map_or(d.subaddressing, |x| x.value),
        trusted_authserv: authserv.map(|a| a.value),
        remind_after,
        digest: s.parsed(f, "digest", "weekdays 07:30", value::digest).map_or(d.digest, |x| x.value),
        binder: s.parsed(f, "binder", "monthly", |t| choice(t, &binders)).map_or(d.binder, |b| b.value),
        holidays: s.list(f, "holidays", "2026-12-19..2027-01-03", value::closing).map_or(d.holidays, |x| x.value),
        close_after,
        reopen_within,
        max_mails_per_day: s.integer(f, "max_mails_per_day", 1..=10_000).unwrap_or(d.max_mails_per_day),
        max_mails_per_day_overall: s
            .integer(f, "max_mails_per_day_overall", 1..=1_000_000)
            .unwrap_or(d.max_mails_per_day_overall),
        max_message_size: max_message_size.unwrap_or(d.max_message_size),
        own_copy_wait,
        copy_photos: s.flag(f, "copy_photos").map_or(d.copy_photos, |x| x.value),
        keep_raw,
        keep_incidents,
    };
    section.finish(f);
    policy
}
