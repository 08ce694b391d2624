//! The transport is a port, with plain structs. This is the only file that names reqwest.

use std::error::Error as StdError;
use std::fmt;
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::time::Duration;

use reqwest::dns::{Addrs, Name, Resolve, Resolving};

use crate::clock::BoxFuture;
use crate::endpoint::Method;
use crate::tls::Trust;

/// The largest body that is read (safety.md G).
pub(crate) const BODY_CAP: usize = 16 * 1024 * 1024;

/// Describe one request as it goes over the wire.
///
/// `Debug` shows the operation, the method and the header names: URL, header values and body may hold secrets.
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

/// Speak HTTP/1.1 by reqwest, with its redirects, retries, proxies and process-wide TLS defaults off.
#[derive(Debug)]
pub(crate) struct Http {
    client: reqwest::Client,
}

impl Http {
    pub fn new(trust: &Trust, https: bool, request_timeout: Duration) -> Result<Self, TlsSetup> {
        let client = reqwest::Client::builder()
            .tls_backend_preconfigured(trust.client_config(https)?)
            .redirect(reqwest::redirect::Policy::none())
            .retry(reqwest::retry::never())
            .no_proxy()
            .referer(false)
            .dns_resolver(NoLinkLocal)
            // Shorter than the request's limit, so that a dead host is known as "not sent" and not as "unknown".
            .connect_timeout((request_timeout / 2).min(Duration::from_secs(10)))
            // Shorter than a web server's keep-alive: a connection that the panel is about to close is not worth a doubt.
            .pool_idle_timeout(Duration::from_secs(15))
            .build()
            .map_err(|error| TlsSetup(without_url(error)))?;
        Ok(Self { client })
    }

    async fn exchange(&self, request: WireRequest) -> Result<WireResponse, TransportError> {
        let mut outgoing = self
            .client
            .request(method(request.method), request.url.as_str());
        for (name, text) in &request.headers {
            let mut value =
                reqwest::header::HeaderValue::try_from(text.as_str()).map_err(|_| {
                    TransportError::new(TransportFailure::NotSent).because("unusable header")
                })?;
            value.set_sensitive(matches!(*name, "cookie" | "x-xsrf-token"));
            outgoing = outgoing.header(*name, value);
        }
        if let Some(body) = request.body {
            outgoing = outgoing.body(body);
        }
        let mut incoming = outgoing.send().await.map_err(failed)?;
        let mut response = WireResponse {
            status: incoming.status().as_u16(),
            ..WireResponse::default()
        };
        response.headers = incoming
            .headers()
            .iter()
            .filter_map(|(name, value)| Some((name.to_string(), value.to_str().ok()?.to_owned())))
            .collect();
        while let Some(chunk) = incoming.chunk().await.map_err(failed)? {
            if response.body.len() + chunk.len() > BODY_CAP {
                return Err(TransportError::new(TransportFailure::TooLarge));
            }
            response.body.extend_from_slice(&chunk);
        }
        Ok(response)
    }
}

impl Transport for Http {
    fn send(&self, request: WireRequest) -> BoxFuture<'_, Result<WireResponse, TransportError>> {
        Box::pin(self.exchange(request))
    }
}

/// Say that no HTTP client can be made with these TLS choices.
#[derive(Debug, thiserror::Error)]
#[error("TLS cannot be set up")]
pub(crate) struct TlsSetup(#[source] pub Box<dyn StdError + Send + Sync>);

fn method(method: Method) -> reqwest::Method {
    match method {
        Method::Get => reqwest::Method::GET,
        Method::Post => reqwest::Method::POST,
        Method::Put => reqwest::Method::PUT,
        Method::Patch => reqwest::Method::PATCH,
        Method::Delete => reqwest::Method::DELETE,
    }
}

/// The URL of an exchange can hold a token (log-out) or an e-mail: it never goes into an error.
fn without_url(error: reqwest::Error) -> Box<dyn StdError + Send + Sync> {
    Box::new(error.without_url())
}

/// Decide what is certain: a failure to connect, or hyper saying that it never took the request, wrote nothing.
fn failed(error: reqwest::Error) -> TransportError {
    let failure = if error.is_connect() {
        if by_tls(&error) {
            TransportFailure::Tls
        } else if error.is_timeout() {
            TransportFailure::ConnectTimeout
        } else {
            TransportFailure::NotSent
        }
    } else if unsent(&error) {
        TransportFailure::NotSent
    } else if error.is_timeout() {
        TransportFailure::Timeout
    } else {
        TransportFailure::Broken
    };
    TransportError::new(failure).because(without_url(error))
}

/// Find a cause that satisfies `test`. An `io::Error` hides the error it wraps: `source` gives the wrapped one's cause.
fn any_cause(
    error: &(dyn StdError + 'static),
    test: &impl Fn(&(dyn StdError + 'static)) -> bool,
) -> bool {
    let wrapped = error
        .downcast_ref::<io::Error>()
        .and_then(io::Error::get_ref);
    test(error)
        || wrapped.is_some_and(|wrapped| any_cause(wrapped, test))
        || error.source().is_some_and(|source| any_cause(source, test))
}

fn by_tls(error: &reqwest::Error) -> bool {
    any_cause(error, &|cause| cause.is::<rustls::Error>())
}

fn unsent(error: &reqwest::Error) -> bool {
    any_cause(error, &|cause| {
        cause
            .downcast_ref::<hyper::Error>()
            .is_some_and(hyper::Error::is_canceled)
    })
}

/// Resolve names like the system does, and refuse link-local addresses (safety.md G): no name may lead to a metadata service.
struct NoLinkLocal;

impl Resolve for NoLinkLocal {
    fn resolve(&self, name: Name) -> Resolving {
        Box::pin(async move {
            let found: Vec<SocketAddr> = tokio::net::lookup_host((name.as_str(), 0))
                .await?
                .filter(|address| !is_link_local(address.ip()))
                .collect();
            if found.is_empty() {
                return Err("the name leads to no usable address".into());
            }
            Ok(Box::new(found.into_iter()) as Addrs)
        })
    }
}

/// Tell whether an address is link-local, also when it is an IPv4 address in IPv6 clothes.
pub(crate) fn is_link_local(address: IpAddr) -> bool {
    match address.to_canonical() {
        IpAddr::V4(v4) => v4.is_link_local(),
        IpAddr::V6(v6) => v6.is_unicast_link_local(),
    }
}
