//! Keys with which a browser signs in (R3).

use std::fmt;

use secrecy::{ExposeSecret, SecretString};

use super::handle::UserHandle;
use crate::auth::Auth;
use crate::call::Call;
use crate::client::Client;
use crate::endpoint::Op;
use crate::error::Error;
use crate::id::UserId;

/// Hold a sign-in key. `Debug` does not show it.
///
/// ```
/// # mod setup { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/doc/setup.rs")); } use setup::*;
/// # example(async |_mock, dcim, _server| {
/// let key = dcim.user(UserId::new(1)).create_key().await?;
/// assert!(!format!("{key:?}").contains("key-v4"));
/// # Ok(()) });
/// ```
#[derive(Clone)]
pub struct LoginKey {
    /// The user it signs in.
    pub user: Option<UserId>,
    key: SecretString,
    panel: String,
}

impl LoginKey {
    /// Return the key, as [`Credentials::key`](crate::Credentials::key) takes it.
    ///
    /// ```
    /// # mod setup { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/doc/setup.rs")); } use setup::*;
    /// # example(async |mock, dcim, _server| {
    /// let key = dcim.user(UserId::new(1)).create_key().await?;
    /// let signed_in = Client::builder(mock.url()).credentials(Credentials::key(key.key().clone())).build()?;
    /// signed_in.auth().login().await?;
    /// # Ok(()) });
    /// ```
    pub fn key(&self) -> &SecretString {
        &self.key
    }

    /// Return the address at which a browser signs in: `https://<panel>/auth/key-v4/<key>`. \[documented\]
    ///
    /// ```
    /// # mod setup { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/doc/setup.rs")); } use setup::*;
    /// # example(async |mock, dcim, _server| {
    /// use secrecy::ExposeSecret;
    ///
    /// let key = dcim.user(UserId::new(1)).create_key().await?;
    /// assert!(key.url().expose_secret().starts_with(&format!("{}/auth/key-v4/", mock.url())));
    /// # Ok(()) });
    /// ```
    pub fn url(&self) -> SecretString {
        let key = crate::query::encode(self.key.expose_secret(), "");
        SecretString::from(format!("{}/auth/key-v4/{key}", self.panel))
    }
}

impl fmt::Debug for LoginKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LoginKey")
            .field("user", &self.user)
            .finish_non_exhaustive()
    }
}

impl UserHandle {
    /// Make a key with which a browser signs in as this user, once and within an hour (R3). It needs an administrator's session. \[documented\]
    ///
    /// ```
    /// # mod setup { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/doc/setup.rs")); } use setup::*;
    /// # example(async |_mock, dcim, _server| {
    /// let user = dcim.users().create(NewUser::new("client@example.net", "a long secret")).await?;
    /// let key = dcim.user(user).create_key().await?;
    /// assert_eq!(key.user, Some(user));
    /// # Ok(()) });
    /// ```
    ///
    /// # Errors
    /// `is_not_found()`: no such user. An unknown delivery may have left an unused key, which ends by itself.
    pub async fn create_key(&self) -> Result<LoginKey, Error> {
        self.client.create_key(&self.id.to_string()).await
    }
}

impl Auth {
    /// Make a sign-in key for the user with this e-mail address; see [`UserHandle::create_key`](crate::UserHandle::create_key). \[documented\]
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

impl Client {
    async fn create_key(&self, user: &str) -> Result<LoginKey, Error> {
        let call = Call::new(Op::AuthKeyCreate).text("user", user);
        let made = self.call(call).await?;
        let base = &self.shared.base;
        let scheme = if base.https { "https" } else { "http" };
        // A browser's address has no port where the scheme implies it.
        let host = match (base.https, base.panel.rsplit_once(':')) {
            (true, Some((host, "443"))) | (false, Some((host, "80"))) => host,
            _ => &base.panel,
        };
        Ok(LoginKey {
            user: made.id,
            key: made.key.into(),
            panel: format!("{scheme}://{host}"),
        })
    }
}
