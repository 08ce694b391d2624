//! What is sent again, what is not, and what the error then says (safety.md H).

use std::time::Duration;

use dcim6_client::*;
use serde_json::json;

use crate::support::{Act, Script, error, ok, scripted, slept, start_of_time, status};

fn server_row() -> Act {
    ok(json!({"id": 101}))
}

const X: &str = "server_install";

async fn install(client: &Client) -> Result<RunningOperation, Error> {
    let install = client
        .server(ServerId::new(101))
        .install(OsTemplateId::new(20));
    install.password("secret").prepare(None)?.send().await
}

async fn power_on(client: &Client) -> Result<(), Error> {
    client.server(ServerId::new(101)).power_on().await
}

async fn get(client: &Client) -> Result<Server, Error> {
    client.server(ServerId::new(101)).get().await
}

/// Failures after which a write may have been executed.
fn doubtful() -> Vec<(&'static str, Act)> {
    vec![
        ("broken", Act::Fail(TransportFailure::Broken)),
        ("timeout", Act::Fail(TransportFailure::Timeout)),
        ("too large", Act::Fail(TransportFailure::TooLarge)),
        ("silence", Act::Silence),
        ("500", status(500)),
        ("502", status(502)),
        ("504", status(504)),
        ("429", status(429)),
        ("not JSON", Act::Raw(200, &[], "<html>".into())),
        ("cut", Act::Raw(200, &[], "{\"id\":".into())),
        (
            "redirect",
            Act::Raw(307, &[("location", "https://evil.a.test/")], String::new()),
        ),
    ]
}

#[tokio::test]
async fn nothing_written_is_sent_again_whatever_the_call() {
    for failure in [TransportFailure::NotSent, TransportFailure::ConnectTimeout] {
        let twice = || {
            [
                Act::Fail(failure),
                Act::Fail(failure),
                ok(json!({"id": 101})),
            ]
        };
        let script = Script::new(twice());
        let _ = install(&scripted(&script).0).await.unwrap();
        assert_eq!(script.count(X), 3);

        let script = Script::new([Act::Fail(failure), Act::Fail(failure), server_row()]);
        get(&scripted(&script).0).await.unwrap();

        let script = Script::new(std::iter::repeat_n(Act::Fail(failure), 4));
        let refused = install(&scripted(&script).0).await.unwrap_err();
        assert!(refused.is_connect());
        assert_eq!(refused.delivery(), Delivery::NotSent);
        assert_eq!(refused.attempts(), 4);
    }
}

#[tokio::test]
async fn tls_is_never_tried_again() {
    let script = Script::new([Act::Fail(TransportFailure::Tls)]);
    let refused = get(&scripted(&script).0).await.unwrap_err();
    assert!(refused.is_tls());
    assert_eq!(
        (refused.delivery(), refused.attempts()),
        (Delivery::NotSent, 1)
    );
}

#[tokio::test]
async fn a_read_is_sent_again_after_any_failure_that_may_pass() {
    for (name, act) in doubtful() {
        if name == "redirect" {
            continue;
        }
        let script = Script::new([act, server_row()]);
        get(&scripted(&script).0)
            .await
            .unwrap_or_else(|error| panic!("{name}: {error}"));
    }
}

#[tokio::test]
async fn a_write_in_doubt_is_sent_once_and_says_so() {
    for (name, act) in doubtful() {
        let script = Script::new([act.clone()]);
        let failed = install(&scripted(&script).0).await.unwrap_err();
        assert_eq!(failed.delivery(), Delivery::Unknown, "{name}: {failed}");
        assert_eq!(script.count(X), 1, "{name}");
        assert_eq!(failed.operation(), Some(X), "{name}");

        let script = Script::new([act]);
        let failed = power_on(&scripted(&script).0).await.unwrap_err();
        assert_eq!(failed.delivery(), Delivery::Unknown, "{name}: {failed}");
        assert_eq!(script.count("server_power_on"), 1, "{name}");
    }
}

#[tokio::test]
async fn a_plain_refusal_is_answered_and_final() {
    type Predicate = fn(&Error) -> bool;
    let refusals: [(Act, Predicate); 8] = [
        (error(400, 9410, "Server is already on"), Error::is_invalid),
        (error(404, 9404, "Object not found"), Error::is_not_found),
        (error(404, 1106, "Handler not found"), Error::is_not_found),
        (error(409, 9409, "Operation is running"), Error::is_conflict),
        (status(405), |error| {
            *error.kind() == ErrorKind::UnexpectedStatus
        }),
        (status(422), |error| {
            *error.kind() == ErrorKind::UnexpectedStatus
        }),
        (error(200, 9400, "Bad value"), |error| {
            *error.kind() == ErrorKind::Rejected
        }),
        (error(201, 3001, "Unauthorized"), |error| {
            *error.kind() == ErrorKind::Rejected
        }),
    ];
    for (act, is) in refusals {
        let script = Script::new([act.clone()]);
        let refused = install(&scripted(&script).0).await.unwrap_err();
        assert!(is(&refused), "{refused:?}");
        assert_eq!(refused.delivery(), Delivery::Answered, "{act:?}");
        assert_eq!(script.count(X), 1);
        let script = Script::new([act]);
        assert!(is(&get(&scripted(&script).0).await.unwrap_err()));
    }
}

