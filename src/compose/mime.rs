//! Text and attachments -> exact bytes (RFC 5322, 2045, 2047).
