//! Waiting: five endings, an adaptive schedule, handles that survive a process (design 3.5, 4b.2; R17, R22, R25).

use std::sync::Arc;
use std::time::Duration;

use dcim6_client::*;
use mock_dcim::PanelAction;
use serde_json::{Value, json};

use crate::effects::{builder, free_server, panel, plugged, template};
use crate::support::{Act, Script, error, ok, scripted, slept, start_of_time, status};

const PANEL: &str = "dcim.a.test:443";
const MINUTE: Duration = Duration::from_secs(60);

fn handle(kind: OperationKind, limit: u32) -> OperationHandle {
    let limit = Some(MINUTE * limit);
    let previous = Some(OperationId::new(5000));
    OperationHandle::new(
        PANEL,
        ServerId::new(101),
        kind,
        previous,
        start_of_time(),
        limit,
    )
}

fn known(limit: u32) -> OperationHandle {
    handle(OperationKind::Install, limit).with_operation(OperationId::new(5001))
}

fn operation(id: u64, status: &str) -> Value {
    json!({"id": id, "status": status, "name": "server_install"})
}

fn server(operation: &Value) -> Act {
    ok(json!({"id": 101, "operation": operation}))
}

async fn look_once(
    handle: OperationHandle,
    acts: impl IntoIterator<Item = Act>,
) -> (Look, Attached) {
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

#[tokio::test]
async fn failed_looks_do_not_end_a_wait() {
    let script = Script::new([
        ok(operation(5001, "run")),
        status(409),
        Act::Raw(200, &[], "<html>".into()),
        Act::Fail(TransportFailure::Broken),
        Act::Fail(TransportFailure::Broken),
        Act::Fail(TransportFailure::Broken),
        ok(operation(5001, "ok")),
    ]);
    let (client, _) = scripted(&script);
    client.attach(known(90)).wait().await.unwrap();
}

#[tokio::test]
async fn the_five_endings() {
    let wait = |acts: Vec<Act>| async move {
        let script = Script::new(acts);
        let (client, clock) = scripted(&script);
        (client.attach(known(1)).wait().await, clock, script)
    };
    let (done, ..) = wait(vec![ok(operation(5001, "ok"))]).await;
    assert!(done.is_ok());

    let (failed, ..) = wait(vec![ok(operation(5001, "fail"))]).await;
    assert!(matches!(failed, Err(WaitError::Failed(operation)) if operation.status.is_failed()));

    let (gone, ..) = wait(vec![status(404), status(404)]).await;
    assert!(matches!(gone, Err(WaitError::Gone)));

    let (late, clock, _) = wait(vec![ok(operation(5001, "run")); 50]).await;
    match late.unwrap_err() {
        WaitError::TimedOut {
            last,
            polls,
            elapsed,
            ..
        } => {
            assert!(last.unwrap().status.is_running());
            assert!(polls > 10);
            // 1 minute and 3 of grace; the last look is just before that.
            assert_eq!(elapsed + JUST_BEFORE, MINUTE * 4);
            assert_eq!(slept(&clock), elapsed);
        }
        other => panic!("{other}"),
    }

    let (lost, ..) = wait(vec![status(400); 60]).await;
    assert!(matches!(lost, Err(WaitError::Poll(error)) if error.is_invalid()));
}

#[tokio::test]
async fn a_refused_log_in_ends_a_wait() {
    let script = Script::default().log_ins([status(401)]);
    let (client, clock) = scripted(&script);
    let ended = client.attach(known(90)).wait().await.unwrap_err();
    assert!(matches!(ended, WaitError::Poll(error) if error.is_login_refused()));
    assert!(slept(&clock) < Duration::from_secs(1));
}

#[tokio::test]
async fn a_look_is_not_repeated_beyond_the_deadline() {
    let running = std::iter::repeat_n(ok(operation(5001, "run")), 5);
    let script = Script::new(running.chain(std::iter::repeat_n(status(503), 500)));
    let (client, clock) = scripted(&script);
    let ended = client.attach(known(1)).wait().await.unwrap_err();
    assert!(
        matches!(ended, WaitError::TimedOut { last: Some(_), .. }),
        "{ended}"
    );
    assert!(slept(&clock) <= MINUTE * 4);
}

/// Looks at an operation of this length; returns when each look was, and when the end was seen.
async fn looks(minutes: u32, length: Duration) -> (Vec<Duration>, Duration) {
    let script = Script::new(std::iter::repeat_n(ok(operation(5001, "run")), 200));
    let (client, clock) = scripted(&script);
    let attached = client.attach(known(minutes));
    let mut at = Vec::new();
    loop {
        clock.sleep(attached.next_look()).await;
        at.push(slept(&clock));
        if slept(&clock) >= length {
            return (at, slept(&clock));
        }
    }
}

#[tokio::test]
async fn the_end_is_seen_soon_with_few_looks() {
    let mut most = 0;
    for seconds in (1..7200).step_by(61) {
        let length = Duration::from_secs(seconds);
        let (at, seen) = looks(720, length).await;
        let bound = Duration::from_secs(15).max(length / 20);
        assert!(seen.saturating_sub(length) <= bound, "{length:?}: {seen:?}");
        assert!(at[0] <= Duration::from_millis(500));
        most = most.max(at.len());
    }
    let (at, _) = looks(720, Duration::from_secs(7200)).await;
    most = most.max(at.len());
    assert!(most <= 88, "{most} looks in two hours");
}

#[tokio::test]
async fn one_look_falls_just_before_each_instant_that_matters() {
    let script = Script::new(std::iter::repeat_n(ok(operation(5001, "run")), 200));
    let (client, clock) = scripted(&script);
    let mark = start_of_time() + MINUTE * 89;
    let mut looks = client.attach(known(90)).look_before(mark).watch();
    let mut at = Vec::new();
    while let Some(look) = looks.next().await {
        assert!(matches!(look, Look::Running(_)));
        at.push(clock.now());
    }
    assert!(at.contains(&(mark - JUST_BEFORE)));
    assert_eq!(
        at.last(),
        Some(&(start_of_time() + MINUTE * 93 - JUST_BEFORE))
    );
    assert!(at.len() <= 90);
}

#[tokio::test]
async fn a_late_attach_looks_at_once() {
    let script = Script::new([ok(operation(5001, "ok"))]);
    let (client, clock) = scripted(&script);
    clock.advance(MINUTE * 50);
    client.attach(known(90)).wait().await.unwrap();
    assert_eq!(slept(&clock), MINUTE * 50);
}

#[tokio::test]
async fn progress_is_reported_when_it_changes() {
    let at = |percent: u64| {
        ok(json!({"id": 5001, "status": "run", "progress_info": [{}, {"percent": percent}]}))
    };
    let script = Script::new([at(10), at(10), at(55), ok(operation(5001, "ok"))]);
    let (client, _) = scripted(&script);
    let seen = Arc::new(std::sync::Mutex::new(Vec::new()));
    let report = seen.clone();
    client
        .attach(known(90))
        .wait()
        .on_progress(move |percent| report.lock().unwrap().push(percent))
        .await
        .unwrap();
    assert_eq!(*seen.lock().unwrap(), [10, 55, 100]);
}

#[test]
fn a_handle_is_saved_with_a_version() {
    let saved = serde_json::to_value(known(90)).unwrap();
    assert_eq!(
        saved,
        json!({
            "v": 1, "panel": PANEL, "server": 101, "kind": "server_install", "operation": 5001, "previous": 5000,
            "sent_at": "2026-01-10T12:00:00Z", "limit_minutes": 90, "deadline": "2026-01-10T13:33:00Z"
        })
    );
    assert_eq!(
        serde_json::from_value::<OperationHandle>(saved.clone()).unwrap(),
        known(90)
    );
    let mut newer = saved;
    newer["v"] = json!(2);
    let refused = serde_json::from_value::<OperationHandle>(newer).unwrap_err();
    assert!(refused.to_string().contains("version 2"));
}

#[test]
fn without_a_limit_the_setting_of_the_kind_counts() {
    for (kind, minutes) in [
        (OperationKind::Diagnostics, 63),
        (OperationKind::Install, 123),
        (OperationKind::Recovery, 123),
        (OperationKind::Suspend, 13),
    ] {
        let handle =
            OperationHandle::new(PANEL, ServerId::new(1), kind, None, start_of_time(), None);
        assert_eq!(handle.deadline(), start_of_time() + MINUTE * minutes);
    }
}

#[tokio::test]
async fn a_limit_out_of_range_is_refused_before_anything_is_sent() {
    let script = Script::default();
    let (client, _) = scripted(&script);
    let install = client
        .server(ServerId::new(101))
        .install(OsTemplateId::new(20))
        .password("x");
    let wrong = [0, 1, 59, 61, 90, 721 * 60, 720 * 60 + 1];
    for seconds in wrong {
        let limited = install.clone().timeout(Duration::from_secs(seconds));
        let refused = limited.clone().prepare().unwrap_err();
        assert!(refused.is_config(), "{seconds}");
        assert_eq!(refused.operation(), Some("server_install"));
        assert!(limited.start().await.unwrap_err().is_config());
    }
    assert!(
        install
            .clone()
            .timeout(Duration::from_millis(60_001))
            .prepare()
            .is_err()
    );
    for minutes in [1, 90, 720] {
        let prepared = install.clone().timeout(MINUTE * minutes).prepare().unwrap();
        assert_eq!(prepared.handle().limit(), Some(MINUTE * minutes));
        assert_eq!(prepared.handle().operation(), None);
    }
    let no_password = client
        .server(ServerId::new(101))
        .install(OsTemplateId::new(20));
    assert!(
        no_password
            .prepare()
            .unwrap_err()
            .to_string()
            .contains("password: is required")
    );
    assert!(script.sent().is_empty());
}

#[tokio::test]
async fn start_reads_the_last_operation_when_it_was_not_named() {
    let accepted = ok(json!({"id": 101}));
    let script = Script::new([server(&operation(5000, "ok")), accepted]);
    let (client, _) = scripted(&script);
    let install = client
        .server(ServerId::new(101))
        .install(OsTemplateId::new(20))
        .password("x");
    let started = install.start().await.unwrap();
    assert_eq!(started.handle().previous(), Some(OperationId::new(5000)));
    assert_eq!(started.operation_id(), None);
}

#[tokio::test]
async fn many_are_waited_for_with_one_list_call_a_round() {
    let row = |id: u64, status: &str| json!({"id": id, "operation": {"id": 5000 + id, "status": status, "name": "server_install"}});
    let list =
        |first: &str, second: &str| ok(json!({"list": [row(1, first), row(2, second)], "size": 2}));
    let script = Script::new([
        list("run", "run"),
        list("ok", "run"),
        ok(json!({"list": [row(2, "fail")], "size": 1})),
    ]);
    let (client, _) = scripted(&script);
    let handle = |server: u64| {
        let handle = OperationHandle::new(
            PANEL,
            ServerId::new(server),
            OperationKind::Install,
            None,
            start_of_time(),
            None,
        );
        handle.with_operation(OperationId::new(5000 + server))
    };
    let results = client.wait_all([handle(1), handle(2)]).await;
    assert_eq!(results[0].0, handle(1));
    assert!(results[0].1.is_ok());
    assert!(matches!(results[1].1, Err(WaitError::Failed(_))));
    assert_eq!(
        script.names()[1..],
        ["server_list", "server_list", "server_list"]
    );
    let url = &script.sent()[1].url;
    assert!(
        url.ends_with("?limit=0,50&orderby=id%20asc&where=(id%20EQ%201)%20OR%20(id%20EQ%202)"),
        "{url}"
    );
}

#[tokio::test]
async fn another_process_takes_up_the_operation() {
    let (mock, client) = panel().await;
    let server = plugged(client.server(free_server(&client).await.id)).await;
    let os = template(&client, TemplateKind::Os).await;
    let install = server
        .install(os)
        .password("x")
        .timeout(MINUTE * 90)
        .after(None);
    let prepared = install.prepare().unwrap();
    let intent = serde_json::to_string(prepared.handle()).unwrap();
    let started = prepared.send().await.unwrap();
    let saved = serde_json::to_string(&started.handle()).unwrap();
    drop(started);
    for text in [saved, intent] {
        let other = builder(&mock).credentials(mock.admin()).build().unwrap();
        let attached = other.attach(serde_json::from_str(&text).unwrap());
        let done = attached.wait().await.unwrap();
        assert!(done.status.is_ok());
    }
}

#[tokio::test]
async fn a_cancelled_operation_is_a_failed_wait_and_many_end_apart() {
    let (mock, client) = panel().await;
    let free = client
        .servers()
        .filter(field("owner_email").is_null())
        .order_by(asc("id"));
    let free = free.page(0, 3).await.unwrap().items;
    let os = template(&client, TemplateKind::Os).await;
    let mut handles = Vec::new();
    for server in &free {
        let server = plugged(client.server(server.id)).await;
        let install = server.install(os).password("x");
        handles.push(install.start().await.unwrap().handle());
    }
    mock.act(PanelAction::Cancel {
        server: free[1].id.get(),
    })
    .unwrap();
    let results = client.wait_all(handles).await;
    assert!(results[0].1.is_ok() && results[2].1.is_ok());
    assert!(
        matches!(&results[1].1, Err(WaitError::Failed(operation)) if operation.status.is_canceled())
    );
}
