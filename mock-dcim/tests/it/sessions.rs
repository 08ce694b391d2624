//! R1-R3 and R6: sessions, keys, unknown paths.

use std::time::Duration;

use serde_json::json;

use crate::panel::{Panel, log_in};

#[tokio::test]
async fn login_answers_201_with_id_and_token() {
    let panel = Panel::start().await;
    let body = br#"{"email":"admin@example.com","password":"mock-password"}"#;
    let answer = panel
        .mock
        .exchange("POST", "/auth/v4/public/token", &[], body);
    assert_eq!(answer.status, 201);
    assert_eq!(answer.to_json()["id"], "1");
    assert_eq!(answer.to_json()["confirmed"], true);
    let wrong = br#"{"email":"admin@example.com","password":"x"}"#;
    let answer = panel
        .mock
        .exchange("POST", "/auth/v4/public/token", &[], wrong);
    assert_eq!(
        (answer.status, &answer.to_json()["error"]["code"]),
        (401, &json!(9401))
    );
    assert_eq!(
        panel.get("auth/v4/whoami"),
        json!({"id":"1","email":"admin@example.com","roles":["@admin"],"state":"active"})
    );
}

#[tokio::test]
async fn r1_session_ends_after_an_hour_without_a_call_and_each_call_renews_it() {
    let panel = Panel::start().await;
    for _ in 0..3 {
        panel.mock.advance(Duration::from_secs(3599));
        panel.get("auth/v4/whoami");
    }
    panel.mock.advance(Duration::from_hours(1));
    assert_eq!(panel.call("GET", "auth/v4/whoami", "").0, 401);
}

#[tokio::test]
async fn r2_an_ended_session_answers_401_with_code_1000() {
    let panel = Panel::start().await;
    let token = panel.token.clone();
    assert_eq!(
        panel
            .call("DELETE", &format!("auth/v4/token/{token}"), "")
            .0,
        200
    );
    let (status, body) = panel.call("GET", "dci/v3/server", "");
    assert_eq!(status, 401);
    assert_eq!(body, json!({"error":{"code":1000,"msg":"Session expired"}}));
}

#[tokio::test]
async fn the_token_is_taken_from_cookie_or_header_and_two_different_ones_are_none() {
    let panel = Panel::start().await;
    let path = "/api/auth/v4/whoami";
    let get = |headers: &[(&str, &str)]| {
        let answer = panel.mock.exchange("GET", path, headers, b"");
        crate::contract::check(&panel.mock, &answer);
        answer.status
    };
    let cookie = format!("a=b; ses6={}", panel.token);
    assert_eq!(get(&[("cookie", &cookie)]), 200);
    assert_eq!(get(&[("x-xsrf-token", &panel.token)]), 200);
    assert_eq!(
        get(&[("cookie", &cookie), ("x-xsrf-token", &panel.token)]),
        200
    );
    assert_eq!(get(&[("cookie", &cookie), ("x-xsrf-token", "other")]), 401);
    assert_eq!(get(&[("internal-auth", "on")]), 401);
    assert_eq!(get(&[]), 401);
}

#[tokio::test]
async fn r3_a_key_is_valid_one_hour_and_works_once() {
    let panel = Panel::start().await;
    let key = |user: &str| {
        let answer = panel.ok(&format!("auth/v4/user/{user}/key"), "{}");
        answer["key"].as_str().unwrap().to_owned()
    };
    let log_in = |key: &str| {
        panel
            .post("auth/v4/public/key", &format!(r#"{{"key":"{key}"}}"#))
            .0
    };
    let first = key("client%40example.com");
    assert_eq!(log_in(&first), 201);
    assert_eq!(log_in(&first), 401);
    let late = key("2");
    panel.seconds(3599);
    let later = key("2");
    panel.seconds(1);
    assert_eq!(log_in(&late), 401);
    assert_eq!(log_in(&later), 201);
}

#[tokio::test]
async fn r6_unknown_path_or_method_is_404_before_the_session_is_looked_at() {
    let panel = Panel::start().await;
    for (method, path) in [
        ("GET", "/api/dci/v3/nothing"),
        ("GET", "/"),
        ("DELETE", "/api/dci/v3/server/1"),
        ("PUT", "/api/dci/v3/server/1"),
        ("GET", "/api/dci/v3/server/"),
        ("GET", "/api//dci/v3/server"),
        ("POST", "/api/auth/v3/public/token"),
    ] {
        let answer = panel.mock.exchange(method, path, &[], b"");
        crate::contract::check(&panel.mock, &answer);
        assert_eq!(answer.status, 404, "{method} {path}");
        assert_eq!(answer.to_json()["error"]["code"], 1106);
    }
}

#[tokio::test]
async fn customers_see_and_touch_only_their_own_servers() {
    let mut panel = Panel::start().await;
    panel.token = log_in(&panel.mock, "client@example.com", "client-password");
    let mine = panel.get("dci/v3/server?limit=100");
    assert_eq!(mine["size"], 1);
    assert_eq!(mine["list"][0]["id"], 27);
    assert_eq!(panel.call("GET", "dci/v3/server/1", "").0, 403);
    assert_eq!(panel.post("dci/v3/server/27/power_reset", "{}").0, 200);
    let (status, body) = panel.post("dci/v3/server/27/owner", r#"{"owner":null}"#);
    assert_eq!((status, &body["error"]["code"]), (403, &json!(3001)));
}
