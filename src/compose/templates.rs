//! The texts: embedded, replaceable by the operator, compiled once.
