//! What an operation needs to boot over the network, and what happens when that is taken away half-way (R23).

use std::time::Duration;

use crate::world::World;
use crate::world::actor::Actor;
use crate::world::event::Event;
use crate::world::operation::OperationStatus;
use crate::world::server::{PowerGoal, Server};
use crate::world::settings::DurationKind;

impl World {
    /// R23: an operation starts an off server by itself; a running one reboots.
    pub(super) fn boot_over_network(&mut self, server: u64, actor: &Actor) {
        if self.server(server).is_some_and(Server::running) {
            self.boot(server, actor);
        } else {
            self.schedule_power(server, PowerGoal::On, &Actor::Panel);
        }
    }

    /// R23: has the server booted over the network?
    pub(crate) fn check_boot(&mut self, id: u64) {
        let Some(operation) = self.operations.get(&id).filter(|one| one.is_running()) else {
            return;
        };
        let server = operation.server;
        if let Some(reason) = self.boot_obstacle(server) {
            self.end(id, OperationStatus::Fail, Some(reason), &Actor::Panel);
        } else if self.server(server).is_some_and(|one| one.old_system_boots) {
            // F17: the old system answers; the operation hangs until its limit.
            self.hang(id);
        }
    }

    fn hang(&mut self, id: u64) {
        let Some(operation) = self.operations.get_mut(&id) else {
            return;
        };
        for key in std::mem::take(&mut operation.pending) {
            self.queue.cancel(key);
        }
        let minutes = u64::from(operation.timeout.unwrap_or(0));
        let at = operation.started_at + Duration::from_secs(60 * minutes);
        let key = self
            .queue
            .insert(at, Event::OperationDeadline { operation: id });
        operation.pending.push(key);
    }

    /// R23: what an operation needs to boot over the network.
    fn boot_obstacle(&self, id: u64) -> Option<&'static str> {
        let server = self.servers.get(&id)?;
        let mut data_ports = self.data_ports_of(id).peekable();
        if !server.network_boot {
            Some("network_boot")
        } else if !self.unique_mac(server) {
            Some("mac")
        } else if !self.location(server.location).is_some_and(|one| one.dhcp) {
            Some("dhcp")
        } else if data_ports.peek().is_some() && data_ports.all(|port| !port.admin_up) {
            Some("ports_down")
        } else {
            None
        }
    }

    /// R23: from 30 s after its start on, an operation fails when its network is taken away.
    pub(crate) fn network_taken_from_operation(&mut self, server: u64) {
        if let Some(id) = self.exposed_operation(server)
            && let Some(reason) = self.boot_obstacle(server)
        {
            self.end(id, OperationStatus::Fail, Some(reason), &Actor::Panel);
        }
    }

    /// R23: the same for its power. Earlier than that, the operation switches the server on again.
    pub(crate) fn power_taken_from_operation(&mut self, server: u64, actor: &Actor) {
        if let Some(id) = self.exposed_operation(server) {
            self.end(id, OperationStatus::Fail, Some("power"), &Actor::Panel);
        } else if self
            .running_operation(server)
            .is_some_and(|operation| operation.kind.boots_over_network())
        {
            self.boot_over_network(server, actor);
        }
    }

    /// The running operation of a server that is past its boot check.
    fn exposed_operation(&self, server: u64) -> Option<u64> {
        let check = self
            .settings
            .duration(Some(server), DurationKind::BootCheck);
        self.running_operation(server)
            .filter(|operation| operation.kind.boots_over_network())
            .filter(|operation| self.now >= operation.started_at + check)
            .map(|operation| operation.id)
    }
}
