//! Talk to `DCImanager` 6: servers, power, operations, addresses, switch ports, users.
//!
//! # Begin
//!
//! A [`Client`] talks to one panel. It logs in at the first call, renews its session by itself, and is cheap to clone. Collections are asked for by a
//! plural (`servers()`), one object by a handle (`server(id)`); a handle sends nothing until a method says so.
//!
//! The examples run against `mock-dcim`, a stand-in for the panel that you can use in your own tests. Each type has one of its own; so has each
//! method, unless the example of its type shows it.
//!
//! ```
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! use dcim6_client::{Client, TemplateKind, asc, field};
//! use mock_dcim::MockDcim;
//! use std::time::Duration;
//!
//! let mock = MockDcim::start().await?; // in life: "https://dcim.example.net"
//! let dcim = Client::builder(mock.url()).credentials(mock.admin()).build()?;
//!
//! // Find a server that nobody owns.
//! let free = field("owner_email").is_null() & field("location_id").eq(1);
//! let found = dcim.servers().filter(free).order_by(asc("id")).first().await?;
//! let server = dcim.server(found.ok_or("sold out")?.id);
//!
//! // Connect it. (`port.up().verified()` would also wait until the panel shows it.)
//! for port in server.switch_ports().await?.data() {
//!     port.up().await?;
//! }
//! # mock.advance(Duration::from_secs(30));
//!
//! // Install a system and wait for it.
//! let templates = dcim.os_templates().all().await?;
//! let system = templates.iter().find(|one| one.kind == Some(TemplateKind::Os)).ok_or("no system")?;
//! let install = server
//!     .install(system.id)
//!     .password("a long secret")
//!     .timeout(Duration::from_secs(90 * 60))
//!     .start()
//!     .await?;
//! let saved = serde_json::to_string(&install.handle())?; // another process can take it up
//! # mock.advance(Duration::from_secs(20 * 60));
//! install.wait().on_progress(|percent| println!("{percent} %")).await?;
//!
//! let done = dcim.attach(serde_json::from_str(&saved)?).wait().await?;
//! assert!(done.status.is_ok());
//! # Ok(()) }
//! ```
//!
//! # When something fails
//!
//! Every [`Error`] answers the question that matters for a write: may it have taken effect? See [`Delivery`].
//!
//! | [`Error::delivery`] | the panel | do |
//! |---|---|---|
//! | `NotSent` | never got it | send again, now or later |
//! | `Answered` | refused it | look at the predicates: [`is_conflict`](Error::is_conflict), [`is_invalid`](Error::is_invalid), … |
//! | `Unknown` | may have done it | read the state; send again only if it was not done |
//!
//! The client repeats by itself what is safe to repeat: whatever was certainly not sent, and reads; see [`Retry`] for the bounds and [`Class`] for
//! which call is of which kind. It logs in again once when a session ends, for all who need it, and by itself never again
//! after a log-in was refused.
//!
//! # Waiting
//!
//! Installs and the like are started, saved and waited for: [`Prepared`] → [`RunningOperation`] → [`Wait`]. Waiting ends in one of five ways, and a failed look is not
//! a failed operation: see [`WaitError`]. An [`OperationHandle`] is what you save.
//!
//! # Logs
//!
//! Each call is one [`tracing`](https://docs.rs/tracing) span `dcim6` of the level debug. Its fields: `operation`, the name in [`ENDPOINTS`]; `path`, as a
//! template; and when it has ended `attempts` (exchanges, repeats included), `elapsed_ms` by the client's clock, `status` (HTTP, of the last answer, if there
//! was one), `delivery` (`done`, or the [`Delivery`] of the error: `not_sent`, `answered`, `unknown`) and `request_id` after [`Client::for_request`]. A log-in
//! is a span inside that of the call which began it; others may wait for it. A call that was dropped before its end has the first two fields only.
//!
//! # How well is this known?
//!
//! The vendor documents part of this API. Every call and field is marked \[documented\], \[observed\] (at a live install), \[sibling\] (the same vendor's
//! `VMmanager` 6) or \[assumed\]: see [`ENDPOINTS`] and [`contract`]. A mark on a
//! method is of the call's method and path; fields have their own. Where your panel differs, a [`Dialect`] changes method, path and field names at run time,
//! and [`contract::compare`] tells you where that is. Models require an `id` and nothing else, keep fields and words they do not know, and a
//! decoding error names the place in the JSON. Rules of the specification are cited as `R13`, its retry classes as A, I, N, R, U and X.
//!
//! # Safety
//!
//! - https only; plain http to a literal loopback address, or after [`ClientBuilder::allow_plain_http`].
//! - Trust is the machine's roots, or what [`ClientBuilder::ca_pem`] gives in their place, or one certificate by [`ClientBuilder::pin_sha256`]; both given,
//!   both must hold. TLS 1.2 or newer.
//! - No redirects, no proxies from the environment, no link-local addresses, answers of at most 16 MiB and 64 levels.
//! - No log of this crate, and no `Debug` or `Display` of a client, a call or an error, shows a secret, a body or a query value. A model shows what the
//!   panel said and the `Display` of a [`Filter`] what it asks for: those two are yours to keep out of a log.
//! - Time and chance are given: a [`Clock`] and [`ClientBuilder::seed`].
//!
//! Ids of different things do not mix:
//!
//! ```compile_fail,E0308
//! # fn example(dcim: dcim6_client::Client, user: dcim6_client::UserId) {
//! dcim.server(user);
//! # }
//! ```
//!
//! nor can an id be taken for a number by accident:
//!
//! ```compile_fail,E0308
//! # fn example(dcim: dcim6_client::Client) {
//! dcim.server(12);
//! # }
//! ```
//!
//! and what was put together but not sent does not go unnoticed:
//!
//! ```compile_fail
//! #![deny(unused_must_use)]
//! # fn example(port: dcim6_client::SwitchPort) {
//! port.up(); // forgot to await
//! # }
//! ```
//!
//! ```compile_fail
//! #![deny(unused_must_use)]
//! # fn example(server: dcim6_client::ServerHandle) {
//! server.install(dcim6_client::OsTemplateId::new(20)).password("secret"); // forgot to start
//! # }
//! ```

