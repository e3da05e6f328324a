//! `dry-run`: which tickets would be sent for a mailbox; stores and sends nothing.
