//! Message + what is known of its thread -> report, answer, automatic, stranger. Pure.
