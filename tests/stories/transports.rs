//! Sending mail: SMTP and Maildir against real servers.
