//! Body -> new text, quote, signature, forwards.

use super::{Body, Party};

/// What the headers say that helps to read the body.
#[derive(Debug, Clone, Copy, Default)]
pub struct Context<'a> {
    /// The subject: `TR:` makes a header block a forward, `RE:` a quote.
    pub subject: &'a str,
    /// The author, whose name may end the text.
    pub author: Option<&'a Party>,
    /// Whether the message names another that it answers.
    pub answers: bool,
}

/// Takes a body apart.
pub fn trim(text: &str, context: &Context<'_>) -> Body {
    let _ = context;
    Body { new_text: text.trim().to_owned(), ..Body::default() }
}
