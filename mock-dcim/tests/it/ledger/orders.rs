//! S5, S8, L5: success that is true, installed once, as it was ordered.

use mock_dcim::PromiseState;
use serde_json::json;

use super::{begin, report, sold, state, story, tell};
use crate::panel::Panel;

#[tokio::test]
async fn s5_catches_success_that_is_none_and_success_nobody_looked_at() {
    let mut panel = sold().await;
    begin(&mut panel, "suspend");
    panel.ok("dci/v3/switch/1/port/1", r#"{"admin_status":"down"}"#);
    report(&mut panel, "suspend");
    assert!(
        story(&panel, "S5")
            .contains("suspend of item 1204 is reported as done, but a data port is up")
    );

    let mut panel = sold().await;
    begin(&mut panel, "suspend");
    panel.ports(1, "down");
    tell(
        &panel,
        json!({"fact":"report","item":1204,"command":"suspend"}),
    );
    assert!(story(&panel, "S5").contains("nothing was read after the last write"));
}

#[tokio::test]
async fn s8_and_l5_catch_a_second_installation() {
    let mut panel = sold().await;
    begin(&mut panel, "open");
    panel.install(1, 90);
    assert!(story(&panel, "S8").contains("open of item 1204 sends server_install after hand-over"));
    assert_eq!(state(&panel, "L5"), PromiseState::Held);
    panel.minutes(20);
    assert!(story(&panel, "L5").contains("installed more than once"));
}

#[tokio::test]
async fn l5_catches_an_order_that_is_not_as_it_was_made() {
    for (addresses, expected) in [(1, PromiseState::Held), (2, PromiseState::Broken)] {
        let mut panel = Panel::start().await;
        tell(&panel, json!({"fact":"binding","item":1204,"server":1}));
        tell(
            &panel,
            json!({"fact":"ordered","item":1204,"addresses":addresses}),
        );
        begin(&mut panel, "open");
        panel.sell(1, "a@a.test");
        report(&mut panel, "open");
        assert_eq!(state(&panel, "L5"), expected, "{addresses}");
    }
    let mut panel = Panel::start().await;
    tell(&panel, json!({"fact":"binding","item":1204,"server":1}));
    tell(&panel, json!({"fact":"ordered","item":1204,"addresses":0}));
    begin(&mut panel, "open");
    report(&mut panel, "open");
    assert!(story(&panel, "L5").contains("no installation for it took effect"));
}
