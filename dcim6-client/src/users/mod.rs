//! Users of the panel.

use std::fmt;

use schemars::JsonSchema;
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::body::Body;
use crate::call::Call;
use crate::client::Client;
use crate::endpoint::Op;
use crate::error::Error;
use crate::id::UserId;
use crate::list::{List, Row};
use crate::query::field;
use crate::wire;

/// Describe a user.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[non_exhaustive]
pub struct User {
    /// The id. \[documented\]
    pub id: UserId,
    /// The e-mail, which is the name to log in with. \[documented\]
    #[serde(default)]
    pub email: Option<String>,
    /// How many servers are the user's. \[documented\]
    #[serde(default)]
    pub server_count: Option<u64>,
    /// The roles: `@user`, `@admin`. Written `"[@user]"` by the panel; an array is read as well. \[documented\]
    #[serde(default, deserialize_with = "wire::roles")]
    #[schemars(schema_with = "wire::roles_schema")]
    pub roles: Vec<String>,
    /// How many VLANs the user may have. \[documented\]
    #[serde(default)]
    pub vlans_per_user: Option<u64>,
    /// Fields this crate does not know.
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}

impl User {
    /// Tell whether one of the roles is an administrator's (`@admin`, or any other that contains `admin`).
    pub fn is_admin(&self) -> bool {
        is_admin(&self.roles)
    }
}

/// Wider than the one word that is known: a user taken for an ordinary one by mistake would be given servers (R49).
fn is_admin(roles: &[String]) -> bool {
    roles
        .iter()
        .any(|role| role.to_ascii_lowercase().contains("admin"))
}

impl Row for User {
    fn row_key(&self) -> u64 {
        self.id.get()
    }
}

/// Describe who the session belongs to. \[assumed\]
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[non_exhaustive]
pub struct Whoami {
    /// The id.
    #[schemars(schema_with = "wire::quoted_id_schema")]
    pub id: UserId,
    /// The e-mail.
    #[serde(default)]
    pub email: Option<String>,
    /// The roles.
    #[serde(default, deserialize_with = "wire::roles")]
    #[schemars(schema_with = "wire::roles_schema")]
    pub roles: Vec<String>,
    /// The state of the account: `active`.
    #[serde(default)]
    pub state: Option<String>,
    /// Fields this crate does not know.
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}

impl Whoami {
    /// Tell whether one of the roles is an administrator's.
    pub fn is_admin(&self) -> bool {
        is_admin(&self.roles)
    }
}

/// Describe a user to be created. `Debug` shows nothing of it.
///
/// ```
/// # mod setup { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/doc/setup.rs")); } use setup::*;
/// # example(async |_mock, dcim, _server| {
/// let user = NewUser::new("client@example.net", "a long secret").full_name("A Client");
/// let id = dcim.users().create(user).await?;
/// assert_eq!(dcim.users().find_by_email("client@example.net").await?.map(|user| user.id), Some(id));
/// # Ok(()) });
/// ```
#[derive(Clone)]
#[must_use]
pub struct NewUser {
    email: String,
    password: SecretString,
    full_name: String,
    phone_number: String,
}

impl NewUser {
    /// Begin with what every user needs. The role is `@user`: this crate makes no administrators.
    pub fn new(email: impl Into<String>, password: impl Into<SecretString>) -> Self {
        Self {
            email: email.into(),
            password: password.into(),
            full_name: String::new(),
            phone_number: String::new(),
        }
    }

    /// Set the full name; empty by default.
    ///
    /// ```
    /// # mod setup { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/doc/setup.rs")); } use setup::*;
    /// # example(async |_mock, dcim, _server| {
    /// dcim.users().create(NewUser::new("client@example.net", "a long secret").full_name("A Client")).await?;
    /// # Ok(()) });
    /// ```
    pub fn full_name(mut self, name: impl Into<String>) -> Self {
        self.full_name = name.into();
        self
    }

    /// Set the phone number; empty by default.
    ///
    /// ```
    /// # mod setup { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/doc/setup.rs")); } use setup::*;
    /// # example(async |_mock, dcim, _server| {
    /// dcim.users().create(NewUser::new("client@example.net", "a long secret").phone_number("+44 0")).await?;
    /// # Ok(()) });
    /// ```
    pub fn phone_number(mut self, number: impl Into<String>) -> Self {
        self.phone_number = number.into();
        self
    }
}

impl fmt::Debug for NewUser {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("NewUser").finish_non_exhaustive()
    }
}

#[derive(Deserialize)]
struct Created {
    id: UserId,
}

