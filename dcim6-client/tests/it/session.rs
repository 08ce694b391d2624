//! Sessions: one log-in for all, one renewal, one refusal (safety.md H row A, R1–R3).

use std::sync::Arc;
use std::time::Duration;

use dcim6_client::*;
use futures_util::future::join_all;
use serde_json::json;

use crate::support::{Act, Script, error, ok, scripted, start_of_time, status};

const LOG_IN: &str = "auth_login";

async fn get(client: &Client) -> Result<Server, Error> {
    client.server(ServerId::new(101)).get().await
}

fn row() -> Act {
    ok(json!({"id": 101}))
}

/// A client whose session is two minutes old: a younger one has not ended, whatever a 403 may mean (safety.md H, row A).
async fn in_an_old_session(script: &Script) -> Client {
    let (client, clock) = scripted(script);
    client.auth().login().await.unwrap();
    clock.advance(Duration::from_secs(120));
    client
}

fn header<'a>(request: &'a WireRequest, name: &str) -> Option<&'a str> {
    let mut headers = request.headers.iter();
    headers
        .find(|(found, _)| *found == name)
        .map(|(_, value)| value.as_str())
}

#[tokio::test]
async fn the_first_call_logs_in_and_the_next_ones_do_not() {
    let script = Script::new([row(), row()]);
    let (client, _) = scripted(&script);
    assert!(script.sent().is_empty());
    get(&client).await.unwrap();
    get(&client.clone()).await.unwrap();
    assert_eq!(script.names(), [LOG_IN, "server_get", "server_get"]);
    let sent = script.sent();
    assert_eq!(header(&sent[0], "x-xsrf-token"), None);
    assert_eq!(header(&sent[2], "x-xsrf-token"), Some("token-1"));
    assert_eq!(header(&sent[2], "cookie"), Some("ses6=token-1"));
}

#[tokio::test]
async fn parallel_callers_share_one_log_in() {
    let script = Script::new(std::iter::repeat_n(row(), 20));
    let (client, _) = scripted(&script);
    for result in join_all((0..20).map(|_| get(&client))).await {
        result.unwrap();
    }
    assert_eq!(script.count(LOG_IN), 1);
}

#[tokio::test]
async fn parallel_callers_share_one_renewal() {
    let script = Script::new(std::iter::repeat_n(row(), 11));
    let (client, _) = scripted(&script);
    get(&client).await.unwrap();
    script.end_session("token-1");
    let together: Vec<_> = (0..10).map(|_| get(&client)).collect();
    for result in join_all(together).await {
        result.unwrap();
    }
    assert_eq!(script.count(LOG_IN), 2);
}

#[tokio::test]
async fn an_ended_session_is_renewed_once_for_every_kind_of_call() {
    let ends = || {
        [
            status(401),
            error(401, 1000, "Session expired"),
            error(200, 1000, "Session expired"),
            error(500, 1000, "Session expired"),
            error(503, 1000, "Session expired"),
            status(403),
        ]
    };
    for end in ends() {
        let script = Script::new([end.clone(), row()]);
        get(&in_an_old_session(&script).await)
            .await
            .unwrap_or_else(|error| panic!("{end:?}: {error}"));
        assert_eq!(script.count(LOG_IN), 2, "{end:?}");

        // A refused call had no effect: class X is replayed too.
        let script = Script::new([end.clone(), ok(json!({"id": 101, "operation": 5001}))]);
        let client = in_an_old_session(&script).await;
        let install = client
            .server(ServerId::new(101))
            .install(OsTemplateId::new(20));
        let _ = install
            .password("x")
            .prepare(None)
            .unwrap()
            .send()
            .await
            .unwrap();
        let sent = script.sent();
        assert_eq!(header(&sent[3], "x-xsrf-token"), Some("token-2"), "{end:?}");
    }
    for end in ends() {
        let script = Script::new([end.clone(), end.clone()]);
        let refused = get(&in_an_old_session(&script).await).await.unwrap_err();
        assert!(
            refused.is_unauthenticated() || refused.is_forbidden(),
            "{end:?}: {refused}"
        );
        assert_eq!(refused.delivery(), Delivery::Answered);
        assert_eq!(
            script.names(),
            [LOG_IN, "server_get", LOG_IN, "server_get"],
            "{end:?}"
        );
    }
}

