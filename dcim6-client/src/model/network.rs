//! How a server is connected: addresses, switch ports, power feeds (dcim6-api.md section 4).

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::id::{ConnectionId, IpId, PduId, PduPortId, PoolId, PortId, SwitchId};
use crate::open_enum::open_enum;
use crate::wire;

open_enum! {
    /// Name the state of a switch port: as set (`admin`), or as the link is (`oper`).
    PortStatus default Unknown {
        /// Enabled; or: there is a link
        Up = "up",
        /// Disabled; or: there is no link
        Down = "down",
        /// The panel does not know; also read where the field is missing
        Unknown = "unknown",
    }
}

open_enum! {
    /// Name the family of an address.
    IpFamily {
        /// IPv4
        V4 = "ipv4",
        /// IPv6
        V6 = "ipv6",
    }
}

open_enum! {
    /// Name what has become of an address (R26).
    IpStatus {
        /// Being set up
        Allocating = "allocating",
        /// In use
        Allocated = "allocated",
        /// Free
        Free = "free",
        /// A service row
        Extended = "extended",
    }
}

/// Describe an address of a server.
///
/// ```
/// # mod setup { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/doc/setup.rs")); } use setup::*;
/// # example(async |mock, dcim, server| {
/// server.add_ip().send().await?;
/// let ip = &server.get().await?.ip[0];
/// assert_eq!(ip.family, Some(IpFamily::V4));
/// println!("{:?} by {:?}, {:?}", ip.address(), ip.gateway, ip.status);
/// # Ok(()) });
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[non_exhaustive]
pub struct ServerIp {
    /// The record. \[documented\]
    pub id: IpId,
    /// The address; see [`address`](ServerIp::address). \[documented\]
    #[serde(default)]
    pub name: Option<String>,
    /// The address under its other name. \[sibling\]
    #[serde(default)]
    #[schemars(extend("x-other-name-of" = "name"))]
    pub ip_addr: Option<String>,
    /// The domain name. \[documented\]
    #[serde(default)]
    pub domain: Option<String>,
    /// The family. \[documented\]
    #[serde(default)]
    pub family: Option<IpFamily>,
    /// The gateway. \[documented\]
    #[serde(default)]
    pub gateway: Option<String>,
    /// The network: `192.0.2.0/24`. \[documented\]
    #[serde(default)]
    pub network: Option<String>,
    /// What has become of it. \[documented\]
    #[serde(default)]
    pub status: Option<IpStatus>,
    /// What the panel adds to the status. \[documented\]
    #[serde(default)]
    pub status_info: Value,
    /// The pool it came from. \[assumed\]
    #[serde(default)]
    pub ippool: Option<PoolId>,
    /// Fields this crate does not know.
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}

impl ServerIp {
    /// Return the address: `name`, else `ip_addr`.
    pub fn address(&self) -> Option<&str> {
        self.name.as_deref().or(self.ip_addr.as_deref())
    }
}

/// Describe a connection of a server to a switch.
///
/// ```
/// # mod setup { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/doc/setup.rs")); } use setup::*;
/// # example(async |mock, dcim, server| {
/// for port in &server.get().await?.switch_connection {
///     println!("{:?} {:?}: {}, link {}", port.switch_name, port.description, port.admin_status, port.oper_status);
///     assert!(port.is_ipmi_connection || port.admin_status == PortStatus::Up);
/// }
/// # Ok(()) });
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[non_exhaustive]
pub struct SwitchConnection {
    /// The port. \[documented\]
    pub id: PortId,
    /// The switch. \[documented\]
    pub switch: SwitchId,
    /// The name of the switch. \[observed\]
    #[serde(default)]
    pub switch_name: Option<String>,
    /// The connection itself. \[documented\]
    #[serde(default)]
    pub connection_id: Option<ConnectionId>,
    /// The name of the port: `Gi1/0/3`. \[documented\]
    #[serde(default)]
    pub description: Option<String>,
    /// As the port is set. \[documented\]
    #[serde(default, deserialize_with = "wire::null_default")]
    pub admin_status: PortStatus,
    /// As the link is. \[documented\]
    #[serde(default, deserialize_with = "wire::null_default")]
    pub oper_status: PortStatus,
    /// Whether its traffic is left uncounted. \[documented\]
    #[serde(default)]
    pub do_not_collect_traffic: Option<bool>,
    /// Whether a BMC hangs on it (R30). \[documented\]
    #[serde(default, deserialize_with = "wire::null_default")]
    pub is_ipmi_connection: bool,
    /// Fields this crate does not know.
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}

/// Describe a power feed of a server.
///
/// ```
/// # mod setup { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/doc/setup.rs")); } use setup::*;
/// # example(async |mock, dcim, server| {
/// let feeds = server.get().await?.pdu_connection;
/// assert!(feeds.iter().all(|feed| feed.pdu_id.is_some() && feed.port_id.is_some()));
/// println!("{:?}", feeds.first().map(|feed| &feed.power_status));
/// # Ok(()) });
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[non_exhaustive]
pub struct PduConnection {
    /// The port of the PDU. \[documented\]
    #[serde(default)]
    pub port_id: Option<PduPortId>,
    /// The port as the PDU counts it. \[documented\]
    #[serde(default, deserialize_with = "wire::text_or_number")]
    #[schemars(schema_with = "wire::text_or_number_schema")]
    pub port_identity: Option<String>,
    /// The PDU. \[documented\]
    #[serde(default)]
    pub pdu_id: Option<PduId>,
    /// Its name. \[documented\]
    #[serde(default)]
    pub pdu_name: Option<String>,
    /// The connection itself. \[documented\]
    #[serde(default)]
    pub connection_id: Option<ConnectionId>,
    /// Whether the port gives power. \[documented\]
    #[serde(default, deserialize_with = "wire::null_default")]
    pub power_status: PortStatus,
    /// Fields this crate does not know.
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}
