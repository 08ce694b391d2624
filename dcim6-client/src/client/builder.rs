//! Putting a client together.

use std::fmt;
use std::sync::atomic::AtomicBool;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use super::{Client, Shared};
use crate::auth::{Credentials, Session};
use crate::base_url::BaseUrl;
use crate::clock::{Clock, TokioClock};
use crate::dialect::Dialect;
use crate::error::Error;
use crate::resolver::Resolver;
use crate::retry::Retry;
use crate::tls::Trust;
use crate::transport::{Http, Transport};

impl Client {
    /// Begin a client for the panel at `url`: `https://dcim.a.test`, `https://192.0.2.7:1500`.
    ///
    /// The scheme is needed, and it is https; plain http is taken for a literal loopback address only, unless
    /// [`allow_plain_http`](ClientBuilder::allow_plain_http) is called. A path takes the place of `/api`.
    ///
    /// ```
    /// # mod setup { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/doc/setup.rs")); } use setup::*;
    /// # example(async |mock, dcim, _server| {
    /// let dcim = Client::builder(mock.url()).credentials(mock.admin()).build()?;
    /// assert!(dcim.auth().whoami().await?.is_admin());
    /// assert!(Client::builder("http://dcim.example.net").build().is_err()); // plain http
    /// # Ok(()) });
    /// ```
    pub fn builder(url: impl Into<String>) -> ClientBuilder {
        ClientBuilder::new(url.into())
    }
}

/// Goes around what sends.
pub(super) type Layer = Box<dyn Fn(Arc<dyn Transport>) -> Arc<dyn Transport> + Send + Sync>;

/// Put a [`Client`] together.
///
/// | setting | default |
/// |---|---|
/// | certificates | the machine's store, read when the client is built |
/// | time limit of one request | 30 s |
/// | tries of one call | 4, see [`Retry`] |
/// | clock | [`TokioClock`] |
///
/// ```
/// # mod setup { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/doc/setup.rs")); } use setup::*;
/// # example(async |mock, dcim, _server| {
/// let (email, password) = mock.admin();
/// let dcim = Client::builder(mock.url())
///     .credentials(Credentials::password(email, password))
///     .request_timeout(Duration::from_secs(10))
///     .build()?;
/// # dcim.auth().login().await?;
/// # Ok(()) });
/// ```
#[must_use]
pub struct ClientBuilder {
    url: String,
    credentials: Option<Credentials>,
    clock: Arc<dyn Clock>,
    seed: Option<u64>,
    dialect: Dialect,
    transport: Option<Arc<dyn Transport>>,
    resolver: Option<Arc<dyn Resolver>>,
    pub(super) layers: Vec<Layer>,
    pub(super) plain_http: bool,
    pub(super) trust: Result<Trust, String>,
    request_timeout: Duration,
    retry: Retry,
}

impl ClientBuilder {
    fn new(url: String) -> Self {
        Self {
            url,
            credentials: None,
            clock: Arc::new(TokioClock),
            seed: None,
            dialect: Dialect::default(),
            transport: None,
            resolver: None,
            layers: Vec::new(),
            plain_http: false,
            trust: Ok(Trust::default()),
            request_timeout: Duration::from_secs(30),
            retry: Retry::default(),
        }
    }

    /// Log in with these. The log-in happens at the first call. Without credentials, calls are sent without a session.
    ///
    /// ```
    /// # mod setup { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/doc/setup.rs")); } use setup::*;
    /// # example(async |mock, _dcim, _server| {
    /// let by_pair = Client::builder(mock.url()).credentials(("admin@example.com", "mock-password"));
    /// by_pair.build()?.auth().login().await?;
    /// # Ok(()) });
    /// ```
    pub fn credentials(mut self, credentials: impl Into<Credentials>) -> Self {
        self.credentials = Some(credentials.into());
        self
    }

    /// Take time from this clock.
    ///
    /// ```
    /// # mod setup { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/doc/setup.rs")); } use setup::*;
    /// # example(async |mock, dcim, _server| {
    /// let began = "2026-01-10T12:00:00Z".parse()?;
    /// let clock = Arc::new(ManualClock::jumping(began)); // hours of waiting take no time
    /// let dcim = Client::builder(mock.url()).clock(clock).build()?;
    /// assert_eq!(dcim.clock().now(), began);
    /// # Ok(()) });
    /// ```
    pub fn clock(mut self, clock: Arc<dyn Clock>) -> Self {
        self.clock = clock;
        self
    }

    /// Draw the pauses before retries from this seed, so that a test has the same ones each time.
    ///
    /// ```
    /// # mod setup { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/doc/setup.rs")); } use setup::*;
    /// # example(async |mock, dcim, _server| {
    /// let dcim = Client::builder(mock.url()).seed(7).build()?;
    /// # Ok(()) });
    /// ```
    pub fn seed(mut self, seed: u64) -> Self {
        self.seed = Some(seed);
        self
    }

    /// Speak this dialect.
    ///
    /// ```
    /// # mod setup { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/doc/setup.rs")); } use setup::*;
    /// # example(async |mock, dcim, _server| {
    /// let dialect: Dialect = "[operations.server_list]\npath = \"host\"".parse()?;
    /// let dcim = Client::builder(mock.url()).credentials(mock.admin()).dialect(dialect).build()?;
    /// assert!(dcim.servers().first().await.is_err_and(|error| error.is_not_found()));
    /// # Ok(()) });
    /// ```
    pub fn dialect(mut self, dialect: Dialect) -> Self {
        self.dialect = dialect;
        self
    }

