//! A server as the panel describes it (dcim6-api.md section 4). Only `id` is required; unknown fields are kept.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::network::{PduConnection, ServerIp, SwitchConnection};
use crate::Timestamp;
use crate::catalog::OsTemplateRef;
use crate::id::{LocationId, PortId, RackId, ServerId, SwitchId, UserId};
use crate::list::Row;
use crate::open_enum::open_enum;
use crate::operation::Operation;
use crate::wire;

open_enum! {
    /// Tell whether a server runs, as DCImanager works it out from PDU and BMC (R11). It may lag by 5 minutes (R12).
    PowerStatus default Unknown {
        /// It runs
        On = "on",
        /// It does not run
        Off = "off",
        /// The panel does not know; also read where the field is missing
        Unknown = "unknown",
    }
}

open_enum! {
    /// Name the state of a server towards its client (R37).
    ServerState {
        /// In use
        Active = "active",
        /// Being suspended
        Suspending = "suspending",
        /// Suspended by the panel
        Suspended = "suspended",
        /// Being resumed
        Resuming = "resuming",
    }
}

open_enum! {
    /// Name the outcome of the latest diagnostics.
    DiagnosticsStatus {
        /// None was made
        None = "none",
        /// All checks passed
        Passed = "passed",
        /// A check failed
        Failed = "failed",
    }
}

/// Describe a server.
///
/// ```
/// # mod setup { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/doc/setup.rs")); } use setup::*;
/// # example(async |_mock, _dcim, server| {
/// let read = server.get().await?;
/// if read.owner_email.is_none() && read.power_status == PowerStatus::Off {
///     println!("{} stands in {:?}", read.id, read.rack.and_then(|rack| rack.name));
/// }
/// # Ok(()) });
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[non_exhaustive]
pub struct Server {
    /// The id. \[documented\]
    pub id: ServerId,
    /// The name in the panel. \[observed\]
    #[serde(default)]
    pub name: Option<String>,
    /// The domain name. \[documented\]
    #[serde(default)]
    pub domain: Option<String>,
    /// Free text. \[assumed\]
    #[serde(default)]
    pub notes: Option<String>,
    /// The state towards the client. \[documented\]
    #[serde(default)]
    pub state: Option<ServerState>,
    /// What the panel adds to the state. \[documented\]
    #[serde(default)]
    pub state_info: Value,
    /// The configuration: `i9-9900K-64Gb-2x1024NVMe`; may be missing or empty. \[documented\]
    #[serde(default)]
    pub configuration: Option<String>,
    /// Settings; `efi` is documented. \[documented\]
    #[serde(default, deserialize_with = "wire::null_default")]
    pub settings: Map<String, Value>,
    /// What is built in; see [`disks`](Server::disks). \[documented\]
    #[serde(default, deserialize_with = "wire::null_default")]
    pub hardware_info: Map<String, Value>,
    /// Measurements. \[documented\]
    #[serde(default)]
    pub perform_info: Value,
    /// The installed system. \[documented\]
    #[serde(default)]
    pub os_template: Option<OsTemplateRef>,
    /// The last operation, running or not. \[documented\]
    #[serde(default)]
    pub operation: Option<Operation>,
    /// Whether it runs. \[observed\]
    #[serde(default, deserialize_with = "wire::null_default")]
    pub power_status: PowerStatus,
    /// The owner's e-mail; none means no owner. \[observed\]
    #[serde(default)]
    pub owner_email: Option<String>,
    /// The owner. \[assumed\]
    #[serde(default)]
    pub owner: Option<Owner>,
    /// Whether it has never been in use (R8). \[observed\]
    #[serde(default)]
    pub is_new: Option<bool>,
    /// Where it stands. \[observed\]
    #[serde(default)]
    pub location_id: Option<LocationId>,
    /// The rack it stands in. \[observed\]
    #[serde(default)]
    pub rack: Option<RackRef>,
    /// The unit of the rack. \[observed\]
    #[serde(default, deserialize_with = "wire::text_or_number")]
    #[schemars(schema_with = "wire::text_or_number_schema")]
    pub unit: Option<String>,
    /// The label. \[observed\]
    #[serde(default, deserialize_with = "wire::text_or_number")]
    #[schemars(schema_with = "wire::text_or_number_schema")]
    pub barcode: Option<String>,
    /// The MAC address it boots from. \[assumed\]
    #[serde(default)]
    pub mac: Option<String>,
    /// Whether it is in maintenance, which stops its sale (R35). \[assumed\]
    #[serde(default)]
    pub is_maintenance: Option<bool>,
    /// Whether it is in operation at all (R7). \[assumed\]
    #[serde(default)]
    pub in_operation: Option<bool>,
    /// Whether it is protected (R34). \[assumed\]
    #[serde(default)]
    pub is_protected: Option<bool>,
    /// The latest diagnostics. \[assumed\]
    #[serde(default)]
    pub diagnostics: Option<Diagnostics>,
    /// What the panel finds wrong. \[assumed\]
    #[serde(default)]
    pub problems: Option<Problems>,
    /// The addresses. \[documented\]
    #[serde(default, deserialize_with = "wire::null_default")]
    pub ip: Vec<ServerIp>,
    /// The connections to switches, BMC ports included. \[documented\]
    #[serde(default, deserialize_with = "wire::null_default")]
    pub switch_connection: Vec<SwitchConnection>,
    /// The power feeds. \[documented\]
    #[serde(default, deserialize_with = "wire::one_or_many")]
    #[schemars(schema_with = "wire::one_or_many_schema::<PduConnection>")]
    pub pdu_connection: Vec<PduConnection>,
    /// Fields this crate does not know.
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}

