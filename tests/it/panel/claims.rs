//! Which services hold or keep which servers (Q10).

use billmgr_module::panel::calls::{Calls, Completion};
use billmgr_module::panel::{Claim, ItemStatus};
use standin::Meter;

use super::world::{URL, World};
use crate::ready::ready_for;
use crate::shop::ITEM;

on_both!(
    claims_are_what_others_hold,
    claims_on_one_server_are_all_there_are_on_it,
);

const NOBODY: u64 = 999_999;

async fn claims_are_what_others_hold(world: World) {
    for (item, name, value) in [
        (world.item, "dcim6_server", "12"),
        (world.item, "dcim6_panel", "dci.test:443"),
        (world.other, "dcim6_candidate", "13"),
        (world.other, "dcim6_server", ""),
    ] {
        world.set_parameter(item, name, value).await;
    }
    let held = Claim {
        item: world.item,
        server: "12".to_owned(),
        is_candidate: false,
        panel: Some("dci.test:443".to_owned()),
        url: Some(URL.to_owned()),
    };
    let kept = Claim {
        item: world.other,
        server: "13".to_owned(),
        is_candidate: true,
        panel: None,
        url: Some(URL.to_owned()),
    };
    let panel = &world.panel;
    let of_others = async |item| panel.claims(item).await.unwrap();
    let both = vec![held, kept];
    assert_eq!(of_others(NOBODY).await, both);
    assert_eq!(of_others(world.other).await, both[..1]);
    assert_eq!(of_others(world.item).await, both[1..]);
    let process = World::process(&**panel);
    let closed = Completion::new("service.postclose", Some(ItemStatus::Deleted));
    let calls = Calls::new(&process);
    calls.complete(world.item, None, closed).await.unwrap();
    assert_eq!(of_others(NOBODY).await, both[1..], "one is deleted");
}

/// S1: whoever names the server is found, however it is written; nobody else is.
async fn claims_on_one_server_are_all_there_are_on_it(world: World) {
    let on = async |server, except| {
        let claims = world.panel.claims_on(server, except).await.unwrap();
        let named = claims
            .iter()
            .map(|claim| (claim.item, claim.server.as_str(), claim.is_candidate));
        format!("{:?}", named.collect::<Vec<_>>())
    };
    let row = |item: u64, server: &str, is_candidate: bool| (item, server.to_owned(), is_candidate);
    let expect = |rows: &[(u64, String, bool)]| format!("{rows:?}");
    for (item, name, value) in [
        (world.item, "dcim6_server", "12"),
        (world.item, "dcim6_candidate", "112"),
        (world.item, "dcim6_user", "12"),
        (world.other, "dcim6_server", "121"),
        (world.other, "dcim6_candidate", "12"),
    ] {
        world.set_parameter(item, name, value).await;
    }
    let [held, kept] = [row(world.item, "12", false), row(world.other, "12", true)];
    assert_eq!(on(12, NOBODY).await, expect(&[held.clone(), kept.clone()]));
    assert_eq!(
        on(12, world.item).await,
        expect(std::slice::from_ref(&kept))
    );
    assert_eq!(on(12, world.other).await, expect(&[held]));
    assert_eq!(on(1, NOBODY).await, "[]");
    assert_eq!(
        on(121, NOBODY).await,
        expect(&[row(world.other, "121", false)])
    );

    // As staff may type it.
    for odd in [" 12", "12 ", "\t12", "012"] {
        world.set_parameter(world.item, "dcim6_server", odd).await;
        let rows = [row(world.item, odd, false), kept.clone()];
        assert_eq!(on(12, NOBODY).await, expect(&rows), "{odd:?}");
    }
    for other in ["12a", "1 2", "-12", "", "srv-12", "12.5"] {
        world.set_parameter(world.item, "dcim6_server", other).await;
        assert_eq!(
            on(12, NOBODY).await,
            expect(std::slice::from_ref(&kept)),
            "{other:?}"
        );
    }

    let process = World::process(&*world.panel);
    let closed = Completion::new("service.postclose", Some(ItemStatus::Deleted));
    let calls = Calls::new(&process);
    calls.complete(world.other, None, closed).await.unwrap();
    assert_eq!(on(12, NOBODY).await, "[]", "one is deleted");
}

/// What one service needs does not grow with the number of the others: only an order, which has to choose, reads what all of them hold.
#[tokio::test]
async fn only_an_order_reads_what_all_services_hold() {
    for command in ["suspend", "resume", "sync_item", "stop", "addip", "close"] {
        let shop = ready_for(command).await;
        let meter = Meter::new();
        let job = shop.simulation.billmanager().metered(meter.clone());
        let operation = (command != "sync_item").then(|| job.begin(command, ITEM));
        let ran = job.run(command, ITEM, operation).await;
        assert_eq!(ran.code, 0, "{command}: {}", ran.out);
        assert!(meter.count() > 10, "{command} went past the meter");
        assert_eq!(meter.fetched_all_bindings(), 0, "{command}");
    }
    let (shop, meter) = (ready_for("open").await, Meter::new());
    let job = shop.simulation.billmanager().metered(meter.clone());
    assert_eq!(job.once("open", ITEM).await.1.code, 0);
    assert_eq!(
        meter.fetched_all_bindings(),
        1,
        "a server is chosen once, and looked at by itself from then on"
    );
}
