//! To be written: mbox.
