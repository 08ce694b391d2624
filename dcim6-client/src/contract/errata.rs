//! The evidence of every call and field, as the Markdown of `docs/errata.md`.

use std::fmt::Write as _;

use serde_json::Value;

use super::openapi;
use crate::endpoint::{ENDPOINTS, Evidence};

/// Write how well each call and each field of an answer is known, as Markdown.
///
/// `docs/errata.md` holds it between two marks; a test keeps it current.
pub fn errata() -> String {
    let mut text = String::from(
        "| call | method and path | call | request | answer |\n|---|---|---|---|---|\n",
    );
    // Writing to a String cannot fail.
    for row in ENDPOINTS {
        let request = if row.fields.is_empty() {
            "–".into()
        } else {
            row.request.to_string()
        };
        let _ = writeln!(
            text,
            "| `{}` | `{} {}` | {} | {request} | {} |",
            row.name, row.method, row.path, row.call, row.answer
        );
    }
    for evidence in [
        Evidence::Documented,
        Evidence::Observed,
        Evidence::Sibling,
        Evidence::Assumed,
    ] {
        let known = ENDPOINTS.iter().filter(|row| row.call == evidence).count();
        let _ = write!(text, "\n{evidence}: {known} calls.");
    }
    text.push_str(
        "\n\n| object | documented | observed | sibling | assumed |\n|---|---|---|---|---|\n",
    );
    let document = openapi();
    let schemas = document
        .pointer("/components/schemas")
        .and_then(Value::as_object);
    for (name, schema) in schemas.into_iter().flatten() {
        let Some(properties) = schema.get("properties").and_then(Value::as_object) else {
            continue;
        };
        let of_all = mark(schema);
        let marked = |evidence: &str| {
            let fields: Vec<String> = properties
                .iter()
                .filter(|(_, field)| mark(field).or(of_all) == Some(evidence))
                .map(|(field, _)| format!("`{field}`"))
                .collect();
            fields.join(", ")
        };
        let columns = ["documented", "observed", "sibling", "assumed"].map(marked);
        if columns.iter().any(|column| !column.is_empty()) {
            let _ = writeln!(text, "| {name} | {} |", columns.join(" | "));
        }
    }
    text
}

fn mark(schema: &Value) -> Option<&str> {
    schema.get("x-evidence").and_then(Value::as_str)
}
