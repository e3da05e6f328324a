//! Mail addresses, parsed once at the edge.

use std::fmt;

use serde::{Deserialize, Serialize};

/// A mail address (RFC 5321 `local@domain`), compared without case; no display name.
///
/// Invariant: exactly one `@` splits it, both sides are non-empty, no white space, no control
/// character, none that is not seen or turns the writing direction, and none of `<>",;` occurs. Both sides are kept in lower case: no mail host in use
/// tells local parts apart by case, and people do not either.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Address(String);

/// Why a text is not an address.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not a mail address: expected something like `name@example.org`")]
pub struct NotAnAddress(String);

impl Address {
    /// Parses `text`, which may be surrounded by white space but bears no display name.
    ///
    /// # Errors
    /// [`NotAnAddress`] where the invariant does not hold.
    pub fn parse(text: &str) -> Result<Self, NotAnAddress> {
        let t = text.trim();
        let refuse = || NotAnAddress(t.chars().take(120).collect());
        let (local, domain) = t.rsplit_once('@').ok_or_else(refuse)?;
        let bad = |c: char| c.is_whitespace() || c.is_control() || is_unseen(c) || "<>\",;@()[]\\".contains(c);
        if local.is_empty() || domain.is_empty() || t.len() > 254 {
            return Err(refuse());
        }
        if local.contains(bad) || domain.contains(bad) || domain.starts_with('.') || domain.ends_with('.') {
            return Err(refuse());
        }
        // ASCII only: Unicode folds foreign letters (the Kelvin sign) onto ours, and an address is proof of a role.
        Ok(Self(t.to_ascii_lowercase()))
    }

    /// The domain of the names that stand for people who were forgotten (RFC 2606: nobody's).
    pub const NOBODY: &'static str = "forgotten.invalid";

    /// Does it stand for somebody who was forgotten? Nobody reads what is sent there.
    pub fn is_forgotten(&self) -> bool {
        self.domain() == Self::NOBODY
    }

    /// The whole address, in lower case.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// What stands before the `@`.
    pub fn local(&self) -> &str {
        self.0.rsplit_once('@').map_or("", |(l, _)| l)
    }

    /// What stands after the `@`.
    pub fn domain(&self) -> &str {
        self.0.rsplit_once('@').map_or("", |(_, d)| d)
    }

    /// `local` without a `+detail` (RFC 5233), with the domain.
    pub fn without_detail(&self) -> Self {
        match self.local().split_once('+') {
            Some((user, _)) if !user.is_empty() => Self(format!("{user}@{}", self.domain())),
            _ => self.clone(),
        }
    }

    /// The `+detail` of the local part (RFC 5233), if there is one.
    pub fn detail(&self) -> Option<&str> {
        self.local().split_once('+').map(|(_, d)| d)
    }
}

/// Characters by which an address would look like another one: no mailbox has them (RFC 8264, 9.13).
pub(crate) fn is_unseen(c: char) -> bool {
    matches!(c, '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl TryFrom<String> for Address {
    type Error = NotAnAddress;
    fn try_from(text: String) -> Result<Self, NotAnAddress> {
        Self::parse(&text)
    }
}

impl From<Address> for String {
    fn from(a: Address) -> Self {
        a.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_compared_without_case() {
        assert_eq!(Address::parse(" Karim@Lycee.TEST "), Address::parse("karim@lycee.test"));
    }

    #[test]
    fn what_could_break_out_of_a_header_is_refused() {
        for bad in ["", "a", "@b", "a@", "a b@c", "a@b\r\nBcc: x@y", "<a@b>", "a@b@c", "a@.b"] {
            assert!(Address::parse(bad).is_err(), "{bad:?}");
        }
    }

    #[test]
    fn what_would_look_like_another_address_is_none() {
        for unseen in ['\u{ad}', '\u{61c}', '\u{200b}', '\u{202e}', '\u{2066}', '\u{feff}'] {
            assert!(Address::parse(&format!("refe{unseen}rent@lycee.test")).is_err(), "{unseen:?}");
            assert!(Address::parse(&format!("referent@ly{unseen}cee.test")).is_err(), "{unseen:?}");
        }
        assert!(Address::parse("zoé@lycée.test").is_ok());
    }

    #[test]
    fn a_detail_is_told_from_the_user() {
        let a = Address::parse("panne+tok12@lycee.test").unwrap();
        assert_eq!(a.detail(), Some("tok12"));
        assert_eq!(a.without_detail().as_str(), "panne@lycee.test");
    }
}
