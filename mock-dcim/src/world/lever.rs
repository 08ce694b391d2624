//! Levers: how a test makes the world behave badly, or at another speed.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::World;
use super::place::PortWrites;
use super::refusal::Refusal;
use super::settings::{DurationKind, ForcedEnd, WipeLever};

/// Change how the world behaves. Nobody inside DCImanager could do this.
///
/// In JSON the lever is named by `lever`: `{"lever":"duration","of":"install","seconds":5399}`.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(tag = "lever", rename_all = "snake_case", deny_unknown_fields)]
#[non_exhaustive]
pub enum Lever {
    /// Set how long something takes, on one server or on all that have no time of their own.
    /// An operation that already runs keeps its time.
    Duration {
        /// The server; all if absent.
        #[serde(default)]
        server: Option<u64>,
        /// What.
        of: DurationKind,
        /// How long, in seconds.
        #[serde(with = "crate::seconds")]
        seconds: Duration,
    },
    /// Let a duration vary by chance, from the seed: by so many percent shorter or longer.
    Jitter {
        /// The server; all if absent.
        #[serde(default)]
        server: Option<u64>,
        /// What; neither `pdu_poll` nor `boot_check`.
        of: DurationKind,
        /// 0 to 100.
        percent: u8,
    },
    /// Choose how an operation ends whose limit has passed (R20).
    ForcedEnd {
        /// How.
        status: ForcedEnd,
    },
    /// Set the hard ceiling of diagnostics in minutes, or take it away (R19).
    DiagCeiling {
        /// The ceiling.
        #[serde(default)]
        minutes: Option<u32>,
    },
    /// Make the BMC of a server silent: its power is then unknown (R11).
    PowerUnknown {
        /// The server.
        server: u64,
        /// Whether it is silent.
        on: bool,
    },
    /// Accept power calls and do nothing (F34).
    PowerStuck {
        /// The server.
        server: u64,
        /// Whether it is stuck.
        on: bool,
    },
    /// Make the PDU of a server silent from the next poll on.
    PduUnknown {
        /// The server.
        server: u64,
        /// Whether it is silent.
        on: bool,
    },
    /// Choose what writes to a port do (R31).
    PortWrites {
        /// The port.
        port: u64,
        /// What they do.
        writes: PortWrites,
    },
    /// Choose what the clean-up of a server's disks really does.
    Wipe {
        /// The server.
        server: u64,
        /// What it does.
        how: WipeLever,
    },
    /// Hide a disk from DCImanager and from every clean-up, or show it again (F33).
    HideDisk {
        /// The server.
        server: u64,
        /// The disk.
        serial: String,
        /// Whether it is hidden.
        on: bool,
    },
    /// Make a disk read-only (F33).
    ReadOnlyDisk {
        /// The server.
        server: u64,
        /// The disk.
        serial: String,
        /// Whether it is read-only.
        on: bool,
    },
    /// Let the old system answer instead of the one booted over the network (F17).
    OldSystemBoots {
        /// The server.
        server: u64,
        /// Whether it does.
        on: bool,
    },
    /// Let diagnostics find something wrong.
    Faulty {
        /// The server.
        server: u64,
        /// Whether it does.
        on: bool,
    },
    /// Give a server network boot in its firmware, or take it away (R23).
    NetworkBoot {
        /// The server.
        server: u64,
        /// Whether it has it.
        on: bool,
    },
    /// Let the DHCP server of a location answer or not (R23).
    Dhcp {
        /// The location.
        location: u64,
        /// Whether it answers.
        on: bool,
    },
    /// Refuse diagnostics in maintenance mode (R35).
    MaintenanceRefusesDiagnostics {
        /// Whether it is refused.
        on: bool,
    },
    /// Lose each freed address: proves that L3 is judged.
    LoseFreedAddresses {
        /// Whether they are lost.
        on: bool,
    },
}

impl World {
    pub(crate) fn pull(&mut self, lever: Lever) -> Result<(), Refusal> {
        match lever {
            Lever::Duration {
                server,
                of,
                seconds,
            } => {
                if let Some(id) = server {
                    self.find_server(id)?;
                }
                self.settings.set_duration(server, of, seconds);
            }
            Lever::Jitter {
                server,
                of,
                percent,
            } => {
                if let Some(id) = server {
                    self.find_server(id)?;
                }
                self.settings.set_jitter(server, of, percent)?;
            }
            Lever::ForcedEnd { status } => self.settings.forced_end = status,
            Lever::DiagCeiling { minutes } => self.settings.diag_ceiling = minutes,
            Lever::MaintenanceRefusesDiagnostics { on } => {
                self.settings.maintenance_refuses_diagnostics = on;
            }
            Lever::LoseFreedAddresses { on } => self.settings.lose_freed_addresses = on,
            Lever::PortWrites { port, writes } => {
                self.ports
                    .get_mut(&port)
                    .ok_or(Refusal::not_found("port", port))?
                    .writes = writes;
            }
            Lever::Dhcp { location, on } => {
                self.locations
                    .get_mut(&location)
                    .ok_or(Refusal::not_found("location", location))?
                    .dhcp = on;
                let there: Vec<u64> = self
                    .servers
                    .values()
                    .filter(|server| server.location == location)
                    .map(|server| server.id)
                    .collect();
                for server in there {
                    self.network_taken_from_operation(server);
                }
            }
            on_server => return self.pull_on_server(on_server),
        }
        Ok(())
    }

    fn pull_on_server(&mut self, lever: Lever) -> Result<(), Refusal> {
        match lever {
            Lever::PowerUnknown { server, on } => {
                self.find_server_mut(server)?.power.bmc_unreachable = on;
            }
            Lever::PowerStuck { server, on } => self.find_server_mut(server)?.power.stuck = on,
            Lever::PduUnknown { server, on } => {
                if let Some(pdu) = &mut self.find_server_mut(server)?.power.pdu {
                    pdu.unreachable = on;
                }
                self.pdu_polled(server);
            }
            Lever::Wipe { server, how } => self.find_server_mut(server)?.wipe = how,
            Lever::HideDisk { server, serial, on } => {
                self.find_disk(server, &serial)?.hidden = on;
            }
            Lever::ReadOnlyDisk { server, serial, on } => {
                self.find_disk(server, &serial)?.read_only = on;
            }
            Lever::OldSystemBoots { server, on } => {
                self.find_server_mut(server)?.old_system_boots = on;
            }
            Lever::Faulty { server, on } => self.find_server_mut(server)?.faulty = on,
            Lever::NetworkBoot { server, on } => {
                self.find_server_mut(server)?.network_boot = on;
                self.network_taken_from_operation(server);
            }
            _ => {}
        }
        Ok(())
    }

    pub(crate) fn find_disk(
        &mut self,
        server: u64,
        serial: &str,
    ) -> Result<&mut super::server::Disk, Refusal> {
        self.find_server_mut(server)?
            .disks
            .iter_mut()
            .find(|disk| disk.serial == serial)
            .ok_or_else(|| Refusal::invalid("serial", "not_found"))
    }
}
