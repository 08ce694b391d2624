//! What a session is opened with, and opening it.

use std::fmt;

use secrecy::SecretString;

use super::Post;
use crate::body::Body;
use crate::call::Call;
use crate::client::Client;
use crate::endpoint::Op;
use crate::error::{Delivery, Error, ErrorKind};
use crate::model::LoggedIn;

/// Hold what a session is opened with. `Debug` shows which kind it is and nothing else.
///
/// ```
/// use dcim6_client::Credentials;
///
/// let admin = Credentials::password("admin@a.test", "secret".to_owned());
/// assert_eq!(format!("{admin:?}"), "Credentials::Password");
/// ```
#[derive(Clone)]
pub struct Credentials(Kind);

#[derive(Clone)]
enum Kind {
    Password {
        email: String,
        password: SecretString,
    },
    Key(SecretString),
}

impl Credentials {
    /// Log in with an e-mail address and a password.
    ///
    /// ```
    /// # mod setup { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/doc/setup.rs")); } use setup::*;
    /// # example(async |mock, dcim, _server| {
    /// let credentials = Credentials::password("admin@example.com", "mock-password");
    /// let dcim = Client::builder(mock.url()).credentials(credentials).build()?;
    /// dcim.auth().login().await?;
    /// # Ok(()) });
    /// ```
    pub fn password(email: impl Into<String>, password: impl Into<SecretString>) -> Self {
        Self(Kind::Password {
            email: email.into(),
            password: password.into(),
        })
    }

    /// Log in with a key made by [`UserHandle::create_key`](crate::UserHandle::create_key).
    ///
    /// A key opens one session, within an hour (R3): when that session ends, the client cannot renew it.
    ///
    /// ```
    /// # mod setup { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/doc/setup.rs")); } use setup::*;
    /// # example(async |mock, dcim, _server| {
    /// let key = dcim.auth().create_key("admin@example.com").await?;
    /// let once = Client::builder(mock.url()).credentials(Credentials::key(key.key().clone())).build()?;
    /// assert!(once.auth().whoami().await?.is_admin());
    /// # Ok(()) });
    /// ```
    pub fn key(key: impl Into<SecretString>) -> Self {
        Self(Kind::Key(key.into()))
    }
}

impl From<(String, String)> for Credentials {
    fn from((email, password): (String, String)) -> Self {
        Self::password(email, password)
    }
}

impl From<(&str, &str)> for Credentials {
    fn from((email, password): (&str, &str)) -> Self {
        Self::password(email, password)
    }
}

impl fmt::Debug for Credentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.0 {
            Kind::Password { .. } => "Credentials::Password",
            Kind::Key(_) => "Credentials::Key",
        })
    }
}

impl Credentials {
    /// Tell whether a second session can be opened: a key opens one (R3).
    pub(super) fn is_renewable(&self) -> bool {
        matches!(self.0, Kind::Password { .. })
    }

    fn op(&self) -> Op<LoggedIn> {
        match self.0 {
            Kind::Password { .. } => Op::AuthLogin,
            Kind::Key(_) => Op::AuthLoginByKey,
        }
    }

    /// Return the name of the call that logs in.
    pub(super) fn operation(&self) -> &'static str {
        self.op().endpoint().name
    }

    pub(super) async fn log_in(&self, client: &Client, post: Post) -> Result<SecretString, Error> {
        let body = match &self.0 {
            Kind::Password { email, password } => Body::default()
                .put("email", email.as_str())
                .secret("password", password),
            Kind::Key(key) => Body::default().secret("key", key),
        };
        let call = Call::new(self.op()).body(body);
        let answer = client.call_public(call, post, LoggedIn::check).await?;
        // A log-in without `token` is the one success that is none; most likely a second factor is asked for.
        answer
            .token
            .filter(|token| !token.is_empty())
            .map(SecretString::from)
            .ok_or_else(|| {
                Error::new(ErrorKind::SecondFactor, Delivery::Answered)
                    .with(|inner| inner.operation = Some(self.operation()))
            })
    }
}
