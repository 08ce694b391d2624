//! The judges, each with bugs planted for it to catch, and stories in which it has to keep quiet.

mod addresses;
mod deletions;
mod disks;
mod orders;
mod rest;
mod runs;
mod secrets;
mod stops;
mod writes;

use mock_dcim::{Fact, PromiseState, Verdict};
use serde_json::json;

use crate::panel::Panel;

fn tell(panel: &Panel, fact: serde_json::Value) {
    let fact: Fact = serde_json::from_value(fact).unwrap();
    panel.mock.fact(fact);
}

fn state(panel: &Panel, id: &str) -> PromiseState {
    panel.mock.verdict().promise(id).unwrap().state
}

fn story(panel: &Panel, id: &str) -> String {
    let verdict: Verdict = panel.mock.verdict();
    verdict.promise(id).unwrap().stories.join("\n")
}

fn begin(panel: &mut Panel, command: &str) {
    panel.request_id = Some("1204-551-1-1".to_owned());
    tell(
        panel,
        json!({"fact":"begin","item":1204,"operation":551,"run":1,"command":command}),
    );
    panel.server(1);
}

fn report(panel: &mut Panel, command: &str) {
    panel.server(1);
    tell(
        panel,
        json!({"fact":"report","item":1204,"command":command}),
    );
    panel.request_id = None;
}

/// Item 1204 gets server 1, and it is installed and running.
async fn sold() -> Panel {
    let mut panel = Panel::start().await;
    tell(&panel, json!({"fact":"binding","item":1204,"server":1}));
    begin(&mut panel, "open");
    panel.sell(1, "a@a.test");
    report(&mut panel, "open");
    panel
}

fn stop(panel: &mut Panel) {
    begin(panel, "suspend");
    panel.ports(1, "down");
    report(panel, "suspend");
}

/// The vendor's eight steps; the argument leaves one out.
fn close(panel: &mut Panel, without: &str) {
    begin(panel, "close");
    panel.ports(1, "up");
    let ips = panel.server(1)["ip"].as_array().unwrap().clone();
    if without != "ip" {
        for ip in ips {
            panel.call("DELETE", &format!("dci/v3/server/1/ip/{}", ip["id"]), "");
        }
    }
    if without != "owner" {
        panel.ok("dci/v3/server/1/owner", r#"{"owner":null}"#);
    }
    if without != "wipe" {
        panel.diag(1, r#"{"clear_hdd":"quick","timeout":60}"#);
        panel.minutes(20);
    }
    if without != "power" {
        panel.ok("dci/v3/server/1/power_off", "{}");
        panel.seconds(20);
    }
    if without != "ports" {
        panel.ports(1, "down");
    }
    report(panel, "close");
}

#[tokio::test]
async fn a_clean_life_breaks_nothing_and_what_was_not_seen_is_not_judged() {
    let mut panel = Panel::start().await;
    assert_eq!(state(&panel, "S2"), PromiseState::Held);
    assert_eq!(state(&panel, "L3"), PromiseState::Held);
    for id in ["S4", "S4w", "S6"] {
        assert_eq!(state(&panel, id), PromiseState::NotJudged, "{id}");
    }
    tell(&panel, json!({"fact":"binding","item":1204,"server":1}));
    begin(&mut panel, "open");
    panel.sell(1, "a@a.test");
    report(&mut panel, "open");
    stop(&mut panel);
    panel.minutes(60);
    begin(&mut panel, "resume");
    panel.ports(1, "up");
    report(&mut panel, "resume");
    stop(&mut panel);
    panel.minutes(60);
    close(&mut panel, "nothing");
    tell(&panel, json!({"fact":"status","item":1204,"status":4}));
    // The next customer finds nothing.
    tell(&panel, json!({"fact":"binding","item":1205,"server":1}));
    panel.request_id = Some("1205-560-1-1".to_owned());
    panel.server(1);
    panel.sell(1, "b@a.test");
    for id in ["S1", "S2", "S3", "S4", "S4w", "S5", "S6", "S8", "L3", "L5"] {
        assert_eq!(
            state(&panel, id),
            PromiseState::Held,
            "{id}: {}",
            story(&panel, id)
        );
    }
    let verdict = serde_json::to_value(panel.mock.verdict()).unwrap();
    assert_eq!(verdict["violations"], 0);
    assert_eq!(
        verdict["promises"][1],
        json!({"id":"S2","state":"held","stories":[]})
    );
}