#![forbid(unsafe_code)]
#![deny(missing_docs, missing_debug_implementations)]
// What the standard library had when the compiler of `rust-version` came out, and no more.
#![deny(clippy::incompatible_msrv)]

mod auth;
mod base_url;
mod body;
mod call;
mod catalog;
mod client;
mod clock;
pub mod contract;
mod dialect;
mod endpoint;
mod envelope;
mod error;
mod forbidden;
mod id;
mod ips;
mod list;
mod model;
mod open_enum;
mod operation;
mod query;
mod resolver;
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
pub use client::{Client, ClientBuilder};
pub use clock::{BoxFuture, Clock, Elapsed, ManualClock, TokioClock};
pub use dialect::{Dialect, InvalidDialect};
pub use endpoint::{Class, ENDPOINTS, Endpoint, Evidence, Field, FieldType, Method};
pub use error::{Delivery, Error, ErrorKind};
pub use id::{
    ConnectionId, HistoryId, InvalidId, IpId, LocationId, NetworkId, OperationId, OsTemplateId,
    PduId, PduPortId, PoolId, PortId, RackId, ScriptId, ServerId, SwitchId, UserId,
};
pub use list::{List, Page, RowStream};
pub use model::{
    Access, Configuration, Diagnostics, DiagnosticsStatus, Disk, HistoryEntry, InvalidHandle,
    IpAddress, IpFamily, IpPool, IpStatus, Location, Operation, OperationHandle, OperationKind,
    OperationStatus, Origin, OsTemplate, OsTemplateRef, Owner, PduConnection, Port, PortServer,
    PortStatus, PowerStatus, Problems, Rack, RackRef, Row, Script, Server, ServerIp, ServerState,
    Switch, SwitchConnection, TemplateKind, User, Whoami,
};
pub use operation::{
    JUST_BEFORE, Look, Looks, OperationRef, RunningOperation, Wait, WaitError, WaitResult,
    poll_delay,
};
pub use query::{Field as FilterField, Filter, FilterValue, OrderBy, asc, desc, field};
pub use resolver::Resolver;
pub use retry::Retry;
pub use secrecy::SecretString;
pub use servers::{
    AddIp, ClearHdd, Diagnose, EditServer, Install, Prepared, Recover, ServerHandle, Start,
    Transition,
};
pub use switches::{SetPort, SwitchHandle, SwitchPort, SwitchPorts};
pub use timestamp::{InvalidTimestamp, Timestamp};
pub use transport::{Transport, TransportError, TransportFailure, WireRequest, WireResponse};
pub use users::{LoginKey, NewUser, UserHandle};
