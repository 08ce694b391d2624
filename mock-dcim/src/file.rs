//! Files of our own: written whole or not at all, for their owner alone, and read by their version first.

use std::fmt::Display;
use std::fs::{self, File};
use std::io::{self, Write};
use std::path::Path;

use serde::Deserialize;
use serde::de::DeserializeOwned;

use crate::snapshot::SnapshotError;

#[derive(Deserialize)]
struct Version {
    schema_version: u32,
}

pub(crate) fn save(file: &Path, content: &dyn Display) -> io::Result<()> {
    let name = file.file_name().ok_or(io::ErrorKind::InvalidInput)?;
    let mut fresh = name.to_owned();
    fresh.push(format!(".{}.new", std::process::id()));
    let fresh = file.with_file_name(fresh);
    let written = private(&fresh).and_then(|mut out| {
        writeln!(out, "{content}")?;
        out.sync_all()?;
        fs::rename(&fresh, file)
    });
    if written.is_err() {
        // Half a file is of no use to anybody.
        let _ = fs::remove_file(&fresh);
    }
    written
}

pub(crate) fn read<T: DeserializeOwned>(text: &str, version: u32) -> Result<T, SnapshotError> {
    // The version first: what else is wrong with another version is of no interest.
    let Version { schema_version } = serde_json::from_str(text)
        .map_err(|error| SnapshotError::new("file", error.to_string()))?;
    if schema_version != version {
        let why = format!("{schema_version} is not {version}");
        return Err(SnapshotError::new("schema_version", why));
    }
    let mut reader = serde_json::Deserializer::from_str(text);
    serde_path_to_error::deserialize(&mut reader).map_err(|error| {
        let place = error.path().to_string();
        let place = if place == "." { "file" } else { &place };
        SnapshotError::new(place, error.inner().to_string())
    })
}

fn private(file: &Path) -> io::Result<File> {
    let mut options = File::options();
    options.write(true).create_new(true);
    #[cfg(unix)]
    {
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    }
    options.open(file)
}
