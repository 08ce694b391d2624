//! S1, S3: who writes to a server, and for whom.

use mock_dcim::{PanelAction, PromiseState};
use serde_json::json;

use super::{sold, state, story, tell};
use crate::panel::Panel;

#[tokio::test]
async fn s1_catches_a_second_item_that_writes_to_a_held_server() {
    let mut panel = sold().await;
    tell(&panel, json!({"fact":"binding","item":1300,"server":1}));
    assert_eq!(
        state(&panel, "S1"),
        PromiseState::Held,
        "naming it is no writing"
    );
    panel.request_id = Some("1300-700-1-1".to_owned());
    panel.server(1);
    panel.ok("dci/v3/server/1", r#"{"name":"mine"}"#);
    assert!(story(&panel, "S1").contains("for item 1300 while item 1204 holds the server"));
}

#[tokio::test]
async fn s3_catches_writes_without_item_binding_or_look() {
    let write = |panel: &Panel| panel.ok("dci/v3/server/1", r#"{"name":"x"}"#);
    let panel = sold().await;
    write(&panel);
    assert!(story(&panel, "S3").contains("does not say for which item"));

    let mut panel = sold().await;
    panel.request_id = Some("1300-700-1-1".to_owned());
    panel.server(1);
    write(&panel);
    assert!(story(&panel, "S3").contains("item 1300, which is not bound"));

    let mut panel = sold().await;
    panel.request_id = Some("1204-700-1-1".to_owned());
    write(&panel);
    assert!(story(&panel, "S3").contains("a run that never read the server"));

    let mut panel = sold().await;
    panel.act(PanelAction::Owner {
        server: 1,
        owner: Some(2),
    });
    panel.request_id = Some("1204-700-1-1".to_owned());
    panel.server(1);
    write(&panel);
    assert!(story(&panel, "S3").contains("user 2 was seen as owner"));
}

#[tokio::test]
async fn s3_lets_a_window_pass_and_a_customer_act() {
    let mut panel = sold().await;
    panel.request_id = Some("1204-700-1-1".to_owned());
    panel.server(1);
    panel.act(PanelAction::Owner {
        server: 1,
        owner: Some(2),
    });
    panel.ok("dci/v3/server/1", r#"{"name":"x"}"#);
    panel.request_id = None;
    panel.token = crate::panel::log_in(&panel.mock, "client@example.com", "client-password");
    panel.ok("dci/v3/server/27/power_reset", "{}");
    assert_eq!(
        state(&panel, "S3"),
        PromiseState::Held,
        "{}",
        story(&panel, "S3")
    );
}

#[tokio::test]
async fn s1_catches_an_owner_who_is_not_the_items_user_unless_staff_made_him() {
    let mut panel = sold().await;
    tell(&panel, json!({"fact":"user","item":1204,"user":4}));
    panel.act(PanelAction::Owner {
        server: 1,
        owner: Some(3),
    });
    assert_eq!(state(&panel, "S1"), PromiseState::Held, "staff");
    panel.request_id = Some("1204-600-1-1".to_owned());
    panel.server(1);
    panel.ok("dci/v3/server/1/owner", r#"{"owner":4}"#);
    assert_eq!(state(&panel, "S1"), PromiseState::Held, "his own");
    panel.ok("dci/v3/server/1/owner", r#"{"owner":2}"#);
    assert!(story(&panel, "S1").contains("user 2 becomes the owner, but no item"));
}
