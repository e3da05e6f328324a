//! The small languages of the values: durations, sizes, school codes, digest times, URLs.
//!
//! Every error is a sentence that names the value and says what to write instead.

use std::net::IpAddr;

use jiff::civil::{Date, Time, Weekday};

use crate::incident::policy::{Delay, Digest};

/// Nothing that we keep or wait for is longer than a century.
const LONGEST_SECONDS: i64 = 100 * 365 * 86_400;

/// A value as shown in an error: whole lines of rubbish are cut.
pub(super) fn shown(text: &str) -> String {
    let clean: String = text.trim().chars().map(|c| if c.is_control() { ' ' } else { c }).take(60).collect();
    format!("`{clean}`")
}

/// `30s`, `5m`, `48h`, `3d`, `2wd`, `3y`.
pub(super) fn delay(text: &str) -> Result<Delay, String> {
    let t = text.trim();
    let digits = t.find(|c: char| !c.is_ascii_digit()).unwrap_or(t.len());
    let (number, unit) = t.split_at(digits);
    let seconds = match unit.trim() {
        "s" => 1,
        "m" => 60,
        "h" => 3_600,
        "d" => 86_400,
        "y" => 365 * 86_400,
        "wd" => 0,
        _ => -1,
    };
    if number.is_empty() || seconds < 0 {
        let units = "`30s`, `5m`, `48h`, `3d`, `2wd` (working days) or `3y`";
        return Err(format!("{} is not a duration; write a number and a unit, as {units}", shown(t)));
    }
    let too_long = || format!("{} is too long; a century is the most", shown(t));
    let n: i64 = number.parse().map_err(|_| too_long())?;
    if seconds == 0 {
        return u16::try_from(n).ok().filter(|n| *n <= 3_000).map(Delay::WorkingDays).ok_or_else(too_long);
    }
    n.checked_mul(seconds).filter(|s| *s <= LONGEST_SECONDS).map(Delay::Seconds).ok_or_else(too_long)
}

/// `25MB`, `500 KB`, `1GiB`, or bytes.
pub(super) fn size(text: &str) -> Result<u64, String> {
    let t = text.trim();
    let digits = t.find(|c: char| !c.is_ascii_digit()).unwrap_or(t.len());
    let (number, unit) = t.split_at(digits);
    let bytes = match unit.trim().to_ascii_lowercase().as_str() {
        "" | "b" => 1,
        "kb" | "k" => 1_000,
        "mb" | "m" => 1_000_000,
        "gb" | "g" => 1_000_000_000,
        "kib" => 1 << 10,
        "mib" => 1 << 20,
        "gib" => 1 << 30,
        _ => 0,
    };
    let n = number.parse::<u64>().ok().filter(|_| bytes > 0);
    let Some(n) = n.and_then(|n| n.checked_mul(bytes)) else {
        return Err(format!("{} is not a size; write it as \"25MB\" or \"500KB\"", shown(t)));
    };
    if !(65_536..=1_000_000_000).contains(&n) {
        return Err(format!("{} is not between 64KiB and 1GB", shown(t)));
    }
    Ok(n)
}

/// A school's national code (UAI): seven digits and the letter that controls them.
pub(super) fn uai(text: &str) -> Result<String, String> {
    const LETTERS: &[u8; 23] = b"ABCDEFGHJKLMNPRSTUVWXYZ";
    let code: String = text.trim().to_uppercase();
    let form = || format!("{} is not a UAI; it has 7 digits and a letter, as `0941234F`", shown(text));
    let (digits, letter) = code.split_at_checked(7).ok_or_else(form)?;
    let formed = digits.bytes().all(|b| b.is_ascii_digit())
        && letter.len() == 1
        && letter.bytes().all(|b| b.is_ascii_uppercase());
    if !formed {
        return Err(form());
    }
    let number: usize = digits.parse().map_err(|_| form())?;
    let due = LETTERS.get(number % LETTERS.len()).map_or(' ', |b| char::from(*b));
    if !letter.starts_with(due) {
        return Err(format!(
            "{} is not a valid UAI: digits {digits} call for the control letter `{due}`; check the code on the school's letterhead",
            shown(text)
        ));
    }
    Ok(code)
}

/// An exact mail domain, lower case.
pub(super) fn domain(text: &str) -> Result<String, String> {
    let t = text.trim();
    let refuse = |why: &str| Err(format!("{} is not a mail domain: {why}; write it as \"ac-creteil.fr\"", shown(t)));
    if let Some(rest) = t.strip_prefix('@') {
        return Err(format!("{} is not a mail domain; leave the `@` out: \"{}\"", shown(t), rest.to_lowercase()));
    }
    if t.contains('@') {
        return refuse("an address stands here");
    }
    if t.contains('*') {
        return refuse("domains are exact, each is named on its own");
    }
    let fine = |label: &str| !label.is_empty() && label.chars().all(|c| c.is_alphanumeric() || c == '-' || c == '_');
    if t.len() > 253 || !t.contains('.') || !t.split('.').all(fine) {
        return refuse("it is letters, digits and hyphens with dots between");
    }
    Ok(t.to_lowercase())
}

