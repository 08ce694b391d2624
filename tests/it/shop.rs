//! A small shop to try things in: orders of the built-in fleet's commonest configuration, and words for what tests ask.

use std::time::Duration;

use billmgr_module::panel::{ItemStatus, Panel};
use mock_dcim::{JournalEntry, PanelAction, PromiseState, World};
use secrecy::ExposeSecret;
use serde_json::Value;
use standin::memory::{MemoryPanel, MemoryPanelBuilder};
use standin::{InProcess, Ran, Simulation};

/// The configuration most servers of the first location have.
pub const CONFIGURATION: &str = "i9-9900K-64Gb-2x1024NVMe";
/// The first order of every shop.
pub const ITEM: u64 = 1204;
/// A server of the built-in fleet on no switch at all.
pub const ON_NO_SWITCH: u64 = 7;
/// A server of the built-in fleet whose only port is its BMC's.
pub const ONLY_BMC_PORT: u64 = 8;

/// One BILLmanager, one DCImanager, reached in the same process.
pub struct Shop {
    pub simulation: Simulation,
}

impl Shop {
    /// Open a shop with one order of one address.
    pub async fn new() -> Self {
        Self::with(|shop| shop).await
    }

    /// Open a shop and describe more of it.
    pub async fn with(more: impl FnOnce(MemoryPanelBuilder) -> MemoryPanelBuilder) -> Self {
        let simulation = Simulation::start(|builder| {
            more(builder.tariff(31, CONFIGURATION).order(
                ITEM,
                31,
                "Debian-12-x86_64",
                "client@a.test",
            ))
        });
        Self {
            simulation: simulation.await,
        }
    }

    /// Open a shop whose data centers and module instances the test describes.
    pub async fn on_panel(
        describe: impl FnOnce(MemoryPanelBuilder, String, (String, String)) -> MemoryPanelBuilder,
    ) -> Self {
        let mock = standin::simulation::recorded().await;
        let builder = describe(MemoryPanel::builder(), mock.url(), mock.admin());
        let builder =
            builder
                .tariff(31, CONFIGURATION)
                .order(ITEM, 31, "Debian-12-x86_64", "client@a.test");
        Self {
            simulation: Simulation::between(mock, builder.build()),
        }
    }

    /// Open a shop whose first order is already active. Answers the shop and the server.
    pub async fn with_active() -> (Self, u64) {
        let shop = Self::new().await;
        let (_, ran) = shop.once("open", ITEM).await;
        assert_eq!(ran.code, 0, "{}", ran.out);
        let server = shop.server(ITEM).expect("a server");
        (shop, server)
    }

    /// Open a shop whose first service was put on a certain server by staff, long ago.
    pub async fn with_service_on(server: u64) -> Self {
        let shop = Self::new().await;
        let user = shop.simulation.mock.world(|world| {
            world
                .user_by_email("client@example.com")
                .expect("a client")
                .id
        });
        shop.simulation
            .mock
            .act(PanelAction::Owner {
                server,
                owner: Some(user),
            })
            .expect("a free server");
        for (name, value) in [("dcim6_server", server), ("dcim6_user", user)] {
            shop.simulation
                .panel
                .set_parameter(ITEM, name, &value.to_string());
        }
        let url = shop.simulation.mock.url();
        for (name, value) in [
            ("dcim6_panel", url.trim_start_matches("http://")),
            ("dcim6_stage", "installed"),
        ] {
            shop.simulation.panel.set_parameter(ITEM, name, value);
        }
        shop
    }

    /// Start an operation and run its command once.
    pub async fn once(&self, command: &'static str, item: u64) -> (u64, Ran) {
        self.simulation
            .billmanager()
            .transport(self.direct())
            .once(command, item)
            .await
    }

    /// Run a command without an operation.
    pub async fn sync(&self, item: u64) -> Ran {
        self.simulation
            .billmanager()
            .transport(self.direct())
            .run("sync_item", item, None)
            .await
    }

