//! Body -> new text, quote, signature, forwards.
//!
//! The text is read line by line, each line goes to exactly one place, so that nothing is lost:
//!
//! 1. [`lines`]: every line with its quote depth and a folded copy (lower case, no accents) for comparing;
//! 2. [`attribution`] and [`marks`]: what clients write before what they quote or forward;
//! 3. [`structure`], or [`notification`]: which lines are quoted, which forwarded and by whom;
//! 4. [`signature`] and [`footer`]: what of the rest is closing formula, name block, client footer, disclaimer.

mod attribution;
mod footer;
mod formula;
mod lines;
pub(super) mod marks;
mod names;
mod notification;
mod signature;
mod structure;
mod words;

use super::{Body, Forwarded, Party};
use lines::Line;

/// What the headers say that helps to read the body.
#[derive(Debug, Clone, Copy, Default)]
pub struct Context<'a> {
    /// The subject: `TR:` makes a header block a forward, `RE:` a quote.
    pub subject: &'a str,
    /// The author, whose name may end the text.
    pub author: Option<&'a Party>,
    /// Whether the message names another that it answers.
    pub answers: bool,
    /// Whether a machine declares the mail to be its own: an ENT's notification may wrap a person's words.
    pub notice: bool,
}

/// Where a line goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    New,
    Quote,
    Signature,
    /// The text of the n-th forward.
    Forward(usize),
}

/// Takes a body apart. `text` has the form of [`super::text`]: `\n` line ends, quotes behind `>`.
///
/// Every line of `text` ends in exactly one field of the result; only white space, quote marks of
/// forwarded text and repeated empty lines are lost. Header lines of forwards go with the quotes.
pub fn trim(text: &str, context: &Context<'_>) -> Body {
    let lines = lines::read(text);
    let mut places = vec![Place::New; lines.len()];
    let mut forwarded = Vec::new();
    let wrapped = if context.notice { notification::unwrap_notification(&lines, &mut places) } else { None };
    let author = match &wrapped {
        Some(person) => Some(person.as_str()),
        None => {
            structure::sort(&lines, &mut places, &mut forwarded, context);
            None
        }
    };
    let name = author.or_else(|| context.author.map(|p| p.name.as_str())).unwrap_or_default();
    let address = context.author.filter(|_| author.is_none()).and_then(|p| p.address.as_ref());
    let names = names::Names::new(name, address.map(|a| a.local()).unwrap_or_default());
    signature::sort(&lines, &mut places, Place::New, &names);
    for (index, forward) in forwarded.iter().enumerate() {
        let local = forward.from.address.as_ref().map(|a| a.local()).unwrap_or_default();
        let names = names::Names::new(&forward.from.name, local);
        signature::sort(&lines, &mut places, Place::Forward(index), &names);
    }
    gather(&lines, &places, forwarded)
}

fn gather(lines: &[Line<'_>], places: &[Place], mut forwarded: Vec<Forwarded>) -> Body {
    let mut body = Body::default();
    let mut last = None;
    for (line, place) in lines.iter().zip(places) {
        if line.is_mark() {
            continue;
        }
        let (target, shown) = match place {
            Place::New => (&mut body.new_text, line.content),
            Place::Quote => (&mut body.quoted_text, line.raw),
            Place::Signature => (&mut body.signature, line.content),
            Place::Forward(index) => match forwarded.get_mut(*index) {
                Some(forward) => (&mut forward.text, line.content),
                None => (&mut body.quoted_text, line.raw),
            },
        };
        let shown = shown.trim_end();
        // Passages that did not stand together stay apart, and empty lines do not pile up.
        let apart = last.is_some_and(|l| l != *place) && !target.is_empty() && !target.ends_with("\n\n");
        last = Some(*place);
        if apart {
            target.push('\n');
        }
        if shown.is_empty() && (target.is_empty() || target.ends_with("\n\n")) {
            continue;
        }
        target.push_str(shown);
        target.push('\n');
    }
    let tidy = |text: &mut String| {
        text.truncate(text.trim_end().len());
        let blank = text.len() - text.trim_start_matches('\n').len();
        text.drain(..blank);
    };
    tidy(&mut body.new_text);
    tidy(&mut body.quoted_text);
    tidy(&mut body.signature);
    for forward in &mut forwarded {
        tidy(&mut forward.text);
    }
    body.forwarded = forwarded;
    body
}

#[cfg(test)]
mod tests;
