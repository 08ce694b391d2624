//! Answers but for the server object.

use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value;

use super::server::Named;
use crate::world::template::{Access, TemplateKind};

#[derive(Serialize, JsonSchema)]
pub(crate) struct LoggedIn {
    pub(crate) id: String,
    pub(crate) token: String,
    pub(crate) confirmed: bool,
}

#[derive(Serialize, JsonSchema)]
pub(crate) struct KeyMade {
    pub(crate) id: String,
    pub(crate) key: String,
}

#[derive(Serialize, JsonSchema)]
pub(crate) struct WhoAmI {
    pub(crate) id: String,
    pub(crate) email: String,
    pub(crate) roles: Vec<String>,
    pub(crate) state: String,
}

#[derive(Serialize, JsonSchema)]
pub(crate) struct Empty {}

/// The object that a write touched.
#[derive(Serialize, JsonSchema)]
pub(crate) struct Id {
    pub(crate) id: u64,
}

/// The server, and the operation that began on it.
#[derive(Serialize, JsonSchema)]
pub(crate) struct Started {
    pub(crate) id: u64,
    pub(crate) operation: u64,
}

#[derive(Serialize, JsonSchema)]
#[expect(clippy::struct_field_names, reason = "the wire calls it so")]
pub(crate) struct List<T> {
    pub(crate) list: Vec<T>,
    /// How many rows match, whatever the limit.
    pub(crate) size: usize,
    pub(crate) last_notify: u64,
}

#[derive(Serialize, JsonSchema)]
pub(crate) struct ConfigurationRow {
    pub(crate) configuration: String,
    pub(crate) free_server_count: u64,
}

#[derive(Serialize, JsonSchema)]
pub(crate) struct UserRow {
    pub(crate) id: u64,
    pub(crate) email: String,
    pub(crate) full_name: String,
    pub(crate) phone_number: String,
    pub(crate) server_count: u64,
    pub(crate) roles: String,
    pub(crate) vlans_per_user: u64,
}

#[derive(Serialize, JsonSchema)]
pub(crate) struct HistoryRow {
    pub(crate) id: u64,
    pub(crate) name: String,
    pub(crate) date_create: String,
    pub(crate) state: String,
    pub(crate) user: String,
}

#[derive(Serialize, JsonSchema)]
pub(crate) struct TemplateRow {
    pub(crate) id: u64,
    pub(crate) name: String,
    pub(crate) tags: Vec<String>,
    pub(crate) kind: TemplateKind,
    pub(crate) access: Access,
    pub(crate) efi: bool,
}

#[derive(Serialize, JsonSchema)]
pub(crate) struct ScriptRow {
    pub(crate) id: u64,
    pub(crate) name: String,
    pub(crate) access: Access,
}

#[derive(Serialize, JsonSchema)]
pub(crate) struct SwitchRow {
    pub(crate) id: u64,
    pub(crate) name: String,
}

#[derive(Serialize, JsonSchema)]
pub(crate) struct PortRow {
    pub(crate) id: u64,
    pub(crate) description: String,
    pub(crate) server: Option<Named>,
    pub(crate) admin_status: &'static str,
    pub(crate) oper_status: &'static str,
}

#[derive(Serialize, JsonSchema)]
pub(crate) struct AddressRow {
    pub(crate) id: u64,
    pub(crate) name: String,
    pub(crate) ipnet: u64,
    pub(crate) ipnet_name: String,
    pub(crate) domain: String,
    pub(crate) status: String,
}

#[derive(Serialize, JsonSchema)]
pub(crate) struct PoolRow {
    pub(crate) id: u64,
    pub(crate) name: String,
    pub(crate) note: String,
    pub(crate) total_ip: u64,
    pub(crate) using_ip: u64,
}

#[derive(Serialize, JsonSchema)]
pub(crate) struct LocationRow {
    pub(crate) id: u64,
    pub(crate) name: String,
    pub(crate) ippool_allocation: Vec<u64>,
    pub(crate) ippool_deallocation: Vec<u64>,
}

#[derive(Serialize, JsonSchema)]
pub(crate) struct RackRow {
    pub(crate) id: u64,
    pub(crate) name: String,
    pub(crate) device_count: usize,
    pub(crate) location_id: u64,
    pub(crate) ippool_allocation: Vec<u64>,
    pub(crate) ippool_deallocation: Vec<u64>,
}

/// An object whose members the specification leaves open.
pub(crate) type Open = serde_json::Map<String, Value>;
