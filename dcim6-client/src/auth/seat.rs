//! Waiting for a log-in that others wait for too.

use std::future::poll_fn;
use std::sync::{Arc, Mutex};
use std::task::Poll;

use futures_util::FutureExt;

use super::flight::{Desk, Outcome, Token, lock};
use crate::Timestamp;
use crate::client::Client;
use crate::clock::BoxFuture;
use crate::error::{Delivery, Error, ErrorKind};
use crate::retry::{Attempt, Decision, Retry, decide};

/// The place of one who waits: how long he has waited so far, and his leave when he goes, however he goes.
pub(super) struct Seat {
    pub desk: Arc<Mutex<Desk>>,
    pub number: u64,
    pub operation: &'static str,
    pub joined: Timestamp,
    /// The tries that had failed before he came.
    pub exchanges: u32,
    pub attempts: u32,
}

impl Seat {
    pub async fn wait(
        self,
        policy: &Retry,
        client: &Client,
        mut outcome: Outcome,
    ) -> Result<Option<Token>, Error> {
        let clock = client.clock();
        let late = || policy.until.is_some_and(|until| clock.now() >= until);
        if late() {
            return Err(self.late());
        }
        let mut alarm: Option<BoxFuture<'static, ()>> = None;
        poll_fn(|context| {
            loop {
                // An answer that is there outranks the deadline.
                if let Poll::Ready(opened) = outcome.poll_unpin(context) {
                    return Poll::Ready(opened.map(Some));
                }
                if let Some(error) = self.gives_up(policy) {
                    return Poll::Ready(Err(error));
                }
                if late() {
                    return Poll::Ready(Err(self.late()));
                }
                let Some(until) = policy.until else {
                    return Poll::Pending;
                };
                // The instant is the clock's and the alarm is real: a sleep would move a clock on which sleeping moves time.
                let ringing = alarm.get_or_insert_with(|| clock.timer(until.since(clock.now())));
                if ringing.poll_unpin(context).is_pending() {
                    return Poll::Pending;
                }
                alarm = None;
            }
        })
        .await
    }

    /// Whoever has less patience than the log-in leaves after the try that was his last, with what became of it.
    fn gives_up(&self, policy: &Retry) -> Option<Error> {
        let desk = lock(&self.desk);
        let miss = desk.flight.as_ref()?.miss.as_ref()?;
        if miss.exchanges <= self.exchanges {
            return None;
        }
        let attempt = Attempt {
            attempts: miss.attempt.attempts - self.attempts,
            asleep: miss.attempt.asleep.min(miss.attempt.now.since(self.joined)),
            ..miss.attempt
        };
        let stops = decide(policy, &attempt, 0.0) == Decision::Stop
            || policy.until.is_some_and(|until| until < miss.again);
        stops.then(|| miss.error.clone())
    }

    /// The caller's deadline came before the answer of the panel.
    fn late(&self) -> Error {
        Error::new(ErrorKind::Timeout, Delivery::Unknown)
            .with(|inner| inner.operation = Some(self.operation))
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        let mut desk = lock(&self.desk);
        if std::thread::panicking() {
            // A transport that panicked took the log-in with it: no answer is on its way.
            desk.state.missed(self.number);
        }
        if desk.state.left(self.number) {
            let ended = desk.flight.take();
            drop(desk);
            drop(ended);
            return;
        }
        // He may have been the one whom the log-in would have woken.
        let waker = desk.flight.as_ref().and_then(|flight| flight.waker.clone());
        drop(desk);
        if let Some(waker) = waker {
            waker.wake();
        }
    }
}
