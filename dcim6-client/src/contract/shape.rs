//! The shape of a JSON Schema: which types stand at which place. OpenAPI 3.x and Swagger 2.0 alike.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

/// How deep shapes are compared, and how many references are followed: schemas may be circular.
const DEPTH: usize = 12;

/// The types found at each place: `list[].operation.status` → {string}.
#[derive(Clone, Debug, Default)]
pub(super) struct Shape {
    pub places: BTreeMap<String, Place>,
}

#[derive(Clone, Debug, Default)]
pub(super) struct Place {
    /// Empty: the schema says nothing.
    pub types: BTreeSet<String>,
    pub required: bool,
    /// Whether the schema names the fields of the object here; if not, anything may be inside.
    pub named: bool,
    /// The field beside this one that says the same under its first name (`x-other-name-of`).
    other_name_of: Option<String>,
}

impl Shape {
    pub fn of(schema: &Value, document: &Value) -> Self {
        let mut shape = Self::default();
        shape.add(schema, document, String::new(), true, DEPTH);
        shape
    }

    fn add(&mut self, schema: &Value, document: &Value, at: String, required: bool, depth: usize) {
        if depth == 0 {
            return;
        }
        if let Some(target) = schema.get("$ref").and_then(Value::as_str) {
            if let Some(target) = target
                .strip_prefix('#')
                .and_then(|path| document.pointer(path))
            {
                self.add(target, document, at, required, depth - 1);
            }
            return;
        }
        let place = self.places.entry(at.clone()).or_default();
        place.required |= required;
        if let Some(name) = schema.get("x-other-name-of").and_then(Value::as_str) {
            place.other_name_of = Some(
                at.rsplit_once('.')
                    .map_or_else(|| name.to_owned(), |(parent, _)| format!("{parent}.{name}")),
            );
        }
        match schema.get("type") {
            Some(Value::String(kind)) => {
                place.types.insert(kind.clone());
            }
            Some(Value::Array(kinds)) => {
                let kinds = kinds.iter().filter_map(Value::as_str).map(str::to_owned);
                place.types.extend(kinds);
            }
            _ => {}
        }
        if schema.get("nullable") == Some(&Value::Bool(true)) {
            place.types.insert("null".into());
        }
        for word in ["allOf", "anyOf", "oneOf"] {
            for part in schema
                .get(word)
                .and_then(Value::as_array)
                .into_iter()
                .flatten()
            {
                self.add(part, document, at.clone(), required, depth - 1);
            }
        }
        if let Some(items) = schema.get("items") {
            self.add(items, document, format!("{at}[]"), false, depth - 1);
        }
        let Some(properties) = schema.get("properties").and_then(Value::as_object) else {
            return;
        };
        if let Some(place) = self.places.get_mut(&at) {
            place.named = true;
            place.types.insert("object".into());
        }
        let needed = schema.get("required").and_then(Value::as_array);
        for (name, property) in properties {
            let inner = if at.is_empty() {
                name.clone()
            } else {
                format!("{at}.{name}")
            };
            let needed = needed.is_some_and(|names| names.iter().any(|one| one == name));
            self.add(property, document, inner, needed, depth - 1);
        }
    }

    /// The places that say the same as this one under another name.
    pub fn other_names<'a>(&'a self, at: &'a str) -> impl Iterator<Item = &'a str> {
        let first = self
            .places
            .get(at)
            .and_then(|place| place.other_name_of.as_deref());
        let others = self
            .places
            .iter()
            .filter(move |(_, place)| place.other_name_of.as_deref() == Some(at));
        first
            .into_iter()
            .chain(others.map(|(other, _)| other.as_str()))
    }

    /// The names at the top.
    pub fn fields(&self) -> impl Iterator<Item = (&str, &Place)> {
        self.places
            .iter()
            .map(|(at, place)| (at.as_str(), place))
            .filter(|(at, _)| !at.is_empty() && !at.contains(['.', '[']))
    }
}

/// Tell whether a value of one set of types can be of the other: an unsaid type is any, and a whole number is a number.
pub(super) fn compatible(ours: &Place, theirs: &Place) -> bool {
    let said = |place: &Place| -> BTreeSet<String> {
        let kinds = place.types.iter().filter(|kind| *kind != "null");
        kinds
            .map(|kind| kind.replace("integer", "number"))
            .collect()
    };
    let (ours, theirs) = (said(ours), said(theirs));
    ours.is_empty() || theirs.is_empty() || !ours.is_disjoint(&theirs)
}

pub(super) fn words(place: &Place) -> String {
    let words: Vec<&str> = place.types.iter().map(String::as_str).collect();
    words.join(" or ")
}

/// Where the field is, seen from the place that holds it: `list[].operation.status` is in `list[].operation`.
pub(super) fn parent(at: &str) -> &str {
    if let Some(array) = at.strip_suffix("[]") {
        return array;
    }
    at.rsplit_once('.').map_or("", |(parent, _)| parent)
}
