//! A stateful DCImanager 6 that fits in a test: virtual time, levers for trouble, and a ledger that says afterwards
//! whether a customer would have been harmed.
//!
//! ```
//! # tokio::runtime::Runtime::new().unwrap().block_on(async {
//! use mock_dcim::MockDcim;
//! use std::time::Duration;
//!
//! let mock = MockDcim::start().await.unwrap();
//! let (email, password) = mock.admin();
//!
//! // Any HTTP client works against `mock.url()`; here without a socket.
//! let login = format!(r#"{{"email":"{email}","password":"{password}"}}"#);
//! let answer = mock.exchange("POST", "/api/auth/v4/public/token", &[], login.as_bytes());
//! assert_eq!(answer.status, 201);
//! let token = answer.to_json()["token"].as_str().unwrap().to_owned();
//!
//! let session = [("x-xsrf-token", token.as_str())];
//! // An installation boots over the network: at least one data port has to be up.
//! let port = mock.exchange("POST", "/api/dci/v3/switch/1/port/1", &session, br#"{"admin_status":"up"}"#);
//! assert_eq!(port.status, 200);
//! let body = br#"{"os_template":1,"password":"secret"}"#;
//! let answer = mock.exchange("POST", "/api/dci/v3/server/1/install", &session, body);
//! assert_eq!(answer.status, 200);
//!
//! mock.advance(Duration::from_secs(20 * 60));
//! let server = mock.exchange("GET", "/api/dci/v3/server/1", &session, b"").to_json();
//! assert_eq!(server["operation"]["status"], "ok");
//! # });
//! ```

mod api;
mod builder;
mod call;
mod clock;
mod control;
mod core;
mod decode;
mod dialect;
mod dispatch;
mod exchange;
mod fault;
mod file;
mod fleet;
mod journal;
mod ledger;
mod list;
mod listener;
mod mock;
mod moment;
mod openapi;
mod page;
mod pairs;
mod per_server;
mod queue;
mod recording;
mod redact;
mod rng;
mod route;
mod schema;
mod seconds;
mod snapshot;
mod text_or_bytes;
#[cfg_attr(not(feature = "tls"), path = "no_tls.rs")]
mod tls;
mod vary;
mod watch;
mod wire;
mod wire_io;
mod world;

pub use builder::{MockBuilder, StartError};
pub use clock::{ClockMode, parse_span};
pub use dialect::{Dialect, DialectError};
pub use exchange::{Cut, Response};
pub use fault::{Fault, FaultRule};
pub use fleet::{Fleet, FleetError};
pub use journal::JournalEntry;
pub use ledger::facts::{Concealed, Fact};
pub use ledger::verdict::{Exposure, Promise, PromiseState, Verdict};
pub use mock::MockDcim;
pub use moment::Moment;
pub use recording::Recording;
pub use snapshot::{Snapshot, SnapshotError};
pub use vary::Variation;
pub use world::World;
pub use world::actor::{Actor, Person, RequestId};
pub use world::address::{Address, AddressStatus, Family, Network, Place, Pool};
pub use world::event::Fired;
pub use world::history::HistoryEntry;
pub use world::lever::Lever;
pub use world::operation::{ClearHdd, Operation, OperationKind, OperationStatus, Origin};
pub use world::people::User;
pub use world::person::PanelAction;
pub use world::place::{Location, Port, PortWrites, Rack, Switch};
pub use world::refusal::Refusal;
pub use world::server::{
    Customer, Diagnostics, Disk, Pdu, PduStatus, PendingPower, Power, PowerGoal, PowerStatus,
    Server, ServerState, System,
};
pub use world::settings::{DurationKind, ForcedEnd, WipeLever};
pub use world::template::{Access, Template, TemplateKind};

/// Give the OpenAPI 3.1 document of the product API in a dialect, as `/swagger/openapi.json` serves it.
///
/// ```
/// let document = mock_dcim::openapi(&mock_dcim::Dialect::default());
/// assert_eq!(document["paths"]["/dci/v3/server"]["get"]["operationId"], "server_list");
/// ```
pub fn openapi(dialect: &Dialect) -> serde_json::Value {
    openapi::document(dialect)
}
