//! Putting a client together.

use std::fmt;
use std::sync::atomic::AtomicBool;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use crate::auth::{Credentials, Session};
use crate::base_url::BaseUrl;
use crate::client::{Client, Shared};
use crate::clock::{Clock, TokioClock};
use crate::dialect::Dialect;
use crate::error::Error;
use crate::layer::Layers;
use crate::resolver::Resolver;
use crate::retry::Retry;
use crate::tls::Trust;
use crate::transport::{Http, Transport};

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
    pub(crate) resolver: Option<Arc<dyn Resolver>>,
    pub(crate) layers: Layers,
    plain_http: bool,
    trust: Result<Trust, String>,
    request_timeout: Duration,
    retry: Retry,
}

impl ClientBuilder {
    pub(crate) fn new(url: String) -> Self {
        Self {
            url,
            credentials: None,
            clock: Arc::new(TokioClock),
            seed: None,
            dialect: Dialect::default(),
            transport: None,
            resolver: None,
            layers: Layers::default(),
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

    /// Accept an `http://` URL whose host is not a literal loopback address. Passwords and tokens then travel in clear.
    ///
    /// ```
    /// # mod setup { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/doc/setup.rs")); } use setup::*;
    /// # example(async |_mock, dcim, _server| {
    /// let lab = Client::builder("http://dcim.lab").allow_plain_http().build()?;
    /// assert_eq!(lab.panel(), "dcim.lab:80");
    /// # Ok(()) });
    /// ```
    pub fn allow_plain_http(mut self) -> Self {
        self.plain_http = true;
        self
    }

    /// Trust these PEM certificates only: an authority, or the panel's own self-signed one. The machine's store is not read. With
    /// [`ClientBuilder::pin_sha256`], before or after, both must hold.
    ///
    /// ```
    /// # mod setup { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/doc/setup.rs")); } use setup::*;
    /// # example(async |mock, dcim, _server| {
    /// let mock = MockDcim::builder().tls(true).start().await?;
    /// let ca = mock.ca_pem().ok_or("no TLS")?; // in life: std::fs::read("/etc/ssl/dcim-ca.pem")?
    /// let dcim = Client::builder(mock.url()).credentials(mock.admin()).ca_pem(ca).build()?;
    /// dcim.auth().login().await?;
    /// # Ok(()) });
    /// ```
    pub fn ca_pem(mut self, pem: impl AsRef<[u8]>) -> Self {
        self.trust = self.trust.and_then(|trust| trust.with_pem(pem.as_ref()));
        self
    }

    /// Accept only the certificate with this SHA-256 fingerprint (64 hexadecimal digits, as OpenSSL prints them or bare). Alone, it is enough,
    /// whatever the certificate's name and dates; the machine's store is not read. With [`ClientBuilder::ca_pem`], before or after, both must hold.
    ///
    /// ```
    /// # mod setup { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/doc/setup.rs")); } use setup::*;
    /// # example(async |mock, dcim, _server| {
    /// let mock = MockDcim::builder().tls(true).start().await?;
    /// let pin = mock.pin().ok_or("no TLS")?; // openssl x509 -in panel.pem -noout -fingerprint -sha256
    /// let dcim = Client::builder(mock.url()).credentials(mock.admin()).pin_sha256(pin).build()?;
    /// dcim.auth().login().await?;
    /// # Ok(()) });
    /// ```
    pub fn pin_sha256(mut self, fingerprint: impl AsRef<str>) -> Self {
        self.trust = self
            .trust
            .and_then(|trust| trust.with_pin(fingerprint.as_ref()));
        self
    }

    /// Accept any certificate: anyone on the way can then read the password and control every server. For a laboratory only. It takes the place
    /// of [`ClientBuilder::ca_pem`]; a fingerprint still has to match.
    ///
    /// ```
    /// # mod setup { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/doc/setup.rs")); } use setup::*;
    /// # example(async |mock, dcim, _server| {
    /// let mock = MockDcim::builder().tls(true).start().await?;
    /// let dcim = Client::builder(mock.url()).credentials(mock.admin()).danger_accept_any_certificate();
    /// dcim.build()?.auth().login().await?;
    /// # Ok(()) });
    /// ```
    pub fn danger_accept_any_certificate(mut self) -> Self {
        self.trust = self.trust.map(Trust::with_anything);
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
        let transport = match self.transport {
            Some(transport) => transport,
            None => {
                let http = Http::new(&trust, base.https, self.request_timeout, self.resolver);
                Arc::new(http.map_err(|error| {
                    Error::config(error.to_string())
                        .with(|inner| inner.source = Some(Arc::new(error)))
                })?)
            }
        };
        let shared = Shared {
            base,
            transport: self.layers.around(transport),
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
