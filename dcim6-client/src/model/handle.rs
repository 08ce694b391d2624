//! The handle of an operation: what another process needs to take it up again.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::words::OperationKind;
use crate::Timestamp;
use crate::id::{OperationId, ServerId};

/// The version of the saved form. A handle of a newer version is refused, not guessed at.
const VERSION: u32 = 1;

/// How long after an operation's limit its result may still come: the panel's own end, and the way there.
const GRACE: Duration = Duration::from_secs(3 * 60);

/// Name an operation so that another process can take it up: save it as JSON, give it to [`Client::attach`](crate::Client::attach).
///
/// A handle made by `prepare()` is an *intent*: it has no operation id yet, and tells the new operation from the one before by
/// [`previous`](OperationHandle::previous) and the kind.
///
/// ```
/// use std::time::Duration;
/// use dcim6_client::{OperationHandle, OperationId, OperationKind, ServerId, Timestamp};
///
/// let sent: Timestamp = "2026-01-10T12:00:00Z".parse()?;
/// let ninety = Duration::from_secs(90 * 60);
/// let intent = OperationHandle::new(
///     "dcim.a.test:443", ServerId::new(101), OperationKind::Install, None, sent, Some(ninety),
/// );
/// assert_eq!(intent.deadline().to_string(), "2026-01-10T13:33:00Z"); // with three minutes of grace
///
/// assert_eq!((intent.sent_at(), intent.limit()), (sent, Some(ninety)));
/// assert_eq!((intent.panel(), intent.server()), ("dcim.a.test:443", ServerId::new(101)));
/// assert_eq!((intent.kind(), intent.operation(), intent.previous()), (&OperationKind::Install, None, None));
///
/// let handle = intent.with_operation(OperationId::new(5001));
/// let saved = serde_json::to_string(&handle)?;
/// assert_eq!(serde_json::from_str::<OperationHandle>(&saved)?, handle);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(into = "Saved", try_from = "Saved")]
pub struct OperationHandle {
    panel: String,
    server: ServerId,
    kind: OperationKind,
    operation: Option<OperationId>,
    previous: Option<OperationId>,
    sent_at: Timestamp,
    limit: Option<Duration>,
    deadline: Timestamp,
}

/// Say why a saved handle cannot be used.
///
/// ```
/// # mod setup { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/doc/setup.rs")); } use setup::*;
/// # example(async |mock, dcim, server| {
/// use dcim6_client::InvalidHandle;
///
/// let handle = server.suspend().start().await?.handle();
/// let newer = serde_json::to_string(&handle)?.replace("\"v\":1", "\"v\":2");
/// let refused = serde_json::from_str::<OperationHandle>(&newer).unwrap_err();
/// assert_eq!(refused.to_string(), InvalidHandle::Version(2).to_string());
/// # Ok(()) });
/// ```
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InvalidHandle {
    /// It was saved by a newer version of this crate.
    #[error("handle: version {0} is not known")]
    Version(u32),
}

#[derive(Serialize, Deserialize)]
struct Saved {
    v: u32,
    panel: String,
    server: ServerId,
    kind: OperationKind,
    operation: Option<OperationId>,
    /// Null says that there was none; a handle that does not say is refused.
    #[serde(deserialize_with = "Option::deserialize")]
    previous: Option<OperationId>,
    sent_at: Timestamp,
    limit_minutes: Option<u64>,
    deadline: Timestamp,
}

impl OperationHandle {
    /// Make the handle of an intent.
    ///
    /// `previous` is the last operation seen on the server before, none if there was none: read it, since whatever is newer and fits is
    /// taken for this one. `limit` is the `timeout` sent, in whole minutes. The deadline is
    /// the limit and three minutes of grace after `sent_at`; without a limit, DCImanager's setting for the kind counts: diagnostics 60
    /// minutes \[documented\], install and recovery 120 \[assumed\] (R18); for anything else 10 minutes.
    pub fn new(
        panel: impl Into<String>,
        server: ServerId,
        kind: OperationKind,
        previous: Option<OperationId>,
        sent_at: Timestamp,
        limit: Option<Duration>,
    ) -> Self {
        let limit = limit.map(whole_minutes);
        let deadline = sent_at + limit.unwrap_or_else(|| setting(&kind)) + GRACE;
        Self {
            panel: panel.into(),
            server,
            kind,
            operation: None,
            previous,
            sent_at,
            limit,
            deadline,
        }
    }

    /// Return the handle with the operation's id.
    #[must_use]
    pub fn with_operation(mut self, operation: OperationId) -> Self {
        self.operation = Some(operation);
        self
    }

    /// Return the panel: `host:port`.
    pub fn panel(&self) -> &str {
        &self.panel
    }

    /// Return the server.
    pub fn server(&self) -> ServerId {
        self.server
    }

    /// Return the kind.
    pub fn kind(&self) -> &OperationKind {
        &self.kind
    }

    /// Return the operation's id, if it is known.
    pub fn operation(&self) -> Option<OperationId> {
        self.operation
    }

    /// Return the last operation seen on the server before this one was sent.
    pub fn previous(&self) -> Option<OperationId> {
        self.previous
    }

    /// Return when it was sent, or was about to be.
    pub fn sent_at(&self) -> Timestamp {
        self.sent_at
    }

    /// Return the limit sent to the panel, in whole minutes; none if the panel's own setting holds.
    pub fn limit(&self) -> Option<Duration> {
        self.limit
    }

    /// Return when waiting ends.
    pub fn deadline(&self) -> Timestamp {
        self.deadline
    }
}

fn whole_minutes(limit: Duration) -> Duration {
    Duration::from_secs(limit.as_secs() / 60 * 60)
}

fn setting(kind: &OperationKind) -> Duration {
    let minutes = match kind {
        OperationKind::Diagnostics => 60,
        OperationKind::Install | OperationKind::Recovery => 120,
        _ => 10,
    };
    Duration::from_secs(minutes * 60)
}

impl From<OperationHandle> for Saved {
    fn from(handle: OperationHandle) -> Self {
        Self {
            v: VERSION,
            panel: handle.panel,
            server: handle.server,
            kind: handle.kind,
            operation: handle.operation,
            previous: handle.previous,
            sent_at: handle.sent_at,
            limit_minutes: handle.limit.map(|limit| limit.as_secs() / 60),
            deadline: handle.deadline,
        }
    }
}

impl TryFrom<Saved> for OperationHandle {
    type Error = InvalidHandle;

    fn try_from(saved: Saved) -> Result<Self, Self::Error> {
        if saved.v != VERSION {
            return Err(InvalidHandle::Version(saved.v));
        }
        Ok(Self {
            panel: saved.panel,
            server: saved.server,
            kind: saved.kind,
            operation: saved.operation,
            previous: saved.previous,
            sent_at: saved.sent_at,
            limit: saved
                .limit_minutes
                .map(|minutes| Duration::from_secs(minutes.saturating_mul(60))),
            deadline: saved.deadline,
        })
    }
}
