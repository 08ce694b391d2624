//! TLS: an authority of our own, and certificates that a client has to refuse (K04).

use std::io::{Read, Write};
use std::net::TcpStream;
use std::sync::Arc;

use mock_dcim::{FaultRule, MockDcim};
use rustls::pki_types::ServerName;
use rustls::pki_types::pem::PemObject;
use rustls::{ClientConfig, ClientConnection, RootCertStore, StreamOwned};

fn health(url: &str, ca: &str) -> std::io::Result<String> {
    let mut roots = RootCertStore::empty();
    let certificate = rustls::pki_types::CertificateDer::from_pem_slice(ca.as_bytes()).unwrap();
    roots.add(certificate).unwrap();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(roots)
        .with_no_client_auth();
    let name = ServerName::try_from("127.0.0.1").unwrap();
    let connection = ClientConnection::new(Arc::new(config), name).unwrap();
    let address = url.trim_start_matches("https://");
    let mut stream = StreamOwned::new(connection, TcpStream::connect(address)?);
    stream.write_all(b"GET /_mock/health HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")?;
    let mut answer = String::new();
    match stream.read_to_string(&mut answer) {
        // A peer that closes without a farewell has still said everything.
        Err(error) if error.kind() != std::io::ErrorKind::UnexpectedEof => Err(error),
        _ => Ok(answer),
    }
}

#[tokio::test]
async fn the_authority_of_the_mock_is_trusted_and_bad_certificates_are_not() {
    let mock = Arc::new(MockDcim::builder().tls(true).start().await.unwrap());
    assert_eq!(mock.pin().unwrap().len(), 64);
    let try_it = || {
        let (url, ca) = (mock.url(), mock.ca_pem().unwrap());
        tokio::task::spawn_blocking(move || health(&url, &ca))
    };
    assert!(try_it().await.unwrap().unwrap().starts_with("HTTP/1.1 200"));
    for (kind, wrong) in [
        ("untrusted", "UnknownIssuer"),
        ("expired", "xpired"),
        ("wrong_host", "not valid for name"),
    ] {
        let rule = FaultRule::new("connection", "tls")
            .times(1)
            .param("kind", kind);
        mock.fault(rule).unwrap();
        let error = try_it().await.unwrap().unwrap_err().to_string();
        assert!(error.contains(wrong), "{kind}: {error}");
        assert!(try_it().await.unwrap().is_ok());
    }
}

#[tokio::test]
async fn without_tls_there_are_no_certificates_to_spoil() {
    let mock = MockDcim::start().await.unwrap();
    assert!(mock.fault(FaultRule::new("connection", "tls")).is_err());
    assert_eq!(mock.ca_pem(), None);
}
