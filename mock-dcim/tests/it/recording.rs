//! Recordings: what broke a promise once breaks it again, by the command that the violation names.

use std::io::Write;
use std::path::PathBuf;
use std::process::{Command, Output, Stdio};
use std::time::Duration;

use mock_dcim::{
    Dialect, DurationKind, Fact, FaultRule, Lever, MockDcim, PanelAction, Recording, Variation,
    Verdict,
};
use serde_json::json;

use crate::panel::Panel;

/// A directory of its own, gone in the end.
struct Directory(PathBuf);

impl Directory {
    fn new(name: &str) -> Self {
        Self(std::env::temp_dir().join(format!("mock-dcim-{name}-{}", std::process::id())))
    }
}

impl Drop for Directory {
    fn drop(&mut self) {
        // A test that failed early has made none.
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

fn tell(panel: &Panel, fact: serde_json::Value) {
    let fact: Fact = serde_json::from_value(fact).unwrap();
    panel.mock.fact(fact);
}

/// A server goes from one customer to the next as it is, a secret leaks, a run hangs: with chance, faults, levers and people in it.
fn break_promises(panel: &mut Panel) {
    let jitter = Lever::Jitter {
        server: None,
        of: DurationKind::Install,
        percent: 30,
    };
    panel.lever(jitter);
    panel.mock.vary(Variation {
        unknown_fields: true,
        ..Variation::default()
    });
    panel.varied = true;
    let gone = panel.mock.fault(FaultRule::new("rack_list", "503_n"));
    panel.mock.remove_fault(gone.unwrap()).unwrap();
    let lost = FaultRule::new("server_owner_set", "reset_after").times(1);
    panel.mock.fault(lost.skip(1)).unwrap();
    tell(panel, json!({"fact":"binding","item":1204,"server":1}));
    tell(panel, json!({"fact":"faults_stopped"}));
    tell(
        panel,
        json!({"fact":"begin","item":1204,"operation":551,"run":1,"command":"open"}),
    );
    tell(
        panel,
        json!({"fact":"deadline","operation":551,"minutes":60}),
    );
    panel.request_id = Some("1204-551-1-1".to_owned());
    panel.server(1);
    panel.ports(1, "up");
    panel.ok("dci/v3/server/1/owner", r#"{"owner":2}"#);
    panel.install(1, 90);
    panel.minutes(40);
    let action = PanelAction::Owner {
        server: 1,
        owner: None,
    };
    panel.act(action);
    // Its answer is lost, its effect is not.
    panel.send("POST", "dci/v3/server/1/owner", r#"{"owner":3}"#);
    tell(
        panel,
        json!({"fact":"secret","name":"the password","value":"hunter22"}),
    );
    tell(
        panel,
        json!({"fact":"output","place":"the log","text":"it is hunter22"}),
    );
    panel.mock.advance(Duration::from_mins(51));
    panel.mock.advance_to_next();
}

fn stories(verdict: &Verdict) -> Vec<&String> {
    let promises = verdict.promises.iter();
    promises.flat_map(|promise| &promise.stories).collect()
}

fn program(args: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_mock-dcim"));
    command.args(args).stdout(Stdio::piped());
    command
}

/// What the program prints has to be what the judge said.
fn assert_told_again(output: &Output, verdict: &Verdict) {
    let told: Vec<String> = String::from_utf8_lossy(&output.stdout)
        .split_inclusive('\n')
        .map(str::to_owned)
        .collect();
    let (count, told) = told.split_last().unwrap();
    let expected: Vec<String> = stories(verdict).into_iter().cloned().collect();
    assert_eq!(told.concat(), expected.join("\n") + "\n");
    assert_eq!(*count, format!("violations: {}\n", verdict.violations));
    assert_eq!(output.status.code(), Some(1));
}

#[tokio::test]
async fn the_replay_line_of_a_violation_shows_the_same_violations_again() {
    use std::os::unix::fs::PermissionsExt;

    let directory = Directory::new("recordings");
    let builder = MockDcim::builder().seed(7).recordings(&directory.0);
    let mut panel = Panel::on(builder.start().await.unwrap());
    break_promises(&mut panel);
    let verdict = panel.mock.verdict();
    for id in ["S2", "S7", "L1"] {
        let told = &verdict.promise(id).unwrap().stories;
        assert!(!told.is_empty(), "{id}: {verdict:#?}");
    }
    let line = stories(&verdict)[0].lines().last().unwrap();
    let command = line.strip_prefix("  replay: mock-dcim ").unwrap();
    let (command, told) = command.split_once(" (seed 7, until ").unwrap();
    assert!(told.starts_with("2026-01-10T"), "{told}");
    let args: Vec<&str> = command.split(' ').collect();
    assert_eq!(args[0], "replay");

    let output = program(&args).output().unwrap();

    assert_told_again(&output, &verdict);
    let mode = std::fs::metadata(args[1]).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600, "it holds passwords");
}

#[tokio::test]
async fn without_a_directory_the_line_asks_the_mock_itself() {
    let mut panel = Panel::seeded(7).await;
    break_promises(&mut panel);
    let verdict = panel.mock.verdict();
    let url = panel.mock.url();
    let line = format!("replay: curl -s {url}/_mock/recording | mock-dcim replay - (seed 7");
    assert!(stories(&verdict)[0].contains(&line), "{verdict:#?}");
    let answer = panel.mock.exchange("GET", "/_mock/recording", &[], b"");

    let mut replaying = program(&["replay", "-"])
        .stdin(Stdio::piped())
        .spawn()
        .unwrap();
    let mut input = replaying.stdin.take().unwrap();
    input.write_all(&answer.body).unwrap();
    drop(input);

    assert_told_again(&replaying.wait_with_output().unwrap(), &verdict);
}

#[tokio::test]
async fn a_recording_begins_with_the_fleet_the_snapshot_or_the_reset() {
    let mut panel = Panel::seeded(7).await;
    break_promises(&mut panel);
    let (verdict, snapshot) = (panel.mock.verdict(), panel.mock.snapshot());
    let builder = MockDcim::builder().snapshot(snapshot).strict(true);
    let dialect: Dialect = "[operations.server_edit]\nfields = { notes = \"remark\" }\n"
        .parse()
        .unwrap();
    let restored = Panel {
        mock: builder.dialect(dialect).start().await.unwrap(),
        ..panel
    };
    let (_, refused) = restored.post("dci/v3/server/1", r#"{"notes":"x"}"#);
    assert_eq!(
        refused["error"]["value"]["field"],
        "notes (renamed by the dialect)"
    );
    restored.ok("dci/v3/server/1", r#"{"remark":"hunter22"}"#);
    let then = restored.mock.verdict();
    assert_eq!(then.violations, verdict.violations + 1, "it leaked again");

    let told = restored.mock.recording().to_string();
    assert_eq!(told.parse::<Recording>().unwrap().replay(), then);

    restored.mock.reset();
    assert_eq!(restored.mock.recording().replay(), restored.mock.verdict());
}

#[tokio::test]
async fn a_scaled_clock_is_replayed_by_its_moments() {
    let builder = MockDcim::builder().clock("x600".parse().unwrap());
    let mut panel = Panel::on(builder.start().await.unwrap());
    break_promises(&mut panel);
    // The last look: what has passed by then is judged.
    let recording = panel.mock.recording();
    let verdict = recording.replay();
    assert_eq!(verdict.violations, panel.mock.verdict().violations);
    assert_eq!(verdict.promise("S7"), panel.mock.verdict().promise("S7"));
}

#[tokio::test]
async fn a_clean_story_replays_to_nothing_and_a_bad_file_is_refused_with_its_place() {
    let directory = Directory::new("bad-recordings");
    std::fs::create_dir_all(&directory.0).unwrap();
    let file = directory.0.join("story.json");
    let replay = || {
        let mut command = program(&["replay"]);
        command.arg(&file).stderr(Stdio::piped());
        command.output().unwrap()
    };
    let panel = Panel::start().await;
    panel.server(1);
    panel.mock.recording().save(&file).unwrap();
    let output = replay();
    assert_eq!(output.stdout, b"violations: 0\n");
    assert_eq!(output.status.code(), Some(0));
    let good = std::fs::read_to_string(&file).unwrap();
    for (from, to, message) in [
        ("\"schema_version\":1", "\"schema_version\":9", "9 is not 1"),
        (
            "\"dialect\":\"\"",
            "\"dialect\":\"x\"",
            "story.json: dialect",
        ),
        (
            "\"owner\":null",
            "\"owner\":999",
            "start.world.world.servers",
        ),
        ("\"method\":\"GET\"", "\"method\":7", "inputs[1]"),
    ] {
        assert!(good.contains(from), "{from}");
        std::fs::write(&file, good.replacen(from, to, 2)).unwrap();
        let output = replay();
        let text = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(text.contains(message), "{message}: {text}");
        assert_eq!(output.status.code(), Some(1));
    }
}

/// A directory that cannot be written to is a mistake to hear of at once.
#[tokio::test]
async fn a_place_for_recordings_that_is_none_is_refused_at_the_start() {
    let builder = MockDcim::builder().recordings("/dev/null/recordings");
    let refused = builder.start().await.unwrap_err().to_string();
    assert!(
        refused.starts_with("cannot start on 127.0.0.1"),
        "{refused}"
    );
}
