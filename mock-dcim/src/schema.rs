//! JSON schemas of requests and answers: what is read, what can be asked for in a query.

use schemars::JsonSchema;
use schemars::generate::SchemaSettings;
use serde_json::Value;

/// A JSON schema, with everything written out in place.
pub(crate) type Schema = Value;

/// The schema of a body as we read it.
pub(crate) fn read<T: JsonSchema>() -> Schema {
    make::<T>(SchemaSettings::draft2020_12().for_deserialize())
}

/// The schema of a body as we write it.
pub(crate) fn answered<T: JsonSchema>() -> Schema {
    make::<T>(SchemaSettings::draft2020_12().for_serialize())
}

fn make<T: JsonSchema>(mut settings: SchemaSettings) -> Schema {
    settings.inline_subschemas = true;
    settings.meta_schema = None;
    settings.into_generator().into_root_schema_for::<T>().into()
}

/// Whether a row of this schema has a field of this dotted name.
pub(crate) fn has_field(schema: &Schema, name: &str) -> bool {
    let (first, rest) = match name.split_once('.') {
        Some((first, rest)) => (first, Some(rest)),
        None => (name, None),
    };
    let alternatives = schema.get("anyOf").and_then(Value::as_array);
    if let Some(alternatives) = alternatives {
        return alternatives.iter().any(|one| has_field(one, name));
    }
    let found = schema.get("properties").and_then(|all| all.get(first));
    match (found, rest) {
        (Some(_), None) => true,
        (Some(inner), Some(rest)) => has_field(inner, rest),
        // An open object may have any member.
        (None, _) => {
            schema.get("properties").is_none() && schema.get("additionalProperties").is_some()
        }
    }
}
