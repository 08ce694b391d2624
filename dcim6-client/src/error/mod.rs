//! One error type that answers the money question: may the call have taken effect?

mod kind;
mod predicates;

use std::error::Error as StdError;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use serde_json::Value;

use crate::model::OperationHandle;
use crate::tls::refused_fingerprint;
use crate::transport::find_cause;

pub use kind::{Delivery, ErrorKind};

/// The error envelope of the panel: `{"error":{"code":…,"msg":…,"value":…}}`.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct PanelError {
    pub code: Option<i64>,
    pub message: Option<String>,
    pub value: Option<Value>,
}

/// Say why a call failed, and what is known about its effect.
///
/// Branch on the predicates (`is_…`) and on [`delivery`](Error::delivery); the kind is for messages. `Display` is one line
/// without secrets and without the body. A clone is cheap and shares everything: one failed log-in is the error of every call that
/// waited for it.
///
/// ```
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let mock = mock_dcim::MockDcim::start().await?;
/// # let dcim = dcim6_client::Client::builder(mock.url()).credentials(mock.admin()).build()?;
/// use dcim6_client::{Delivery, ErrorKind, PowerStatus, ServerId};
///
/// let server = dcim.server(ServerId::new(1));
/// match server.power_off().await {
///     Ok(()) => {}
///     // It may have been done: look, and send again only if it was not.
///     Err(error) if error.delivery() == Delivery::Unknown => println!("is {}", server.get().await?.power_status),
///     // Refused. Off already is what we wanted (R13).
///     Err(error) if error.is_invalid() => assert_eq!(server.get().await?.power_status, PowerStatus::Off),
///     Err(error) => return Err(error.into()),
/// }
///
/// let missing = dcim.for_request("1204-551-1").server(ServerId::new(999)).get().await.unwrap_err();
/// assert_eq!(missing.kind(), &ErrorKind::NotFound);
/// assert_eq!((missing.operation(), missing.status(), missing.attempts()), (Some("server_get"), Some(404), 1));
/// assert_eq!((missing.request_id(), missing.retry_after()), (Some("1204-551-1-1"), None));
/// println!("{:?}: {:?} {:?}", missing.panel_code(), missing.panel_message(), missing.panel_value());
/// # Ok(()) }
/// ```
#[derive(Clone)]
pub struct Error {
    inner: Arc<Inner>,
}

#[derive(Clone)]
pub(crate) struct Inner {
    pub kind: ErrorKind,
    pub delivery: Delivery,
    pub operation: Option<&'static str>,
    pub attempts: u32,
    pub request_id: Option<String>,
    pub status: Option<u16>,
    pub retry_after: Option<Duration>,
    pub panel: PanelError,
    pub intent: Option<OperationHandle>,
    pub source: Option<Arc<dyn StdError + Send + Sync>>,
}

impl Error {
    pub(crate) fn new(kind: ErrorKind, delivery: Delivery) -> Self {
        let inner = Inner {
            kind,
            delivery,
            operation: None,
            attempts: 0,
            request_id: None,
            status: None,
            retry_after: None,
            panel: PanelError::default(),
            intent: None,
            source: None,
        };
        Self {
            inner: Arc::new(inner),
        }
    }

    pub(crate) fn config(text: impl Into<String>) -> Self {
        Self::new(ErrorKind::Config(text.into()), Delivery::NotSent)
    }

    /// Something that a read shows to be absent, without an answer that says so.
    pub(crate) fn not_found(operation: &'static str) -> Self {
        Self::new(ErrorKind::NotFound, Delivery::NotSent)
            .with(|inner| inner.operation = Some(operation))
    }

    /// A step on the way to a write failed: whatever the step came to, the write was not sent.
    pub(crate) fn before_write(self) -> Self {
        self.with(|inner| inner.delivery = Delivery::NotSent)
    }

    /// A write was accepted, and what came after it failed: nobody saw whether it took effect.
    pub(crate) fn after_write(self, write: &'static str) -> Self {
        self.with(|inner| {
            inner.delivery = Delivery::Unknown;
            inner.operation = Some(write);
            inner.attempts = 1;
        })
    }

    pub(crate) fn with(mut self, change: impl FnOnce(&mut Inner)) -> Self {
        change(Arc::make_mut(&mut self.inner));
        self
    }

    /// Return what went wrong.
    pub fn kind(&self) -> &ErrorKind {
        &self.inner.kind
    }

    /// Return what is known about the effect of the call.
    pub fn delivery(&self) -> Delivery {
        self.inner.delivery
    }

