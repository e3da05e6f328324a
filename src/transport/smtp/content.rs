//! The content as it is given to lettre, which doubles leading dots and writes the end.

/// `bytes` with CRLF line ends (a bare CR or LF would let content end the message for one server
/// and not for the next; lettre leaves them, and doubles no dot after them), without the last one,
/// which lettre writes before the final dot. A line's length is left as it is: the bytes are fixed,
/// and a signature may cover them.
pub(super) fn content(bytes: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(bytes.len() + bytes.len() / 64);
    let mut rest = bytes;
    while let Some(at) = rest.iter().position(|b| matches!(b, b'\r' | b'\n')) {
        let (line, after) = rest.split_at(at);
        out.extend_from_slice(line);
        out.extend_from_slice(b"\r\n");
        rest = match after {
            [b'\r', b'\n', rest @ ..] | [_, rest @ ..] => rest,
            [] => after,
        };
    }
    out.extend_from_slice(rest);
    if rest.is_empty() {
        out.truncate(out.len().saturating_sub(2));
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn line_ends_are_made_whole_and_the_last_is_left_to_lettre() {
        for (bytes, expected) in [
            (b"a\r\n.b\r\n" as &[u8], "a\r\n.b"),
            (b"a\n.\nb", "a\r\n.\r\nb"),
            (b"a\r.\rb\r\n", "a\r\n.\r\nb"),
            (b"", ""),
            (b"\n", ""),
            (b"a\r\n\r\n\r\n", "a\r\n\r\n"),
        ] {
            assert_eq!(content(bytes), expected.as_bytes());
        }
    }

    proptest::proptest! {
        #[test]
        fn no_line_end_is_bare_and_no_line_is_lost(bytes in proptest::collection::vec(proptest::sample::select(b"a.\r\n".to_vec()), 0..60)) {
            let text = String::from_utf8(content(&bytes)).unwrap();
            proptest::prop_assert!(text.split("\r\n").all(|l| !l.contains(['\r', '\n'])));
            let lines = |t: &str| t.split('\n').count();
            let given = String::from_utf8(bytes).unwrap().replace("\r\n", "\n").replace('\r', "\n");
            let given = given.strip_suffix('\n').unwrap_or(&given);
            proptest::prop_assert_eq!(lines(&text), lines(given));
        }
    }
}
