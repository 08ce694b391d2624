//! Selling: from a paid order to an active service (safety.md O; `billmanager-protocol.md` 5.1).

use billmgr_module::panel::ItemStatus;
use mock_dcim::{Lever, PanelAction, PowerGoal};
use secrecy::ExposeSecret;

use crate::shop::{CONFIGURATION, ITEM, Shop, short};

const XEON: &str = "E5-2690-128Gb-4x4000HDD";

/// O1: the lowest id of exactly the ordered configuration.
#[tokio::test]
async fn the_lowest_server_of_exactly_the_ordered_configuration_is_sold() {
    let (_, server) = Shop::with_active().await;
    let shop = Shop::new().await;
    let lowest = shop.world(|world| {
        let fits = |found: &&mock_dcim::Server| {
            found.location == 1
                && found.configuration.as_deref() == Some(CONFIGURATION)
                && world.sellable(found)
        };
        world.servers().filter(fits).map(|found| found.id).min()
    });
    assert_eq!(Some(server), lowest);
}

/// F10, O1: no owner is not enough.
#[tokio::test]
async fn a_server_in_any_doubtful_state_is_passed_over() {
    for doubt in [
        "maintenance",
        "protected",
        "on",
        "operation",
        "owner",
        "cancelled",
    ] {
        let shop = Shop::new().await;
        let first = 1;
        let act = |action| shop.simulation.mock.act(action).map(drop).unwrap();
        match doubt {
            "maintenance" => act(PanelAction::Maintenance {
                server: first,
                on: true,
            }),
            "protected" => act(PanelAction::Protection {
                server: first,
                on: true,
            }),
            "on" => act(PanelAction::Power {
                server: first,
                goal: PowerGoal::On,
            }),
            "owner" => act(PanelAction::Owner {
                server: first,
                owner: Some(2),
            }),
            "operation" | "cancelled" => {
                let port = shop.world(|world| world.data_ports_of(first).next().unwrap().id);
                act(PanelAction::Port { port, up: true });
                act(PanelAction::Recovery { server: first });
                if doubt == "cancelled" {
                    shop.pass(std::time::Duration::from_mins(1));
                    act(PanelAction::Cancel { server: first });
                    act(PanelAction::Power {
                        server: first,
                        goal: PowerGoal::Off,
                    });
                }
            }
            _ => unreachable!(),
        }
        shop.pass(std::time::Duration::from_secs(30));
        let (operation, ran) = shop.once("open", ITEM).await;
        assert_eq!(ran.code, 0, "{doubt}: {}", ran.out);
        assert_ne!(shop.server(ITEM), Some(first), "{doubt}");
        assert!(
            shop.writes(operation)
                .iter()
                .all(|entry| entry.server != Some(first)),
            "{doubt}"
        );
    }
}

/// A DCImanager that refuses the log-in costs one try, and the order goes to the next module (safety.md H, row A).
#[tokio::test]
async fn an_order_goes_to_the_next_module_while_it_has_no_server() {
    let shop = Shop::on_panel(|builder, url, admin| {
        let wrong = (admin.0.clone(), "wrong".to_owned());
        builder
            .datacenter(1, 1)
            .instance(7, url.clone(), wrong)
            .instance(8, url, admin)
    })
    .await;
    let (_, ran) = shop.once("open", ITEM).await;
    assert_eq!(
        (ran.code, shop.status(ITEM)),
        (0, ItemStatus::Active),
        "{}",
        ran.out
    );
    let refused = shop
        .simulation
        .mock
        .journal()
        .iter()
        .filter(|entry| entry.status == 401)
        .count();
    assert_eq!(refused, 1, "no second try with a password that was refused");
    let problems = shop.simulation.panel.problems();
    assert!(
        problems
            .iter()
            .any(|problem| problem.starts_with("processingmodule_connect module 7")),
        "{problems:?}"
    );
    assert!(
        problems
            .iter()
            .any(|problem| problem.starts_with("processingmodule_getnextmodule module 7")),
        "{problems:?}"
    );
}

