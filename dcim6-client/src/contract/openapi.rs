//! Our table as an OpenAPI document.

use schemars::SchemaGenerator;
use schemars::generate::SchemaSettings;
use serde_json::{Map, Value, json};

use crate::dialect::Dialect;
use crate::endpoint::{ENDPOINTS, Endpoint, Field, FieldType, Method};

/// Return the OpenAPI 3.1 document of all calls this crate makes. Every call and field carries `x-evidence`.
///
/// ```
/// # mod setup { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/doc/setup.rs")); } use setup::*;
/// # example(async |_mock, _dcim, server| {
/// let document = contract::openapi();
/// let install = &document["paths"]["/api/dci/v3/server/{server_id}/install"]["post"];
/// assert_eq!(install["x-evidence"]["call"], "assumed");
/// # Ok(()) });
/// ```
pub fn openapi() -> Value {
    openapi_in(&Dialect::default())
}

/// Return the OpenAPI 3.1 document of all calls, as they are made in a dialect.
///
/// ```
/// # mod setup { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/doc/setup.rs")); } use setup::*;
/// # example(async |_mock, _dcim, _server| {
/// let dialect: Dialect = "[operations.server_list]\npath = \"host\"".parse()?;
/// assert!(contract::openapi_in(&dialect)["paths"]["/api/dci/v3/host"].is_object());
/// # Ok(()) });
/// ```
pub fn openapi_in(dialect: &Dialect) -> Value {
    let mut generator = generator();
    let mut paths = Map::new();
    for endpoint in ENDPOINTS {
        let method = dialect.method_of(endpoint);
        let path = format!("/api/{}", dialect.path_of(endpoint));
        let item = paths.entry(path).or_insert_with(|| json!({}));
        item[method.as_str().to_ascii_lowercase()] =
            operation(endpoint, dialect, method, &mut generator);
    }
    let mut schemas = Value::Object(generator.take_definitions(true));
    mark_evidence(&mut schemas);
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "DCImanager 6, as dcim6-client speaks it",
            "version": env!("CARGO_PKG_VERSION"),
        },
        "paths": paths,
        "components": {"schemas": schemas},
    })
}

pub(super) fn generator() -> SchemaGenerator {
    let mut settings = SchemaSettings::draft2020_12();
    settings.definitions_path = "/components/schemas".into();
    settings.into_generator()
}

fn operation(
    endpoint: &Endpoint,
    dialect: &Dialect,
    method: Method,
    generator: &mut SchemaGenerator,
) -> Value {
    let mut parameters: Vec<Value> = endpoint
        .placeholders()
        .map(|name| {
            let kind = if matches!(name, "user" | "token") {
                "string"
            } else {
                "integer"
            };
            json!({"name": name, "in": "path", "required": true, "schema": {"type": kind}})
        })
        .collect();
    if endpoint.answers.is_list {
        for name in ["limit", "orderby", "where"] {
            parameters.push(json!({"name": name, "in": "query", "schema": {"type": "string"}}));
        }
    }
    let mut answer = json!((endpoint.answers.schema)(generator));
    mark_evidence(&mut answer);
    let mut operation = json!({
        "operationId": endpoint.name,
        "x-evidence": {
            "call": endpoint.call,
            "request": endpoint.request,
            "response": endpoint.answer,
        },
        "parameters": parameters,
        "responses": {
            endpoint.answers.status.to_string(): {
                "description": "success",
                "content": {"application/json": {"schema": answer}},
            },
        },
    });
    if method != Method::Get && (method != Method::Delete || !endpoint.fields.is_empty()) {
        operation["requestBody"] = json!({
            "content": {"application/json": {"schema": request(endpoint, dialect)}},
        });
    }
    operation
}

/// Describe the request body of a call, in a dialect.
pub(super) fn request(endpoint: &Endpoint, dialect: &Dialect) -> Value {
    let name = |field: &Field| dialect.field_of(endpoint, field.name).to_owned();
    let properties: Map<String, Value> = endpoint
        .fields
        .iter()
        .map(|field| {
            let mut schema = field_schema(field.kind);
            schema["x-evidence"] = json!(field.evidence);
            (name(field), schema)
        })
        .collect();
    let required: Vec<String> = endpoint
        .fields
        .iter()
        .filter(|field| field.required)
        .map(name)
        .collect();
    json!({"type": "object", "properties": properties, "required": required})
}

fn field_schema(kind: FieldType) -> Value {
    match kind {
        FieldType::Integer => json!({"type": "integer"}),
        FieldType::IntegerOrNull => json!({"type": ["integer", "null"]}),
        FieldType::Text => json!({"type": "string"}),
        FieldType::Secret => json!({"type": "string", "format": "password"}),
        FieldType::Boolean => json!({"type": "boolean"}),
        FieldType::Texts => json!({"type": "array", "items": {"type": "string"}}),
    }
}

/// Turn the mark at the end of a description, `\[documented\]`, into data: it is written once, where people read it.
fn mark_evidence(schema: &mut Value) {
    match schema {
        Value::Object(fields) => {
            // An example is for people who write Rust.
            if let Some(Value::String(text)) = fields.get_mut("description")
                && let Some(at) = text.find("```")
            {
                text.truncate(at);
                text.truncate(text.trim_end().len());
            }
            if let Some(Value::String(text)) = fields.get_mut("description")
                && let Some((before, mark)) = text.rsplit_once("\\[")
                && let Some((mark, after)) = mark.split_once("\\]")
            {
                let (mark, after) = (
                    mark.to_owned(),
                    after.trim_start_matches(['.', ',']).to_owned(),
                );
                *text = format!("{}{after}", before.trim_end());
                fields.insert("x-evidence".into(), mark.into());
            }
            fields.values_mut().for_each(mark_evidence);
        }
        Value::Array(items) => items.iter_mut().for_each(mark_evidence),
        _ => {}
    }
}
