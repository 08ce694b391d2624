//! The same rows in both of them, and what changes them from outside.

use std::sync::Arc;

use billmgr_module::interrupt::Interrupt;
use billmgr_module::panel::live::LivePanel;
use billmgr_module::panel::{Panel, TariffOption};
use dcim6_client::{Clock, TokioClock};
use harness::{Effect, Fault, Order};
use standin::memory::MemoryPanel;
use standin::{Meter, MeteredPanel};

use super::hasty::Hasty;

/// The address of every instance's DCImanager. Nobody asks it anything here.
pub const URL: &str = "https://dci.test";
/// The password of every instance.
pub const PASSWORD: &str = "instance \"password\" <1>";
/// The configuration of both tariffs.
pub const CONFIGURATION: &str = "E5-2630-64Gb-2x960SSD";

/// Who stands behind the port.
pub enum Behind {
    Memory(MemoryPanel),
    Live(Box<harness::Host>),
}

/// A BILLmanager with four instances, two tariffs and two orders.
///
/// `wide` is sold by `first`, `second`, one that is switched off and one of another program, in this order; `narrow` by `second` only.
/// The instance that is asked first has not the lowest id.
pub struct World {
    pub panel: Box<dyn Panel>,
    pub behind: Behind,
    pub meter: Arc<Meter>,
    /// Managed by DCImanager 6, location 1.
    pub data_center: u64,
    /// Not managed by DCImanager 6.
    pub other_data_center: u64,
    pub first: u64,
    pub second: u64,
    pub foreign: u64,
    pub wide: u64,
    pub narrow: u64,
    /// An order of `wide` with two addresses, for `client@a.test`, served by `first`.
    pub item: u64,
    /// An order of `narrow` with one address, for `client@b.test`.
    pub other: u64,
}

impl World {
    /// Describe it to the in-process stand-in.
    pub fn in_memory() -> Self {
        let admin = || ("admin@dci.test".to_owned(), PASSWORD.to_owned());
        let panel_option = TariffOption {
            name: "panel".to_owned(),
            chosen: Some("isp".to_owned()),
            count: 0,
        };
        let panel = MemoryPanel::builder()
            .other_datacenter(2)
            .datacenter(1, 1)
            .instance(7, URL, admin())
            .instance(8, URL, admin())
            .instance(9, URL, admin())
            .instance(10, URL, admin())
            .setting(8, "by_server_type", "on")
            .sort(8, -5)
            .sort(10, 9)
            .idle(9)
            .program(10, "pmother")
            .tariff(31, CONFIGURATION)
            .tariff(41, CONFIGURATION)
            .sold_by(31, &[7, 8, 9, 10])
            .sold_by(41, &[7])
            .option(31, panel_option)
            .order(1204, 31, "Debian-12-x86_64", "client@a.test")
            .address(1204)
            .order(1210, 41, "Debian-12-x86_64", "client@b.test")
            .build();
        Self {
            panel: Box::new(panel.clone()),
            behind: Behind::Memory(panel),
            meter: Meter::new(),
            data_center: 1,
            other_data_center: 2,
            first: 8,
            second: 7,
            foreign: 10,
            wide: 31,
            narrow: 41,
            item: 1204,
            other: 1210,
        }
    }

    /// Put it into a real one; `None` where MariaDB is missing.
    pub async fn live() -> Option<Self> {
        Some(Self::on(harness::Host::start().await?).await)
    }

    /// Put it into this one.
    pub async fn on(host: harness::Host) -> Self {
        let db = &host.database;
        let data_center = host.data_center(1).await;
        let other_data_center = db
            .run("INSERT INTO datacenter (name) VALUES ('DC 5')", &[])
            .await;
        let mut connection = host
            .connection()
            .with("url", URL)
            .in_data_center(data_center);
        connection.secrets = vec![("password".to_owned(), PASSWORD.to_owned())];
        let second = host.instance(&connection).await;
        let first = connection.clone().with("by_server_type", "on").priority(-5);
        let first = host.instance(&first).await;
        let idle = host.instance(&connection).await;
        let sql = "UPDATE processingmodule SET active = 'off' WHERE id = ?";
        db.run(sql, &[&idle]).await;
        let mut foreign = connection.clone().priority(9);
        "pmother".clone_into(&mut foreign.module);
        let foreign = host.instance(&foreign).await;
        let wide = host
            .tariff(CONFIGURATION, &[foreign, second, first, idle])
            .await;
        let narrow = host.tariff(CONFIGURATION, &[second]).await;
        let sql = "INSERT INTO enumerationitem (intname) VALUES ('isp')";
        let chosen = db.run(sql, &[]).await;
        // What is switched off, and what staff do by hand, is no option of a tariff.
        let sql = "INSERT INTO pricelist (parent, intname, itemtype, active, addontype, billtype, enumerationitem) \
                   VALUES (?, 'panel', 31, 'on', 3, 2, ?), (?, 'gone', 31, 'off', 3, 2, ?), (?, 'by_hand', 31, 'on', 3, 10, ?)";
        db.run(sql, &[&wide, &chosen, &wide, &chosen, &wide, &chosen])
            .await;
        let item = host.order(&Order::of(wide).addresses(2)).await;
        let other = host.order(&Order::of(narrow).client("client@b.test")).await;
        let clock: Arc<dyn Clock> = Arc::new(TokioClock);
        let root = host.root.directory().to_owned();
        Self {
            panel: Box::new(LivePanel::new(root, &clock, &Interrupt::default())),
            behind: Behind::Live(Box::new(host)),
            meter: Meter::new(),
            data_center,
            other_data_center,
            first,
            second,
            foreign,
            wide,
            narrow,
            item,
            other,
        }
    }

