//! What a person can do in DCImanager's own interface, or with his hands at the rack.

use serde::{Deserialize, Serialize};

use super::World;
use super::actor::{Actor, Person};
use super::address::Family;
use super::command::{Answer, Command};
use super::operation::ClearHdd;
use super::people::USER;
use super::refusal::Refusal;
use super::server::PowerGoal;

/// Act as a person, between any two calls (R38).
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
    /// Change what is written about a server.
    Edit {
        /// The server.
        server: u64,
        /// Its name.
        #[serde(default)]
        name: Option<String>,
        /// Its host name.
        #[serde(default)]
        domain: Option<String>,
        /// Free text.
        #[serde(default)]
        notes: Option<String>,
    },
    /// Create a user.
    CreateUser {
        /// The e-mail address.
        email: String,
        /// The password.
        password: String,
    },
    /// Delete a user (R32).
    DeleteUser {
        /// The user.
        user: u64,
    },
    /// Take a server into operation, or out of it (R7).
    InOperation {
        /// The server.
        server: u64,
        /// Whether it is in operation.
        on: bool,
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
            PanelAction::Edit {
                server,
                name,
                domain,
                notes,
            } => Command::Edit {
                server,
                name,
                domain,
                notes,
            },
            PanelAction::CreateUser { email, password } => Command::CreateUser {
                email,
                full_name: String::new(),
                password,
                phone_number: String::new(),
                role: USER.to_owned(),
            },
            PanelAction::DeleteUser { user } => Command::DeleteUser { user },
            at_the_rack => return self.act_by_hand(&actor, at_the_rack),
        };
        self.apply(&actor, command)
    }
}