impl List<User> {
    /// Find the user with this e-mail, as it is written or in lower case: whether the panel's filter tells them apart is not known.
    ///
    /// An e-mail that the panel's filter cannot carry (one with a quote) is looked for in the whole list.
    ///
    /// ```
    /// # mod setup { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/doc/setup.rs")); } use setup::*;
    /// # example(async |_mock, dcim, _server| {
    /// let admin = dcim.users().find_by_email("Admin@Example.com").await?;
    /// assert!(admin.is_some_and(|user| user.is_admin()));
    /// assert!(dcim.users().find_by_email("nobody@example.net").await?.is_none());
    /// # Ok(()) });
    /// ```
    ///
    /// # Errors
    /// As for any read: see [`Error`]. An error does not mean that there is no such user.
    pub async fn find_by_email(&self, email: &str) -> Result<Option<User>, Error> {
        let lower = email.to_lowercase();
        for spelling in [email, &lower] {
            if let Some(user) = self.find_spelt(spelling).await? {
                return Ok(Some(user));
            }
            if spelling == lower {
                break;
            }
        }
        Ok(None)
    }

    async fn find_spelt(&self, email: &str) -> Result<Option<User>, Error> {
        let filter = field("email").eq(email);
        let narrowed = if filter.clone().into_text().is_ok() {
            self.clone().filter(filter)
        } else {
            self.clone()
        };
        let mut users = narrowed.stream();
        while let Some(user) = users.next().await {
            let user = user?;
            if user
                .email
                .as_deref()
                .is_some_and(|found| found.eq_ignore_ascii_case(email))
            {
                return Ok(Some(user));
            }
        }
        Ok(None)
    }

    /// Create a user (class X: see [`Class::Once`](crate::Class::Once)).
    ///
    /// ```
    /// # mod setup { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/doc/setup.rs")); } use setup::*;
    /// # example(async |_mock, dcim, server| {
    /// let user = dcim.users().create(NewUser::new("client@example.net", "a long secret")).await?;
    /// server.set_owner(user).await?;
    /// # Ok(()) });
    /// ```
    ///
    /// # Errors
    /// An unknown delivery: [`find_by_email`](List::find_by_email) before anything else. `is_invalid()`: a field is not accepted, or the
    /// e-mail is taken.
    pub async fn create(&self, user: NewUser) -> Result<UserId, Error> {
        let body = Body::default()
            .put("email", user.email)
            .put("full_name", user.full_name)
            .secret("password", &user.password)
            .put("phone_number", user.phone_number)
            .put("role", "@user");
        let call = Call::new(Op::UserCreate).body(body);
        let created: Created = self.client.call(call).await?;
        Ok(created.id)
    }
}

/// Speak of one user.
///
/// ```
/// # mod setup { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/doc/setup.rs")); } use setup::*;
/// # example(async |_mock, dcim, _server| {
/// let id = dcim.users().create(NewUser::new("client@example.net", "a long secret")).await?;
/// let user = dcim.user(id);
/// assert_eq!(user.id(), id);
/// user.delete().await?;
/// # Ok(()) });
/// ```
#[derive(Clone, Debug)]
#[must_use]
pub struct UserHandle {
    client: Client,
    id: UserId,
}

impl UserHandle {
    pub(crate) fn new(client: Client, id: UserId) -> Self {
        Self { client, id }
    }

    /// Return the id.
    pub fn id(&self) -> UserId {
        self.id
    }

    /// Delete the user.
    ///
    /// ```
    /// # mod setup { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/doc/setup.rs")); } use setup::*;
    /// # example(async |_mock, dcim, server| {
    /// let user = dcim.users().create(NewUser::new("client@example.net", "a long secret")).await?;
    /// server.set_owner(user).await?;
    /// assert!(dcim.user(user).delete().await.is_err_and(|error| error.is_conflict())); // owns a server
    /// # Ok(()) });
    /// ```
    ///
    /// # Errors
    /// `is_conflict()`: the user owns a server (R32). `is_not_found()`: there is none, which is the goal. An unknown delivery: read the list,
    /// and delete again only if the user is still there.
    pub async fn delete(&self) -> Result<(), Error> {
        let call = Call::new(Op::UserDelete).id("user_id", self.id.get());
        self.client.send(call).await
    }

    /// Make a key with which a browser signs in as this user, once and within an hour (R3). It needs an administrator's session.
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

#[derive(Deserialize)]
struct KeyMade {
    #[serde(default)]
    id: Option<UserId>,
    key: String,
}

impl Client {
    pub(crate) async fn create_key(&self, user: &str) -> Result<LoginKey, Error> {
        let call = Call::new(Op::AuthKeyCreate).text("user", user);
        let made: KeyMade = self.call(call).await?;
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
