//! Each command stopped dead after each of its exchanges, then run again to the end (safety.md D, positions c1 to c5).
//!
//! An exchange is one request to DCImanager or one statement or call to BILLmanager. The effect of the last one has happened; its answer
//! never arrived.

mod in_use;
mod told;

use std::io::Write;
use std::sync::Arc;

use billmgr_module::panel::ItemStatus;
use mock_dcim::{FaultRule, World};
use standin::Meter;

use crate::ready::{LATER, ready_for, told};
use crate::shop::{ITEM, Shop};

/// Run a command under a meter. Answers BILLmanager's operation, and how many exchanges there were if the command came to its end.
async fn run(
    shop: &Shop,
    command: &'static str,
    meter: Arc<Meter>,
) -> (Option<u64>, Option<usize>) {
    let job = told(
        shop.simulation.billmanager().metered(meter.clone()),
        command,
    );
    // A reconcile belongs to no operation.
    let operation = (command != "sync_item").then(|| job.begin(command, ITEM));
    let exchanges = tokio::select! {
        ran = job.run(command, ITEM, operation) => {
            assert_eq!(ran.code, 0, "{}", ran.out);
            Some(meter.count())
        }
        () = meter.stopped() => None,
    };
    (operation, exchanges)
}

/// Run a command that was stopped to its end, as BILLmanager does.
async fn run_again(shop: &Shop, command: &'static str, operation: Option<u64>) {
    let job = told(
        shop.simulation.billmanager().transport(shop.direct()),
        command,
    );
    let Some(operation) = operation else {
        // The next reconcile comes when a power command of the last one is no longer fresh (R45).
        shop.pass(LATER);
        assert_eq!(job.run(command, ITEM, None).await.code, 0);
        return;
    };
    shop.simulation.panel.retry(operation);
    let actor = shop.simulation.clock.participant();
    job.until_done(&actor, operation).await;
}

async fn every_cut(
    command: &'static str,
    at_least: usize,
    goal: ItemStatus,
    as_it_should_be: impl Fn(&Shop, u64),
) {
    let exchanges = run(&ready_for(command).await, command, Meter::new())
        .await
        .1
        .expect("not cut");
    announce(&format!(
        "{command}: {exchanges} exchanges, stopped after each\n"
    ));
    assert!(
        exchanges >= at_least,
        "{command} makes only {exchanges} exchanges"
    );
    for cut in 1..=exchanges {
        let shop = ready_for(command).await;
        let server_before = shop.server(ITEM);
        let (operation, finished) = run(&shop, command, Meter::cutting_after(cut)).await;
        assert_eq!(finished, None, "cut {cut}");
        run_again(&shop, command, operation).await;
        assert_eq!(
            shop.status(ITEM),
            goal,
            "cut {cut} of {command}: {:?}",
            shop.simulation.panel.tasks()
        );
        let tasks = shop.simulation.panel.tasks();
        if command == "reboot" && !tasks.is_empty() {
            // No look tells whether the server was reset: staff decide (safety.md H, class X).
            let operation = operation.expect("an operation of BILLmanager");
            shop.assert_with_staff(operation, "nobody knows whether");
            assert_eq!(shop.again(operation).await.code, 0);
        } else {
            assert!(tasks.is_empty(), "cut {cut} of {command}: {tasks:?}");
        }
        let server = server_before
            .or_else(|| shop.server(ITEM))
            .expect("a server");
        as_it_should_be(&shop, server);
        if command == "stop" {
            // It lasts until the next reconcile (P5): an active service that is off is not at rest (L4).
            shop.pass(LATER);
            assert_eq!(shop.sync(ITEM).await.code, 0);
        }
        shop.simulation.rest();
        let verdict = shop.simulation.mock.verdict();
        assert_eq!(
            verdict.violations, 0,
            "cut {cut} of {command}: {verdict:#?}"
        );
    }
}

