//! The named locks under which a service is worked on and a server is picked (safety.md E1, O2).

use std::sync::Arc;
use std::time::Duration;

use dcim6_client::Clock;

use crate::error::{Error, ErrorKind};
use crate::panel::{Lock, Panel};

/// How long a second process waits for the first (E1).
pub const ITEM_WAIT: Duration = Duration::from_secs(30);
/// How long an order waits for its turn to pick.
pub const PICK_WAIT: Duration = Duration::from_mins(1);
/// The name of the lock under which servers are picked: one for the whole database.
pub const PICK: &str = "pmdcim6.pick";
const TRY_EVERY: Duration = Duration::from_secs(1);

/// A lock that this process has, or had.
pub struct ItemLock {
    lock: Option<Box<dyn Lock>>,
}

impl ItemLock {
    /// Take a lock, waiting for up to `wait`.
    ///
    /// # Errors
    /// `busy` if it is still somebody else's then.
    pub async fn take(
        panel: &dyn Panel,
        clock: &Arc<dyn Clock>,
        name: &str,
        wait: Duration,
    ) -> Result<Self, Error> {
        let until = clock.now() + wait;
        loop {
            if let Some(lock) = panel.try_lock(name).await? {
                return Ok(Self { lock: Some(lock) });
            }
            if clock.now() >= until {
                return Err(Error::new(
                    ErrorKind::Busy,
                    "lock",
                    "another process works on this service",
                ));
            }
            clock.sleep(TRY_EVERY).await;
        }
    }

    /// Ask whether the lock is still ours; a database that cannot be asked counts as no.
    pub async fn is_held(&self) -> bool {
        match &self.lock {
            Some(lock) => matches!(lock.is_held().await, Ok(true)),
            None => false,
        }
    }

    /// Give the lock back.
    pub fn release(&mut self) {
        self.lock = None;
    }

    /// Give the name of a service's lock.
    pub fn of_item(item: u64) -> String {
        format!("pmdcim6.item.{item}")
    }
}
