//! What can go wrong, in BILLmanager's words.

use std::fmt;

/// Declare each kind once, with BILLmanager's word for it: no list of them can then lack one.
macro_rules! kinds {
    ($($(#[$doc:meta])* $kind:ident = $word:literal,)*) => {
        /// The type of an error as BILLmanager shows it: the `type` attribute of the error document.
        ///
        /// The words are fixed by `billmanager-protocol.md` 2.5 and 4; each has a message in the XML description.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum ErrorKind {
            $($(#[$doc])* $kind,)*
        }

        impl ErrorKind {
            /// Every kind there is.
            pub const ALL: &[Self] = &[$(Self::$kind,)*];

            /// Give the word BILLmanager knows.
            pub fn as_str(self) -> &'static str {
                match self {
                    $(Self::$kind => $word,)*
                }
            }
        }
    };
}

kinds! {
    /// `client`: DCImanager could not be reached or did not answer sensibly.
    Client = "client",
    /// `auth`: DCImanager refused the log-in or ended the session for good.
    Auth = "auth",
    /// `invalid_login_or_passwd`: the same, while the connection form is checked.
    InvalidLogin = "invalid_login_or_passwd",
    /// `missed`: something required is not there.
    Missed = "missed",
    /// `value`: something is there and cannot be used.
    Value = "value",
    /// `xml`: standard input is not the document it should be.
    Xml = "xml",
    /// `db`: BILLmanager's database.
    Db = "db",
    /// `process`: mgrctl failed.
    Process = "process",
    /// `unsupported_module`: the next module in line belongs to another program.
    UnsupportedModule = "unsupported_module",
    /// `no_free_server`: nothing to sell in this configuration.
    NoFreeServer = "no_free_server",
    /// `similar_server`: only something similar to sell.
    SimilarServer = "similar_server",
    /// `no_switch_port`: a server without data ports cannot be stopped (vendor page, P1).
    NoSwitchPort = "no_switch_port",
    /// `owner_mismatch`: the server is not, or no longer, this service's.
    OwnerMismatch = "owner_mismatch",
    /// `datacenter_unsuitable`: not a data center for DCImanager 6.
    DatacenterUnsuitable = "datacenter_unsuitable",
    /// `location_missing`: DCImanager has no such location.
    LocationMissing = "location_missing",
    /// `wipe_unproven`: nobody can say that the disks are clean (D5, D7).
    WipeUnproven = "wipe_unproven",
    /// `operation_failed`: an operation of DCImanager ended badly.
    OperationFailed = "operation_failed",
    /// `timeout`: something took longer than it may.
    Timeout = "timeout",
    /// `busy`: another process works on this service, or another operation on its server.
    Busy = "busy",
    /// `refused`: DCImanager forbids it (protection, licence, rights). Shown as `not_supported`.
    Refused = "not_supported",
    /// `not_supported`: this module has no such command.
    NotSupported = "not_supported",
    /// `configuration_change`: a server does not become another by a change of the tariff.
    ConfigurationChange = "configuration_change",
    /// `by_server_type_locked`: the option stands while tariffs sell through the module (vendor page).
    ByServerTypeLocked = "by_server_type_locked",
    /// `pool_missing`: DCImanager has no pool to take addresses from (R28).
    PoolMissing = "pool_missing",
    /// `terminated`: a signal ended the command between two steps.
    Terminated = "terminated",
}

impl ErrorKind {
    /// Say whether trying again by itself is pointless, so that staff are asked at the first failure
    /// (`billmanager-protocol.md` 7.2).
    pub fn needs_staff(self) -> bool {
        matches!(
            self,
            Self::SimilarServer
                | Self::NoSwitchPort
                | Self::OwnerMismatch
                | Self::WipeUnproven
                | Self::NotSupported
                | Self::Refused
                | Self::Auth
        )
    }

    /// Say whether the trouble is the connection to DCImanager itself, which BILLmanager lists as a problem.
    pub fn is_connection(self) -> bool {
        matches!(self, Self::Client | Self::Auth)
    }
}

/// The objects of errors that say something of DCImanager as a whole.
const LOGIN: &str = "login";
const CONNECT: &str = "connect";
const TLS: &str = "tls";

/// An error with the thing it is about and what is wrong with it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub struct Error {
    kind: ErrorKind,
    object: Option<String>,
    value: String,
    needs_staff: bool,
}

impl Error {
    /// Make an error about `object`. Neither text may hold a secret: both are shown to staff.
    pub fn new(kind: ErrorKind, object: impl Into<String>, value: impl Into<String>) -> Self {
        Self {
            kind,
            object: Some(object.into()),
            value: value.into(),
            needs_staff: kind.needs_staff(),
        }
    }

    /// Ask staff at the first failure, whatever the kind would say.
    #[must_use]
    pub fn for_staff(mut self) -> Self {
        self.needs_staff = true;
        self
    }

    /// What kind of trouble it is.
    pub fn kind(&self) -> ErrorKind {
        self.kind
    }

    /// What the trouble is about: a parameter, a server, a call.
    pub fn object(&self) -> Option<&str> {
        self.object.as_deref()
    }

    /// The value BILLmanager shows behind the message.
    pub fn value(&self) -> &str {
        &self.value
    }

    /// Whether DCImanager refused the log-in itself: no other is tried (safety.md H, row A).
    pub fn is_login_refused(&self) -> bool {
        self.kind == ErrorKind::Auth && self.object() == Some(LOGIN)
    }

    /// Whether DCImanager was not reached, or does not let us stay. An answer that one server spoils, a 500 and a 429 say nothing of the others.
    pub fn is_unreachable(&self) -> bool {
        match self.kind {
            ErrorKind::Auth => true,
            ErrorKind::Client => matches!(self.object(), Some(CONNECT | TLS)),
            _ => false,
        }
    }

    /// Whether staff have to be asked now, instead of after ten tries.
    pub fn asks_staff(&self) -> bool {
        self.needs_staff
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.kind.as_str())?;
        if let Some(object) = &self.object {
            write!(f, " ({object})")?;
        }
        if !self.value.is_empty() {
            write!(f, ": {}", self.value)?;
        }
        Ok(())
    }
}

