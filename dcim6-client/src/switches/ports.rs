//! The ports of a server, the BMC's apart (R30).

use super::port::SwitchPort;
use crate::client::Client;
use crate::model::{Server, SwitchConnection};

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
