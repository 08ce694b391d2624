//! A long operation on a server.

use std::time::Duration;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::actor::Actor;
use crate::moment::Moment;
use crate::queue::Key;

/// One operation, running or ended.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Operation {
    /// Its id.
    pub id: u64,
    /// The server.
    pub server: u64,
    /// What it does.
    pub kind: OperationKind,
    /// Whether the API or a person started it (R22).
    pub origin: Origin,
    /// Who started it.
    pub actor: Actor,
    /// Time limit in minutes as the wire shows it (R18).
    pub timeout: Option<u32>,
    /// When it began.
    pub started_at: Moment,
    /// When it ended.
    pub finished_at: Option<Moment>,
    /// How it stands.
    pub status: OperationStatus,
    /// Why it ended, if not by itself.
    pub reason: Option<String>,
    /// How long it takes if nothing stops it.
    pub duration: Duration,
    /// The template it boots or installs.
    pub template: Option<u64>,
    /// Clean-up level of diagnostics.
    pub clear_hdd: ClearHdd,
    /// Its limit ended it before its work was done, whatever its status says.
    pub cut: bool,
    /// Serials of the disks that it wiped.
    pub wiped: Vec<String>,
    /// A deallocation-pool address that the server holds meanwhile (R29).
    pub held_address: Option<u64>,
    #[serde(skip)]
    pub(crate) pending: Vec<Key>,
}

/// What an operation does.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum OperationKind {
    /// Installs an operating system.
    ServerInstall,
    /// Diagnostics, perhaps with disk clean-up.
    ServerDiag,
    /// Boots a rescue system.
    ServerRecovery,
    /// Suspends the server.
    ServerSuspend,
    /// Resumes the server.
    ServerResume,
}

impl OperationKind {
    /// Whether it boots over the network (R23).
    pub fn boots_over_network(self) -> bool {
        matches!(
            self,
            Self::ServerInstall | Self::ServerDiag | Self::ServerRecovery
        )
    }

    /// Give its name on the wire.
    pub fn name(self) -> &'static str {
        match self {
            Self::ServerInstall => "server_install",
            Self::ServerDiag => "server_diag",
            Self::ServerRecovery => "server_recovery",
            Self::ServerSuspend => "server_suspend",
            Self::ServerResume => "server_resume",
        }
    }
}

/// How an operation stands (R17).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum OperationStatus {
    /// Running.
    Run,
    /// Ended well.
    Ok,
    /// Cancelled.
    Canceled,
    /// Failed.
    Fail,
}

impl OperationStatus {
    /// Give its word on the wire.
    pub fn word(self) -> &'static str {
        match self {
            Self::Run => "run",
            Self::Ok => "ok",
            Self::Canceled => "canceled",
            Self::Fail => "fail",
        }
    }
}

/// Where an operation was started (R22).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Origin {
    /// By an API call.
    Api,
    /// In DCImanager's own interface.
    Panel,
}

/// Clean-up level of diagnostics.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum ClearHdd {
    /// Leave the disks alone.
    #[default]
    None,
    /// Clear boot records and partition tables.
    Quick,
    /// Overwrite everything.
    Full,
}

impl Operation {
    /// Whether it is still running.
    pub fn is_running(&self) -> bool {
        self.status == OperationStatus::Run
    }
}
