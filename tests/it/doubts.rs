//! What a run finds that it cannot be sure of: every doubt ends with the server untouched, or with staff (safety.md D2, D5, E3, O2, S1).

use billmgr_module::panel::ItemStatus;
use dcim6_client::{OperationHandle, OperationId, OperationKind, ServerId, Timestamp};
use mock_dcim::{DurationKind, FaultRule, ForcedEnd, Lever, PanelAction};
use std::time::Duration;

use crate::close::assert_quarantined;
use crate::shop::{ITEM, Shop};

/// A shop whose order has claimed server 1 and done nothing to it.
async fn claimed() -> Shop {
    let shop = Shop::new().await;
    let url = shop.simulation.mock.url();
    for (name, value) in [
        ("dcim6_server", "1"),
        ("dcim6_stage", "picked"),
        ("dcim6_panel", url.trim_start_matches("http://")),
    ] {
        shop.simulation.panel.set_parameter(ITEM, name, value);
    }
    shop
}

async fn gives_it_back(shop: &Shop) {
    let (operation, ran) = shop.once("open", ITEM).await;
    assert_eq!(
        (ran.code, shop.status(ITEM)),
        (0, ItemStatus::Active),
        "{}",
        ran.out
    );
    assert_ne!(shop.server(ITEM), Some(1));
    assert!(
        shop.writes(operation)
            .iter()
            .all(|entry| entry.server != Some(1))
    );
}

/// F10, O1: what was free when the list was read may be doubtful when the first write is due.
#[tokio::test]
async fn a_claimed_server_that_became_doubtful_is_given_back() {
    let shop = claimed().await;
    shop.simulation
        .mock
        .act(PanelAction::Maintenance {
            server: 1,
            on: true,
        })
        .unwrap();
    gives_it_back(&shop).await;
}

/// O2: an owner we did not write is not our write, even if it is the same client.
#[tokio::test]
async fn a_claimed_server_that_somebody_gave_to_the_same_client_is_given_back() {
    let shop =
        Shop::with(|shop| shop.order(1300, 31, "Debian-12-x86_64", "client@example.com")).await;
    let client = shop.world(|world| world.user_by_email("client@example.com").unwrap().id);
    let url = shop.simulation.mock.url();
    for (name, value) in [
        ("dcim6_server", "1"),
        ("dcim6_stage", "picked"),
        ("dcim6_panel", url.trim_start_matches("http://")),
    ] {
        shop.simulation.panel.set_parameter(1300, name, value);
    }
    shop.simulation
        .mock
        .act(PanelAction::Owner {
            server: 1,
            owner: Some(client),
        })
        .unwrap();
    let (operation, ran) = shop.once("open", 1300).await;
    assert_eq!(ran.code, 0, "{}", ran.out);
    assert_ne!(shop.server(1300), Some(1));
    assert!(
        shop.writes(operation)
            .iter()
            .all(|entry| entry.server != Some(1))
    );
}

/// A user id belongs to one DCImanager: it goes with the claim.
#[tokio::test]
async fn a_withdrawn_claim_takes_its_user_along() {
    let shop = claimed().await;
    let stranger = shop.world(|world| world.user_by_email("former@example.com").unwrap().id);
    shop.simulation
        .panel
        .set_parameter(ITEM, "dcim6_user", &stranger.to_string());
    shop.simulation
        .mock
        .act(PanelAction::Maintenance {
            server: 1,
            on: true,
        })
        .unwrap();
    gives_it_back(&shop).await;
    let server = shop.server(ITEM).unwrap();
    let owner = shop.world(|world| {
        world
            .user(world.server(server).unwrap().owner.unwrap())
            .unwrap()
            .email
            .clone()
    });
    assert_eq!(owner, "client@a.test");
}

