//! The fields of one call, here and there.

use serde_json::Value;

use super::openapi::{generator, request};
use super::report::Difference;
use super::shape::{Shape, compatible, parent, words};
use super::theirs::Theirs;
use crate::dialect::Dialect;
use crate::endpoint::Endpoint;

pub(super) fn fields(
    endpoint: &Endpoint,
    dialect: &Dialect,
    theirs: &Theirs<'_>,
) -> Vec<Difference> {
    let mut differences = Vec::new();
    let ours = request(endpoint, dialect);
    let ours = Shape::of(&ours, &ours);
    let taken = request_shape(theirs);
    for (name, field) in ours.fields() {
        let place = format!("request.{name}");
        match taken.places.get(name) {
            None => differences.push(Difference::Missing { place }),
            Some(other) if !compatible(field, other) => differences.push(Difference::OtherType {
                place,
                ours: words(field),
                theirs: words(other),
            }),
            Some(_) => {}
        }
    }
    for (name, field) in taken.fields() {
        if !ours.places.contains_key(name) {
            differences.push(Difference::Extra {
                place: format!("request.{name}"),
                required: field.required,
            });
        }
    }
    differences.extend(answer_fields(endpoint, theirs));
    differences
}

/// What they answer beyond what we read is no difference, and where they do not name fields nothing is missing.
fn answer_fields(endpoint: &Endpoint, theirs: &Theirs<'_>) -> Vec<Difference> {
    let mut generator = generator();
    let schema = Value::from((endpoint.answers.schema)(&mut generator));
    let document = serde_json::json!({"components": {"schemas": generator.take_definitions(true)}});
    let ours = Shape::of(&schema, &document);
    let Some(schema) = answer_schema(theirs) else {
        return Vec::new();
    };
    let given = Shape::of(schema, theirs.document);
    let mut differences = Vec::new();
    for (at, field) in ours.places.iter().filter(|(at, _)| !at.is_empty()) {
        let place = format!("response.{at}");
        match given.places.get(at) {
            None if at.ends_with("[]") => {}
            None if ours
                .other_names(at)
                .any(|other| given.places.contains_key(other)) => {}
            None if given
                .places
                .get(parent(at))
                .is_some_and(|holder| holder.named) =>
            {
                differences.push(Difference::Missing { place });
            }
            Some(other) if !compatible(field, other) => differences.push(Difference::OtherType {
                place,
                ours: words(field),
                theirs: words(other),
            }),
            _ => {}
        }
    }
    differences
}

fn request_shape(theirs: &Theirs<'_>) -> Shape {
    let body = theirs
        .operation
        .get("requestBody")
        .map(|body| resolve(body, theirs.document));
    if let Some(schema) = body.and_then(content_schema) {
        return Shape::of(schema, theirs.document);
    }
    let mut shape = Shape::default();
    let parameters = theirs.operation.get("parameters").and_then(Value::as_array);
    for parameter in parameters.into_iter().flatten() {
        let parameter = resolve(parameter, theirs.document);
        match parameter.get("in").and_then(Value::as_str) {
            // Swagger 2.0: the whole body, or its fields one by one.
            Some("body") => {
                if let Some(schema) = parameter.get("schema") {
                    return Shape::of(schema, theirs.document);
                }
            }
            Some("formData") => {
                if let Some(name) = parameter.get("name").and_then(Value::as_str) {
                    let one = Shape::of(parameter, theirs.document);
                    let mut place = one.places.get("").cloned().unwrap_or_default();
                    place.required = parameter.get("required") == Some(&Value::Bool(true));
                    shape.places.insert(name.to_owned(), place);
                }
            }
            _ => {}
        }
    }
    shape
}

fn answer_schema<'a>(theirs: &Theirs<'a>) -> Option<&'a Value> {
    let responses = theirs.operation.get("responses")?.as_object()?;
    let (_, response) = responses
        .iter()
        .find(|(status, _)| status.starts_with('2'))?;
    let response = resolve(response, theirs.document);
    content_schema(response).or_else(|| response.get("schema"))
}

fn content_schema(holder: &Value) -> Option<&Value> {
    let content = holder.get("content")?.as_object()?;
    let json = content.iter().find(|(kind, _)| kind.contains("json"));
    json.or_else(|| content.iter().next())?.1.get("schema")
}

fn resolve<'a>(value: &'a Value, document: &'a Value) -> &'a Value {
    value
        .get("$ref")
        .and_then(Value::as_str)
        .and_then(|target| document.pointer(target.strip_prefix('#')?))
        .unwrap_or(value)
}
