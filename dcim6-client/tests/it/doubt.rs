//! Whatever a panel answers, a call of class X that may have taken effect is sent once (safety.md H, row X).

use std::sync::Arc;

use dcim6_client::*;
use proptest::prelude::*;
use serde_json::json;

use crate::support::{PASSWORD, start_of_time};

/// A panel that answers every call so, for ever; log-ins succeed.
#[derive(Debug)]
struct Always {
    answer: Result<WireResponse, TransportFailure>,
    sent: Arc<std::sync::Mutex<Vec<&'static str>>>,
}

impl Transport for Always {
    fn send(&self, request: WireRequest) -> BoxFuture<'_, Result<WireResponse, TransportError>> {
        if request.operation == "auth_login" {
            let body = json!({"id": "4", "token": "t"}).to_string().into_bytes();
            let accepted = WireResponse {
                status: 201,
                body,
                ..WireResponse::default()
            };
            return Box::pin(async { Ok(accepted) });
        }
        self.sent.lock().unwrap().push(request.operation);
        let answer = self.answer.clone().map_err(TransportError::new);
        Box::pin(async { answer })
    }
}

/// Makes a call by this policy; returns how it failed and how often it was sent.
async fn call(
    answer: Result<WireResponse, TransportFailure>,
    retry: Retry,
    which: usize,
) -> (Option<Delivery>, usize) {
    let sent = Arc::default();
    let transport = Always {
        answer,
        sent: Arc::clone(&sent),
    };
    let client = Client::builder("https://dcim.a.test")
        .credentials(("admin@a.test", PASSWORD))
        .transport(Arc::new(transport))
        .clock(Arc::new(ManualClock::jumping(start_of_time())))
        .retry(retry)
        .build()
        .unwrap();
    let server = client.server(ServerId::new(101));
    let failed = match which % 5 {
        0 => server.power_reset().await.err(),
        1 => server.add_ip().send().await.err(),
        2 => {
            let install = server.install(OsTemplateId::new(20)).password("x");
            install.prepare(None).unwrap().send().await.err()
        }
        3 => {
            let user = NewUser::new("client@a.test", "x");
            client.users().create(user).await.err()
        }
        _ => server
            .operation(OperationId::new(5001))
            .cancel()
            .await
            .err(),
    };
    let sent = sent.lock().unwrap().len();
    (failed.map(|error| error.delivery()), sent)
}

fn answers() -> impl Strategy<Value = Result<WireResponse, TransportFailure>> {
    let body = prop_oneof![
        Just(String::new()),
        ".{0,40}",
        Just(r#"{"id":101}"#.to_owned()),
        Just(r#"{"error":{"code":1000,"msg":"Session expired"}}"#.to_owned()),
        (0_i64..10_000).prop_map(|code| json!({"error": {"code": code, "msg": "no"}}).to_string()),
    ];
    let retry_after = proptest::option::of(prop_oneof![
        (0_u32..100).prop_map(|seconds| seconds.to_string()),
        Just("Sat, 10 Jan 2026 12:00:30 GMT".to_owned()),
    ]);
    let telling = [
        200, 201, 204, 307, 400, 401, 403, 404, 408, 409, 429, 500, 502, 503, 504,
    ];
    let status = prop_oneof![100_u16..600, proptest::sample::select(telling.to_vec())];
    let answered = (status, body, retry_after).prop_map(|(status, body, retry_after)| {
        let headers = retry_after.map(|value| ("Retry-After".to_owned(), value));
        Ok(WireResponse {
            status,
            headers: headers.into_iter().collect(),
            body: body.into_bytes(),
        })
    });
    let lost = proptest::sample::select(vec![
        TransportFailure::NotSent,
        TransportFailure::ConnectTimeout,
        TransportFailure::Tls,
        TransportFailure::Timeout,
        TransportFailure::Broken,
        TransportFailure::TooLarge,
    ]);
    prop_oneof![8 => answered, 2 => lost.prop_map(Err)]
}

proptest! {
    #[test]
    fn what_may_have_been_done_is_not_done_again(answer in answers(), which in 0_usize..5) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
        let (once, _) = runtime.block_on(call(answer.clone(), Retry::never(), which));
        let (often, sent) = runtime.block_on(call(answer.clone(), Retry::default(), which));
        // Repeating must not change the verdict, and where it is "unknown" there was none.
        prop_assert_eq!(once, often);
        match often {
            Some(Delivery::Unknown) => prop_assert_eq!(sent, 1),
            Some(Delivery::NotSent) => prop_assert!(sent <= 4),
            Some(Delivery::Answered) => prop_assert!(sent <= 2, "{} for {:?}", sent, answer),
            None => prop_assert_eq!(sent, 1),
        }
    }
}