/// Write past the capture of tests: the number belongs in the log of every run.
fn announce(line: &str) {
    std::io::stderr().write_all(line.as_bytes()).unwrap();
}

fn count(world: &World, server: u64, kind: mock_dcim::OperationKind) -> usize {
    world
        .operations()
        .filter(|operation| operation.server == server && operation.kind == kind)
        .count()
}

#[tokio::test]
async fn open_survives_being_stopped_after_every_exchange() {
    every_cut("open", 25, ItemStatus::Active, |shop, server| {
        shop.world(|world| {
            assert!(world.server(server).unwrap().running());
            assert!(world.data_ports_of(server).all(|port| port.admin_up));
            assert_eq!(world.addresses_of(server).count(), 1);
            assert_eq!(
                count(world, server, mock_dcim::OperationKind::ServerInstall),
                1,
                "installed once (L5)"
            );
            let owned = world
                .servers()
                .filter(|found| found.owner == world.server(server).unwrap().owner)
                .count();
            assert_eq!(owned, 1, "no second server was taken");
        });
    })
    .await;
}

#[tokio::test]
async fn suspend_survives_being_stopped_after_every_exchange() {
    every_cut("suspend", 8, ItemStatus::Stopped, |shop, server| {
        shop.world(|world| {
            assert!(world.data_ports_of(server).all(|port| !port.admin_up));
            assert!(world.server(server).unwrap().running());
        });
    })
    .await;
}

#[tokio::test]
async fn resume_survives_being_stopped_after_every_exchange() {
    every_cut("resume", 8, ItemStatus::Active, |shop, server| {
        shop.world(|world| {
            assert!(world.data_ports_of(server).all(|port| port.admin_up));
            assert!(world.server(server).unwrap().running());
        });
    })
    .await;
}

#[tokio::test]
async fn close_survives_being_stopped_after_every_exchange() {
    every_cut("close", 25, ItemStatus::Deleted, |shop, server| {
        shop.world(|world| {
            let found = world.server(server).unwrap();
            assert!(!found.running());
            assert_eq!(found.owner, None);
            assert!(!found.is_maintenance);
            assert!(world.data_ports_of(server).all(|port| !port.admin_up));
            assert_eq!(world.addresses_of(server).count(), 0);
            assert!(
                found.disks.iter().all(|disk| disk.boot_taint.is_empty()),
                "wiped to the level promised"
            );
        });
    })
    .await;
}

/// safety.md D, (c): an order stopped anywhere is deleted, whatever it had done; the client keeps nothing.
#[tokio::test]
async fn close_follows_an_open_stopped_after_any_exchange() {
    let exchanges = run(&ready_for("open").await, "open", Meter::new())
        .await
        .1
        .expect("not cut");
    // Two of three: reads in a row leave the same state behind.
    for cut in (1..=exchanges).filter(|cut| cut % 3 != 0) {
        let shop = ready_for("open").await;
        // The owner may have been written without showing yet (K21).
        let stale = FaultRule::new("server_owner_set", "stale").param("reads", 5);
        shop.simulation.mock.fault(stale).unwrap();
        run(&shop, "open", Meter::cutting_after(cut)).await;
        let job = shop.simulation.billmanager().transport(shop.direct());
        let operation = job.begin("close", ITEM);
        let actor = shop.simulation.clock.participant();
        let last = job.until_done(&actor, operation).await;
        drop(actor);
        assert_eq!(
            shop.status(ITEM),
            ItemStatus::Deleted,
            "cut {cut}: {last:?}"
        );
        shop.world(|world| {
            let client = world.user_by_email("client@a.test").map(|user| user.id);
            let kept: Vec<_> = world
                .servers()
                .filter(|server| client.is_some() && server.owner == client)
                .collect();
            assert!(kept.is_empty(), "cut {cut}: {kept:?}");
        });
        shop.simulation.rest();
        let verdict = shop.simulation.mock.verdict();
        assert_eq!(verdict.violations, 0, "cut {cut}: {verdict:#?}");
    }
}
