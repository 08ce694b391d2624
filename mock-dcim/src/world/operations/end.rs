//! How an operation ends (R17, R20), and what it leaves behind (R21, R24).

use crate::world::World;
use crate::world::actor::Actor;
use crate::world::command::Answer;
use crate::world::occurrence::What;
use crate::world::operation::{ClearHdd, Operation, OperationKind, OperationStatus};
use crate::world::refusal::Refusal;
use crate::world::server::{Customer, Diagnostics, ServerState};
use crate::world::settings::{ForcedEnd, WipeLever};

impl World {
    pub(crate) fn operation_done(&mut self, id: u64) {
        let Some(operation) = self.operations.get(&id) else {
            return;
        };
        let wipe = self
            .server(operation.server)
            .map_or(WipeLever::Normal, |server| server.wipe);
        let cleaning =
            operation.kind == OperationKind::ServerDiag && operation.clear_hdd != ClearHdd::None;
        match wipe {
            WipeLever::Fails if cleaning => {
                self.end(id, OperationStatus::Fail, Some("disk_clean"), &Actor::Panel);
            }
            WipeLever::Canceled if cleaning => {
                self.end(id, OperationStatus::Canceled, None, &Actor::Panel);
            }
            _ => self.end(id, OperationStatus::Ok, None, &Actor::Panel),
        }
    }

    /// R20: the limit has passed.
    pub(crate) fn operation_deadline(&mut self, id: u64) {
        let status = match self.settings.forced_end {
            ForcedEnd::Canceled => OperationStatus::Canceled,
            ForcedEnd::Ok => OperationStatus::Ok,
            ForcedEnd::Fail | ForcedEnd::RunOn => OperationStatus::Fail,
        };
        if let Some(operation) = self.operations.get_mut(&id) {
            operation.cut = true;
        }
        self.end(id, status, Some("timeout"), &Actor::Panel);
    }

    pub(crate) fn cancel(
        &mut self,
        server: u64,
        id: u64,
        actor: &Actor,
    ) -> Result<Answer, Refusal> {
        let operation = self
            .operations
            .get(&id)
            .filter(|operation| operation.server == server)
            .ok_or(Refusal::not_found("operation", id))?;
        // R24: what has ended cannot be cancelled.
        if !operation.is_running() {
            return Err(Refusal::precondition(
                "Operation has ended",
                "operation_state",
            ));
        }
        self.record(server, "server_operation_cancel", None, actor);
        self.end(id, OperationStatus::Canceled, None, actor);
        Ok(id.into())
    }

    pub(crate) fn end(
        &mut self,
        id: u64,
        status: OperationStatus,
        reason: Option<&str>,
        actor: &Actor,
    ) {
        let now = self.now;
        let Some(operation) = self.operations.get_mut(&id) else {
            return;
        };
        operation.status = status;
        operation.reason = reason.map(str::to_owned);
        operation.finished_at = Some(now);
        for key in std::mem::take(&mut operation.pending) {
            self.queue.cancel(key);
        }
        let (server, kind, cut) = (operation.server, operation.kind, operation.cut);
        let held = operation.held_address;
        let by = operation.actor.clone();
        if let Some(address) = held {
            self.free_address(address, &Actor::Panel);
        }
        if status == OperationStatus::Ok {
            self.take_effect(id, &by);
        }
        self.restore_state(server, kind, status);
        self.note(
            server,
            actor,
            What::OperationEnded {
                operation: id,
                kind,
                status,
                cut,
            },
        );
        // R24: diagnostics leaves the server on, in the system that it booted; so does the rescue system.
        let stays_live = status == OperationStatus::Ok && kind != OperationKind::ServerInstall;
        if kind.boots_over_network() && !stays_live {
            self.boot(server, actor);
        }
    }

    /// What an operation that ended `ok` leaves behind.
    fn take_effect(&mut self, id: u64, by: &Actor) {
        let Some(operation) = self.operations.get(&id).cloned() else {
            return;
        };
        let server = operation.server;
        match operation.kind {
            OperationKind::ServerInstall => self.installed(&operation, by),
            OperationKind::ServerDiag => self.diagnosed(&operation, by),
            OperationKind::ServerRecovery => {
                if let Some(owner) = self.server(server).and_then(|server| server.owner) {
                    let customer = Customer::User(owner);
                    self.note(server, by, What::Credentials { customer });
                }
            }
            OperationKind::ServerSuspend | OperationKind::ServerResume => {
                let up = operation.kind == OperationKind::ServerResume;
                let ports: Vec<u64> = self.data_ports_of(server).map(|port| port.id).collect();
                for port in ports {
                    self.write_port(port, up, by);
                }
            }
        }
    }

    fn installed(&mut self, operation: &Operation, by: &Actor) {
        let Some(server) = self.servers.get_mut(&operation.server) else {
            return;
        };
        server.template = operation.template;
        if operation.cut {
            return;
        }
        let customer = server
            .owner
            .map_or(Customer::Operation(operation.id), Customer::User);
        server.put_system(customer);
        server.credentials = Some(customer);
        self.note(operation.server, by, What::Credentials { customer });
    }

    fn diagnosed(&mut self, operation: &Operation, by: &Actor) {
        let now = self.now;
        let Some(server) = self.servers.get_mut(&operation.server) else {
            return;
        };
        server.diagnostics = Some(Diagnostics {
            passed: !server.faulty,
            finished_at: now,
        });
        server.diagnostic_problems = if server.faulty {
            vec!["disk check failed".to_owned()]
        } else {
            Vec::new()
        };
        // R20, R21: clean only what a clean-up saw, and only if it was not cut short.
        let spared = operation.cut || server.wipe == WipeLever::Ignored;
        if operation.clear_hdd == ClearHdd::None || spared {
            return;
        }
        let disks = server.clean_disks(operation.clear_hdd);
        if server.installed().is_none() {
            server.credentials = None;
        }
        if let Some(operation) = self.operations.get_mut(&operation.id) {
            operation.wiped.clone_from(&disks);
        }
        let level = operation.clear_hdd;
        self.note(operation.server, by, What::Wiped { level, disks });
    }

    fn restore_state(&mut self, server: u64, kind: OperationKind, status: OperationStatus) {
        let Some(server) = self.servers.get_mut(&server) else {
            return;
        };
        let done = status == OperationStatus::Ok;
        match kind {
            OperationKind::ServerSuspend if done => server.state = ServerState::Suspended,
            OperationKind::ServerSuspend => server.state = ServerState::Active,
            OperationKind::ServerResume if done => server.state = ServerState::Active,
            OperationKind::ServerResume => server.state = ServerState::Suspended,
            _ => {}
        }
    }
}
