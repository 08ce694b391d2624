//! One line of the past.

use serde::Serialize;
use serde_json::Value;

use crate::moment::Moment;

/// One line of the past.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Line {
    /// Its number; later lines have larger ones.
    pub(crate) n: u64,
    pub(super) at: Moment,
    pub(super) kind: Kind,
    pub(super) text: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) server: Option<u64>,
    /// The exchange that it is, or that caused it, by its number in the journal.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) call: Option<u64>,
    #[serde(flatten)]
    pub(super) more: More,
}

/// What kind of thing happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Kind {
    /// An exchange of the product API.
    Call,
    /// Something in the world.
    World,
    /// Somebody pressed a button of DCImanager, or stood at the rack.
    Person,
    /// A lever was pulled.
    Lever,
    /// A command of BILLmanager begins, is accepted or gives up.
    Service,
    /// A promise was broken.
    Broken,
}

/// What only some lines have.
#[derive(Clone, Debug, Default, Serialize)]
pub(super) struct More {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) method: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) path: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) status: Option<u16>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) fault: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) request_id: Option<String>,
    /// What it will lead to.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) due: Vec<Due>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) fact: Option<Value>,
}

/// Something that will happen.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Due {
    pub(crate) at: Moment,
    pub(crate) event: &'static str,
    pub(crate) server: Option<u64>,
}
