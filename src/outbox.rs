//! Delivery states and retry delays. Pure.

use jiff::SignedDuration;

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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_delays_are_those_of_the_contract() {
        let s: Vec<i64> = (1..=11).map(|n| retry_delay(n).as_secs()).collect();
        assert_eq!(s, [5, 15, 45, 120, 240, 480, 960, 1920, 3600, 3600, 3600]);
        assert_eq!(retry_delay(u32::MAX).as_secs(), 3600);
    }
}