#[tokio::test]
async fn reasons_of_a_403_are_told_by_their_wording() {
    let twice = |act: Act| Script::new([act.clone(), act]);
    let script = twice(error(403, 9403, "Server is protected"));
    assert!(get(&scripted(&script).0).await.unwrap_err().is_protected());
    let script = twice(error(403, 9430, "Licence has expired"));
    assert!(get(&scripted(&script).0).await.unwrap_err().is_licence());
    let script = twice(error(403, 3001, "Unauthorized"));
    let refused = get(&scripted(&script).0).await.unwrap_err();
    assert!(refused.is_forbidden() && !refused.is_protected() && !refused.is_licence());
    assert_eq!(refused.panel_code(), Some(3001));
    assert_eq!(refused.panel_message(), Some("Unauthorized"));
}

#[tokio::test]
async fn a_refused_log_in_is_the_last_one() {
    for refusal in [
        error(401, 9401, "Authentication failed"),
        error(403, 9401, "Address is not allowed"),
        error(400, 9400, "Bad value"),
        error(200, 9401, "Authentication failed"),
        ok(json!({"id": "4", "confirmed": false})),
        ok(json!({"id": "4", "token": ""})),
    ] {
        let script = Script::default().log_ins([refusal.clone()]);
        let (client, _) = scripted(&script);
        for _ in 0..5 {
            let refused = get(&client).await.unwrap_err();
            assert!(refused.is_login_refused(), "{refusal:?}: {refused}");
            assert_eq!(refused.delivery(), Delivery::NotSent);
        }
        for result in join_all((0..5).map(|_| get(&client))).await {
            assert!(result.unwrap_err().is_login_refused());
        }
        assert_eq!(script.names(), [LOG_IN], "{refusal:?}");
    }
}

#[tokio::test]
async fn a_log_in_without_token_asks_about_a_second_factor() {
    let script = Script::default().log_ins([ok(json!({"id": "4", "confirmed": false}))]);
    let refused = scripted(&script).0.auth().login().await.unwrap_err();
    assert!(refused.is_second_factor());
    assert_eq!(
        refused.to_string(),
        "auth_login: the log-in gave no session: a second factor?"
    );
}

#[tokio::test]
async fn a_refused_renewal_leaves_the_call_refused() {
    let script = Script::new([row(), status(401)]).log_ins([
        ok(json!({"token": "one"})),
        error(401, 9401, "Authentication failed"),
    ]);
    let (client, _) = scripted(&script);
    get(&client).await.unwrap();
    let refused = get(&client).await.unwrap_err();
    assert!(refused.is_login_refused());
    assert_eq!(refused.delivery(), Delivery::Answered);
    assert_eq!(script.count(LOG_IN), 2);
}

#[tokio::test]
async fn a_failing_log_in_is_repeated_and_is_no_refusal() {
    let script = Script::new([row()]).log_ins([
        Act::Fail(TransportFailure::Broken),
        status(503),
        status(429),
        ok(json!({"token": "t"})),
    ]);
    get(&scripted(&script).0).await.unwrap();

    let script = Script::new([row()]).log_ins(std::iter::repeat_n(status(500), 4));
    let (client, _) = scripted(&script);
    let failed = get(&client).await.unwrap_err();
    assert_eq!(failed.operation(), Some(LOG_IN));
    assert_eq!(failed.delivery(), Delivery::NotSent);
    assert!(!failed.is_login_refused());
    get(&client).await.unwrap();
}

