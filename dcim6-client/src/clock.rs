//! Time as a port: nothing else in this crate sleeps or reads a clock.
//!
//! Two kinds of waiting are told apart. [`Clock::sleep`] is waiting for the world (between polls, before a retry) and may be
//! virtual. [`Clock::timer`] is the limit of one exchange on the wire and is always real: a test whose clock stands
//! still must not wait for ever for an answer that never comes.

use std::fmt::Debug;
use std::future::Future;
use std::pin::{Pin, pin};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker};
use std::time::{Duration, SystemTime};

use futures_util::future::{Either, select};

use crate::Timestamp;

/// A future on the heap, as the ports [`Clock`] and [`Transport`](crate::Transport) return it.
///
/// ```
/// use dcim6_client::BoxFuture;
///
/// let seven: BoxFuture<'static, u32> = Box::pin(async { 7 });
/// # tokio::runtime::Builder::new_current_thread().build()?.block_on(async {
/// assert_eq!(seven.await, 7);
/// # });
/// # Ok::<(), std::io::Error>(())
/// ```
pub type BoxFuture<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// Tell the time and wait.
///
/// ```
/// # mod setup { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/doc/setup.rs")); } use setup::*;
/// # example(async |mock, _dcim, _server| {
/// #[derive(Debug)]
/// struct Hasty; // real time, without the waiting
///
/// impl Clock for Hasty {
///     fn now(&self) -> Timestamp {
///         TokioClock.now()
///     }
///     fn sleep(&self, _: Duration) -> BoxFuture<'static, ()> {
///         Box::pin(async {})
///     }
///     fn timer(&self, limit: Duration) -> BoxFuture<'static, ()> {
///         TokioClock.timer(limit)
///     }
/// }
///
/// Client::builder(mock.url()).clock(Arc::new(Hasty)).build()?;
/// # Ok(()) });
/// ```
pub trait Clock: Send + Sync + Debug {
    /// Return the present.
    fn now(&self) -> Timestamp;

    /// Wait until `duration` has passed on this clock.
    fn sleep(&self, duration: Duration) -> BoxFuture<'static, ()>;

    /// Wait until `duration` of *real* time has passed: the limit of one exchange.
    fn timer(&self, duration: Duration) -> BoxFuture<'static, ()>;
}

/// Say that the real-time limit of an exchange was reached first.
///
/// ```
/// # mod setup { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/doc/setup.rs")); } use setup::*;
/// # example(async |mock, dcim, server| {
/// let never = std::future::pending::<()>();
/// assert_eq!(dcim.clock().limit(Duration::from_millis(10), never).await, Err(Elapsed));
/// # Ok(()) });
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the time limit was reached")]
pub struct Elapsed;

impl dyn Clock {
    /// Wait for `future`, at most `duration` of real time.
    ///
    /// ```
    /// # mod setup { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/doc/setup.rs")); } use setup::*;
    /// # example(async |mock, dcim, server| {
    /// let read = dcim.clock().limit(Duration::from_secs(5), server.get()).await??;
    /// assert_eq!(read.id, server.id());
    /// # Ok(()) });
    /// ```
    ///
    /// # Errors
    /// [`Elapsed`] if the limit was reached first; the future is dropped.
    pub async fn limit<F: Future>(
        &self,
        duration: Duration,
        future: F,
    ) -> Result<F::Output, Elapsed> {
        match select(pin!(future), self.timer(duration)).await {
            Either::Left((output, _)) => Ok(output),
            Either::Right(((), _)) => Err(Elapsed),
        }
    }
}

/// Use the machine's clock and tokio's timers: what a program in production uses.
///
/// ```
/// # mod setup { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/doc/setup.rs")); } use setup::*;
/// # example(async |mock, dcim, server| {
/// let began = TokioClock.now();
/// TokioClock.sleep(Duration::from_millis(1)).await;
/// assert!(TokioClock.now() > began);
/// let dcim = Client::builder(mock.url()).clock(Arc::new(TokioClock)).build()?; // the default
/// # Ok(()) });
/// ```
#[derive(Clone, Copy, Debug, Default)]
pub struct TokioClock;

impl Clock for TokioClock {
    fn now(&self) -> Timestamp {
        SystemTime::now().into()
    }

    fn sleep(&self, duration: Duration) -> BoxFuture<'static, ()> {
        Box::pin(tokio::time::sleep(duration))
    }

    fn timer(&self, duration: Duration) -> BoxFuture<'static, ()> {
        Box::pin(tokio::time::sleep(duration))
    }
}

/// Use a clock that a test moves by hand.
///
/// [`ManualClock::new`] stands still until [`advance`](ManualClock::advance) is called; [`ManualClock::jumping`] moves by
/// itself, exactly as far as somebody sleeps, so that hours of polling take no time.
///
/// ```
/// use std::time::Duration;
/// use dcim6_client::{Clock, ManualClock, Timestamp};
///
/// # tokio::runtime::Builder::new_current_thread().enable_time().build()?.block_on(async {
/// let clock = ManualClock::jumping(Timestamp::from_second(0));
/// clock.sleep(Duration::from_secs(7200)).await; // returns at once
/// assert_eq!(clock.now().as_second(), 7200);
///
/// let still = ManualClock::new(Timestamp::from_second(0));
/// still.advance(Duration::from_secs(5));
/// assert_eq!(still.now().as_second(), 5);
/// # });
/// # Ok::<(), std::io::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct ManualClock {
    state: Arc<Mutex<ManualState>>,
}

#[derive(Debug)]
struct ManualState {
    now: Timestamp,
    jumping: bool,
    sleepers: Vec<Waker>,
}

impl ManualClock {
    /// Make a clock that stands at `now` until it is advanced.
    pub fn new(now: Timestamp) -> Self {
        Self::with(now, false)
    }

    /// Make a clock on which sleeping is what moves time: each sleep returns at once, with the clock moved to its end.
    pub fn jumping(now: Timestamp) -> Self {
        Self::with(now, true)
    }

    fn with(now: Timestamp, jumping: bool) -> Self {
        let sleepers = Vec::new();
        let state = ManualState {
            now,
            jumping,
            sleepers,
        };
        Self {
            state: Arc::new(Mutex::new(state)),
        }
    }

    /// Move the clock forward and wake whoever slept until then.
    pub fn advance(&self, duration: Duration) {
        let mut state = self.lock();
        state.now = state.now + duration;
        for sleeper in state.sleepers.drain(..) {
            sleeper.wake();
        }
    }

    fn lock(&self) -> MutexGuard<'_, ManualState> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Clock for ManualClock {
    fn now(&self) -> Timestamp {
        self.lock().now
    }

    fn sleep(&self, duration: Duration) -> BoxFuture<'static, ()> {
        let until = self.now() + duration;
        Box::pin(ManualSleep {
            clock: self.clone(),
            until,
        })
    }

    fn timer(&self, duration: Duration) -> BoxFuture<'static, ()> {
        Box::pin(tokio::time::sleep(duration))
    }
}

struct ManualSleep {
    clock: ManualClock,
    until: Timestamp,
}

impl Future for ManualSleep {
    type Output = ();

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<()> {
        let mut state = self.clock.lock();
        if state.jumping {
            state.now = state.now.max(self.until);
        }
        if state.now >= self.until {
            return Poll::Ready(());
        }
        state.sleepers.push(context.waker().clone());
        Poll::Pending
    }
}
