//! Starting a long operation: put together, prepare (so that the intent can be saved), send, wait.

mod diagnose;
mod install;
mod prepared;
mod recover;
mod transition;

use std::fmt;
use std::time::Duration;

use super::handle::ServerHandle;
use crate::body::Body;
use crate::endpoint::Op;
use crate::error::Error;
use crate::id::OperationId;
use crate::model::{OperationHandle, OperationKind, OperationStarted};
use crate::operation::RunningOperation;

pub use diagnose::{ClearHdd, Diagnose};
pub use install::Install;
pub use prepared::Prepared;
pub use recover::Recover;
pub use transition::Transition;

/// The longest `timeout`, in minutes: the range of `diagtimeout` and `installtimeout_*` is 1–720 \[documented\].
const LONGEST: u64 = 720;

/// Put the start of an operation together: what `K` says, on one server. `Debug` shows the server and the kind.
///
/// ```
/// # mod setup { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/doc/setup.rs")); } use setup::*;
/// # example(async |_mock, _dcim, server| {
/// let suspension: Start<Transition> = server.suspend();
/// suspension.start().await?.wait().await?;
/// # Ok(()) });
/// ```
#[derive(Clone)]
#[must_use = "nothing is sent without `start`"]
pub struct Start<K> {
    server: ServerHandle,
    op: Op<OperationStarted>,
    kind: OperationKind,
    timeout: Option<Duration>,
    what: K,
    body: fn(&K) -> Result<Body, &'static str>,
}

/// The kinds of start that take a limit.
pub trait Limited {}

impl Limited for Install {}
impl Limited for Diagnose {}
impl Limited for Recover {}

impl<K: Limited> Start<K> {
    /// Let the panel end the operation after this long: 1 to 720 whole minutes (R18). Without it the panel's own setting holds.
    ///
    /// ```
    /// # mod setup { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/doc/setup.rs")); } use setup::*;
    /// # example(async |_mock, _dcim, server| {
    /// let wipe = |limit| server.diagnostics(OsTemplateId::new(4)).timeout(limit).prepare(None);
    /// assert!(wipe(Duration::from_secs(12 * 3600)).is_ok());
    /// assert!(wipe(Duration::from_secs(90)).is_err_and(|error| error.is_config()));
    /// # Ok(()) });
    /// ```
    pub fn timeout(mut self, limit: Duration) -> Self {
        self.timeout = Some(limit);
        self
    }
}

impl<K> Start<K> {
    fn new(
        server: ServerHandle,
        op: Op<OperationStarted>,
        kind: OperationKind,
        what: K,
        body: fn(&K) -> Result<Body, &'static str>,
    ) -> Self {
        Self {
            server,
            op,
            kind,
            timeout: None,
            what,
            body,
        }
    }

    /// Check everything and make the handle of the intent, to be saved before anything is sent.
    ///
    /// `last` is the last operation seen on the server before, or none if there was none. Read it: it is what tells the new operation from
    /// the old one where the panel's answer is lost or names no id.
    ///
    /// ```
    /// # mod setup { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/doc/setup.rs")); } use setup::*;
    /// # example(async |_mock, _dcim, server| {
    /// let last = server.get().await?.operation.map(|operation| operation.id);
    /// let prepared = server.suspend().prepare(last)?;
    /// println!("{}", serde_json::to_string(prepared.handle())?); // save it, then
    /// prepared.send().await?.wait().await?;
    /// # Ok(()) });
    /// ```
    ///
    /// # Errors
    /// `is_config()`, naming the setting; nothing was sent.
    pub fn prepare(self, last: Option<OperationId>) -> Result<Prepared, Error> {
        let body = self.checked()?;
        let client = &self.server.client;
        let handle = OperationHandle::new(
            client.panel(),
            self.server.id,
            self.kind,
            last,
            client.clock().now(),
            self.timeout,
        );
        let call = self.server.call(self.op).body(body);
        Ok(Prepared::new(self.server, call, handle))
    }

    /// The body, if everything that can be known before sending is right.
    fn checked(&self) -> Result<Body, Error> {
        let config = |reason: String| {
            let name = self.op.endpoint().name;
            Error::config(reason).with(|inner| inner.operation = Some(name))
        };
        let body = (self.body)(&self.what).map_err(|reason| config(reason.to_owned()))?;
        let Some(timeout) = self.timeout else {
            return Ok(body);
        };
        let minutes = timeout.as_secs() / 60;
        let whole = timeout == Duration::from_secs(minutes * 60);
        if whole && (1..=LONGEST).contains(&minutes) {
            return Ok(body.put("timeout", minutes));
        }
        Err(config(format!(
            "timeout: must be 1 to {LONGEST} whole minutes, is {timeout:?}"
        )))
    }

    /// Read the last operation of the server, then start this one (class X).
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
    /// `is_config()`: a setting cannot be used, nothing was sent. Not sent: the read failed, or the start never arrived. `is_conflict()`: another operation runs (R16). `is_protected()`. An
    /// unknown delivery: it may be running; attach to [`intent`](Error::intent), which finds it if it is. Use [`prepare`](Self::prepare)
    /// where the intent must be on record before that.
    pub async fn start(self) -> Result<RunningOperation, Error> {
        self.checked()?;
        // An answer without an id could not be told from the one before it later (R22).
        let server = self.server.get().await.map_err(Error::before_write)?;
        let last = server.operation.map(|operation| operation.id);
        self.prepare(last)?.send().await
    }
}

impl<K> fmt::Debug for Start<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Start")
            .field("server", &self.server.id)
            .field("kind", &self.kind)
            .finish_non_exhaustive()
    }
}
