//! The operations of an install, as its documents list them.

use serde_json::Value;

use crate::endpoint::Method;

/// An operation of an install.
pub(super) struct Theirs<'a> {
    /// Below `/api/`, as we write paths: `dci/v3/server/{id}`.
    pub(super) path: String,
    pub(super) method: String,
    pub(super) id: Option<&'a str>,
    pub(super) operation: &'a Value,
    pub(super) document: &'a Value,
}

pub(super) fn read(document: &Value) -> Result<Vec<Theirs<'_>>, &'static str> {
    let version = |name: &str, begin: &str| {
        document
            .get(name)
            .and_then(Value::as_str)
            .is_some_and(|version| version.starts_with(begin))
    };
    let base = if version("openapi", "3.") {
        document
            .pointer("/servers/0/url")
            .and_then(Value::as_str)
            .unwrap_or_default()
    } else if version("swagger", "2.") {
        document
            .get("basePath")
            .and_then(Value::as_str)
            .unwrap_or_default()
    } else {
        return Err("is neither OpenAPI 3.x nor Swagger 2.0");
    };
    // A server's URL may be absolute; only its path matters.
    let base = base.split_once("://").map_or(base, |(_, rest)| {
        rest.split_once('/').map_or("", |(_, path)| path)
    });
    let paths = document
        .get("paths")
        .and_then(Value::as_object)
        .ok_or("has no paths")?;
    let mut theirs = Vec::new();
    for (path, item) in paths {
        for (method, operation) in item.as_object().into_iter().flatten() {
            if Method::parse(method).is_some() {
                theirs.push(Theirs {
                    path: below_api(&format!("{base}/{path}")),
                    method: method.to_ascii_uppercase(),
                    id: operation.get("operationId").and_then(Value::as_str),
                    operation,
                    document,
                });
            }
        }
    }
    Ok(theirs)
}

fn below_api(path: &str) -> String {
    let segments: Vec<&str> = path
        .split('/')
        .filter(|segment| !segment.is_empty())
        .collect();
    let segments = segments.strip_prefix(&["api"]).unwrap_or(&segments);
    segments.join("/")
}
