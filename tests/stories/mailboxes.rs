//! Reading mail: IMAP and Maildir against real servers.
