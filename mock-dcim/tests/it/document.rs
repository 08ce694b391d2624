//! Every `sh` block of `docs/mock.md` runs, in order, against a mock of its own.

use std::io::Write;
use std::process::{Command, Stdio};

use mock_dcim::MockDcim;

fn blocks(language: &str) -> String {
    let page = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/mock.md");
    let page = std::fs::read_to_string(page).unwrap();
    let fence = format!("```{language}");
    let mut found = String::new();
    let mut inside = false;
    for line in page.lines() {
        if line.starts_with("```") {
            inside = line == fence;
        } else if inside {
            found.push_str(line);
            found.push('\n');
        }
    }
    found
}

#[tokio::test]
async fn every_line_of_the_page_works() {
    if Command::new("curl").arg("--version").output().is_err() {
        writeln!(
            std::io::stderr(),
            "left out: docs/mock.md, there is no curl"
        )
        .unwrap();
        return;
    }
    let mock = MockDcim::start().await.unwrap();
    let url = mock.url();
    let folder = std::env::temp_dir().join(format!("mock-dcim-page-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let inside = folder.clone();
    let output = tokio::task::spawn_blocking(move || {
        let mut shell = Command::new("bash")
            .args(["-eu", "-x", "-o", "pipefail"])
            .env("URL", url)
            .current_dir(inside)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let script = blocks("sh");
        assert!(script.lines().filter(|line| line.contains("curl")).count() > 2);
        shell
            .stdin
            .take()
            .unwrap()
            .write_all(script.as_bytes())
            .unwrap();
        shell.wait_with_output().unwrap()
    })
    .await
    .unwrap();
    let log = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.success(), "{log}");
    assert!(folder.join("snapshot.json").exists());
    std::fs::remove_dir_all(folder).unwrap();
}

#[test]
fn the_fleet_on_the_page_is_one() {
    assert!(blocks("json").parse::<mock_dcim::Fleet>().is_ok());
}
