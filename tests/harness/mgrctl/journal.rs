//! Each call as one line, without what `-e` brought.

use std::fs::OpenOptions;
use std::io::Write;
use std::os::unix::process::parent_id;
use std::path::Path;

use crate::request::Request;
use crate::wire::{Called, JOURNAL};

/// Describe a call: what any process of this machine could read of us, and no more.
pub fn called(argv: &[String], request: &Request) -> Called {
    let environ = std::env::vars_os()
        .filter(|(name, _)| {
            !request
                .variables
                .iter()
                .any(|hidden| name == hidden.as_str())
        })
        .map(|(name, value)| format!("{}={}", name.display(), value.display()))
        .collect();
    Called {
        parent: parent_id(),
        function: request.function.clone(),
        params: request.params.clone(),
        secrets: request
            .secrets
            .iter()
            .map(|(name, _)| name.clone())
            .collect(),
        answer: String::new(),
        argv: argv.to_vec(),
        environ,
    }
}

/// Append a call. One write per line, so that calls side by side do not mix.
pub fn write(root: &Path, called: &Called) -> Result<(), String> {
    let failed = |error: std::io::Error| format!("{JOURNAL}: {error}");
    let mut line = serde_json::to_string(called).map_err(|error| error.to_string())?;
    line.push('\n');
    let path = root.join(JOURNAL);
    let mut file = OpenOptions::new()
        .create(true)
        .append(true)
        .open(path)
        .map_err(failed)?;
    file.write_all(line.as_bytes()).map_err(failed)
}
