//! Lines of at most 72 columns, paragraphs and indents kept. Width is counted in characters.

/// Widest line of a mail's text, so that a quoted reply still fits into 80 columns.
pub const WIDTH: usize = 72;

/// Wraps every line of `text` by itself: a line break of the text stays, continuation lines are
/// indented as the line's own beginning asks (bullets, quotes, indents). Words longer than a line
/// stay whole. Blank lines never come in twos, and none is at the end.
pub fn wrap(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 64);
    let mut blanks = 0_usize;
    for line in text.lines() {
        // "-- " begins a signature (RFC 3676, 4.3): its space is meant.
        let line = if line == "-- " { line } else { line.trim_end_matches([' ', '\t', '\r']) };
        if line.is_empty() {
            blanks += 1;
            continue;
        }
        if blanks > 0 && !out.is_empty() {
            out.push('\n');
        }
        blanks = 0;
        let (first, next) = indents(line);
        let body = line.get(first.len()..).unwrap_or("");
        fold(&mut out, &first, &next, body);
    }
    out
}

/// Wraps `body` behind `first` on its first line and `next` on the others.
pub fn fold(out: &mut String, first: &str, next: &str, body: &str) {
    if first.chars().count() + body.chars().count() <= WIDTH {
        out.push_str(first);
        out.push_str(body);
        out.push('\n');
        return;
    }
    let mut line = first.to_owned();
    let mut width = first.chars().count();
    let mut fresh = true;
    for word in body.split(' ').filter(|w| !w.is_empty()) {
        let w = word.chars().count();
        if !fresh && width + 1 + w > WIDTH {
            out.push_str(&line);
            out.push('\n');
            line.clear();
            line.push_str(next);
            width = next.chars().count();
            fresh = true;
        }
        if !fresh {
            line.push(' ');
            width += 1;
        }
        line.push_str(word);
        width += w;
        fresh = false;
    }
    out.push_str(&line);
    out.push('\n');
}

/// The beginning of a line that is kept, and what its continuation lines begin with.
fn indents(line: &str) -> (String, String) {
    let spaces: String = line.chars().take_while(|c| *c == ' ').take(WIDTH / 2).collect();
    let rest = line.get(spaces.len()..).unwrap_or("");
    for mark in ["> ", "| "] {
        if rest.starts_with(mark) {
            let all = format!("{spaces}{mark}");
            return (all.clone(), all);
        }
    }
    let digits = rest.chars().take_while(char::is_ascii_digit).count();
    let mark = if rest.starts_with("- ") || rest.starts_with("• ") {
        rest.chars().take(2).collect()
    } else if (1..=2).contains(&digits) && rest.chars().skip(digits).take(2).eq(". ".chars()) {
        rest.chars().take(digits + 2).collect()
    } else {
        String::new()
    };
    let next = " ".repeat(spaces.len() + mark.chars().count());
    (spaces + &mark, next)
}

/// A person's text as a quote: every line behind `> `, wrapped.
pub fn quote(text: &str) -> String {
    let mut out = String::new();
    for line in text.trim().lines() {
        let line: String = line.chars().filter(|c| !c.is_control()).collect();
        if line.trim().is_empty() { out.push_str(">\n") } else { fold(&mut out, "> ", "> ", line.trim()) }
    }
    out
}

/// A line of a form: the label in a column of its own, the value wrapped beside it.
pub fn row(label: &str, value: &str) -> String {
    const COLUMN: usize = 16;
    let pad = COLUMN.saturating_sub(label.chars().count());
    let first = format!("{label}{}\u{a0}: ", " ".repeat(pad));
    let next = " ".repeat(first.chars().count());
    let mut out = String::new();
    fold(&mut out, &first, &next, &super::french::one_line(value, 2_000));
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn bullets_quotes_and_numbers_keep_their_indent() {
        let long = "mot ".repeat(30);
        let text = wrap(&format!("- {long}\n> {long}\n12. {long}\n{long}"));
        for line in text.lines() {
            assert!(line.chars().count() <= WIDTH, "{line}");
        }
        assert!(text.contains("\n  mot mot") && text.contains("\n> mot") && text.contains("\n    mot"), "{text}");
    }

    #[test]
    fn blank_lines_never_come_in_twos() {
        assert_eq!(wrap("\n\na\n\n\n\nb\n\n"), "a\n\nb\n");
    }

    #[test]
    fn the_mark_of_a_signature_keeps_its_space() {
        assert_eq!(wrap("a\n-- \nb"), "a\n-- \nb\n");
    }

    proptest! {
        #[test]
        fn no_word_is_lost_and_no_line_too_long(words in proptest::collection::vec("[a-zé«»]{1,20}", 0..80)) {
            let text = words.join(" ");
            let wrapped = wrap(&text);
            prop_assert_eq!(wrapped.split_whitespace().collect::<Vec<_>>(), words.iter().map(String::as_str).collect::<Vec<_>>());
            prop_assert!(wrapped.lines().all(|l| l.chars().count() <= WIDTH));
        }
    }
}
