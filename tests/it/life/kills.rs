//! Processes that are stopped: by SIGTERM, which ends an exchange and no more, and by SIGKILL, which ends nothing.

use harness::{Host, Running};

use super::Shop;

/// A moment of a run: so many calls of an mgrctl function, or exchanges of DCImanager, since the run began.
#[derive(Debug, Clone, Copy)]
enum Moment {
    Called(&'static str, usize),
    Sent(&'static str, usize),
}

impl Moment {
    fn count(self, host: &Host) -> usize {
        match self {
            Self::Called(function, _) => host
                .root
                .calls()
                .iter()
                .filter(|call| call.function == function)
                .count(),
            Self::Sent(name, _) => host
                .mock
                .journal()
                .iter()
                .filter(|entry| entry.name == Some(name))
                .count(),
        }
    }

    fn times(self) -> usize {
        let (Self::Called(_, times) | Self::Sent(_, times)) = self;
        times
    }

    async fn comes(self, running: &mut Running<'_>, before: usize) -> bool {
        running
            .until(|host| self.count(host) >= before + self.times())
            .await
    }
}

/// The fixed points of safety.md J, as near as a signal can come to them: an effect has been written down, and its answer is on the way.
const OPENING: [Moment; 12] = [
    // Claim, c5.
    Moment::Called("service.saveparam", 1),
    Moment::Called("service.saveparam", 3),
    Moment::Sent("user_list", 1),
    // Owner write, c3.
    Moment::Sent("server_owner_set", 1),
    Moment::Sent("server_ip_add", 1),
    Moment::Sent("server_power_on", 1),
    // Install, c3 and c4.
    Moment::Sent("server_install", 1),
    Moment::Sent("server_operation_get", 1),
    Moment::Called("service.ip.add", 1),
    Moment::Called("service.ip.add.commit", 1),
    // Stage `installed`, c2: the login is saved after it.
    Moment::Called("service.saveparam", 9),
    // dedic.open, c3.
    Moment::Called("dedic.open", 1),
];
const CLOSING: [Moment; 9] = [
    Moment::Called("service.saveparam", 1),
    Moment::Sent("server_ip_delete", 1),
    Moment::Sent("server_maintenance_set", 1),
    // Owner removal, c5.
    Moment::Sent("server_owner_set", 1),
    Moment::Called("service.saveparam", 4),
    // Diagnostics, c3.
    Moment::Sent("server_diag", 1),
    Moment::Sent("server_power_off", 1),
    Moment::Sent("switch_port_set", 1),
    // Postclose, c3.
    Moment::Called("service.postclose", 1),
];
const STOPPING: [Moment; 3] = [
    Moment::Called("service.saveparam", 1),
    // Port k of n, c3.
    Moment::Sent("switch_port_set", 1),
    Moment::Sent("switch_port_set", 2),
];

/// Answers whether the moment came before the run had ended by itself.
async fn kill_at(shop: &Shop, command: &str, item: u64, moment: Moment) -> bool {
    let operation = match command {
        "open" => shop.host.pay(item).await,
        _ => shop.host.begin(command, item).await,
    };
    let before = moment.count(&shop.host);
    let job = shop.host.next_run(operation).await;
    let mut running = shop.host.spawn(job).await;
    let came = moment.comes(&mut running, before).await;
    running.kill();
    let ran = running.wait().await;
    // A run that ended by itself before the moment came, or as it came, was not killed.
    assert!(came || ran.code == Some(0), "{command} {moment:?}: {ran:?}");
    shop.host.until_done(operation).await;
    assert_eq!(
        shop.host.operation(operation).await,
        None,
        "{command} {moment:?}"
    );
    came
}

#[tokio::test]
async fn a_killed_process_leaves_what_the_next_one_finishes() {
    let Some(shop) = Shop::open().await else {
        return;
    };
    let mut killed = 0;
    for moment in OPENING {
        let item = shop.order().await;
        killed += usize::from(kill_at(&shop, "open", item, moment).await);
        assert_eq!(shop.host.status(item).await, 2, "{moment:?}");
        shop.succeeds("close", item).await;
    }
    for moment in CLOSING {
        let item = shop.order().await;
        shop.succeeds("open", item).await;
        killed += usize::from(kill_at(&shop, "close", item, moment).await);
        assert_eq!(shop.host.status(item).await, 4, "{moment:?}");
    }
    let item = shop.order().await;
    shop.succeeds("open", item).await;
    for moment in STOPPING {
        killed += usize::from(kill_at(&shop, "suspend", item, moment).await);
        assert_eq!(shop.host.status(item).await, 3, "{moment:?}");
        shop.succeeds("resume", item).await;
    }
    assert_eq!(killed, OPENING.len() + CLOSING.len() + STOPPING.len());
    shop.assert_unharmed().await;
}

#[tokio::test]
async fn a_terminated_process_says_so_and_reports_nothing() {
    let Some(shop) = Shop::open().await else {
        return;
    };
    for moment in [OPENING[0], OPENING[1], OPENING[4]] {
        let item = shop.order().await;
        let operation = shop.host.pay(item).await;
        let before = moment.count(&shop.host);
        let job = shop.host.next_run(operation).await;
        let mut running = shop.host.spawn(job).await;
        assert!(moment.comes(&mut running, before).await, "{moment:?}");
        running.terminate();
        let ran = running.wait().await;
        assert_eq!(
            (ran.code, ran.err.as_str()),
            (Some(1), ""),
            "{moment:?}: {ran:?}"
        );
        assert!(
            ran.out.starts_with("<doc><error type=\"terminated\""),
            "{moment:?}: {}",
            ran.out
        );
        let row = shop.host.operation(operation).await.expect("it waits");
        assert_eq!((row.manual, row.errorxml), (false, None), "{moment:?}");
        shop.host.until_done(operation).await;
        assert_eq!(shop.host.status(item).await, 2, "{moment:?}");
        shop.succeeds("close", item).await;
    }
    shop.assert_unharmed().await;
}

/// F02, F11: two processes at one order, and four orders for what is left: each gets a server of its own, or a clean refusal.
#[tokio::test]
async fn processes_side_by_side_never_share_a_server() {
    let Some(shop) = Shop::open().await else {
        return;
    };
    let item = shop.order().await;
    let operation = shop.host.pay(item).await;
    let (one, other) = (
        shop.host.next_run(operation).await,
        shop.host.next_run(operation).await,
    );
    let (one, other) = tokio::join!(shop.host.command(one), shop.host.command(other));
    assert_eq!(
        (one.code, other.code),
        (Some(0), Some(0)),
        "{one:?} {other:?}"
    );

    let mut orders = Vec::new();
    for _ in 0..7 {
        orders.push(shop.order().await);
    }
    let opened =
        futures_util::future::join_all(orders.iter().map(|item| shop.host.once("open", *item)))
            .await;
    let done = opened.iter().filter(|(_, ran)| ran.code == Some(0)).count();
    // Six of this configuration, one of them sold above.
    assert_eq!(done, 5, "{opened:#?}");
    for (_, ran) in opened.iter().filter(|(_, ran)| ran.code != Some(0)) {
        assert!(
            ran.out.contains("type=\"similar_server\"") || ran.out.contains("type=\"busy\""),
            "{}",
            ran.out
        );
    }
    let mut servers = Vec::new();
    for item in orders.iter().chain([&item]) {
        servers.extend(shop.host.server(*item).await);
    }
    servers.sort_unstable();
    servers.dedup();
    assert_eq!(servers.len(), 6);
    shop.assert_unharmed().await;
}