/// safety.md 0: a binding is to a server of one DCImanager. The same number elsewhere is another server.
#[tokio::test]
async fn a_binding_to_another_dcimanager_is_not_followed() {
    for command in ["suspend", "resume", "close"] {
        let (shop, server) = Shop::with_active().await;
        shop.simulation
            .panel
            .set_parameter(ITEM, "dcim6_panel", "dci.elsewhere.test:443");
        let (operation, ran) = shop.once(command, ITEM).await;
        assert_eq!(ran.code, 1, "{command}");
        shop.assert_with_staff(operation, "dcim6_panel");
        assert_eq!(shop.writes(operation).len(), 0, "{command}");
        assert!(shop.is_on(server));
    }
}

/// A server that is being prepared, or already being deleted, is neither stopped nor started nor opened.
#[tokio::test]
async fn a_half_done_service_is_left_to_staff() {
    for (stage, command) in [
        ("ip", "resume"),
        ("install", "suspend"),
        ("close3", "resume"),
        ("close3", "open"),
        ("close6", "open"),
    ] {
        let (shop, _) = Shop::with_active().await;
        if command == "open" {
            shop.simulation.panel.pay(ITEM);
        }
        shop.simulation
            .panel
            .set_parameter(ITEM, "dcim6_stage", stage);
        let (operation, ran) = shop.once(command, ITEM).await;
        assert_eq!(ran.code, 1, "{command} at {stage}");
        shop.assert_with_staff(operation, "dcim6_stage");
        assert_eq!(shop.writes(operation).len(), 0, "{command} at {stage}");
    }
}

/// Safety.md H, class X: an installation staff made by hand has their password, not ours.
#[tokio::test]
async fn an_installation_by_staff_is_not_taken_for_ours() {
    let shop = claimed().await;
    let user = shop.world(|world| world.user_by_email("client@example.com").unwrap().id);
    let mock = &shop.simulation.mock;
    mock.act(PanelAction::Owner {
        server: 1,
        owner: Some(user),
    })
    .unwrap();
    let previous = shop.world(|world| world.server(1).unwrap().operation);
    let handle = OperationHandle::new(
        mock.url().trim_start_matches("http://"),
        ServerId::new(1),
        OperationKind::Install,
        previous.map(OperationId::new),
        Timestamp::from(mock.now()),
        Some(Duration::from_hours(2)),
    );
    for (name, value) in [
        ("dcim6_user", user.to_string()),
        ("dcim6_stage", "install".to_owned()),
        ("dcim6_operation", serde_json::to_string(&handle).unwrap()),
    ] {
        shop.simulation.panel.set_parameter(ITEM, name, &value);
    }
    let port = shop.world(|world| world.data_ports_of(1).next().unwrap().id);
    mock.act(PanelAction::Port { port, up: true }).unwrap();
    mock.act(PanelAction::Install {
        server: 1,
        os_template: 1,
    })
    .unwrap();
    let (operation, ran) = shop.once("open", ITEM).await;
    assert_eq!(ran.code, 1);
    shop.assert_with_staff(operation, "unknown author");
    assert_eq!(shop.writes(operation).len(), 0);
}

/// D6: a poll that fails at the deadline has not seen the diagnostics run past it.
#[tokio::test]
async fn a_failed_poll_at_the_deadline_proves_nothing() {
    let (shop, server) = Shop::with_active().await;
    let mock = &shop.simulation.mock;
    mock.set_duration(None, DurationKind::Diagnostics, Duration::from_mins(90))
        .unwrap();
    mock.lever(Lever::ForcedEnd {
        status: ForcedEnd::Ok,
    })
    .unwrap();
    let fault = mock
        .fault(FaultRule::new("server_operation_get", "500_after"))
        .unwrap();
    let (operation, ran) = shop.once("close", ITEM).await;
    assert!(ran.out.contains("timeout"), "{}", ran.out);
    let noted = shop.simulation.panel.parameter(ITEM, "dcim6_wipe").unwrap();
    assert!(!noted.contains("ran_past"), "nobody saw it run: {noted}");
    mock.remove_fault(fault).unwrap();
    let ran = shop.again(operation).await;
    assert_eq!(ran.code, 1);
    assert_quarantined(&shop, server, operation, &ran.out);
}

