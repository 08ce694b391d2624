//! The same on real threads, whose order nobody decides.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use dcim6_client::*;

use super::LOG_IN;
use crate::support::{EMAIL, PASSWORD, start_of_time};

/// A panel on several threads: each answer takes some turns, and two log-ins of three break.
#[derive(Clone, Debug, Default)]
struct Threads {
    log_ins: Arc<AtomicUsize>,
    in_air: Arc<AtomicUsize>,
}

impl Transport for Threads {
    fn send(&self, request: WireRequest) -> BoxFuture<'_, Result<WireResponse, TransportError>> {
        let is_log_in = request.operation == LOG_IN;
        Box::pin(async move {
            if is_log_in {
                assert_eq!(self.in_air.fetch_add(1, Ordering::SeqCst), 0, "two log-ins");
            }
            for _ in 0..fastrand::usize(1..50) {
                tokio::task::yield_now().await;
            }
            let mut body = r#"{"id":101}"#;
            if is_log_in {
                self.in_air.fetch_sub(1, Ordering::SeqCst);
                if self.log_ins.fetch_add(1, Ordering::SeqCst) % 3 < 2 {
                    return Err(TransportError::new(TransportFailure::Broken));
                }
                body = r#"{"token":"t"}"#;
            }
            Ok(WireResponse {
                status: 200,
                body: body.into(),
                ..WireResponse::default()
            })
        })
    }
}

/// Whoever is left is served, whoever goes and on whichever thread.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn on_several_threads_too() {
    for round in 0..50 {
        let client = Client::builder("https://dcim.a.test")
            .credentials((EMAIL, PASSWORD))
            .transport(Arc::new(Threads::default()))
            .clock(Arc::new(ManualClock::jumping(start_of_time())))
            .build()
            .unwrap();
        let calls = (0..100).map(|_| {
            let client = client.clone();
            tokio::spawn(async move { client.server(ServerId::new(101)).get().await })
        });
        for (place, call) in calls.collect::<Vec<_>>().into_iter().enumerate() {
            if place % 3 == 0 {
                call.abort();
                tokio::task::yield_now().await;
            } else {
                let result = call.await.unwrap();
                assert!(result.is_ok(), "round {round}, {place}: {result:?}");
            }
        }
    }
}
