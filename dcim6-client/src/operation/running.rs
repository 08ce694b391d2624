//! Looking at an operation: one look at a time. A failed look is not a failed operation.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use super::by_id::OperationRef;
use super::look::Look;
use super::schedule::{self, JUST_BEFORE};
use crate::Timestamp;
use crate::client::Client;
use crate::error::Error;
use crate::id::OperationId;
use crate::model::{Operation, OperationHandle, Server};

impl Client {
    /// Take up an operation that was started here or in another process.
    ///
    /// Nothing is sent. A handle of another panel is refused when it is looked at.
    ///
    /// ```
    /// # mod setup { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/doc/setup.rs")); } use setup::*;
    /// # example(async |_mock, dcim, server| {
    /// let started = server.recovery(OsTemplateId::new(5)).password("secret").start().await?;
    /// let saved = serde_json::to_string(&started.handle())?;
    /// // In another process, hours later:
    /// let handle: OperationHandle = serde_json::from_str(&saved)?;
    /// dcim.attach(handle).wait().await?;
    /// # Ok(()) });
    /// ```
    pub fn attach(&self, handle: OperationHandle) -> RunningOperation {
        RunningOperation::new(self.clone(), handle)
    }
}

/// Hold an operation that the panel accepted, here or for another process. Made by [`start`](crate::Start::start), by
/// [`send`](crate::Prepared::send) and by [`Client::attach`].
///
/// ```
/// # mod setup { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/doc/setup.rs")); } use setup::*;
/// # example(async |_mock, dcim, server| {
/// let handle = server.suspend().start().await?.handle();
/// let running = dcim.attach(handle);
/// assert!(!running.look().await.is_final());
/// running.wait().await?;
/// # Ok(()) });
/// ```
#[derive(Debug)]
#[must_use = "the operation runs on; wait for it or save its handle"]
pub struct RunningOperation {
    pub(crate) client: Client,
    handle: OperationHandle,
    /// Found by looking, where the handle is an intent.
    found: Mutex<Option<OperationId>>,
    /// The panel does not answer for single operations: ask for the server at once.
    no_by_id: AtomicBool,
    marks: Vec<Timestamp>,
}

/// Code of "unknown function": real \[sibling\] (dcim6-api.md section 2).
const UNKNOWN_FUNCTION: i64 = 1106;

/// How well the panel's present is known from its latest answer: a second for the resolution of `Date`, one for the way.
const BLUR: Duration = Duration::from_secs(2);

impl RunningOperation {
    fn new(client: Client, handle: OperationHandle) -> Self {
        Self {
            client,
            found: Mutex::new(handle.operation()),
            handle,
            no_by_id: AtomicBool::new(false),
            marks: Vec::new(),
        }
    }

    /// Return the handle, with the operation's id as soon as it is known.
    ///
    /// ```
    /// # mod setup { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/doc/setup.rs")); } use setup::*;
    /// # example(async |_mock, dcim, server| {
    /// let intent = server.suspend().prepare(None)?.handle().clone();
    /// server.suspend().start().await?.wait().await?; // by another process
    /// let running = dcim.attach(intent);
    /// running.look().await;
    /// assert!(running.handle().operation().is_some());
    /// # Ok(()) });
    /// ```
    pub fn handle(&self) -> OperationHandle {
        match self.operation_id() {
            Some(id) => self.handle.clone().with_operation(id),
            None => self.handle.clone(),
        }
    }

