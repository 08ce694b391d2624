//! A seeded scheduler: it picks at random which task goes on, drops tasks in the middle, and moves time only when nobody can go on.
//! Sleeps and time limits are both virtual, so that a run depends on its seed and on nothing else.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Wake, Waker};
use std::time::Duration;

use dcim6_client::{BoxFuture, Clock, Timestamp};

use crate::support::start_of_time;

/// Virtual time, which a [`Scheduler`] moves.
#[derive(Clone, Debug, Default)]
pub struct VirtualClock(Arc<Mutex<Time>>);

#[derive(Debug, Default)]
struct Time {
    passed: Duration,
    alarms: BTreeMap<(Duration, u64), Option<Waker>>,
    next: u64,
}

impl VirtualClock {
    /// How much time has passed since the beginning.
    pub fn passed(&self) -> Duration {
        self.0.lock().unwrap().passed
    }

    /// Wakes whoever sleeps until the next moment at which somebody wakes, but not beyond `limit`.
    fn advance(&self, limit: Option<Duration>) -> bool {
        let mut time = self.0.lock().unwrap();
        let first = time.alarms.keys().next().map(|(until, _)| *until);
        let Some(next) = [first, limit].into_iter().flatten().min() else {
            return false;
        };
        time.passed = time.passed.max(next);
        let later = time.alarms.split_off(&(next, u64::MAX));
        let due = std::mem::replace(&mut time.alarms, later);
        drop(time);
        for waker in due.into_values().flatten() {
            waker.wake();
        }
        true
    }
}

impl Clock for VirtualClock {
    fn now(&self) -> Timestamp {
        start_of_time() + self.passed()
    }

    fn sleep(&self, duration: Duration) -> BoxFuture<'static, ()> {
        let mut time = self.0.lock().unwrap();
        time.next += 1;
        let key = (time.passed + duration, time.next);
        time.alarms.insert(key, None);
        let clock = self.clone();
        Box::pin(Alarm { clock, key })
    }

    fn timer(&self, duration: Duration) -> BoxFuture<'static, ()> {
        self.sleep(duration)
    }
}

struct Alarm {
    clock: VirtualClock,
    key: (Duration, u64),
}

impl Future for Alarm {
    type Output = ();

    fn poll(self: std::pin::Pin<&mut Self>, context: &mut Context<'_>) -> Poll<()> {
        let mut time = self.clock.0.lock().unwrap();
        if time.passed >= self.key.0 {
            return Poll::Ready(());
        }
        time.alarms.insert(self.key, Some(context.waker().clone()));
        Poll::Pending
    }
}

impl Drop for Alarm {
    fn drop(&mut self) {
        self.clock.0.lock().unwrap().alarms.remove(&self.key);
    }
}

#[derive(Clone, Copy)]
enum Turn {
    Poll(usize),
    Drop(usize),
}

/// Whose turn it could be.
type Ready = Arc<Mutex<Vec<Turn>>>;

struct Woken {
    task: usize,
    ready: Ready,
}

impl Wake for Woken {
    fn wake(self: Arc<Self>) {
        self.ready.lock().unwrap().push(Turn::Poll(self.task));
    }
}

/// Runs tasks to their end, in an order that its seed decides.
pub struct Scheduler {
    clock: VirtualClock,
    chance: fastrand::Rng,
    ready: Ready,
    tasks: Vec<(Option<BoxFuture<'static, ()>>, Waker)>,
    drops: BTreeSet<(Duration, usize)>,
}

impl Scheduler {
    pub fn new(clock: &VirtualClock, seed: u64) -> Self {
        Self {
            clock: clock.clone(),
            chance: fastrand::Rng::with_seed(seed),
            ready: Ready::default(),
            tasks: Vec::new(),
            drops: BTreeSet::new(),
        }
    }

    /// Adds a task that is dropped when so much time has passed, if it has not ended by then.
    pub fn add(
        &mut self,
        dropped: Option<Duration>,
        task: impl Future<Output = ()> + Send + 'static,
    ) {
        let number = self.tasks.len();
        let ready = self.ready.clone();
        let waker = Waker::from(Arc::new(Woken {
            task: number,
            ready,
        }));
        waker.wake_by_ref();
        self.tasks.push((Some(Box::pin(task)), waker));
        if let Some(dropped) = dropped {
            self.drops.insert((self.clock.passed() + dropped, number));
        }
    }

    /// Panics if tasks are left and none of them can ever go on.
    pub fn run(&mut self) {
        while self.tasks.iter().any(|(task, _)| task.is_some()) {
            self.step();
        }
        self.tasks.clear();
        self.drops.clear();
        self.ready.lock().unwrap().clear();
    }

    fn step(&mut self) {
        let turn = {
            let mut ready = self.ready.lock().unwrap();
            let count = ready.len();
            (count > 0).then(|| ready.swap_remove(self.chance.usize(..count)))
        };
        match turn {
            Some(Turn::Poll(number)) => {
                let (task, waker) = &mut self.tasks[number];
                let mut context = Context::from_waker(waker);
                if let Some(running) = task
                    && running.as_mut().poll(&mut context).is_ready()
                {
                    *task = None;
                }
            }
            Some(Turn::Drop(number)) => self.tasks[number].0 = None,
            None => {
                let next = self.drops.first().map(|(at, _)| *at);
                assert!(self.clock.advance(next), "somebody waits for ever");
                let later = self.drops.split_off(&(self.clock.passed(), usize::MAX));
                let due = std::mem::replace(&mut self.drops, later);
                let drops = due.into_iter().map(|(_, number)| Turn::Drop(number));
                self.ready.lock().unwrap().extend(drops);
            }
        }
    }
}
