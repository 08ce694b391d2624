//! The mock's own authority: who trusts it gets in, and nobody else sends a byte of the request (K04).

use dcim6_client::{ClientBuilder, Delivery, Error, PowerStatus, ServerId};
use mock_dcim::{FaultRule, MockDcim};

use super::Bench;

async fn start() -> Bench {
    Bench::start(MockDcim::builder().tls(true)).await
}

async fn read(builder: ClientBuilder) -> Result<PowerStatus, Error> {
    let server = builder.build()?.server(ServerId::new(1)).get().await?;
    Ok(server.power_status)
}

/// Refused for the certificate, at the first try, and the mock never heard of it.
async fn refused(bench: &Bench, builder: ClientBuilder) {
    let error = read(builder).await.unwrap_err();
    assert!(error.is_tls(), "{error:?}");
    assert_eq!((error.delivery(), error.attempts()), (Delivery::NotSent, 1));
    assert!(bench.mock.journal().is_empty(), "{error:?}");
}

#[tokio::test]
async fn the_authority_or_the_fingerprint_lets_in() {
    let bench = start().await;
    assert!(bench.mock.url().starts_with("https://127.0.0.1:"));
    let ca = bench.mock.ca_pem().unwrap();
    let by_ca = read(bench.builder().ca_pem(ca)).await.unwrap();
    assert_eq!(by_ca, PowerStatus::Off);
    let pin = bench.mock.pin().unwrap();
    read(bench.builder().pin_sha256(&pin)).await.unwrap();
    let pairs: Vec<&str> = (0..32).map(|at| &pin[2 * at..2 * at + 2]).collect();
    let as_openssl_writes_it = format!("SHA256 Fingerprint={}", pairs.join(":").to_uppercase());
    read(bench.builder().pin_sha256(as_openssl_writes_it))
        .await
        .unwrap();
}

/// Where an authority and a fingerprint are given, both must hold, in whatever order they are given (safety.md G).
#[tokio::test]
async fn the_authority_and_the_fingerprint_must_both_hold() {
    let bench = start().await;
    let other = start().await;
    let (ca, pin) = (bench.mock.ca_pem().unwrap(), bench.mock.pin().unwrap());
    let (other_ca, other_pin) = (other.mock.ca_pem().unwrap(), other.mock.pin().unwrap());
    for (ca, pin) in [(&ca, &other_pin), (&other_ca, &pin)] {
        refused(&bench, bench.builder().ca_pem(ca).pin_sha256(pin)).await;
        refused(&bench, bench.builder().pin_sha256(pin).ca_pem(ca)).await;
    }
    let anyone = bench.builder().danger_accept_any_certificate();
    refused(&bench, anyone.pin_sha256(&other_pin)).await;
    read(bench.builder().ca_pem(&ca).pin_sha256(&pin))
        .await
        .unwrap();
    read(bench.builder().pin_sha256(&pin).ca_pem(&ca))
        .await
        .unwrap();
}

#[tokio::test]
async fn whoever_does_not_know_the_authority_sends_nothing() {
    let bench = start().await;
    let other = start().await;
    refused(
        &bench,
        bench.builder().pin_sha256(other.mock.pin().unwrap()),
    )
    .await;
    refused(&bench, bench.builder().ca_pem(other.mock.ca_pem().unwrap())).await;
    // The machine's roots do not know it either; a machine without any cannot even make the client.
    match bench.builder().build() {
        Ok(_) => refused(&bench, bench.builder()).await,
        Err(error) => assert!(error.is_config(), "{error:?}"),
    }
}

#[tokio::test]
async fn certificates_of_the_right_authority_that_are_wrong_all_the_same() {
    for kind in ["wrong_host", "expired", "untrusted"] {
        let bench = start().await;
        let rule = FaultRule::new("connection", "tls").param("kind", kind);
        bench.mock.fault(rule).unwrap();
        let ca = bench.mock.ca_pem().unwrap();
        refused(&bench, bench.builder().ca_pem(ca)).await;
        let pin = bench.mock.pin().unwrap();
        refused(&bench, bench.builder().pin_sha256(pin)).await;
        assert_eq!(
            bench.mock.faults()[0].hits,
            2,
            "{kind}: one connection each"
        );
    }
}
