//! Anything at all to any route: a reason, never a panic, never a changed world.

use serde_json::{Value, json};

use crate::panel::Panel;
use crate::routes::ROUTES;

#[tokio::test]
async fn n60_to_n66_bad_queries_are_refused_with_the_parameter() {
    let panel = Panel::start().await;
    let before = panel.mock.state();
    for (query, field) in [
        ("where=name%20EQ%20%27a%27b%27", "where"),
        ("where=name%20EQ%20%27a%5C%27", "where"),
        ("where=name%20EQ%20%27a", "where"),
        ("where=%20%22", "where"),
        ("where=((id%20EQ%201)", "where"),
        ("where=(id%20EQ%201))", "where"),
        ("where=()", "where"),
        ("where=)(", "where"),
        ("where=id%20LIKE%201", "where"),
        ("where=nothing%20EQ%201", "where"),
        ("where=rack.nothing%20EQ%201", "where"),
        ("where=id", "where"),
        ("orderby=nothing%20asc", "orderby"),
        ("orderby=id", "orderby"),
        ("orderby=id%20up", "orderby"),
        ("limit=-1", "limit"),
        ("limit=99999999999999999999999", "limit"),
        ("limit=4294967296", "limit"),
        ("limit=1,2,3", "limit"),
        ("limit=", "limit"),
        ("limit=1.5", "limit"),
        ("limit=1&limit=2", "limit"),
        ("where=id%20EQ%2", "where"),
        ("where=%zz", "where"),
        ("where=%", "where"),
        ("where=id%00", "where"),
        ("where=%ff%fe", "where"),
        ("%00=1", "query"),
    ] {
        let (status, answer) = panel.call("GET", &format!("dci/v3/server?{query}"), "");
        assert_eq!(status, 400, "{query}");
        assert_eq!(answer["error"]["code"], 9400);
        assert_eq!(answer["error"]["value"]["field"], field, "{query}");
        assert!(answer["error"]["value"]["reason"].is_string());
    }
    // N64: both spaces are read.
    panel.get("dci/v3/server?where=id+EQ%201");
    assert_eq!(panel.mock.state(), before);
}

