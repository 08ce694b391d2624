//! Operations: what may be asked for (R16, R18, R37).

mod begin;
mod end;
mod network;

use super::World;
use super::actor::Actor;
use super::command::Answer;
use super::operation::{ClearHdd, OperationKind};
use super::refusal::Refusal;
use super::server::ServerState;
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
}

fn check_timeout(timeout: Option<u32>) -> Result<(), Refusal> {
    match timeout {
        Some(minutes) if !(1..=720).contains(&minutes) => {
            Err(Refusal::invalid("timeout", "out_of_range"))
        }
        _ => Ok(()),
    }
}