#[tokio::test]
async fn a_sleeping_service_is_asked_every_half_second_for_a_minute() {
    let script = Script::new([status(503), status(503), server_row()]);
    let (client, clock) = scripted(&script);
    get(&client).await.unwrap();
    assert_eq!(slept(&clock), Duration::from_secs(1));

    // Class I too: the panel executes nothing while it sleeps (R4).
    let script = Script::new(std::iter::repeat_n(status(503), 9).chain([ok(json!({}))]));
    let (client, clock) = scripted(&script);
    power_on(&client).await.unwrap();
    assert_eq!(slept(&clock), Duration::from_millis(4_500));

    let script = Script::new(std::iter::repeat_n(status(503), 500));
    let (client, clock) = scripted(&script);
    let asleep = get(&client).await.unwrap_err();
    assert!(asleep.is_asleep());
    assert_eq!(slept(&clock), Duration::from_secs(60));
    assert_eq!(asleep.attempts(), 121);
}

#[tokio::test]
async fn a_sleeping_service_leaves_a_class_x_call_in_doubt() {
    let script = Script::new([status(503)]);
    let (client, clock) = scripted(&script);
    let asleep = install(&client).await.unwrap_err();
    assert!(asleep.is_asleep());
    assert_eq!(asleep.delivery(), Delivery::Unknown);
    assert_eq!((script.count(X), slept(&clock)), (1, Duration::ZERO));
}

#[tokio::test]
async fn pauses_grow_are_capped_and_come_from_the_seed() {
    let run = || async {
        let script = Script::new(std::iter::repeat_n(status(500), 4));
        let (client, clock) = scripted(&script);
        let failed = get(&client).await.unwrap_err();
        assert_eq!((failed.attempts(), failed.status()), (4, Some(500)));
        slept(&clock)
    };
    let once = run().await;
    assert_eq!(once, run().await);
    assert!(once > Duration::ZERO && once < Duration::from_millis(500 + 1_000 + 2_000));
}

#[tokio::test]
async fn retry_after_is_waited_for_up_to_a_minute() {
    let asked = |text: &'static str| -> Act {
        let headers: &'static [(&'static str, &'static str)] = match text {
            "30" => &[("Retry-After", "30")],
            "3600" => &[("retry-after", "3600")],
            "date" => &[
                ("Date", "Sat, 10 Jan 2026 09:00:00 GMT"),
                ("Retry-After", "Sat, 10 Jan 2026 09:00:45 GMT"),
            ],
            _ => &[("retry-after", "soon, maybe")],
        };
        Act::Raw(429, headers, String::new())
    };
    for (text, wanted) in [("30", 30), ("date", 45)] {
        let script = Script::new([asked(text), server_row()]);
        let (client, clock) = scripted(&script);
        get(&client).await.unwrap();
        assert_eq!(slept(&clock).as_secs(), wanted);
    }
    let script = Script::new([asked("3600")]);
    let refused = get(&scripted(&script).0).await.unwrap_err();
    assert!(refused.is_rate_limited());
    assert_eq!(refused.retry_after(), Some(Duration::from_secs(3600)));
    assert_eq!(refused.attempts(), 1);

    let script = Script::new([asked("absurd"), server_row()]);
    get(&scripted(&script).0).await.unwrap();
}

#[tokio::test]
async fn a_call_can_be_told_not_to_repeat_or_not_beyond_an_instant() {
    let script = Script::new([status(500)]);
    let (client, _) = scripted(&script);
    let failed = get(&client.with_retry(Retry::never())).await.unwrap_err();
    assert_eq!(failed.attempts(), 1);

    let script = Script::new(std::iter::repeat_n(status(503), 500));
    let (client, clock) = scripted(&script);
    let until = start_of_time() + Duration::from_secs(10);
    let retry = Retry::default().until(until);
    assert!(
        get(&client.with_retry(retry))
            .await
            .unwrap_err()
            .is_asleep()
    );
    assert!(clock.now() <= until);
}
