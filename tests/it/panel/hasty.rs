//! A clock for calls that are tried again.

use std::time::Duration;

use dcim6_client::{BoxFuture, Clock, Timestamp, TokioClock};

/// Real time, without the waiting between two tries.
#[derive(Debug)]
pub struct Hasty;

impl Clock for Hasty {
    fn now(&self) -> Timestamp {
        TokioClock.now()
    }

    fn sleep(&self, _: Duration) -> BoxFuture<'static, ()> {
        Box::pin(async {})
    }

    fn timer(&self, limit: Duration) -> BoxFuture<'static, ()> {
        TokioClock.timer(limit)
    }
}
