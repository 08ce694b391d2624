//! The program: ready line, port file, waiting, ending, exit codes.

use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};

fn program() -> Command {
    Command::new(env!("CARGO_BIN_EXE_mock-dcim"))
}

#[test]
fn serve_says_when_it_is_ready_and_ends_at_once_when_told() {
    let port_file = std::env::temp_dir().join(format!("mock-dcim-test-{}", std::process::id()));
    let mut serving = program()
        .args(["serve", "--seed", "7", "--clock", "x600", "--port-file"])
        .arg(&port_file)
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut line = String::new();
    BufReader::new(serving.stdout.take().unwrap())
        .read_line(&mut line)
        .unwrap();
    let url = line
        .strip_prefix("mock-dcim ready url=")
        .and_then(|rest| rest.split(' ').next())
        .unwrap()
        .to_owned();
    assert_eq!(
        line,
        format!("mock-dcim ready url={url} page={url}/_mock/\n")
    );
    assert_eq!(std::fs::read_to_string(&port_file).unwrap().trim(), url);
    std::fs::remove_file(port_file).unwrap();
    assert!(
        program()
            .args(["wait", "--url", &url])
            .status()
            .unwrap()
            .success()
    );
    let kill = Command::new("kill")
        .args(["-TERM", &serving.id().to_string()])
        .status();
    assert!(kill.unwrap().success());
    assert_eq!(serving.wait().unwrap().code(), Some(0));
    let late = program()
        .args(["wait", "--url", &url, "--timeout", "100ms"])
        .output()
        .unwrap();
    assert_eq!(late.status.code(), Some(1));
}

#[test]
fn mistakes_on_the_command_line_are_named() {
    for (args, message) in [
        (vec!["serve", "--fleet", "/nonexistent"], "/nonexistent: "),
        (vec!["serve", "--dialect", "/nonexistent"], "/nonexistent: "),
        (vec!["serve", "--clock", "fast"], "none of frozen, real"),
        (vec!["serve", "--snapshot", "x"], "unexpected argument"),
        (vec!["wait", "--url", "ftp://x"], "is not the URL of a mock"),
        (vec!["dance"], "unrecognized subcommand"),
    ] {
        let output = program().args(&args).output().unwrap();
        assert_ne!(output.status.code(), Some(0), "{args:?}");
        let text = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(text.contains(message), "{args:?}: {text}");
    }
}

#[test]
fn the_documents_are_printed_as_json() {
    for name in ["openapi", "schema"] {
        let output = program().arg(name).output().unwrap();
        let document: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
        assert!(document.is_object(), "{name}");
    }
}
