//! What can be asked of the world, and the one door through which it is asked.

use super::World;
use super::actor::Actor;
use super::address::Family;
use super::operation::ClearHdd;
use super::refusal::Refusal;
use super::server::PowerGoal;

/// A write. Reads take `&World` and need no command.
#[derive(Clone, Debug)]
pub(crate) enum Command {
    Edit {
        server: u64,
        name: Option<String>,
        domain: Option<String>,
        notes: Option<String>,
    },
    SetOwner {
        server: u64,
        owner: Option<u64>,
    },
    SetMaintenance {
        server: u64,
        on: bool,
    },
    SetProtection {
        server: u64,
        on: bool,
        confirm: Option<u64>,
    },
    Power {
        server: u64,
        goal: PowerGoal,
    },
    Install {
        server: u64,
        template: u64,
        domain: Option<String>,
        script: Option<u64>,
        timeout: Option<u32>,
    },
    Diagnose {
        server: u64,
        template: Option<u64>,
        clear_hdd: ClearHdd,
        timeout: Option<u32>,
    },
    Recover {
        server: u64,
        template: Option<u64>,
        timeout: Option<u32>,
    },
    Suspend {
        server: u64,
    },
    Resume {
        server: u64,
    },
    Cancel {
        server: u64,
        operation: u64,
    },
    SetPort {
        switch: u64,
        port: u64,
        up: bool,
    },
    AddAddresses {
        server: u64,
        pool: Option<u64>,
        family: Family,
        count: u32,
    },
    DeleteAddress {
        server: u64,
        address: u64,
    },
    CreateUser {
        email: String,
        full_name: String,
        password: String,
        phone_number: String,
        role: String,
    },
    DeleteUser {
        user: u64,
    },
}

/// What a command answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Answer {
    /// The object.
    pub(crate) id: u64,
    /// The operation that it started.
    pub(crate) operation: Option<u64>,
}

impl From<u64> for Answer {
    fn from(id: u64) -> Self {
        Self {
            id,
            operation: None,
        }
    }
}

impl Command {
    /// The server that it writes to, if it names one.
    pub(crate) fn server(&self) -> Option<u64> {
        match self {
            Self::Edit { server, .. }
            | Self::SetOwner { server, .. }
            | Self::SetMaintenance { server, .. }
            | Self::SetProtection { server, .. }
            | Self::Power { server, .. }
            | Self::Install { server, .. }
            | Self::Diagnose { server, .. }
            | Self::Recover { server, .. }
            | Self::Suspend { server }
            | Self::Resume { server }
            | Self::Cancel { server, .. }
            | Self::AddAddresses { server, .. }
            | Self::DeleteAddress { server, .. } => Some(*server),
            Self::SetPort { .. } | Self::CreateUser { .. } | Self::DeleteUser { .. } => None,
        }
    }
}

impl World {
    /// Carry out a command now, or refuse it and change nothing.
    pub(crate) fn apply(&mut self, actor: &Actor, command: Command) -> Result<Answer, Refusal> {
        self.guard(&command)?;
        match command {
            Command::Edit {
                server,
                name,
                domain,
                notes,
            } => self.edit(server, name, domain, notes, actor),
            Command::SetOwner { server, owner } => self.set_owner(server, owner, actor),
            Command::SetMaintenance { server, on } => self.set_maintenance(server, on, actor),
            Command::SetProtection {
                server,
                on,
                confirm,
            } => self.set_protection(server, on, confirm, actor),
            Command::Power { server, goal } => self.ask_power(server, goal, actor),
            Command::Install {
                server,
                template,
                domain,
                script,
                timeout,
            } => self.install(server, template, domain, script, timeout, actor),
            Command::Diagnose {
                server,
                template,
                clear_hdd,
                timeout,
            } => self.diagnose(server, template, clear_hdd, timeout, actor),
            Command::Recover {
                server,
                template,
                timeout,
            } => self.recover(server, template, timeout, actor),
            Command::Suspend { server } => self.suspend(server, actor),
            Command::Resume { server } => self.resume(server, actor),
            Command::Cancel { server, operation } => self.cancel(server, operation, actor),
            Command::SetPort { switch, port, up } => self.set_port(switch, port, up, actor),
            Command::AddAddresses {
                server,
                pool,
                family,
                count,
            } => self.add_addresses(server, pool, family, count, actor),
            Command::DeleteAddress { server, address } => {
                self.delete_address(server, address, actor)
            }
            Command::CreateUser {
                email,
                full_name,
                password,
                phone_number,
                role,
            } => self.create_user(email, full_name, password, phone_number, role, actor),
            Command::DeleteUser { user } => self.delete_user(user, actor),
        }
    }
}
