//! The executable, spawned as BILLmanager spawns it: standard input left open, nothing in the environment, a foreign directory.
#![expect(clippy::unwrap_used, reason = "a helper of tests may fail loudly")]

#[cfg(feature = "provider")]
mod contract_check;
mod description;
mod guide;
#[cfg(feature = "provider")]
mod install;
mod real_parts;
#[cfg(feature = "provider")]
mod scratch;

use std::process::{Command, Output, Stdio};

fn spawn(arguments: &[&str]) -> Output {
    // A root with no BILLmanager in it.
    let root = tempfile::tempdir().unwrap();
    let mut child = Command::new(env!("CARGO_BIN_EXE_pmdcim6"))
        .args(arguments)
        .env_clear()
        .env("MGR5_ROOT", root.path())
        .current_dir("/")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // For commands that do not read it, standard input may never end.
    let open = child.stdin.take();
    let output = child.wait_with_output().unwrap();
    drop(open);
    output
}

#[test]
fn features_is_told_without_anything_at_all() {
    let output = spawn(&["--lang", "en", "--new-option", "x", "--command", "features"]);
    assert!(output.status.success());
    assert!(output.stderr.is_empty());
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(
        text.starts_with("<doc><itemtypes><itemtype name=\"dedic\"/></itemtypes>"),
        "{text}"
    );
    for feature in [
        "check_connection",
        "open",
        "suspend",
        "resume",
        "close",
        "sync_item",
    ] {
        assert!(
            text.contains(&format!("<feature name=\"{feature}\"/>")),
            "{feature}"
        );
    }
}

#[test]
fn an_error_is_a_document_and_exit_1() {
    for (arguments, kind) in [
        (&[][..], "missed"),
        (&["--command", "nonesuch"][..], "not_supported"),
        (
            &[
                "--command",
                "open",
                "--item",
                "0",
                "--runningoperation",
                "1",
            ][..],
            "value",
        ),
        // There is no BILLmanager here, and the error says so.
        (
            &[
                "--command",
                "open",
                "--item",
                "1204",
                "--runningoperation",
                "551",
            ][..],
            "process",
        ),
    ] {
        let output = spawn(arguments);
        assert_eq!(output.status.code(), Some(1), "{arguments:?}");
        assert!(output.stderr.is_empty());
        let text = String::from_utf8(output.stdout).unwrap();
        assert!(
            text.starts_with(&format!("<doc><error type=\"{kind}\"")),
            "{arguments:?}: {text}"
        );
    }
}

#[cfg(unix)]
#[test]
fn arguments_that_are_not_utf_8_are_refused() {
    use std::os::unix::ffi::OsStrExt;
    let output = Command::new(env!("CARGO_BIN_EXE_pmdcim6"))
        .arg(std::ffi::OsStr::from_bytes(b"--command\xff"))
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert!(
        String::from_utf8(output.stdout)
            .unwrap()
            .contains("type=\"value\" object=\"arguments\"")
    );
}
