//! Finding and creating users.

use super::new::NewUser;
use crate::call::Call;
use crate::endpoint::Op;
use crate::error::Error;
use crate::id::UserId;
use crate::list::List;
use crate::model::User;
use crate::query::field;

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
        Ok(self.client.call(call).await?.id)
    }
}
