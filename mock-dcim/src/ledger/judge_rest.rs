//! L2 and L4: at rest, every server is somewhere and every active item has what was sold.

use super::Ledger;
use crate::world::World;
use crate::world::server::{Server, System};

/// The status of an active item.
const ACTIVE: u8 = 2;

impl Ledger {
    /// Nothing is under way any more: look at everything.
    pub(super) fn at_rest(&mut self, world: &World) {
        if !self.bindings_told {
            return;
        }
        self.judges("L2");
        self.judges("L4");
        self.judge_places(world);
        self.judge_items(world);
    }

    /// L2: a server that an item wrote to is bound, or free to be sold again, or kept out by staff.
    fn judge_places(&mut self, world: &World) {
        let touched: Vec<u64> = self.holders.keys().copied().collect();
        for id in touched {
            let Some(server) = world.server(id).filter(|_| self.items_on(id).is_empty()) else {
                continue;
            };
            let excluded = server.is_maintenance || server.is_protected || !server.in_operation;
            if server.owner.is_some() {
                let wrong = "it has an owner, but no item is bound to it";
                self.violated("L2", world.now(), id, wrong);
            } else if !excluded && !world.sellable(server) {
                let wrong = "no item is bound to it, and nobody can sell it";
                self.violated("L2", world.now(), id, wrong);
            }
        }
    }

    /// L4, after a sync: the same for one item, unless staff know or something is still under way (R45).
    pub(super) fn judge_synced(&mut self, world: &World, id: u64, server: u64) {
        let item = self.item(id);
        let due = item.status == Some(ACTIVE) && !item.tasked;
        if !due || world.running_operation(server).is_some() {
            return;
        }
        self.judges("L4");
        if let Some(wrong) = world.server(server).and_then(|one| lacking(world, one)) {
            let wrong = format!("item {id} is active and was synchronised, but {wrong}");
            self.violated("L4", world.now(), server, &wrong);
        }
    }

    /// L4: an active item has its server as it was sold, or staff know why not.
    fn judge_items(&mut self, world: &World) {
        let active: Vec<(u64, Option<u64>)> = self
            .items
            .iter()
            .filter(|(_, item)| item.status == Some(ACTIVE) && !item.tasked)
            .map(|(id, item)| (*id, item.server))
            .collect();
        for (item, server) in active {
            let found = server.and_then(|id| world.server(id));
            let wrong = match found {
                None => Some("it has no server"),
                Some(server) => lacking(world, server),
            };
            if let Some(wrong) = wrong {
                let wrong = format!("item {item} is active, but {wrong}");
                let server = server.unwrap_or_default();
                self.violated("L4", world.now(), server, &wrong);
            }
        }
    }
}

fn lacking(world: &World, server: &Server) -> Option<&'static str> {
    if server.owner.is_none() {
        Some("its server has no owner")
    } else if !server.running() {
        Some("its server is off")
    } else if world.data_ports_of(server.id).any(|port| !port.admin_up) {
        Some("a port of its server is down")
    } else if world.addresses_of(server.id).next().is_none() {
        Some("its server has no address")
    } else if !matches!(server.system, System::Disk(_)) {
        Some("its server does not run what was installed")
    } else if server.credentials.is_none() {
        Some("nobody has a password for its server")
    } else {
        None
    }
}
