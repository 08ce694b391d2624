//! What a person can do in DCImanager's own interface, or with his hands at the rack.

use serde::{Deserialize, Serialize};

use super::World;
use super::actor::{Actor, Person};
use super::address::{Address, Family, Place};
use super::command::{Answer, Command};
use super::occurrence::What;
use super::operation::ClearHdd;
use super::refusal::Refusal;
use super::server::{Disk, PowerGoal};

/// Act as a person.
///
/// What is done in DCImanager's interface follows DCImanager's rules; operations started there have the origin `panel` and
/// DCImanager's own limits (R18). What is done at the rack follows none.
///
/// In JSON: `POST /_mock/panel/power` with `{"server":7,"goal":"off"}`.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(tag = "action", rename_all = "snake_case", deny_unknown_fields)]
#[non_exhaustive]
pub enum PanelAction {
    /// Start an installation.
    Install {
        /// The server.
        server: u64,
        /// The template.
        os_template: u64,
    },
    /// Start diagnostics.
    Diag {
        /// The server.
        server: u64,
        /// The clean-up level.
        #[serde(default)]
        clear_hdd: ClearHdd,
    },
    /// Start the rescue system.
    Recovery {
        /// The server.
        server: u64,
    },
    /// Suspend a server.
    Suspend {
        /// The server.
        server: u64,
    },
    /// Resume a server.
    Resume {
        /// The server.
        server: u64,
    },
    /// Cancel the running operation of a server.
    Cancel {
        /// The server.
        server: u64,
    },
    /// Use the power buttons of the interface.
    Power {
        /// The server.
        server: u64,
        /// Which button.
        goal: PowerGoal,
    },
    /// Switch a port.
    Port {
        /// The port.
        port: u64,
        /// Whether it lets traffic through.
        up: bool,
    },
    /// Set or clear the owner.
    Owner {
        /// The server.
        server: u64,
        /// The new owner.
        #[serde(default)]
        owner: Option<u64>,
    },
    /// Set protection.
    Protection {
        /// The server.
        server: u64,
        /// Whether it is on.
        on: bool,
    },
    /// Set maintenance mode.
    Maintenance {
        /// The server.
        server: u64,
        /// Whether it is on.
        on: bool,
    },
    /// Give a server addresses.
    AddAddress {
        /// The server.
        server: u64,
        /// The pool; chosen by R28 if absent.
        #[serde(default)]
        pool: Option<u64>,
        /// The family.
        #[serde(default)]
        family: Family,
    },
    /// Take an address from a server.
    DeleteAddress {
        /// The server.
        server: u64,
        /// The address.
        address: u64,
    },
    /// Move an address to another server (F21).
    MoveAddress {
        /// The address.
        address: u64,
        /// Where it goes.
        server: u64,
    },
    /// At the rack: press the power button.
    PressPower {
        /// The server.
        server: u64,
        /// What comes of it, at once.
        goal: PowerGoal,
    },
    /// At the rack: switch the socket of the PDU.
    Outlet {
        /// The server.
        server: u64,
        /// Whether it gives current.
        on: bool,
    },
    /// At the rack: pull a disk out.
    PullDisk {
        /// The server.
        server: u64,
        /// The disk.
        serial: String,
    },
    /// At the rack: put a clean disk in.
    InsertDisk {
        /// The server.
        server: u64,
        /// Its serial.
        serial: String,
        /// Its size.
        size_gb: u64,
    },
    /// At the rack: take the cable out of a port; DCImanager's connection goes with it.
    Unplug {
        /// The port.
        port: u64,
    },
    /// End all sessions.
    ExpireSessions,
    /// Let the licence expire or renew it (R36).
    Licence {
        /// Whether it has expired.
        expired: bool,
    },
}

