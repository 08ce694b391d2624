//! One server, and what can be done with it.

mod configuration;
mod edit;
mod facts;
mod guards;
mod ip;
mod model;
mod network;
mod parts;
mod power;
mod start;

use crate::body::Body;
use crate::call::Call;
use crate::client::Client;
use crate::endpoint::Op;
use crate::error::Error;
use crate::id::{IpId, OperationId, OsTemplateId, ServerId};
use crate::list::List;
use crate::operation::{HistoryEntry, OperationRef};
use crate::switches::SwitchPorts;

pub use configuration::Configuration;
pub use edit::EditServer;
pub use ip::AddIp;
pub use model::{PowerStatus, Server, ServerState};
pub use network::{IpFamily, IpStatus, PduConnection, PortStatus, ServerIp, SwitchConnection};
pub use parts::{Diagnostics, DiagnosticsStatus, Disk, Owner, Problems, RackRef};
pub use start::{ClearHdd, Diagnose, Install, Prepared, Recover, Started, Transition};

/// Speak of one server. Made by [`Client::server`]; making one sends nothing.
///
/// Every write may end with an unknown delivery: see [`Error::delivery`]. What "refused" means for the whole handle:
/// `is_not_found()` there is no such server; `is_protected()` it is protected (R34); `is_conflict()` an operation runs on it (R16);
/// `is_licence()` the panel's licence has expired (R36).
///
/// ```
/// # mod setup { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/doc/setup.rs")); } use setup::*;
/// # example(async |_mock, dcim, server| {
/// let server = dcim.server(ServerId::new(1));
/// assert_eq!(server.id().get(), 1);
/// server.edit().name("order-555").send().await?;
/// server.power_on().await?;
/// assert_eq!(server.get().await?.name.as_deref(), Some("order-555"));
/// # Ok(()) });
/// ```
#[derive(Clone, Debug)]
#[must_use]
pub struct ServerHandle {
    pub(crate) client: Client,
    pub(crate) id: ServerId,
}

impl ServerHandle {
    pub(crate) fn new(client: Client, id: ServerId) -> Self {
        Self { client, id }
    }

    /// Return the id.
    ///
    /// ```
    /// # mod setup { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/doc/setup.rs")); } use setup::*;
    /// # example(async |_mock, dcim, server| {
    /// assert_eq!(dcim.server(ServerId::new(12)).id().to_string(), "12");
    /// # Ok(()) });
    /// ```
    pub fn id(&self) -> ServerId {
        self.id
    }

    fn call(&self, op: Op) -> Call {
        Call::new(op).id("server_id", self.id.get())
    }

    async fn write(&self, op: Op, body: Body) -> Result<(), Error> {
        self.client.send(self.call(op).body(body)).await
    }

    /// Read the server. \[documented\]
    ///
    /// ```
    /// # mod setup { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/doc/setup.rs")); } use setup::*;
    /// # example(async |_mock, _dcim, server| {
    /// let read = server.get().await?;
    /// println!("{} of {:?}: {}", read.id, read.owner_email, read.power_status);
    /// assert!(read.running_operation().is_none());
    /// # Ok(()) });
    /// ```
    ///
    /// # Errors
    /// `is_not_found()`: there is none. `is_decode()`: the answer breaks the contract, or is about another server (N48). Otherwise as
    /// for any read: see [`Error`].
    pub async fn get(&self) -> Result<Server, Error> {
        let id = self.id;
        self.client
            .call_checked(self.call(Op::ServerGet), move |server: &Server| {
                if server.id == id {
                    Ok(())
                } else {
                    Err(("id", "the answer is about another server"))
                }
            })
            .await
    }

    /// Change name, domain or notes. \[assumed\]
    ///
    /// ```
    /// # mod setup { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/doc/setup.rs")); } use setup::*;
    /// # example(async |_mock, _dcim, server| {
    /// server.edit().domain("s1.example.net").notes("order 555").send().await?;
    /// # Ok(()) });
    /// ```
    pub fn edit(&self) -> EditServer {
        EditServer::new(self.clone())
    }

    /// Add addresses. \[assumed\]
    ///
    /// ```
    /// # mod setup { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/doc/setup.rs")); } use setup::*;
    /// # example(async |_mock, _dcim, server| {
    /// server.add_ip().family(IpFamily::V4).count(2).send().await?;
    /// assert_eq!(server.get().await?.ip.len(), 2);
    /// # Ok(()) });
    /// ```
    pub fn add_ip(&self) -> AddIp {
        AddIp::new(self.clone())
    }

    /// Take an address from the server. \[assumed\]
    ///
    /// ```
    /// # mod setup { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/doc/setup.rs")); } use setup::*;
    /// # example(async |_mock, _dcim, server| {
    /// server.add_ip().send().await?;
    /// for ip in server.get().await?.ip {
    ///     server.delete_ip(ip.id).await?;
    /// }
    /// assert!(server.get().await?.ip.is_empty());
    /// # Ok(()) });
    /// ```
    ///
    /// # Errors
    /// See [`ServerHandle`]. `is_not_found()`: the server does not have it, which is the goal, or there is no such server.
    pub async fn delete_ip(&self, ip: IpId) -> Result<(), Error> {
        let call = self.call(Op::ServerIpDelete).id("ip_id", ip.get());
        self.client.send(call).await
    }

