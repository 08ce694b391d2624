//! A server as the panel describes it (dcim6-api.md section 4). Only `id` is required; unknown fields are kept.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::catalog::OsTemplateRef;
use super::network::{PduConnection, ServerIp, SwitchConnection};
use super::operation::Operation;
use super::parts::{Diagnostics, Owner, Problems, RackRef};
use super::row::Row;
use crate::id::{LocationId, ServerId};
use crate::open_enum::open_enum;
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

impl Row for Server {
    fn row_key(&self) -> u64 {
        self.id.get()
    }
}
