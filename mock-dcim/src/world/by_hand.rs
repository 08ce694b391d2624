//! What a person does past DCImanager's rules: at the rack, or where its interface asks nobody.

use super::World;
use super::actor::Actor;
use super::address::{Address, Place};
use super::command::Answer;
use super::occurrence::What;
use super::person::PanelAction;
use super::refusal::Refusal;
use super::server::{Disk, PowerGoal};

impl World {
    pub(super) fn act_by_hand(
        &mut self,
        actor: &Actor,
        action: PanelAction,
    ) -> Result<Answer, Refusal> {
        match action {
            PanelAction::MoveAddress { address, server } => {
                return self.move_address(address, server, actor);
            }
            PanelAction::InOperation { server, on } => {
                self.find_server_mut(server)?.in_operation = on;
                let word = if on { "in" } else { "out of" };
                return Ok(self.note_other(server, actor, &format!("taken {word} operation")));
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
                self.find_server_mut(server)?
                    .disks
                    .push(Disk::new(serial.clone(), size_gb));
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
