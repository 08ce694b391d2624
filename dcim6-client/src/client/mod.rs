//! The client: cheap to clone, shared by everything made from it.

mod builder;
mod layer;
mod request_ids;
mod trust;

use std::fmt;
use std::sync::atomic::AtomicBool;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use crate::auth::Session;
use crate::base_url::BaseUrl;
use crate::clock::Clock;
use crate::dialect::Dialect;
use crate::retry::Retry;
use crate::timestamp::Timestamp;
use crate::transport::{Transport, WireResponse};

pub use builder::ClientBuilder;
pub(crate) use request_ids::RequestIds;

/// Talk to one DCImanager 6.
///
/// A clone shares the session, the connections and the clock. Handles (`client.server(id)`) are cheap: making one sends nothing.
///
/// ```
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// use dcim6_client::{Client, Credentials, PowerStatus, ServerId};
/// use mock_dcim::MockDcim;
///
/// let mock = MockDcim::start().await?; // in life: your panel
/// let (email, password) = mock.admin();
/// let dcim = Client::builder(mock.url())
///     .credentials(Credentials::password(email, password))
///     .build()?;
/// let server = dcim.server(ServerId::new(1)).get().await?;
/// assert_eq!(server.power_status, PowerStatus::Off);
/// # Ok(()) }
/// ```
#[derive(Clone)]
pub struct Client {
    pub(crate) shared: Arc<Shared>,
    pub(crate) session: Arc<Session>,
    pub(crate) request_ids: Option<RequestIds>,
    pub(crate) retry: Retry,
}

pub(crate) struct Shared {
    pub base: BaseUrl,
    pub transport: Arc<dyn Transport>,
    pub clock: Arc<dyn Clock>,
    pub dialect: Dialect,
    pub request_timeout: Duration,
    pub chance: Mutex<fastrand::Rng>,
    pub panel_time: Mutex<Option<Timestamp>>,
    /// Set once `ipmgr/ip` has answered 404: the install keeps its addresses in the service of their own.
    pub ip_service: AtomicBool,
}

impl Client {
    /// Make a client for one piece of work: the same session, and every exchange carries `X-Request-Id: <id>-1`, `<id>-2`, …
    ///
    /// Each exchange has a number of its own, repeats and log-ins included. The panel ignores it; a journal or an error then tells whose
    /// call it was.
    ///
    /// ```
    /// # mod setup { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/doc/setup.rs")); } use setup::*;
    /// # example(async |_mock, dcim, server| {
    /// let order = dcim.for_request("1204-551-1");
    /// let missing = order.server(ServerId::new(999)).get().await.unwrap_err();
    /// assert_eq!(missing.request_id(), Some("1204-551-1-1"));
    /// # Ok(()) });
    /// ```
    #[must_use]
    pub fn for_request(&self, id: impl AsRef<str>) -> Self {
        Self {
            request_ids: Some(RequestIds::new(id.as_ref())),
            ..self.clone()
        }
    }

    /// Make a client that repeats by another policy: the same session.
    ///
    /// ```
    /// # mod setup { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/doc/setup.rs")); } use setup::*;
    /// # example(async |_mock, dcim, server| {
    /// let soon = dcim.clock().now() + Duration::from_secs(10);
    /// let hurried = dcim.with_retry(Retry::default().until(soon));
    /// hurried.server(ServerId::new(1)).get().await?;
    /// # Ok(()) });
    /// ```
    #[must_use]
    pub fn with_retry(&self, retry: Retry) -> Self {
        Self {
            retry,
            ..self.clone()
        }
    }

    /// Return the panel as `host:port`, lower case, with the port always there: two clients of one panel agree on it.
    ///
    /// ```
    /// # mod setup { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/doc/setup.rs")); } use setup::*;
    /// # example(async |_mock, dcim, _server| {
    /// let panel = Client::builder("https://DCIM.example.net").pin_sha256("ab".repeat(32)).build()?;
    /// assert_eq!(panel.panel(), "dcim.example.net:443");
    /// # Ok(()) });
    /// ```
    pub fn panel(&self) -> &str {
        &self.shared.base.panel
    }

    /// Return the clock.
    ///
    /// ```
    /// # mod setup { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/doc/setup.rs")); } use setup::*;
    /// # example(async |_mock, dcim, _server| {
    /// let began = dcim.clock().now();
    /// dcim.clock().sleep(Duration::from_secs(60)).await;
    /// assert_eq!(dcim.clock().now().since(began).as_secs(), 60);
    /// # Ok(()) });
    /// ```
    pub fn clock(&self) -> &Arc<dyn Clock> {
        &self.shared.clock
    }

    /// Return what the panel's `Date` header said in its latest answer; none before the first one, or if it sends none.
    ///
    /// Its resolution is a second. The specification needs it to tell whether an operation was cut (safety.md D6).
    ///
    /// ```
    /// # mod setup { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/doc/setup.rs")); } use setup::*;
    /// # example(async |_mock, dcim, server| {
    /// server.get().await?;
    /// assert_eq!(dcim.panel_time(), Some(dcim.clock().now()));
    /// # Ok(()) });
    /// ```
    pub fn panel_time(&self) -> Option<Timestamp> {
        *self
            .shared
            .panel_time
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn note_panel_time(&self, response: &WireResponse) {
        if let Some(time) = response.header("date").and_then(Timestamp::from_http_date) {
            *self
                .shared
                .panel_time
                .lock()
                .unwrap_or_else(PoisonError::into_inner) = Some(time);
        }
    }

    pub(crate) fn chance(&self) -> f64 {
        self.shared
            .chance
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .f64()
    }
}

/// Shows the panel only.
impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client")
            .field("panel", &self.shared.base.panel)
            .finish_non_exhaustive()
    }
}
