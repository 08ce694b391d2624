//! Servers for sale, by configuration (R9).

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::row::Row;
use crate::wire;

/// Count the servers of one configuration that can be sold (R9).
///
/// ```
/// # mod setup { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/doc/setup.rs")); } use setup::*;
/// # example(async |_mock, dcim, _server| {
/// let sorts = dcim.configurations().all().await?;
/// assert!(sorts.iter().any(|sort| sort.free_server_count > 0));
/// # Ok(()) });
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[non_exhaustive]
pub struct Configuration {
    /// The configuration; may be missing or empty. \[documented\]
    #[serde(default)]
    pub configuration: Option<String>,
    /// How many can be sold. \[documented\]
    #[serde(default, deserialize_with = "wire::null_default")]
    pub free_server_count: u64,
    /// Fields this crate does not know.
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}

impl Row for Configuration {
    const HAS_ID: bool = false;

    fn row_key(&self) -> u64 {
        use std::hash::{DefaultHasher, Hash, Hasher};
        let mut hasher = DefaultHasher::new();
        self.configuration.hash(&mut hasher);
        hasher.finish()
    }
}