/// `weekdays 07:30`, `monday 07:30`, `never`.
pub(super) fn digest(text: &str) -> Result<Digest, String> {
    let lower = text.trim().to_lowercase();
    let form =
        || format!("{} is not a digest time; write \"weekdays 07:30\", \"monday 07:30\" or \"never\"", shown(text));
    if lower == "never" {
        return Ok(Digest::Never);
    }
    let (day, time) = lower.split_once(char::is_whitespace).ok_or_else(form)?;
    let (hour, minute) = time.trim().split_once(':').ok_or_else(form)?;
    let (hour, minute) = (hour.parse().map_err(|_| form())?, minute.parse().map_err(|_| form())?);
    let time = Time::new(hour, minute, 0, 0).map_err(|_| form())?;
    let weekday = match day {
        "weekdays" => return Ok(Digest::Weekdays(time)),
        "monday" => Weekday::Monday,
        "tuesday" => Weekday::Tuesday,
        "wednesday" => Weekday::Wednesday,
        "thursday" => Weekday::Thursday,
        "friday" => Weekday::Friday,
        "saturday" => Weekday::Saturday,
        "sunday" => Weekday::Sunday,
        _ => return Err(form()),
    };
    Ok(Digest::Weekly(weekday, time))
}

/// `2026-12-19..2027-01-03`, both ends included; or one day.
pub(super) fn closing(text: &str) -> Result<(Date, Date), String> {
    let form = || format!("{} is not a closing; write \"2026-12-19..2027-01-03\" (both days included)", shown(text));
    let (from, to) = text.split_once("..").unwrap_or((text, text));
    let day = |t: &str| t.trim().parse::<Date>().map_err(|_| form());
    let (from, to) = (day(from)?, day(to)?);
    if to < from {
        return Err(format!("{} ends before it begins; write the earlier day first", shown(text)));
    }
    Ok((from, to))
}

/// The host and port of a mail server's URL, and its scheme.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct ServerUrl {
    /// As written, lower case: `imaps`.
    pub(super) scheme: String,
    /// Name or IP address, without brackets.
    pub(super) host: String,
    /// As written.
    pub(super) port: Option<u16>,
}

impl ServerUrl {
    /// Does the host stand for this very machine? Only then may a password travel unencrypted.
    pub(super) fn is_loopback(&self) -> bool {
        let h = self.host.as_str();
        h == "localhost" || h.ends_with(".localhost") || h.parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback())
    }
}

/// `imaps://imap.example.org:993`; the schemes that fit are given for the error's sake.
pub(super) fn server_url(text: &str, schemes: &[&str]) -> Result<ServerUrl, String> {
    let t = text.trim();
    let example = format!("{}://mail.example.org", schemes.first().unwrap_or(&"imaps"));
    let form = |why: &str| format!("{why}; write it as \"{example}\"");
    let (scheme, rest) = t.split_once("://").ok_or_else(|| form(&format!("{} is not a server's URL", shown(t))))?;
    let scheme = scheme.to_ascii_lowercase();
    if !schemes.contains(&scheme.as_str()) {
        return Err(format!("{} does not begin with {}", shown(t), schemes.map_join()));
    }
    if rest.contains('@') {
        // Never echo it: a password may stand there.
        return Err(form("user and password do not belong in the URL; give `user` and `password_file`"));
    }
    let rest = rest.strip_suffix('/').unwrap_or(rest);
    let (host, port) = match rest.strip_prefix('[') {
        Some(v6) => {
            let (host, port) = v6.split_once(']').ok_or_else(|| form(&format!("{} lacks its `]`", shown(t))))?;
            (host, port.strip_prefix(':').or(if port.is_empty() { None } else { Some("?") }))
        }
        None => rest.rsplit_once(':').map_or((rest, None), |(h, p)| (h, Some(p))),
    };
    let valid_host = host.parse::<IpAddr>().is_ok()
        || (!host.is_empty() && host.chars().all(|c| c.is_alphanumeric() || c == '.' || c == '-' || c == '_'));
    if !valid_host {
        return Err(form(&format!("{} names no server", shown(t))));
    }
    let port = match port {
        None => None,
        Some(p) => match p.parse::<u16>() {
            Ok(n) if n > 0 => Some(n),
            _ => return Err(form(&format!("{} has no valid port (1 to 65535)", shown(t)))),
        },
    };
    Ok(ServerUrl { scheme, host: host.to_lowercase(), port })
}

trait MapJoin {
    fn map_join(&self) -> String;
}

impl MapJoin for [&str] {
    fn map_join(&self) -> String {
        self.iter().map(|s| format!("`{s}://`")).collect::<Vec<_>>().join(" or ")
    }
}
