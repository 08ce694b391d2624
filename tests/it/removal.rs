//! One address less: `delip` (`billmanager-protocol.md` 5; L3, F21).

use mock_dcim::PanelAction;

use crate::addresses::{assert_exactly, names, on_server, with};
use crate::ready::{SECOND_SLOT, ready_for};
use crate::shop::ITEM;

#[tokio::test]
async fn an_address_that_is_given_back_is_gone_on_both_sides() {
    for by_address in [false, true] {
        let shop = ready_for("delip").await;
        let (_, address) = shop.simulation.panel.slots_of(ITEM).remove(1);
        let (operation, ran) = if by_address {
            with(&shop, "delip", "--ip", &address).await
        } else {
            with(&shop, "delip", "--ip_id", &SECOND_SLOT).await
        };
        assert_eq!(ran.code, 0, "{}", ran.out);
        assert_eq!(names(&shop, operation), ["server_ip_delete"]);
        assert!(!on_server(&shop).contains(&address));
        assert_exactly(&shop, 1, "delip");
        shop.assert_unharmed();
    }
}

/// The row is gone already: the run before this one did it, and its answer was lost. Only a first try may not say so.
#[tokio::test]
async fn a_removal_whose_answer_was_lost_is_done() {
    let shop = ready_for("delip").await;
    let (operation, ran) = with(&shop, "delip", "--ip_id", &SECOND_SLOT).await;
    assert_eq!(ran.code, 0, "{}", ran.out);
    assert!(shop.simulation.panel.retry(operation));
    let job = shop.simulation.billmanager().transport(shop.direct());
    let job = job.option("--ip_id", &SECOND_SLOT);
    let ran = job.run("delip", ITEM, Some(operation)).await;
    assert_eq!((ran.code, ran.out.as_str()), (0, ""));
    assert_eq!(names(&shop, operation).len(), 1);

    let (_, ran) = job.once("delip", ITEM).await;
    assert_eq!(ran.code, 1, "nothing of that name was ever there");
}

#[tokio::test]
async fn a_removal_names_its_row() {
    let shop = ready_for("delip").await;
    let (operation, ran) = shop.once("delip", ITEM).await;
    assert_eq!(ran.code, 1);
    assert!(
        ran.out.contains("type=\"missed\" object=\"ip\""),
        "{}",
        ran.out
    );
    assert_eq!(shop.journal(operation).len(), 0);
    assert_exactly(&shop, 2, "delip");
}

/// F21: staff moved the address to another server. It is that server's now; only the row goes.
#[tokio::test]
async fn an_address_that_moved_on_is_not_freed() {
    let shop = ready_for("delip").await;
    let (_, moved) = shop.simulation.panel.slots_of(ITEM).remove(1);
    let (id, other) = shop.world(|world| {
        let server = shop.server(ITEM).unwrap();
        let found = world.addresses_of(server);
        let found = found.into_iter().find(|one| one.ip.to_string() == moved);
        let free = world.servers().find(|found| world.sellable(found));
        (found.unwrap().id, free.unwrap().id)
    });
    let (address, server) = (id, other);
    let moving = PanelAction::MoveAddress { address, server };
    shop.simulation.mock.act(moving).unwrap();
    let (operation, ran) = with(&shop, "delip", "--ip_id", &SECOND_SLOT).await;
    assert_eq!(ran.code, 0, "{}", ran.out);
    assert_eq!(names(&shop, operation).len(), 0);
    let there = shop.world(|world| world.addresses_of(other).any(|one| one.id == id));
    assert!(there, "it stays where staff put it");
    assert_exactly(&shop, 1, "delip");
}