/// Name the owner of a server. \[assumed\]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[non_exhaustive]
pub struct Owner {
    /// The user.
    pub id: UserId,
    /// The user's e-mail.
    #[serde(default)]
    pub email: Option<String>,
}

/// Name the rack of a server.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[non_exhaustive]
pub struct RackRef {
    /// The rack. \[assumed\]
    #[serde(default)]
    pub id: Option<RackId>,
    /// Its name. \[observed\]
    #[serde(default)]
    pub name: Option<String>,
}

/// Describe the latest diagnostics. \[assumed\]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[non_exhaustive]
pub struct Diagnostics {
    /// How it ended.
    #[serde(default)]
    pub status: Option<DiagnosticsStatus>,
    /// When it ended.
    #[serde(default, deserialize_with = "wire::time")]
    pub finished_at: Option<Timestamp>,
}

/// List what the panel finds wrong with a server; both lists empty means nothing. \[assumed\]
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[non_exhaustive]
pub struct Problems {
    /// Found by diagnostics.
    #[serde(default, deserialize_with = "wire::texts")]
    pub diagnostic: Vec<String>,
    /// Found by watching.
    #[serde(default, deserialize_with = "wire::texts")]
    pub status: Vec<String>,
}

/// Describe a disk as `hardware_info` lists it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub struct Disk {
    /// The serial number, if the panel knows one.
    pub serial: Option<String>,
    /// The size in gigabytes, rounded down.
    pub size_gb: Option<u64>,
}

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

impl Disk {
    fn read(fields: &Map<String, Value>) -> Self {
        Self {
            serial: fields
                .get("serial")
                .and_then(Value::as_str)
                .map(str::trim)
                .filter(|serial| !serial.is_empty())
                .map(str::to_owned),
            size_gb: fields.get("size_gb").and_then(size),
        }
    }
}

#[allow(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "the range is checked"
)]
fn size(value: &Value) -> Option<u64> {
    value.as_u64().or_else(|| {
        value
            .as_f64()
            .filter(|size| (0.0..1e15).contains(size))
            .map(|size| size as u64)
    })
}

impl Row for Server {
    fn row_key(&self) -> u64 {
        self.id.get()
    }
}

/// Count the servers of one configuration that can be sold (R9).
///
/// ```
/// # mod setup { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/doc/setup.rs")); } use setup::*;
/// # example(async |_mock, dcim, _server| {
/// let sorts = dcim.configurations().all().await?;
/// assert!(sorts.iter().any(|sort| sort.free_server_count > 0));
/// # Ok(()) });
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[non_exhaustive]
pub struct Configuration {
    /// The configuration; may be missing or empty. \[documented\]
    #[serde(default)]
    pub configuration: Option<String>,
    /// How many can be sold. \[documented\]
    #[serde(default, deserialize_with = "wire::null_default")]
    pub free_server_count: u64,
    /// Fields this crate does not know.
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}

impl Row for Configuration {
    const HAS_ID: bool = false;

    fn row_key(&self) -> u64 {
        use std::hash::{DefaultHasher, Hash, Hasher};
        let mut hasher = DefaultHasher::new();
        self.configuration.hash(&mut hasher);
        hasher.finish()
    }
}
