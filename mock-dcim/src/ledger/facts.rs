//! What BILLmanager knows, told by whoever plays BILLmanager.

use std::fmt;
use std::net::IpAddr;

use serde::{Deserialize, Serialize, Serializer};

use crate::redact::HIDDEN;
use crate::world::operation::ClearHdd;

/// A text that is looked at and never shown: it is read from JSON and written as `***`.
#[derive(Clone, PartialEq, Eq, Deserialize)]
#[serde(transparent)]
pub struct Concealed(String);

impl Concealed {
    pub(crate) fn reveal(&self) -> &str {
        &self.0
    }
}

impl From<&str> for Concealed {
    fn from(value: &str) -> Self {
        Self(value.to_owned())
    }
}

impl fmt::Debug for Concealed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(HIDDEN)
    }
}

impl Serialize for Concealed {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(HIDDEN)
    }
}

/// Tell the ledger something that only BILLmanager knows.
///
/// In JSON the fact is named by `fact`: `{"fact":"binding","item":1204,"server":101}`.
///
/// ```
/// let fact: mock_dcim::Fact =
///     serde_json::from_str(r#"{"fact":"report","item":1204,"command":"suspend"}"#).unwrap();
/// assert_eq!(fact.item(), Some(1204));
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "fact", rename_all = "snake_case", deny_unknown_fields)]
#[non_exhaustive]
pub enum Fact {
    /// An item carries this server in its parameters, or no server any more.
    Binding {
        /// The item.
        item: u64,
        /// The server.
        server: Option<u64>,
    },
    /// The status of an item: 1 ordered, 2 active, 3 stopped, 4 deleted, 5 in progress.
    Status {
        /// The item.
        item: u64,
        /// The status.
        status: u8,
    },
    /// A run of a command begins.
    Begin {
        /// The item.
        item: u64,
        /// The running operation of BILLmanager.
        operation: u64,
        /// The run, from 1.
        run: u64,
        /// `open`, `suspend`, `resume`, `close`, `sync_item`.
        command: String,
    },
    /// BILLmanager accepted the call that completes a command.
    Report {
        /// The item.
        item: u64,
        /// The command.
        command: String,
    },
    /// A task for the staff exists.
    Task {
        /// The item.
        item: u64,
        /// The running operation.
        operation: u64,
    },
    /// An address stands in the item, or does no more.
    Address {
        /// The item.
        item: u64,
        /// The address.
        ip: IpAddr,
        /// It stands there no more.
        #[serde(default)]
        gone: bool,
    },
    /// Staff accepted less evidence of a clean-up than is asked for (D5).
    AcceptWipe {
        /// The item.
        item: u64,
    },
    /// The user in DCImanager that an item belongs to (S1).
    User {
        /// The item.
        item: u64,
        /// The user.
        user: u64,
    },
    /// What was ordered with an item (L5).
    Ordered {
        /// The item.
        item: u64,
        /// How many addresses.
        addresses: u32,
    },
    /// A run of a command ended, whatever came of it (L1).
    End {
        /// The item.
        item: u64,
        /// The running operation.
        operation: u64,
        /// The run.
        run: u64,
    },
    /// How many minutes a run of this operation may take; the longest that BILLmanager can be told, if this is not (L1).
    Deadline {
        /// The running operation.
        operation: u64,
        /// Minutes.
        minutes: u32,
    },
    /// From now on nobody spoils anything: L1 is judged, until another fault rule is added.
    FaultsStopped,
    /// A secret, or a word planted in its place, which must stand nowhere (S7).
    Secret {
        /// What it is, in words that may be shown.
        name: String,
        /// The secret.
        value: Concealed,
        /// DCImanager knows and shows it too, as it does a client's e-mail: the journal may hold it.
        #[serde(default)]
        in_dcimanager: bool,
    },
    /// Something that came out: a log, an error, a task, an argument (S7).
    Output {
        /// Where.
        place: String,
        /// What.
        text: Concealed,
    },
    /// Nothing is under way in BILLmanager: L2 and L4 are judged now.
    Rest,
    /// The clean-up level that the provider chose: S2 and S6 are judged by it.
    WipeLevel {
        /// `quick` or `full`.
        level: ClearHdd,
    },
}

impl Fact {
    /// Give the item that it is about.
    pub fn item(&self) -> Option<u64> {
        match self {
            Self::Binding { item, .. }
            | Self::Status { item, .. }
            | Self::Begin { item, .. }
            | Self::Report { item, .. }
            | Self::Task { item, .. }
            | Self::AcceptWipe { item }
            | Self::User { item, .. }
            | Self::Ordered { item, .. }
            | Self::End { item, .. }
            | Self::Address { item, .. } => Some(*item),
            Self::Rest
            | Self::WipeLevel { .. }
            | Self::Deadline { .. }
            | Self::FaultsStopped
            | Self::Secret { .. }
            | Self::Output { .. } => None,
        }
    }
}
