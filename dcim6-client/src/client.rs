//! The client: cheap to clone, shared by everything made from it.

use std::fmt;
use std::sync::atomic::AtomicBool;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use crate::auth::{Auth, Session};
use crate::base_url::BaseUrl;
use crate::builder::ClientBuilder;
use crate::call::RequestIds;
use crate::catalog::{IpPool, Location, OsTemplate, Rack, Script};
use crate::clock::Clock;
use crate::dialect::Dialect;
use crate::endpoint::Op;
use crate::id::{PortId, ServerId, SwitchId, UserId};
use crate::ips::IpAddress;
use crate::list::List;
use crate::operation::{Attached, OperationHandle};
use crate::retry::Retry;
use crate::servers::{Configuration, Server, ServerHandle};
use crate::switches::{Switch, SwitchHandle, SwitchPort};
use crate::transport::{Transport, WireResponse};
use crate::users::{User, UserHandle};
use crate::{Timestamp, operation};

/// Talk to one DCImanager 6.
///
/// A clone shares the session, the connections and the clock. Handles (`client.server(id)`) are cheap: making one sends nothing.
///
/// ```
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// use dcim6_client::{Client, Credentials, PowerStatus, ServerId};
/// use mock_dcim::MockDcim;
///
/// let mock = MockDcim::start().await?; // in life: your panel
/// let (email, password) = mock.admin();
/// let dcim = Client::builder(mock.url())
///     .credentials(Credentials::password(email, password))
///     .build()?;
/// let server = dcim.server(ServerId::new(1)).get().await?;
/// assert_eq!(server.power_status, PowerStatus::Off);
/// # Ok(()) }
/// ```
#[derive(Clone)]
pub struct Client {
    pub(crate) shared: Arc<Shared>,
    pub(crate) request_ids: Option<RequestIds>,
    pub(crate) retry: Retry,
}

pub(crate) struct Shared {
    pub base: BaseUrl,
    pub transport: Arc<dyn Transport>,
    pub clock: Arc<dyn Clock>,
    pub session: Session,
    pub dialect: Dialect,
    pub request_timeout: Duration,
    pub chance: Mutex<fastrand::Rng>,
    pub panel_time: Mutex<Option<Timestamp>>,
    /// Set once `ipmgr/ip` has answered 404: the install keeps its addresses in the service of their own.
    pub ip_service: AtomicBool,
}

impl Client {
    /// Begin a client for the panel at `url`: `https://dcim.a.test`, `https://192.0.2.7:1500`.
    ///
    /// The scheme is needed, and it is https; plain http is taken for a literal loopback address only, unless
    /// [`allow_plain_http`](ClientBuilder::allow_plain_http) is called. A path takes the place of `/api`.
    ///
    /// ```
    /// # mod setup { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/doc/setup.rs")); } use setup::*;
    /// # example(async |mock, dcim, _server| {
    /// let dcim = Client::builder(mock.url()).credentials(mock.admin()).build()?;
    /// assert!(dcim.auth().whoami().await?.is_admin());
    /// assert!(Client::builder("http://dcim.example.net").build().is_err()); // plain http
    /// # Ok(()) });
    /// ```
    pub fn builder(url: impl Into<String>) -> ClientBuilder {
        ClientBuilder::new(url.into())
    }

    /// Make a client for one piece of work: the same session, and every exchange carries `X-Request-Id: <id>-1`, `<id>-2`, …
    ///
    /// Each exchange has a number of its own, repeats and log-ins included. The panel ignores it; a journal or an error then tells whose
    /// call it was.
    ///
    /// ```
    /// # mod setup { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/doc/setup.rs")); } use setup::*;
    /// # example(async |_mock, dcim, server| {
    /// let order = dcim.for_request("1204-551-1");
    /// let missing = order.server(ServerId::new(999)).get().await.unwrap_err();
    /// assert_eq!(missing.request_id(), Some("1204-551-1-1"));
    /// # Ok(()) });
    /// ```
    #[must_use]
    pub fn for_request(&self, id: impl AsRef<str>) -> Self {
        Self {
            request_ids: Some(RequestIds::new(id.as_ref())),
            ..self.clone()
        }
    }

