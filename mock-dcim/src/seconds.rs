//! Spans in JSON: whole or fractional seconds.

use std::collections::BTreeMap;
use std::time::Duration;

use serde::de::{Deserialize, Deserializer, Error};
use serde::ser::{SerializeMap, Serializer};

use crate::world::settings::DurationKind;

pub(crate) fn serialize<S: Serializer>(span: &Duration, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_f64(span.as_secs_f64())
}

pub(crate) fn deserialize<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Duration, D::Error> {
    let seconds = f64::deserialize(deserializer)?;
    Duration::try_from_secs_f64(seconds).map_err(D::Error::custom)
}

/// Durations as `{"install": 1200.0, "7/install": 5399.0}`: the second form is one server's own.
pub(crate) fn entries<S: Serializer>(
    durations: &BTreeMap<(Option<u64>, DurationKind), Duration>,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    let mut map = serializer.serialize_map(Some(durations.len()))?;
    for ((server, kind), span) in durations {
        let word = serde_json::to_value(kind).unwrap_or_default();
        let word = word.as_str().unwrap_or_default();
        let name = server.map_or_else(|| word.to_owned(), |id| format!("{id}/{word}"));
        map.serialize_entry(&name, &span.as_secs_f64())?;
    }
    map.end()
}
