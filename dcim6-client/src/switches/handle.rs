//! The handle of one switch.

use super::port::SwitchPort;
use crate::call::Call;
use crate::client::Client;
use crate::endpoint::Op;
use crate::id::{PortId, SwitchId};
use crate::list::List;
use crate::model::Port;

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

    /// List the ports. \[observed\]
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