    /// Make a client that repeats by another policy: the same session.
    ///
    /// ```
    /// # mod setup { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/doc/setup.rs")); } use setup::*;
    /// # example(async |_mock, dcim, server| {
    /// let soon = dcim.clock().now() + Duration::from_secs(10);
    /// let hurried = dcim.with_retry(Retry::default().until(soon));
    /// hurried.server(ServerId::new(1)).get().await?;
    /// # Ok(()) });
    /// ```
    #[must_use]
    pub fn with_retry(&self, retry: Retry) -> Self {
        Self {
            retry,
            ..self.clone()
        }
    }

    /// Return the panel as `host:port`, lower case, with the port always there: two clients of one panel agree on it.
    ///
    /// ```
    /// # mod setup { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/doc/setup.rs")); } use setup::*;
    /// # example(async |_mock, dcim, _server| {
    /// let panel = Client::builder("https://DCIM.example.net").pin_sha256("ab".repeat(32)).build()?;
    /// assert_eq!(panel.panel(), "dcim.example.net:443");
    /// # Ok(()) });
    /// ```
    pub fn panel(&self) -> &str {
        &self.shared.base.panel
    }

    /// Return the clock.
    ///
    /// ```
    /// # mod setup { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/doc/setup.rs")); } use setup::*;
    /// # example(async |_mock, dcim, _server| {
    /// let began = dcim.clock().now();
    /// dcim.clock().sleep(Duration::from_secs(60)).await;
    /// assert_eq!(dcim.clock().now().since(began).as_secs(), 60);
    /// # Ok(()) });
    /// ```
    pub fn clock(&self) -> &Arc<dyn Clock> {
        &self.shared.clock
    }

