//! Whose certificate is accepted, and that nothing secret is sent to anyone else (safety.md G, K01–K05, K10, K23, K24).
//!
//! The certificates in `tls/` are valid from 2020 to 2120, but for `expired`; their keys protect nothing.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use dcim6_client::{
    Client, ClientBuilder, Delivery, Error, ErrorKind, OsTemplateId, Retry, Server, ServerId,
};
use rustls::crypto::ring;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};

const CA: &str = include_str!("tls/ca.pem");
const GOOD: &str = include_str!("tls/good.pem");
const OTHER_HOST: &str = include_str!("tls/other-host.pem");
const EXPIRED: &str = include_str!("tls/expired.pem");
const SELF_SIGNED: &str = include_str!("tls/self-signed.pem");
const KEY: &str = include_str!("tls/key.pem");

const ANSWER: &str =
    "HTTP/1.1 200 OK\r\ncontent-length: 10\r\nconnection: close\r\n\r\n{\"id\":101}";

/// Serves every connection in a thread of its own; returns the address and what it was sent.
fn serve(
    each: impl Fn(TcpStream) -> Vec<u8> + Send + Sync + 'static,
) -> (SocketAddr, Arc<Mutex<Vec<u8>>>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let received = Arc::new(Mutex::new(Vec::new()));
    let all = received.clone();
    thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let bytes = each(stream);
            all.lock().unwrap().extend(bytes);
        }
    });
    (address, received)
}

fn head(stream: &mut impl Read) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut byte = [0];
    while !bytes.ends_with(b"\r\n\r\n") && matches!(stream.read(&mut byte), Ok(1)) {
        bytes.push(byte[0]);
    }
    bytes
}

fn https(certificate: &'static str) -> (SocketAddr, Arc<Mutex<Vec<u8>>>) {
    let certificate = CertificateDer::from_pem_slice(certificate.as_bytes()).unwrap();
    let key = PrivateKeyDer::from_pem_slice(KEY.as_bytes()).unwrap();
    let config = rustls::ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![certificate], key)
        .unwrap();
    let config = Arc::new(config);
    serve(move |mut tcp| {
        let mut tls = rustls::ServerConnection::new(config.clone()).unwrap();
        let mut stream = rustls::Stream::new(&mut tls, &mut tcp);
        let bytes = head(&mut stream);
        let _ = stream.write_all(ANSWER.as_bytes());
        tls.send_close_notify();
        let _ = tls.complete_io(&mut tcp);
        bytes
    })
}

async fn get(builder: ClientBuilder) -> Result<Server, Error> {
    let client = builder.build().unwrap().with_retry(Retry::never());
    client.server(ServerId::new(101)).get().await
}

fn builder(address: SocketAddr) -> ClientBuilder {
    Client::builder(format!("https://{address}"))
}

fn pin(certificate: &str) -> String {
    let der = CertificateDer::from_pem_slice(certificate.as_bytes()).unwrap();
    let suite = ring::cipher_suite::TLS13_AES_128_GCM_SHA256
        .tls13()
        .unwrap();
    let hash = suite.common.hash_provider.hash(&der);
    hash.as_ref()
        .iter()
        .map(|byte| format!("{byte:02X}"))
        .collect::<Vec<_>>()
        .join(":")
}

#[tokio::test]
async fn certificates_that_are_accepted() {
    for (name, certificate, trust) in [
        ("by its authority", GOOD, CA.to_owned()),
        ("itself among others", GOOD, format!("{OTHER_HOST}{GOOD}")),
        ("self-signed", SELF_SIGNED, SELF_SIGNED.to_owned()),
    ] {
        let (address, _) = https(certificate);
        get(builder(address).ca_pem(trust))
            .await
            .unwrap_or_else(|error| panic!("{name}: {error}"));
    }
    for certificate in [GOOD, OTHER_HOST, EXPIRED, SELF_SIGNED] {
        let (address, _) = https(certificate);
        get(builder(address).pin_sha256(pin(certificate)))
            .await
            .unwrap();
        let (address, _) = https(certificate);
        get(builder(address).danger_accept_any_certificate())
            .await
            .unwrap();
    }
}

