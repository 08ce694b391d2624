//! Answers spoiled in their content: another type, another word, another size.

use serde_json::{Value, json};

use crate::exchange::Response;

/// Change the JSON type of one field, or make it null (K12).
pub(crate) fn wrong_type(body: &mut Value, field: Option<&str>, null: bool) {
    let target = match field {
        Some(path) => path
            .split('.')
            .try_fold(body, |value, part| match part.parse::<usize>() {
                Ok(index) => value.get_mut(index),
                Err(_) => value.get_mut(part),
            }),
        None => body.as_object_mut().and_then(|map| map.values_mut().next()),
    };
    if let Some(target) = target {
        *target = if null {
            Value::Null
        } else {
            other_type(target)
        };
    }
}

fn other_type(value: &Value) -> Value {
    match value {
        Value::String(_) | Value::Null => json!(7),
        Value::Array(_) => json!({}),
        Value::Number(_) | Value::Bool(_) | Value::Object(_) => json!([]),
    }
}

/// Put a word into a field that no caller knows (K13): the one named, else the first of the usual ones.
pub(crate) fn unknown_enum(body: &mut Value, field: Option<&str>) {
    let names = match field {
        Some(field) => vec![field],
        None => vec!["status", "power_status", "state", "admin_status"],
    };
    for name in names {
        if replace_first(body, name) {
            return;
        }
    }
}

fn replace_first(value: &mut Value, name: &str) -> bool {
    match value {
        Value::Object(map) => {
            if let Some(word) = map.get_mut(name).filter(|word| word.is_string()) {
                *word = json!("quantum");
                return true;
            }
            map.values_mut().any(|inner| replace_first(inner, name))
        }
        Value::Array(list) => list.iter_mut().any(|inner| replace_first(inner, name)),
        _ => false,
    }
}

/// Make a valid answer longer than anybody wants (K24).
pub(crate) fn oversized(response: &mut Response, bytes: usize) {
    if response.body.pop() == Some(b'}') {
        let comma = if response.body.ends_with(b"{") {
            ""
        } else {
            ","
        };
        response.body.extend(comma.bytes());
        response.body.extend(b"\"padding\":\"");
        response.body.resize(response.body.len() + bytes, b'x');
        response.body.extend(b"\"}");
    }
}
