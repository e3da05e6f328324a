//! Asset labels and serial numbers, as written.

use super::text::{Gap, Text};

/// Labels and serial numbers between tokens `start` and `end`: `(labels, serials)`.
pub fn find(text: &Text<'_>, start: usize, end: usize) -> (Vec<String>, Vec<String>) {
    let mut labels = Vec::new();
    let mut serials = Vec::new();
    let mut at = start;
    while at < end.min(text.tokens.len()) {
        if let Some((label, next)) = label(text, at) {
            labels.push(label);
            at = next;
            continue;
        }
        if is_serial(text, at) {
            serials.push(text.written(at).to_owned());
        }
        at += 1;
    }
    (labels, serials)
}

/// "PRE-0412", "RIDF 123456", "étiquette 00412".
fn label(text: &Text<'_>, at: usize) -> Option<(String, usize)> {
    let token = text.tokens.get(at)?;
    let next = text.tokens.get(at + 1)?;
    let word = text.word(at);
    let written = |from: usize, to: usize| {
        let (from, to) = (text.tokens.get(from)?.start, text.tokens.get(to)?.end);
        text.source.get(from..to).map(str::to_owned)
    };
    if word == "ridf" {
        let mut last = at + 1;
        if matches!(text.word(last), "n" | "no" | "numero") {
            last += 1;
        }
        while text.tokens.get(last + 1).is_some_and(|t| t.gap == Gap::Joint) {
            last += 1;
        }
        let digits = text.word(last).bytes().any(|b| b.is_ascii_digit());
        return if digits { Some((written(at, last)?, last + 1)) } else { None };
    }
    if matches!(word, "etiquette" | "inventaire") {
        let mut from = at + 1;
        while matches!(text.word(from), "n" | "no" | "numero" | "ridf") {
            from += 1;
        }
        let plain = text.tokens.get(from).is_some_and(|t| t.number && t.end - t.start >= 4);
        return if plain { Some((written(from, from)?, from + 1)) } else { None };
    }
    let letters = (2..=5).contains(&word.len()) && word.bytes().all(|b| b.is_ascii_lowercase()) && token.capital;
    let digits = next.number && next.gap == Gap::Joint && (3..=7).contains(&(next.end - next.start));
    let longer = text.tokens.get(at + 2).is_some_and(|t| t.gap == Gap::Joint);
    let other = matches!(word, "sig" | "ces" | "rj" | "usb" | "kb" | "cve" | "iso" | "tel");
    if letters && digits && !longer && !other { Some((written(at, at + 1)?, at + 2)) } else { None }
}

/// At least seven capitals and digits, both, mixed: `CZC7281KQ4`.
fn is_serial(text: &Text<'_>, at: usize) -> bool {
    let written = text.written(at);
    let digits = written.bytes().filter(u8::is_ascii_digit).count();
    let letters = written.bytes().filter(u8::is_ascii_alphabetic).count();
    let introduced = (at.saturating_sub(3)..at).any(|i| matches!(text.word(i), "sn" | "serie" | "serial"));
    let long = written.len() >= if introduced { 6 } else { 8 };
    let hexadecimal = written.starts_with("0x") || written.starts_with("0X");
    let whole = digits + letters == written.len();
    let mixed = digits >= 2
        && (letters >= 2 || (introduced && letters >= 1))
        && !written.bytes().any(|b| b.is_ascii_lowercase());
    (long && whole && mixed && !hexadecimal && written.len() <= 24 && !starts_like_a_word(written))
        || (introduced && digits >= 6 && whole && !hexadecimal)
}

/// "FACTURE2024" is no serial number: many letters, then digits only.
fn starts_like_a_word(written: &str) -> bool {
    let letters = written.bytes().take_while(u8::is_ascii_alphabetic).count();
    letters >= 5 && written.bytes().skip(letters).all(|b| b.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(text: &str) -> (Vec<String>, Vec<String>) {
        let text = Text::new(text);
        find(&text, 0, text.tokens.len())
    }

    #[test]
    fn labels_and_serial_numbers_are_told_apart() {
        let (labels, serials) = of("Étiquette LYC-0731, n° de série 5CD902XK1P, erreur 0x80070035, RIDF 0042");
        assert_eq!(labels, ["LYC-0731", "RIDF 0042"]);
        assert_eq!(serials, ["5CD902XK1P"]);
    }

    #[test]
    fn models_ports_and_telephones_are_neither() {
        assert_eq!(of("Latitude E5450, RJ-45, 01 99 00 33 10, ProDesk 400 G3, SIG-2026-0012"), (vec![], vec![]));
    }
}
