//! Waiting can end five ways: done, failed, timed out, gone, or the looking itself failed.

use std::fmt;
use std::future::IntoFuture;
use std::time::Duration;

use super::look::Look;
use super::running::RunningOperation;
use crate::clock::BoxFuture;
use crate::error::Error;
use crate::model::Operation;

/// What waiting for an operation comes to.
///
/// ```
/// # mod setup { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/doc/setup.rs")); } use setup::*;
/// # example(async |mock, dcim, server| {
/// async fn installed(server: &ServerHandle, template: OsTemplateId) -> Result<WaitResult, Error> {
///     let started = server.install(template).password("a long secret").start().await?;
///     Ok(started.wait().await)
/// }
///
/// let operation = installed(&server, OsTemplateId::new(1)).await??;
/// assert!(operation.status.is_ok());
/// # Ok(()) });
/// ```
pub type WaitResult = Result<Operation, WaitError>;

/// Say how waiting ended, when it did not end with an operation that ended well.
///
/// ```
/// # mod setup { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/doc/setup.rs")); } use setup::*;
/// # example(async |_mock, _dcim, server| {
/// let started = server.recovery(OsTemplateId::new(5)).password("a long secret").start().await?;
/// # started.cancel().await?;
/// match started.wait().await {
///     Ok(_) => println!("recovery runs"),
///     Err(WaitError::Failed(operation)) => println!("ended as {}: {}", operation.status, operation.status_info),
///     Err(WaitError::TimedOut { .. }) => println!("it may still run: keep the handle"),
///     Err(other) => return Err(other.into()),
/// }
/// # Ok(()) });
/// ```
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum WaitError {
    /// The operation failed or was cancelled; its `status` and `status_info` say how.
    #[error("the operation ended with status {}", .0.status)]
    Failed(Box<Operation>),
    /// The deadline came first. The operation may still run: a later [`attach`](crate::Client::attach) can take up its result.
    #[error("the operation had not ended after {} s and {polls} looks", elapsed.as_secs())]
    #[non_exhaustive]
    TimedOut {
        /// The last state seen; none if it was never seen.
        last: Option<Box<Operation>>,
        /// How often it was looked at.
        polls: u32,
        /// How long ago it was sent.
        elapsed: Duration,
    },
    /// The server is gone, or a newer operation took the place of this one.
    #[error("the operation is gone")]
    Gone,
    /// It could not be looked at: every look until the deadline failed, or one failed in a way that will not pass (refused log-in,
    /// a handle of another panel). Nothing is known about the operation.
    #[error("the operation could not be looked at: {0}")]
    Poll(#[source] Error),
}

impl RunningOperation {
    /// Wait until it has ended. Await it, or add a progress callback first.
    ///
    /// ```
    /// # mod setup { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/doc/setup.rs")); } use setup::*;
    /// # example(async |_mock, dcim, server| {
    /// let handle = server.suspend().start().await?.handle();
    /// match dcim.attach(handle).wait().await {
    ///     Ok(operation) => println!("done at {:?}", operation.finished_at),
    ///     Err(WaitError::TimedOut { last, .. }) => println!("perhaps later: {last:?}"),
    ///     Err(other) => return Err(other.into()),
    /// }
    /// # Ok(()) });
    /// ```
    pub fn wait(self) -> Wait {
        Wait::new(self)
    }
}

/// Wait for an operation: await it.
///
/// Looks follow [`poll_delay`](crate::poll_delay); the last one is just before the handle's deadline. Dropping the future stops the looking,
/// not the operation.
///
/// ```
/// # mod setup { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/doc/setup.rs")); } use setup::*;
/// # example(async |_mock, _dcim, server| {
/// let started = server.suspend().start().await?;
/// let done = started.wait().on_progress(|percent| println!("{percent} %")).await?;
/// assert!(done.status.is_ok());
/// # Ok(()) });
/// ```
#[must_use = "nothing is waited for until it is awaited"]
pub struct Wait {
    running: RunningOperation,
    progress: Option<Box<dyn FnMut(u8) + Send>>,
}

impl Wait {
    fn new(running: RunningOperation) -> Self {
        Self {
            running,
            progress: None,
        }
    }

    /// Call this with how far the operation is, 0 to 100, each time that changes. A panel that does not say never calls it before the
    /// end.
    ///
    /// ```
    /// # mod setup { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/doc/setup.rs")); } use setup::*;
    /// # example(async |_mock, _dcim, server| {
    /// let seen = Arc::new(std::sync::Mutex::new(Vec::new()));
    /// let all = seen.clone();
    /// let report = move |percent| all.lock().unwrap().push(percent);
    /// server.suspend().start().await?.wait().on_progress(report).await?;
    /// assert_eq!(seen.lock().unwrap().last(), Some(&100));
    /// # Ok(()) });
    /// ```
    pub fn on_progress(mut self, report: impl FnMut(u8) + Send + 'static) -> Self {
        self.progress = Some(Box::new(report));
        self
    }

    async fn run(mut self) -> WaitResult {
        let mut tally = Tally::default();
        loop {
            let delay = first_delay(&self.running, tally.polls);
            self.running.client.clock().sleep(delay).await;
            let look = self.running.look().await;
            if let (Some(percent), Some(report)) = (
                look.operation().and_then(Operation::percent),
                &mut self.progress,
            ) && tally.percent.replace(percent) != Some(percent)
            {
                report(percent);
            }
            if let Some(ended) = tally.count(look, &self.running) {
                return ended;
            }
        }
    }
}

/// The first look is at once when another process has waited before, and half a second after the start otherwise.
pub(super) fn first_delay(running: &RunningOperation, polls: u32) -> Duration {
    let delay = running.next_look();
    if polls > 0 || delay <= Duration::from_millis(500) {
        delay
    } else {
        Duration::ZERO
    }
}

/// What has been seen of one operation so far.
#[derive(Debug, Default)]
pub(crate) struct Tally {
    pub polls: u32,
    percent: Option<u8>,
    last: Option<Box<Operation>>,
    seen: bool,
}

impl Tally {
    /// Take a look into account; the end of waiting, if this is it.
    pub fn count(&mut self, look: Look, running: &RunningOperation) -> Option<WaitResult> {
        self.polls += 1;
        let failure = match look {
            Look::Done(operation) => return Some(Ok(operation)),
            Look::Failed(operation) => return Some(Err(WaitError::Failed(Box::new(operation)))),
            Look::Gone => return Some(Err(WaitError::Gone)),
            Look::PollFailed(error) if is_permanent(&error) => {
                return Some(Err(WaitError::Poll(error)));
            }
            Look::PollFailed(error) => Some(error),
            Look::Running(operation) => {
                self.last = Some(Box::new(operation));
                None
            }
            Look::Unseen => None,
        };
        self.seen |= failure.is_none();
        if !running.is_over() {
            return None;
        }
        Some(Err(match failure {
            Some(error) if !self.seen => WaitError::Poll(error),
            _ => WaitError::TimedOut {
                last: self.last.take(),
                polls: self.polls,
                elapsed: running
                    .client
                    .clock()
                    .now()
                    .since(running.handle().sent_at()),
            },
        }))
    }
}

/// No later look can do better: a refused log-in is not tried again, and a wrong handle stays wrong.
fn is_permanent(error: &Error) -> bool {
    error.is_config() || error.is_login_refused() || error.is_unauthenticated() || error.is_tls()
}

impl IntoFuture for Wait {
    type Output = WaitResult;
    type IntoFuture = BoxFuture<'static, Self::Output>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(self.run())
    }
}

impl fmt::Debug for Wait {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Wait")
            .field("running", &self.running)
            .finish_non_exhaustive()
    }
}
