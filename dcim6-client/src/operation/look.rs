//! What one look at an operation shows. A failed look is not a failed operation.

use crate::error::Error;
use crate::model::Operation;

/// What one look at an operation shows.
///
/// ```
/// # mod setup { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/doc/setup.rs")); } use setup::*;
/// # example(async |_mock, _dcim, server| {
/// let running = server.suspend().start().await?;
/// match running.look().await {
///     Look::Running(operation) => println!("{:?} %", operation.percent()),
///     Look::Done(_) | Look::Failed(_) | Look::Gone => println!("it has ended"),
///     other => println!("not known: {other:?}"),
/// }
/// # Ok(()) });
/// ```
#[derive(Debug)]
#[non_exhaustive]
pub enum Look {
    /// It runs.
    Running(Operation),
    /// It is not to be seen yet (F15): not started, or not shown.
    Unseen,
    /// It ended well.
    Done(Operation),
    /// It ended otherwise: failed, or was cancelled.
    Failed(Operation),
    /// It will not be seen any more: the server is gone, or a newer operation took its place and the panel forgot this one.
    Gone,
    /// The look itself failed; nothing is known about the operation.
    PollFailed(Error),
}

impl Look {
    /// Tell whether the operation has ended: done, failed or gone.
    ///
    /// ```
    /// # mod setup { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/doc/setup.rs")); } use setup::*;
    /// # example(async |_mock, dcim, server| {
    /// let running = server.suspend().start().await?;
    /// assert!(!running.look().await.is_final());
    /// dcim.clock().sleep(Duration::from_secs(60)).await;
    /// assert!(running.look().await.is_final());
    /// # Ok(()) });
    /// ```
    pub fn is_final(&self) -> bool {
        matches!(self, Self::Done(_) | Self::Failed(_) | Self::Gone)
    }

    /// Return the operation, if this look shows it.
    ///
    /// ```
    /// # mod setup { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/doc/setup.rs")); } use setup::*;
    /// # example(async |_mock, _dcim, server| {
    /// let running = server.suspend().start().await?;
    /// let look = running.look().await;
    /// assert!(look.operation().is_some_and(|operation| operation.status.is_running()));
    /// # Ok(()) });
    /// ```
    pub fn operation(&self) -> Option<&Operation> {
        match self {
            Self::Running(operation) | Self::Done(operation) | Self::Failed(operation) => {
                Some(operation)
            }
            Self::Unseen | Self::Gone | Self::PollFailed(_) => None,
        }
    }

    pub(crate) fn of(operation: Operation) -> Self {
        if operation.status.is_ok() {
            Self::Done(operation)
        } else if operation.status.is_final() {
            Self::Failed(operation)
        } else {
            Self::Running(operation)
        }
    }
}
