//! What went wrong, and what is known about its effect.

use std::fmt;

/// Tell what is known about the effect of a call that failed.
///
/// This is what decides whether a write may be sent again. For a read it only says how far it came.
///
/// ```
/// # mod setup { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/doc/setup.rs")); } use setup::*;
/// # example(async |_mock, dcim, server| {
/// let error = dcim.server(ServerId::new(999)).power_on().await.unwrap_err();
/// match error.delivery() {
///     Delivery::NotSent => println!("send it again"),
///     Delivery::Answered => println!("refused: {error}"),
///     Delivery::Unknown => println!("look before anything else"),
/// }
/// assert_eq!(error.delivery().as_str(), "answered"); // the word in the logs
/// # Ok(()) });
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Delivery {
    /// The panel never received the call: nothing happened. Sending it again is safe.
    NotSent,
    /// The panel answered and the answer says that the call was refused: nothing happened.
    Answered,
    /// The panel may or may not have done it. Read the state before anything else.
    Unknown,
}

impl Delivery {
    /// Return the word used in logs: `not_sent`, `answered`, `unknown`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::NotSent => "not_sent",
            Self::Answered => "answered",
            Self::Unknown => "unknown",
        }
    }
}

impl fmt::Display for Delivery {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// Name what went wrong. More kinds may be added: keep a `_` arm.
///
/// ```
/// # mod setup { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/doc/setup.rs")); } use setup::*;
/// # example(async |mock, dcim, server| {
/// let error = dcim.server(ServerId::new(999)).get().await.unwrap_err();
/// match error.kind() {
///     ErrorKind::NotFound => println!("no such server"),
///     ErrorKind::Decode { path, reason, .. } => println!("{path}: {reason}"), // a dialect may help
///     other => println!("{other}"),
/// }
/// # Ok(()) });
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ErrorKind {
    /// The call or the client was put together wrongly; nothing was sent. The text says what and where.
    Config(String),
    /// No connection: refused, name not found, no answer to the attempt to connect.
    Connect,
    /// The certificate was not accepted, or no common TLS version: see the TLS choices of the builder.
    Tls,
    /// No complete answer within the request's time limit.
    Timeout,
    /// The connection broke before the answer was complete.
    Interrupted,
    /// The session is not accepted, and a new log-in did not help or was not possible.
    Unauthenticated,
    /// The panel refused the credentials (password, key, or the address one comes from).
    LoginRefused,
    /// The panel took the password and gave no session: most likely it asks for a second factor.
    SecondFactor,
    /// The user may not do this.
    Forbidden,
    /// The server is protected (R34); by the panel's wording.
    Protected,
    /// The panel's licence has expired (R36); by the panel's wording.
    Licence,
    /// There is no such object, or no such function.
    NotFound,
    /// Another operation runs on the server (R16), or the object is still in use (R32).
    Conflict,
    /// The panel rejects a value, or the state of the object does not allow the call (R13, R37).
    Invalid,
    /// Too many requests.
    RateLimited,
    /// The panel's service is asleep (R4).
    Asleep,
    /// The panel failed: 5xx.
    Server,
    /// The panel answered 2xx, with an error inside.
    Rejected,
    /// The panel answered with a redirect; none is followed.
    Redirect,
    /// The panel answered with a status that has no meaning here.
    UnexpectedStatus,
    /// The answer is larger than 16 MiB.
    TooLarge,
    /// The answer is not what the contract says.
    #[non_exhaustive]
    Decode {
        /// Where in the JSON: `list[3].switch_connection[0].id`; empty for the whole body.
        path: String,
        /// What was wrong there, without the value.
        reason: String,
    },
}

impl fmt::Display for ErrorKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Config(text) => return f.write_str(text),
            Self::Connect => "no connection to the panel",
            Self::Tls => "the panel's certificate or TLS was not accepted",
            Self::Timeout => "no answer within the time limit",
            Self::Interrupted => "the connection broke before the answer was complete",
            Self::Unauthenticated => "the session was not accepted",
            Self::LoginRefused => "the log-in was refused",
            Self::SecondFactor => "the log-in gave no session: a second factor?",
            Self::Forbidden => "not allowed",
            Self::Protected => "the server is protected",
            Self::Licence => "the panel's licence has expired",
            Self::NotFound => "not found",
            Self::Conflict => "something else is in the way",
            Self::Invalid => "the panel rejects a value or the object's state",
            Self::RateLimited => "too many requests",
            Self::Asleep => "the panel's service is asleep",
            Self::Server => "the panel failed",
            Self::Rejected => "the panel answered with an error",
            Self::Redirect => "the panel answered with a redirect",
            Self::UnexpectedStatus => "the panel answered with an unexpected status",
            Self::TooLarge => "the answer is too large",
            Self::Decode { path, reason } if path.is_empty() => {
                return write!(f, "the answer cannot be understood: {reason}");
            }
            Self::Decode { path, reason } => {
                return write!(f, "the answer cannot be understood at {path}: {reason}");
            }
        })
    }
}
