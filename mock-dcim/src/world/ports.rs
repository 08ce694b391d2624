//! Switch ports: administered at once, linked a little later (R31); data ports and BMC ports (R30).

use super::World;
use super::actor::Actor;
use super::command::Answer;
use super::event::Event;
use super::occurrence::What;
use super::place::{Port, PortWrites};
use super::refusal::Refusal;
use super::settings::DurationKind;

impl World {
    pub(crate) fn find_port(&self, switch: u64, port: u64) -> Result<&Port, Refusal> {
        if !self.switches.contains_key(&switch) {
            return Err(Refusal::not_found("switch", switch));
        }
        self.ports
            .get(&port)
            .filter(|found| found.switch == switch)
            .ok_or(Refusal::not_found("port", port))
    }

    pub(crate) fn set_port(
        &mut self,
        switch: u64,
        id: u64,
        up: bool,
        actor: &Actor,
    ) -> Result<Answer, Refusal> {
        let writes = self.find_port(switch, id)?.writes;
        // A newer wish replaces one that the switch has not carried out yet.
        if let Some(port) = self.ports.get_mut(&id)
            && let Some(key) = port.pending.take()
        {
            self.queue.cancel(key);
        }
        match writes {
            PortWrites::Normal | PortWrites::Half => self.write_port(id, up, actor),
            PortWrites::Late { after } => {
                let by = actor.clone();
                let key = self
                    .queue
                    .insert(self.now + after, Event::PortWritten { port: id, up, by });
                if let Some(port) = self.ports.get_mut(&id) {
                    port.pending = Some(key);
                }
            }
            PortWrites::Never => {}
        }
        Ok(id.into())
    }

    /// The switch carries out what was asked of it.
    pub(crate) fn write_port(&mut self, id: u64, up: bool, actor: &Actor) {
        let Some(port) = self.ports.get_mut(&id) else {
            return;
        };
        if port.admin_up == up {
            return;
        }
        port.admin_up = up;
        let (server, ipmi) = (port.server, port.is_ipmi);
        self.note(server, actor, What::Port { port: id, up, ipmi });
        self.settle_link(id);
        if let Some(server) = server {
            self.network_taken_from_operation(server);
        }
    }

    pub(crate) fn settle_links(&mut self, server: u64) {
        let ports: Vec<u64> = self.data_ports_of(server).map(|port| port.id).collect();
        for port in ports {
            self.settle_link(port);
        }
    }

    pub(crate) fn cancel_settling(&mut self, id: u64) {
        if let Some(port) = self.ports.get_mut(&id)
            && let Some(key) = port.settling.take()
        {
            self.queue.cancel(key);
        }
    }

    fn settle_link(&mut self, id: u64) {
        self.cancel_settling(id);
        let Some(port) = self.ports.get(&id) else {
            return;
        };
        if port.writes == PortWrites::Half {
            return;
        }
        let server = port.server;
        let after = self.draw(server, DurationKind::Link);
        let key = self
            .queue
            .insert(self.now + after, Event::LinkSettles { port: id });
        if let Some(port) = self.ports.get_mut(&id) {
            port.settling = Some(key);
        }
    }

    pub(crate) fn link_settles(&mut self, id: u64) {
        let Some(port) = self.ports.get_mut(&id) else {
            return;
        };
        port.settling = None;
        let server = port.server.and_then(|id| self.servers.get(&id));
        // A BMC has its own current: its link needs the socket, not the mainboard.
        let powered = server.is_some_and(|server| {
            if port.is_ipmi {
                server.power.outlet_on
            } else {
                server.running()
            }
        });
        port.oper_up = port.admin_up && powered;
        self.notify += 1;
    }
}
