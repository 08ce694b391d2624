//! One error type that answers the money question: may the call have taken effect?

mod kind;

use std::error::Error as StdError;
use std::fmt;
use std::time::Duration;

use serde_json::Value;

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
/// without secrets and without the body.
///
/// ```
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let mock = mock_dcim::MockDcim::start().await?;
/// # let dcim = dcim6_client::Client::builder(mock.url()).credentials(mock.admin()).build()?;
/// use dcim6_client::{Delivery, PowerStatus, ServerId};
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
/// let missing = dcim.server(ServerId::new(999)).get().await;
/// assert!(missing.is_err_and(|error| error.is_not_found()));
/// # Ok(()) }
/// ```
pub struct Error {
    inner: Box<Inner>,
}

pub(crate) struct Inner {
    pub kind: ErrorKind,
    pub delivery: Delivery,
    pub operation: Option<&'static str>,
    pub attempts: u32,
    pub request_id: Option<String>,
    pub status: Option<u16>,
    pub retry_after: Option<Duration>,
    pub panel: PanelError,
    pub source: Option<Box<dyn StdError + Send + Sync>>,
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
            source: None,
        };
        Self {
            inner: Box::new(inner),
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

    pub(crate) fn with(mut self, change: impl FnOnce(&mut Inner)) -> Self {
        change(&mut self.inner);
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

    /// Return the name of the call, as in [`ENDPOINTS`](crate::ENDPOINTS); none if it failed before there was one. Where the log-in before a
    /// call failed, it is the log-in.
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

    /// Tell whether the call or the client was put together wrongly. Nothing was sent; correct the program or its configuration.
    pub fn is_config(&self) -> bool {
        matches!(self.inner.kind, ErrorKind::Config(_))
    }

    /// Tell whether no connection could be made. Nothing was sent; it was repeated already.
    pub fn is_connect(&self) -> bool {
        self.inner.kind == ErrorKind::Connect
    }

    /// Tell whether TLS failed. Nothing was sent; never repeated: check the certificate or give a CA or a pin.
    pub fn is_tls(&self) -> bool {
        self.inner.kind == ErrorKind::Tls
    }

    /// Tell whether the time limit of the request passed. A write may have taken effect.
    pub fn is_timeout(&self) -> bool {
        self.inner.kind == ErrorKind::Timeout
    }

    /// Tell whether the session was not accepted. The call had no effect; give credentials, or check that the user still exists.
    pub fn is_unauthenticated(&self) -> bool {
        self.inner.kind == ErrorKind::Unauthenticated
    }

    /// Tell whether the log-in was refused, a second factor included. This client will not try again: make a new one with
    /// other credentials.
    pub fn is_login_refused(&self) -> bool {
        matches!(
            self.inner.kind,
            ErrorKind::LoginRefused | ErrorKind::SecondFactor
        )
    }

    /// Tell whether the panel took the password but gave no session, as with two-factor authentication.
    pub fn is_second_factor(&self) -> bool {
        self.inner.kind == ErrorKind::SecondFactor
    }

    /// Tell whether the panel answered 403: missing right, protection or licence. Nothing happened.
    pub fn is_forbidden(&self) -> bool {
        matches!(
            self.inner.kind,
            ErrorKind::Forbidden | ErrorKind::Protected | ErrorKind::Licence
        )
    }

    /// Tell whether the server's protection refused the call (R34), as far as the panel's wording tells. Nothing happened.
    pub fn is_protected(&self) -> bool {
        self.inner.kind == ErrorKind::Protected
    }

    /// Tell whether the panel's licence has expired (R36), as far as the panel's wording tells. Nothing happened; reads still work.
    pub fn is_licence(&self) -> bool {
        self.inner.kind == ErrorKind::Licence
    }

    /// Tell whether there is no such object or function. After a delete this is success.
    pub fn is_not_found(&self) -> bool {
        self.inner.kind == ErrorKind::NotFound
    }

    /// Tell whether something else is in the way (R16, R32). Nothing happened; wait for it, or read whether the goal is met.
    pub fn is_conflict(&self) -> bool {
        self.inner.kind == ErrorKind::Conflict
    }

    /// Tell whether the panel rejected a value or the state of the object (400). Nothing happened; read the state: power on of a
    /// server that is on ends here (R13).
    pub fn is_invalid(&self) -> bool {
        self.inner.kind == ErrorKind::Invalid
    }

    /// Tell whether the panel asks for fewer requests. See [`retry_after`](Error::retry_after).
    pub fn is_rate_limited(&self) -> bool {
        self.inner.kind == ErrorKind::RateLimited
    }

    /// Tell whether the service slept (R4) for longer than the client waits. A call of class X may have taken effect all the same.
    pub fn is_asleep(&self) -> bool {
        self.inner.kind == ErrorKind::Asleep
    }

    /// Tell whether the answer could not be understood. A write has most likely taken effect: read the state.
    pub fn is_decode(&self) -> bool {
        matches!(
            self.inner.kind,
            ErrorKind::Decode { .. } | ErrorKind::TooLarge
        )
    }

    /// Tell whether repeating the same call in a while can help: connection, time, sleep, rate or a failure of the panel.
    pub fn is_transient(&self) -> bool {
        matches!(
            self.inner.kind,
            ErrorKind::Connect
                | ErrorKind::Timeout
                | ErrorKind::Interrupted
                | ErrorKind::RateLimited
                | ErrorKind::Asleep
                | ErrorKind::Server
        )
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
