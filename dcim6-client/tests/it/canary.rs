//! No secret leaves its place: canaries over Debug, Display, logs and panics (safety.md G).

use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::Duration;

use dcim6_client::*;
use futures_util::FutureExt;
use secrecy::ExposeSecret;
use serde_json::json;

use crate::log::Log;
use crate::support::{Act, Script, error, ok, start_of_time, status};

const ADMIN: &str = "canary-admin-password";
const EMAIL: &str = "canary-mail@a.test";
const TOKEN: &str = "canary-token";
const KEY: &str = "canary-key";
const CLIENT: &str = "canary-client-password";
const CANARIES: [&str; 5] = [ADMIN, EMAIL, TOKEN, KEY, CLIENT];

fn clean(what: &str, text: &str) {
    for canary in CANARIES {
        assert!(!text.contains(canary), "{what} shows {canary}: {text}");
    }
}

fn client(script: &Script) -> Client {
    Client::builder("https://dcim.a.test")
        .credentials(Credentials::password(EMAIL, ADMIN))
        .transport(Arc::new(script.clone()))
        .clock(Arc::new(ManualClock::jumping(start_of_time())))
        .request_timeout(Duration::from_millis(50))
        .build()
        .unwrap()
}

fn log_in() -> Act {
    Act::Answer(201, json!({"id": "4", "token": TOKEN}))
}

/// A panel that quotes what it was sent, in every way there is to fail.
fn failures() -> Vec<Act> {
    let echo = format!("{ADMIN} {EMAIL} {TOKEN} {KEY} {CLIENT}");
    vec![
        error(400, 9400, &echo),
        Act::Answer(
            400,
            json!({"error": {"code": 9400, "msg": echo, "value": {"field": "password", "given": echo}}}),
        ),
        error(403, 9403, &echo),
        error(409, 9409, &echo),
        error(500, 1, &echo),
        error(200, 1, &echo),
        ok(json!({"id": echo})),
        ok(json!({"id": 101, "operation": echo})),
        ok(json!({"id": 101, "operation": {"id": 1, "started_at": echo}})),
        ok(json!({"list": echo, "token": TOKEN})),
        Act::Raw(200, &[], echo.clone()),
        Act::Raw(200, &[], format!("{{\"id\": \"{echo}")),
        Act::Raw(502, &[], echo),
        Act::Fail(TransportFailure::Broken),
        Act::Silence,
        status(503),
    ]
}

async fn calls(client: &Client) -> Vec<Error> {
    let server = client.server(ServerId::new(101));
    let install = server
        .install(OsTemplateId::new(20))
        .password(CLIENT)
        .domain("s.a.test")
        .prepare(None)
        .unwrap();
    let user = NewUser::new(EMAIL, CLIENT);
    let mut errors = Vec::new();
    let client = client.with_retry(Retry::never());
    errors.extend(client.server(ServerId::new(101)).get().await.err());
    errors.extend(install.send().await.err());
    errors.extend(client.users().create(user).await.err());
    errors.extend(client.users().find_by_email(EMAIL).await.err());
    errors.extend(client.auth().create_key(EMAIL).await.err());
    errors.extend(client.auth().logout().await.err());
    errors
}

#[tokio::test]
async fn errors_and_logs_show_no_secret() {
    let log = Log::default();
    let _guard = tracing::subscriber::set_default(log.clone());
    let mut seen = 0;
    for failure in failures() {
        // A place that another thread reached for the first time just before this log was there is taken for one that nobody listens to.
        tracing::callsite::rebuild_interest_cache();
        let acts = std::iter::repeat_n(failure, 200);
        let script = Script::new(acts).log_ins(std::iter::repeat_n(log_in(), 200));
        for error in calls(&client(&script)).await {
            seen += 1;
            clean("Display", &error.to_string());
            clean("Debug", &format!("{error:?} {error:#?}"));
            assert_eq!(error.to_string().lines().count(), 1);
            let mut source = std::error::Error::source(&error);
            while let Some(cause) = source {
                clean("source", &format!("{cause} {cause:?}"));
                source = cause.source();
            }
        }
        for request in script.sent() {
            clean("WireRequest", &format!("{request:?}"));
        }
    }
    assert!(seen > 50, "{seen}");
    let log = log.text();
    assert!(log.contains("operation=\"server_install\"") && log.contains("delivery=\"unknown\""));
    clean("log", &log);
}

