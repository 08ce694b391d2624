//! One span for each call: its name, its path as a template, and how it went (safety.md G).

use dcim6_client::*;
use serde_json::json;

use crate::log::Log;
use crate::support::{Script, error, ok, scripted, status};

/// What this crate wrote while `call` ran, one line for each span and event.
async fn logged<T>(call: impl Future<Output = T>) -> (T, Vec<String>) {
    let log = Log::default();
    let guard = tracing::subscriber::set_default(log.clone());
    let result = call.await;
    drop(guard);
    let lines = log.text().lines().map(str::to_owned).collect();
    (result, lines)
}

/// The span of the call, as a line: the fields known at its begin, then those recorded when it has ended.
fn span(lines: &[String], operation: &str) -> String {
    let begin = format!("span dcim6 operation={operation:?}");
    let of_it: Vec<_> = lines
        .iter()
        .filter(|line| line.starts_with(&begin))
        .collect();
    assert_eq!(of_it.len(), 1, "{lines:?}");
    of_it[0].clone()
}

#[tokio::test]
async fn a_success_tells_its_status_tries_and_time() {
    let script = Script::new([status(502), ok(json!({"id": 101}))]);
    let (client, clock) = scripted(&script);
    client.auth().login().await.unwrap();
    let began = clock.now();
    let server = client.server(ServerId::new(101));
    let (read, lines) = logged(server.get()).await;
    read.unwrap();
    let waited = clock.now().since(began).as_millis();
    assert_eq!(
        span(&lines, "server_get"),
        format!(
            "span dcim6 operation=\"server_get\" path=\"dci/v3/server/{{server_id}}\" attempts=2 elapsed_ms={waited} status=200 \
             delivery=\"done\""
        )
    );
}

#[tokio::test]
async fn a_failure_tells_what_is_known_of_its_effect() {
    for (answer, wanted) in [
        (
            error(409, 9409, "Operation is running"),
            "status=409 delivery=\"answered\"",
        ),
        (status(500), "status=500 delivery=\"unknown\""),
    ] {
        let script = Script::new([answer]);
        let client = scripted(&script).0.for_request("1204-551-1");
        client.auth().login().await.unwrap();
        let server = client.server(ServerId::new(101));
        let (failed, lines) = logged(server.power_on()).await;
        failed.unwrap_err();
        assert_eq!(
            span(&lines, "server_power_on"),
            format!(
                "span dcim6 operation=\"server_power_on\" path=\"dci/v3/server/{{server_id}}/power_on\" attempts=1 elapsed_ms=0 \
                 request_id=\"1204-551-1-2\" {wanted}"
            )
        );
    }
}

/// The log-in that a call needs has a span of its own, inside the call's.
#[tokio::test]
async fn a_log_in_has_its_own_span() {
    let script = Script::new([ok(json!({"id": 101}))]);
    let server = scripted(&script).0.server(ServerId::new(101));
    let (read, lines) = logged(server.get()).await;
    read.unwrap();
    assert!(
        span(&lines, "auth_login").contains("status=201 delivery=\"done\""),
        "{lines:?}"
    );
    assert!(
        lines.iter().all(|line| !line.contains("token-1")),
        "{lines:?}"
    );
}
