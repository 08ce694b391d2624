//! What is known of each call: method, path, fields, what may be done again, and how well all that is known.

mod table;

use std::fmt;

use schemars::{Schema, SchemaGenerator};

use crate::model::Answer;

pub use table::ENDPOINTS;
pub(crate) use table::Op;

/// Say how well a fact about the panel is known.
///
/// ```
/// use dcim6_client::{ENDPOINTS, Evidence};
///
/// let to_check = ENDPOINTS.iter().filter(|row| row.call == Evidence::Assumed);
/// println!("{} calls to be checked against the panel's Swagger", to_check.count());
/// assert_eq!(Evidence::Documented.to_string(), "documented");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Evidence {
    /// The vendor's documentation of DCImanager 6 or BILLmanager says so.
    Documented,
    /// A public client of a live install does so.
    Observed,
    /// `VMmanager` 6, the same platform, does so.
    Sibling,
    /// Our choice, to be checked against the Swagger of an install; a [`Dialect`](crate::Dialect) changes it at run time.
    Assumed,
}

impl fmt::Display for Evidence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Documented => "documented",
            Self::Observed => "observed",
            Self::Sibling => "sibling",
            Self::Assumed => "assumed",
        })
    }
}

/// Say what the client may do with a call whose outcome it does not know (safety.md H).
///
/// ```
/// # mod setup { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/doc/setup.rs")); } use setup::*;
/// # example(async |_mock, _dcim, _server| {
/// let once = ENDPOINTS.iter().filter(|row| row.class == Class::Once);
/// assert!(once.into_iter().any(|row| row.name == "server_ip_add"));
/// # Ok(()) });
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Class {
    /// R: a read. Repeated after any failure that may pass.
    Read,
    /// I: harmless to repeat, but the caller decides: it is repeated only while nothing was executed for certain (nothing
    /// sent, or the service asleep).
    Idempotent,
    /// X: an effect for each time it is executed. Repeated only when nothing was sent; a sleeping service's 503 is an unknown outcome.
    Once,
    /// A: log-in by password. Repeated like a read, but never after it was refused.
    Login,
}

/// Name an HTTP method.
///
/// ```
/// use dcim6_client::{Endpoint, Method};
///
/// let delete = Endpoint::find("server_ip_delete").ok_or("no such call")?;
/// assert_eq!((delete.method, delete.method.as_str()), (Method::Delete, "DELETE"));
/// # Ok::<(), &str>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Method {
    /// `GET`
    Get,
    /// `POST`
    Post,
    /// `PUT`; only by a dialect
    Put,
    /// `PATCH`; only by a dialect
    Patch,
    /// `DELETE`
    Delete,
}

impl Method {
    /// Return the method as HTTP writes it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Post => "POST",
            Self::Put => "PUT",
            Self::Patch => "PATCH",
            Self::Delete => "DELETE",
        }
    }

    pub(crate) fn parse(text: &str) -> Option<Self> {
        [Self::Get, Self::Post, Self::Put, Self::Patch, Self::Delete]
            .into_iter()
            .find(|method| method.as_str().eq_ignore_ascii_case(text))
    }
}

impl fmt::Display for Method {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// Name the JSON type of a request field.
///
/// ```
/// use dcim6_client::{Endpoint, FieldType};
///
/// let owner = &Endpoint::find("server_owner_set").ok_or("no such call")?.fields[0];
/// assert_eq!(owner.kind, FieldType::IntegerOrNull); // null: no owner
/// # Ok::<(), &str>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum FieldType {
    /// A whole number.
    Integer,
    /// A whole number or null.
    IntegerOrNull,
    /// A text.
    Text,
    /// A text that appears in no log.
    Secret,
    /// True or false.
    Boolean,
    /// An array of texts.
    Texts,
}

/// Describe a field of a request body.
///
/// ```
/// use dcim6_client::Endpoint;
///
/// let install = Endpoint::find("server_install").ok_or("no such call")?;
/// let needed: Vec<_> = install.fields.iter().filter(|field| field.required).map(|field| field.name).collect();
/// assert_eq!(needed, ["os_template", "password"]);
/// # Ok::<(), &str>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Field {
    /// Our name; a dialect may map it to the panel's.
    pub name: &'static str,
    /// Its JSON type.
    pub kind: FieldType,
    /// Whether every request has it.
    pub required: bool,
    /// How well its name and type are known.
    pub evidence: Evidence,
}

/// Describe a call: a row of [`ENDPOINTS`].
///
/// ```
/// use dcim6_client::{Class, Endpoint, Evidence};
///
/// let call = Endpoint::find("server_operation_get").ok_or("no such call")?;
/// assert!(call.placeholders().eq(["server_id", "operation_id"]));
/// assert!(!call.is_public()); // it needs a session
/// assert_eq!((call.class, call.call), (Class::Read, Evidence::Assumed));
/// # Ok::<(), &str>(())
/// ```
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Endpoint {
    /// The name: SDK method, mock route, OpenAPI `operationId`.
    pub name: &'static str,
    /// The HTTP method.
    pub method: Method,
    /// The path below `/api/`, with placeholders: `dci/v3/server/{server_id}`.
    pub path: &'static str,
    /// What may be done after an unknown outcome.
    pub class: Class,
    /// How well method and path are known.
    pub call: Evidence,
    /// How well the request body is known, each of whose fields carries a mark too; the same as `call` where there is none.
    pub request: Evidence,
    /// How well the answer is known.
    pub answer: Evidence,
    /// The fields of the request body.
    pub fields: &'static [Field],
    pub(crate) answers: Answers,
}

/// What a call answers, as far as it is described.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Answers {
    pub is_list: bool,
    pub status: u16,
    pub schema: fn(&mut SchemaGenerator) -> Schema,
}

impl Answers {
    const fn of<T: Answer>() -> Self {
        Self {
            is_list: T::IS_LIST,
            status: T::STATUS,
            schema: SchemaGenerator::subschema_for::<T>,
        }
    }
}

impl Endpoint {
    /// List the placeholders of the path, in order, without braces.
    pub fn placeholders(&self) -> impl Iterator<Item = &'static str> {
        placeholders(self.path)
    }

    /// Tell whether the call is made without a session.
    pub fn is_public(&self) -> bool {
        self.path.contains("/public/")
    }
}

pub(crate) fn placeholders(path: &str) -> impl Iterator<Item = &str> {
    path.split('{')
        .skip(1)
        .filter_map(|rest| rest.split_once('}').map(|(name, _)| name))
}
