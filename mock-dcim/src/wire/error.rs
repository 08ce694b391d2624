//! Section 2 of the specification: each refusal as status and envelope.

use serde_json::{Value, json};

use crate::world::refusal::Refusal;

pub(crate) fn render(refusal: &Refusal) -> (u16, Value) {
    let (status, code, value) = match refusal {
        Refusal::Invalid { field, reason } => {
            (400, 9400, json!({"field": field, "reason": reason}))
        }
        Refusal::Precondition { reason, .. } => (400, 9410, json!({"reason": reason})),
        Refusal::WrongCredentials => (401, 9401, Value::Null),
        Refusal::SessionExpired => (401, 1000, Value::Null),
        Refusal::Closed => (403, 3001, Value::Null),
        Refusal::Protected { server } => (403, 9403, json!({"server": server})),
        Refusal::Maintenance { server } => (
            403,
            9403,
            json!({"server": server, "reason": "maintenance"}),
        ),
        Refusal::LicenceExpired => (403, 9430, Value::Null),
        Refusal::UnknownFunction => (404, 1106, Value::Null),
        Refusal::NotFound { object, id } => (404, 9404, json!({"object": object, "id": id})),
        Refusal::Busy { operation } => (409, 9409, json!({"operation": operation})),
        Refusal::Conflict { reason, .. } => (409, 9409, json!({"reason": reason})),
    };
    let msg = match refusal {
        Refusal::Invalid { .. } => "Bad value".to_owned(),
        Refusal::Protected { .. } => "Server is protected".to_owned(),
        Refusal::Maintenance { .. } => "Server is in maintenance".to_owned(),
        Refusal::NotFound { .. } => "Object not found".to_owned(),
        Refusal::Busy { .. } => "Operation is running".to_owned(),
        other => other.to_string(),
    };
    let mut body = json!({"error": {"code": code, "msg": msg}});
    if !value.is_null() {
        body["error"]["value"] = value;
    }
    (status, body)
}