impl World {
    /// Let a person act now.
    pub(crate) fn act(&mut self, who: Person, action: PanelAction) -> Result<Answer, Refusal> {
        let actor = Actor::Person(who);
        let command = match action {
            PanelAction::Install {
                server,
                os_template,
            } => Command::Install {
                server,
                template: os_template,
                domain: None,
                script: None,
                timeout: None,
            },
            PanelAction::Diag { server, clear_hdd } => Command::Diagnose {
                server,
                template: None,
                clear_hdd,
                timeout: None,
            },
            PanelAction::Recovery { server } => Command::Recover {
                server,
                template: None,
                timeout: None,
            },
            PanelAction::Suspend { server } => Command::Suspend { server },
            PanelAction::Resume { server } => Command::Resume { server },
            PanelAction::Cancel { server } => {
                self.find_server(server)?;
                let operation = self
                    .running_operation(server)
                    .map(|operation| operation.id)
                    .ok_or(Refusal::precondition(
                        "No operation is running",
                        "operation_state",
                    ))?;
                Command::Cancel { server, operation }
            }
            PanelAction::Power { server, goal } => Command::Power { server, goal },
            PanelAction::Port { port, up } => {
                let found = self
                    .ports
                    .get(&port)
                    .ok_or(Refusal::not_found("port", port))?;
                Command::SetPort {
                    switch: found.switch,
                    port,
                    up,
                }
            }
            PanelAction::Owner { server, owner } => Command::SetOwner { server, owner },
            PanelAction::Protection { server, on } => Command::SetProtection {
                server,
                on,
                confirm: Some(server),
            },
            PanelAction::Maintenance { server, on } => Command::SetMaintenance { server, on },
            PanelAction::AddAddress {
                server,
                pool,
                family,
            } => Command::AddAddresses {
                server,
                pool,
                family,
                count: 1,
            },
            PanelAction::DeleteAddress { server, address } => {
                Command::DeleteAddress { server, address }
            }
            by_hand => return self.act_by_hand(&actor, by_hand),
        };
        self.apply(&actor, command)
    }

    fn act_by_hand(&mut self, actor: &Actor, action: PanelAction) -> Result<Answer, Refusal> {
        match action {
            PanelAction::MoveAddress { address, server } => {
                return self.move_address(address, server, actor);
            }
            PanelAction::PressPower { server, goal } => {
                self.find_server(server)?;
                self.press_power(server, goal, actor);
                return Ok(server.into());
            }
            PanelAction::Outlet { server, on } => {
                self.find_server(server)?;
                self.set_power(server, on, false, actor);
                self.power_taken_from_operation(server, actor);
                return Ok(server.into());
            }
            PanelAction::PullDisk { server, serial } => {
                self.find_disk(server, &serial)?;
                self.find_server_mut(server)?
                    .disks
                    .retain(|disk| disk.serial != serial);
                return Ok(self.note_other(server, actor, &format!("disk {serial} pulled")));
            }
            PanelAction::InsertDisk {
                server,
                serial,
                size_gb,
            } => {
                if self.find_disk(server, &serial).is_ok() {
                    return Err(Refusal::invalid("serial", "not_unique"));
                }
                self.find_server_mut(server)?.disks.push(Disk {
                    serial: serial.clone(),
                    size_gb,
                    hidden: false,
                    read_only: false,
                    boots: None,
                    boot_taint: std::collections::BTreeSet::new(),
                    data_taint: std::collections::BTreeSet::new(),
                });
                return Ok(self.note_other(server, actor, &format!("disk {serial} inserted")));
            }
            PanelAction::Unplug { port } => return self.unplug(port, actor),
            PanelAction::ExpireSessions => self.sessions.clear(),
            PanelAction::Licence { expired } => self.settings.licence_expired = expired,
            _ => {}
        }
        Ok(0.into())
    }

    fn note_other(&mut self, server: u64, actor: &Actor, note: &str) -> Answer {
        let note = note.to_owned();
        self.note(server, actor, What::Other { note });
        server.into()
    }

    /// A button at the rack works even while the BMC is silent, as long as there is current.
    fn press_power(&mut self, server: u64, goal: PowerGoal, actor: &Actor) {
        let outlet = self.server(server).is_some_and(|one| one.power.outlet_on);
        if goal != PowerGoal::On {
            self.set_power(server, outlet, false, actor);
        }
        if goal != PowerGoal::Off {
            self.set_power(server, outlet, outlet, actor);
        }
        if goal != PowerGoal::On {
            self.power_taken_from_operation(server, actor);
        }
    }

    fn move_address(&mut self, id: u64, to: u64, actor: &Actor) -> Result<Answer, Refusal> {
        self.find_server(to)?;
        let address = self
            .addresses
            .get(&id)
            .cloned()
            .ok_or(Refusal::not_found("ip", id))?;
        if address.place == Place::Network {
            return Err(Refusal::precondition(
                "The network uses this address",
                "extended",
            ));
        }
        self.free_address(id, actor);
        let Address {
            pool, network, ip, ..
        } = address;
        self.place_address(to, pool, network, ip, actor);
        Ok(id.into())
    }

    fn unplug(&mut self, id: u64, actor: &Actor) -> Result<Answer, Refusal> {
        let port = self
            .ports
            .get_mut(&id)
            .ok_or(Refusal::not_found("port", id))?;
        let Some(server) = port.server.take() else {
            return Err(Refusal::precondition(
                "Nothing is connected",
                "no_connection",
            ));
        };
        port.oper_up = false;
        if let Some(list) = self.server_ports.get_mut(&server) {
            list.retain(|one| *one != id);
        }
        self.note_other(server, actor, &format!("port {id} unplugged"));
        self.network_taken_from_operation(server);
        Ok(id.into())
    }
}
