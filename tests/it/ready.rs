//! Shops at the point where a command starts, for whoever tries all commands in the same way.

use std::time::Duration;

use mock_dcim::PanelAction;
use standin::Billmanager;

use crate::shop::{CONFIGURATION, ITEM, Shop};

/// A tariff of the same configuration as the first order's.
pub const SAME_CONFIGURATION: u64 = 32;
/// The second address row of a service.
pub const SECOND_SLOT: u64 = 89;
/// Longer than a power command of ours is left alone (R45).
pub const LATER: Duration = Duration::from_mins(10);

/// Bring a shop to where a command starts, with something to do for it.
pub async fn ready_for(command: &str) -> Shop {
    let shop = Shop::with(|shop| {
        let shop = shop.tariff(SAME_CONFIGURATION, CONFIGURATION);
        if command == "delip" {
            shop.address(ITEM)
        } else {
            shop
        }
    })
    .await;
    if command == "open" {
        return shop;
    }
    succeed(&shop, "open").await;
    match command {
        "resume" => {
            succeed(&shop, "suspend").await;
            shop.pass(LATER);
            assert_eq!(shop.sync(ITEM).await.code, 0);
        }
        "start" => succeed(&shop, "stop").await,
        "addip" => drop(shop.simulation.panel.add_slot(ITEM)),
        "setparam" => {
            shop.simulation.panel.add_slot(ITEM);
            shop.simulation
                .panel
                .change_tariff(ITEM, SAME_CONFIGURATION);
        }
        "sync_item" => {
            succeed(&shop, "suspend").await;
            let server = shop.server(ITEM).expect("a server");
            let port = shop.world(|world| world.data_ports_of(server).next().unwrap().id);
            let up = PanelAction::Port { port, up: true };
            shop.simulation.mock.act(up).expect("a port");
            shop.pass(LATER);
        }
        _ => {}
    }
    shop
}

async fn succeed(shop: &Shop, command: &'static str) {
    let (_, ran) = shop.once(command, ITEM).await;
    assert_eq!(ran.code, 0, "{command}: {}", ran.out);
}

/// Tell a job what BILLmanager tells a command beside its service.
pub fn told<'a>(job: Billmanager<'a>, command: &str) -> Billmanager<'a> {
    if command == "delip" {
        job.option("--ip_id", &SECOND_SLOT)
    } else {
        job
    }
}
