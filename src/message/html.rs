//! HTML -> plain text.
