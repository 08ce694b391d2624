//! Locations, racks, switches and their ports.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::queue::Key;

/// A location: one data centre.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Location {
    /// Its id.
    pub id: u64,
    /// Its name.
    pub name: String,
    /// Pools that addresses of customers come from (R27).
    pub ippool_allocation: Vec<u64>,
    /// Pools that a server's address comes from during diagnostics (R29).
    pub ippool_deallocation: Vec<u64>,
    /// Whether a DHCP server answers there (R23).
    pub dhcp: bool,
}

/// A rack. Its pools come before the location's (R28).
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Rack {
    /// Its id.
    pub id: u64,
    /// Its name.
    pub name: String,
    /// The location that it stands in.
    pub location: u64,
    /// Pools that addresses of customers come from.
    pub ippool_allocation: Vec<u64>,
    /// Pools that a server's address comes from during diagnostics.
    pub ippool_deallocation: Vec<u64>,
}

/// A switch.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Switch {
    /// Its id.
    pub id: u64,
    /// Its name.
    pub name: String,
    /// How many ports it has.
    pub ports: u64,
}

/// A switch port.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[expect(clippy::struct_excessive_bools, reason = "each is a switch of its own")]
pub struct Port {
    /// Its id.
    pub id: u64,
    /// The switch.
    pub switch: u64,
    /// Its name on the switch.
    pub description: String,
    /// The connection, if something is connected.
    pub connection_id: u64,
    /// The server connected to it.
    pub server: Option<u64>,
    /// The BMC of the server is connected to it, not a data port (R30).
    pub is_ipmi: bool,
    /// Traffic of this port is not counted.
    pub do_not_collect_traffic: bool,
    /// The switch lets traffic through.
    pub admin_up: bool,
    /// There is a link; follows a little later, and needs a powered server (R31).
    pub oper_up: bool,
    /// What the next writes to it do.
    pub writes: PortWrites,
    #[serde(skip)]
    pub(crate) pending: Option<Key>,
    #[serde(skip)]
    pub(crate) settling: Option<Key>,
}

/// What a write to a port does (R31).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "how", rename_all = "snake_case")]
pub enum PortWrites {
    /// What was asked for, at once.
    #[default]
    Normal,
    /// What was asked for, that much later.
    Late {
        /// How much later.
        #[serde(with = "crate::seconds")]
        after: Duration,
    },
    /// What was asked for, but the link stays as it is (F26).
    Half,
    /// Nothing; the call succeeds all the same (F24, F26).
    Never,
}
