//! Secrets leave no trace in the journal.

use serde_json::Value;

pub(crate) const HIDDEN: &str = "***";

/// Hide passwords, tokens and keys in a body, at any depth.
pub(crate) fn body(value: &Value) -> Value {
    match value {
        Value::Object(map) => map
            .iter()
            .map(|(name, inner)| {
                let shown = if is_secret(name) {
                    Value::from(HIDDEN)
                } else {
                    body(inner)
                };
                (name.clone(), shown)
            })
            .collect(),
        Value::Array(list) => list.iter().map(body).collect(),
        other => other.clone(),
    }
}

pub(crate) fn is_secret(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    ["password", "token", "key"]
        .iter()
        .any(|word| name == *word || name.ends_with(&format!("_{word}")))
}

/// Hide a token or key in a path: what follows a segment `token` or `key-v4`.
pub(crate) fn path(path: &str) -> String {
    let mut hide = false;
    let shown = path.split('/').map(|segment| {
        let hidden = std::mem::replace(&mut hide, matches!(segment, "token" | "key-v4"));
        if hidden && !segment.is_empty() {
            HIDDEN
        } else {
            segment
        }
    });
    shown.collect::<Vec<_>>().join("/")
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn secrets_are_hidden_wherever_they_stand() {
        assert_eq!(path("/api/auth/v4/token/abc"), "/api/auth/v4/token/***");
        assert_eq!(path("/auth/key-v4/abc"), "/auth/key-v4/***");
        assert_eq!(
            path("/api/auth/v4/public/token"),
            "/api/auth/v4/public/token"
        );
        let shown = body(&json!({"a": [{"root_password": "x", "key": "y"}], "keyboard": "us"}));
        assert_eq!(
            shown,
            json!({"a": [{"root_password": "***", "key": "***"}], "keyboard": "us"})
        );
    }
}
