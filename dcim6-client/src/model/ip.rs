//! IP address records of the whole panel.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::network::IpStatus;
use super::row::Row;
use crate::id::{IpId, NetworkId};

/// Describe an address record, as `ipmgr/ip` or the address service lists it.
///
/// ```
/// # mod setup { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/doc/setup.rs")); } use setup::*;
/// # example(async |mock, dcim, server| {
/// server.add_ip().send().await?;
/// let record = dcim.ips().filter(field("status").ne(IpStatus::Free)).first().await?.ok_or("no address")?;
/// println!("{:?} of {:?}", record.address(), record.ipnet_name);
/// assert!(record.address().is_some());
/// # Ok(()) });
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[non_exhaustive]
pub struct IpAddress {
    /// The record. \[assumed\]
    pub id: IpId,
    /// The address; see [`address`](IpAddress::address). \[observed\]
    #[serde(default)]
    pub name: Option<String>,
    /// The address under its other name. \[sibling\]
    #[serde(default)]
    #[schemars(extend("x-other-name-of" = "name"))]
    pub ip_addr: Option<String>,
    /// The network. \[observed\]
    #[serde(default)]
    pub ipnet: Option<NetworkId>,
    /// The network: `192.0.2.0/24`. \[observed\]
    #[serde(default)]
    pub ipnet_name: Option<String>,
    /// The domain name; a freed address has none. \[observed\]
    #[serde(default)]
    pub domain: Option<String>,
    /// What has become of it. \[observed\]
    #[serde(default)]
    pub status: Option<IpStatus>,
    /// Fields this crate does not know.
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}

impl IpAddress {
    /// Return the address: `name`, else `ip_addr`.
    pub fn address(&self) -> Option<&str> {
        self.name.as_deref().or(self.ip_addr.as_deref())
    }
}

impl Row for IpAddress {
    fn row_key(&self) -> u64 {
        self.id.get()
    }
}
