//! Body -> new text, quote, signature, forwards.
