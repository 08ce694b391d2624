//! Data center, "By server type", Config, pools, and when a service becomes active.

use billmgr_module::panel::ItemStatus;
use mock_dcim::{MockDcim, PanelAction};
use standin::Simulation;
use standin::memory::{MemoryPanel, MemoryPanelBuilder};

use crate::shop::{CONFIGURATION, ITEM, Shop};

/// The connection form of the instance that is there, as the Edit button sends it.
fn connection(shop: &Shop, more: &str) -> String {
    let (url, (email, password)) = (shop.simulation.mock.url(), shop.simulation.mock.admin());
    format!(
        "<doc><processingmodule><id>7</id>{more}<url>{url}</url><username>{email}</username><password>{password}</password></processingmodule></doc>"
    )
}

/// "A data center created for integration with DCImanager 5 is not suitable" (vendor page).
#[tokio::test]
async fn a_data_center_of_dcimanager_5_is_not_suitable() {
    let shop =
        Shop::on_panel(|builder, url, admin| builder.other_datacenter(2).instance(7, url, admin))
            .await;
    let (operation, ran) = shop.once("open", ITEM).await;
    assert_eq!(ran.code, 1);
    assert!(ran.out.contains("datacenter_unsuitable"), "{}", ran.out);
    assert_eq!(shop.journal(operation).len(), 0);
}

/// "Specify DCImanager 6 Location ID, from which servers will be provided when ordered."
#[tokio::test]
async fn servers_come_from_the_location_of_the_data_center() {
    // One such server in each, the second location's first: by the lowest id alone it would always be sold.
    let fleet = format!(
        r#"{{"schema_version":1,
            "pools":[{{"name":"public","networks":["192.0.2.0/24"]}}],
            "locations":[{{"name":"one"}},{{"name":"two"}}],
            "racks":[{{"name":"r1","location":"one"}},{{"name":"r2","location":"two"}}],
            "servers":[{{"rack":"r2","configuration":"{CONFIGURATION}"}},
                       {{"rack":"r1","configuration":"{CONFIGURATION}"}}]}}"#
    );
    for (location, sold) in [(1, 2), (2, 1)] {
        let mock = MockDcim::builder().fleet(fleet.parse().unwrap()).start();
        let mock = mock.await.unwrap();
        let builder = MemoryPanel::builder().datacenter(1, location);
        let panel = builder
            .instance(7, mock.url(), mock.admin())
            .tariff(31, CONFIGURATION)
            .order(ITEM, 31, "Debian-12-x86_64", "client@a.test")
            .build();
        let simulation = Simulation::between(mock, panel);
        let shop = Shop { simulation };
        let (_, ran) = shop.once("open", ITEM).await;
        assert_eq!(ran.code, 0, "{}", ran.out);
        assert_eq!(shop.server(ITEM), Some(sold), "location {location}");
    }
}

/// A location DCImanager does not have sells nothing.
#[tokio::test]
async fn a_location_that_dcimanager_does_not_have_sells_nothing() {
    let shop =
        Shop::on_panel(|builder, url, admin| builder.datacenter(1, 99).instance(7, url, admin))
            .await;
    let (operation, ran) = shop.once("open", ITEM).await;
    assert_eq!(ran.code, 1);
    assert!(ran.out.contains("location_missing"), "{}", ran.out);
    assert_eq!(shop.writes(operation).len(), 0);
}

/// Vendor page, "By server type" off: the most similar server is named to staff, kept from other orders, and nothing is written.
#[tokio::test]
async fn by_server_type_off_names_the_nearest_server_to_the_department() {
    let shop = Shop::with(|shop| {
        shop.tariff(32, "i9-9900K-32Gb-2x1024NVMe").order(
            1300,
            32,
            "Debian-12-x86_64",
            "other@a.test",
        )
    })
    .await;
    let (operation, ran) = shop.once("open", 1300).await;
    assert_eq!(ran.code, 1);
    assert!(ran.out.contains("similar_server"), "{}", ran.out);
    shop.assert_with_staff(operation, "RAM 64 GB instead of 32 GB");
    assert_eq!(shop.writes(operation).len(), 0);
    let kept: u64 = shop
        .simulation
        .panel
        .parameter(1300, "dcim6_candidate")
        .unwrap()
        .parse()
        .unwrap();
    // The next order of that server's own configuration gets another one.
    assert_eq!(shop.once("open", ITEM).await.1.code, 0);
    assert_ne!(shop.server(ITEM), Some(kept));
}

/// "By server type" on: no task; the order waits for a server.
#[tokio::test]
async fn by_server_type_on_waits_for_an_exact_server() {
    let shop = Shop::with(|shop| {
        shop.tariff(32, "i9-9900K-32Gb-2x1024NVMe")
            .order(1300, 32, "Debian-12-x86_64", "o@a.test")
            .setting(7, "by_server_type", "on")
    })
    .await;
    let (operation, ran) = shop.once("open", 1300).await;
    assert_eq!(ran.code, 1);
    assert!(ran.out.contains("no_free_server"), "{}", ran.out);
    assert!(!shop.simulation.panel.operation(operation).unwrap().manual);
    assert!(shop.simulation.panel.tasks().is_empty());
    assert_eq!(
        shop.simulation.panel.parameter(1300, "dcim6_candidate"),
        None
    );
}

