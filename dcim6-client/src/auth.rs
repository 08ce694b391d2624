//! Who we are: credentials, the session they open, and its single-flight renewal (R1, R2; safety.md H row A).

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;
use tokio::sync::Mutex;

use crate::Timestamp;
use crate::body::Body;
use crate::call::Call;
use crate::client::Client;
use crate::endpoint::Op;
use crate::error::{Delivery, Error, ErrorKind};
use crate::users::{LoginKey, Whoami};

/// A session ends after an hour without a call (R1). One that has been idle for longer than this is renewed before it is used.
const RENEW_AFTER_IDLE: Duration = Duration::from_secs(55 * 60);

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

/// A token and the number of the log-in it came from, so that parallel callers do not each renew the same session.
#[derive(Clone)]
pub(crate) struct Token {
    pub text: Arc<SecretString>,
    serial: u64,
}

pub(crate) struct Session {
    credentials: Option<Credentials>,
    /// Held while logging in: whoever else needs a token waits here and finds it made.
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    token: Option<Token>,
    log_ins: u64,
    used: Option<Timestamp>,
    /// Set by the first refused log-in, for ever: no second one locks the account (F44).
    refused: Option<ErrorKind>,
}

impl Session {
    pub fn new(credentials: Option<Credentials>) -> Self {
        Self {
            credentials,
            state: Mutex::default(),
        }
    }

    pub fn has_credentials(&self) -> bool {
        self.credentials.is_some()
    }

    /// Give a token that is not `unlike`, logging in if there is none. Without credentials there is no token.
    pub async fn token(
        &self,
        client: &Client,
        unlike: Option<&Token>,
    ) -> Result<Option<Token>, Error> {
        let Some(credentials) = &self.credentials else {
            return Ok(None);
        };
        let mut state = self.state.lock().await;
        let now = client.clock().now();
        let renewable = matches!(credentials.0, Kind::Password { .. });
        if let Some(token) = &state.token {
            let idle = state
                .used
                .is_some_and(|used| now.since(used) > RENEW_AFTER_IDLE);
            if unlike.is_none_or(|old| old.serial != token.serial) && !(idle && renewable) {
                return Ok(Some(token.clone()));
            }
        }
        if let Some(kind) = &state.refused {
            return Err(Error::new(kind.clone(), Delivery::NotSent));
        }
        if state.log_ins > 0 && !renewable {
            return Err(Error::new(ErrorKind::Unauthenticated, Delivery::NotSent));
        }
        state.token = None;
        match credentials.log_in(client).await {
            Ok(text) => {
                state.log_ins += 1;
                state.used = Some(client.clock().now());
                let token = Token {
                    text: Arc::new(text),
                    serial: state.log_ins,
                };
                state.token = Some(token.clone());
                Ok(Some(token))
            }
            Err(error) => {
                if error.is_login_refused() {
                    state.refused = Some(error.kind().clone());
                }
                Err(error)
            }
        }
    }

    /// Note that the session was used: each call renews it (R1).
    pub async fn used(&self, token: &Token, now: Timestamp) {
        let mut state = self.state.lock().await;
        if state
            .token
            .as_ref()
            .is_some_and(|current| current.serial == token.serial)
        {
            state.used = Some(now);
        }
    }

    async fn forget(&self) -> Option<Token> {
        self.state.lock().await.token.take()
    }
}

#[derive(Deserialize)]
struct LoggedIn {
    #[serde(default)]
    token: Option<String>,
}

impl Credentials {
    async fn log_in(&self, client: &Client) -> Result<SecretString, Error> {
        let call = match &self.0 {
            Kind::Password { email, password } => Call::new(Op::AuthLogin).body(
                Body::default()
                    .put("email", email.as_str())
                    .secret("password", password),
            ),
            Kind::Key(key) => {
                Call::new(Op::AuthLoginByKey).body(Body::default().secret("key", key))
            }
        };
        let name = call.op.endpoint().name;
        let answer: LoggedIn = client.call_public(call).await?;
        // R: a log-in without `token` is the one success that is none; most likely a second factor is asked for.
        answer
            .token
            .filter(|token| !token.is_empty())
            .map(SecretString::from)
            .ok_or_else(|| {
                Error::new(ErrorKind::SecondFactor, Delivery::Answered)
                    .with(|inner| inner.operation = Some(name))
            })
    }
}

