//! What an order chooses from: templates, scripts, locations, racks, pools.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::row::Row;
use crate::id::{LocationId, OsTemplateId, PoolId, RackId, ScriptId};
use crate::open_enum::open_enum;
use crate::wire;

open_enum! {
    /// Name what a template is for.
    TemplateKind {
        /// An operating system
        Os = "os",
        /// Diagnostics
        Diag = "diag",
        /// Recovery
        Recovery = "recovery",
        /// Finding out what is built in
        Search = "search",
    }
}

open_enum! {
    /// Name who may use a template or a script.
    Access {
        /// Everyone
        All = "all",
        /// Administrators only
        Admins = "admins",
    }
}

/// Describe an OS template. \[assumed\]
///
/// ```
/// # mod setup { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/doc/setup.rs")); } use setup::*;
/// # example(async |mock, dcim, server| {
/// let templates = dcim.os_templates().all().await?;
/// let for_clients = templates.iter().filter(|one| one.kind == Some(TemplateKind::Os) && one.access == Some(Access::All));
/// let names: Vec<_> = for_clients.filter_map(|one| one.name.as_deref()).collect();
/// assert!(names.contains(&"Debian-12-x86_64"));
/// # Ok(()) });
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[non_exhaustive]
pub struct OsTemplate {
    /// The id. \[assumed\]
    pub id: OsTemplateId,
    /// The name: `Debian-12-x86_64`. \[assumed\]
    #[serde(default)]
    pub name: Option<String>,
    /// Tags: `linux`. \[assumed\]
    #[serde(default, deserialize_with = "wire::texts")]
    pub tags: Vec<String>,
    /// What it is for. \[assumed\]
    #[serde(default)]
    pub kind: Option<TemplateKind>,
    /// Who may use it. \[assumed\]
    #[serde(default)]
    pub access: Option<Access>,
    /// Whether it boots by EFI. \[assumed\]
    #[serde(default)]
    pub efi: Option<bool>,
    /// Fields this crate does not know.
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}

/// Name the system installed on a server. \[documented\]
///
/// ```
/// # mod setup { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/doc/setup.rs")); } use setup::*;
/// # example(async |mock, dcim, server| {
/// let template = OsTemplateId::new(1);
/// server.install(template).password("a long secret").start().await?.wait().await?;
/// let system = server.get().await?.os_template.ok_or("not shown")?;
/// assert_eq!((system.id, system.name.as_deref()), (template, Some("Debian-12-x86_64")));
/// # Ok(()) });
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[non_exhaustive]
pub struct OsTemplateRef {
    /// The template.
    pub id: OsTemplateId,
    /// Its name.
    #[serde(default)]
    pub name: Option<String>,
    /// Its tags.
    #[serde(default, deserialize_with = "wire::texts")]
    pub tags: Vec<String>,
}

/// Describe a script that an install can run. \[assumed\]
///
/// ```
/// # mod setup { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/doc/setup.rs")); } use setup::*;
/// # example(async |mock, dcim, server| {
/// let script = dcim.scripts().first().await?.ok_or("no script")?;
/// assert_eq!(script.name.as_deref(), Some("lamp"));
/// let install = server.install(OsTemplateId::new(1)).password("a long secret").script(script.id);
/// # install.start().await?.wait().await?;
/// # Ok(()) });
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[non_exhaustive]
pub struct Script {
    /// The id.
    pub id: ScriptId,
    /// The name.
    #[serde(default)]
    pub name: Option<String>,
    /// Who may use it.
    #[serde(default)]
    pub access: Option<Access>,
    /// Fields this crate does not know.
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}

/// Describe a location. \[assumed\]
///
/// ```
/// # mod setup { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/doc/setup.rs")); } use setup::*;
/// # example(async |mock, dcim, server| {
/// let location = dcim.locations().order_by(asc("id")).first().await?.ok_or("no location")?;
/// assert_eq!(location.name.as_deref(), Some("DC-1"));
/// assert_eq!(location.ippool_allocation.len(), 1); // where its clients' addresses come from
/// # Ok(()) });
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[non_exhaustive]
pub struct Location {
    /// The id.
    pub id: LocationId,
    /// The name.
    #[serde(default)]
    pub name: Option<String>,
    /// Pools that clients' addresses come from (R27, R28).
    #[serde(default, deserialize_with = "wire::null_default")]
    pub ippool_allocation: Vec<PoolId>,
    /// Pools used while a server is cleaned (R27, R29).
    #[serde(default, deserialize_with = "wire::null_default")]
    pub ippool_deallocation: Vec<PoolId>,
    /// Fields this crate does not know.
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}

/// Describe a rack.
///
/// ```
/// # mod setup { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/doc/setup.rs")); } use setup::*;
/// # example(async |mock, dcim, server| {
/// for rack in dcim.racks().all().await? {
///     println!("{:?}: {:?} devices, in location {:?}", rack.name, rack.device_count, rack.location_id);
/// }
/// # Ok(()) });
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[non_exhaustive]
pub struct Rack {
    /// The id. \[assumed\]
    pub id: RackId,
    /// The name. \[observed\]
    #[serde(default)]
    pub name: Option<String>,
    /// How many devices stand in it. \[observed\]
    #[serde(default)]
    pub device_count: Option<u64>,
    /// Where it stands. \[assumed\]
    #[serde(default)]
    pub location_id: Option<LocationId>,
    /// Pools that clients' addresses come from, before the location's (R28). \[assumed\]
    #[serde(default, deserialize_with = "wire::null_default")]
    pub ippool_allocation: Vec<PoolId>,
    /// Pools used while a server is cleaned. \[assumed\]
    #[serde(default, deserialize_with = "wire::null_default")]
    pub ippool_deallocation: Vec<PoolId>,
    /// Fields this crate does not know.
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}

/// Describe a pool of addresses. \[sibling\]
///
/// ```
/// # mod setup { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/doc/setup.rs")); } use setup::*;
/// # example(async |mock, dcim, server| {
/// let pools = dcim.ip_pools().filter(field("name").like("public%")).all().await?;
/// let free = pools.iter().filter_map(|pool| Some(pool.total_ip? - pool.using_ip?));
/// assert!(free.sum::<u64>() > 0);
/// # Ok(()) });
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[non_exhaustive]
pub struct IpPool {
    /// The id.
    pub id: PoolId,
    /// The name; one that contains `public` is the last resort of R28.
    #[serde(default)]
    pub name: Option<String>,
    /// Free text.
    #[serde(default)]
    pub note: Option<String>,
    /// How many addresses it has.
    #[serde(default)]
    pub total_ip: Option<u64>,
    /// How many of them are in use.
    #[serde(default)]
    pub using_ip: Option<u64>,
    /// Fields this crate does not know.
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}

macro_rules! rows {
    ($($name:ident)*) => {$(
        impl Row for $name {
            fn row_key(&self) -> u64 {
                self.id.get()
            }
        }
    )*};
}

rows! { OsTemplate Script Location Rack IpPool }
