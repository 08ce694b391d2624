//! Bytes on the wire: a stream that can be reset, a body that arrives in drops or not to its end.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll};
use std::time::Duration;

use http_body_util::combinators::UnsyncBoxBody;
use http_body_util::{BodyExt, Full};
use hyper::body::{Bytes, Frame};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio::sync::mpsc;

use crate::exchange::Cut;

/// The body of an answer, however it comes.
pub(crate) type Body = UnsyncBoxBody<Bytes, io::Error>;

/// A TCP stream that ends with a reset instead of a farewell once it is broken.
pub(crate) struct Wire {
    stream: TcpStream,
    broken: Arc<AtomicBool>,
}

impl Wire {
    pub(crate) fn new(stream: TcpStream, broken: Arc<AtomicBool>) -> Self {
        // An answer is one small write; it must not wait for the next one.
        let _ = stream.set_nodelay(true);
        Self { stream, broken }
    }
}

impl Drop for Wire {
    fn drop(&mut self) {
        if self.broken.load(Ordering::Relaxed) {
            // A stream that is gone already needs no reset.
            let _ = self.stream.set_zero_linger();
        }
    }
}

impl AsyncRead for Wire {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(context, buffer)
    }
}

impl AsyncWrite for Wire {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write(context, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        if self.broken.load(Ordering::Relaxed) {
            return Poll::Ready(Ok(()));
        }
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}

/// Make a body that arrives as the fault says.
pub(crate) fn answer_body(bytes: Vec<u8>, cut: Option<Cut>) -> Body {
    match cut {
        Some(Cut::Drip(gap)) => in_pieces(bytes, 1, gap, None),
        Some(Cut::Truncate(at)) => in_pieces(bytes, at.max(1), Duration::from_millis(10), Some(at)),
        _ => Body::new(Full::from(bytes).map_err(|never| match never {})),
    }
}

type Piece = Result<Frame<Bytes>, io::Error>;

/// Send pieces with a gap before each but the first; after `end` bytes the body breaks off.
fn in_pieces(bytes: Vec<u8>, size: usize, gap: Duration, end: Option<usize>) -> Body {
    let (sender, receiver) = mpsc::channel::<Piece>(1);
    tokio::spawn(async move {
        let whole = end.unwrap_or(bytes.len()).min(bytes.len());
        for piece in bytes[..whole].chunks(size) {
            let frame = Frame::data(Bytes::copy_from_slice(piece));
            if sender.send(Ok(frame)).await.is_err() {
                return;
            }
            // Without a pause the connection would never flush what it has.
            tokio::time::sleep(gap).await;
        }
        if end.is_some() {
            let broken = io::Error::from(io::ErrorKind::UnexpectedEof);
            let _ = sender.send(Err(broken)).await;
        }
    });
    Body::new(Pieces(receiver))
}

struct Pieces(mpsc::Receiver<Piece>);

impl hyper::body::Body for Pieces {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Piece>> {
        self.0.poll_recv(context)
    }
}
