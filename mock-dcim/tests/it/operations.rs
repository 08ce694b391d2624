//! R16-R25: operations, their limits and what they leave behind.

use std::time::Duration;

use mock_dcim::{DurationKind, ForcedEnd, Lever, PanelAction, WipeLever};
use serde_json::json;

use crate::panel::Panel;

fn install_takes(panel: &Panel, seconds: u64) {
    let span = Duration::from_secs(seconds);
    panel
        .mock
        .set_duration(None, DurationKind::Install, span)
        .unwrap();
}

#[tokio::test]
async fn r16_one_running_operation_per_server() {
    let panel = Panel::start().await;
    panel.ports(1, "up");
    let operation = panel.diag(1, "{}");
    for (path, body) in [
        ("install", r#"{"os_template":1,"password":"x"}"#),
        ("diag", "{}"),
        ("recovery", "{}"),
        ("suspend", "{}"),
        ("resume", "{}"),
        ("owner", r#"{"owner":2}"#),
        ("ip", "{}"),
        ("maintenance", r#"{"enabled":true}"#),
    ] {
        let (status, answer) = panel.post(&format!("dci/v3/server/1/{path}"), body);
        assert_eq!(status, 409, "{path}");
        assert_eq!(
            answer,
            json!({"error":{"code":9409,"msg":"Operation is running","value":{"operation":operation}}})
        );
    }
    assert_eq!(panel.call("DELETE", "dci/v3/server/1/ip/1", "").0, 409);
    // What R46 needs before it cancels goes on.
    panel.ok("dci/v3/server/1", r#"{"name":"x"}"#);
    panel.ports(1, "up");
    panel.ok("dci/v3/server/1/power_on", "{}");
}

#[tokio::test]
async fn r18_the_callers_limit_or_dcimanagers_own() {
    let panel = Panel::start().await;
    panel.ports(1, "up");
    let by_api = panel.diag(1, r#"{"timeout":17}"#);
    let shown = panel.operation(1, by_api);
    assert_eq!(
        (&shown["timeout"], &shown["origin"]),
        (&json!(17), &json!("api"))
    );
    let without = panel.diag(2, "{}");
    assert_eq!(panel.operation(2, without)["timeout"], 60);
    let by_panel = panel
        .mock
        .act(PanelAction::Recovery { server: 3 })
        .unwrap()
        .unwrap();
    let shown = panel.operation(3, by_panel);
    assert_eq!(
        (&shown["timeout"], &shown["origin"]),
        (&json!(120), &json!("panel"))
    );
    for bad in ["0", "721", "-1", "1.5", "\"60\"", "true"] {
        let (status, answer) =
            panel.post("dci/v3/server/4/diag", &format!(r#"{{"timeout":{bad}}}"#));
        assert_eq!(
            (status, &answer["error"]["value"]["field"]),
            (400, &json!("timeout")),
            "{bad}"
        );
    }
}

#[tokio::test]
async fn r19_diagnostics_without_a_limit_is_cut_at_dcimanagers_sixty_minutes() {
    let panel = Panel::start().await;
    panel.ports(1, "up");
    let cut = panel.diag(1, r#"{"clear_hdd":"full"}"#);
    panel.minutes(60);
    assert_eq!(panel.operation(1, cut)["status"], "fail");
    panel.ports(2, "up");
    let longer = panel.diag(2, r#"{"clear_hdd":"full","timeout":200}"#);
    panel.minutes(180);
    assert_eq!(panel.operation(2, longer)["status"], "ok");
    panel.lever(Lever::DiagCeiling { minutes: Some(90) });
    panel.ports(3, "up");
    let capped = panel.diag(3, r#"{"clear_hdd":"full","timeout":200}"#);
    panel.minutes(90);
    assert_eq!(panel.operation(3, capped)["status"], "fail");
}

#[tokio::test]
async fn r20_at_the_very_instant_of_the_limit_the_limit_wins() {
    for (seconds, status) in [(5399, "ok"), (5400, "fail"), (5401, "fail")] {
        let panel = Panel::start().await;
        install_takes(&panel, seconds);
        panel.ports(1, "up");
        let operation = panel.install(1, 90);
        panel.seconds(5398);
        assert_eq!(panel.operation(1, operation)["status"], "run");
        panel.seconds(4);
        let shown = panel.operation(1, operation);
        assert_eq!(shown["status"], status, "{seconds}");
        let reason = if status == "ok" {
            json!({})
        } else {
            json!({"reason":"timeout"})
        };
        assert_eq!(shown["status_info"], reason);
    }
}

#[tokio::test]
async fn r20_a_forced_end_can_look_otherwise_but_never_means_clean_disks() {
    for (forced, status) in [(ForcedEnd::Canceled, "canceled"), (ForcedEnd::Ok, "ok")] {
        let panel = Panel::start().await;
        panel.sell(1, "a@a.test");
        panel.lever(Lever::ForcedEnd { status: forced });
        let operation = panel.diag(1, r#"{"clear_hdd":"full","timeout":30}"#);
        panel.minutes(30);
        assert_eq!(panel.operation(1, operation)["status"], status);
        panel.mock.world(|world| {
            let server = world.server(1).unwrap();
            assert!(server.disks.iter().all(|disk| !disk.boot_taint.is_empty()));
            assert!(world.operation(operation).unwrap().cut);
        });
    }
}

#[tokio::test]
async fn a_limit_that_is_not_enforced_lets_the_operation_end_by_itself() {
    let panel = Panel::start().await;
    panel.lever(Lever::ForcedEnd {
        status: ForcedEnd::RunOn,
    });
    panel.ports(1, "up");
    install_takes(&panel, 5401);
    let operation = panel.install(1, 90);
    panel.seconds(5400);
    assert_eq!(panel.operation(1, operation)["status"], "run");
    panel.seconds(1);
    let shown = panel.operation(1, operation);
    assert_eq!(shown["status"], "ok");
    assert_eq!(shown["finished_at"], "2026-01-10 13:30:01");
}

#[tokio::test]
async fn r21_a_cancelled_or_failed_diagnostics_keeps_the_old_result() {
    let panel = Panel::start().await;
    let before = panel.server(1)["diagnostics"].clone();
    panel.ports(1, "up");
    let operation = panel.diag(1, r#"{"clear_hdd":"quick"}"#);
    panel.minutes(1);
    panel.ok(
        &format!("dci/v3/server/1/operation/{operation}/cancel"),
        "{}",
    );
    assert_eq!(panel.server(1)["diagnostics"], before);
    panel.lever(Lever::Wipe {
        server: 1,
        how: WipeLever::Fails,
    });
    panel.diag(1, r#"{"clear_hdd":"quick"}"#);
    panel.minutes(20);
    assert_eq!(panel.server(1)["operation"]["status"], "fail");
    assert_eq!(panel.server(1)["diagnostics"], before);
    panel.diag(1, "{}");
    panel.minutes(20);
    assert_eq!(
        panel.server(1)["diagnostics"]["finished_at"],
        "2026-01-10 12:41:00"
    );
}

#[tokio::test]
async fn r21_only_a_completed_clean_up_cleans_the_disks_that_it_sees() {
    let panel = Panel::start().await;
    panel.sell(1, "a@a.test");
    let serial = panel
        .mock
        .world(|world| world.server(1).unwrap().disks[1].serial.clone());
    panel.lever(Lever::HideDisk {
        server: 1,
        serial,
        on: true,
    });
    panel.diag(1, r#"{"clear_hdd":"quick"}"#);
    panel.minutes(20);
    panel.mock.world(|world| {
        let disks = &world.server(1).unwrap().disks;
        assert!(disks[0].boot_taint.is_empty() && !disks[0].data_taint.is_empty());
        assert!(!disks[1].boot_taint.is_empty());
    });
    assert_eq!(
        panel.server(1)["hardware_info"]["disk"]
            .as_array()
            .unwrap()
            .len(),
        1
    );
}

#[tokio::test]
async fn r24_what_operations_leave_behind() {
    let panel = Panel::start().await;
    panel.ports(1, "up");
    panel.diag(1, "{}");
    panel.minutes(20);
    assert_eq!(panel.server(1)["power_status"], "on");
    panel.install(1, 90);
    panel.minutes(20);
    assert_eq!(
        panel.server(1)["os_template"],
        json!({"id":1,"name":"Debian-12-x86_64","tags":["linux"]})
    );
    let operation = panel.diag(1, "{}");
    let cancel = format!("dci/v3/server/1/operation/{operation}/cancel");
    assert_eq!(panel.ok(&cancel, "{}"), json!({"id": operation}));
    assert_eq!(panel.operation(1, operation)["status"], "canceled");
    assert_eq!(panel.post(&cancel, "{}").0, 400);
    assert_eq!(
        panel.post("dci/v3/server/1/operation/9999/cancel", "{}").0,
        404
    );
    assert_eq!(
        panel
            .post(
                &format!("dci/v3/server/2/operation/{operation}/cancel"),
                "{}"
            )
            .0,
        404
    );
}

#[tokio::test]
async fn r25_operations_take_the_times_of_the_specification() {
    let panel = Panel::start().await;
    for server in 1..=4 {
        panel.ports(server, "up");
    }
    let full = panel.diag(1, r#"{"clear_hdd":"full","timeout":720}"#);
    let quick = panel.diag(2, r#"{"clear_hdd":"quick"}"#);
    let install = panel.install(3, 90);
    let recovery = panel.ok("dci/v3/server/4/recovery", "{}")["operation"]
        .as_u64()
        .unwrap();
    let ends = |server: u64, operation: u64| {
        panel.operation(server, operation)["finished_at"]
            .as_str()
            .unwrap()
            .to_owned()
    };
    panel.minutes(180);
    assert_eq!(ends(1, full), "2026-01-10 15:00:00");
    assert_eq!(ends(2, quick), "2026-01-10 12:20:00");
    assert_eq!(ends(3, install), "2026-01-10 12:20:00");
    assert_eq!(ends(4, recovery), "2026-01-10 12:05:00");
}

#[tokio::test]
async fn progress_grows_with_time() {
    let panel = Panel::start().await;
    panel.ports(1, "up");
    let operation = panel.install(1, 90);
    panel.minutes(5);
    assert_eq!(
        panel.operation(1, operation)["progress_info"],
        json!([{"percent":25}])
    );
}
