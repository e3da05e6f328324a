//! To be written: imap.
