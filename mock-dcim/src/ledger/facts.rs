//! What BILLmanager knows, told by whoever plays BILLmanager.

use std::net::IpAddr;

use serde::{Deserialize, Serialize};

use crate::world::operation::ClearHdd;

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
            | Self::Address { item, .. } => Some(*item),
            Self::Rest | Self::WipeLevel { .. } => None,
        }
    }
}
