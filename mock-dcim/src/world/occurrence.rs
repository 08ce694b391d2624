//! What happened in the world: the only thing that the ledger listens to.

use serde::Serialize;

use super::actor::Actor;
use super::operation::{ClearHdd, OperationKind, OperationStatus};
use super::server::{Customer, System};
use crate::moment::Moment;

/// One thing that happened.
#[derive(Clone, Debug, Serialize)]
pub struct Occurrence {
    /// When.
    pub at: Moment,
    /// To which server.
    pub server: Option<u64>,
    /// By whom.
    #[serde(flatten)]
    pub actor: Actor,
    /// What.
    pub what: What,
}

/// What happened.
#[derive(Clone, Debug, Serialize)]
#[serde(tag = "what", rename_all = "snake_case")]
pub enum What {
    /// The owner changed.
    Owner {
        /// The new owner.
        owner: Option<u64>,
    },
    /// The server went on or off, physically.
    Power {
        /// Whether it is on now.
        running: bool,
    },
    /// Another system runs now.
    System {
        /// That system.
        system: System,
    },
    /// A switch port was switched.
    Port {
        /// The port.
        port: u64,
        /// Whether it lets traffic through.
        up: bool,
        /// Whether the BMC is connected to it.
        ipmi: bool,
    },
    /// An operation began.
    OperationBegan {
        /// Its id.
        operation: u64,
        /// What it does.
        kind: OperationKind,
        /// Its clean-up level.
        clear_hdd: ClearHdd,
    },
    /// An operation ended.
    OperationEnded {
        /// Its id.
        operation: u64,
        /// What it did.
        kind: OperationKind,
        /// How it ended.
        status: OperationStatus,
        /// Its limit ended it before its work was done.
        cut: bool,
    },
    /// Disks were wiped.
    Wiped {
        /// The level.
        level: ClearHdd,
        /// Their serials.
        disks: Vec<String>,
    },
    /// Somebody got a password for a system of this server.
    Credentials {
        /// Who.
        customer: Customer,
    },
    /// An address came to the server.
    AddressPlaced {
        /// The address's id.
        address: u64,
    },
    /// An address left the server.
    AddressFreed {
        /// The address's id.
        address: u64,
    },
    /// Maintenance mode changed.
    Maintenance {
        /// Whether it is on.
        on: bool,
    },
    /// Protection changed.
    Protection {
        /// Whether it is on.
        on: bool,
    },
    /// A user came or went.
    User {
        /// The user.
        user: u64,
        /// Whether the user exists now.
        exists: bool,
    },
    /// Something else about the server or the data centre changed.
    Other {
        /// In words.
        note: String,
    },
}