#[tokio::test]
async fn wrong_types_name_the_field_and_change_nothing() {
    let panel = Panel::start().await;
    let before = panel.mock.state();
    for (path, body, field) in [
        (
            "dci/v3/server/1/install",
            r#"{"password":"x"}"#,
            "os_template",
        ),
        (
            "dci/v3/server/1/install",
            r#"{"os_template":1}"#,
            "password",
        ),
        (
            "dci/v3/server/1/install",
            r#"{"os_template":"1","password":"x"}"#,
            "os_template",
        ),
        (
            "dci/v3/server/1/install",
            r#"{"os_template":-1,"password":"x"}"#,
            "os_template",
        ),
        (
            "dci/v3/server/1/install",
            r#"{"os_template":1.5,"password":"x"}"#,
            "os_template",
        ),
        (
            "dci/v3/server/1/install",
            r#"{"os_template":null,"password":"x"}"#,
            "os_template",
        ),
        (
            "dci/v3/server/1/install",
            r#"{"os_template":99,"password":"x"}"#,
            "os_template",
        ),
        (
            "dci/v3/server/1/install",
            r#"{"os_template":4,"password":"x"}"#,
            "os_template",
        ),
        (
            "dci/v3/server/1/install",
            r#"{"os_template":1,"password":""}"#,
            "password",
        ),
        (
            "dci/v3/server/1/install",
            r#"{"os_template":1,"password":"x","script":9}"#,
            "script",
        ),
        (
            "dci/v3/server/1/install",
            r#"{"os_template":1,"password":"x","ssh_key":{}}"#,
            "ssh_key",
        ),
        (
            "dci/v3/server/1/diag",
            r#"{"clear_hdd":"slow"}"#,
            "clear_hdd",
        ),
        ("dci/v3/server/1/diag", r#"{"clear_hdd":true}"#, "clear_hdd"),
        ("dci/v3/server/1/owner", r#"{"owner":"2"}"#, "owner"),
        ("dci/v3/server/1/owner", r#"{"owner":99}"#, "owner"),
        ("dci/v3/server/1/maintenance", r#"{"enabled":1}"#, "enabled"),
        ("dci/v3/server/1/maintenance", "{}", "enabled"),
        ("dci/v3/server/1", r#"{"name":""}"#, "name"),
        ("dci/v3/server/1", r#"{"domain":[]}"#, "domain"),
        (
            "dci/v3/switch/1/port/1",
            r#"{"admin_status":"sideways"}"#,
            "admin_status",
        ),
        ("dci/v3/switch/1/port/1", "{}", "admin_status"),
        ("dci/v3/user", r#"{"email":"x","password":"x"}"#, "email"),
        (
            "dci/v3/user",
            r#"{"email":"CLIENT@example.com","password":"x"}"#,
            "email",
        ),
        ("dci/v3/user", r#"{"email":"a@a.test"}"#, "password"),
        (
            "dci/v3/user",
            r#"{"email":"a@a.test","password":"x","role":"@god"}"#,
            "role",
        ),
        ("dci/v3/server/abc/power_on", "{}", "server_id"),
        ("dci/v3/server/-1/power_on", "{}", "server_id"),
        (
            "dci/v3/server/99999999999999999999/power_on",
            "{}",
            "server_id",
        ),
        ("dci/v3/server/1/power_on", "[]", "body"),
        ("dci/v3/server/1/power_on", "{", "body"),
        ("dci/v3/server/1/power_on", "\u{0}", "body"),
        ("dci/v3/server/%ZZ/power_on", "{}", "path"),
    ] {
        let (status, answer) = panel.post(path, body);
        assert_eq!(status, 400, "{path} {body}: {answer}");
        assert_eq!(answer["error"]["value"]["field"], field, "{path} {body}");
    }
    assert_eq!(panel.mock.state(), before);
}

#[tokio::test]
async fn every_route_survives_every_kind_of_nonsense() {
    let panel = Panel::start().await;
    panel.act(mock_dcim::PanelAction::Licence { expired: true });
    let deep = format!("{}{}", "[".repeat(10_000), "]".repeat(10_000));
    let bodies = [
        "",
        "null",
        "1",
        "\"x\"",
        "[]",
        "{",
        "{\"a\":1}",
        "\u{1}",
        &deep,
    ];
    let ids = [
        "0",
        "1",
        "18446744073709551615",
        "x",
        "%00",
        "..",
        "a@b.test",
        "%F0%9F%92%A9",
    ];
    for (method, path) in ROUTES {
        for id in ids {
            let path = fill(path, id);
            for body in bodies {
                let answer = panel.send(method, &path, body);
                assert!(
                    (200..500).contains(&answer.status),
                    "{method} {path} {body}"
                );
                let json: Value = answer.to_json();
                assert!(
                    answer.status < 300 || json["error"]["code"].is_u64(),
                    "{method} {path}"
                );
            }
        }
    }
}

#[tokio::test]
async fn an_unknown_server_is_404_with_kind_and_id() {
    let panel = Panel::start().await;
    let (status, answer) = panel.call("GET", "dci/v3/server/999", "");
    assert_eq!(status, 404);
    assert_eq!(
        answer,
        json!({"error":{"code":9404,"msg":"Object not found","value":{"object":"server","id":999}}})
    );
}

#[tokio::test]
async fn unknown_fields_are_listed_and_refused_only_when_strict() {
    let panel = Panel::start().await;
    panel.ok("dci/v3/server/1", r#"{"name":"x","colour":"red"}"#);
    panel.get("dci/v3/server?limit=1&page=2");
    let unread: Vec<_> = panel
        .mock
        .journal()
        .into_iter()
        .map(|entry| entry.unread)
        .collect();
    assert_eq!(
        unread[1..],
        [vec!["colour".to_owned()], vec!["page".to_owned()]]
    );

    let strict = mock_dcim::MockDcim::builder()
        .strict(true)
        .start()
        .await
        .unwrap();
    let body = br#"{"email":"admin@example.com","password":"mock-password"}"#;
    let answer = strict.exchange("POST", "/api/auth/v4/public/token", &[], body);
    assert_eq!(
        answer.to_json()["error"]["value"]["field"],
        "isp-box-instance"
    );
    let header = [("isp-box-instance", "true")];
    let answer = strict.exchange("POST", "/api/auth/v4/public/token", &header, body);
    let token = answer.to_json()["token"].as_str().unwrap().to_owned();
    let headers = [("isp-box-instance", "true"), ("x-xsrf-token", &token)];
    let body = br#"{"colour":"red"}"#;
    let answer = strict.exchange("POST", "/api/dci/v3/server/1", &headers, body);
    assert_eq!(
        answer.to_json()["error"]["value"],
        json!({"field":"colour","reason":"unknown"})
    );
}

fn fill(path: &str, id: &str) -> String {
    let parts = path
        .split('/')
        .map(|part| if part.starts_with('{') { id } else { part });
    parts.collect::<Vec<_>>().join("/")
}
