//! What a test may change about how the world behaves: durations as data, and levers.

use std::time::Duration;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::refusal::Refusal;
use crate::per_server::PerServer;

/// Name a duration of the world.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum DurationKind {
    /// Installation; 20 min (R25).
    Install,
    /// Booting the rescue system; 5 min (R25).
    Recovery,
    /// Diagnostics without clean-up or with the quick one; 20 min (R25).
    Diagnostics,
    /// Diagnostics with full clean-up; 180 min (R25).
    DiagnosticsFull,
    /// DCImanager's own suspension; 5 s (R25).
    Suspend,
    /// DCImanager's own resumption; 5 s (R25).
    Resume,
    /// A power call; 20 s (R15).
    Power,
    /// `allocating` to `allocated`; 10 s (R26).
    Address,
    /// `oper_status` after a change; 5 s (R31).
    Link,
    /// Time between two polls of the PDUs; 300 s (R12).
    PduPoll,
    /// From when on an operation needs its network boot; 30 s (R23).
    BootCheck,
}

impl DurationKind {
    fn default(self) -> Duration {
        Duration::from_secs(match self {
            Self::Install | Self::Diagnostics => 20 * 60,
            Self::Recovery | Self::PduPoll => 5 * 60,
            Self::DiagnosticsFull => 180 * 60,
            Self::Suspend | Self::Resume | Self::Link => 5,
            Self::Power => 20,
            Self::Address => 10,
            Self::BootCheck => 30,
        })
    }
}

/// How an operation ends whose limit has passed (R20).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ForcedEnd {
    /// At the limit, as `fail`.
    #[default]
    Fail,
    /// At the limit, as `canceled`.
    Canceled,
    /// At the limit, as `ok`, though its work is not done.
    Ok,
    /// The limit is not enforced: it ends by itself, with its work done.
    RunOn,
}

/// What a clean-up really does.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum WipeLever {
    /// What was asked for.
    #[default]
    Normal,
    /// Nothing, and ends `ok` (F29).
    Ignored,
    /// Nothing, and ends `fail` (F31).
    Fails,
    /// Nothing, and ends `canceled` (F31).
    Canceled,
}

#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
struct Span(#[serde(with = "crate::seconds")] Duration);

/// How the world behaves as a whole.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Settings {
    #[serde(with = "crate::per_server")]
    durations: PerServer<Span>,
    /// By how many percent a duration may be shorter or longer, by chance.
    #[serde(with = "crate::per_server")]
    jitter: PerServer<u8>,
    /// DCImanager's own limits in minutes (R18).
    pub(crate) diag_limit: u32,
    pub(crate) install_limit: u32,
    pub(crate) forced_end: ForcedEnd,
    /// Above this no diagnostics runs, whatever its caller asked for (R19).
    pub(crate) diag_ceiling: Option<u32>,
    /// Diagnostics is refused in maintenance mode (R35).
    pub(crate) maintenance_refuses_diagnostics: bool,
    /// Freed addresses return to no pool. Nothing real does that: it proves that L3 is judged.
    pub(crate) lose_freed_addresses: bool,
    pub(crate) licence_expired: bool,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            durations: PerServer::new(),
            jitter: PerServer::new(),
            diag_limit: 60,
            install_limit: 120,
            forced_end: ForcedEnd::Fail,
            diag_ceiling: None,
            maintenance_refuses_diagnostics: false,
            lose_freed_addresses: false,
            licence_expired: false,
        }
    }
}

impl Settings {
    /// The server's own duration, else the fleet's, else the default.
    pub(crate) fn duration(&self, server: Option<u64>, kind: DurationKind) -> Duration {
        self.durations
            .get(&(server, kind))
            .or_else(|| self.durations.get(&(None, kind)))
            .map_or_else(|| kind.default(), |span| span.0)
    }

    pub(crate) fn set_duration(&mut self, server: Option<u64>, kind: DurationKind, to: Duration) {
        self.durations.insert((server, kind), Span(to));
    }

    /// By how many percent a duration varies; 0 unless set.
    pub(crate) fn jitter(&self, server: Option<u64>, kind: DurationKind) -> u8 {
        self.jitter
            .get(&(server, kind))
            .or_else(|| self.jitter.get(&(None, kind)))
            .copied()
            .unwrap_or(0)
    }

    pub(crate) fn set_jitter(
        &mut self,
        server: Option<u64>,
        kind: DurationKind,
        percent: u8,
    ) -> Result<(), Refusal> {
        if percent > 100 {
            return Err(Refusal::invalid("percent", "above_100"));
        }
        // A rhythm and a threshold: if these varied, the same instant could lie before and behind them.
        if matches!(kind, DurationKind::PduPoll | DurationKind::BootCheck) {
            return Err(Refusal::invalid("of", "does_not_vary"));
        }
        self.jitter.insert((server, kind), percent);
        Ok(())
    }
}
