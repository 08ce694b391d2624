//! The error envelope of the panel (dcim6-api.md section 2).

use serde::Deserialize;
use serde::de::IgnoredAny;
use serde_json::Value;

use crate::error::PanelError;
use crate::wire;

/// The deepest nesting that is read (safety.md G).
pub(crate) const DEPTH_CAP: usize = 64;

/// The error of an answer, and whether the answer has a result too.
pub(crate) struct Envelope {
    pub panel: PanelError,
    /// An `id` or an `operation` stands beside the error.
    pub beside_a_result: bool,
}

/// Find the error envelope. Under a success status only a top-level `error` that is not empty counts.
pub(crate) fn envelope(body: &[u8], success: bool) -> Option<Envelope> {
    #[derive(Deserialize)]
    struct Found {
        #[serde(default)]
        error: Option<Value>,
        #[serde(default)]
        id: Option<IgnoredAny>,
        #[serde(default)]
        operation: Option<IgnoredAny>,
    }
    // A struct can be read from an array too: its first element would pass for the error.
    if is_array(body) || wire::deeper_than(body, DEPTH_CAP) {
        return None;
    }
    let found = serde_json::from_slice::<Found>(body).ok()?;
    let error = found.error?;
    if success && says_nothing(&error) {
        return None;
    }
    let panel = match error {
        Value::Object(mut fields) => PanelError {
            code: fields.get("code").and_then(|code| match code {
                Value::Number(number) => number.as_i64(),
                Value::String(text) => text.parse().ok(),
                _ => None,
            }),
            message: fields.get("msg").and_then(Value::as_str).map(str::to_owned),
            value: fields.remove("value"),
        },
        Value::String(message) => PanelError {
            message: Some(message),
            ..PanelError::default()
        },
        _ => PanelError::default(),
    };
    let beside_a_result = found.id.is_some() || found.operation.is_some();
    Some(Envelope {
        panel,
        beside_a_result,
    })
}

/// `"error": false` or an empty one beside a good answer says that there is none.
fn says_nothing(error: &Value) -> bool {
    match error {
        Value::Null => true,
        Value::Bool(is) => !is,
        Value::Number(code) => code.as_f64() == Some(0.0),
        Value::String(text) => text.is_empty(),
        Value::Array(list) => list.is_empty(),
        Value::Object(fields) => fields.is_empty(),
    }
}

pub(crate) fn is_array(body: &[u8]) -> bool {
    body.trim_ascii_start().starts_with(b"[")
}
