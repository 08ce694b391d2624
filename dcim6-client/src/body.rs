//! Request bodies: fields in order, secrets kept apart until the bytes are written.

use std::fmt;

use secrecy::{ExposeSecret, SecretString};
use serde::ser::{Serialize, SerializeMap, Serializer};
use serde_json::Value;

use crate::dialect::Dialect;
use crate::endpoint::Op;

/// The fields of a request, under our names.
#[derive(Clone, Default)]
pub(crate) struct Body {
    fields: Vec<(&'static str, Content)>,
}

#[derive(Clone)]
enum Content {
    Plain(Value),
    Secret(SecretString),
}

impl Body {
    pub fn put(mut self, name: &'static str, value: impl Into<Value>) -> Self {
        self.fields.push((name, Content::Plain(value.into())));
        self
    }

    pub fn put_some(self, name: &'static str, value: Option<impl Into<Value>>) -> Self {
        match value {
            Some(value) => self.put(name, value),
            None => self,
        }
    }

    pub fn secret(mut self, name: &'static str, value: &SecretString) -> Self {
        self.fields.push((name, Content::Secret(value.clone())));
        self
    }

    pub fn is_empty(&self) -> bool {
        self.fields.is_empty()
    }

    /// Write the JSON, each field under the name that the panel has for it.
    pub fn to_json(&self, dialect: &Dialect, op: Op) -> Vec<u8> {
        let spoken = Spoken {
            body: self,
            dialect,
            op,
        };
        // Maps of texts, numbers and lists cannot fail to be written.
        serde_json::to_vec(&spoken).unwrap_or_default()
    }
}

struct Spoken<'a> {
    body: &'a Body,
    dialect: &'a Dialect,
    op: Op,
}

impl Serialize for Spoken<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.body.fields.len()))?;
        for (name, content) in &self.body.fields {
            map.serialize_key(self.dialect.field(self.op, name))?;
            match content {
                Content::Plain(value) => map.serialize_value(value)?,
                Content::Secret(secret) => map.serialize_value(secret.expose_secret())?,
            }
        }
        map.end()
    }
}

/// Names only: a value may be a secret or personal (safety.md G).
impl fmt::Debug for Body {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list()
            .entries(self.fields.iter().map(|(name, _)| name))
            .finish()
    }
}