    /// Return the handle of the operation that a call was to start, as it was when it was sent; none if it failed before that.
    ///
    /// ```
    /// # mod setup { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/doc/setup.rs")); } use setup::*;
    /// # example(async |_mock, dcim, server| {
    /// let running = match server.suspend().start().await {
    ///     // It may run: the intent finds it if it does.
    ///     Err(error) if error.delivery() == Delivery::Unknown => {
    ///         let intent = error.intent().ok_or("not a start")?;
    ///         dcim.attach(intent.clone())
    ///     }
    ///     other => other?,
    /// };
    /// running.wait().await?;
    /// # Ok(()) });
    /// ```
    pub fn intent(&self) -> Option<&OperationHandle> {
        self.inner.intent.as_ref()
    }

    /// Return the name of the call, as in [`ENDPOINTS`](crate::ENDPOINTS); none if it failed before there was one. Where the log-in before a
    /// call failed, it is the log-in; where a read that belongs to a write failed before the write was sent, it is the read.
    pub fn operation(&self) -> Option<&'static str> {
        self.inner.operation
    }

    /// Return how often the call named by [`operation`](Error::operation) was sent, repeats included.
    pub fn attempts(&self) -> u32 {
        self.inner.attempts
    }

    /// Return the `X-Request-Id` of the last exchange; none without [`Client::for_request`](crate::Client::for_request).
    pub fn request_id(&self) -> Option<&str> {
        self.inner.request_id.as_deref()
    }

    /// Return the SHA-256 fingerprint of the certificate that was not trusted, as OpenSSL prints it; none unless TLS failed for its
    /// certificate. Compare it with the panel's own before you give it to
    /// [`pin_sha256`](crate::ClientBuilder::pin_sha256): whoever stands in between has one too.
    ///
    /// ```
    /// # mod setup { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/doc/setup.rs")); } use setup::*;
    /// # example(async |mock, _dcim, _server| {
    /// fn advice(error: &dcim6_client::Error) -> Option<String> {
    ///     let shown = error.untrusted_certificate()?;
    ///     Some(format!("on the panel: openssl x509 -noout -fingerprint -sha256; then pin {shown}"))
    /// }
    /// # let client = Client::builder(mock.url()).credentials(("admin@example.com", "wrong")).build()?;
    /// # assert_eq!(advice(&client.servers().page(0, 1).await.unwrap_err()), None);
    /// # Ok(()) });
    /// ```
    pub fn untrusted_certificate(&self) -> Option<&str> {
        let source = self.inner.source.as_deref()?;
        find_cause(source, &refused_fingerprint)
    }

    /// Return the HTTP status of the last answer.
    pub fn status(&self) -> Option<u16> {
        self.inner.status
    }

    /// Return how long the panel asked to wait (`Retry-After`), as it said, however long.
    pub fn retry_after(&self) -> Option<Duration> {
        self.inner.retry_after
    }

    /// Return the panel's error code. Codes beginning 94 are placeholders of the specification: show them, do not branch on them.
    pub fn panel_code(&self) -> Option<i64> {
        self.inner.panel.code
    }

    /// Return the panel's message, as it wrote it. It may name objects of the panel; it is not part of `Display`.
    pub fn panel_message(&self) -> Option<&str> {
        self.inner.panel.message.as_deref()
    }

    /// Return the `value` of the panel's error.
    pub fn panel_value(&self) -> Option<&Value> {
        self.inner.panel.value.as_ref()
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(operation) = self.inner.operation {
            write!(f, "{operation}: ")?;
        }
        self.inner.kind.fmt(f)?;
        if let Some(status) = self.inner.status {
            write!(f, ", status {status}")?;
        }
        if let Some(code) = self.inner.panel.code {
            write!(f, ", code {code}")?;
        }
        if self.inner.attempts > 1 {
            write!(f, ", {} attempts", self.inner.attempts)?;
        }
        if self.inner.delivery == Delivery::Unknown {
            f.write_str(", outcome unknown")?;
        }
        if let Some(id) = &self.inner.request_id {
            write!(f, " [{id}]")?;
        }
        Ok(())
    }
}

/// Prints what `Display` prints and the delivery: the panel's message and value may quote what was sent, so they stay out.
impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Error")
            .field("kind", &self.inner.kind)
            .field("delivery", &self.inner.delivery)
            .field("operation", &self.inner.operation)
            .field("attempts", &self.inner.attempts)
            .field("request_id", &self.inner.request_id)
            .field("status", &self.inner.status)
            .field("panel_code", &self.inner.panel.code)
            .field("retry_after", &self.inner.retry_after)
            .finish_non_exhaustive()
    }
}

impl StdError for Error {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.inner.source.as_deref().map(|source| source as _)
    }
}
