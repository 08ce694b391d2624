//! R7-R9: which servers can be sold.

use mock_dcim::{MockDcim, PanelAction};
use serde_json::{Value, json};

use crate::panel::Panel;

fn sellable(panel: &Panel, id: u64) -> bool {
    panel
        .mock
        .world(|world| world.sellable(world.server(id).unwrap()))
}

#[tokio::test]
async fn r7_each_condition_alone_makes_a_server_unsellable() {
    let panel = Panel::start().await;
    for plain in [1, 6, 11, 16, 21, 26, 31, 36] {
        assert!(sellable(&panel, plain), "{plain}");
    }
    // Maintenance, two with one MAC, running operation, owner, never an operation, new, diagnostics failed, no
    // configuration, not in operation.
    for odd in [9, 17, 18, 20, 27, 29, 30, 37, 38, 39] {
        assert!(!sellable(&panel, odd), "{odd}");
    }
}

/// A plain server that differs in one thing: the world as a snapshot has it, changed, and taken up.
async fn with_one_change(pointer: &str, value: Value) -> Panel {
    let plain = Panel::start().await;
    let mut snapshot: Value = serde_json::from_str(&plain.mock.snapshot().to_string()).unwrap();
    let world = &mut snapshot["world"]["world"];
    *world.pointer_mut(pointer).unwrap() = value;
    let changed = snapshot.to_string().parse().unwrap();
    Panel::on(MockDcim::builder().snapshot(changed).start().await.unwrap())
}

#[tokio::test]
async fn r7_r8_and_r9_look_at_each_condition_by_itself() {
    let count = |panel: &Panel| {
        let answer = panel.get("dci/v3/server/configuration");
        let rows = answer["list"].as_array().unwrap().clone();
        let row = rows
            .into_iter()
            .find(|row| row["configuration"] == "i9-9900K-64Gb-2x1024NVMe");
        row.unwrap()["free_server_count"].as_u64().unwrap()
    };
    let plain = with_one_change("/servers/1/name", json!("plain")).await;
    assert!(sellable(&plain, 1));
    for (pointer, value) in [
        ("/servers/1/owner", json!(2)),
        ("/servers/1/diagnostics", json!(null)),
        ("/servers/1/diagnostics/passed", json!(false)),
        ("/servers/1/configuration", json!(null)),
        ("/servers/1/configuration", json!("")),
        ("/servers/1/operation", json!(null)),
        ("/operations/1/status", json!("fail")),
        ("/operations/1/status", json!("run")),
        ("/servers/1/is_maintenance", json!(true)),
        ("/servers/1/in_operation", json!(false)),
        ("/servers/1/mac", json!(null)),
        ("/servers/1/mac", json!("02:00:00:00:00:02")),
        ("/servers/1/diagnostic_problems", json!(["disk"])),
        ("/servers/1/status_problems", json!(["fan"])),
        ("/servers/1/is_new", json!(true)),
    ] {
        let panel = with_one_change(pointer, value.clone()).await;
        assert!(!sellable(&panel, 1), "{pointer} {value}");
        assert_eq!(count(&panel), count(&plain) - 1, "{pointer} {value}");
    }
}

#[tokio::test]
async fn r7_a_cancelled_last_operation_is_as_good_as_ok_and_a_failed_one_is_not() {
    let panel = Panel::start().await;
    assert!(sellable(&panel, 28));
    panel.act(PanelAction::Recovery { server: 1 });
    assert!(!sellable(&panel, 1));
    panel.seconds(30);
    assert_eq!(panel.server(1)["operation"]["status"], "fail");
    assert!(!sellable(&panel, 1));
}

#[tokio::test]
async fn r8_new_servers_are_not_for_sale() {
    let panel = Panel::start().await;
    assert!(!sellable(&panel, 30));
    assert_eq!(panel.server(30)["is_new"], true);
}

#[tokio::test]
async fn r9_free_server_count_counts_by_configuration() {
    let panel = Panel::start().await;
    let count = |name: &str| {
        let answer = panel.get("dci/v3/server/configuration");
        let rows = answer["list"].as_array().unwrap().clone();
        let row = rows.into_iter().find(|row| row["configuration"] == name);
        row.unwrap()["free_server_count"].as_u64().unwrap()
    };
    let truth = |name: &str| {
        panel.mock.world(|world| {
            let mine = world
                .servers()
                .filter(|one| one.configuration.as_deref() == Some(name));
            mine.filter(|one| world.sellable(one)).count() as u64
        })
    };
    let name = "i9-9900K-64Gb-2x1024NVMe";
    let before = count(name);
    assert_eq!(before, truth(name));
    panel.ok("dci/v3/server/1/owner", r#"{"owner":2}"#);
    assert_eq!(count(name), before - 1);
    let all = panel.get("dci/v3/server/configuration");
    assert!(
        all["list"]
            .as_array()
            .unwrap()
            .iter()
            .all(|row| row["configuration"] != Value::Null)
    );
}
