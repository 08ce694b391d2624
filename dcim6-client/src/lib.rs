//! Talk to DCImanager 6: servers, power, operations, addresses, switch ports, users.

#![forbid(unsafe_code)]
#![deny(missing_docs, missing_debug_implementations)]

mod auth;
mod base_url;
mod body;
mod builder;
mod call;
mod catalog;
mod client;
mod clock;
pub mod contract;
mod dialect;
mod endpoint;
mod error;
mod id;
mod ips;
mod list;
mod open_enum;
mod operation;
mod query;
mod retry;
mod servers;
mod switches;
mod timestamp;
mod tls;
mod transport;
mod users;
mod verdict;
mod wire;

pub use auth::{Auth, Credentials};
pub use builder::ClientBuilder;
pub use catalog::{
    Access, IpPool, Location, OsTemplate, OsTemplateRef, Rack, Script, TemplateKind,
};
pub use client::Client;
pub use clock::{BoxFuture, Clock, Elapsed, ManualClock, TokioClock};
pub use dialect::{Dialect, InvalidDialect};
pub use endpoint::{Class, ENDPOINTS, Endpoint, Evidence, Field, FieldType, Method};
pub use error::{Delivery, Error, ErrorKind};
pub use id::{
    ConnectionId, HistoryId, InvalidId, IpId, LocationId, NetworkId, OperationId, OsTemplateId,
    PduId, PduPortId, PoolId, PortId, RackId, ScriptId, ServerId, SwitchId, UserId,
};
pub use ips::IpAddress;
pub use list::{List, Page, Row, RowStream};
pub use operation::{
    Attached, HistoryEntry, InvalidHandle, JUST_BEFORE, Look, Looks, Operation, OperationHandle,
    OperationKind, OperationRef, OperationStatus, Origin, Wait, WaitError, WaitResult, poll_delay,
};
pub use query::{Field as FilterField, Filter, FilterValue, OrderBy, asc, desc, field};
pub use retry::Retry;
pub use secrecy::SecretString;
pub use servers::{
    AddIp, ClearHdd, Configuration, Diagnose, Diagnostics, DiagnosticsStatus, Disk, EditServer,
    Install, IpFamily, IpStatus, Owner, PduConnection, PortStatus, PowerStatus, Prepared, Problems,
    RackRef, Recover, Server, ServerHandle, ServerIp, ServerState, Started, SwitchConnection,
    Transition,
};
pub use switches::{
    Port, PortServer, SetPort, Switch, SwitchHandle, SwitchPort, SwitchPorts, VerifiedSetPort,
};
pub use timestamp::{InvalidTimestamp, Timestamp};
pub use transport::{Transport, TransportError, TransportFailure, WireRequest, WireResponse};
pub use users::{LoginKey, NewUser, User, UserHandle, Whoami};
