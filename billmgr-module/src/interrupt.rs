//! Being told to stop: the exchange in flight is finished, no new one begins, and the command is dropped where it stands.
//!
//! That is the state a crash between two exchanges leaves, from which every command finishes when it is run again.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use dcim6_client::{BoxFuture, Transport, TransportError, WireRequest, WireResponse};
use tokio::sync::Notify;

/// The gate that every exchange with BILLmanager and DCImanager passes. Clones are the same gate.
#[derive(Debug, Clone, Default)]
pub struct Interrupt {
    gate: Arc<Gate>,
}

#[derive(Debug, Default)]
struct Gate {
    state: Mutex<State>,
    changed: Notify,
}

#[derive(Debug, Default)]
struct State {
    is_stopped: bool,
    in_flight: usize,
}

impl Gate {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// An exchange that has begun. It ends when this is dropped, however that comes.
struct InFlight(Arc<Gate>);

impl Drop for InFlight {
    fn drop(&mut self) {
        self.0.state().in_flight -= 1;
        self.0.changed.notify_waiters();
    }
}

impl Interrupt {
    /// Let no new exchange begin.
    pub fn stop(&self) {
        self.gate.state().is_stopped = true;
        self.gate.changed.notify_waiters();
    }

    /// Carry out an exchange, if there is still time for one; else never return.
    pub async fn pass<T>(&self, exchange: impl Future<Output = T>) -> T {
        let Some(_in_flight) = self.begin() else {
            return std::future::pending().await;
        };
        exchange.await
    }

    /// Wait until a stop was asked for and no exchange is in flight.
    pub async fn quiet(&self) {
        loop {
            let changed = self.gate.changed.notified();
            {
                let state = self.gate.state();
                if state.is_stopped && state.in_flight == 0 {
                    return;
                }
            }
            changed.await;
        }
    }

    fn begin(&self) -> Option<InFlight> {
        let mut state = self.gate.state();
        if state.is_stopped {
            return None;
        }
        state.in_flight += 1;
        Some(InFlight(self.gate.clone()))
    }
}

/// A transport behind the gate.
#[derive(Debug)]
pub struct Gated {
    /// What carries the exchanges.
    pub transport: Arc<dyn Transport>,
    /// The gate.
    pub interrupt: Interrupt,
}

impl Transport for Gated {
    fn send(&self, request: WireRequest) -> BoxFuture<'_, Result<WireResponse, TransportError>> {
        Box::pin(self.interrupt.pass(self.transport.send(request)))
    }
}

#[cfg(test)]
mod tests {
    use futures_util::FutureExt;
    use tokio::sync::oneshot;

    use super::Interrupt;

    #[tokio::test]
    async fn what_is_in_flight_ends_and_nothing_new_begins() {
        let interrupt = Interrupt::default();
        let (answer, asked) = oneshot::channel();
        let mut first = Box::pin(interrupt.pass(asked));
        assert!((&mut first).now_or_never().is_none());

        interrupt.stop();
        assert!(
            interrupt.quiet().now_or_never().is_none(),
            "one is in flight"
        );
        assert!(
            interrupt.pass(async {}).now_or_never().is_none(),
            "a new one began"
        );

        answer.send(7).unwrap();
        assert_eq!(first.await, Ok(7));
        interrupt.quiet().await;
    }

    #[tokio::test]
    async fn an_exchange_given_up_counts_as_ended() {
        let interrupt = Interrupt::default();
        let mut given_up = Box::pin(interrupt.pass(std::future::pending::<()>()));
        assert!((&mut given_up).now_or_never().is_none());
        interrupt.stop();
        drop(given_up);
        interrupt.quiet().await;
    }
}
