//! The fault kinds of the safety specification, section C.

use std::time::Duration;

use mock_dcim::{Cut, FaultRule};
use serde_json::json;

use crate::panel::Panel;

fn add(panel: &Panel, operation: &str, effect: &str, params: serde_json::Value) -> u64 {
    let rule = json!({"operation":operation,"times":1,"effect":effect,"params":params});
    panel
        .mock
        .fault(serde_json::from_value(rule).unwrap())
        .unwrap()
}

fn is_on(panel: &Panel) -> bool {
    panel
        .mock
        .world(|world| world.server(1).unwrap().power.pending.is_some())
}

const POWER: &str = "dci/v3/server/1/power_on";

#[tokio::test]
async fn rules_skip_count_and_go_away() {
    let panel = Panel::start().await;
    let rule = FaultRule::new("server_get", "503_n").skip(2).times(2);
    let id = panel.mock.fault(rule).unwrap();
    let statuses: Vec<u16> = (0..6)
        .map(|_| panel.call("GET", "dci/v3/server/1", "").0)
        .collect();
    assert_eq!(statuses, [200, 200, 503, 503, 200, 200]);
    let fault = &panel.mock.faults()[0];
    assert_eq!((fault.id, fault.matched, fault.hits), (id, 6, 2));
    panel.mock.remove_fault(id).unwrap();
    assert!(panel.mock.remove_fault(id).is_err());
    assert!(panel.mock.faults().is_empty());
    assert_eq!(panel.mock.journal()[3].fault.as_deref(), Some("503_n"));
}

#[tokio::test]
async fn combined_rules_play_one_after_the_other() {
    let panel = Panel::start().await;
    panel
        .mock
        .fault(FaultRule::new("server_get", "503_n").times(1))
        .unwrap();
    panel
        .mock
        .fault(
            FaultRule::new("any", "429")
                .times(2)
                .param("retry_after", 5),
        )
        .unwrap();
    let statuses: Vec<u16> = (0..4)
        .map(|_| panel.call("GET", "dci/v3/server/1", "").0)
        .collect();
    assert_eq!(statuses, [503, 429, 429, 200]);
}

