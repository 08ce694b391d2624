//! One look after another, as a stream.

use std::fmt;
use std::pin::Pin;
use std::task::{Context, Poll};

use futures_util::stream::{BoxStream, Stream, StreamExt, unfold};

use super::look::Look;
use super::running::RunningOperation;
use super::wait::{Tally, first_delay};

impl RunningOperation {
    /// Watch it: a stream of looks, on the same schedule as [`wait`](RunningOperation::wait), that ends with the operation or at the deadline.
    ///
    /// ```
    /// # mod setup { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/doc/setup.rs")); } use setup::*;
    /// # example(async |_mock, dcim, server| {
    /// let mut looks = dcim.attach(server.suspend().start().await?.handle()).watch();
    /// while let Some(look) = looks.next().await {
    ///     if let Some(percent) = look.operation().and_then(Operation::percent) {
    ///         println!("{percent} %");
    ///     }
    /// }
    /// # Ok(()) });
    /// ```
    pub fn watch(self) -> Looks {
        Looks::new(self)
    }
}

/// Give one look after another. It is `Unpin`, and a [`Stream`] of [`Look`].
///
/// ```
/// # mod setup { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/doc/setup.rs")); } use setup::*;
/// # example(async |_mock, _dcim, server| {
/// let mut looks = server.suspend().start().await?.watch();
/// let mut last = None;
/// while let Some(look) = looks.next().await {
///     last = Some(look);
/// }
/// assert!(matches!(last, Some(Look::Done(_))));
/// # Ok(()) });
/// ```
#[must_use]
pub struct Looks {
    looks: BoxStream<'static, Look>,
}

impl Looks {
    fn new(running: RunningOperation) -> Self {
        let start = Some((running, Tally::default()));
        let looks = unfold(start, |state| async move {
            let (running, mut tally) = state?;
            let delay = first_delay(&running, tally.polls);
            running.client.clock().sleep(delay).await;
            let look = running.look().await;
            tally.polls += 1;
            let last = look.is_final() || running.is_over();
            Some((look, (!last).then_some((running, tally))))
        });
        Self {
            looks: looks.boxed(),
        }
    }

    /// Wait for the next look; none after the last one.
    pub async fn next(&mut self) -> Option<Look> {
        self.looks.next().await
    }
}

impl Stream for Looks {
    type Item = Look;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Look>> {
        self.looks.poll_next_unpin(context)
    }
}

impl fmt::Debug for Looks {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Looks").finish_non_exhaustive()
    }
}
