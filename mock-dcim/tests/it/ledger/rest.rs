//! L2, L4: where servers are and how services stand when nothing is under way.

use mock_dcim::{PanelAction, PromiseState};
use serde_json::json;

use super::{begin, report, sold, state, story, tell};

#[tokio::test]
async fn l2_catches_a_server_that_nobody_has_and_nobody_can_sell() {
    let panel = sold().await;
    tell(&panel, json!({"fact":"rest"}));
    assert_eq!(state(&panel, "L2"), PromiseState::Held);
    tell(&panel, json!({"fact":"binding","item":1204,"server":null}));
    tell(&panel, json!({"fact":"rest"}));
    assert!(story(&panel, "L2").contains("it has an owner, but no item is bound to it"));

    let panel = sold().await;
    panel.act(PanelAction::Owner {
        server: 1,
        owner: None,
    });
    panel.act(PanelAction::Recovery { server: 1 });
    tell(&panel, json!({"fact":"binding","item":1204,"server":null}));
    tell(&panel, json!({"fact":"rest"}));
    assert!(story(&panel, "L2").contains("nobody can sell it"));
}

#[tokio::test]
async fn l4_catches_an_active_item_without_what_was_sold_unless_staff_know() {
    let panel = sold().await;
    tell(&panel, json!({"fact":"status","item":1204,"status":2}));
    tell(&panel, json!({"fact":"rest"}));
    assert_eq!(
        state(&panel, "L4"),
        PromiseState::Held,
        "{}",
        story(&panel, "L4")
    );
    panel.act(PanelAction::PressPower {
        server: 1,
        goal: mock_dcim::PowerGoal::Off,
    });
    tell(&panel, json!({"fact":"task","item":1204,"operation":551}));
    tell(&panel, json!({"fact":"rest"}));
    assert_eq!(state(&panel, "L4"), PromiseState::Held);
    let mut panel = panel;
    report(&mut panel, "sync_item");
    tell(&panel, json!({"fact":"rest"}));
    assert!(story(&panel, "L4").contains("item 1204 is active, but its server is off"));
}

#[tokio::test]
async fn l4_catches_a_sync_that_leaves_an_active_item_in_the_dark() {
    let mut panel = sold().await;
    tell(&panel, json!({"fact":"status","item":1204,"status":2}));
    begin(&mut panel, "sync_item");
    report(&mut panel, "sync_item");
    assert_eq!(state(&panel, "L4"), PromiseState::Held);
    let goal = mock_dcim::PowerGoal::Off;
    let press = PanelAction::PressPower { server: 1, goal };
    panel.act(press);
    panel.act(PanelAction::Recovery { server: 1 });
    begin(&mut panel, "sync_item");
    report(&mut panel, "sync_item");
    assert_eq!(
        state(&panel, "L4"),
        PromiseState::Held,
        "R45: an operation runs"
    );
    panel.act(PanelAction::Cancel { server: 1 });
    panel.act(PanelAction::PressPower { server: 1, goal });
    begin(&mut panel, "sync_item");
    report(&mut panel, "sync_item");
    assert!(story(&panel, "L4").contains("was synchronised, but its server is off"));
}
