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
fn a_snapshot_is_written_at_the_end_and_taken_up_at_the_next_start() {
    use std::os::unix::fs::PermissionsExt;

    let file = std::env::temp_dir().join(format!("mock-dcim-snapshot-{}", std::process::id()));
    for (seed, then) in [("7", "press"), ("8", "look")] {
        let mut serving = program()
            .args(["serve", "--seed", seed, "--snapshot"])
            .arg(&file)
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::new(serving.stdout.take().unwrap())
            .read_line(&mut line)
            .unwrap();
        let url = line.split("url=http://").nth(1).unwrap();
        let address = url.split(' ').next().unwrap();
        let mut stream = std::net::TcpStream::connect(address).unwrap();
        let request = if then == "press" {
            "POST /_mock/panel/press_power HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 24\r\n\r\n\
             {\"server\":1,\"goal\":\"on\"}"
        } else {
            "GET /_mock/snapshot HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
        };
        std::io::Write::write_all(&mut stream, request.as_bytes()).unwrap();
        let mut answer = String::new();
        std::io::Read::read_to_string(&mut stream, &mut answer).unwrap();
        assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
        if then == "look" {
            assert!(answer.contains("\"chassis_on\":true"));
            assert!(
                answer.contains("\"seed\":7"),
                "the snapshot's, not the new one"
            );
        }
        let kill = Command::new("kill")
            .args(["-TERM", &serving.id().to_string()])
            .status();
        assert!(kill.unwrap().success());
        assert_eq!(serving.wait().unwrap().code(), Some(0));
    }
    let mode = std::fs::metadata(&file).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600, "it holds passwords");
    std::fs::write(&file, "{}").unwrap();
    let output = program().args(["serve", "--snapshot"]).arg(&file).output();
    let text = String::from_utf8_lossy(&output.unwrap().stderr).into_owned();
    assert!(text.contains("missing field `schema_version`"), "{text}");
    assert_eq!(std::fs::read_to_string(&file).unwrap(), "{}", "left alone");
    std::fs::remove_file(file).unwrap();
}

#[test]
fn mistakes_on_the_command_line_are_named() {
    for (args, message) in [
        (vec!["serve", "--fleet", "/nonexistent"], "/nonexistent: "),
        (vec!["serve", "--dialect", "/nonexistent"], "/nonexistent: "),
        (vec!["serve", "--clock", "fast"], "none of frozen, real"),
        (
            vec!["serve", "--snapshot", "/nonexistent/x"],
            "/nonexistent/x: ",
        ),
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
