//! mgrctl and MariaDB that fail, answer late, lose their answers or their connections.

use harness::{Effect, Fault, Host, Order};

use super::Shop;

/// mgrctl fails in each of its ways at each function of an opening; nothing is lost, nothing happens twice.
#[tokio::test]
async fn an_opening_survives_each_failure_of_mgrctl() {
    let Some(shop) = Shop::open().await else {
        return;
    };
    for (function, times, effect) in [
        ("service.saveparam", 2, Effect::Exit),
        ("service.saveparam", 2, Effect::Lost),
        ("service.saveparam", 1, Effect::Garbage),
        ("service.saveparam", 100, Effect::OlderForm),
        ("service.ip.add", 1, Effect::Lost),
        ("service.ip.add.commit", 1, Effect::Exit),
        ("dedic.open", 1, Effect::Exit),
        ("dedic.open", 1, Effect::Lost),
        ("dedic.open", 1, Effect::Garbage),
        ("dedic.open", 1, Effect::Slow(300)),
        (
            "dedic.open",
            1,
            Effect::Refuse {
                kind: "billmgr".to_owned(),
                object: String::new(),
            },
        ),
    ] {
        let case = format!("{effect:?} at {function}");
        shop.host
            .root
            .spoil(&[Fault::of(function, effect).times(times)]);
        let item = shop.order().await;
        let (operation, ran) = shop.host.once("open", item).await;
        assert_eq!(
            (ran.code, ran.out.as_str()),
            (Some(0), ""),
            "{case}: {ran:?}"
        );
        assert_eq!(shop.host.operation(operation).await, None, "{case}");
        assert_eq!(shop.host.status(item).await, 2, "{case}");
        shop.host.root.spoil(&[]);
        // Only six servers of this configuration stand there.
        shop.succeeds("close", item).await;
    }
    shop.assert_unharmed().await;
}

/// BILLmanager says no to the last call for good: the error is its own, and the service waits as it is.
#[tokio::test]
async fn a_refused_completion_is_told_and_the_next_run_ends_it() {
    let Some(shop) = Shop::open().await else {
        return;
    };
    let refuse = Effect::Refuse {
        kind: "access".to_owned(),
        object: "elid".to_owned(),
    };
    shop.host
        .root
        .spoil(&[Fault::of("dedic.open", refuse).times(1)]);
    let item = shop.order().await;
    let (operation, ran) = shop.host.once("open", item).await;
    assert_eq!(ran.code, Some(1));
    assert!(
        ran.out
            .starts_with("<doc><error type=\"process\" object=\"dedic.open\""),
        "{}",
        ran.out
    );
    let before = shop
        .host
        .mock
        .journal()
        .iter()
        .filter(|entry| entry.name == Some("server_install"))
        .count();
    assert_eq!(shop.host.run(operation).await.code, Some(0));
    let after = shop
        .host
        .mock
        .journal()
        .iter()
        .filter(|entry| entry.name == Some("server_install"))
        .count();
    assert_eq!((before, after), (1, 1), "S8: nothing is installed twice");
    shop.assert_unharmed().await;
}

/// A BILLmanager without a kind of task for the command: a simple task, so that somebody knows.
#[tokio::test]
async fn without_a_kind_of_task_there_is_a_simple_one() {
    let Some(shop) = Shop::open().await else {
        return;
    };
    shop.host
        .root
        .spoil(&[Fault::of("task.gettype", Effect::EmptyTaskType).times(3)]);
    let tariff = shop
        .host
        .tariff("i9-9900K-32Gb-2x1024NVMe", &[shop.instance])
        .await;
    let item = shop.host.order(&Order::of(tariff)).await;
    let (operation, ran) = shop.host.once("open", item).await;
    assert_eq!(ran.code, Some(1));
    // Staff start it again with nothing changed: it is still manual, so they know.
    for _ in 0..2 {
        assert_eq!(shop.host.task_start(operation).await.code, Some(1));
    }
    let tasks = shop.host.tasks().await;
    assert_eq!(tasks.len(), 1);
    assert_eq!(tasks[0].kind, "simple");
}

/// The database is reached by an address as well as by a socket.
#[tokio::test]
async fn the_database_may_be_behind_an_address() {
    let Some(host) = Host::builder().over_tcp().start().await else {
        return;
    };
    let shop = Shop::on(host).await;
    let item = shop.order().await;
    shop.succeeds("open", item).await;
    shop.succeeds("close", item).await;
    shop.assert_unharmed().await;
}

/// F09: the connection that holds the lock is killed inside the claim; nobody else gets the server, and the order is served.
#[tokio::test]
async fn a_lock_that_is_lost_is_noticed() {
    let Some(host) = Host::builder().own_server().start().await else {
        return;
    };
    let shop = Shop::on(host).await;
    let item = shop.order().await;
    let operation = shop.host.pay(item).await;
    let job = shop.host.next_run(operation).await;
    // The first write is slow, so that there is time.
    shop.host
        .root
        .spoil(&[Fault::of("service.saveparam", Effect::Slow(400)).times(1)]);
    let mut running = shop.host.spawn(job).await;
    assert!(running.until(|host| !host.mock.journal().is_empty()).await);
    shop.host.kill_connections().await;
    let ran = running.wait().await;
    if ran.code != Some(0) {
        assert!(
            ran.out.contains("type=\"db\"") || ran.out.contains("type=\"busy\""),
            "{}",
            ran.out
        );
        shop.host.until_done(operation).await;
    }
    assert_eq!(shop.host.status(item).await, 2);
    shop.assert_unharmed().await;
}
