//! What a call answers: the type that stands in its row of the table, and the small answers that no model describes.

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::Deserialize;
use serde::de::{DeserializeOwned, IgnoredAny};

use super::operation::Operation;
use super::row::Row;
use super::server::Server;
use super::user::Whoami;
use crate::id::{OperationId, UserId};
use crate::wire;

/// The answer to a call, read by serde and described by its schema: one type for both, so that they cannot differ.
pub(crate) trait Answer: DeserializeOwned + JsonSchema + Send + 'static {
    /// Whether the call takes `limit`, `orderby` and `where`.
    const IS_LIST: bool = false;
    /// The status of a success: log-ins create something \[sibling\], all else is plain \[assumed\].
    const STATUS: u16 = 200;
}

impl Answer for Server {}
impl Answer for Operation {}
impl Answer for Whoami {}
impl Answer for Accepted {}
impl Answer for Created {}
impl Answer for OperationStarted {}
impl Answer for KeyMade {}
impl Answer for Nothing {}

impl Answer for LoggedIn {
    const STATUS: u16 = 201;
}

impl<T: Row> Answer for Listed<T> {
    const IS_LIST: bool = true;
}

/// The answer to a list.
#[derive(Deserialize)]
#[serde(bound = "T: DeserializeOwned")]
pub(crate) struct Listed<T> {
    /// Neither missing nor null is read as "no rows": a failed look must not pass for "there is none" (F07).
    pub list: Vec<T>,
    #[serde(default)]
    pub size: Option<u64>,
    #[serde(default)]
    pub last_notify: Option<u64>,
}

impl<T: JsonSchema> JsonSchema for Listed<T> {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> std::borrow::Cow<'static, str> {
        format!("ListOf{}", T::schema_name()).into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let row = generator.subschema_for::<T>();
        json_schema!({
            "type": "object",
            "properties": {
                "list": {"type": "array", "items": row},
                "size": {"type": "integer"},
                "last_notify": {"type": "integer"},
            },
            "required": ["list"],
        })
    }
}

/// The answer to a write: the id of what was written to. Only that it is JSON is relied on.
#[derive(Deserialize, JsonSchema)]
pub(crate) struct Accepted {
    #[serde(rename = "id")]
    #[schemars(with = "u64")]
    _id: Option<IgnoredAny>,
}

/// The answer to the making of a user.
#[derive(Deserialize, JsonSchema)]
pub(crate) struct Created {
    pub id: UserId,
}

/// The answer to the start of an operation.
#[derive(Deserialize, JsonSchema)]
pub(crate) struct OperationStarted {
    #[serde(rename = "id")]
    #[schemars(with = "u64")]
    _id: Option<IgnoredAny>,
    pub operation: Option<OperationId>,
}

/// The answer to a log-in.
#[derive(Deserialize, JsonSchema)]
pub(crate) struct LoggedIn {
    #[schemars(schema_with = "wire::quoted_id_schema")]
    id: Option<IgnoredAny>,
    #[schemars(required)]
    pub token: Option<String>,
    #[schemars(with = "Option<bool>")]
    confirmed: Option<IgnoredAny>,
}

impl LoggedIn {
    /// A maintenance page may be JSON too: an answer with nothing of a log-in in it is none, and says nothing of the credentials.
    pub fn check(&self) -> Result<(), (&'static str, &'static str)> {
        let is_log_in = self.token.is_some() || self.id.is_some() || self.confirmed.is_some();
        is_log_in.then_some(()).ok_or(("token", "missing"))
    }
}

/// The answer to the making of a sign-in key.
#[derive(Deserialize, JsonSchema)]
pub(crate) struct KeyMade {
    #[schemars(schema_with = "wire::quoted_id_schema")]
    pub id: Option<UserId>,
    pub key: String,
}

/// An answer of which nothing is read.
#[derive(Deserialize)]
#[serde(from = "IgnoredAny")]
pub(crate) struct Nothing;

impl From<IgnoredAny> for Nothing {
    fn from(_: IgnoredAny) -> Self {
        Self
    }
}

impl JsonSchema for Nothing {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Nothing".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({"type": "object"})
    }
}