/// "The option can be enabled or disabled only if there are no tariff plans for the handler."
#[tokio::test]
async fn by_server_type_is_locked_while_tariffs_exist() {
    for (tariffs, now, locked) in [
        (true, "on", true),
        (true, "", false),
        (false, "on", false),
        (false, "", false),
    ] {
        let describe = |builder: MemoryPanelBuilder| {
            if tariffs {
                builder.tariff(31, CONFIGURATION)
            } else {
                builder
            }
        };
        let simulation = Simulation::start(describe).await;
        let shop = Shop { simulation };
        let form = connection(&shop, &format!("<by_server_type>{now}</by_server_type>"));
        let job = shop.simulation.billmanager().transport(shop.direct());
        let ran = job.command("check_connection", &form).await;
        let case = format!("{tariffs}, {now:?}: {}", ran.out);
        assert_eq!(ran.code, u8::from(locked), "{case}");
        assert_eq!(ran.out.contains("by_server_type_locked"), locked, "{case}");
    }
}

/// "After server configuration has been changed on DCImanager 6 side, we recommend to launch the update manually: Config."
#[tokio::test]
async fn config_takes_up_what_changed_in_dcimanager() {
    let shop = Shop::new().await;
    let free = async || {
        let job = shop.simulation.billmanager().transport(shop.direct());
        let job = job.option("--module", &7);
        let ran = job.command("get_server_config", "").await;
        assert_eq!(ran.code, 0, "{}", ran.out);
        let config = shop.simulation.panel.config(7).expect("stored");
        let name = format!("<configuration name=\"{CONFIGURATION}\" free=\"");
        let (_, rest) = config.split_once(&name).expect("on sale");
        rest.split('"').next().unwrap().parse::<usize>().unwrap()
    };
    let sellable = || {
        shop.world(|world| {
            let fits = |found: &&mock_dcim::Server| {
                found.location == 1
                    && found.configuration.as_deref() == Some(CONFIGURATION)
                    && world.sellable(found)
            };
            world.servers().filter(fits).count()
        })
    };
    let before = free().await;
    assert_eq!(before, sellable());
    let (server, on) = (1, true);
    let kept = PanelAction::Maintenance { server, on };
    shop.simulation.mock.act(kept).unwrap();
    assert_eq!(free().await, before - 1);
    assert_eq!(sellable(), before - 1);
}

/// "Pools must be configured before setting up integration in DCImanager 6."
#[tokio::test]
async fn pools_must_be_configured_before_the_integration() {
    let fleet = |pools: &str| {
        let text =
            format!("{{\"schema_version\":1,\"locations\":[{{\"name\":\"loc-1\"}}]{pools}}}");
        text.parse().unwrap()
    };
    let named = |name: &str| {
        format!(",\"pools\":[{{\"name\":\"{name}\",\"networks\":[\"192.0.2.0/24\"]}}]")
    };
    for (pools, is_ready) in [
        (String::new(), false),
        (named("rent"), false),
        (named("public-rent"), true),
    ] {
        let mock = MockDcim::builder().fleet(fleet(&pools)).start();
        let simulation = Simulation::on(mock.await.unwrap(), |builder| builder);
        let shop = Shop { simulation };
        let job = || shop.simulation.billmanager().transport(shop.direct());
        let form = connection(&shop, "");
        for ran in [
            job().command("check_connection", &form).await,
            job()
                .option("--module", &7)
                .command("get_server_config", "")
                .await,
        ] {
            assert_eq!(ran.code, u8::from(!is_ready), "{pools}: {}", ran.out);
            let missing = ran.out.contains("type=\"pool_missing\"");
            assert_eq!(missing, !is_ready, "{pools}: {}", ran.out);
        }
    }
}

/// "The service is activated in BILLmanager after the server preparation process is completed."
#[tokio::test]
async fn a_service_is_active_only_after_preparation() {
    let (shop, server) = Shop::with_active().await;
    // The call that makes it active came when the installation was over, and last of all.
    let calls = shop.simulation.panel.calls();
    assert!(calls.last().unwrap().starts_with("dedic.open elid=1204 "));
    let journal = shop.simulation.mock.journal();
    let last = &journal.last().unwrap().response;
    assert_eq!(last["operation"]["name"], "server_install");
    assert_eq!(last["operation"]["status"], "ok");
    assert_eq!(shop.status(ITEM), ItemStatus::Active);
    shop.world(|world| {
        let found = world.server(server).unwrap();
        let owner = world.user(found.owner.expect("an owner")).unwrap();
        assert_eq!(owner.email, "client@a.test");
        assert_eq!(found.configuration.as_deref(), Some(CONFIGURATION));
        assert_eq!(found.template, Some(1));
        assert_eq!(found.domain, "s1204.clients.test");
        assert_eq!(world.addresses_of(server).count(), 1);
    });
    assert!(shop.is_on(server));
    assert_eq!(shop.data_ports(server), [true, true]);
    shop.assert_unharmed();
}
