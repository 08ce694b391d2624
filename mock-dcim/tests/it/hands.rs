//! What is done by hand: at the rack, and past DCImanager's own rules.

use mock_dcim::{MockDcim, PanelAction, PowerGoal, Refusal};
use serde_json::json;

use crate::panel::Panel;

fn refused(mock: &MockDcim, action: PanelAction) -> Refusal {
    let before = mock.state();
    let refusal = mock.act(action).unwrap_err();
    assert_eq!(mock.state(), before, "{refusal:?}");
    refusal
}

#[tokio::test]
async fn disks_are_pulled_and_put_in() {
    let panel = Panel::start().await;
    let disks = || panel.server(1)["hardware_info"]["disk"].clone();
    let before = disks();
    let insert = |serial: &str| PanelAction::InsertDisk {
        server: 1,
        serial: serial.to_owned(),
        size_gb: 960,
    };
    let pull = |serial: &str| PanelAction::PullDisk {
        server: 1,
        serial: serial.to_owned(),
    };
    panel.act(insert("NEW"));
    let with = disks();
    assert_eq!(with[2], json!({"serial":"NEW","size_gb":960}));
    for action in [insert("NEW"), insert("D1-1"), pull("GONE")] {
        refused(&panel.mock, action);
    }
    panel.act(pull("NEW"));
    assert_eq!(disks(), before);
}

#[tokio::test]
async fn a_cable_taken_out_takes_the_connection_with_it() {
    let panel = Panel::start().await;
    let ports = || {
        let list = panel.server(1)["switch_connection"].clone();
        let ids = list.as_array().unwrap().iter();
        ids.map(|port| port["id"].as_u64().unwrap())
            .collect::<Vec<_>>()
    };
    assert_eq!(ports(), [1, 2, 3]);
    panel.ports(1, "up");
    panel.ok("dci/v3/server/1/power_on", "{}");
    panel.seconds(25);
    panel.act(PanelAction::Unplug { port: 2 });
    assert_eq!(ports(), [1, 3]);
    let row = panel.get("dci/v3/switch/1/port?where=id%20EQ%202")["list"][0].clone();
    assert_eq!(
        (&row["server"], &row["oper_status"]),
        (&json!(null), &json!("down"))
    );
    refused(&panel.mock, PanelAction::Unplug { port: 2 });
    refused(&panel.mock, PanelAction::Unplug { port: 999 });
}

/// R23: with one of two cables gone and the other port down, an operation is without its network.
#[tokio::test]
async fn a_cable_taken_out_takes_the_network_from_an_operation() {
    for (other, status) in [("up", "run"), ("down", "fail")] {
        let panel = Panel::start().await;
        panel.ports(1, "up");
        let id = panel.install(1, 90);
        panel.seconds(31);
        let body = json!({"admin_status": other}).to_string();
        panel.ok("dci/v3/switch/1/port/1", &body);
        assert_eq!(panel.operation(1, id)["status"], "run");
        panel.act(PanelAction::Unplug { port: 2 });
        assert_eq!(panel.operation(1, id)["status"], status, "{other}");
    }
}

#[tokio::test]
async fn an_address_is_moved_from_server_to_server() {
    let panel = Panel::start().await;
    let sold = panel.server(27)["ip"][0].clone();
    let address = sold["id"].as_u64().unwrap();
    panel.act(PanelAction::MoveAddress { address, server: 1 });
    assert_eq!(panel.server(27)["ip"], json!([]));
    let moved = panel.server(1)["ip"][0].clone();
    assert_eq!((&moved["id"], &moved["name"]), (&sold["id"], &sold["name"]));
    assert_eq!(moved["domain"], "");
    // The first row of all is a network's own.
    for (address, server) in [(1, 1), (9999, 1), (address, 999)] {
        refused(&panel.mock, PanelAction::MoveAddress { address, server });
    }
}

#[tokio::test]
async fn a_socket_without_current_takes_the_power_at_once_whatever_is_shown() {
    let panel = Panel::start().await;
    panel.ports(1, "up");
    let id = panel.install(1, 90);
    panel.seconds(60);
    let outlet = |on| PanelAction::Outlet { server: 1, on };
    panel.act(outlet(false));
    assert_eq!(panel.operation(1, id)["status_info"]["reason"], "power");
    let is_on = || panel.mock.world(|world| world.server(1).unwrap().running());
    let press = |goal| PanelAction::PressPower { server: 1, goal };
    assert!(!is_on());
    panel.act(press(PowerGoal::On));
    assert!(!is_on(), "there is no current");
    panel.act(outlet(true));
    assert!(!is_on(), "nobody pressed the button");
    panel.act(press(PowerGoal::On));
    assert!(is_on());
    panel.act(press(PowerGoal::Reset));
    assert!(is_on());
    panel.act(press(PowerGoal::Off));
    assert!(!is_on());
}

#[tokio::test]
async fn what_is_not_there_is_refused_to_people_too() {
    let panel = Panel::start().await;
    let goal = PowerGoal::On;
    for action in [
        PanelAction::PressPower { server: 999, goal },
        PanelAction::Outlet {
            server: 999,
            on: true,
        },
        PanelAction::InOperation {
            server: 999,
            on: true,
        },
        PanelAction::Cancel { server: 1 },
        PanelAction::Cancel { server: 999 },
        PanelAction::Port {
            port: 999,
            up: true,
        },
        PanelAction::DeleteUser { user: 999 },
    ] {
        refused(&panel.mock, action);
    }
}
