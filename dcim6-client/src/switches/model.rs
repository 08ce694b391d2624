//! Switches and ports as lists show them.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::id::{PortId, ServerId, SwitchId};
use crate::list::Row;
use crate::servers::PortStatus;
use crate::wire;

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
