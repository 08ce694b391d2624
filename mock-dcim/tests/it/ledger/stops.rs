//! S4, S4w: what is stopped stays stopped, and what a deletion exposes.

use mock_dcim::{Lever, PanelAction, Person, PromiseState};
use serde_json::json;

use super::{begin, close, report, sold, state, stop, story, tell};
use crate::panel::Panel;

#[tokio::test]
async fn s4_catches_a_stop_reported_with_a_port_up_and_one_without_ports() {
    let mut panel = sold().await;
    begin(&mut panel, "suspend");
    panel.ok("dci/v3/switch/1/port/1", r#"{"admin_status":"down"}"#);
    report(&mut panel, "suspend");
    assert!(story(&panel, "S4").contains("while port 2 is up"));

    let mut panel = Panel::start().await;
    tell(&panel, json!({"fact":"binding","item":1204,"server":8}));
    begin(&mut panel, "suspend");
    report(&mut panel, "suspend");
    assert!(story(&panel, "S4").contains("no data port could be closed"));
}

#[tokio::test]
async fn s4_catches_our_own_call_and_a_write_that_never_arrived() {
    let mut panel = sold().await;
    stop(&mut panel);
    panel.request_id = Some("1204-552-1-1".to_owned());
    panel.ok("dci/v3/switch/1/port/1", r#"{"admin_status":"up"}"#);
    assert!(story(&panel, "S4").contains("port 1 goes up by call 1204-552-1-1"));

    let mut panel = sold().await;
    let writes = mock_dcim::PortWrites::Never;
    panel.lever(Lever::PortWrites { port: 2, writes });
    stop(&mut panel);
    assert_eq!(state(&panel, "S4"), PromiseState::Broken);
}

#[tokio::test]
async fn s4_excuses_third_parties_until_the_next_sync() {
    let mut panel = sold().await;
    stop(&mut panel);
    let flip = PanelAction::Port { port: 1, up: true };
    panel
        .mock
        .act_as(Person::Customer { user: 4 }, flip.clone())
        .unwrap();
    begin(&mut panel, "sync_item");
    panel.ports(1, "down");
    report(&mut panel, "sync_item");
    assert_eq!(state(&panel, "S4"), PromiseState::Held);
    panel.act(flip);
    begin(&mut panel, "sync_item");
    report(&mut panel, "sync_item");
    assert!(story(&panel, "S4").contains("sync of stopped item 1204"));
}

#[tokio::test]
async fn s4_ends_when_resume_or_close_begins() {
    for command in ["resume", "close"] {
        let mut panel = sold().await;
        stop(&mut panel);
        begin(&mut panel, command);
        panel.ports(1, "up");
        assert_eq!(state(&panel, "S4"), PromiseState::Held, "{command}");
    }
}

#[tokio::test]
async fn s4w_publishes_for_how_long_deleting_exposes_a_stopped_customer() {
    let mut panel = sold().await;
    stop(&mut panel);
    panel.minutes(10);
    begin(&mut panel, "close");
    panel.ports(1, "up");
    panel.seconds(42);
    panel.ok("dci/v3/server/1/owner", r#"{"owner":null}"#);
    panel.diag(1, r#"{"clear_hdd":"quick","timeout":60}"#);
    panel.minutes(20);
    close(&mut panel, "nothing");
    let verdict = panel.mock.verdict();
    let measured = &verdict.promise("S4w").unwrap().measured;
    assert_eq!(measured.len(), 1);
    assert!(
        (measured[0].seconds - 42.0).abs() < f64::EPSILON,
        "{measured:?}"
    );
}
