//! Those who make calls, come and go.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use dcim6_client::*;

use crate::scheduler::Scheduler;

/// When a call ended, and how.
pub type End = (Duration, Result<(), Error>);

/// One who makes a call, and how it ended for him.
#[derive(Clone, Debug, Default)]
pub struct Caller {
    pub begins: Duration,
    /// When he is dropped, if he is still at it.
    pub dropped: Option<Duration>,
    /// How long he has time, from his beginning.
    pub deadline: Option<Duration>,
    pub impatient: bool,
    pub ended: Arc<Mutex<Option<End>>>,
}

impl Caller {
    pub fn is_patient(&self) -> bool {
        self.dropped.is_none() && self.deadline.is_none() && !self.impatient
    }
}

/// Lets everybody make one call of a server, with the number of his place as his name.
pub fn run(scheduler: &mut Scheduler, client: &Client, callers: &[Caller]) {
    let epoch = client.clock().now();
    for (place, caller) in callers.iter().enumerate() {
        let (client, caller) = (client.for_request(place.to_string()), caller.clone());
        scheduler.add(caller.dropped, async move {
            client.clock().sleep(caller.begins).await;
            let mut retry = Retry::default();
            if caller.impatient {
                retry = Retry::never();
            }
            retry.until = caller.deadline.map(|time| client.clock().now() + time);
            let client = client.with_retry(retry);
            let result = client.server(ServerId::new(101)).get().await.map(drop);
            let now = client.clock().now().since(epoch);
            *caller.ended.lock().unwrap() = Some((now, result));
        });
    }
    scheduler.run();
}

/// All begin before the first try can have ended. The first one leads; he and others may go in the middle; the second one stays.
pub fn crowd(chance: &mut fastrand::Rng, size: usize) -> Vec<Caller> {
    let mut caller = |place: usize| {
        let begins = Duration::from_millis(if place == 0 { 0 } else { chance.u64(1..10) });
        let mut caller = Caller {
            begins,
            ..Caller::default()
        };
        let some_time = Duration::from_millis(match chance.u8(..3) {
            0 => chance.u64(1..300),
            1 => chance.u64(1..3_000),
            _ => chance.u64(1..140_000),
        });
        match chance.u8(..10) {
            _ if place == 1 => {}
            0..3 => caller.dropped = Some(some_time),
            3..5 => caller.deadline = Some(some_time),
            5 => caller.impatient = true,
            _ => {}
        }
        caller
    };
    (0..size).map(&mut caller).collect()
}
