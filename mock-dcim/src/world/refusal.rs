//! Why the world refuses something.

use std::fmt;

/// Say why a command was refused. Nothing has changed.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Refusal {
    /// A field has a value that it must not have.
    Invalid {
        /// The field.
        field: String,
        /// What is wrong with it, one word.
        reason: String,
    },
    /// The state of the object forbids it.
    Precondition {
        /// For people.
        message: String,
        /// One word.
        reason: String,
    },
    /// Wrong e-mail, password or key.
    WrongCredentials,
    /// The session has ended, or there is none (R2).
    SessionExpired,
    /// The user may not use this function.
    Closed,
    /// The server is protected (R34).
    Protected {
        /// The server.
        server: u64,
    },
    /// Maintenance mode forbids it (R35).
    Maintenance {
        /// The server.
        server: u64,
    },
    /// The licence has expired (R36).
    LicenceExpired,
    /// No such path or method (R6).
    UnknownFunction,
    /// No such object.
    NotFound {
        /// Its kind.
        object: &'static str,
        /// Its id.
        id: u64,
    },
    /// An operation is running (R16).
    Busy {
        /// The operation.
        operation: u64,
    },
    /// Another object stands in the way (R32).
    Conflict {
        /// For people.
        message: String,
        /// One word.
        reason: String,
    },
}

impl Refusal {
    pub(crate) fn invalid(field: impl Into<String>, reason: impl Into<String>) -> Self {
        Self::Invalid {
            field: field.into(),
            reason: reason.into(),
        }
    }

    pub(crate) fn precondition(message: &str, reason: &str) -> Self {
        Self::Precondition {
            message: message.to_owned(),
            reason: reason.to_owned(),
        }
    }

    pub(crate) fn not_found(object: &'static str, id: u64) -> Self {
        Self::NotFound { object, id }
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Invalid { field, reason } => write!(f, "bad value of `{field}`: {reason}"),
            Self::Precondition { message, .. } | Self::Conflict { message, .. } => {
                f.write_str(message)
            }
            Self::WrongCredentials => f.write_str("Authentication failed"),
            Self::SessionExpired => f.write_str("Session expired"),
            Self::Closed => f.write_str("Unauthorized"),
            Self::Protected { server } => write!(f, "server {server} is protected"),
            Self::Maintenance { server } => write!(f, "server {server} is in maintenance"),
            Self::LicenceExpired => f.write_str("Licence has expired"),
            Self::UnknownFunction => f.write_str("Handler not found"),
            Self::NotFound { object, id } => write!(f, "there is no {object} {id}"),
            Self::Busy { operation } => write!(f, "operation {operation} is running"),
        }
    }
}

impl std::error::Error for Refusal {}
