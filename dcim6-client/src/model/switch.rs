//! Switches and ports as lists show them.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::network::PortStatus;
use super::row::Row;
use crate::id::{PortId, ServerId, SwitchId};
use crate::wire;

/// Describe a switch. \[assumed\]
///
/// ```
/// # mod setup { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/doc/setup.rs")); } use setup::*;
/// # example(async |mock, dcim, server| {
/// for switch in dcim.switches().all().await? {
///     println!("{} {}", switch.id, switch.name.unwrap_or_default());
/// }
/// # Ok(()) });
/// ```
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
///
/// ```
/// # mod setup { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/doc/setup.rs")); } use setup::*;
/// # example(async |mock, dcim, server| {
/// let ports = dcim.switch(SwitchId::new(1)).ports().all().await?;
/// let down = ports.iter().filter(|port| port.admin_status == PortStatus::Down);
/// for port in down {
///     println!("{:?} is down, link {}", port.description, port.oper_status);
/// }
/// # Ok(()) });
/// ```
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
///
/// ```
/// # mod setup { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/doc/setup.rs")); } use setup::*;
/// # example(async |mock, dcim, server| {
/// let ports = dcim.switch(SwitchId::new(1)).ports().all().await?;
/// let of_ours = ports.iter().filter_map(|port| port.server.as_ref()).filter(|on_it| on_it.id == Some(server.id()));
/// assert_eq!(of_ours.count(), 3); // two of data, one of the BMC
/// # Ok(()) });
/// ```
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
