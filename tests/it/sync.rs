//! Reconciling: "If a service is Active and the server is turned off, the billing platform will turn it on", and the other way round.

use std::time::Duration;

use mock_dcim::{Lever, PanelAction, PowerGoal};

use crate::shop::{ITEM, Shop, short};

const LATER: Duration = Duration::from_mins(10);

/// P5, F25: a stopped client who raises a port in the panel is cut off again.
#[tokio::test]
async fn a_port_raised_on_a_stopped_service_goes_down_again() {
    let (shop, server) = Shop::with_active().await;
    shop.once("suspend", ITEM).await;
    let port = shop.world(|world| world.data_ports_of(server).next().unwrap().id);
    shop.simulation
        .mock
        .act(PanelAction::Port { port, up: true })
        .unwrap();
    shop.pass(LATER);
    assert_eq!(shop.sync(ITEM).await.code, 0);
    assert_eq!(shop.data_ports(server), [false, false]);
    shop.assert_unharmed();
}

/// What a reconcile finds as it should be, it leaves alone.
#[tokio::test]
async fn nothing_is_written_where_nothing_is_wrong() {
    let (shop, _) = Shop::with_active().await;
    shop.pass(LATER);
    let before = shop.simulation.mock.journal().len();
    assert_eq!(shop.sync(ITEM).await.code, 0);
    let writes: Vec<_> = shop
        .simulation
        .mock
        .journal()
        .split_off(before)
        .into_iter()
        .filter(|entry| entry.method != "GET")
        .collect();
    assert_eq!(writes.iter().map(short).collect::<Vec<_>>(), ["auth_login"]);
}

/// R45: not while the power is unknown, not within five minutes of a power command, not for another owner.
#[tokio::test]
async fn a_reconcile_waits_while_it_cannot_know() {
    for case in [
        "unknown power",
        "fresh command",
        "foreign owner",
        "pending operation",
    ] {
        let (shop, server) = Shop::with_active().await;
        shop.simulation
            .mock
            .act(PanelAction::Power {
                server,
                goal: PowerGoal::Off,
            })
            .unwrap();
        shop.pass(LATER);
        match case {
            "unknown power" => shop
                .simulation
                .mock
                .lever(Lever::PowerUnknown { server, on: true })
                .unwrap(),
            "fresh command" => {
                let now: jiff::Timestamp = shop.simulation.mock.now().try_into().unwrap();
                shop.simulation
                    .panel
                    .set_parameter(ITEM, "dcim6_power", &format!("\"{now}\""));
            }
            "foreign owner" => {
                let other =
                    shop.world(|world| world.user_by_email("former@example.com").unwrap().id);
                shop.simulation
                    .mock
                    .act(PanelAction::Owner {
                        server,
                        owner: Some(other),
                    })
                    .unwrap();
            }
            _ => drop(shop.simulation.panel.begin(ITEM, "suspend")),
        }
        let before = shop.simulation.mock.journal().len();
        assert_eq!(shop.sync(ITEM).await.code, 0, "{case}");
        let journal = shop.simulation.mock.journal().split_off(before);
        assert!(
            journal
                .iter()
                .all(|entry| entry.name != Some("server_power_on")),
            "{case}"
        );
    }
}

/// R45: an operation that runs keeps its power, though the service is stopped.
#[tokio::test]
async fn a_reconcile_waits_for_a_running_operation() {
    let (shop, server) = Shop::with_active().await;
    shop.once("suspend", ITEM).await;
    shop.pass(LATER);
    shop.simulation
        .mock
        .act(PanelAction::Recovery { server })
        .unwrap();
    let before = shop.simulation.mock.journal().len();
    assert_eq!(shop.sync(ITEM).await.code, 0);
    let journal = shop.simulation.mock.journal().split_off(before);
    assert!(
        journal
            .iter()
            .all(|entry| entry.name != Some("server_power_off"))
    );
    assert!(shop.is_on(server));
}

/// E1: a service another process works on is left alone, which is no failure.
#[tokio::test]
async fn a_busy_service_is_left_alone() {
    let (shop, _) = Shop::with_active().await;
    let _lock = billmgr_module::panel::Panel::try_lock(&shop.simulation.panel, "pmdcim6.item.1204")
        .await
        .unwrap()
        .unwrap();
    let before = shop.simulation.mock.journal().len();
    assert_eq!(shop.sync(ITEM).await.code, 0);
    assert_eq!(shop.simulation.mock.journal().len(), before);
}
