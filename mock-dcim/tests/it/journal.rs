//! The journal: everything that was said, and no secret.

use serde_json::{Value, json};

use crate::panel::Panel;

#[tokio::test]
async fn an_entry_looks_as_the_design_writes_it() {
    let mut panel = Panel::start().await;
    panel.request_id = Some("1204-551-1-3".to_owned());
    panel.ok("dci/v3/switch/1/port/1", r#"{"admin_status":"up"}"#);
    let entry = panel.mock.journal().pop().unwrap();
    assert_eq!(
        serde_json::to_value(entry).unwrap(),
        json!({"seq":2,"at":"2026-01-10T12:00:00Z","name":"switch_port_set","method":"POST",
               "path":"/api/dci/v3/switch/1/port/1","query":"","status":200,"server":1,
               "request":{"admin_status":"up"},"response":{"id":1},"unread":[],"fault":null,
               "request_id":"1204-551-1-3"})
    );
    let served = panel
        .mock
        .exchange("GET", "/_mock/journal", &[], b"")
        .to_json();
    assert_eq!(served["list"].as_array().unwrap().len(), 2);
}

#[tokio::test]
async fn no_secret_is_in_the_journal_or_in_the_state() {
    let panel = Panel::start().await;
    let canary = "canary-5d1f";
    panel.ok(
        "dci/v3/user",
        &format!(r#"{{"email":"a@a.test","password":"{canary}"}}"#),
    );
    panel.post("auth/v4/public/key", &format!(r#"{{"key":"{canary}"}}"#));
    panel.post(
        "auth/v4/public/token",
        &format!(r#"{{"email":"a@a.test","password":"{canary}"}}"#),
    );
    panel.call("DELETE", &format!("auth/v4/token/{canary}"), "");
    panel.call("DELETE", &format!("auth/v3/token/{canary}"), "");
    let key = panel.ok("auth/v4/user/2/key", "{}")["key"]
        .as_str()
        .unwrap()
        .to_owned();
    let body = format!(r#"{{"os_template":1,"password":"{canary}"}}"#);
    panel.post("dci/v3/server/1/install", &body);
    let shown =
        serde_json::to_string(&panel.mock.journal()).unwrap() + &panel.mock.state().to_string();
    for secret in [canary, &panel.token, &key, "mock-password"] {
        assert!(!shown.contains(secret), "{secret}");
    }
}

#[tokio::test]
async fn unknown_paths_are_journalled_without_a_name() {
    let panel = Panel::start().await;
    panel.call("GET", "dci/v9/server", "");
    let entry = serde_json::to_value(panel.mock.journal().pop().unwrap()).unwrap();
    assert_eq!(
        (&entry["name"], &entry["status"]),
        (&Value::Null, &json!(404))
    );
}

#[tokio::test]
async fn the_journal_can_be_filtered() {
    let mut panel = Panel::start().await;
    panel.request_id = Some("1204-551-1-3".to_owned());
    panel.server(1);
    panel.request_id = Some("1204-5510-1-1".to_owned());
    panel.server(2);
    panel.call("GET", "dci/v3/server/999", "");
    let find = |query: &str| {
        let answer = panel
            .mock
            .exchange("GET", &format!("/_mock/journal?{query}"), &[], b"");
        answer.to_json()["list"].as_array().map_or(99, Vec::len)
    };
    assert_eq!(find(""), 4);
    assert_eq!(find("name=server_get"), 3);
    assert_eq!(find("name=server_get&server=2"), 1);
    assert_eq!(find("request_id=1204"), 3);
    assert_eq!(find("request_id=1204-551"), 1);
    assert_eq!(find("status=404"), 1);
    assert_eq!(find("after=3"), 1);
    assert_eq!(find("colour=red"), 99);
    assert_eq!(find("server=x"), 99);
}
