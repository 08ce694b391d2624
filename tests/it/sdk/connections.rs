//! Connections that fail before a request is read (K01, K05): what is known as "not sent", and what is not.

use std::time::Duration;

use dcim6_client::{Client, Delivery, Retry};
use mock_dcim::{FaultRule, MockDcim};

use super::calls::{ASKED_OFTEN, ONCE, READ};
use super::{Bench, calls};

/// Row N, K01: nobody listens. Every method is tried four times, and nothing was sent.
#[tokio::test]
async fn a_refused_connection_is_tried_again_and_is_not_sent() {
    for call in ONCE.iter().chain(&ASKED_OFTEN).chain([&READ]) {
        let (bench, dcim) = calls::ready(MockDcim::builder(), call).await;
        let sent = bench.asked(call.operation);
        hang_up(&bench, &dcim).await;
        let rule = FaultRule::new("connection", "refused").param("ms", 60_000);
        bench.mock.fault(rule).unwrap();
        // The mock has to hear of the rule first.
        tokio::time::sleep(Duration::from_millis(20)).await;
        let error = (call.send)(&dcim).await.unwrap_err();
        assert!(error.is_connect(), "{error:?}");
        assert_eq!((error.delivery(), error.attempts()), (Delivery::NotSent, 4));
        assert_eq!(bench.asked(call.operation), sent);
    }
}

/// Row N, K05: over TLS nothing of a request is written before the handshake, so a reset there is known as "not sent" and any call is
/// repeated, class X included.
#[tokio::test]
async fn a_reset_before_the_request_is_repeated_for_every_call() {
    for call in ONCE.iter().chain(&ASKED_OFTEN).chain([&READ]) {
        let (bench, dcim) = calls::ready(MockDcim::builder().tls(true), call).await;
        let (sent, before) = (bench.asked(call.operation), (call.effects)(&bench.mock));
        hang_up(&bench, &dcim).await;
        bench
            .mock
            .fault(FaultRule::new("connection", "reset_before").times(3))
            .unwrap();
        (call.send)(&dcim).await.expect(call.operation);
        assert_eq!(bench.mock.faults().last().unwrap().hits, 3);
        assert_eq!(bench.asked(call.operation) - sent, 1, "{}", call.operation);
        assert_eq!(
            (call.effects)(&bench.mock) - before,
            1,
            "{}",
            call.operation
        );
    }
}

/// Without TLS the first bytes may be on their way before the reset arrives. Whichever it was, the client does not guess.
#[tokio::test]
async fn a_reset_before_the_request_without_tls_is_never_a_second_effect() {
    for call in &ONCE {
        let (bench, dcim) = calls::ready(MockDcim::builder(), call).await;
        hang_up(&bench, &dcim).await;
        let before = (call.effects)(&bench.mock);
        bench
            .mock
            .fault(FaultRule::new("connection", "reset_before").times(1))
            .unwrap();
        let result = (call.send)(&dcim).await;
        let effects = (call.effects)(&bench.mock) - before;
        match result {
            Ok(()) => assert_eq!(effects, 1, "{}", call.operation),
            Err(error) => assert_eq!((error.delivery(), effects), (Delivery::Unknown, 0)),
        }
    }
}

/// Break the connection that the client keeps, so that its next call makes a new one.
async fn hang_up(bench: &Bench, dcim: &Client) {
    let rule = FaultRule::new("rack_list", "reset_no_effect").times(1);
    let id = bench.mock.fault(rule).unwrap();
    let racks = dcim.with_retry(Retry::never()).racks();
    racks.first().await.unwrap_err();
    bench.mock.remove_fault(id).unwrap();
}
