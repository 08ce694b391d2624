//! What the module remembers of a service: the item parameters that begin with `dcim6_`.

use std::collections::BTreeMap;

use dcim6_client::{OperationHandle, ServerId, Timestamp, UserId};
use serde::{Serialize, de::DeserializeOwned};

pub use super::notes::{
    Acceptance, DiskNote, Evidence, Fence, Maintenance, PortList, PortNote, ResetNote, Unproven,
    Wipe,
};
pub use super::stage::Stage;
use crate::error::{Error, ErrorKind};

/// The remembered state of one service.
#[derive(Debug, Clone, PartialEq)]
pub struct Record {
    /// `dcim6_server`: the server this service holds.
    pub server: Option<ServerId>,
    /// `dcim6_panel`: the DCImanager it stands in, as `host:port`; not there if staff bound the service by hand.
    pub panel: Option<String>,
    /// `dcim6_candidate`: a similar server kept from other orders while staff decide (O1).
    pub candidate: Option<ServerId>,
    /// `dcim6_user`: the client's user in DCImanager.
    pub user: Option<UserId>,
    /// `dcim6_stage`.
    pub stage: Stage,
    /// `dcim6_operation`: the operation we started, or are about to.
    pub operation: Option<OperationHandle>,
    /// `dcim6_ports`.
    pub ports: Option<PortList>,
    /// `dcim6_power`: when we last switched power (R45).
    pub power: Option<Timestamp>,
    /// `dcim6_reset`: the reset last asked for.
    pub reset: Option<ResetNote>,
    /// `dcim6_wipe`.
    pub wipe: Option<Wipe>,
}

impl Record {
    /// Read what an item remembers.
    ///
    /// # Errors
    /// `value`, naming the parameter that cannot be read (N32-N34); nothing was touched, staff have to look at it.
    pub fn read(params: &BTreeMap<String, String>) -> Result<Self, Error> {
        let text = |name: &str| {
            params
                .get(name)
                .map(String::as_str)
                .filter(|value| !value.is_empty())
        };
        let stage = text("dcim6_stage").unwrap_or_default();
        Ok(Self {
            server: id(text("dcim6_server"), "dcim6_server")?,
            panel: text("dcim6_panel").map(str::to_owned),
            candidate: id(text("dcim6_candidate"), "dcim6_candidate")?,
            user: id(text("dcim6_user"), "dcim6_user")?,
            stage: Stage::parse(stage).ok_or_else(|| unreadable("dcim6_stage", stage))?,
            operation: json(text("dcim6_operation"), "dcim6_operation")?,
            ports: json(text("dcim6_ports"), "dcim6_ports")?,
            power: json(text("dcim6_power"), "dcim6_power")?,
            reset: json(text("dcim6_reset"), "dcim6_reset")?,
            wipe: json(text("dcim6_wipe"), "dcim6_wipe")?,
        })
    }
}

impl Record {
    /// Take a change in, as whoever reads the record after it was saved.
    pub fn apply(&mut self, change: &Change) {
        match change.clone() {
            Change::Server(server) => self.server = server,
            Change::Panel(panel) => self.panel = panel,
            Change::Candidate(server) => self.candidate = server,
            Change::User(user) => self.user = user,
            Change::Stage(stage) => self.stage = stage,
            Change::Operation(handle) => self.operation = handle,
            Change::Ports(ports) => self.ports = Some(ports),
            Change::Power(at) => self.power = Some(at),
            Change::Reset(reset) => self.reset = reset,
            Change::Wipe(wipe) => self.wipe = Some(wipe),
        }
    }
}

/// One change of what is remembered.
#[derive(Debug, Clone, PartialEq)]
pub enum Change {
    /// Bind the service to a server, or unbind it.
    Server(Option<ServerId>),
    /// The DCImanager of that server.
    Panel(Option<String>),
    /// Keep a candidate, or let it go.
    Candidate(Option<ServerId>),
    /// The client's user in that DCImanager.
    User(Option<UserId>),
    /// A stage.
    Stage(Stage),
    /// An operation we are about to start, started, or are done with.
    Operation(Option<OperationHandle>),
    /// The ports found up.
    Ports(PortList),
    /// The moment of a power command.
    Power(Timestamp),
    /// A reset, or that the last one no longer matters.
    Reset(Option<ResetNote>),
    /// The wipe.
    Wipe(Wipe),
}

impl Change {
    /// Bind a service to a server of a DCImanager. A user that is remembered from before may be of another one, where the same number is somebody
    /// else, an administrator even: the client is looked for anew.
    pub fn claim(server: ServerId, panel: &str) -> Vec<Self> {
        vec![
            Self::Server(Some(server)),
            Self::Panel(Some(panel.to_owned())),
            Self::User(None),
            Self::Stage(Stage::Picked),
        ]
    }

    /// Unbind a service from a server nothing was done to. The user goes too: the next server may stand in another DCImanager.
    pub fn withdrawal() -> Vec<Self> {
        vec![
            Self::Server(None),
            Self::Panel(None),
            Self::User(None),
            Self::Stage(Stage::Nothing),
        ]
    }

    /// Give the parameter and its value as they are saved. An empty value is how BILLmanager forgets one.
    pub fn to_param(&self) -> (&'static str, String) {
        match self {
            Self::Server(server) => (
                "dcim6_server",
                server.map(|id| id.to_string()).unwrap_or_default(),
            ),
            Self::Panel(panel) => ("dcim6_panel", panel.clone().unwrap_or_default()),
            Self::Candidate(server) => (
                "dcim6_candidate",
                server.map(|id| id.to_string()).unwrap_or_default(),
            ),
            Self::User(user) => (
                "dcim6_user",
                user.map(|id| id.to_string()).unwrap_or_default(),
            ),
            Self::Stage(stage) => ("dcim6_stage", stage.as_str().to_owned()),
            Self::Operation(handle) => (
                "dcim6_operation",
                handle.as_ref().map(encode).unwrap_or_default(),
            ),
            Self::Ports(ports) => ("dcim6_ports", encode(ports)),
            Self::Power(at) => ("dcim6_power", encode(at)),
            Self::Reset(reset) => (
                "dcim6_reset",
                reset.as_ref().map(encode).unwrap_or_default(),
            ),
            Self::Wipe(wipe) => ("dcim6_wipe", encode(wipe)),
        }
    }
}

/// None of these types can fail to serialise: string keys, no maps with other keys, no foreign impls.
fn encode<T: Serialize>(value: &T) -> String {
    serde_json::to_string(value).unwrap_or_default()
}

fn id<T: std::str::FromStr>(text: Option<&str>, name: &str) -> Result<Option<T>, Error> {
    text.map(|text| text.trim().parse().map_err(|_| unreadable(name, text)))
        .transpose()
}

fn json<T: DeserializeOwned>(text: Option<&str>, name: &str) -> Result<Option<T>, Error> {
    text.map(|text| serde_json::from_str(text).map_err(|_| unreadable(name, text)))
        .transpose()
}

fn unreadable(name: &str, text: &str) -> Error {
    let shown: String = text.chars().take(60).collect();
    Error::new(ErrorKind::Value, name, format!("cannot be read: {shown}")).for_staff()
}
