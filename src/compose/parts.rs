//! What is looked at before the texts are compiled: the parts that they include are there, none
//! contains itself, and nothing is nested deeper than anybody writes. The template engine would follow
//! either until the stack is full, which ends the program.

use std::collections::BTreeMap;

use super::TemplateError;

/// Deepest nesting of blocks in a text, and of brackets in a tag.
const DEEPEST: usize = 40;

/// Refuses what cannot be rendered. `texts`: name -> (file, text).
///
/// # Errors
/// The first text of which that is so, with the line.
pub(super) fn check(texts: &BTreeMap<String, (String, String)>) -> Result<(), TemplateError> {
    let mut included: BTreeMap<&str, Vec<(usize, &str)>> = BTreeMap::new();
    for (name, (file, text)) in texts {
        let refuse = |line: usize, what: String| TemplateError { file: file.clone(), line, what };
        let mut depth = 0_usize;
        for (line, tag) in tags(text) {
            let inside = tag.trim_start_matches(|c: char| c == '{' || c == '~' || c == '&' || c.is_whitespace());
            match inside.chars().next() {
                Some('#') => depth += 1,
                Some('/') => depth = depth.saturating_sub(1),
                _ => {}
            }
            if depth > DEEPEST || brackets(inside) > DEEPEST {
                return Err(refuse(line, format!("is nested more than {DEEPEST} times; make a part of it")));
            }
            let block = inside.strip_prefix('#').unwrap_or(inside).trim_start();
            if block.starts_with('*') {
                return Err(refuse(line, "defines a part inside of a text; a part is a file of its own".to_owned()));
            }
            let Some(part) = block.strip_prefix('>') else { continue };
            let part = part.trim_start();
            let end = part.find(|c: char| c.is_whitespace() || matches!(c, '}' | '~')).unwrap_or(part.len());
            let part = part.get(..end).unwrap_or(part).trim_matches(['\'', '"', '[', ']']);
            let part = part.strip_suffix("/objet").unwrap_or(part);
            if !texts.contains_key(part) {
                return Err(refuse(line, format!("includes `{part}`, and there is no such part")));
            }
            included.entry(name).or_default().push((line, part));
        }
    }
    for (name, (file, _)) in texts {
        for (line, part) in included.get(name.as_str()).into_iter().flatten() {
            if leads_to(&included, part, name) {
                let what = format!("includes `{part}`, which is or includes `{name}`: a part cannot contain itself");
                return Err(TemplateError { file: file.clone(), line: *line, what });
            }
        }
    }
    Ok(())
}

/// Is `wanted` this part, or included by it, or by what it includes?
fn leads_to(included: &BTreeMap<&str, Vec<(usize, &str)>>, from: &str, wanted: &str) -> bool {
    let (mut seen, mut next): (Vec<&str>, Vec<&str>) = (Vec::new(), vec![from]);
    while let Some(part) = next.pop() {
        if part == wanted {
            return true;
        }
        if !seen.contains(&part) {
            seen.push(part);
            next.extend(included.get(part).into_iter().flatten().map(|(_, p)| *p));
        }
    }
    false
}

/// The tags of a text but for comments: the line, and what stands behind the braces.
fn tags(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let (mut at, mut line) = (0, 1);
    std::iter::from_fn(move || {
        loop {
            let start = at + text.get(at..)?.find("{{")?;
            line += text.get(at..start)?.matches('\n').count();
            let rest = text.get(start + 2..)?;
            let shown = rest.trim_start_matches('~');
            let comment = shown.starts_with('!');
            // A comment that begins with "--" may hold tags, and ends with "--".
            let (from, close) = if shown.starts_with("!--") { (rest.len() - shown.len() + 3, "--") } else { (0, "}}") };
            let end = rest.get(from..)?.find(close).map_or(rest.len(), |n| from + n);
            let tag = rest.get(..end)?;
            let escaped = text.get(..start)?.ends_with('\\');
            let here = line;
            line += tag.matches('\n').count();
            at = start + 2 + end;
            if !comment && !escaped {
                return Some((here, tag));
            }
        }
    })
}

/// How deep the brackets of a tag are nested.
fn brackets(tag: &str) -> usize {
    let (mut depth, mut deepest) = (0_usize, 0);
    for c in tag.chars() {
        match c {
            '(' | '[' | '{' => depth += 1,
            ')' | ']' | '}' => depth = depth.saturating_sub(1),
            _ => {}
        }
        deepest = deepest.max(depth);
    }
    deepest
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::compose::Templates;

    fn refused(files: &[(&str, &str)]) -> TemplateError {
        let files: Vec<_> = files.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned())).collect();
        Templates::load("ile-de-france", &files).unwrap_err()
    }

    #[test]
    fn a_part_that_contains_itself_by_way_of_another_is_refused() {
        let e = refused(&[("_pied.txt", "a\n{{#if urgent}}{{> _fiche}}{{/if}}"), ("_fiche.txt", "{{~> _pied }}")]);
        assert!(e.what.contains("cannot contain itself"), "{e}");
        let e = refused(&[("ticket.txt", "Objet : x\n\n{{#if never}}{{> ticket/objet}}{{/if}}")]);
        assert_eq!((e.file.as_str(), e.line), ("ticket.txt", 3), "{e}");
    }

    #[test]
    fn a_part_that_is_not_there_is_refused_also_where_no_sample_leads() {
        let e = refused(&[("help.txt", "Objet : x\n\n{{#if never}}\n{{#> _signature}}{{/_signature}}{{/if}}")]);
        assert!(e.line == 4 && e.what.contains("`_signature`"), "{e}");
        for strange in ["{{> (lookup this \"x\")}}", "{{> @partial-block}}", "{{#*inline \"a\"}}{{> a}}{{/inline}}"] {
            refused(&[("_pied.txt", strange)]);
        }
    }

    #[test]
    fn what_nobody_nests_is_refused_before_it_is_parsed() {
        for deep in [
            "{{#if a}}".repeat(5_000),
            format!("{{{{x {}", "(a ".repeat(5_000)),
            format!("{{{{x {}", "[".repeat(5_000)),
        ] {
            assert!(refused(&[("_pied.txt", &deep)]).what.contains("nested"));
        }
        let flat = "{{#if school}}a{{/if}}".repeat(500);
        let files = [("_pied.txt".to_owned(), format!("{{{{!-- {{{{> x}}}} --}}}}\\{{{{> y}}}}{flat}"))];
        assert!(check(&BTreeMap::from([("_pied".to_owned(), files[0].clone())])).is_ok());
    }
}
