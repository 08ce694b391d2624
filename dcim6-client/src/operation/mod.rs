//! Long operations: looking at one, waiting for it, cancelling it.

mod by_id;
mod look;
mod many;
mod running;
mod schedule;
mod wait;
mod watch;

pub use by_id::OperationRef;
pub use look::Look;
pub use running::RunningOperation;
pub use schedule::{JUST_BEFORE, poll_delay};
pub use wait::{Wait, WaitError, WaitResult};
pub use watch::Looks;