    /// Read the server's ports, the BMC's kept apart (R30).
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let mock = mock_dcim::MockDcim::start().await?;
    /// # let dcim = dcim6_client::Client::builder(mock.url()).credentials(mock.admin()).build()?;
    /// use dcim6_client::ServerId;
    ///
    /// let server = dcim.server(ServerId::new(1));
    /// for port in server.switch_ports().await?.data() {
    ///     port.down().await?;
    /// }
    /// # Ok(()) }
    /// ```
    ///
    /// # Errors
    /// As [`get`](ServerHandle::get).
    pub async fn switch_ports(&self) -> Result<SwitchPorts, Error> {
        Ok(SwitchPorts::of(&self.client, &self.get().await?))
    }

    /// Speak of one operation of this server.
    ///
    /// ```
    /// # mod setup { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/doc/setup.rs")); } use setup::*;
    /// # example(async |_mock, _dcim, server| {
    /// let started = server.suspend().start().await?;
    /// let id = started.operation_id().ok_or("the answer named none")?;
    /// assert!(server.operation(id).get().await?.status.is_running());
    /// # Ok(()) });
    /// ```
    pub fn operation(&self, id: OperationId) -> OperationRef {
        OperationRef::new(self.client.clone(), self.id, id)
    }

    /// List what was done to the server. \[assumed\]
    ///
    /// ```
    /// # mod setup { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/doc/setup.rs")); } use setup::*;
    /// # example(async |_mock, _dcim, server| {
    /// server.suspend().start().await?.wait().await?;
    /// let latest = server.history().order_by(desc("id")).first().await?;
    /// assert_eq!(latest.and_then(|entry| entry.name).as_deref(), Some("server_suspend"));
    /// # Ok(()) });
    /// ```
    pub fn history(&self) -> List<HistoryEntry> {
        List::of(self.client.clone(), self.call(Op::ServerHistoryList))
    }

    /// Install an operating system; the server is started by itself (R23). \[assumed\]
    ///
    /// ```
    /// # mod setup { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/doc/setup.rs")); } use setup::*;
    /// # example(async |_mock, _dcim, server| {
    /// let install = server.install(OsTemplateId::new(1)).password("a long secret");
    /// install.timeout(Duration::from_secs(90 * 60)).start().await?.wait().await?;
    /// assert!(server.get().await?.os_template.is_some());
    /// # Ok(()) });
    /// ```
    pub fn install(&self, template: OsTemplateId) -> Install {
        Install::new(self.clone(), template)
    }

    /// Run diagnostics, by a diagnostics template; disks are cleaned only with [`clear_hdd`](Diagnose::clear_hdd). \[assumed\]
    ///
    /// ```
    /// # mod setup { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/doc/setup.rs")); } use setup::*;
    /// # example(async |_mock, _dcim, server| {
    /// let wipe = server.diagnostics(OsTemplateId::new(4)).clear_hdd(ClearHdd::Quick);
    /// let done = wipe.start().await?.wait().await?;
    /// assert!(done.status.is_ok());
    /// # Ok(()) });
    /// ```
    pub fn diagnostics(&self, template: OsTemplateId) -> Diagnose {
        Diagnose::new(self.clone(), template)
    }

    /// Start a recovery system, by a recovery template. \[assumed\]
    ///
    /// ```
    /// # mod setup { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/doc/setup.rs")); } use setup::*;
    /// # example(async |_mock, _dcim, server| {
    /// let started = server.recovery(OsTemplateId::new(5)).password("a long secret").start().await?;
    /// started.wait().await?;
    /// # Ok(()) });
    /// ```
    pub fn recovery(&self, template: OsTemplateId) -> Recover {
        Recover::new(self.clone(), template)
    }

    /// Suspend the server by the panel's own operation (R37). The processing module switches ports instead. \[assumed\]
    ///
    /// ```
    /// # mod setup { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/doc/setup.rs")); } use setup::*;
    /// # example(async |_mock, _dcim, server| {
    /// server.suspend().start().await?.wait().await?;
    /// assert_eq!(server.get().await?.state, Some(ServerState::Suspended));
    /// # Ok(()) });
    /// ```
    pub fn suspend(&self) -> Transition {
        Transition::suspend(self.clone())
    }

    /// Resume a server suspended by the panel's own operation (R37). \[assumed\]
    ///
    /// ```
    /// # mod setup { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/doc/setup.rs")); } use setup::*;
    /// # example(async |_mock, _dcim, server| {
    /// server.suspend().start().await?.wait().await?;
    /// server.resume().start().await?.wait().await?;
    /// assert_eq!(server.get().await?.state, Some(ServerState::Active));
    /// # Ok(()) });
    /// ```
    pub fn resume(&self) -> Transition {
        Transition::resume(self.clone())
    }
}
