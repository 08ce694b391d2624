//! Users as the panel describes them.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::row::Row;
use crate::id::UserId;
use crate::wire;

/// Describe a user.
///
/// ```
/// # mod setup { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/doc/setup.rs")); } use setup::*;
/// # example(async |mock, dcim, server| {
/// let user = dcim.users().find_by_email("client@example.com").await?.ok_or("nobody")?;
/// assert!(!user.is_admin());
/// println!("{} servers, roles {:?}", user.server_count.unwrap_or_default(), user.roles);
/// # Ok(()) });
/// ```
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
///
/// ```
/// # mod setup { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/doc/setup.rs")); } use setup::*;
/// # example(async |mock, dcim, server| {
/// let me = dcim.auth().whoami().await?;
/// assert!(me.is_admin());
/// assert_eq!((me.email.as_deref(), me.state.as_deref()), (Some("admin@example.com"), Some("active")));
/// # Ok(()) });
/// ```
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
