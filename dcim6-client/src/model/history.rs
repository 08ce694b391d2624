//! What has been done with a server.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::row::Row;
use crate::Timestamp;
use crate::id::HistoryId;
use crate::wire;

/// Describe an entry of a server's history. \[assumed\]
///
/// ```
/// # mod setup { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/doc/setup.rs")); } use setup::*;
/// # example(async |mock, dcim, server| {
/// server.suspend().start().await?.wait().await?;
/// for entry in server.history().all().await? {
///     println!("{:?}: {:?} by {:?} ended {:?}", entry.date_create, entry.name, entry.user, entry.state);
/// }
/// # Ok(()) });
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[non_exhaustive]
pub struct HistoryEntry {
    /// The id.
    pub id: HistoryId,
    /// What was done: `server_diag`.
    #[serde(default)]
    pub name: Option<String>,
    /// When.
    #[serde(default, deserialize_with = "wire::time")]
    pub date_create: Option<Timestamp>,
    /// How it ended: `ok`.
    #[serde(default)]
    pub state: Option<String>,
    /// By whom.
    #[serde(default)]
    pub user: Option<String>,
    /// Fields this crate does not know.
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}

impl Row for HistoryEntry {
    fn row_key(&self) -> u64 {
        self.id.get()
    }
}
