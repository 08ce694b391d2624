//! The transport is a port, with plain structs.

mod http;

use std::error::Error as StdError;
use std::fmt;

use crate::clock::BoxFuture;
use crate::endpoint::Method;

pub(crate) use http::{Http, find_cause, is_link_local};

/// The largest body that is read (safety.md G).
pub(crate) const BODY_CAP: usize = 16 * 1024 * 1024;

/// Describe one request as it goes over the wire.
///
/// `Debug` shows the operation, the method and the header names: URL, header values and body may hold secrets.
///
/// ```
/// # mod setup { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/doc/setup.rs")); } use setup::*;
/// # example(async |mock, dcim, server| {
/// /// Writes down what goes by; nothing of it is secret.
/// #[derive(Debug)]
/// struct Noted(Arc<dyn Transport>);
///
/// impl Transport for Noted {
///     fn send(&self, request: WireRequest) -> BoxFuture<'_, Result<WireResponse, TransportError>> {
///         assert!(request.url.starts_with("http://127.0.0.1:"));
///         println!("{} {} {}", request.operation, request.method, request.body.as_ref().map_or(0, Vec::len));
///         self.0.send(request)
///     }
/// }
///
/// let dcim = Client::builder(mock.url()).layer(|inner| Arc::new(Noted(inner))).build()?;
/// # drop(dcim.servers().first().await);
/// # Ok(()) });
/// ```
#[derive(Clone)]
#[non_exhaustive]
pub struct WireRequest {
    /// The name of the call, as in [`ENDPOINTS`](crate::ENDPOINTS).
    pub operation: &'static str,
    /// The method.
    pub method: Method,
    /// The absolute URL.
    pub url: String,
    /// The headers, with lower-case names.
    pub headers: Vec<(&'static str, String)>,
    /// The JSON body; none for GET and DELETE.
    pub body: Option<Vec<u8>>,
}

impl fmt::Debug for WireRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<_> = self.headers.iter().map(|(name, _)| name).collect();
        f.debug_struct("WireRequest")
            .field("operation", &self.operation)
            .field("method", &self.method)
            .field("headers", &names)
            .field("body_bytes", &self.body.as_ref().map(Vec::len))
            .finish_non_exhaustive()
    }
}

/// Hold one complete answer.
///
/// `Debug` shows the status and sizes only.
///
/// ```
/// use dcim6_client::WireResponse;
///
/// let mut asleep = WireResponse { status: 503, ..WireResponse::default() };
/// asleep.headers.push(("Retry-After".to_owned(), "5".to_owned()));
/// assert_eq!(asleep.header("retry-after"), Some("5"));
/// ```
#[derive(Clone, Default)]
pub struct WireResponse {
    /// The HTTP status.
    pub status: u16,
    /// The headers; names in any case.
    pub headers: Vec<(String, String)>,
    /// The whole body.
    pub body: Vec<u8>,
}

impl WireResponse {
    /// Return the first header of this name, whatever its case.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers
            .iter()
            .find(|(found, _)| found.eq_ignore_ascii_case(name))
            .map(|(_, value)| value.as_str())
    }
}

impl fmt::Debug for WireResponse {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("WireResponse")
            .field("status", &self.status)
            .field("headers", &self.headers.len())
            .field("body_bytes", &self.body.len())
            .finish()
    }
}

/// Name how an exchange failed without a complete answer.
///
/// ```
/// use dcim6_client::{TransportError, TransportFailure};
///
/// // Certain that nothing was written: the call is sent again. When in doubt, say `Broken`.
/// let refused = TransportError::new(TransportFailure::NotSent);
/// assert_ne!(refused.failure(), TransportFailure::Broken);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum TransportFailure {
    /// Nothing was written: refused, name not found, reset before the first byte (safety.md C: K01, K02, K05).
    NotSent,
    /// Nothing was written: no answer to the attempt to connect (K03).
    ConnectTimeout,
    /// Nothing was written: TLS failed (K04). Never repeated.
    Tls,
    /// Something may have been written, then no answer within a limit of the transport's own (K08, K09).
    Timeout,
    /// Something may have been written, then the connection broke (K06, K07, K10).
    Broken,
    /// The answer is larger than 16 MiB (K24).
    TooLarge,
}

/// Say how an exchange failed without a complete answer, and why.
///
/// ```
/// use std::error::Error;
/// use dcim6_client::{TransportError, TransportFailure};
///
/// let broken = TransportError::new(TransportFailure::Broken).because("the pipe was closed");
/// assert_eq!(broken.failure(), TransportFailure::Broken);
/// assert_eq!(broken.source().map(ToString::to_string).as_deref(), Some("the pipe was closed"));
/// ```
#[derive(Debug, thiserror::Error)]
#[error("the exchange failed: {failure:?}")]
pub struct TransportError {
    failure: TransportFailure,
    source: Option<Box<dyn StdError + Send + Sync>>,
}

impl TransportError {
    /// Make an error. Use [`TransportFailure::NotSent`] only where it is certain: a write that failed so is sent again.
    pub fn new(failure: TransportFailure) -> Self {
        Self {
            failure,
            source: None,
        }
    }

    /// Add the cause. It must not hold a URL, a header value or a body.
    #[must_use]
    pub fn because(mut self, source: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        self.source = Some(source.into());
        self
    }

    /// Return how the exchange failed.
    pub fn failure(&self) -> TransportFailure {
        self.failure
    }

    pub(crate) fn into_source(self) -> Option<Box<dyn StdError + Send + Sync>> {
        self.source
    }
}

/// Carry one request to the panel and its answer back, without repeating, following or remembering anything.
///
/// The client's own is HTTP/1.1 over reqwest. Another one makes a test that needs no socket, or counts and cuts exchanges.
///
/// ```
/// # mod setup { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/doc/setup.rs")); } use setup::*;
/// # example(async |_mock, dcim, server| {
/// #[derive(Debug)]
/// struct Asleep;
///
/// impl Transport for Asleep {
///     fn send(&self, request: WireRequest) -> BoxFuture<'_, Result<WireResponse, TransportError>> {
///         println!("{}", request.operation);
///         Box::pin(async { Ok(WireResponse { status: 503, ..WireResponse::default() }) })
///     }
/// }
///
/// let dcim = Client::builder("https://dcim.example.net").transport(Arc::new(Asleep)).build()?;
/// let failed = dcim.with_retry(Retry::never()).server(ServerId::new(1)).get().await;
/// assert!(failed.is_err_and(|error| error.is_asleep()));
/// # Ok(()) });
/// ```
pub trait Transport: Send + Sync + fmt::Debug {
    /// Send the request once.
    fn send(&self, request: WireRequest) -> BoxFuture<'_, Result<WireResponse, TransportError>>;
}
