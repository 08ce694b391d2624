//! The parts of a server's description.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::Timestamp;
use crate::id::{RackId, UserId};
use crate::open_enum::open_enum;
use crate::wire;

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

/// Name the owner of a server. \[assumed\]
///
/// ```
/// # mod setup { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/doc/setup.rs")); } use setup::*;
/// # example(async |mock, dcim, server| {
/// let user = dcim.users().create(NewUser::new("client@example.net", "a long secret")).await?;
/// server.set_owner(user).await?;
/// let owner = server.get().await?.owner.ok_or("nobody")?;
/// assert_eq!((owner.id, owner.email.as_deref()), (user, Some("client@example.net")));
/// # Ok(()) });
/// ```
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
///
/// ```
/// # mod setup { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/doc/setup.rs")); } use setup::*;
/// # example(async |mock, dcim, server| {
/// let rack = server.get().await?.rack.ok_or("in no rack")?;
/// assert_eq!(rack.id, Some(RackId::new(1)));
/// println!("stands in {:?}", rack.name);
/// # Ok(()) });
/// ```
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
///
/// ```
/// # mod setup { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/doc/setup.rs")); } use setup::*;
/// # example(async |mock, dcim, server| {
/// let latest = server.get().await?.diagnostics.ok_or("never checked")?;
/// assert_eq!(latest.status, Some(DiagnosticsStatus::Passed));
/// println!("checked at {:?}", latest.finished_at);
/// # Ok(()) });
/// ```
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
///
/// ```
/// # mod setup { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/doc/setup.rs")); } use setup::*;
/// # example(async |mock, dcim, server| {
/// let problems = server.get().await?.problems.unwrap_or_default();
/// assert!(problems.diagnostic.is_empty() && problems.status.is_empty());
/// # Ok(()) });
/// ```
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
///
/// ```
/// # mod setup { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/doc/setup.rs")); } use setup::*;
/// # example(async |mock, dcim, server| {
/// let disks = server.get().await?.disks();
/// assert_eq!(disks.iter().filter_map(|disk| disk.size_gb).sum::<u64>(), 2048);
/// assert!(disks.iter().all(|disk| disk.serial.is_some()));
/// # Ok(()) });
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub struct Disk {
    /// The serial number, if the panel knows one.
    pub serial: Option<String>,
    /// The size in gigabytes, rounded down.
    pub size_gb: Option<u64>,
}

impl Disk {
    pub(super) fn read(fields: &Map<String, Value>) -> Self {
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
