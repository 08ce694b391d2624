//! R32-R36, R38: guards.

use mock_dcim::{Lever, PanelAction};
use serde_json::json;

use crate::panel::Panel;

#[tokio::test]
async fn r32_a_user_who_owns_a_server_is_not_deleted() {
    let panel = Panel::start().await;
    assert_eq!(panel.call("DELETE", "dci/v3/user/2", "").0, 409);
    panel.ok("dci/v3/server/27/owner", r#"{"owner":null}"#);
    assert_eq!(
        panel.call("DELETE", "dci/v3/user/2", ""),
        (200, json!({"id":2}))
    );
    assert_eq!(panel.call("DELETE", "dci/v3/user/2", "").0, 404);
}

/// The next customer is another one, for the ledger too.
#[tokio::test]
async fn the_id_of_a_deleted_user_is_nobodys_ever_again() {
    let panel = Panel::start().await;
    let create = |email: &str| {
        let body = json!({"email": email, "password": "pw"}).to_string();
        panel.ok("dci/v3/user", &body)["id"].as_u64().unwrap()
    };
    let one = create("one@a.test");
    assert_eq!(
        panel.call("DELETE", &format!("dci/v3/user/{one}"), "").0,
        200
    );
    let other = create("other@a.test");
    assert_eq!(other, one + 1);
    assert_eq!(panel.call("DELETE", "dci/v3/user/2", "").0, 409);
    assert_eq!(create("third@a.test"), other + 1);
}

#[tokio::test]
async fn r33_the_owner_is_overwritten_without_a_comparison() {
    let panel = Panel::start().await;
    panel.ok("dci/v3/server/27/owner", r#"{"owner":3}"#);
    assert_eq!(
        panel.server(27)["owner"],
        json!({"id":3,"email":"former@example.com"})
    );
    panel.ok("dci/v3/server/27/owner", r#"{"owner":null}"#);
    assert_eq!(panel.server(27)["owner_email"], json!(null));
    let (status, body) = panel.post("dci/v3/server/27/owner", "{}");
    assert_eq!(
        (status, &body["error"]["value"]),
        (400, &json!({"field":"owner","reason":"required"}))
    );
}

#[tokio::test]
async fn r34_protection_leaves_power_on_cancel_and_its_own_end() {
    let panel = Panel::start().await;
    let before = panel.server(10);
    for (path, body) in [
        ("server/10", r#"{"name":"x"}"#),
        ("server/10/owner", r#"{"owner":2}"#),
        ("server/10/maintenance", r#"{"enabled":true}"#),
        ("server/10/power_off", "{}"),
        ("server/10/power_reset", "{}"),
        ("server/10/install", r#"{"os_template":1,"password":"x"}"#),
        ("server/10/diag", "{}"),
        ("server/10/recovery", "{}"),
        ("server/10/suspend", "{}"),
        ("server/10/resume", "{}"),
        ("server/10/ip", "{}"),
    ] {
        let (status, answer) = panel.post(&format!("dci/v3/{path}"), body);
        assert_eq!(
            (status, &answer["error"]["code"]),
            (403, &json!(9403)),
            "{path}"
        );
        assert_eq!(answer["error"]["value"]["server"], 10);
    }
    let port = before["switch_connection"][0]["id"].as_u64().unwrap();
    let body = r#"{"admin_status":"up"}"#;
    assert_eq!(
        panel.post(&format!("dci/v3/switch/1/port/{port}"), body).0,
        403
    );
    assert_eq!(panel.server(10), before);
    panel.ok("dci/v3/server/10/power_on", "{}");
    let end = "dci/v3/server/10/protection";
    assert_eq!(panel.post(end, r#"{"enabled":false}"#).0, 400);
    assert_eq!(
        panel.post(end, r#"{"enabled":false,"confirm_id":11}"#).0,
        400
    );
    panel.ok(end, r#"{"enabled":false,"confirm_id":10}"#);
    panel.ok("dci/v3/server/10/power_reset", "{}");
}

#[tokio::test]
async fn r35_maintenance_stops_sale_and_nothing_else_unless_the_mock_is_told_to() {
    let panel = Panel::start().await;
    panel.ok("dci/v3/server/1/maintenance", r#"{"enabled":true}"#);
    panel.ports(1, "up");
    let operation = panel.diag(1, "{}");
    panel.minutes(20);
    assert_eq!(panel.operation(1, operation)["status"], "ok");
    panel.lever(Lever::MaintenanceRefusesDiagnostics { on: true });
    assert_eq!(panel.post("dci/v3/server/1/diag", "{}").0, 403);
    panel.ok("dci/v3/server/1/maintenance", r#"{"enabled":false}"#);
    panel.diag(1, "{}");
}

#[tokio::test]
async fn r36_an_expired_licence_leaves_reading_and_signing_in() {
    let panel = Panel::start().await;
    panel.act(PanelAction::Licence { expired: true });
    let (status, body) = panel.post("dci/v3/server/1/power_on", "{}");
    assert_eq!((status, &body["error"]["code"]), (403, &json!(9430)));
    assert_eq!(panel.call("DELETE", "dci/v3/server/1/ip/1", "").0, 403);
    panel.get("dci/v3/server");
    panel.ok("auth/v4/user/2/key", "{}");
    panel.act(PanelAction::Licence { expired: false });
    panel.ok("dci/v3/server/1/power_on", "{}");
}

#[tokio::test]
async fn r38_a_second_actor_can_act_between_two_calls() {
    let panel = Panel::start().await;
    panel.ok("dci/v3/server/1/owner", r#"{"owner":2}"#);
    panel.act(PanelAction::Owner {
        server: 1,
        owner: Some(3),
    });
    assert_eq!(panel.server(1)["owner"]["id"], 3);
    let operation = panel
        .mock
        .act(PanelAction::Recovery { server: 1 })
        .unwrap()
        .unwrap();
    assert_eq!(panel.post("dci/v3/server/1/diag", "{}").0, 409);
    assert_eq!(panel.server(1)["operation"]["id"], operation);
    panel.act(PanelAction::Cancel { server: 1 });
    assert!(panel.mock.act(PanelAction::Cancel { server: 1 }).is_err());
}

#[tokio::test]
async fn r39_answers_can_be_written_otherwise() {
    let mut panel = Panel::start().await;
    panel.varied = true;
    let vary = |body: &str| {
        panel
            .mock
            .exchange("POST", "/_mock/variation", &[], body.as_bytes())
            .status
    };
    assert_eq!(
        vary(r#"{"unknown_fields":true,"pdu_as_array":true,"unknown_words":true}"#),
        200
    );
    let server = panel.server(1);
    assert!(server["x_future"].is_object() && server["rack"]["x_future"].is_object());
    assert_eq!(server["pdu_connection"][0]["pdu_name"], "pdu-1");
    assert_eq!(server["state"], "hibernating");
    assert_eq!(panel.server(40)["pdu_connection"], json!([]));
    assert_eq!(vary(r#"{"omit_optional":true,"roles_as_array":true}"#), 200);
    assert!(panel.server(1).get("owner").is_none());
    let users = panel.get("dci/v3/user");
    assert!(users.get("size").is_none());
    assert_eq!(users["list"][0]["roles"], json!(["@admin"]));
    assert_eq!(vary(r#"{"colour":true}"#), 400);
}

#[tokio::test]
async fn an_email_is_a_name_and_a_host() {
    let panel = Panel::start().await;
    let create = |email: &str| {
        let body = json!({"email": email, "password": "pw"}).to_string();
        panel.post("dci/v3/user", &body)
    };
    for bad in [
        "", "a", "@", "a@", "@b", "a@b@c", "a b@c", "a@b c", "a@b\u{7}", "a@b\n",
    ] {
        let (status, answer) = create(bad);
        assert_eq!(
            (status, &answer["error"]["value"]["field"]),
            (400, &json!("email")),
            "{bad:?}"
        );
    }
    for good in ["a@b", "first.last+tag@mail.example.com"] {
        assert_eq!(create(good).0, 200, "{good}");
    }
}
