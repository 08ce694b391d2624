//! Long operations: looking at one, waiting for it, cancelling it.

mod attach;
mod by_id;
mod look;
mod many;
mod schedule;
mod wait;
mod watch;

pub use attach::Attached;
pub use by_id::OperationRef;
pub use look::Look;
pub use schedule::{JUST_BEFORE, poll_delay};
pub use wait::{Wait, WaitError, WaitResult};
pub use watch::Looks;