    /// Let BILLmanager, or staff, run a waiting operation once more.
    pub async fn again(&self, operation: u64) -> Ran {
        let row = self
            .simulation
            .panel
            .operation(operation)
            .expect("a waiting operation");
        assert!(self.simulation.panel.retry(operation));
        let job = self.simulation.billmanager().transport(self.direct());
        job.run(row.command, row.item, Some(operation)).await
    }

    pub fn direct(&self) -> std::sync::Arc<InProcess> {
        std::sync::Arc::new(InProcess(self.simulation.mock.clone()))
    }

    pub fn status(&self, item: u64) -> ItemStatus {
        self.simulation.panel.status(item).expect("a service")
    }

    pub fn server(&self, item: u64) -> Option<u64> {
        self.simulation
            .panel
            .parameter(item, "dcim6_server")?
            .parse()
            .ok()
    }

    /// The password that the client's system got, as BILLmanager keeps it.
    pub async fn password(&self, item: u64) -> String {
        let parameters = self.simulation.panel.parameters(item).await;
        let secret = parameters.expect("a service").secret["password"].clone();
        secret.expose_secret().to_owned()
    }

    pub fn world<T>(&self, read: impl FnOnce(&World) -> T) -> T {
        self.simulation.mock.world(read)
    }

    pub fn pass(&self, span: Duration) {
        self.simulation.mock.advance(span);
    }

    /// The admin state of the data ports of a server.
    pub fn data_ports(&self, server: u64) -> Vec<bool> {
        self.world(|world| {
            world
                .data_ports_of(server)
                .map(|port| port.admin_up)
                .collect()
        })
    }

    /// Whether a server is physically on.
    pub fn is_on(&self, server: u64) -> bool {
        self.world(|world| world.server(server).expect("a server").running())
    }

    /// The exchanges of one operation, by its request ids.
    pub fn journal(&self, operation: u64) -> Vec<JournalEntry> {
        let part = format!("-{operation}-");
        let of_operation = |entry: &JournalEntry| {
            entry
                .request_id
                .as_ref()
                .is_some_and(|id| id.contains(&part))
        };
        self.simulation
            .mock
            .journal()
            .into_iter()
            .filter(of_operation)
            .collect()
    }

    /// What changes something, of the exchanges of one operation.
    pub fn writes(&self, operation: u64) -> Vec<JournalEntry> {
        self.journal(operation)
            .into_iter()
            .filter(|entry| entry.method != "GET" && entry.name != Some("auth_login"))
            .collect()
    }

    /// Assert that the judge found nothing, and did judge what every story shows.
    pub fn assert_unharmed(&self) {
        self.simulation.rest();
        let verdict = self.simulation.mock.verdict();
        assert_eq!(verdict.violations, 0, "{verdict:#?}");
        let held =
            |id: &str| verdict.promise(id).map(|promise| promise.state) == Some(PromiseState::Held);
        for id in ["S2", "S7", "L3"] {
            assert!(held(id), "{id} was not judged: {verdict:#?}");
        }
    }

    /// Assert that an operation is with staff, with exactly one task, which says `word`.
    pub fn assert_with_staff(&self, operation: u64, word: &str) {
        assert!(
            self.simulation
                .panel
                .operation(operation)
                .expect("not finished")
                .manual
        );
        let tasks: Vec<_> = self
            .simulation
            .panel
            .tasks()
            .into_iter()
            .filter(|task| task.operation == Some(operation))
            .collect();
        assert_eq!(tasks.len(), 1, "{tasks:?}");
        assert!(tasks[0].text.contains(word), "{tasks:?}");
    }
}

/// Write a request as one word and what decides it.
pub fn short(entry: &JournalEntry) -> String {
    let name = entry.name.unwrap_or("unknown path");
    match name {
        "switch_port_set" => format!(
            "{name} {}",
            entry.request["admin_status"].as_str().unwrap_or_default()
        ),
        "server_owner_set" if entry.request["owner"] == Value::Null => format!("{name} null"),
        "server_maintenance_set" => format!("{name} {}", entry.request["enabled"]),
        "server_diag" => format!(
            "{name} {}",
            entry.request["clear_hdd"].as_str().unwrap_or_default()
        ),
        _ => name.to_owned(),
    }
}
