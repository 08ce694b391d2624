//! Snapshots: a mock that goes on from one is the same mock.

use std::time::Duration;

use mock_dcim::{DurationKind, FaultRule, Lever, MockDcim, PortWrites, Snapshot};
use serde_json::{Value, json};

use crate::panel::Panel;

/// A world in which much is still to come.
async fn half_way() -> Panel {
    let mut panel = Panel::seeded(7).await;
    let fact = |fact: Value| panel.mock.fact(serde_json::from_value(fact).unwrap());
    fact(json!({"fact":"binding","item":1204,"server":1}));
    fact(json!({"fact":"begin","item":1204,"operation":551,"run":1,"command":"open"}));
    panel.request_id = Some("1204-551-1-1".to_owned());
    panel.server(1);
    panel.sell(1, "a@a.test");
    panel.request_id = None;
    let jitter = Lever::Jitter {
        server: None,
        of: DurationKind::Install,
        percent: 30,
    };
    let late = Lever::PortWrites {
        port: 5,
        writes: PortWrites::Late {
            after: Duration::from_secs(90),
        },
    };
    for lever in [jitter, late] {
        panel.lever(lever);
    }
    panel.ok("dci/v3/switch/1/port/5", r#"{"admin_status":"up"}"#);
    panel.ports(3, "up");
    panel.install(3, 90);
    panel.ok("dci/v3/server/4/power_on", "{}");
    panel.ok("dci/v3/server/5/ip", "{}");
    panel.diag(6, r#"{"clear_hdd":"full"}"#);
    for rule in [
        FaultRule::new("rack_list", "503_n").times(2),
        FaultRule::new("server_edit", "duplicate").param("ms", 60_000),
        FaultRule::new("user_create", "stale")
            .param("reads", 3)
            .times(1),
    ] {
        panel.mock.fault(rule).unwrap();
    }
    assert_eq!(panel.call("GET", "dci/v3/rack", "").0, 503);
    panel.ok("dci/v3/server/2", r#"{"name":"twice"}"#);
    panel.ok("dci/v3/user", r#"{"email":"b@a.test","password":"pw"}"#);
    assert_eq!(panel.get("dci/v3/user?where=id+EQ+5")["size"], 0, "stale");
    panel
}

/// The same calls on either mock; answers every byte.
fn go_on(panel: &Panel) -> Vec<Vec<u8>> {
    let mut bytes = Vec::new();
    for path in ["rack", "rack", "user", "user", "user", "server?limit=100"] {
        bytes.push(panel.send("GET", &format!("dci/v3/{path}"), "").body);
    }
    panel.seconds(45);
    panel.ok("dci/v3/server/4/owner", r#"{"owner":2}"#);
    panel.ports(4, "up");
    panel.install(4, 90);
    panel.minutes(40);
    panel.ok("dci/v3/server/5/ip", r#"{"count":3}"#);
    panel.call("DELETE", "dci/v3/server/5/ip/11", "");
    for path in ["server?limit=100", "ipmgr/ip?limit=100", "server/1/history"] {
        bytes.push(panel.send("GET", &format!("dci/v3/{path}"), "").body);
    }
    bytes.push(crate::panel::log_in(&panel.mock, "a@a.test", "pw").into_bytes());
    bytes.push(serde_json::to_vec(&panel.mock.advance(Duration::from_hours(5))).unwrap());
    bytes.push(serde_json::to_vec(&panel.mock.journal()).unwrap());
    let verdict = serde_json::to_string(&panel.mock.verdict()).unwrap();
    // Each names its own command for a replay.
    bytes.push(verdict.replace(&panel.mock.url(), "").into_bytes());
    bytes.push(serde_json::to_vec(&panel.mock.faults()).unwrap());
    bytes.push(panel.mock.state().to_string().into_bytes());
    bytes.push(panel.mock.snapshot().to_string().into_bytes());
    bytes
}

async fn taken_up(original: &Panel, text: &str) -> Panel {
    let snapshot: Snapshot = text.parse().unwrap();
    let mock = MockDcim::builder().snapshot(snapshot).start().await;
    Panel {
        mock: mock.unwrap(),
        token: original.token.clone(),
        request_id: None,
        varied: false,
    }
}

#[tokio::test]
async fn the_same_calls_after_restoring_give_the_same_bytes_as_without() {
    let original = half_way().await;
    let text = original.mock.snapshot().to_string();
    let restored = taken_up(&original, &text).await;
    assert_eq!(restored.mock.snapshot().to_string(), text);
    for (n, (one, other)) in go_on(&original).iter().zip(go_on(&restored)).enumerate() {
        assert_eq!(
            String::from_utf8_lossy(one),
            String::from_utf8_lossy(&other),
            "answer {n}"
        );
    }
}

#[tokio::test]
async fn reset_goes_back_to_the_snapshot() {
    let original = half_way().await;
    let text = original.mock.snapshot().to_string();
    let restored = taken_up(&original, &text).await;
    restored.minutes(60);
    restored.mock.reset();
    assert_eq!(restored.mock.snapshot().to_string(), text);
}

#[tokio::test]
async fn what_is_wrong_is_refused_with_place_and_reason() {
    let text = MockDcim::start().await.unwrap().snapshot().to_string();
    let whole: Value = serde_json::from_str(&text).unwrap();
    let refused = |change: &dyn Fn(&mut Value)| {
        let mut changed = whole.clone();
        change(&mut changed);
        let outcome = changed.to_string().parse::<Snapshot>();
        outcome.unwrap_err().to_string()
    };
    assert!("".parse::<Snapshot>().is_err());
    assert_eq!(
        refused(&|file| file["schema_version"] = json!(2)),
        "schema_version: 2 is not 1"
    );
    let cases: [(&str, &str, Value); 6] = [
        (
            "/world/world/servers/1/owner",
            "world.world.servers.1.owner: there is no 99",
            json!(99),
        ),
        (
            "/world/world/servers/1/name",
            "world.world.servers.1.name: invalid type",
            json!(7),
        ),
        (
            "/world/world/ports/1/server",
            "world.world.ports.1.server: there is no 999",
            json!(999),
        ),
        ("/world/world/now", "world.world.now: ", json!("noon")),
        (
            "/world/world/history/0/name",
            "there is no call `dance`",
            json!("dance"),
        ),
        (
            "/faults",
            "faults[0]: bad value of `effect`: unknown",
            json!([{"id":1,"operation":"any","effect":"earthquake","matched":0,"hits":0}]),
        ),
    ];
    for (place, message, value) in cases {
        let found = refused(&|file| *file.pointer_mut(place).unwrap() = value.clone());
        assert!(found.contains(message), "{message}: {found}");
    }
    let found = refused(&|file| file["colour"] = json!("red"));
    assert!(found.contains("unknown field `colour`"), "{found}");
}

#[tokio::test]
async fn a_file_is_written_whole_and_without_leavings() {
    let mock = MockDcim::start().await.unwrap();
    let folder = std::env::temp_dir().join(format!("mock-dcim-save-{}", std::process::id()));
    std::fs::create_dir(&folder).unwrap();
    let file = folder.join("world.json");
    for _ in 0..2 {
        mock.snapshot().save(&file).unwrap();
    }
    let text = std::fs::read_to_string(&file).unwrap();
    assert_eq!(text.trim_end(), mock.snapshot().to_string());
    assert_eq!(std::fs::read_dir(&folder).unwrap().count(), 1);
    assert!(mock.snapshot().save(&folder.join("no/where")).is_err());
    assert!(mock.snapshot().save(&folder).is_err(), "a folder");
    assert_eq!(std::fs::read_dir(&folder).unwrap().count(), 1);
    std::fs::remove_dir_all(folder).unwrap();
}
