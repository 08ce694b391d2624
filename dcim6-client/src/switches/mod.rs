//! Switches and their ports (R30, R31).

use std::future::IntoFuture;
use std::time::Duration;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::body::Body;
use crate::call::Call;
use crate::client::Client;
use crate::clock::BoxFuture;
use crate::endpoint::Op;
use crate::error::{Delivery, Error, ErrorKind};
use crate::id::{PortId, ServerId, SwitchId};
use crate::list::{List, Row};
use crate::query::field;
use crate::servers::{PortStatus, Server, SwitchConnection};
use crate::wire;

/// How often [`SetPort::verified`] looks, and for how long. The panel's own delay is not known; the mock's is 5 s (R31).
const LOOK_EVERY: Duration = Duration::from_secs(2);
const LOOK_FOR: Duration = Duration::from_secs(60);

/// Describe a switch. \[assumed\]
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[non_exhaustive]
pub struct Switch {
    /// The id.
    pub id: SwitchId,
    /// The name.
    #[serde(default)]
    pub name: Option<String>,
    /// Fields this crate does not know.
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}

/// Describe a port as its switch lists it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[non_exhaustive]
pub struct Port {
    /// The port. \[observed\]
    pub id: PortId,
    /// Its name: `Gi1/0/3`. \[observed\]
    #[serde(default)]
    pub description: Option<String>,
    /// The server on it. \[observed\]
    #[serde(default)]
    pub server: Option<PortServer>,
    /// As it is set. \[assumed\]
    #[serde(default, deserialize_with = "wire::null_default")]
    pub admin_status: PortStatus,
    /// As the link is. \[assumed\]
    #[serde(default, deserialize_with = "wire::null_default")]
    pub oper_status: PortStatus,
    /// Fields this crate does not know.
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}

/// Name the server on a port.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[non_exhaustive]
pub struct PortServer {
    /// The server. \[assumed\]
    #[serde(default)]
    pub id: Option<ServerId>,
    /// Its name. \[observed\]
    #[serde(default)]
    pub name: Option<String>,
}

impl Row for Switch {
    fn row_key(&self) -> u64 {
        self.id.get()
    }
}

impl Row for Port {
    fn row_key(&self) -> u64 {
        self.id.get()
    }
}

/// Speak of one switch.
///
/// ```
/// # mod setup { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/doc/setup.rs")); } use setup::*;
/// # example(async |_mock, dcim, server| {
/// let switch = dcim.switch(SwitchId::new(1));
/// let taken = switch.ports().all().await?.into_iter().filter(|port| port.server.is_some());
/// println!("{} ports of {} are in use", taken.count(), switch.id());
/// # Ok(()) });
/// ```
#[derive(Clone, Debug)]
#[must_use]
pub struct SwitchHandle {
    client: Client,
    id: SwitchId,
}

impl SwitchHandle {
    pub(crate) fn new(client: Client, id: SwitchId) -> Self {
        Self { client, id }
    }

    /// Return the id.
    pub fn id(&self) -> SwitchId {
        self.id
    }

    /// List the ports.
    ///
    /// ```
    /// # mod setup { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/doc/setup.rs")); } use setup::*;
    /// # example(async |_mock, dcim, _server| {
    /// let up = dcim.switch(SwitchId::new(1)).ports().all().await?;
    /// assert!(up.iter().any(|port| port.admin_status == PortStatus::Up));
    /// # Ok(()) });
    /// ```
    pub fn ports(&self) -> List<Port> {
        let call = Call::new(Op::SwitchPortList).id("switch_id", self.id.get());
        List::of(self.client.clone(), call)
    }

    /// Speak of one port. Nothing here knows whether a BMC hangs on it.
    ///
    /// ```
    /// # mod setup { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/doc/setup.rs")); } use setup::*;
    /// # example(async |_mock, dcim, _server| {
    /// dcim.switch(SwitchId::new(1)).port(PortId::new(1)).up().await?;
    /// # Ok(()) });
    /// ```
    pub fn port(&self, port: PortId) -> SwitchPort {
        SwitchPort::bare(self.client.clone(), self.id, port)
    }
}

/// Hold the ports of a server as they were read, the BMC's apart.
///
/// ```
/// # mod setup { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/doc/setup.rs")); } use setup::*;
/// # example(async |_mock, _dcim, server| {
/// let ports = server.switch_ports().await?;
/// assert_eq!((ports.data().len(), ports.bmc().len()), (2, 1));
/// # Ok(()) });
/// ```
#[derive(Clone, Debug)]
pub struct SwitchPorts {
    data: Vec<SwitchPort>,
    bmc: Vec<SwitchConnection>,
}

