//! What the panel's objects look like, and the handle that names an operation. Nothing here is asked for or sent: that is what the
//! folders of the resources do.

mod answer;
mod catalog;
mod configuration;
mod facts;
mod handle;
mod history;
mod ip;
mod network;
mod operation;
mod parts;
mod row;
mod server;
mod switch;
mod user;
mod words;

pub(crate) use answer::{
    Accepted, Answer, Created, KeyMade, Listed, LoggedIn, Nothing, OperationStarted,
};
pub use catalog::{
    Access, IpPool, Location, OsTemplate, OsTemplateRef, Rack, Script, TemplateKind,
};
pub use configuration::Configuration;
pub use handle::{InvalidHandle, OperationHandle};
pub use history::HistoryEntry;
pub use ip::IpAddress;
pub use network::{IpFamily, IpStatus, PduConnection, PortStatus, ServerIp, SwitchConnection};
pub use operation::Operation;
pub use parts::{Diagnostics, DiagnosticsStatus, Disk, Owner, Problems, RackRef};
pub use row::Row;
pub use server::{PowerStatus, Server, ServerState};
pub use switch::{Port, PortServer, Switch};
pub use user::{User, Whoami};
pub use words::{OperationKind, OperationStatus, Origin};
