//! Virtual time with several actors over one mock.
//!
//! Every command run is a participant. Time moves only when all of them sleep: to the earliest wake, one participant at a time, ties by
//! registration. So one actor at most is awake at any moment, and the same seed gives the same story.

use std::collections::BTreeMap;
use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker};
use std::time::{Duration, SystemTime};

use dcim6_client::{BoxFuture, Clock, Timestamp};
use mock_dcim::MockDcim;

/// How long one request may take in real time. A simulation never waits for it unless an answer is withheld.
const REQUEST: Duration = Duration::from_secs(10);

/// Virtual time; clones are the same.
#[derive(Clone)]
pub struct SimClock {
    shared: Arc<Shared>,
}

struct Shared {
    mock: Arc<MockDcim>,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    next: u64,
    participants: BTreeMap<u64, Phase>,
}

enum Phase {
    Awake,
    Asleep { until: SystemTime, waker: Waker },
}

impl Shared {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Wake the next participant, if nobody is awake.
    fn pass_on(&self) {
        let mut state = self.state();
        let mut next: Option<(SystemTime, u64)> = None;
        for (id, phase) in &state.participants {
            match phase {
                Phase::Awake => return,
                Phase::Asleep { until, .. } => {
                    next = Some(next.map_or((*until, *id), |least| least.min((*until, *id))));
                }
            }
        }
        let Some((until, id)) = next else { return };
        if until > self.mock.now() {
            self.mock.advance_to(until);
        }
        if let Some(Phase::Asleep { waker, .. }) = state.participants.insert(id, Phase::Awake) {
            waker.wake();
        }
    }
}

impl SimClock {
    /// Keep the time of `mock`, which must be frozen.
    pub fn new(mock: Arc<MockDcim>) -> Self {
        Self {
            shared: Arc::new(Shared {
                mock,
                state: Mutex::default(),
            }),
        }
    }

    /// Add an actor. It counts as awake until it sleeps or is dropped; begin its work with [`Participant::begin`].
    pub fn participant(&self) -> Participant {
        let mut state = self.shared.state();
        let id = state.next;
        state.next += 1;
        state.participants.insert(id, Phase::Awake);
        drop(state);
        Participant {
            place: Arc::new(Place {
                shared: self.shared.clone(),
                id,
            }),
        }
    }
}

/// An actor's own view of virtual time. It leaves when the last clone is dropped.
#[derive(Clone)]
pub struct Participant {
    place: Arc<Place>,
}

struct Place {
    shared: Arc<Shared>,
    id: u64,
}

impl Drop for Place {
    fn drop(&mut self) {
        self.shared.state().participants.remove(&self.id);
        self.shared.pass_on();
    }
}

impl Participant {
    /// Wait for this actor's turn to begin.
    pub async fn begin(&self) {
        self.sleep(Duration::ZERO).await;
    }

    /// Give this participant as the clock that the SDK and the module take.
    pub fn clock(&self) -> Arc<dyn Clock> {
        Arc::new(self.clone())
    }
}

impl std::fmt::Debug for Participant {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Participant({})", self.place.id)
    }
}

impl Clock for Participant {
    fn now(&self) -> Timestamp {
        Timestamp::from(self.place.shared.mock.now())
    }

    fn sleep(&self, duration: Duration) -> BoxFuture<'static, ()> {
        let until = self.place.shared.mock.now() + duration;
        Box::pin(Sleep {
            place: self.place.clone(),
            until,
            registered: false,
        })
    }

    fn timer(&self, duration: Duration) -> BoxFuture<'static, ()> {
        Box::pin(tokio::time::sleep(duration.min(REQUEST)))
    }
}

struct Sleep {
    place: Arc<Place>,
    until: SystemTime,
    registered: bool,
}

impl Future for Sleep {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<()> {
        let (shared, id, until) = (self.place.shared.clone(), self.place.id, self.until);
        let mut state = shared.state();
        let asleep = matches!(state.participants.get(&id), Some(Phase::Asleep { .. }));
        if self.registered && !asleep {
            return Poll::Ready(());
        }
        state.participants.insert(
            id,
            Phase::Asleep {
                until,
                waker: context.waker().clone(),
            },
        );
        drop(state);
        if !self.registered {
            self.registered = true;
            shared.pass_on();
        }
        Poll::Pending
    }
}

/// A dropped sleep leaves its participant awake.
impl Drop for Sleep {
    fn drop(&mut self) {
        if !self.registered {
            return;
        }
        let mut state = self.place.shared.state();
        if let Some(phase) = state.participants.get_mut(&self.place.id) {
            *phase = Phase::Awake;
        }
    }
}
