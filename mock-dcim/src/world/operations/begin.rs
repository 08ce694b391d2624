//! How an operation begins: its limit (R18, R19), its end foreseen (R20), its boot (R23), its address (R29).

use std::time::Duration;

use super::Order;
use crate::world::World;
use crate::world::actor::Actor;
use crate::world::command::Answer;
use crate::world::event::Event;
use crate::world::next_id;
use crate::world::occurrence::What;
use crate::world::operation::{ClearHdd, Operation, OperationKind, OperationStatus, Origin};
use crate::world::settings::{DurationKind, ForcedEnd};

impl World {
    pub(super) fn begin(&mut self, server: u64, order: &Order, actor: &Actor) -> Answer {
        let id = next_id(&self.operations);
        let kind = order.kind;
        let duration = self.draw(Some(server), duration_kind(order));
        let timeout = self.shown_timeout(order);
        self.operations.insert(
            id,
            Operation {
                id,
                server,
                kind,
                origin: if actor.is_person() {
                    Origin::Panel
                } else {
                    Origin::Api
                },
                actor: actor.clone(),
                timeout,
                started_at: self.now,
                finished_at: None,
                status: OperationStatus::Run,
                reason: None,
                duration,
                template: order.template,
                clear_hdd: order.clear_hdd,
                cut: false,
                wiped: Vec::new(),
                held_address: None,
                pending: Vec::new(),
            },
        );
        if let Some(server) = self.servers.get_mut(&server) {
            server.operation = Some(id);
        }
        self.record(server, kind.name(), Some(id), actor);
        self.note(
            server,
            actor,
            What::OperationBegan {
                operation: id,
                kind,
                clear_hdd: order.clear_hdd,
            },
        );
        self.schedule_end(id, kind, duration, timeout);
        if kind.boots_over_network() {
            self.boot_over_network(server, actor);
        }
        if kind == OperationKind::ServerDiag {
            // R29: meanwhile the server holds an address of the deallocation pool.
            let held = self.hold_address(server);
            if let Some(operation) = self.operations.get_mut(&id) {
                operation.held_address = held;
            }
        }
        Answer {
            id: server,
            operation: Some(id),
        }
    }

    /// R18: the caller's limit, else DCImanager's own.
    fn shown_timeout(&self, order: &Order) -> Option<u32> {
        match order.kind {
            OperationKind::ServerDiag => Some(order.timeout.unwrap_or(self.settings.diag_limit)),
            OperationKind::ServerInstall | OperationKind::ServerRecovery => {
                Some(order.timeout.unwrap_or(self.settings.install_limit))
            }
            OperationKind::ServerSuspend | OperationKind::ServerResume => None,
        }
    }

    fn schedule_end(
        &mut self,
        id: u64,
        kind: OperationKind,
        duration: Duration,
        timeout: Option<u32>,
    ) {
        // R19: above the hard ceiling nothing goes, whoever asked.
        let minutes = match (kind, timeout, self.settings.diag_ceiling) {
            (OperationKind::ServerDiag, Some(minutes), Some(ceiling)) => Some(minutes.min(ceiling)),
            _ => timeout,
        };
        let limit = minutes.map(|minutes| Duration::from_secs(60 * u64::from(minutes)));
        let enforced = limit.filter(|_| self.settings.forced_end != ForcedEnd::RunOn);
        // R20: at the very instant of the limit the limit wins.
        let (after, event) = match enforced {
            Some(limit) if duration >= limit => (limit, Event::OperationDeadline { operation: id }),
            _ => (duration, Event::OperationDone { operation: id }),
        };
        let mut keys = vec![self.queue.insert(self.now + after, event)];
        if kind.boots_over_network() {
            let server = self.operation(id).map(|operation| operation.server);
            let check = self.settings.duration(server, DurationKind::BootCheck);
            keys.push(
                self.queue
                    .insert(self.now + check, Event::BootChecked { operation: id }),
            );
        }
        if let Some(operation) = self.operations.get_mut(&id) {
            operation.pending = keys;
        }
    }
}

fn duration_kind(order: &Order) -> DurationKind {
    match order.kind {
        OperationKind::ServerInstall => DurationKind::Install,
        OperationKind::ServerRecovery => DurationKind::Recovery,
        OperationKind::ServerSuspend => DurationKind::Suspend,
        OperationKind::ServerResume => DurationKind::Resume,
        OperationKind::ServerDiag if order.clear_hdd == ClearHdd::Full => {
            DurationKind::DiagnosticsFull
        }
        OperationKind::ServerDiag => DurationKind::Diagnostics,
    }
}