#[tokio::test]
async fn an_idle_session_is_renewed_before_it_ends() {
    let script = Script::new(std::iter::repeat_n(row(), 4));
    let (client, clock) = scripted(&script);
    get(&client).await.unwrap();
    clock.advance(Duration::from_secs(54 * 60));
    get(&client).await.unwrap(); // renewed by the call itself (R1)
    clock.advance(Duration::from_secs(54 * 60));
    get(&client).await.unwrap();
    assert_eq!(script.count(LOG_IN), 1);
    clock.advance(Duration::from_secs(56 * 60));
    get(&client).await.unwrap();
    assert_eq!(script.count(LOG_IN), 2);
}

#[tokio::test]
async fn a_key_opens_one_session() {
    let script = Script::new([row(), status(401)]);
    let clock = ManualClock::jumping(start_of_time());
    let client = Client::builder("https://dcim.a.test")
        .credentials(Credentials::key("k"))
        .transport(Arc::new(script.clone()))
        .clock(Arc::new(clock.clone()))
        .build()
        .unwrap();
    get(&client).await.unwrap();
    clock.advance(Duration::from_secs(59 * 60));
    let ended = get(&client).await.unwrap_err();
    assert!(ended.is_unauthenticated());
    assert_eq!(
        script.names(),
        ["auth_login_by_key", "server_get", "server_get"]
    );
}

/// Without a second log-in to try, the first refusal is what the caller must see.
#[tokio::test]
async fn a_403_in_the_session_of_a_key_stays_what_it_is() {
    let script = Script::new([error(403, 9403, "Server is protected"), row()]);
    let client = Client::builder("https://dcim.a.test")
        .credentials(Credentials::key("k"))
        .transport(Arc::new(script.clone()))
        .build()
        .unwrap();
    let server = client.server(ServerId::new(101));
    let refused = server.power_off().await.unwrap_err();
    assert!(refused.is_protected(), "{refused}");
    assert_eq!(
        (refused.status(), refused.delivery()),
        (Some(403), Delivery::Answered)
    );
    get(&client).await.unwrap();
    assert_eq!(script.count("auth_login_by_key"), 1);
}

#[tokio::test]
async fn log_out_forgets_and_does_not_insist() {
    for answer in [ok(json!({})), status(401), status(404)] {
        let script = Script::new([answer, row()]);
        let (client, _) = scripted(&script);
        client.auth().logout().await.unwrap();
        assert!(script.sent().is_empty());
        client.auth().login().await.unwrap();
        client.auth().logout().await.unwrap();
        get(&client).await.unwrap();
        assert_eq!(
            script.names(),
            [LOG_IN, "auth_logout", LOG_IN, "server_get"]
        );
    }
}

#[tokio::test]
async fn without_credentials_calls_go_out_without_a_session() {
    let script = Script::new([error(401, 1000, "Session expired")]);
    let client = Client::builder("https://dcim.a.test")
        .transport(Arc::new(script.clone()))
        .build()
        .unwrap();
    assert!(get(&client).await.unwrap_err().is_unauthenticated());
    assert_eq!(script.names(), ["server_get"]);
    assert_eq!(header(&script.sent()[0], "cookie"), None);
    assert!(client.auth().login().await.unwrap_err().is_config());
}

#[tokio::test]
async fn each_exchange_of_a_request_has_its_own_number() {
    let script = Script::new([status(500), row(), row(), row()]);
    let (client, _) = scripted(&script);
    let work = client.for_request("1204-551-1");
    get(&work).await.unwrap();
    get(&client).await.unwrap();
    get(&work.clone()).await.unwrap();
    let sent = script.sent();
    let ids: Vec<_> = sent
        .iter()
        .map(|request| header(request, "x-request-id"))
        .collect();
    let id = |n: &'static str| Some(n);
    assert_eq!(
        ids,
        [
            id("1204-551-1-1"),
            id("1204-551-1-2"),
            id("1204-551-1-3"),
            None,
            id("1204-551-1-4")
        ]
    );
    let script = Script::new([status(404)]);
    let odd = scripted(&script).0.for_request("a b\r\nX-Evil: 1");
    let missing = get(&odd).await.unwrap_err();
    assert_eq!(missing.request_id(), Some("a-b--X-Evil:-1-2"));
}
