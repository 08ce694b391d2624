//! Time limits, to the second, on the virtual clock (safety.md W, D6; R18-R20).

use std::time::Duration;

use billmgr_module::panel::ItemStatus;
use mock_dcim::{DurationKind, ForcedEnd, Lever};

use crate::close::assert_quarantined;
use crate::shop::{ITEM, Shop};

const SECOND: Duration = Duration::from_secs(1);

/// The limit of the OS family counts, by the template's tag.
#[tokio::test]
async fn a_windows_order_has_the_windows_limit() {
    let shop = Shop::with(|shop| {
        shop.parameter(ITEM, "ostempl", "Windows-Server-2022-x86_64")
            .setting(7, "installtimeout_windows", "33")
    })
    .await;
    let (operation, ran) = shop.once("open", ITEM).await;
    assert_eq!(ran.code, 0, "{}", ran.out);
    let writes = shop.writes(operation);
    let install = writes
        .iter()
        .find(|entry| entry.name == Some("server_install"))
        .unwrap();
    assert_eq!(install.request["timeout"], 33);
    assert!(
        shop.simulation
            .panel
            .calls()
            .iter()
            .any(|call| call.starts_with("dedic.open") && call.contains("username=Administrator"))
    );
}

/// D6: the wipe counts only if it ended well before its limit; whoever is in doubt keeps the server.
///
/// DCImanager here lets diagnostics run on past the limit and end `ok`, which is how a cut wipe could look too.
#[tokio::test]
async fn a_wipe_that_ends_near_its_limit_proves_nothing() {
    for (minutes, margin) in [(60, 60), (5, 30)] {
        let limit = Duration::from_mins(minutes);
        let margin = Duration::from_secs(margin);
        let cases = [
            (limit.saturating_sub(margin + SECOND), true),
            (limit.saturating_sub(margin), false),
            (limit.saturating_sub(SECOND), false),
            (limit, false),
            (limit + SECOND, false),
        ];
        for (duration, closed) in cases {
            let shop =
                Shop::with(|shop| shop.setting(7, "diagtimeout", &minutes.to_string())).await;
            shop.once("open", ITEM).await;
            let server = shop.server(ITEM).unwrap();
            shop.simulation
                .mock
                .set_duration(None, DurationKind::Diagnostics, duration)
                .unwrap();
            shop.simulation
                .mock
                .lever(Lever::ForcedEnd {
                    status: ForcedEnd::RunOn,
                })
                .unwrap();

            let (operation, ran) = shop.once("close", ITEM).await;

            if closed {
                assert_eq!(
                    (ran.code, shop.status(ITEM)),
                    (0, ItemStatus::Deleted),
                    "{duration:?}: {}",
                    ran.out
                );
                shop.assert_unharmed();
            } else {
                assert_eq!(ran.code, 1, "{duration:?}");
                assert_quarantined(&shop, server, operation, &ran.out);
            }
        }
    }
}

/// R20: at the limit DCImanager ends it, in whatever words; none of them is a proof.
#[tokio::test]
async fn a_wipe_cut_at_its_limit_proves_nothing_whatever_it_is_called() {
    for status in [ForcedEnd::Fail, ForcedEnd::Canceled, ForcedEnd::Ok] {
        let (shop, server) = Shop::with_active().await;
        shop.simulation
            .mock
            .set_duration(None, DurationKind::Diagnostics, Duration::from_mins(90))
            .unwrap();
        shop.simulation
            .mock
            .lever(Lever::ForcedEnd { status })
            .unwrap();
        let (operation, ran) = shop.once("close", ITEM).await;
        assert_eq!(ran.code, 1, "{status:?}");
        assert_quarantined(&shop, server, operation, &ran.out);
    }
}

/// D6: seen running after limit and grace, then `ok`: no limit cut it. The first run hands over; the next takes up the result.
#[tokio::test]
async fn a_wipe_seen_running_past_its_limit_was_not_cut() {
    let (shop, server) = Shop::with_active().await;
    shop.simulation
        .mock
        .set_duration(None, DurationKind::Diagnostics, Duration::from_mins(70))
        .unwrap();
    shop.simulation
        .mock
        .lever(Lever::ForcedEnd {
            status: ForcedEnd::RunOn,
        })
        .unwrap();

    let (operation, ran) = shop.once("close", ITEM).await;
    assert_eq!(ran.code, 1);
    assert!(ran.out.contains("timeout"), "{}", ran.out);
    assert!(
        shop.world(|world| world.running_operation(server).is_some()),
        "nothing was cancelled (W2)"
    );
    shop.pass(Duration::from_mins(10));
    let ran = shop.again(operation).await;

    assert_eq!(
        (ran.code, shop.status(ITEM)),
        (0, ItemStatus::Deleted),
        "{}",
        ran.out
    );
    let diagnostics = shop
        .writes(operation)
        .iter()
        .filter(|entry| entry.name == Some("server_diag"))
        .count();
    assert_eq!(diagnostics, 1);
    shop.assert_unharmed();
}

/// W2: a reconcile between two runs saves the moment at which it saw the end.
#[tokio::test]
async fn a_reconcile_takes_up_the_end_of_a_wipe() {
    let (shop, _) = Shop::with_active().await;
    shop.simulation
        .mock
        .set_duration(None, DurationKind::Diagnostics, Duration::from_mins(70))
        .unwrap();
    shop.simulation
        .mock
        .lever(Lever::ForcedEnd {
            status: ForcedEnd::RunOn,
        })
        .unwrap();
    let (operation, _) = shop.once("close", ITEM).await;
    shop.pass(Duration::from_mins(10));
    let before = shop.simulation.mock.journal().len();

    assert_eq!(shop.sync(ITEM).await.code, 0);

    assert!(
        shop.simulation
            .panel
            .parameter(ITEM, "dcim6_wipe")
            .unwrap()
            .contains("\"evidence\"")
    );
    let made = shop.simulation.mock.journal().split_off(before);
    assert!(
        made.iter()
            .all(|entry| entry.method == "GET" || entry.name == Some("auth_login")),
        "it only notes the end down"
    );
    assert_ne!(shop.status(ITEM), ItemStatus::Deleted);
    assert_eq!(shop.again(operation).await.code, 0);
    assert_eq!(shop.status(ITEM), ItemStatus::Deleted);
}

/// W2: an installation that outlives its limit is not started a second time; the next run finds it done.
#[tokio::test]
async fn an_installation_that_ends_late_is_taken_up() {
    let shop = Shop::with(|shop| shop.setting(7, "installtimeout_linux", "30")).await;
    shop.simulation
        .mock
        .set_duration(None, DurationKind::Install, Duration::from_mins(40))
        .unwrap();
    shop.simulation
        .mock
        .lever(Lever::ForcedEnd {
            status: ForcedEnd::RunOn,
        })
        .unwrap();
    let (operation, ran) = shop.once("open", ITEM).await;
    assert!(ran.out.contains("timeout"), "{}", ran.out);
    shop.pass(Duration::from_mins(10));
    let ran = shop.again(operation).await;
    assert_eq!(
        (ran.code, shop.status(ITEM)),
        (0, ItemStatus::Active),
        "{}",
        ran.out
    );
    let installs = shop
        .writes(operation)
        .iter()
        .filter(|entry| entry.name == Some("server_install"))
        .count();
    assert_eq!(installs, 1);
    shop.assert_unharmed();
}
