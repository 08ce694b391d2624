//! What each call answers, as a schema.

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};

use crate::catalog::{IpPool, Location, OsTemplate, Rack, Script};
use crate::endpoint::Endpoint;
use crate::id::OperationId;
use crate::ips::IpAddress;
use crate::operation::{HistoryEntry, Operation};
use crate::servers::{Configuration, Server};
use crate::switches::{Port, Switch};
use crate::users::{User, Whoami};
use crate::wire;

/// The answer to a write: the id of what was written to. Only that it is JSON is relied on.
#[derive(JsonSchema)]
#[allow(dead_code, reason = "described, not read")]
struct Accepted {
    id: u64,
}

/// The answer to the start of an operation.
#[derive(JsonSchema)]
#[allow(dead_code, reason = "described, not read")]
struct OperationStarted {
    id: u64,
    operation: Option<OperationId>,
}

/// The answer to a log-in.
#[derive(JsonSchema)]
#[allow(dead_code, reason = "described, not read")]
struct LoggedIn {
    #[schemars(schema_with = "wire::quoted_id_schema")]
    id: u64,
    token: String,
    confirmed: Option<bool>,
}

/// The answer to the making of a sign-in key.
#[derive(JsonSchema)]
#[allow(dead_code, reason = "described, not read")]
struct KeyMade {
    #[schemars(schema_with = "wire::quoted_id_schema")]
    id: u64,
    key: String,
}

pub(super) fn is_list(endpoint: &Endpoint) -> bool {
    endpoint.name.ends_with("_list")
}

/// The status of a success: log-ins create something \[sibling\], all else is plain \[assumed\].
pub(super) fn status(endpoint: &Endpoint) -> &'static str {
    if endpoint.is_public() { "201" } else { "200" }
}

pub(super) fn schema(endpoint: &Endpoint, generator: &mut SchemaGenerator) -> Schema {
    match endpoint.name {
        "auth_login" | "auth_login_by_key" => generator.subschema_for::<LoggedIn>(),
        "auth_key_create" => generator.subschema_for::<KeyMade>(),
        "auth_logout" => json_schema!({"type": "object"}),
        "auth_whoami" => generator.subschema_for::<Whoami>(),
        "server_get" => generator.subschema_for::<Server>(),
        "server_operation_get" => generator.subschema_for::<Operation>(),
        "server_install" | "server_diag" | "server_recovery" | "server_suspend"
        | "server_resume" => generator.subschema_for::<OperationStarted>(),
        "server_list" => list::<Server>(generator),
        "server_configuration_list" => list::<Configuration>(generator),
        "server_history_list" => list::<HistoryEntry>(generator),
        "user_list" => list::<User>(generator),
        "os_template_list" => list::<OsTemplate>(generator),
        "script_list" => list::<Script>(generator),
        "switch_list" => list::<Switch>(generator),
        "switch_port_list" => list::<Port>(generator),
        "ipmgr_ip_list" | "ip_service_ip_list" => list::<IpAddress>(generator),
        "ip_pool_list" => list::<IpPool>(generator),
        "location_list" => list::<Location>(generator),
        "rack_list" => list::<Rack>(generator),
        _ => generator.subschema_for::<Accepted>(),
    }
}

fn list<T: JsonSchema>(generator: &mut SchemaGenerator) -> Schema {
    let row = generator.subschema_for::<T>();
    json_schema!({
        "type": "object",
        "properties": {
            "list": {"type": "array", "items": row},
            "size": {"type": "integer"},
            "last_notify": {"type": "integer"},
        },
        "required": ["list"],
    })
}
