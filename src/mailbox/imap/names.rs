//! Folder names and strings as IMAP wants them. Pure.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD;

/// A folder's name in modified UTF-7 (RFC 3501, 5.1.3): `Traités` → `Trait&AOk-s`.
pub(super) fn modified_utf7(name: &str) -> String {
    fn flush(run: &mut Vec<u8>, out: &mut String) {
        if !run.is_empty() {
            out.push('&');
            out.push_str(&STANDARD_NO_PAD.encode(&*run).replace('/', ","));
            out.push('-');
            run.clear();
        }
    }
    let mut out = String::new();
    let mut run = Vec::new();
    for c in name.chars() {
        if matches!(c, ' '..='~') {
            flush(&mut run, &mut out);
            out.push(c);
            if c == '&' {
                out.push('-');
            }
        } else {
            let mut units = [0; 2];
            for unit in c.encode_utf16(&mut units) {
                run.extend_from_slice(&unit.to_be_bytes());
            }
        }
    }
    flush(&mut run, &mut out);
    out
}

/// `text` as a quoted string (RFC 3501, 4.3). Line breaks and NUL, which cannot be quoted, are left
/// out: they cannot become a command of their own.
pub(super) fn quoted(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    out.push('"');
    for c in text.chars().filter(|c| !matches!(c, '\r' | '\n' | '\0')) {
        if matches!(c, '"' | '\\') {
            out.push('\\');
        }
        out.push(c);
    }
    out.push('"');
    out
}

/// A folder's name, encoded and quoted.
pub(super) fn folder(name: &str) -> String {
    quoted(&modified_utf7(name))
}

/// UIDs as a sequence set (`1:3,7`), in pieces of at most `per_set` UIDs, so that no command line
/// grows beyond what servers take. `uids` must be sorted.
pub(super) fn uid_sets(uids: &[u32], per_set: usize) -> Vec<String> {
    uids.chunks(per_set.max(1))
        .map(|chunk| {
            let mut ranges: Vec<(u32, u32)> = Vec::new();
            for &uid in chunk {
                match ranges.last_mut() {
                    Some((_, last)) if last.checked_add(1) == Some(uid) => *last = uid,
                    _ => ranges.push((uid, uid)),
                }
            }
            let texts: Vec<String> =
                ranges.into_iter().map(|(a, b)| if a == b { a.to_string() } else { format!("{a}:{b}") }).collect();
            texts.join(",")
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn accents_in_folder_names_are_encoded() {
        assert_eq!(modified_utf7("Traités"), "Trait&AOk-s");
        assert_eq!(modified_utf7("INBOX"), "INBOX");
        assert_eq!(modified_utf7("A&B"), "A&-B");
        // The example of RFC 3501, 5.1.3.
        assert_eq!(modified_utf7("~peter/mail/台北/日本語"), "~peter/mail/&U,BTFw-/&ZeVnLIqe-");
        assert_eq!(modified_utf7("😀"), "&2D3eAA-");
    }

    #[test]
    fn a_name_cannot_become_a_command() {
        assert_eq!(quoted("a\"b\\c\r\nx LOGOUT"), r#""a\"b\\cx LOGOUT""#);
    }

    #[test]
    fn uids_are_named_as_ranges() {
        assert_eq!(uid_sets(&[1, 2, 3, 7, 9, 10], 100), ["1:3,7,9:10"]);
        assert_eq!(uid_sets(&[1, 2, 3], 2), ["1:2", "3"]);
        assert!(uid_sets(&[], 5).is_empty());
        assert_eq!(uid_sets(&[u32::MAX - 1, u32::MAX], 5), ["4294967294:4294967295"]);
    }
}
