//! The whole life of services on real parts: the built `pmdcim6`, spawned by BILLmanager's job, on MariaDB and mgrctl, against DCImanager over
//! TLS with a pin, on real time.

mod bad_input;
mod failures;
mod kills;
mod mgrctl;
mod names;
mod offers;
mod people;

use harness::{Host, Order};
use mock_dcim::PromiseState;

/// The configuration that the fleet of the host has most of.
const CONFIGURATION: &str = "i9-9900K-64Gb-2x1024NVMe";

/// A host that sells one tariff through one instance.
struct Shop {
    host: Host,
    instance: u64,
    tariff: u64,
}

impl Shop {
    async fn open() -> Option<Self> {
        Some(Self::on(Host::start().await?).await)
    }

    async fn on(host: Host) -> Self {
        let data_center = host.data_center(1).await;
        let instance = host.connection().in_data_center(data_center);
        let instance = host.instance(&instance).await;
        let tariff = host.tariff(CONFIGURATION, &[instance]).await;
        Self {
            host,
            instance,
            tariff,
        }
    }

    async fn order(&self) -> u64 {
        self.host.order(&Order::of(self.tariff)).await
    }

    /// Run a command to its end, which must be a good one.
    async fn succeeds(&self, command: &str, item: u64) {
        let (operation, ran) = self.host.once(command, item).await;
        assert_eq!(
            (ran.code, ran.out.as_str(), ran.err.as_str()),
            (Some(0), "", ""),
            "{command}: {ran:?}"
        );
        let left = self.host.operation(operation).await;
        assert_eq!(left, None, "{command} left its operation");
    }

    /// The judge found nothing, and has judged whatever real parts can show.
    async fn assert_unharmed(&self) {
        self.host.show_all().await;
        let verdict = self.host.mock.verdict();
        assert_eq!(verdict.violations, 0, "{verdict:#?}");
        for id in ["S1", "S2", "S3", "S5", "S7"] {
            let state = verdict.promise(id).map(|promise| promise.state);
            assert_eq!(state, Some(PromiseState::Held), "{id}: {verdict:#?}");
        }
    }

    fn ports(&self, server: u64) -> Vec<bool> {
        let ports = |world: &mock_dcim::World| {
            world
                .data_ports_of(server)
                .map(|port| port.admin_up)
                .collect()
        };
        self.host.mock.world(ports)
    }

    fn is_on(&self, server: u64) -> bool {
        self.host
            .mock
            .world(|world| world.server(server).expect("a server").running())
    }

    /// A power command of ours is left alone for five minutes (R45): let them have passed.
    async fn forget_power(&self, item: u64) {
        let long_ago = "\"2026-01-01T00:00:00Z\"";
        self.host.set_parameter(item, "dcim6_power", long_ago).await;
    }
}

#[tokio::test]
async fn services_live_from_order_to_deletion_side_by_side() {
    let Some(shop) = Shop::open().await else {
        return;
    };
    let one = async |shop: &Shop| {
        let item = shop.order().await;
        shop.succeeds("open", item).await;
        assert_eq!(shop.host.status(item).await, 2);
        let server = shop.host.server(item).await.expect("a server");
        let slots = shop.host.slots(item).await;
        assert_eq!(slots.len(), 1);
        assert_eq!(slots[0].status, 2, "the address counts: {slots:?}");
        assert_eq!(shop.host.secrets(item).await["password"].len(), 24);

        shop.succeeds("suspend", item).await;
        assert_eq!(shop.host.status(item).await, 3);
        assert!(shop.ports(server).iter().all(|up| !up));
        assert!(shop.is_on(server), "a stop leaves the power alone");
        shop.forget_power(item).await;
        let ran = shop.host.sync(item).await;
        assert_eq!((ran.code, ran.out.as_str()), (Some(0), ""), "{ran:?}");
        assert!(
            !shop.is_on(server),
            "a reconcile switches a stopped service off"
        );

        shop.succeeds("resume", item).await;
        assert_eq!(shop.host.status(item).await, 2);
        assert!(shop.is_on(server) && shop.ports(server).iter().all(|up| *up));

        shop.succeeds("stop", item).await;
        assert!(!shop.is_on(server));
        shop.succeeds("start", item).await;
        assert!(shop.is_on(server));
        shop.succeeds("reboot", item).await;
        shop.succeeds("hardreboot", item).await;
        shop.succeeds("prolong", item).await;

        shop.host.add_slot(item).await;
        shop.succeeds("setparam", item).await;
        let slots = shop.host.slots(item).await;
        assert!(slots.iter().all(|slot| slot.status == 2), "{slots:?}");
        let third = shop.host.add_slot(item).await;
        let (operation, ran) = shop.host.once("addip", item).await;
        assert_eq!(ran.code, Some(0), "{ran:?}");
        let slots = shop.host.slots(item).await;
        assert!(slots.iter().all(|slot| slot.status == 2), "{slots:?}");
        // `service.ip.add.commit` is all that BILLmanager is told: whether the operation ends by it is BILLmanager's own (assumed).
        shop.host.finish(operation).await;
        let operation = shop.host.begin("delip", item).await;
        let job = shop.host.next_run(operation).await.option("--ip_id", third);
        let ran = shop.host.command(job).await;
        assert_eq!(ran.code, Some(0), "{ran:?}");
        shop.host.finish(operation).await;
        assert_eq!(shop.host.slots(item).await.len(), 2);

        shop.succeeds("close", item).await;
        assert_eq!(shop.host.status(item).await, 4);
        server
    };
    let servers = tokio::join!(one(&shop), one(&shop), one(&shop));
    assert!(servers.0 != servers.1 && servers.1 != servers.2 && servers.0 != servers.2);
    shop.assert_unharmed().await;
}
