//! Address pools, networks and addresses.

use std::net::IpAddr;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::queue::Key;

/// A pool of addresses.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Pool {
    /// Its id.
    pub id: u64,
    /// Its name.
    pub name: String,
    /// Free text.
    pub note: String,
    /// Its networks; v4 and v6 may stand in one pool (R27).
    pub networks: Vec<u64>,
}

/// A network.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Network {
    /// Its id.
    pub id: u64,
    /// The network address.
    pub base: IpAddr,
    /// The prefix length.
    pub prefix: u8,
}

/// An address that was given out at least once, or that the network itself uses.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Address {
    /// Its id, the same for ever.
    pub id: u64,
    /// The address.
    pub ip: IpAddr,
    /// The network.
    pub network: u64,
    /// The pool.
    pub pool: u64,
    /// Its host name; may be empty.
    pub domain: String,
    /// How it stands.
    pub status: AddressStatus,
    /// Where it is.
    pub place: Place,
    #[serde(skip)]
    pub(crate) pending: Option<Key>,
}

/// Where an address is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Place {
    /// In its pool.
    Pool,
    /// On this server.
    Server(u64),
    /// Used by the network itself.
    Network,
    /// Lost: in no pool and on no server. It never happens unless a lever asks for it.
    Nowhere,
}

/// State of an address on the wire.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AddressStatus {
    /// On its way to a server (R26).
    Allocating,
    /// On a server.
    Allocated,
    /// Free.
    Free,
    /// A row that the network itself uses.
    Extended,
}

/// Address family.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Family {
    /// IP version 4.
    #[default]
    Ipv4,
    /// IP version 6.
    Ipv6,
}

impl Family {
    /// Give the family of an address.
    pub fn of(ip: IpAddr) -> Self {
        if ip.is_ipv4() { Self::Ipv4 } else { Self::Ipv6 }
    }
}

impl Address {
    /// Give the server that it is on.
    pub fn server(&self) -> Option<u64> {
        match self.place {
            Place::Server(id) => Some(id),
            _ => None,
        }
    }
}

impl Network {
    /// Print as `192.0.2.0/24`.
    pub fn name(&self) -> String {
        format!("{}/{}", self.base, self.prefix)
    }

    /// Give the gateway: the first host.
    pub fn gateway(&self) -> IpAddr {
        self.nth(1).unwrap_or(self.base)
    }

    /// Give the number of host addresses; network and broadcast address do not count.
    pub fn hosts(&self) -> u64 {
        let bits = match self.base {
            IpAddr::V4(_) => 32u32,
            IpAddr::V6(_) => 128,
        }
        .saturating_sub(u32::from(self.prefix));
        // Nobody counts the addresses of a v6 network: 2^32 is as good as endless.
        1u64.checked_shl(bits.min(32))
            .unwrap_or(u64::MAX)
            .saturating_sub(2)
    }

    /// Give the n-th address, 0 being the network's own.
    pub fn nth(&self, n: u64) -> Option<IpAddr> {
        if n > self.hosts() + 1 {
            return None;
        }
        match self.base {
            IpAddr::V4(base) => {
                let bits = u32::from(base).checked_add(u32::try_from(n).ok()?)?;
                Some(IpAddr::V4(bits.into()))
            }
            IpAddr::V6(base) => Some(IpAddr::V6(
                u128::from(base).checked_add(u128::from(n))?.into(),
            )),
        }
    }
}
