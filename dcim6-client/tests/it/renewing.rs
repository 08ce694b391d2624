//! Log-ins that were too quick, or a refusal for ever: what people met, as it is right (safety.md H row A, R1–R3, F44).

use std::time::Duration;

use dcim6_client::*;
use serde_json::json;

use crate::support::{Act, Script, error, ok, scripted, status};

const LOG_IN: &str = "auth_login";

fn row() -> Act {
    ok(json!({"id": 101}))
}

async fn get(client: &Client) -> Result<(), Error> {
    client.server(ServerId::new(101)).get().await.map(drop)
}

/// P5.
#[tokio::test]
async fn an_empty_error_is_none() {
    for empty in [
        json!(""),
        json!({}),
        json!([]),
        json!(0),
        json!(false),
        json!(null),
    ] {
        let accepted = ok(json!({"id": 101, "operation": 5001, "error": empty.clone()}));
        let script = Script::new([accepted]).log_ins([ok(json!({"token": "t", "error": empty}))]);
        let server = scripted(&script).0.server(ServerId::new(101));
        let install = server
            .install(OsTemplateId::new(20))
            .password("x")
            .prepare(None)
            .unwrap();
        let started = install.send().await.unwrap();
        assert_eq!(
            started.operation_id(),
            Some(OperationId::new(5001)),
            "{empty}"
        );
    }
}

/// P5: an error and a result in one answer. Nobody knows which of them holds.
#[tokio::test]
async fn an_error_beside_a_result_is_an_unknown_outcome() {
    for beside in [json!({"id": 101}), json!({"operation": 5001})] {
        let mut answer = json!({"error": {"code": 9400, "msg": "Bad value"}});
        answer
            .as_object_mut()
            .unwrap()
            .extend(beside.as_object().unwrap().clone());
        let script = Script::new([ok(answer)]);
        let server = scripted(&script).0.server(ServerId::new(101));
        let install = server
            .install(OsTemplateId::new(20))
            .password("x")
            .prepare(None)
            .unwrap();
        let failed = install.send().await.unwrap_err();
        assert_eq!(failed.kind(), &ErrorKind::Rejected);
        assert_eq!(failed.delivery(), Delivery::Unknown, "{beside}");
        assert_eq!(script.count("server_install"), 1);
    }
}

/// P9: what is refused for the server's protection, the licence or a missing right is not asked again.
#[tokio::test]
async fn a_refusal_costs_no_log_in() {
    type Is = fn(&Error) -> bool;
    let refusals: [(Act, Is); 5] = [
        (error(403, 9403, "Server is protected"), Error::is_protected),
        (error(403, 9430, "Licence has expired"), Error::is_licence),
        (error(403, 3001, "Unauthorized"), Error::is_forbidden),
        (
            error(403, 9403, "You have no rights for it"),
            Error::is_forbidden,
        ),
        (
            Act::Answer(
                403,
                json!({"error": {"msg": "No", "value": {"reason": "maintenance"}}}),
            ),
            Error::is_forbidden,
        ),
    ];
    for (refusal, is) in refusals {
        let script = Script::new(std::iter::repeat_n(refusal.clone(), 10));
        let (client, clock) = scripted(&script);
        for _ in 0..10 {
            clock.advance(Duration::from_secs(120));
            let refused = client
                .server(ServerId::new(101))
                .power_off()
                .await
                .unwrap_err();
            assert!(is(&refused), "{refusal:?}: {refused:?}");
            assert_eq!(refused.delivery(), Delivery::Answered);
        }
        assert_eq!(
            (script.count(LOG_IN), script.sent().len()),
            (1, 11),
            "{refusal:?}"
        );
    }
}

/// P9: a session that is a minute old has not ended.
#[tokio::test]
async fn a_403_without_words_ends_an_older_session_only() {
    for (age, log_ins) in [(0, 1), (60, 1), (61, 2), (3_000, 2)] {
        let script = Script::new([error(403, 9403, "No"), row()]);
        let (client, clock) = scripted(&script);
        client.auth().login().await.unwrap();
        clock.advance(Duration::from_secs(age));
        let result = get(&client).await;
        assert_eq!(result.is_ok(), log_ins == 2, "{age}: {result:?}");
        assert_eq!(script.count(LOG_IN), log_ins, "{age}");
    }
}

