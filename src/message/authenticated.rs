//! What the mail host found out about the sender (RFC 8601).
//!
//! Anybody can write an `Authentication-Results` field into a mail. Only the one that the trusted host
//! set on top counts; one that claims to be its work but stands further down is somebody's forgery
//! (RFC 8601, 5, asks hosts to remove those; not all do).

use serde::Serialize;

/// What the trusted host says about the author domain (DMARC, RFC 7489).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Authenticated {
    /// DMARC passed.
    Pass,
    /// DMARC failed.
    Fail,
    /// Nothing trustworthy says either.
    None,
}

/// Reads the verdict from `values`, the `Authentication-Results` of a message, topmost first.
///
/// Only the topmost value whose authserv-id is exactly `trusted` (without case) is looked at; without
/// `trusted` there is no verdict. Several `dmarc` results in it must agree to pass.
pub fn authenticated(values: &[String], trusted: Option<&str>) -> Authenticated {
    let Some(trusted) = trusted.map(str::trim).filter(|t| !t.is_empty()) else { return Authenticated::None };
    let results = values.iter().map(|v| statements(v)).find(|s| {
        // The authserv-id may be followed by a version number (RFC 8601, 2.2).
        let id = s.first().map(|head| head.split_whitespace().next().unwrap_or_default()).unwrap_or_default();
        id.eq_ignore_ascii_case(trusted)
    });
    let Some(results) = results else { return Authenticated::None };
    let mut verdict = Authenticated::None;
    for result in results.iter().skip(1) {
        let mut halves = result.splitn(2, '=');
        // `dmarc/1 = pass`: the method may bear a version.
        let method = halves.next().unwrap_or_default().split('/').next().unwrap_or_default().trim();
        if !method.eq_ignore_ascii_case("dmarc") {
            continue;
        }
        let value = halves.next().unwrap_or_default().split_whitespace().next().unwrap_or_default();
        if value.eq_ignore_ascii_case("fail") {
            return Authenticated::Fail;
        }
        if value.eq_ignore_ascii_case("pass") {
            verdict = Authenticated::Pass;
        }
    }
    verdict
}

/// The `;`-separated statements, with comments dropped and quoted strings made harmless: neither may
/// smuggle in a separator or a verdict.
fn statements(value: &str) -> Vec<String> {
    let mut out = vec![String::new()];
    let (mut depth, mut quoted, mut escaped) = (0usize, false, false);
    for c in value.chars() {
        let current = match out.last_mut() {
            Some(current) => current,
            None => return out,
        };
        if escaped {
            escaped = false;
            if depth == 0 {
                current.push(if c == ';' || c == '=' || c.is_whitespace() { '_' } else { c });
            }
            continue;
        }
        match c {
            '\\' if quoted || depth > 0 => escaped = true,
            '"' if depth == 0 => quoted = !quoted,
            '(' if !quoted => depth += 1,
            ')' if !quoted && depth > 0 => {
                depth -= 1;
                if depth == 0 {
                    current.push(' ');
                }
            }
            _ if depth > 0 => {}
            _ if quoted => current.push(if c == ';' || c == '=' || c.is_whitespace() { '_' } else { c }),
            ';' => out.push(String::new()),
            _ => current.push(c),
        }
    }
    out.iter().map(|s| s.trim().to_owned()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn verdict(values: &[&str]) -> Authenticated {
        let values: Vec<String> = values.iter().map(|v| (*v).to_owned()).collect();
        authenticated(&values, Some("mx.lycee.test"))
    }

    #[test]
    fn only_the_trusted_host_on_top_counts() {
        assert_eq!(verdict(&["mx.lycee.test; spf=pass; dmarc=pass header.from=a.test"]), Authenticated::Pass);
        assert_eq!(verdict(&["MX.Lycee.test 1; dkim=none; dmarc=fail"]), Authenticated::Fail);
        assert_eq!(verdict(&["mx.lycee.test; dmarc=fail", "mx.lycee.test; dmarc=pass"]), Authenticated::Fail);
        assert_eq!(verdict(&["mx.lycee.test; none", "mx.lycee.test; dmarc=pass"]), Authenticated::None);
        assert_eq!(verdict(&["other.test; dmarc=pass"]), Authenticated::None);
        assert_eq!(verdict(&["mx.lycee.test.evil.test; dmarc=pass"]), Authenticated::None);
        assert_eq!(authenticated(&["mx.lycee.test; dmarc=pass".to_owned()], None), Authenticated::None);
    }

    #[test]
    fn a_verdict_inside_a_comment_or_a_string_is_none() {
        assert_eq!(verdict(&["mx.lycee.test; spf=pass (; dmarc=pass)"]), Authenticated::None);
        assert_eq!(verdict(&["mx.lycee.test; spf=fail reason=\"x; dmarc=pass\""]), Authenticated::None);
        assert_eq!(verdict(&["mx.lycee.test (dmarc=fail) ; dmarc (v1) = pass"]), Authenticated::Pass);
        assert_eq!(verdict(&["evil.test (mx.lycee.test); dmarc=pass"]), Authenticated::None);
        assert_eq!(verdict(&["mx.lycee.test; xdmarc=pass; dmarc=temperror"]), Authenticated::None);
        assert_eq!(verdict(&["mx.lycee.test; dmarc=pass; dmarc=fail"]), Authenticated::Fail);
    }
}
