//! What stands between a client and its transport.

use std::sync::Arc;

use super::builder::ClientBuilder;
use crate::transport::Transport;

impl ClientBuilder {
    /// Put something between the client and its transport: to count exchanges, or to refuse new ones while a program is being stopped.
    ///
    /// It is applied by [`build`](Self::build), whether the transport is the client's own or given by [`transport`](Self::transport). Called
    /// again, it goes around what is there: the last layer sees a request first. Every exchange passes it, log-ins and repeats
    /// included, and the time it takes is part of [`request_timeout`](Self::request_timeout). A layer that refuses says
    /// [`NotSent`](crate::TransportFailure::NotSent); that is repeated as [`Retry`](crate::Retry) allows.
    ///
    /// ```
    /// # mod setup { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/doc/setup.rs")); } use setup::*;
    /// # example(async |mock, _dcim, _server| {
    /// use std::sync::atomic::{AtomicU32, Ordering::Relaxed};
    ///
    /// #[derive(Debug)]
    /// struct Metered {
    ///     inner: Arc<dyn Transport>,
    ///     sent: Arc<AtomicU32>,
    /// }
    ///
    /// impl Transport for Metered {
    ///     fn send(&self, request: WireRequest) -> BoxFuture<'_, Result<WireResponse, TransportError>> {
    ///         self.sent.fetch_add(1, Relaxed);
    ///         self.inner.send(request)
    ///     }
    /// }
    ///
    /// let sent = Arc::new(AtomicU32::new(0));
    /// let meter = sent.clone();
    /// let dcim = Client::builder(mock.url())
    ///     .credentials(mock.admin())
    ///     .layer(move |inner| Arc::new(Metered { inner, sent: meter.clone() }))
    ///     .build()?;
    /// dcim.server(ServerId::new(1)).get().await?;
    /// assert_eq!(sent.load(Relaxed), 2); // the log-in, then the call
    /// # Ok(()) });
    /// ```
    pub fn layer(
        mut self,
        layer: impl Fn(Arc<dyn Transport>) -> Arc<dyn Transport> + Send + Sync + 'static,
    ) -> Self {
        self.layers.push(Box::new(layer));
        self
    }
}
