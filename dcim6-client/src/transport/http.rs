//! The client's own transport. This is the only file that names reqwest.

use std::error::Error as StdError;
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use reqwest::dns::{Addrs, Name, Resolve, Resolving};

use super::{BODY_CAP, Transport, TransportError, TransportFailure, WireRequest, WireResponse};
use crate::clock::BoxFuture;
use crate::endpoint::Method;
use crate::resolver::Resolver;
use crate::tls::{TlsSetup, Trust};

/// Speak HTTP/1.1 by reqwest, with its redirects, retries, proxies and process-wide TLS defaults off.
#[derive(Debug)]
pub(crate) struct Http {
    client: reqwest::Client,
}

impl Http {
    pub fn new(
        trust: &Trust,
        https: bool,
        request_timeout: Duration,
        resolver: Option<Arc<dyn Resolver>>,
    ) -> Result<Self, TlsSetup> {
        let client = reqwest::Client::builder()
            .tls_backend_preconfigured(trust.client_config(https)?)
            .redirect(reqwest::redirect::Policy::none())
            .retry(reqwest::retry::never())
            .no_proxy()
            .referer(false)
            .dns_resolver(NoLinkLocal(resolver))
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

/// Find the first cause of which `look` has something to say. An `io::Error` hides the error it wraps: `source` gives the wrapped one's cause.
pub(crate) fn find_cause<'a, T>(
    error: &'a (dyn StdError + 'static),
    look: &impl Fn(&'a (dyn StdError + 'static)) -> Option<T>,
) -> Option<T> {
    let wrapped = error
        .downcast_ref::<io::Error>()
        .and_then(io::Error::get_ref);
    look(error)
        .or_else(|| wrapped.and_then(|wrapped| find_cause(wrapped, look)))
        .or_else(|| error.source().and_then(|source| find_cause(source, look)))
}

fn any_cause(error: &reqwest::Error, test: impl Fn(&(dyn StdError + 'static)) -> bool) -> bool {
    find_cause(error, &|cause| test(cause).then_some(())).is_some()
}

fn by_tls(error: &reqwest::Error) -> bool {
    any_cause(error, <dyn StdError>::is::<rustls::Error>)
}

fn unsent(error: &reqwest::Error) -> bool {
    any_cause(error, |cause| {
        cause
            .downcast_ref::<hyper::Error>()
            .is_some_and(hyper::Error::is_canceled)
    })
}

/// Resolve names by the given resolver or like the system does, and refuse link-local addresses (safety.md G): no name may lead to a
/// metadata service.
struct NoLinkLocal(Option<Arc<dyn Resolver>>);

impl Resolve for NoLinkLocal {
    fn resolve(&self, name: Name) -> Resolving {
        let resolver = self.0.clone();
        Box::pin(async move {
            let mut found: Vec<SocketAddr> = match resolver {
                Some(resolver) => {
                    let addresses = resolver.resolve(name.as_str()).await?;
                    let at = |address| SocketAddr::new(address, 0);
                    addresses.into_iter().map(at).collect()
                }
                None => tokio::net::lookup_host((name.as_str(), 0)).await?.collect(),
            };
            found.retain(|address| !is_link_local(address.ip()));
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
