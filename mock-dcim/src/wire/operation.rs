//! An operation, as section 4 of the specification writes it.

use schemars::JsonSchema;
use serde::Serialize;
use serde_json::{Value, json};

use super::answer::Open;
use crate::world::World;
use crate::world::operation::{Operation, Origin};

/// An operation, alone or as the last one of a server.
#[derive(Serialize, JsonSchema)]
pub(crate) struct OperationOut {
    id: u64,
    status: &'static str,
    status_info: Open,
    progress_info: Vec<Open>,
    name: &'static str,
    origin: Origin,
    timeout: Option<u32>,
    started_at: String,
    finished_at: Option<String>,
}

pub(crate) fn render_operation(world: &World, operation: &Operation) -> OperationOut {
    OperationOut {
        id: operation.id,
        status: operation.status.word(),
        status_info: open(match &operation.reason {
            Some(reason) => json!({"reason": reason}),
            None => json!({}),
        }),
        progress_info: vec![open(json!({"percent": percent(world, operation)}))],
        name: operation.kind.name(),
        origin: operation.origin,
        timeout: operation.timeout,
        started_at: operation.started_at.wire(),
        finished_at: operation.finished_at.map(crate::moment::Moment::wire),
    }
}

/// How far it has come: by time, because nothing else is known; 100 only when it has ended.
fn percent(world: &World, operation: &Operation) -> u64 {
    if !operation.is_running() {
        return 100;
    }
    let passed = world.now().since(operation.started_at).as_millis();
    let whole = operation.duration.as_millis().max(1);
    u64::try_from(passed * 100 / whole).unwrap_or(99).min(99)
}

fn open(value: Value) -> Open {
    match value {
        Value::Object(map) => map,
        _ => Open::new(),
    }
}
