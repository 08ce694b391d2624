//! The OpenAPI document, made from the route table and the schemas of the wire.

use serde_json::{Map, Value, json};

use crate::dialect::Dialect;
use crate::route::{Access, ROUTES, Route};

/// Write the document as this dialect has it.
pub(crate) fn document(dialect: &Dialect) -> Value {
    let mut paths: Map<String, Value> = Map::new();
    for route in ROUTES {
        let path = paths
            .entry(format!("/{}", dialect.path(route)))
            .or_insert_with(|| json!({}));
        path[dialect.method(route).to_ascii_lowercase()] = operation(dialect, route);
    }
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "DCImanager 6 as mock-dcim serves it",
            "version": env!("CARGO_PKG_VERSION"),
            "description": "x-evidence tells whether a call is documented by the vendor, was observed on a live install, \
                            is known from a sibling product, or is assumed.",
        },
        "servers": [{"url": "/api"}, {"url": "/"}],
        "paths": paths,
        "components": {
            "securitySchemes": {
                "cookie": {"type": "apiKey", "in": "cookie", "name": "ses6"},
                "header": {"type": "apiKey", "in": "header", "name": "x-xsrf-token"},
            },
            "responses": {"error": {
                "description": "Refused; nothing has changed",
                "content": {"application/json": {"schema": error_schema()}},
            }},
        },
    })
}

fn operation(dialect: &Dialect, route: &Route) -> Value {
    let success = if route.name.starts_with("auth_login") {
        "201"
    } else {
        "200"
    };
    let mut operation = json!({
        "operationId": route.name,
        "x-evidence": route.evidence,
        "parameters": parameters(route),
        "responses": {
            success: {
                "description": "Done",
                "content": {"application/json": {"schema": answer(route)}},
            },
            "default": {"$ref": "#/components/responses/error"},
        },
        "security": [{"cookie": []}, {"header": []}],
    });
    if route.access == Access::Public {
        operation["security"] = json!([]);
    }
    if let Some(request) = route.request {
        let schema = translated(dialect, route, request());
        let required = schema.get("required").is_some();
        operation["requestBody"] = json!({
            "required": required,
            "content": {"application/json": {"schema": schema}},
        });
    }
    operation
}

/// Give the properties of a request body their names in the dialect.
fn translated(dialect: &Dialect, route: &Route, mut schema: Value) -> Value {
    if let Some(properties) = schema.get_mut("properties").and_then(Value::as_object_mut) {
        *properties = std::mem::take(properties)
            .into_iter()
            .map(|(name, inner)| (dialect.theirs(route, &name).to_owned(), inner))
            .collect();
    }
    if let Some(required) = schema.get_mut("required").and_then(Value::as_array_mut) {
        for name in required {
            let theirs = name
                .as_str()
                .map(|name| dialect.theirs(route, name).to_owned());
            *name = theirs.map_or(Value::Null, Value::from);
        }
    }
    schema
}

fn parameters(route: &Route) -> Vec<Value> {
    let placeholders = route
        .path
        .split('/')
        .filter_map(|part| part.strip_prefix('{')?.strip_suffix('}'));
    let mut found: Vec<Value> = placeholders
        .map(|name| {
            let schema = if name.ends_with("_id") {
                json!({"type": "integer", "minimum": 0})
            } else {
                json!({"type": "string", "minLength": 1})
            };
            json!({"name": name, "in": "path", "required": true, "schema": schema})
        })
        .collect();
    if route.is_list() {
        for (name, example) in [
            ("limit", "0,50"),
            ("orderby", "id asc"),
            ("where", "id EQ 1"),
        ] {
            found.push(json!({
                "name": name, "in": "query", "schema": {"type": "string"}, "example": example,
            }));
        }
    }
    found
}

fn answer(route: &Route) -> Value {
    let row = (route.response)();
    if !route.is_list() {
        return row;
    }
    json!({
        "type": "object",
        "properties": {
            "list": {"type": "array", "items": row},
            "size": {"type": "integer", "minimum": 0},
            "last_notify": {"type": "integer", "minimum": 0},
        },
        "required": ["list", "size", "last_notify"],
    })
}

fn error_schema() -> Value {
    json!({
        "type": "object",
        "properties": {"error": {
            "type": "object",
            "properties": {
                "code": {"type": "integer"},
                "msg": {"type": "string"},
                "value": {"type": "object", "additionalProperties": true},
            },
            "required": ["code", "msg"],
        }},
        "required": ["error"],
    })
}
