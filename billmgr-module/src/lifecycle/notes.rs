//! What the module notes down of ports, disks and wipes: the values of `dcim6_ports` and `dcim6_wipe`.

use dcim6_client::{OperationId, PortId, Server, ServerId, SwitchConnection, SwitchId, Timestamp};
use serde::{Deserialize, Serialize};

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

/// A reset that a command asked for: what a run after it must know, because no look can tell.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct ResetNote {
    /// BILLmanager's operation.
    pub operation: u64,
    /// Whether DCImanager said yes; if not, it may have been sent all the same.
    pub accepted: bool,
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

/// A person's word that a server has fewer disks than when its deletion began, or shows none at all (D5).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Acceptance {
    /// Who.
    pub by: String,
    /// Why.
    pub reason: String,
    /// When.
    pub at: Timestamp,
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
    /// Whether DCImanager's answer to our request named the diagnostics, so that its id alone makes it ours (D5). A note of a former version
    /// does not say: there what DCImanager says of the operation has to fit too.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub is_named: bool,
    /// The proof, once there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub evidence: Option<Evidence>,
    /// BILLmanager's operation that was handed to staff: a run of it after that was started by them, and may wipe again (D7).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub handed_over: Option<u64>,
    /// What staff accepted of the disks, so that fewer than at the start will do (D5).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub accepted: Option<Acceptance>,
    /// The end without proof, until staff start another try.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unproven: Option<Unproven>,
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
            is_named: false,
            evidence: None,
            handed_over: None,
            accepted: None,
            unproven: None,
        }
    }
}
