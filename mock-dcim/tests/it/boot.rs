//! R23: what operations need to boot over the network, and how they end without it.

use mock_dcim::{Lever, PanelAction, PowerGoal};
use serde_json::json;

use crate::panel::Panel;

#[tokio::test]
async fn r23_operations_start_an_off_server_themselves() {
    let panel = Panel::start().await;
    panel.ports(1, "up");
    let operation = panel.diag(1, "{}");
    panel.seconds(20);
    assert_eq!(panel.server(1)["power_status"], "on");
    panel.minutes(20);
    assert_eq!(panel.operation(1, operation)["status"], "ok");
}

#[tokio::test]
async fn r23_operations_fail_when_all_data_ports_are_down_from_thirty_seconds_on() {
    let panel = Panel::start().await;
    let operation = panel.diag(1, "{}");
    panel.seconds(29);
    assert_eq!(panel.operation(1, operation)["status"], "run");
    panel.seconds(1);
    let shown = panel.operation(1, operation);
    assert_eq!(shown["status"], "fail");
    assert_eq!(shown["status_info"], json!({"reason":"ports_down"}));

    // Up in time is in time; taken away half-way is not.
    let operation = panel.diag(1, "{}");
    panel.seconds(29);
    panel.ports(1, "up");
    panel.minutes(5);
    assert_eq!(panel.operation(1, operation)["status"], "run");
    panel.ports(1, "down");
    assert_eq!(panel.operation(1, operation)["status"], "fail");
}

#[tokio::test]
async fn r23_a_server_without_data_ports_is_none_whose_ports_are_down() {
    let panel = Panel::start().await;
    let operation = panel.diag(7, "{}");
    panel.minutes(20);
    assert_eq!(panel.operation(7, operation)["status"], "ok");
}

#[tokio::test]
async fn r23_operations_need_unique_mac_network_boot_and_dhcp() {
    let panel = Panel::start().await;
    for server in [1, 2, 17] {
        panel.ports(server, "up");
    }
    panel.lever(Lever::NetworkBoot {
        server: 1,
        on: false,
    });
    let reason = |server: u64| {
        let operation = panel.diag(server, "{}");
        panel.seconds(30);
        panel.operation(server, operation)["status_info"]["reason"].clone()
    };
    assert_eq!(reason(1), "network_boot");
    assert_eq!(reason(17), "mac");
    let running = panel.diag(2, "{}");
    panel.seconds(60);
    panel.lever(Lever::Dhcp {
        location: 1,
        on: false,
    });
    assert_eq!(panel.operation(2, running)["status_info"]["reason"], "dhcp");
}

#[tokio::test]
async fn r23_operations_fail_when_a_caller_takes_the_power() {
    for call in ["power_off", "power_reset"] {
        let panel = Panel::start().await;
        panel.ports(1, "up");
        let operation = panel.diag(1, "{}");
        panel.minutes(1);
        panel.ok(&format!("dci/v3/server/1/{call}"), "{}");
        panel.seconds(20);
        let shown = panel.operation(1, operation);
        assert_eq!(
            (&shown["status"], &shown["status_info"]["reason"]),
            (&json!("fail"), &json!("power"))
        );
    }
    let panel = Panel::start().await;
    panel.ports(1, "up");
    let operation = panel.diag(1, "{}");
    panel.seconds(25);
    panel.act(PanelAction::PressPower {
        server: 1,
        goal: PowerGoal::Off,
    });
    panel.minutes(20);
    assert_eq!(
        panel.operation(1, operation)["status"],
        "ok",
        "before 30 s it starts again"
    );
}

#[tokio::test]
async fn a_server_that_boots_its_old_system_hangs_until_the_limit() {
    let panel = Panel::start().await;
    panel.ports(1, "up");
    panel.lever(Lever::OldSystemBoots {
        server: 1,
        on: true,
    });
    let operation = panel.diag(1, r#"{"timeout":40}"#);
    panel.minutes(39);
    assert_eq!(panel.operation(1, operation)["status"], "run");
    panel.minutes(1);
    assert_eq!(
        panel.operation(1, operation)["status_info"]["reason"],
        "timeout"
    );
}

/// R23: what is done at the rack takes the power as a call does; only earlier than 30 s the operation goes on.
#[tokio::test]
async fn r23_a_button_at_the_rack_takes_the_power_too() {
    for (goal, after, ended) in [
        (PowerGoal::Off, 31, true),
        (PowerGoal::Reset, 31, true),
        (PowerGoal::On, 31, false),
        (PowerGoal::Off, 25, false),
        (PowerGoal::Reset, 25, false),
    ] {
        let panel = Panel::start().await;
        panel.ports(1, "up");
        let id = panel.install(1, 90);
        panel.seconds(after);
        panel.act(PanelAction::PressPower { server: 1, goal });
        let operation = panel.operation(1, id);
        let case = format!("{goal:?} after {after} s: {operation}");
        if ended {
            assert_eq!(operation["status"], "fail", "{case}");
            assert_eq!(operation["status_info"]["reason"], "power", "{case}");
            continue;
        }
        assert_eq!(operation["status"], "run", "{case}");
        panel.minutes(20);
        assert_eq!(panel.operation(1, id)["status"], "ok", "{case}");
    }
}
