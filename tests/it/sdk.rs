//! The SDK against the mock, where both read the same thing on their own: a dialect, a certificate, a fault on the socket.

mod calls;
mod connections;
mod dialect;
mod faults;
mod lists;
mod tls;

use std::sync::Arc;
use std::time::Duration;

use dcim6_client::{Client, ClientBuilder};
use mock_dcim::{MockBuilder, MockDcim};
use standin::SimClock;

/// A mock and the beginning of a client on it, in virtual time.
struct Bench {
    mock: Arc<MockDcim>,
    clock: SimClock,
}

impl Bench {
    async fn start(builder: MockBuilder) -> Self {
        let mock = Arc::new(builder.start().await.unwrap());
        let clock = SimClock::new(mock.clone());
        Self { mock, clock }
    }

    /// A client is an actor of its own: time passes when it sleeps.
    fn builder(&self) -> ClientBuilder {
        Client::builder(self.mock.url())
            .credentials(self.mock.admin())
            .clock(self.clock.participant().clock())
            .seed(7)
            .request_timeout(Duration::from_secs(5))
    }

    fn client(&self) -> Client {
        self.builder().build().unwrap()
    }

    /// How often the mock was asked this, whatever it answered.
    fn asked(&self, operation: &str) -> usize {
        let journal = self.mock.journal();
        let asked = journal.iter().filter(|entry| entry.name == Some(operation));
        asked.count()
    }
}
