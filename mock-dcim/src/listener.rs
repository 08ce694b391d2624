//! The socket: an accept loop of our own, so that a connection can be refused, cut, slowed or held.

use std::io;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use http::{HeaderName, HeaderValue};
use http_body_util::{BodyExt, Limited};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpSocket, TcpStream};
use tokio::task::JoinSet;

use crate::core::Core;
use crate::exchange::{Cut, Request, Response};
use crate::fault::CONNECTION;
use crate::fault::effect::{Certificate, Effect, Pause};
use crate::tls::Tls;
use crate::watch;
use crate::wire::error;
use crate::wire_io::{Body, Wire, answer_body};
use crate::world::refusal::Refusal;

/// A body may be this long.
const MAX_BODY: usize = 1024 * 1024;
/// Headers may be this long, all together.
const MAX_HEADERS: usize = 64 * 1024;
/// More connections than this wait until others have gone.
const MAX_CONNECTIONS: usize = 4096;

/// The one lock around everything.
pub(crate) type Shared = Arc<Mutex<Core>>;

/// Accept connections for ever; dropping the future closes them all.
pub(crate) async fn run(
    listener: TcpListener,
    address: SocketAddr,
    core: Shared,
    tls: Option<Arc<Tls>>,
) {
    let mut listener = listener;
    let mut connections = JoinSet::new();
    connections.spawn(tick(Arc::clone(&core)));
    let wake = Arc::clone(&lock(&core).faults.wake);
    loop {
        while connections.try_join_next().is_some() {}
        if connections.len() >= MAX_CONNECTIONS {
            connections.join_next().await;
        }
        let pause = lock(&core).faults.pause();
        if let Some((span, how)) = pause {
            drop(listener);
            match how {
                // K01: nobody listens for a while, so that the kernel itself refuses.
                Pause::Refuse => tokio::time::sleep(span).await,
                Pause::Ignore => deaf(address, span).await,
            }
            listener = listen_again(address).await;
            continue;
        }
        tokio::select! {
            // A pause wins over a connection that has come meanwhile.
            biased;
            () = wake.notified() => {}
            accepted = listener.accept() => match accepted {
                Ok((stream, _)) => match (connection_fault(&core), &tls) {
                    (None, None) => {
                        connections.spawn(serve(stream, Arc::clone(&core)));
                    }
                    (None, Some(tls)) => {
                        let core = Arc::clone(&core);
                        connections.spawn(serve_tls(stream, core, Arc::clone(tls), Certificate::Good));
                    }
                    (Some(Effect::Tls { certificate }), Some(tls)) => {
                        let core = Arc::clone(&core);
                        connections.spawn(serve_tls(stream, core, Arc::clone(tls), certificate));
                    }
                    (Some(_), _) => reset(&stream),
                },
                // Out of file descriptors, most likely: wait until some are closed.
                Err(_) => tokio::time::sleep(Duration::from_millis(20)).await,
            },
        }
    }
}

fn lock(core: &Shared) -> MutexGuard<'_, Core> {
    core.lock().unwrap_or_else(PoisonError::into_inner)
}

/// K04, K05: what happens to this connection before anybody reads from it.
fn connection_fault(core: &Shared) -> Option<Effect> {
    lock(core).faults.hit(CONNECTION).map(|(_, effect)| effect)
}

/// Make the kernel send a reset when the stream is dropped.
fn reset(stream: &TcpStream) {
    // A stream that is gone already needs no reset.
    let _ = stream.set_zero_linger();
}

/// K03: a listener that accepts nothing and whose queue is full, so that the kernel answers no connection request.
async fn deaf(address: SocketAddr, span: Duration) {
    let until = tokio::time::Instant::now() + span;
    let deaf = async {
        let socket = match address {
            SocketAddr::V4(_) => TcpSocket::new_v4()?,
            SocketAddr::V6(_) => TcpSocket::new_v6()?,
        };
        socket.set_reuseaddr(true)?;
        socket.bind(address)?;
        let listener = socket.listen(1)?;
        let mut queue = Vec::new();
        // Our own connections fill the queue; the first one that is not answered shows that it is full.
        while let Ok(Ok(stream)) =
            tokio::time::timeout(Duration::from_millis(50), TcpStream::connect(address)).await
        {
            queue.push(stream);
        }
        tokio::time::sleep_until(until).await;
        Ok::<_, io::Error>(listener)
    };
    // Where this cannot be had, connections are refused for as long.
    if deaf.await.is_err() {
        tokio::time::sleep_until(until).await;
    }
}

