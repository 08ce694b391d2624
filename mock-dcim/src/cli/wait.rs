//! `mock-dcim wait`: for scripts that start the mock in the background.

use std::io::{self, Read, Write};
use std::net::TcpStream;
use std::thread;
use std::time::{Duration, Instant};

pub(super) fn run(url: &str, timeout: Duration) -> Result<(), String> {
    // With TLS nobody has told us whom to trust: that somebody listens has to be enough.
    let plain = url.strip_prefix("http://");
    let address = plain
        .or_else(|| url.strip_prefix("https://"))
        .map(|rest| rest.trim_end_matches('/'))
        .filter(|rest| !rest.is_empty() && !rest.contains('/'))
        .ok_or_else(|| format!("`{url}` is not the URL of a mock"))?;
    let begun = Instant::now();
    loop {
        match healthy(address, plain.is_some()) {
            Ok(true) => return Ok(()),
            outcome if begun.elapsed() >= timeout => {
                let why = match outcome {
                    Err(error) => error.to_string(),
                    Ok(_) => "it answers, but is no mock".to_owned(),
                };
                return Err(format!("{url} is not ready: {why}"));
            }
            _ => thread::sleep(Duration::from_millis(50)),
        }
    }
}

fn healthy(address: &str, plain: bool) -> io::Result<bool> {
    let mut stream = TcpStream::connect(address)?;
    if !plain {
        return Ok(true);
    }
    stream.set_read_timeout(Some(Duration::from_secs(2)))?;
    write!(
        stream,
        "GET /_mock/health HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n"
    )?;
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer)?;
    Ok(answer.starts_with(b"HTTP/1.1 200"))
}
