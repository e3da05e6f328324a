//! HTML -> plain text.

/// Turns HTML into text.
pub fn to_text(html: &str) -> String {
    super::text::clean(html)
}