#[tokio::test]
async fn certificates_that_are_refused_before_anything_is_sent() {
    type Choice = fn(ClientBuilder) -> ClientBuilder;
    let cases: [(&str, &'static str, Choice); 6] = [
        ("system roots", GOOD, |builder| builder),
        ("wrong host", OTHER_HOST, |builder| builder.ca_pem(CA)),
        ("expired", EXPIRED, |builder| builder.ca_pem(CA)),
        ("unknown authority", SELF_SIGNED, |builder| {
            builder.ca_pem(CA)
        }),
        ("another leaf", GOOD, |builder| builder.ca_pem(SELF_SIGNED)),
        ("another pin", GOOD, |builder| {
            builder.pin_sha256(pin(OTHER_HOST))
        }),
    ];
    for (name, certificate, choose) in cases {
        let (address, received) = https(certificate);
        let builder = choose(builder(address).credentials(("admin@a.test", "canary")));
        // A machine without any certificate of an authority cannot build a client on the system's roots.
        let Ok(client) = builder.build() else {
            assert_eq!(name, "system roots");
            continue;
        };
        let refused = client.server(ServerId::new(101)).get().await.unwrap_err();
        assert!(refused.is_tls(), "{name}: {refused:?}");
        let shown = refused.untrusted_certificate().unwrap_or_default();
        assert_eq!(
            shown.replace(':', "").to_lowercase(),
            pin(certificate).replace(':', "").to_lowercase(),
            "{name}"
        );
        assert_eq!(
            (refused.delivery(), refused.attempts()),
            (Delivery::NotSent, 1),
            "{name}"
        );
        assert!(received.lock().unwrap().is_empty(), "{name}");
    }
}

/// A fingerprint waives name and dates only where it stands alone: an authority that is named asks for them (safety.md G).
#[tokio::test]
async fn a_fingerprint_beside_an_authority_takes_nothing_away() {
    for (certificate, is_accepted) in [(GOOD, true), (OTHER_HOST, false), (EXPIRED, false)] {
        let (address, received) = https(certificate);
        let both = builder(address).ca_pem(CA).pin_sha256(pin(certificate));
        assert_eq!(get(both).await.is_ok(), is_accepted);
        // An answer was asked for; what the other side has written down by now, nobody knows.
        assert!(is_accepted || received.lock().unwrap().is_empty());
    }
    // What cannot be used is named, whatever came before it.
    let wrong = Client::builder("https://a.test")
        .ca_pem(CA)
        .pin_sha256("no");
    let error = wrong.build().unwrap_err();
    assert!(error.to_string().starts_with("pin_sha256: "), "{error}");
}

#[tokio::test]
async fn tls_to_something_else_is_not_sent() {
    let (address, _) = serve(|mut stream| {
        let _ = stream.write_all(b"SSH-2.0-OpenSSH\r\n");
        Vec::new()
    });
    let refused = get(builder(address).pin_sha256(pin(GOOD)))
        .await
        .unwrap_err();
    assert_eq!(refused.delivery(), Delivery::NotSent);
    assert!(refused.is_tls() || refused.is_connect(), "{refused:?}");
}

fn plain(address: SocketAddr) -> ClientBuilder {
    Client::builder(format!("http://{address}"))
}

/// Longer than any machine is busy: what ends by it hangs.
const PATIENT: Duration = Duration::from_secs(30);
/// What waits for the end of this limit gets there at once, on any machine.
const HASTY: Duration = Duration::from_millis(300);

/// Starts an install, class X, at a panel that answers every connection so.
async fn install(
    limit: Duration,
    answer: impl Fn(&mut TcpStream) + Send + Sync + 'static,
) -> Error {
    let (address, _) = serve(move |mut stream| {
        let bytes = head(&mut stream);
        answer(&mut stream);
        bytes
    });
    let client = plain(address).request_timeout(limit).build().unwrap();
    let install = client
        .server(ServerId::new(1))
        .install(OsTemplateId::new(1))
        .password("x");
    install.prepare(None).unwrap().send().await.unwrap_err()
}

#[tokio::test]
async fn a_refused_connection_is_not_sent() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    drop(listener);
    let client = plain(address).build().unwrap().with_retry(Retry::never());
    let refused = client
        .server(ServerId::new(1))
        .power_reset()
        .await
        .unwrap_err();
    assert!(refused.is_connect(), "{refused:?}");
    assert_eq!(refused.delivery(), Delivery::NotSent);
}

#[tokio::test]
async fn a_name_that_does_not_resolve_is_not_sent() {
    let client = Client::builder("https://panel.invalid")
        .pin_sha256(pin(GOOD))
        .build()
        .unwrap();
    let client = client.with_retry(Retry::never());
    let refused = client
        .server(ServerId::new(1))
        .power_reset()
        .await
        .unwrap_err();
    assert!(refused.is_connect(), "{refused:?}");
    assert_eq!(refused.delivery(), Delivery::NotSent);
}

#[tokio::test]
async fn what_breaks_after_the_request_is_unknown() {
    let reset = install(PATIENT, |_| {}).await;
    assert_eq!(
        (reset.kind(), reset.delivery()),
        (&ErrorKind::Interrupted, Delivery::Unknown)
    );
    let cut = install(PATIENT, |stream| {
        let _ = stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 900\r\n\r\n{\"id\":");
    });
    assert_eq!(cut.await.delivery(), Delivery::Unknown);
    let silent = install(HASTY, |_| thread::sleep(Duration::from_secs(2))).await;
    assert!(silent.is_timeout());
    assert_eq!(
        (silent.delivery(), silent.attempts()),
        (Delivery::Unknown, 1)
    );
    let drip = install(HASTY, |stream| {
        let _ = stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\n");
        for byte in b"{\"id\":101}" {
            thread::sleep(Duration::from_millis(100));
            let _ = stream.write_all(&[*byte]);
        }
    });
    assert!(drip.await.is_timeout());
}

#[tokio::test]
async fn redirects_are_not_followed() {
    let (evil, received) = serve(|mut stream| head(&mut stream));
    for status in [301, 302, 307, 308] {
        let failed = install(PATIENT, move |stream| {
            let answer = format!(
                "HTTP/1.1 {status} Moved\r\nlocation: http://{evil}/\r\ncontent-length: 0\r\n\r\n"
            );
            let _ = stream.write_all(answer.as_bytes());
        });
        assert_eq!(failed.await.kind(), &ErrorKind::Redirect);
    }
    assert!(received.lock().unwrap().is_empty());
}

#[tokio::test]
async fn a_body_beyond_the_cap_is_not_read() {
    let failed = install(PATIENT, |stream| {
        let _ = stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 99999999\r\n\r\n");
        let block = vec![b' '; 1 << 20];
        while stream.write_all(&block).is_ok() {}
    });
    let failed = failed.await;
    assert_eq!(failed.kind(), &ErrorKind::TooLarge, "{failed:?}");
    assert_eq!(failed.delivery(), Delivery::Unknown);
}