/// Manage the session. Calls log in by themselves: this is for checking credentials, for leaving, and for sign-in keys.
///
/// ```
/// # mod setup { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/doc/setup.rs")); } use setup::*;
/// # example(async |_mock, dcim, _server| {
/// dcim.auth().login().await?;
/// println!("we are {:?}", dcim.auth().whoami().await?.email);
/// dcim.auth().logout().await?;
/// # Ok(()) });
/// ```
#[derive(Clone, Debug)]
pub struct Auth {
    client: Client,
}

impl Auth {
    pub(crate) fn new(client: Client) -> Self {
        Self { client }
    }

    /// Open a session now, if none is open.
    ///
    /// ```
    /// # mod setup { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/doc/setup.rs")); } use setup::*;
    /// # example(async |mock, _dcim, _server| {
    /// let wrong = Client::builder(mock.url()).credentials(("admin@example.com", "guess")).build()?;
    /// let refused = wrong.auth().login().await.unwrap_err();
    /// assert!(refused.is_login_refused()); // and this client asks no second time
    /// # Ok(()) });
    /// ```
    ///
    /// # Errors
    /// `is_login_refused()`: the credentials are wrong, or a second factor is asked for; this client will not try again.
    /// `is_config()`: the client has no credentials. Anything else: the panel was not reached or failed; try later.
    pub async fn login(&self) -> Result<(), Error> {
        if !self.client.shared.session.has_credentials() {
            return Err(Error::config("credentials: none were given"));
        }
        let token = self.client.shared.session.token(&self.client, None).await?;
        drop(token);
        Ok(())
    }

    /// Ask the panel who we are.
    ///
    /// ```
    /// # mod setup { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/doc/setup.rs")); } use setup::*;
    /// # example(async |_mock, dcim, _server| {
    /// let me = dcim.auth().whoami().await?;
    /// assert!(me.is_admin());
    /// # Ok(()) });
    /// ```
    ///
    /// # Errors
    /// As for any read: see [`Error`].
    pub async fn whoami(&self) -> Result<Whoami, Error> {
        self.client.call(Call::new(Op::AuthWhoami)).await
    }

    /// End the session, if one is open. A later call opens a new one.
    ///
    /// ```
    /// # mod setup { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/doc/setup.rs")); } use setup::*;
    /// # example(async |_mock, dcim, server| {
    /// server.get().await?;
    /// dcim.auth().logout().await?;
    /// server.get().await?; // logs in again
    /// # Ok(()) });
    /// ```
    ///
    /// # Errors
    /// The session is forgotten in any case; an error says that the panel may keep it until it ends by itself, after an hour.
    pub async fn logout(&self) -> Result<(), Error> {
        let Some(token) = self.client.shared.session.forget().await else {
            return Ok(());
        };
        let call = Call::new(Op::AuthLogout).text("token", token.text.expose_secret());
        match self.client.call_with(call, token).await {
            // A session that has ended already is what we wanted.
            Err(error) if error.is_unauthenticated() || error.is_not_found() => Ok(()),
            other => other.map(|_: serde::de::IgnoredAny| ()),
        }
    }

    /// Make a sign-in key for the user with this e-mail address; see [`UserHandle::create_key`](crate::UserHandle::create_key).
    ///
    /// ```
    /// # mod setup { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/doc/setup.rs")); } use setup::*;
    /// # example(async |_mock, dcim, _server| {
    /// use secrecy::ExposeSecret;
    ///
    /// let key = dcim.auth().create_key("admin@example.com").await?;
    /// let address = key.url(); // for the administrator's browser
    /// assert!(address.expose_secret().contains("/auth/key-v4/"));
    /// # Ok(()) });
    /// ```
    ///
    /// # Errors
    /// `is_not_found()`: no such user. An unknown delivery may have left an unused key, which ends by itself within an hour (R3).
    pub async fn create_key(&self, email: &str) -> Result<LoginKey, Error> {
        self.client.create_key(email).await
    }
}
