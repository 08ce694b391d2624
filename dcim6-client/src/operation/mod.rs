//! Long operations: what they look like, the handle that survives a process, and waiting for them.

mod attach;
mod handle;
mod many;
mod schedule;
mod wait;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::Timestamp;
use crate::call::Call;
use crate::client::Client;
use crate::endpoint::Op;
use crate::error::Error;
use crate::id::{HistoryId, OperationId, ServerId};
use crate::list::Row;
use crate::open_enum::open_enum;
use crate::wire;

pub use attach::{Attached, Look};
pub use handle::{InvalidHandle, OperationHandle};
pub(crate) use many::wait_all;
pub use schedule::{JUST_BEFORE, poll_delay};
pub use wait::{Looks, Wait, WaitError, WaitResult};

open_enum! {
    /// Name the status of an operation (R17).
    OperationStatus {
        /// Ended well
        Ok = "ok",
        /// Cancelled; in either spelling
        Canceled = "canceled" | "cancelled",
        /// Ended badly; `failed` and `error` are read as well
        Fail = "fail" | "failed" | "error",
        /// Running
        Run = "run",
    }
}

/// A missing status is like an unknown word: running, until the caller's deadline (R17).
impl Default for OperationStatus {
    fn default() -> Self {
        Self::Other(String::new())
    }
}

impl OperationStatus {
    /// Tell whether the operation has ended. Any word that is not known means that it runs (R17).
    pub fn is_final(&self) -> bool {
        matches!(self, Self::Ok | Self::Canceled | Self::Fail)
    }

    /// Tell whether it ended well.
    pub fn is_ok(&self) -> bool {
        *self == Self::Ok
    }

    /// Tell whether it was cancelled.
    pub fn is_canceled(&self) -> bool {
        *self == Self::Canceled
    }

    /// Tell whether it ended badly.
    pub fn is_failed(&self) -> bool {
        *self == Self::Fail
    }

    /// Tell whether it runs: nothing says that it has ended.
    pub fn is_running(&self) -> bool {
        !self.is_final()
    }
}

open_enum! {
    /// Name the kind of an operation. \[assumed\]
    OperationKind {
        /// Install of an operating system
        Install = "server_install",
        /// Diagnostics, with or without disk clean-up
        Diagnostics = "server_diag",
        /// Recovery system
        Recovery = "server_recovery",
        /// Suspension by the panel
        Suspend = "server_suspend",
        /// End of a suspension by the panel
        Resume = "server_resume",
    }
}

open_enum! {
    /// Name where an operation was started. It does not say by which API caller (R22). \[assumed\]
    Origin {
        /// By the API
        Api = "api",
        /// By a person in the panel
        Panel = "panel",
    }
}

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

/// Describe an entry of a server's history. \[assumed\]
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

/// Speak of one operation of a server.
///
/// ```
/// # mod setup { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/doc/setup.rs")); } use setup::*;
/// # example(async |_mock, _dcim, server| {
/// let id = server.suspend().start().await?.operation_id().ok_or("not named")?;
/// let operation = server.operation(id).get().await?;
/// assert_eq!(operation.name, Some(OperationKind::Suspend));
/// # Ok(()) });
/// ```
#[derive(Clone, Debug)]
#[must_use]
pub struct OperationRef {
    client: Client,
    server: ServerId,
    id: OperationId,
}

impl OperationRef {
    pub(crate) fn new(client: Client, server: ServerId, id: OperationId) -> Self {
        Self { client, server, id }
    }

    /// Return the id.
    pub fn id(&self) -> OperationId {
        self.id
    }

    fn call(&self, op: Op) -> Call {
        Call::new(op)
            .id("server_id", self.server.get())
            .id("operation_id", self.id.get())
    }

    /// Read the operation.
    ///
    /// ```
    /// # mod setup { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/doc/setup.rs")); } use setup::*;
    /// # example(async |_mock, _dcim, server| {
    /// let missing = server.operation(OperationId::new(99_999)).get().await.unwrap_err();
    /// assert!(missing.is_not_found());
    /// # Ok(()) });
    /// ```
    ///
    /// # Errors
    /// `is_not_found()`: no such server, or the server has no such operation — or does not show it yet. Otherwise as for any read: see
    /// [`Error`].
    pub async fn get(&self) -> Result<Operation, Error> {
        let id = self.id;
        let call = self.call(Op::ServerOperationGet);
        let check = move |operation: &Operation| {
            if operation.id == id {
                Ok(())
            } else {
                Err(("id", "the answer is about another operation"))
            }
        };
        self.client.call_checked(call, check).await
    }

    /// Ask the panel to stop the operation.
    ///
    /// ```
    /// # mod setup { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/doc/setup.rs")); } use setup::*;
    /// # example(async |_mock, _dcim, server| {
    /// let started = server.recovery(OsTemplateId::new(5)).password("a long secret").start().await?;
    /// let operation = server.operation(started.operation_id().ok_or("not named")?);
    /// operation.cancel().await?;
    /// assert!(operation.get().await?.status.is_canceled());
    /// # Ok(()) });
    /// ```
    ///
    /// # Errors
    /// `is_invalid()`: it has ended already, which is the goal; read it (R24). After an unknown delivery: read it.
    pub async fn cancel(&self) -> Result<(), Error> {
        self.client.send(self.call(Op::ServerOperationCancel)).await
    }
}
