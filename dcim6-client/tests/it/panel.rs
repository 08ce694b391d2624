//! What the tests against the mock share: a panel of their own, whose time moves when a client waits.

use std::sync::Arc;
use std::time::Duration;

use dcim6_client::*;
use mock_dcim::MockDcim;

/// The mock's time as a clock: sleeping is what moves it.
#[derive(Clone)]
pub struct MockClock(pub Arc<MockDcim>);

impl std::fmt::Debug for MockClock {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("MockClock")
    }
}

impl Clock for MockClock {
    fn now(&self) -> Timestamp {
        self.0.now().into()
    }

    fn sleep(&self, duration: Duration) -> BoxFuture<'static, ()> {
        let mock = self.0.clone();
        Box::pin(async move {
            mock.advance(duration);
        })
    }

    fn timer(&self, duration: Duration) -> BoxFuture<'static, ()> {
        TokioClock.timer(duration)
    }
}

pub fn builder(mock: &Arc<MockDcim>) -> ClientBuilder {
    Client::builder(mock.url())
        .clock(Arc::new(MockClock(mock.clone())))
        .seed(7)
}

pub async fn panel() -> (Arc<MockDcim>, Client) {
    let mock = Arc::new(MockDcim::start().await.unwrap());
    let client = builder(&mock).credentials(mock.admin()).build().unwrap();
    (mock, client)
}

/// A server that nobody owns, with data ports, off.
pub async fn free_server(client: &Client) -> Server {
    client
        .servers()
        .filter(field("owner_email").is_null() & field("location_id").eq(1))
        .order_by(asc("id"))
        .first()
        .await
        .unwrap()
        .expect("a free server")
}

/// Raises the data ports: an operation that boots over the network fails without one (R23).
pub async fn plugged(server: ServerHandle) -> ServerHandle {
    for port in server.switch_ports().await.unwrap().data() {
        port.up().verified().await.unwrap();
    }
    server
}

pub async fn template(client: &Client, kind: TemplateKind) -> OsTemplateId {
    let templates = client.os_templates().all().await.unwrap();
    templates
        .into_iter()
        .find(|template| template.kind.as_ref() == Some(&kind))
        .unwrap_or_else(|| panic!("a template of kind {kind}"))
        .id
}