/// F32: DCImanager's own limit may hold whatever we ask for; an end just there is no proof.
#[tokio::test]
async fn a_wipe_cut_at_the_panels_own_limit_proves_nothing() {
    for status in [ForcedEnd::Ok, ForcedEnd::Canceled] {
        let shop = Shop::with(|shop| {
            shop.setting(7, "diagtimeout", "240")
                .setting(7, "clear_hdd", "full")
        })
        .await;
        assert_eq!(shop.once("open", ITEM).await.1.code, 0);
        let server = shop.server(ITEM).unwrap();
        shop.simulation
            .mock
            .lever(Lever::DiagCeiling { minutes: Some(60) })
            .unwrap();
        shop.simulation
            .mock
            .lever(Lever::ForcedEnd { status })
            .unwrap();
        let (operation, ran) = shop.once("close", ITEM).await;
        assert_eq!(ran.code, 1, "{status:?}");
        assert_quarantined(&shop, server, operation, &ran.out);
    }
}

/// D7: containment is done once, and the steps before it are not begun again.
#[tokio::test]
async fn a_refused_step_is_contained_once() {
    for refused in [
        "server_ip_delete",
        "server_owner_set",
        "server_maintenance_set",
    ] {
        let (shop, server) = Shop::with_active().await;
        let rule = FaultRule::new(refused, "auth").param("kind", "403");
        shop.simulation.mock.fault(rule).unwrap();
        let (operation, ran) = shop.once("close", ITEM).await;
        assert_eq!(ran.code, 1, "{refused}");
        shop.assert_with_staff(operation, "not_supported");
        let offs = shop
            .writes(operation)
            .iter()
            .filter(|entry| entry.name == Some("server_power_off"))
            .count();
        assert_eq!(offs, 1, "{refused}");
        assert!(!shop.is_on(server), "{refused}: contained: off");
        assert!(
            shop.data_ports(server).iter().all(|up| !up),
            "{refused}: contained: cut off"
        );
    }
}

/// H, rows G and X; W2: what is refused for ever, or never answered, is not asked for for ever.
#[tokio::test]
async fn a_start_that_is_never_accepted_ends() {
    for (name, command) in [("server_install", "open"), ("server_diag", "close")] {
        for kind in ["conflict", "503_n"] {
            let shop = if command == "open" {
                Shop::new().await
            } else {
                Shop::with_active().await.0
            };
            shop.simulation
                .mock
                .fault(FaultRule::new(name, kind))
                .unwrap();
            let (operation, ran) = shop.once(command, ITEM).await;
            assert_eq!(ran.code, 1, "{name} {kind}");
            let sent = shop
                .writes(operation)
                .iter()
                .filter(|entry| entry.name == Some(name))
                .count();
            assert!(
                (2..=100).contains(&sent),
                "{name} {kind}: sent {sent} times"
            );
            assert_eq!(shop.simulation.mock.verdict().violations, 0);
        }
    }
}

/// F40: the last client's host name does not reach the next one.
#[tokio::test]
async fn a_server_loses_the_name_of_its_last_client() {
    let shop = Shop::with(|shop| {
        shop.order(1300, 31, "Debian-12-x86_64", "next@a.test")
            .parameter(1300, "domain", "")
    })
    .await;
    assert_eq!(shop.once("open", ITEM).await.1.code, 0);
    let server = shop.server(ITEM);
    assert_eq!(shop.once("close", ITEM).await.1.code, 0);
    assert_eq!(shop.once("open", 1300).await.1.code, 0);
    assert_eq!(shop.server(1300), server, "the same server again");
    let calls = shop.simulation.panel.calls();
    let of_next = calls
        .iter()
        .filter(|call| call.contains("elid=1300") || call.starts_with("service.ip.add elid=89"));
    for call in of_next {
        assert!(!call.contains("s1204"), "{call}");
    }
    shop.world(|world| {
        let found = world.server(server.unwrap()).unwrap();
        assert_eq!(found.domain, "");
        assert!(
            world
                .addresses_of(found.id)
                .all(|address| !address.domain.contains("s1204"))
        );
    });
    shop.assert_unharmed();
}

