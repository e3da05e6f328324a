//! Rules of matching, told as sentences.
