//! Who caused something: without an answer to that, a violation cannot be blamed on anybody.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// Say who made a change.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "actor", rename_all = "snake_case")]
pub enum Actor {
    /// A caller of the HTTP API.
    Api {
        /// The user whose session it was.
        user: u64,
        /// `X-Request-Id`, if the call carried one.
        request_id: Option<String>,
    },
    /// A person in DCImanager's own interface or at the rack.
    Person(Person),
    /// DCImanager itself: a deadline, a poll, the end of an operation.
    Panel,
}

/// Tell a member of staff from a customer.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "person", rename_all = "snake_case")]
pub enum Person {
    /// Someone who works for the provider.
    #[default]
    Staff,
    /// The customer with this user id.
    Customer {
        /// The user's id.
        user: u64,
    },
}

/// Which call of which run of which operation of which item: `item-operation-run-n`.
///
/// It is attribution only: the panel ignores it.
///
/// ```
/// let id: mock_dcim::RequestId = "1204-551-1-3".parse().unwrap();
/// assert_eq!((id.item, id.operation, id.run, id.call), (1204, 551, 1, 3));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RequestId {
    /// The item of BILLmanager.
    pub item: u64,
    /// The running operation of BILLmanager.
    pub operation: u64,
    /// The run of that operation, from 1.
    pub run: u64,
    /// The call within the run, from 1.
    pub call: u64,
}

impl FromStr for RequestId {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let parts: Option<Vec<u64>> = text.split('-').map(|part| part.parse().ok()).collect();
        match parts.as_deref() {
            Some(&[item, operation, run, call]) => Ok(Self {
                item,
                operation,
                run,
                call,
            }),
            _ => Err(format!("`{text}` is not item-operation-run-n")),
        }
    }
}

impl Actor {
    /// Give the item of BILLmanager on whose behalf the call was made, if the call said so.
    pub fn item(&self) -> Option<u64> {
        match self {
            Self::Api {
                request_id: Some(id),
                ..
            } => id.parse::<RequestId>().ok().map(|id| id.item),
            _ => None,
        }
    }

    /// Whether this is a person, so neither a caller of the API nor DCImanager itself.
    pub fn is_person(&self) -> bool {
        matches!(self, Self::Person(_))
    }
}

impl fmt::Display for Actor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Api {
                request_id: Some(id),
                ..
            } => write!(f, "call {id}"),
            Self::Api { user, .. } => write!(f, "an API call of user {user}"),
            Self::Person(Person::Staff) => f.write_str("staff"),
            Self::Person(Person::Customer { user }) => write!(f, "customer {user}"),
            Self::Panel => f.write_str("DCImanager itself"),
        }
    }
}
