//! To be written: maildir.
