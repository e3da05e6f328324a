//! A throw-away PostgreSQL on loopback.
