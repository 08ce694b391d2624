//! What goes wrong, on purpose.

use std::fs::OpenOptions;
use std::io::{Read, Seek, Write};
use std::os::unix::process::parent_id;
use std::path::Path;
use std::thread;
use std::time::{Duration, Instant};

use crate::wire::{Effect, FAULTS, Fault};

/// Nobody waits longer than this for a call that hangs (`billmanager-protocol.md` 6: 120 s).
const LONGEST: Duration = Duration::from_mins(3);

/// Take the fault that this call meets, and count it. The file is locked meanwhile: calls come side by side.
pub fn take(root: &Path, function: &str) -> Result<Option<Effect>, String> {
    let path = root.join(FAULTS);
    if !path.exists() {
        return Ok(None);
    }
    count(&path, function).map_err(|error| format!("{}: {error}", path.display()))
}

fn count(path: &Path, function: &str) -> std::io::Result<Option<Effect>> {
    let mut file = OpenOptions::new().read(true).write(true).open(path)?;
    file.lock()?;
    let mut text = String::new();
    file.read_to_string(&mut text)?;
    let mut faults: Vec<Fault> = serde_json::from_str(&text)?;
    let meets = |fault: &&mut Fault| {
        fault.times > 0 && (fault.function.is_empty() || fault.function == function)
    };
    let mut met = None;
    if let Some(fault) = faults.iter_mut().find(meets) {
        if fault.skip > 0 {
            fault.skip -= 1;
        } else {
            fault.times -= 1;
            met = Some(fault.effect.clone());
        }
    }
    file.set_len(0)?;
    file.rewind()?;
    file.write_all(serde_json::to_string(&faults)?.as_bytes())?;
    Ok(met)
}

/// Wait, as a slow BILLmanager does.
pub fn sleep(milliseconds: u64) {
    thread::sleep(Duration::from_millis(milliseconds));
}

/// Answer nothing while the caller lives.
pub fn hang() {
    let (caller, begun) = (parent_id(), Instant::now());
    while parent_id() == caller && begun.elapsed() < LONGEST {
        thread::sleep(Duration::from_millis(10));
    }
}
