//! Waiting: five endings, an adaptive schedule, many at once (design 3.5, 4b.2; R25).

use std::sync::Arc;
use std::time::Duration;

use dcim6_client::*;
use mock_dcim::PanelAction;
use serde_json::json;

use crate::operations::{MINUTE, PANEL, known, operation};
use crate::panel::{panel, plugged, template};
use crate::support::{Act, Script, error, ok, scripted, slept, start_of_time, status};

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
    let script = Script::default().log_ins([error(401, 9401, "Authentication failed")]);
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

/// The list call is repeated up to the nearest deadline and no further; each operation is then asked for by itself.
#[tokio::test]
async fn a_list_of_many_is_not_repeated_beyond_the_nearest_deadline() {
    let fails = std::iter::repeat_n(status(500), 400);
    let (client, clock) = scripted(&Script::new(fails));
    let near = known(1);
    let deadline = near.deadline();
    clock.advance(
        deadline
            .since(start_of_time())
            .saturating_sub(JUST_BEFORE * 2),
    );
    let mut slow = Retry::default();
    (slow.attempts, slow.base, slow.cap) = (20, MINUTE, MINUTE);
    let results = client.with_retry(slow).wait_all([near]).await;
    assert!(
        matches!(&results[0].1, Err(WaitError::Poll(error)) if error.status() == Some(500)),
        "{results:?}"
    );
    assert!(clock.now() <= deadline, "{}", clock.now());
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
