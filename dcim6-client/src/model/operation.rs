//! A long operation as the panel describes it.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::words::{OperationKind, OperationStatus, Origin};
use crate::Timestamp;
use crate::id::OperationId;
use crate::wire;

/// Describe an operation.
///
/// ```
/// # mod setup { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/doc/setup.rs")); } use setup::*;
/// # example(async |_mock, _dcim, server| {
/// let done = server.suspend().start().await?.wait().await?;
/// assert!(done.status.is_ok() && done.finished_at >= done.started_at);
/// # Ok(()) });
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[non_exhaustive]
pub struct Operation {
    /// The id; it grows. \[documented\]
    pub id: OperationId,
    /// Whether and how it has ended. \[documented\]
    #[serde(default, deserialize_with = "wire::null_default")]
    pub status: OperationStatus,
    /// What the panel adds to the status: `{"reason":"timeout"}` (R20). \[documented\]
    #[serde(default)]
    pub status_info: Value,
    /// How far it is; see [`percent`](Operation::percent). \[documented\]
    #[serde(default)]
    pub progress_info: Value,
    /// The kind. \[assumed\]
    #[serde(default)]
    pub name: Option<OperationKind>,
    /// Where it was started. \[assumed\]
    #[serde(default)]
    pub origin: Option<Origin>,
    /// Its limit in minutes (R18). \[assumed\]
    #[serde(default)]
    pub timeout: Option<u64>,
    /// When it began. \[assumed\]
    #[serde(default, deserialize_with = "wire::time")]
    pub started_at: Option<Timestamp>,
    /// When it ended. \[assumed\]
    #[serde(default, deserialize_with = "wire::time")]
    pub finished_at: Option<Timestamp>,
    /// Fields this crate does not know.
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}

impl Operation {
    /// Return how far it is, 0 to 100, if the panel says so: the last `percent` or `progress` in `progress_info`. \[assumed\]
    ///
    /// An operation that ended `ok` is at 100.
    ///
    /// ```
    /// # mod setup { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/doc/setup.rs")); } use setup::*;
    /// # example(async |_mock, _dcim, server| {
    /// let done = server.suspend().start().await?.wait().await?;
    /// assert_eq!(done.percent(), Some(100));
    /// # Ok(()) });
    /// ```
    pub fn percent(&self) -> Option<u8> {
        if self.status.is_ok() {
            return Some(100);
        }
        let steps = match &self.progress_info {
            Value::Array(steps) => steps.as_slice(),
            one => std::slice::from_ref(one),
        };
        steps.iter().rev().find_map(|step| {
            let percent = step.get("percent").or_else(|| step.get("progress"))?;
            let percent = percent
                .as_f64()
                .or_else(|| percent.as_str()?.trim_end_matches('%').parse().ok())?;
            whole_percent(percent)
        })
    }

    /// Tell whether the operation is of this kind, or of a kind that the panel does not name.
    pub(crate) fn may_be(&self, kind: &OperationKind) -> bool {
        self.name.as_ref().is_none_or(|name| name == kind)
    }
}

#[allow(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "the range is checked"
)]
fn whole_percent(percent: f64) -> Option<u8> {
    (0.0..=100.0).contains(&percent).then_some(percent as u8)
}