    /// Return the operation's id, if the answer named it or a look found it.
    ///
    /// ```
    /// # mod setup { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/doc/setup.rs")); } use setup::*;
    /// # example(async |_mock, _dcim, server| {
    /// assert!(server.suspend().start().await?.operation_id().is_some());
    /// # Ok(()) });
    /// ```
    pub fn operation_id(&self) -> Option<OperationId> {
        *self.found.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Add one look just before this instant (safety.md D6 needs one before the limit); the deadline has one anyway.
    ///
    /// ```
    /// # mod setup { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/doc/setup.rs")); } use setup::*;
    /// # example(async |_mock, _dcim, server| {
    /// let started = server.diagnostics(OsTemplateId::new(4)).timeout(Duration::from_secs(3600)).start().await?;
    /// let limit = started.handle().sent_at() + Duration::from_secs(3600);
    /// started.look_before(limit).wait().await?;
    /// # Ok(()) });
    /// ```
    pub fn look_before(mut self, instant: Timestamp) -> Self {
        self.marks.push(instant);
        self
    }

    /// Return how long to wait before the next look: [`poll_delay`](crate::poll_delay) of the operation's age on the client's clock,
    /// shortened to look just before the deadline and the instants of [`look_before`](RunningOperation::look_before).
    ///
    /// ```
    /// # mod setup { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/doc/setup.rs")); } use setup::*;
    /// # example(async |_mock, _dcim, server| {
    /// let running = server.suspend().start().await?;
    /// assert!(running.next_look() <= Duration::from_millis(500));
    /// # Ok(()) });
    /// ```
    pub fn next_look(&self) -> Duration {
        let now = self.client.clock().now();
        let delay = schedule::poll_delay(now.since(self.handle.sent_at()));
        let instants = self.marks.iter().copied().chain([self.handle.deadline()]);
        schedule::look_before(delay, instants.map(|instant| instant.since(now)))
    }

    /// Tell whether the last look before the deadline has been due.
    pub(crate) fn is_over(&self) -> bool {
        self.client.clock().now() + JUST_BEFORE >= self.handle.deadline()
    }

    /// Look once. Reads only.
    ///
    /// It asks for the operation by its id. Where the panel does not find it, the server's last operation is looked at: the same id
    /// is this operation, a larger one has taken its place, a smaller one means that it is not to be seen yet. A handle without an
    /// id takes the server's operation if it is newer than [`previous`](OperationHandle::previous), of the same kind, and had not ended
    /// before this one was sent.
    ///
    /// ```
    /// # mod setup { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/doc/setup.rs")); } use setup::*;
    /// # example(async |_mock, _dcim, server| {
    /// let running = server.suspend().start().await?;
    /// assert!(matches!(running.look().await, Look::Running(_)));
    /// # Ok(()) });
    /// ```
    pub async fn look(&self) -> Look {
        if self.handle.panel() != self.client.panel() {
            return Look::PollFailed(Error::config(format!(
                "handle: is of the panel {}, not of {}",
                self.handle.panel(),
                self.client.panel()
            )));
        }
        self.try_look().await.unwrap_or_else(Look::PollFailed)
    }

    /// A look before the deadline is not repeated beyond it; one after it may take its time.
    fn patient_client(&self) -> Client {
        let client = &self.client;
        let deadline = self.handle.deadline();
        let sooner = client.retry.until.is_some_and(|until| until <= deadline);
        if sooner || deadline <= client.clock().now() {
            return client.clone();
        }
        client.with_retry(client.retry.clone().until(deadline))
    }

    async fn try_look(&self) -> Result<Look, Error> {
        let client = self.patient_client();
        let known = self.operation_id();
        if let Some(id) = known
            && !self.no_by_id.load(Ordering::Relaxed)
        {
            let by_id = OperationRef::new(client.clone(), self.handle.server(), id);
            match by_id.get().await {
                Ok(operation) => return Ok(Look::of(operation)),
                Err(error) if error.is_not_found() => {
                    if error.panel_code() == Some(UNKNOWN_FUNCTION) {
                        self.no_by_id.store(true, Ordering::Relaxed);
                    }
                }
                Err(error) => return Err(error),
            }
        }
        match client.server(self.handle.server()).get().await {
            Ok(server) => Ok(self.look_at(server)),
            Err(error) if error.is_not_found() => Ok(Look::Gone),
            Err(error) => Err(error),
        }
    }

    /// Judge by the server's last operation.
    fn look_at(&self, server: Server) -> Look {
        let Some(operation) = server.operation else {
            return Look::Unseen;
        };
        match self.operation_id() {
            Some(id) if operation.id == id => Look::of(operation),
            Some(id) if operation.id > id => Look::Gone,
            None if Some(operation.id) > self.handle.previous()
                && operation.may_be(self.handle.kind())
                && !self.had_ended(&operation) =>
            {
                *self.found.lock().unwrap_or_else(PoisonError::into_inner) = Some(operation.id);
                Look::of(operation)
            }
            Some(_) | None => Look::Unseen,
        }
    }

    /// Tell whether an operation had ended before ours was sent: then it is not ours, whatever its id. Both ages are counted back from now,
    /// each by its own clock, since the panel's need not agree with ours.
    fn had_ended(&self, operation: &Operation) -> bool {
        let now = self.client.clock().now();
        let panel_now = self.client.panel_time().unwrap_or(now);
        operation
            .finished_at
            .is_some_and(|end| panel_now.since(end) > now.since(self.handle.sent_at()) + BLUR)
    }

    /// Judge by a row of a list; none where the list says nothing certain and the operation must be asked for by id.
    pub(crate) fn look_at_row(&self, server: Server) -> Option<Look> {
        match self.look_at(server) {
            Look::Gone if !self.no_by_id.load(Ordering::Relaxed) => None,
            look => Some(look),
        }
    }

    /// Ask the panel to stop the operation; it is found first if the handle is an intent.
    ///
    /// ```
    /// # mod setup { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/doc/setup.rs")); } use setup::*;
    /// # example(async |_mock, _dcim, server| {
    /// let running = server.recovery(OsTemplateId::new(5)).password("a long secret").start().await?;
    /// running.cancel().await?;
    /// assert!(matches!(running.look().await, Look::Failed(operation) if operation.status.is_canceled()));
    /// # Ok(()) });
    /// ```
    ///
    /// # Errors
    /// Not sent: it could not be looked for, or `is_not_found()`: it is not to be seen. `is_invalid()`: it has ended already (R24). After an unknown delivery: look.
    pub async fn cancel(&self) -> Result<(), Error> {
        if self.operation_id().is_none()
            && let Look::PollFailed(error) = self.look().await
        {
            return Err(error.before_write());
        }
        match self.operation_id() {
            Some(id) => {
                self.client
                    .server(self.handle.server())
                    .operation(id)
                    .cancel()
                    .await
            }
            None => Err(Error::not_found("server_operation_cancel")),
        }
    }
}
