//! Operations: how they begin (R16, R18, R23), how they end (R19-R21, R24), and what takes them down half-way (R23).

use std::time::Duration;

use super::World;
use super::actor::Actor;
use super::command::Answer;
use super::event::Event;
use super::next_id;
use super::occurrence::What;
use super::operation::{ClearHdd, Operation, OperationKind, OperationStatus, Origin};
use super::refusal::Refusal;
use super::server::{Customer, Diagnostics, PowerGoal, Server, ServerState};
use super::settings::{DurationKind, ForcedEnd, WipeLever};
use super::template::TemplateKind;

/// What an operation is started with.
struct Order {
    kind: OperationKind,
    template: Option<u64>,
    clear_hdd: ClearHdd,
    timeout: Option<u32>,
}

impl World {
    pub(crate) fn install(
        &mut self,
        server: u64,
        template: u64,
        domain: Option<String>,
        script: Option<u64>,
        timeout: Option<u32>,
        actor: &Actor,
    ) -> Result<Answer, Refusal> {
        self.check_template(template, TemplateKind::Os)?;
        if script.is_some_and(|id| !self.scripts.contains_key(&id)) {
            return Err(Refusal::invalid("script", "not_found"));
        }
        check_timeout(timeout)?;
        if let Some(domain) = domain {
            self.rename_host(server, &domain);
        }
        let order = Order {
            kind: OperationKind::ServerInstall,
            template: Some(template),
            clear_hdd: ClearHdd::None,
            timeout,
        };
        Ok(self.begin(server, &order, actor))
    }

    pub(crate) fn diagnose(
        &mut self,
        server: u64,
        template: Option<u64>,
        clear_hdd: ClearHdd,
        timeout: Option<u32>,
        actor: &Actor,
    ) -> Result<Answer, Refusal> {
        let template = self.template_or_first(template, TemplateKind::Diag)?;
        check_timeout(timeout)?;
        if self.settings.maintenance_refuses_diagnostics && self.find_server(server)?.is_maintenance
        {
            return Err(Refusal::Maintenance { server });
        }
        let order = Order {
            kind: OperationKind::ServerDiag,
            template,
            clear_hdd,
            timeout,
        };
        Ok(self.begin(server, &order, actor))
    }

    pub(crate) fn recover(
        &mut self,
        server: u64,
        template: Option<u64>,
        timeout: Option<u32>,
        actor: &Actor,
    ) -> Result<Answer, Refusal> {
        let template = self.template_or_first(template, TemplateKind::Recovery)?;
        check_timeout(timeout)?;
        let order = Order {
            kind: OperationKind::ServerRecovery,
            template,
            clear_hdd: ClearHdd::None,
            timeout,
        };
        Ok(self.begin(server, &order, actor))
    }

    pub(crate) fn suspend(&mut self, server: u64, actor: &Actor) -> Result<Answer, Refusal> {
        self.change_state(server, OperationKind::ServerSuspend, actor)
    }

    pub(crate) fn resume(&mut self, server: u64, actor: &Actor) -> Result<Answer, Refusal> {
        self.change_state(server, OperationKind::ServerResume, actor)
    }

    fn change_state(
        &mut self,
        id: u64,
        kind: OperationKind,
        actor: &Actor,
    ) -> Result<Answer, Refusal> {
        // R37: without a data port there is nothing to switch.
        if self.data_ports_of(id).next().is_none() {
            return Err(Refusal::precondition(
                "Server has no switch port",
                "no_switch_port",
            ));
        }
        self.find_server_mut(id)?.state = match kind {
            OperationKind::ServerSuspend => ServerState::Suspending,
            _ => ServerState::Resuming,
        };
        let order = Order {
            kind,
            template: None,
            clear_hdd: ClearHdd::None,
            timeout: None,
        };
        Ok(self.begin(id, &order, actor))
    }

    fn check_template(&self, id: u64, kind: TemplateKind) -> Result<(), Refusal> {
        match self.templates.get(&id) {
            None => Err(Refusal::invalid("os_template", "not_found")),
            Some(template) if template.kind != kind => {
                Err(Refusal::invalid("os_template", "wrong_kind"))
            }
            Some(_) => Ok(()),
        }
    }

    fn template_or_first(
        &self,
        id: Option<u64>,
        kind: TemplateKind,
    ) -> Result<Option<u64>, Refusal> {
        if let Some(id) = id {
            self.check_template(id, kind)?;
            return Ok(Some(id));
        }
        Ok(self
            .templates
            .values()
            .find(|template| template.kind == kind)
            .map(|template| template.id))
    }

    fn begin(&mut self, server: u64, order: &Order, actor: &Actor) -> Answer {
        let id = next_id(&self.operations);
        let kind = order.kind;
        let duration = self.settings.duration(Some(server), duration_kind(order));
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

    /// R23: an operation starts an off server by itself; a running one reboots.
    fn boot_over_network(&mut self, server: u64, actor: &Actor) {
        if self.server(server).is_some_and(Server::running) {
            self.boot(server, actor);
        } else {
            self.schedule_power(server, PowerGoal::On, &Actor::Panel);
        }
    }

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

fn check_timeout(timeout: Option<u32>) -> Result<(), Refusal> {
    match timeout {
        Some(minutes) if !(1..=720).contains(&minutes) => {
            Err(Refusal::invalid("timeout", "out_of_range"))
        }
        _ => Ok(()),
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
