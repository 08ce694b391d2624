//! Who we are: credentials, the session they open, and leaving it (R1, R2; safety.md H row A).

mod credentials;
mod flight;
mod seat;
mod session;

use secrecy::ExposeSecret;

use crate::call::Call;
use crate::client::Client;
use crate::endpoint::Op;
use crate::error::Error;
use crate::model::Whoami;

pub use credentials::Credentials;
pub(crate) use flight::{Post, Session, Token};
pub(crate) use session::Need;

impl Client {
    /// Manage the session.
    ///
    /// ```
    /// # mod setup { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/doc/setup.rs")); } use setup::*;
    /// # example(async |_mock, dcim, _server| {
    /// assert_eq!(dcim.auth().whoami().await?.email.as_deref(), Some("admin@example.com"));
    /// # Ok(()) });
    /// ```
    pub fn auth(&self) -> Auth {
        Auth::new(self.clone())
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
    pub(crate) client: Client,
}

impl Auth {
    pub(crate) fn new(client: Client) -> Self {
        Self { client }
    }

    /// Open a session now, if none is open. \[observed\]
    ///
    /// ```
    /// # mod setup { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/doc/setup.rs")); } use setup::*;
    /// # example(async |mock, _dcim, _server| {
    /// let wrong = Client::builder(mock.url()).credentials(("admin@example.com", "guess")).build()?;
    /// let refused = wrong.auth().login().await.unwrap_err();
    /// assert!(refused.is_login_refused()); // and no call of this client asks a second time
    /// # Ok(()) });
    /// ```
    ///
    /// # Errors
    /// `is_login_refused()`: the credentials are wrong, or a second factor is asked for. No call of this client tries again; this method
    /// does, whenever it is called: when the account is unlocked, say.
    /// `is_config()`: the client has no credentials. Anything else: the panel was not reached or failed; try later.
    pub async fn login(&self) -> Result<(), Error> {
        let session = &self.client.session;
        if !session.has_credentials() {
            return Err(Error::config("credentials: none were given"));
        }
        let token = session.token(&self.client, Need::ByHand).await?;
        drop(token);
        Ok(())
    }

    /// Ask the panel who we are. \[sibling\]
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

    /// End the session, if one is open. A later call opens a new one. \[sibling\]
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
        let Some(token) = self.client.session.forget() else {
            return Ok(());
        };
        let call = Call::new(Op::AuthLogout).text("token", token.text.expose_secret());
        match self.client.call_with(call, token).await {
            // A session that has ended already is what we wanted.
            Err(error) if error.is_unauthenticated() || error.is_not_found() => Ok(()),
            // Any 2xx without an error is success of a call whose answer nobody reads (safety.md H).
            Err(error) if error.is_decode() && error.status().is_some() => Ok(()),
            other => other.map(drop),
        }
    }
}
