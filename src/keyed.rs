//! Hashes that only whoever holds the store's secret can make or verify: HMAC-SHA256 (RFC 2104). Pure.

use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;

/// HMAC-SHA256 of `parts` under `key`. Each part is hashed with its length, so that none runs into
/// the next.
pub fn tag(key: &[u8], parts: &[&str]) -> [u8; 32] {
    let mut data = Vec::with_capacity(parts.iter().map(|p| p.len() + 8).sum());
    for part in parts {
        data.extend((part.len() as u64).to_be_bytes());
        data.extend(part.as_bytes());
    }
    hmac(key, &data)
}

/// The same in lower-case hexadecimal.
pub fn hex_tag(key: &[u8], parts: &[&str]) -> String {
    hex(&tag(key, parts))
}

/// Are two texts the same? How long that takes tells nothing of where they differ: their hashes under
/// `key` are compared, in constant time.
pub fn same(key: &[u8], one: &str, other: &str) -> bool {
    mac(key, one.as_bytes()).verify_slice(&hmac(key, other.as_bytes())).is_ok()
}

/// Bytes in lower-case hexadecimal.
pub fn hex(bytes: &[u8]) -> String {
    let digit = |nibble: u8| char::from_digit(u32::from(nibble), 16);
    bytes.iter().flat_map(|b| [digit(b >> 4), digit(b & 15)]).flatten().collect()
}

fn hmac(key: &[u8], data: &[u8]) -> [u8; 32] {
    mac(key, data).finalize().into_bytes().into()
}

fn mac(key: &[u8], data: &[u8]) -> Hmac<Sha256> {
    // HMAC takes keys of any length: the error of the type says otherwise only for other MACs.
    let mut mac = match Hmac::<Sha256>::new_from_slice(key) {
        Ok(mac) => mac,
        Err(never) => unreachable!("{never}"),
    };
    mac.update(data);
    mac
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_hashes_are_those_of_rfc_4231() {
        for (key, data, expected) in [
            (vec![0x0b; 20], "Hi There", "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"),
            (
                b"Jefe".to_vec(),
                "what do ya want for nothing?",
                "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843",
            ),
            (
                vec![0xaa; 131],
                "Test Using Larger Than Block-Size Key - Hash Key First",
                "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54",
            ),
        ] {
            assert_eq!(hex(&hmac(&key, data.as_bytes())), expected);
        }
    }

    #[test]
    fn parts_do_not_run_into_each_other_and_keys_differ() {
        assert_ne!(tag(b"k", &["ab", "c"]), tag(b"k", &["a", "bc"]));
        assert_ne!(tag(b"k", &["a"]), tag(b"l", &["a"]));
        assert_eq!(hex_tag(b"k", &["a"]).len(), 64);
    }

    #[test]
    fn only_equal_texts_are_the_same() {
        let token = "9f86d081884c7d659a2feaa0c55ad015";
        assert!(same(b"k", token, token) && same(b"k", "", ""));
        for other in ["", "9", "9f86d081884c7d659a2feaa0c55ad014", "9F86D081884C7D659A2FEAA0C55AD015"] {
            assert!(!same(b"k", token, other) && !same(b"k", other, token), "{other}");
        }
        assert!(!same(b"k", token, &format!("{token}\0")));
    }
}
