//! Settings that a server can have of its own, in JSON: `{"install": 1200.0, "7/install": 5399.0}`.

use std::collections::BTreeMap;

use serde::de::{Deserialize, Deserializer, Error};
use serde::ser::{Serialize, SerializeMap, Serializer};
use serde_json::Value;

use crate::world::settings::DurationKind;

pub(crate) type PerServer<T> = BTreeMap<(Option<u64>, DurationKind), T>;

pub(crate) fn serialize<T: Serialize, S: Serializer>(
    settings: &PerServer<T>,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    let mut map = serializer.serialize_map(Some(settings.len()))?;
    for ((server, kind), value) in settings {
        let word = serde_json::to_value(kind).unwrap_or_default();
        let word = word.as_str().unwrap_or_default();
        let name = server.map_or_else(|| word.to_owned(), |id| format!("{id}/{word}"));
        map.serialize_entry(&name, value)?;
    }
    map.end()
}

pub(crate) fn deserialize<'de, T: Deserialize<'de>, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<PerServer<T>, D::Error> {
    let map = BTreeMap::<String, T>::deserialize(deserializer)?;
    let entries = map.into_iter().map(|(name, value)| {
        let (server, word) = match name.split_once('/') {
            Some((id, word)) => (Some(id.parse().map_err(D::Error::custom)?), word),
            None => (None, name.as_str()),
        };
        let kind = serde_json::from_value(Value::from(word)).map_err(D::Error::custom)?;
        Ok(((server, kind), value))
    });
    entries.collect()
}
