//! The ports of a server, the BMC's apart (R30).

use super::SetPort;
use crate::client::Client;
use crate::endpoint::Op;
use crate::error::{Delivery, Error, ErrorKind};
use crate::id::{PortId, ServerId, SwitchId};
use crate::query::field;
use crate::servers::{PortStatus, Server, SwitchConnection};

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
    pub(super) client: Client,
    pub(super) switch: SwitchId,
    pub(super) id: PortId,
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

    /// Enable the port. Await it to send once; [`verified`](SetPort::verified) also waits until it shows. \[assumed\]
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

    /// Disable the port. Await it to send once; [`verified`](SetPort::verified) also waits until it shows. \[assumed\]
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
        SetPort::new(self.clone(), goal)
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
