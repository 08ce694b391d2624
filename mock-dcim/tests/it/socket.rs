//! The socket, where it matters.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::Duration;

use mock_dcim::MockDcim;

fn talk(mock: &MockDcim, request: &[u8]) -> String {
    let address = mock.url().trim_start_matches("http://").to_owned();
    let mut stream = TcpStream::connect(address).unwrap();
    stream
        .set_read_timeout(Some(Duration::from_secs(20)))
        .unwrap();
    // The mock may have hung up already.
    let _ = stream.write_all(request);
    let mut answer = Vec::new();
    let _ = stream.read_to_end(&mut answer);
    String::from_utf8_lossy(&answer).into_owned()
}

async fn in_background<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> T {
    tokio::task::spawn_blocking(work).await.unwrap()
}

#[tokio::test]
async fn the_vendors_headers_work_over_a_real_socket_and_the_date_is_virtual() {
    let mock = std::sync::Arc::new(MockDcim::start().await.unwrap());
    mock.advance(Duration::from_secs(90));
    let shared = std::sync::Arc::clone(&mock);
    let answer = in_background(move || {
        let body = r#"{"email":"admin@example.com","password":"mock-password"}"#;
        let login = format!(
            "POST /api/auth/v4/public/token HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: {}\r\n\r\n{body}",
            body.len()
        );
        let answer = talk(&shared, login.as_bytes());
        assert!(answer.starts_with("HTTP/1.1 201"), "{answer}");
        let token = answer.split("\"token\":\"").nth(1).unwrap().split('"').next().unwrap();
        let get = format!(
            "GET /api/dci/v3/server/1 HTTP/1.1\r\nHost: x\r\nConnection: close\r\nCookie: ses6={token}\r\n\
             x-xsrf-token: {token}\r\nisp-box-instance: true\r\n\r\n"
        );
        talk(&shared, get.as_bytes())
    })
    .await;
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    assert!(
        answer.contains("date: Sat, 10 Jan 2026 12:01:30 GMT"),
        "{answer}"
    );
    assert!(answer.contains("\"name\":\"srv-1\""));
}

