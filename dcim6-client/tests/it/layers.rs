//! What a program puts between a client and its transport.

use std::sync::{Arc, Mutex};

use dcim6_client::*;
use mock_dcim::MockDcim;
use serde_json::json;

use crate::support::{EMAIL, PASSWORD, Script, ok};

type Seen = Arc<Mutex<Vec<(&'static str, &'static str)>>>;

/// Notes each request under its own name, and lets it pass unless the door is shut.
#[derive(Debug)]
struct Door {
    name: &'static str,
    shut: bool,
    seen: Seen,
    inner: Arc<dyn Transport>,
}

impl Transport for Door {
    fn send(&self, request: WireRequest) -> BoxFuture<'_, Result<WireResponse, TransportError>> {
        self.seen
            .lock()
            .unwrap()
            .push((self.name, request.operation));
        if self.shut {
            return Box::pin(async { Err(TransportError::new(TransportFailure::NotSent)) });
        }
        self.inner.send(request)
    }
}

fn door(
    name: &'static str,
    shut: bool,
    seen: &Seen,
) -> impl Fn(Arc<dyn Transport>) -> Arc<dyn Transport> + Send + Sync + 'static {
    let seen = seen.clone();
    move |inner| {
        Arc::new(Door {
            name,
            shut,
            seen: seen.clone(),
            inner,
        })
    }
}

#[tokio::test]
async fn the_last_layer_sees_each_exchange_first() {
    let script = Script::new([ok(json!({"id": 101}))]);
    let seen = Seen::default();
    let client = Client::builder("https://dcim.a.test")
        .layer(door("inner", false, &seen))
        .credentials((EMAIL, PASSWORD))
        .transport(Arc::new(script.clone()))
        .layer(door("outer", false, &seen))
        .build()
        .unwrap();
    client.server(ServerId::new(101)).get().await.unwrap();
    assert_eq!(
        *seen.lock().unwrap(),
        [
            ("outer", "auth_login"),
            ("inner", "auth_login"),
            ("outer", "server_get"),
            ("inner", "server_get"),
        ]
    );
    assert_eq!(script.names(), ["auth_login", "server_get"]);
}

#[tokio::test]
async fn what_a_layer_refuses_is_not_sent() {
    let script = Script::default();
    let seen = Seen::default();
    let client = Client::builder("https://dcim.a.test")
        .transport(Arc::new(script.clone()))
        .layer(door("shut", true, &seen))
        .retry(Retry::never())
        .build()
        .unwrap();
    let server = client.server(ServerId::new(101));
    let refused = server.power_reset().await.unwrap_err();
    assert_eq!(refused.delivery(), Delivery::NotSent);
    assert_eq!(*seen.lock().unwrap(), [("shut", "server_power_reset")]);
    assert!(script.sent().is_empty());
}

#[tokio::test]
async fn a_layer_goes_around_the_clients_own_transport() {
    let mock = MockDcim::builder().tls(true).start().await.unwrap();
    let seen = Seen::default();
    let client = Client::builder(mock.url())
        .credentials(mock.admin())
        .pin_sha256(mock.pin().unwrap())
        .layer(door("only", false, &seen))
        .build()
        .unwrap();
    client.server(ServerId::new(1)).get().await.unwrap();
    assert_eq!(
        *seen.lock().unwrap(),
        [("only", "auth_login"), ("only", "server_get")]
    );
}
