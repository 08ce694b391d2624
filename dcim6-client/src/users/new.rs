//! A user to be created.

use std::fmt;

use secrecy::SecretString;

use crate::body::Body;

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

impl NewUser {
    pub(super) fn body(self) -> Body {
        Body::default()
            .put("email", self.email)
            .put("full_name", self.full_name)
            .secret("password", &self.password)
            .put("phone_number", self.phone_number)
            .put("role", "@user")
    }
}

impl fmt::Debug for NewUser {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("NewUser").finish_non_exhaustive()
    }
}
