//! Starting a long operation: put together, prepare (so that the intent can be saved), send, wait.

mod diagnose;
mod install;
mod prepared;
mod recover;
mod transition;

use std::time::Duration;

use super::handle::ServerHandle;
use crate::body::Body;
use crate::endpoint::Op;
use crate::error::Error;
use crate::id::OperationId;
use crate::model::{OperationHandle, OperationKind, OperationStarted};

pub use diagnose::{ClearHdd, Diagnose};
pub use install::Install;
pub use prepared::{Prepared, Started};
pub use recover::Recover;
pub use transition::Transition;

/// The longest `timeout`, in minutes: the range of `diagtimeout` and `installtimeout_*` is 1–720 \[documented\].
const LONGEST: u64 = 720;

/// What every start has: the server, the kind, the limit, and the operation seen before.
#[derive(Clone, Debug)]
pub(super) struct Start {
    pub server: ServerHandle,
    op: Op<OperationStarted>,
    pub kind: OperationKind,
    pub timeout: Option<Duration>,
    pub after: After,
}

/// What the caller said about the last operation before this one.
#[derive(Clone, Copy, Debug)]
pub(super) enum After {
    Unsaid,
    Said(Option<OperationId>),
}

impl After {
    fn last(self) -> Option<OperationId> {
        match self {
            Self::Unsaid => None,
            Self::Said(last) => last,
        }
    }
}

impl Start {
    pub fn new(server: ServerHandle, op: Op<OperationStarted>, kind: OperationKind) -> Self {
        Self {
            server,
            op,
            kind,
            timeout: None,
            after: After::Unsaid,
        }
    }

    pub fn minutes(&self) -> Result<Option<u64>, Error> {
        let Some(timeout) = self.timeout else {
            return Ok(None);
        };
        let minutes = timeout.as_secs() / 60;
        let whole = timeout == Duration::from_secs(minutes * 60);
        if whole && (1..=LONGEST).contains(&minutes) {
            Ok(Some(minutes))
        } else {
            Err(self.config(format!(
                "timeout: must be 1 to {LONGEST} whole minutes, is {timeout:?}"
            )))
        }
    }

    pub fn config(&self, text: impl Into<String>) -> Error {
        let name = self.op.endpoint().name;
        Error::config(text).with(|inner| inner.operation = Some(name))
    }

    pub fn prepare(self, body: Body) -> Result<Prepared, Error> {
        let minutes = self.minutes()?;
        let client = &self.server.client;
        let handle = OperationHandle::new(
            client.panel(),
            self.server.id,
            self.kind,
            self.after.last(),
            client.clock().now(),
            minutes.map(|minutes| Duration::from_secs(minutes * 60)),
        );
        let call = self
            .server
            .call(self.op)
            .body(body.put_some("timeout", minutes));
        Ok(Prepared::new(self.server, call, handle))
    }

    /// Read the last operation, if the caller did not name it: an answer without an id could not be told from it later (R22).
    pub async fn complete(mut self) -> Result<Self, Error> {
        if matches!(self.after, After::Unsaid) {
            let server = self.server.get().await?;
            self.after = After::Said(server.operation.map(|operation| operation.id));
        }
        Ok(self)
    }
}

/// Methods that every start has.
macro_rules! start {
    ($name:ident) => {
        impl $name {
            /// Name the last operation seen on the server before, or none if there was none.
            ///
            /// It tells the new operation from the old one where the panel's answer names no id. [`start`](Self::start) reads it by itself if it
            /// is not given; [`prepare`](Self::prepare) does not.
            ///
            /// ```
            /// # mod setup { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/doc/setup.rs")); } use setup::*;
            /// # example(async |_mock, _dcim, server| {
            /// let last = server.get().await?.operation.map(|operation| operation.id);
            /// let prepared = server.suspend().after(last).prepare()?;
            /// assert_eq!(prepared.handle().previous(), last);
            /// # Ok(()) });
            /// ```
            pub fn after(mut self, last: Option<OperationId>) -> Self {
                self.start.after = After::Said(last);
                self
            }

            /// Check everything and make the handle of the intent, to be saved before anything is sent.
            ///
            /// ```
            /// # mod setup { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/doc/setup.rs")); } use setup::*;
            /// # example(async |_mock, _dcim, server| {
            /// let last = server.get().await?.operation.map(|operation| operation.id);
            /// let prepared = server.suspend().after(last).prepare()?;
            /// println!("{}", serde_json::to_string(prepared.handle())?); // save it, then
            /// prepared.send().await?.wait().await?;
            /// # Ok(()) });
            /// ```
            ///
            /// # Errors
            /// `is_config()`, naming the setting; nothing was sent.
            pub fn prepare(self) -> Result<$crate::servers::Prepared, Error> {
                let body = self.body()?;
                self.start.prepare(body)
            }

            /// Start it (class X).
            ///
            /// ```
            /// # mod setup { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/doc/setup.rs")); } use setup::*;
            /// # example(async |_mock, _dcim, server| {
            /// let started = server.suspend().start().await?;
            /// let second = server.resume().start().await.unwrap_err();
            /// assert!(second.is_conflict()); // one at a time
            /// started.wait().await?;
            /// # Ok(()) });
            /// ```
            ///
            /// # Errors
            /// `is_config()`: a setting cannot be used, nothing was sent. `is_conflict()`: another operation runs (R16). `is_protected()`. An
            /// unknown delivery: read the server's operation before anything else; it may be running. Use [`prepare`](Self::prepare) where
            /// the intent must be on record before that.
            pub async fn start(self) -> Result<$crate::servers::Started, Error> {
                let body = self.body()?;
                self.start.minutes()?;
                self.start.complete().await?.prepare(body)?.send().await
            }
        }

        /// Shows the server and the kind.
        impl std::fmt::Debug for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.debug_struct(stringify!($name))
                    .field("server", &self.start.server.id)
                    .field("kind", &self.start.kind)
                    .finish_non_exhaustive()
            }
        }
    };
}

/// Methods of a start that takes a limit.
macro_rules! limited {
    ($name:ident) => {
        impl $name {
            /// Let the panel end the operation after this long: 1 to 720 whole minutes (R18). Without it the panel's own setting holds.
            ///
            /// ```
            /// # mod setup { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/doc/setup.rs")); } use setup::*;
            /// # example(async |_mock, _dcim, server| {
            /// let wipe = |limit| server.diagnostics(OsTemplateId::new(4)).timeout(limit).prepare();
            /// assert!(wipe(Duration::from_secs(12 * 3600)).is_ok());
            /// assert!(wipe(Duration::from_secs(90)).is_err_and(|error| error.is_config()));
            /// # Ok(()) });
            /// ```
            pub fn timeout(mut self, limit: Duration) -> Self {
                self.start.timeout = Some(limit);
                self
            }
        }
    };
}

use {limited, start};
