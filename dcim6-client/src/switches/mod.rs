//! Switches and their ports (R30, R31).

mod handle;
mod port;
mod ports;
mod set;

use crate::client::Client;
use crate::endpoint::Op;
use crate::id::{PortId, SwitchId};
use crate::list::List;
use crate::model::Switch;

pub use handle::SwitchHandle;
pub use port::SwitchPort;
pub use ports::SwitchPorts;
pub use set::SetPort;

impl Client {
    /// List switches. \[assumed\]
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
    /// [`ServerHandle::switch_ports`](crate::ServerHandle::switch_ports).
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
}
