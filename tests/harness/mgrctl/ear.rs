//! Tells the judge what changes in BILLmanager.

use std::io::{BufRead, BufReader, Write};
use std::os::unix::net::UnixStream;
use std::path::Path;
use std::time::Duration;

use serde_json::Value;

use crate::wire::EAR;

/// How long the judge may take to hear one fact.
const PATIENCE: Duration = Duration::from_secs(30);

/// Tell each fact and wait until it was heard. Without anybody who listens nothing is told.
///
/// This comes before the change is committed: whatever another process can read in the database, the judge knows already.
pub fn tell(root: &Path, facts: &[Value]) -> Result<(), String> {
    let path = root.join(EAR);
    if facts.is_empty() || !path.exists() {
        return Ok(());
    }
    send(&path, facts).map_err(|error| format!("{EAR}: {error}"))
}

fn send(path: &Path, facts: &[Value]) -> std::io::Result<()> {
    let stream = UnixStream::connect(path)?;
    stream.set_read_timeout(Some(PATIENCE))?;
    let mut heard = BufReader::new(&stream);
    for fact in facts {
        (&stream).write_all(format!("{fact}\n").as_bytes())?;
        let mut answer = String::new();
        heard.read_line(&mut answer)?;
        if answer != "heard\n" {
            return Err(std::io::Error::other(format!("{fact}: {answer}")));
        }
    }
    Ok(())
}
