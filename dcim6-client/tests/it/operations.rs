//! What the tests of operations share.

use std::time::Duration;

use dcim6_client::*;
use serde_json::{Value, json};

use crate::support::{Act, ok, start_of_time};

pub const PANEL: &str = "dcim.a.test:443";
pub const MINUTE: Duration = Duration::from_secs(60);

pub fn handle(kind: OperationKind, limit: u32) -> OperationHandle {
    let limit = Some(MINUTE * limit);
    let previous = Some(OperationId::new(5000));
    OperationHandle::new(
        PANEL,
        ServerId::new(101),
        kind,
        previous,
        start_of_time(),
        limit,
    )
}

pub fn known(limit: u32) -> OperationHandle {
    handle(OperationKind::Install, limit).with_operation(OperationId::new(5001))
}

pub fn operation(id: u64, status: &str) -> Value {
    json!({"id": id, "status": status, "name": "server_install"})
}

pub fn server(operation: &Value) -> Act {
    ok(json!({"id": 101, "operation": operation}))
}
