//! Users of the panel.

mod key;
mod model;
mod new;

use serde::Deserialize;

use crate::call::Call;
use crate::client::Client;
use crate::endpoint::Op;
use crate::error::Error;
use crate::id::UserId;
use crate::list::List;
use crate::query::field;

pub use key::LoginKey;
pub use model::{User, Whoami};
pub use new::NewUser;

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

    /// Create a user (class X: see [`Class::Once`](crate::Class::Once)). \[documented\]
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
        let call = Call::new(Op::UserCreate).body(user.body());
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

    /// Delete the user. \[assumed\]
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
