//! One look at an operation: whose it is and whether it has ended (R17, R22).

use std::time::Duration;

use dcim6_client::*;
use serde_json::{Value, json};

use crate::operations::{handle, known, operation, server};
use crate::support::{Act, Script, error, ok, scripted, start_of_time, status};

async fn look_once(
    handle: OperationHandle,
    acts: impl IntoIterator<Item = Act>,
) -> (Look, RunningOperation) {
    let script = Script::new(acts);
    let attached = scripted(&script).0.attach(handle);
    let look = attached.look().await;
    (look, attached)
}

#[tokio::test]
async fn every_word_is_final_or_running() {
    for (word, wanted) in [
        ("ok", "done"),
        ("OK", "done"),
        ("canceled", "failed"),
        ("cancelled", "failed"),
        ("fail", "failed"),
        ("failed", "failed"),
        ("error", "failed"),
        ("run", "running"),
        ("queued", "running"),
        ("", "running"),
    ] {
        let (look, _) = look_once(known(90), [ok(operation(5001, word))]).await;
        let found = match look {
            Look::Done(_) => "done",
            Look::Failed(_) => "failed",
            Look::Running(_) => "running",
            other => panic!("{word}: {other:?}"),
        };
        assert_eq!(found, wanted, "{word}");
    }
}

#[tokio::test]
async fn what_by_id_does_not_find_the_server_may_show() {
    let none = Value::Null;
    for (shown, wanted) in [
        (operation(5001, "ok"), "Done"),
        (operation(5001, "run"), "Running"),
        (operation(5002, "run"), "Gone"),
        (operation(5000, "ok"), "Unseen"), // not shown yet (F15), or ids going back (N49)
        (none, "Unseen"),
    ] {
        let (look, _) = look_once(
            known(90),
            [error(404, 9404, "Object not found"), server(&shown)],
        )
        .await;
        assert!(format!("{look:?}").starts_with(wanted), "{shown}: {look:?}");
    }
    let (look, _) = look_once(known(90), [status(404), status(404)]).await;
    assert!(matches!(look, Look::Gone) && look.is_final());
}

#[tokio::test]
async fn a_panel_without_single_operations_is_asked_for_the_server_only() {
    let running = server(&operation(5001, "run"));
    let script = Script::new([
        error(404, 1106, "Handler not found"),
        running.clone(),
        running,
    ]);
    let attached = scripted(&script).0.attach(known(90));
    attached.look().await;
    assert!(matches!(attached.look().await, Look::Running(_)));
    assert_eq!(
        script.names()[1..],
        ["server_operation_get", "server_get", "server_get"]
    );
}

#[tokio::test]
async fn an_intent_takes_a_newer_operation_of_its_kind_and_no_other() {
    let kind = |id: u64, name: Value| json!({"id": id, "status": "run", "name": name});
    for (shown, wanted) in [
        (kind(5001, json!("server_install")), "Running"),
        (kind(5001, Value::Null), "Running"), // a panel that names no kinds
        (kind(5001, json!("server_diag")), "Unseen"),
        (kind(5000, json!("server_install")), "Unseen"),
        (kind(4000, json!("server_install")), "Unseen"),
    ] {
        let intent = handle(OperationKind::Install, 90);
        let (look, attached) = look_once(intent, [server(&shown)]).await;
        assert!(format!("{look:?}").starts_with(wanted), "{shown}: {look:?}");
        let found = attached.handle().operation();
        assert_eq!(found.is_some(), wanted == "Running", "{shown}");
    }
}

/// A lost answer, and a server that shows an operation of long ago: the one false success that the verdict "unknown" could end in.
#[tokio::test]
async fn an_intent_does_not_take_what_had_ended_before_it() {
    let old = json!({
        "id": 77, "status": "ok", "name": "server_install", "finished_at": "2025-01-01T00:20:00Z"
    });
    let lost = [Act::Fail(TransportFailure::Broken)];
    let script = Script::new(
        lost.into_iter()
            .chain(std::iter::repeat_n(server(&old), 200)),
    );
    let (client, _) = scripted(&script);
    let install = client
        .server(ServerId::new(101))
        .install(OsTemplateId::new(20))
        .password("x");
    let prepared = install.prepare(None).unwrap();
    let intent = prepared.handle().clone();
    let lost = prepared.send().await.unwrap_err();
    assert_eq!(lost.delivery(), Delivery::Unknown);
    match client.attach(intent).wait().await.unwrap_err() {
        WaitError::TimedOut { last: None, .. } => {}
        other => panic!("{other}"),
    }
}

/// The panel's clock is an hour behind ours: ages are compared, not times.
#[tokio::test]
async fn whether_it_had_ended_is_told_by_the_panels_clock() {
    for (ended, wanted) in [
        ("2026-01-10T11:00:30Z", "Done"), // half a minute after we sent
        ("2026-01-10T10:59:30Z", "Unseen"),
    ] {
        let shown =
            json!({"id": 5001, "status": "ok", "name": "server_install", "finished_at": ended});
        let body = json!({"id": 101, "operation": shown}).to_string();
        let date: &[_] = &[("Date", "Sat, 10 Jan 2026 11:01:00 GMT")];
        let script = Script::new([Act::Raw(200, date, body)]);
        let (client, clock) = scripted(&script);
        clock.advance(Duration::from_secs(60));
        let look = client
            .attach(handle(OperationKind::Install, 90))
            .look()
            .await;
        assert!(format!("{look:?}").starts_with(wanted), "{ended}: {look:?}");
    }
}

#[tokio::test]
async fn a_handle_of_another_panel_is_refused_at_once() {
    let other = OperationHandle::new(
        "other.a.test:443",
        ServerId::new(101),
        OperationKind::Install,
        None,
        start_of_time(),
        None,
    );
    let script = Script::default();
    let (client, _) = scripted(&script);
    match client.attach(other).wait().await.unwrap_err() {
        WaitError::Poll(error) => assert!(error.is_config(), "{error}"),
        other => panic!("{other}"),
    }
    assert!(script.sent().is_empty());
}
