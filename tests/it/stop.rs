//! Stopping and resuming: switch ports, and nothing else (vendor page, "Stopping a service"; safety.md P).

use std::time::Duration;

use billmgr_module::panel::ItemStatus;
use mock_dcim::{Lever, PanelAction, PortWrites};

use crate::shop::{ITEM, Shop};

/// P4: exactly the ports that the stop closed: one that was down before stays down.
#[tokio::test]
async fn resume_raises_only_the_ports_that_were_up() {
    let (shop, server) = Shop::with_active().await;
    let second = shop.world(|world| world.data_ports_of(server).nth(1).unwrap().id);
    shop.simulation
        .mock
        .act(PanelAction::Port {
            port: second,
            up: false,
        })
        .unwrap();
    assert_eq!(shop.once("suspend", ITEM).await.1.code, 0);
    assert_eq!(shop.data_ports(server), [false, false]);
    assert_eq!(shop.once("resume", ITEM).await.1.code, 0);
    assert_eq!(shop.data_ports(server), [true, false]);
    // P2: the next suspension makes a list of its own.
    shop.simulation
        .mock
        .act(PanelAction::Port {
            port: second,
            up: true,
        })
        .unwrap();
    assert_eq!(shop.once("suspend", ITEM).await.1.code, 0);
    assert_eq!(shop.once("resume", ITEM).await.1.code, 0);
    assert_eq!(shop.data_ports(server), [true, true]);
    shop.assert_unharmed();
}

/// P4: no list, because other software stopped it: all data ports.
#[tokio::test]
async fn resume_without_a_list_raises_all_data_ports() {
    let (shop, server) = Shop::with_active().await;
    assert_eq!(shop.once("suspend", ITEM).await.1.code, 0);
    shop.simulation.panel.set_parameter(ITEM, "dcim6_ports", "");
    assert_eq!(shop.once("resume", ITEM).await.1.code, 0);
    assert_eq!(shop.data_ports(server), [true, true]);
    assert!(
        shop.simulation
            .panel
            .parameter(ITEM, "dcim6_ports")
            .unwrap()
            .contains("\"restored\":true")
    );
}

/// R44: a server that was switched off while stopped comes back on.
#[tokio::test]
async fn resume_powers_on_what_the_reconcile_powered_off() {
    let (shop, server) = Shop::with_active().await;
    shop.once("suspend", ITEM).await;
    shop.pass(Duration::from_mins(10));
    assert_eq!(shop.sync(ITEM).await.code, 0);
    assert!(!shop.is_on(server));
    let (_, ran) = shop.once("resume", ITEM).await;
    assert_eq!(
        (ran.code, shop.status(ITEM)),
        (0, ItemStatus::Active),
        "{}",
        ran.out
    );
    assert!(shop.is_on(server));
    shop.assert_unharmed();
}

/// F24, F27, P3: a port that says yes and stays up is not reported as down; the other one is down all the same, and the next run finishes.
#[tokio::test]
async fn a_port_that_does_not_obey_is_not_reported_as_stopped() {
    for number in [0, 1] {
        let (shop, server) = Shop::with_active().await;
        let port = shop.world(|world| world.data_ports_of(server).nth(number).unwrap().id);
        shop.simulation
            .mock
            .lever(Lever::PortWrites {
                port,
                writes: PortWrites::Never,
            })
            .unwrap();

        let (operation, ran) = shop.once("suspend", ITEM).await;

        assert_eq!(ran.code, 1);
        assert!(ran.out.contains("timeout"), "{}", ran.out);
        assert_ne!(shop.status(ITEM), ItemStatus::Stopped);
        assert!(
            !shop.simulation.panel.operation(operation).unwrap().manual,
            "BILLmanager tries again by itself"
        );
        assert!(
            !shop.data_ports(server)[1 - number],
            "the other port is down"
        );

        shop.simulation
            .mock
            .lever(Lever::PortWrites {
                port,
                writes: PortWrites::Normal,
            })
            .unwrap();
        let ran = shop.again(operation).await;
        assert_eq!(
            (ran.code, shop.status(ITEM)),
            (0, ItemStatus::Stopped),
            "{}",
            ran.out
        );
        assert_eq!(shop.data_ports(server), [false, false]);
        assert_eq!(shop.once("resume", ITEM).await.1.code, 0);
        assert_eq!(
            shop.data_ports(server),
            [true, true],
            "the list of the first run counts"
        );
        shop.assert_unharmed();
    }
}

/// The operation becomes a staff task after ten tries, with one task, not ten.
#[tokio::test]
async fn ten_failures_make_one_staff_task() {
    let (shop, server) = Shop::with_active().await;
    let port = shop.world(|world| world.data_ports_of(server).next().unwrap().id);
    shop.simulation
        .mock
        .lever(Lever::PortWrites {
            port,
            writes: PortWrites::Never,
        })
        .unwrap();
    let (operation, _) = shop.once("suspend", ITEM).await;
    for run in 2..=10 {
        assert!(
            !shop.simulation.panel.operation(operation).unwrap().manual,
            "before run {run}"
        );
        shop.again(operation).await;
    }
    shop.assert_with_staff(operation, "timeout");
    shop.again(operation).await;
    shop.assert_with_staff(operation, "timeout");
}
