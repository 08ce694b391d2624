//! What an observer is told, and what staff see.

use billmgr_module::panel::ItemStatus;

/// A change of what BILLmanager knows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Event {
    /// A service names a server, or none.
    Binding {
        /// The service.
        item: u64,
        /// The server id, as saved.
        server: Option<u64>,
    },
    /// A service names its user in DCImanager.
    User {
        /// The service.
        item: u64,
        /// The user id, as saved.
        user: u64,
    },
    /// The state of a service changed.
    Status {
        /// The service.
        item: u64,
        /// Its new state.
        status: ItemStatus,
    },
    /// A command is about to run.
    Begin {
        /// The service.
        item: u64,
        /// The operation.
        operation: u64,
        /// Which try it is.
        run: u64,
        /// The command.
        command: &'static str,
    },
    /// A completing call was accepted.
    Report {
        /// The service.
        item: u64,
        /// The command it completes.
        command: &'static str,
    },
    /// Staff got a task.
    Task {
        /// The service.
        item: u64,
        /// The operation.
        operation: u64,
    },
    /// An address was put into a service.
    Address {
        /// The service.
        item: u64,
        /// The address.
        ip: String,
        /// Whether it was taken out of it.
        gone: bool,
    },
}

/// A running operation as staff see it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Operation {
    /// The service.
    pub item: u64,
    /// The command.
    pub command: &'static str,
    /// How often it was tried.
    pub tries: u64,
    /// Whether BILLmanager leaves it to staff.
    pub manual: bool,
    /// The error last shown.
    pub errorxml: Option<String>,
}

/// A task of a department.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Task {
    /// The service, unless it is a simple task.
    pub item: Option<u64>,
    /// The operation, unless it is a simple task.
    pub operation: Option<u64>,
    /// What it says.
    pub text: String,
}
