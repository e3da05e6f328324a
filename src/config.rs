//! TOML and environment -> checked configuration. Everything is parsed once, here.
