//! "Available parameters": `diagtimeout`, `installtimeout_linux`, `installtimeout_windows`, in minutes.

use std::time::Duration;

use billmgr_module::panel::ItemStatus;
use mock_dcim::{DurationKind, OperationStatus, PanelAction};

use crate::shop::{ITEM, Shop};

const SECOND: Duration = Duration::from_secs(1);

/// An installation has its limit, not a second more; at the limit DCImanager ends it (R20), and a failed one is not an active service.
#[tokio::test]
async fn installtimeout_is_sent_and_enforced_for_each_family() {
    for (setting, template, minutes) in [
        ("installtimeout_linux", "Debian-12-x86_64", 1),
        ("installtimeout_linux", "Debian-12-x86_64", 90),
        ("installtimeout_linux", "Debian-12-x86_64", 720),
        ("installtimeout_windows", "Windows-Server-2022-x86_64", 1),
        ("installtimeout_windows", "Windows-Server-2022-x86_64", 720),
    ] {
        let limit = Duration::from_mins(minutes);
        for (duration, active) in [
            (limit.saturating_sub(SECOND), true),
            (limit, false),
            (limit + SECOND, false),
        ] {
            let shop = Shop::with(|shop| {
                shop.parameter(ITEM, "ostempl", template)
                    .setting(7, setting, &minutes.to_string())
            })
            .await;
            shop.simulation
                .mock
                .set_duration(None, DurationKind::Install, duration)
                .unwrap();

            let (operation, ran) = shop.once("open", ITEM).await;

            let case = format!("{setting} {limit:?}, takes {duration:?}: {}", ran.out);
            let installs: Vec<_> = shop
                .writes(operation)
                .into_iter()
                .filter(|entry| entry.name == Some("server_install"))
                .collect();
            assert!(
                installs
                    .iter()
                    .all(|entry| entry.request["timeout"] == minutes),
                "{case}"
            );
            if active {
                assert_eq!(
                    (ran.code, shop.status(ITEM), installs.len()),
                    (0, ItemStatus::Active, 1),
                    "{case}"
                );
            } else {
                // A failed installation restarts once per run.
                assert_eq!(
                    (ran.code, shop.status(ITEM), installs.len()),
                    (1, ItemStatus::Processing, 2),
                    "{case}"
                );
                assert!(ran.out.contains("operation_failed"), "{case}");
                assert!(
                    !shop.simulation.panel.operation(operation).unwrap().manual,
                    "{case}"
                );
                let expected = limit * 2;
                let took = installs[1].at.since(installs[0].at);
                assert!(
                    took >= limit && took < expected,
                    "{case}: the second began after {took:?}"
                );
            }
            shop.assert_unharmed();
        }
    }
}

/// The same for diagnostics; a wipe that the limit cut is no wipe (D6).
#[tokio::test]
async fn diagtimeout_is_sent_and_enforced() {
    for minutes in [1, 60, 720] {
        let limit = Duration::from_mins(minutes);
        for (duration, closed) in [(limit / 2, true), (limit + SECOND, false)] {
            let shop =
                Shop::with(|shop| shop.setting(7, "diagtimeout", &minutes.to_string())).await;
            shop.once("open", ITEM).await;
            shop.simulation
                .mock
                .set_duration(None, DurationKind::Diagnostics, duration)
                .unwrap();
            let began = shop.simulation.mock.now();
            let (operation, ran) = shop.once("close", ITEM).await;
            let case = format!("{limit:?}, takes {duration:?}: {}", ran.out);
            let writes = shop.writes(operation);
            let sent: Vec<_> = writes
                .iter()
                .filter(|entry| entry.name == Some("server_diag"))
                .map(|entry| entry.request["timeout"].clone())
                .collect();
            assert_eq!(sent, [minutes], "{case}");
            assert_eq!(ran.code, u8::from(!closed), "{case}");
            assert_eq!(ran.out.contains("wipe_unproven"), !closed, "{case}");
            let took = shop.simulation.mock.now().duration_since(began).unwrap();
            // The limit, three minutes of grace, and the other seven steps.
            assert!(took < limit + Duration::from_mins(10), "{case}: {took:?}");
        }
    }
}

/// W1: outside 1..=720 nothing is touched.
#[tokio::test]
async fn timeouts_are_whole_minutes_from_1_to_720() {
    for (name, value) in [
        ("installtimeout_linux", "0"),
        ("installtimeout_linux", "721"),
        ("diagtimeout", "1h"),
        ("diagtimeout", "0"),
        ("diagtimeout", "721"),
        ("installtimeout_windows", "0"),
        ("installtimeout_windows", "721"),
        ("installtimeout_windows", "-5"),
    ] {
        let shop = Shop::with(|shop| shop.setting(7, name, value)).await;
        let (operation, ran) = shop.once("open", ITEM).await;
        assert_eq!(ran.code, 1);
        assert!(
            ran.out.contains("type=\"value\"") && ran.out.contains(name),
            "{}",
            ran.out
        );
        assert_eq!(shop.journal(operation).len(), 0, "nothing was sent");
    }
}

/// "Timeouts are applied only when executing requests from BILLmanager": what staff start in DCImanager has DCImanager's own.
#[tokio::test]
async fn timeouts_do_not_touch_what_dcimanager_starts() {
    let shop = Shop::with(|shop| {
        [
            "diagtimeout",
            "installtimeout_linux",
            "installtimeout_windows",
        ]
        .iter()
        .fold(shop, |shop, name| shop.setting(7, name, "10"))
    })
    .await;
    let short = Duration::from_mins(5);
    let mock = &shop.simulation.mock;
    mock.set_duration(None, DurationKind::Install, short)
        .unwrap();
    assert_eq!(shop.once("open", ITEM).await.1.code, 0);
    let server = shop.server(ITEM).unwrap();
    let long = Duration::from_mins(50);
    mock.set_duration(None, DurationKind::Install, long)
        .unwrap();
    let os_template = 1;
    let install = PanelAction::Install {
        server,
        os_template,
    };
    mock.act(install).unwrap();
    let running = shop.world(|world| world.running_operation(server).map(|found| found.id));
    let id = running.expect("it runs");

    // A button waits for it, gives up, and leaves it running.
    let (operation, ran) = shop.once("reboot", ITEM).await;
    assert!(ran.out.contains("type=\"busy\""), "{}", ran.out);
    assert_eq!(shop.sync(ITEM).await.code, 0);
    shop.pass(Duration::from_mins(30));
    assert_eq!(
        shop.world(|world| world.running_operation(server).map(|found| found.id)),
        Some(id),
        "past our limit"
    );
    assert_eq!(shop.writes(operation).len(), 0);
    shop.pass(Duration::from_mins(30));
    shop.world(|world| {
        let ended = world.operation(id).unwrap();
        assert_eq!(ended.status, OperationStatus::Ok);
        assert!(!ended.cut);
        assert_ne!(ended.timeout, Some(10));
    });
}