    /// Carry requests by this transport; TLS choices then have no effect.
    ///
    /// ```
    /// # mod setup { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/doc/setup.rs")); } use setup::*;
    /// # example(async |_mock, dcim, server| {
    /// #[derive(Debug)]
    /// struct Offline;
    ///
    /// impl Transport for Offline {
    ///     fn send(&self, _: WireRequest) -> BoxFuture<'_, Result<WireResponse, TransportError>> {
    ///         Box::pin(async { Err(TransportError::new(TransportFailure::NotSent)) })
    ///     }
    /// }
    ///
    /// let dcim = Client::builder("https://dcim.example.net").transport(Arc::new(Offline)).build()?;
    /// let failed = dcim.with_retry(Retry::never()).server(ServerId::new(1)).power_reset().await;
    /// assert!(failed.is_err_and(|error| error.delivery() == Delivery::NotSent));
    /// # Ok(()) });
    /// ```
    pub fn transport(mut self, transport: Arc<dyn Transport>) -> Self {
        self.transport = Some(transport);
        self
    }

    /// Find the addresses of the panel's name by this resolver instead of the system's; a [`transport`](Self::transport) of your own has no
    /// use for it.
    ///
    /// ```
    /// # mod setup { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/doc/setup.rs")); } use setup::*;
    /// # example(async |mock, _dcim, _server| {
    /// # use std::{io, net::{IpAddr, Ipv4Addr}};
    /// #[derive(Debug)]
    /// struct Here;
    ///
    /// impl Resolver for Here {
    ///     fn resolve<'a>(&'a self, _: &'a str) -> BoxFuture<'a, io::Result<Vec<IpAddr>>> {
    ///         Box::pin(async { Ok(vec![Ipv4Addr::LOCALHOST.into()]) })
    ///     }
    /// }
    ///
    /// let url = mock.url().replace("127.0.0.1", "dcim.example.net");
    /// let dcim = Client::builder(url).allow_plain_http().credentials(mock.admin());
    /// dcim.resolver(Arc::new(Here)).build()?.auth().login().await?;
    /// # Ok(()) });
    /// ```
    pub fn resolver(mut self, resolver: Arc<dyn Resolver>) -> Self {
        self.resolver = Some(resolver);
        self
    }

    /// Give up on one request after this much real time; 30 s by default. Tries and pauses are bounded by [`Retry`].
    ///
    /// ```
    /// # mod setup { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/doc/setup.rs")); } use setup::*;
    /// # example(async |mock, dcim, _server| {
    /// let dcim = Client::builder(mock.url()).request_timeout(Duration::from_secs(5)).build()?;
    /// # Ok(()) });
    /// ```
    pub fn request_timeout(mut self, limit: Duration) -> Self {
        self.request_timeout = limit;
        self
    }

    /// Repeat by this policy.
    ///
    /// ```
    /// # mod setup { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/doc/setup.rs")); } use setup::*;
    /// # example(async |mock, dcim, _server| {
    /// let dcim = Client::builder(mock.url()).retry(Retry::never()).build()?; // one try for each call
    /// # Ok(()) });
    /// ```
    pub fn retry(mut self, retry: Retry) -> Self {
        self.retry = retry;
        self
    }

    /// Make the client. Nothing is sent.
    ///
    /// ```
    /// # mod setup { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/doc/setup.rs")); } use setup::*;
    /// # example(async |_mock, dcim, _server| {
    /// let refused = Client::builder("https://user:secret@dcim.example.net").build().unwrap_err();
    /// assert!(refused.is_config());
    /// assert_eq!(refused.to_string(), "url: must not hold a user or a password");
    /// # Ok(()) });
    /// ```
    ///
    /// # Errors
    /// `is_config()`, naming the setting that cannot be used; correct it.
    pub fn build(self) -> Result<Client, Error> {
        let base = BaseUrl::parse(&self.url, self.plain_http)
            .map_err(|reason| Error::config(format!("url: {reason}")))?;
        let trust = self.trust.map_err(Error::config)?;
        if self.request_timeout.is_zero() {
            return Err(Error::config("request_timeout: must not be zero"));
        }
        let transport = if let Some(transport) = self.transport {
            transport
        } else {
            let http = Http::new(&trust, base.https, self.request_timeout, self.resolver);
            Arc::new(http.map_err(|error| {
                Error::config(error.to_string()).with(|inner| inner.source = Some(Arc::new(error)))
            })?)
        };
        let shared = Shared {
            base,
            transport: self
                .layers
                .iter()
                .fold(transport, |inner, layer| layer(inner)),
            clock: self.clock,
            dialect: self.dialect,
            request_timeout: self.request_timeout,
            chance: Mutex::new(
                self.seed
                    .map_or_else(fastrand::Rng::new, fastrand::Rng::with_seed),
            ),
            panel_time: Mutex::default(),
            ip_service: AtomicBool::new(false),
        };
        Ok(Client {
            shared: Arc::new(shared),
            session: Arc::new(Session::new(self.credentials, self.retry.clone())),
            request_ids: None,
            retry: self.retry,
        })
    }
}

/// Shows no setting: the URL may hold what is refused later, such as a password.
impl fmt::Debug for ClientBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ClientBuilder").finish_non_exhaustive()
    }
}
