//! Waiting for an operation of DCImanager, with the service's lock kept alive (safety.md W, E1).

use std::time::Duration;

use dcim6_client::{Look, OperationHandle, Timestamp};

use super::lock::ItemLock;
use super::run::{Ending, Watched};
use super::session::Session;
use super::wipe::safe_span;
use crate::Progress;
use crate::error::Error;

/// How long a run that comes after the deadline still looks (W2).
const LATE_PATIENCE: Duration = Duration::from_mins(3);

/// Look at an operation until it ends, its deadline passes, or the lock is lost; once only, unless `patient`. `None` means: look at everything
/// again before going on.
///
/// # Errors
/// A refused log-in. Any other failed poll is not a failed operation: the next one may work.
pub async fn watch(
    session: &Session<'_>,
    lock: &ItemLock,
    handle: &OperationHandle,
    started: Timestamp,
    patient: bool,
) -> Result<Option<Watched>, Error> {
    let clock = &session.host.clock;
    let mut attached = session.client.attach(handle.clone());
    if let Some(limit) = handle.limit() {
        // D6 wants to know whether it had ended this long before its limit.
        attached = attached.look_before(handle.sent_at() + safe_span(limit));
    }
    let until = if handle.deadline() > started {
        handle.deadline()
    } else {
        started + LATE_PATIENCE
    };
    loop {
        let seen = attached.look().await;
        let at = clock.now();
        let ending = match seen {
            Look::Done(operation) => Ending::Done(operation),
            Look::Failed(operation) => Ending::Failed(operation),
            Look::Gone => Ending::Gone,
            Look::PollFailed(error) if error.is_login_refused() => return Err(error.into()),
            Look::Running(operation) => {
                session.host.tell(&Progress {
                    item: session.item_id,
                    kind: handle.kind().clone(),
                    percent: operation.percent(),
                    sent_at: handle.sent_at(),
                    at,
                });
                Ending::Running
            }
            // A failed look, or one that does not show it, says nothing of the operation.
            _ => Ending::Unseen,
        };
        let open = matches!(ending, Ending::Running | Ending::Unseen);
        if !open || at >= until || !patient {
            return Ok(Some(Watched {
                ending,
                at,
                panel_at: session.client.panel_time(),
            }));
        }
        if !lock.is_held().await {
            return Ok(None);
        }
        clock.sleep(attached.next_look().min(until.since(at))).await;
    }
}