#[tokio::test]
async fn unknown_operations_effects_and_parameters_are_refused() {
    let panel = Panel::start().await;
    let post = |body: &str| {
        panel
            .mock
            .exchange("POST", "/_mock/faults", &[], body.as_bytes())
            .status
    };
    for bad in [
        r#"{"operation":"server_dance","effect":"429"}"#,
        r#"{"operation":"server_get","effect":"explode"}"#,
        r#"{"operation":"server_get","effect":"reset_before"}"#,
        r#"{"operation":"connection","effect":"429"}"#,
        r#"{"operation":"server_get","effect":"429","params":{"colour":1}}"#,
        r#"{"operation":"server_get","effect":"redirect","params":{"status":200}}"#,
        r#"{"operation":"server_get","effect":"drip","params":{"ms":"slow"}}"#,
        r#"{"operation":"server_get","effect":"429","chance":0.5}"#,
        r#"{"operation":"server_get"}"#,
        "[]",
    ] {
        assert_eq!(post(bad), 400, "{bad}");
    }
    assert_eq!(post(r#"{"operation":"server_get","effect":"429"}"#), 200);
    let list = panel
        .mock
        .exchange("GET", "/_mock/faults", &[], b"")
        .to_json();
    assert_eq!(list["list"][0]["hits"], 0);
    assert_eq!(
        panel
            .mock
            .exchange("DELETE", "/_mock/faults/1", &[], b"")
            .status,
        200
    );
    assert_eq!(
        panel
            .mock
            .exchange("DELETE", "/_mock/faults/1", &[], b"")
            .status,
        404
    );
}

#[tokio::test]
async fn kinds_with_effect_have_it_and_kinds_without_do_not() {
    for (effect, applied) in [
        ("reset_no_effect", false),
        ("reset_after", true),
        ("timeout_after", true),
        ("drip", true),
        ("truncated", true),
        ("bad_json", true),
        ("wrong_type", true),
        ("unknown_enum", true),
        ("503_n", false),
        ("503_after", true),
        ("429", false),
        ("auth", false),
        ("500_after", true),
        ("conflict", false),
        ("200_error", false),
        ("stale", true),
        ("duplicate", true),
        ("redirect", false),
        ("oversized", true),
        ("no_effect", false),
    ] {
        let panel = Panel::start().await;
        add(&panel, "server_power_on", effect, json!({}));
        panel.send("POST", POWER, "{}");
        assert_eq!(is_on(&panel), applied, "{effect}");
        assert_eq!(panel.mock.faults()[0].hits, 1);
    }
}

#[tokio::test]
async fn answers_are_spoiled_as_the_kind_says() {
    let panel = Panel::start().await;
    let get = |effect: &str, params: serde_json::Value| {
        add(&panel, "server_get", effect, params);
        panel.send("GET", "dci/v3/server/1", "")
    };
    assert_eq!(get("bad_json", json!({"body":""})).body, b"");
    assert_eq!(
        get("wrong_type", json!({"field":"operation.id"})).to_json()["operation"]["id"],
        json!([])
    );
    assert_eq!(
        get("wrong_type", json!({"field":"ip","null":true})).to_json()["ip"],
        json!(null)
    );
    assert_eq!(
        get("unknown_enum", json!({"field":"power_status"})).to_json()["power_status"],
        "quantum"
    );
    let many = get("429", json!({"retry_after":"120"}));
    assert!(
        many.headers
            .contains(&("retry-after".to_owned(), "120".to_owned()))
    );
    assert_eq!(get("auth", json!({"kind":"403"})).status, 403);
    assert_eq!(
        get("auth", json!({"kind":"1000"})).to_json()["error"]["code"],
        1000
    );
    assert_eq!(get("500_after", json!({"status":504})).status, 504);
    assert_eq!(
        get("conflict", json!({"reason":"already"})).to_json()["error"]["msg"],
        "already"
    );
    let error = get("200_error", json!({}));
    assert_eq!(
        (error.status, error.to_json()["error"]["code"].is_u64()),
        (200, true)
    );
    let elsewhere = get(
        "redirect",
        json!({"status":308,"to":"http://169.254.169.254/"}),
    );
    assert_eq!(elsewhere.status, 308);
    assert!(
        elsewhere
            .headers
            .contains(&("location".to_owned(), "http://169.254.169.254/".to_owned()))
    );
    let large = get("oversized", json!({"bytes":100_000}));
    assert!(large.body.len() > 100_000);
    assert_eq!(large.to_json()["id"], 1);
    assert_eq!(
        get("truncated", json!({"at":10})).cut,
        Some(Cut::Truncate(10))
    );
    assert_eq!(get("auth", json!({"kind":"dead"})).status, 401);
    assert_eq!(panel.call("GET", "dci/v3/server/1", "").0, 401);
}

#[tokio::test]
async fn stale_reads_show_the_state_just_before_the_effect() {
    let panel = Panel::start().await;
    add(&panel, "server_owner_set", "stale", json!({"reads":2}));
    panel.ok("dci/v3/server/1/owner", r#"{"owner":2}"#);
    let owner = || panel.server(1)["owner_email"].clone();
    assert_eq!(
        [owner(), owner(), owner()],
        [json!(null), json!(null), json!("client@example.com")]
    );
}

#[tokio::test]
async fn a_duplicate_is_carried_out_again_under_the_usual_rules() {
    let panel = Panel::start().await;
    add(&panel, "server_ip_add", "duplicate", json!({}));
    panel.ok("dci/v3/server/1/ip", "{}");
    assert_eq!(panel.server(1)["ip"].as_array().unwrap().len(), 2);

    panel.ports(1, "up");
    add(&panel, "server_diag", "duplicate", json!({"ms":5000}));
    panel.ok("dci/v3/server/1/diag", "{}");
    panel.seconds(5);
    let last = panel
        .mock
        .journal()
        .into_iter()
        .rfind(|entry| entry.name == Some("server_diag"));
    assert_eq!(last.unwrap().status, 409);
}

#[tokio::test]
async fn f15_an_operation_is_unseen_for_some_reads() {
    let panel = Panel::start().await;
    panel.ports(1, "up");
    let before = panel.server(1)["operation"]["id"].clone();
    let rule = FaultRule::new("server_install", "unseen").param("reads", 2);
    panel.mock.fault(rule.times(1)).unwrap();
    let id = panel.install(1, 90);
    assert_eq!(panel.server(1)["operation"]["id"], before);
    let path = format!("dci/v3/server/1/operation/{id}");
    assert_eq!(panel.call("GET", &path, "").0, 404);
    assert_eq!(panel.server(1)["operation"]["id"], id);
    assert_eq!(panel.get(&path)["status"], "run");
    panel.minutes(20);
    assert_eq!(panel.get(&path)["status"], "ok");
    let elsewhere = FaultRule::new("server_edit", "unseen");
    assert!(panel.mock.fault(elsewhere).is_err());
}

#[tokio::test]
async fn a_session_used_in_a_stale_read_is_used() {
    let panel = Panel::start().await;
    let rule = FaultRule::new("server_edit", "stale").param("reads", 2);
    panel.mock.fault(rule).unwrap();
    panel.ok("dci/v3/server/1", r#"{"name":"new"}"#);
    for _ in 0..2 {
        panel.mock.advance(Duration::from_mins(50));
        assert_eq!(panel.server(1)["name"], "srv-1");
    }
    panel.mock.advance(Duration::from_mins(50));
    assert_eq!(panel.server(1)["name"], "new");
}