impl SwitchPorts {
    pub(crate) fn of(client: &Client, server: &Server) -> Self {
        let mut data: Vec<SwitchPort> = Vec::new();
        for port in server.data_ports() {
            // A port listed twice is one port (N50).
            if !data
                .iter()
                .any(|known| (known.switch, known.id) == (port.switch, port.id))
            {
                data.push(SwitchPort {
                    client: client.clone(),
                    switch: port.switch,
                    id: port.id,
                    read: Some((server.id, port.clone())),
                });
            }
        }
        Self {
            data,
            bmc: server.bmc_ports().cloned().collect(),
        }
    }

    /// Return the data ports (R30), each of which can be switched.
    ///
    /// ```
    /// # mod setup { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/doc/setup.rs")); } use setup::*;
    /// # example(async |_mock, _dcim, server| {
    /// for port in server.switch_ports().await?.data() {
    ///     port.up().verified().await?;
    /// }
    /// # Ok(()) });
    /// ```
    pub fn data(&self) -> Vec<SwitchPort> {
        self.data.clone()
    }

    /// Return the BMC's ports, to look at only: without them the server cannot be managed any more.
    ///
    /// ```
    /// # mod setup { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/doc/setup.rs")); } use setup::*;
    /// # example(async |_mock, _dcim, server| {
    /// let ports = server.switch_ports().await?;
    /// assert!(ports.bmc().iter().all(|port| port.is_ipmi_connection));
    /// # Ok(()) });
    /// ```
    pub fn bmc(&self) -> &[SwitchConnection] {
        &self.bmc
    }
}

/// Speak of one port of a switch.
///
/// ```
/// # mod setup { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/doc/setup.rs")); } use setup::*;
/// # example(async |_mock, _dcim, server| {
/// let port = &server.switch_ports().await?.data()[0];
/// println!("port {} of switch {} is {}", port.id(), port.switch(), port.admin_status());
/// port.down().verified().await?;
/// # Ok(()) });
/// ```
#[derive(Clone, Debug)]
#[must_use]
pub struct SwitchPort {
    client: Client,
    switch: SwitchId,
    id: PortId,
    read: Option<(ServerId, SwitchConnection)>,
}

impl SwitchPort {
    pub(crate) fn bare(client: Client, switch: SwitchId, id: PortId) -> Self {
        Self {
            client,
            switch,
            id,
            read: None,
        }
    }

    /// Return the port.
    pub fn id(&self) -> PortId {
        self.id
    }

    /// Return the switch.
    pub fn switch(&self) -> SwitchId {
        self.switch
    }

    /// Return the connection as it was read with the server; none for a port named by its ids.
    ///
    /// ```
    /// # mod setup { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/doc/setup.rs")); } use setup::*;
    /// # example(async |_mock, _dcim, server| {
    /// let port = &server.switch_ports().await?.data()[0];
    /// println!("{:?}", port.connection().and_then(|connection| connection.description.as_deref()));
    /// # Ok(()) });
    /// ```
    pub fn connection(&self) -> Option<&SwitchConnection> {
        self.read.as_ref().map(|(_, connection)| connection)
    }

    /// Return how the port was set when it was read.
    ///
    /// ```
    /// # mod setup { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/doc/setup.rs")); } use setup::*;
    /// # example(async |_mock, _dcim, server| {
    /// let port = &server.switch_ports().await?.data()[0];
    /// assert_eq!(port.admin_status(), PortStatus::Up);
    /// # Ok(()) });
    /// ```
    pub fn admin_status(&self) -> PortStatus {
        self.connection()
            .map(|connection| connection.admin_status.clone())
            .unwrap_or_default()
    }

    /// Return how the link was when it was read.
    ///
    /// ```
    /// # mod setup { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/doc/setup.rs")); } use setup::*;
    /// # example(async |_mock, _dcim, server| {
    /// let port = &server.switch_ports().await?.data()[0];
    /// assert_eq!(port.oper_status(), PortStatus::Down); // the server is off
    /// # Ok(()) });
    /// ```
    pub fn oper_status(&self) -> PortStatus {
        self.connection()
            .map(|connection| connection.oper_status.clone())
            .unwrap_or_default()
    }

    /// Enable the port. Await it to send once; [`verified`](SetPort::verified) also waits until it shows.
    ///
    /// ```
    /// # mod setup { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/doc/setup.rs")); } use setup::*;
    /// # example(async |_mock, _dcim, server| {
    /// server.switch_ports().await?.data()[0].up().await?;
    /// # Ok(()) });
    /// ```
    pub fn up(&self) -> SetPort {
        self.set(PortStatus::Up)
    }

    /// Disable the port. Await it to send once; [`verified`](SetPort::verified) also waits until it shows.
    ///
    /// ```
    /// # mod setup { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/doc/setup.rs")); } use setup::*;
    /// # example(async |_mock, _dcim, server| {
    /// server.switch_ports().await?.data()[0].down().await?;
    /// # Ok(()) });
    /// ```
    pub fn down(&self) -> SetPort {
        self.set(PortStatus::Down)
    }

