//! The control API.

use std::time::{Duration, SystemTime};

use mock_dcim::{ClockMode, MockDcim, Moment};
use serde_json::{Value, json};

use crate::panel::Panel;

fn control(mock: &MockDcim, method: &str, path: &str, body: &str) -> (u16, Value) {
    let answer = mock.exchange(method, &format!("/_mock/{path}"), &[], body.as_bytes());
    (answer.status, answer.to_json())
}

#[tokio::test]
async fn the_clock_is_frozen_advances_by_call_and_goes_to_the_next_event() {
    let panel = Panel::start().await;
    let mock = &panel.mock;
    assert_eq!(mock.now(), SystemTime::from(Moment::START));
    panel.ok("dci/v3/server/1/power_on", "{}");
    let (status, answer) = control(mock, "POST", "clock", r#"{"advance":"next"}"#);
    assert_eq!(status, 200);
    assert_eq!(
        answer["now"], "2026-01-10T12:00:20Z",
        "nothing is due before"
    );
    let power =
        json!({"at":"2026-01-10T12:00:20Z","event":"power_settles","server":1,"operation":null});
    assert!(answer["fired"].as_array().unwrap().contains(&power));
    let (_, answer) = control(mock, "POST", "clock", r#"{"advance":"30s"}"#);
    assert_eq!(answer["now"], "2026-01-10T12:00:50Z");
    for bad in [
        r#"{"advance":"soon"}"#,
        r#"{"advance":-5}"#,
        "{}",
        r#"{"rate":-1}"#,
        r#"{"speed":1}"#,
        "x",
    ] {
        assert_eq!(control(mock, "POST", "clock", bad).0, 400, "{bad}");
    }
    assert_eq!(control(mock, "GET", "clock", "").1["rate"], 0);
    // Beyond the end of the calendar time stops, and nothing breaks.
    mock.advance(Duration::MAX);
    assert_eq!(
        control(mock, "GET", "health", "").1["now"],
        "9999-12-30T00:00:00Z"
    );
}

#[tokio::test]
async fn a_scaled_clock_runs_by_itself_and_can_be_frozen() {
    let mock = MockDcim::builder()
        .clock(ClockMode::Scaled(1_000_000))
        .start()
        .await
        .unwrap();
    assert_eq!(control(&mock, "GET", "clock", "").1["rate"], 1_000_000);
    std::thread::sleep(Duration::from_millis(5));
    assert!(mock.now() > SystemTime::from(Moment::START + Duration::from_secs(1000)));
    control(&mock, "POST", "clock", r#"{"freeze":true}"#);
    let now = mock.now();
    std::thread::sleep(Duration::from_millis(5));
    assert_eq!(mock.now(), now);
    assert_eq!(mock.world(|world| SystemTime::from(world.now())), now);
}

#[tokio::test]
async fn a_real_clock_is_the_walls() {
    let before = SystemTime::now();
    let mock = MockDcim::builder()
        .clock(ClockMode::Real)
        .start()
        .await
        .unwrap();
    let off = mock.now().duration_since(before).unwrap();
    assert!(off < Duration::from_secs(30));
}

#[tokio::test]
async fn reset_brings_back_the_fleet_as_started() {
    let panel = Panel::start().await;
    let before = panel.mock.state();
    panel.sell(1, "a@a.test");
    assert_eq!(control(&panel.mock, "POST", "reset", "").0, 200);
    assert_eq!(panel.mock.state(), before);
    assert!(panel.mock.journal().is_empty());
    assert_eq!(panel.call("GET", "auth/v4/whoami", "").0, 401);
}

#[tokio::test]
async fn people_act_through_the_control_api() {
    let panel = Panel::start().await;
    let act =
        |action: &str, body: &str| control(&panel.mock, "POST", &format!("panel/{action}"), body);
    let (status, answer) = act("recovery", r#"{"server":1}"#);
    assert_eq!(status, 200);
    let operation = answer["operation"].as_u64().unwrap();
    assert_eq!(panel.operation(1, operation)["origin"], "panel");
    assert_eq!(act("cancel", r#"{"server":1}"#).0, 200);
    assert_eq!(act("port", r#"{"port":1,"up":true}"#).0, 200);
    assert_eq!(
        act(
            "power",
            r#"{"server":19,"goal":"off","by":{"person":"customer","user":2}}"#
        )
        .0,
        200
    );
    assert_eq!(act("pull_disk", r#"{"server":1,"serial":"D1-2"}"#).0, 200);
    assert_eq!(
        panel.server(1)["hardware_info"]["disk"]
            .as_array()
            .unwrap()
            .len(),
        1
    );
    assert_eq!(act("pull_disk", r#"{"server":1,"serial":"D1-2"}"#).0, 400);
    assert_eq!(
        act("edit", r#"{"server":1,"name":"one","notes":"mine"}"#).0,
        200
    );
    let server = panel.server(1);
    assert_eq!(
        (&server["name"], &server["notes"]),
        (&json!("one"), &json!("mine"))
    );
    let (status, made) = act(
        "create_user",
        r#"{"email":"c@a.test","password":"hunter22"}"#,
    );
    assert_eq!(status, 200);
    let user = made["id"].as_u64().unwrap();
    let shown = control(&panel.mock, "GET", "state", "").1.to_string();
    assert!(shown.contains("c@a.test") && !shown.contains("hunter22"));
    assert_eq!(
        act("delete_user", &json!({"user": user}).to_string()).0,
        200
    );
    assert_eq!(
        act("delete_user", r#"{"user":2}"#).0,
        409,
        "he owns a server"
    );
    for (on, sellable) in [(false, false), (true, true)] {
        let body = json!({"server": 2, "on": on}).to_string();
        assert_eq!(act("in_operation", &body).0, 200);
        assert_eq!(panel.server(2)["in_operation"], on);
        let read = panel
            .mock
            .world(|world| world.sellable(world.server(2).unwrap()));
        assert_eq!(read, sellable);
    }
    assert_eq!(act("dance", "{}").0, 400);
    assert_eq!(act("recovery", r#"{"server":1,"colour":1}"#).0, 400);
    assert_eq!(act("recovery", r#"{"server":999}"#).0, 404);
    assert_eq!(act("expire_sessions", "").0, 200);
    assert_eq!(panel.call("GET", "auth/v4/whoami", "").0, 401);
}

#[tokio::test]
async fn levers_and_facts_come_in_through_the_control_api() {
    let panel = Panel::start().await;
    let lever = |body: &str| control(&panel.mock, "POST", "levers", body).0;
    assert_eq!(
        lever(r#"{"lever":"duration","of":"install","seconds":5399}"#),
        200
    );
    assert_eq!(
        lever(r#"{"lever":"duration","server":1,"of":"power","seconds":0.5}"#),
        200
    );
    assert_eq!(
        lever(r#"{"lever":"port_writes","port":1,"writes":{"how":"late","after":3}}"#),
        200
    );
    assert_eq!(lever(r#"{"lever":"forced_end","status":"run_on"}"#), 200);
    assert_eq!(lever(r#"{"lever":"forced_end","status":"explode"}"#), 400);
    assert_eq!(
        lever(r#"{"lever":"wipe","server":999,"how":"ignored"}"#),
        404
    );
    let facts = |body: &str| control(&panel.mock, "POST", "facts", body);
    assert_eq!(
        facts(r#"{"fact":"binding","item":1204,"server":1}"#).1["facts"],
        1
    );
    let two = r#"[{"fact":"status","item":1204,"status":2},{"fact":"address","item":1204,"ip":"192.0.2.10"}]"#;
    assert_eq!(facts(two).1["facts"], 2);
    assert_eq!(facts(r#"{"fact":"rumour"}"#).0, 400);
    assert_eq!(control(&panel.mock, "GET", "nothing", "").0, 404);
}
