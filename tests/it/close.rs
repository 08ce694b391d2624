//! Deleting a service: the vendor's eight steps, in the vendor's order, whatever state the server is in (safety.md D).

use std::time::Duration;

use billmgr_module::panel::ItemStatus;
use mock_dcim::{Lever, PanelAction, PowerGoal, WipeLever};

use crate::shop::{ITEM, ONLY_BMC_PORT, Shop, short};

/// From active, steps 1 to 3 have nothing to do and are passed (D1).
#[tokio::test]
async fn steps_whose_goal_is_met_are_passed() {
    let (shop, server) = Shop::with_active().await;
    let (operation, ran) = shop.once("close", ITEM).await;
    assert_eq!(ran.code, 0, "{}", ran.out);
    let steps: Vec<String> = shop.writes(operation).iter().map(short).collect();
    assert_eq!(
        steps[..2],
        ["server_ip_delete", "server_maintenance_set true"]
    );
    assert_eq!(shop.data_ports(server), [false, false]);
    assert!(!shop.is_on(server));
    shop.assert_unharmed();
}

/// R30, F51: the BMC's port stays as it is, whatever happens to the data ports.
#[tokio::test]
async fn a_bmc_port_is_never_written() {
    let (shop, server) = Shop::with_active().await;
    for command in ["suspend", "resume", "suspend", "close"] {
        assert_eq!(shop.once(command, ITEM).await.1.code, 0);
    }
    let bmc: Vec<String> = shop.world(|world| {
        world
            .ports_of(server)
            .filter(|port| port.is_ipmi)
            .map(|port| format!("/port/{}", port.id))
            .collect()
    });
    assert_eq!(bmc.len(), 1);
    let journal = shop.simulation.mock.journal();
    let written: Vec<_> = journal
        .iter()
        .filter(|entry| entry.name == Some("switch_port_set"))
        .collect();
    assert!(
        written.len() >= 8,
        "data ports were written: {}",
        written.len()
    );
    assert!(
        written
            .iter()
            .all(|entry| bmc.iter().all(|port| !entry.path.ends_with(port)))
    );
}

/// Without data ports steps 1 and 8 are passed, and the rest is as careful as ever (D1).
#[tokio::test]
async fn a_server_without_data_ports_is_deleted_too() {
    let shop = Shop::with_service_on(ONLY_BMC_PORT).await;
    let (operation, ran) = shop.once("close", ITEM).await;
    assert_eq!(
        (ran.code, shop.status(ITEM)),
        (0, ItemStatus::Deleted),
        "{}",
        ran.out
    );
    let writes = shop.writes(operation);
    assert!(
        writes
            .iter()
            .all(|entry| entry.name != Some("switch_port_set"))
    );
    assert!(writes.iter().any(|entry| entry.name == Some("server_diag")));
    assert!(!shop.is_on(ONLY_BMC_PORT));
    shop.assert_unharmed();
}

/// D7: without proof the service is not closed, the server stays bound, off, cut off and in maintenance; staff get one task.
#[tokio::test]
async fn a_failed_wipe_ends_in_quarantine() {
    for lever in [WipeLever::Fails, WipeLever::Canceled] {
        let (shop, server) = Shop::with_active().await;
        shop.simulation
            .mock
            .lever(Lever::Wipe { server, how: lever })
            .unwrap();
        let (operation, ran) = shop.once("close", ITEM).await;
        assert_quarantined(&shop, server, operation, &ran.out);
    }
}

/// D5, F33: a disk that is gone afterwards was not seen to be wiped.
#[tokio::test]
async fn a_disk_that_disappears_proves_nothing() {
    let (shop, server) = Shop::with_active().await;
    let operation = shop.simulation.panel.begin(ITEM, "close");
    let serial = shop.world(|world| world.server(server).unwrap().disks[1].serial.clone());
    let job = shop.simulation.billmanager().transport(shop.direct());
    let actor = shop.simulation.clock.participant();
    let staff = async {
        let actor = shop.simulation.clock.participant();
        dcim6_client::Clock::sleep(&actor, Duration::from_mins(5)).await;
        shop.simulation
            .mock
            .lever(Lever::HideDisk {
                server,
                serial: serial.clone(),
                on: true,
            })
            .unwrap();
    };
    let (ran, ()) = futures_util::join!(job.run_as(&actor, "close", ITEM, Some(operation)), staff);
    assert!(ran.out.contains(&serial), "{}", ran.out);
    assert_quarantined(&shop, server, operation, &ran.out);
}

