//! R11-R15: power.

use mock_dcim::{Lever, PanelAction, PowerGoal};
use serde_json::json;

use crate::panel::Panel;

fn status(panel: &Panel, server: u64) -> String {
    panel.server(server)["power_status"]
        .as_str()
        .unwrap()
        .to_owned()
}

fn power(panel: &Panel, server: u64, what: &str) -> u16 {
    panel
        .post(&format!("dci/v3/server/{server}/power_{what}"), "{}")
        .0
}

#[tokio::test]
async fn r11_a_pdu_that_says_off_decides_and_else_the_bmc_does() {
    let panel = Panel::start().await;
    assert_eq!(status(&panel, 1), "off");
    assert_eq!(status(&panel, 19), "on");
    panel.lever(Lever::PowerUnknown {
        server: 19,
        on: true,
    });
    assert_eq!(status(&panel, 19), "unknown");
    panel.act(PanelAction::Outlet {
        server: 19,
        on: false,
    });
    panel.minutes(5);
    assert_eq!(status(&panel, 19), "off");
    assert_eq!(panel.server(19)["pdu_connection"]["power_status"], "down");
}

#[tokio::test]
async fn r12_the_pdu_is_polled_every_five_minutes() {
    let panel = Panel::start().await;
    panel.seconds(1);
    panel.act(PanelAction::Outlet {
        server: 19,
        on: false,
    });
    panel.seconds(298);
    assert_eq!(status(&panel, 19), "on");
    panel.seconds(1);
    assert_eq!(status(&panel, 19), "off");
}

#[tokio::test]
async fn r13_power_on_only_when_off_or_unknown() {
    let panel = Panel::start().await;
    let (code, body) = panel.post("dci/v3/server/19/power_on", "{}");
    assert_eq!(code, 400);
    assert_eq!(
        body,
        json!({"error":{"code":9410,"msg":"Server is already on","value":{"reason":"power_state"}}})
    );
    assert_eq!(power(&panel, 1, "on"), 200);
    panel.lever(Lever::PowerUnknown {
        server: 19,
        on: true,
    });
    assert_eq!(power(&panel, 19, "on"), 200);
}

#[tokio::test]
async fn r13_power_off_only_when_on_and_reset_always() {
    let panel = Panel::start().await;
    assert_eq!(power(&panel, 1, "off"), 400);
    panel.lever(Lever::PowerUnknown {
        server: 2,
        on: true,
    });
    assert_eq!(power(&panel, 2, "off"), 400);
    assert_eq!(power(&panel, 19, "off"), 200);
    for server in [1, 2, 19] {
        assert_eq!(power(&panel, server, "reset"), 200);
    }
}

#[tokio::test]
async fn r14_power_on_enables_a_disabled_pdu_port() {
    let panel = Panel::start().await;
    panel.act(PanelAction::Outlet {
        server: 1,
        on: false,
    });
    panel.minutes(5);
    assert_eq!(power(&panel, 1, "on"), 200);
    panel.seconds(20);
    assert!(panel.mock.world(|world| world.server(1).unwrap().running()));
    panel.minutes(5);
    assert_eq!(status(&panel, 1), "on");
}

#[tokio::test]
async fn r14_without_a_bmc_the_pdu_is_used_and_without_both_it_is_400() {
    let panel = Panel::start().await;
    panel.lever(Lever::PowerUnknown {
        server: 1,
        on: true,
    });
    assert_eq!(power(&panel, 1, "on"), 200);
    panel.seconds(20);
    assert!(panel.mock.world(|world| world.server(1).unwrap().running()));
    // Server 40 has no PDU, and its BMC is silent.
    assert_eq!(power(&panel, 40, "on"), 400);
    assert_eq!(power(&panel, 40, "reset"), 400);
}

#[tokio::test]
async fn r15_power_calls_take_twenty_seconds() {
    let panel = Panel::start().await;
    assert_eq!(power(&panel, 1, "on"), 200);
    panel.seconds(19);
    assert_eq!(status(&panel, 1), "off");
    panel.seconds(1);
    assert_eq!(status(&panel, 1), "on");
    assert_eq!(power(&panel, 1, "off"), 200);
    panel.seconds(20);
    assert_eq!(status(&panel, 1), "off");
}

#[tokio::test]
async fn a_stuck_server_accepts_power_calls_and_stays_as_it_is() {
    let panel = Panel::start().await;
    panel.lever(Lever::PowerStuck {
        server: 19,
        on: true,
    });
    assert_eq!(power(&panel, 19, "off"), 200);
    panel.minutes(60);
    assert_eq!(status(&panel, 19), "on");
    panel.act(PanelAction::PressPower {
        server: 19,
        goal: PowerGoal::Off,
    });
    assert_eq!(status(&panel, 19), "off");
}

/// R11: a PDU that says nothing leaves the word to the BMC.
#[tokio::test]
async fn r11_an_unknown_pdu_does_not_decide() {
    let panel = Panel::start().await;
    for (on, shown) in [(true, "unknown"), (false, "up")] {
        panel.lever(Lever::PduUnknown { server: 19, on });
        panel.minutes(5);
        let server = panel.server(19);
        assert_eq!(server["pdu_connection"]["power_status"], shown);
        assert_eq!(server["power_status"], "on");
    }
}
