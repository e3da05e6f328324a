//! Amounts as French people write them: `45,90`, `45.90`, `1 234,50 €`, `12 €`, `12€50`.

use std::ops::Range;
use std::sync::LazyLock;

use regex::Regex;

use super::Unusable;

/// Beyond this many cents nobody buys a lamp: a slip of the fingers.
pub const MOST_CENTS: i64 = 10_000_000;

/// An amount that a statement names.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Amount {
    /// Euro cents above zero, or why it is none that could be noted.
    pub cents: Result<i64, Unusable>,
    /// Where in the folded text.
    pub range: Range<usize>,
    /// Has a currency.
    pub marked: bool,
    /// Has decimals.
    pub decimals: bool,
}

#[allow(clippy::expect_used, reason = "constant patterns, compiled by the first test")]
static AMOUNT: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(
        r"\b(\d{1,3}(?:[ .]\d{3})+|\d+)([.,]\d+)?\b(?: ?(euros?|eur|e)(?:(\d\d)\b|\b(?: et)?(?: (\d{1,2}) ?(?:centimes?|cts?)\b)?))?",
    )
    .expect("a constant pattern")
});

#[allow(clippy::expect_used, reason = "constant patterns, compiled by the first test")]
static ATTACHED: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"\b(\d{1,3}(?:[ .]\d{3})+|\d+)([.,]\d+)?(euros?|eur|e)(\d\d)?\b").expect("a constant pattern")
});

/// The sign of the euro in words, so that folding keeps it.
pub(super) fn spelled(source: &str) -> String {
    source.replace('€', "euros")
}

/// Every number of `text` (folded, see [`spelled`]) that may be an amount, in order.
pub(super) fn find(text: &str) -> Vec<Amount> {
    let mut found: Vec<Amount> = Vec::new();
    for pattern in [&*ATTACHED, &*AMOUNT] {
        for c in pattern.captures_iter(text) {
            let Some(whole) = c.get(0) else { continue };
            let mut range = whole.range();
            if found.iter().any(|f| f.range.start < range.end && range.start < f.range.end) {
                continue;
            }
            let before = text.get(..range.start).unwrap_or("");
            let negative = before.ends_with('-')
                && before.get(..before.len() - 1).is_none_or(|b| b.is_empty() || b.ends_with([' ', ':', '\n']));
            if negative {
                range.start -= 1;
            } else if before.ends_with(['-', '/', '.', ',', '_', '@', '#', ':']) && !before.ends_with(": ") {
                // A part of something else: a label, a number of parts, an hour.
                let joined = before.trim_end_matches(['-', '/', '.', ',', '_', '@', '#', ':']);
                if joined.ends_with(char::is_alphanumeric) {
                    continue;
                }
            }
            let decimals = c.get(2).map_or("", |m| m.as_str());
            let cents = c.get(4).or_else(|| c.get(5)).map_or("", |m| m.as_str());
            let value = value(c.get(1).map_or("", |m| m.as_str()), decimals, cents);
            let cents_value = if negative { Err(Unusable::Negative) } else { value };
            found.push(Amount {
                cents: cents_value,
                range,
                marked: c.get(3).is_some(),
                decimals: !decimals.is_empty() || !cents.is_empty(),
            });
        }
    }
    found.sort_by_key(|f| f.range.start);
    found
}

fn value(whole: &str, decimals: &str, cents: &str) -> Result<i64, Unusable> {
    let digits: String = whole.chars().filter(char::is_ascii_digit).collect();
    let digits = digits.trim_start_matches('0');
    if digits.len() > 9 {
        return Err(Unusable::TooMuch);
    }
    let euros: i64 = if digits.is_empty() { 0 } else { digits.parse().map_err(|_| Unusable::TooMuch)? };
    let after = decimals.get(1..).unwrap_or("");
    let part: i64 = match (after.len(), cents.is_empty()) {
        (0, true) => 0,
        (0, false) => cents.parse().unwrap_or(0),
        (1, true) => after.parse::<i64>().unwrap_or(0) * 10,
        (2, true) => after.parse().unwrap_or(0),
        // "1,234" may be twelve hundred or one: it is asked again.
        _ => return Err(Unusable::UnclearAmount),
    };
    match euros * 100 + part {
        0 => Err(Unusable::Zero),
        n if n > MOST_CENTS => Err(Unusable::TooMuch),
        n => Ok(n),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn amounts(text: &str) -> Vec<Result<i64, Unusable>> {
        let folded = super::super::super::fold::fold(&spelled(text), &std::collections::HashMap::new());
        find(&folded.text).into_iter().map(|a| a.cents).collect()
    }

    #[test]
    fn amounts_are_read_in_every_french_form() {
        for (text, cents) in [
            ("45,90", 4_590),
            ("45.90", 4_590),
            ("45,9", 4_590),
            ("45,90 €", 4_590),
            ("45,90€", 4_590),
            ("1 234,50 €", 123_450),
            ("1\u{202f}234,50\u{a0}€", 123_450),
            ("1.234,50", 123_450),
            ("1234.5", 123_450),
            ("12 €", 1_200),
            ("12€", 1_200),
            ("12€50", 1_250),
            ("12 euros 50 centimes", 1_250),
            ("12 euros et 5 centimes", 1_205),
            ("12 EUR", 1_200),
            ("12e", 1_200),
            ("0,50 €", 50),
            ("007 €", 700),
        ] {
            assert_eq!(amounts(text), [Ok(cents)], "{text}");
        }
    }

    #[test]
    fn what_cannot_be_noted_says_why() {
        for (text, why) in [
            ("-45,90", Unusable::Negative),
            ("dépense : -12 €", Unusable::Negative),
            ("0", Unusable::Zero),
            ("0,00 €", Unusable::Zero),
            ("1 000 000 €", Unusable::TooMuch),
            ("99999999999999999999", Unusable::TooMuch),
            ("1,234", Unusable::UnclearAmount),
        ] {
            assert_eq!(amounts(text), [Err(why)], "{text}");
        }
        assert_eq!(amounts("dépense - 12 €"), [Ok(1_200)]);
    }

    #[test]
    fn numbers_that_are_part_of_a_name_are_no_amounts() {
        for text in ["B204", "HDMI-2", "14:30", "a@b.test", "USB3"] {
            assert!(amounts(text).len() <= 1, "{text}: {:?}", amounts(text));
        }
        assert!(amounts("B204").is_empty());
        assert!(amounts("USB3").is_empty());
    }

    proptest::proptest! {
        #[test]
        fn an_amount_comes_back_from_every_form(cents in 1i64..MOST_CENTS) {
            let (euros, part) = (cents / 100, cents % 100);
            let grouped = {
                let digits = euros.to_string();
                let mut out = String::new();
                for (i, c) in digits.chars().enumerate() {
                    if i > 0 && (digits.len() - i).is_multiple_of(3) { out.push('\u{202f}'); }
                    out.push(c);
                }
                out
            };
            for text in [
                format!("{euros},{part:02}"),
                format!("{euros}.{part:02} €"),
                format!("{grouped},{part:02}\u{a0}€"),
                format!("{euros}€{part:02}"),
            ] {
                proptest::prop_assert_eq!(amounts(&text), [Ok(cents)], "{}", text);
            }
        }

        #[test]
        fn any_text_gives_amounts_without_panic(text in "\\PC{0,80}") {
            for cents in amounts(&text).into_iter().flatten() {
                proptest::prop_assert!(cents > 0 && cents <= MOST_CENTS);
            }
        }
    }
}
