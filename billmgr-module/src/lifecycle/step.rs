//! The next thing to do: what a plan answers, and the engine carries out.

use std::fmt;
use std::time::Duration;

use dcim6_client::{
    ClearHdd, IpId, OperationHandle, OperationId, OsTemplateId, PortId, PortStatus, PowerStatus,
    ScriptId, Server, SwitchConnection, SwitchId, UserId,
};

use super::record::Change;
use super::situation::{OWNER_LIMIT, Owner, STEP_LIMIT};
use crate::error::Error;
use crate::panel::calls::SlotAddress;

/// One step. Each is one effect, or a wait, or the end.
#[derive(Debug, Clone, PartialEq)]
pub enum Step {
    /// Save item parameters, in one call.
    Remember(Vec<Change>),
    /// Make a password and save it crypted.
    MakePassword,
    /// Save the client's user name.
    SaveLogin(String),
    /// Look for the client's user in DCImanager.
    FindUser,
    /// Look for the diagnostics template of DCImanager.
    FindDiagnostics,
    /// Write to DCImanager.
    Write(Write),
    /// Put an address into a slot of BILLmanager.
    FillSlot(u64, SlotAddress),
    /// Make the address in a slot count.
    CommitSlot(u64),
    /// Take a slot out of BILLmanager.
    EmptySlot(u64),
    /// Wait for the remembered operation to end.
    Await,
    /// Look once at the remembered operation.
    Look,
    /// Look again a little later.
    Wait {
        /// How much later.
        delay: Duration,
        /// What for, in a word.
        what: &'static str,
    },
    /// Give the server back, untouched, and choose another.
    Withdraw,
    /// Everything is as it should be: tell BILLmanager.
    Complete,
    /// Nothing more can be done but to switch off and cut off, and then to ask staff.
    Contain(Error),
    /// Nothing more can be done now.
    Fail(Error),
}

/// A write to DCImanager.
#[derive(Debug, Clone, PartialEq)]
pub enum Write {
    /// Create the client's user.
    CreateUser,
    /// Give the server to a user, or take it away.
    Owner(Option<UserId>),
    /// Give the server its host name; an empty one takes the last client's away.
    Edit(String),
    /// Raise or lower a data port.
    Port(SwitchId, PortId, bool),
    /// Power on or off.
    Power(bool),
    /// Reset.
    Reset,
    /// Order addresses.
    AddIps(u32),
    /// Remove an address.
    DeleteIp(IpId),
    /// Set or lift maintenance.
    Maintenance(bool),
    /// Stop a running operation.
    Cancel(OperationId),
    /// Install the ordered system, with its name and its script, if it has them.
    Install(
        OperationHandle,
        OsTemplateId,
        Option<String>,
        Option<ScriptId>,
    ),
    /// Run diagnostics with disk clean-up.
    Diagnostics(OperationHandle, OsTemplateId, ClearHdd),
}

impl Step {
    /// Name the step as the log does: no parameter of it, which may be a secret or a person's.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Remember(_) => "save",
            Self::MakePassword => "make a password",
            Self::SaveLogin(_) => "save the login",
            Self::FindUser => "find the user",
            Self::FindDiagnostics => "find the diagnostics template",
            Self::Write(write) => write.name(),
            Self::FillSlot(..) => "fill an address slot",
            Self::CommitSlot(_) => "commit an address slot",
            Self::EmptySlot(_) => "empty an address slot",
            Self::Await => "wait for the operation",
            Self::Look => "look at the operation",
            Self::Wait { what, .. } => what,
            Self::Withdraw => "withdraw the claim",
            Self::Complete => "complete",
            Self::Contain(_) => "contain",
            Self::Fail(_) => "fail",
        }
    }
}

impl WriteKey {
    /// Say whether a look shows the goal of this write, so that a later need of it starts its count anew.
    pub fn is_met(self, server: &Server) -> bool {
        match self {
            Self::Owner(some) => server.has_owner() == some,
            Self::Port(switch, port, up) => {
                let goal = if up { PortStatus::Up } else { PortStatus::Down };
                let same = |found: &&SwitchConnection| found.switch == switch && found.id == port;
                let mut found = server.data_ports().filter(same).peekable();
                found.peek().is_some() && found.all(|found| found.admin_status == goal)
            }
            Self::Power(true) => server.power_status == PowerStatus::On,
            Self::Power(false) => server.power_status == PowerStatus::Off,
            Self::Maintenance(on) => server.is_maintenance == Some(on),
            Self::CreateUser
            | Self::Edit
            | Self::Reset
            | Self::AddIps
            | Self::DeleteIp(_)
            | Self::Cancel(_)
            | Self::Operation => false,
        }
    }
}

