//! What a caller branches on.

use super::{Error, ErrorKind};

/// Branch on these; there is one for each thing that a caller does differently.
///
/// ```
/// # mod setup { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/doc/setup.rs")); } use setup::*;
/// # example(async |mock, dcim, server| {
/// fn advice(error: &Error) -> &'static str {
///     match error {
///         e if e.is_config() || e.is_tls() => "correct the program or its settings",
///         e if e.is_second_factor() => "give the module a user without a second factor",
///         e if e.is_login_refused() || e.is_unauthenticated() => "give other credentials",
///         e if e.is_protected() => "ask staff to end the protection",
///         e if e.is_licence() => "renew the panel's licence",
///         e if e.is_forbidden() => "give the user the missing right",
///         e if e.is_not_found() => "it is gone",
///         e if e.is_conflict() => "wait for what is in the way",
///         e if e.is_invalid() => "read the state: it may be as wanted already",
///         e if e.is_decode() => "compare the panel's contract",
///         e if e.is_asleep() || e.is_rate_limited() || e.is_connect() || e.is_timeout() => "try later",
///         e if e.is_transient() => "try later",
///         _ => "tell a person",
///     }
/// }
///
/// let protected = dcim.server(ServerId::new(10)).power_off().await.unwrap_err();
/// assert_eq!(advice(&protected), "ask staff to end the protection");
/// let missing = dcim.server(ServerId::new(999)).get().await.unwrap_err();
/// assert_eq!(advice(&missing), "it is gone");
/// # Ok(()) });
/// ```
impl Error {
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

    /// Tell whether the panel refused the credentials, or asks for a second factor. No call of this client tries again: make a new client
    /// with other credentials, or call [`Auth::login`](crate::Auth::login) when the panel has changed its mind. A log-in that failed
    /// otherwise (no connection, a proxy, 5xx) is no refusal.
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
