//! One file put where BILLmanager looks for it: whole or not at all, with the mode asked for whatever the umask is.

use std::fs::{self, OpenOptions, Permissions};
use std::io::{self, ErrorKind, Write};
use std::os::unix::fs::{MetadataExt, OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};

/// What putting a file into its place came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Placed {
    New,
    Replaced,
    Unchanged,
}

impl Placed {
    pub(super) fn word(self) -> &'static str {
        match self {
            Self::New => "installed",
            Self::Replaced => "replaced",
            Self::Unchanged => "unchanged",
        }
    }
}

/// Put `contents` at `path`. A process that runs the old file keeps it; the next one runs the new file.
pub(super) fn file(path: &Path, contents: &[u8], mode: u32) -> io::Result<Placed> {
    let before = match fs::symlink_metadata(path) {
        Ok(found) => Some(found),
        Err(error) if error.kind() == ErrorKind::NotFound => None,
        Err(error) => return Err(error),
    };
    // Root runs the program: a file that somebody else owns, or may write, is not the same file, whatever it holds (safety.md G).
    let same = match &before {
        Some(found) => {
            found.is_file()
                && found.mode() & 0o7777 == mode
                && found.uid() == rustix::process::geteuid().as_raw()
                && fs::read(path)? == contents
        }
        None => false,
    };
    if same {
        return Ok(Placed::Unchanged);
    }
    let beside = beside(path);
    // What a run that was cut has left.
    remove(&beside)?;
    write(&beside, contents, mode)
        .and_then(|()| fs::rename(&beside, path))
        .inspect_err(|_| drop(fs::remove_file(&beside)))?;
    Ok(if before.is_some() {
        Placed::Replaced
    } else {
        Placed::New
    })
}

/// Take a file away; answers whether there was one.
pub(super) fn remove(path: &Path) -> io::Result<bool> {
    match fs::remove_file(path) {
        Ok(()) => Ok(true),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(false),
        Err(error) => Err(error),
    }
}

/// The passing name. It begins with a dot: BILLmanager takes names in `processing/` for modules.
pub(super) fn beside(path: &Path) -> PathBuf {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    path.with_file_name(format!(".{name}.new"))
}

fn write(path: &Path, contents: &[u8], mode: u32) -> io::Result<()> {
    let mut file = OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(path)?;
    file.write_all(contents)?;
    // Not the mode of creation: the umask would be taken off it.
    file.set_permissions(Permissions::from_mode(mode))?;
    // The name must not reach the disk before the contents do.
    file.sync_all()
}
