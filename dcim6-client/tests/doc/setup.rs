// What the examples in the documentation stand on: a panel of their own, and a client whose waits move the panel's time.
// Included by each of them with `include!`, so that a reader sees only the lines that matter.

pub use dcim6_client::*;
pub use mock_dcim::MockDcim;
pub use std::sync::Arc;
pub use std::time::Duration;

#[derive(Debug)]
struct MockTime(Arc<MockDcim>);

impl Clock for MockTime {
    fn now(&self) -> Timestamp {
        self.0.now().into()
    }

    fn sleep(&self, duration: Duration) -> BoxFuture<'static, ()> {
        let mock = self.0.clone();
        Box::pin(async move { drop(mock.advance(duration)) })
    }

    fn timer(&self, duration: Duration) -> BoxFuture<'static, ()> {
        TokioClock.timer(duration)
    }
}

/// Run an example with a panel, a client of it, and a plain server whose data ports are up.
pub fn example(
    run: impl AsyncFnOnce(Arc<MockDcim>, Client, ServerHandle) -> Result<(), Box<dyn std::error::Error>>,
) {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    runtime.block_on(async {
        let mock = Arc::new(MockDcim::start().await.unwrap());
        let clock = Arc::new(MockTime(mock.clone()));
        let dcim = Client::builder(mock.url())
            .credentials(mock.admin())
            .clock(clock)
            .build()
            .unwrap();
        let server = dcim.server(ServerId::new(1));
        for port in server.switch_ports().await.unwrap().data() {
            port.up().verified().await.unwrap();
        }
        run(mock, dcim, server).await.unwrap();
    });
}