/// P9b: a needless log-in that is refused takes nothing away.
#[tokio::test]
async fn the_first_session_outlives_a_refused_renewal() {
    for refusal in [error(403, 9429, "Too many log-ins"), error(401, 9401, "No")] {
        let script = Script::new([error(403, 9403, "No"), row(), error(403, 9403, "No"), row()])
            .log_ins([ok(json!({"token": "one"})), refusal]);
        let (client, clock) = scripted(&script);
        client.auth().login().await.unwrap();
        clock.advance(Duration::from_secs(61));
        let refused = get(&client).await.unwrap_err();
        assert_eq!(refused.kind(), &ErrorKind::Forbidden, "{refused:?}");
        assert_eq!(
            (refused.operation(), refused.delivery()),
            (Some("server_get"), Delivery::Answered)
        );
        get(&client).await.unwrap();
        assert!(get(&client).await.unwrap_err().is_forbidden());
        assert_eq!(script.count(LOG_IN), 2, "no third one by itself");
        // By hand, when the panel has changed its mind.
        client.auth().login().await.unwrap();
        get(&client).await.unwrap();
        assert_eq!(script.count(LOG_IN), 3);
    }
}

/// P52, T21: what a proxy or a page of another program says once is no refusal.
#[tokio::test]
async fn what_is_not_the_panels_word_passes() {
    let mut strange: Vec<Act> = [402, 405, 409, 413, 418, 421, 422, 425, 451, 499]
        .map(status)
        .into();
    strange.push(ok(json!({})));
    strange.push(ok(json!({"status": "maintenance"})));
    strange.push(Act::Raw(200, &[], "<html>Maintenance</html>".to_owned()));
    strange.push(Act::Raw(200, &[], String::new()));
    for act in strange {
        let script = Script::new([row(), row()]).log_ins([act.clone()]);
        let (client, _) = scripted(&script);
        get(&client)
            .await
            .unwrap_or_else(|error| panic!("{act:?}: {error:?}"));
        get(&client).await.unwrap();
        assert_eq!(script.count(LOG_IN), 2, "{act:?}");
    }
}

/// P52: what looks like a refusal and has no envelope is not sent again at once, lest the account be locked; nor is it for ever.
#[tokio::test]
async fn a_bare_refusal_is_asked_once_for_each_call() {
    for code in [400, 401, 403] {
        let script = Script::new([row()]).log_ins([status(code), status(code)]);
        let (client, _) = scripted(&script);
        for log_ins in 1..=2 {
            let failed = get(&client).await.unwrap_err();
            assert!(
                !failed.is_login_refused() && !failed.is_unauthenticated(),
                "{failed:?}"
            );
            assert_eq!(failed.kind(), &ErrorKind::UnexpectedStatus);
            assert_eq!(
                (failed.operation(), failed.delivery()),
                (Some(LOG_IN), Delivery::NotSent)
            );
            assert_eq!(script.count(LOG_IN), log_ins, "{code}");
        }
        get(&client).await.unwrap();
    }
}

/// A renewal that fails for the moment leaves the call refused and the next one free.
#[tokio::test]
async fn a_renewal_that_fails_is_tried_again_by_the_next_call() {
    let broken = Act::Fail(TransportFailure::NotSent);
    let log_ins = std::iter::once(ok(json!({"token": "one"})));
    let script = Script::new([error(401, 1000, "Session expired"), row()])
        .log_ins(log_ins.chain(std::iter::repeat_n(broken, 4)));
    let (client, _) = scripted(&script);
    let failed = get(&client).await.unwrap_err();
    assert!(failed.is_connect());
    assert_eq!(
        (failed.operation(), failed.delivery()),
        (Some(LOG_IN), Delivery::Answered)
    );
    get(&client).await.unwrap();
    assert_eq!(script.count(LOG_IN), 6);
    assert_eq!(
        script.count("server_get"),
        2,
        "not sent in a session that has ended"
    );
}

/// T12: nobody reads the answer to a log-out.
#[tokio::test]
async fn a_log_out_without_an_answer_to_read_is_one() {
    for body in ["", "null", "\"ok\"", "[]"] {
        let script = Script::new([Act::Raw(200, &[], body.to_owned())]);
        let (client, _) = scripted(&script);
        client.auth().login().await.unwrap();
        client.auth().logout().await.unwrap();
        assert_eq!(script.names(), [LOG_IN, "auth_logout"]);
    }
}