    /// Return what the panel's `Date` header said in its latest answer; none before the first one, or if it sends none.
    ///
    /// Its resolution is a second. The specification needs it to tell whether an operation was cut (safety.md D6).
    ///
    /// ```
    /// # mod setup { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/doc/setup.rs")); } use setup::*;
    /// # example(async |_mock, dcim, server| {
    /// server.get().await?;
    /// assert_eq!(dcim.panel_time(), Some(dcim.clock().now()));
    /// # Ok(()) });
    /// ```
    pub fn panel_time(&self) -> Option<Timestamp> {
        *self
            .shared
            .panel_time
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn note_panel_time(&self, response: &WireResponse) {
        if let Some(time) = response.header("date").and_then(Timestamp::from_http_date) {
            *self
                .shared
                .panel_time
                .lock()
                .unwrap_or_else(PoisonError::into_inner) = Some(time);
        }
    }

    pub(crate) fn chance(&self) -> f64 {
        self.shared
            .chance
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .f64()
    }

    /// Manage the session.
    ///
    /// ```
    /// # mod setup { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/doc/setup.rs")); } use setup::*;
    /// # example(async |_mock, dcim, _server| {
    /// assert_eq!(dcim.auth().whoami().await?.email.as_deref(), Some("admin@example.com"));
    /// # Ok(()) });
    /// ```
    pub fn auth(&self) -> Auth {
        Auth::new(self.clone())
    }

    /// List servers.
    ///
    /// ```
    /// # mod setup { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/doc/setup.rs")); } use setup::*;
    /// # example(async |_mock, dcim, server| {
    /// let off = dcim.servers().filter(field("power_status").eq(PowerStatus::Off));
    /// for server in off.all().await? {
    ///     println!("{} {}", server.id, server.name.unwrap_or_default());
    /// }
    /// # Ok(()) });
    /// ```
    pub fn servers(&self) -> List<Server> {
        List::new(self.clone(), Op::ServerList)
    }

    /// Speak of one server.
    ///
    /// ```
    /// # mod setup { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/doc/setup.rs")); } use setup::*;
    /// # example(async |_mock, dcim, server| {
    /// let id: ServerId = "1".parse()?;
    /// assert_eq!(dcim.server(id).get().await?.id, id);
    /// # Ok(()) });
    /// ```
    pub fn server(&self, id: ServerId) -> ServerHandle {
        ServerHandle::new(self.clone(), id)
    }

    /// Count the servers that can be sold, by configuration (R9).
    ///
    /// ```
    /// # mod setup { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/doc/setup.rs")); } use setup::*;
    /// # example(async |_mock, dcim, _server| {
    /// for sort in dcim.configurations().all().await? {
    ///     println!("{:?}: {} to sell", sort.configuration, sort.free_server_count);
    /// }
    /// # Ok(()) });
    /// ```
    pub fn configurations(&self) -> List<Configuration> {
        List::new(self.clone(), Op::ServerConfigurationList)
    }

    /// List, find and create users.
    ///
    /// ```
    /// # mod setup { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/doc/setup.rs")); } use setup::*;
    /// # example(async |_mock, dcim, _server| {
    /// let admins = dcim.users().all().await?.into_iter().filter(User::is_admin);
    /// assert_eq!(admins.count(), 1);
    /// # Ok(()) });
    /// ```
    pub fn users(&self) -> List<User> {
        List::new(self.clone(), Op::UserList)
    }

    /// Speak of one user.
    ///
    /// ```
    /// # mod setup { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/doc/setup.rs")); } use setup::*;
    /// # example(async |_mock, dcim, _server| {
    /// let user = dcim.users().create(NewUser::new("client@example.net", "a long secret")).await?;
    /// dcim.user(user).delete().await?;
    /// # Ok(()) });
    /// ```
    pub fn user(&self, id: UserId) -> UserHandle {
        UserHandle::new(self.clone(), id)
    }

    /// List OS templates; diagnostics and recovery images are among them.
    ///
    /// ```
    /// # mod setup { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/doc/setup.rs")); } use setup::*;
    /// # example(async |_mock, dcim, _server| {
    /// let linux = field("name").like("Debian%");
    /// let template = dcim.os_templates().filter(linux).first().await?.ok_or("no Debian")?;
    /// assert_eq!(template.kind, Some(TemplateKind::Os));
    /// # Ok(()) });
    /// ```
    pub fn os_templates(&self) -> List<OsTemplate> {
        List::new(self.clone(), Op::OsTemplateList)
    }

    /// List scripts that an install can run.
    ///
    /// ```
    /// # mod setup { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/doc/setup.rs")); } use setup::*;
    /// # example(async |_mock, dcim, _server| {
    /// for script in dcim.scripts().all().await? {
    ///     println!("{} {:?}", script.id, script.name);
    /// }
    /// # Ok(()) });
    /// ```
    pub fn scripts(&self) -> List<Script> {
        List::new(self.clone(), Op::ScriptList)
    }

    /// List switches.
    ///
    /// ```
    /// # mod setup { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/doc/setup.rs")); } use setup::*;
    /// # example(async |_mock, dcim, _server| {
    /// let switches = dcim.switches().order_by(asc("name")).all().await?;
    /// assert!(!switches.is_empty());
    /// # Ok(()) });
    /// ```
    pub fn switches(&self) -> List<Switch> {
        List::new(self.clone(), Op::SwitchList)
    }

    /// Speak of one switch.
    ///
    /// ```
    /// # mod setup { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/doc/setup.rs")); } use setup::*;
    /// # example(async |_mock, dcim, server| {
    /// let ports = dcim.switch(SwitchId::new(1)).ports().all().await?;
    /// assert!(ports.iter().any(|port| port.server.is_some()));
    /// # Ok(()) });
    /// ```
    pub fn switch(&self, id: SwitchId) -> SwitchHandle {
        SwitchHandle::new(self.clone(), id)
    }

    /// Speak of one port of a switch, by its ids. Nothing here knows whether a BMC hangs on it: see
    /// [`ServerHandle::switch_ports`].
    ///
    /// ```
    /// # mod setup { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/doc/setup.rs")); } use setup::*;
    /// # example(async |_mock, dcim, _server| {
    /// let port = dcim.switch_port(SwitchId::new(1), PortId::new(1));
    /// assert_eq!(port.read_admin_status().await?, PortStatus::Up);
    /// # Ok(()) });
    /// ```
    pub fn switch_port(&self, switch: SwitchId, port: PortId) -> SwitchPort {
        SwitchPort::bare(self.clone(), switch, port)
    }

    /// List IP address records: by `ipmgr/ip`, and where that answers 404, by the service of their own.
    ///
    /// ```
    /// # mod setup { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/doc/setup.rs")); } use setup::*;
    /// # example(async |_mock, dcim, _server| {
    /// let in_use = dcim.ips().filter(field("status").eq(IpStatus::Allocated));
    /// for ip in in_use.all().await? {
    ///     println!("{:?} {:?}", ip.address(), ip.domain);
    /// }
    /// # Ok(()) });
    /// ```
    pub fn ips(&self) -> List<IpAddress> {
        List::new(self.clone(), Op::IpmgrIpList)
    }

    /// List pools of IP addresses.
    ///
    /// ```
    /// # mod setup { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/doc/setup.rs")); } use setup::*;
    /// # example(async |_mock, dcim, _server| {
    /// let pools = dcim.ip_pools().all().await?;
    /// let free = pools.iter().filter(|pool| pool.using_ip < pool.total_ip);
    /// assert!(free.count() > 0);
    /// # Ok(()) });
    /// ```
    pub fn ip_pools(&self) -> List<IpPool> {
        List::new(self.clone(), Op::IpPoolList)
    }

    /// List locations.
    ///
    /// ```
    /// # mod setup { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/doc/setup.rs")); } use setup::*;
    /// # example(async |_mock, dcim, _server| {
    /// let location = dcim.locations().first().await?.ok_or("no location")?;
    /// let here = dcim.servers().filter(field("location_id").eq(location.id)).all().await?;
    /// assert!(!here.is_empty());
    /// # Ok(()) });
    /// ```
    pub fn locations(&self) -> List<Location> {
        List::new(self.clone(), Op::LocationList)
    }

    /// List racks.
    ///
    /// ```
    /// # mod setup { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/doc/setup.rs")); } use setup::*;
    /// # example(async |_mock, dcim, _server| {
    /// let rack = dcim.racks().first().await?.ok_or("no rack")?;
    /// assert_eq!(rack.location_id, Some(LocationId::new(1)));
    /// # Ok(()) });
    /// ```
    pub fn racks(&self) -> List<Rack> {
        List::new(self.clone(), Op::RackList)
    }

    /// Take up an operation that was started here or in another process.
    ///
    /// Nothing is sent. A handle of another panel is refused when it is looked at.
    ///
    /// ```
    /// # mod setup { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/doc/setup.rs")); } use setup::*;
    /// # example(async |_mock, dcim, server| {
    /// let started = server.recovery(OsTemplateId::new(5)).password("secret").start().await?;
    /// let saved = serde_json::to_string(&started.handle())?;
    /// // In another process, hours later:
    /// let handle: OperationHandle = serde_json::from_str(&saved)?;
    /// dcim.attach(handle).wait().await?;
    /// # Ok(()) });
    /// ```
    pub fn attach(&self, handle: OperationHandle) -> Attached {
        Attached::new(self.clone(), handle)
    }

    /// Wait for many operations at once, with one list call for up to fifty servers; results are in the order of the handles.
    ///
    /// ```
    /// # mod setup { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/doc/setup.rs")); } use setup::*;
    /// # example(async |_mock, dcim, server| {
    /// let mut handles = Vec::new();
    /// for id in [1, 2, 3] {
    ///     handles.push(dcim.server(ServerId::new(id)).suspend().start().await?.handle());
    /// }
    /// for (handle, ended) in dcim.wait_all(handles).await {
    ///     println!("server {}: {}", handle.server(), ended?.status);
    /// }
    /// # Ok(()) });
    /// ```
    pub async fn wait_all(
        &self,
        handles: impl IntoIterator<Item = OperationHandle>,
    ) -> Vec<(OperationHandle, operation::WaitResult)> {
        operation::wait_all(self, handles.into_iter().collect()).await
    }
}

/// Shows the panel only.
impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client")
            .field("panel", &self.shared.base.panel)
            .finish_non_exhaustive()
    }
}
