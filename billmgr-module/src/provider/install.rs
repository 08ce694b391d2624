//! `pmdcim6 install` and `uninstall`: where BILLmanager looks for a module (`billmanager-protocol.md` 1).
//!
//! Neither restarts the panel. Its owner chooses the moment; both say which command does it.

use std::fs::{self, Permissions};
use std::io::{self, Write};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use super::place;
use crate::description::DESCRIPTION;
use crate::error::{Error, ErrorKind};

/// What restores the module when BILLmanager finds that it does not answer.
const MAKEFILE: &str = include_str!("../../self-repair/Makefile");

const PROGRAM: &str = "processing/pmdcim6";
const XML: &str = "etc/xml/billmgr_mod_pmdcim6.xml";
const SOURCE: &str = "src/pmdcim6";
const SOURCE_MAKEFILE: &str = "src/pmdcim6/Makefile";
const SOURCE_PROGRAM: &str = "src/pmdcim6/pmdcim6";
const SOURCE_XML: &str = "src/pmdcim6/billmgr_mod_pmdcim6.xml";

/// What every BILLmanager has, and the module needs: the way to call it, and the two places we write to.
const BILLMANAGER: [&str; 3] = ["sbin/mgrctl", "processing", "etc/xml"];

/// Place the program, its description and the self-repair under `root`; `program` is the file to place, usually the running one.
///
/// It may be repeated: what is there already is left alone and called unchanged. A run that was cut is finished by the next one.
///
/// # Errors
/// `value` with object `root` if `root` is not BILLmanager's directory: name the right one. `process`, naming the file, if it cannot be
/// read or written: run as root.
pub fn install(root: &Path, program: &Path, out: &mut dyn Write) -> Result<(), Error> {
    check(root)?;
    let binary = fs::read(program).map_err(|error| failed("program", program, &error))?;
    for directory in ["src", SOURCE] {
        let path = root.join(directory);
        make_directory(&path, directory == SOURCE)
            .map_err(|error| failed(directory, &path, &error))?;
    }
    // The program comes last: BILLmanager finds modules by it, and by then all else is in place.
    let files: [(&str, &[u8], u32); 5] = [
        (SOURCE_PROGRAM, &binary, 0o755),
        (SOURCE_XML, DESCRIPTION.as_bytes(), 0o644),
        (SOURCE_MAKEFILE, MAKEFILE.as_bytes(), 0o644),
        (XML, DESCRIPTION.as_bytes(), 0o644),
        (PROGRAM, &binary, 0o755),
    ];
    for (name, contents, mode) in files {
        let path = root.join(name);
        let placed =
            place::file(&path, contents, mode).map_err(|error| failed(name, &path, &error))?;
        say(out, &format!("{:<9}  {}", placed.word(), path.display()));
    }
    say(out, &restart(root, "see the module"));
    Ok(())
}

/// Take away what [`install`] placed. The log, the dialect file and everything in BILLmanager's database stay; what is not there is no
/// error.
///
/// # Errors
/// `process`, naming the file that cannot be removed: run as root.
pub fn uninstall(root: &Path, out: &mut dyn Write) -> Result<(), Error> {
    // The Makefile goes first: with it, BILLmanager would bring back what is being removed.
    for name in [SOURCE_MAKEFILE, PROGRAM, XML, SOURCE_PROGRAM, SOURCE_XML] {
        let path = root.join(name);
        place::remove(&place::beside(&path)).map_err(|error| failed(name, &path, &error))?;
        let word = match place::remove(&path) {
            Ok(true) => "removed",
            Ok(false) => "absent",
            // Not even the directory it would be in.
            Err(error) if error.kind() == io::ErrorKind::NotADirectory => "absent",
            Err(error) => return Err(failed(name, &path, &error)),
        };
        say(out, &format!("{word:<9}  {}", path.display()));
    }
    // Only if nothing but ours was in it.
    let _ = fs::remove_dir(root.join(SOURCE));
    say(out, &restart(root, "forget the module"));
    Ok(())
}

fn check(root: &Path) -> Result<(), Error> {
    let missing: Vec<&str> = BILLMANAGER
        .into_iter()
        .filter(|name| !root.join(name).exists())
        .collect();
    if missing.is_empty() {
        return Ok(());
    }
    Err(Error::new(
        ErrorKind::Value,
        "root",
        format!(
            "{} is not BILLmanager's directory, {} missing there: install BILLmanager first, or name its directory with --root",
            root.display(),
            missing.join(" and ")
        ),
    ))
}

/// Make a directory that everybody may read, as BILLmanager's own are. One that is there keeps its mode, unless it is ours.
fn make_directory(path: &Path, ours: bool) -> io::Result<()> {
    let made = match fs::create_dir(path) {
        Ok(()) => true,
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists && path.is_dir() => false,
        Err(error) => return Err(error),
    };
    if made || ours {
        fs::set_permissions(path, Permissions::from_mode(0o755))?;
    }
    Ok(())
}

fn restart(root: &Path, purpose: &str) -> String {
    format!(
        "BILLmanager looks for modules when it starts. To {purpose} it needs a restart: {} -R",
        root.join("sbin/mgrctl").display()
    )
}

fn failed(object: &str, path: &Path, error: &io::Error) -> Error {
    let advice = if error.kind() == io::ErrorKind::PermissionDenied {
        ": run this as root"
    } else {
        ""
    };
    Error::new(
        ErrorKind::Process,
        object,
        format!("{}: {error}{advice}", path.display()),
    )
}

/// Tell the person. If nobody listens, the work is done all the same.
fn say(out: &mut dyn Write, line: &str) {
    let _ = writeln!(out, "{line}");
}
