//! S4: a stopped customer stays unreachable. S4w: for how long deleting exposes him all the same.

use super::Ledger;
use super::verdict::Exposure;
use crate::moment::Moment;
use crate::world::World;
use crate::world::actor::Actor;
use crate::world::server::System;

impl Ledger {
    /// The stop was reported: by now every data port has to be down, and there has to be one (R41).
    pub(super) fn stop_reported(&mut self, world: &World, item: u64, server: u64) {
        self.judges("S4");
        let at = world.now();
        if world.data_ports_of(server).next().is_none() {
            let wrong =
                format!("item {item} is reported stopped, but no data port could be closed");
            self.violated("S4", at, server, &wrong);
        }
        let open: Vec<u64> = open_ports(world, server);
        for port in open {
            let wrong = format!("item {item} is reported stopped while port {port} is up");
            self.violated("S4", at, server, &wrong);
        }
    }

    /// Somebody switched a data port.
    pub(super) fn port_switched(
        &mut self,
        world: &World,
        server: u64,
        port: u64,
        up: bool,
        actor: &Actor,
    ) {
        // Our calls carry the item; without one it is a third party, whose change the next sync undoes.
        let third_party = actor.item().is_none();
        for id in self.items_on(server) {
            let Some(stop) = &mut self.item(id).stop else {
                continue;
            };
            if !up {
                stop.excused.remove(&port);
            } else if third_party {
                stop.excused.insert(port);
            } else {
                let wrong = format!("port {port} goes up by {actor} while item {id} is stopped");
                self.violated("S4", world.now(), server, &wrong);
            }
        }
    }

    /// A sync was reported: what a third party opened has to be closed again, unless an operation runs (R45, P5).
    pub(super) fn sync_reported(&mut self, world: &World, item: u64, server: u64) {
        if self.item(item).stop.is_none() || world.running_operation(server).is_some() {
            return;
        }
        for port in open_ports(world, server) {
            let wrong = format!("sync of stopped item {item} is reported while port {port} is up");
            self.violated("S4", world.now(), server, &wrong);
        }
    }

    /// Count the seconds in which a stopped item's old system runs with a data port up while it is being deleted.
    pub(super) fn expose(&mut self, world: &World, server: u64, at: Moment) {
        let exposed = world
            .server(server)
            .is_some_and(|one| matches!(one.system, System::Disk(_)))
            && !open_ports(world, server).is_empty();
        for item in self.items.values_mut() {
            let Some(closing) = &mut item.closing else {
                continue;
            };
            if item.last_server != Some(server) {
                continue;
            }
            if let Some(since) = closing.exposed_since.take() {
                closing.exposed += at.since(since);
            }
            if exposed && closing.was_stopped {
                closing.exposed_since = Some(at);
            }
        }
    }

    /// The close is over: publish what it cost.
    pub(super) fn publish_exposure(&mut self, item: u64, server: u64) {
        self.judges("S4w");
        let seconds = self
            .item(item)
            .closing
            .as_ref()
            .map_or(0.0, |closing| closing.exposed.as_secs_f64());
        self.exposures.push(Exposure {
            item,
            server,
            seconds,
        });
    }
}

fn open_ports(world: &World, server: u64) -> Vec<u64> {
    world
        .data_ports_of(server)
        .filter(|port| port.admin_up)
        .map(|port| port.id)
        .collect()
}