/// D7: BILLmanager's own retry does not wipe again; a run that staff start does, and finishes.
#[tokio::test]
async fn only_staff_repeat_a_wipe_that_proved_nothing() {
    let (shop, server) = Shop::with_active().await;
    shop.simulation
        .mock
        .lever(Lever::Wipe {
            server,
            how: WipeLever::Fails,
        })
        .unwrap();
    let (operation, _) = shop.once("close", ITEM).await;
    shop.simulation
        .mock
        .lever(Lever::Wipe {
            server,
            how: WipeLever::Normal,
        })
        .unwrap();

    let ran = shop.again(operation).await;

    assert_eq!(
        (ran.code, shop.status(ITEM)),
        (0, ItemStatus::Deleted),
        "{}",
        ran.out
    );
    let diagnostics = shop
        .writes(operation)
        .iter()
        .filter(|entry| entry.name == Some("server_diag"))
        .count();
    assert_eq!(diagnostics, 2);
    assert!(
        !shop.world(|world| world.server(server).unwrap().is_maintenance),
        "maintenance is lifted with the proof"
    );
    shop.assert_unharmed();
}

/// D2: a server that is somebody else's is not touched.
#[tokio::test]
async fn a_foreign_owner_stops_the_deletion_before_the_first_write() {
    let (shop, server) = Shop::with_active().await;
    let other = shop.world(|world| world.user_by_email("former@example.com").unwrap().id);
    shop.simulation
        .mock
        .act(PanelAction::Owner {
            server,
            owner: Some(other),
        })
        .unwrap();
    let (operation, ran) = shop.once("close", ITEM).await;
    assert_eq!(ran.code, 1);
    shop.assert_with_staff(operation, "owner_mismatch");
    assert_eq!(shop.writes(operation).len(), 0);
}

/// D2: no owner, and not because of this deletion: somebody took it away, and nobody may guess why.
#[tokio::test]
async fn a_missing_owner_that_we_did_not_remove_stops_the_deletion() {
    let (shop, server) = Shop::with_active().await;
    shop.simulation
        .mock
        .act(PanelAction::Owner {
            server,
            owner: None,
        })
        .unwrap();
    let (operation, ran) = shop.once("close", ITEM).await;
    assert_eq!(ran.code, 1);
    shop.assert_with_staff(operation, "owner_mismatch");
    assert_eq!(shop.writes(operation).len(), 0);
}

/// A protected server refuses what a deletion needs (R34); it is not half done.
#[tokio::test]
async fn a_protected_server_is_left_to_staff_untouched() {
    let (shop, server) = Shop::with_active().await;
    shop.simulation
        .mock
        .act(PanelAction::Protection { server, on: true })
        .unwrap();
    let (operation, ran) = shop.once("close", ITEM).await;
    assert_eq!(ran.code, 1);
    assert!(shop.simulation.panel.operation(operation).unwrap().manual);
    assert_eq!(shop.writes(operation).len(), 0);
}

/// D4: a server that was in maintenance before stays in maintenance.
#[tokio::test]
async fn maintenance_that_was_on_before_stays_on() {
    let (shop, server) = Shop::with_active().await;
    shop.simulation
        .mock
        .act(PanelAction::Maintenance { server, on: true })
        .unwrap();
    let (operation, ran) = shop.once("close", ITEM).await;
    assert_eq!(ran.code, 0, "{}", ran.out);
    assert!(shop.world(|world| world.server(server).unwrap().is_maintenance));
    assert!(
        shop.writes(operation)
            .iter()
            .all(|entry| entry.name != Some("server_maintenance_set"))
    );
    shop.assert_unharmed();
}

