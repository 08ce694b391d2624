//! One port of a switch.

use crate::client::Client;
use crate::endpoint::Op;
use crate::error::{Delivery, Error, ErrorKind};
use crate::id::{PortId, ServerId, SwitchId};
use crate::model::{PortStatus, SwitchConnection};
use crate::query::field;

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
    pub(super) read: Option<(ServerId, SwitchConnection)>,
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
        let mut read = Op::SwitchPortList.endpoint().name;
        let found = if let Some((server, _)) = &self.read {
            read = Op::ServerGet.endpoint().name;
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
                .with(|inner| inner.operation = Some(read))
        })
    }
}
