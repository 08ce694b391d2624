//! Parts of a host that a machine may not have (`docs/architecture.md`, "A real host, in tests").

use std::collections::BTreeSet;
use std::io::Write;
use std::sync::{Mutex, PoisonError};

/// Set to `required` by `scripts/test`: leaving a real part out is then a failure.
const REQUIRED: &str = "DCIM6_REAL_PARTS";

static TOLD: Mutex<BTreeSet<&str>> = Mutex::new(BTreeSet::new());

/// Say, once per test binary, that tests pass without a real part.
///
/// # Panics
/// If real parts are required.
pub fn leave_out(part: &'static str) {
    let required = std::env::var(REQUIRED).is_ok_and(|value| value == "required");
    assert!(
        !required,
        "{part} is not installed, and {REQUIRED}=required"
    );
    let mut told = TOLD.lock().unwrap_or_else(PoisonError::into_inner);
    if told.insert(part) {
        // Not by a macro: the test harness would keep it from whoever looks.
        let _ = writeln!(
            std::io::stderr(),
            "left out: {part}, which is not installed; its tests pass without having run"
        );
    }
}
