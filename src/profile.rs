//! A region's vocabulary, phrases and delays, read from `templates/<profile>/`. Pure: takes texts.

use std::sync::Arc;

/// Everything that differs from one region to another, compiled once.
#[derive(Debug, Clone)]
pub struct Profile {
    inner: Arc<Inner>,
}

#[derive(Debug)]
struct Inner {
    name: String,
}

impl Profile {
    /// The profile's name.
    pub fn name(&self) -> &str {
        &self.inner.name
    }
}
