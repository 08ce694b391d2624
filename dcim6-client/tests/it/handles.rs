//! Handles that survive a process, and what is refused before one exists (R18, R50).

use std::time::Duration;

use dcim6_client::*;
use serde_json::json;

use crate::operations::{MINUTE, PANEL, known, operation, server};
use crate::panel::{builder, free_server, panel, plugged, template};
use crate::support::{Script, ok, scripted, start_of_time};

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
    let mut unsaid = saved.clone();
    unsaid.as_object_mut().unwrap().remove("previous");
    let refused = serde_json::from_value::<OperationHandle>(unsaid).unwrap_err();
    assert_eq!(refused.to_string(), "missing field `previous`");
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
        let refused = limited.clone().prepare(None).unwrap_err();
        assert!(refused.is_config(), "{seconds}");
        assert_eq!(refused.operation(), Some("server_install"));
        assert!(limited.start().await.unwrap_err().is_config());
    }
    assert!(
        install
            .clone()
            .timeout(Duration::from_millis(60_001))
            .prepare(None)
            .is_err()
    );
    for minutes in [1, 90, 720] {
        let prepared = install
            .clone()
            .timeout(MINUTE * minutes)
            .prepare(None)
            .unwrap();
        assert_eq!(prepared.handle().limit(), Some(MINUTE * minutes));
        assert_eq!(prepared.handle().operation(), None);
    }
    let no_password = client
        .server(ServerId::new(101))
        .install(OsTemplateId::new(20));
    assert!(
        no_password
            .prepare(None)
            .unwrap_err()
            .to_string()
            .contains("password: is required")
    );
    assert!(script.sent().is_empty());
}

#[tokio::test]
async fn start_reads_the_last_operation() {
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
async fn another_process_takes_up_the_operation() {
    let (mock, client) = panel().await;
    let server = plugged(client.server(free_server(&client).await.id)).await;
    let os = template(&client, TemplateKind::Os).await;
    let install = server.install(os).password("x").timeout(MINUTE * 90);
    let prepared = install.prepare(None).unwrap();
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