async fn listen_again(address: SocketAddr) -> TcpListener {
    loop {
        match TcpListener::bind(address).await {
            Ok(listener) => return listener,
            Err(_) => tokio::time::sleep(Duration::from_millis(20)).await,
        }
    }
}

async fn serve(stream: TcpStream, core: Shared) {
    let broken = Arc::new(AtomicBool::new(false));
    let wire = Wire::new(stream, Arc::clone(&broken));
    converse(wire, core, broken).await;
}

async fn serve_tls(stream: TcpStream, core: Shared, tls: Arc<Tls>, certificate: Certificate) {
    let broken = Arc::new(AtomicBool::new(false));
    let wire = Wire::new(stream, Arc::clone(&broken));
    let patience = lock(&core).config.patience;
    let handshake = tls.accept(wire, certificate);
    // A client that does not trust us has every right to hang up.
    if let Ok(Ok(stream)) = tokio::time::timeout(patience, handshake).await {
        converse(stream, core, broken).await;
    }
}

async fn converse<S>(stream: S, core: Shared, broken: Arc<AtomicBool>)
where
    S: AsyncRead + AsyncWrite + Unpin,
{
    let patience = lock(&core).config.patience;
    let service = service_fn(move |request| {
        let (core, broken) = (Arc::clone(&core), Arc::clone(&broken));
        async move {
            if request.method() == http::Method::GET && request.uri().path() == "/_mock/events" {
                return Ok(watch(&core));
            }
            deliver(exchange(&core, request).await, &broken).await
        }
    });
    // A client that goes away or speaks nonsense is its own problem.
    let _ = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(patience)
        .max_buf_size(MAX_HEADERS)
        .serve_connection(TokioIo::new(stream), service)
        .await;
}

/// Answer with everything that happens from now on.
fn watch(core: &Shared) -> http::Response<Body> {
    let receiver = lock(core).watchers.add();
    let mut response = http::Response::new(watch::body(receiver));
    let kind = HeaderValue::from_static("text/event-stream");
    response.headers_mut().insert("content-type", kind);
    response
}

/// Let a clock that runs by itself be seen to run: without calls nobody else looks at it.
async fn tick(core: Shared) {
    loop {
        tokio::time::sleep(Duration::from_millis(200)).await;
        let mut core = lock(&core);
        if core.clock.reading().rate > 0 {
            core.catch_up();
        }
    }
}

async fn exchange(core: &Shared, request: http::Request<Incoming>) -> Response {
    let (head, body) = request.into_parts();
    let patience = lock(core).config.patience;
    // What comes in one piece passes the connection's own limit.
    let length = |(name, value): (&HeaderName, &HeaderValue)| name.as_str().len() + value.len();
    if head.headers.iter().map(length).sum::<usize>() > MAX_HEADERS {
        return refused(431, "headers_too_large");
    }
    let read = Limited::new(body, MAX_BODY).collect();
    let body = match tokio::time::timeout(patience, read).await {
        Ok(Ok(body)) => body.to_bytes().to_vec(),
        Ok(Err(_)) => return refused(413, "too_large"),
        Err(_) => return refused(408, "too_slow"),
    };
    let headers = head.headers.iter().map(|(name, value)| {
        let value = String::from_utf8_lossy(value.as_bytes()).into_owned();
        (name.as_str().to_owned(), value)
    });
    let request = Request {
        method: head.method.to_string(),
        path: head.uri.path().to_owned(),
        query: head.uri.query().unwrap_or_default().to_owned(),
        headers: headers.collect(),
        body,
    };
    lock(core).exchange(&request)
}

fn refused(status: u16, reason: &str) -> Response {
    let (_, body) = error::render(&Refusal::invalid("body", reason));
    Response::json(status, &body)
}

/// Hand the answer to the connection, or an error that ends it without one.
async fn deliver(response: Response, broken: &AtomicBool) -> io::Result<http::Response<Body>> {
    match response.cut {
        Some(Cut::Reset) => {
            broken.store(true, Ordering::Relaxed);
            return Err(io::Error::from(io::ErrorKind::ConnectionReset));
        }
        Some(Cut::Silence(span)) => {
            tokio::time::sleep(span).await;
            return Err(io::Error::from(io::ErrorKind::TimedOut));
        }
        _ => {}
    }
    let mut builder = http::Response::builder()
        .status(response.status)
        .header("content-length", response.body.len());
    for (name, value) in &response.headers {
        builder = builder.header(name, value);
    }
    let body = answer_body(response.body, response.cut);
    builder.body(body).map_err(io::Error::other)
}
