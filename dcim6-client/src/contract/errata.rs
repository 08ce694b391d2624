//! The evidence of every call and field, as the Markdown of `docs/errata.md`.

use std::fmt::Write as _;

use serde_json::Value;

use super::openapi::openapi;
use crate::endpoint::{ENDPOINTS, Evidence};

/// Write how well each call, each field of a request and each field of an answer is known, as Markdown.
///
/// `docs/errata.md` holds it between two marks; a test keeps it current.
///
/// ```
/// let text = dcim6_client::contract::errata();
/// assert!(text.contains("| `server_get` | `GET dci/v3/server/{server_id}` | documented |"));
/// ```
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
    for evidence in MARKS {
        let known = ENDPOINTS.iter().filter(|row| row.call == evidence).count();
        let _ = write!(text, "\n{evidence}: {known} calls.");
    }
    text.push_str("\n\n");
    requests(&mut text);
    text.push('\n');
    answers(&mut text);
    text
}

const MARKS: [Evidence; 4] = [
    Evidence::Documented,
    Evidence::Observed,
    Evidence::Sibling,
    Evidence::Assumed,
];

/// One row of a table: a name, and fields by what is known of them.
fn row<'a>(text: &mut String, name: &str, fields: impl Fn(Evidence) -> Vec<&'a str>) {
    let columns = MARKS.map(|mark| {
        let fields: Vec<String> = fields(mark)
            .iter()
            .map(|field| format!("`{field}`"))
            .collect();
        fields.join(", ")
    });
    if columns.iter().any(|column| !column.is_empty()) {
        let _ = writeln!(text, "| {name} | {} |", columns.join(" | "));
    }
}

fn requests(text: &mut String) {
    text.push_str(
        "| request | documented | observed | sibling | assumed |\n|---|---|---|---|---|\n",
    );
    for endpoint in ENDPOINTS {
        row(text, &format!("`{}`", endpoint.name), |mark| {
            let fields = endpoint
                .fields
                .iter()
                .filter(|field| field.evidence == mark);
            fields.map(|field| field.name).collect()
        });
    }
}

fn answers(text: &mut String) {
    text.push_str(
        "| object | documented | observed | sibling | assumed |\n|---|---|---|---|---|\n",
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
        row(text, name, |evidence| {
            let evidence = evidence.to_string();
            let fields = properties
                .iter()
                .filter(|(_, field)| mark(field).or(of_all) == Some(&evidence));
            fields.map(|(field, _)| field.as_str()).collect()
        });
    }
}

fn mark(schema: &Value) -> Option<&str> {
    schema.get("x-evidence").and_then(Value::as_str)
}