#[tokio::test]
async fn nonsense_and_too_much_are_answered_or_cut_and_the_mock_lives_on() {
    let mock = std::sync::Arc::new(MockDcim::start().await.unwrap());
    let shared = std::sync::Arc::clone(&mock);
    in_background(move || {
        talk(&shared, b"\x16\x03\x01 nonsense\r\n\r\n");
        talk(&shared, &b"GET / HTTP/1.1\r\nx: ".repeat(20_000));
        let long = vec![b'x'; 2 * 1024 * 1024];
        let mut request = format!(
            "POST /api/dci/v3/user HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: {}\r\n\r\n",
            long.len()
        )
        .into_bytes();
        request.extend(long);
        let answer = talk(&shared, &request);
        assert!(
            answer.is_empty() || answer.starts_with("HTTP/1.1 413"),
            "{answer}"
        );
        let answer = talk(&shared, b"GET /_mock/health HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
        assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    })
    .await;
}

#[tokio::test]
async fn dropping_the_mock_closes_its_port() {
    let mock = MockDcim::start().await.unwrap();
    let address = mock.url().trim_start_matches("http://").to_owned();
    drop(mock);
    for _ in 0..100 {
        if TcpStream::connect(&address).is_err() {
            return;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("{address} still listens");
}

#[tokio::test]
async fn events_tell_what_is_said_and_what_happens() {
    let mock = std::sync::Arc::new(MockDcim::start().await.unwrap());
    let address = mock.url().trim_start_matches("http://").to_owned();
    let seen = in_background(move || {
        let mut stream = TcpStream::connect(address).unwrap();
        stream
            .set_read_timeout(Some(Duration::from_secs(10)))
            .unwrap();
        stream
            .write_all(b"GET /_mock/events HTTP/1.1\r\nHost: x\r\n\r\n")
            .unwrap();
        let mut seen = String::new();
        let mut buffer = [0; 4096];
        while !seen.contains("event: call") || !seen.contains("event: occurrence") {
            let read = stream.read(&mut buffer).unwrap();
            seen.push_str(&String::from_utf8_lossy(&buffer[..read]));
            if seen.contains(": watching") && !seen.contains("event: occurrence") {
                let port = mock_dcim::PanelAction::Port { port: 1, up: true };
                mock.act(port.clone()).unwrap();
                mock.exchange("GET", "/api/dci/v3/server", &[], b"");
            }
        }
        seen
    })
    .await;
    assert!(seen.contains("text/event-stream"), "{seen}");
    assert!(seen.contains("\"what\":\"port\""), "{seen}");
    assert!(seen.contains("\"name\":\"server_list\""), "{seen}");
}

#[tokio::test]
async fn a_thousand_idle_connections_leave_it_answering() {
    let mock = std::sync::Arc::new(MockDcim::start().await.unwrap());
    let answer = in_background(move || {
        let address = mock.url().trim_start_matches("http://").to_owned();
        // Both ends are in this process: where the limit of open files is below 2,100, as many as it allows.
        let idle: Vec<TcpStream> = (0..1000)
            .map_while(|_| TcpStream::connect(&address).ok())
            .collect();
        let mut kept = idle;
        if kept.len() < 1000 {
            let count = kept.len();
            writeln!(
                std::io::stderr(),
                "only {count} idle connections: few files may be open"
            )
            .unwrap();
            kept.truncate(kept.len() / 2);
        }
        let answer = talk(
            &mock,
            b"GET /_mock/health HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
        );
        assert!(kept.len() > 100, "{}", kept.len());
        answer
    })
    .await;
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
}

#[tokio::test]
async fn slow_clients_and_long_headers_are_cut() {
    let patience = Duration::from_millis(200);
    let mock = MockDcim::builder().patience(patience).start().await;
    let mock = std::sync::Arc::new(mock.unwrap());
    let shared = std::sync::Arc::clone(&mock);
    in_background(move || {
        let begun = std::time::Instant::now();
        assert_eq!(talk(&shared, b"GET /_mock/health HTTP/1.1\r\nHost:"), "");
        let answer = talk(
            &shared,
            b"POST /_mock/reset HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\n{",
        );
        assert!(answer.starts_with("HTTP/1.1 408"), "{answer}");
        assert!(begun.elapsed() < Duration::from_secs(10));
        let long = "x".repeat(100_000);
        let request = format!("GET /_mock/health HTTP/1.1\r\nHost: x\r\nx-long: {long}\r\n\r\n");
        let answer = talk(&shared, request.as_bytes());
        assert!(
            answer.is_empty() || answer.starts_with("HTTP/1.1 431"),
            "{answer}"
        );
        let answer = talk(
            &shared,
            b"GET /_mock/health HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
        );
        assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    })
    .await;
}

fn address_of(mock: &MockDcim) -> std::net::SocketAddr {
    mock.url().trim_start_matches("http://").parse().unwrap()
}

#[tokio::test]
async fn k03_a_connection_request_gets_no_answer_until_the_fault_is_over() {
    let mock = MockDcim::start().await.unwrap();
    let address = address_of(&mock);
    let rule = mock_dcim::FaultRule::new("connection", "conn_timeout").param("ms", 1500);
    mock.fault(rule).unwrap();
    tokio::time::sleep(Duration::from_millis(300)).await;
    let error = in_background(move || {
        TcpStream::connect_timeout(&address, Duration::from_millis(400)).unwrap_err()
    })
    .await;
    assert_eq!(error.kind(), std::io::ErrorKind::TimedOut);
    tokio::time::sleep(Duration::from_millis(1200)).await;
    in_background(move || TcpStream::connect_timeout(&address, Duration::from_secs(5)).unwrap())
        .await;
    assert_eq!(mock.faults()[0].hits, 1);
}

#[tokio::test]
async fn k01_refuses_after_some_connections_and_more_than_once() {
    let mock = MockDcim::start().await.unwrap();
    let address = address_of(&mock);
    let rule = mock_dcim::FaultRule::new("connection", "refused")
        .skip(1)
        .times(2)
        .param("ms", 300);
    mock.fault(rule).unwrap();
    let outcome = in_background(move || {
        let mut outcome = Vec::new();
        for _ in 0..100 {
            let open = TcpStream::connect(address).is_ok();
            if outcome.last() != Some(&open) {
                outcome.push(open);
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        outcome
    })
    .await;
    assert_eq!(outcome, [true, false, true, false, true]);
    assert_eq!(mock.faults()[0].hits, 2);
}
