//! Numbers for the exchanges of one piece of work, so that a journal or an error tells whose call it was.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// The ids of the exchanges of one piece of work: `<base>-1`, `<base>-2`, …
#[derive(Clone, Debug)]
pub(crate) struct RequestIds {
    base: Arc<str>,
    last: Arc<AtomicU64>,
}

impl RequestIds {
    /// A base goes into a header: whatever is not a plain character there becomes a hyphen.
    pub fn new(base: &str) -> Self {
        let base: String = base
            .chars()
            .map(|c| {
                if c.is_ascii_alphanumeric() || "._:".contains(c) {
                    c
                } else {
                    '-'
                }
            })
            .collect();
        Self {
            base: base.into(),
            last: Arc::default(),
        }
    }

    pub fn next(&self) -> String {
        format!(
            "{}-{}",
            self.base,
            self.last.fetch_add(1, Ordering::Relaxed) + 1
        )
    }
}