/// safety.md 0: an administrator never owns a sold server.
#[tokio::test]
async fn an_administrator_never_becomes_an_owner() {
    let shop =
        Shop::with(|shop| shop.order(1300, 31, "Debian-12-x86_64", "admin@example.com")).await;
    let (operation, ran) = shop.once("open", 1300).await;
    assert_eq!(ran.code, 1);
    shop.assert_with_staff(operation, "administrator");
    assert_eq!(shop.writes(operation).len(), 0);
}

/// S8: a handed-over server is never installed again, whatever a late run of `open` finds.
#[tokio::test]
async fn a_late_run_of_open_does_not_install_again() {
    let (shop, server) = Shop::with_active().await;
    let installed = shop.world(|world| world.server(server).unwrap().operation);
    let (operation, ran) = shop.once("open", ITEM).await;
    assert_eq!(ran.code, 0, "{}", ran.out);
    assert_eq!(shop.writes(operation).len(), 0);
    assert_eq!(
        shop.world(|world| world.server(server).unwrap().operation),
        installed
    );
}

/// O2: a foreign owner that appears between claim and write: the claim is withdrawn, and the next server is taken.
#[tokio::test]
async fn a_claimed_server_with_a_foreign_owner_is_given_back() {
    let shop = Shop::new().await;
    shop.simulation
        .panel
        .set_parameter(ITEM, "dcim6_server", "1");
    shop.simulation
        .panel
        .set_parameter(ITEM, "dcim6_stage", "picked");
    shop.simulation
        .mock
        .act(PanelAction::Owner {
            server: 1,
            owner: Some(2),
        })
        .unwrap();
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

/// L5: as many addresses as ordered, each in its own slot.
#[tokio::test]
async fn every_ordered_address_is_delivered() {
    let shop = Shop::with(|shop| shop.address(ITEM).address(ITEM)).await;
    let (_, ran) = shop.once("open", ITEM).await;
    assert_eq!(ran.code, 0, "{}", ran.out);
    let server = shop.server(ITEM).unwrap();
    let mut owned: Vec<String> = shop.world(|world| {
        world
            .addresses_of(server)
            .map(|address| address.ip.to_string())
            .collect()
    });
    let slots = billmgr_module::panel::Panel::slots(&shop.simulation.panel, ITEM)
        .await
        .unwrap();
    let mut delivered: Vec<String> = slots.into_iter().map(|slot| slot.address).collect();
    owned.sort();
    delivered.sort();
    assert_eq!(owned.len(), 3);
    assert_eq!(owned, delivered);
    shop.assert_unharmed();
}

/// The order is checked as a whole before anything is claimed.
#[tokio::test]
async fn a_bad_order_claims_nothing() {
    for (name, value, said) in [
        ("ostempl", "", "ostempl"),
        ("ostempl", "Nonesuch-1", "ostempl"),
        ("domain", "<script>", "domain"),
        ("domain", "-.test", "domain"),
        ("dcim6_stage", "nonesuch", "dcim6_stage"),
        ("dcim6_server", "two", "dcim6_server"),
        ("dcim6_operation", "{", "dcim6_operation"),
        ("dcim6_ports", "[1", "dcim6_ports"),
    ] {
        let shop = Shop::with(|shop| shop.parameter(ITEM, name, value)).await;
        let (operation, ran) = shop.once("open", ITEM).await;
        assert_eq!(ran.code, 1, "{name}={value}");
        assert!(
            ran.out.contains(&format!("object=\"{said}\"")),
            "{name}={value}: {}",
            ran.out
        );
        assert_eq!(shop.writes(operation).len(), 0, "{name}={value}");
    }
}

/// A network boot that never comes fails the installation; the run says so and the service is not active.
#[tokio::test]
async fn an_installation_that_cannot_boot_is_not_a_service() {
    let shop = Shop::new().await;
    shop.simulation
        .mock
        .lever(Lever::NetworkBoot {
            server: 1,
            on: false,
        })
        .unwrap();
    let (operation, ran) = shop.once("open", ITEM).await;
    assert_eq!((ran.code, shop.status(ITEM)), (1, ItemStatus::Processing));
    assert!(ran.out.contains("operation_failed"), "{}", ran.out);
    let installs = shop
        .writes(operation)
        .iter()
        .map(short)
        .filter(|step| step == "server_install")
        .count();
    assert_eq!(installs, 2, "started again once");
    shop.simulation
        .mock
        .lever(Lever::NetworkBoot {
            server: 1,
            on: true,
        })
        .unwrap();
    assert_eq!(shop.again(operation).await.code, 0);
    assert_eq!(shop.status(ITEM), ItemStatus::Active);
    shop.assert_unharmed();
}

/// Another order by the same client finds the user that the first one created; both servers are his.
#[tokio::test]
async fn a_client_has_one_user() {
    let shop = Shop::with(|shop| {
        shop.tariff(32, XEON)
            .order(1300, 32, "Ubuntu-24.04-x86_64", "client@a.test")
    })
    .await;
    for item in [ITEM, 1300] {
        assert_eq!(shop.once("open", item).await.1.code, 0);
    }
    let created = shop
        .simulation
        .mock
        .journal()
        .iter()
        .filter(|entry| entry.name == Some("user_create"))
        .count();
    assert_eq!(created, 1);
    assert_eq!(
        shop.simulation.panel.parameter(ITEM, "dcim6_user"),
        shop.simulation.panel.parameter(1300, "dcim6_user")
    );
}

/// S7: the passwords are where they belong and nowhere else.
#[tokio::test]
async fn no_secret_leaves_its_place() {
    let (shop, _) = Shop::with_active().await;
    let parameters = billmgr_module::panel::Panel::parameters(&shop.simulation.panel, ITEM)
        .await
        .unwrap();
    let password = parameters.secret["password"].expose_secret().to_owned();
    assert_eq!(password.len(), 24);
    let (_, admin) = shop.simulation.mock.admin();
    let plain = format!("{:?}", parameters.plain);
    let journal = serde_json::to_string(&shop.simulation.mock.journal()).unwrap();
    let calls = shop.simulation.panel.calls().join("\n");
    for secret in [&password, &admin] {
        for (place, text) in [
            ("item parameters", &plain),
            ("journal", &journal),
            ("command lines", &calls),
        ] {
            assert!(!text.contains(secret.as_str()), "in {place}");
        }
    }
}

/// S1, N31: a second service that names a server in use gives it back and gets another, even if it is the same client's.
#[tokio::test]
async fn a_server_that_another_service_holds_is_given_back() {
    let shop = Shop::with(|shop| shop.order(1300, 31, "Debian-12-x86_64", "client@a.test")).await;
    assert_eq!(shop.once("open", ITEM).await.1.code, 0);
    let held = shop.server(ITEM).unwrap();
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
    shop.assert_unharmed();
}

/// N31: two services that both hold a server are for staff; neither touches it.
#[tokio::test]
async fn a_server_held_twice_is_left_to_staff() {
    let shop = Shop::with(|shop| shop.order(1300, 31, "Debian-12-x86_64", "client@a.test")).await;
    for item in [ITEM, 1300] {
        assert_eq!(shop.once("open", item).await.1.code, 0);
    }
    let held = shop.server(ITEM).unwrap();
    shop.simulation
        .panel
        .set_parameter(1300, "dcim6_server", &held.to_string());
    for command in ["suspend", "close"] {
        let (operation, ran) = shop.once(command, 1300).await;
        assert_eq!(ran.code, 1);
        shop.assert_with_staff(operation, "owner_mismatch");
        assert_eq!(shop.writes(operation).len(), 0);
    }
}
