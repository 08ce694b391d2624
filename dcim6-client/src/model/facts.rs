//! What follows from a server's description.

use serde_json::Value;

use super::network::SwitchConnection;
use super::operation::Operation;
use super::parts::Disk;
use super::server::Server;
use crate::id::{PortId, SwitchId, UserId};

impl Server {
    /// List the disks of `hardware_info` (`disk`, \[assumed\]). An empty list proves nothing: the panel may not have looked (safety.md D5).
    ///
    /// ```
    /// # mod setup { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/doc/setup.rs")); } use setup::*;
    /// # example(async |_mock, _dcim, server| {
    /// for disk in server.get().await?.disks() {
    ///     println!("{:?} {:?} GB", disk.serial, disk.size_gb);
    /// }
    /// # Ok(()) });
    /// ```
    pub fn disks(&self) -> Vec<Disk> {
        let disks = self.hardware_info.get("disk").and_then(Value::as_array);
        disks
            .into_iter()
            .flatten()
            .filter_map(Value::as_object)
            .map(Disk::read)
            .collect()
    }

    /// List the connections that carry the client's data: all that are not marked as a BMC's (R30).
    ///
    /// ```
    /// # mod setup { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/doc/setup.rs")); } use setup::*;
    /// # example(async |_mock, _dcim, server| {
    /// let read = server.get().await?;
    /// assert!(read.data_ports().all(|port| port.admin_status == PortStatus::Up));
    /// # Ok(()) });
    /// ```
    pub fn data_ports(&self) -> impl Iterator<Item = &SwitchConnection> {
        self.switch_connection
            .iter()
            .filter(|port| !self.is_bmc_port(port.switch, port.id))
    }

    /// List the connections of the BMC.
    ///
    /// ```
    /// # mod setup { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/doc/setup.rs")); } use setup::*;
    /// # example(async |_mock, _dcim, server| {
    /// assert_eq!(server.get().await?.bmc_ports().count(), 1);
    /// # Ok(()) });
    /// ```
    pub fn bmc_ports(&self) -> impl Iterator<Item = &SwitchConnection> {
        self.switch_connection
            .iter()
            .filter(|port| self.is_bmc_port(port.switch, port.id))
    }

    /// A port listed twice is the BMC's if either says so (N50): it must never be switched.
    fn is_bmc_port(&self, switch: SwitchId, id: PortId) -> bool {
        self.switch_connection
            .iter()
            .any(|port| port.switch == switch && port.id == id && port.is_ipmi_connection)
    }

    /// Return the owner's id, if the panel names one.
    ///
    /// ```
    /// # mod setup { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/doc/setup.rs")); } use setup::*;
    /// # example(async |_mock, _dcim, server| {
    /// assert_eq!(server.get().await?.owner_id(), None);
    /// # Ok(()) });
    /// ```
    pub fn owner_id(&self) -> Option<UserId> {
        self.owner.as_ref().map(|owner| owner.id)
    }

    /// Tell whether the server has an owner: an e-mail or an owner object.
    ///
    /// ```
    /// # mod setup { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/doc/setup.rs")); } use setup::*;
    /// # example(async |_mock, _dcim, server| {
    /// assert!(!server.get().await?.has_owner());
    /// # Ok(()) });
    /// ```
    pub fn has_owner(&self) -> bool {
        self.owner.is_some()
            || self
                .owner_email
                .as_deref()
                .is_some_and(|email| !email.is_empty())
    }

    /// Return the last operation if it is still running (R17).
    ///
    /// ```
    /// # mod setup { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/doc/setup.rs")); } use setup::*;
    /// # example(async |_mock, _dcim, server| {
    /// server.suspend().start().await?;
    /// assert!(server.get().await?.running_operation().is_some());
    /// # Ok(()) });
    /// ```
    pub fn running_operation(&self) -> Option<&Operation> {
        self.operation
            .as_ref()
            .filter(|operation| !operation.status.is_final())
    }
}
