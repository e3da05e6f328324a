//! A throw-away Dovecot and Postfix on loopback.