#[tokio::test]
async fn successes_log_no_secret_on_a_real_socket() {
    let log = Log::default();
    let _guard = tracing::subscriber::set_default(log.clone());
    let mock = mock_dcim::MockDcim::builder()
        .admin(EMAIL, ADMIN)
        .start()
        .await
        .unwrap();
    let client = Client::builder(mock.url())
        .credentials(mock.admin())
        .build()
        .unwrap();
    let user = client
        .users()
        .create(NewUser::new("x@a.test", CLIENT))
        .await
        .unwrap();
    client.users().find_by_email(EMAIL).await.unwrap();
    // As above.
    tracing::callsite::rebuild_interest_cache();
    let key = client.user(user).create_key().await.unwrap();
    client.auth().create_key(EMAIL).await.unwrap();
    let install = client
        .server(ServerId::new(1))
        .install(OsTemplateId::new(1))
        .password(CLIENT);
    let _ = install.start().await.unwrap();
    let log = log.text();
    assert!(log.contains("operation=\"server_install\"") && log.contains("status=200"));
    clean("log", &log);
    assert!(!log.contains(key.key().expose_secret()));
}

#[tokio::test]
async fn nothing_that_holds_a_secret_shows_it() {
    let script = Script::new([ok(json!({"id": "12", "key": KEY}))]).log_ins([log_in()]);
    let client = client(&script);
    let server = client.server(ServerId::new(1));
    let install = server
        .install(OsTemplateId::new(20))
        .password(CLIENT)
        .timeout(Duration::from_secs(60));
    let key = client.auth().create_key("12").await.unwrap();
    let response = WireResponse {
        status: 200,
        headers: vec![("set-cookie".into(), TOKEN.into())],
        body: TOKEN.into(),
    };
    for (what, text) in [
        (
            "Credentials",
            format!("{:?}", Credentials::password(EMAIL, ADMIN)),
        ),
        ("Credentials", format!("{:?}", Credentials::key(KEY))),
        (
            "ClientBuilder",
            format!("{:?}", Client::builder(format!("https://u:{ADMIN}@a.test"))),
        ),
        ("Client", format!("{client:?}")),
        ("Auth", format!("{:?}", client.auth())),
        ("ServerHandle", format!("{server:?}")),
        (
            "List",
            format!("{:?}", client.users().filter(field("email").eq(EMAIL))),
        ),
        (
            "RowStream",
            format!(
                "{:?}",
                client.users().filter(field("email").eq(EMAIL)).stream()
            ),
        ),
        ("Install", format!("{install:?}")),
        ("Prepared", format!("{:?}", install.prepare(None).unwrap())),
        (
            "Recover",
            format!(
                "{:?}",
                server.recovery(OsTemplateId::new(3)).password(CLIENT)
            ),
        ),
        ("NewUser", format!("{:?}", NewUser::new(EMAIL, CLIENT))),
        (
            "LoginKey",
            format!("{key:?} {:?} {:?}", key.key(), key.url()),
        ),
        ("WireResponse", format!("{response:?}")),
        ("Filter", format!("{:?}", field("email").eq(EMAIL))),
        ("FilterValue", format!("{:?}", FilterValue::from(EMAIL))),
        (
            "find_by_email",
            format!(
                "{:?}",
                client
                    .users()
                    .filter(field("email").eq(EMAIL))
                    .order_by(asc("email"))
            ),
        ),
        ("Retry", format!("{:?}", Retry::default())),
        ("EditServer", format!("{:?}", server.edit().notes(CLIENT))),
    ] {
        clean(what, &text);
    }
    let refused = Client::builder(format!("https://u:{ADMIN}@a.test"))
        .build()
        .unwrap_err();
    clean("build", &format!("{refused} {refused:?}"));
}

/// A transport that panics with what it was given in reach: the panic must not carry it.
#[derive(Debug)]
struct Panics;

impl Transport for Panics {
    fn send(&self, request: WireRequest) -> BoxFuture<'_, Result<WireResponse, TransportError>> {
        panic!("cannot send {request:?}");
    }
}

#[tokio::test]
async fn a_panic_shows_no_secret() {
    let client = Client::builder("https://dcim.a.test")
        .credentials(Credentials::password(EMAIL, ADMIN))
        .transport(Arc::new(Panics))
        .build()
        .unwrap();
    let login = AssertUnwindSafe(client.auth().login()).catch_unwind().await;
    let text = login.unwrap_err().downcast::<String>().unwrap();
    assert!(text.contains("auth_login"));
    clean("panic", &text);
    // The next one is a log-in of its own.
    let again = AssertUnwindSafe(client.auth().login()).catch_unwind().await;
    let text = again.unwrap_err().downcast::<String>().unwrap();
    assert!(text.contains("auth_login"), "{text}");
}
