//! R30, R31, R37: switch ports.

use std::time::Duration;

use mock_dcim::{Lever, PortWrites};
use serde_json::json;

use crate::panel::Panel;

fn connection(panel: &Panel, server: u64, n: usize, field: &str) -> String {
    panel.server(server)["switch_connection"][n][field]
        .as_str()
        .unwrap()
        .to_owned()
}

#[tokio::test]
async fn r30_a_bmc_port_that_is_down_makes_the_power_unknown() {
    let panel = Panel::start().await;
    assert_eq!(
        panel.server(1)["switch_connection"][2]["is_ipmi_connection"],
        true
    );
    panel.ok("dci/v3/switch/1/port/3", r#"{"admin_status":"down"}"#);
    assert_eq!(panel.server(1)["power_status"], "unknown");
    panel.ok("dci/v3/switch/1/port/3", r#"{"admin_status":"up"}"#);
    assert_eq!(panel.server(1)["power_status"], "off");
}

#[tokio::test]
async fn r31_admin_status_at_once_oper_status_after_five_seconds_and_only_with_power() {
    let panel = Panel::start().await;
    panel.ports(19, "up");
    assert_eq!(connection(&panel, 19, 0, "admin_status"), "up");
    assert_eq!(connection(&panel, 19, 0, "oper_status"), "down");
    panel.seconds(5);
    assert_eq!(connection(&panel, 19, 0, "oper_status"), "up");
    panel.ok("dci/v3/server/19/power_off", "{}");
    panel.seconds(25);
    assert_eq!(connection(&panel, 19, 0, "oper_status"), "down");
    panel.ports(1, "up");
    panel.seconds(60);
    assert_eq!(connection(&panel, 1, 0, "oper_status"), "down");
}

#[tokio::test]
async fn r31_writes_can_come_late_or_never() {
    let panel = Panel::start().await;
    let late = PortWrites::Late {
        after: Duration::from_secs(7),
    };
    panel.lever(Lever::PortWrites {
        port: 1,
        writes: late,
    });
    panel.lever(Lever::PortWrites {
        port: 2,
        writes: PortWrites::Never,
    });
    panel.ports(1, "up");
    panel.seconds(6);
    assert_eq!(connection(&panel, 1, 0, "admin_status"), "down");
    panel.seconds(1);
    assert_eq!(connection(&panel, 1, 0, "admin_status"), "up");
    panel.minutes(60);
    assert_eq!(connection(&panel, 1, 1, "admin_status"), "down");
}

#[tokio::test]
async fn r37_panel_suspend_and_resume_switch_the_data_ports() {
    let panel = Panel::start().await;
    panel.ports(1, "up");
    panel.ok("dci/v3/server/1/suspend", "{}");
    assert_eq!(panel.server(1)["state"], "suspending");
    panel.seconds(5);
    let server = panel.server(1);
    assert_eq!(server["state"], "suspended");
    assert_eq!(server["switch_connection"][0]["admin_status"], "down");
    assert_eq!(server["switch_connection"][2]["admin_status"], "up");
    panel.ok("dci/v3/server/1/resume", "{}");
    assert_eq!(panel.server(1)["state"], "resuming");
    panel.seconds(5);
    assert_eq!(panel.server(1)["state"], "active");
    assert_eq!(connection(&panel, 1, 1, "admin_status"), "up");
    for without in [7, 8] {
        let (status, body) = panel.post(&format!("dci/v3/server/{without}/suspend"), "{}");
        assert_eq!(
            (status, &body["error"]["value"]["reason"]),
            (400, &json!("no_switch_port"))
        );
    }
}

#[tokio::test]
async fn a_port_belongs_to_its_switch() {
    let panel = Panel::start().await;
    let body = r#"{"admin_status":"up"}"#;
    assert_eq!(panel.post("dci/v3/switch/2/port/1", body).0, 404);
    assert_eq!(panel.post("dci/v3/switch/9/port/1", body).0, 404);
    let rows = panel.get("dci/v3/switch/1/port?limit=2");
    assert_eq!(
        rows["list"][0],
        json!({"id":1,"description":"Gi1/0/1","server":{"id":1,"name":"srv-1"},"admin_status":"down","oper_status":"down"})
    );
}

#[tokio::test]
async fn r31_a_port_half_set_has_no_link() {
    let panel = Panel::start().await;
    panel.ok("dci/v3/server/1/power_on", "{}");
    panel.seconds(60);
    let writes = PortWrites::Half;
    panel.lever(Lever::PortWrites { port: 1, writes });
    panel.ok("dci/v3/switch/1/port/1", r#"{"admin_status":"up"}"#);
    panel.minutes(10);
    let port = &panel.server(1)["switch_connection"][0];
    assert_eq!(
        (&port["admin_status"], &port["oper_status"]),
        (&"up".into(), &"down".into())
    );
}

/// R37: what was not done leaves the state as it was.
#[tokio::test]
async fn r37_a_cancelled_suspend_or_resume_changes_no_state() {
    let panel = Panel::start().await;
    let begin = |call: &str| {
        let answer = panel.ok(&format!("dci/v3/server/1/{call}"), "{}");
        let path = format!("dci/v3/server/1/operation/{}/cancel", answer["operation"]);
        (panel.server(1)["state"].clone(), path)
    };
    let (state, cancel) = begin("suspend");
    assert_eq!(state, "suspending");
    panel.ok(&cancel, "{}");
    assert_eq!(panel.server(1)["state"], "active");
    begin("suspend");
    panel.seconds(5);
    assert_eq!(panel.server(1)["state"], "suspended");
    let (state, cancel) = begin("resume");
    assert_eq!(state, "resuming");
    panel.ok(&cancel, "{}");
    assert_eq!(panel.server(1)["state"], "suspended");
    begin("resume");
    panel.seconds(5);
    assert_eq!(panel.server(1)["state"], "active");
}
