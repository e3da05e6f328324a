//! Delivery states and retry delays. Pure.

use jiff::SignedDuration;

use crate::address::Address;

crate::report::names! {
    /// Where a mail of ours stands.
    Delivery {
        /// Waits for its (next) attempt.
        Queued = "queued",
        /// An attempt is under way, or was when the program ended.
        Sending = "sending",
        /// The server's word is missing: delivered or not. Judged by our own copy.
        Unknown = "unknown",
        /// The recipient's server accepted it.
        Sent = "sent",
        /// Refused for good, or given up.
        Failed = "failed",
    }
}

/// How long a mail is tried before it is given up.
pub const GIVE_UP_AFTER: SignedDuration = SignedDuration::from_hours(5 * 24);

/// The delay before the next attempt, after `attempts` that were answered by a temporary refusal:
/// 5, 15, 45 s, 2 min, then doubling up to 1 h.
pub fn retry_delay(attempts: u32) -> SignedDuration {
    let seconds = match attempts {
        0 | 1 => 5,
        2 => 15,
        3 => 45,
        n => (120_i64 << (n - 4).min(5)).min(3_600),
    };
    SignedDuration::from_secs(seconds)
}

/// The same mail with `to` in its `To` header; unchanged where the address cannot stand in a header.
pub fn readdressed(raw: &[u8], to: &Address) -> Vec<u8> {
    if !to.as_str().is_ascii() {
        return raw.to_vec();
    }
    let mut out = Vec::with_capacity(raw.len() + 64);
    let (mut in_head, mut in_to) = (true, false);
    for line in raw.split_inclusive(|b| *b == b'\n') {
        let folded = line.starts_with(b" ") || line.starts_with(b"\t");
        if in_head && folded && in_to {
            continue;
        }
        in_head &= !line.trim_ascii().is_empty();
        in_to = in_head && !folded && line.get(..3).is_some_and(|name| name.eq_ignore_ascii_case(b"To:"));
        if in_to {
            out.extend(format!("To: <{to}>\r\n").as_bytes());
        } else {
            out.extend(line);
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_delays_are_those_of_the_contract() {
        let s: Vec<i64> = (1..=11).map(|n| retry_delay(n).as_secs()).collect();
        assert_eq!(s, [5, 15, 45, 120, 240, 480, 960, 1920, 3600, 3600, 3600]);
        assert_eq!(retry_delay(u32::MAX).as_secs(), 3600);
    }

    #[test]
    fn only_the_to_header_changes_with_the_address() {
        let raw = b"From: <a@b.c>\r\nTo: Long <x@old.test>,\r\n <y@old.test>\r\nSubject: s\r\n\r\nTo: x\r\n";
        let to = crate::address::Address::parse("cesame@new.test").unwrap();
        let text = String::from_utf8(readdressed(raw, &to)).unwrap();
        assert_eq!(text, "From: <a@b.c>\r\nTo: <cesame@new.test>\r\nSubject: s\r\n\r\nTo: x\r\n");
    }
}
