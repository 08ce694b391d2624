//! The fault kinds of connections, on a real socket (K01, K05-K10).

use std::io::{ErrorKind, Read, Write};
use std::net::TcpStream;
use std::sync::Arc;
use std::time::{Duration, Instant};

use mock_dcim::{FaultRule, MockDcim};

fn request(mock: &MockDcim, path: &str) -> (String, Vec<u8>) {
    let address = mock.url().trim_start_matches("http://").to_owned();
    let text = format!("GET {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
    (address, text.into_bytes())
}

fn talk((address, text): &(String, Vec<u8>)) -> (Vec<u8>, Option<ErrorKind>) {
    let mut answer = Vec::new();
    let outcome = TcpStream::connect(address).and_then(|mut stream| {
        stream.set_read_timeout(Some(Duration::from_secs(5)))?;
        stream.write_all(text)?;
        stream.read_to_end(&mut answer)
    });
    (answer, outcome.err().map(|error| error.kind()))
}

async fn over_the_socket(rule: FaultRule) -> (Vec<u8>, Option<ErrorKind>) {
    let mock = Arc::new(MockDcim::start().await.unwrap());
    mock.fault(rule).unwrap();
    let request = request(&mock, "/api/auth/v4/whoami");
    tokio::task::spawn_blocking(move || talk(&request))
        .await
        .unwrap()
}

#[tokio::test]
async fn resets_are_real() {
    for rule in [
        FaultRule::new("auth_whoami", "reset_after"),
        FaultRule::new("auth_whoami", "reset_no_effect"),
        FaultRule::new("connection", "reset_before"),
    ] {
        let effect = rule.effect.clone();
        let (answer, error) = over_the_socket(rule).await;
        assert!(answer.is_empty(), "{effect}");
        let reset = matches!(
            error,
            Some(ErrorKind::ConnectionReset | ErrorKind::BrokenPipe)
        );
        assert!(reset, "{effect}: {error:?}");
    }
}

#[tokio::test]
async fn truncation_breaks_off_behind_a_full_content_length() {
    let rule = FaultRule::new("auth_whoami", "truncated").param("at", 7);
    let (answer, _) = over_the_socket(rule).await;
    let text = String::from_utf8(answer).unwrap();
    assert!(text.contains("content-length: 47"), "{text}");
    assert!(text.ends_with("\r\n\r\n{\"error"), "{text}");
}

#[tokio::test]
async fn drops_come_one_by_one_and_silence_ends_without_an_answer() {
    let begun = Instant::now();
    let (answer, _) = over_the_socket(FaultRule::new("auth_whoami", "drip").param("ms", 5)).await;
    assert!(String::from_utf8(answer).unwrap().ends_with("expired\"}}"));
    assert!(begun.elapsed() > Duration::from_millis(200));
    let silent = FaultRule::new("auth_whoami", "timeout_after").param("ms", 50);
    let (answer, _) = over_the_socket(silent).await;
    assert!(answer.is_empty());
}

#[tokio::test]
async fn a_refused_connection_is_refused_by_the_kernel_and_later_accepted() {
    let mock = Arc::new(MockDcim::start().await.unwrap());
    let health = request(&mock, "/_mock/health");
    mock.fault(FaultRule::new("connection", "refused").param("ms", 200))
        .unwrap();
    let mut refused = false;
    for _ in 0..200 {
        tokio::time::sleep(Duration::from_millis(5)).await;
        let health = health.clone();
        let (answer, error) = tokio::task::spawn_blocking(move || talk(&health))
            .await
            .unwrap();
        refused |= error == Some(ErrorKind::ConnectionRefused);
        if refused && answer.starts_with(b"HTTP/1.1 200") {
            return;
        }
    }
    panic!("refused: {refused}");
}
