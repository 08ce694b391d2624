//! Named locks (Q12; safety.md E1).

use std::time::{Duration, Instant};

use billmgr_module::panel::{Lock, Panel};
use harness::Host;

use super::world::{Behind, World};

on_both!(
    a_lock_has_one_holder_and_comes_back,
    locks_of_different_names_do_not_meet
);

/// Take a lock that is being given back: a server notices the end of a connection when it comes to it.
async fn soon(panel: &dyn Panel, name: &str) -> Box<dyn Lock> {
    let begun = Instant::now();
    loop {
        if let Some(lock) = panel.try_lock(name).await.unwrap() {
            return lock;
        }
        assert!(begun.elapsed() < Duration::from_secs(20), "{name} is lost");
        tokio::task::yield_now().await;
    }
}

async fn a_lock_has_one_holder_and_comes_back(world: World) {
    let name = format!("pmdcim6.item.{}", world.item);
    let lock = world.panel.try_lock(&name).await.unwrap().unwrap();
    assert!(lock.is_held().await.unwrap());
    for _ in 0..2 {
        assert!(world.panel.try_lock(&name).await.unwrap().is_none());
    }
    assert!(lock.is_held().await.unwrap(), "a try in vain takes nothing");
    drop(lock);
    let lock = soon(&*world.panel, &name).await;
    assert!(lock.is_held().await.unwrap());
}

async fn locks_of_different_names_do_not_meet(world: World) {
    let name = |item| format!("pmdcim6.item.{item}");
    let one = world.panel.try_lock(&name(world.item)).await.unwrap();
    let other = world.panel.try_lock(&name(world.other)).await.unwrap();
    let (one, other) = (one.unwrap(), other.unwrap());
    drop(one);
    assert!(other.is_held().await.unwrap());
}

/// F09: whoever lost a lock is told so, and the next may have it.
async fn a_lost_lock_is_known(world: World) {
    let lock = world.panel.try_lock("pmdcim6.pick").await.unwrap().unwrap();
    match &world.behind {
        Behind::Memory(panel) => panel.lose_locks(),
        Behind::Live(host) => host.kill_connections().await,
    }
    // A database that cannot be asked is as good as a no.
    assert!(!matches!(lock.is_held().await, Ok(true)));
    let next = soon(&*world.panel, "pmdcim6.pick").await;
    assert!(next.is_held().await.unwrap());
    assert!(!matches!(lock.is_held().await, Ok(true)));
    drop(lock);
    assert!(
        next.is_held().await.unwrap(),
        "it was not theirs to give back"
    );
}

#[tokio::test]
async fn in_memory_a_lost_lock_is_known() {
    a_lost_lock_is_known(World::in_memory()).await;
}

/// On a MariaDB of its own: all connections are killed.
#[tokio::test]
async fn live_a_lost_lock_is_known() {
    if let Some(host) = Host::builder().own_server().start().await {
        a_lost_lock_is_known(World::on(host).await).await;
    }
}
