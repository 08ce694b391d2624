//! Programs of the machine that some tests run. `scripts/test` installs them and sets `DCIM6_REAL_PARTS=required`; where they are
//! missing without that, the tests that need them are left out and say so once.

use std::collections::BTreeSet;
use std::io::Write;
use std::process::{Command, Stdio};
use std::sync::Mutex;

static SAID: Mutex<BTreeSet<&str>> = Mutex::new(BTreeSet::new());

/// Say whether `program` is here. It is asked for its version.
pub fn have(program: &'static str, package: &str) -> bool {
    let found = Command::new(program)
        .arg("--version")
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .is_ok();
    assert!(
        found || std::env::var_os("DCIM6_REAL_PARTS").is_none_or(|wish| wish != "required"),
        "{program} is missing (Debian package {package}), and DCIM6_REAL_PARTS=required"
    );
    if !found && SAID.lock().unwrap().insert(program) {
        // Written past the test runner, which would keep the word of a passing test to itself.
        let line = format!("left out: tests that run {program} (Debian package {package})\n");
        std::io::stderr().write_all(line.as_bytes()).unwrap();
    }
    found
}