/// The field of the connection form that the SDK cannot use, by the name of the SDK's own setting.
fn setting_of(text: &str) -> (&'static str, &str) {
    [
        ("pin_sha256: ", "fingerprint"),
        ("ca_pem: ", "ca_certificate"),
    ]
    .into_iter()
    .find_map(|(setting, field)| Some((field, text.strip_prefix(setting)?)))
    .unwrap_or(("connection", text))
}

/// What went wrong on the way to DCImanager, in BILLmanager's words. The SDK's one-line message carries no secret.
impl From<&dcim6_client::Error> for Error {
    fn from(error: &dcim6_client::Error) -> Self {
        let mut text = error.to_string();
        if let Some(fingerprint) = error.untrusted_certificate() {
            // What staff compare with the panel's own, and then pin (safety.md G).
            text.push_str("; its certificate has the fingerprint ");
            text.push_str(fingerprint);
        }
        if error.is_login_refused() {
            Self::new(ErrorKind::Auth, LOGIN, text)
        } else if error.is_unauthenticated() {
            Self::new(ErrorKind::Auth, "session", text)
        } else if error.is_protected() || error.is_licence() || error.is_forbidden() {
            Self::new(
                ErrorKind::Refused,
                error.operation().unwrap_or("call"),
                text,
            )
        } else if error.is_config() {
            let (setting, why) = setting_of(&text);
            Self::new(ErrorKind::Value, setting, why)
        } else if error.is_invalid() || error.is_conflict() || error.is_not_found() {
            // DCImanager is there, and says no.
            Self::new(
                ErrorKind::OperationFailed,
                error.operation().unwrap_or("call"),
                text,
            )
        } else {
            let object = if error.is_timeout() {
                "timeout"
            } else if error.is_tls() {
                TLS
            } else if error.is_connect() {
                CONNECT
            } else {
                "bad_response"
            };
            Self::new(ErrorKind::Client, object, text)
        }
    }
}

impl From<dcim6_client::Error> for Error {
    fn from(error: dcim6_client::Error) -> Self {
        Self::from(&error)
    }
}
