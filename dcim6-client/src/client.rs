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
    pub fn builder(url: impl Into<String>) -> ClientBuilder {
        ClientBuilder::new(url.into())
    }

    /// Make a client for one piece of work: the same session, and every exchange carries `X-Request-Id: <id>-1`, `<id>-2`, …
    ///
    /// Each exchange has a number of its own, repeats and log-ins included. The panel ignores it; a journal or an error then tells whose
    /// call it was.
    #[must_use]
    pub fn for_request(&self, id: impl AsRef<str>) -> Self {
        Self {
            request_ids: Some(RequestIds::new(id.as_ref())),
            ..self.clone()
        }
    }

    /// Make a client that repeats by another policy: the same session.
    #[must_use]
    pub fn with_retry(&self, retry: Retry) -> Self {
        Self {
            retry,
            ..self.clone()
        }
    }

    /// Return the panel as `host:port`, lower case, with the port always there: two clients of one panel agree on it.
    pub fn panel(&self) -> &str {
        &self.shared.base.panel
    }

    /// Return the clock.
    pub fn clock(&self) -> &Arc<dyn Clock> {
        &self.shared.clock
    }

    /// Return what the panel's `Date` header said in its latest answer; none before the first one, or if it sends none.
    ///
    /// Its resolution is a second. The specification needs it to tell whether an operation was cut (safety.md D6).
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
    pub fn auth(&self) -> Auth {
        Auth::new(self.clone())
    }

    /// List servers.
    pub fn servers(&self) -> List<Server> {
        List::new(self.clone(), Op::ServerList)
    }

    /// Speak of one server.
    pub fn server(&self, id: ServerId) -> ServerHandle {
        ServerHandle::new(self.clone(), id)
    }

    /// Count the servers that can be sold, by configuration (R9).
    pub fn configurations(&self) -> List<Configuration> {
        List::new(self.clone(), Op::ServerConfigurationList)
    }

    /// List, find and create users.
    pub fn users(&self) -> List<User> {
        List::new(self.clone(), Op::UserList)
    }

    /// Speak of one user.
    pub fn user(&self, id: UserId) -> UserHandle {
        UserHandle::new(self.clone(), id)
    }

    /// List OS templates; diagnostics and recovery images are among them.
    pub fn os_templates(&self) -> List<OsTemplate> {
        List::new(self.clone(), Op::OsTemplateList)
    }

    /// List scripts that an install can run.
    pub fn scripts(&self) -> List<Script> {
        List::new(self.clone(), Op::ScriptList)
    }

    /// List switches.
    pub fn switches(&self) -> List<Switch> {
        List::new(self.clone(), Op::SwitchList)
    }

    /// Speak of one switch.
    pub fn switch(&self, id: SwitchId) -> SwitchHandle {
        SwitchHandle::new(self.clone(), id)
    }

    /// Speak of one port of a switch, by its ids. Nothing here knows whether a BMC hangs on it: see
    /// [`ServerHandle::switch_ports`].
    pub fn switch_port(&self, switch: SwitchId, port: PortId) -> SwitchPort {
        SwitchPort::bare(self.clone(), switch, port)
    }

    /// List IP address records: by `ipmgr/ip`, and where that answers 404, by the service of their own.
    pub fn ips(&self) -> List<IpAddress> {
        List::new(self.clone(), Op::IpmgrIpList)
    }

    /// List pools of IP addresses.
    pub fn ip_pools(&self) -> List<IpPool> {
        List::new(self.clone(), Op::IpPoolList)
    }

    /// List locations.
    pub fn locations(&self) -> List<Location> {
        List::new(self.clone(), Op::LocationList)
    }

    /// List racks.
    pub fn racks(&self) -> List<Rack> {
        List::new(self.clone(), Op::RackList)
    }

    /// Take up an operation that was started here or in another process.
    ///
    /// Nothing is sent. A handle of another panel is refused when it is looked at.
    pub fn attach(&self, handle: OperationHandle) -> Attached {
        Attached::new(self.clone(), handle)
    }

    /// Wait for many operations at once, with one list call for up to fifty servers; results are in the order of the handles.
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
