//! L3: each address has one place.

use mock_dcim::{Lever, PanelAction, PromiseState};
use serde_json::json;

use super::{begin, report, sold, state, story, tell};

#[tokio::test]
async fn l3_catches_a_lost_address() {
    let panel = sold().await;
    panel.lever(Lever::LoseFreedAddresses { on: true });
    let id = panel.server(1)["ip"][0]["id"].clone();
    panel.call("DELETE", &format!("dci/v3/server/1/ip/{id}"), "");
    assert!(story(&panel, "L3").contains("is in no pool"));
}

#[tokio::test]
async fn l3_catches_an_address_in_two_items_or_on_the_wrong_server() {
    let mut panel = sold().await;
    tell(
        &panel,
        json!({"fact":"address","item":1204,"ip":"192.0.2.2"}),
    );
    begin(&mut panel, "sync_item");
    report(&mut panel, "sync_item");
    assert_eq!(state(&panel, "L3"), PromiseState::Held);
    tell(
        &panel,
        json!({"fact":"address","item":1300,"ip":"192.0.2.2"}),
    );
    assert!(story(&panel, "L3").contains("in item 1300 and in item 1204"));

    let mut panel = sold().await;
    tell(
        &panel,
        json!({"fact":"address","item":1204,"ip":"192.0.2.2"}),
    );
    let address = panel.server(1)["ip"][0]["id"].as_u64().unwrap();
    panel.act(PanelAction::MoveAddress { address, server: 2 });
    begin(&mut panel, "sync_item");
    report(&mut panel, "sync_item");
    assert!(story(&panel, "L3").contains("is not on its server"));
}

/// A deletion gives addresses back in its fourth step, and BILLmanager forgets them after the eighth: in between they may be another's.
#[tokio::test]
async fn l3_lets_a_deletion_give_its_addresses_back() {
    let address = |item: u64| json!({"fact":"address","item":item,"ip":"192.0.2.2"});
    let mut panel = sold().await;
    tell(&panel, address(1204));
    begin(&mut panel, "close");
    let id = panel.server(1)["ip"][0]["id"].clone();
    panel.call("DELETE", &format!("dci/v3/server/1/ip/{id}"), "");
    tell(&panel, address(1300));
    assert_eq!(state(&panel, "L3"), PromiseState::Held);

    let mut panel = sold().await;
    tell(&panel, address(1204));
    begin(&mut panel, "close");
    tell(&panel, address(1300));
    assert!(story(&panel, "L3").contains("in item 1300 and in item 1204"));
}