    fn set(&self, goal: PortStatus) -> SetPort {
        SetPort {
            port: self.clone(),
            goal,
        }
    }

    /// Read how the port is set now.
    ///
    /// ```
    /// # mod setup { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/doc/setup.rs")); } use setup::*;
    /// # example(async |_mock, _dcim, server| {
    /// let port = &server.switch_ports().await?.data()[0];
    /// port.down().verified().await?;
    /// assert_eq!(port.admin_status(), PortStatus::Up); // as it was read
    /// assert_eq!(port.read_admin_status().await?, PortStatus::Down);
    /// # Ok(()) });
    /// ```
    ///
    /// # Errors
    /// `is_not_found()`: the port, or the server it was read with, is gone. Otherwise as for any read: see [`Error`].
    pub async fn read_admin_status(&self) -> Result<PortStatus, Error> {
        let found = if let Some((server, _)) = &self.read {
            let server = self.client.server(*server).get().await?;
            server
                .switch_connection
                .into_iter()
                .find(|port| (port.switch, port.id) == (self.switch, self.id))
                .map(|port| port.admin_status)
        } else {
            let ports = self.client.switch(self.switch).ports();
            let mut ports = ports.filter(field("id").eq(self.id)).stream();
            let mut found = None;
            while let Some(port) = ports.next().await {
                let port = port?;
                if port.id == self.id {
                    found = Some(port.admin_status);
                    break;
                }
            }
            found
        };
        found.ok_or_else(|| {
            Error::new(ErrorKind::NotFound, Delivery::Answered)
                .with(|inner| inner.operation = Some(Op::SwitchPortSet.endpoint().name))
        })
    }
}

/// Switch a port: await it to send once.
///
/// ```
/// # mod setup { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/doc/setup.rs")); } use setup::*;
/// # example(async |_mock, _dcim, server| {
/// let port = &server.switch_ports().await?.data()[0];
/// port.down().await?;
/// # Ok(()) });
/// ```
///
/// # Errors
/// The call is harmless to repeat (class I), so after an unknown delivery: read, and send again only if the port is not as wanted.
/// `is_protected()`: the server on it is protected (R34).
#[derive(Clone, Debug)]
#[must_use = "nothing is sent until it is awaited"]
pub struct SetPort {
    port: SwitchPort,
    goal: PortStatus,
}

impl SetPort {
    /// Also wait until a re-read shows the port as set (R31): every 2 s, for at most 60 s.
    ///
    /// ```
    /// # mod setup { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/doc/setup.rs")); } use setup::*;
    /// # example(async |_mock, _dcim, server| {
    /// let port = &server.switch_ports().await?.data()[0];
    /// port.down().verified().await?;
    /// assert_eq!(port.read_admin_status().await?, PortStatus::Down);
    /// # Ok(()) });
    /// ```
    pub fn verified(self) -> VerifiedSetPort {
        VerifiedSetPort { set: self }
    }

    async fn send(&self) -> Result<(), Error> {
        let call = Call::new(Op::SwitchPortSet)
            .id("switch_id", self.port.switch.get())
            .id("port_id", self.port.id.get())
            .body(Body::default().put("admin_status", self.goal.as_str()));
        self.port.client.send(call).await
    }
}

impl IntoFuture for SetPort {
    type Output = Result<(), Error>;
    type IntoFuture = BoxFuture<'static, Self::Output>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(async move { self.send().await })
    }
}

/// Switch a port and see it switched: await it.
///
/// # Errors
/// As [`SetPort`]; and `is_timeout()` with an unknown delivery if the port was accepted but does not show within 60 s.
#[derive(Clone, Debug)]
#[must_use = "nothing is sent until it is awaited"]
pub struct VerifiedSetPort {
    set: SetPort,
}

impl VerifiedSetPort {
    async fn run(self) -> Result<(), Error> {
        let Self { set } = self;
        set.send().await?;
        let clock = set.port.client.clock();
        let until = clock.now() + LOOK_FOR;
        loop {
            if set.port.read_admin_status().await? == set.goal {
                return Ok(());
            }
            if clock.now() + LOOK_EVERY > until {
                return Err(Error::new(ErrorKind::Timeout, Delivery::Unknown)
                    .with(|inner| inner.operation = Some(Op::SwitchPortSet.endpoint().name)));
            }
            clock.sleep(LOOK_EVERY).await;
        }
    }
}

impl IntoFuture for VerifiedSetPort {
    type Output = Result<(), Error>;
    type IntoFuture = BoxFuture<'static, Self::Output>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(self.run())
    }
}
