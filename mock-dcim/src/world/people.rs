//! Users, their sessions and their one-time keys.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::moment::Moment;

/// A user of DCImanager.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct User {
    /// The id.
    pub id: u64,
    /// The e-mail address, which is also the login.
    pub email: String,
    /// The full name.
    pub full_name: String,
    /// The telephone number.
    pub phone_number: String,
    /// The role, `@admin` or `@user`.
    pub role: String,
    #[serde(skip)]
    pub(crate) password: String,
}

impl User {
    /// Whether the user administers DCImanager.
    pub fn is_admin(&self) -> bool {
        self.role == ADMIN
    }
}

/// The role of administrators.
pub(crate) const ADMIN: &str = "@admin";
/// The role of customers.
pub(crate) const USER: &str = "@user";

/// A session ends after this long without a call (R1); a key is valid that long (R3).
pub(crate) const SESSION: Duration = Duration::from_hours(1);

/// A session; the token is its key in the world.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Session {
    pub(crate) user: u64,
    pub(crate) used_at: Moment,
}

/// A login key, good once (R3).
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct LoginKey {
    pub(crate) user: u64,
    pub(crate) made_at: Moment,
}
