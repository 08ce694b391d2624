//! "Changing service statuses", "Stopping a service", "Deleting a service".

use std::time::Duration;

use billmgr_module::panel::ItemStatus;
use mock_dcim::{PanelAction, PowerGoal};

use crate::ready::LATER;
use crate::shop::{ITEM, ON_NO_SWITCH, ONLY_BMC_PORT, Shop, short};

#[tokio::test]
async fn active_and_off_is_turned_on() {
    let (shop, server) = Shop::with_active().await;
    shop.simulation
        .mock
        .act(PanelAction::Power {
            server,
            goal: PowerGoal::Off,
        })
        .unwrap();
    shop.pass(LATER);
    assert!(!shop.is_on(server));
    assert_eq!(shop.sync(ITEM).await.code, 0);
    assert!(shop.is_on(server));
    shop.assert_unharmed();
}

#[tokio::test]
async fn stopped_and_on_is_turned_off() {
    let (shop, server) = Shop::with_active().await;
    shop.once("suspend", ITEM).await;
    shop.pass(LATER);
    assert!(shop.is_on(server));
    assert_eq!(shop.sync(ITEM).await.code, 0);
    assert!(!shop.is_on(server));
    shop.assert_unharmed();
}

/// R42: the power is not touched, data and addresses stay.
#[tokio::test]
async fn stop_shuts_down_the_switch_ports_and_leaves_the_power() {
    let (shop, server) = Shop::with_active().await;
    let (operation, ran) = shop.once("suspend", ITEM).await;
    assert_eq!(
        (ran.code, shop.status(ITEM)),
        (0, ItemStatus::Stopped),
        "{}",
        ran.out
    );
    assert_eq!(shop.data_ports(server), [false, false]);
    assert!(shop.is_on(server));
    let steps: Vec<String> = shop.writes(operation).iter().map(short).collect();
    assert_eq!(steps, ["switch_port_set down", "switch_port_set down"]);
    shop.assert_unharmed();
}

/// P1: documented: "The service will not be stopped if the switch ports are not specified in the server settings."
#[tokio::test]
async fn stop_is_refused_without_switch_ports_and_changes_nothing() {
    for server in [ON_NO_SWITCH, ONLY_BMC_PORT] {
        let shop = Shop::with_service_on(server).await;
        let before = shop.simulation.mock.state();
        let calls = shop.simulation.panel.calls().len();

        let (operation, ran) = shop.once("suspend", ITEM).await;

        assert_eq!(ran.code, 1);
        assert!(ran.out.contains("no_switch_port"), "{}", ran.out);
        assert_ne!(shop.status(ITEM), ItemStatus::Stopped);
        shop.assert_with_staff(operation, "no_switch_port");
        assert_eq!(shop.writes(operation).len(), 0);
        let after = shop.simulation.mock.state();
        assert_eq!(without_sessions(before), without_sessions(after));
        let made: Vec<String> = shop.simulation.panel.calls().split_off(calls);
        let functions: Vec<&str> = made
            .iter()
            .filter_map(|call| call.split(' ').next())
            .collect();
        assert_eq!(
            functions,
            [
                "runningoperation.edit",
                "task.gettype",
                "task.edit",
                "runningoperation.setmanual"
            ],
            "no post-call"
        );
    }
}

/// The eight steps with every one needed: ports down, off, a recovery running, an address, an owner.
#[tokio::test]
async fn delete_takes_the_eight_steps_in_order() {
    let (shop, server) = Shop::with_active().await;
    shop.once("suspend", ITEM).await;
    shop.pass(Duration::from_mins(10));
    shop.sync(ITEM).await;
    assert!(!shop.is_on(server));
    shop.simulation
        .mock
        .act(PanelAction::Port {
            port: port(&shop, server, 0),
            up: true,
        })
        .unwrap();
    shop.simulation
        .mock
        .act(PanelAction::Recovery { server })
        .unwrap();
    shop.simulation
        .mock
        .act(PanelAction::Port {
            port: port(&shop, server, 0),
            up: false,
        })
        .unwrap();

    let (operation, ran) = shop.once("close", ITEM).await;

    assert_eq!(
        (ran.code, shop.status(ITEM)),
        (0, ItemStatus::Deleted),
        "{}",
        ran.out
    );
    let steps: Vec<String> = shop.writes(operation).iter().map(short).collect();
    assert_eq!(
        steps,
        [
            "switch_port_set up",
            "switch_port_set up",
            "server_power_on",
            "server_operation_cancel",
            "server_ip_delete",
            "server_maintenance_set true",
            "server_owner_set null",
            "server_diag quick",
            "server_power_off",
            "switch_port_set down",
            "switch_port_set down",
            "server_maintenance_set false",
        ]
    );
    shop.assert_unharmed();
}

fn port(shop: &Shop, server: u64, number: usize) -> u64 {
    shop.world(|world| {
        world
            .data_ports_of(server)
            .nth(number)
            .expect("a data port")
            .id
    })
}

/// The session renews itself when it is read; everything else has to be the same.
fn without_sessions(mut world: serde_json::Value) -> serde_json::Value {
    if let Some(fields) = world.as_object_mut() {
        fields.remove("sessions");
    }
    world
}
