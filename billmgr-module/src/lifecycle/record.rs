//! What the module remembers of a service: the item parameters that begin with `dcim6_`.

use std::collections::BTreeMap;

use dcim6_client::{
    OperationHandle, OperationId, PortId, Server, ServerId, SwitchConnection, SwitchId, Timestamp,
    UserId,
};
use serde::{Deserialize, Serialize, de::DeserializeOwned};

use crate::error::{Error, ErrorKind};

/// How far a service has come. Each stage is saved before the step it names, and never goes back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[allow(missing_docs)] // Each is named after the step it announces; `billmanager-protocol.md` 5.1 and 9.
pub enum Stage {
    Nothing,
    Picked,
    User,
    Owner,
    Name,
    Ports,
    Ip,
    Power,
    Install,
    Installed,
    Close1,
    Close2,
    Close3,
    Close4,
    Close5,
    Close6,
    Close7,
    Close8,
}

const STAGES: [(Stage, &str); 18] = [
    (Stage::Nothing, ""),
    (Stage::Picked, "picked"),
    (Stage::User, "user"),
    (Stage::Owner, "owner"),
    (Stage::Name, "name"),
    (Stage::Ports, "ports"),
    (Stage::Ip, "ip"),
    (Stage::Power, "power"),
    (Stage::Install, "install"),
    (Stage::Installed, "installed"),
    (Stage::Close1, "close1"),
    (Stage::Close2, "close2"),
    (Stage::Close3, "close3"),
    (Stage::Close4, "close4"),
    (Stage::Close5, "close5"),
    (Stage::Close6, "close6"),
    (Stage::Close7, "close7"),
    (Stage::Close8, "close8"),
];

impl Stage {
    /// Give the word that is saved.
    pub fn as_str(self) -> &'static str {
        STAGES
            .iter()
            .find(|(stage, _)| *stage == self)
            .map_or("", |(_, word)| word)
    }

    /// Read the saved word; `None` for one of another version of the module (N32).
    pub fn parse(word: &str) -> Option<Self> {
        STAGES
            .iter()
            .find(|(_, known)| *known == word)
            .map(|(stage, _)| *stage)
    }
}

/// A port of a switch.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct PortNote {
    /// The switch.
    pub switch: SwitchId,
    /// The port.
    pub port: PortId,
}

/// The data ports that a stop found up (P2).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PortList {
    /// The ports to raise again; never a BMC port.
    pub up: Vec<PortNote>,
    /// Whether a resume has raised them all, so that the next stop makes a list of its own.
    #[serde(default)]
    pub restored: bool,
}

/// One disk as DCImanager's inventory names it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DiskNote {
    /// The serial number, if the inventory has it.
    pub serial: Option<String>,
    /// The size in GB, if the inventory has it.
    pub size_gb: Option<u64>,
}

impl PortNote {
    /// Note down a connection's port.
    pub fn of(port: &SwitchConnection) -> Self {
        Self {
            switch: port.switch,
            port: port.id,
        }
    }
}

impl DiskNote {
    /// Note down a server's disks.
    pub fn of(server: &Server) -> Vec<Self> {
        server
            .disks()
            .into_iter()
            .map(|disk| Self {
                serial: disk.serial,
                size_gb: disk.size_gb,
            })
            .collect()
    }
}

/// Maintenance while a service is deleted (D4): the fence that keeps others from handing the server out while it has no owner.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Maintenance {
    /// Whether it was on before; then it stays on.
    pub before: bool,
    /// How it stands.
    pub fence: Fence,
}

/// How the fence stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Fence {
    /// It is on, or about to be.
    On,
    /// This DCImanager has no such call; the binding is the only fence.
    Unavailable,
    /// DCImanager refused diagnostics because of it: off until they have ended.
    OffForDiagnostics,
}

/// The proof that the disks are clean (D5); stays in the item for good.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Evidence {
    /// Our own diagnostics.
    pub operation: OperationId,
    /// `quick` or `full`: what was asked for.
    pub level: String,
    /// When we saw it ended.
    pub seen: Timestamp,
    /// The disks afterwards.
    pub disks: Vec<DiskNote>,
}

/// A wipe that ended, and proves nothing (D7).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Unproven {
    /// The diagnostics, if DCImanager named it.
    pub operation: Option<OperationId>,
    /// What is missing, for staff.
    pub reason: String,
}

/// Everything a close knows about the wipe.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Wipe {
    /// The server it is about.
    pub server: ServerId,
    /// The disks before the first step; saved once, never lowered (D5).
    pub baseline: Vec<DiskNote>,
    /// What became of maintenance.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub maintenance: Option<Maintenance>,
    /// The clean-up level that was asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub level: Option<String>,
    /// Whether the diagnostics were seen running after their limit and our grace, so that no limit cut them (D6).
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub ran_past: bool,
    /// The panel's own clock when it accepted the diagnostics, if it told us.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sent_panel_time: Option<Timestamp>,
    /// The proof, once there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub evidence: Option<Evidence>,
    /// BILLmanager's operation that was handed to staff: a run of it after that was started by them, and may wipe again (D7).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub handed_over: Option<u64>,
    /// The end without proof, until staff start another try.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unproven: Option<Unproven>,
}

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
    /// `dcim6_wipe`.
    pub wipe: Option<Wipe>,
}

impl Wipe {
    /// Note down the disks of a server before anything is done to it.
    pub fn of(server: &Server) -> Self {
        Self {
            server: server.id,
            baseline: DiskNote::of(server),
            maintenance: None,
            level: None,
            ran_past: false,
            sent_panel_time: None,
            evidence: None,
            handed_over: None,
            unproven: None,
        }
    }
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
            wipe: json(text("dcim6_wipe"), "dcim6_wipe")?,
        })
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
    /// The wipe.
    Wipe(Wipe),
}

impl Change {
    /// Bind a service to a server of a DCImanager.
    pub fn claim(server: ServerId, panel: &str) -> Vec<Self> {
        vec![
            Self::Server(Some(server)),
            Self::Panel(Some(panel.to_owned())),
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
