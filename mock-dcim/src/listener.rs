//! The socket: an accept loop of our own, so that a connection can be cut, slowed or held.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::{Request as HttpRequest, State};
use axum::response::Response as HttpResponse;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;

use crate::core::Core;
use crate::exchange::{Request, Response};
use crate::wire::error;
use crate::world::refusal::Refusal;

/// A body may be this long.
const MAX_BODY: usize = 1024 * 1024;
/// A client has this long to send its headers, and as long again for its body.
const PATIENCE: Duration = Duration::from_secs(30);
/// More connections than this wait until others have gone.
const MAX_CONNECTIONS: usize = 4096;

/// The one lock around everything.
pub(crate) type Shared = Arc<Mutex<Core>>;

/// Accept connections for ever; dropping the future closes them all.
pub(crate) async fn run(listener: TcpListener, core: Shared) {
    let router = Router::new().fallback(exchange).with_state(core);
    let mut connections = JoinSet::new();
    loop {
        while connections.try_join_next().is_some() {}
        if connections.len() >= MAX_CONNECTIONS {
            connections.join_next().await;
        }
        match listener.accept().await {
            Ok((stream, _)) => {
                connections.spawn(serve(stream, router.clone()));
            }
            // Out of file descriptors, most likely: wait until some are closed.
            Err(_) => tokio::time::sleep(Duration::from_millis(20)).await,
        }
    }
}

async fn serve(stream: TcpStream, router: Router) {
    // An answer is one small write; it must not wait for the next one.
    let _ = stream.set_nodelay(true);
    // A client that goes away or speaks nonsense is its own problem.
    let _ = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(PATIENCE)
        .serve_connection(TokioIo::new(stream), TowerToHyperService::new(router))
        .await;
}

async fn exchange(State(core): State<Shared>, request: HttpRequest) -> HttpResponse {
    let (head, body) = request.into_parts();
    let body = match tokio::time::timeout(PATIENCE, to_bytes(body, MAX_BODY)).await {
        Ok(Ok(body)) => body.to_vec(),
        Ok(Err(_)) => return render(refused(413, "too_large")),
        Err(_) => return render(refused(408, "too_slow")),
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
    let response = core
        .lock()
        .unwrap_or_else(PoisonError::into_inner)
        .exchange(&request);
    render(response)
}

fn refused(status: u16, reason: &str) -> Response {
    let (_, body) = error::render(&Refusal::invalid("body", reason));
    Response::json(status, &body)
}

fn render(response: Response) -> HttpResponse {
    let mut builder = HttpResponse::builder().status(response.status);
    for (name, value) in response.headers {
        builder = builder.header(name, value);
    }
    builder.body(Body::from(response.body)).unwrap_or_default()
}
