//! One call of the product API: what a handler sees of it, and what it answers.

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use crate::list::query::ListQuery;
use crate::route::Route;
use crate::world::World;
use crate::world::actor::Actor;
use crate::world::command::{Answer, Command};
use crate::world::refusal::Refusal;

/// A call whose path is known and whose session is checked.
pub(crate) struct Call<'a> {
    pub(crate) world: &'a mut World,
    pub(crate) route: &'static Route,
    pub(crate) actor: Actor,
    /// The user of the session; none for a public call.
    pub(crate) user: Option<u64>,
    pub(crate) is_admin: bool,
    pub(crate) arguments: &'a [(String, String)],
    pub(crate) query: &'a str,
    pub(crate) body: Map<String, Value>,
    /// Query parameters that nobody read.
    pub(crate) unread: Vec<String>,
}

/// An answer of the product API.
#[derive(Clone, Debug)]
pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) body: Value,
}

impl Reply {
    pub(crate) fn new(body: impl Serialize) -> Self {
        Self::with_status(200, body)
    }

    pub(crate) fn with_status(status: u16, body: impl Serialize) -> Self {
        Self {
            status,
            // Only a map with keys that are no strings cannot be written; the wire has none.
            body: serde_json::to_value(body).unwrap_or_default(),
        }
    }
}

impl Call<'_> {
    /// Read an id from the path.
    pub(crate) fn id(&self, name: &str) -> Result<u64, Refusal> {
        self.text(name)?
            .parse()
            .map_err(|_| Refusal::invalid(name, "not_an_id"))
    }

    pub(crate) fn text(&self, name: &str) -> Result<&str, Refusal> {
        self.arguments
            .iter()
            .find(|(argument, _)| argument == name)
            .map(|(_, value)| value.as_str())
            .ok_or_else(|| Refusal::invalid(name, "required"))
    }

    /// Read the id of a server from the path; a customer sees only his own.
    pub(crate) fn server_id(&self) -> Result<u64, Refusal> {
        let id = self.id("server_id")?;
        let server = self.world.find_server(id)?;
        if !self.is_admin && server.owner != self.user {
            return Err(Refusal::Closed);
        }
        Ok(id)
    }

    /// Read the body; an error names the field.
    pub(crate) fn body<T: DeserializeOwned>(&mut self) -> Result<T, Refusal> {
        let body = Value::Object(std::mem::take(&mut self.body));
        serde_path_to_error::deserialize(body).map_err(|error| {
            let message = error.inner().to_string();
            let path = error.path().to_string();
            if let Some(field) = quoted_after(&message, "missing field `") {
                Refusal::invalid(field, "required")
            } else if message.starts_with("unknown variant") {
                Refusal::invalid(path, "not_allowed")
            } else {
                Refusal::invalid(path, "wrong_type")
            }
        })
    }

    pub(crate) fn list_query(&mut self) -> Result<ListQuery, Refusal> {
        let mut query = ListQuery::parse(self.query)?;
        self.unread.append(&mut query.unread);
        Ok(query)
    }

    pub(crate) fn apply(&mut self, command: Command) -> Result<Answer, Refusal> {
        self.world.apply(&self.actor, command)
    }
}

fn quoted_after<'a>(message: &'a str, prefix: &str) -> Option<&'a str> {
    message.strip_prefix(prefix)?.split('`').next()
}
