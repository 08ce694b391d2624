//! Two at once (safety.md E; F01, F03, F11).

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use billmgr_module::panel::ItemStatus;
use dcim6_client::{BoxFuture, Clock, Transport, TransportError, WireRequest, WireResponse};
use mock_dcim::PanelAction;
use standin::{InProcess, Participant};

use crate::shop::{CONFIGURATION, ITEM, Shop};

const OTHER: u64 = 1205;

/// Holds each order after its list of servers until all have theirs.
#[derive(Debug)]
struct HeldAfterList {
    inner: InProcess,
    actor: Participant,
    arrived: Arc<AtomicUsize>,
    all: usize,
}

impl Transport for HeldAfterList {
    fn send(&self, request: WireRequest) -> BoxFuture<'_, Result<WireResponse, TransportError>> {
        Box::pin(async move {
            let is_choice =
                request.operation == "server_list" && request.url.contains("owner_email");
            let answer = self.inner.send(request).await;
            if is_choice {
                self.arrived.fetch_add(1, Ordering::SeqCst);
                while self.arrived.load(Ordering::SeqCst) < self.all {
                    self.actor.sleep(Duration::from_secs(1)).await;
                }
            }
            answer
        })
    }
}

/// F01: both see the one free server; one gets it, the other is refused cleanly, whoever is first.
#[tokio::test]
async fn two_orders_for_one_server_make_one_service() {
    for order in [[ITEM, OTHER], [OTHER, ITEM]] {
        let shop =
            Shop::with(|shop| shop.order(OTHER, 31, "Debian-12-x86_64", "other@a.test")).await;
        let free = leave_one_free(&shop);
        let arrived = Arc::new(AtomicUsize::new(0));
        let operations = order.map(|item| (item, shop.simulation.panel.pay(item)));
        let actors = [
            shop.simulation.clock.participant(),
            shop.simulation.clock.participant(),
        ];
        // Each actor goes into its own run: one that is done must not keep the other waiting.
        let runs = operations
            .iter()
            .zip(actors)
            .map(|(&(item, operation), actor)| {
                let held = HeldAfterList {
                    inner: InProcess(shop.simulation.mock.clone()),
                    actor: actor.clone(),
                    arrived: arrived.clone(),
                    all: 2,
                };
                let job = shop.simulation.billmanager().transport(Arc::new(held));
                async move { job.run_as(&actor, "open", item, Some(operation)).await }
            });
        let ran = futures_util::future::join_all(runs).await;

        assert_eq!(
            arrived.load(Ordering::SeqCst),
            2,
            "both had read the list before either went on"
        );
        let winners: Vec<u64> = order
            .into_iter()
            .filter(|item| shop.status(*item) == ItemStatus::Active)
            .collect();
        assert_eq!(winners.len(), 1, "{ran:?}");
        assert_eq!(shop.server(winners[0]), Some(free));
        let (loser, operation) = *operations
            .iter()
            .find(|(item, _)| *item != winners[0])
            .unwrap();
        assert_eq!(shop.server(loser), None);
        assert_eq!(shop.writes(operation).len(), 0, "the loser wrote nothing");
        shop.assert_with_staff(operation, "similar_server");
        let installs = shop
            .simulation
            .mock
            .journal()
            .iter()
            .filter(|entry| entry.name == Some("server_install"))
            .count();
        assert_eq!(installs, 1);
        shop.assert_unharmed();
    }
}

/// F11: the same order twice at the same time: one works, the other waits for its lock and then hands over.
#[tokio::test]
async fn one_order_opened_twice_is_installed_once() {
    let shop = Shop::new().await;
    let operation = shop.simulation.panel.pay(ITEM);
    let job = shop.simulation.billmanager().transport(shop.direct());
    let (one, two) = (
        shop.simulation.clock.participant(),
        shop.simulation.clock.participant(),
    );
    let first = async {
        let ran = job.run_as(&one, "open", ITEM, Some(operation)).await;
        drop(one);
        ran
    };
    let second = async {
        let ran = job.run_as(&two, "open", ITEM, Some(operation)).await;
        drop(two);
        ran
    };
    let (first, second) = futures_util::join!(first, second);
    assert_eq!((first.code, second.code), (0, 1));
    assert!(second.out.contains("busy"), "{}", second.out);
    assert_eq!(shop.status(ITEM), ItemStatus::Active);
    let installs = shop
        .writes(operation)
        .iter()
        .filter(|entry| entry.name == Some("server_install"))
        .count();
    assert_eq!(installs, 1);
    shop.assert_unharmed();
}

/// E1: a lock lost in the middle is taken anew, everything is read again, and the work goes on.
#[tokio::test]
async fn a_lost_lock_is_taken_anew() {
    let shop = Shop::new().await;
    let operation = shop.simulation.panel.pay(ITEM);
    let job = shop.simulation.billmanager().transport(shop.direct());
    let actor = shop.simulation.clock.participant();
    let run = async {
        let ran = job.run_as(&actor, "open", ITEM, Some(operation)).await;
        drop(actor);
        ran
    };
    let thief = async {
        let actor = shop.simulation.clock.participant();
        for _ in 0..20 {
            actor.sleep(Duration::from_secs(61)).await;
            shop.simulation.panel.lose_locks();
        }
    };
    let (ran, ()) = futures_util::join!(run, thief);
    assert_eq!(
        (ran.code, shop.status(ITEM)),
        (0, ItemStatus::Active),
        "{}",
        ran.out
    );
    shop.assert_unharmed();
}

/// Take every server of the configuration but one out of sale.
fn leave_one_free(shop: &Shop) -> u64 {
    let fits: Vec<u64> = shop.world(|world| {
        let of_configuration = |server: &&mock_dcim::Server| {
            server.location == 1 && server.configuration.as_deref() == Some(CONFIGURATION)
        };
        world
            .servers()
            .filter(of_configuration)
            .filter(|server| world.sellable(server))
            .map(|server| server.id)
            .collect()
    });
    for server in &fits[1..] {
        shop.simulation
            .mock
            .act(PanelAction::Maintenance {
                server: *server,
                on: true,
            })
            .unwrap();
    }
    fits[0]
}
