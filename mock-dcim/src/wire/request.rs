//! Request bodies.

use schemars::JsonSchema;
use serde::{Deserialize, Deserializer};

use crate::world::address::Family;
use crate::world::operation::ClearHdd;

#[derive(Deserialize, JsonSchema)]
pub(crate) struct Login {
    pub(crate) email: String,
    pub(crate) password: String,
}

#[derive(Deserialize, JsonSchema)]
pub(crate) struct LoginByKey {
    pub(crate) key: String,
}

/// A call without parameters.
#[derive(Deserialize, JsonSchema)]
pub(crate) struct Nothing {}

#[derive(Deserialize, JsonSchema)]
pub(crate) struct Edit {
    pub(crate) name: Option<String>,
    pub(crate) domain: Option<String>,
    pub(crate) notes: Option<String>,
}

#[derive(Deserialize, JsonSchema)]
pub(crate) struct SetOwner {
    /// The user, or null for none; never left out.
    #[serde(deserialize_with = "required")]
    pub(crate) owner: Option<u64>,
}

#[derive(Deserialize, JsonSchema)]
pub(crate) struct CreateUser {
    pub(crate) email: String,
    #[serde(default)]
    pub(crate) full_name: String,
    pub(crate) password: String,
    #[serde(default)]
    pub(crate) phone_number: String,
    #[serde(default = "user_role")]
    pub(crate) role: String,
}

#[derive(Deserialize, JsonSchema)]
pub(crate) struct SetMaintenance {
    pub(crate) enabled: bool,
}

#[derive(Deserialize, JsonSchema)]
pub(crate) struct SetProtection {
    pub(crate) enabled: bool,
    /// The id of the server, typed in to end the protection.
    pub(crate) confirm_id: Option<u64>,
}

#[derive(Deserialize, JsonSchema)]
pub(crate) struct Install {
    pub(crate) os_template: u64,
    pub(crate) password: String,
    pub(crate) domain: Option<String>,
    pub(crate) script: Option<u64>,
    #[serde(default)]
    #[expect(dead_code, reason = "accepted; nothing in the world depends on it")]
    pub(crate) ssh_key: Vec<SshKey>,
    /// Minutes, 1 to 720.
    pub(crate) timeout: Option<u32>,
}

/// A key by id or by its text: which of them an install takes is not known.
#[derive(Deserialize, JsonSchema)]
#[serde(untagged)]
#[expect(dead_code, reason = "accepted; nothing in the world depends on it")]
pub(crate) enum SshKey {
    Id(u64),
    Text(String),
}

#[derive(Deserialize, JsonSchema)]
pub(crate) struct Diagnose {
    pub(crate) os_template: Option<u64>,
    #[serde(default)]
    pub(crate) clear_hdd: ClearHdd,
    /// Minutes, 1 to 720.
    pub(crate) timeout: Option<u32>,
}

#[derive(Deserialize, JsonSchema)]
pub(crate) struct Recover {
    pub(crate) os_template: Option<u64>,
    #[expect(dead_code, reason = "accepted; who gets in is decided by the owner")]
    pub(crate) password: Option<String>,
    /// Minutes, 1 to 720.
    pub(crate) timeout: Option<u32>,
}

#[derive(Deserialize, JsonSchema)]
pub(crate) struct SetPort {
    pub(crate) admin_status: AdminStatus,
}

#[derive(Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum AdminStatus {
    Up,
    Down,
}

#[derive(Deserialize, JsonSchema)]
pub(crate) struct AddAddresses {
    /// The pool; chosen by rack and location if absent.
    pub(crate) ippool: Option<u64>,
    #[serde(default)]
    pub(crate) family: Family,
    #[serde(default = "one")]
    pub(crate) count: u32,
}

fn user_role() -> String {
    crate::world::people::USER.to_owned()
}

fn one() -> u32 {
    1
}

/// Make `null` a value that has to be written down.
fn required<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<u64>, D::Error> {
    Option::deserialize(deserializer)
}