/// What makes two writes the same write, for counting tries.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[allow(missing_docs)] // One for each `Write`.
pub enum WriteKey {
    CreateUser,
    Owner(bool),
    Edit,
    Port(SwitchId, PortId, bool),
    Power(bool),
    Reset,
    AddIps,
    DeleteIp(IpId),
    Maintenance(bool),
    Cancel(OperationId),
    Operation,
}

impl Write {
    /// Give what makes this write the same as another.
    pub fn key(&self) -> WriteKey {
        match self {
            Self::CreateUser => WriteKey::CreateUser,
            Self::Owner(user) => WriteKey::Owner(user.is_some()),
            Self::Edit(_) => WriteKey::Edit,
            Self::Port(switch, port, up) => WriteKey::Port(*switch, *port, *up),
            Self::Power(on) => WriteKey::Power(*on),
            Self::Reset => WriteKey::Reset,
            Self::AddIps(_) => WriteKey::AddIps,
            Self::DeleteIp(ip) => WriteKey::DeleteIp(*ip),
            Self::Maintenance(on) => WriteKey::Maintenance(*on),
            Self::Cancel(operation) => WriteKey::Cancel(*operation),
            Self::Install(..) | Self::Diagnostics(..) => WriteKey::Operation,
        }
    }

    /// Name the write as errors and logs do.
    pub fn name(&self) -> &'static str {
        match self {
            Self::CreateUser => "user_create",
            Self::Owner(_) => "server_owner_set",
            Self::Edit(_) => "server_edit",
            Self::Port(..) => "switch_port_set",
            Self::Power(true) => "server_power_on",
            Self::Power(false) => "server_power_off",
            Self::Reset => "server_power_reset",
            Self::AddIps(_) => "server_ip_add",
            Self::DeleteIp(_) => "server_ip_delete",
            Self::Maintenance(_) => "server_maintenance_set",
            Self::Cancel(_) => "server_operation_cancel",
            Self::Install(..) => "server_install",
            Self::Diagnostics(..) => "server_diag",
        }
    }

    /// How long its effect may take to show.
    pub fn limit(&self) -> Duration {
        if matches!(self, Self::Owner(_)) {
            OWNER_LIMIT
        } else {
            STEP_LIMIT
        }
    }

    /// Say whether a second one would do harm (class X). Stopping one given operation twice does none.
    pub fn is_once(&self) -> bool {
        matches!(
            self,
            Self::CreateUser
                | Self::Reset
                | Self::AddIps(_)
                | Self::Install(..)
                | Self::Diagnostics(..)
        )
    }

    /// Say whether this write may be sent to a server with this owner (E3). Which of them a stage demands is the plan's business; this is
    /// the fence behind it.
    pub fn allows(&self, owner: Owner) -> bool {
        match self {
            // The first write takes a server that is nobody's; a wipe never reaches one that has an owner (R46: the owner goes before it).
            Self::Owner(Some(_)) | Self::Diagnostics(..) => owner == Owner::None,
            Self::Owner(None)
            | Self::Edit(_)
            | Self::Reset
            | Self::AddIps(_)
            | Self::Install(..) => owner == Owner::Ours,
            // Both before and after the owner is removed, as the steps of a deletion need them.
            Self::CreateUser
            | Self::Port(..)
            | Self::Power(_)
            | Self::DeleteIp(_)
            | Self::Maintenance(_)
            | Self::Cancel(_) => owner != Owner::Foreign,
        }
    }
}

impl fmt::Display for Write {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Owner(None) => f.write_str("server_owner_set none"),
            Self::Owner(Some(user)) => write!(f, "server_owner_set user {user}"),
            Self::Port(_, port, up) => write!(
                f,
                "switch_port_set {port} {}",
                if *up { "up" } else { "down" }
            ),
            Self::AddIps(count) => write!(f, "server_ip_add {count}"),
            Self::DeleteIp(ip) => write!(f, "server_ip_delete {ip}"),
            Self::Maintenance(on) => write!(
                f,
                "server_maintenance_set {}",
                if *on { "on" } else { "off" }
            ),
            Self::Cancel(operation) => write!(f, "server_operation_cancel {operation}"),
            Self::Diagnostics(_, _, level) => write!(f, "server_diag clear_hdd={level}"),
            other => f.write_str(other.name()),
        }
    }
}
