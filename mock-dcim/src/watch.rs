//! Who watches: server-sent events of everything that happens and everything that is said.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};

use hyper::body::{Bytes, Frame};
use serde::Serialize;
use tokio::sync::mpsc::{self, Receiver, Sender};

use crate::wire_io::Body;

/// A watcher that is this many events behind has left, or might as well.
const PATIENCE: usize = 1024;

#[derive(Debug, Default)]
pub(crate) struct Watchers(Vec<Sender<Bytes>>);

impl Watchers {
    /// Begin to watch.
    pub(crate) fn add(&mut self) -> Receiver<Bytes> {
        let (sender, receiver) = mpsc::channel(PATIENCE);
        // The first line makes the connection open at the other end.
        let _ = sender.try_send(Bytes::from_static(b": watching\n\n"));
        self.0.push(sender);
        receiver
    }

    /// Tell all watchers; those that do not listen any more are forgotten.
    pub(crate) fn tell(&mut self, event: &str, data: &impl Serialize) {
        if self.0.is_empty() {
            return;
        }
        let Ok(data) = serde_json::to_string(data) else {
            return;
        };
        let line = Bytes::from(format!("event: {event}\ndata: {data}\n\n"));
        self.0
            .retain(|watcher| watcher.try_send(line.clone()).is_ok());
    }
}

/// Make the body of an answer that never ends by itself.
pub(crate) fn body(receiver: Receiver<Bytes>) -> Body {
    Body::new(Events(receiver))
}

struct Events(Receiver<Bytes>);

impl hyper::body::Body for Events {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, io::Error>>> {
        self.0
            .poll_recv(context)
            .map(|line| line.map(|line| Ok(Frame::data(line))))
    }
}
