//! A BILLmanager on real parts: MariaDB, an `sbin/mgrctl`, an RSA key, and the background job that spawns the built `pmdcim6`
//! (`billmanager-protocol.md` 11). DCImanager is a mock in this process, on real time, over TLS.
//!
//! It was written from the protocol's text and shares no code with the module: two readings of one text are what a green test rests on.
//!
//! ```text
//! rows.rs    puts rows in           look.rs   reads them back        judge.rs   tells the mock's judge
//! driver.rs  operations and runs    job.rs, process.rs  one spawned run      watch.rs   what /proc shows of it
//! ```
#![expect(clippy::expect_used, reason = "a helper of tests may fail loudly")]

mod crypt;
mod database;
mod driver;
mod ear;
mod job;
mod judge;
mod look;
mod mariadb;
mod process;
mod programs;
mod real_parts;
mod root;
mod rows;
mod watch;
mod wire;

use std::sync::Arc;
use std::time::Duration;

use mock_dcim::{ClockMode, MockBuilder, MockDcim};
use tokio::sync::OnceCell;

pub use database::{Account, Database};
pub use job::Job;
pub use look::{OperationRow, ProblemRow, SlotRow, TaskRow};
pub use mariadb::Mariadb;
pub use process::{Ran, Running};
pub use programs::program;
pub use real_parts::leave_out;
pub use root::Root;
pub use rows::{Instance, Order};
pub use watch::Seen;
pub use wire::{Called, Effect, Fault};

use ear::Ear;

/// A fleet whose life cycles take 200 ms: commands spawned by tests run on real time.
pub const FLEET: &str = include_str!("fleet.json");

/// A BILLmanager with its DCImanager.
#[derive(Debug)]
pub struct Host {
    /// DCImanager.
    pub mock: Arc<MockDcim>,
    /// BILLmanager's root directory.
    pub root: Root,
    /// BILLmanager's database.
    pub database: Database,
    retry_after: Duration,
    booted: OnceCell<()>,
    _ear: Ear,
    own_server: Option<Mariadb>,
}

/// Choose how a host starts.
#[derive(Debug)]
pub struct HostBuilder {
    mock: Option<MockBuilder>,
    own_server: bool,
    over_tcp: bool,
    retry_after: Duration,
}

impl Host {
    /// Start a host with [`FLEET`]. `None`, and a word on stderr, where MariaDB is not installed.
    ///
    /// # Panics
    /// If MariaDB is not installed and `DCIM6_REAL_PARTS=required` is set.
    pub async fn start() -> Option<Self> {
        Self::builder().start().await
    }

    /// End every connection of the module's, and its locks with them (F09).
    ///
    /// # Panics
    /// If this host has no MariaDB of its own, or it does not answer.
    pub async fn kill_connections(&self) {
        let server = self.own_server.as_ref().expect("a MariaDB of its own");
        let mut line = server.administrator().await.expect("MariaDB answers");
        let sql = "SELECT id FROM information_schema.processlist WHERE user = ?";
        let ids: Vec<i64> = sqlx::query_scalar(sql)
            .bind(&self.database.reader.name)
            .fetch_all(&mut line)
            .await
            .expect("a statement");
        for id in ids {
            // One that has ended meanwhile cannot be ended.
            let kill = sqlx::AssertSqlSafe(format!("KILL {id}"));
            let _ = sqlx::query(kill).execute(&mut line).await;
        }
    }

    /// Start with something else than usual.
    pub fn builder() -> HostBuilder {
        HostBuilder {
            mock: None,
            own_server: false,
            over_tcp: false,
            retry_after: Duration::from_millis(50),
        }
    }
}

impl HostBuilder {
    /// Choose DCImanager; over TLS, on real time and with [`FLEET`] unless set.
    #[must_use]
    pub fn mock(mut self, mock: MockBuilder) -> Self {
        self.mock = Some(mock);
        self
    }

    /// Have a MariaDB of its own, whose connections and locks nobody shares.
    #[must_use]
    pub fn own_server(mut self) -> Self {
        self.own_server = true;
        self
    }

    /// Tell the module no socket but 127.0.0.1 and a port, on a MariaDB of its own.
    #[must_use]
    pub fn over_tcp(mut self) -> Self {
        self.over_tcp = true;
        self
    }

    /// Choose how long BILLmanager waits before it tries an operation again; 50 ms unless set.
    #[must_use]
    pub fn retry_after(mut self, pause: Duration) -> Self {
        self.retry_after = pause;
        self
    }

    /// Start. `None`, and a word on stderr, where MariaDB is not installed.
    ///
    /// # Panics
    /// If MariaDB is not installed and `DCIM6_REAL_PARTS=required` is set, or if a part does not start.
    pub async fn start(self) -> Option<Host> {
        let (database, own_server) = if self.own_server || self.over_tcp {
            let server = Mariadb::start(self.over_tcp).await?;
            (Database::create(&server).await, Some(server))
        } else {
            (Database::create(Mariadb::shared().await?).await, None)
        };
        let usual = || {
            let fleet = FLEET.parse().expect("the fleet of the host");
            MockDcim::builder()
                .tls(true)
                .clock(ClockMode::Real)
                .fleet(fleet)
        };
        let mock = self.mock.unwrap_or_else(usual);
        let mock = Arc::new(mock.start().await.expect("a loopback port"));
        let root = Root::create(&database);
        let ear = Ear::open(&root.path(wire::EAR), mock.clone());
        Some(Host {
            mock,
            root,
            database,
            retry_after: self.retry_after,
            booted: OnceCell::new(),
            _ear: ear,
            own_server,
        })
    }
}
