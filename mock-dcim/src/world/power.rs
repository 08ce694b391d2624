//! Power: what is reported (R11, R12), what may be asked (R13), and what then happens (R14, R15).

use super::World;
use super::actor::Actor;
use super::command::Answer;
use super::event::Event;
use super::occurrence::What;
use super::refusal::Refusal;
use super::server::{PduStatus, PendingPower, PowerGoal, PowerStatus, Server};
use super::settings::DurationKind;

impl World {
    /// The `power_status` that DCImanager reports.
    pub fn power_status(&self, server: &Server) -> PowerStatus {
        // R11: a PDU that says OFF decides; otherwise the BMC does.
        match &server.power.pdu {
            Some(pdu) if pdu.reported == PduStatus::Down => PowerStatus::Off,
            _ => self.bmc_says(server),
        }
    }

    fn bmc_reachable(&self, server: &Server) -> bool {
        // R30: a BMC whose switch port is down cannot be asked.
        !server.power.bmc_unreachable
            && self
                .ports_of(server.id)
                .filter(|port| port.is_ipmi)
                .all(|port| port.admin_up)
    }

    fn bmc_says(&self, server: &Server) -> PowerStatus {
        if !self.bmc_reachable(server) {
            PowerStatus::Unknown
        } else if !server.power.outlet_on {
            // R12: until the PDU is polled again DCImanager shows what it knew before.
            server.power.bmc_last
        } else if server.power.chassis_on {
            PowerStatus::On
        } else {
            PowerStatus::Off
        }
    }

    pub(crate) fn ask_power(
        &mut self,
        id: u64,
        goal: PowerGoal,
        actor: &Actor,
    ) -> Result<Answer, Refusal> {
        let server = self.find_server(id)?;
        let status = self.power_status(server);
        // R13, judged on the reported status.
        match (goal, status) {
            (PowerGoal::On, PowerStatus::On) => {
                return Err(Refusal::precondition("Server is already on", "power_state"));
            }
            (PowerGoal::Off, PowerStatus::Off | PowerStatus::Unknown) => {
                return Err(Refusal::precondition("Server is not on", "power_state"));
            }
            _ => {}
        }
        // R14: without a BMC only the PDU is left.
        if !self.bmc_reachable(server) && server.power.pdu.is_none() {
            return Err(Refusal::precondition("BMC does not answer", "bmc"));
        }
        let name = match goal {
            PowerGoal::On => "server_power_on",
            PowerGoal::Off => "server_power_off",
            PowerGoal::Reset => "server_power_reset",
        };
        self.record(id, name, None, actor);
        self.schedule_power(id, goal, actor);
        Ok(id.into())
    }

    /// Let the power change after the usual delay (R15). A repeated wish changes nothing, another replaces it.
    pub(crate) fn schedule_power(&mut self, id: u64, goal: PowerGoal, actor: &Actor) {
        let after = self.draw(Some(id), DurationKind::Power);
        let Some(server) = self.servers.get_mut(&id) else {
            return;
        };
        if server.power.stuck {
            return;
        }
        if let Some(pending) = &server.power.pending {
            if pending.goal == goal {
                return;
            }
            self.queue.cancel(pending.key);
        }
        let key = self
            .queue
            .insert(self.now + after, Event::PowerSettles { server: id });
        server.power.pending = Some(PendingPower {
            goal,
            actor: actor.clone(),
            key,
        });
    }

    pub(crate) fn power_settles(&mut self, id: u64) {
        let Some(pending) = self
            .servers
            .get_mut(&id)
            .and_then(|server| server.power.pending.take())
        else {
            return;
        };
        self.switch_power(id, pending.goal, &pending.actor);
    }

    /// Change the power at this instant, by the BMC if it answers, else by the PDU (R14).
    pub(crate) fn switch_power(&mut self, id: u64, goal: PowerGoal, actor: &Actor) {
        let Some(server) = self.servers.get(&id) else {
            return;
        };
        let by_bmc = self.bmc_reachable(server);
        match goal {
            PowerGoal::On => self.set_power(id, true, true, actor),
            PowerGoal::Off if by_bmc => {
                let outlet = server.power.outlet_on;
                self.set_power(id, outlet, false, actor);
            }
            PowerGoal::Off => self.set_power(id, false, false, actor),
            PowerGoal::Reset => {
                self.set_power(id, true, false, actor);
                self.set_power(id, true, true, actor);
            }
        }
        if goal != PowerGoal::On {
            self.power_taken_from_operation(id, actor);
        }
    }

    /// Set the physical state. A changed socket is seen at the next poll of the PDU (R12).
    pub(crate) fn set_power(&mut self, id: u64, outlet: bool, chassis: bool, actor: &Actor) {
        let poll = self.settings.duration(Some(id), DurationKind::PduPoll);
        let Some(server) = self.servers.get_mut(&id) else {
            return;
        };
        let before = server.running();
        let power = &mut server.power;
        if outlet != power.outlet_on {
            if !outlet {
                power.bmc_last = if power.chassis_on {
                    PowerStatus::On
                } else {
                    PowerStatus::Off
                };
            }
            power.outlet_on = outlet;
            if power.pdu.is_some() {
                let at = self.now.next_multiple(poll);
                self.queue.insert(at, Event::PduPolled { server: id });
            }
        }
        power.chassis_on = outlet && chassis;
        let after = server.running();
        if before != after {
            self.note(id, actor, What::Power { running: after });
            self.settle_links(id);
            self.boot(id, actor);
        }
    }

    pub(crate) fn pdu_polled(&mut self, id: u64) {
        if let Some(server) = self.servers.get_mut(&id)
            && let Some(pdu) = &mut server.power.pdu
        {
            pdu.reported = match (pdu.unreachable, server.power.outlet_on) {
                (true, _) => PduStatus::Unknown,
                (false, true) => PduStatus::Up,
                (false, false) => PduStatus::Down,
            };
            self.notify += 1;
        }
    }
}
