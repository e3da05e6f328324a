//! SQL: row <-> type. SQLite and PostgreSQL through one set of portable statements.
