//! A server: what DCImanager keeps about it, and what is physically true of it.

use std::collections::BTreeSet;
use std::fmt;

use serde::{Deserialize, Serialize};

use super::actor::Actor;
use super::settings::WipeLever;
use crate::moment::Moment;
use crate::queue::Key;

/// One server. What DCImanager believes and what is true stand in different fields.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is an independent switch on the wire or at the rack"
)]
pub struct Server {
    /// Its id.
    pub id: u64,
    /// Its name.
    pub name: String,
    /// Its host name; may be empty.
    pub domain: String,
    /// Free text.
    pub notes: Option<String>,
    /// Life-cycle state as the wire shows it (R37).
    pub state: ServerState,
    /// The location that it stands in.
    pub location: u64,
    /// The rack that it stands in.
    pub rack: Option<u64>,
    /// Its place in the rack.
    pub unit: Option<String>,
    /// Inventory code.
    pub barcode: Option<String>,
    /// MAC address of the port that boots over the network.
    pub mac: Option<String>,
    /// Configuration as diagnostics determined it.
    pub configuration: Option<String>,
    /// Whether it boots by EFI.
    pub efi: bool,
    /// Model of its motherboard.
    pub motherboard: String,
    /// Its disks, hidden ones included.
    pub disks: Vec<Disk>,
    /// Template of the system that DCImanager believes to be installed.
    pub template: Option<u64>,
    /// The user who owns it.
    pub owner: Option<u64>,
    /// Added and never taken into operation.
    pub is_new: bool,
    /// Maintenance mode (R35).
    pub is_maintenance: bool,
    /// Taken into operation.
    pub in_operation: bool,
    /// Protection (R34).
    pub is_protected: bool,
    /// Result of the last diagnostics that ended `ok`.
    pub diagnostics: Option<Diagnostics>,
    /// Problems found by diagnostics.
    pub diagnostic_problems: Vec<String>,
    /// Problems of its state.
    pub status_problems: Vec<String>,
    /// Its last operation.
    pub operation: Option<u64>,
    /// Its power.
    pub power: Power,
    /// What it runs at this instant.
    pub system: System,
    /// Who was given a password of the system on its disks.
    pub credentials: Option<Customer>,
    /// Whether its firmware boots over the network (R23).
    pub network_boot: bool,
    /// Diagnostics will find something wrong with it.
    pub faulty: bool,
    /// The old system answers instead of the one booted over the network (F17).
    pub old_system_boots: bool,
    /// What the next clean-up really does to its disks.
    pub wipe: WipeLever,
}

/// Life-cycle state of a server.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ServerState {
    /// In service.
    Active,
    /// A suspension is running.
    Suspending,
    /// Suspended by DCImanager.
    Suspended,
    /// A resumption is running.
    Resuming,
}

/// One disk and what is on it.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Disk {
    /// Serial number.
    pub serial: String,
    /// Size in GB.
    pub size_gb: u64,
    /// It is in the server but neither DCImanager nor a clean-up sees it (F33).
    pub hidden: bool,
    /// A clean-up cannot write to it (F33).
    pub read_only: bool,
    /// Whose system it boots.
    pub boots: Option<Customer>,
    /// Whose boot records or partition tables are on it.
    pub boot_taint: BTreeSet<Customer>,
    /// Whose data is on it.
    pub data_taint: BTreeSet<Customer>,
}

/// Name whose data or system something is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Customer {
    /// A user of DCImanager.
    User(u64),
    /// Nobody owned the server when this operation installed the system.
    Operation(u64),
}

impl fmt::Display for Customer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::User(id) => write!(f, "user {id}"),
            Self::Operation(id) => write!(f, "whoever asked for operation {id}"),
        }
    }
}

/// What a server runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum System {
    /// Nothing: it is off.
    Off,
    /// Nothing: it is on and finds nothing to boot.
    Idle,
    /// The system on its disks.
    Disk(Customer),
    /// A system booted over the network by this operation.
    Live(u64),
}

/// The power of a server: asked for, physical, and as reported.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[expect(clippy::struct_excessive_bools, reason = "each is a switch of its own")]
pub struct Power {
    /// The mainboard is on.
    pub chassis_on: bool,
    /// The socket gives current; true for a server without PDU.
    pub outlet_on: bool,
    /// The BMC does not answer.
    pub bmc_unreachable: bool,
    /// Power calls are accepted and do nothing (F34).
    pub stuck: bool,
    /// What the BMC said last while it had current.
    pub bmc_last: PowerStatus,
    /// Its socket at a PDU, as DCImanager polled it (R12).
    pub pdu: Option<Pdu>,
    /// A change that was asked for and has not happened yet.
    pub pending: Option<PendingPower>,
}

/// A socket of a PDU.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Pdu {
    /// Its id.
    pub port_id: u64,
    /// Its label.
    pub port_identity: String,
    /// The PDU.
    pub pdu_id: u64,
    /// Name of the PDU.
    pub pdu_name: String,
    /// The connection.
    pub connection_id: u64,
    /// What the last poll saw.
    pub reported: PduStatus,
    /// The PDU does not answer.
    pub unreachable: bool,
}

/// State of a PDU socket on the wire.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PduStatus {
    /// Gives current.
    Up,
    /// Gives none.
    Down,
    /// Not known.
    Unknown,
}

/// Reported power of a server.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PowerStatus {
    /// On.
    On,
    /// Off.
    Off,
    /// Not known.
    Unknown,
}

/// What a power call wants.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum PowerGoal {
    /// On.
    On,
    /// Off.
    Off,
    /// Off and on again.
    Reset,
}

/// A power change under way.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct PendingPower {
    /// What was asked for.
    pub goal: PowerGoal,
    /// Who asked.
    pub actor: Actor,
    #[serde(skip, default = "crate::queue::no_key")]
    pub(crate) key: Key,
}

/// Result of diagnostics.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Diagnostics {
    /// Whether all checks passed.
    pub passed: bool,
    /// When it ended.
    pub finished_at: Moment,
}

impl Disk {
    /// A disk that nobody has ever written to.
    pub(crate) fn new(serial: String, size_gb: u64) -> Self {
        Self {
            serial,
            size_gb,
            hidden: false,
            read_only: false,
            boots: None,
            boot_taint: BTreeSet::new(),
            data_taint: BTreeSet::new(),
        }
    }
}

impl Server {
    /// Whether it is physically on.
    pub fn running(&self) -> bool {
        self.power.outlet_on && self.power.chassis_on
    }

    /// Whether the last diagnostics passed.
    pub fn diagnosed(&self) -> bool {
        self.diagnostics.as_ref().is_some_and(|found| found.passed)
    }
}