/// D4: where maintenance refuses diagnostics (R35), it is lifted for them, set again, and lifted with the proof.
#[tokio::test]
async fn maintenance_that_refuses_diagnostics_makes_way_for_them() {
    let (shop, server) = Shop::with_active().await;
    shop.simulation
        .mock
        .lever(Lever::MaintenanceRefusesDiagnostics { on: true })
        .unwrap();
    let (operation, ran) = shop.once("close", ITEM).await;
    assert_eq!(ran.code, 0, "{}", ran.out);
    let around: Vec<String> = shop
        .writes(operation)
        .iter()
        .map(short)
        .filter(|step| step.contains("maintenance") || step.contains("diag"))
        .collect();
    assert_eq!(
        around,
        [
            "server_maintenance_set true",
            // A session this young is not the reason of a 403: no new log-in, no replay (safety.md H, row A).
            "server_diag quick",
            "server_maintenance_set false",
            "server_diag quick",
            "server_maintenance_set true",
            "server_maintenance_set false",
        ]
    );
    assert!(!shop.world(|world| world.server(server).unwrap().is_maintenance));
    shop.assert_unharmed();
}

/// D2: an order that never came to own its server is closed without a write to it.
#[tokio::test]
async fn an_order_that_never_owned_its_server_is_closed_without_touching_it() {
    let shop = Shop::new().await;
    shop.simulation
        .panel
        .set_parameter(ITEM, "dcim6_server", "2");
    shop.simulation
        .panel
        .set_parameter(ITEM, "dcim6_stage", "picked");
    let (operation, ran) = shop.once("close", ITEM).await;
    assert_eq!(
        (ran.code, shop.status(ITEM)),
        (0, ItemStatus::Deleted),
        "{}",
        ran.out
    );
    assert_eq!(shop.writes(operation).len(), 0);
    assert_eq!(shop.server(ITEM), None);
}

/// A service without a server needs only BILLmanager's call.
#[tokio::test]
async fn a_service_without_a_server_is_closed_by_the_call_alone() {
    let shop = Shop::new().await;
    let (operation, ran) = shop.once("close", ITEM).await;
    assert_eq!(
        (ran.code, shop.status(ITEM)),
        (0, ItemStatus::Deleted),
        "{}",
        ran.out
    );
    assert_eq!(
        shop.journal(operation).len(),
        0,
        "nothing to ask DCImanager for"
    );
}

/// D8: `clear_hdd` full is asked for, and waited for.
#[tokio::test]
async fn a_full_clean_up_is_asked_for_when_the_provider_wants_it() {
    let shop = Shop::with(|shop| {
        shop.setting(7, "clear_hdd", "full")
            .setting(7, "diagtimeout", "240")
    })
    .await;
    shop.once("open", ITEM).await;
    let (operation, ran) = shop.once("close", ITEM).await;
    assert_eq!(ran.code, 0, "{}", ran.out);
    let writes = shop.writes(operation);
    let diagnostics = writes
        .iter()
        .find(|entry| entry.name == Some("server_diag"))
        .unwrap();
    assert_eq!(
        (
            diagnostics.request["clear_hdd"].as_str(),
            diagnostics.request["timeout"].as_u64()
        ),
        (Some("full"), Some(240))
    );
    shop.assert_unharmed();
}

/// F28: somebody switches the server off in the middle; the deletion goes on by what it sees.
#[tokio::test]
async fn power_switched_off_during_diagnostics_ends_in_quarantine() {
    let (shop, server) = Shop::with_active().await;
    let operation = shop.simulation.panel.begin(ITEM, "close");
    let job = shop.simulation.billmanager().transport(shop.direct());
    let actor = shop.simulation.clock.participant();
    let staff = async {
        let actor = shop.simulation.clock.participant();
        dcim6_client::Clock::sleep(&actor, Duration::from_mins(5)).await;
        shop.simulation
            .mock
            .act(PanelAction::Power {
                server,
                goal: PowerGoal::Off,
            })
            .unwrap();
    };
    let (ran, ()) = futures_util::join!(job.run_as(&actor, "close", ITEM, Some(operation)), staff);
    assert_quarantined(&shop, server, operation, &ran.out);
}

pub fn assert_quarantined(shop: &Shop, server: u64, operation: u64, out: &str) {
    assert!(out.contains("wipe_unproven"), "{out}");
    assert_ne!(shop.status(ITEM), ItemStatus::Deleted);
    assert_eq!(
        shop.server(ITEM),
        Some(server),
        "the binding keeps it from sale"
    );
    shop.assert_with_staff(operation, "wipe_unproven");
    assert!(!shop.is_on(server), "contained: off");
    assert!(
        shop.data_ports(server).iter().all(|up| !up),
        "contained: cut off"
    );
    assert!(
        shop.world(|world| world.server(server).unwrap().is_maintenance),
        "contained: not for sale"
    );
    shop.assert_unharmed();
}