    /// The port with a meter on it, which can lose an answer.
    pub fn metered(&self) -> MeteredPanel<'_> {
        MeteredPanel::new(&*self.panel, self.meter.clone())
    }

    /// Let a new process of the module stand before this BILLmanager.
    pub fn process(panel: &dyn Panel) -> billmgr_module::Host<'_> {
        billmgr_module::Host::new(panel, Arc::new(Hasty))
    }

    /// Set a plain parameter of a service, as staff do.
    pub async fn set_parameter(&self, item: u64, name: &str, value: &str) {
        match &self.behind {
            Behind::Memory(panel) => panel.set_parameter(item, name, value),
            Behind::Live(host) => host.set_parameter(item, name, value).await,
        }
    }

    /// Let the client pay. Answers the operation.
    pub async fn pay(&self, item: u64) -> u64 {
        match &self.behind {
            Behind::Memory(panel) => panel.pay(item),
            Behind::Live(host) => host.pay(item).await,
        }
    }

    /// Begin an operation. Answers it.
    pub async fn begin(&self, command: &'static str, item: u64) -> u64 {
        match &self.behind {
            Behind::Memory(panel) => panel.begin(item, command),
            Behind::Live(host) => host.begin(command, item).await,
        }
    }

    /// Try an operation for the second time.
    pub async fn try_again(&self, operation: u64) {
        match &self.behind {
            Behind::Memory(panel) => assert!(panel.retry(operation)),
            Behind::Live(host) => {
                host.next_run(operation).await;
                host.next_run(operation).await;
            }
        }
    }

    /// Let the client change the tariff.
    pub async fn change_tariff(&self, item: u64, tariff: u64) {
        match &self.behind {
            Behind::Memory(panel) => panel.change_tariff(item, tariff),
            Behind::Live(host) => {
                let sql = "UPDATE item SET lastpricelist = pricelist, pricelist = ? WHERE id = ?";
                host.database.run(sql, &[&tariff, &item]).await;
            }
        }
    }

    /// Keep parameters in the older form only.
    pub fn keep_older_form(&self) {
        match &self.behind {
            Behind::Memory(panel) => panel.keep_older_form(),
            Behind::Live(host) => host.root.spoil(&[Fault {
                function: "service.saveparam".to_owned(),
                skip: 0,
                times: 100,
                effect: Effect::OlderForm,
            }]),
        }
    }

    /// Set or take away the flag of a copied BILLmanager.
    pub fn do_nothing(&self, set: bool) {
        match &self.behind {
            Behind::Memory(panel) => panel.do_nothing(set),
            Behind::Live(host) => host.root.do_nothing(set),
        }
    }

    /// The error an operation shows, and whether it is left to staff.
    pub async fn shown(&self, operation: u64) -> (Option<String>, bool) {
        match &self.behind {
            Behind::Memory(panel) => {
                let row = panel.operation(operation).unwrap();
                (row.errorxml, row.manual)
            }
            Behind::Live(host) => {
                let row = host.operation(operation).await.unwrap();
                (row.errorxml, row.manual)
            }
        }
    }

    /// All tasks: operation and text.
    pub async fn tasks(&self) -> Vec<(Option<u64>, String)> {
        match &self.behind {
            Behind::Memory(panel) => {
                let tasks = panel.tasks().into_iter();
                tasks.map(|task| (task.operation, task.text)).collect()
            }
            Behind::Live(host) => {
                let tasks = host.tasks().await.into_iter();
                tasks.map(|task| (task.operation, task.params)).collect()
            }
        }
    }

    /// All problems, as text.
    pub async fn problems(&self) -> Vec<String> {
        match &self.behind {
            Behind::Memory(panel) => panel.problems(),
            Behind::Live(host) => {
                let problems = host.problems().await.into_iter();
                problems
                    .map(|problem| format!("{} {}", problem.name, problem.params))
                    .collect()
            }
        }
    }

    /// How often a function was called.
    pub fn times(&self, function: &str) -> usize {
        match &self.behind {
            Behind::Memory(panel) => {
                let calls = panel.calls();
                let named = |call: &&String| call.split(' ').next() == Some(function);
                calls.iter().filter(named).count()
            }
            Behind::Live(host) => {
                let calls = host.root.calls();
                let named = |call: &&harness::Called| call.function == function;
                calls.iter().filter(named).count()
            }
        }
    }
}