/// D5: the proof is of a moment. What ran on the server after it is not covered.
#[tokio::test]
async fn evidence_does_not_cover_what_ran_afterwards() {
    let (shop, server) = Shop::with_active().await;
    let mock = &shop.simulation.mock;
    mock.lever(Lever::PowerStuck { server, on: true }).unwrap();
    let (operation, ran) = shop.once("close", ITEM).await;
    assert_eq!(ran.code, 1, "it cannot be switched off");
    let noted = shop.simulation.panel.parameter(ITEM, "dcim6_wipe").unwrap();
    assert!(noted.contains("evidence"), "{noted}");
    mock.lever(Lever::PowerStuck { server, on: false }).unwrap();
    mock.act(PanelAction::Install {
        server,
        os_template: 1,
    })
    .unwrap();
    shop.pass(Duration::from_mins(30));
    let ran = shop.again(operation).await;
    assert_eq!(ran.code, 1);
    assert_quarantined(&shop, server, operation, &ran.out);
    // Staff start it again: wiped once more, and closed.
    assert_eq!(shop.again(operation).await.code, 0);
    assert_eq!(shop.status(ITEM), ItemStatus::Deleted);
    shop.assert_unharmed();
}

/// D7: another deletion is not staff starting the first one again.
#[tokio::test]
async fn a_new_operation_does_not_repeat_a_wipe_without_proof() {
    let (shop, server) = Shop::with_active().await;
    let lever = Lever::Wipe {
        server,
        how: mock_dcim::WipeLever::Fails,
    };
    shop.simulation.mock.lever(lever).unwrap();
    shop.once("close", ITEM).await;
    let (second, ran) = shop.once("close", ITEM).await;
    assert_eq!(ran.code, 1);
    assert_quarantined(&shop, server, second, &ran.out);
    assert!(
        shop.writes(second)
            .iter()
            .all(|entry| entry.name != Some("server_diag"))
    );
}

/// D2: a service without a stage is not one that never owned its server.
#[tokio::test]
async fn a_service_bound_by_hand_is_not_closed_unwiped() {
    let shop = Shop::with_service_on(2).await;
    shop.simulation.panel.set_parameter(ITEM, "dcim6_stage", "");
    shop.simulation
        .mock
        .act(PanelAction::Owner {
            server: 2,
            owner: None,
        })
        .unwrap();
    let (operation, ran) = shop.once("close", ITEM).await;
    assert_eq!(ran.code, 1);
    shop.assert_with_staff(operation, "owner_mismatch");
    assert_eq!(shop.writes(operation).len(), 0);
    assert_eq!(shop.server(ITEM), Some(2));
}

/// safety.md 0: a service bound by hand is tied to its DCImanager by the first command that works on it.
#[tokio::test]
async fn a_service_bound_by_hand_is_tied_to_its_dcimanager() {
    let shop = Shop::with_service_on(2).await;
    shop.simulation.panel.set_parameter(ITEM, "dcim6_panel", "");
    assert_eq!(shop.once("suspend", ITEM).await.1.code, 0);
    let url = shop.simulation.mock.url();
    let panel = shop.simulation.panel.parameter(ITEM, "dcim6_panel");
    assert_eq!(panel.as_deref(), Some(url.trim_start_matches("http://")));
}

/// S1: a running service without a stage holds its server all the same.
#[tokio::test]
async fn a_server_of_a_running_service_bound_by_hand_is_not_opened_again() {
    let shop = Shop::with(|shop| shop.order(1300, 31, "Debian-12-x86_64", "client@a.test")).await;
    assert_eq!(shop.once("open", ITEM).await.1.code, 0);
    let held = shop.server(ITEM).unwrap();
    shop.simulation.panel.set_parameter(ITEM, "dcim6_stage", "");
    shop.simulation
        .panel
        .set_parameter(1300, "dcim6_server", &held.to_string());
    let (operation, ran) = shop.once("open", 1300).await;
    assert_eq!(ran.code, 0, "{}", ran.out);
    assert_ne!(shop.server(1300), Some(held));
    assert!(
        shop.writes(operation)
            .iter()
            .all(|entry| entry.server != Some(held))
    );
}
